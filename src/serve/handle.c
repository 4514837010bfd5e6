/*
 * A request's way: from libmicrohttpd's first word of it to its last.
 *
 * It comes in pieces, is asked for (dispatch.c), perhaps waits for the lane or a pool
 * with its connection suspended, is answered, and goes back to the pool of requests.
 * Starting and stopping stand in server.c.
 */
#include <ctype.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/time.h"
#include "record/tenant.h"
#include "serve/handle.h"
#include "serve/inside.h"
#include "serve/metrics.h"
#include "serve/stream.h"

#define POOL_ARENA  ((size_t)16 << 20)
#define DRAIN       ((size_t)1 << 20)   /* most of a refused body that is read and dropped, */
#define DRAIN_TIMES 2                   /* or so many times what is allowed */
#define LARGE       ((size_t)64 << 10)  /* a body above it is counted; of all there are */
#define HELD_MAX    ((size_t)128 << 20) /* so many bytes in memory */
#define SLOW_US     LI_SECOND           /* an answer worth a line in the log */

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

static bool is_sane_id(struct li_str id)
{
    for (size_t i = 0; i < id.len; i++) {
        if (!isalnum((unsigned char)id.ptr[i]) && !strchr("._-", id.ptr[i])) {
            return false;
        }
    }
    return id.len > 0 && id.len <= LI_REQUEST_ID;
}

/* Under the name a proxy gave it, so that its log and ours can be laid side by side.
 * A number would tell everybody how much others ask. */
static void name_request(struct li_request *request)
{
    struct li_str given = li_request_header(request, "X-Request-Id");
    uint8_t bytes[10];

    if (given.ptr && is_sane_id(given)) {
        snprintf(request->id, sizeof(request->id), "%.*s", LI_P(given));
        return;
    }
    li_random_bytes(request->ctx.random, bytes, sizeof(bytes));
    li_base32(bytes, sizeof(bytes), request->id);
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
    request->reading = true;
    name_request(request);
}

static void request_end(struct li_request *request)
{
    struct li_server *server = request->server;

    if (request->reading) {
        atomic_fetch_sub(&server->reading, 1);
        request->reading = false;
    }
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

/* A page is asked for with a slash too much or too little, as people type it: its
 * address is told.  false: there is none. */
static bool find_spelling(struct li_request *request)
{
    struct li_str path = request->path, other;
    struct li_match match;
    bool slash = li_str_ends(path, LI_S("/"));

    if ((request->method != LI_GET && request->method != LI_HEAD) || path.len < 2 ||
        memmem(path.ptr, path.len, "//", 2) || face_of(path) != LI_FACE_PAGE) {
        return false;
    }
    other = slash ? li_str_n(path.ptr, path.len - 1) : li_strf(&request->ctx, "%.*s/", LI_P(path));
    if (!other.ptr || li_contract_route(request->server->contract, LI_GET, other, &match)) {
        return false;
    }
    if (match.operation->parameter_count && match.operation->parameters[0].place == LI_IN_PATH &&
        li_str_is(match.operation->parameters[0].name, "tenant") &&
        !li_tenant_find(request->server->house->record, match.values[0])) {
        return false;
    }
    if (request->query.len) {
        other = li_strf(&request->ctx, "%.*s?%.*s", LI_P(other), LI_P(request->query));
    }
    return other.ptr && li_reply_moved(request, other) == 0;
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
    if (r && find_spelling(request)) {
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
    li_count(&request->server->metrics->refused[LI_LIMIT_BODIES], 1);
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
        li_count(&request->server->metrics->refused[LI_LIMIT_POOL], 1);
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
        request->whole = li_steady_us();
        atomic_store(&server->heard, request->whole);
        pthread_mutex_lock(&server->mutex);
        server->answering++;
        pthread_mutex_unlock(&server->mutex);
        request->reading = false;
        atomic_fetch_sub(&server->reading, 1);
    }
}

static void tell_request(const struct li_request *request, int64_t us)
{
    int status = request->answer.status;
    bool slow = us > SLOW_US;

    li_log(status >= 500 ? LI_LOG_WARN
           : slow        ? LI_LOG_INFO
                         : LI_LOG_DEBUG,
           "serve.request", "request=%s tenant=%.*s op=%.*s status=%d us=%lld%s", request->id,
           request->tenant ? (int)request->tenant->slug.len : 1,
           request->tenant ? request->tenant->slug.ptr : "-",
           request->operation ? (int)request->operation->id.len : 1,
           request->operation ? request->operation->id.ptr : "-", status, (long long)us,
           slow ? " slow=true" : "");
}

static enum MHD_Result send_answer(struct li_request *request)
{
    int64_t us = li_steady_us() - (request->whole ? request->whole : request->begun);

    request->stage = DONE;
    li_metrics_request(request->server->metrics, request->operation, request->answer.status, us);
    tell_request(request, us);
    return (enum MHD_Result)li_reply_send(request);
}

/*
 * What libmicrohttpd keeps for us of a connection is its request, or, while it streams,
 * only its listener: hours may pass, and a request is two kilobytes.
 */
static struct li_listener *listener_of(void *own)
{
    return (uintptr_t)own & 1 ? (struct li_listener *)((uintptr_t)own - 1) : NULL;
}

/* The request is over; that somebody is being answered stays counted. */
static void *leave_listener(struct li_request *request)
{
    uintptr_t own = (uintptr_t)request->listener | 1;

    request->listener = NULL;
    request->answering = false;
    request_end(request);
    return (void *)own;
}

static void stream_end(struct li_server *server, struct li_listener *listener)
{
    li_stream_leave(listener);
    pthread_mutex_lock(&server->mutex);
    if (--server->answering == 0) {
        pthread_cond_broadcast(&server->idle);
    }
    pthread_mutex_unlock(&server->mutex);
}

enum MHD_Result li_serve_handle(void *arg, struct MHD_Connection *connection, const char *url,
                                const char *method, const char *version, const char *upload,
                                size_t *upload_size, void **own)
{
    struct li_server *server = arg;
    struct li_request *request = *own;
    enum MHD_Result r;

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
        atomic_store_explicit(&server->heard, li_steady_us(), memory_order_relaxed);
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
    r = send_answer(request);
    if (r == MHD_YES && request->listener) {
        *own = leave_listener(request);
    }
    return r;
}

/* MHD's first word of a request: its address as it was sent.  It is copied,
 * because MHD will cut and decode those bytes where they lie. */
void *li_serve_first_word(void *arg, const char *uri, struct MHD_Connection *connection)
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
    request->reading = true;
    atomic_fetch_add(&request->server->reading, 1);
    return request;
}

void li_serve_completed(void *arg, struct MHD_Connection *connection, void **own,
                        enum MHD_RequestTerminationCode code)
{
    struct li_listener *listener = listener_of(*own);

    (void)connection;
    (void)code;
    if (listener) {
        stream_end(arg, listener);
    } else if (*own) {
        request_end(*own);
    }
    *own = NULL;
}

void li_serve_requests_free(struct li_server *server)
{
    while (server->pool) {
        struct li_request *request = server->pool;
        server->pool = request->next;
        li_arena_free(request->arena);
        free(request);
    }
}
