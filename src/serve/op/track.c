/*
 * What became of a report, as a page for who holds its tracking code: where it
 * stands in words a resident understands, and what they may do now.
 */
#include "base/id.h"
#include "serve/op/op.h"
#include "serve/page/offer.h"

/* The four steps people are shown, and which one a state belongs to.  A state
 * that is not here has words of its own playbook and no place on the line. */
static const struct stage {
    struct li_str state;
    int step; /* 0 received, 1 in hand, 2 checked, 3 closed; -1 the line is not shown */
} stages[] = {
    {LI_S_INIT("nearby"), 0},    {LI_S_INIT("on_spot"), 1},  {LI_S_INIT("received"), 0},
    {LI_S_INIT("filed"), 0},     {LI_S_INIT("handling"), 1}, {LI_S_INIT("shelved"), 1},
    {LI_S_INIT("hard_case"), 1}, {LI_S_INIT("checking"), 2}, {LI_S_INIT("revisiting"), 2},
    {LI_S_INIT("closed"), 3},
};

static int step_of(struct li_str state)
{
    for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
        if (li_str_eq(stages[i].state, state)) {
            return stages[i].step;
        }
    }
    return -1;
}

static void put_rail(struct li_request *request, struct li_node *data, const struct li_state *state)
{
    static const char *const words[] = {"rail_1", "rail_2", "rail_3", "rail_4"};
    struct li_node *rail = li_page_list(request, data, "rail");
    int now = step_of(state->name);

    for (int i = 0; i < 4; i++) {
        struct li_node *item = li_page_item(request, rail);
        li_page_text(request, item, "label", li_page_word(request, words[i]));
        li_page_bool(request, item, "is_past", i < now || (i == now && state->end));
        li_page_bool(request, item, "is_now", i == now && !state->end);
    }
    li_page_bool(request, data, "has_rail", now >= 0);
}

/* Where it stands: in a resident's words where there are some. */
static void put_state(struct li_request *request, struct li_node *data,
                      const struct li_view_case *seen)
{
    const struct li_state *state = &seen->row.playbook->machines[0].states[seen->row.state];
    struct li_str heading = li_page_word_of(request, "state", state->name);
    struct li_str word = li_strf(&request->ctx, "%.*s_text", LI_P(state->name));

    if (heading.ptr) {
        li_page_text(request, data, "heading", heading);
        li_page_text(request, data, "sentence", li_page_word_of(request, "state", word));
    } else {
        li_page_texts(request, data, "heading", state->label);
    }
    li_page_text(request, data, "state_name", state->name);
    li_page_bool(request, data, "closed", state->end);
    put_rail(request, data, state);
}

static void put_values(struct li_request *request, struct li_node *map, const char *key,
                       const struct li_view_value *values, size_t count)
{
    struct li_node *list = li_page_list(request, map, key);

    for (size_t i = 0; i < count; i++) {
        if (values[i].field->type == LI_FIELD_PHOTOS) {
            continue; /* shown as pictures */
        }
        struct li_node *item = li_page_item(request, list);
        li_page_texts(request, item, "label", values[i].field->label);
        li_page_texts(request, item, "text", values[i].text);
    }
}

/* Newest first: what happened last is what people came to read. */
static void put_steps(struct li_request *request, struct li_node *data,
                      const struct li_view_case *seen)
{
    struct li_node *steps = li_page_list(request, data, "steps");

    for (size_t i = seen->entry_count; i-- > 0;) {
        const struct li_view_entry *entry = &seen->entries[i];
        struct li_node *step = li_page_item(request, steps);
        li_page_time(request, step, "at", entry->at);
        li_page_texts(request, step, "label", entry->label);
        li_page_texts(request, step, "by", entry->by);
        put_values(request, step, "texts", entry->values, entry->value_count);
    }
    li_page_int(request, data, "step_count", (int64_t)seen->entry_count);
}

