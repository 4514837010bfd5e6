/*
 * The relay (fault_relay.h).
 */
#include "simulate/fault_relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libpq-fe.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAIRS 64

struct pair {
    int client, server;
};

struct li_relay {
    struct addrinfo *server;
    int listener, port;
    int wake[2]; /* a pipe */
    pthread_t thread;
    struct pair pairs[PAIRS]; /* the thread's own */
    int count;
    _Atomic bool stop, cut, calm;
    _Atomic int fate;
    _Atomic int after;  /* commits that still pass */
    _Atomic int behind; /* connections to refuse once a fate was met */
    _Atomic int refuse; /* connections that do not get through; negative: none does */
    _Atomic int64_t slow_us;
};

static void drop_pair(struct li_relay *relay, int i)
{
    close(relay->pairs[i].client);
    close(relay->pairs[i].server);
    relay->pairs[i] = relay->pairs[--relay->count];
}

/* false: this one is refused. */
static bool is_let_in(struct li_relay *relay)
{
    int refuse = atomic_load(&relay->refuse);

    if (refuse > 0)
        atomic_fetch_sub(&relay->refuse, 1);
    return refuse == 0 && relay->count < PAIRS;
}

static void welcome(struct li_relay *relay)
{
    struct pair pair = {.client = accept(relay->listener, NULL, NULL), .server = -1};

    if (pair.client >= 0 && is_let_in(relay))
        pair.server = socket(relay->server->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (pair.server >= 0 &&
        connect(pair.server, relay->server->ai_addr, relay->server->ai_addrlen) == 0) {
        relay->pairs[relay->count++] = pair;
        return;
    }
    if (pair.server >= 0)
        close(pair.server);
    if (pair.client >= 0)
        close(pair.client);
}

static bool send_all(int to, const char *bytes, ssize_t len)
{
    while (len > 0) {
        ssize_t sent = send(to, bytes, (size_t)len, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        bytes += sent;
        len -= sent;
    }
    return true;
}

/* Whether these bytes are the commit that is to meet its fate. */
static bool is_fatal(struct li_relay *relay, const char *bytes, ssize_t len)
{
    static const char commit[] = "\0commit\0\0\0"; /* of a message that says how to */

    if (atomic_load(&relay->fate) == LI_RELAY_WELL ||
        !memmem(bytes, (size_t)len, commit, sizeof(commit) - 1))
        return false;
    return atomic_fetch_sub(&relay->after, 1) == 0;
}

/* Reads the server's answers until it is in no transaction any more, and keeps them. */
static void swallow_answer(int server)
{
    static const char idle[6] = "Z\0\0\0\005I";
    char bytes[65536];
    size_t kept = 0;
    ssize_t len;

    while ((len = recv(server, bytes + kept, sizeof(bytes) - kept, 0)) > 0) {
        size_t all = kept + (size_t)len;

        if (memmem(bytes, all, idle, sizeof(idle)))
            return;
        kept = all < sizeof(idle) ? all : sizeof(idle) - 1;
        memmove(bytes, bytes + all - kept, kept);
    }
}

/* false: the pair is over. */
static bool from_client(struct li_relay *relay, const struct pair *pair)
{
    char bytes[65536];
    ssize_t len = recv(pair->client, bytes, sizeof(bytes), 0);
    int fate;

    if (len <= 0)
        return false;
    if (!is_fatal(relay, bytes, len))
        return send_all(pair->server, bytes, len);
    fate = atomic_load(&relay->fate);
    if (fate == LI_RELAY_LOSE_ANSWER && send_all(pair->server, bytes, len))
        swallow_answer(pair->server);
    atomic_store(&relay->refuse, atomic_load(&relay->behind));
    atomic_store(&relay->fate, LI_RELAY_WELL);
    return false;
}

/* Others wait meanwhile: all of a slow connection is slow. */
static void be_slow(struct li_relay *relay)
{
    int64_t until = li_steady_us() + atomic_load(&relay->slow_us), left;

    while ((left = until - li_steady_us()) > 0 && !atomic_load(&relay->stop))
        poll(NULL, 0, left < 1000 ? 1 : left < 50000 ? (int)(left / 1000) : 50);
}

static bool from_server(struct li_relay *relay, const struct pair *pair)
{
    char bytes[65536];
    ssize_t len = recv(pair->server, bytes, sizeof(bytes), 0);

    if (len <= 0)
        return false;
    if (atomic_load(&relay->slow_us) > 0)
        be_slow(relay);
    return send_all(pair->client, bytes, len);
}

static void relay_once(struct li_relay *relay, const struct pollfd *fds, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        const struct pair *pair = &relay->pairs[i];
        bool on = !fds[2 + 2 * i].revents || from_client(relay, pair);

        if (on && fds[3 + 2 * i].revents)
            on = from_server(relay, pair);
        if (!on)
            drop_pair(relay, i);
    }
}

/* What was asked of the thread and is waited for. */
static void obey(struct li_relay *relay)
{
    if (atomic_load(&relay->cut)) {
        while (relay->count)
            drop_pair(relay, 0);
        atomic_store(&relay->cut, false);
    }
    if (atomic_load(&relay->calm)) {
        atomic_store(&relay->refuse, 0);
        atomic_store(&relay->calm, false);
    }
}

static void *relay_main(void *arg)
{
    struct li_relay *relay = arg;
    struct pollfd fds[2 + 2 * PAIRS];
    char byte;

    while (!atomic_load(&relay->stop)) {
        int count = relay->count;

        fds[0] = (struct pollfd){.fd = relay->wake[0], .events = POLLIN};
        fds[1] = (struct pollfd){.fd = relay->listener, .events = POLLIN};
        for (int i = 0; i < count; i++) {
            fds[2 + 2 * i] = (struct pollfd){.fd = relay->pairs[i].client, .events = POLLIN};
            fds[3 + 2 * i] = (struct pollfd){.fd = relay->pairs[i].server, .events = POLLIN};
        }
        if (poll(fds, 2 + 2 * (nfds_t)count, -1) <= 0)
            continue;
        relay_once(relay, fds, count);
        if (fds[0].revents && read(relay->wake[0], &byte, 1) == 1)
            obey(relay);
        if (fds[1].revents)
            welcome(relay);
    }
    while (relay->count)
        drop_pair(relay, 0);
    return NULL;
}

/* ---- opening --------------------------------------------------------------------- */

static const char *option(const PQconninfoOption *options, const char *name, const char *standard)
{
    for (; options->keyword; options++)
        if (strcmp(options->keyword, name) == 0 && options->val)
            return options->val;
    return standard;
}

static int find_server(struct li_ctx *ctx, const char *url, struct addrinfo **ret)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    PQconninfoOption *options = PQconninfoParse(url, NULL);
    int rc;

    if (!options)
        return LI_FAIL(ctx, LI_E_USAGE, "no URL of a PostgreSQL");
    rc = getaddrinfo(option(options, "host", "127.0.0.1"), option(options, "port", "5432"), &hints,
                     ret);
    PQconninfoFree(options);
    return rc ? LI_FAIL(ctx, LI_E_USAGE, "no PostgreSQL that a relay can reach") : 0;
}

