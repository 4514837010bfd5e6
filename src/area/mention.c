/*
 * Areas a text speaks of, by any of their names: what somebody wrote in a work group or
 * a sheet says where it is, but not in a field.
 */
#include <stdlib.h>

#include "area/area.h"
#include "base/grow.h"
#include "base/time.h"

LI_SQL(mention_all,
       "select code, kind, name, parent, path, aliases from area "
       "where tenant = $1 and path >= $2 and path < $3 and (since is null or since <= $4) "
       "and (until is null or until > $4) order by path limit $5");

#define LEAST (2 * 3) /* bytes: two Chinese characters */

struct mentions {
    struct li_ctx *ctx;
    struct li_str text;
    struct li_area_mention *all;
    size_t count, cap;
};

static bool holds(struct li_str text, struct li_str words)
{
    return words.len >= LEAST && memmem(text.ptr, text.len, words.ptr, words.len);
}

/* The longest of a name's forms that the text has: 马家龙社区, 马家龙. */
static struct li_str form_in(struct li_str text, struct li_str name)
{
    static const char *const ends[] = {"社区", "街道", "小区", "花园"};

    if (holds(text, name)) {
        return name;
    }
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        struct li_str end = li_str(ends[i]);
        if (li_str_ends(name, end) && holds(text, li_str_n(name.ptr, name.len - end.len))) {
            return li_str_n(name.ptr, name.len - end.len);
        }
    }
    return (struct li_str){.ptr = "", .len = 0};
}

static struct li_str find_form(struct li_str text, struct li_str name, struct li_str aliases)
{
    struct li_str best = form_in(text, name), rest = aliases;

    while (rest.ptr) {
        struct li_str alias = form_in(text, li_str_cut(&rest, '\n'));
        best = alias.len > best.len ? alias : best;
    }
    return best;
}

static int add(struct mentions *mentions, const struct li_rows *rows, struct li_str words)
{
    struct li_ctx *ctx = mentions->ctx;
    struct li_area_mention one = {
        .area = {.code = li_col_dup(ctx, rows, 0),
                 .kind = li_col_dup(ctx, rows, 1),
                 .name = li_col_dup(ctx, rows, 2),
                 .parent = li_col_dup(ctx, rows, 3),
                 .path = li_col_dup(ctx, rows, 4)},
        .words = li_str_dup(ctx, words),
    };
    struct li_area_mention *more =
        li_grow(ctx, mentions->all, mentions->count, &mentions->cap, sizeof(*more));

    if (!more || !one.area.code.ptr || !one.area.kind.ptr || !one.area.name.ptr ||
        !one.area.path.ptr || !one.words.ptr) {
        return -LI_E_NOMEM;
    }
    mentions->all = more;
    mentions->all[mentions->count++] = one;
    return 0;
}

/* Those that say most: more of the text, then the smaller place. */
static int likeliest(const void *a, const void *b)
{
    const struct li_area_mention *x = a, *y = b;
    int r = (x->words.len < y->words.len) - (x->words.len > y->words.len);

    r = r ? r : (x->area.path.len < y->area.path.len) - (x->area.path.len > y->area.path.len);
    return r ? r : li_str_cmp(x->area.path, y->area.path);
}

int li_area_mentioned(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
                      struct li_str text, struct li_area_mention **ret, size_t *ret_count)
{
    struct mentions mentions = {.ctx = ctx, .text = text};
    struct li_str end = li_str_dup(ctx, path.len ? path : LI_S("~"));
    struct li_rows *rows;
    int r;

    if (!end.ptr) {
        return -LI_E_NOMEM;
    }
    if (path.len) {
        ((char *)(uintptr_t)end.ptr)[end.len - 1]++;
    }
    r = li_query(ctx, conn, &mention_all,
                 LI_ARGS(li_v(tenant), li_v_text(path.len ? path : LI_S("")), li_v_text(end),
                         li_v(li_day_at(li_now(ctx->clock))), li_v(LI_AREA_LIST)),
                 &rows);
    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        struct li_str words = find_form(text, li_col_str(rows, 2), li_col_str(rows, 5));
        r = words.len ? add(&mentions, rows, words) : 0;
        if (r) {
            break;
        }
    }
    li_rows_done(rows);
    if (r) {
        return r;
    }
    if (mentions.count > 1) {
        qsort(mentions.all, mentions.count, sizeof(mentions.all[0]), likeliest);
    }
    *ret = mentions.all;
    *ret_count = mentions.count;
    return 0;
}
