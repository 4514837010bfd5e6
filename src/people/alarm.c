/*
 * The commands of a declared emergency: it is declared, ended early, and told of.
 *
 * What is told lies sealed in the vault under the emergency, each word with a due row
 * that erases it, so that nothing of it is left but a commitment that says nothing.  The
 * history entry of a word therefore names neither the turn nor who told it.
 */
#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "people/emergency.h"
#include "people/inside.h"
#include "record/due.h"
#include "record/vault.h"

LI_SQL(emergency_insert, "insert into emergency (tenant, id, area_path, declared_by, since, until, "
                         "erase_at) values ($1, $2, $3, $4, $5, $6, $7)");
LI_SQL(emergency_over, "update emergency set until = $3, erase_at = $4 "
                       "where tenant = $1 and id = $2");

#define RULE LI_S("emergency: keep 30d")

static int64_t clock_now(const struct li_tx *tx)
{
    return li_now(li_record_clock(tx->record));
}

/* ---- emergency.declare ---------------------------------------------------------------- */

struct declaring {
    struct li_new made; /* first: what the caller sees of a plan */
    const struct li_emergency_args *args;
    struct li_str area_path;
    int64_t since;
};

static int check_words(struct li_ctx *ctx, struct li_str text, size_t most, const char *where)
{
    size_t length = li_utf8_valid(text) ? li_utf8_length(text) : 0;

    if (length < 2) {
        return length ? li_fault(ctx, LI_FAULT_SHORT, li_str(where), LI_S("2"))
                      : li_fault(ctx, LI_FAULT_REQUIRED, li_str(where), LI_S(""));
    }
    return length > most ? li_fault(ctx, LI_FAULT_LONG, li_str(where), li_strf(ctx, "%zu", most))
                         : 0;
}

static int check_end(struct li_ctx *ctx, int64_t since, int64_t until)
{
    char limit[LI_TIME_TEXT];

    if (until <= since) {
        li_time_format(since, limit);
        return li_fault(ctx, LI_FAULT_SMALL, LI_S("/until"), li_str(limit));
    }
    if (until > since + LI_EMERGENCY_MOST) {
        li_time_format(since + LI_EMERGENCY_MOST, limit);
        return li_fault(ctx, LI_FAULT_GREAT, LI_S("/until"), li_str(limit));
    }
    return 0;
}

/* One at a time at an area, so that it is plain which list counts. */
static int check_alone(struct li_ctx *ctx, const struct li_tx *tx, struct li_str area_path,
                       int64_t now)
{
    struct li_emergency *all;
    size_t count = 0;
    int r = li_emergency_list(ctx, tx->record, tx->conn, tx->tenant, now, &all, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        if (all[i].until > now && li_str_eq(all[i].area_path, area_path)) {
            r = LI_FAIL(ctx, LI_E_STATE, "an emergency is declared there already");
        }
    }
    return r;
}

static int declare_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                          void **ret_plan)
{
    struct declaring *declaring = li_alloc(ctx, sizeof(*declaring));
    int r = declaring ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    *declaring = (struct declaring){.args = args, .since = clock_now(tx)};
    r = check_words(ctx, declaring->args->basis, 200, "/basis");
    r = r ? r : check_words(ctx, declaring->args->reason, 500, "/reason");
    r = r ? r : check_end(ctx, declaring->since, declaring->args->until);
    r = r ? r : li_people_place(ctx, tx, declaring->args->area_code, &declaring->area_path);
    r = r ? r : check_alone(ctx, tx, declaring->area_path, declaring->since);
    declaring->made.id = li_id_next(li_record_ids(tx->record), ctx->clock);
    *ret_plan = declaring;
    return r;
}

static int declare_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                         struct li_outcome *ret)
{
    const struct declaring *declaring = plan;
    const struct li_emergency_args *args = declaring->args;
    int64_t id = declaring->made.id;
    struct li_hash basis, reason;
    struct li_json json;
    int r = li_exec(ctx, tx->conn, &emergency_insert,
                    LI_ARGS(li_v(tx->tenant), li_v(id), li_v_text(declaring->area_path),
                            li_v(tx->viewer->person), li_v(declaring->since), li_v(args->until),
                            li_v(args->until + LI_EMERGENCY_KEPT)),
                    NULL);

    r = r ? r : li_vault_put(ctx, tx, id, 0, LI_S("basis"), args->basis, false, &basis);
    r = r ? r : li_vault_put(ctx, tx, id, 1, LI_S("reason"), args->reason, false, &reason);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_text(&json, "area", declaring->area_path);
    li_json_key(&json, "basis");
    li_vault_refer(&json, tx, 0, &basis);
    li_json_put_int(&json, "erase_at", args->until + LI_EMERGENCY_KEPT);
    li_json_key(&json, "reason");
    li_vault_refer(&json, tx, 1, &reason);
    li_json_put_int(&json, "since", declaring->since);
    li_json_put_int(&json, "until", args->until);
    ret->entity = id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_emergency_declare = {
    .name = "emergency.declare", .decide = declare_decide, .write = declare_write};

/* ---- emergency.end ---------------------------------------------------------------------- */

/* One that runs at `now`. */
static int find_running(struct li_ctx *ctx, const struct li_tx *tx, int64_t id, int64_t now,
                        struct li_emergency *ret)
{
    int r = li_emergency_find(ctx, tx->record, tx->conn, tx->tenant, id, ret);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such emergency");
    }
    return r == 0 && ret->until <= now ? LI_FAIL(ctx, LI_E_STATE, "the emergency is over") : r;
}

