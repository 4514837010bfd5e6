/*
 * Writing a planned table of areas.
 *
 * New rows go eight to a statement, in order of path: on a server the way there
 * and back is most of what a row costs.  Shapes come when all areas are there.
 */
#include "area/table.h"

LI_SQL(area_insert, "insert into area (tenant, code, kind, name, aliases, parent, path, since, "
                    "until, lon, lat) values "
                    "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
LI_SQL(area_insert_many, "insert into area (tenant, code, kind, name, aliases, parent, path, "
                         "since, until, lon, lat) values "
                         "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11), "
                         "($1, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21), "
                         "($1, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31), "
                         "($1, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41), "
                         "($1, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51), "
                         "($1, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61), "
                         "($1, $62, $63, $64, $65, $66, $67, $68, $69, $70, $71), "
                         "($1, $72, $73, $74, $75, $76, $77, $78, $79, $80, $81)");
LI_SQL(area_change, "update area set name = $3, aliases = $4, since = $5, until = $6, lon = $7, "
                    "lat = $8 where tenant = $1 and code = $2");
LI_SQL(area_draw, "insert into area_shape (tenant, code, crs, given, shape) "
                  "values ($1, $2, $3, $4, $5) on conflict (tenant, code) do update "
                  "set crs = excluded.crs, given = excluded.given, shape = excluded.shape");

LI_SQL(area_pin, "insert into area_shape (tenant, code, crs, given) values ($1, $2, $3, $4) "
                 "on conflict (tenant, code) do update set crs = excluded.crs, "
                 "given = excluded.given where area_shape.shape is null");

#define MANY    8
#define COLUMNS 10

static struct li_val opt_text(struct li_str text)
{
    return text.len ? li_v_text(text) : li_v_null();
}

static void put_new(const struct li_area_item *item, struct li_val *values)
{
    const struct li_area_row *row = item->row;

    values[0] = li_v_text(row->area.code);
    values[1] = li_v_text(row->area.kind);
    values[2] = li_v_text(li_area_plain_name(row->area.name));
    values[3] = opt_text(row->aliases);
    values[4] = opt_text(row->area.parent);
    values[5] = li_v_text(item->path);
    values[6] = li_v_opt(row->area.since);
    values[7] = li_v_opt(row->area.until);
    values[8] = row->area.placed ? li_v(row->area.point.lon) : li_v_null();
    values[9] = row->area.placed ? li_v(row->area.point.lat) : li_v_null();
}

/* How many of the items from here on, at most MANY, are new. */
static size_t count_new(const struct li_area_plan *plan, size_t from)
{
    size_t count = 0;

    while (count < MANY && from + count < plan->count &&
           plan->items[from + count]->fate == LI_AREA_NEW) {
        count++;
    }
    return count;
}

static int insert(struct li_ctx *ctx, const struct li_tx *tx, const struct li_area_plan *plan,
                  size_t from, size_t count)
{
    struct li_val values[1 + MANY * COLUMNS] = {li_v(tx->tenant)};
    int r = 0;

    if (count == MANY) {
        for (size_t i = 0; i < MANY; i++) {
            put_new(plan->items[from + i], values + 1 + i * COLUMNS);
        }
        return li_exec(ctx, tx->conn, &area_insert_many, values, 1 + MANY * COLUMNS, NULL);
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        put_new(plan->items[from + i], values + 1);
        r = li_exec(ctx, tx->conn, &area_insert, values, 1 + COLUMNS, NULL);
    }
    return r;
}

static int update(struct li_ctx *ctx, const struct li_tx *tx, const struct li_area_item *item)
{
    const struct li_area_change *change = item->change;

    return li_exec(ctx, tx->conn, &area_change,
                   LI_ARGS(li_v(tx->tenant), li_v_text(item->row->area.code),
                           li_v_text(change->name), opt_text(change->aliases),
                           li_v_opt(change->since), li_v_opt(change->until),
                           change->placed ? li_v(change->point.lon) : li_v_null(),
                           change->placed ? li_v(change->point.lat) : li_v_null()),
                   NULL);
}

/* A shape, and beside it or alone what was given in another system. */
static int draw(struct li_ctx *ctx, const struct li_tx *tx, const struct li_area_item *item)
{
    const struct li_area_row *row = item->row;
    struct li_str crs = li_str(li_crs_name(row->crs));

    if (row->shape.ptr && (!item->change || item->change->redrawn)) {
        return li_exec(ctx, tx->conn, &area_draw,
                       LI_ARGS(li_v(tx->tenant), li_v_text(row->area.code), li_v_text(crs),
                               li_v_blob(row->given), li_v_blob(row->shape)),
                       NULL);
    }
    if (!row->shape.ptr && row->given.ptr) {
        return li_exec(ctx, tx->conn, &area_pin,
                       LI_ARGS(li_v(tx->tenant), li_v_text(row->area.code), li_v_text(crs),
                               li_v_blob(row->given)),
                       NULL);
    }
    return 0;
}

int li_area_plan_write(struct li_ctx *ctx, const struct li_tx *tx, const struct li_area_plan *plan)
{
    size_t at = 0, told = 0;
    int r = 0;

    while (r == 0 && at < plan->count) {
        size_t count = count_new(plan, at);
        r = count ? insert(ctx, tx, plan, at, count) : update(ctx, tx, plan->items[at]);
        at += count ? count : 1;
        if (at - told >= 4096) {
            told = at;
            li_area_progress(plan->watch, LI_AREA_WRITING, at, plan->count);
        }
    }
    for (size_t i = 0; r == 0 && i < plan->count; i++) {
        r = draw(ctx, tx, plan->items[i]);
    }
    if (r == 0) {
        li_area_progress(plan->watch, LI_AREA_WRITING, plan->count, plan->count);
    }
    return r;
}
