/*
 * linli serve: the house, its loops and its server, until a signal.
 *
 * --hold-clock FD is for tests: the clock stands still, and lines on that
 * descriptor move it.  "set <µs or RFC 3339>" or "sync" runs what is due, lets
 * the consumers catch up and is answered "ok <seq>".
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "cli/cli.h"
#include "serve/serve.h"
#include "work/work.h"

#define FILES 8192

struct options {
    const char *data, *store, *address, *port_text, *hold_text, *public_url, *trusted;
    bool https, check_replies, debug, demo;
    int64_t port;
    int64_t hold; /* the descriptor; -1: the system's clock */
};

static int number_of(struct li_cli *cli, const char *text, int64_t max, int64_t *ret)
{
    int64_t value;

    if (!li_str_to_i64(li_str(text), &value) || value < 0 || value > max) {
        return LI_FAIL(cli->ctx, LI_E_USAGE, "%s is not a number up to %lld", text, (long long)max);
    }
    *ret = value;
    return 0;
}

/* What is printed on walls has to be right. */
static int check_url(struct li_cli *cli, const char *text)
{
    struct li_str url = li_str(text);

    if ((!li_str_starts(url, LI_S("http://")) && !li_str_starts(url, LI_S("https://"))) ||
        li_str_ends(url, LI_S("/")) || strpbrk(text, " ?#\"'<>")) {
        return LI_FAIL(cli->ctx, LI_E_USAGE,
                       "--public-url is an address like https://linli.example, no / at its end");
    }
    return 0;
}

static int read_options(struct li_cli *cli, struct options *ret)
{
    struct options o = {.data = ".linli", .address = "127.0.0.1", .port_text = "8080", .hold = -1};
    const struct li_cli_option known[] = {
        {"--data", &o.data, NULL},
        {"--store", &o.store, NULL},
        {"--address", &o.address, NULL},
        {"--port", &o.port_text, NULL},
        {"--https", NULL, &o.https},
        {"--hold-clock", &o.hold_text, NULL},
        {"--debug", NULL, &o.debug},
        {"--check-replies", NULL, &o.check_replies},
        {"--public-url", &o.public_url, NULL},
        {"--demo", NULL, &o.demo},
        {"--trust", &o.trusted, NULL},
    };
    int r = li_cli_options(cli, known, sizeof(known) / sizeof(known[0]), NULL, 0, NULL);

    r = r ? r : number_of(cli, o.port_text, 65535, &o.port);
    r = r || !o.hold_text ? r : number_of(cli, o.hold_text, 1024, &o.hold);
    if (r == 0 && o.public_url) {
        r = check_url(cli, o.public_url);
    }
    if (r == 0) {
        *ret = o;
    }
    return r;
}

/* ---- the held clock -------------------------------------------------------- */

static int move_clock(struct li_ctx *ctx, struct li_clock *clock, struct li_str line)
{
    int64_t at;

    if (li_str_is(line, "sync")) {
        return 0;
    }
    if (!li_str_starts(line, LI_S("set "))) {
        return LI_FAIL(ctx, LI_E_USAGE, "the clock is told `set TIME` or `sync`");
    }
    line = li_str_n(line.ptr + 4, line.len - 4);
    if (!li_str_to_i64(line, &at)) {
        int r = li_time_parse(ctx, line, &at);
        if (r) {
            return r;
        }
    }
    atomic_store(&clock->held, at);
    return 0;
}

static void answer_line(struct li_cli *cli, struct li_work *work, struct li_clock *clock, int fd,
                        struct li_str line)
{
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx ctx;
    int64_t seq = 0;
    int r;

    li_assert(arena);
    li_ctx_init(&ctx, arena, cli->ctx->clock, cli->ctx->random);
    r = move_clock(&ctx, clock, line);
    r = r ? r : li_work_settle(&ctx, work, &seq);
    if (r) {
        li_log_error(&ctx, "serve.clock");
        dprintf(fd, "error %s\n", li_error_info(r)->name);
    } else {
        dprintf(fd, "ok %lld\n", (long long)seq);
    }
    li_arena_free(arena);
}

struct lines {
    char text[256];
    size_t len;
};

