/*
 * The HTTP loop: libmicrohttpd with epoll and a small pool of threads.
 *
 * A connection that waits for a commit is suspended and woken by the lane, so a
 * few threads carry thousands of them.
 */
#include "serve/serve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/asset.h"
#include "base/log.h"
#include "base/time.h"
#include "serve/inside.h"
#include "serve/stream.h"

#define CONNECTIONS   2048
#define CONN_MEMORY   ((size_t)16 * 1024)
#define IDLE_SECONDS  60
#define POOL_ARENA    ((size_t)16 << 20)
#define DRAIN         ((size_t)1 << 20)   /* most of a refused body that is read and dropped, */
#define DRAIN_TIMES   2                   /* or so many times what is allowed */
#define LARGE         ((size_t)64 << 10)  /* a body above it is counted; of all there are */
#define HELD_MAX      ((size_t)128 << 20) /* so many bytes in memory */
#define PASSWORDS     2                   /* at a time: 64 MiB each */
#define PICTURES      2                   /* children at a time */
#define QUEUE         24                  /* that wait for either */
#define GRACE_SECONDS 5                   /* for answers on their way when the server stops */

enum stage { READING, ASKED, DONE };

/* ---- requests, re-used ----------------------------------------------------- */

static struct li_request *request_new(struct li_server *server)
{
    struct li_request *request;

    pthread_mutex_lock(&server->mutex);
    request = server->pool;
    if (request) {
        server->pool = request->next;
    }
    pthread_mutex_unlock(&server->mutex);
    if (request) {
        return request;
    }
    request = calloc(1, sizeof(*request));
    if (!request) {
        return NULL;
    }
    request->arena = li_arena_new(POOL_ARENA);
    if (!request->arena) {
        free(request);
        return NULL;
    }
    return request;
}

static void request_begin(struct li_request *request, struct li_server *server,
                          struct MHD_Connection *connection, const char *method)
{
    struct li_arena *arena = request->arena;
    struct li_str uri = request->path;

    *request = (struct li_request){
        .server = server, .arena = arena, .connection = connection, .path = uri};
    li_ctx_init(&request->ctx, arena, li_record_clock(server->house->record),
                li_record_random(server->house->record));
    request->method = li_method_of(method);
    request->begun = li_steady_us();
}

static void request_end(struct li_request *request)
{
    struct li_server *server = request->server;

    li_stream_leave(request->listener);
    request->listener = NULL;
    li_buf_done(&request->input);
    atomic_fetch_sub(&server->held, request->counted);
    request->counted = 0;
    li_buf_done(&request->answer.body);
    li_arena_reset(request->arena);
    pthread_mutex_lock(&server->mutex);
    if (request->answering && --server->answering == 0) {
        pthread_cond_broadcast(&server->idle);
    }
    request->answering = false;
    request->next = server->pool;
    server->pool = request;
    pthread_mutex_unlock(&server->mutex);
}

/* ---- a request arrives ----------------------------------------------------- */

/* "en-GB,en;q=0.9,zh;q=0.8": the first of our languages that is named. */
static enum li_lang language_of(const struct li_request *request)
{
    struct li_str rest = li_request_header(request, "Accept-Language");

    while (rest.ptr) {
        struct li_str one = li_str_trim(li_str_cut(&rest, ','));
        if (li_str_starts(one, LI_S("en"))) {
            return LI_EN;
        }
        if (li_str_starts(one, LI_S("zh"))) {
            return LI_ZH;
        }
    }
    return LI_ZH;
}

/* The Content-Length; 0 when there is none. */
static int64_t announced(const struct li_request *request)
{
    int64_t bytes;

    return li_str_to_i64(li_request_header(request, "Content-Length"), &bytes) ? bytes : 0;
}

static enum MHD_Result count_length(void *arg, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    int *count = arg;

    (void)kind;
    (void)value;
    *count += strcasecmp(name, "Content-Length") == 0;
    return MHD_YES;
}

/* Two ideas of a body's length: whoever is in front of us may have taken the
 * other one, and would take what is behind it for somebody else's request. */
static bool is_ambiguous(const struct li_request *request)
{
    int count = li_request_header(request, "Transfer-Encoding").ptr != NULL;

    MHD_get_connection_values(request->connection, MHD_HEADER_KIND, count_length, &count);
    return count > 1;
}

