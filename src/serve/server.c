/*
 * The HTTP loop, started and stopped: libmicrohttpd with epoll and a small pool of threads.
 *
 * A connection that waits for a commit is suspended and woken by the lane, so a
 * few threads carry thousands of them.  Who comes in is let in by door.c.
 */
#include "serve/serve.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/asset.h"
#include "base/log.h"
#include "base/time.h"
#include "serve/door.h"
#include "serve/handle.h"
#include "serve/inside.h"
#include "serve/metrics.h"
#include "serve/ops.h"
#include "serve/stream.h"
#include "view/lines.h"

#define CONNECTIONS   1048 /* besides who hears the stream */
#define CONN_MEMORY   ((size_t)8 * 1024)
#define IDLE_SECONDS  60
#define PASSWORDS     2         /* at a time: 64 MiB each */
#define PICTURES      2         /* children at a time */
#define FILES         8         /* read from an object store at a time */
#define QUEUE         24        /* that wait for one of them */
#define GRACE_SECONDS 5         /* for answers on their way when the server stops */
#define QUIET_US      100000    /* nobody asks any more, while it stops */
#define QUIET_BODY_US LI_SECOND /* or goes on with what they began to send */

/* ---- starting -------------------------------------------------------------- */

/* Every operation has a handler and every handler an operation. */
static int bind_operations(struct li_server *server)
{
    struct li_ctx *ctx = &server->ctx;
    size_t count = li_contract_count(server->contract);

    server->ops = li_alloc_array(ctx, count, sizeof(*server->ops));
    if (!server->ops) {
        return -LI_E_NOMEM;
    }
    for (const struct li_op *op = li_ops; op->id; op++) {
        const struct li_operation *operation = li_contract_find(server->contract, li_str(op->id));
        if (!operation) {
            return LI_FAIL(ctx, LI_E_INVALID, "the contract knows no operation %s", op->id);
        }
        server->ops[operation->index] = op;
    }
    for (size_t i = 0; i < count; i++) {
        if (!server->ops[i]) {
            return LI_FAIL(ctx, LI_E_INVALID, "operation %.*s has no handler",
                           LI_P(li_contract_operation(server->contract, i)->id));
        }
    }
    return 0;
}

static int load(struct li_server *server)
{
    const struct li_asset *asset = li_asset_find(LI_S("api/openapi.yaml"));
    int r;

    li_assert(asset);
    r = li_contract_load(&server->ctx, "api/openapi.yaml", asset->bytes, &server->contract);
    if (r == 0) {
        server->metrics = li_metrics_new(server->contract, li_now(NULL));
        r = server->metrics ? 0 : LI_FAIL(&server->ctx, LI_E_NOMEM, "no memory for figures");
    }
    r = r ? r : bind_operations(server);
    return r ? r : li_pages_load(&server->ctx, &server->pages);
}

/* What libmicrohttpd has to say, without what it quotes: that came from people.  Why
 * it does not start is told by who starts it. */
__attribute__((format(printf, 2, 0))) static void log_http(void *arg, const char *fmt, va_list args)
{
    const struct li_server *server = arg;

    (void)args;
    if (atomic_load(&server->listening)) {
        li_log(LI_LOG_DEBUG, "serve.http", "text=\"%.*s\"", (int)strcspn(fmt, "\n\""), fmt);
    }
}

static void connection_changed(void *arg, struct MHD_Connection *connection, void **own,
                               enum MHD_ConnectionNotificationCode code)
{
    struct li_server *server = arg;

    (void)connection;
    (void)own;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        li_count(&server->metrics->connections, -1);
    }
}

/* Only the door lets in, so this is exact.  libmicrohttpd's own limit must never be
 * met: of 0.9.75 a thread that was handed one too many waits for itself for ever. */
static bool has_room(void *arg)
{
    const struct li_server *server = arg;

    return li_counted(&server->metrics->connections) < server->connections;
}

static void take_connection(void *arg, int fd, const struct sockaddr *address, socklen_t size)
{
    struct li_server *server = arg;

    li_count(&server->metrics->connections, 1);
    if (MHD_add_connection(server->daemon, fd, address, size) != MHD_YES) {
        li_count(&server->metrics->connections, -1);
        li_count(&server->metrics->refused[LI_LIMIT_CONNECTIONS], 1);
    }
}

static int listen_on(struct li_server *server, const struct li_server_config *config)
{
    const struct li_door_config door = {
        .address = config->address,
        .port = config->port,
        .given = config->given,
        .take = take_connection,
        .room = has_room,
        .arg = server,
    };
    int r;

    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
            MHD_USE_NO_LISTEN_SOCKET,
        0, NULL, NULL, li_serve_handle, server, MHD_OPTION_EXTERNAL_LOGGER, log_http, server,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)LI_SERVE_THREADS,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)(2 * server->connections * LI_SERVE_THREADS),
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONN_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_SECONDS, MHD_OPTION_URI_LOG_CALLBACK, li_serve_first_word, server,
        MHD_OPTION_NOTIFY_COMPLETED, li_serve_completed, server, MHD_OPTION_NOTIFY_CONNECTION,
        connection_changed, server, MHD_OPTION_END);
    if (!server->daemon) {
        return LI_FAIL(&server->ctx, LI_E_IO, "libmicrohttpd does not start: %s", strerror(errno));
    }
    atomic_store(&server->listening, true);
    server->metrics->connections_max = server->connections;
    r = li_door_open(&server->ctx, &door, &server->door);
    return r || config->ops_port < 0
               ? r
               : li_ops_start(&server->ctx, server, (uint16_t)config->ops_port, &server->probe);
}

