/* Requests to an object store; see s3.h. */
#include "record/s3.h"

#include <curl/curl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/time.h"

#define TRIES      4
#define PAUSE_US   INT64_C(100000) /* before the second try; four times as long before each next */
#define CONNECT_MS 5000L
#define HANDLES    16 /* kept for their connections */

struct li_s3 {
    char *base; /* https://host/bucket or https://bucket.host */
    char *prefix;
    char *user; /* access key:secret key */
    char *sign; /* aws:amz:REGION:s3 */
    char *token;
    long timeout_ms;
    pthread_mutex_t mutex;
    pthread_cond_t closing;
    bool closed;
    CURL *idle[HANDLES];
    size_t idle_count;
};

/* ---- where ----------------------------------------------------------------- */

struct where {
    struct li_str bucket, prefix, endpoint, region, style, timeout;
};

static bool is_plain(struct li_str text, const char *more)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

        if (!plain && !strchr(more, c)) {
            return false;
        }
    }
    return true;
}

static int read_option(struct li_ctx *ctx, struct li_str part, struct where *where)
{
    struct li_str name = li_str_cut(&part, '=');

    if (li_str_is(name, "endpoint")) {
        where->endpoint = part;
    } else if (li_str_is(name, "region")) {
        where->region = part;
    } else if (li_str_is(name, "style")) {
        where->style = part;
    } else if (li_str_is(name, "timeout")) {
        where->timeout = part;
    } else {
        return LI_FAIL(ctx, LI_E_USAGE,
                       "s3://… knows endpoint, region, style and timeout, not %.*s", LI_P(name));
    }
    return 0;
}

static int read_where(struct li_ctx *ctx, const char *text, struct where *ret)
{
    struct where where = {
        .region = LI_S("us-east-1"), .style = LI_S("path"), .timeout = LI_S("30")};
    struct li_str rest = li_str(text + 5), name = li_str_cut(&rest, '?');
    int64_t seconds;
    int r = 0;

    where.bucket = li_str_cut(&name, '/');
    where.prefix = name;
    while (r == 0 && rest.ptr && rest.len) {
        r = read_option(ctx, li_str_cut(&rest, '&'), &where);
    }
    if (r) {
        return r;
    }
    if (where.bucket.len < 3 || !is_plain(where.bucket, ".-") || !is_plain(where.prefix, "._-/") ||
        !is_plain(where.region, "-") ||
        (!li_str_is(where.style, "path") && !li_str_is(where.style, "host")) ||
        !li_str_to_i64(where.timeout, &seconds) || seconds < 1 || seconds > 600 ||
        (where.endpoint.ptr && !li_str_starts(where.endpoint, LI_S("http://")) &&
         !li_str_starts(where.endpoint, LI_S("https://")))) {
        return LI_FAIL(ctx, LI_E_USAGE,
                       "an object store is s3://BUCKET[/PREFIX][?endpoint=https://HOST&region=NAME&"
                       "style=path|host&timeout=SECONDS]");
    }
    *ret = where;
    return 0;
}

/* A text that lives as long as the keeper. */
static char *keep(struct li_str text)
{
    return text.ptr ? strndup(text.ptr, text.len) : NULL;
}

