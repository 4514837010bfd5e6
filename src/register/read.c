/* Rows, read: one, pages of them, counts, links and steps. */
#include "base/canonical.h"
#include "base/grow.h"
#include "contract/fault.h"
#include "register/inside.h"

#define ROW                                                                                        \
    "r.id, r.register, r.rev, r.code, r.name, r.area, r.area_path, r.since, r.until, r.f1, "       \
    "r.f2, r.f3, r.f4, r.fields, r.texts, r.made_at, r.changed_at, r.gone"
#define PAGED " order by r.area_path, r.code limit $15"
/* Behind a row in order of place and code, inside a place, and of each value. */
#define SOME                                                                                       \
    "select " ROW " from register_row r where r.tenant = $1 and r.register = $2 and r.gone = $3 "  \
    "and (r.area_path, r.code) > ($4, $5) and r.area_path < $6 "                                   \
    "and r.f1 >= $7 and r.f1 <= $8 and r.f2 >= $9 and r.f2 <= $10 "                                \
    "and r.f3 >= $11 and r.f3 <= $12 and r.f4 >= $13 and r.f4 <= $14 "

LI_SQL(row_by_id, "select " ROW " from register_row r where r.tenant = $1 and r.id = $2");
LI_SQL(row_by_code, "select " ROW " from register_row r where r.tenant = $1 and r.register = $2 "
                    "and r.code = $3 and r.gone = 0");
LI_SQL(row_by_name, "select " ROW " from register_row r where r.tenant = $1 and r.register = $2 "
                    "and r.name = $3 and r.area = $4 and r.gone = 0 limit 1");
LI_SQL(row_by_once, "select r.id from register_row r where r.tenant = $1 and r.register = $2 "
                    "and r.once = $3 and r.gone = 0");
LI_SQL(row_list, SOME PAGED);
LI_SQL(row_list_f1, SOME "and r.f1 = $7" PAGED);
LI_SQL(row_list_f2, SOME "and r.f2 = $9" PAGED);
LI_SQL(row_list_f3, SOME "and r.f3 = $11" PAGED);
LI_SQL(row_list_f4, SOME "and r.f4 = $13" PAGED);
LI_SQL(row_list_until,
       "select " ROW " from register_row r where r.tenant = $1 and r.register = $2 and r.gone = $3 "
       "and r.until > 0 and (r.until, r.id) > ($4, $5) and r.until < $6 "
       "and r.area_path >= $7 and r.area_path < $8 order by r.until, r.id limit $9");
LI_SQL(row_list_words,
       "select " ROW " from register_word w join register_row r on r.tenant = w.tenant "
       "and r.id = w.row_id where w.tenant = $1 and w.register = $2 and w.word = $3 "
       "and w.row_id < $4 and exists (select 1 from register_word x where x.tenant = w.tenant "
       "and x.register = w.register and x.word = $5 and x.row_id = w.row_id) "
       "and exists (select 1 from register_word y where y.tenant = w.tenant "
       "and y.register = w.register and y.word = $6 and y.row_id = w.row_id) "
       "and r.gone = $7 and r.area_path >= $8 and r.area_path < $9 "
       "order by w.row_id desc limit $10");
LI_SQL(row_links, "select source, field from register_link where tenant = $1 and target = $2 "
                  "order by field, source limit $3");
LI_SQL(row_steps, "select rev, seq, at, account, what, fields from register_step "
                  "where tenant = $1 and row_id = $2 order by rev");

/* ---- one ------------------------------------------------------------------------ */

int li_row_read(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn, int64_t tenant,
                const struct li_rows *rows, struct li_row *ret)
{
    struct li_row row = {
        .id = li_col_i64(rows, 0),
        .rev = li_col_i64(rows, 2),
        .code = li_col_dup(ctx, rows, 3),
        .name = li_col_dup(ctx, rows, 4),
        .area = li_col_dup(ctx, rows, 5),
        .area_path = li_col_dup(ctx, rows, 6),
        .since = li_col_i64(rows, 7),
        .until = li_col_i64(rows, 8),
        .made_at = li_col_i64(rows, 15),
        .changed_at = li_col_i64(rows, 16),
        .gone = li_col_i64(rows, 17) != 0,
    };
    struct li_str fields = li_col_dup(ctx, rows, 13), texts = li_col_dup(ctx, rows, 14);
    bool copied = row.code.ptr && row.name.ptr && row.area.ptr && row.area_path.ptr && fields.ptr &&
                  texts.ptr;
    int r;

    for (int i = 0; i < LI_REGISTER_FIND; i++) {
        row.find[i] = li_col_dup(ctx, rows, 9 + i);
        copied = copied && row.find[i].ptr;
    }
    r = copied ? li_register_find(ctx, record, conn, tenant, li_col_str(rows, 1), &row.reg)
               : -LI_E_NOMEM;
    r = r ? r : li_canonical_read(ctx, fields, &row.fields);
    r = r ? r : li_canonical_read(ctx, texts, &row.texts);
    if (r == 0)
        *ret = row;
    return r;
}

