/*
 * What is found of a case by its words: its number, and the texts people wrote.
 *
 * Personal values are sealed and never searched.  Anybody finds a public case by
 * its number; what was written is for the staff.  The consumer keeps the index
 * (record/search); the texts themselves are read again when a list is shown.
 */
#include "record/search.h"
#include "base/canonical.h"
#include "case/inside.h"

LI_SQL(case_found, "select number, scope from cases where tenant = $1 and id = $2");

int li_case_search_texts(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                         const struct li_case_words *of, struct li_str **ret, size_t *ret_count)
{
    struct li_vault_item *items = NULL;
    struct li_str *texts;
    size_t count = 0, kept = 0;
    int r = of->scope == LI_SCOPE_PUBLIC
                ? 0
                : li_vault_texts(ctx, conn, tenant, of->id, 0, INT64_MAX, &items, &count);

    texts = r ? NULL : li_alloc_array(ctx, count + 1, sizeof(*texts));
    if (!texts) {
        return r ? r : -LI_E_NOMEM;
    }
    texts[kept++] = of->number;
    for (size_t i = 0; i < count; i++) {
        int field = li_playbook_field(of->playbook, items[i].field);
        if (field >= 0 && !li_case_is_hidden(of->hidden, field)) {
            texts[kept++] = items[i].value;
        }
    }
    *ret = texts;
    *ret_count = kept;
    return 0;
}

/* ---- the consumer ---------------------------------------------------------- */

static int add_number(struct li_ctx *ctx, struct li_search_batch *batch, int64_t id, int64_t scope,
                      struct li_str number)
{
    int r = scope <= LI_SCOPE_STAFF ? li_search_add(ctx, batch, id, LI_SCOPE_STAFF, number) : 0;

    return r == 0 && scope == LI_SCOPE_PUBLIC
               ? li_search_add(ctx, batch, id, LI_SCOPE_PUBLIC, number)
               : r;
}

/* Texts of slots in [from, to), but for one. */
static int add_texts(struct li_ctx *ctx, const struct li_tx *tx, struct li_search_batch *batch,
                     int64_t id, int64_t from, int64_t to, int64_t but)
{
    struct li_vault_item *items;
    size_t count;
    int r = li_vault_texts(ctx, tx->conn, tx->tenant, id, from, to, &items, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        if (items[i].slot != but) {
            r = li_search_add(ctx, batch, id, LI_SCOPE_STAFF, items[i].value);
        }
    }
    return r;
}

static bool has_words(const struct li_entry *entry, bool opens)
{
    static const char key[] = "\"texts\":";

    return opens || (li_str_is(entry->command, li_case_act.name) &&
                     memmem(entry->payload.ptr, entry->payload.len, key, sizeof(key) - 1));
}

static int add_entry(struct li_ctx *ctx, const struct li_tx *tx, struct li_search_batch *batch,
                     const struct li_entry *entry)
{
    bool opens = li_str_is(entry->command, li_case_open.name);
    const struct li_node *scope;
    struct li_node *payload;
    int r;

    if (!has_words(entry, opens)) {
        return 0;
    }
    r = li_canonical_read(ctx, entry->payload, &payload);
    if (r) {
        return r;
    }
    scope = li_node_get(payload, "scope");
    if (!scope || scope->kind != LI_INT) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a case entry says no scope");
    }
    if (opens) {
        r = add_number(ctx, batch, entry->entity, scope->number, li_node_text(payload, "number"));
    }
    if (r == 0 && scope->number <= LI_SCOPE_STAFF) {
        r = add_texts(ctx, tx, batch, entry->entity, entry->seq * LI_VAULT_SLOTS,
                      (entry->seq + 1) * LI_VAULT_SLOTS, -1);
    }
    return r;
}

static int search_apply(struct li_ctx *ctx, const struct li_tx *tx, const struct li_entry *entries,
                        size_t count)
{
    struct li_search_batch *batch = li_search_batch_new(ctx);
    int r = batch ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < count; i++) {
        r = add_entry(ctx, tx, batch, &entries[i]);
    }
    return r ? r : li_search_write(ctx, tx, batch);
}

/* All the words the index has of a case, without the text at slot `but`. */
static int words_of(struct li_ctx *ctx, const struct li_tx *tx, int64_t id, int64_t seen,
                    int64_t but, struct li_search_batch **ret)
{
    struct li_search_batch *batch = li_search_batch_new(ctx);
    struct li_rows *rows;
    int r =
        batch ? li_query_one(ctx, tx->conn, &case_found, LI_ARGS(li_v(tx->tenant), li_v(id)), &rows)
              : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    int64_t scope = li_col_i64(rows, 1);
    struct li_str number = li_col_dup(ctx, rows, 0);
    li_rows_done(rows);
    r = number.ptr ? add_number(ctx, batch, id, scope, number) : -LI_E_NOMEM;
    if (r == 0 && scope <= LI_SCOPE_STAFF) {
        r = add_texts(ctx, tx, batch, id, 0, (seen + 1) * LI_VAULT_SLOTS, but);
    }
    if (r == 0) {
        *ret = batch;
    }
    return r;
}

static int search_forget(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, int64_t slot,
                         int64_t seen)
{
    struct li_search_batch *old, *now;
    int r = words_of(ctx, tx, entity, seen, -1, &old);

    if (r == -LI_E_NOT_FOUND) {
        return 0; /* not a case's text */
    }
    r = r ? r : words_of(ctx, tx, entity, seen, slot, &now);
    return r ? r : li_search_replace(ctx, tx, entity, old, now);
}

const struct li_consumer li_case_search = {
    .name = "search",
    .apply = search_apply,
    .drop = li_search_drop,
    .forget = search_forget,
    .whole = true,
};
