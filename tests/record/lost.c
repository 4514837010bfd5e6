/*
 * The connection goes in the middle of a commit.
 *
 * Between the record and PostgreSQL stands a relay that waits for a commit and
 * then loses it, or loses its answer, or its answer and every way to ask again.
 * Whatever it does: what was answered is there, and nothing is there twice.
 */
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/records.h"

#define PAIRS 24

enum loss { LOSE_NOTHING, LOSE_COMMIT, LOSE_ANSWER, LOSE_ONCE, LOSE_ALL };

struct pair {
    int client, server;
};

struct relay {
    struct addrinfo *server;
    int listener, port;
    int stop[2]; /* a pipe */
    pthread_t thread;
    struct pair pairs[PAIRS];
    int count;
    _Atomic int loss;
    _Atomic int after;  /* commits that still pass */
    _Atomic int refuse; /* connections that do not get through */
};

/* ---- the relay ------------------------------------------------------------------------- */

static void drop_pair(struct relay *relay, int i)
{
    close(relay->pairs[i].client);
    close(relay->pairs[i].server);
    relay->pairs[i] = relay->pairs[--relay->count];
}

static void welcome(struct relay *relay)
{
    struct pair pair = {.client = accept(relay->listener, NULL, NULL)};

    li_assert(pair.client >= 0 && relay->count < PAIRS);
    if (atomic_load(&relay->refuse) > 0) {
        atomic_fetch_sub(&relay->refuse, 1);
        close(pair.client);
        return;
    }
    pair.server = socket(relay->server->ai_family, SOCK_STREAM, 0);
    li_assert(pair.server >= 0);
    li_assert(connect(pair.server, relay->server->ai_addr, relay->server->ai_addrlen) == 0);
    relay->pairs[relay->count++] = pair;
}

static bool hand_on(int from, int to, char *bytes, size_t size, ssize_t *ret_len)
{
    *ret_len = recv(from, bytes, size, 0);
    return *ret_len > 0 && (to < 0 || send(to, bytes, (size_t)*ret_len, MSG_NOSIGNAL) == *ret_len);
}

/* Whether these bytes are a commit that is to be lost. */
static bool is_lost(struct relay *relay, const char *bytes, ssize_t len)
{
    static const char commit[] = "Q\0\0\0\013commit";

    if (atomic_load(&relay->loss) == LOSE_NOTHING ||
        !memmem(bytes, (size_t)len, commit, sizeof(commit)))
        return false;
    return atomic_fetch_sub(&relay->after, 1) == 0;
}

/* false: the pair is over. */
static bool from_client(struct relay *relay, struct pair *pair)
{
    char bytes[65536];
    ssize_t len;

    if (!hand_on(pair->client, -1, bytes, sizeof(bytes), &len))
        return false;
    if (!is_lost(relay, bytes, len))
        return send(pair->server, bytes, (size_t)len, MSG_NOSIGNAL) == len;
    if (atomic_exchange(&relay->loss, LOSE_NOTHING) == LOSE_COMMIT)
        return false;
    /* the server has answered: it is done, and nobody is told */
    return send(pair->server, bytes, (size_t)len, MSG_NOSIGNAL) == len &&
           recv(pair->server, bytes, sizeof(bytes), 0) > 0 && false;
}

static void relay_once(struct relay *relay, const struct pollfd *fds, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        struct pair *pair = &relay->pairs[i];
        char bytes[65536];
        ssize_t len;
        bool on = true;

        if (fds[2 + 2 * i].revents) {
            int loss = atomic_load(&relay->loss);

            on = from_client(relay, pair);
            if (loss >= LOSE_ONCE && atomic_load(&relay->loss) == LOSE_NOTHING)
                atomic_store(&relay->refuse, loss == LOSE_ONCE ? 1 : INT32_MAX);
        }
        if (on && fds[3 + 2 * i].revents)
            on = hand_on(pair->server, pair->client, bytes, sizeof(bytes), &len);
        if (!on)
            drop_pair(relay, i);
    }
}

