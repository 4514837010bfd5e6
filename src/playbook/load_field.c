/*
 * Fields, and what is asked on opening.
 */
#include "playbook/load.h"

#define TEXT_MAX    1000 /* code points, where a text says nothing */
#define TEXT_LIMIT  20000
#define OPTIONS_MAX 64
#define SCHEMES_MAX 8

#define PHOTOS_MAX   9
#define PHOTOS_LIMIT 20
#define FILES_MAX    5
#define FILES_LIMIT  10
#define SCALE_MAX    5
#define SCALE_LIMIT  10
#define MONEY_LIMIT  INT64_C(100000000000000) /* fen */
#define UNIT_PLACES  3
#define EXTERNAL_MAX 40

/* The options of a choice, the items of a checklist. */
static int load_options(struct li_load *load, const struct li_node *map, struct li_field *field)
{
    bool is_list = field->type == LI_FIELD_CHECKLIST;
    const struct li_node *named = li_node_get(map, is_list ? "items" : "options");

    if ((field->type == LI_FIELD_CHOICE || is_list) != (named != NULL) ||
        li_node_get(map, is_list ? "options" : "items"))
        li_load_tell(load, LI_RULE_CHOICE_OPTIONS, map, field->name);
    return li_load_labelled(load, map, is_list ? "items" : "options", OPTIONS_MAX, &field->options,
                            &field->option_count);
}

/* The greatest `max` of a type, and what it is where nothing is said; 0: no `max`
 * is allowed, or none is there. */
static const struct {
    int64_t most, unsaid;
} bounds[] = {
    [LI_FIELD_TEXT] = {TEXT_LIMIT, TEXT_MAX},
    [LI_FIELD_INTEGER] = {INT64_MAX, 0},
    [LI_FIELD_PHOTOS] = {PHOTOS_LIMIT, PHOTOS_MAX},
    [LI_FIELD_SCALE] = {SCALE_LIMIT, SCALE_MAX},
    [LI_FIELD_MONEY] = {MONEY_LIMIT, MONEY_LIMIT},
    [LI_FIELD_QUANTITY] = {INT64_MAX, 0},
    [LI_FIELD_EXTERNAL] = {EXTERNAL_MAX, EXTERNAL_MAX},
    [LI_FIELD_DOCUMENT] = {FILES_LIMIT, FILES_MAX},
};

/* A quantity says in what, and how exactly. */
static void load_unit(struct li_load *load, const struct li_node *map, struct li_field *field)
{
    const struct li_node *scale = li_node_get(map, "scale");

    if (field->type == LI_FIELD_QUANTITY)
        field->unit = li_load_texts(load, map, "unit", true);
    else if (li_node_get(map, "unit") || scale)
        li_load_tell(load, LI_RULE_FIELD_UNIT, map, field->name);
    if (scale && (scale->kind != LI_INT || scale->number < 0 || scale->number > UNIT_PLACES))
        li_load_tell(load, LI_RULE_FIELD_UNIT, scale, field->name);
    else if (scale)
        field->scale = (int)scale->number;
}

static void load_max(struct li_load *load, const struct li_node *map, struct li_field *field)
{
    size_t type = (size_t)field->type;
    int64_t most = type < sizeof(bounds) / sizeof(bounds[0]) ? bounds[type].most : 0;

    field->max = li_load_int(load, map, "max");
    if (field->max && !most)
        li_load_tell(load, LI_RULE_FIELD_MAX, map, field->name);
    else if (field->max > most)
        li_load_tell(load, LI_RULE_TOO_MANY, li_node_get(map, "max"), LI_S("max"));
    if (!field->max && most)
        field->max = bounds[type].unsaid;
}

