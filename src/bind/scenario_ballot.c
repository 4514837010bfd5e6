/*
 * Ballots in scenarios: electors of the case's ballot vote, it is cancelled, and how far it is.
 *
 *     - {vote: NAME, voices: [[yes], [no], [1, 3], {2: 5}, []]}     # elector 1, 2, 3 …
 *     - {vote: NAME, cancelled: true}
 *     - {…, then: {ballots: {NAME: open}}}
 */
#include "base/id.h"
#include "bind/scenario_script.h"
#include "vote/vote.h"

/* ---- checked ------------------------------------------------------------------------- */

static void check_name(struct li_script *script, const struct li_node *at, struct li_str name)
{
    if (name.ptr && li_playbook_ballot(script->playbook, name) < 0) {
        li_script_tell(script, at, "the playbook has no such ballot", name);
    }
}

void li_script_check_ballots(struct li_script *script, const struct li_node *ballots)
{
    for (size_t i = 0; ballots && ballots->kind == LI_MAP && i < ballots->map.count; i++) {
        const struct li_member *one = &ballots->map.items[i];
        check_name(script, one->value, one->key);
        if (one->value->kind != LI_TEXT) {
            li_script_tell_rule(script, LI_RULE_SHAPE_TEXT, one->value, one->key);
        }
    }
}

void li_script_read_vote(struct li_script *script, const struct li_node *node,
                         struct li_scenario_step *step)
{
    static const struct li_script_word words[] = {
        {"vote", LI_SCRIPT_TEXT, true},
        {"voices", LI_SCRIPT_LIST, false},
        {"cancelled", LI_SCRIPT_FLAG, false},
        {"then", LI_SCRIPT_MAP, false},
        {0},
    };

    li_script_check_map(script, node, "step", words);
    step->kind = LI_SCENARIO_VOTE;
    step->vote = li_node_text(node, "vote");
    step->voices = li_node_get(node, "voices");
    check_name(script, node, step->vote);
    if ((step->voices != NULL) == (li_node_get(node, "cancelled") != NULL)) {
        li_script_tell(script, node, "a ballot is given voices or cancelled", step->vote);
    }
}

/* ---- played --------------------------------------------------------------------------- */

static int find_vote(struct li_play *play, struct li_conn *conn, struct li_str name,
                     struct li_case_vote *ret)
{
    struct li_case row;
    int place, r = li_case_find(play->ctx, play->town->house.record, conn, LI_TOWN_TENANT,
                                play->case_id, &row);

    place = r ? -1 : li_playbook_ballot(row.playbook, name);
    if (r == 0 && place < 0) {
        return LI_FAIL(play->ctx, LI_E_NOT_FOUND, "the case has no ballot %.*s", LI_P(name));
    }
    if (r == 0) {
        *ret = row.votes[place];
    }
    return r;
}

static int add_mark(struct li_ctx *ctx, struct li_node *list, struct li_str option, int64_t points)
{
    struct li_node *mark = li_node_new_map(ctx), *text = li_node_new_text(ctx, option),
                   *number = points ? li_node_new_int(ctx, points) : NULL;
    int r = mark && text ? li_node_put(ctx, mark, LI_S("option"), text) : -LI_E_NOMEM;

    if (r == 0 && number) {
        r = li_node_put(ctx, mark, LI_S("points"), number);
    }
    return r ? r : li_node_push(ctx, list, mark);
}

/* [yes], [1, 3] or {2: 5}: as a voter gives it. */
static int choice_of(struct li_ctx *ctx, const struct li_node *voice, struct li_node **ret)
{
    struct li_node *list = li_node_new_list(ctx);
    int r = list ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && voice->kind == LI_LIST && i < voice->list.count; i++) {
        const struct li_node *one = voice->list.items[i];
        struct li_str option =
            one->kind == LI_INT ? li_strf(ctx, "%lld", (long long)one->number) : one->text;
        r = option.ptr ? add_mark(ctx, list, option, 0) : -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && voice->kind == LI_MAP && i < voice->map.count; i++) {
        r = add_mark(ctx, list, voice->map.items[i].key, voice->map.items[i].value->number);
    }
    *ret = list;
    return r;
}