/* false: the other end is closed. */
static bool read_lines(struct li_cli *cli, struct li_work *work, struct li_clock *clock, int fd,
                       struct lines *lines)
{
    ssize_t got = read(fd, lines->text + lines->len, sizeof(lines->text) - lines->len);
    char *end;

    if (got <= 0) {
        return false;
    }
    lines->len += (size_t)got;
    while ((end = memchr(lines->text, '\n', lines->len))) {
        size_t len = (size_t)(end - lines->text);
        answer_line(cli, work, clock, fd, li_str_n(lines->text, len));
        memmove(lines->text, end + 1, lines->len - len - 1);
        lines->len -= len + 1;
    }
    return lines->len < sizeof(lines->text);
}

/* ---- until a signal -------------------------------------------------------- */

static sigset_t stop_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

static void wait_for_stop(struct li_cli *cli, struct li_work *work, struct li_clock *clock,
                          int hold)
{
    sigset_t set = stop_signals();
    struct pollfd fds[2] = {
        {.fd = signalfd(-1, &set, SFD_CLOEXEC), .events = POLLIN},
        {.fd = hold, .events = POLLIN},
    };
    struct lines lines = {.len = 0};

    for (;;) {
        if (poll(fds, 2, -1) < 0) {
            li_assert(errno == EINTR); /* a debugger came or went */
            continue;
        }
        if (fds[0].revents & POLLIN) {
            break;
        }
        if (fds[1].revents && !read_lines(cli, work, clock, fds[1].fd, &lines)) {
            fds[1].fd = -1;
        }
    }
    close(fds[0].fd);
}

static void tell_stop(const struct li_house *house)
{
    struct li_store_stats stats;

    li_store_stats(house->store, &stats);
    li_log(LI_LOG_INFO, "serve.stop", "rows=%lld commits=%lld", (long long)stats.rows_written,
           (long long)stats.commits);
}

/* A connection is a descriptor, and so are the files of every reader: the usual
 * thousand would be too few. */
static void allow_files(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < FILES) {
        limit.rlim_cur = limit.rlim_max < FILES ? limit.rlim_max : FILES;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int serve(struct li_cli *cli, const struct options *options, struct li_clock *clock,
                 struct li_house *house)
{
    struct li_server_config config = {
        .house = house,
        .address = options->address,
        .port = (uint16_t)options->port,
        .https = options->https,
        .public_url = options->public_url,
        .trusted = options->trusted,
        .check_replies = options->check_replies,
    };
    struct li_server *server = NULL;
    struct li_work *work = NULL;
    int r = li_work_start(cli->ctx, house, options->hold >= 0, &work);

    r = r ? r : li_server_start(cli->ctx, &config, &server);
    if (r == 0) {
        printf("listening on http://%s:%u\n", options->address, li_server_port(server));
        fflush(stdout);
        if (options->demo) {
            struct li_str base =
                li_strf(cli->ctx, "http://%s:%u", options->address, li_server_port(server));
            li_cli_print_demo(options->public_url ? options->public_url : base.ptr);
        }
        li_log(LI_LOG_INFO, "serve.start", "address=%s port=%u", options->address,
               li_server_port(server));
        wait_for_stop(cli, work, clock, (int)options->hold);
    }
    li_server_stop(server);
    li_work_stop(work);
    if (r == 0) {
        tell_stop(house);
    }
    return r;
}

int li_cli_serve(struct li_cli *cli)
{
    struct li_clock clock = {0};
    struct li_house house;
    struct options options;
    sigset_t set = stop_signals();
    int r = read_options(cli, &options);

    if (r) {
        return r;
    }
    if (options.hold >= 0) {
        atomic_store(&clock.held, li_now(&clock));
    }
    allow_files();
    li_log_level(options.debug ? LI_LOG_DEBUG : LI_LOG_INFO);
    cli->ctx->clock = &clock;
    /* every thread inherits this: signals reach only the descriptor we wait on */
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    r = li_cli_house(cli, options.data, options.store, true, &house);
    if (r == 0) {
        r = serve(cli, &options, &clock, &house);
        li_house_close(&house);
    }
    return r;
}
