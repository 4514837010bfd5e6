/*
 * Listeners: many that do nothing but listen to the live stream.
 *
 *     bench-listeners --port P --path /api/v1/TENANT/stream --cookie C --count N
 *
 * Opens N streams, from several addresses of the loopback network when one has not
 * enough ports, and prints a line of JSON once all are told that they are ready.
 * Each line on stdin that is a number K asks for K more events: the next line of
 * JSON comes when all N have heard of K cases more.  Ends with its input.
 * tests/bench/scale.py asks and reads the figures of the server beside it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sys.h"

#define PER_ADDRESS 20000 /* of the ports one address has for those it calls */
#define AT_ONCE     200   /* asked and not yet ready: the server's queue is not what is measured */
#define WORD        "event: case\n"
#define READY       "event: ready\n"

struct listener {
    int fd;
    bool ready;
    unsigned matched; /* of the word it waits for */
    long heard;
};

struct listeners {
    const char *path, *cookie;
    long port, count;
    int epoll;
    struct listener *items;
    long ready, gone;
    long wanted, enough; /* events each is to hear; how many have */
};

static int fail(const char *what)
{
    fprintf(stderr, "bench-listeners: %s: %s\n", what, strerror(errno));
    return -1;
}

/* ---- opening ----------------------------------------------------------------- */

static int call(const struct listeners *all, long number)
{
    struct sockaddr_in from = {.sin_family = AF_INET};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)all->port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(number / PER_ADDRESS));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one)) < 0 ||
        bind(fd, (struct sockaddr *)&from, sizeof(from)) < 0 ||
        connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    return fd;
}

static int begin(struct listeners *all, long number)
{
    struct listener *one = &all->items[number];
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = one}};
    char request[1024];
    int len = snprintf(request, sizeof(request),
                       "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
                       "Cookie: %s\r\n\r\n",
                       all->path, all->cookie);

    one->fd = call(all, number);
    if (one->fd < 0)
        return fail("connecting");
    if (epoll_ctl(all->epoll, EPOLL_CTL_ADD, one->fd, &event) < 0 ||
        write(one->fd, request, (size_t)len) != len)
        return fail("asking");
    return 0;
}

/* ---- hearing ------------------------------------------------------------------- */

/* How often the word ends in these bytes; it may begin in earlier ones. */
static long count_word(struct listener *one, const char *word, const char *bytes, size_t len)
{
    size_t whole = strlen(word);
    long found = 0;

    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != word[one->matched])
            one->matched = bytes[i] == word[0];
        else if (++one->matched == whole) {
            one->matched = 0;
            found++;
        }
    }
    return found;
}

static void hear(struct listeners *all, struct listener *one, const char *bytes, size_t len)
{
    if (!one->ready) {
        if (!count_word(one, READY, bytes, len))
            return;
        one->ready = true;
        all->ready++;
        return;
    }
    bool had = one->heard >= all->wanted;
    one->heard += count_word(one, WORD, bytes, len);
    all->enough += !had && one->heard >= all->wanted;
}

static void receive(struct listeners *all, struct listener *one)
{
    char bytes[4096];
    ssize_t len = read(one->fd, bytes, sizeof(bytes));

    if (len < 0 && errno == EAGAIN)
        return;
    if (len <= 0) {
        close(one->fd);
        one->fd = -1;
        all->gone++;
        return;
    }
    hear(all, one, bytes, (size_t)len);
}

/* One look at what came; false when nothing did for `ms`. */
static bool look(struct listeners *all, int ms)
{
    struct epoll_event events[256];
    int count = epoll_wait(all->epoll, events, 256, ms);

    for (int i = 0; i < count; i++)
        receive(all, events[i].data.ptr);
    return count > 0;
}

static int open_all(struct listeners *all)
{
    for (long begun = 0; begun < all->count;) {
        while (begun < all->count && begun - all->ready < AT_ONCE) {
            if (begin(all, begun++) < 0)
                return -1;
        }
        if (!look(all, 30000) || all->gone)
            return fail("a stream ended before it began");
    }
    while (all->ready < all->count) {
        if (!look(all, 30000) || all->gone)
            return fail("a stream ended before it began");
    }
    return 0;
}

/* Waits for the numbers on stdin and answers each. */
static int attend(struct listeners *all)
{
    char line[32];

    while (fgets(line, sizeof(line), stdin)) {
        int64_t begun = li_steady_us();
        all->wanted += strtol(line, NULL, 10);
        all->enough = 0;
        for (long i = 0; i < all->count; i++)
            all->enough += all->items[i].heard >= all->wanted;
        while (all->enough < all->count && !all->gone) {
            if (!look(all, 30000))
                return fail("an event does not come");
        }
        if (all->gone)
            return fail("a stream ended");
        printf("{\"heard\":%ld,\"us\":%lld}\n", all->enough, (long long)(li_steady_us() - begun));
        fflush(stdout);
    }
    return 0;
}

static int read_options(int argc, char **argv, struct listeners *ret)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--port") == 0)
            ret->port = strtol(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--count") == 0)
            ret->count = strtol(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--path") == 0)
            ret->path = argv[i + 1];
        else if (strcmp(argv[i], "--cookie") == 0)
            ret->cookie = argv[i + 1];
        else
            return -1;
    }
    return argc % 2 == 1 && ret->port > 0 && ret->count > 0 && ret->path && ret->cookie ? 0 : -1;
}

static int raise_files(long count)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) < 0)
        return fail("RLIMIT_NOFILE");
    if (files.rlim_cur >= (rlim_t)count + 64)
        return 0;
    files.rlim_cur = (rlim_t)count + 64;
    if (files.rlim_max < files.rlim_cur)
        files.rlim_max = files.rlim_cur; /* root may */
    return setrlimit(RLIMIT_NOFILE, &files) < 0 ? fail("too few open files are allowed") : 0;
}

int main(int argc, char **argv)
{
    struct listeners all = {0};
    int64_t begun = li_steady_us();
    int status = 1;

    if (read_options(argc, argv, &all) < 0) {
        fputs("usage: bench-listeners --port P --path PATH --cookie C --count N\n", stderr);
        return 2;
    }
    all.epoll = epoll_create1(EPOLL_CLOEXEC);
    all.items = calloc((size_t)all.count, sizeof(*all.items));
    if (all.epoll >= 0 && all.items && raise_files(all.count) == 0 && open_all(&all) == 0) {
        printf("{\"open\":%ld,\"us\":%lld}\n", all.ready, (long long)(li_steady_us() - begun));
        fflush(stdout);
        status = attend(&all) < 0;
    }
    free(all.items);
    return status;
}