/* The code an elector has now: read anew, behind what was just done. */
static int read_code(struct li_play *play, int64_t id, int64_t no, struct li_str *ret)
{
    struct li_record *record = play->town->house.record;
    struct li_store *store = play->town->house.store;
    struct li_elector elector;
    struct li_conn *conn;
    int r = li_store_reader(play->ctx, store, &conn);

    if (r) {
        return r;
    }
    r = li_elector_find(play->ctx, record, conn, LI_TOWN_TENANT, id, no, &elector);
    li_store_reader_back(store, conn);
    return r ? r : li_elector_code(play->ctx, record, LI_TOWN_TENANT, id, &elector, ret);
}

/* At the desk they show who they are; all are handed a code. */
static int make_elector(struct li_play *play, struct li_conn *conn, int64_t id, int64_t no,
                        struct li_str *ret_code)
{
    const struct li_ballot_admit_args admit = {
        .id = id, .name = LI_S("居民"), .proof = li_strf(play->ctx, "%lld", (long long)no)};
    const struct li_ballot_issue_args issue = {.id = id, .electors = &no, .count = 1};
    struct li_ballot *ballot = li_alloc(play->ctx, sizeof(*ballot));
    int r = ballot && admit.proof.ptr ? li_ballot_find(play->ctx, conn, LI_TOWN_TENANT, id, ballot)
                                      : -LI_E_NOMEM;

    if (r == 0 && ballot->spec.by == LI_BY_DESK && no > ballot->electors) {
        r = li_town_run(play->town, &li_ballot_admit, &admit, NULL);
    }
    r = r ? r : li_town_run(play->town, &li_ballot_issue, &issue, NULL);
    return r ? r : read_code(play, id, no, ret_code);
}

int li_play_vote(struct li_play *play, struct li_conn *conn, int *ret)
{
    const struct li_node *voices = play->step->voices;
    struct li_ballot_cancel_args cancel = {.reason = LI_S("不再进行")};
    struct li_case_vote vote = {.ballot = 0};
    int r = find_vote(play, conn, play->step->vote, &vote);

    *ret = 0;
    if (r) {
        return r;
    }
    cancel.id = vote.ballot;
    if (!voices) {
        *ret = li_town_run(play->town, &li_ballot_cancel, &cancel, NULL);
        return 0;
    }
    for (size_t i = 0; *ret == 0 && i < voices->list.count; i++) {
        struct li_ballot_cast_args cast = {.id = vote.ballot};
        struct li_node *choice = NULL;
        *ret = make_elector(play, conn, vote.ballot, (int64_t)i + 1, &cast.code);
        r = choice_of(play->ctx, voices->list.items[i], &choice);
        if (r) {
            return r;
        }
        cast.choice = choice;
        *ret = *ret ? *ret : li_town_run(play->town, &li_ballot_cast, &cast, NULL);
    }
    return 0;
}

/* ---- after -------------------------------------------------------------------------------- */

int li_play_expect_ballots(struct li_play *play, struct li_conn *conn)
{
    const struct li_node *ballots = li_node_get(play->step->then, "ballots");
    int r = 0;

    for (size_t i = 0; r == 0 && ballots && i < ballots->map.count; i++) {
        const struct li_member *one = &ballots->map.items[i];
        struct li_case_vote vote;
        r = find_vote(play, conn, one->key, &vote);
        if (r == 0 && !li_str_eq(vote.state, one->value->text)) {
            li_play_tell(play, "ballot %.*s: expected %.*s, got %.*s", LI_P(one->key),
                         LI_P(one->value->text), LI_P(vote.state));
        }
    }
    return r;
}
