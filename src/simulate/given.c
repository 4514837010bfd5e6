/*
 * What is entered with an action: a value for each field it needs, and for some of
 * those it asks for.  By the field's name, because a form's reader goes by that too.
 */
#include "base/id.h"
#include "base/json.h"
#include "simulate/inside.h"

struct giving {
    struct li_sim *sim;
    struct li_sim_tenant *town;
    struct li_matter *matter;
    const struct li_action *action;
    struct li_more_time more;
    struct li_dice *dice;
    struct li_json json;
};

/* ---- one value ------------------------------------------------------------------------ */

static int put_words(struct giving *giving, const char *path)
{
    struct li_str text;
    int r = li_phrase_say(&giving->sim->ctx, giving->sim->phrases, path, giving->dice, &text);

    if (r == 0) {
        li_json_text(&giving->json, text);
    }
    return r;
}

static int put_words_of(struct giving *giving, const char *list, struct li_str name)
{
    const char *path = li_strf(&giving->sim->ctx, "%s.%.*s", list, LI_P(name)).ptr;

    return path ? put_words(giving, path) : -LI_E_NOMEM;
}

static int put_unit(struct giving *giving)
{
    struct li_matter *matter = giving->matter;
    const struct li_topic *topic = li_topic_find(matter->topic);
    bool wrong = matter->traits & LI_TRAIT_WRONG ? false : li_dice_percent(giving->dice, 9);

    if (li_str_is(giving->action->name, "add_unit")) {
        wrong = true; /* one more, beside the responsible one */
    } else if (wrong) {
        matter->traits |= LI_TRAIT_WRONG;
    } else {
        matter->traits &= ~LI_TRAIT_WRONG;
    }
    li_json_id(&giving->json, li_topic_unit(topic, giving->town, giving->dice, wrong));
    return 0;
}

static int put_class(struct giving *giving)
{
    const struct li_topic *topic = li_topic_find(giving->matter->topic);

    li_json_text(&giving->json, li_str(topic->classes[li_dice_roll(giving->dice) % 3]));
    return 0;
}

static int put_level(struct giving *giving)
{
    int64_t throw = li_dice_between(giving->dice, 1, 100);

    li_json_text(&giving->json, throw <= 68   ? LI_S("normal")
                                : throw <= 91 ? LI_S("urgent")
                                              : LI_S("emergency"));
    return 0;
}

static int put_day(struct giving *giving, int32_t from, int32_t to)
{
    struct li_civil civil =
        li_civil_at(li_day_start((int32_t)li_dice_between(giving->dice, from, to)));

    li_json_text(&giving->json,
                 li_strf(&giving->sim->ctx, "%04d-%02d-%02d", civil.year, civil.month, civil.day));
    return 0;
}

static int put_review_day(struct giving *giving)
{
    int32_t today = li_day_at(li_now(giving->sim->config.clock));

    return put_day(giving, today + 2, today + 14);
}

static int put_later_day(struct giving *giving)
{
    return put_day(giving, giving->more.after + 1, giving->more.last);
}

static int put_photos(struct giving *giving)
{
    int64_t count = li_dice_between(giving->dice, 1, 2);
    int r = 0;

    li_json_open_list(&giving->json);
    for (int64_t i = 0; r == 0 && i < count; i++) {
        struct li_str token;
        r = li_sim_photo(giving->sim, giving->matter->tenant, giving->dice, &token);
        if (r == 0) {
            li_json_text(&giving->json, token);
        }
    }
    li_json_close_list(&giving->json);
    return r;
}

static int put_answer(struct giving *giving)
{
    return li_str_is(giving->action->name, "solve_here")
               ? put_words(giving, "answer.spot")
               : put_words_of(giving, "answer", giving->matter->topic);
}

static int put_decision(struct giving *giving)
{
    return put_words(giving, "answer.hard");
}

/* Who is asked to answer: the unit that should be at it. */
static int put_answering(struct giving *giving)
{
    const struct li_topic *topic = li_topic_find(giving->matter->topic);

    li_json_id(&giving->json, li_topic_unit(topic, giving->town, giving->dice, false));
    return 0;
}

static int put_pressing(struct giving *giving)
{
    return put_words_of(giving, "oversight", giving->action->name);
}

static int put_response(struct giving *giving)
{
    return put_words(giving, "oversight.response");
}

static int put_way(struct giving *giving)
{
    int64_t throw = li_dice_between(giving->dice, 1, 100);

    li_json_text(&giving->json, throw <= 70   ? LI_S("call")
                                : throw <= 85 ? LI_S("visit")
                                : throw <= 95 ? LI_S("message")
                                              : LI_S("slip"));
    return 0;
}

static int put_result(struct giving *giving)
{
    int64_t throw = li_dice_between(giving->dice, 1, 100);

    li_json_text(&giving->json, throw <= 60   ? LI_S("no_answer")
                                : throw <= 75 ? LI_S("off")
                                : throw <= 90 ? LI_S("refused")
                                              : LI_S("later"));
    return 0;
}

static int put_reason(struct giving *giving)
{
    struct li_str name = giving->action->name;

    if (li_str_is(name, "take_back")) {
        name = LI_S("recall");
    } else if (li_str_starts(name, LI_S("spot_"))) {
        name = LI_S("fail");
    } else if (li_str_is(name, "fail_hard") || li_str_is(name, "reopen_hard")) {
        name = li_str_n(name.ptr, name.len - strlen("_hard"));
    }
    return put_words_of(giving, "reason", name);
}

