/*
 * `every`: cases that open of themselves, by days and times, and actions that are done
 * on every open case.
 *
 * Read when it is known what opening asks, because what a rhythm gives must do for
 * it, and which actions there are.  Not for which days that are (rhythm.c), nor for how they are
 * said (explain_rhythm.c).
 */
#include "playbook/load.h"

static const char *const weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
static const char *const levels[] = {"street", "community", "grid",     "compound",
                                     "lane",   "road",      "building", "point"};

#define SAMPLE_DAY 20000 /* any day: what is checked is the form */

static void load_week(struct li_load *load, const struct li_node *days, struct li_rhythm *rhythm)
{
    const struct li_node *list = li_load_words(load, days, "week", false);

    for (size_t i = 0; i < list->list.count; i++) {
        int day = li_word_find(weekdays, 7, list->list.items[i]->text);

        if (day < 0)
            li_load_tell(load, LI_RULE_RHYTHM_DAYS, list->list.items[i], rhythm->name);
        else
            rhythm->week |= 1U << day;
    }
}

static void load_months(struct li_load *load, const struct li_node *days, struct li_rhythm *rhythm)
{
    const struct li_node *list = li_node_get(days, "months");

    for (size_t i = 0; list && list->kind == LI_LIST && i < list->list.count; i++) {
        const struct li_node *item = list->list.items[i];

        if (item->kind != LI_INT || item->number < 1 || item->number > 12)
            li_load_tell(load, LI_RULE_RHYTHM_DAYS, item, rhythm->name);
        else
            rhythm->months |= 1U << (item->number - 1);
    }
    if (list && !rhythm->months)
        li_load_tell(load, LI_RULE_RHYTHM_DAYS, list, rhythm->name);
}

static void load_days(struct li_load *load, const struct li_node *map, struct li_rhythm *rhythm)
{
    static const char *const words[] = {"week", "day", "months", NULL};
    const struct li_node *days = li_node_get(map, "days");
    int64_t day;

    if (!days || !li_load_map(load, days, LI_S("days"), words))
        return;
    load_week(load, days, rhythm);
    load_months(load, days, rhythm);
    day = li_load_int(load, days, "day");
    if (day > 31)
        li_load_tell(load, LI_RULE_RHYTHM_DAYS, li_node_get(days, "day"), rhythm->name);
    rhythm->day = day > 31 ? 0 : (int)day;
}

/* "08:30" as minutes; -1: it is none. */
static int minutes_of(struct li_str text)
{
    int digits[4];

    if (text.len != 5 || text.ptr[2] != ':')
        return -1;
    for (int i = 0; i < 4; i++) {
        digits[i] = text.ptr[i + (i > 1)] - '0';
        if (digits[i] < 0 || digits[i] > 9)
            return -1;
    }
    if (digits[0] * 10 + digits[1] > 23 || digits[2] > 5)
        return -1;
    return (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3];
}

int li_load_minutes(struct li_load *load, const struct li_node *map, const char *key,
                    struct li_str name)
{
    struct li_str text = li_load_need_text(load, map, key);
    int minutes = text.len ? minutes_of(text) : 0;

    if (minutes < 0)
        li_load_tell(load, LI_RULE_RHYTHM_TIME, li_node_get(map, key), name);
    return minutes < 0 ? 0 : minutes;
}

static void load_time(struct li_load *load, const struct li_node *map, struct li_rhythm *rhythm)
{
    static const char *const words[] = {"from", "to", NULL};
    const struct li_node *window = li_node_get(map, "within"), *times = li_node_get(map, "times");

    if (!window == !li_node_get(map, "at") || (times && !window)) {
        li_load_tell(load, LI_RULE_RHYTHM_TIME, map, rhythm->name);
        return;
    }
    if (!window) {
        rhythm->from = li_load_minutes(load, map, "at", rhythm->name);
        rhythm->to = 24 * 60;
        return;
    }
    if (!li_load_map(load, window, LI_S("within"), words))
        return;
    rhythm->from = li_load_minutes(load, window, "from", rhythm->name);
    rhythm->to = li_load_minutes(load, window, "to", rhythm->name);
    rhythm->times = times ? (int)li_load_int(load, map, "times") : 1;
    if (rhythm->to <= rhythm->from)
        li_load_tell(load, LI_RULE_RHYTHM_TIME, window, rhythm->name);
    if (rhythm->times > LI_RHYTHM_TIMES)
        li_load_tell(load, LI_RULE_TOO_MANY, times, LI_S("times"));
}

static void load_off(struct li_load *load, const struct li_node *map, struct li_rhythm *rhythm)
{
    struct li_str skip = li_load_text(load, map, "skip"),
                  later = li_load_text(load, map, "put_off");

    if ((skip.len && later.len) || (skip.len && !li_str_is(skip, "holidays")) ||
        (later.len && !li_str_is(later, "holidays")))
        li_load_tell(load, LI_RULE_RHYTHM_OFF, map, rhythm->name);
    rhythm->off = skip.len ? LI_OFF_SKIPPED : later.len ? LI_OFF_PUT_OFF : LI_OFF_COUNTS;
}