/* What it is about: what was chosen on the form, else what the programme is called. */
static void put_subject(struct li_request *request, struct li_node *data,
                        const struct li_view_case *seen)
{
    struct li_texts subject = seen->row.playbook->title;

    for (size_t i = seen->value_count; i-- > 0;) {
        struct li_str name = seen->values[i].field->name;
        if (li_str_is(name, "topic") || li_str_is(name, "kind")) {
            subject = seen->values[i].text;
        }
        if (li_str_is(name, "topic")) {
            break;
        }
    }
    li_page_texts(request, data, "subject", subject);
}

/* ---- who answers for it ---------------------------------------------------- */

static struct li_str join(struct li_request *request, struct li_str list, struct li_str one)
{
    const char *gap = !list.len ? "" : request->ctx.lang == LI_EN ? ", " : "、";

    return li_strf(&request->ctx, "%.*s%s%.*s", LI_P(list), gap, LI_P(one));
}

/* A post by its area, a task by its unit; persons are never named. */
static void put_who(struct li_request *request, struct li_node *data,
                    const struct li_view_case *seen)
{
    const struct li_view_owner *owner = &seen->owner;
    struct li_str who = LI_S("");

    for (size_t i = 0; i < seen->part_count; i++) {
        const struct li_view_part *part = &seen->parts[i];
        if (!part->state->end && part->owner.has_organization) {
            who = join(request, who, part->owner.organization.name);
        }
    }
    if (!who.len && owner->some && !owner->vacant && owner->post) {
        const char *post = request->ctx.lang == LI_EN ? owner->post->en : owner->post->zh;
        who = li_strf(&request->ctx, "%.*s · %s", LI_P(owner->area.name), post);
    }
    li_page_text(request, data, "who", who);
}

/* The earliest deadline: the case's own, else that of a task. */
static void put_due(struct li_request *request, struct li_node *data,
                    const struct li_view_case *seen)
{
    struct li_case_clock clock = seen->row.clock;

    for (size_t i = 0; !clock.due_at && i < seen->part_count; i++) {
        if (!seen->parts[i].state->end) {
            clock = seen->parts[i].clock;
        }
    }
    li_page_due(request, data, "due", clock.due_at);
    li_page_bool(request, data, "overdue", clock.overdue);
}

static void put_photos(struct li_request *request, struct li_node *data,
                       const struct li_view_case *seen)
{
    struct li_node *list = li_page_list(request, data, "photos");
    bool some = false;

    for (size_t i = 0; i < seen->photo_count; i++) {
        const struct li_view_photo *photo = &seen->photos[i];
        if (!li_view_shows_photo(seen, photo->no)) {
            continue;
        }
        struct li_node *item = li_page_item(request, list);
        struct li_str number = li_strf(&request->ctx, "%lld", (long long)photo->no);
        struct li_str address =
            li_strf(&request->ctx,
                    "/api/v1/%.*s/progress/%.*s/photos/%.*s?size=", LI_P(request->tenant->slug),
                    LI_P(li_request_text(request, "tracking")), LI_P(number));
        li_page_text(request, item, "thumb", li_strf(&request->ctx, "%.*sthumb", LI_P(address)));
        li_page_text(request, item, "full", li_strf(&request->ctx, "%.*sfull", LI_P(address)));
        li_page_text(request, item, "label",
                     li_page_filled(request, "progress_photo", "{n}", number));
        li_page_int(request, item, "width", photo->width);
        li_page_int(request, item, "height", photo->height);
        some = true;
    }
    li_page_bool(request, data, "has_photos", some);
}

static void put_problem(struct li_request *request, struct li_node *data)
{
    const struct li_error_info *info = li_error_info(LI_E_INVALID);
    struct li_node *problem = li_page_map(request, data, "problem");

    li_page_text(request, problem, "title",
                 li_str(request->ctx.lang == LI_EN ? info->en : info->zh));
    li_page_text(request, problem, "detail", li_page_word(request, "report_fix"));
}

