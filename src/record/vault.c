/* Texts and personal values apart from history; see vault.h. */
#include "record/vault.h"

#include <sodium.h>

#include "base/grow.h"
#include "base/time.h"
#include "record/due.h"
#include "record/inside.h"

#define SALT  16
#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG   crypto_aead_xchacha20poly1305_ietf_ABYTES

LI_SQL(vault_insert, "insert into vault (tenant, entity, slot, field, sealed, salt, value) "
                     "values ($1, $2, $3, $4, $5, $6, $7)");
LI_SQL(vault_insert_known,
       "insert into vault (tenant, entity, slot, field, sealed, salt, value, blind) "
       "values ($1, $2, $3, $4, $5, $6, $7, $8)");
LI_SQL(vault_known, "select distinct entity from vault where tenant = $1 and blind = $2 "
                    "and blind is not null order by entity desc limit $3");
LI_SQL(vault_blind, "select blind from vault where tenant = $1 and entity = $2 "
                    "and blind is not null order by slot limit 1");
LI_SQL(vault_all, "select slot, field, sealed, value, erased_rule, erased_at from vault "
                  "where tenant = $1 and entity = $2 order by slot");
LI_SQL(vault_field, "select slot, field, sealed, value, erased_rule, erased_at from vault "
                    "where tenant = $1 and entity = $2 and field = $3 order by slot limit 1");
LI_SQL(vault_open, "select slot, field, value from vault where tenant = $1 and entity = $2 "
                   "and slot >= $3 and slot < $4 and sealed = 0 and erased_at is null "
                   "order by slot");
LI_SQL(vault_one, "select field, sealed, salt, value, erased_at from vault "
                  "where tenant = $1 and entity = $2 and slot = $3");
LI_SQL(vault_wipe,
       "update vault set salt = null, value = null, blind = null, "
       "erased_rule = $4, erased_at = $5 where tenant = $1 and entity = $2 and slot = $3");

LI_SQL(vault_span, "select slot from vault where tenant = $1 and entity = $2 "
                   "and slot >= $3 and slot < $4 and erased_at is null order by slot");

struct place {
    int64_t tenant, entity, slot;
};

/* What a ciphertext is bound to: its place and the name of its field. */
static struct li_hash bond_of(const struct place *place, struct li_str field)
{
    const struct li_str parts[] = {li_str_n(place, sizeof(*place)), field};

    return li_hash_parts(parts, 2);
}

static int seal_value(struct li_ctx *ctx, struct li_record *record, const struct place *place,
                      struct li_str field, struct li_str value, struct li_str *ret)
{
    const struct li_member_tenant *member = li_member_tenant(record, place->tenant);
    const struct li_hash bond = bond_of(place, field);
    uint8_t *out = li_alloc(ctx, NONCE + value.len + TAG);

    if (!out) {
        return -LI_E_NOMEM;
    }
    if (!member) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "tenant %lld is not loaded, its key is not known",
                       (long long)place->tenant);
    }
    li_random_bytes(record->random, out, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, NULL, (const uint8_t *)value.ptr,
                                               value.len, bond.bytes, sizeof(bond.bytes), NULL, out,
                                               member->key);
    *ret = li_str_n(out, NONCE + value.len + TAG);
    return 0;
}

static int open_value(struct li_ctx *ctx, struct li_record *record, const struct place *place,
                      struct li_str field, struct li_str bytes, struct li_str *ret)
{
    const struct li_member_tenant *member = li_member_tenant(record, place->tenant);
    const struct li_hash bond = bond_of(place, field);
    const uint8_t *in = (const uint8_t *)bytes.ptr;

    if (!member || bytes.len < NONCE + TAG) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a sealed value is too short");
    }
    size_t len = bytes.len - NONCE - TAG;
    uint8_t *out = li_alloc(ctx, len + 1);
    if (!out) {
        return -LI_E_NOMEM;
    }
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, in + NONCE, len + TAG,
                                                   bond.bytes, sizeof(bond.bytes), in,
                                                   member->key) != 0) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a sealed value does not open");
    }
    *ret = li_str_n(out, len);
    return 0;
}

static struct li_hash commitment(struct li_str salt, struct li_str value)
{
    const struct li_str parts[] = {salt, value};

    return li_hash_parts(parts, 2);
}

int64_t li_vault_slot(const struct li_tx *tx, int place)
{
    return tx->seq * LI_VAULT_SLOTS + place;
}