static int fill(struct li_ctx *ctx, const struct li_keeper_config *config,
                const struct where *where, struct li_s3 *s3)
{
    struct li_str endpoint =
        where->endpoint.ptr ? where->endpoint
                            : li_strf(ctx, "https://s3.%.*s.amazonaws.com", LI_P(where->region));
    struct li_str host, prefix = where->prefix;
    int64_t seconds = 0;

    while (endpoint.len && endpoint.ptr[endpoint.len - 1] == '/') {
        endpoint.len--;
    }
    while (prefix.len && prefix.ptr[prefix.len - 1] == '/') {
        prefix.len--;
    }
    if (li_str_is(where->style, "path")) {
        host = li_strf(ctx, "%.*s/%.*s", LI_P(endpoint), LI_P(where->bucket));
    } else {
        struct li_str rest = endpoint, scheme = li_str_cut(&rest, '/');

        host = li_strf(ctx, "%.*s//%.*s.%.*s", LI_P(scheme), LI_P(where->bucket),
                       (int)(rest.len - 1), rest.ptr + 1);
    }
    (void)!li_str_to_i64(where->timeout, &seconds);
    s3->timeout_ms = (long)seconds * 1000;
    s3->base = keep(host);
    s3->prefix = keep(prefix.len ? li_strf(ctx, "%.*s/", LI_P(prefix)) : LI_S(""));
    s3->user = keep(li_strf(ctx, "%s:%s", config->access_key, config->secret_key));
    s3->sign = keep(li_strf(ctx, "aws:amz:%.*s:s3", LI_P(where->region)));
    s3->token = config->token && config->token[0] ? strdup(config->token) : NULL;
    return s3->base && s3->prefix && s3->user && s3->sign
               ? 0
               : LI_FAIL(ctx, LI_E_NOMEM, "no memory for an object store");
}

static void start_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

int li_s3_open(struct li_ctx *ctx, const struct li_keeper_config *config, struct li_s3 **ret)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct li_s3 *s3;
    struct where where = {.bucket = {0}};
    pthread_condattr_t attr;
    int r = read_where(ctx, config->where, &where);

    if (r == 0 && (!config->access_key || !config->secret_key)) {
        r = LI_FAIL(ctx, LI_E_USAGE,
                    "an object store wants AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
                    "--files-credentials");
    }
    if (r) {
        return r;
    }
    pthread_once(&once, start_curl);
    s3 = calloc(1, sizeof(*s3));
    if (!s3) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for an object store");
    }
    pthread_mutex_init(&s3->mutex, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&s3->closing, &attr);
    pthread_condattr_destroy(&attr);
    r = fill(ctx, config, &where, s3);
    if (r) {
        li_s3_close(s3);
        return r;
    }
    *ret = s3;
    return 0;
}

void li_s3_close(struct li_s3 *s3)
{
    if (!s3) {
        return;
    }
    pthread_mutex_lock(&s3->mutex);
    s3->closed = true;
    pthread_cond_broadcast(&s3->closing);
    pthread_mutex_unlock(&s3->mutex);
    for (size_t i = 0; i < s3->idle_count; i++) {
        curl_easy_cleanup(s3->idle[i]);
    }
    pthread_mutex_destroy(&s3->mutex);
    pthread_cond_destroy(&s3->closing);
    if (s3->user) {
        sodium_memzero(s3->user, strlen(s3->user));
    }
    free(s3->base);
    free(s3->prefix);
    free(s3->user);
    free(s3->sign);
    free(s3->token);
    free(s3);
}

const char *li_s3_prefix(const struct li_s3 *s3)
{
    return s3->prefix;
}

const char *li_s3_encode(struct li_ctx *ctx, struct li_str word)
{
    char *text = curl_easy_escape(NULL, word.ptr, (int)word.len);
    const char *ret = text ? li_str_c(ctx, li_str(text)) : NULL;

    curl_free(text);
    return ret;
}

/* ---- handles --------------------------------------------------------------- */

static CURL *take_handle(struct li_s3 *s3)
{
    CURL *curl = NULL;

    pthread_mutex_lock(&s3->mutex);
    if (s3->idle_count) {
        curl = s3->idle[--s3->idle_count];
    }
    pthread_mutex_unlock(&s3->mutex);
    return curl ? curl : curl_easy_init();
}

static void give_handle(struct li_s3 *s3, CURL *curl)
{
    curl_easy_reset(curl); /* its connections stay */
    pthread_mutex_lock(&s3->mutex);
    if (s3->idle_count < HANDLES) {
        s3->idle[s3->idle_count++] = curl;
        curl = NULL;
    }
    pthread_mutex_unlock(&s3->mutex);
    curl_easy_cleanup(curl);
}

/* ---- one try --------------------------------------------------------------- */

struct transfer {
    struct li_s3 *s3;
    const struct li_s3_request *request;
    struct li_s3_answer *answer;
    const char *url;
    size_t sent;
    bool too_long;
    struct curl_slist *headers;
};

