/*
 * Identifiers: 63-bit, time-ordered, unique over all tenants of the servers
 * that have different nodes.
 *
 * Layout: 42 bits milliseconds since 2020-01-01 UTC, 6 bits node, 15 bits
 * count.  In texts they are 13 characters of Crockford's base 32, never JSON
 * numbers (2^53).  They are never a secret.
 */
#ifndef LI_BASE_ID_H
#define LI_BASE_ID_H

#include "base/ctx.h"

#define LI_ID_TEXT 13

struct li_ids {
    _Atomic int64_t last;
    _Atomic unsigned node; /* 0..63 */
};

/* The next identifier, greater than every earlier one.  Thread-safe. */
int64_t li_id_next(struct li_ids *ids, const struct li_clock *clock);
/* What every identifier made before an instant is below, and every later one not. */
int64_t li_id_floor(int64_t instant);
/* 13 characters and a NUL. */
void li_id_format(int64_t id, char ret[LI_ID_TEXT + 1]);
/* 0 or -LI_E_SYNTAX (not 13 characters, foreign letters, above 2^63-1). */
int li_id_parse(struct li_ctx *ctx, struct li_str text, int64_t *ret);

/* Crockford base 32 of bytes (tokens); ret must hold li_base32_size(len). */
#define LI_BASE32_SIZE(len) (((len)*8 + 4) / 5 + 1)
void li_base32(const void *bytes, size_t len, char *ret);
/* The reverse; letters may be lower case; o=0, i=l=1.  false on other signs or
 * when the text is not exactly `len` bytes. */
bool li_base32_parse(struct li_str text, void *ret, size_t len);

#endif
