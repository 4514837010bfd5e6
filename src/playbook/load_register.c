/*
 * From YAML to a register; see register.h.
 *
 * The fields are those of a playbook and read by its loader, so that a new type is
 * there for both.  What is said here is only what a standing thing has and a matter
 * has not.
 */
#include "playbook/register.h"

#include "base/json.h"
#include "playbook/desugar.h"
#include "playbook/flat.h"
#include "playbook/load.h"

struct maker {
    struct li_load load;
    struct li_register *reg;
};

/* The place of the field a key names, of one of two types; -1 (told when it is
 * named and does not fit). */
static int pick(struct maker *maker, const struct li_node *map, const char *key,
                enum li_field_type type, enum li_rule rule)
{
    struct li_str name = li_load_text(&maker->load, map, key);
    int place = name.len ? li_playbook_field(&maker->reg->form, name) : -1;

    if (!name.len)
        return -1;
    if (place < 0) {
        li_load_tell(&maker->load, LI_RULE_NO_FIELD, li_node_get(map, key), name);
    } else if (maker->reg->form.fields[place].type != type ||
               maker->reg->form.fields[place].personal) {
        li_load_tell(&maker->load, rule, li_node_get(map, key), name);
        place = -1;
    }
    return place;
}

static void load_head(struct maker *maker)
{
    struct li_load *load = &maker->load;
    struct li_playbook *form = &maker->reg->form;
    const struct li_node *plain = load->plain;

    form->name = li_load_need_text(load, plain, "register");
    if (form->name.len && !li_word_is_name(form->name, '-'))
        li_load_tell(load, LI_RULE_NAME_FORM, li_node_get(plain, "register"), form->name);
    if (!li_node_get(plain, "version"))
        li_load_tell(load, LI_RULE_WORD_MISSING, plain, LI_S("version"));
    form->version = (int)(li_load_int(load, plain, "version") & INT32_MAX);
    form->title = li_load_texts(load, plain, "title", true);
    form->why = li_load_texts(load, plain, "why", true);
    maker->reg->issuer = li_load_texts(load, plain, "issuer", true);
    maker->reg->basis = li_load_texts(load, plain, "basis", true);
    if (!li_node_get(plain, "keep"))
        li_load_tell(load, LI_RULE_WORD_MISSING, plain, LI_S("keep"));
    form->keep_days = li_load_days(load, plain, "keep");
}

/* What a row is called, numbered by, where it lies, and how long it holds. */
static void load_places(struct maker *maker)
{
    static const char *const words[] = {"from", "until", NULL};
    struct li_register *reg = maker->reg;
    struct li_load *load = &maker->load;
    const struct li_node *plain = load->plain, *valid = li_node_get(plain, "valid");

    li_load_need_text(load, plain, "name");
    reg->name = pick(maker, plain, "name", LI_FIELD_TEXT, LI_RULE_REGISTER_NAME);
    reg->code = pick(maker, plain, "code", LI_FIELD_TEXT, LI_RULE_REGISTER_NAME);
    reg->place = pick(maker, plain, "place", LI_FIELD_AREA, LI_RULE_REGISTER_PLACE);
    reg->number = li_load_text(load, plain, "number");
    if (!li_node_get(plain, "code") == !li_node_get(plain, "number"))
        li_load_tell(load, LI_RULE_REGISTER_NUMBER, plain, reg->form.name);
    if (reg->number.len && !li_load_number_fits(reg->number))
        li_load_tell(load, LI_RULE_NUMBER_FORM, li_node_get(plain, "number"), reg->number);
    reg->from = reg->until = -1;
    if (valid && li_load_map(load, valid, LI_S("valid"), words)) {
        reg->from = pick(maker, valid, "from", LI_FIELD_DATE, LI_RULE_UNTIL_DATE);
        reg->until = pick(maker, valid, "until", LI_FIELD_DATE, LI_RULE_UNTIL_DATE);
    }
}

static int load_posts(struct maker *maker)
{
    struct li_register *reg = maker->reg;
    struct li_load *load = &maker->load;
    const struct li_node *list = li_load_words(load, load->plain, "by", true);
    struct li_str *by = li_alloc_array(load->ctx, list->list.count, sizeof(*by));

    if (!by)
        return -LI_E_NOMEM;
    reg->owner = li_load_need_text(load, load->plain, "owner");
    if (reg->owner.len && !li_word_is_post(reg->owner))
        li_load_tell(load, LI_RULE_NO_POST, li_node_get(load->plain, "owner"), reg->owner);
    if (list->list.count > LI_REGISTER_POSTS)
        li_load_tell(load, LI_RULE_TOO_MANY, list, LI_S("by"));
    for (size_t i = 0; i < list->list.count; i++) {
        by[i] = list->list.items[i]->text;
        if (!li_word_is_post(by[i]))
            li_load_tell(load, LI_RULE_NO_POST, list->list.items[i], by[i]);
    }
    reg->by = by;
    reg->by_count = list->list.count;
    return 0;
}

