/*
 * A round of messages that leave the house; see gateway.h.
 *
 * A message is handed over, then its delivery is ended: whoever dies in between hands it over again
 * under the same id.  Of several servers one sends at a time.
 */
#include "base/id.h"
#include "base/json.h"
#include "base/log.h"
#include "base/time.h"
#include "case/delivery.h"
#include "record/history.h"
#include "record/tenant.h"
#include "work/inside.h"

#define ROUND 200

/* Before the second try, the third, …; after the last it rests until somebody asks again. */
static const int64_t pauses[] = {LI_MINUTE,   5 * LI_MINUTE, 30 * LI_MINUTE, 2 * LI_HOUR,
                                 6 * LI_HOUR, 12 * LI_HOUR,  24 * LI_HOUR};

static void put_texts(struct li_json *json, const char *key, const struct li_texts *texts)
{
    li_json_key(json, key);
    li_json_open_map(json);
    li_json_put_text(json, "en", texts->en.ptr ? texts->en : LI_S(""));
    li_json_put_text(json, "zh", texts->zh);
    li_json_close_map(json);
}

static int write_body(struct li_ctx *ctx, struct li_str slug, const char *id,
                      const struct li_letter *letter, struct li_str *ret)
{
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_put_text(&json, "id", li_str(id));
    li_json_put_text(&json, "number", letter->number);
    li_json_put_text(&json, "tenant", slug);
    put_texts(&json, "text", &letter->text);
    put_texts(&json, "title", &letter->title);
    li_json_put_text(&json, "to", letter->to);
    li_json_put_time(&json, "told_at", letter->told_at);
    li_json_put_bool(&json, "urgent", letter->urgent);
    return li_json_finish(ctx, &json, ret);
}

/* What a status means.  A request that is wrong does not get better by being sent again. */
static void judge(struct li_work *work, const struct li_delivery *delivery, long status,
                  struct li_delivered_args *ret)
{
    bool refused = status >= 400 && status < 500 && status != 408 && status != 425 && status != 429;

    ret->tried = true;
    ret->answer = status;
    if (status >= 200 && status < 300) {
        ret->what = LI_DELIVERED_OVER;
    } else if (refused || delivery->tries >= (int64_t)(sizeof(pauses) / sizeof(pauses[0]))) {
        ret->what = LI_DELIVERED_DEAD;
    } else {
        ret->what = LI_DELIVERED_LATER;
        ret->at = li_now(work->clock) + pauses[delivery->tries];
    }
}

static int send_one(struct li_ctx *ctx, struct li_work *work, const struct li_delivery *delivery,
                    const struct li_letter *letter, struct li_delivered_args *ret)
{
    const struct li_tenant *tenant = li_tenant_by_id(work->house->record, delivery->tenant);
    char id[LI_ID_TEXT + 1];
    struct li_str body;
    long status = 0;
    int r;

    li_id_format(delivery->id, id);
    r = write_body(ctx, tenant ? tenant->slug : LI_S(""), id, letter, &body);
    r = r ? r
          : li_gateway_post(ctx, work->gateway, id, li_now(work->clock) / LI_SECOND, body, &status);
    if (r == 0) {
        judge(work, delivery, status, ret);
        li_log(ret->what == LI_DELIVERED_OVER ? LI_LOG_INFO : LI_LOG_WARN, "work.message",
               "tenant=%lld delivery=%s status=%ld try=%lld%s", (long long)delivery->tenant, id,
               status, (long long)delivery->tries + 1,
               ret->what == LI_DELIVERED_DEAD ? " given_up=true" : "");
    }
    return r;
}

static int one(struct li_ctx *ctx, struct li_work *work, struct li_conn *conn,
               const struct li_delivery *delivery, bool *ret_moved)
{
    static const struct li_viewer viewer = {.kind = LI_VIEWER_SYSTEM};
    struct li_record *record = work->house->record;
    struct li_delivered_args args = {.delivery = delivery, .what = LI_DELIVERED_OVER};
    struct li_job job = {.ctx = ctx,
                         .tenant = delivery->tenant,
                         .command = &li_message_delivered,
                         .args = &args,
                         .viewer = &viewer};
    struct li_letter letter;
    struct li_head head;
    int r = li_head_read(ctx, conn, delivery->tenant, &head);

    if (r || head.closed) {
        return r; /* it is sent where the tenant is now */
    }
    r = li_delivery_letter(ctx, record, conn, delivery, li_now(work->clock), &letter);
    if (r == 0 && letter.fate == LI_LETTER_WAITS) {
        args.what = LI_DELIVERED_LATER;
        args.at = letter.until;
    } else if (r == 0 && letter.fate == LI_LETTER_GOES) {
        r = send_one(ctx, work, delivery, &letter, &args);
    }
    r = r ? r : li_run(record, &job);
    *ret_moved = *ret_moved || r == 0;
    return r == -LI_E_STATE ? 0 : r;
}

int li_work_deliver(struct li_ctx *ctx, struct li_work *work, bool *ret_moved)
{
    struct li_arena *arena = li_arena_new(0);
    struct li_delivery *ready = NULL;
    struct li_conn *conn;
    struct li_ctx own;
    bool given = false, moved = false;
    size_t count = 0;
    int r = arena ? li_store_reader(ctx, work->house->store, &conn)
                  : LI_FAIL(ctx, LI_E_NOMEM, "no memory for messages");

    if (r) {
        li_arena_free(arena);
        return r;
    }
    li_ctx_init(&own, arena, work->clock, work->random);
    r = li_conn_claim(ctx, conn, LI_S("messages"), &given);
    r = r || !given ? r : li_delivery_ready(ctx, conn, li_now(work->clock), ROUND, &ready, &count);
    for (size_t i = 0; r == 0 && i < count && !li_work_wait(work, 0); i++) {
        if (one(&own, work, conn, &ready[i], &moved)) {
            li_log_error(&own, "work.message");
        }
        li_ctx_clear(&own);
        li_arena_reset(arena);
    }
    if (given) {
        li_conn_unclaim(conn, LI_S("messages"));
    }
    li_store_reader_back(work->house->store, conn);
    li_arena_free(arena);
    *ret_moved = moved;
    return r;
}
