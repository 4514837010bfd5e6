/*
 * Class codes: reading and importing; see code.h.
 *
 * A tenant's lists are a few hundred rows and a search looks for pieces of
 * words, so the rows are read and looked through here.
 */
#include "record/code.h"

#include "base/grow.h"
#include "base/json.h"
#include "contract/fault.h"
#include "record/tenant.h"

#define COLUMNS "scheme, code, grp, grp_en, name, name_en, edition, evidence, since, until"

LI_SQL(code_by_key, "select " COLUMNS " from code where tenant = $1 and scheme = $2 and code = $3");
LI_SQL(code_all, "select " COLUMNS " from code where tenant = $1 and until is null "
                 "order by scheme, code");
LI_SQL(code_of_scheme, "select " COLUMNS " from code where tenant = $1 and scheme = $2 "
                       "and until is null order by code");
LI_SQL(code_insert,
       "insert into code (tenant, scheme, code, grp, grp_en, name, name_en, edition, evidence, "
       "since) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
LI_SQL(code_mend, "update code set grp = $4, grp_en = $5, name_en = $6, edition = $7, "
                  "evidence = $8 where tenant = $1 and scheme = $2 and code = $3");

static int read_code(struct li_ctx *ctx, const struct li_rows *rows, struct li_code *ret)
{
    struct li_code code = {.since = li_col_i64(rows, 8), .until = li_col_i64(rows, 9)};
    struct li_str *texts[] = {&code.scheme, &code.code,    &code.group,   &code.group_en,
                              &code.name,   &code.name_en, &code.edition, &code.evidence};

    for (int i = 0; i < 8; i++) {
        *texts[i] = li_col_dup(ctx, rows, i);
        if (!texts[i]->ptr) {
            return -LI_E_NOMEM;
        }
    }
    *ret = code;
    return 0;
}

int li_code_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str scheme,
                 struct li_str code, struct li_code *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &code_by_key,
                         LI_ARGS(li_v(tenant), li_v_text(scheme), li_v_text(code)), &rows);

    if (r == 0) {
        r = read_code(ctx, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

int li_code_at(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str text,
               struct li_code *ret)
{
    struct li_str code = text, scheme = li_str_cut(&code, ':');

    return code.ptr ? li_code_find(ctx, conn, tenant, scheme, code, ret) : -LI_E_NOT_FOUND;
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool same(const char *a, const char *b, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (lower(a[i]) != lower(b[i])) {
            return false;
        }
    }
    return true;
}

static bool holds(struct li_str text, struct li_str words)
{
    for (size_t i = 0; i + words.len <= text.len; i++) {
        if (same(text.ptr + i, words.ptr, words.len)) {
            return true;
        }
    }
    return false;
}

static bool fits(const struct li_code *code, struct li_str words)
{
    return words.len == 0 ||
           (code->code.len >= words.len && same(code->code.ptr, words.ptr, words.len)) ||
           holds(code->name, words) || holds(code->name_en, words) || holds(code->group, words) ||
           holds(code->group_en, words);
}

static int collect(struct li_ctx *ctx, struct li_rows *rows, struct li_str words,
                   struct li_code **ret, size_t *ret_count)
{
    size_t cap = 0, count = 0;
    struct li_code *codes = NULL;
    int r = 0;

    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_code *more = li_grow(ctx, codes, count, &cap, sizeof(*codes));
        if (!more) {
            return -LI_E_NOMEM;
        }
        codes = more;
        r = read_code(ctx, rows, &codes[count]);
        count += r == 0 && fits(&codes[count], words);
    }
    if (r == 0) {
        *ret = codes;
        *ret_count = count;
    }
    return r;
}

int li_code_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str scheme,
                 struct li_str words, struct li_code **ret, size_t *ret_count)
{
    struct li_rows *rows;
    int r = scheme.len ? li_query(ctx, conn, &code_of_scheme,
                                  LI_ARGS(li_v(tenant), li_v_text(scheme)), &rows)
                       : li_query(ctx, conn, &code_all, LI_ARGS(li_v(tenant)), &rows);