static int load_required(struct maker *maker)
{
    struct li_register *reg = maker->reg;
    struct li_load *load = &maker->load;
    bool *required = li_alloc_array(load->ctx, reg->form.field_count, sizeof(*required));
    const int *places;
    size_t count;
    int r =
        required ? li_load_field_list(load, load->plain, "required", &places, &count) : -LI_E_NOMEM;

    if (r)
        return r;
    for (size_t i = 0; i < count; i++)
        required[places[i]] = true;
    if (reg->name >= 0)
        required[reg->name] = true;
    if (reg->code >= 0)
        required[reg->code] = true;
    reg->required = required;
    return 0;
}

/* Rows are counted and found by what has few values; a text has too many. */
static bool can_find(const struct li_field *field)
{
    return !field->personal && !field->many &&
           (field->type == LI_FIELD_CHOICE || field->type == LI_FIELD_BOOL ||
            field->type == LI_FIELD_ORG || field->type == LI_FIELD_CODE ||
            field->type == LI_FIELD_SCALE || field->type == LI_FIELD_SUBJECT);
}

static int load_find(struct maker *maker)
{
    struct li_register *reg = maker->reg;
    struct li_load *load = &maker->load;
    const struct li_node *at = li_node_get(load->plain, "find");
    const int *places;
    size_t count;
    int r = li_load_field_list(load, load->plain, "find", &places, &count);

    if (r)
        return r;
    if (count > LI_REGISTER_FIND)
        li_load_tell(load, LI_RULE_TOO_MANY, at, LI_S("find"));
    for (size_t i = 0; i < count && i < LI_REGISTER_FIND; i++) {
        reg->find[reg->find_count++] = places[i];
        if (!can_find(&reg->form.fields[places[i]]))
            li_load_tell(load, LI_RULE_REGISTER_FIND, at, reg->form.fields[places[i]].name);
    }
    return 0;
}

/* What two rows in use may not have in common: a room, a day and a time. */
static int load_once(struct maker *maker)
{
    struct li_register *reg = maker->reg;
    struct li_load *load = &maker->load;
    const struct li_node *at = li_node_get(load->plain, "once");
    const int *places;
    size_t count;
    int r = li_load_field_list(load, load->plain, "once", &places, &count);

    if (r)
        return r;
    if (count > LI_REGISTER_FIND)
        li_load_tell(load, LI_RULE_TOO_MANY, at, LI_S("once"));
    for (size_t i = 0; i < count && i < LI_REGISTER_FIND; i++) {
        const struct li_field *field = &reg->form.fields[places[i]];

        reg->once[reg->once_count++] = places[i];
        if (!reg->required[places[i]] || (field->type != LI_FIELD_DATE && !can_find(field)))
            li_load_tell(load, LI_RULE_REGISTER_ONCE, at, field->name);
    }
    return 0;
}

/* {heading: 门店名称, field: shop_name}; without `field` the column is kept empty. */
static int load_columns(struct maker *maker)
{
    static const char *const words[] = {"heading", "field", NULL};
    struct li_register *reg = maker->reg;
    struct li_load *load = &maker->load;
    const struct li_node *list = li_node_get(load->plain, "columns");
    struct li_register_column *columns;

    if (!list || list->kind != LI_LIST || !list->list.count) {
        li_load_tell(load, list ? LI_RULE_SHAPE_LIST : LI_RULE_WORD_MISSING, load->plain,
                     LI_S("columns"));
        return 0;
    }
    if (list->list.count > LI_REGISTER_COLUMNS)
        li_load_tell(load, LI_RULE_TOO_MANY, list, LI_S("columns"));
    columns = li_alloc_array(load->ctx, list->list.count, sizeof(*columns));
    if (!columns)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < list->list.count; i++) {
        const struct li_node *item = list->list.items[i];
        struct li_str field;

        if (!li_load_map(load, item, LI_S("columns"), words))
            continue;
        columns[i].heading = li_load_need_text(load, item, "heading");
        field = li_load_text(load, item, "field");
        columns[i].field = field.len ? li_playbook_field(&reg->form, field) : -1;
        if (field.len && columns[i].field < 0)
            li_load_tell(load, LI_RULE_NO_FIELD, item, field);
        for (size_t k = 0; k < i; k++)
            if (li_str_eq(columns[k].heading, columns[i].heading) ||
                (columns[i].field >= 0 && columns[k].field == columns[i].field))
                li_load_tell(load, LI_RULE_TWICE, item, columns[i].heading);
    }
    reg->columns = columns;
    reg->column_count = list->list.count;
    return 0;
}

