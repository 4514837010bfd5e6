/* Tables of deadlines: which line holds, what is there, and the command that puts them;
 * see deadline.h. */
#include "case/deadline.h"
#include "base/json.h"
#include "contract/fault.h"
#include "playbook/word.h"
#include "record/tenant.h"

#include <stdlib.h>

LI_SQL(deadline_rows, "select name, edition, stage, class, level, length, since, until "
                      "from deadline where tenant = $1 "
                      "order by name, edition, stage, class, level");
LI_SQL(deadline_drop, "delete from deadline where tenant = $1 and name = $2 and edition = $3");
LI_SQL(deadline_insert, "insert into deadline (tenant, name, edition, stage, class, level, length, "
                        "since, until) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)");

#define EDITION_MAX 40
#define NAME_MAX    64

/* ---- which line holds ------------------------------------------------------------ */

static bool fits(const struct li_deadline *row, const struct li_deadline_query *query)
{
    return li_str_eq(row->name, query->name) && (row->length.unit == 0) == query->number &&
           row->since <= query->day && query->day < row->until &&
           (row->stage.len == 0 || li_str_eq(row->stage, query->stage)) &&
           (row->class.len == 0 || li_str_starts(query->class, row->class)) &&
           (row->level.len == 0 || li_str_eq(row->level, query->level));
}

/* The longest class, then the stage, then the level; of two editions the younger. */
static bool says_more(const struct li_deadline *a, const struct li_deadline *b)
{
    if (a->class.len != b->class.len) {
        return a->class.len > b->class.len;
    }
    if (!a->stage.len != !b->stage.len) {
        return a->stage.len > 0;
    }
    if (!a->level.len != !b->level.len) {
        return a->level.len > 0;
    }
    return a->since > b->since;
}

const struct li_deadline *li_deadline_find(const struct li_deadlines *tables,
                                           const struct li_deadline_query *query)
{
    const struct li_deadline *best = NULL;

    for (size_t i = 0; i < tables->count; i++) {
        if (fits(&tables->rows[i], query) && (!best || says_more(&tables->rows[i], best))) {
            best = &tables->rows[i];
        }
    }
    return best;
}

/* ---- lengths in words -------------------------------------------------------------- */

struct li_str li_length_text(struct li_ctx *ctx, struct li_length length)
{
    return li_strf(ctx, "%lld%c%s", (long long)length.amount, length.unit,
                   length.kind == LI_CLOCK_WORK ? " of work" : "");
}

int li_length_read(struct li_ctx *ctx, struct li_str text, struct li_length *ret)
{
    struct li_str rest = li_str_trim(text), amount = li_str_cut(&rest, ' ');
    bool work = li_str_is(rest, "of work");
    struct li_length length;
    int r;

    if (rest.ptr && !work && !li_str_is(rest, "of calendar")) {
        return LI_FAIL(ctx, LI_E_SYNTAX, "not a length such as 5d of work");
    }
    r = li_length_parse(ctx, amount, work ? LI_CLOCK_WORK : LI_CLOCK_CALENDAR, &length);
    if (r == 0 && length.amount < 1) {
        return LI_FAIL(ctx, LI_E_SYNTAX, "a length of nothing");
    }
    if (r == 0) {
        *ret = length;
    }
    return r;
}

/* What a line says: "5d of work", or a number. */
static struct li_str said(struct li_ctx *ctx, const struct li_deadline *row)
{
    return row->length.unit ? li_length_text(ctx, row->length)
                            : li_strf(ctx, "%lld", (long long)row->number);
}

/* ---- reading ------------------------------------------------------------------------ */

static int read_row(struct li_ctx *ctx, const struct li_rows *rows, void *to)
{
    struct li_deadline *ret = to;

    *ret = (struct li_deadline){
        .name = li_col_dup(ctx, rows, 0),
        .edition = li_col_dup(ctx, rows, 1),
        .stage = li_col_dup(ctx, rows, 2),
        .class = li_col_dup(ctx, rows, 3),
        .level = li_col_dup(ctx, rows, 4),
        .since = (int32_t)li_col_i64(rows, 6),
        .until = li_col_is_null(rows, 7) ? INT32_MAX : (int32_t)li_col_i64(rows, 7),
    };
    if (!ret->name.ptr || !ret->edition.ptr || !ret->stage.ptr || !ret->class.ptr ||
        !ret->level.ptr) {
        return -LI_E_NOMEM;
    }
    return li_str_to_i64(li_col_str(rows, 5), &ret->number)
               ? 0
               : li_length_read(ctx, li_col_str(rows, 5), &ret->length);
}

int li_deadline_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_deadlines *ret)
{
    size_t count = 0;
    void *all;
    int r = li_query_list(ctx, conn, &deadline_rows, LI_ARGS(li_v(tenant)),
                          sizeof(struct li_deadline), read_row, &all, &count);

    if (r == 0) {
        *ret = (struct li_deadlines){.rows = all, .count = count};
    }
    return r;
}

/* ---- deadline.put --------------------------------------------------------------------- */

static int fault(struct li_ctx *ctx, enum li_fault_kind kind, size_t row, const char *member,
                 const char *limit)
{
    struct li_str where = li_strf(ctx, "/rows/%zu/%s", row, member);

    return where.ptr ? li_fault(ctx, kind, where, li_str(limit)) : -LI_E_NOMEM;
}

