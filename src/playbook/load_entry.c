/*
 * `books`, and the entries of the ledger that an action makes (`entries`) or takes back
 * (`reverses`).
 */
#include "playbook/load.h"

/* ---- books --------------------------------------------------------------------- */

static int load_book(struct li_load *load, const struct li_member *member, struct li_book *book)
{
    static const char *const words[] = {"unit", "places", "title", "lots", "names", NULL};
    const struct li_node *map = member->value;
    int64_t places;

    *book = (struct li_book){.name = member->key};
    if (!li_load_map(load, map, member->key, words))
        return 0;
    book->unit = li_load_need_text(load, map, "unit");
    if (book->unit.len && !li_word_is_name(book->unit, '-'))
        li_load_tell(load, LI_RULE_NAME_FORM, li_node_get(map, "unit"), book->unit);
    places = li_node_get(map, "places") ? li_load_int(load, map, "places") : 0;
    if (places > 3)
        li_load_tell(load, LI_RULE_BOOK_PLACES, li_node_get(map, "places"), member->key);
    else
        book->places = (int)places;
    book->title = li_load_texts(load, map, "title", true);
    book->lots = li_load_bool(load, map, "lots");
    return li_load_labelled(load, map, "names", LI_BOOK_NAMES, &book->names, &book->name_count);
}

int li_load_books(struct li_load *load)
{
    const struct li_node *named =
        li_load_named(load, load->plain, "books", LI_PLAYBOOK_BOOKS, false);
    struct li_book *books;
    int r = 0;

    if (!named)
        return 0;
    books = li_alloc_array(load->ctx, named->map.count, sizeof(*books));
    if (!books)
        return -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < named->map.count; i++)
        r = load_book(load, &named->map.items[i], &books[i]);
    load->playbook->books = books;
    load->playbook->book_count = named->map.count;
    return r;
}

/* ---- whose account --------------------------------------------------------------- */

/* A field that names whoever can have an account; one of the case, or of the part. */
static bool names_holder(const struct li_load *load, int place)
{
    const struct li_field *field = &load->playbook->fields[place];

    return !field->many && (field->type == LI_FIELD_ORG || field->type == LI_FIELD_PERSON ||
                            field->type == LI_FIELD_SUBJECT);
}

/* What a fund may be divided by: one value, which is no text. */
static bool divides(const struct li_load *load, int place)
{
    return load->playbook->fields[place].type == LI_FIELD_CHOICE || names_holder(load, place);
}

static void load_by(struct li_load *load, const struct li_node *map, struct li_side *side)
{
    static const char *const spans[] = {"year", "street", "community", "quarter", "month"};
    const struct li_node *list = li_load_words(load, map, "by", false);

    if (list->list.count > LI_SIDE_BYS) {
        li_load_tell(load, LI_RULE_TOO_MANY, li_node_get(map, "by"), LI_S("by"));
        return;
    }
    for (size_t i = 0; i < list->list.count; i++) {
        struct li_str word = list->list.items[i]->text;
        int known = li_word_find(spans, 5, word);
        int field = known < 0 ? li_playbook_field(load->playbook, word) : -1;

        if (known < 0 && (field < 0 || !divides(load, field))) {
            li_load_tell(load, LI_RULE_SIDE_BY, list->list.items[i], word);
            continue;
        }
        side->by[side->by_count].by = known < 0 ? LI_BY_FIELD : (enum li_side_by)known;
        side->by[side->by_count++].field = field;
    }
}

static void load_named_side(struct li_load *load, const struct li_node *map, struct li_side *side)
{
    static const char *const words[] = {"field", "fund", "source", "by", NULL};
    struct li_str field = li_load_text(load, map, "field"), fund = li_load_text(load, map, "fund"),
                  source = li_load_text(load, map, "source");

    if ((field.len > 0) + (fund.len > 0) + (source.len > 0) != 1 ||
        !li_load_map(load, map, LI_S("entries"), words)) {
        li_load_tell(load, LI_RULE_SIDE_FORM, map, LI_S("entries"));
        return;
    }
    if (field.len) {
        side->kind = LI_SIDE_FIELD;
        side->field = li_playbook_field(load->playbook, field);
        if (side->field < 0 || !names_holder(load, side->field))
            li_load_tell(load, LI_RULE_SIDE_FIELD, li_node_get(map, "field"), field);
        return;
    }
    side->kind = fund.len ? LI_SIDE_FUND : LI_SIDE_SOURCE;
    side->name = fund.len ? fund : source;
    if (!li_word_is_name(side->name, '-') || side->name.len > LI_SIDE_NAME)
        li_load_tell(load, LI_RULE_NAME_FORM, map, side->name);
    load_by(load, map, side);
}

