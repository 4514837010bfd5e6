/*
 * What a case enters in the ledger: a plan's entries become postings between the
 * accounts of those it names, decided and written with the action that makes them.
 *
 * How much was reckoned by the machine.  Whether there is enough is the ledger's to say,
 * and its refusal is the action's.
 */
#include "base/grow.h"
#include "base/id.h"
#include "case/inside.h"
#include "contract/fault.h"

#define LINES 2 /* of an entry: from, to */

int li_case_books(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_case *row)
{
    const struct li_playbook *playbook = row->playbook;
    const struct li_ledger_who who = {.kind = LI_S("case"), .ref = row->id, .name = LI_S("")};
    int64_t *books;
    int r = 0;

    if (playbook->book_count == 0) {
        return 0;
    }
    books = li_alloc_array(ctx, playbook->book_count, sizeof(*books));
    if (!books) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < playbook->book_count; i++) {
        struct li_ledger_account account = {.balance = 0};
        r = li_ledger_account_of(ctx, conn, tenant, playbook->books[i].name, &who, &account);
        r = r == -LI_E_NOT_FOUND ? 0 : r;
        books[i] = account.balance;
    }
    row->books = books;
    return r;
}

/* ---- whose account ----------------------------------------------------------------- */

struct entering {
    struct li_ctx *ctx;
    int64_t now;
    const struct li_viewer *viewer; /* NULL: nobody acts */
    const struct li_case *row;      /* as it will stand */
    const struct li_part *part;     /* it is made for; NULL: the case */
};

/* What a field has now, of the part where that keeps it; NULL: nothing. */
static const struct li_node *value_of(const struct entering *entering, int place)
{
    const struct li_playbook *playbook = entering->row->playbook;
    struct li_str name = playbook->fields[place].name;
    bool own =
        entering->part && li_machine_keeps(&playbook->machines[entering->part->machine], place);

    return li_node_get_str(own ? entering->part->fields : entering->row->fields, name);
}

static int named_by(const struct entering *entering, int place, struct li_ledger_who *ret)
{
    const struct li_field *field = &entering->row->playbook->fields[place];
    const struct li_node *value = value_of(entering, place);

    ret->kind = field->type == LI_FIELD_ORG      ? LI_S("organization")
                : field->type == LI_FIELD_PERSON ? LI_S("person")
                                                 : LI_S("row");
    if (!value || value->kind != LI_TEXT) {
        return li_fault(entering->ctx, LI_FAULT_REQUIRED,
                        li_strf(entering->ctx, "/fields/%.*s", LI_P(field->name)), LI_S(""));
    }
    return li_id_parse(entering->ctx, value->text, &ret->ref);
}

/* The code of so many digits in the case's path; empty: it lies above. */
static struct li_str area_of(const struct entering *entering, size_t digits)
{
    struct li_str rest = entering->row->area_path;

    while (rest.ptr) {
        struct li_str code = li_str_cut(&rest, '/');
        if (code.len == digits) {
            return code;
        }
    }
    return LI_S("");
}

/* An id is written in capitals, a word of the ledger in small letters. */
static struct li_str lowered(struct li_ctx *ctx, struct li_str text)
{
    char *bytes = li_alloc_array(ctx, text.len, 1);

