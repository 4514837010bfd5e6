/*
 * Pages of the public square as history says them.
 *
 * An entry of a case whose playbook knows a page says how that stands and which figures it has;
 * the consumer reads nothing else of it, and nothing at all of entries without.
 */
#include "case/page.h"

#include "base/canonical.h"
#include "base/grow.h"
#include "case/inside.h"

LI_SQL(page_case, "select number, playbook from cases where tenant = $1 and id = $2");
LI_SQL(page_stood, "select stands, since, until from page where tenant = $1 and case_id = $2");
LI_SQL(page_put, "insert into page (tenant, case_id, number, playbook, kind, community, stands, "
                 "since, until, changed) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
                 "on conflict (tenant, case_id) do update set kind = excluded.kind, "
                 "community = excluded.community, stands = excluded.stands, "
                 "until = excluded.until, changed = excluded.changed");
LI_SQL(page_down, "update page set stands = 3, until = $3, changed = $4 "
                  "where tenant = $1 and case_id = $2");
LI_SQL(page_figure_put, "insert into page_figure (tenant, case_id, name, value) "
                        "values ($1, $2, $3, $4) on conflict (tenant, case_id, name) "
                        "do update set value = excluded.value");
LI_SQL(page_figure_clear, "delete from page_figure where tenant = $1 and case_id = $2");
LI_SQL(page_drop, "delete from page where tenant = $1");
LI_SQL(page_figure_drop, "delete from page_figure where tenant = $1");

#define COLUMNS                                                                                    \
    "select case_id, number, playbook, kind, community, stands, since, until, changed from page "
#define NEWEST                                                                                     \
    "and (since < $3 or (since = $3 and case_id < $4)) order by since desc, case_id desc limit $5"
LI_SQL(page_one, COLUMNS "where tenant = $1 and number = $2");
LI_SQL(page_all, COLUMNS "where tenant = $1 and stands = $2 " NEWEST);
LI_SQL(page_kind, COLUMNS "where tenant = $1 and stands = $2 and kind = $6 " NEWEST);
LI_SQL(page_there, COLUMNS "where tenant = $1 and stands = $2 and community = $6 " NEWEST);
LI_SQL(page_kind_there,
       COLUMNS "where tenant = $1 and stands = $2 and kind = $6 and community = $7 " NEWEST);
LI_SQL(page_about,
       "select p.case_id, p.number, p.playbook, p.kind, p.community, p.stands, p.since, p.until, "
       "p.changed from case_subject as s join page as p on p.tenant = s.tenant "
       "and p.case_id = s.case_id where s.tenant = $1 and s.row_id = $6 and p.stands = $2 "
       "and (p.since < $3 or (p.since = $3 and p.case_id < $4)) "
       "order by p.since desc, p.case_id desc limit $5");
LI_SQL(page_figure_of, "select p.playbook, f.name, f.value, 1 from page_figure as f "
                       "join page as p on p.tenant = f.tenant and p.case_id = f.case_id "
                       "where f.tenant = $1 and f.case_id = $2 order by f.name");
LI_SQL(page_figure_sum,
       "select p.playbook, f.name, cast(sum(f.value) as bigint), count(*) from page as p "
       "join page_figure as f on f.tenant = p.tenant and f.case_id = p.case_id "
       "where p.tenant = $1 and p.stands in (1, 2) and p.kind = $2 "
       "group by p.playbook, f.name order by p.playbook, f.name");

const char *const li_page_stands_names[] = {"none", "live", "kept", "down"};

enum li_page_stands li_case_stands(const struct li_case *row)
{
    const struct li_publication *publication = row->playbook->publication;

    if (!publication || row->scope == LI_SCOPE_TEAM || row->merged_into) {
        return LI_PAGE_NONE;
    }
    return publication->live >> row->state & 1   ? LI_PAGE_LIVE
           : publication->kept >> row->state & 1 ? LI_PAGE_KEPT
                                                 : LI_PAGE_NONE;
}

/* ---- what an entry says ------------------------------------------------------ */

