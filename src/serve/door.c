/* Listening and letting in; see door.h. */
#include "serve/door.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"

#define BACKLOG     1024
#define FIRST_GIVEN 3   /* SD_LISTEN_FDS_START */
#define AGAIN_MS    100 /* before it is tried again to let somebody in */
#define EMPTY_MS    10  /* while those are waited for who are half in */
#define EMPTY_US    LI_SECOND

struct li_door {
    struct li_door_config config;
    int socket, stop;
    uint16_t port;
    pthread_t thread;
    bool started, closed;
};

int li_door_given(void)
{
    const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
    int64_t number;

    if (!pid || !fds || !li_str_to_i64(li_str(pid), &number) || number != getpid() ||
        !li_str_to_i64(li_str(fds), &number) || number < 1) {
        return -1;
    }
    return FIRST_GIVEN;
}

/* ---- letting in -------------------------------------------------------------- */

enum come { SOMEBODY, NOBODY, TROUBLE };

static enum come let_in(struct li_door *door)
{
    struct sockaddr_in from;
    socklen_t size = sizeof(from);
    int fd;

    fd = accept4(door->socket, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        door->config.take(door->config.arg, fd, (struct sockaddr *)&from, size);
        return SOMEBODY;
    }
    switch (errno) {
    case EAGAIN:
        return NOBODY;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        li_log(LI_LOG_WARN, "serve.accept", "errno=%d", errno);
        return TROUBLE;
    default:
        return SOMEBODY; /* who has left already */
    }
}

static void *door_main(void *arg)
{
    struct li_door *door = arg;
    bool waits = false; /* for room: then nobody is looked for */

    for (;;) {
        struct pollfd fds[2] = {{.fd = door->stop, .events = POLLIN},
                                {.fd = waits ? -1 : door->socket, .events = POLLIN}};
        if (poll(fds, 2, waits ? AGAIN_MS : -1) < 0) {
            li_assert(errno == EINTR);
            continue;
        }
        if (fds[0].revents) {
            return NULL;
        }
        waits = !door->config.room(door->config.arg);
        waits = waits || let_in(door) == TROUBLE;
    }
}

/* ---- closing ----------------------------------------------------------------- */

/* Who asks to connect from here on hears nothing, and asks again: by then there is
 * nobody, or somebody else.  A socket that is closed at once resets those who are in
 * it already. */
static void refuse_new(int fd)
{
    /* byte 13 of a TCP header are its flags, 2 is SYN */
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x02, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
    };
    const struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

    /* where it is not allowed, the few who come in this instant are reset */
    (void)setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

/* Those who are connected and have not been let in. */
static bool is_empty(int fd)
{
    struct tcp_info info;
    socklen_t size = sizeof(info);

    /* of a listening socket: how many wait */
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) || info.tcpi_unacked == 0;
}

static void empty(struct li_door *door)
{
    int64_t until = li_steady_us() + EMPTY_US;
    struct pollfd fd = {.fd = door->socket, .events = POLLIN};

    refuse_new(door->socket);
    do {
        while (let_in(door) == SOMEBODY) {
        }
    } while (!is_empty(door->socket) && li_steady_us() < until && poll(&fd, 1, EMPTY_MS) >= 0);
}

void li_door_close(struct li_door *door)
{
    const uint64_t one = 1;

    if (door->closed) {
        return;
    }
    door->closed = true;
    if (door->started) {
        li_assert(write(door->stop, &one, sizeof(one)) == sizeof(one));
        pthread_join(door->thread, NULL);
        if (door->config.given < 0) {
            empty(door);
        }
    }
    if (door->socket >= 0) {
        close(door->socket);
    }
}

void li_door_free(struct li_door *door)
{
    if (!door) {
        return;
    }
    li_door_close(door);
    if (door->stop >= 0) {
        close(door->stop);
    }
    free(door);
}

/* ---- opening ----------------------------------------------------------------- */

static int listen_on(struct li_ctx *ctx, struct li_door *door)
{
    const struct li_door_config *config = &door->config;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(config->port)};
    int one = 1;

    if (inet_pton(AF_INET, config->address, &at.sin_addr) != 1) {
        return LI_FAIL(ctx, LI_E_USAGE, "%s is no IPv4 address", config->address);
    }
    door->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (door->socket < 0 || setsockopt(door->socket, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
        bind(door->socket, (struct sockaddr *)&at, sizeof(at)) || listen(door->socket, BACKLOG)) {
        return LI_FAIL(ctx, LI_E_IO, "cannot listen on %s:%u: %s", config->address, config->port,
                       strerror(errno));
    }
    return 0;
}

static int take_given(struct li_ctx *ctx, struct li_door *door)
{
    int fd = door->config.given, listens = 0, family = 0;
    socklen_t size = sizeof(listens);

    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) || !listens ||
        getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size) || family != AF_INET) {
        return LI_FAIL(ctx, LI_E_USAGE, "descriptor %d is no listening IPv4 socket", fd);
    }
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    door->socket = fd;
    return 0;
}

static int start(struct li_ctx *ctx, struct li_door *door)
{
    struct sockaddr_in at;
    socklen_t size = sizeof(at);
    int r = door->config.given >= 0 ? take_given(ctx, door) : listen_on(ctx, door);

    if (r) {
        return r;
    }
    if (door->stop < 0 || getsockname(door->socket, (struct sockaddr *)&at, &size)) {
        return LI_FAIL(ctx, LI_E_IO, "no door: %s", strerror(errno));
    }
    door->port = ntohs(at.sin_port);
    if (pthread_create(&door->thread, NULL, door_main, door)) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no thread for the door");
    }
    door->started = true;
    return 0;
}

int li_door_open(struct li_ctx *ctx, const struct li_door_config *config, struct li_door **ret)
{
    struct li_door *door = calloc(1, sizeof(*door));
    int r;

    if (!door) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a door");
    }
    door->config = *config;
    door->socket = -1;
    door->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    r = start(ctx, door);
    if (r) {
        li_door_free(door);
        return r;
    }
    *ret = door;
    return 0;
}

uint16_t li_door_port(const struct li_door *door)
{
    return door->port;
}
