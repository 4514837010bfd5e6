/*
 * Connections that fail: a relay on loopback before a PostgreSQL.
 *
 * A store opened by li_relay_where goes through it.  It knows a commit when one
 * passes (prepared by the name "commit", as store/postgres does) and can lose it, or
 * lose its answer, which is worse: then it is done, and nobody is told.  It can
 * refuse connections, cut those there are, and be slow.  One thread of its own
 * serves all connections; every function may be called on any thread.
 *
 * Not for encrypted connections and not for sockets that are files.
 */
#ifndef LI_SIMULATE_FAULT_RELAY_H
#define LI_SIMULATE_FAULT_RELAY_H

#include "base/ctx.h"

struct li_relay;

/* `url` as libpq reads it.  0 or -LI_E_USAGE (no host that it can reach), -LI_E_NOMEM,
 * -LI_E_IO. */
int li_relay_open(struct li_ctx *ctx, const char *url, struct li_relay **ret) LI_MUST_CHECK;
/* Ends every connection.  NULL is fine. */
void li_relay_close(struct li_relay *relay);
/* `url` by way of the relay. */
struct li_str li_relay_where(struct li_ctx *ctx, const struct li_relay *relay, const char *url);

enum li_relay_fate {
    LI_RELAY_WELL,
    LI_RELAY_LOSE_COMMIT, /* it does not reach the server; the connection ends */
    LI_RELAY_LOSE_ANSWER, /* the server has committed; the connection ends */
};
/* The commit after `after` more meets a fate, and behind it `refuse` connections are
 * refused (negative: all). */
void li_relay_lose(struct li_relay *relay, enum li_relay_fate fate, int after, int refuse);
/* Whether it has met it. */
bool li_relay_has_lost(const struct li_relay *relay);
/* The next `count` connections are refused: 0 none, negative all. */
void li_relay_refuse(struct li_relay *relay, int count);
/* Every connection there is ends, before this returns. */
void li_relay_cut(struct li_relay *relay);
/* Every message of the server comes `us` microseconds later. */
void li_relay_slow(struct li_relay *relay, int64_t us);
/* Nothing goes wrong any more, and what was about to has: a commit may meet its fate, and
 * connections be refused behind it, while others go on. */
void li_relay_calm(struct li_relay *relay);

#endif