    if (r == 0) {
        r = collect(ctx, rows, li_str_trim(words), ret, ret_count);
        li_rows_done(rows);
    }
    return r;
}

/* ---- code.import --------------------------------------------------------------- */

struct plan {
    struct li_code_imported imported; /* first: what the caller sees of a plan */
    const struct li_code_import *args;
    char *what; /* of each row: 'a'dd, 'c'hange, ' ' nothing */
};

static bool is_word(struct li_str text, const char *letters)
{
    if (text.len == 0 || text.len > 16) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (!text.ptr[i] || !strchr(letters, text.ptr[i])) {
            return false;
        }
    }
    return true;
}

/* The first thing wrong with a row alone, and where; NULL when it is right. */
static const char *fault_of(const struct li_code *row, enum li_fault_kind *ret)
{
    const struct {
        const char *field;
        struct li_str text;
    } names[] = {{"group", row->group},     {"group_en", row->group_en},
                 {"name", row->name},       {"name_en", row->name_en},
                 {"edition", row->edition}, {"evidence", row->evidence}};

    *ret = LI_FAULT_PATTERN;
    if (!is_word(row->scheme, "abcdefghijklmnopqrstuvwxyz0123456789_-")) {
        return "scheme";
    }
    if (!is_word(row->code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")) {
        return "code";
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].text.len == 0) {
            *ret = LI_FAULT_REQUIRED;
            return names[i].field;
        }
        if (!li_utf8_valid(names[i].text)) {
            return names[i].field;
        }
        if (li_utf8_length(names[i].text) > 50) {
            *ret = LI_FAULT_LONG;
            return names[i].field;
        }
    }
    return NULL;
}

static bool is_same(const struct li_code *a, const struct li_code *b)
{
    return li_str_eq(a->group, b->group) && li_str_eq(a->group_en, b->group_en) &&
           li_str_eq(a->name_en, b->name_en) && li_str_eq(a->edition, b->edition) &&
           li_str_eq(a->evidence, b->evidence);
}

static int compare(struct li_ctx *ctx, const struct li_tx *tx, const struct li_code *row,
                   size_t index, char *ret)
{
    struct li_code stored;
    int r = li_code_find(ctx, tx->conn, tx->tenant, row->scheme, row->code, &stored);

    if (r == -LI_E_NOT_FOUND) {
        *ret = 'a';
        return 0;
    }
    if (r == 0 && !li_str_eq(stored.name, row->name)) {
        return LI_FAIL_AT(ctx, LI_E_UNIQUE, li_strf(ctx, "/rows/%zu/name", index), "%.*s:%.*s %.*s",
                          LI_P(row->scheme), LI_P(row->code), LI_P(stored.name));
    }
    if (r == 0) {
        *ret = is_same(&stored, row) ? ' ' : 'c';
    }
    return r;
}

/* A table is small: each row is compared with those before it. */
static bool is_twice(const struct li_code_import *import, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (li_str_eq(import->rows[i].code, import->rows[index].code) &&
            li_str_eq(import->rows[i].scheme, import->rows[index].scheme)) {
            return true;
        }
    }
    return false;
}

static int check_rows(struct li_ctx *ctx, const struct li_code_import *import)
{
    int r = 0;

    if (import->count == 0) {
        return li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/rows"), LI_S(""));
    }
    if (import->count > LI_CODE_ROWS) {
        return LI_FAIL(ctx, LI_E_LIMIT, "at most %d codes at once", LI_CODE_ROWS);
    }
    for (size_t i = 0; i < import->count; i++) {
        enum li_fault_kind kind;
        const char *field = fault_of(&import->rows[i], &kind);
        if (field) {
            r = li_fault(ctx, kind, li_strf(ctx, "/rows/%zu/%s", i, field), LI_S("50"));
        } else if (is_twice(import, i)) {
            r = li_fault(ctx, LI_FAULT_TWICE, li_strf(ctx, "/rows/%zu/code", i), LI_S(""));
        }
    }
    return r;
}

