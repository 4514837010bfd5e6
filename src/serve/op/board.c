/*
 * What others reported: a list anybody may read, narrowed by a form that works
 * without script; the map beside it is made of the same rows.
 */
#include "serve/op/op.h"
#include "serve/page/field.h"

#define PAGE 30

/* What a resident calls a state, short; else what its playbook does. */
static void put_state(struct li_request *request, struct li_node *item,
                      const struct li_state *state)
{
    struct li_str word = li_page_word_of(request, "badge", state->name);

    if (word.ptr) {
        li_page_text(request, item, "state", word);
    } else {
        li_page_texts(request, item, "state", state->label);
    }
    li_page_bool(request, item, "closed", state->end);
}

static void put_row(struct li_request *request, struct li_node *list, const struct li_view_row *row)
{
    const struct li_option *what = row->topic ? row->topic : row->kind;
    struct li_node *item = li_page_item(request, list);

    li_page_text(request, item, "number", row->number);
    li_page_texts(request, item, "kind", what ? what->label : row->playbook->title);
    li_page_text(request, item, "icon", li_page_icon(what ? what->name : LI_S("")));
    li_page_text(request, item, "area", row->area.name);
    li_page_time(request, item, "opened", row->opened_at);
    put_state(request, item, row->state);
}

int li_op_put_public(struct li_request *request, struct li_node *data,
                     const struct li_view_filter *filter, struct li_str before, size_t limit,
                     struct li_str *ret_next)
{
    struct li_view view = li_request_view(request);
    struct li_node *list = li_page_list(request, data, "cases");
    struct li_view_list cases;
    int r = li_view_public(&request->ctx, &view, filter, limit, before, &cases);

    if (r) {
        return r;
    }
    for (size_t i = 0; i < cases.count; i++) {
        put_row(request, list, &cases.rows[i]);
    }
    li_page_bool(request, data, "has_cases", cases.count > 0);
    *ret_next = cases.next;
    return 0;
}

/* ---- the form that narrows it ---------------------------------------------- */

/* A form sends what was left open as empty. */
static struct li_str given(struct li_request *request, const char *name)
{
    struct li_str text = li_request_text(request, name);

    return text.len ? text : (struct li_str){.ptr = NULL};
}

static int put_topics(struct li_request *request, struct li_node *data, struct li_str chosen)
{
    struct li_node *topics = li_page_list(request, data, "topics");
    const struct li_playbook *playbook;
    const struct li_field *field = NULL;
    int r = li_op_playbook(request, LI_REPORT_PLAYBOOK, &playbook);

    for (size_t i = 0; r == 0 && i < playbook->field_count; i++) {
        bool is_topic = li_str_is(playbook->fields[i].name, "topic");
        field = is_topic ? &playbook->fields[i] : field;
    }
    for (size_t i = 0; field && i < field->option_count; i++) {
        struct li_node *item = li_page_item(request, topics);
        li_page_text(request, item, "name", field->options[i].name);
        li_page_texts(request, item, "label", field->options[i].label);
        li_page_bool(request, item, "selected", li_str_eq(field->options[i].name, chosen));
    }
    li_page_bool(request, data, "has_topics", field && field->option_count > 0);
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

/* What was asked, for a link or for the map's question; every value is of the
 * contract's patterns and needs no escape. */
static struct li_str query(struct li_request *request, struct li_str before, const char *end)
{
    static const char *const names[] = {"area", "topic", "state"};
    struct li_str text = LI_S("");

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct li_str value = given(request, names[i]);
        if (value.ptr) {
            text = li_strf(&request->ctx, "%.*s%s=%.*s&", LI_P(text), names[i], LI_P(value));
        }
    }
    if (before.ptr) {
        text = li_strf(&request->ctx, "%.*sbefore=%.*s&", LI_P(text), LI_P(before));
    }
    return li_strf(&request->ctx, "%.*s%s", LI_P(text), end);
}

static void put_links(struct li_request *request, struct li_node *data, struct li_str before,
                      struct li_str next)
{
    const char *lang = request->ctx.lang == LI_EN ? "lang=en" : "lang=zh";
    const struct li_str newest = {.ptr = NULL};
    struct li_str slug = request->tenant->slug;

    li_page_bool(request, data, "is_later", before.ptr != NULL);
    li_page_text(request, data, "first",
                 li_strf(&request->ctx, "/%.*s/public?%.*s", LI_P(slug),
                         LI_P(query(request, newest, lang))));
    if (next.ptr) {
        li_page_text(request, data, "next",
                     li_strf(&request->ctx, "/%.*s/public?%.*s", LI_P(slug),
                             LI_P(query(request, next, lang))));
    }
}

int li_op_page_public(struct li_request *request)
{
    struct li_str area = given(request, "area"), state = given(request, "state"), next;
    struct li_str before = given(request, "before");
    struct li_view_filter filter = {.topic = given(request, "topic")};
    bool open = li_str_is(state, "open");
    struct li_node *data;
    int r = li_op_filter_area(request, area, &filter);

    if (state.ptr) {
        filter.open = open ? LI_VIEW_YES : LI_VIEW_NO;
    }
    li_op_lang(request);
    data = li_page_new(request);
    li_page_text(request, data, "area_code", area.ptr ? area : LI_S(""));
    li_page_text(request, data, "query",
                 query(request, before, li_strf(&request->ctx, "limit=%d", PAGE).ptr));
    li_page_bool(request, data, "has_map", true);
    li_page_bool(request, data, "has_states", true);
    li_page_bool(request, data, "only_open", open);
    li_page_bool(request, data, "only_closed", state.ptr && !open);
    r = r ? r : li_op_put_communities(request, data, area);
    r = r ? r : put_topics(request, data, filter.topic);
    r = r ? r : li_op_put_public(request, data, &filter, before, PAGE, &next);
    r = r ? r : li_op_allow_tiles(request);
    if (r) {
        return r;
    }
    put_links(request, data, before, next);
    return li_page_render(request, 200, "public", data);
}
