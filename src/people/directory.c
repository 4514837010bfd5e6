/*
 * The directory: persons and appointments as lists, for who administers them.
 */
#include "base/grow.h"
#include "people/people.h"

#define PERSON                                                                                     \
    "select p.id, p.name, a.id, a.login from person p "                                            \
    "left join account a on a.tenant = p.tenant and a.person = p.id where p.tenant = $1 "
#define APPOINTMENT                                                                                \
    "select p.id, p.person, n.name, p.post, p.area_path, p.organization, p.since, p.until, "       \
    "p.stands_in_for, p.lent_from "                                                                \
    "from appointment p join person n on n.tenant = p.tenant and n.id = p.person "                 \
    "where p.tenant = $1 "

LI_SQL(person_by_id, PERSON "and p.id = $2");
LI_SQL(person_all, PERSON "and p.id > $2 order by p.id");
LI_SQL(appointment_by_id, APPOINTMENT "and p.id = $2");
LI_SQL(appointment_some, APPOINTMENT "and p.id > $2 and substr(p.area_path, 1, length($3)) = $3 "
                                     "and (cast($4 as text) = '' or p.post = $4) "
                                     "and (cast($5 as bigint) = 0 or p.person = $5) "
                                     "and (cast($6 as bigint) = 0 or p.organization = $6) "
                                     "and (cast($7 as bigint) = 0 or "
                                     "(p.since <= $7 and (p.until is null or p.until > $7))) "
                                     "order by p.id limit $8");

/* ---- persons ------------------------------------------------------------------- */

static int read_person(struct li_ctx *ctx, const struct li_rows *rows, struct li_person *ret)
{
    struct li_person person = {
        .id = li_col_i64(rows, 0),
        .name = li_col_dup(ctx, rows, 1),
        .account = li_col_i64(rows, 2),
        .login = li_col_dup(ctx, rows, 3),
    };

    if (!person.name.ptr || (person.account && !person.login.ptr)) {
        return -LI_E_NOMEM;
    }
    *ret = person;
    return 0;
}

int li_person_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                   struct li_person *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &person_by_id, LI_ARGS(li_v(tenant), li_v(id)), &rows);

    if (r == 0) {
        r = read_person(ctx, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

static bool holds(struct li_str text, struct li_str words)
{
    return words.len == 0 || (text.len && memmem(text.ptr, text.len, words.ptr, words.len));
}

static int collect_persons(struct li_ctx *ctx, struct li_rows *rows, struct li_str words,
                           size_t limit, struct li_person **ret, size_t *ret_count)
{
    struct li_person *all = li_alloc_array(ctx, limit, sizeof(*all));
    size_t count = 0;
    int r = all ? 0 : -LI_E_NOMEM;

    while (r == 0 && count < limit && (r = li_rows_next(ctx, rows)) > 0) {
        if (holds(li_col_str(rows, 1), words) || holds(li_col_str(rows, 3), words)) {
            r = read_person(ctx, rows, &all[count++]);
        } else {
            r = 0;
        }
    }
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

int li_person_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str words,
                   int64_t after, size_t limit, struct li_person **ret, size_t *ret_count)
{
    struct li_rows *rows;
    int r = li_query(ctx, conn, &person_all, LI_ARGS(li_v(tenant), li_v(after)), &rows);

    if (r == 0) {
        r = collect_persons(ctx, rows, li_str_trim(words), limit, ret, ret_count);
        li_rows_done(rows);
    }
    return r;
}

/* ---- appointments -------------------------------------------------------------- */

static int read_appointment(struct li_ctx *ctx, const struct li_rows *rows,
                            struct li_appointment *ret)
{
    struct li_appointment one = {
        .id = li_col_i64(rows, 0),
        .person = li_col_i64(rows, 1),
        .name = li_col_dup(ctx, rows, 2),
        .post = li_col_dup(ctx, rows, 3),
        .area_path = li_col_dup(ctx, rows, 4),
        .org = li_col_i64(rows, 5),
        .since = li_col_i64(rows, 6),
        .until = li_col_i64(rows, 7),
        .covers = li_col_i64(rows, 8),
        .lent_from = li_col_i64(rows, 9),
    };

    if (!one.name.ptr || !one.post.ptr || !one.area_path.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = one;
    return 0;
}

int li_appointment_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                        struct li_appointment *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &appointment_by_id, LI_ARGS(li_v(tenant), li_v(id)), &rows);

    if (r == 0) {
        r = read_appointment(ctx, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

static int collect(struct li_ctx *ctx, struct li_rows *rows, struct li_appointment **ret,
                   size_t *ret_count)
{
    size_t cap = 0, count = 0;
    struct li_appointment *all = NULL;
    int r = 0;

    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_appointment *more = li_grow(ctx, all, count, &cap, sizeof(*all));
        if (!more) {
            return -LI_E_NOMEM;
        }
        all = more;
        r = read_appointment(ctx, rows, &all[count++]);
    }
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

int li_appointment_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                        const struct li_appointment_filter *filter, struct li_appointment **ret,
                        size_t *ret_count)
{
    struct li_str path = filter->path.ptr ? filter->path : LI_S("");
    struct li_str post = filter->post.ptr ? filter->post : LI_S("");
    struct li_rows *rows;
    int r = li_query(ctx, conn, &appointment_some,
                     LI_ARGS(li_v(tenant), li_v(filter->after), li_v_text(path), li_v_text(post),
                             li_v(filter->person), li_v(filter->org), li_v(filter->at),
                             li_v(filter->limit)),
                     &rows);

    if (r == 0) {
        r = collect(ctx, rows, ret, ret_count);
        li_rows_done(rows);
    }
    return r;
}