static int put_value(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, int place,
                     struct li_str field, struct li_str value, bool sealed, const uint8_t *blind,
                     struct li_hash *ret_commit)
{
    const struct place at = {
        .tenant = tx->tenant, .entity = entity, .slot = li_vault_slot(tx, place)};
    uint8_t salt[SALT];
    struct li_str stored = value;
    int r = 0;

    li_assert(place >= 0 && place < LI_VAULT_SLOTS);
    li_random_bytes(tx->record->random, salt, sizeof(salt));
    if (sealed) {
        r = seal_value(ctx, tx->record, &at, field, value, &stored);
    }
    const struct li_val args[] = {
        li_v(at.tenant),   li_v(entity),
        li_v(at.slot),     li_v_text(field),
        li_v(sealed),      li_v_blob(li_str_n(salt, SALT)),
        li_v_blob(stored), li_v_blob(li_str_n(blind, blind ? LI_VAULT_BLIND : 0))};
    if (r == 0) {
        r = li_exec(ctx, tx->conn, blind ? &vault_insert_known : &vault_insert, args, blind ? 8 : 7,
                    NULL);
    }
    if (r == 0) {
        *ret_commit = commitment(li_str_n(salt, SALT), value);
    }
    return r;
}

int li_vault_put(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, int place,
                 struct li_str field, struct li_str value, bool sealed, struct li_hash *ret_commit)
{
    return put_value(ctx, tx, entity, place, field, value, sealed, NULL, ret_commit);
}

/* ---- the blind index ------------------------------------------------------- */

int li_vault_blind(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                   struct li_str value, uint8_t ret[LI_VAULT_BLIND])
{
    char digits[32];
    struct li_str number, text;
    size_t count = 0;

    for (size_t i = 0; i < value.len && count < sizeof(digits); i++) {
        if (value.ptr[i] >= '0' && value.ptr[i] <= '9') {
            digits[count++] = value.ptr[i];
        }
    }
    number = li_str_n(digits, count);
    if (number.len > 11 && li_str_starts(number, LI_S("00"))) {
        number = li_str_n(number.ptr + 2, number.len - 2);
    }
    if (number.len == 13 && li_str_starts(number, LI_S("86"))) {
        number = li_str_n(number.ptr + 2, number.len - 2);
    }
    if (number.len < 5) {
        return -LI_E_INVALID;
    }
    text = li_strf(ctx, "phone %.*s", LI_P(number));
    return text.ptr ? li_key_derive(ctx, record, tenant, text, ret) : -LI_E_NOMEM;
}

int li_vault_put_phone(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, int place,
                       struct li_str field, struct li_str value, struct li_hash *ret_commit)
{
    uint8_t blind[LI_VAULT_BLIND];
    int r = li_vault_blind(ctx, tx->record, tx->tenant, value, blind);

    if (r && r != -LI_E_INVALID) {
        return r;
    }
    return put_value(ctx, tx, entity, place, field, value, true, r ? NULL : blind, ret_commit);
}

int li_vault_blind_of(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t entity,
                      uint8_t ret[LI_VAULT_BLIND])
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &vault_blind, LI_ARGS(li_v(tenant), li_v(entity)), &rows);

    if (r == 0) {
        struct li_str bytes = li_col_str(rows, 0);
        r = bytes.len == LI_VAULT_BLIND ? 0 : LI_FAIL(ctx, LI_E_CORRUPT, "a hash is misshapen");
        if (r == 0) {
            memcpy(ret, bytes.ptr, LI_VAULT_BLIND);
        }
        li_rows_done(rows);
    }
    return r;
}

int li_vault_known(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                   const uint8_t blind[LI_VAULT_BLIND], size_t limit, int64_t *ret_entities,
                   size_t *ret_count)
{
    return li_query_ids(
        ctx, conn, &vault_known,
        LI_ARGS(li_v(tenant), li_v_blob(li_str_n(blind, LI_VAULT_BLIND)), li_v((int64_t)limit)),
        limit, ret_entities, ret_count);
}

void li_vault_refer(struct li_json *json, const struct li_tx *tx, int place,
                    const struct li_hash *commit)
{
    li_json_open_map(json);
    li_json_key(json, "commit");
    li_json_hash(json, commit);
    li_json_put_int(json, "slot", li_vault_slot(tx, place));
    li_json_close_map(json);
}

