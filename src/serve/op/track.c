/*
 * What became of a report, as a page for who holds its tracking code: where it
 * stands in words a resident understands, and what they may do now.
 */
#include <stdlib.h>

#include "base/id.h"
#include "base/time.h"
#include "case/message.h"
#include "serve/op/op.h"
#include "serve/page/offer.h"

/* The four steps people are shown, and which one a state belongs to.  A state
 * that is not here has words of its own playbook and no place on the line. */
static const struct stage {
    struct li_str state;
    int step; /* 0 received, 1 in hand, 2 checked, 3 closed; -1 the line is not shown */
} stages[] = {
    {LI_S_INIT("nearby"), 0},    {LI_S_INIT("on_spot"), 1},    {LI_S_INIT("received"), 0},
    {LI_S_INIT("filed"), 0},     {LI_S_INIT("handling"), 1},   {LI_S_INIT("shelved"), 1},
    {LI_S_INIT("hard_case"), 1}, {LI_S_INIT("ending"), 1},     {LI_S_INIT("spot_check"), 2},
    {LI_S_INIT("checking"), 2},  {LI_S_INIT("revisiting"), 2}, {LI_S_INIT("closed"), 3},
    {LI_S_INIT("unreached"), 3}, {LI_S_INIT("settled"), 3},
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

void li_op_put_values(struct li_request *request, struct li_node *map, const char *key,
                      const struct li_view_value *values, size_t count)
{
    struct li_node *list = li_page_list(request, map, key);

    for (size_t i = 0; i < count; i++) {
        if (li_field_is_files(values[i].field->type)) {
            continue; /* shown as pictures and links */
        }
        struct li_node *item = li_page_item(request, list);
        li_page_texts(request, item, "label", values[i].field->label);
        li_page_texts(request, item, "text", values[i].text);
    }
}

/* Files are fetched by the same door as the page: /api/v1/TENANT/DOOR/CODE. */
static struct li_str address_of(struct li_request *request, const char *kind,
                                const struct li_view_photo *file)
{
    bool is_pass = request->viewer.kind == LI_VIEWER_PASS;

    return li_strf(&request->ctx, "/api/v1/%.*s/%s/%.*s/%s/%lld", LI_P(request->tenant->slug),
                   is_pass ? "passes" : "progress",
                   LI_P(li_request_text(request, is_pass ? "pass" : "tracking")), kind,
                   (long long)file->no);
}

/* "PDF", "1.2 MB": what is behind a link, before anybody follows it. */
static void put_document(struct li_request *request, struct li_node *list,
                         const struct li_view_photo *file, const struct li_field *field)
{
    struct li_node *item = li_page_item(request, list);
    const char *kind = li_filetype_name(file->kind);
    char letters[16];
    size_t len = strlen(kind);
    int64_t tenths = (file->bytes * 10 + 1048575) / 1048576;

    for (size_t i = 0; i <= len && i < sizeof(letters); i++) {
        letters[i] = (char)(kind[i] >= 'a' && kind[i] <= 'z' ? kind[i] - 32 : kind[i]);
    }
    li_page_text(request, item, "url", address_of(request, "documents", file));
    li_page_texts(request, item, "label", field->label);
    li_page_text(request, item, "kind", li_str_dup(&request->ctx, li_str_n(letters, len)));
    li_page_text(
        request, item, "size",
        li_strf(&request->ctx, "%lld.%lld MB", (long long)(tenths / 10), (long long)(tenths % 10)));
}

static void put_photo(struct li_request *request, struct li_node *list,
                      const struct li_view_photo *photo)
{
    struct li_node *item = li_page_item(request, list);
    struct li_str number = li_strf(&request->ctx, "%lld", (long long)photo->no);
    struct li_str address =
        li_strf(&request->ctx, "%.*s?size=", LI_P(address_of(request, "photos", photo)));

    li_page_text(request, item, "thumb", li_strf(&request->ctx, "%.*sthumb", LI_P(address)));
    li_page_text(request, item, "full", li_strf(&request->ctx, "%.*sfull", LI_P(address)));
    li_page_text(request, item, "label", li_page_filled(request, "progress_photo", "{n}", number));
    li_page_int(request, item, "width", photo->width);
    li_page_int(request, item, "height", photo->height);
}

/* The photos among some values, as `list` (`has`: whether there are any), and the
 * documents, as "documents". */
void li_op_put_files(struct li_request *request, struct li_node *map, const char *list,
                     const char *has, const struct li_view_value *values, size_t count)
{
    struct li_node *photos = li_page_list(request, map, list);
    struct li_node *documents = li_page_list(request, map, "documents");
    bool some = false, files = false;

    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < values[i].photo_count; k++) {
            const struct li_view_photo *file = &values[i].photos[k];
            if (file->kind == LI_FILETYPE_PHOTO) {
                put_photo(request, photos, file);
                some = true;
            } else {
                put_document(request, documents, file, values[i].field);
                files = true;
            }
        }
    }
    li_page_bool(request, map, has, some);
    li_page_bool(request, map, "has_documents", files);
}