static int put_figures(struct li_ctx *ctx, const struct li_snapshot *snapshot, struct li_node *page)
{
    const struct li_publication *publication = snapshot->playbook->publication;
    int64_t values[LI_PLAYBOOK_FIGURES];
    struct li_node *figures;
    int r = li_machine_figures(ctx, snapshot, values);

    figures = r ? NULL : li_node_new_map(ctx);
    if (!figures) {
        return r ? r : -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < publication->figure_count; i++) {
        struct li_node *number = li_node_new_int(ctx, values[i]);
        r = number ? li_node_put(ctx, figures, publication->figures[i].name, number) : -LI_E_NOMEM;
    }
    return r ? r : li_node_put(ctx, page, LI_S("figures"), figures);
}

static int put_text(struct li_ctx *ctx, struct li_node *map, struct li_str key, struct li_str text)
{
    struct li_node *node = li_node_new_text(ctx, text);

    return node ? li_node_put(ctx, map, key, node) : -LI_E_NOMEM;
}

int li_case_publish(struct li_ctx *ctx, const struct li_snapshot *snapshot, struct li_case *row)
{
    const struct li_publication *publication = row->playbook->publication;
    enum li_page_stands stands;
    struct li_node *page;
    int r;

    row->page = (struct li_str){.ptr = NULL};
    if (!publication) {
        return 0;
    }
    stands = li_case_stands(row);
    page = li_node_new_map(ctx);
    r = page ? put_text(ctx, page, LI_S("is"), li_str(li_page_stands_names[stands])) : -LI_E_NOMEM;
    r = r ? r : put_text(ctx, page, LI_S("kind"), publication->kind);
    if (r == 0 && stands != LI_PAGE_NONE && publication->figure_count) {
        r = put_figures(ctx, snapshot, page);
    }
    return r ? r : li_canonical(ctx, page, &row->page);
}

void li_case_put_page(struct li_json *json, const struct li_case *row)
{
    if (row->page.ptr) {
        li_json_key(json, LI_CASE_PAGE_KEY);
        li_json_raw(json, row->page);
    }
}

/* ---- reading ------------------------------------------------------------------- */

static int read_row(struct li_ctx *ctx, struct li_rows *rows, struct li_square_row *ret)
{
    *ret = (struct li_square_row){.case_id = li_col_i64(rows, 0),
                                  .number = li_col_dup(ctx, rows, 1),
                                  .playbook = li_col_dup(ctx, rows, 2),
                                  .kind = li_col_dup(ctx, rows, 3),
                                  .community = li_col_dup(ctx, rows, 4),
                                  .stands = (enum li_page_stands)li_col_i64(rows, 5),
                                  .since = li_col_i64(rows, 6),
                                  .until = li_col_is_null(rows, 7) ? 0 : li_col_i64(rows, 7),
                                  .changed = li_col_i64(rows, 8)};
    return ret->number.ptr && ret->playbook.ptr && ret->kind.ptr && ret->community.ptr
               ? 0
               : -LI_E_NOMEM;
}

int li_square_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str number,
                   struct li_square_row *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &page_one, LI_ARGS(li_v(tenant), li_v_text(number)), &rows);

    if (r) {
        return r;
    }
    r = read_row(ctx, rows, ret);
    li_rows_done(rows);
    return r;
}

static int ask(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
               const struct li_square_query *query, struct li_rows **ret)
{
    bool begins = query->before_since == 0;
    const struct li_val stands = li_v((int64_t)query->stands),
                        since = li_v(begins ? INT64_MAX : query->before_since),
                        id = li_v(query->before_id), limit = li_v((int64_t)query->limit);

    if (query->row) {
        return li_query(ctx, conn, &page_about,
                        LI_ARGS(li_v(tenant), stands, since, id, limit, li_v(query->row)), ret);
    }
    if (query->kind.len && query->community.len) {
        return li_query(ctx, conn, &page_kind_there,
                        LI_ARGS(li_v(tenant), stands, since, id, limit, li_v_text(query->kind),
                                li_v_text(query->community)),
                        ret);
    }
    if (query->kind.len) {
        return li_query(ctx, conn, &page_kind,
                        LI_ARGS(li_v(tenant), stands, since, id, limit, li_v_text(query->kind)),
                        ret);
    }
    if (query->community.len) {
        return li_query(
            ctx, conn, &page_there,
            LI_ARGS(li_v(tenant), stands, since, id, limit, li_v_text(query->community)), ret);
    }
    return li_query(ctx, conn, &page_all, LI_ARGS(li_v(tenant), stands, since, id, limit), ret);
}

