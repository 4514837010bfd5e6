/* Links between cases, made and ended; see link.h.  Merging is merge.c. */
#include "case/link.h"

#include "base/grow.h"
#include "case/child.h"
#include "case/link_inside.h"

/* clang-format off */
static const struct li_link_info infos[LI_LINK_KINDS] = {
    [LI_LINK_CHILD] = {"child",
        {LI_S_INIT("由此事派生"), LI_S_INIT("Came of")},
        {LI_S_INIT("派生出"), LI_S_INIT("Led to")},
        {LI_S_INIT("关联：由另一件派生"), LI_S_INIT("Linked: came of another")},
        {LI_S_INIT("取消关联：由另一件派生"), LI_S_INIT("No longer linked: came of another")},
        {LI_S_INIT("派生出一件"), LI_S_INIT("Led to another")},
        {LI_S_INIT("取消关联：派生的一件"), LI_S_INIT("No longer linked: led to another")}},
    [LI_LINK_FOLLOWS] = {"follows",
        {LI_S_INIT("接续"), LI_S_INIT("Comes after")},
        {LI_S_INIT("后续"), LI_S_INIT("Followed by")},
        {LI_S_INIT("关联：接续已结的一件"), LI_S_INIT("Linked: comes after another")},
        {LI_S_INIT("取消关联：接续"), LI_S_INIT("No longer linked: comes after another")},
        {LI_S_INIT("关联：有后续的一件"), LI_S_INIT("Linked: followed by another")},
        {LI_S_INIT("取消关联：后续"), LI_S_INIT("No longer linked: followed by another")}},
    [LI_LINK_RELATED] = {"related",
        {LI_S_INIT("相关"), LI_S_INIT("Related to")},
        {LI_S_INIT("相关"), LI_S_INIT("Related to")},
        {LI_S_INIT("关联相关的一件"), LI_S_INIT("Linked to a related one")},
        {LI_S_INIT("取消关联：相关"), LI_S_INIT("No longer linked to a related one")},
        {LI_S_INIT("关联相关的一件"), LI_S_INIT("Linked to a related one")},
        {LI_S_INIT("取消关联：相关"), LI_S_INIT("No longer linked to a related one")}},
    [LI_LINK_MERGED] = {"merged",
        {LI_S_INIT("合并到"), LI_S_INIT("Answered through")},
        {LI_S_INIT("并入"), LI_S_INIT("Answers for")},
        {LI_S_INIT("合并办理"), LI_S_INIT("Merged into another")},
        {LI_S_INIT("撤销合并"), LI_S_INIT("Merge undone")},
        {LI_S_INIT("并入一件"), LI_S_INIT("Another was merged into this")},
        {LI_S_INIT("撤销并入的一件"), LI_S_INIT("A merge into this was undone")}},
};
/* clang-format on */

#define COLUMNS "from_case, no, kind, to_case, part, party, since, until, seq, end_seq from link "

LI_SQL(link_insert, "insert into link (tenant, from_case, no, kind, to_case, part, party, since, "
                    "seq) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
LI_SQL(link_finish, "update link set until = $4, end_seq = $5 where tenant = $1 "
                    "and from_case = $2 and no = $3");
LI_SQL(link_from, "select " COLUMNS "where tenant = $1 and from_case = $2 and seq < $3 "
                  "order by no desc limit $4");
LI_SQL(link_onto, "select " COLUMNS "where tenant = $1 and to_case = $2 and seq < $3 "
                  "order by seq desc limit $4");
LI_SQL(link_open, "select " COLUMNS "where tenant = $1 and from_case = $2 and kind = $3 "
                  "and until is null order by no desc");
LI_SQL(link_merged, "select cast(count(*) as bigint) from link where tenant = $1 "
                    "and to_case = $2 and kind = 'merged' and until is null");
LI_SQL(link_touch, "update cases set links = links + 1 where tenant = $1 and id = $2");

const struct li_link_info *li_link_info(enum li_link_kind kind)
{
    return &infos[kind];
}

bool li_link_kind_of(struct li_str name, enum li_link_kind *ret)
{
    for (int i = 0; i < LI_LINK_KINDS; i++) {
        if (li_str_is(name, infos[i].name)) {
            *ret = (enum li_link_kind)i;
            return true;
        }
    }
    return false;
}

/* ---- rows ------------------------------------------------------------------ */

static int read_link(struct li_ctx *ctx, const struct li_rows *rows, struct li_link *ret)
{
    *ret = (struct li_link){
        .from = li_col_i64(rows, 0),
        .no = li_col_i64(rows, 1),
        .to = li_col_i64(rows, 3),
        .part = li_col_i64(rows, 4),
        .party = li_col_i64(rows, 5),
        .since = li_col_i64(rows, 6),
        .until = li_col_i64(rows, 7),
        .seq = li_col_i64(rows, 8),
        .end_seq = li_col_i64(rows, 9),
    };
    if (!li_link_kind_of(li_col_str(rows, 2), &ret->kind)) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a link is of no kind");
    }
    return 0;
}

