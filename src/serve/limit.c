/*
 * How often somebody without an account may write.
 *
 * A bucket for each address: sixty writes at once, then one every two seconds; a
 * household or an office behind one address never meets it.  Kept in memory, for
 * this process; an address that has been quiet long enough to be full again is
 * forgotten.  A tracking number guessed wrongly counts as fifteen writes: four at once, then two
 * a minute.  Behind a proxy that is trusted the address is the last one it adds
 * to X-Forwarded-For; this machine itself, asking directly, is not counted.
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "base/time.h"
#include "serve/inside.h"
#include "serve/metrics.h"

#define BURST   60
#define REFILL  (2 * LI_SECOND)
#define GUESS   14   /* beside the one that is counted anyhow */
#define BUCKETS 8192 /* addresses at once */
#define WAYS    8    /* places one of them may stand in */
#define TRUSTED 16

/* An IPv4 address, or the network of an IPv6 one. */
struct address {
    uint8_t bytes[8];
    bool six;
};

struct bucket {
    struct address address;
    int64_t full_at; /* when it will be full again; 0: not in use */
};

struct li_limits {
    pthread_mutex_t mutex;
    struct address trusted[TRUSTED];
    size_t trusted_count;
    struct bucket buckets[BUCKETS];
};

static bool read_address(struct li_str text, struct address *ret)
{
    struct address address = {.six = false};
    char copy[INET6_ADDRSTRLEN];
    uint8_t six[16];

    text = li_str_trim(text);
    if (text.len == 0 || text.len >= sizeof(copy)) {
        return false;
    }
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET, copy, address.bytes) != 1) {
        if (inet_pton(AF_INET6, copy, six) != 1) {
            return false;
        }
        address.six = true;
        memcpy(address.bytes, six, sizeof(address.bytes));
    }
    *ret = address;
    return true;
}

static bool same(const struct address *a, const struct address *b)
{
    return a->six == b->six && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

struct li_limits *li_limits_new(struct li_ctx *ctx, const char *trusted)
{
    struct li_limits *limits = calloc(1, sizeof(*limits));
    struct li_str rest = li_str(trusted ? trusted : "127.0.0.1");

    if (!limits) {
        LI_FAIL(ctx, LI_E_NOMEM, "no memory for limits");
        return NULL;
    }
    pthread_mutex_init(&limits->mutex, NULL);
    while (rest.ptr) {
        struct li_str one = li_str_cut(&rest, ',');
        if (limits->trusted_count == TRUSTED ||
            !read_address(one, &limits->trusted[limits->trusted_count])) {
            LI_FAIL(ctx, LI_E_USAGE, "%.*s is no address of a proxy, or one too many", LI_P(one));
            li_limits_free(limits);
            return NULL;
        }
        limits->trusted_count++;
    }
    return limits;
}

void li_limits_free(struct li_limits *limits)
{
    if (limits) {
        pthread_mutex_destroy(&limits->mutex);
        free(limits);
    }
}

/* ---- who asks ---------------------------------------------------------------- */

static bool is_trusted(const struct li_limits *limits, const struct address *address)
{
    for (size_t i = 0; i < limits->trusted_count; i++) {
        if (same(&limits->trusted[i], address)) {
            return true;
        }
    }
    return false;
}

/* The last address of "a, b, c": the one the proxy itself has seen. */
static struct li_str last_of(struct li_str list)
{
    struct li_str last = {.ptr = NULL};

    while (list.ptr) {
        last = li_str_cut(&list, ',');
    }
    return last;
}

/* false: this machine itself. */
static bool find_address(const struct li_request *request, struct address *ret)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct address peer = {.six = false}, told;

    if (!info || info->client_addr->sa_family != AF_INET) {
        return false;
    }
    memcpy(peer.bytes, &((const struct sockaddr_in *)(const void *)info->client_addr)->sin_addr, 4);
    *ret = peer;
    if (is_trusted(request->server->limits, &peer)) {
        struct li_str header = li_request_header(request, "X-Forwarded-For");
        if (header.ptr && read_address(last_of(header), &told)) {
            *ret = told;
            return true;
        }
    }
    return peer.bytes[0] != 127;
}

/* ---- counting ---------------------------------------------------------------- */

/* The bucket of an address: its own, one that is full again, or the fullest of
 * those it may stand in. */
static struct bucket *bucket_of(struct li_limits *limits, const struct address *address,
                                int64_t now)
{
    struct li_hash hash = li_hash_of(li_str_n(address->bytes, sizeof(address->bytes)));
    size_t first = ((size_t)hash.bytes[0] << 8 | hash.bytes[1]) % (BUCKETS / WAYS) * WAYS;
    struct bucket *found = &limits->buckets[first];

    for (size_t i = first; i < first + WAYS; i++) {
        struct bucket *bucket = &limits->buckets[i];
        if (bucket->full_at && same(&bucket->address, address)) {
            return bucket;
        }
        found = bucket->full_at < found->full_at ? bucket : found;
    }
    *found = (struct bucket){.address = *address, .full_at = now};
    return found;
}

int li_limit(struct li_request *request)
{
    struct li_limits *limits = request->server->limits;
    int64_t now = li_steady_us(), wait = 0;
    struct address address;
    struct bucket *bucket;

    if (!find_address(request, &address)) {
        return 0;
    }
    pthread_mutex_lock(&limits->mutex);
    bucket = bucket_of(limits, &address, now);
    bucket->full_at = bucket->full_at < now ? now : bucket->full_at;
    if (bucket->full_at + REFILL - now > BURST * REFILL) {
        wait = bucket->full_at + REFILL - now - BURST * REFILL;
    } else {
        bucket->full_at += REFILL;
    }
    pthread_mutex_unlock(&limits->mutex);
    if (wait == 0) {
        return 0;
    }
    li_count(&request->server->metrics->refused[LI_LIMIT_ADDRESS], 1);
    request->retry_after = (int)((wait + LI_SECOND - 1) / LI_SECOND);
    return LI_FAIL(&request->ctx, LI_E_TOO_MANY, "again in %d s", request->retry_after);
}

void li_limit_guess(struct li_request *request)
{
    struct li_limits *limits = request->server->limits;
    int64_t now = li_steady_us();
    struct address address;
    struct bucket *bucket;

    if (!find_address(request, &address)) {
        return;
    }
    pthread_mutex_lock(&limits->mutex);
    bucket = bucket_of(limits, &address, now);
    bucket->full_at = (bucket->full_at < now ? now : bucket->full_at) + GUESS * REFILL;
    pthread_mutex_unlock(&limits->mutex);
}