/* Newest first: what happened last is what people came to read. */
void li_op_put_steps(struct li_request *request, struct li_node *data,
                     const struct li_view_case *seen)
{
    struct li_node *steps = li_page_list(request, data, "steps");

    for (size_t i = seen->entry_count; i-- > 0;) {
        const struct li_view_entry *entry = &seen->entries[i];
        struct li_node *step = li_page_item(request, steps);
        li_page_time(request, step, "at", entry->at);
        li_page_texts(request, step, "label", entry->label);
        li_page_texts(request, step, "by", entry->by);
        li_op_put_values(request, step, "texts", entry->values, entry->value_count);
        li_op_put_files(request, step, "pictures", "has_pictures", entry->values,
                        entry->value_count);
    }
    li_page_int(request, data, "step_count", (int64_t)seen->entry_count);
    if (seen->entry_count) {
        char at[LI_TIME_TEXT];
        li_time_format(li_second(seen->entries[seen->entry_count - 1].at), at);
        li_page_text(request, data, "last_at", li_str_dup(&request->ctx, li_str(at)));
    }
}

/* To the steps before these, and back to the last. */
static void put_turning(struct li_request *request, struct li_node *data,
                        const struct li_view_case *seen)
{
    struct li_str here = li_strf(
        &request->ctx, "/%.*s/progress/%.*s?lang=%s", LI_P(request->tenant->slug),
        LI_P(li_request_text(request, "tracking")), request->ctx.lang == LI_EN ? "en" : "zh");

    if (seen->earlier.ptr) {
        li_page_text(
            request, data, "earlier",
            li_strf(&request->ctx, "%.*s&before=%.*s#steps", LI_P(here), LI_P(seen->earlier)));
    }
    if (li_request_text(request, "before").len) {
        li_page_text(request, data, "latest", here);
    }
}