static size_t take_body(char *bytes, size_t size, size_t count, void *arg)
{
    struct transfer *transfer = arg;
    struct li_buf *body = transfer->answer->body;
    size_t len = size * count;

    if (body->len + len > transfer->request->max) {
        transfer->too_long = true;
        return 0;
    }
    li_buf_add(body, bytes, len);
    return body->error ? 0 : len;
}

static size_t give_body(char *ret, size_t size, size_t count, void *arg)
{
    struct transfer *transfer = arg;
    struct li_str body = transfer->request->body;
    size_t len = size * count, left = body.len - transfer->sent;

    len = len < left ? len : left;
    if (len) {
        memcpy(ret, body.ptr + transfer->sent, len);
    }
    transfer->sent += len;
    return len;
}

static int rewind_body(void *arg, curl_off_t offset, int origin)
{
    struct transfer *transfer = arg;

    if (origin != SEEK_SET || offset < 0 || (size_t)offset > transfer->request->body.len) {
        return CURL_SEEKFUNC_CANTSEEK;
    }
    transfer->sent = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

static bool add_header(struct transfer *transfer, const char *text)
{
    struct curl_slist *more = curl_slist_append(transfer->headers, text);

    transfer->headers = more ? more : transfer->headers;
    return more != NULL;
}

static bool add_headers(struct transfer *transfer)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char line[4200], hex[sizeof(hash) * 2 + 1];
    struct li_str body = transfer->request->body;

    crypto_hash_sha256(hash, (const unsigned char *)(body.ptr ? body.ptr : ""), body.len);
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    snprintf(line, sizeof(line), "x-amz-content-sha256: %s", hex);
    if (!add_header(transfer, line)) {
        return false;
    }
    if (body.ptr && !add_header(transfer, "Content-Type: application/octet-stream")) {
        return false;
    }
    if (transfer->s3->token) {
        snprintf(line, sizeof(line), "x-amz-security-token: %s", transfer->s3->token);
        return add_header(transfer, line);
    }
    return true;
}

static void set_options(CURL *curl, struct transfer *transfer)
{
    const struct li_s3_request *request = transfer->request;
    const struct li_s3 *s3 = transfer->s3;

    curl_easy_setopt(curl, CURLOPT_URL, transfer->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                     s3->timeout_ms < CONNECT_MS ? s3->timeout_ms : CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, s3->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, s3->sign);
    curl_easy_setopt(curl, CURLOPT_USERPWD, s3->user);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_FILETIME, 1L);
    curl_easy_setopt(curl, CURLOPT_EXPECT_100_TIMEOUT_MS, 300L);
    if (strcmp(request->method, "PUT") == 0) {
        curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_body);
        curl_easy_setopt(curl, CURLOPT_READDATA, transfer);
        curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, rewind_body);
        curl_easy_setopt(curl, CURLOPT_SEEKDATA, transfer);
        curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->body.len);
    } else if (strcmp(request->method, "HEAD") == 0) {
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    } else if (strcmp(request->method, "GET") != 0) {
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    }
}

