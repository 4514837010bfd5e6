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
#include "cli/adopt.h"
#include "cli/cli.h"
#include "cli/control.h"
#include "cli/notify.h"
#include "serve/door.h"
#include "serve/serve.h"
#include "work/gateway.h"
#include "work/work.h"

#define FILES     8192 /* besides a descriptor a listener */
#define LANES_MAX 32

struct options {
    struct li_cli_where where;
    const char *address, *port_text, *hold_text, *public_url, *trusted;
    const char *lanes_text, *listeners_text, *ops_text, *drain_text, *level_text, *format_text,
        *playbooks, *messages, *messages_secret;
    bool https, check_replies, debug, demo;
    int64_t port;
    int64_t ops;       /* the operations port; -1: none */
    int64_t hold;      /* the descriptor; -1: the system's clock */
    int64_t listeners; /* 0: as many as the server likes */
    int64_t drain;     /* seconds between saying so and stopping */
    struct li_gateway gateway;
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

/* --debug is the short word for --log-level debug. */
static int set_log(struct li_cli *cli, const struct options *options)
{
    const char *name = options->debug        ? "debug"
                       : options->level_text ? options->level_text
                                             : "info";
    const char *format = options->format_text ? options->format_text : "text";
    int level = LI_LOG_ERROR;

    while (level <= LI_LOG_DEBUG && strcmp(name, li_log_level_name((enum li_level)level)) != 0) {
        level++;
    }
    if (level > LI_LOG_DEBUG) {
        return LI_FAIL(cli->ctx, LI_E_USAGE, "--log-level is error, warn, info or debug");
    }
    if (strcmp(format, "text") != 0 && strcmp(format, "json") != 0) {
        return LI_FAIL(cli->ctx, LI_E_USAGE, "--log-format is text or json");
    }
    li_log_level((enum li_level)level);
    li_log_format(strcmp(format, "json") == 0 ? LI_LOG_JSON : LI_LOG_TEXT);
    return 0;
}

static int read_options(struct li_cli *cli, struct options *ret)
{
    struct options o = {.address = "127.0.0.1", .port_text = "8080", .hold = -1, .ops = -1};
    const struct li_cli_option known[] = {
        LI_CLI_WHERE(&o.where),
        {"--address", &o.address, NULL},
        {"--port", &o.port_text, NULL},
        {"--https", NULL, &o.https},
        {"--hold-clock", &o.hold_text, NULL},
        {"--debug", NULL, &o.debug},
        {"--check-replies", NULL, &o.check_replies},
        {"--public-url", &o.public_url, NULL},
        {"--demo", NULL, &o.demo},
        {"--no-migrate", NULL, &o.where.no_migrate},
        {"--lanes", &o.lanes_text, NULL},
        {"--trust", &o.trusted, NULL},
        {"--ops-port", &o.ops_text, NULL},
        {"--drain", &o.drain_text, NULL},
        {"--playbooks", &o.playbooks, NULL},
        {"--listeners", &o.listeners_text, NULL},
        {"--messages", &o.messages, NULL},
        {"--messages-secret", &o.messages_secret, NULL},
        {"--log-level", &o.level_text, NULL},
        {"--log-format", &o.format_text, NULL},
    };
    int64_t lanes = 0;
    int r = li_cli_options(cli, known, sizeof(known) / sizeof(known[0]), NULL, 0, NULL);

    r = r ? r : number_of(cli, o.port_text, 65535, &o.port);
    r = r || !o.hold_text ? r : number_of(cli, o.hold_text, 1024, &o.hold);
    r = r || !o.lanes_text ? r : number_of(cli, o.lanes_text, LANES_MAX, &lanes);
    o.where.lanes = (int)lanes;
    r = r || !o.ops_text ? r : number_of(cli, o.ops_text, 65535, &o.ops);
    r = r || !o.listeners_text ? r : number_of(cli, o.listeners_text, 100000, &o.listeners);
    r = r || !o.drain_text ? r : number_of(cli, o.drain_text, 3600, &o.drain);
    r = r ? r : set_log(cli, &o);
    r = r ? r : li_gateway_read(cli->ctx, o.messages, o.messages_secret, &o.gateway);
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

/* SIGHUP asks for the playbooks to be read again, the others for the end. */
static sigset_t our_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    return set;
}

static void reload(struct li_house *house, const char *folder)
{
    li_notify("RELOADING=1");
    if (folder) {
        li_adopt_folder(house, folder);
    } else {
        li_log(LI_LOG_WARN, "serve.reload", "text=\"there is no --playbooks\"");
    }
    li_notify("READY=1");
}

/* What is waited for. */
struct wait {
    struct li_cli *cli;
    struct li_work *work;
    struct li_clock *clock;
    struct li_house *house;
    const char *playbooks;
    int signals, hold, control;
    struct lines lines;
};

static bool is_stop(const struct wait *wait)
{
    struct signalfd_siginfo told;

    li_assert(read(wait->signals, &told, sizeof(told)) == sizeof(told));
    if (told.ssi_signo == SIGHUP) {
        reload(wait->house, wait->playbooks);
    }
    return told.ssi_signo != SIGHUP;
}

/* Until a signal to stop (true), or `us` of real time are over; 0: no end. */
static bool wait_for_stop(struct wait *wait, int64_t us)
{
    int64_t until = li_steady_us() + us, left = 0;

    while (us == 0 || (left = until - li_steady_us()) > 0) {
        struct pollfd fds[3] = {{.fd = wait->signals, .events = POLLIN},
                                {.fd = wait->hold, .events = POLLIN},
                                {.fd = wait->control, .events = POLLIN}};
        if (poll(fds, 3, us ? (int)(left / 1000) + 1 : -1) < 0) {
            li_assert(errno == EINTR); /* a debugger came or went */
            continue;
        }
        if (fds[0].revents & POLLIN && is_stop(wait)) {
            return true;
        }
        if (fds[1].revents &&
            !read_lines(wait->cli, wait->work, wait->clock, wait->hold, &wait->lines)) {
            wait->hold = -1;
        }
        if (fds[2].revents & POLLIN) {
            li_control_answer(wait->house, wait->control);
        }
    }
    return false;
}

/* After the signal all goes on for a while, but /readyz says no: whoever sends
 * requests here finds somebody else.  A second signal makes it short. */
static void run(struct li_cli *cli, const struct options *options, struct li_clock *clock,
                struct li_house *house, struct li_work *work, struct li_server *server)
{
    const char *data = li_cli_data(&options->where);
    sigset_t set = our_signals();
    struct wait wait = {.cli = cli,
                        .work = work,
                        .clock = clock,
                        .house = house,
                        .playbooks = options->playbooks,
                        .signals = signalfd(-1, &set, SFD_CLOEXEC),
                        .hold = (int)options->hold,
                        .control = -1};