static int put_satisfied(struct giving *giving)
{
    bool content = li_str_is(giving->action->name, "confirm");

    li_json_int(&giving->json, li_dice_between(giving->dice, content ? 3 : 1, content ? 5 : 3));
    return 0;
}

/* Somebody of a desk, where there is one at the place thrown or behind it. */
static int put_reported(struct giving *giving)
{
    const struct li_sim_tenant *town = giving->town;
    size_t pick = li_dice_roll(giving->dice) % town->officer_count;

    for (size_t i = 0; i < town->officer_count; i++) {
        if (!li_str_is(town->officers[pick].post, "desk")) {
            pick = (pick + 1) % town->officer_count;
        }
    }
    li_json_id(&giving->json, town->officers[pick].person);
    return 0;
}

static int put_danger(struct giving *giving)
{
    li_json_bool(&giving->json, true);
    return 0;
}

static int put_self_check(struct giving *giving)
{
    li_json_open_list(&giving->json);
    li_json_text(&giving->json, LI_S("seen"));
    li_json_text(&giving->json, LI_S("solved"));
    li_json_close_list(&giving->json);
    return 0;
}

static int put_ground(struct giving *giving)
{
    return put_words(giving, "ending.ground");
}
static int put_opinion(struct giving *giving)
{
    return put_words(giving, "ending.opinion");
}
static int put_plan(struct giving *giving)
{
    return put_words(giving, "plan");
}
static int put_note(struct giving *giving)
{
    return put_words(giving, "note");
}
static int put_reply(struct giving *giving)
{
    return put_words(giving, "reply");
}
static int put_more(struct giving *giving)
{
    return put_words(giving, "more");
}
static int put_remark(struct giving *giving)
{
    return put_words(giving, li_str_is(giving->action->name, "confirm") ? "remark" : "unhappy");
}

/* ---- which ---------------------------------------------------------------------------- */

static const struct {
    const char *field;
    unsigned percent; /* how often it is given where it is only asked for */
    int (*put)(struct giving *giving);
} values[] = {
    {"unit", 100, put_unit},
    {"class", 100, put_class},
    {"level", 60, put_level},
    {"review_on", 100, put_review_day},
    {"photos", 15, put_photos},
    {"evidence", 20, put_photos},
    {"answer", 100, put_answer},
    {"reason", 100, put_reason},
    {"plan", 100, put_plan},
    {"note", 50, put_note},
    {"reply", 100, put_reply},
    {"more", 100, put_more},
    {"satisfied", 70, put_satisfied},
    {"remark", 40, put_remark},
    {"decision", 100, put_decision},
    {"answering", 100, put_answering},
    {"instruction", 100, put_pressing},
    {"supervision", 100, put_pressing},
    {"urging", 70, put_pressing},
    {"question", 100, put_pressing},
    {"report_by", 100, put_review_day},
    {"response", 100, put_response},
    {"result", 100, put_result},
    {"way", 0, put_way},
    {"self_check", 70, put_self_check},
    {"danger", 8, put_danger},
    {"cannot_wait", 8, put_danger},
    {"finish_by", 100, put_later_day},
    {"more_time", 100, put_plan},
    {"ground", 100, put_ground},
    {"opinion", 50, put_opinion},
    {"reported_people", 60, put_reported},
};

static int put_field(struct giving *giving, int place, bool needed)
{
    struct li_sim_tenant *town = giving->town;
    struct li_str name = town->playbook->fields[place].name;

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        if (li_str_is(name, values[i].field)) {
            if (!needed && (!li_dice_percent(giving->dice, values[i].percent) ||
                            (values[i].put == put_photos && giving->sim->config.demo))) {
                return 0;
            }
            li_json_key_str(&giving->json, name);
            return values[i].put(giving);
        }
    }
    return needed ? LI_FAIL(&giving->sim->ctx, LI_E_INTERNAL, "nobody here knows the field %.*s",
                            LI_P(name))
                  : 0;
}

int li_given_fields(struct li_sim *sim, struct li_sim_tenant *town, struct li_matter *matter,
                    const struct li_action *action, struct li_more_time more, struct li_dice *dice,
                    const struct li_node **ret)
{
    struct giving giving = {
        .sim = sim, .town = town, .matter = matter, .action = action, .more = more, .dice = dice};
    struct li_buf *buf = li_buf_new(&sim->ctx, 65536);
    struct li_node *fields;
    int r = buf ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    li_json_init(&giving.json, buf, false);
    li_json_open_map(&giving.json);
    for (size_t i = 0; r == 0 && i < action->need_count; i++) {
        r = put_field(&giving, action->needs[i], true);
    }
    for (size_t i = 0; r == 0 && i < action->ask_count; i++) {
        r = put_field(&giving, action->asks[i], false);
    }
    li_json_close_map(&giving.json);
    r = r ? r : li_buf_check(&sim->ctx, buf);
    r = r ? r : li_json_read(&sim->ctx, li_buf_view(buf), &fields);
    if (r == 0) {
        *ret = fields;
    }
    return r;
}