static int show(struct li_request *request, int status, struct li_view_case *seen)
{
    struct li_view view = li_request_view(request);
    struct li_str tracking = li_request_text(request, "tracking");
    struct li_str host = li_request_header(request, "Host");
    struct li_node *data = li_page_new(request);
    int r = li_view_responsible(&request->ctx, &view, seen);

    if (r) {
        return r;
    }
    put_state(request, data, seen);
    put_subject(request, data, seen);
    put_who(request, data, seen);
    put_due(request, data, seen);
    li_page_text(request, data, "number", seen->row.number);
    li_page_text(request, data, "area", seen->area.name);
    li_page_time(request, data, "opened", seen->row.opened_at);
    li_page_int(request, data, "followers", seen->row.followers);
    put_values(request, data, "fields", seen->values, seen->value_count);
    put_photos(request, data, seen);
    put_steps(request, data, seen);
    li_page_offers(request, data, seen);
    if (status != 200) {
        put_problem(request, data);
    }
    li_page_bool(request, data, "fresh", status == 200 && seen->entry_count == 1);
    li_page_text(request, data, "tracking", tracking);
    li_page_text(request, data, "url",
                 li_strf(&request->ctx, "%s://%.*s%.*s",
                         li_request_https(request) ? "https" : "http", LI_P(host),
                         LI_P(request->path)));
    return li_page_render(request, status, "progress", data);
}

static int see(struct li_request *request, struct li_view_case *ret)
{
    struct li_view view = li_request_view(request);
    uint8_t token[16];

    if (!li_base32_parse(li_request_text(request, "tracking"), token, sizeof(token))) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such tracking code");
    }
    return li_view_progress(&request->ctx, &view, token, ret);
}

int li_op_page_progress(struct li_request *request)
{
    struct li_view_case seen;
    int r;

    li_op_lang(request);
    r = see(request, &seen);
    return r ? r : show(request, 200, &seen);
}

/* ---- sent ------------------------------------------------------------------ */

static const struct li_field *photos_of(const struct li_playbook *playbook,
                                        const struct li_action *action)
{
    for (size_t i = 0; i < action->need_count + action->ask_count; i++) {
        size_t ask = i - action->need_count;
        int place = i < action->need_count ? action->needs[i] : action->asks[ask];
        if (playbook->fields[place].type == LI_FIELD_PHOTOS) {
            return &playbook->fields[place];
        }
    }
    return NULL;
}

int li_op_submit_progress(struct li_request *request)
{
    struct li_case_act_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_str action = li_node_text(request->body, "action");
    struct li_str lang = li_node_text(request->body, "lang");
    const struct li_playbook *playbook;
    struct li_node *fields = NULL;
    struct li_view_case seen;
    int r, place;

    request->ctx.lang = lang.ptr ? (li_str_is(lang, "en") ? LI_EN : LI_ZH) : request->ctx.lang;
    r = args ? see(request, &seen) : -LI_E_NOMEM;
    if (r) {
        return r;
    }
    playbook = seen.row.playbook;
    place = li_playbook_action(playbook, action);
    if (place < 0) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such action");
    }
    r = li_page_gather(request, playbook, &playbook->actions[place], &fields);
    if (r == -LI_E_INVALID) {
        return show(request, 422, &seen);
    }
    r = r ? r : li_op_party(request);
    if (r) {
        return r;
    }
    *args = (struct li_case_act_args){.id = seen.row.id, .action = action, .fields = fields};
    li_request_job(request, &li_case_act, args, li_node_text(request->body, "key"));
    return li_op_send_form(request, photos_of(playbook, &playbook->actions[place]), fields, args);
}

int li_op_submit_progress_done(struct li_request *request)
{
    const struct li_op_form *form = request->state;
    const char *lang = request->ctx.lang == LI_EN ? "?lang=en" : "?lang=zh";
    struct li_view_case seen;

    if (form->refused) {
        int r = see(request, &seen);
        return r ? r : show(request, 422, &seen);
    }
    return li_reply_see(request,
                        li_strf(&request->ctx, "/%.*s/progress/%.*s%s", LI_P(request->tenant->slug),
                                LI_P(li_request_text(request, "tracking")), lang));
}
