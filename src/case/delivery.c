/* Messages that leave the house; see delivery.h. */
#include "case/delivery.h"

#include "base/grow.h"
#include "base/id.h"
#include "case/inside.h"
#include "case/message.h"
#include "case/undo.h"
#include "people/emergency.h"
#include "record/setting.h"
#include "register/register.h"

#define DELIVERY "select tenant, id, case_id, no, since, tries, answer from delivery "

LI_SQL(delivery_ready, DELIVERY "where state = 'waiting' and at <= $1 order by at, id limit $2");
LI_SQL(delivery_dead, DELIVERY "where tenant = $1 and state = 'dead' order by id desc limit $2");
LI_SQL(delivery_by_id, DELIVERY "where tenant = $1 and id = $2 and state = $3");
LI_SQL(delivery_insert,
       "insert into delivery (tenant, id, case_id, no, state, since, at, tries, answer) "
       "values ($1, $2, $3, $4, 'waiting', $5, $5, 0, 0)");
LI_SQL(delivery_drop, "delete from delivery where tenant = $1 and case_id = $2 and no = $3");
LI_SQL(delivery_over, "delete from delivery where tenant = $1 and id = $2");
LI_SQL(delivery_set, "update delivery set state = $3, at = $4, tries = $5, answer = $6 "
                     "where tenant = $1 and id = $2");
LI_SQL(delivery_again, "update delivery set state = 'waiting', since = $3, at = $3, tries = 0 "
                       "where tenant = $1 and id = $2");
LI_SQL(delivery_message, "select what, told_at, seen_at from message "
                         "where tenant = $1 and case_id = $2 and no = $3");

/* ---- read -------------------------------------------------------------------------------- */

static struct li_delivery read_row(const struct li_rows *rows)
{
    return (struct li_delivery){
        .tenant = li_col_i64(rows, 0),
        .id = li_col_i64(rows, 1),
        .case_id = li_col_i64(rows, 2),
        .no = li_col_i64(rows, 3),
        .since = li_col_i64(rows, 4),
        .tries = li_col_i64(rows, 5),
        .answer = li_col_i64(rows, 6),
    };
}

static int list(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                const struct li_val *args, size_t arg_count, struct li_delivery **ret,
                size_t *ret_count)
{
    struct li_delivery *all = NULL;
    size_t count = 0, cap = 0;
    struct li_rows *rows;
    int r = li_query(ctx, conn, sql, args, arg_count, &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        struct li_delivery *more = li_grow(ctx, all, count, &cap, sizeof(*all));
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        all = more;
        all[count++] = read_row(rows);
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

int li_delivery_ready(struct li_ctx *ctx, struct li_conn *conn, int64_t now, size_t max,
                      struct li_delivery **ret, size_t *ret_count)
{
    return list(ctx, conn, &delivery_ready, LI_ARGS(li_v(now), li_v((int64_t)max)), ret, ret_count);
}

int li_delivery_dead(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_delivery **ret, size_t *ret_count)
{
    return list(ctx, conn, &delivery_dead, LI_ARGS(li_v(tenant), li_v((int64_t)LI_DELIVERY_LIST)),
                ret, ret_count);
}

static int find(struct li_ctx *ctx, const struct li_tx *tx, int64_t id, const char *state,
                struct li_delivery *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, tx->conn, &delivery_by_id,
                         LI_ARGS(li_v(tx->tenant), li_v(id), li_v_text(li_str(state))), &rows);

    if (r == 0) {
        *ret = read_row(rows);
        li_rows_done(rows);
    }
    return r;
}

/* ---- what becomes of one ----------------------------------------------------------------- */

static int find_message(struct li_ctx *ctx, struct li_conn *conn,
                        const struct li_delivery *delivery, struct li_message *ret)
{
    struct li_rows *rows;
    int r = li_query_one(
        ctx, conn, &delivery_message,
        LI_ARGS(li_v(delivery->tenant), li_v(delivery->case_id), li_v(delivery->no)), &rows);

    if (r == 0) {
        *ret = (struct li_message){.no = delivery->no,
                                   .what = li_col_dup(ctx, rows, 0),
                                   .told_at = li_col_i64(rows, 1),
                                   .seen_at = li_col_i64(rows, 2)};
        li_rows_done(rows);
    }
    return r == 0 && !ret->what.ptr ? -LI_E_NOMEM : r;
}

static bool wants(const struct li_node *fields)
{
    return li_str_is(li_node_text(fields, "answer_by"), "message");
}

#define DIAL_MIN 5
#define DIAL_MAX 20

/* "+86 138-0013-8000" is 13800138000; empty: nothing a message can be sent to. */
static struct li_str dialled(struct li_ctx *ctx, struct li_str said)
{
    char digits[DIAL_MAX + 1];
    size_t len = 0;

    said = li_str_trim(said);
    said = li_str_starts(said, LI_S("+86")) ? li_str_n(said.ptr + 3, said.len - 3) : said;
    for (size_t i = 0; i < said.len; i++) {
        char c = said.ptr[i];
        if ((c >= '0' && c <= '9') || (c == '+' && i == 0)) {
            digits[len++] = c;
        } else if (c != ' ' && c != '-') {
            return LI_S("");
        }
        if (len > DIAL_MAX) {
            return LI_S("");
        }
    }
    return len < DIAL_MIN ? LI_S("") : li_str_dup(ctx, li_str_n(digits, len));
}

/* The first telephone number a reporter was asked for, as it was given last. */
static int phone_of(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, const struct li_case *row, struct li_str *ret)
{
    const struct li_playbook *playbook = row->playbook;
    const struct li_field *phone = NULL;
    struct li_vault_item *items = NULL;
    size_t count = 0;
    int r;

    for (size_t i = 0; !phone && i < playbook->open_field_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->open_fields[i]];
        phone = field->type == LI_FIELD_PHONE ? field : NULL;
    }
    r = phone ? li_vault_of(ctx, record, conn, tenant, row->id, &items, &count) : 0;
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (li_str_eq(items[i].field, phone->name)) {
            *ret = items[i].value.ptr ? dialled(ctx, items[i].value) : LI_S("");
        }
    }
    return r;
}

