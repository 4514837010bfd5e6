/* Rhythms: what opens of itself, read by staff, let run and stopped by the administrator. */
#include "case/rhythm.h"
#include "base/time.h"
#include "serve/op/op.h"
#include "view/json.h"

#include <stdio.h>

#define PAST 14 /* windows told of each */

static int put_past(struct li_request *request, struct li_json *json, int64_t id)
{
    struct li_rhythm_past *past = NULL;
    size_t count = 0;
    int r =
        li_rhythm_past(&request->ctx, request->conn, request->tenant->id, id, PAST, &past, &count);

    li_json_key(json, "past");
    li_json_open_list(json);
    for (size_t i = 0; i < count; i++) {
        struct li_civil date = li_civil_at(li_day_start(past[i].day));
        char day[32];
        snprintf(day, sizeof(day), "%04d-%02d-%02d", date.year, date.month, date.day);
        li_json_open_map(json);
        li_json_put_text(json, "day", li_str(day));
        li_json_put_int(json, "planned", past[i].planned);
        li_json_put_int(json, "opened", past[i].opened);
        li_json_put_int(json, "missed", past[i].missed);
        li_json_close_map(json);
    }
    li_json_close_list(json);
    return r;
}

static int put_area(struct li_request *request, struct li_json *json, struct li_str path)
{
    struct li_area area;
    int r;

    if (path.len == 0) {
        return 0;
    }
    li_json_key(json, "area");
    r = li_area_at(&request->ctx, request->conn, request->tenant->id, path, &area);
    if (r == 0) {
        li_put_area(json, &area);
    }
    return r;
}

/* How it goes, in both languages. */
static int put_sentence(struct li_request *request, struct li_json *json,
                        const struct li_rhythm *rhythm)
{
    struct li_ctx *ctx = &request->ctx;
    const enum li_lang lang = ctx->lang, langs[] = {LI_ZH, LI_EN};
    struct li_buf *buf[2] = {li_buf_new(ctx, 0), li_buf_new(ctx, 0)};
    int r = buf[0] && buf[1] ? 0 : -LI_E_NOMEM;

    for (int i = 0; r == 0 && i < 2; i++) {
        ctx->lang = langs[i];
        r = li_rhythm_say(ctx, rhythm, buf[i]);
    }
    ctx->lang = lang;
    if (r == 0) {
        li_put_texts(json, "rule",
                     (struct li_texts){.zh = li_buf_view(buf[0]), .en = li_buf_view(buf[1])});
    }
    return r;
}

/* A row whose playbook has it no more is told no more. */
static int put_rhythm(struct li_request *request, struct li_json *json,
                      const struct li_rhythm_row *row)
{
    const struct li_playbook *playbook;
    int place, r = li_op_playbook(request, row->playbook, &playbook);

    place = r ? -1 : li_playbook_rhythm(playbook, row->name);
    if (r || place < 0) {
        return r;
    }
    li_json_open_map(json);
    li_json_put_text(json, "playbook", row->playbook);
    li_put_texts(json, "title", playbook->title);
    li_json_put_text(json, "name", row->name);
    li_put_texts(json, "label", playbook->rhythms[place].label);
    r = put_sentence(request, json, &playbook->rhythms[place]);
    li_json_put_bool(json, "runs", row->runs);
    r = r ? r : put_area(request, json, row->area_path);
    li_put_time(json, "next_at", row->next_at);
    r = r ? r : put_past(request, json, row->id);
    li_json_close_map(json);
    return r;
}

static int reply(struct li_request *request)
{
    struct li_rhythm_row *rows = NULL;
    struct li_json json;
    size_t count = 0;
    int r = li_rhythm_list(&request->ctx, request->conn, request->tenant->id, &rows, &count);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_key(&json, "items");
    li_json_open_list(&json);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = put_rhythm(request, &json, &rows[i]);
    }
    li_json_close_list(&json);
    li_json_close_map(&json);
    return r ? r : li_reply_end(request);
}

int li_op_list_rhythms(struct li_request *request)
{
    return reply(request);
}

int li_op_set_rhythm(struct li_request *request)
{
    const struct li_node *runs = li_node_get(request->body, "runs");
    struct li_rhythm_set_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? li_op_over_tenant(request, "administrator") : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    *args = (struct li_rhythm_set_args){
        .playbook = li_request_text(request, "playbook"),
        .name = li_request_text(request, "rhythm"),
        .runs = runs && runs->flag,
        .area = li_node_text(request->body, "area"),
    };
    li_request_job(request, &li_rhythm_set, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_set_rhythm_done(struct li_request *request)
{
    return reply(request);
}