static int end_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    const struct li_emergency_end_args *end = args;
    struct li_emergency *plan = li_alloc(ctx, sizeof(*plan));
    int64_t now = clock_now(tx);
    int r = plan ? find_running(ctx, tx, end->emergency, now, plan) : -LI_E_NOMEM;

    if (r == 0) {
        plan->until = now;
        plan->erase_at = now + LI_EMERGENCY_KEPT;
        *ret_plan = plan;
    }
    return r;
}

/* What was told goes earlier too. */
static int erase_sooner(struct li_ctx *ctx, const struct li_tx *tx,
                        const struct li_emergency *emergency)
{
    struct li_due *rows;
    size_t count = 0;
    int r = li_due_below(ctx, tx->conn, tx->tenant, emergency->id, INT64_MAX, &rows, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        rows[i].at = emergency->erase_at;
        r = li_due_set(ctx, tx, &rows[i]);
    }
    return r;
}

static int end_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    const struct li_emergency *emergency = plan;
    struct li_json json;
    int r = li_exec(ctx, tx->conn, &emergency_over,
                    LI_ARGS(li_v(tx->tenant), li_v(emergency->id), li_v(emergency->until),
                            li_v(emergency->erase_at)),
                    NULL);

    r = r ? r : erase_sooner(ctx, tx, emergency);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_int(&json, "erase_at", emergency->erase_at);
    li_json_put_int(&json, "until", emergency->until);
    ret->entity = emergency->id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_emergency_end = {
    .name = "emergency.end", .decide = end_decide, .write = end_write};

/* ---- emergency.tell ---------------------------------------------------------------------- */

struct telling {
    const struct li_emergency_tell_args *args;
    struct li_emergency emergency;
    int64_t at;
};

static int check_time(struct li_ctx *ctx, const struct telling *telling, int64_t now)
{
    char limit[LI_TIME_TEXT];

    if (telling->at < telling->emergency.since) {
        li_time_format(telling->emergency.since, limit);
        return li_fault(ctx, LI_FAULT_SMALL, LI_S("/at"), li_str(limit));
    }
    if (telling->at > now) {
        li_time_format(now, limit);
        return li_fault(ctx, LI_FAULT_GREAT, LI_S("/at"), li_str(limit));
    }
    return 0;
}

static int tell_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    struct telling *telling = li_alloc(ctx, sizeof(*telling));
    struct li_emergency_turn *turns;
    int64_t now = clock_now(tx);
    size_t count = 0, i = 0;
    int r = telling ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    *telling = (struct telling){.args = args};
    telling->at = telling->args->at ? telling->args->at : now;
    r = find_running(ctx, tx, telling->args->emergency, now, &telling->emergency);
    r = r ? r
          : li_emergency_turns(ctx, tx->record, tx->conn, tx->tenant, &telling->emergency, &turns,
                               &count);
    while (r == 0 && i < count && turns[i].shift.id != telling->args->shift) {
        i++;
    }
    if (r == 0 && i == count) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such turn on the list");
    }
    if (r == 0 && !li_emergency_may_tell(turns, count, &turns[i].shift, tx->viewer->person)) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "only they or the leader of their turn may");
    }
    *ret_plan = telling;
    return r ? r : check_time(ctx, telling, now);
}

static int word_of(struct li_ctx *ctx, const struct li_tx *tx, const struct telling *telling,
                   struct li_str *ret)
{
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_put_int(&json, "at", telling->at);
    li_json_put_int(&json, "by", tx->viewer->person);
    li_json_put_int(&json, "shift", telling->args->shift);
    li_json_put_int(&json, "word", telling->args->word);
    return li_json_finish(ctx, &json, ret);
}

static int tell_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    const struct telling *telling = plan;
    int64_t id = telling->emergency.id;
    struct li_hash commit;
    struct li_json json;
    struct li_str word;
    int r = word_of(ctx, tx, telling, &word);

    r = r ? r : li_vault_put(ctx, tx, id, 0, LI_S("told"), word, true, &commit);
    r = r ? r : li_vault_erase_later(ctx, tx, id, 0, RULE, telling->emergency.erase_at);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_key(&json, "told");
    li_vault_refer(&json, tx, 0, &commit);
    ret->entity = id;
    ret->actor = LI_S("duty"); /* who told goes with what was told */
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_emergency_tell = {
    .name = "emergency.tell", .decide = tell_decide, .write = tell_write};