static void *relay_main(void *arg)
{
    struct relay *relay = arg;
    struct pollfd fds[2 + 2 * PAIRS];

    for (;;) {
        int count = relay->count;

        fds[0] = (struct pollfd){.fd = relay->stop[0], .events = POLLIN};
        fds[1] = (struct pollfd){.fd = relay->listener, .events = POLLIN};
        for (int i = 0; i < count; i++) {
            fds[2 + 2 * i] = (struct pollfd){.fd = relay->pairs[i].client, .events = POLLIN};
            fds[3 + 2 * i] = (struct pollfd){.fd = relay->pairs[i].server, .events = POLLIN};
        }
        li_assert(poll(fds, 2 + 2 * (nfds_t)count, -1) > 0);
        if (fds[0].revents)
            break;
        relay_once(relay, fds, count);
        if (fds[1].revents)
            welcome(relay);
    }
    while (relay->count)
        drop_pair(relay, 0);
    return NULL;
}

static const char *option(const PQconninfoOption *options, const char *name)
{
    for (; options->keyword; options++)
        if (strcmp(options->keyword, name) == 0 && options->val)
            return options->val;
    return strcmp(name, "port") == 0 ? "5432" : "127.0.0.1";
}

static struct relay *relay_new(void)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    PQconninfoOption *options = PQconninfoParse(getenv("LINLI_TEST_PG"), NULL);
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct relay *relay = calloc(1, sizeof(*relay));
    socklen_t len = sizeof(here);

    assert_true(relay && options);
    assert_int_equal(
        getaddrinfo(option(options, "host"), option(options, "port"), &hints, &relay->server), 0);
    PQconninfoFree(options);
    relay->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(relay->listener, (struct sockaddr *)&here, sizeof(here)), 0);
    assert_int_equal(listen(relay->listener, PAIRS), 0);
    assert_int_equal(getsockname(relay->listener, (struct sockaddr *)&here, &len), 0);
    relay->port = ntohs(here.sin_port);
    assert_int_equal(pipe(relay->stop), 0);
    assert_int_equal(pthread_create(&relay->thread, NULL, relay_main, relay), 0);
    return relay;
}

static void relay_free(struct relay *relay)
{
    assert_int_equal(write(relay->stop[1], "", 1), 1);
    pthread_join(relay->thread, NULL);
    close(relay->stop[0]);
    close(relay->stop[1]);
    close(relay->listener);
    freeaddrinfo(relay->server);
    free(relay);
}

/* ---- a record behind it ------------------------------------------------------------------- */

struct lossy {
    struct test_record *r;
    struct relay *relay;
    struct li_store *direct;
};

static struct lossy begin(struct test_store *t)
{
    struct lossy lossy = {.r = records_open(t, NULL, NULL), .relay = relay_new()};
    struct li_str where = li_strf(t->ctx, "%s&host=127.0.0.1&hostaddr=127.0.0.1&port=%d", t->where,
                                  lossy.relay->port);

    records_catch_up(lossy.r);
    records_close(lossy.r);
    lossy.direct = t->store;
    assert_ok(t, li_store_open(t->ctx, where.ptr, &t->store));
    records_reopen(lossy.r);
    return lossy;
}

static void end(struct lossy *lossy)
{
    struct test_store *t = lossy->r->t;

    records_close(lossy->r);
    li_store_close(t->store);
    t->store = lossy->direct;
    records_reopen(lossy->r);
    relay_free(lossy->relay);
    records_catch_up(lossy->r);
    assert_verifies(lossy->r, 1);
}

/* The gate's commit passes, the next one meets its fate. */
static void run_and_lose(struct lossy *lossy, struct test_burst *burst, enum loss loss)
{
    records_burst_submit(burst);
    atomic_store(&lossy->relay->after, 1);
    atomic_store(&lossy->relay->loss, loss);
    records_burst_wait(burst);
    assert_int_equal(atomic_load(&lossy->relay->loss), LOSE_NOTHING);
}