/* Tables of classes by name: they are a tenant's data, so any name is fine. */
static int load_schemes(struct li_load *load, const struct li_node *map, struct li_field *field)
{
    const struct li_node *list = li_load_words(load, map, "schemes", false);
    struct li_str *schemes = li_alloc_array(load->ctx, list->list.count, sizeof(*schemes));

    if (!schemes)
        return -LI_E_NOMEM;
    if ((field->type == LI_FIELD_CODE) != (list->list.count > 0))
        li_load_tell(load, LI_RULE_FIELD_SCHEMES, map, field->name);
    if (list->list.count > SCHEMES_MAX)
        li_load_tell(load, LI_RULE_TOO_MANY, list, LI_S("schemes"));
    for (size_t i = 0; i < list->list.count; i++) {
        schemes[i] = list->list.items[i]->text;
        if (!li_word_is_name(schemes[i], '-'))
            li_load_tell(load, LI_RULE_NAME_FORM, list->list.items[i], schemes[i]);
    }
    field->schemes = schemes;
    field->scheme_count = list->list.count;
    return 0;
}

/* What is somebody's, how long it is kept, and what it may be used for. */
static void load_care(struct li_load *load, const struct li_node *map, struct li_field *field)
{
    struct li_str use = li_load_text(load, map, "use");

    /* a telephone number is somebody's, said or not */
    field->personal = li_load_bool(load, map, "personal") || field->type == LI_FIELD_PHONE;
    field->free_text = field->type == LI_FIELD_TEXT || field->personal;
    field->keep_days = li_load_days(load, map, "keep");
    field->opinion = use.len > 0;
    if (field->personal && (field->type == LI_FIELD_POINT || li_field_is_files(field->type) ||
                            field->type == LI_FIELD_SUBJECT || field->type == LI_FIELD_DATETIME))
        li_load_tell(load, LI_RULE_FIELD_PERSONAL, li_node_get(map, "personal"), field->name);
    if (field->keep_days && !field->free_text)
        li_load_tell(load, LI_RULE_FIELD_KEEP, li_node_get(map, "keep"), field->name);
    if (use.len && !li_str_is(use, "opinion"))
        li_load_tell(load, LI_RULE_FIELD_USE, li_node_get(map, "use"), use);
}

/* A register by name: it is a tenant's data, so any name is fine. */
static void load_subject(struct li_load *load, const struct li_node *map, struct li_field *field)
{
    field->reg = li_load_text(load, map, "register");
    if ((field->type == LI_FIELD_SUBJECT) != (field->reg.len > 0))
        li_load_tell(load, LI_RULE_FIELD_REGISTER, map, field->name);
    if (field->reg.len && !li_word_is_name(field->reg, '-'))
        li_load_tell(load, LI_RULE_NAME_FORM, li_node_get(map, "register"), field->reg);
}

/* What conditions may ask of the row: its columns, by the name they have in the register. */
static int load_reads(struct li_load *load, const struct li_node *map, struct li_field *field)
{
    static const char *const words[] = {"type", "label", NULL};
    static const char *const types[] = {"bool", "number", "text"};
    const struct li_node *named;
    struct li_read *reads;

    if (!li_node_get(map, "reads"))
        return 0;
    if (field->type != LI_FIELD_SUBJECT)
        li_load_tell(load, LI_RULE_FIELD_READS, li_node_get(map, "reads"), field->name);
    named = li_load_named(load, map, "reads", LI_FIELD_READS, true);
    reads = named ? li_alloc_array(load->ctx, named->map.count, sizeof(*reads)) : NULL;
    if (!reads)
        return named ? -LI_E_NOMEM : 0;
    for (size_t i = 0; i < named->map.count; i++) {
        const struct li_node *column = named->map.items[i].value;
        struct li_str word;
        int type;

        reads[i] = (struct li_read){.name = named->map.items[i].key};
        if (!li_load_map(load, column, reads[i].name, words))
            continue;
        word = li_load_need_text(load, column, "type");
        type = li_word_find(types, 3, word);
        if (type < 0 && word.len)
            li_load_tell(load, LI_RULE_FIELD_READS, li_node_get(column, "type"), reads[i].name);
        else if (type >= 0)
            reads[i].type = (enum li_type)type;
        reads[i].label = li_load_texts(load, column, "label", true);
    }
    field->reads = reads;
    field->read_count = named->map.count;
    load->playbook->reads_rows = true;
    return 0;
}

