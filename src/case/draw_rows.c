/*
 * Rows of a register that an action draws: by the seed of the month, the case's number
 * and each row's code, so that nobody chose them and anybody can reckon it again when the
 * month is over; see base/draw.h and child.h.
 */
#include <stdlib.h>

#include "base/grow.h"
#include "case/child.h"
#include "register/register.h"

#define PAGE  500
#define AMONG 5000 /* codes that an entry keeps, so that the whole draw is reckoned again */

struct ranked {
    uint64_t rank;
    int64_t row;
    struct li_str code;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *one = a, *two = b;

    if (one->rank != two->rank) {
        return one->rank < two->rank ? -1 : 1;
    }
    return (one->row > two->row) - (one->row < two->row);
}

struct drawing {
    struct li_ctx *ctx;
    const struct li_tx *tx;
    const struct li_case *row;
    const struct li_spawn *spawn;
    struct li_str name; /* of the action */
    const struct li_hash *seed;
    struct ranked *all;
    size_t count, cap;
};

static int rank_row(struct drawing *d, const struct li_row *row)
{
    struct li_draw draw = {.playbook = d->row->playbook->name, .number = d->row->number};
    struct ranked *more = li_grow(d->ctx, d->all, d->count, &d->cap, sizeof(*more));

    draw.name = li_strf(d->ctx, "%.*s/%.*s", LI_P(d->name), LI_P(row->code));
    if (!more || !draw.name.ptr) {
        return -LI_E_NOMEM;
    }
    d->all = more;
    more[d->count++] =
        (struct ranked){.rank = li_draw_rank(d->seed, &draw), .row = row->id, .code = row->code};
    return 0;
}

/* All rows in use where the case lies. */
static int rank_all(struct drawing *d)
{
    struct li_row_query query = {.path = d->row->area_path, .limit = PAGE};
    struct li_row *rows = NULL;
    size_t count = PAGE;
    int r = li_register_find(d->ctx, d->tx->record, d->tx->conn, d->tx->tenant, d->spawn->reg,
                             &query.reg);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(d->ctx, LI_E_STATE, "the register %.*s is not in use", LI_P(d->spawn->reg));
    }
    while (r == 0 && count == PAGE) {
        r = li_row_list(d->ctx, d->tx->record, d->tx->conn, d->tx->tenant, &query, &rows, &count);
        for (size_t i = 0; r == 0 && i < count; i++) {
            r = rank_row(d, &rows[i]);
        }
        if (r == 0 && count) {
            query.after_path = rows[count - 1].area_path;
            query.after_code = rows[count - 1].code;
        }
    }
    return r;
}

/* The codes of the first so many; empty: none. */
static struct li_str codes_of(const struct drawing *d, size_t count)
{
    struct li_buf *buf = li_buf_new(d->ctx, 0);

    for (size_t i = 0; buf && i < count; i++) {
        li_buf_fmt(buf, "%s%.*s", i ? " " : "", LI_P(d->all[i].code));
    }
    return buf && !buf->error ? li_buf_view(buf) : (struct li_str){.ptr = NULL};
}

static int draw_one(struct drawing *d, int wanted, struct li_case_drawn *ret)
{
    int r = rank_all(d);

    if (r) {
        return r;
    }
    if (d->count == 0) {
        return LI_FAIL(d->ctx, LI_E_STATE, "the register %.*s has no rows here",
                       LI_P(d->spawn->reg));
    }
    qsort(d->all, d->count, sizeof(*d->all), by_rank);
    ret->of = d->count;
    ret->count = d->count < (size_t)wanted ? d->count : (size_t)wanted;
    ret->rows = li_alloc_array(d->ctx, ret->count, sizeof(*ret->rows));
    ret->drawn = codes_of(d, ret->count);
    ret->among = codes_of(d, d->count <= AMONG ? d->count : 0);
    for (size_t i = 0; ret->rows && i < ret->count; i++) {
        ret->rows[i] = d->all[i].row;
    }
    return ret->rows && ret->drawn.ptr ? 0 : -LI_E_NOMEM;
}

int li_case_draw_rows(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row,
                      const struct li_plan *plan, struct li_case_drawn **ret)
{
    struct li_case_drawn *all = NULL;
    int r = 0;

    for (size_t i = 0; r == 0 && i < plan->spawn_count; i++) {
        const struct li_plan_spawn *what = &plan->spawns[i];
        const struct li_action *action = &row->playbook->actions[what->action];
        struct drawing d = {.ctx = ctx, .tx = tx, .row = row, .name = action->name};
        if (!what->count) {
            continue;
        }
        all = all ? all : li_alloc_array(ctx, plan->spawn_count, sizeof(*all));
        d.spawn = &action->spawns[what->spawn];
        d.seed = row->sampling && row->sampling->chain
                     ? li_draw_seed(row->sampling->chain, li_draw_month(tx->now))
                     : NULL;
        r = !all     ? -LI_E_NOMEM
            : d.seed ? draw_one(&d, what->count, &all[i])
                     : LI_FAIL(ctx, LI_E_STATE, "there is no seed for this month");
    }
    if (r == 0) {
        *ret = all;
    }
    return r;
}

void li_case_put_drawn(struct li_json *json, const struct li_case *row, const struct li_plan *plan,
                       const struct li_case_drawn *drawn)
{
    const struct li_playbook *playbook = row->playbook;

    if (!drawn) {
        return;
    }
    li_json_key(json, "sampled");
    li_json_open_list(json);
    for (size_t i = 0; i < plan->spawn_count; i++) {
        const struct li_action *action = &playbook->actions[plan->spawns[i].action];
        if (!plan->spawns[i].count) {
            continue;
        }
        li_json_open_map(json);
        li_json_put_text(json, "among", drawn[i].among.ptr ? drawn[i].among : LI_S(""));
        li_json_put_int(json, "count", (int64_t)drawn[i].count);
        li_json_put_text(json, "drawn", drawn[i].drawn);
        li_json_put_text(json, "name", action->name);
        li_json_put_text(json, "number", row->number);
        li_json_put_int(json, "of", (int64_t)drawn[i].of);
        li_json_put_text(json, "register", action->spawns[plan->spawns[i].spawn].reg);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}