void li_vault_refer_of(struct li_json *json, const struct li_tx *tx, int64_t entity, int place,
                       const struct li_hash *commit)
{
    li_json_open_map(json);
    li_json_key(json, "commit");
    li_json_hash(json, commit);
    li_json_put_int(json, "of", entity);
    li_json_put_int(json, "slot", li_vault_slot(tx, place));
    li_json_close_map(json);
}

static int read_item(struct li_ctx *ctx, struct li_record *record, const struct li_rows *rows,
                     int64_t tenant, int64_t entity, struct li_vault_item *ret)
{
    struct li_vault_item item = {
        .slot = li_col_i64(rows, 0),
        .field = li_col_dup(ctx, rows, 1),
        .sealed = li_col_i64(rows, 2) != 0,
        .erased_rule = li_col_dup(ctx, rows, 4),
        .erased_at = li_col_i64(rows, 5),
    };
    const struct place place = {.tenant = tenant, .entity = entity, .slot = item.slot};
    int r = 0;

    if (item.erased_at == 0 && item.sealed) {
        r = open_value(ctx, record, &place, item.field, li_col_str(rows, 3), &item.value);
    } else if (item.erased_at == 0) {
        item.value = li_col_dup(ctx, rows, 3);
    }
    if (r == 0) {
        *ret = item;
    }
    return r;
}

int li_vault_of(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn, int64_t tenant,
                int64_t entity, struct li_vault_item **ret, size_t *ret_count)
{
    size_t cap = 0, count = 0;
    struct li_vault_item *items = NULL;
    struct li_rows *rows;
    int r;

    r = li_query(ctx, conn, &vault_all, LI_ARGS(li_v(tenant), li_v(entity)), &rows);
    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        struct li_vault_item *more = li_grow(ctx, items, count, &cap, sizeof(*items));
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        items = more;
        r = read_item(ctx, record, rows, tenant, entity, &items[count]);
        if (r) {
            break;
        }
        count++;
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = items;
        *ret_count = count;
    }
    return r;
}

int li_vault_texts(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t entity,
                   int64_t from, int64_t to, struct li_vault_item **ret, size_t *ret_count)
{
    size_t cap = 0, count = 0;
    struct li_vault_item *items = NULL;
    struct li_rows *rows;
    int r = li_query(ctx, conn, &vault_open,
                     LI_ARGS(li_v(tenant), li_v(entity), li_v(from), li_v(to)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        struct li_vault_item *more = li_grow(ctx, items, count, &cap, sizeof(*items));
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        items = more;
        items[count++] = (struct li_vault_item){.slot = li_col_i64(rows, 0),
                                                .field = li_col_dup(ctx, rows, 1),
                                                .value = li_col_dup(ctx, rows, 2)};
        if (!items[count - 1].field.ptr || !items[count - 1].value.ptr) {
            r = -LI_E_NOMEM;
            break;
        }
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = items;
        *ret_count = count;
    }
    return r;
}

int li_vault_first(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, int64_t entity, struct li_str field, struct li_str *ret)
{
    struct li_vault_item item = {0};
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &vault_field,
                         LI_ARGS(li_v(tenant), li_v(entity), li_v_text(field)), &rows);

    if (r == 0) {
        r = read_item(ctx, record, rows, tenant, entity, &item);
        li_rows_done(rows);
    } else if (r == -LI_E_NOT_FOUND) {
        r = 0;
    }
    if (r == 0) {
        *ret = item.value;
    }
    return r;
}

int li_vault_verify(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, int64_t entity, int64_t slot, const struct li_hash *commit,
                    enum li_vault_state *ret)
{
    const struct place place = {.tenant = tenant, .entity = entity, .slot = slot};
    struct li_rows *rows;
    int r =
        li_query_one(ctx, conn, &vault_one, LI_ARGS(li_v(tenant), li_v(entity), li_v(slot)), &rows);

    if (r == -LI_E_NOT_FOUND) {
        *ret = LI_VAULT_MISSING;
        return 0;
    }
    if (r) {
        return r;
    }
    if (!li_col_is_null(rows, 4)) {
        *ret = li_col_is_null(rows, 3) ? LI_VAULT_ERASED : LI_VAULT_ALTERED;
    } else {
        struct li_str value = li_col_str(rows, 3);
        if (li_col_i64(rows, 1) &&
            open_value(ctx, record, &place, li_col_str(rows, 0), value, &value)) {
            li_ctx_clear(ctx);
            *ret = LI_VAULT_ALTERED;
        } else {
            struct li_hash now = commitment(li_col_str(rows, 2), value);
            *ret = li_hash_eq(&now, commit) ? LI_VAULT_HOLDS : LI_VAULT_ALTERED;
        }
    }
    li_rows_done(rows);
    return 0;
}