    li_assert(wait.signals >= 0);
    if (li_control_open(cli->ctx, data, &wait.control)) {
        li_log_error(cli->ctx, "serve.control"); /* it serves without */
        li_ctx_clear(cli->ctx);
    }
    li_notify("READY=1");
    wait_for_stop(&wait, 0);
    li_notify("STOPPING=1");
    li_server_leave(server);
    li_log(LI_LOG_INFO, "serve.leave", "drain=%lld", (long long)options->drain);
    if (options->drain) {
        wait_for_stop(&wait, options->drain * LI_SECOND);
    }
    li_control_close(data, wait.control);
    close(wait.signals);
}

static void tell_stop(const struct li_house *house)
{
    struct li_store_stats stats;

    li_store_stats(house->store, &stats);
    li_log(LI_LOG_INFO, "serve.stop", "rows=%lld commits=%lld", (long long)stats.rows_written,
           (long long)stats.commits);
    li_log_end();
}

/* A connection is a descriptor, and so are the files of every reader: the usual
 * thousand would be too few. */
static void allow_files(int64_t listeners)
{
    const rlim_t wanted = FILES + (rlim_t)listeners;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < wanted) {
        limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
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
        .listeners = (int)options->listeners,
        .public_url = options->public_url,
        .maps = li_strf(cli->ctx, "%s/maps", li_cli_data(&options->where)).ptr,
        .trusted = options->trusted,
        .given = li_door_given(),
        .ops_port = (int)options->ops,
        .demo = options->demo,
        .check_replies = options->check_replies,
    };
    struct li_server *server = NULL;
    struct li_work *work = NULL;
    int r;

    if (options->playbooks) {
        li_adopt_folder(house, options->playbooks);
    }
    r = li_work_start(cli->ctx, house, &options->gateway, options->hold >= 0, &work);
    config.work = work;
    r = r ? r : li_server_start(cli->ctx, &config, &server);
    if (r == 0) {
        printf("listening on http://%s:%u\n", options->address, li_server_port(server));
        if (options->ops >= 0) {
            printf("operations on http://127.0.0.1:%u\n", li_server_ops_port(server));
        }
        fflush(stdout);
        if (options->demo) {
            struct li_str base =
                li_strf(cli->ctx, "http://%s:%u", options->address, li_server_port(server));
            li_cli_print_demo(options->public_url ? options->public_url : base.ptr);
        }
        li_log(LI_LOG_INFO, "serve.start", "address=%s port=%u", options->address,
               li_server_port(server));
        run(cli, options, clock, house, work, server);
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
    sigset_t set = our_signals();
    int r = read_options(cli, &options);

    if (r) {
        return r;
    }
    if (options.hold >= 0) {
        atomic_store(&clock.held, li_now(&clock));
    }
    allow_files(options.listeners);
    cli->ctx->clock = &clock;
    /* every thread inherits this: signals reach only the descriptor we wait on */
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    r = li_cli_house(cli, &options.where, true, &house);
    if (r == 0) {
        r = serve(cli, &options, &clock, &house);
        li_house_close(&house);
    }
    return r;
}