static void load_side(struct li_load *load, const struct li_node *map, const char *key,
                      struct li_side *side)
{
    static const char *const sides[] = {"case", "actor", "org"};
    const struct li_node *node = li_node_get(map, key);
    int known;

    *side = (struct li_side){.field = -1};
    if (!node) {
        li_load_tell(load, LI_RULE_WORD_MISSING, map, li_str(key));
        return;
    }
    if (node->kind == LI_MAP) {
        load_named_side(load, node, side);
        return;
    }
    known = node->kind == LI_TEXT ? li_word_find(sides, 3, node->text) : -1;
    if (known < 0 || (known == LI_SIDE_ORG && !load->self))
        li_load_tell(load, LI_RULE_SIDE_FORM, node, li_str(key));
    else
        side->kind = (enum li_side_kind)known;
}

/* ---- balances --------------------------------------------------------------------- */

static int book_of(struct li_load *load, const struct li_node *map);
static void check_named(struct li_load *load, const struct li_node *map, const char *key,
                        const struct li_book *book, const struct li_side *side);

static void load_balance(struct li_load *load, const struct li_member *member,
                         struct li_balance *balance)
{
    static const char *const words[] = {"label", "book", "of", NULL};
    const struct li_node *map = member->value;

    *balance = (struct li_balance){.name = member->key, .of = {.field = -1}};
    if (!li_load_map(load, map, member->key, words))
        return;
    balance->label = li_load_texts(load, map, "label", true);
    if (!load->playbook->book_count) {
        li_load_tell(load, LI_RULE_WORD_MISSING, map, LI_S("books"));
        return;
    }
    balance->book = book_of(load, map);
    load_side(load, map, "of", &balance->of);
    check_named(load, map, "of", &load->playbook->books[balance->book], &balance->of);
    if (balance->of.kind != LI_SIDE_FIELD && balance->of.kind != LI_SIDE_FUND &&
        balance->of.kind != LI_SIDE_SOURCE)
        li_load_tell(load, LI_RULE_BALANCE_OF, map, member->key);
}

int li_load_balances(struct li_load *load)
{
    const struct li_node *named =
        li_load_named(load, load->plain, "balances", LI_PLAYBOOK_BALANCES, false);
    struct li_balance *balances;

    if (!named)
        return 0;
    balances = li_alloc_array(load->ctx, named->map.count, sizeof(*balances));
    if (!balances)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < named->map.count; i++)
        load_balance(load, &named->map.items[i], &balances[i]);
    load->playbook->balances = balances;
    load->playbook->balance_count = named->map.count;
    return 0;
}

/* ---- entries ----------------------------------------------------------------------- */

static int book_of(struct li_load *load, const struct li_node *map)
{
    struct li_str name = li_load_need_text(load, map, "book");

    for (size_t i = 0; i < load->playbook->book_count; i++)
        if (li_str_eq(load->playbook->books[i].name, name))
            return (int)i;
    if (name.len)
        li_load_tell(load, LI_RULE_NO_BOOK, li_node_get(map, "book"), name);
    return 0;
}

static void load_evidence(struct li_load *load, const struct li_node *map,
                          struct li_entry_rule *entry)
{
    struct li_str name = li_load_text(load, map, "evidence");

    entry->evidence = name.len ? li_playbook_field(load->playbook, name) : -1;
    if (name.len &&
        (entry->evidence < 0 || load->playbook->fields[entry->evidence].type != LI_FIELD_EXTERNAL))
        li_load_tell(load, LI_RULE_ENTRY_EVIDENCE, li_node_get(map, "evidence"), name);
}

static bool same_side(const struct li_side *a, const struct li_side *b)
{
    return a->kind == b->kind && a->field == b->field && li_str_eq(a->name, b->name);
}