int li_square_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                   const struct li_square_query *query, struct li_square_row **ret,
                   size_t *ret_count)
{
    struct li_square_row *all = li_alloc_array(ctx, query->limit, sizeof(*all));
    struct li_rows *rows;
    size_t count = 0;
    int r = all ? ask(ctx, conn, tenant, query, &rows) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    while (count < query->limit && (r = li_rows_next(ctx, rows)) > 0) {
        r = read_row(ctx, rows, &all[count]);
        if (r) {
            break;
        }
        count++;
    }
    li_rows_done(rows);
    *ret = all;
    *ret_count = count;
    return r < 0 ? r : 0;
}

static int read_figures(struct li_ctx *ctx, struct li_rows *rows, struct li_square_figure **ret,
                        size_t *ret_count)
{
    struct li_square_figure *all = NULL, *more;
    size_t count = 0, cap = 0;
    int r;

    while ((r = li_rows_next(ctx, rows)) > 0) {
        more = li_grow(ctx, all, count, &cap, sizeof(*all));
        all = more ? more : all;
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        all[count++] = (struct li_square_figure){.playbook = li_col_dup(ctx, rows, 0),
                                                 .name = li_col_dup(ctx, rows, 1),
                                                 .value = li_col_i64(rows, 2),
                                                 .pages = li_col_i64(rows, 3)};
    }
    li_rows_done(rows);
    *ret = all;
    *ret_count = count;
    return r < 0 ? r : 0;
}

int li_square_figures(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                      struct li_square_figure **ret, size_t *ret_count)
{
    struct li_rows *rows;
    int r = li_query(ctx, conn, &page_figure_of, LI_ARGS(li_v(tenant), li_v(case_id)), &rows);

    return r ? r : read_figures(ctx, rows, ret, ret_count);
}

int li_square_sums(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str kind,
                   struct li_square_figure **ret, size_t *ret_count)
{
    struct li_rows *rows;
    int r = li_query(ctx, conn, &page_figure_sum, LI_ARGS(li_v(tenant), li_v_text(kind)), &rows);

    return r ? r : read_figures(ctx, rows, ret, ret_count);
}

/* ---- the consumer ---------------------------------------------------------------- */

static int write_figures(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                         const struct li_node *figures)
{
    int r =
        li_exec(ctx, tx->conn, &page_figure_clear, LI_ARGS(li_v(tx->tenant), li_v(case_id)), NULL);

    for (size_t i = 0; r == 0 && figures && i < figures->map.count; i++) {
        const struct li_member *member = &figures->map.items[i];
        r = li_exec(ctx, tx->conn, &page_figure_put,
                    LI_ARGS(li_v(tx->tenant), li_v(case_id), li_v_text(member->key),
                            li_v(member->value->number)),
                    NULL);
    }
    return r;
}