struct list {
    struct li_link *items;
    size_t count, cap;
};

static int add_links(struct li_ctx *ctx, struct li_rows *rows, struct list *list)
{
    int r;

    while ((r = li_rows_next(ctx, rows)) > 0) {
        struct li_link *more =
            li_grow(ctx, list->items, list->count, &list->cap, sizeof(*list->items));
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        list->items = more;
        r = read_link(ctx, rows, &more[list->count]);
        if (r) {
            break;
        }
        list->count++;
    }
    li_rows_done(rows);
    return r;
}

static int newest(const void *a, const void *b)
{
    const struct li_link *x = a, *y = b;

    return (x->seq < y->seq) - (x->seq > y->seq);
}

int li_link_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                 int64_t before, size_t limit, struct li_link **ret, size_t *ret_count)
{
    const struct li_val args[] = {li_v(tenant), li_v(id), li_v(before ? before : INT64_MAX),
                                  li_v((int64_t)limit)};
    struct list list = {0};
    struct li_rows *rows;
    int r = li_query(ctx, conn, &link_from, args, 4, &rows);

    r = r ? r : add_links(ctx, rows, &list);
    r = r ? r : li_query(ctx, conn, &link_onto, args, 4, &rows);
    r = r ? r : add_links(ctx, rows, &list);
    if (r) {
        return r;
    }
    if (list.count > 1) {
        qsort(list.items, list.count, sizeof(list.items[0]), newest);
    }
    *ret = list.items;
    *ret_count = list.count < limit ? list.count : limit;
    return 0;
}

int li_link_merged(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                   int64_t *ret)
{
    return li_query_i64(ctx, conn, &link_merged, LI_ARGS(li_v(tenant), li_v(id)), ret);
}

int li_link_open(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t from,
                 enum li_link_kind kind, int64_t to, struct li_link *ret)
{
    struct list list = {0};
    struct li_rows *rows;
    int r = li_query(ctx, conn, &link_open,
                     LI_ARGS(li_v(tenant), li_v(from), li_v_text(li_str(infos[kind].name))), &rows);

    r = r ? r : add_links(ctx, rows, &list);
    for (size_t i = 0; r == 0 && i < list.count; i++) {
        if (to == 0 || list.items[i].to == to) {
            *ret = list.items[i];
            return 0;
        }
    }
    return r ? r : -LI_E_NOT_FOUND;
}

int li_link_of_merged(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t from,
                      struct li_link *ret)
{
    return li_link_open(ctx, conn, tenant, from, LI_LINK_MERGED, 0, ret);
}

int li_link_put(struct li_ctx *ctx, const struct li_tx *tx, const struct li_link *link)
{
    int r = li_exec(ctx, tx->conn, &link_insert,
                    LI_ARGS(li_v(tx->tenant), li_v(link->from), li_v(link->no),
                            li_v_text(li_str(infos[link->kind].name)), li_v(link->to),
                            li_v(link->part), li_v(link->party), li_v(tx->now), li_v(tx->seq)),
                    NULL);

    r = r ? r
          : li_exec(ctx, tx->conn, &link_touch, LI_ARGS(li_v(tx->tenant), li_v(link->from)), NULL);
    return r ? r
             : li_exec(ctx, tx->conn, &link_touch, LI_ARGS(li_v(tx->tenant), li_v(link->to)), NULL);
}

int li_link_end(struct li_ctx *ctx, const struct li_tx *tx, const struct li_link *link)
{
    return li_exec(
        ctx, tx->conn, &link_finish,
        LI_ARGS(li_v(tx->tenant), li_v(link->from), li_v(link->no), li_v(tx->now), li_v(tx->seq)),
        NULL);
}

/* ---- who ------------------------------------------------------------------- */