static int of_case(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, const struct li_message *message, const struct li_case *row,
                   struct li_letter *ret)
{
    ret->until = message->told_at + LI_UNDO_TIME;
    ret->number = row->number;
    ret->title = row->playbook->title;
    ret->text = li_message_texts(row->playbook, message);
    return wants(row->fields) ? phone_of(ctx, record, conn, tenant, row, &ret->to) : 0;
}

static int of_row(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                  int64_t tenant, const struct li_message *message, const struct li_row *row,
                  struct li_letter *ret)
{
    struct li_node *values = NULL;
    int r;

    ret->number = row->code;
    ret->title = row->reg->form.title;
    ret->text = li_message_texts(NULL, message);
    if (row->gone || !wants(row->fields)) {
        return 0;
    }
    r = li_row_values(ctx, record, conn, tenant, row, true, &values);
    for (size_t i = 0; r == 0 && i < row->reg->form.field_count; i++) {
        const struct li_field *field = &row->reg->form.fields[i];
        if (field->type == LI_FIELD_PHONE) {
            const struct li_node *value = li_node_get_str(values, field->name);
            ret->to = value && value->kind == LI_TEXT ? dialled(ctx, value->text) : LI_S("");
            break;
        }
    }
    return r;
}

/* *ret_path: where it lies, for emergencies. */
static int write_letter(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                        const struct li_delivery *delivery, const struct li_message *message,
                        struct li_letter *ret, struct li_str *ret_path)
{
    int64_t tenant = delivery->tenant;
    struct li_case of = {0};
    struct li_row row;
    int r = li_case_find(ctx, record, conn, tenant, delivery->case_id, &of);

    if (r == 0) {
        *ret_path = of.area_path;
        return of_case(ctx, record, conn, tenant, message, &of, ret);
    }
    if (r == -LI_E_NOT_FOUND) {
        r = li_row_find(ctx, record, conn, tenant, delivery->case_id, &row);
        *ret_path = r ? LI_S("") : row.area_path;
        r = r ? r : of_row(ctx, record, conn, tenant, message, &row, ret);
    }
    return r;
}

static int set_time(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                    const struct li_quiet *quiet, struct li_str path, int64_t now,
                    struct li_letter *letter)
{
    int64_t until;
    int r = li_emergency_runs(ctx, conn, tenant, path, now, &letter->urgent);

