/* Merkle seals and anchors; see seal.h. */
#include "record/seal.h"

#include <sodium.h>

#include "base/grow.h"
#include "record/history.h"
#include "record/record.h"
#include "record/tenant.h"
#include "record/vault.h"

LI_SQL(seal_last, "select seq, frontier from seal where tenant = $1 order by seq desc limit 1");
LI_SQL(seal_every, "select seq, root, at, signature from seal where tenant = $1 order by seq");
LI_SQL(seal_insert, "insert into seal (tenant, seq, root, frontier, at, signature) "
                    "values ($1, $2, $3, $4, $5, $6)");

static struct li_hash leaf_of(const struct li_hash *entry)
{
    const struct li_str parts[] = {li_str_n("\0", 1), li_hash_view(entry)};

    return li_hash_parts(parts, 2);
}

static struct li_hash node_of(const struct li_hash *left, const struct li_hash *right)
{
    const struct li_str parts[] = {li_str_n("\1", 1), li_hash_view(left), li_hash_view(right)};

    return li_hash_parts(parts, 3);
}

void li_frontier_add(struct li_frontier *frontier, const struct li_hash *entry)
{
    frontier->edge[frontier->count++] = leaf_of(entry);
    for (int64_t size = frontier->size; size & 1; size >>= 1) {
        frontier->count--;
        frontier->edge[frontier->count - 1] =
            node_of(&frontier->edge[frontier->count - 1], &frontier->edge[frontier->count]);
    }
    frontier->size++;
}

struct li_hash li_frontier_root(const struct li_frontier *frontier)
{
    if (frontier->count == 0) {
        return li_hash_of(LI_S(""));
    }
    struct li_hash root = frontier->edge[frontier->count - 1];
    for (int i = frontier->count - 1; i > 0; i--) {
        root = node_of(&frontier->edge[i - 1], &root);
    }
    return root;
}

/* ---- making ---------------------------------------------------------------- */

/* A seal that was worked out beside the lane. */
struct seal_plan {
    struct li_seal seal;
    int64_t after; /* size of the seal it goes on from */
    struct li_frontier frontier;
};

static int read_frontier(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                         struct li_frontier *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &seal_last, LI_ARGS(li_v(tenant)), &rows);

    if (r == -LI_E_NOT_FOUND) {
        *ret = (struct li_frontier){0};
        return 0;
    }
    if (r) {
        return r;
    }
    struct li_str edge = li_col_str(rows, 1);
    struct li_frontier frontier = {.size = li_col_i64(rows, 0),
                                   .count = (int)(edge.len / LI_HASH_SIZE)};
    if (frontier.count != __builtin_popcountll((uint64_t)frontier.size) ||
        edge.len % LI_HASH_SIZE != 0) {
        r = LI_FAIL(ctx, LI_E_CORRUPT, "the last seal's edge does not fit its size");
    } else {
        memcpy(frontier.edge, edge.ptr, edge.len);
        *ret = frontier;
    }
    li_rows_done(rows);
    return r;
}

static int sign_text(struct li_ctx *ctx, struct li_str slug, const struct li_seal *seal,
                     struct li_str *ret)
{
    char hex[2 * LI_HASH_SIZE + 1];

    li_hash_hex(&seal->root, hex);
    *ret = li_strf(ctx, "linli-seal v1 %.*s %lld %s %lld", LI_P(slug), (long long)seal->seq, hex,
                   (long long)seal->at);
    return ret->ptr ? 0 : -LI_E_NOMEM;
}

static int key_pair(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                    uint8_t public_key[32], uint8_t secret[64])
{
    uint8_t seed[32];
    int r = li_key_seal_seed(ctx, record, tenant, seed);

    if (r == 0) {
        crypto_sign_seed_keypair(public_key, secret, seed);
        sodium_memzero(seed, sizeof(seed));
    }
    return r;
}