static int start_pools(struct li_server *server)
{
    int r = li_pool_start(&server->ctx, PASSWORDS, QUEUE, &server->pools[LI_POOL_PASSWORDS]);

    r = r ? r : li_pool_start(&server->ctx, PICTURES, QUEUE, &server->pools[LI_POOL_PICTURES]);
    r = r ? r : li_pool_start(&server->ctx, FILES, QUEUE, &server->pools[LI_POOL_FILES]);
    return r ? r : li_pictures_new(&server->ctx, NULL, &server->pictures);
}

static void init_locks(struct li_server *server)
{
    pthread_condattr_t attr;

    pthread_mutex_init(&server->mutex, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&server->idle, &attr);
    pthread_condattr_destroy(&attr);
}

int li_server_start(struct li_ctx *ctx, const struct li_server_config *config,
                    struct li_server **ret)
{
    struct li_server *server = calloc(1, sizeof(*server));
    int r;

    if (!server) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for the server");
    }
    server->house = config->house;
    server->maps = config->maps;
    server->https = config->https;
    server->public_url = li_str(config->public_url);
    server->check_replies = config->check_replies;
    server->demo = config->demo;
    server->work = config->work;
    server->listeners = config->listeners ? config->listeners : LI_STREAM_LISTENERS;
    server->connections = CONNECTIONS + server->listeners;
    init_locks(server);
    server->arena = li_arena_new(0);
    server->sessions = li_sessions_new(config->house->record);
    server->names = li_view_names_new();
    server->lines = li_view_lines_new();
    if (!server->arena || !server->sessions || !server->names || !server->lines) {
        li_server_stop(server);
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for the server");
    }
    li_ctx_init(&server->ctx, server->arena, ctx->clock, ctx->random);
    server->limits = li_limits_new(&server->ctx, config->trusted);
    r = server->limits ? load(server) : -LI_E_USAGE;
    r = r ? r : start_pools(server);
    r = r ? r
          : li_stream_start(&server->ctx, server->house, server->sessions,
                            (size_t)server->listeners, &server->stream);
    r = r ? r : listen_on(server, config);
    if (r) {
        r = LI_FAIL(ctx, -r, "%.*s", LI_P(li_ctx_explain(&server->ctx)));
        li_server_stop(server);
        return r;
    }
    *ret = server;
    return 0;
}

uint16_t li_server_port(const struct li_server *server)
{
    return li_door_port(server->door);
}

uint16_t li_server_ops_port(const struct li_server *server)
{
    return li_ops_port(server->probe);
}

void li_server_leave(struct li_server *server)
{
    atomic_store(&server->leaving, true);
}

static struct timespec time_at(int64_t steady)
{
    return (struct timespec){.tv_sec = steady / LI_SECOND, .tv_nsec = steady % LI_SECOND * 1000};
}

/* When nobody will have asked for so long, if nobody does; 0: somebody waits for us. */
static int64_t quiet_at(const struct li_server *server)
{
    bool more = atomic_load(&server->reading) > 0;

    return server->answering ? 0 : atomic_load(&server->heard) + (more ? QUIET_BODY_US : QUIET_US);
}

/* Who is connected already is answered, and told with the answer that it was the
 * last one; that takes one more request of each who is just between two.  A client
 * that does not read, or sends for ever, holds nobody up. */
static void wait_for_quiet(struct li_server *server)
{
    int64_t end = li_steady_us() + GRACE_SECONDS * LI_SECOND, now;

    pthread_mutex_lock(&server->mutex);
    while ((now = li_steady_us()) < end) {
        int64_t quiet = quiet_at(server);
        if (quiet && quiet <= now) {
            break;
        }
        struct timespec at = time_at(quiet && quiet < end ? quiet : end);
        pthread_cond_timedwait(&server->idle, &server->mutex, &at);
    }
    pthread_mutex_unlock(&server->mutex);
}

/* Every command that is in the lane, then, for a while, every answer that is on
 * its way. */
static void wait_for_answers(struct li_server *server)
{
    struct timespec at = time_at(li_steady_us() + GRACE_SECONDS * LI_SECOND);
    int timed_out = 0;

    pthread_mutex_lock(&server->mutex);
    atomic_store(&server->stopping, true);
    while (server->under_way > 0) {
        pthread_cond_wait(&server->idle, &server->mutex);
    }
    while (server->answering > 0 && !timed_out) {
        timed_out = pthread_cond_timedwait(&server->idle, &server->mutex, &at);
    }
    pthread_mutex_unlock(&server->mutex);
}

/* libmicrohttpd must not be stopped while a connection is suspended, so in the end
 * no more commands go to the lane and those there come back. */
void li_server_stop(struct li_server *server)
{
    if (!server) {
        return;
    }
    if (server->daemon) {
        li_server_leave(server);
        atomic_store(&server->closing, true);
        if (server->door) {
            li_door_close(server->door);
        }
        li_stream_close(server->stream);
        wait_for_quiet(server);
        li_pictures_stop(server->pictures);
        wait_for_answers(server);
        MHD_stop_daemon(server->daemon);
    }
    li_ops_stop(server->probe);
    li_door_free(server->door);
    for (int i = 0; i < LI_POOLS; i++) {
        li_pool_stop(server->pools[i]);
    }
    li_pictures_free(server->pictures);
    li_stream_free(server->stream);
    li_serve_requests_free(server);
    li_sessions_free(server->sessions);
    li_view_names_free(server->names);
    li_view_lines_free(server->lines);
    li_limits_free(server->limits);
    li_metrics_free(server->metrics);
    li_arena_free(server->arena);
    pthread_mutex_destroy(&server->mutex);
    pthread_cond_destroy(&server->idle);
    free(server);
}