static int read_one(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, const struct li_sql *sql, const struct li_val *args,
                    size_t count, struct li_row *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, sql, args, count, &rows);

    if (r == 0) {
        r = li_row_read(ctx, record, conn, tenant, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

int li_row_find(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn, int64_t tenant,
                int64_t id, struct li_row *ret)
{
    return read_one(ctx, record, conn, tenant, &row_by_id, LI_ARGS(li_v(tenant), li_v(id)), ret);
}

int li_row_by_code(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, const struct li_register *reg, struct li_str code,
                   struct li_row *ret)
{
    return read_one(ctx, record, conn, tenant, &row_by_code,
                    LI_ARGS(li_v(tenant), li_v_text(reg->form.name), li_v_text(code)), ret);
}

int li_row_by_name(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, const struct li_register *reg, struct li_str name,
                   struct li_str area, struct li_row *ret)
{
    return read_one(
        ctx, record, conn, tenant, &row_by_name,
        LI_ARGS(li_v(tenant), li_v_text(reg->form.name), li_v_text(name), li_v_text(area)), ret);
}

int li_row_by_once(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                   const struct li_row *row, int64_t *ret)
{
    return li_query_i64(ctx, conn, &row_by_once,
                        LI_ARGS(li_v(tenant), li_v_text(row->reg->form.name), li_v_text(row->once)),
                        ret);
}

/* A text of the vault as the value it was given as. */
static struct li_node *value_of(struct li_ctx *ctx, const struct li_field *field,
                                struct li_str text)
{
    int64_t number;

    if (field->type == LI_FIELD_BOOL)
        return li_node_new_bool(ctx, li_str_is(text, "true"));
    if ((field->type == LI_FIELD_INTEGER || field->type == LI_FIELD_SCALE) &&
        li_str_to_i64(text, &number))
        return li_node_new_int(ctx, number);
    return li_node_new_text(ctx, text);
}

int li_row_values(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                  int64_t tenant, const struct li_row *row, bool open, struct li_node **ret)
{
    struct li_node *map = li_node_new_map(ctx);
    struct li_vault_item *items;
    size_t count;
    int r = map ? li_vault_of(ctx, record, conn, tenant, row->id, &items, &count) : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < row->fields->map.count; i++)
        r = li_node_put(ctx, map, row->fields->map.items[i].key, row->fields->map.items[i].value);
    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_node *slot = li_node_get_str(row->texts, items[i].field);
        int place = li_playbook_field(&row->reg->form, items[i].field);
        struct li_node *value;
        if (!slot || slot->number != items[i].slot || place < 0 || !items[i].value.ptr)
            continue;
        value = items[i].sealed && !open
                    ? li_node_new_text(ctx, li_mask(ctx, items[i].value))
                    : value_of(ctx, &row->reg->form.fields[place], items[i].value);
        r = value ? li_node_put(ctx, map, items[i].field, value) : -LI_E_NOMEM;
    }
    if (r == 0)
        *ret = map;
    return r;
}

/* ---- pages ---------------------------------------------------------------------- */

int li_row_path_end(struct li_ctx *ctx, struct li_str path, struct li_str *ret)
{
    struct li_str copy = path.len ? li_str_dup(ctx, path) : LI_S("~");

    if (!copy.ptr)
        return -LI_E_NOMEM;
    if (path.len)
        ((char *)copy.ptr)[copy.len - 1] = '0';
    *ret = copy;
    return 0;
}

static int collect(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, struct li_rows *rows, struct li_row **ret, size_t *ret_count)
{
    size_t cap = 0, count = 0;
    struct li_row *all = NULL;
    int r = 0;

    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_row *more = li_grow(ctx, all, count, &cap, sizeof(*all));
        if (!more)
            return -LI_E_NOMEM;
        all = more;
        r = li_row_read(ctx, record, conn, tenant, rows, &all[count++]);
    }
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

static const struct li_sql *const ways[] = {&row_list_f1, &row_list_f2, &row_list_f3, &row_list_f4};

