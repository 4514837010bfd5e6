/*
 * The ledger in scenarios: what stands in its books before (`books` of a scenario), and
 * what is expected there (`books` of a `then`).
 *
 *     books: {points: {case: 0, "fund:gifts": 40, "unit:路灯队": 12, "row:passbook:张三": 5}}
 */
#include "base/id.h"
#include "bind/scenario_script.h"
#include "ledger/ledger.h"

/* ---- checked ------------------------------------------------------------------------- */

static void check_holder(struct li_script *script, const struct li_member *member)
{
    static const char *const kinds[] = {"fund:", "source:", "unit:", "row:"};
    bool known = li_str_is(member->key, "case");

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        known |= li_str_starts(member->key, li_str(kinds[i]));
    }
    if (!known || member->value->kind != LI_INT) {
        li_script_tell(script, member->value,
                       "a number of case, fund:, source:, unit: or row:REGISTER:NAME", member->key);
    }
}

void li_script_check_books(struct li_script *script, const struct li_node *books)
{
    for (size_t i = 0; books && books->kind == LI_MAP && i < books->map.count; i++) {
        const struct li_member *book = &books->map.items[i];
        bool known = false;
        for (size_t k = 0; k < script->playbook->book_count; k++) {
            known |= li_str_eq(script->playbook->books[k].name, book->key);
        }
        if (!known || book->value->kind != LI_MAP) {
            li_script_tell(script, book->value, "the playbook keeps no such book", book->key);
            continue;
        }
        for (size_t k = 0; k < book->value->map.count; k++) {
            check_holder(script, &book->value->map.items[k]);
        }
    }
}

/* ---- whose ------------------------------------------------------------------------------ */

static int holder_of(struct li_town *town, int64_t case_id, struct li_str text,
                     struct li_ledger_who *ret)
{
    struct li_str rest = text, kind = li_str_cut(&rest, ':'), name, id;
    int r;

    *ret = (struct li_ledger_who){.kind = kind, .name = LI_S("")};
    if (li_str_is(kind, "case")) {
        ret->ref = case_id;
        return 0;
    }
    if (li_str_is(kind, "unit")) {
        ret->kind = LI_S("organization");
        ret->ref = li_town_unit(town, rest);
        return ret->ref ? 0 : LI_FAIL(&town->ctx, LI_E_NOT_FOUND, "no unit %.*s", LI_P(rest));
    }
    if (!li_str_is(kind, "row")) {
        ret->name = rest;
        return 0;
    }
    name = rest;
    kind = li_str_cut(&name, ':');
    r = li_town_row(town, kind, name, &id);
    return r ? r : li_id_parse(&town->ctx, id, &ret->ref);
}

/* ---- before ------------------------------------------------------------------------------- */

static int put_in(struct li_town *town, struct li_str book, const struct li_member *holder)
{
    const struct li_ledger_who from = {.kind = LI_S("source"), .name = LI_S("before")};
    struct li_ledger_line lines[2] = {{.who = from, .amount = -holder->value->number},
                                      {.amount = holder->value->number}};
    const struct li_posting posting = {
        .book = book, .rule = LI_S("before"), .version = 1, .lines = lines, .line_count = 2};
    int r = holder_of(town, 0, holder->key, &lines[1].who);

    return r ? r : li_town_run(town, &li_ledger_post, &posting, NULL);
}

int li_town_books(struct li_town *town, const struct li_node *books)
{
    int r = 0;

    for (size_t i = 0; r == 0 && books && i < books->map.count; i++) {
        const struct li_member *book = &books->map.items[i];
        for (size_t k = 0; r == 0 && k < book->value->map.count; k++) {
            r = put_in(town, book->key, &book->value->map.items[k]);
        }
    }
    return r;
}

/* ---- after -------------------------------------------------------------------------------- */

int li_play_expect_books(struct li_play *play, struct li_conn *conn)
{
    const struct li_node *books = li_node_get(play->step->then, "books");
    int r = 0;

    for (size_t i = 0; r == 0 && books && i < books->map.count; i++) {
        const struct li_member *book = &books->map.items[i];
        for (size_t k = 0; r == 0 && k < book->value->map.count; k++) {
            const struct li_member *holder = &book->value->map.items[k];
            struct li_ledger_account account = {.balance = 0};
            struct li_ledger_who who;
            r = holder_of(play->town, play->case_id, holder->key, &who);
            r = r ? r
                  : li_ledger_account_of(play->ctx, conn, LI_TOWN_TENANT, book->key, &who,
                                         &account);
            r = r == -LI_E_NOT_FOUND ? 0 : r;
            if (r == 0 && account.balance != holder->value->number) {
                li_play_tell(play, "book %.*s, %.*s: expected %lld, got %lld", LI_P(book->key),
                             LI_P(holder->key), (long long)holder->value->number,
                             (long long)account.balance);
            }
        }
    }
    return r;
}
