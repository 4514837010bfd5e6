/*
 * The gap list: where responsibility is open.
 *
 * What every place of a kind needs is a table; whoever adds a rule adds a row.
 */
#include "base/grow.h"
#include "base/time.h"
#include "people/inside.h"

#define PLACES                                                                                     \
    "select a.path from area a where a.tenant = $1 and a.kind = $3 and a.path >= $5 "              \
    "and substr(a.path, 1, length($5)) = $5 and (a.until is null or a.until > $6) and not exists " \
    "(select 1 from appointment p where p.tenant = a.tenant and p.post = $2 "                      \
    "and p.since <= $4 and (p.until is null or p.until > $4) "

LI_SQL(gap_reached,
       PLACES "and substr(a.path, 1, length(p.area_path)) = p.area_path) order by a.path");
LI_SQL(gap_own, PLACES "and p.area_path = a.path) order by a.path");

static const struct rule {
    struct li_str post, kind;
    bool own; /* held exactly there, not above */
} rules[] = {
    {LI_S_INIT("desk"), LI_S_INIT("community"), false},
    {LI_S_INIT("dispatcher"), LI_S_INIT("community"), false},
    {LI_S_INIT("checker"), LI_S_INIT("community"), false},
    {LI_S_INIT("grid_officer"), LI_S_INIT("grid"), false},
    {LI_S_INIT("chief"), LI_S_INIT("lane"), true},
    {LI_S_INIT("compound_team"), LI_S_INIT("compound"), true},
};

struct list {
    struct li_gap *gaps;
    size_t count, cap;
};

static int collect(struct li_ctx *ctx, struct li_rows *rows, const struct rule *rule,
                   struct list *list)
{
    int r = 0;

    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_gap *more =
            li_grow(ctx, list->gaps, list->count, &list->cap, sizeof(*list->gaps));
        if (!more) {
            return -LI_E_NOMEM;
        }
        list->gaps = more;
        more[list->count] = (struct li_gap){
            .post = li_post_at(rule->post, rule->kind),
            .area_path = li_col_dup(ctx, rows, 0),
        };
        r = more[list->count++].area_path.ptr ? 0 : -LI_E_NOMEM;
    }
    return r;
}

int li_gap_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
                int64_t now, struct li_gap **ret, size_t *ret_count)
{
    struct list list = {.gaps = NULL};
    int r = 0;

    for (size_t i = 0; r == 0 && i < sizeof(rules) / sizeof(rules[0]); i++) {
        struct li_rows *rows;
        r = li_query(ctx, conn, rules[i].own ? &gap_own : &gap_reached,
                     LI_ARGS(li_v(tenant), li_v_text(rules[i].post), li_v_text(rules[i].kind),
                             li_v(now), li_v_text(path), li_v(li_day_at(now))),
                     &rows);
        if (r == 0) {
            r = collect(ctx, rows, &rules[i], &list);
            li_rows_done(rows);
        }
    }
    if (r == 0) {
        *ret = list.gaps;
        *ret_count = list.count;
    }
    return r;
}