/* Of an address that no operation has. */
static enum li_face face_of(struct li_str path)
{
    if (li_str_starts(path, LI_S("/api/"))) {
        return LI_FACE_API;
    }
    return li_str_starts(path, LI_S("/open311/")) ? LI_FACE_OPEN311 : LI_FACE_PAGE;
}

static void find_operation(struct li_request *request)
{
    struct li_server *server = request->server;
    struct li_str uri = request->path;
    int r;

    request->path = li_str_cut(&uri, '?');
    request->query = uri.ptr ? uri : LI_S("");
    request->ctx.lang = language_of(request);
    if (is_ambiguous(request)) {
        request->ends = true;
        LI_FAIL(&request->ctx, LI_E_SYNTAX, "the body has more than one length");
        li_reply_problem(request, LI_E_SYNTAX);
        return;
    }
    r = li_contract_route(server->contract, request->method, request->path, &request->match);
    if (r == -LI_E_METHOD) {
        request->answer.allow = request->match.allowed;
        li_reply_methods(request, request->method == LI_OPTIONS ? 204 : 405);
        return;
    }
    if (r) {
        request->face = face_of(request->path);
        LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such address");
        li_reply_problem(request, LI_E_NOT_FOUND);
        return;
    }
    request->operation = request->match.operation;
    request->op = server->ops[request->operation->index];
    request->face = request->op->face;
    li_buf_init(&request->input, request->operation->body_limit + 1);
    if (announced(request) > (int64_t)request->operation->body_limit) {
        LI_FAIL(&request->ctx, LI_E_LIMIT, "at most %zu bytes", request->operation->body_limit);
        li_reply_problem(request, LI_E_LIMIT);
    }
}

static size_t drain(const struct li_request *request)
{
    size_t most = request->operation ? DRAIN_TIMES * request->operation->body_limit : 0;

    return most > DRAIN ? most : DRAIN;
}

/* Whether a refusal is told before the body: when the client waits to be asked
 * for it, or means to send more than is worth reading.  Otherwise the body is
 * read and dropped, because an answer is lost when the connection closes on
 * bytes that nobody has read. */
static bool is_refused_at_once(const struct li_request *request)
{
    return request->answer.status &&
           (request->ends || announced(request) > (int64_t)drain(request) ||
            li_request_header(request, "Expect").ptr != NULL);
}

/* Large bodies of everybody together have a bound: beyond it they are told to come
 * again, and what is small goes on. */
static bool hold(struct li_request *request, size_t len)
{
    atomic_size_t *held = &request->server->held;

    if (request->input.len + len <= LARGE) {
        return true;
    }
    request->counted += len;
    if (atomic_fetch_add(held, len) + len <= HELD_MAX) {
        return true;
    }
    LI_FAIL(&request->ctx, LI_E_TOO_MANY, "too many large bodies at once");
    li_reply_problem(request, LI_E_TOO_MANY);
    return false;
}

/* false: enough; the connection is closed without an answer. */
static bool take_input(struct li_request *request, const char *bytes, size_t len)
{
    if (!request->answer.status && !request->input_too_large) {
        if (request->input.len + len > request->operation->body_limit) {
            request->input_too_large = true;
        } else if (hold(request, len)) {
            li_buf_add(&request->input, bytes, len);
            return request->input.error == 0;
        }
    }
    request->dropped += len;
    return request->dropped <= drain(request);
}

/* ---- through the lane ------------------------------------------------------ */

static void leave_lane(struct li_server *server)
{
    pthread_mutex_lock(&server->mutex);
    if (--server->under_way == 0) {
        pthread_cond_broadcast(&server->idle);
    }
    pthread_mutex_unlock(&server->mutex);
}

static void job_done(struct li_job *job)
{
    struct li_request *request = job->arg;
    struct li_server *server = request->server;

    MHD_resume_connection(request->connection);
    leave_lane(server);
}

/* false: the server is stopping, nothing was submitted. */
static bool enter_lane(struct li_server *server)
{
    bool entered;

    pthread_mutex_lock(&server->mutex);
    entered = !atomic_load(&server->stopping);
    server->under_way += entered;
    pthread_mutex_unlock(&server->mutex);
    return entered;
}