static int load_field(struct li_load *load, const struct li_member *member, struct li_field *field)
{
    static const char *const words[] = {
        "type",  "label", "hint",    "max",     "personal", "keep",     "many",  "use",   "unit",
        "scale", "items", "options", "schemes", "is",       "register", "reads", "voice", NULL};
    const struct li_node *map = member->value;
    struct li_str word;
    int type, r;

    field->name = member->key;
    if (!li_load_map(load, map, member->key, words))
        return 0;
    word = li_load_need_text(load, map, "type");
    type = li_word_find(li_type_words, LI_TYPE_WORD_COUNT, word);
    if (type < 0) {
        if (word.len)
            li_load_tell(load, LI_RULE_NO_TYPE, li_node_get(map, "type"), word);
        return 0;
    }
    field->type = (enum li_field_type)type;
    field->label = li_load_texts(load, map, "label", true);
    field->hint = li_load_texts(load, map, "hint", false);
    field->many = li_load_bool(load, map, "many");
    if (field->many && field->type != LI_FIELD_ORG)
        li_load_tell(load, LI_RULE_FIELD_MANY, li_node_get(map, "many"), field->name);
    field->voice = li_load_bool(load, map, "voice");
    if (field->voice && field->type != LI_FIELD_DOCUMENT)
        li_load_tell(load, LI_RULE_FIELD_VOICE, li_node_get(map, "voice"), field->name);
    load_care(load, map, field);
    load_subject(load, map, field);
    load_max(load, map, field);
    load_unit(load, map, field);
    r = load_schemes(load, map, field);
    r = r ? r : load_reads(load, map, field);
    return r ? r : load_options(load, map, field);
}

int li_load_fields(struct li_load *load)
{
    const struct li_node *named =
        li_load_named(load, load->plain, "fields", LI_PLAYBOOK_FIELDS, true);
    struct li_field *fields;

    if (!named)
        return 0;
    fields = li_alloc_array(load->ctx, named->map.count, sizeof(*fields));
    if (!fields)
        return -LI_E_NOMEM;
    load->playbook->fields = fields;
    load->playbook->field_count = named->map.count;
    for (size_t i = 0; i < named->map.count; i++) {
        int r = load_field(load, &named->map.items[i], &fields[i]);

        if (r < 0)
            return r;
    }
    return 0;
}

int li_load_field_list(struct li_load *load, const struct li_node *map, const char *key,
                       const int **ret, size_t *ret_count)
{
    const struct li_node *list = li_load_words(load, map, key, false);
    int *places = li_alloc_array(load->ctx, list->list.count, sizeof(*places));
    size_t count = 0;

    if (!places)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < list->list.count; i++) {
        int place = li_playbook_field(load->playbook, list->list.items[i]->text);

        if (place < 0)
            li_load_tell(load, LI_RULE_NO_FIELD, list->list.items[i], list->list.items[i]->text);
        else
            places[count++] = place;
    }
    *ret = places;
    *ret_count = count;
    return 0;
}

/* Nobody is a reporter or an owner of what is not yet there. */
static void check_opener(struct li_load *load, const struct li_node *open)
{
    const struct li_node *list = li_node_get(open, "by");

    for (size_t i = 0; i < load->playbook->open_by_count; i++) {
        enum li_who_kind kind = load->playbook->open_by[i].kind;

        if (kind == LI_WHO_OWNER || kind == LI_WHO_REPORTER || kind == LI_WHO_PARTY)
            li_load_tell(load, LI_RULE_NO_WHO, list->list.items[i], list->list.items[i]->text);
    }
}