/* What a file can say of a field: no place, person, unit or picture of a tenant's. */
static bool can_say(const struct li_field *field)
{
    switch (field->type) {
    case LI_FIELD_TEXT:
    case LI_FIELD_CHOICE:
    case LI_FIELD_INTEGER:
    case LI_FIELD_BOOL:
    case LI_FIELD_DATE:
    case LI_FIELD_SCALE:
    case LI_FIELD_MONEY:
    case LI_FIELD_QUANTITY:
    case LI_FIELD_CHECKLIST:
        return !field->personal;
    default:
        return false;
    }
}

static bool is_opened_with(const struct li_playbook *playbook, int field)
{
    for (size_t i = 0; i < playbook->open_field_count; i++)
        if (playbook->open_fields[i] == field)
            return true;
    return false;
}

/* Tried on some day: lengths become dates, and opening has to take it. */
static int check_gives(struct li_load *load, const struct li_node *map,
                       const struct li_rhythm *rhythm)
{
    unsigned told = load->ctx->error_count;
    struct li_node *fields;
    int r = li_rhythm_fields(load->ctx, load->playbook, rhythm, SAMPLE_DAY, &fields);

    r = r ? r : li_schema_check(load->ctx, load->playbook->open_schema, LI_S("/fields"), fields);
    if (r == -LI_E_NOMEM)
        return r;
    load->ctx->error_count = told;
    if (r)
        li_load_tell(load, LI_RULE_RHYTHM_GIVES, map, rhythm->name);
    return 0;
}

static int load_gives(struct li_load *load, const struct li_node *map, struct li_rhythm *rhythm)
{
    const struct li_node *fields = li_load_named(load, map, "fields", LI_PLAYBOOK_FIELDS, false);
    unsigned faults = load->faults;

    rhythm->fields = fields;
    for (size_t i = 0; fields && i < fields->map.count; i++) {
        const struct li_member *member = &fields->map.items[i];
        int field = li_playbook_field(load->playbook, member->key);

        if (field < 0)
            li_load_tell_key(load, LI_RULE_NO_FIELD, member, member->key);
        else if (!is_opened_with(load->playbook, field) || !can_say(&load->playbook->fields[field]))
            li_load_tell_key(load, LI_RULE_RHYTHM_FIELD, member, member->key);
    }
    return load->faults == faults ? check_gives(load, map, rhythm) : 0;
}

static void check_opens(struct li_load *load, const struct li_member *member)
{
    const struct li_playbook *playbook = load->playbook;

    for (size_t i = 0; i < playbook->open_by_count; i++)
        if (playbook->open_by[i].kind == LI_WHO_SYSTEM)
            return;
    li_load_tell_key(load, LI_RULE_RHYTHM_SYSTEM, member, member->key);
}

/* An action of the case by system that asks nothing; it has a time, and nothing to give. */
static void load_does(struct li_load *load, const struct li_node *map, struct li_rhythm *rhythm)
{
    struct li_str name = li_load_need_text(load, map, "action");
    struct li_playbook *playbook = load->playbook;
    struct li_action *action;

    rhythm->action = li_playbook_action(playbook, name);
    if (rhythm->action < 0) {
        if (name.len)
            li_load_tell(load, LI_RULE_NO_ACTION, li_node_get(map, "action"), name);
        return;
    }
    action = (struct li_action *)&playbook->actions[rhythm->action];
    action->by_rhythm = true;
    if (!action->by_system || action->machine)
        li_load_tell(load, LI_RULE_RHYTHM_DOES, li_node_get(map, "action"), name);
    if (li_node_get(map, "for") || li_node_get(map, "within") || li_node_get(map, "fields"))
        li_load_tell(load, LI_RULE_RHYTHM_ALONE, map, rhythm->name);
}

static int load_rhythm(struct li_load *load, const struct li_member *member,
                       struct li_rhythm *rhythm)
{
    static const char *const words[] = {"label",   "days", "at",    "within", "times",  "skip",
                                        "put_off", "for",  "waits", "fields", "action", NULL};
    const struct li_node *map = member->value;

    rhythm->name = member->key;
    if (!li_load_map(load, map, member->key, words))
        return 0;
    rhythm->label = li_load_texts(load, map, "label", true);
    load_days(load, map, rhythm);
    load_time(load, map, rhythm);
    load_off(load, map, rhythm);
    rhythm->waits = li_load_bool(load, map, "waits");
    rhythm->action = -1;
    if (li_node_get(map, "action")) {
        load_does(load, map, rhythm);
        return 0;
    }
    rhythm->level = li_load_need_text(load, map, "for");
    if (rhythm->level.len &&
        li_word_find(levels, sizeof(levels) / sizeof(levels[0]), rhythm->level) < 0)
        li_load_tell(load, LI_RULE_RHYTHM_FOR, li_node_get(map, "for"), rhythm->level);
    check_opens(load, member);
    return load_gives(load, map, rhythm);
}

int li_load_rhythms(struct li_load *load)
{
    const struct li_node *named =
        li_load_named(load, load->plain, "every", LI_PLAYBOOK_RHYTHMS, false);
    struct li_rhythm *rhythms;
    int r = 0;

    if (!named)
        return 0;
    rhythms = li_alloc_array(load->ctx, named->map.count, sizeof(*rhythms));
    if (!rhythms)
        return -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < named->map.count; i++)
        r = load_rhythm(load, &named->map.items[i], &rhythms[i]);
    load->playbook->rhythms = rhythms;
    load->playbook->rhythm_count = named->map.count;
    return r;
}