/* ---- who sees what -------------------------------------------------------------- */

/* One of `see.public`: a field's name, or {field, agreed}. */
static void load_one_shown(struct maker *maker, const struct li_node *item,
                           struct li_register_shown *shown)
{
    static const char *const words[] = {"field", "agreed", NULL};
    struct li_load *load = &maker->load;
    const struct li_playbook *form = &maker->reg->form;
    struct li_str name = item->kind == LI_TEXT ? item->text : LI_S("");

    shown->agreed = shown->field = -1;
    if (item->kind != LI_TEXT) {
        if (!li_load_map(load, item, LI_S("public"), words))
            return;
        name = li_load_need_text(load, item, "field");
        li_load_need_text(load, item, "agreed");
        shown->agreed = pick(maker, item, "agreed", LI_FIELD_BOOL, LI_RULE_REGISTER_AGREED);
    }
    shown->field = li_playbook_field(form, name);
    if (shown->field < 0)
        li_load_tell(load, LI_RULE_NO_FIELD, item, name);
    else if (form->fields[shown->field].opinion ||
             li_field_is_files(form->fields[shown->field].type) ||
             (form->fields[shown->field].personal && shown->agreed < 0))
        li_load_tell(load, LI_RULE_REGISTER_PUBLIC, item, name);
}

static int load_see(struct maker *maker)
{
    static const char *const words[] = {"public", "list", "print", NULL};
    struct li_register *reg = maker->reg;
    struct li_load *load = &maker->load;
    const struct li_node *see = li_node_get(load->plain, "see"), *list = li_node_get(see, "public");
    struct li_register_shown *shown;
    int r;

    if (!see || !li_load_map(load, see, LI_S("see"), words))
        return 0;
    if (list && list->kind == LI_LIST) {
        shown = li_alloc_array(load->ctx, list->list.count, sizeof(*shown));
        if (!shown)
            return -LI_E_NOMEM;
        for (size_t i = 0; i < list->list.count; i++)
            load_one_shown(maker, list->list.items[i], &shown[i]);
        reg->shown = shown;
        reg->shown_count = list->list.count;
    } else if (list) {
        li_load_tell(load, LI_RULE_SHAPE_LIST, list, LI_S("public"));
    }
    r = li_load_field_list(load, see, "list", &reg->list, &reg->list_count);
    return r ? r : li_load_field_list(load, see, "print", &reg->print, &reg->print_count);
}

static int load_cases(struct maker *maker)
{
    static const char *const words[] = {"cases", "within", "say", NULL};
    struct li_register *reg = maker->reg;
    struct li_load *load = &maker->load;
    const struct li_node *list = li_load_words(load, load->plain, "cases", false);
    const struct li_node *repeats = li_node_get(load->plain, "repeats");
    struct li_str *cases = li_alloc_array(load->ctx, list->list.count, sizeof(*cases));

    if (!cases)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < list->list.count; i++)
        cases[i] = list->list.items[i]->text;
    reg->cases = cases;
    reg->case_count = list->list.count;
    if (repeats && li_load_map(load, repeats, LI_S("repeats"), words)) {
        reg->repeats = li_load_int(load, repeats, "cases");
        reg->repeat_days = li_load_days(load, repeats, "within");
        reg->repeat_say = li_load_texts(load, repeats, "say", true);
        if (!reg->repeats || !reg->repeat_days || !reg->case_count)
            li_load_tell(load, LI_RULE_REGISTER_REPEATS, repeats, LI_S("repeats"));
    }
    return 0;
}

/* A row's texts lie in the vault beside one history entry. */
static void check_texts(struct maker *maker)
{
    const struct li_playbook *form = &maker->reg->form;
    size_t texts = 0;

    for (size_t i = 0; i < form->field_count; i++) {
        texts += form->fields[i].free_text || form->fields[i].personal;
        if (li_field_is_files(form->fields[i].type))
            li_load_tell(&maker->load, LI_RULE_REGISTER_PHOTOS, maker->load.plain,
                         form->fields[i].name);
    }
    if (texts > LI_REGISTER_TEXTS)
        li_load_tell(&maker->load, LI_RULE_TOO_MANY, li_node_get(maker->load.plain, "fields"),
                     LI_S("text"));
}

static int make_schema(struct maker *maker)
{
    struct li_register *reg = maker->reg;
    int *all = li_alloc_array(maker->load.ctx, reg->form.field_count, sizeof(*all));

    if (!all)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < reg->form.field_count; i++)
        all[i] = (int)i;
    return li_load_schema(&maker->load, all, reg->required, reg->form.field_count, &reg->schema);
}