static void submit_job(struct li_request *request)
{
    int r;

    request->job.done = job_done;
    request->job.arg = request;
    r = li_submit(request->server->house->record, &request->job);
    if (r) {
        request->job.status = r;
        job_done(&request->job);
    }
}

/* On a thread of a pool. */
static void run_aside(struct li_task *task)
{
    struct li_request *request = task->arg;
    int r = atomic_load(&request->server->stopping)
                ? LI_FAIL(&request->ctx, LI_E_BUSY, "the server is stopping")
                : request->aside(request);

    if (r == LI_LATER) {
        submit_job(request);
        return;
    }
    request->job.status = r;
    request->job.arg = request;
    job_done(&request->job);
}

static void submit_task(struct li_request *request)
{
    request->task = (struct li_task){.run = run_aside, .arg = request};
    if (!li_pool_submit(request->server->pools[request->pool], &request->task)) {
        request->job.status = LI_FAIL(&request->ctx, LI_E_TOO_MANY, "too many at once");
        request->job.arg = request;
        job_done(&request->job);
    }
}

/* true: the connection sleeps until the job or the task is done; false: it was refused. */
static bool submit(struct li_request *request, int way)
{
    if (!enter_lane(request->server)) {
        LI_FAIL(&request->ctx, LI_E_BUSY, "the server is stopping");
        li_reply_problem(request, LI_E_BUSY);
        return false;
    }
    request->stage = ASKED;
    MHD_suspend_connection(request->connection);
    if (way == LI_ASIDE) {
        submit_task(request);
    } else {
        submit_job(request);
    }
    return true;
}

/* The request is there: from here its answer is waited for when the server stops. */
static void begin_answer(struct li_request *request)
{
    struct li_server *server = request->server;

    if (!request->answering) {
        request->answering = true;
        pthread_mutex_lock(&server->mutex);
        server->answering++;
        pthread_mutex_unlock(&server->mutex);
    }
}

static enum MHD_Result send_answer(struct li_request *request)
{
    request->stage = DONE;
    return (enum MHD_Result)li_reply_send(request);
}

static enum MHD_Result handle(void *arg, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **own)
{
    struct li_server *server = arg;
    struct li_request *request = *own;

    (void)url;
    (void)version;
    if (!request) {
        return MHD_NO; /* out of memory */
    }
    if (request->stage == READING && !request->connection) {
        request_begin(request, server, connection, method);
        find_operation(request);
        return is_refused_at_once(request) ? send_answer(request) : MHD_YES;
    }
    if (*upload_size > 0) {
        bool taken = take_input(request, upload, *upload_size);
        *upload_size = 0;
        return taken ? MHD_YES : MHD_NO;
    }
    begin_answer(request);
    if (request->stage == ASKED) {
        li_dispatch_finish(request);
    } else if (!request->answer.status) {
        int way = li_dispatch(request);
        if (way && submit(request, way)) {
            return MHD_YES;
        }
    }
    return send_answer(request);
}

/* MHD's first word of a request: its address as it was sent.  It is copied,
 * because MHD will cut and decode those bytes where they lie. */
static void *first_word(void *arg, const char *uri, struct MHD_Connection *connection)
{
    struct li_request *request = request_new(arg);
    size_t len = strlen(uri);
    char *copy = request ? li_arena_alloc(request->arena, len + 1) : NULL;

    (void)connection;
    if (!request) {
        return NULL;
    }
    request->server = arg;
    if (!copy) {
        request_end(request);
        return NULL;
    }
    memcpy(copy, uri, len);
    request->path = li_str_n(copy, len);
    request->stage = READING;
    request->connection = NULL;
    return request;
}

static void completed(void *arg, struct MHD_Connection *connection, void **own,
                      enum MHD_RequestTerminationCode code)
{
    struct li_request *request = *own;

    (void)arg;
    (void)connection;
    (void)code;
    if (request) {
        if (request->connection) {
            li_log(LI_LOG_DEBUG, "serve.request", "path=%.*s status=%d us=%lld",
                   LI_P(request->path), request->answer.status,
                   (long long)(li_steady_us() - request->begun));
        }
        request_end(request);
        *own = NULL;
    }
}

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
    r = r ? r : bind_operations(server);
    return r ? r : li_pages_load(&server->ctx, &server->pages);
}