/* How it stood; NONE: it has not been on the square. */
static int stood(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                 struct li_square_row *ret)
{
    struct li_rows *rows;
    int r =
        li_query_one(ctx, tx->conn, &page_stood, LI_ARGS(li_v(tx->tenant), li_v(case_id)), &rows);

    *ret = (struct li_square_row){.stands = LI_PAGE_NONE};
    if (r == 0) {
        ret->stands = (enum li_page_stands)li_col_i64(rows, 0);
        ret->since = li_col_i64(rows, 1);
        ret->until = li_col_is_null(rows, 2) ? 0 : li_col_i64(rows, 2);
        li_rows_done(rows);
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

static int put_row(struct li_ctx *ctx, const struct li_tx *tx, const struct li_square_row *row)
{
    struct li_rows *rows;
    struct li_str number, playbook;
    int r = li_query_one(ctx, tx->conn, &page_case, LI_ARGS(li_v(tx->tenant), li_v(row->case_id)),
                         &rows);

    if (r) {
        return r;
    }
    number = li_col_dup(ctx, rows, 0);
    playbook = li_col_dup(ctx, rows, 1);
    li_rows_done(rows);
    if (!number.ptr || !playbook.ptr) {
        return -LI_E_NOMEM;
    }
    return li_exec(ctx, tx->conn, &page_put,
                   LI_ARGS(li_v(tx->tenant), li_v(row->case_id), li_v_text(number),
                           li_v_text(playbook), li_v_text(row->kind), li_v_text(row->community),
                           li_v((int64_t)row->stands), li_v(row->since), li_v_opt(row->until),
                           li_v(row->changed)),
                   NULL);
}

static enum li_page_stands stands_of(struct li_str name)
{
    return li_str_is(name, "live")   ? LI_PAGE_LIVE
           : li_str_is(name, "kept") ? LI_PAGE_KEPT
                                     : LI_PAGE_NONE;
}

/* What was never live is no archive; what was and is neither now was taken down. */
static int apply_page(struct li_ctx *ctx, const struct li_tx *tx, const struct li_entry *entry,
                      const struct li_node *payload, const struct li_node *page)
{
    enum li_page_stands now = stands_of(li_node_text(page, "is"));
    struct li_square_row row;
    int r = stood(ctx, tx, entry->entity, &row);

    if (r || (row.stands == LI_PAGE_NONE && now != LI_PAGE_LIVE) ||
        (row.stands == LI_PAGE_DOWN && now == LI_PAGE_NONE)) {
        return r;
    }
    row.since = row.stands == LI_PAGE_NONE ? entry->at : row.since;
    row.until = now == LI_PAGE_LIVE ? 0 : row.until ? row.until : entry->at;
    row.changed = entry->at;
    row.case_id = entry->entity;
    if (now == LI_PAGE_NONE) {
        r = li_exec(
            ctx, tx->conn, &page_down,
            LI_ARGS(li_v(tx->tenant), li_v(row.case_id), li_v(row.until), li_v(row.changed)), NULL);
        return r ? r : write_figures(ctx, tx, row.case_id, NULL);
    }
    row.kind = li_node_text(page, "kind");
    row.community = li_case_community(li_node_text(payload, "area"));
    row.stands = now;
    r = put_row(ctx, tx, &row);
    return r ? r : write_figures(ctx, tx, row.case_id, li_node_get(page, "figures"));
}

static int pages_apply(struct li_ctx *ctx, const struct li_tx *tx, const struct li_entry *entries,
                       size_t count)
{
    static const char key[] = "\"" LI_CASE_PAGE_KEY "\":{";
    int r = 0;

    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_entry *entry = &entries[i];
        struct li_node *payload;

        if (!li_str_starts(entry->command, LI_S("case.")) ||
            !memmem(entry->payload.ptr, entry->payload.len, key, sizeof(key) - 1)) {
            continue;
        }
        r = li_canonical_read(ctx, entry->payload, &payload);
        const struct li_node *page = r ? NULL : li_node_get(payload, LI_CASE_PAGE_KEY);
        if (page && page->kind == LI_MAP) {
            r = apply_page(ctx, tx, entry, payload, page);
        }
    }
    return r;
}

static int pages_drop(struct li_ctx *ctx, const struct li_tx *tx)
{
    int r = li_exec(ctx, tx->conn, &page_figure_drop, LI_ARGS(li_v(tx->tenant)), NULL);

    return r ? r : li_exec(ctx, tx->conn, &page_drop, LI_ARGS(li_v(tx->tenant)), NULL);
}

const struct li_consumer li_case_pages = {
    .name = "pages",
    .apply = pages_apply,
    .drop = pages_drop,
};