static int import_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    const struct li_code_import *import = args;
    struct plan *plan = li_alloc(ctx, sizeof(*plan));
    int r = plan ? check_rows(ctx, import) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    *plan = (struct plan){.args = import, .what = li_alloc(ctx, import->count)};
    r = plan->what ? 0 : -LI_E_NOMEM;
    /* goes on behind a row that is refused: whoever keeps the table hears of all */
    for (size_t i = 0; (r == 0 || r == -LI_E_UNIQUE) && i < import->count; i++) {
        int one = compare(ctx, tx, &import->rows[i], i, &plan->what[i]);
        r = one ? one : r;
        plan->imported.added += plan->what[i] == 'a';
        plan->imported.changed += plan->what[i] == 'c';
    }
    if (r == 0) {
        *ret_plan = plan;
    }
    return r;
}

static int write_row(struct li_ctx *ctx, const struct li_tx *tx, const struct li_code *row,
                     char what)
{
    if (what == 'a') {
        return li_exec(ctx, tx->conn, &code_insert,
                       LI_ARGS(li_v(tx->tenant), li_v_text(row->scheme), li_v_text(row->code),
                               li_v_text(row->group), li_v_text(row->group_en),
                               li_v_text(row->name), li_v_text(row->name_en),
                               li_v_text(row->edition), li_v_text(row->evidence), li_v(tx->now)),
                       NULL);
    }
    if (what == 'c') {
        return li_exec(ctx, tx->conn, &code_mend,
                       LI_ARGS(li_v(tx->tenant), li_v_text(row->scheme), li_v_text(row->code),
                               li_v_text(row->group), li_v_text(row->group_en),
                               li_v_text(row->name_en), li_v_text(row->edition),
                               li_v_text(row->evidence)),
                       NULL);
    }
    return 0;
}

/* What the rows were is kept as a hash over them; the rows themselves are the
 * table's. */
static int payload(struct li_ctx *ctx, const struct plan *plan, struct li_str *ret)
{
    struct li_buf *rows = li_buf_new(ctx, 0);
    struct li_hash hash;
    struct li_json json;
    int r = rows ? li_json_begin(ctx, &json) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    for (size_t i = 0; i < plan->args->count; i++) {
        const struct li_code *row = &plan->args->rows[i];
        li_buf_fmt(rows, "%.*s\t%.*s\t%.*s\t%.*s\t%.*s\t%.*s\t%.*s\t%.*s\n", LI_P(row->scheme),
                   LI_P(row->code), LI_P(row->group), LI_P(row->group_en), LI_P(row->name),
                   LI_P(row->name_en), LI_P(row->edition), LI_P(row->evidence));
    }
    hash = li_hash_of(li_buf_view(rows));
    li_json_put_int(&json, "added", (int64_t)plan->imported.added);
    li_json_put_int(&json, "changed", (int64_t)plan->imported.changed);
    li_json_key(&json, "hash");
    li_json_hash(&json, &hash);
    li_json_put_text(&json, "source", plan->args->source.ptr ? plan->args->source : LI_S(""));
    r = li_buf_check(ctx, rows);
    return r ? r : li_json_finish(ctx, &json, ret);
}

static int import_write(struct li_ctx *ctx, const struct li_tx *tx, void *args,
                        struct li_outcome *ret)
{
    const struct plan *plan = args;
    int r = 0;

    for (size_t i = 0; r == 0 && i < plan->args->count; i++) {
        r = write_row(ctx, tx, &plan->args->rows[i], plan->what[i]);
    }
    r = r ? r : li_tenant_touch(ctx, tx);
    ret->entity = tx->tenant;
    return r ? r : payload(ctx, plan, &ret->payload);
}

const struct li_command li_code_import = {
    .name = "code.import",
    .decide = import_decide,
    .write = import_write,
};
