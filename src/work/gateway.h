/*
 * The gateway: the one address outside that messages of the house are handed to, by HTTP.
 *
 * Which of a hundred providers sends them is an adapter's business behind that address.  A request
 * follows Standard Webhooks: `webhook-id` names the message and is the same at every try,
 * `webhook-timestamp`, and `webhook-signature`, HMAC-SHA256 under a secret both ends know.  What
 * goes and when is case/delivery.h's; what a try came to is a command.  Logs name deliveries,
 * never numbers or words.
 */
#ifndef LI_WORK_GATEWAY_H
#define LI_WORK_GATEWAY_H

#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"

#define LI_GATEWAY_SECRET_MIN 24 /* bytes, as the standard wants them */
#define LI_GATEWAY_SECRET_MAX 64

struct li_gateway {
    const char *url; /* NULL: messages stay on their pages */
    uint8_t secret[LI_GATEWAY_SECRET_MAX];
    size_t secret_len;
};
/* https://…, or http:// to this machine.  `file` holds "whsec_" and the secret in base64; both are
 * NULL, or neither.  -LI_E_USAGE; `url` stays the caller's. */
int li_gateway_read(struct li_ctx *ctx, const char *url, const char *file,
                    struct li_gateway *ret) LI_MUST_CHECK;

/* "v1,…": of what is sent under an id at a second. */
#define LI_GATEWAY_SIGNED 48
void li_gateway_sign(const struct li_gateway *gateway, const char *id, int64_t second,
                     struct li_str body, char ret[LI_GATEWAY_SIGNED]);

/* One try; *ret_status 0: nobody answered.  Follows nothing, reads no body. */
int li_gateway_post(struct li_ctx *ctx, const struct li_gateway *gateway, const char *id,
                    int64_t second, struct li_str body, long *ret_status) LI_MUST_CHECK;

#endif