/* What whoever holds a row reads, and may open: statement: {books: [BOOK], opens: PLAYBOOK, joins:
 * BOOK} */
static void load_statement(struct maker *maker)
{
    static const char *const words[] = {"books", "opens", "joins", NULL};
    struct li_load *load = &maker->load;
    struct li_register *reg = maker->reg;
    const struct li_node *map = li_node_get(load->plain, "statement"), *list;

    if (!map || !li_load_map(load, map, LI_S("statement"), words))
        return;
    list = li_load_words(load, map, "books", true);
    reg->opens = li_load_text(load, map, "opens");
    if (list->list.count > LI_REGISTER_BOOKS) {
        li_load_tell(load, LI_RULE_TOO_MANY, list, LI_S("books"));
        return;
    }
    for (size_t i = 0; i < list->list.count; i++)
        reg->books[reg->book_count++] = list->list.items[i]->text;
    reg->joins = li_load_text(load, map, "joins");
    for (int i = 0; i < reg->book_count; i++)
        if (li_str_eq(reg->books[i], reg->joins))
            return;
    if (reg->joins.len)
        li_load_tell(load, LI_RULE_NO_BOOK, map, reg->joins);
}

/* What anybody may open from a row's public page: asks: {playbook: NAME, where: BOOL} */
static void load_asks(struct maker *maker)
{
    static const char *const words[] = {"playbook", "where", NULL};
    struct li_load *load = &maker->load;
    struct li_register *reg = maker->reg;
    const struct li_node *map = li_node_get(load->plain, "asks");

    reg->asks_where = -1;
    if (!map || !li_load_map(load, map, LI_S("asks"), words))
        return;
    reg->asks = li_load_need_text(load, map, "playbook");
    if (li_node_get(map, "where"))
        reg->asks_where = pick(maker, map, "where", LI_FIELD_BOOL, LI_RULE_REGISTER_AGREED);
    if (reg->shown_count == 0)
        li_load_tell(load, LI_RULE_REGISTER_ASKS, map, reg->asks);
}

static int compile(struct maker *maker)
{
    static const char *const words[] = {"register", "version", "title",     "why",   "issuer",
                                        "basis",    "fields",  "name",      "code",  "number",
                                        "place",    "valid",   "required",  "owner", "by",
                                        "find",     "columns", "see",       "cases", "repeats",
                                        "keep",     "once",    "statement", "asks",  NULL};
    int r;

    if (!li_load_map(&maker->load, maker->load.plain, LI_S("register"), words))
        return 0;
    load_head(maker);
    r = li_load_fields(&maker->load);
    if (r)
        return r;
    load_places(maker);
    load_statement(maker);
    check_texts(maker);
    r = load_posts(maker);
    r = r ? r : load_required(maker);
    r = r ? r : load_find(maker);
    r = r ? r : load_once(maker);
    r = r ? r : load_columns(maker);
    r = r ? r : load_see(maker);
    r = r ? r : load_cases(maker);
    load_asks(maker);
    return r || maker->load.faults ? r : make_schema(maker);
}

/* The plain tree, and the order of its fields, which canonical bytes do not have. */
static int hash(struct maker *maker)
{
    struct li_playbook *form = &maker->reg->form;
    struct li_buf *names = li_buf_new(maker->load.ctx, 0);
    struct li_str parts[2];
    int r = names ? li_canonical(maker->load.ctx, form->plain, &parts[0]) : -LI_E_NOMEM;

    if (r)
        return r;
    for (size_t i = 0; i < form->field_count; i++) {
        li_buf_str(names, form->fields[i].name);
        li_buf_char(names, '\n');
    }
    parts[1] = li_buf_view(names);
    form->hash = li_hash_parts(parts, 2);
    return li_buf_check(maker->load.ctx, names);
}

int li_register_load(struct li_ctx *ctx, const char *name, struct li_str yaml,
                     struct li_register **ret)
{
    struct maker maker = {.load = {.ctx = ctx}};
    struct li_node *plain;
    struct li_flat *flat;
    int r = li_flatten(ctx, name, yaml, NULL, &flat);

    r = r ? r : li_desugar(ctx, flat->tree, &plain);
    if (r)
        return r;
    maker.reg = li_alloc(ctx, sizeof(*maker.reg));
    if (!maker.reg)
        return -LI_E_NOMEM;
    maker.load.flat = flat;
    maker.load.plain = plain;
    maker.load.playbook = &maker.reg->form;
    maker.reg->form.plain = plain;
    maker.reg->form.level = -1;
    r = compile(&maker);
    if (r == 0 && maker.load.faults)
        return -LI_E_INVALID;
    r = r ? r : hash(&maker);
    if (r == 0)
        *ret = maker.reg;
    return r;
}
