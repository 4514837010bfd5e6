/* See offer.h. */
#include "serve/page/offer.h"

#include "serve/inside.h"
#include "serve/page/field.h"

/* Actions that say how it came out; they stand together as one question. */
static const struct verdict {
    const char *action, *word, *icon;
} verdicts[] = {
    {"confirm", "verdict_confirm", "check"},
    {"partly", "verdict_partly", "half"},
    {"not_solved", "verdict_not_solved", "cross"},
};
#define VERDICTS (sizeof(verdicts) / sizeof(verdicts[0]))

/* What is said beside an action, and which of them are not asked for lightly. */
static const struct note {
    const char *action, *word;
    bool quiet;
} notes[] = {
    {"add", "act_add_note", false},
    {"reopen", "act_reopen_note", false},
    {"withdraw", "act_withdraw_note", true},
};

static const struct verdict *verdict_of(struct li_str action)
{
    for (size_t i = 0; i < VERDICTS; i++) {
        if (li_str_is(action, verdicts[i].action)) {
            return &verdicts[i];
        }
    }
    return NULL;
}

static const struct note *note_of(struct li_str action)
{
    for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
        if (li_str_is(action, notes[i].action)) {
            return &notes[i];
        }
    }
    return NULL;
}

/* Whether a page can ask all that the action needs. */
static bool can_offer(const struct li_view_case *seen, const struct li_offer *offer)
{
    const struct li_playbook *playbook = seen->row.playbook;
    const struct li_action *action = &playbook->actions[offer->action];

    for (size_t i = 0; i < action->need_count; i++) {
        if (!li_page_can_ask(&playbook->fields[action->needs[i]])) {
            return false;
        }
    }
    return offer->part == seen->part;
}

static bool was_sent(const struct li_request *request, struct li_str action)
{
    return li_str_eq(li_page_given(request, LI_S("action")), action);
}

/* ---- the questions of one action ------------------------------------------- */

static bool is_asked(const struct li_node *list, struct li_str name)
{
    for (size_t i = 0; list && i < list->list.count; i++) {
        if (li_str_eq(li_node_text(list->list.items[i], "name"), name)) {
            return true;
        }
    }
    return false;
}

static void put_question(struct li_request *request, struct li_node *list,
                         const struct li_field *field, struct li_str form, bool required, bool sent)
{
    if (!li_page_can_ask(field) || is_asked(list, field->name)) {
        return;
    }
    li_page_ask(request, list,
                &(struct li_page_asked){
                    .field = field,
                    .required = required,
                    .form = form,
                    .value = sent ? li_page_given(request, field->name) : LI_S(""),
                    .error = sent ? li_page_fault(request, field->name) : LI_S(""),
                });
}

static void put_questions(struct li_request *request, struct li_node *list,
                          const struct li_view_case *seen, const struct li_action *action,
                          bool sent, bool all_optional)
{
    const struct li_playbook *playbook = seen->row.playbook;

    /* those of a verdict are asked once for all of its actions */
    struct li_str form = all_optional ? LI_S("") : action->name;

    for (size_t i = 0; i < action->need_count; i++) {
        put_question(request, list, &playbook->fields[action->needs[i]], form, !all_optional, sent);
    }
    for (size_t i = 0; i < action->ask_count; i++) {
        if (!li_field_set_has(&seen->hidden, action->asks[i])) {
            put_question(request, list, &playbook->fields[action->asks[i]], form, false, sent);
        }
    }
}

/* ---- the verdict ----------------------------------------------------------- */

static void put_verdict(struct li_request *request, struct li_node *data,
                        const struct li_view_case *seen)
{
    const struct li_playbook *playbook = seen->row.playbook;
    struct li_node *list = li_page_list(request, data, "verdicts");
    struct li_node *fields = li_page_list(request, data, "verdict_fields");
    bool some = false;

    for (size_t k = 0; k < VERDICTS; k++) {
        for (size_t i = 0; i < seen->offer_count; i++) {
            const struct li_action *action = &playbook->actions[seen->offers[i].action];
            if (verdict_of(action->name) != &verdicts[k] || !can_offer(seen, &seen->offers[i])) {
                continue;
            }
            struct li_node *item = li_page_item(request, list);
            bool sent = was_sent(request, action->name);
            li_page_text(request, item, "name", action->name);
            li_page_text(request, item, "label", li_page_word(request, verdicts[k].word));
            li_page_text(request, item, "icon", li_str(verdicts[k].icon));
            li_page_bool(request, item, "checked", sent);
            put_questions(request, fields, seen, action,
                          verdict_of(li_page_given(request, LI_S("action"))) != NULL, true);
            some = true;
        }
    }
    li_page_bool(request, data, "has_verdict", some);
    li_page_text(request, data, "verdict_key", li_page_key(request));
}

/* ---- the rest -------------------------------------------------------------- */

/* A form with files is sent another way. */
static bool has_files(const struct li_node *fields)
{
    for (size_t i = 0; fields && i < fields->list.count; i++) {
        const struct li_node *photos = li_node_get(fields->list.items[i], "is_photos");
        const struct li_node *files = li_node_get(fields->list.items[i], "is_files");
        if ((photos && photos->flag) || (files && files->flag)) {
            return true;
        }
    }
    return false;
}

static void put_act(struct li_request *request, struct li_node *acts,
                    const struct li_view_case *seen, const struct li_action *action)
{
    struct li_node *item = li_page_item(request, acts);
    const struct note *note = note_of(action->name);
    bool sent = was_sent(request, action->name);

    li_page_text(request, item, "action", action->name);
    li_page_texts(request, item, "label", action->label);
    li_page_text(request, item, "note", note ? li_page_word(request, note->word) : LI_S(""));
    li_page_bool(request, item, "is_quiet", note && note->quiet);
    li_page_bool(request, item, "is_open", sent);
    li_page_text(request, item, "act_key", li_page_key(request));
    struct li_node *fields = li_page_list(request, item, "act_fields");
    put_questions(request, fields, seen, action, sent, false);
    li_page_bool(request, item, "is_multipart", has_files(fields));
}

void li_page_offers(struct li_request *request, struct li_node *data,
                    const struct li_view_case *seen)
{
    const struct li_playbook *playbook = seen->row.playbook;
    struct li_node *acts = li_page_list(request, data, "acts");
    bool some = false;

    put_verdict(request, data, seen);
    for (size_t i = 0; i < seen->offer_count; i++) {
        const struct li_action *action = &playbook->actions[seen->offers[i].action];
        if (!verdict_of(action->name) && can_offer(seen, &seen->offers[i])) {
            put_act(request, acts, seen, action);
            some = true;
        }
    }
    li_page_bool(request, data, "has_acts", some);
}

/* ---- sent ------------------------------------------------------------------ */

int li_page_gather(struct li_request *request, const struct li_playbook *playbook,
                   const struct li_action *action, struct li_node **ret)
{
    struct li_node *fields = li_node_new_map(&request->ctx), *coerced;
    int r = fields ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < action->need_count; i++) {
        r = li_page_take(request, &playbook->fields[action->needs[i]], fields);
    }
    for (size_t i = 0; r == 0 && i < action->ask_count; i++) {
        r = li_page_take(request, &playbook->fields[action->asks[i]], fields);
    }
    r = r ? r : li_page_await(request, li_page_files_of(playbook, action), fields);
    r = r ? r : li_schema_coerce(&request->ctx, action->schema, fields, &coerced);
    r = r ? r : li_schema_check(&request->ctx, action->schema, LI_S("/fields"), coerced);
    if (r == 0) {
        *ret = coerced;
    }
    return r;
}