static int sign(struct li_ctx *ctx, struct li_record *record, int64_t tenant, struct li_seal *seal)
{
    const struct li_tenant *row = li_tenant_by_id(record, tenant);
    uint8_t public_key[32], secret[64];
    struct li_str text;
    int r = key_pair(ctx, record, tenant, public_key, secret);

    if (r == 0) {
        r = sign_text(ctx, row->slug, seal, &text);
    }
    if (r == 0) {
        crypto_sign_detached(seal->signature, NULL, (const uint8_t *)text.ptr, text.len, secret);
        sodium_memzero(secret, sizeof(secret));
    }
    return r;
}

/* Grows the tree by what came since, 512 entries at a look. */
static int add_entries(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                       struct li_frontier *frontier)
{
    struct li_entry *entries;
    size_t count;
    int r;

    do {
        struct li_arena *arena = li_arena_new(0);
        struct li_ctx step;
        if (!arena) {
            return LI_FAIL(ctx, LI_E_NOMEM, "no memory to seal");
        }
        li_ctx_init(&step, arena, ctx->clock, ctx->random);
        r = li_history_read(&step, conn, tenant, frontier->size, 512, &entries, &count);
        for (size_t i = 0; r == 0 && i < count; i++) {
            if (entries[i].seq != frontier->size + 1) {
                r = -LI_E_CORRUPT;
                break;
            }
            li_frontier_add(frontier, &entries[i].hash);
        }
        li_arena_free(arena);
    } while (r == 0 && count > 0);
    return r == 0
               ? 0
               : LI_FAIL(ctx, -r, "history after %lld cannot be sealed", (long long)frontier->size);
}

static int work_out(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, struct seal_plan *plan)
{
    int r = read_frontier(ctx, conn, tenant, &plan->frontier);

    if (r) {
        return r;
    }
    plan->after = plan->frontier.size;
    r = add_entries(ctx, conn, tenant, &plan->frontier);
    if (r == 0 && plan->frontier.size == plan->after) {
        r = LI_FAIL(ctx, LI_E_STATE, "nothing new to seal");
    }
    if (r) {
        return r;
    }
    plan->seal.seq = plan->frontier.size;
    plan->seal.root = li_frontier_root(&plan->frontier);
    plan->seal.at = li_now(li_record_clock(record));
    return sign(ctx, record, tenant, &plan->seal);
}

static int make_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct seal_plan *plan = args;
    struct li_frontier last;
    int r = read_frontier(ctx, tx->conn, tx->tenant, &last);

    if (r == 0 && last.size != plan->after) {
        r = LI_FAIL(ctx, LI_E_AGAIN, "somebody else sealed meanwhile");
    }
    if (r == 0) {
        *ret_plan = (void *)plan;
    }
    return r;
}

static int make_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    const struct seal_plan *made = plan;

    (void)ret;
    return li_exec(
        ctx, tx->conn, &seal_insert,
        LI_ARGS(
            li_v(tx->tenant), li_v(made->seal.seq), li_v_blob(li_hash_view(&made->seal.root)),
            li_v_blob(li_str_n(made->frontier.edge, (size_t)made->frontier.count * LI_HASH_SIZE)),
            li_v(made->seal.at), li_v_blob(li_str_n(made->seal.signature, 64))),
        NULL);
}

const struct li_command li_seal_make = {
    .name = "seal.make",
    .working = true,
    .decide = make_decide,
    .write = make_write,
};

int li_seal_new(struct li_ctx *ctx, struct li_record *record, int64_t tenant, struct li_seal *ret)
{
    static const struct li_viewer viewer = {.kind = LI_VIEWER_SYSTEM};
    struct li_store *store = li_record_store(record);
    struct seal_plan plan = {.after = 0};
    struct li_job job = {
        .ctx = ctx, .tenant = tenant, .command = &li_seal_make, .args = &plan, .viewer = &viewer};
    struct li_conn *conn;
    int r = li_store_reader(ctx, store, &conn);

    if (r) {
        return r;
    }
    r = work_out(ctx, record, conn, tenant, &plan);
    li_store_reader_back(store, conn);
    r = r ? r : li_run(record, &job);
    if (r == 0) {
        *ret = plan.seal;
    }
    return r;
}

/* ---- reading --------------------------------------------------------------- */