static int check_text(struct li_ctx *ctx, size_t row, const char *member, struct li_str text,
                      size_t most)
{
    return text.len > most ? fault(ctx, LI_FAULT_LONG, row, member, "64") : 0;
}

static int check_row(struct li_ctx *ctx, const struct li_deadline *row, size_t i)
{
    int r = 0;

    if (!li_word_is_name(row->name, '_')) {
        r = fault(ctx, LI_FAULT_PATTERN, i, "table", "");
    }
    if (row->edition.len == 0 || row->edition.len > EDITION_MAX) {
        r = fault(ctx, row->edition.len ? LI_FAULT_LONG : LI_FAULT_REQUIRED, i, "edition", "40");
    }
    if (row->until <= row->since) {
        r = fault(ctx, LI_FAULT_LATER, i, "until", "");
    }
    if (row->length.unit ? row->length.amount < 1 : row->number < 0) {
        r = fault(ctx, LI_FAULT_FORMAT, i, "length", "5d of work");
    }
    if (check_text(ctx, i, "stage", row->stage, NAME_MAX) ||
        check_text(ctx, i, "class", row->class, NAME_MAX) ||
        check_text(ctx, i, "level", row->level, NAME_MAX)) {
        r = -LI_E_INVALID;
    }
    return r;
}

static bool same_key(const struct li_deadline *a, const struct li_deadline *b)
{
    return li_str_eq(a->name, b->name) && li_str_eq(a->edition, b->edition) &&
           li_str_eq(a->stage, b->stage) && li_str_eq(a->class, b->class) &&
           li_str_eq(a->level, b->level);
}

static int put_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    const struct li_deadline_put *put = args;
    int r = 0;

    (void)tx;
    if (put->count == 0 || put->count > LI_DEADLINE_ROWS) {
        return li_fault(ctx, put->count ? LI_FAULT_MANY : LI_FAULT_FEW, LI_S("/rows"),
                        put->count ? LI_S("2000") : LI_S("1"));
    }
    for (size_t i = 0; i < put->count; i++) {
        int one = check_row(ctx, &put->rows[i], i);
        r = r ? r : one;
        for (size_t k = 0; k < i; k++) {
            if (same_key(&put->rows[i], &put->rows[k])) {
                r = fault(ctx, LI_FAULT_TWICE, i, "table", "");
                break;
            }
        }
    }
    if (r == 0) {
        *ret_plan = (void *)put;
    }
    return r;
}

/* Whether a row is the first of its edition here. */
static bool is_first(const struct li_deadline_put *put, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (li_str_eq(put->rows[k].name, put->rows[i].name) &&
            li_str_eq(put->rows[k].edition, put->rows[i].edition)) {
            return false;
        }
    }
    return true;
}

/* An open place is an empty text. */
static struct li_val any(struct li_str text)
{
    return li_v_text(text.ptr ? text : LI_S(""));
}

static int put_rows(struct li_ctx *ctx, const struct li_tx *tx, const struct li_deadline_put *put)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < put->count; i++) {
        if (is_first(put, i)) {
            r = li_exec(ctx, tx->conn, &deadline_drop,
                        LI_ARGS(li_v(tx->tenant), li_v_text(put->rows[i].name),
                                li_v_text(put->rows[i].edition)),
                        NULL);
        }
    }
    for (size_t i = 0; r == 0 && i < put->count; i++) {
        const struct li_deadline *row = &put->rows[i];
        struct li_str length = said(ctx, row);
        r = length.ptr ? li_exec(ctx, tx->conn, &deadline_insert,
                                 LI_ARGS(li_v(tx->tenant), li_v_text(row->name),
                                         li_v_text(row->edition), any(row->stage), any(row->class),
                                         any(row->level), li_v_text(length), li_v(row->since),
                                         row->until == INT32_MAX ? li_v_null() : li_v(row->until)),
                                 NULL)
                       : -LI_E_NOMEM;
    }
    return r ? r : li_tenant_touch(ctx, tx);
}

static int put_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    const struct li_deadline_put *put = plan;
    struct li_json json;
    int r = put_rows(ctx, tx, put);

    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_key(&json, "rows");
    li_json_open_list(&json);
    for (size_t i = 0; i < put->count; i++) {
        const struct li_deadline *row = &put->rows[i];
        li_json_open_map(&json);
        li_json_put_text(&json, "class", row->class);
        li_json_put_text(&json, "edition", row->edition);
        if (row->length.unit) {
            li_json_put_text(&json, "length", li_length_text(ctx, row->length));
        }
        li_json_put_text(&json, "level", row->level);
        if (!row->length.unit) {
            li_json_put_int(&json, "number", row->number);
        }
        li_json_put_int(&json, "since", row->since);
        li_json_put_text(&json, "stage", row->stage);
        li_json_put_text(&json, "table", row->name);
        if (row->until != INT32_MAX) {
            li_json_put_int(&json, "until", row->until);
        }
        li_json_close_map(&json);
    }
    li_json_close_list(&json);
    ret->entity = tx->tenant;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_deadline_put = {
    .name = "deadline.put",
    .decide = put_decide,
    .write = put_write,
};