/* What it is about: what was chosen on the form, else what the programme is called. */
void li_op_put_subject(struct li_request *request, struct li_node *data,
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

void li_op_put_problem(struct li_request *request, struct li_node *data)
{
    const struct li_error_info *info = li_error_info(LI_E_INVALID);
    struct li_node *problem = li_page_map(request, data, "problem");

    li_page_text(request, problem, "title",
                 li_str(request->ctx.lang == LI_EN ? info->en : info->zh));
    li_page_text(request, problem, "detail", li_page_word(request, "report_fix"));
}

static int by_seq(const void *a, const void *b)
{
    const struct li_view_entry *x = a, *y = b;

    return (x->seq > y->seq) - (x->seq < y->seq);
}

/* A merged case as it is told: how the one stands that answers for it, the steps of both. */
static int tell_through(struct li_request *request, struct li_node *data,
                        const struct li_view_case *seen, struct li_view_case *ret)
{
    const struct li_view_case *through = seen->through;
    size_t count = seen->entry_count + through->entry_count;

    *ret = *seen;
    ret->entries = li_alloc_array(&request->ctx, count, sizeof(*ret->entries));
    if (!ret->entries) {
        return -LI_E_NOMEM;
    }
    memcpy(ret->entries, seen->entries, seen->entry_count * sizeof(*ret->entries));
    memcpy(ret->entries + seen->entry_count, through->entries,
           through->entry_count * sizeof(*ret->entries));
    ret->entry_count = count;
    if (count > 1) {
        qsort(ret->entries, count, sizeof(*ret->entries), by_seq);
    }
    ret->offers = through->offers;
    ret->offer_count = through->offer_count;
    ret->row.state = through->row.state;
    ret->row.playbook = through->row.playbook;
    li_page_text(request, data, "through", through->row.number);
    return 0;
}

/* For writing down and telling; of a code made otherwise there is none. */
static struct li_str number_of(struct li_request *request, struct li_str tracking)
{
    uint8_t token[16];

    return li_base32_parse(tracking, token, sizeof(token)) ? li_op_tracking_number(request, token)
                                                           : LI_S("");
}

/* What they were told: what is unread first of all on the page, the rest is among the steps. */
static void put_messages(struct li_request *request, struct li_node *data,
                         const struct li_view_case *seen)
{
    struct li_node *list = li_page_list(request, data, "messages");
    bool some = false;

    for (size_t i = 0; i < seen->message_count; i++) {
        struct li_texts texts = li_message_texts(seen->row.playbook, &seen->messages[i]);
        struct li_node *item;
        if (seen->messages[i].seen_at || !texts.zh.ptr) {
            continue;
        }
        item = li_page_item(request, list);
        li_page_texts(request, item, "text", texts);
        li_page_time(request, item, "at", seen->messages[i].told_at);
        if (!some) {
            li_page_int(request, data, "upto", seen->messages[i].no);
        }
        some = true;
    }
    li_page_bool(request, data, "has_messages", some);
}

static int show(struct li_request *request, int status, struct li_view_case *seen)
{
    struct li_view view = li_request_view(request);
    struct li_str tracking = li_request_text(request, "tracking");
    struct li_str host = li_request_header(request, "Host");
    struct li_node *data = li_page_new(request);
    struct li_view_case told;
    int r = li_view_responsible(&request->ctx, &view, seen);

    if (r == 0 && seen->through) {
        r = tell_through(request, data, seen, &told);
        seen = &told;
    }
    if (r) {
        return r;
    }
    put_state(request, data, seen);
    li_op_put_subject(request, data, seen);
    put_who(request, data, seen);
    put_due(request, data, seen);
    put_messages(request, data, seen);
    r = li_op_put_case_ballots(request, data, &seen->row);
    if (r) {
        return r;
    }
    li_page_text(request, data, "number", seen->row.number);
    li_page_text(request, data, "area", seen->area.name);
    li_page_time(request, data, "opened", seen->row.opened_at);
    li_page_int(request, data, "followers", seen->row.followers);
    li_op_put_values(request, data, "fields", seen->values, seen->value_count);
    li_op_put_files(request, data, "photos", "has_photos", seen->values, seen->value_count);
    li_op_put_steps(request, data, seen);
    put_turning(request, data, seen);
    li_page_text(
        request, data, "act_url",
        li_strf(&request->ctx, "/%.*s/progress/%.*s", LI_P(request->tenant->slug), LI_P(tracking)));
    li_page_offers(request, data, seen);
    if (status != 200) {
        li_op_put_problem(request, data);
    }
    li_page_bool(request, data, "said", li_request_text(request, "said").len > 0);
    li_page_bool(request, data, "fresh", status == 200 && seen->entry_count == 1);
    li_page_text(request, data, "tracking", tracking);
    li_page_text(request, data, "tracking_number", number_of(request, tracking));
    li_page_text(request, data, "url",
                 li_strf(&request->ctx, "%s://%.*s%.*s",
                         li_request_https(request) ? "https" : "http", LI_P(host),
                         LI_P(request->path)));
    return li_page_render(request, status, "progress", data);
}

static int see(struct li_request *request, struct li_view_case *ret)
{
    struct li_view view;
    int r = li_op_view_before(request, &view);

    return r ? r : li_op_see_progress(request, &view, ret);
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
    return li_op_send_form(request, li_page_files_of(playbook, &playbook->actions[place]), fields,
                           args);
}

int li_op_submit_progress_done(struct li_request *request)
{
    const struct li_op_form *form = request->state;
    const char *lang = request->ctx.lang == LI_EN ? "?said=1&lang=en" : "?said=1&lang=zh";
    struct li_view_case seen;

    if (form->refused) {
        int r = see(request, &seen);
        return r ? r : show(request, 422, &seen);
    }
    return li_reply_see(request,
                        li_strf(&request->ctx, "/%.*s/progress/%.*s%s", LI_P(request->tenant->slug),
                                LI_P(li_request_text(request, "tracking")), lang));
}
