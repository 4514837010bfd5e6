/*
 * Whether this server should be sent requests: what a load balancer asks.
 *
 * Every part that is missing has a stable name and a sentence.  A row of work that is
 * parked is no reason: it wants a person, and sending everybody elsewhere would not
 * help (it is a figure, and an alert).
 */
#ifndef LI_SERVE_READY_H
#define LI_SERVE_READY_H

#include "base/json.h"
#include "record/record.h"

/* Further behind than this the figures and the search on pages are not of today. */
#define LI_READY_BEHIND 50000

enum li_ready_part {
    LI_READY_STOPPING,  /* "stopping": a stop was asked for */
    LI_READY_STORE,     /* "store": it does not answer */
    LI_READY_SCHEMA,    /* "schema": older than this program */
    LI_READY_LANES,     /* "lanes": a lane takes nothing */
    LI_READY_CONSUMERS, /* "consumers": one is parked */
    LI_READY_BEHIND_BY, /* "behind": one is far behind */
    LI_READY_PARTS
};

struct li_readiness {
    unsigned missing; /* bits 1 << enum li_ready_part; 0: ready */
    struct li_record_health health;
};

struct li_server;
struct li_request;

/* Asks; no failure but what it says. */
void li_ready_look(struct li_ctx *ctx, struct li_server *server, struct li_readiness *ret);
/* 200 or 503, and the body: application/json or application/problem+json. */
int li_ready_status(const struct li_readiness *ready);
const char *li_ready_type(const struct li_readiness *ready);
void li_ready_write(const struct li_server *server, enum li_lang lang,
                    const struct li_readiness *ready, struct li_json *json);
/* "ok" and the version. */
void li_alive_write(struct li_json *json);

#endif