    for (size_t i = 0; bytes && i < text.len; i++) {
        char c = text.ptr[i];
        bytes[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return bytes ? li_str_n(bytes, text.len) : LI_S("");
}

static struct li_str fund_key(const struct entering *entering, const struct li_side *side, size_t i)
{
    const struct li_civil then = li_civil_at(entering->now);
    const struct li_node *value;

    switch (side->by[i].by) {
    case LI_BY_YEAR:
        return li_strf(entering->ctx, "%d", then.year);
    case LI_BY_QUARTER:
        return li_strf(entering->ctx, "%d-q%d", then.year, (then.month + 2) / 3);
    case LI_BY_MONTH:
        return li_strf(entering->ctx, "%d-%02d", then.year, then.month);
    case LI_BY_STREET:
        return area_of(entering, 9);
    case LI_BY_COMMUNITY:
        return area_of(entering, 12);
    default:
        value = value_of(entering, side->by[i].field);
        return value && value->kind == LI_TEXT ? lowered(entering->ctx, value->text) : LI_S("");
    }
}

static int fund_name(const struct entering *entering, const struct li_side *side,
                     struct li_str *ret)
{
    *ret = side->name;
    for (size_t i = 0; i < side->by_count; i++) {
        struct li_str key = fund_key(entering, side, i);
        if (key.len == 0) {
            return LI_FAIL(entering->ctx, LI_E_STATE, "which account of %.*s it is stays open",
                           LI_P(side->name));
        }
        *ret = li_strf(entering->ctx, "%.*s:%.*s", LI_P(*ret), LI_P(key));
        if (!ret->ptr) {
            return -LI_E_NOMEM;
        }
    }
    return 0;
}

static int who_is(const struct entering *entering, const struct li_side *side,
                  struct li_ledger_who *ret)
{
    const struct li_viewer *viewer = entering->viewer;

    *ret = (struct li_ledger_who){.kind = LI_S("case"), .name = LI_S("")};
    switch (side->kind) {
    case LI_SIDE_CASE:
        ret->ref = entering->row->id;
        return 0;
    case LI_SIDE_ACTOR:
        ret->kind = LI_S("person");
        ret->ref = viewer ? viewer->person : 0;
        return ret->ref ? 0
                        : LI_FAIL(entering->ctx, LI_E_FORBIDDEN, "only a person has an account");
    case LI_SIDE_ORG:
        li_assert(entering->part);
        ret->kind = LI_S("organization");
        ret->ref = entering->part->org;
        return ret->ref ? 0 : LI_FAIL(entering->ctx, LI_E_STATE, "no organization has it");
    case LI_SIDE_FIELD:
        return named_by(entering, side->field, ret);
    case LI_SIDE_FUND:
        ret->kind = LI_S("fund");
        return fund_name(entering, side, &ret->name);
    case LI_SIDE_SOURCE:
        ret->kind = LI_S("source");
        ret->name = side->name;
        return 0;
    }
    return LI_FAIL(entering->ctx, LI_E_CORRUPT, "an account of nobody");
}

/* Whether everything is given that says which account it is. */
static bool is_told(const struct entering *entering, const struct li_side *side)
{
    if (side->kind == LI_SIDE_FIELD) {
        return value_of(entering, side->field) != NULL;
    }
    for (size_t i = 0; i < side->by_count; i++) {
        if (fund_key(entering, side, i).len == 0) {
            return false;
        }
    }
    return true;
}

int li_case_balance(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t now,
                    const struct li_case *row, const struct li_balance *balance, int64_t *ret)
{
    const struct entering entering = {.ctx = ctx, .now = now, .row = row};
    struct li_ledger_account account = {.balance = 0};
    struct li_ledger_who who;
    int r = 0;

    if (is_told(&entering, &balance->of)) {
        r = who_is(&entering, &balance->of, &who);
        r = r ? r
              : li_ledger_account_of(ctx, conn, tenant, row->playbook->books[balance->book].name,
                                     &who, &account);
        r = r == -LI_E_NOT_FOUND ? 0 : r;
    }
    *ret = account.balance;
    return r;
}

/* ---- entries ------------------------------------------------------------------------ */

/* The end of the day a field names; 0: none was given, it never expires. */
static int64_t day_end(const struct entering *entering, int place)
{
    const struct li_node *value = value_of(entering, place);
    int32_t day;

    if (!value || value->kind != LI_TEXT || li_date_parse(entering->ctx, value->text, &day)) {
        return 0;
    }
    return li_day_start(day + 1);
}

static int enter(const struct entering *entering, const struct li_plan_entry *planned,
                 struct li_posting *ret)
{
    const struct li_playbook *playbook = entering->row->playbook;
    const struct li_action *action = &playbook->actions[planned->action];
    const struct li_entry_rule *rule = &action->entries[planned->entry];
    struct li_ledger_line *lines = li_alloc_array(entering->ctx, LINES, sizeof(*lines));
    const struct li_node *evidence = rule->evidence < 0 ? NULL : value_of(entering, rule->evidence);
    int r = lines ? who_is(entering, &rule->from, &lines[0].who) : -LI_E_NOMEM;

    r = r ? r : who_is(entering, &rule->to, &lines[1].who);
    if (r) {
        return r;
    }
    lines[0].amount = -planned->amount;
    lines[1].amount = planned->amount;
    if (rule->lasts.amount) {
        lines[1].until = li_calendar_add(NULL, entering->now, rule->lasts).at;
    }
    lines[1].until = rule->until < 0 ? lines[1].until : day_end(entering, rule->until);
    *ret = (struct li_posting){.book = playbook->books[rule->book].name,
                               .rule = action->name,
                               .version = playbook->version,
                               .case_id = entering->row->id,
                               .part = planned->part,
                               .evidence = evidence && evidence->kind == LI_TEXT ? evidence->text
                                                                                 : LI_S(""),
                               .approver = entering->viewer->person,
                               .lines = lines,
                               .line_count = LINES};
    return 0;
}

struct postings {
    struct li_posting *items;
    size_t count, cap;
};

static int add(const struct entering *entering, struct postings *to, const struct li_posting *one)
{
    struct li_posting *items =
        li_grow(entering->ctx, to->items, to->count, &to->cap, sizeof(*items));

    if (!items) {
        return -LI_E_NOMEM;
    }
    to->items = items;
    items[to->count++] = *one;
    return 0;
}

static bool one_gesture(const struct li_plan_entry *a, const struct li_plan_entry *b)
{
    return a->entry < 0 && b->entry < 0 && a->action == b->action && a->part == b->part;
}

/* Whether the entry is one of those that the gesture of `planned` takes back. */
static bool is_meant(const struct entering *entering, const struct li_plan *plan,
                     const struct li_plan_entry *planned, const struct li_ledger_entry *made)
{
    bool meant = false;

    for (size_t i = 0; i < plan->entry_count; i++) {
        const struct li_plan_entry *one = &plan->entries[i];
        meant |= one_gesture(one, planned) &&
                 li_str_eq(entering->row->playbook->actions[one->reversed].name, made->rule);
    }
    return meant && !made->reversed_by && !made->reverses &&
           (!planned->part || made->part == planned->part);
}

/* Everything that those actions entered for the case, or for the part, and nobody took back: what
 * was entered last goes first, as the others stand on it. */
static int take_back(const struct entering *entering, const struct li_tx *tx,
                     const struct li_plan *plan, const struct li_plan_entry *planned,
                     const struct li_ledger_entry *made, size_t made_count, struct postings *to)
{
    int r = 0;

    for (size_t i = made_count; r == 0 && i-- > 0;) {
        struct li_posting posting;
        if (!is_meant(entering, plan, planned, &made[i])) {
            continue;
        }
        r = li_ledger_opposite(entering->ctx, tx->conn, tx->tenant, &made[i], &posting);
        posting.approver = entering->viewer->person;
        r = r ? r : add(entering, to, &posting);
    }
    return r;
}

static const struct li_part *part_of(const struct li_case_part *parts, size_t count, int no)
{
    for (size_t i = 0; i < count; i++) {
        if (parts[i].part.no == no) {
            return &parts[i].part;
        }
    }
    return NULL;
}

/* What the case will have in its books. */
static int reckon_books(struct li_ctx *ctx, struct li_case *row, const struct postings *all)
{
    const struct li_playbook *playbook = row->playbook;
    int64_t *books = li_alloc_array(ctx, playbook->book_count, sizeof(*books));

    if (!books) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < playbook->book_count; i++) {
        books[i] = row->books ? row->books[i] : 0;
        for (size_t k = 0; k < all->count; k++) {
            const struct li_posting *posting = &all->items[k];
            bool here = li_str_eq(posting->book, playbook->books[i].name);
            for (size_t n = 0; here && n < posting->line_count; n++) {
                const struct li_ledger_line *line = &posting->lines[n];
                bool own = li_str_is(line->who.kind, "case") && line->who.ref == row->id;
                books[i] += own ? line->amount : 0;
            }
        }
    }
    row->books = books;
    return 0;
}

int li_case_enter(struct li_ctx *ctx, const struct li_tx *tx, struct li_case *row,
                  const struct li_case_part *parts, size_t part_count, const struct li_plan *plan,
                  struct li_postings **ret)
{
    struct entering entering = {.ctx = ctx, .now = tx->now, .viewer = tx->viewer, .row = row};
    struct li_ledger_entry *made = NULL;
    struct postings all = {.items = NULL};
    bool was_read = false;
    size_t made_count = 0;
    int r = 0;