struct li_str li_mask(struct li_ctx *ctx, struct li_str value)
{
    int64_t digits;

    if (value.len == 11 && value.ptr[0] == '1' && li_str_to_i64(value, &digits)) {
        return li_strf(ctx, "%.3s****%.4s", value.ptr, value.ptr + 7);
    }
    return LI_S("****");
}

/* ---- erasing --------------------------------------------------------------- */

static int erase_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    struct li_vault_erase_args *erase = li_alloc(ctx, sizeof(*erase));
    const struct li_node *entity = li_node_get(args, "entity"), *slot = li_node_get(args, "slot");

    if (!erase) {
        return -LI_E_NOMEM;
    }
    if (!entity || entity->kind != LI_INT || !slot || slot->kind != LI_INT) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a due erasure names no entry");
    }
    erase->entity = entity->number;
    erase->slot = slot->number;
    erase->rule = li_node_text(args, "rule");
    *ret = erase;
    return 0;
}

static int erase_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    const struct li_vault_erase_args *erase = args;
    struct li_rows *rows;
    int r = li_query_one(ctx, tx->conn, &vault_one,
                         LI_ARGS(li_v(tx->tenant), li_v(erase->entity), li_v(erase->slot)), &rows);

    if (r) {
        return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_NOT_FOUND, "no such text") : r;
    }
    bool erased = !li_col_is_null(rows, 4);
    li_rows_done(rows);
    if (erased) {
        return LI_FAIL(ctx, LI_E_STATE, "it was erased before");
    }
    *ret_plan = (void *)erase;
    return 0;
}

static int write_erase_args(struct li_ctx *ctx, const struct li_vault_erase_args *erase,
                            struct li_str *ret)
{
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_put_int(&json, "entity", erase->entity);
    li_json_put_text(&json, "rule", erase->rule);
    li_json_put_int(&json, "slot", erase->slot);
    return li_json_finish(ctx, &json, ret);
}

static int erase_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    const struct li_vault_erase_args *erase = plan;
    int r = li_consumer_forget(ctx, tx, erase->entity, erase->slot);

    r = r ? r
          : li_exec(ctx, tx->conn, &vault_wipe,
                    LI_ARGS(li_v(tx->tenant), li_v(erase->entity), li_v(erase->slot),
                            li_v_text(erase->rule), li_v(tx->now)),
                    NULL);
    /* whoever keeps what was made of the words looks anew */
    r = r ? r : li_tenant_touch(ctx, tx);
    ret->entity = erase->entity;
    return r ? r : write_erase_args(ctx, erase, &ret->payload);
}

const struct li_command li_vault_erase = {
    .name = "vault.erase",
    .parse = erase_parse,
    .decide = erase_decide,
    .write = erase_write,
};

static int erase_at(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, int64_t slot,
                    struct li_str rule, int64_t at)
{
    const struct li_vault_erase_args erase = {.entity = entity, .slot = slot, .rule = rule};
    struct li_due due = {
        .entity = entity,
        .slot = LI_DUE_ERASE + erase.slot,
        .at = at,
        .command = li_str(li_vault_erase.name),
    };
    int r = write_erase_args(ctx, &erase, &due.args);

    return r ? r : li_due_set(ctx, tx, &due);
}

int li_vault_erase_later(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, int place,
                         struct li_str rule, int64_t at)
{
    return erase_at(ctx, tx, entity, li_vault_slot(tx, place), rule, at);
}

int li_vault_erase_entry(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, int64_t seq,
                         struct li_str rule, int64_t at)
{
    int64_t slots[LI_VAULT_SLOTS];
    size_t count = 0;
    int r = li_query_ids(ctx, tx->conn, &vault_span,
                         LI_ARGS(li_v(tx->tenant), li_v(entity), li_v(seq * LI_VAULT_SLOTS),
                                 li_v((seq + 1) * LI_VAULT_SLOTS)),
                         LI_VAULT_SLOTS, slots, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        r = erase_at(ctx, tx, entity, slots[i], rule, at);
    }
    return r;
}