static void read_answer(CURL *curl, struct li_s3_answer *answer)
{
    curl_off_t length = -1, modified = -1;

    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
    curl_easy_getinfo(curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    curl_easy_getinfo(curl, CURLINFO_FILETIME_T, &modified);
    answer->length = length;
    answer->modified_at = modified > 0 ? (int64_t)modified * LI_SECOND : 0;
}

/* libcurl's code; CURLE_OK with any status. */
static CURLcode try_once(struct transfer *transfer)
{
    CURL *curl = take_handle(transfer->s3);
    CURLcode code = CURLE_OUT_OF_MEMORY;

    transfer->sent = 0;
    li_buf_reset(transfer->answer->body);
    if (!curl) {
        return code;
    }
    if (add_headers(transfer)) {
        set_options(curl, transfer);
        code = curl_easy_perform(curl);
        read_answer(curl, transfer->answer);
    }
    curl_slist_free_all(transfer->headers);
    transfer->headers = NULL;
    give_handle(transfer->s3, curl);
    return code;
}

/* ---- tries ----------------------------------------------------------------- */

static bool may_help(CURLcode code, long status)
{
    switch (code) {
    case CURLE_OK:
        return status == 429 || (status >= 500 && status != 507);
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_SSL_CONNECT_ERROR:
        return true;
    default:
        return false;
    }
}

/* false: the keeper is being closed. */
static bool pause_before(struct li_ctx *ctx, struct li_s3 *s3, int try)
{
    int64_t pause = PAUSE_US, until;
    uint8_t dice;
    struct timespec at;
    bool closed;

    for (int i = 2; i < try; i++) {
        pause *= 4;
    }
    li_random_bytes(ctx->random, &dice,
                    1); /* many that failed together do not come together again */
    until = li_steady_us() + pause + pause * dice / 512;
    at = (struct timespec){.tv_sec = until / LI_SECOND, .tv_nsec = until % LI_SECOND * 1000};
    pthread_mutex_lock(&s3->mutex);
    while (!s3->closed && li_steady_us() < until) {
        pthread_cond_timedwait(&s3->closing, &s3->mutex, &at);
    }
    closed = s3->closed;
    pthread_mutex_unlock(&s3->mutex);
    return !closed;
}

/* The store's own word for what is wrong: <Code>…</Code>. */
static struct li_str code_in(const struct li_buf *body)
{
    static const char open[] = "<Code>";
    struct li_str text = li_buf_view(body);
    const char *at = text.ptr ? memmem(text.ptr, text.len, open, sizeof(open) - 1) : NULL;

    if (!at) {
        return LI_S("");
    }
    at += sizeof(open) - 1;
    text = li_str_n(at, (size_t)(text.ptr + text.len - at));
    return li_str_cut(&text, '<');
}

static int judge(struct li_ctx *ctx, const struct transfer *transfer, CURLcode code)
{
    const struct li_s3_answer *answer = transfer->answer;
    struct li_str told = code_in(answer->body);

    if (transfer->too_long) {
        return LI_FAIL(ctx, LI_E_LIMIT, "an object is longer than %zu bytes",
                       transfer->request->max);
    }
    if (code != CURLE_OK) {
        return LI_FAIL(ctx, may_help(code, 0) ? LI_E_AGAIN : LI_E_IO,
                       "the object store does not answer %s: %s", transfer->request->method,
                       curl_easy_strerror(code));
    }
    if (answer->status >= 200 && answer->status < 300) {
        return li_buf_check(ctx, answer->body);
    }
    if (answer->status == 404 && transfer->request->key && !li_str_is(told, "NoSuchBucket")) {
        return -LI_E_NOT_FOUND;
    }
    return LI_FAIL(ctx,
                   answer->status == 507                ? LI_E_FULL
                   : may_help(CURLE_OK, answer->status) ? LI_E_AGAIN
                                                        : LI_E_IO,
                   "the object store refuses %s: %ld %.*s", transfer->request->method,
                   answer->status, LI_P(told));
}

int li_s3_ask(struct li_ctx *ctx, struct li_s3 *s3, const struct li_s3_request *request,
              struct li_s3_answer *ret)
{
    struct li_s3_answer answer = {.body = li_buf_new(ctx, request->max + 1)};
    struct li_str url = li_strf(ctx, "%s/%s%s%s%s", s3->base, request->key ? s3->prefix : "",
                                request->key ? request->key : "", request->query ? "?" : "",
                                request->query ? request->query : "");
    struct transfer transfer = {.s3 = s3, .request = request, .answer = &answer, .url = url.ptr};
    CURLcode code = CURLE_OK;
    int r;

    if (!answer.body || !url.ptr) {
        return -LI_E_NOMEM;
    }
    for (int try = 1; try <= TRIES; try++) {
        if (try > 1 && !pause_before(ctx, s3, try)) {
            break;
        }
        code = try_once(&transfer);
        if (transfer.too_long || !may_help(code, answer.status)) {
            break;
        }
    }
    r = judge(ctx, &transfer, code);
    if (r == 0) {
        *ret = answer;
    }
    return r;
}