static void assert_all_once(const struct test_burst *burst)
{
    for (size_t i = 0; i < burst->count; i++) {
        assert_int_equal(burst->jobs[i].status, 0);
        assert_int_equal(burst->jobs[i].seq, i + 2);
        assert_int_equal(burst->jobs[i].entity, i + 1);
    }
    assert_int_equal(records_things(burst->r, 1), burst->count);
}

static void the_answer_is_lost(struct test_store *t)
{
    struct lossy lossy = begin(t);
    struct test_burst *burst = records_burst(lossy.r, 1, 30);

    run_and_lose(&lossy, burst, LOSE_ANSWER);
    assert_all_once(burst);
    for (size_t i = 0; i < burst->count; i++)
        assert_ptr_equal(burst->jobs[i].plan, &burst->puts[i]);
    end(&lossy);
    records_burst_free(burst);
}

static void the_commit_is_lost(struct test_store *t)
{
    struct lossy lossy = begin(t);
    struct test_burst *burst = records_burst(lossy.r, 1, 30);

    run_and_lose(&lossy, burst, LOSE_COMMIT);
    assert_all_once(burst);
    end(&lossy);
    records_burst_free(burst);
}

/* Nobody can say what became of it: the answer says so, and the key finds out. */
static void cannot_ask(struct test_store *t, enum loss loss)
{
    struct lossy lossy = begin(t);
    struct test_burst *burst = records_burst(lossy.r, 1, 30), *again;

    for (size_t i = 0; i < burst->count; i++)
        burst->jobs[i].key = (struct li_request_key){.key = li_strf(lossy.r->ctx, "key-%zu", i),
                                                     .fingerprint = LI_S("the same")};
    run_and_lose(&lossy, burst, loss);
    for (size_t i = 0; i < burst->count; i++) {
        assert_int_equal(burst->jobs[i].status, -LI_E_AGAIN);
        assert_int_equal(burst->jobs[i].seq, 0);
        assert_null(burst->jobs[i].plan);
    }
    atomic_store(&lossy.relay->refuse, 0);
    again = records_burst(lossy.r, 1, 30);
    for (size_t i = 0; i < again->count; i++)
        again->jobs[i].key = burst->jobs[i].key;
    records_burst_run(again);
    assert_all_once(again);
    for (size_t i = 0; i < again->count; i++)
        assert_true(again->jobs[i].replayed);
    end(&lossy);
    records_burst_free(burst);
    records_burst_free(again);
}

static void no_way_to_ask(struct test_store *t)
{
    cannot_ask(t, LOSE_ALL);
}

/* The server is back at once; still nothing is done on the chance that it was not. */
static void no_way_to_ask_in_time(struct test_store *t)
{
    cannot_ask(t, LOSE_ONCE);
}

/* A server that is gone does not keep a record from closing. */
static void closing_without_a_server(struct test_store *t)
{
    struct lossy lossy = begin(t);
    struct test_burst *burst = records_burst(lossy.r, 1, 30);

    run_and_lose(&lossy, burst, LOSE_ALL);
    records_close(lossy.r);
    atomic_store(&lossy.relay->refuse, 0);
    records_reopen(lossy.r);
    assert_int_equal(records_things(lossy.r, 1), 30);
    end(&lossy);
    records_burst_free(burst);
}

int main(void)
{
    static const struct store_test tests[] = {
        POSTGRES_TEST(the_answer_is_lost),
        POSTGRES_TEST(the_commit_is_lost),
        POSTGRES_TEST(no_way_to_ask),
        POSTGRES_TEST(no_way_to_ask_in_time),
        POSTGRES_TEST(closing_without_a_server),
    };

    return STORE_TESTS_RUN("record on a lost connection", tests);
}
