/* Messages to who reported a case; see message.h. */
#include "case/message.h"

#include "base/grow.h"
#include "case/delivery.h"
#include "case/inside.h"

LI_SQL(message_last, "select coalesce(max(no), 0) from message where tenant = $1 and case_id = $2");
LI_SQL(message_insert, "insert into message (tenant, case_id, no, what, told_at) "
                       "values ($1, $2, $3, $4, $5)");
LI_SQL(message_delete, "delete from message where tenant = $1 and case_id = $2 and no = $3");
LI_SQL(message_all, "select no, what, told_at, seen_at from message "
                    "where tenant = $1 and case_id = $2 order by no desc limit $3");
LI_SQL(message_see, "update message set seen_at = $4 "
                    "where tenant = $1 and case_id = $2 and no <= $3 and seen_at is null");
LI_SQL(message_reporter, "select no from party where tenant = $1 and case_id = $2 and no = 1");

/* ---- read -------------------------------------------------------------------------------- */

int li_message_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                    struct li_message **ret, size_t *ret_count)
{
    struct li_message *all = NULL;
    size_t count = 0, cap = 0;
    struct li_rows *rows;
    int r = li_query(ctx, conn, &message_all,
                     LI_ARGS(li_v(tenant), li_v(case_id), li_v((int64_t)LI_MESSAGES)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        struct li_message *more = li_grow(ctx, all, count, &cap, sizeof(*all));
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        all = more;
        all[count++] = (struct li_message){.no = li_col_i64(rows, 0),
                                           .what = li_str_dup(ctx, li_col_str(rows, 1)),
                                           .told_at = li_col_i64(rows, 2),
                                           .seen_at = li_col_i64(rows, 3)};
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

static const struct {
    const char *what;
    struct li_texts says;
} notices[] = {
    {LI_NOTICE_SOON,
     {LI_S_INIT("账上有一部分三十天内到期，到期自动作废，请在到期前使用"),
      LI_S_INIT("Part of what you have expires within thirty days; please use it before")}},
    {LI_NOTICE_OVER,
     {LI_S_INIT("账上有一部分已经到期作废，明细见存折"),
      LI_S_INIT("Part of what you had has expired; your statement says how much")}},
};

static struct li_texts notice_texts(struct li_str what)
{
    for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++) {
        if (li_str_is(what, notices[i].what)) {
            return notices[i].says;
        }
    }
    return (struct li_texts){{.ptr = NULL}, {.ptr = NULL}};
}

/* Of a clock's step, as "STATE.PERCENT". */
static struct li_texts step_texts(const struct li_playbook *playbook, struct li_str what)
{
    struct li_str name = li_str_cut(&what, '.');
    const struct li_state *state = NULL;
    int64_t percent = 0;

    for (size_t i = 0; !state && i < playbook->machines[0].state_count; i++) {
        const struct li_state *one = &playbook->machines[0].states[i];
        state = li_str_eq(one->name, name) ? one : NULL;
    }
    if (!state || !what.ptr || !li_str_to_i64(what, &percent)) {
        return (struct li_texts){{.ptr = NULL}, {.ptr = NULL}};
    }
    for (size_t i = 0; i < state->overdue_count; i++) {
        if (state->overdue[i].percent == percent && state->overdue[i].says.zh.len) {
            return state->overdue[i].says;
        }
    }
    return state->label;
}

struct li_texts li_message_texts(const struct li_playbook *playbook,
                                 const struct li_message *message)
{
    const struct li_texts none = {{.ptr = NULL}, {.ptr = NULL}};
    int place;

    if (!playbook) {
        return notice_texts(message->what);
    }
    if (message->what.len && message->what.ptr[0] == '@') {
        return step_texts(playbook, li_str_n(message->what.ptr + 1, message->what.len - 1));
    }
    place = li_playbook_action(playbook, message->what);
    return place < 0                              ? none
           : playbook->actions[place].says.zh.len ? playbook->actions[place].says
                                                  : playbook->actions[place].label;
}

/* ---- told -------------------------------------------------------------------------------- */

static int last_no(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id, int64_t *ret)
{
    return li_query_i64(ctx, tx->conn, &message_last, LI_ARGS(li_v(tx->tenant), li_v(case_id)),
                        ret);
}

int li_message_put(struct li_ctx *ctx, const struct li_tx *tx, int64_t of, struct li_str what)
{
    int64_t no = 0;
    int r = last_no(ctx, tx, of, &no);

    r = r ? r
          : li_exec(
                ctx, tx->conn, &message_insert,
                LI_ARGS(li_v(tx->tenant), li_v(of), li_v(no + 1), li_v_text(what), li_v(tx->now)),
                NULL);
    return r ? r : li_delivery_put(ctx, tx, of, no + 1);
}

int li_message_tell(struct li_ctx *ctx, const struct li_tx *tx,
                    const struct li_effect_target *target)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, tx->conn, &message_reporter,
                         LI_ARGS(li_v(tx->tenant), li_v(target->case_id)), &rows);

    if (r) {
        return r == -LI_E_NOT_FOUND ? 0 : r;
    }
    li_rows_done(rows);
    return li_message_put(ctx, tx, target->case_id, target->what);
}

int li_message_untell(struct li_ctx *ctx, const struct li_tx *tx,
                      const struct li_effect_target *target)
{
    int64_t no = 0;
    int r = last_no(ctx, tx, target->case_id, &no);

    if (r || no == 0) {
        return r;
    }
    r = li_exec(ctx, tx->conn, &message_delete,
                LI_ARGS(li_v(tx->tenant), li_v(target->case_id), li_v(no)), NULL);
    return r ? r : li_delivery_drop(ctx, tx, target->case_id, no);
}

/* ---- case.seen --------------------------------------------------------------------------- */

static int seen_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct li_message_seen_args *seen = args;

    if (!li_case_is_reporter(tx->viewer, seen->case_id)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no messages for this viewer");
    }
    *ret_plan = (void *)(uintptr_t)seen;
    return 0;
}

static int seen_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    const struct li_message_seen_args *seen = plan;

    ret->entity = seen->case_id;
    return li_exec(ctx, tx->conn, &message_see,
                   LI_ARGS(li_v(tx->tenant), li_v(seen->case_id), li_v(seen->upto), li_v(tx->now)),
                   NULL);
}

const struct li_command li_message_seen = {
    .name = "case.seen",
    .working = true,
    .decide = seen_decide,
    .write = seen_write,
};
