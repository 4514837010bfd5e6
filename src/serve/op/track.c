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
    {LI_S_INIT("nearby"), 0},   {LI_S_INIT("received"), 0},   {LI_S_INIT("filed"), 0},
    {LI_S_INIT("handling"), 1}, {LI_S_INIT("shelved"), 1},    {LI_S_INIT("hard_case"), 1},
    {LI_S_INIT("checking"), 2}, {LI_S_INIT("revisiting"), 2}, {LI_S_INIT("closed"), 3},
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

static int show(struct li_request *request, int status, const struct li_view_case *seen)
{
    struct li_str tracking = li_request_text(request, "tracking");
    struct li_str host = li_request_header(request, "Host");
    struct li_node *data = li_page_new(request);

    put_state(request, data, seen);
    put_subject(request, data, seen);
    li_page_text(request, data, "number", seen->row.number);
    li_page_text(request, data, "area", seen->area.name);
    li_page_due(request, data, "due", seen->row.clock.due_at);
    li_page_bool(request, data, "overdue", seen->row.clock.overdue);
    li_page_time(request, data, "opened", seen->row.opened_at);
    put_values(request, data, "fields", seen->values, seen->value_count);
    put_steps(request, data, seen);
    li_page_offers(request, data, seen);
    li_page_bool(request, data, "fresh", seen->entry_count == 1);
    li_page_text(request, data, "tracking", tracking);
    li_page_text(request, data, "url",
                 li_strf(&request->ctx, "%s://%.*s%.*s",
                         li_request_https(request) ? "https" : "http", LI_P(host),
                         LI_P(request->path)));
    return li_page_render(request, status, "progress", data);
}

int li_op_page_progress(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_view_case seen;
    uint8_t token[16];
    int r;

    li_op_lang(request);
    if (!li_base32_parse(li_request_text(request, "tracking"), token, sizeof(token))) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such tracking code");
    }
    r = li_view_progress(&request->ctx, &view, token, &seen);
    return r ? r : show(request, 200, &seen);
}
