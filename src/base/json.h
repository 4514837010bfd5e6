/*
 * Writing JSON, in two manners.
 *
 * li_json_… appends what an answer needs, in the order called; commas are its
 * own business.  A writer is "canonical" when asked: keys must then come in
 * byte order, numbers are integers only — that is the encoding of everything
 * that is hashed or signed (a wrong order is a bug and asserts).
 */
#ifndef LI_BASE_JSON_H
#define LI_BASE_JSON_H

#include "base/buf.h"
#include "base/hash.h"
#include "base/node.h"

#define LI_JSON_DEPTH 32

struct li_json {
    struct li_buf *buf;
    bool canonical;
    unsigned depth;
    bool first[LI_JSON_DEPTH + 1];
    struct li_str last_key[LI_JSON_DEPTH + 1]; /* canonical only: must outlive the object */
};

void li_json_init(struct li_json *json, struct li_buf *buf, bool canonical);
void li_json_open_map(struct li_json *json);
void li_json_close_map(struct li_json *json);
void li_json_open_list(struct li_json *json);
void li_json_close_list(struct li_json *json);
/* A key; the next call writes its value. */
void li_json_key(struct li_json *json, const char *key);
void li_json_key_str(struct li_json *json, struct li_str key);

void li_json_null(struct li_json *json);
void li_json_bool(struct li_json *json, bool flag);
void li_json_int(struct li_json *json, int64_t number);
void li_json_real(struct li_json *json, double real); /* never canonical */
void li_json_text(struct li_json *json, struct li_str text);
void li_json_id(struct li_json *json, int64_t id);        /* "06…" */
void li_json_time(struct li_json *json, int64_t instant); /* RFC 3339, +08:00 */
void li_json_hash(struct li_json *json, const struct li_hash *hash);
/* A whole tree; canonical sorts map keys. */
void li_json_node(struct li_json *json, const struct li_node *node);
/* Bytes that are JSON already. */
void li_json_raw(struct li_json *json, struct li_str bytes);

/* Key and value in one call. */
void li_json_put_text(struct li_json *json, const char *key, struct li_str text);
void li_json_put_int(struct li_json *json, const char *key, int64_t number);
void li_json_put_bool(struct li_json *json, const char *key, bool flag);
void li_json_put_id(struct li_json *json, const char *key, int64_t id);
void li_json_put_time(struct li_json *json, const char *key, int64_t instant);

/* One canonical object in the arena: begun (its map is open), written with the calls
 * above, finished into its bytes.  0 or -LI_E_NOMEM, -LI_E_…; *ret is then untouched. */
int li_json_begin(struct li_ctx *ctx, struct li_json *ret) LI_MUST_CHECK;
int li_json_finish(struct li_ctx *ctx, struct li_json *json, struct li_str *ret) LI_MUST_CHECK;

/* Canonical bytes of a tree in the arena: sorted keys, texts and keys in NFC;
 * reals, more than 32 levels and keys that become equal are refused.
 * 0 or -LI_E_INVALID, -LI_E_NOMEM. */
int li_canonical(struct li_ctx *ctx, const struct li_node *node, struct li_str *ret);

#endif
