/* A declared emergency, read; see emergency.h. */
#include "people/emergency.h"

#include "base/grow.h"
#include "people/inside.h"
#include "record/vault.h"

#define EMERGENCY                                                                                  \
    "select e.id, e.area_path, e.declared_by, n.name, e.since, e.until, e.erase_at "               \
    "from emergency as e join person as n on n.tenant = e.tenant and n.id = e.declared_by "        \
    "where e.tenant = $1 "

LI_SQL(emergency_all, EMERGENCY "and e.erase_at > $2 order by e.id desc");
LI_SQL(emergency_now, "select area_path from emergency "
                      "where tenant = $1 and erase_at > $2 and since <= $2 and until > $2");
LI_SQL(emergency_by_id, EMERGENCY "and e.id = $2");

static int read_row(struct li_ctx *ctx, const struct li_rows *rows, struct li_emergency *ret)
{
    struct li_emergency emergency = {.id = li_col_i64(rows, 0),
                                     .area_path = li_col_dup(ctx, rows, 1),
                                     .declared_by = li_col_i64(rows, 2),
                                     .declarer = li_col_dup(ctx, rows, 3),
                                     .since = li_col_i64(rows, 4),
                                     .until = li_col_i64(rows, 5),
                                     .erase_at = li_col_i64(rows, 6)};

    if (!emergency.area_path.ptr || !emergency.declarer.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = emergency;
    return 0;
}

static int read_words(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                      int64_t tenant, struct li_emergency *emergency)
{
    int r =
        li_vault_first(ctx, record, conn, tenant, emergency->id, LI_S("basis"), &emergency->basis);

    return r ? r
             : li_vault_first(ctx, record, conn, tenant, emergency->id, LI_S("reason"),
                              &emergency->reason);
}

int li_emergency_list(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                      int64_t tenant, int64_t now, struct li_emergency **ret, size_t *ret_count)
{
    struct li_emergency *all = NULL;
    size_t count = 0, cap = 0;
    struct li_rows *rows;
    int r = li_query(ctx, conn, &emergency_all, LI_ARGS(li_v(tenant), li_v(now)), &rows);

    if (r) {
        return r;
    }
    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_emergency *more = li_grow(ctx, all, count, &cap, sizeof(*all));
        all = more ? more : all;
        r = more ? read_row(ctx, rows, &all[count++]) : -LI_E_NOMEM;
    }
    li_rows_done(rows);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = read_words(ctx, record, conn, tenant, &all[i]);
    }
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

int li_emergency_runs(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
                      int64_t now, bool *ret)
{
    bool runs = false;
    struct li_rows *rows;
    int r = li_query(ctx, conn, &emergency_now, LI_ARGS(li_v(tenant), li_v(now)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        runs = runs || li_str_starts(path, li_col_str(rows, 0));
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = runs;
    }
    return r;
}

int li_emergency_find(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                      int64_t tenant, int64_t id, struct li_emergency *ret)
{
    struct li_emergency found;
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &emergency_by_id, LI_ARGS(li_v(tenant), li_v(id)), &rows);

    if (r) {
        return r;
    }
    r = read_row(ctx, rows, &found);
    li_rows_done(rows);
    r = r ? r : read_words(ctx, record, conn, tenant, &found);
    if (r == 0) {
        *ret = found;
    }
    return r;
}

/* ---- what was told ------------------------------------------------------------------ */

/* A word is {"at":…,"by":…,"shift":…,"word":…}, sealed. */
static int hear(struct li_ctx *ctx, struct li_str text, struct li_emergency_turn *turns,
                size_t count)
{
    struct li_node *told;
    int64_t shift, at;
    int r = li_json_read(ctx, text, &told);

    if (r) {
        return r;
    }
    shift = li_node_get(told, "shift")->number;
    at = li_node_get(told, "at")->number;
    for (size_t i = 0; i < count; i++) {
        struct li_emergency_turn *turn = &turns[i];
        if (turn->shift.id != shift) {
            continue;
        }
        switch ((enum li_emergency_word)li_node_get(told, "word")->number) {
        case LI_EMERGENCY_ARRIVED:
            turn->arrived_at = at;
            break;
        case LI_EMERGENCY_LEFT:
            turn->left_at = at;
            break;
        case LI_EMERGENCY_NOTHING:
            turn->arrived_at = turn->left_at = 0;
            break;
        }
    }
    return 0;
}

int li_emergency_turns(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                       int64_t tenant, const struct li_emergency *emergency,
                       struct li_emergency_turn **ret, size_t *ret_count)
{
    struct li_emergency_turn *turns;
    struct li_vault_item *items;
    struct li_shift *shifts;
    size_t count, told;
    int r = li_shift_list(ctx, conn, tenant, emergency->area_path, emergency->since,
                          emergency->until, &shifts, &count);

    r = r ? r : li_vault_of(ctx, record, conn, tenant, emergency->id, &items, &told);
    turns = r ? NULL : li_alloc_array(ctx, count + 1, sizeof(*turns));
    if (!turns) {
        return r ? r : -LI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        turns[i] = (struct li_emergency_turn){.shift = shifts[i]};
    }
    for (size_t i = 0; r == 0 && i < told; i++) {
        if (li_str_is(items[i].field, "told") && items[i].value.ptr) {
            r = hear(ctx, items[i].value, turns, count);
        }
    }
    if (r == 0) {
        *ret = turns;
        *ret_count = count;
    }
    return r;
}

bool li_emergency_may_tell(const struct li_emergency_turn *turns, size_t count,
                           const struct li_shift *shift, int64_t person)
{
    if (shift->person == person) {
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        const struct li_shift *other = &turns[i].shift;
        if (other->person == person && li_str_eq(other->post, LI_SHIFT_LEADER) &&
            other->since < shift->until && other->until > shift->since) {
            return true;
        }
    }
    return false;
}
