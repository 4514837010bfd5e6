/*
 * What people's commands ask of the ground, and of names.
 *
 * `area` is a neighbour on the same floor, so its table is read here by two
 * statements instead of through its header.
 */
#include "base/time.h"
#include "people/inside.h"

LI_SQL(place_inside,
       "select a.path from tenant t "
       "join area own on own.tenant = t.tenant and own.code = t.code "
       "join area a on a.tenant = t.tenant and substr(a.path, 1, length(own.path)) = own.path "
       "where t.tenant = $1 and a.code = $2 and (a.until is null or a.until > $3)");
LI_SQL(place_named,
       "select a.code, a.path from tenant t "
       "join area own on own.tenant = t.tenant and own.code = t.code "
       "join area a on a.tenant = t.tenant and substr(a.path, 1, length(own.path)) = own.path "
       "where t.tenant = $1 and (a.code = $2 or a.name = $2) "
       "and (a.until is null or a.until > $3) order by a.path limit 2");
LI_SQL(place_own, "select a.path from tenant t "
                  "join area a on a.tenant = t.tenant and a.code = t.code where t.tenant = $1");
LI_SQL(person_there, "select id from person where tenant = $1 and id = $2");

#define NAME_MAX  50
#define LOGIN_MIN 2
#define LOGIN_MAX 32

static int one_text(struct li_ctx *ctx, struct li_rows *rows, struct li_str *ret)
{
    struct li_str text = li_col_dup(ctx, rows, 0);

    li_rows_done(rows);
    if (!text.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = text;
    return 0;
}

int li_people_place(struct li_ctx *ctx, const struct li_tx *tx, struct li_str code,
                    struct li_str *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, tx->conn, &place_inside,
                         LI_ARGS(li_v(tx->tenant), li_v_text(code.ptr ? code : LI_S("")),
                                 li_v(li_day_at(li_now(ctx->clock)))),
                         &rows);

    if (r == -LI_E_NOT_FOUND) {
        return li_fault(ctx, LI_FAULT_NOWHERE, LI_S("/area"), LI_S(""));
    }
    return r ? r : one_text(ctx, rows, ret);
}

int li_people_place_named(struct li_ctx *ctx, const struct li_tx *tx, struct li_str text,
                          struct li_str *ret_code, struct li_str *ret_path)
{
    struct li_rows *rows;
    size_t count = 0;
    int r = li_query(
        ctx, tx->conn, &place_named,
        LI_ARGS(li_v(tx->tenant), li_v_text(text), li_v(li_day_at(li_now(ctx->clock)))), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0 && count++ == 0) {
        *ret_code = li_col_dup(ctx, rows, 0);
        *ret_path = li_col_dup(ctx, rows, 1);
    }
    li_rows_done(rows);
    if (r < 0) {
        return r;
    }
    return count != 1 ? -LI_E_NOT_FOUND : ret_code->ptr && ret_path->ptr ? 0 : -LI_E_NOMEM;
}

int li_people_home(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &place_own, LI_ARGS(li_v(tenant)), &rows);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_STATE, "the areas of tenant %lld were not imported",
                       (long long)tenant);
    }
    return r ? r : one_text(ctx, rows, ret);
}

int li_people_name(struct li_ctx *ctx, struct li_str name)
{
    if (li_str_trim(name).len == 0) {
        return li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/name"), LI_S(""));
    }
    if (!li_utf8_valid(name)) {
        return li_fault(ctx, LI_FAULT_TYPE, LI_S("/name"), LI_S("string"));
    }
    if (li_utf8_length(name) > NAME_MAX) {
        return li_fault(ctx, LI_FAULT_LONG, LI_S("/name"), LI_S("50"));
    }
    for (size_t i = 0; i < name.len; i++) {
        if ((unsigned char)name.ptr[i] < ' ') {
            return li_fault(ctx, LI_FAULT_PATTERN, LI_S("/name"), LI_S(""));
        }
    }
    return 0;
}

bool li_login_ok(struct li_str login)
{
    if (login.len < LOGIN_MIN || login.len > LOGIN_MAX) {
        return false;
    }
    for (size_t i = 0; i < login.len; i++) {
        char c = login.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '.' && c != '_' &&
            c != '-') {
            return false;
        }
    }
    return true;
}

int li_person_there(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &person_there, LI_ARGS(li_v(tenant), li_v(id)), &rows);

    if (r == 0) {
        li_rows_done(rows);
    }
    return r;
}
