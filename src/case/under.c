/* Cases beneath another: what it is, who else is there, who is told; see under.h. */
#include "case/under.h"

#include "base/canonical.h"
#include "base/grow.h"
#include "contract/fault.h"

LI_SQL(under_above, "select p.id, p.state, p.fields from link l "
                    "join cases p on p.tenant = l.tenant and p.id = l.to_case "
                    "where l.tenant = $1 and l.from_case = $2 and l.no = 1 and l.kind = 'child' "
                    "and l.until is null");
LI_SQL(under_parent, "select id, state, fields from cases where tenant = $1 and id = $2");
LI_SQL(under_siblings, "select c.id, c.state, c.closed_at, c.fields from link l "
                       "join cases c on c.tenant = l.tenant and c.id = l.from_case "
                       "where l.tenant = $1 and l.to_case = $2 and l.kind = 'child' and l.no = 1 "
                       "and l.until is null and c.playbook = $3 order by l.seq, l.from_case");
LI_SQL(under_below, "select c.id, c.state, c.playbook, c.version from link l "
                    "join cases c on c.tenant = l.tenant and c.id = l.from_case "
                    "where l.tenant = $1 and l.to_case = $2 and l.kind = 'child' and l.no = 1 "
                    "and l.until is null and c.closed_at is null order by l.seq, l.from_case");

/* ---- what it is beneath -------------------------------------------------------- */

static int read_above(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                      int64_t tenant, int64_t id, struct li_case *row)
{
    struct li_above *above = li_alloc(ctx, sizeof(*above));
    struct li_node *fields;
    struct li_rows *rows;
    struct li_str text;
    int r =
        above ? li_query_one(ctx, conn, sql, LI_ARGS(li_v(tenant), li_v(id)), &rows) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    row->parent = li_col_i64(rows, 0);
    above->state = li_col_dup(ctx, rows, 1);
    text = li_col_dup(ctx, rows, 2);
    r = above->state.ptr && text.ptr ? li_canonical_read(ctx, text, &fields) : -LI_E_NOMEM;
    li_rows_done(rows);
    if (r == 0) {
        above->fields = fields;
        row->above = above;
    }
    return r;
}

