/*
 * The operations port: /healthz, /readyz and /metrics on 127.0.0.1, apart from where
 * residents come in, so that no proxy passes figures on by mistake, and so that they
 * answer while the server stops.
 */
#ifndef LI_SERVE_OPS_H
#define LI_SERVE_OPS_H

#include "base/ctx.h"

struct li_ops;
struct li_server;

/* `port` 0: any free one.  -LI_E_IO: it is taken. */
int li_ops_start(struct li_ctx *ctx, struct li_server *server, uint16_t port,
                 struct li_ops **ret) LI_MUST_CHECK;
uint16_t li_ops_port(const struct li_ops *ops);
void li_ops_stop(struct li_ops *ops); /* NULL is fine */

#endif