static int listen_here(struct li_ctx *ctx, struct li_relay *relay)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(here);

    relay->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (relay->listener < 0 || bind(relay->listener, (struct sockaddr *)&here, sizeof(here)) != 0 ||
        listen(relay->listener, PAIRS) != 0 ||
        getsockname(relay->listener, (struct sockaddr *)&here, &len) != 0 || pipe(relay->wake) != 0)
        return LI_FAIL(ctx, LI_E_IO, "a relay cannot listen: errno %d", errno);
    relay->port = ntohs(here.sin_port);
    return 0;
}

static void free_relay(struct li_relay *relay)
{
    const int fds[] = {relay->listener, relay->wake[0], relay->wake[1]};

    for (int i = 0; i < 3; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    if (relay->server)
        freeaddrinfo(relay->server);
    free(relay);
}

int li_relay_open(struct li_ctx *ctx, const char *url, struct li_relay **ret)
{
    struct li_relay *relay = calloc(1, sizeof(*relay));
    int r;

    if (!relay)
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a relay");
    relay->listener = relay->wake[0] = relay->wake[1] = -1;
    r = find_server(ctx, url, &relay->server);
    r = r ? r : listen_here(ctx, relay);
    if (r == 0 && pthread_create(&relay->thread, NULL, relay_main, relay) != 0)
        r = LI_FAIL(ctx, LI_E_NOMEM, "no thread for a relay");
    if (r) {
        free_relay(relay);
        return r;
    }
    *ret = relay;
    return 0;
}

static void wake(struct li_relay *relay)
{
    ssize_t written = write(relay->wake[1], "", 1);

    li_assert(written == 1);
}

void li_relay_close(struct li_relay *relay)
{
    if (!relay)
        return;
    atomic_store(&relay->stop, true);
    wake(relay);
    pthread_join(relay->thread, NULL);
    free_relay(relay);
}

struct li_str li_relay_where(struct li_ctx *ctx, const struct li_relay *relay, const char *url)
{
    return li_strf(ctx, "%s%chost=127.0.0.1&hostaddr=127.0.0.1&port=%d", url,
                   strchr(url, '?') ? '&' : '?', relay->port);
}

/* ---- what goes wrong --------------------------------------------------------------- */

void li_relay_lose(struct li_relay *relay, enum li_relay_fate fate, int after, int refuse)
{
    atomic_store(&relay->after, after);
    atomic_store(&relay->behind, refuse);
    atomic_store(&relay->fate, (int)fate);
}

bool li_relay_has_lost(const struct li_relay *relay)
{
    return atomic_load(&relay->fate) == LI_RELAY_WELL;
}

void li_relay_refuse(struct li_relay *relay, int count)
{
    atomic_store(&relay->refuse, count);
}

void li_relay_cut(struct li_relay *relay)
{
    atomic_store(&relay->cut, true);
    wake(relay);
    while (atomic_load(&relay->cut))
        sched_yield();
}

void li_relay_slow(struct li_relay *relay, int64_t us)
{
    atomic_store(&relay->slow_us, us);
}

void li_relay_calm(struct li_relay *relay)
{
    li_relay_lose(relay, LI_RELAY_WELL, 0, 0);
    li_relay_slow(relay, 0);
    atomic_store(&relay->calm, true);
    wake(relay);
    while (atomic_load(&relay->calm))
        sched_yield();
}