    *ret = NULL;
    for (size_t i = 0; r == 0 && i < plan->entry_count; i++) {
        const struct li_plan_entry *planned = &plan->entries[i];
        struct li_posting posting;

        entering.part = planned->part ? part_of(parts, part_count, planned->part) : NULL;
        if (planned->entry >= 0) {
            r = enter(&entering, planned, &posting);
            r = r ? r : add(&entering, &all, &posting);
            continue;
        }
        if (i && one_gesture(planned, planned - 1)) {
            continue;
        }
        if (!was_read) {
            r = li_ledger_entries_of(ctx, tx->conn, tx->tenant, row->id, &made, &made_count);
            was_read = true;
        }
        r = r ? r : take_back(&entering, tx, plan, planned, made, made_count, &all);
    }
    if (r == 0 && all.count && row->playbook->publication) {
        r = reckon_books(ctx, row, &all);
    }
    return r || all.count == 0 ? r : li_postings_decide(ctx, tx, all.items, all.count, ret);
}

int li_case_put_entries(struct li_ctx *ctx, const struct li_tx *tx, struct li_json *json,
                        struct li_postings *postings)
{
    if (!postings) {
        return 0;
    }
    li_json_key(json, LI_LEDGER_KEY);
    return li_postings_write(ctx, tx, postings, json);
}

/* ---- adopting -------------------------------------------------------------------------- */

static struct li_ledger_book book_of(const struct li_book *book)
{
    return (struct li_ledger_book){.name = book->name,
                                   .unit = book->unit,
                                   .places = book->places,
                                   .title_zh = book->title.zh,
                                   .title_en = book->title.en,
                                   .lots = book->lots};
}

int li_case_books_check(struct li_ctx *ctx, const struct li_tx *tx,
                        const struct li_playbook *playbook)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < playbook->book_count; i++) {
        struct li_ledger_book book = book_of(&playbook->books[i]);
        r = li_ledger_book_fits(ctx, tx->conn, tx->tenant, &book);
    }
    return r;
}

int li_case_books_keep(struct li_ctx *ctx, const struct li_tx *tx,
                       const struct li_playbook *playbook, struct li_json *json)
{
    int r = 0;

    if (playbook->book_count == 0) {
        return 0;
    }
    li_json_key(json, "books");
    li_json_open_list(json);
    for (size_t i = 0; r == 0 && i < playbook->book_count; i++) {
        struct li_ledger_book book = book_of(&playbook->books[i]);
        r = li_ledger_book_keep(ctx, tx, &book, json);
    }
    li_json_close_list(json);
    return r;
}