static int load_ways(struct li_load *load, const struct li_node *open)
{
    const struct li_node *list = li_load_words(load, open, "via", true);
    struct li_str *ways = li_alloc_array(load->ctx, list->list.count, sizeof(*ways));

    if (!ways)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < list->list.count; i++) {
        const struct li_node *item = list->list.items[i];

        if (li_word_find(li_way_words, LI_WAY_WORD_COUNT, item->text) < 0)
            li_load_tell(load, LI_RULE_NO_WAY, item, item->text);
        ways[i] = item->text;
    }
    load->playbook->open_via = ways;
    load->playbook->open_via_count = list->list.count;
    return 0;
}

static int load_open_fields(struct li_load *load, const struct li_node *open)
{
    struct li_playbook *playbook = load->playbook;
    const struct li_node *list = li_load_words(load, open, "required", false);
    bool *required;
    int r = li_load_field_list(load, open, "fields", &playbook->open_fields,
                               &playbook->open_field_count);

    if (r < 0)
        return r;
    required = li_alloc_array(load->ctx, playbook->open_field_count, sizeof(*required));
    if (!required)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < list->list.count; i++) {
        int field = li_playbook_field(playbook, list->list.items[i]->text);
        bool asked = false;

        for (size_t k = 0; k < playbook->open_field_count; k++) {
            if (playbook->open_fields[k] == field && field >= 0)
                asked = required[k] = true;
        }
        if (!asked)
            li_load_tell(load, LI_RULE_REQUIRED_ASKED, list->list.items[i],
                         list->list.items[i]->text);
    }
    playbook->open_required = required;
    return 0;
}

/* States a case begins in while something holds; else it begins in `to`. */
static int load_starts(struct li_load *load, const struct li_node *open)
{
    static const char *const words[] = {"state", "when", NULL};
    const struct li_node *list = li_node_get(open, "start");
    const struct li_machine *machine = &load->playbook->machines[0];
    struct li_start *starts;
    int r = 0;

    if (!list)
        return 0;
    if (list->kind != LI_LIST) {
        li_load_tell(load, LI_RULE_SHAPE_LIST, list, LI_S("start"));
        return 0;
    }
    starts = li_alloc_array(load->ctx, list->list.count, sizeof(*starts));
    if (!starts)
        return -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < list->list.count; i++) {
        const struct li_node *item = list->list.items[i];
        struct li_str state;

        if (!li_load_map(load, item, LI_S("start"), words))
            continue;
        state = li_load_need_text(load, item, "state");
        starts[i].state = li_machine_state(machine, state);
        if (starts[i].state < 0 && state.len)
            li_load_tell(load, LI_RULE_NO_STATE, li_node_get(item, "state"), state);
        li_load_need_text(load, item, "when");
        load->leading = true;
        r = li_load_when(load, item, "when", LI_LOAD_NOBODY, &starts[i].when);
        load->leading = false;
    }
    load->playbook->starts = starts;
    load->playbook->start_count = list->list.count;
    return r;
}

int li_load_open(struct li_load *load)
{
    static const char *const words[] = {"by",    "via",   "fields", "required", "to",
                                        "start", "check", "under",  NULL};
    const struct li_node *open = li_node_get(load->plain, "open");
    struct li_playbook *playbook = load->playbook;
    bool system;
    int r;

    if (!open) {
        li_load_tell(load, LI_RULE_WORD_MISSING, load->plain, LI_S("open"));
        return 0;
    }
    if (!li_load_map(load, open, LI_S("open"), words))
        return 0;
    r = li_load_who(load, open, "by", &playbook->open_by, &playbook->open_by_count, &system);
    if (r == 0)
        check_opener(load, open);
    if (r == 0)
        r = load_ways(load, open);
    if (r == 0)
        r = load_open_fields(load, open);
    if (r == 0)
        r = load_starts(load, open);
    return r ? r : li_load_open_checks(load, open);
}