static int read_siblings(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                         struct li_case *row)
{
    struct li_sibling *items = NULL;
    size_t count = 0, cap = 0;
    bool before = true;
    struct li_rows *rows;
    int r =
        li_query(ctx, conn, &under_siblings,
                 LI_ARGS(li_v(tenant), li_v(row->parent), li_v_text(row->playbook->name)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        struct li_sibling *more;
        struct li_node *fields;
        struct li_str text;
        if (li_col_i64(rows, 0) == row->id) {
            before = false;
            continue;
        }
        more = li_grow(ctx, items, count, &cap, sizeof(*items));
        text = li_col_dup(ctx, rows, 3);
        r = more && text.ptr ? li_canonical_read(ctx, text, &fields) : -LI_E_NOMEM;
        if (r) {
            break;
        }
        items = more;
        items[count] = (struct li_sibling){.id = li_col_i64(rows, 0),
                                           .state = li_col_dup(ctx, rows, 1),
                                           .ended = !li_col_is_null(rows, 2),
                                           .before = before,
                                           .fields = fields};
        if (!items[count++].state.ptr) {
            r = -LI_E_NOMEM;
            break;
        }
    }
    li_rows_done(rows);
    row->siblings = items;
    row->sibling_count = count;
    return r;
}

int li_case_above(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_case *row)
{
    int r = read_above(ctx, conn, &under_above, tenant, row->id, row);

    if (r == -LI_E_NOT_FOUND) { /* opened before its playbook had the word */
        return 0;
    }
    return r || !row->playbook->asks_siblings ? r : read_siblings(ctx, conn, tenant, row);
}

/* ---- opening ------------------------------------------------------------------- */

static int no_parent(struct li_ctx *ctx)
{
    return li_fault(ctx, LI_FAULT_NOWHERE, LI_S("/parent"), LI_S(""));
}

int li_case_under_place(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                        int64_t tenant, struct li_case_open_args *args)
{
    struct li_case parent;
    int r = li_case_find(ctx, record, conn, tenant, args->parent, &parent);

    if (r == -LI_E_NOT_FOUND) {
        return no_parent(ctx);
    }
    if (r == 0) {
        args->area = parent.area;
    }
    return r;
}

/* The case it shall be beneath, as far as who opens sees it. */
static int check_parent(struct li_ctx *ctx, const struct li_tx *tx,
                        const struct li_playbook *playbook, int64_t id)
{
    struct li_case parent;
    struct li_case_part *parts;
    enum li_sight sight = LI_SIGHT_NONE;
    size_t count;
    int r = li_case_find(ctx, tx->record, tx->conn, tx->tenant, id, &parent);

    r = r ? r : li_case_parts(ctx, tx->conn, tx->tenant, &parent, &parts, &count);
    r = r ? r : li_case_sight(ctx, tx->viewer, tx->tenant, &parent, parts, count, &sight);
    if (r == -LI_E_NOT_FOUND || (r == 0 && (sight == LI_SIGHT_NONE ||
                                            !li_str_eq(parent.playbook->name, playbook->under)))) {
        return no_parent(ctx);
    }
    if (r == 0 && parent.closed_at) {
        return LI_FAIL(ctx, LI_E_STATE, "the case above has ended");
    }
    return r;
}

int li_case_under(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case_open_args *args,
                  struct li_case *row, struct li_link *link)
{
    const struct li_playbook *playbook = row->playbook;
    int r = 0;

    if (!playbook->under.len) {
        return args->parent ? no_parent(ctx) : 0;
    }
    if (!link->to) { /* a case that comes of another was checked when it was adopted */
        if (!args->parent) {
            return li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/parent"), LI_S(""));
        }
        r = check_parent(ctx, tx, playbook, args->parent);
        link->to = args->parent;
        link->kind = LI_LINK_CHILD;
    }
    r = r ? r : read_above(ctx, tx->conn, &under_parent, tx->tenant, link->to, row);
    return r || !playbook->asks_siblings ? r : read_siblings(ctx, tx->conn, tx->tenant, row);
}

int li_case_opened_under(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row)
{
    const struct li_playbook *above;
    int r = li_library_find(ctx, li_bound(tx->record)->library, tx->conn, tx->tenant,
                            row->playbook->under, 0, &above);

    return r || !above->children ? r : li_case_settle_later(ctx, tx, row->parent);
}

/* ---- who is told --------------------------------------------------------------- */

int li_case_tell_beside(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < row->sibling_count; i++) {
        if (!row->siblings[i].ended &&
            li_playbook_waits_beside(row->playbook, row->siblings[i].state)) {
            r = li_case_settle_later(ctx, tx, row->siblings[i].id);
        }
    }
    return r;
}

struct below {
    int64_t id;
    struct li_str state, playbook;
    int version;
};

static int read_below(struct li_ctx *ctx, const struct li_tx *tx, int64_t id, struct below **ret,
                      size_t *ret_count)
{
    struct below *items = NULL;
    size_t count = 0, cap = 0;
    struct li_rows *rows;
    int r = li_query(ctx, tx->conn, &under_below, LI_ARGS(li_v(tx->tenant), li_v(id)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        struct below *more = li_grow(ctx, items, count, &cap, sizeof(*items));
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        items = more;
        items[count] = (struct below){.id = li_col_i64(rows, 0),
                                      .state = li_col_dup(ctx, rows, 1),
                                      .playbook = li_col_dup(ctx, rows, 2),
                                      .version = (int)li_col_i64(rows, 3)};
        if (!items[count].state.ptr || !items[count].playbook.ptr) {
            r = -LI_E_NOMEM;
            break;
        }
        count++;
    }
    li_rows_done(rows);
    *ret = items;
    *ret_count = count;
    return r;
}

int li_case_tell_below(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row)
{
    struct below *items = NULL;
    size_t count = 0;
    int r = read_below(ctx, tx, row->id, &items, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_playbook *playbook;
        r = li_library_find(ctx, li_bound(tx->record)->library, tx->conn, tx->tenant,
                            items[i].playbook, items[i].version, &playbook);
        if (r == 0 && li_str_eq(playbook->under, row->playbook->name) &&
            li_playbook_waits_above(playbook, items[i].state)) {
            r = li_case_settle_later(ctx, tx, items[i].id);
        }
    }
    return r;
}