/* By place and code, or by one of the values when one is asked. */
static int list_placed(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                       const struct li_row_query *query, struct li_str end, struct li_rows **ret)
{
    const struct li_sql *sql = &row_list;
    struct li_str after = query->after_path.ptr ? query->after_path : query->path;
    struct li_val args[15] = {li_v(tenant),
                              li_v_text(query->reg->form.name),
                              li_v(query->gone),
                              li_v_text(after.ptr ? after : LI_S("")),
                              li_v_text(query->after_code.ptr ? query->after_code : LI_S("")),
                              li_v_text(end)};

    for (int i = 0; i < LI_REGISTER_FIND; i++) {
        struct li_str one = query->find[i];
        args[6 + 2 * i] = li_v_text(one.ptr ? one : LI_S(""));
        args[7 + 2 * i] = li_v_text(one.ptr ? one : LI_S("\xf4\x8f\xbf\xbf"));
        if (one.ptr && one.len && sql == &row_list)
            sql = ways[i];
    }
    args[14] = li_v(query->limit);
    return li_query(ctx, conn, sql, args, 15, ret);
}

static int list_words(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                      const struct li_row_query *query, struct li_str end, struct li_rows **ret)
{
    struct li_str words[LI_ROW_WORDS];
    size_t count = 0;
    int r = li_row_words(ctx, query->words, words, &count);

    if (r)
        return r;
    if (count == 0)
        return li_fault(ctx, LI_FAULT_WORDS, LI_S("/parameters/q"), LI_S(""));
    return li_query(ctx, conn, &row_list_words,
                    LI_ARGS(li_v(tenant), li_v_text(query->reg->form.name), li_v_text(words[0]),
                            li_v(query->after_id ? query->after_id : INT64_MAX),
                            li_v_text(words[count - 1]), li_v_text(words[count / 2]),
                            li_v(query->gone), li_v_text(query->path.ptr ? query->path : LI_S("")),
                            li_v_text(end), li_v(query->limit)),
                    ret);
}

int li_row_list(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn, int64_t tenant,
                const struct li_row_query *query, struct li_row **ret, size_t *ret_count)
{
    struct li_rows *rows;
    struct li_str end;
    int r = li_row_path_end(ctx, query->path, &end);

    if (r)
        return r;
    if (query->words.len)
        r = list_words(ctx, conn, tenant, query, end, &rows);
    else if (query->until_before)
        r = li_query(ctx, conn, &row_list_until,
                     LI_ARGS(li_v(tenant), li_v_text(query->reg->form.name), li_v(query->gone),
                             li_v(query->after_until), li_v(query->after_id),
                             li_v(query->until_before),
                             li_v_text(query->path.ptr ? query->path : LI_S("")), li_v_text(end),
                             li_v(query->limit)),
                     &rows);
    else
        r = list_placed(ctx, conn, tenant, query, end, &rows);
    if (r == 0) {
        r = collect(ctx, record, conn, tenant, rows, ret, ret_count);
        li_rows_done(rows);
    }
    return r;
}

int li_row_links(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t target,
                 struct li_row_link **ret, size_t *ret_count)
{
    struct li_row_link *all = li_alloc_array(ctx, LI_ROW_LINKS, sizeof(*all));
    struct li_rows *rows;
    size_t count = 0;
    int r = all ? li_query(ctx, conn, &row_links,
                           LI_ARGS(li_v(tenant), li_v(target), li_v(LI_ROW_LINKS)), &rows)
                : -LI_E_NOMEM;

    if (r)
        return r;
    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        all[count] = (struct li_row_link){li_col_i64(rows, 0), li_col_dup(ctx, rows, 1)};
        r = all[count++].field.ptr ? 0 : -LI_E_NOMEM;
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

int li_row_steps(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                 struct li_row_step **ret, size_t *ret_count)
{
    struct li_row_step *all = NULL, *more;
    size_t cap = 0, count = 0;
    struct li_rows *rows;
    int r = li_query(ctx, conn, &row_steps, LI_ARGS(li_v(tenant), li_v(id)), &rows);

    if (r)
        return r;
    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_str fields = li_col_dup(ctx, rows, 5);
        more = li_grow(ctx, all, count, &cap, sizeof(*all));
        if (!more || !fields.ptr) {
            r = -LI_E_NOMEM;
            break;
        }
        all = more;
        all[count] = (struct li_row_step){.rev = li_col_i64(rows, 0),
                                          .seq = li_col_i64(rows, 1),
                                          .at = li_col_i64(rows, 2),
                                          .account = li_col_i64(rows, 3),
                                          .what = li_col_dup(ctx, rows, 4)};
        r = all[count].what.ptr ? li_canonical_read(ctx, fields, &all[count].fields) : -LI_E_NOMEM;
        count++;
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}