/* What libmicrohttpd has to say; why it does not start is told by who starts it. */
__attribute__((format(printf, 2, 0))) static void log_http(void *arg, const char *fmt, va_list args)
{
    const struct li_server *server = arg;
    char text[256];

    if (atomic_load(&server->listening)) {
        vsnprintf(text, sizeof(text), fmt, args);
        text[strcspn(text, "\n\"")] = '\0';
        li_log(LI_LOG_DEBUG, "serve.http", "text=\"%s\"", text);
    }
}

static enum MHD_Result admit(void *arg, const struct sockaddr *address, socklen_t size)
{
    const struct li_server *server = arg;

    (void)address;
    (void)size;
    return atomic_load(&server->closing) ? MHD_NO : MHD_YES;
}

static int listen_on(struct li_server *server, const struct li_server_config *config)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(config->port)};
    const union MHD_DaemonInfo *info;

    if (inet_pton(AF_INET, config->address, &at.sin_addr) != 1) {
        return LI_FAIL(&server->ctx, LI_E_USAGE, "%s is no IPv4 address", config->address);
    }
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, admit,
        server, handle, server, MHD_OPTION_EXTERNAL_LOGGER, log_http, server,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&at,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)LI_SERVE_THREADS, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONN_MEMORY,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_URI_LOG_CALLBACK,
        first_word, server, MHD_OPTION_NOTIFY_COMPLETED, completed, server, MHD_OPTION_END);
    if (!server->daemon) {
        return LI_FAIL(&server->ctx, LI_E_IO, "cannot listen on %s:%u: %s", config->address,
                       config->port, strerror(errno));
    }
    atomic_store(&server->listening, true);
    info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    server->port = info ? info->port : config->port;
    return 0;
}

static int start_pools(struct li_server *server)
{
    int r = li_pool_start(&server->ctx, PASSWORDS, QUEUE, &server->pools[LI_POOL_PASSWORDS]);

    r = r ? r : li_pool_start(&server->ctx, PICTURES, QUEUE, &server->pools[LI_POOL_PICTURES]);
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
    server->https = config->https;
    server->public_url = li_str(config->public_url);
    server->check_replies = config->check_replies;
    init_locks(server);
    server->arena = li_arena_new(0);
    server->sessions = li_sessions_new(config->house->record);
    server->names = li_view_names_new();
    if (!server->arena || !server->sessions || !server->names) {
        li_server_stop(server);
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for the server");
    }
    li_ctx_init(&server->ctx, server->arena, ctx->clock, ctx->random);
    server->limits = li_limits_new(&server->ctx, config->trusted);
    r = server->limits ? load(server) : -LI_E_USAGE;
    r = r ? r : start_pools(server);
    r = r ? r : li_stream_start(&server->ctx, server->house, server->sessions, &server->stream);
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
    return server->port;
}

/* Every command that is in the lane, then, for a while, every answer that is on
 * its way: a client that does not read holds nobody up. */
static void wait_for_answers(struct li_server *server)
{
    int64_t until = li_steady_us() + GRACE_SECONDS * LI_SECOND;
    struct timespec at = {.tv_sec = until / LI_SECOND, .tv_nsec = until % LI_SECOND * 1000};
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

/* New connections are closed first (not by MHD_quiesce_daemon: of 0.9.75 it and a
 * busy thread take the listener out of the same epoll, and the second one aborts
 * the process); libmicrohttpd must not be stopped while one
 * is suspended, so no more commands go to the lane and those there come back. */
void li_server_stop(struct li_server *server)
{
    if (!server) {
        return;
    }
    if (server->daemon) {
        atomic_store(&server->closing, true);
        li_pictures_stop(server->pictures);
        li_stream_close(server->stream);
        wait_for_answers(server);
        MHD_stop_daemon(server->daemon);
    }
    for (int i = 0; i < LI_POOLS; i++) {
        li_pool_stop(server->pools[i]);
    }
    li_pictures_free(server->pictures);
    li_stream_free(server->stream);
    while (server->pool) {
        struct li_request *request = server->pool;
        server->pool = request->next;
        li_arena_free(request->arena);
        free(request);
    }
    li_sessions_free(server->sessions);
    li_view_names_free(server->names);
    li_limits_free(server->limits);
    li_arena_free(server->arena);
    pthread_mutex_destroy(&server->mutex);
    pthread_cond_destroy(&server->idle);
    free(server);
}