int li_seal_all(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_seal **ret,
                size_t *ret_count)
{
    size_t cap = 0, count = 0;
    struct li_seal *seals = NULL;
    struct li_rows *rows;
    int r;

    r = li_query(ctx, conn, &seal_every, LI_ARGS(li_v(tenant)), &rows);
    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        struct li_seal *more = li_grow(ctx, seals, count, &cap, sizeof(*seals));
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        seals = more;
        struct li_str root = li_col_str(rows, 1), signature = li_col_str(rows, 3);
        if (root.len != LI_HASH_SIZE || signature.len != 64) {
            r = LI_FAIL(ctx, LI_E_CORRUPT, "a stored seal is misshapen");
            break;
        }
        seals[count] = (struct li_seal){.seq = li_col_i64(rows, 0), .at = li_col_i64(rows, 2)};
        memcpy(seals[count].root.bytes, root.ptr, root.len);
        memcpy(seals[count++].signature, signature.ptr, signature.len);
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = seals;
        *ret_count = count;
    }
    return r;
}

bool li_seal_signed(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                    const struct li_seal *seal)
{
    const struct li_tenant *row = li_tenant_by_id(record, tenant);
    uint8_t public_key[32], secret[64];
    struct li_str text;

    if (!row || key_pair(ctx, record, tenant, public_key, secret) ||
        sign_text(ctx, row->slug, seal, &text)) {
        return false;
    }
    sodium_memzero(secret, sizeof(secret));
    return crypto_sign_verify_detached(seal->signature, (const uint8_t *)text.ptr, text.len,
                                       public_key) == 0;
}

int li_anchor_format(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                     const struct li_seal *seal, struct li_str *ret)
{
    const struct li_tenant *row = li_tenant_by_id(record, tenant);
    uint8_t public_key[32], secret[64];
    char key_hex[65], signature_hex[129];
    struct li_str text;
    int r = key_pair(ctx, record, tenant, public_key, secret);

    if (r == 0) {
        sodium_memzero(secret, sizeof(secret));
        r = sign_text(ctx, row->slug, seal, &text);
    }
    if (r) {
        return r;
    }
    sodium_bin2hex(key_hex, sizeof(key_hex), public_key, 32);
    sodium_bin2hex(signature_hex, sizeof(signature_hex), seal->signature, 64);
    text = li_strf(ctx, "%.*s %s %s", LI_P(text), key_hex, signature_hex);
    if (!text.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = text;
    return 0;
}

static bool hex_bytes(struct li_str text, uint8_t *ret, size_t len)
{
    size_t got;

    return text.len == 2 * len &&
           sodium_hex2bin(ret, len, text.ptr, text.len, NULL, &got, NULL) == 0 && got == len;
}

int li_anchor_parse(struct li_ctx *ctx, struct li_str line, struct li_anchor *ret)
{
    struct li_anchor anchor = {0};
    struct li_str rest = li_str_trim(line), word[8] = {{0}}, text;

    for (int i = 0; i < 8 && rest.ptr; i++) {
        word[i] = li_str_cut(&rest, ' ');
    }
    if (rest.ptr || !li_str_is(word[0], "linli-seal") || !li_str_is(word[1], "v1") ||
        !li_str_to_i64(word[3], &anchor.seal.seq) ||
        !li_hash_from_hex(word[4], &anchor.seal.root) || !li_str_to_i64(word[5], &anchor.seal.at) ||
        !hex_bytes(word[6], anchor.key, 32) || !hex_bytes(word[7], anchor.seal.signature, 64)) {
        return LI_FAIL(ctx, LI_E_SYNTAX, "this is no anchor: %.*s", LI_P(line));
    }
    anchor.slug = word[2];
    int r = sign_text(ctx, anchor.slug, &anchor.seal, &text);
    if (r) {
        return r;
    }
    if (crypto_sign_verify_detached(anchor.seal.signature, (const uint8_t *)text.ptr, text.len,
                                    anchor.key) != 0) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "the anchor's signature does not fit its key");
    }
    *ret = anchor;
    return 0;
}