/* A fund or source has a name that people read. */
static void check_named(struct li_load *load, const struct li_node *map, const char *key,
                        const struct li_book *book, const struct li_side *side)
{
    bool known = side->kind != LI_SIDE_FUND && side->kind != LI_SIDE_SOURCE;

    for (size_t i = 0; i < book->name_count; i++)
        known |= li_str_eq(book->names[i].name, side->name);
    if (!known && side->name.len)
        li_load_tell(load, LI_RULE_SIDE_NAMED, li_node_get(map, key), side->name);
}

/* The day on whose end what comes in expires. */
static void load_until(struct li_load *load, const struct li_node *map, struct li_entry_rule *entry)
{
    struct li_str name = li_load_text(load, map, "until");

    entry->until = name.len ? li_playbook_field(load->playbook, name) : -1;
    if (name.len && (entry->until < 0 || entry->lasts.amount ||
                     load->playbook->fields[entry->until].type != LI_FIELD_DATE ||
                     !load->playbook->books[entry->book].lots))
        li_load_tell(load, LI_RULE_ENTRY_UNTIL, li_node_get(map, "until"), name);
}

static int load_entry(struct li_load *load, const struct li_node *map, struct li_str action,
                      struct li_entry_rule *entry)
{
    static const char *const words[] = {"book",     "from",  "to",    "amount", "when",
                                        "evidence", "lasts", "until", NULL};
    int r;

    *entry = (struct li_entry_rule){.evidence = -1, .until = -1};
    if (!li_load_map(load, map, LI_S("entries"), words) || !load->playbook->book_count) {
        if (!load->playbook->book_count)
            li_load_tell(load, LI_RULE_WORD_MISSING, map, LI_S("books"));
        return 0;
    }
    entry->book = book_of(load, map);
    load_side(load, map, "from", &entry->from);
    load_side(load, map, "to", &entry->to);
    check_named(load, map, "from", &load->playbook->books[entry->book], &entry->from);
    check_named(load, map, "to", &load->playbook->books[entry->book], &entry->to);
    if (same_side(&entry->from, &entry->to))
        li_load_tell(load, LI_RULE_ENTRY_SAME, map, action);
    load_evidence(load, map, entry);
    if (li_node_get(map, "lasts")) {
        li_load_length(load, map, "lasts", LI_CLOCK_CALENDAR, &entry->lasts);
        if (!load->playbook->books[entry->book].lots)
            li_load_tell(load, LI_RULE_ENTRY_LASTS, li_node_get(map, "lasts"), action);
    }
    load_until(load, map, entry);
    r = li_load_amount(load, map, "amount", &entry->amount);
    return r ? r : li_load_when(load, map, "when", LI_LOAD_NOBODY, &entry->when);
}

int li_load_entries(struct li_load *load, const struct li_node *map, struct li_action *action)
{
    const struct li_node *list = li_node_get(map, "entries");
    struct li_entry_rule *entries;
    int r = 0;

    if (!list)
        return 0;
    if (list->kind != LI_LIST || list->list.count > LI_PLAYBOOK_ENTRIES) {
        li_load_tell(load, list->kind == LI_LIST ? LI_RULE_TOO_MANY : LI_RULE_SHAPE_LIST, list,
                     LI_S("entries"));
        return 0;
    }
    entries = li_alloc_array(load->ctx, list->list.count, sizeof(*entries));
    if (!entries)
        return -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < list->list.count; i++)
        r = load_entry(load, list->list.items[i], action->name, &entries[i]);
    action->entries = entries;
    action->entry_count = list->list.count;
    return r;
}

int li_load_reverses(struct li_load *load, const struct li_node *named)
{
    struct li_action *actions = (struct li_action *)(uintptr_t)load->playbook->actions;

    for (size_t i = 0; i < named->map.count; i++) {
        const struct li_node *list =
            li_load_words(load, named->map.items[i].value, "reverses", false);

        for (size_t k = 0; k < list->list.count; k++) {
            int place = li_playbook_action(load->playbook, list->list.items[k]->text);
            const struct li_action *of = place < 0 ? NULL : &actions[place];

            if (!of || !of->entry_count || (of->machine && of->machine != actions[i].machine))
                li_load_tell(load, LI_RULE_ENTRY_REVERSES, list->list.items[k],
                             list->list.items[k]->text);
            else
                actions[i].reverses[place / 64] |= UINT64_C(1) << place % 64;
        }
    }
    return 0;
}
