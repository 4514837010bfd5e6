/*
 * What the server counts, and how it tells it to a Prometheus.
 *
 * Counted over all tenants and never by one: a figure of a district, a case or an
 * address is none of whoever scrapes (a single confidential report would show in
 * it).  The text is format 0.0.4 and goes out at the operations port only (ops.c).
 */
#ifndef LI_SERVE_METRICS_H
#define LI_SERVE_METRICS_H

#include "base/meter.h"
#include "contract/contract.h"

/* What refuses for want of room. */
enum li_limit_kind {
    LI_LIMIT_ADDRESS,     /* an address without an account writes too often */
    LI_LIMIT_BODIES,      /* large bodies of everybody together */
    LI_LIMIT_POOL,        /* passwords, pictures */
    LI_LIMIT_LANE,        /* commands that wait */
    LI_LIMIT_STREAMS,     /* listeners */
    LI_LIMIT_CONNECTIONS, /* closed at once: as many as may be open */
    LI_LIMITS
};

#define LI_STATUS_CLASSES 5 /* 1xx to 5xx */

struct li_request_count {
    _Atomic int64_t classes[LI_STATUS_CLASSES];
    struct li_meter time; /* µs from the last byte of the request to its answer */
};

struct li_metrics {
    const struct li_contract *contract;
    struct li_request_count *requests; /* by index of the operation; the last: no operation */
    size_t count;
    _Atomic int64_t refused[LI_LIMITS];
    _Atomic int64_t connections; /* open now */
    int64_t connections_max;     /* further ones wait outside */
    int64_t started;             /* seconds since 1970 */
};

/* NULL: no memory. */
struct li_metrics *li_metrics_new(const struct li_contract *contract, int64_t now);
void li_metrics_free(struct li_metrics *metrics); /* NULL is fine */
/* `operation` NULL: an address that no operation has. */
void li_metrics_request(struct li_metrics *metrics, const struct li_operation *operation,
                        int status, int64_t us);

struct li_buf;
struct li_server;
/* The whole text.  What the store would have to tell is left out while it does not
 * answer (linli_store_up is 0 then). */
void li_metrics_write(struct li_ctx *ctx, struct li_server *server, struct li_buf *buf);

#endif