    if (r || letter->urgent) {
        return r;
    }
    until = li_quiet_until(quiet, letter->until > now ? letter->until : now);
    letter->fate = until > now ? LI_LETTER_WAITS : LI_LETTER_GOES;
    letter->until = until;
    return 0;
}

int li_delivery_letter(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                       const struct li_delivery *delivery, int64_t now, struct li_letter *ret)
{
    struct li_letter letter = {.fate = LI_LETTER_GOES};
    struct li_message message = {.seen_at = 0};
    struct li_quiet quiet = {.on = false};
    struct li_str path = {0};
    int r = find_message(ctx, conn, delivery, &message);

    r = r ? r : li_setting_messages(ctx, conn, delivery->tenant, &quiet);
    letter.told_at = message.told_at;
    if (r == 0 && quiet.on && !message.seen_at && now - delivery->since < LI_DELIVERY_STALE) {
        r = write_letter(ctx, record, conn, delivery, &message, &letter, &path);
    }
    if (r == 0 && letter.to.len && letter.text.zh.ptr) {
        r = set_time(ctx, conn, delivery->tenant, &quiet, path, now, &letter);
    } else {
        letter.fate = LI_LETTER_FALLS;
    }
    if (r == 0 || r == -LI_E_NOT_FOUND) {
        *ret = letter;
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

/* ---- put down and taken back ------------------------------------------------------------- */

int li_delivery_put(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id, int64_t no)
{
    struct li_quiet quiet;
    int r = li_setting_messages(ctx, tx->conn, tx->tenant, &quiet);

    return r || !quiet.on ? r
                          : li_exec(ctx, tx->conn, &delivery_insert,
                                    LI_ARGS(li_v(tx->tenant),
                                            li_v(li_id_next(li_record_ids(tx->record), ctx->clock)),
                                            li_v(case_id), li_v(no), li_v(tx->now)),
                                    NULL);
}

int li_delivery_drop(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id, int64_t no)
{
    return li_exec(ctx, tx->conn, &delivery_drop,
                   LI_ARGS(li_v(tx->tenant), li_v(case_id), li_v(no)), NULL);
}

/* ---- message.delivered ------------------------------------------------------------------- */

static int delivered_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                            void **ret_plan)
{
    const struct li_delivered_args *given = args;
    struct li_delivery now;
    int r = find(ctx, tx, given->delivery->id, "waiting", &now);

    if (r == -LI_E_NOT_FOUND || (r == 0 && now.tries != given->delivery->tries)) {
        return LI_FAIL(ctx, LI_E_STATE, "the delivery is not what it was");
    }
    *ret_plan = (void *)(uintptr_t)given;
    return r;
}

static int delivered_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                           struct li_outcome *ret)
{
    const struct li_delivered_args *given = plan;
    const struct li_delivery *delivery = given->delivery;
    const char *state = given->what == LI_DELIVERED_DEAD ? "dead" : "waiting";

    ret->entity = delivery->id;
    if (given->what == LI_DELIVERED_OVER) {
        return li_exec(ctx, tx->conn, &delivery_over, LI_ARGS(li_v(tx->tenant), li_v(delivery->id)),
                       NULL);
    }
    return li_exec(ctx, tx->conn, &delivery_set,
                   LI_ARGS(li_v(tx->tenant), li_v(delivery->id), li_v_text(li_str(state)),
                           li_v(given->what == LI_DELIVERED_DEAD ? tx->now : given->at),
                           li_v(delivery->tries + given->tried),
                           li_v(given->tried ? given->answer : delivery->answer)),
                   NULL);
}

const struct li_command li_message_delivered = {
    .name = "message.delivered",
    .working = true,
    .decide = delivered_decide,
    .write = delivered_write,
};

/* ---- message.again ----------------------------------------------------------------------- */

static int again_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    const struct li_message_again_args *given = args;
    struct li_delivery found;
    int r = find(ctx, tx, given->id, "dead", &found);

    *ret_plan = (void *)(uintptr_t)given;
    return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_NOT_FOUND, "no message was tried in vain") : r;
}

static int again_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    const struct li_message_again_args *given = plan;

    ret->entity = given->id;
    return li_exec(ctx, tx->conn, &delivery_again,
                   LI_ARGS(li_v(tx->tenant), li_v(given->id), li_v(tx->now)), NULL);
}

const struct li_command li_message_again = {
    .name = "message.again",
    .working = true,
    .decide = again_decide,
    .write = again_write,
};