int li_link_seen(struct li_ctx *ctx, const struct li_tx *tx, const struct li_viewer *viewer,
                 int64_t id, struct li_link_end_of *ret)
{
    enum li_sight sight = LI_SIGHT_NONE;
    int r = li_case_find(ctx, tx->record, tx->conn, tx->tenant, id, &ret->row);

    r = r ? r : li_case_parts(ctx, tx->conn, tx->tenant, &ret->row, &ret->parts, &ret->part_count);
    r = r ? r
          : li_case_sight(ctx, viewer, tx->tenant, &ret->row, ret->parts, ret->part_count, &sight);
    if (r == -LI_E_NOT_FOUND || (r == 0 && sight < LI_SIGHT_STAFF)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    return r;
}

/* ---- case.link, case.unlink -------------------------------------------------- */

struct linking {
    struct li_link link;
};

/* Both ends, seen, and the viewer works with one of them. */
static int see_ends(struct li_ctx *ctx, const struct li_tx *tx,
                    const struct li_case_link_args *args, struct li_link_end_of ends[2])
{
    int r = li_link_seen(ctx, tx, tx->viewer, args->from, &ends[0]);

    r = r ? r : li_link_seen(ctx, tx, tx->viewer, args->to, &ends[1]);
    if (r) {
        return r;
    }
    if (args->from == args->to) {
        return LI_FAIL(ctx, LI_E_STATE, "a case is not linked with itself");
    }
    if (args->kind == LI_LINK_MERGED) {
        return LI_FAIL(ctx, LI_E_STATE, "merging is a command of its own");
    }
    if (tx->viewer->kind == LI_VIEWER_STAFF &&
        !li_viewer_holds(tx->viewer, LI_S("*"), ends[0].row.area_path, 0)) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "cases are linked by who works on them");
    }
    return 0;
}

static int link_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct li_case_link_args *link = args;
    struct linking *plan = li_alloc(ctx, sizeof(*plan));
    struct li_link_end_of ends[2];
    struct li_link old;
    int r = plan ? see_ends(ctx, tx, link, ends) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    r = li_link_open(ctx, tx->conn, tx->tenant, link->from, link->kind, link->to, &old);
    if (r == 0) {
        return LI_FAIL(ctx, LI_E_UNIQUE, "the cases are linked so already");
    }
    if (r != -LI_E_NOT_FOUND) {
        return r;
    }
    plan->link = (struct li_link){.from = link->from,
                                  .to = link->to,
                                  .kind = link->kind,
                                  .part = link->part,
                                  .no = ends[0].row.links + 1};
    *ret_plan = plan;
    return 0;
}

/* {"kind", "no", "to"}: from whom it goes is the entry's entity. */
static int link_payload(struct li_ctx *ctx, const struct li_link *link, struct li_str *ret)
{
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_put_text(&json, "kind", li_str(infos[link->kind].name));
    li_json_put_int(&json, "no", link->no);
    if (link->part) {
        li_json_put_int(&json, "part", link->part);
    }
    li_json_put_int(&json, "to", link->to);
    return li_json_finish(ctx, &json, ret);
}

static int link_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    const struct linking *linking = plan;
    int r = li_link_put(ctx, tx, &linking->link);

    if (r == 0 && linking->link.kind == LI_LINK_CHILD) {
        r = li_case_settle_later(ctx, tx, linking->link.to);
    }
    ret->entity = linking->link.from;
    return r ? r : link_payload(ctx, &linking->link, &ret->payload);
}

const struct li_command li_case_link = {
    .name = "case.link",
    .decide = link_decide,
    .write = link_write,
};

static int unlink_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    const struct li_case_link_args *link = args;
    struct linking *plan = li_alloc(ctx, sizeof(*plan));
    struct li_link_end_of ends[2];
    int r = plan ? see_ends(ctx, tx, link, ends) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    r = li_link_open(ctx, tx->conn, tx->tenant, link->from, link->kind, link->to, &plan->link);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "the cases are not linked so");
    }
    if (r == 0 && link->kind == LI_LINK_CHILD && ends[0].row.parent == link->to) {
        return LI_FAIL(ctx, LI_E_STATE, "it was opened beneath that case, and stays there");
    }
    *ret_plan = plan;
    return r;
}

static int unlink_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                        struct li_outcome *ret)
{
    const struct linking *linking = plan;
    int r = li_link_end(ctx, tx, &linking->link);

    if (r == 0 && linking->link.kind == LI_LINK_CHILD) {
        r = li_case_settle_later(ctx, tx, linking->link.to);
    }
    ret->entity = linking->link.from;
    return r ? r : link_payload(ctx, &linking->link, &ret->payload);
}

const struct li_command li_case_unlink = {
    .name = "case.unlink",
    .decide = unlink_decide,
    .write = unlink_write,
};
