/*
 * Ballots of stories: drafted, set by another, and voted on by as many as are named, each with
 * the code on their slip.  Clocks open, close and count them.
 */
#include "simulate/story.h"
#include "vote/vote.h"

#define VOTERS 60
#define LATEST 20 /* ballots among which a case's own is looked for */

static int names_of(struct li_story_step *step, struct li_str *ret, size_t *ret_count)
{
    const struct li_node *voters = li_node_get(step->node, "voters");
    int64_t count = voters && voters->kind == LI_INT ? voters->number : 0;

    for (int64_t i = 0; i < count && i < VOTERS; i++) {
        ret[i] = li_strf(&step->sim->ctx, "演示居民%lld", (long long)i + 1);
        if (!ret[i].ptr) {
            return -LI_E_NOMEM;
        }
        *ret_count = (size_t)i + 1;
    }
    return 0;
}

int li_story_draft(struct li_story_step *step)
{
    struct li_ctx *ctx = &step->sim->ctx;
    struct li_str names[VOTERS];
    struct li_ballot_draft_args args = {.names = names};
    struct li_viewer viewer;
    struct li_job job = {.command = &li_ballot_draft, .args = &args, .viewer = &viewer};
    struct li_node *spec;
    int r = li_story_say(step, li_node_get(step->node, "spec"), &spec);

    r = r ? r : names_of(step, names, &args.name_count);
    r = r ? r : li_ballot_spec_make(ctx, spec, &args.spec);
    r = r ? r : li_story_viewer(step, li_node_text(step->node, "by"), &viewer);
    r = r ? r : li_story_submit(step, &job);
    return r || step->refused
               ? r
               : li_story_keep(step, li_node_text(step->node, "draft"), job.entity, NULL);
}

static int find(struct li_story_step *step, const char *key, struct li_ballot *ret)
{
    const struct li_story_name *name = li_story_find(step, li_node_text(step->node, key));

    return name ? li_ballot_find(&step->sim->ctx, step->conn, step->town->id, name->id, ret)
                : LI_FAIL(&step->sim->ctx, LI_E_INVALID, "a story has no such ballot");
}

int li_story_check(struct li_story_step *step)
{
    struct li_ballot *ballot = li_alloc(&step->sim->ctx, sizeof(*ballot));
    struct li_ballot_ref_args args = {0};
    struct li_viewer viewer;
    struct li_job job = {.command = &li_ballot_check, .args = &args, .viewer = &viewer};
    int r = ballot ? find(step, "check", ballot) : -LI_E_NOMEM;

    r = r ? r : li_story_viewer(step, li_node_text(step->node, "by"), &viewer);
    if (r) {
        return r;
    }
    args.id = ballot->id;
    args.rev = ballot->rev;
    return li_story_submit(step, &job);
}

static int code_of(struct li_story_step *step, int64_t ballot, int64_t no, struct li_str *ret)
{
    struct li_sim *sim = step->sim;
    struct li_elector elector;
    struct li_conn *conn;
    int r = li_sim_reader(sim, &conn); /* behind what was just done */

    if (r) {
        return r;
    }
    r = li_elector_find(&sim->ctx, sim->house->record, conn, step->town->id, ballot, no, &elector);
    r = r ? r
          : li_elector_code(&sim->ctx, sim->house->record, step->town->id, ballot, &elector, ret);
    li_sim_reader_back(sim, conn);
    return r;
}

/* [1, 3] chooses or ranks; {2: 5} gives points. */
static int choice_of(struct li_ctx *ctx, const struct li_node *voice, struct li_node **ret)
{
    struct li_node *list = li_node_new_list(ctx), *mark;
    bool points = voice->kind == LI_MAP;
    size_t count = points ? voice->map.count : voice->list.count;
    int r = list ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_node *one = points ? voice->map.items[i].value : voice->list.items[i];
        struct li_str option = points                ? voice->map.items[i].key
                               : one->kind == LI_INT ? li_strf(ctx, "%lld", (long long)one->number)
                                                     : one->text;
        mark = li_node_new_map(ctx);
        r = mark && option.ptr
                ? li_node_put(ctx, mark, LI_S("option"), li_node_new_text(ctx, option))
                : -LI_E_NOMEM;
        if (r == 0 && points) {
            r = li_node_put(ctx, mark, LI_S("points"), li_node_new_int(ctx, one->number));
        }
        r = r ? r : li_node_push(ctx, list, mark);
    }
    *ret = list;
    return r;
}

static int issue(struct li_story_step *step, int64_t ballot, size_t count)
{
    int64_t electors[VOTERS];
    const struct li_ballot_issue_args args = {.id = ballot, .electors = electors, .count = count};
    struct li_viewer viewer;
    struct li_job job = {.command = &li_ballot_issue, .args = &args, .viewer = &viewer};
    int r = li_story_viewer(step, LI_S("desk"), &viewer);

    for (size_t i = 0; i < count; i++) {
        electors[i] = (int64_t)i + 1;
    }
    return r ? r : li_story_submit(step, &job);
}

/* The latest ballot that a case opened. */
static int ballot_of(struct li_story_step *step, int64_t matter, int64_t *ret)
{
    struct li_ctx *ctx = &step->sim->ctx;
    struct li_ballot *ballots;
    size_t count = 0;
    int r = li_ballot_list(ctx, step->conn, step->town->id, false, 0, LATEST, &ballots, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        int64_t opener;
        int found = li_ballot_case(ctx, step->conn, step->town->id, ballots[i].id, &opener);

        if (found == 0 && opener == matter) {
            *ret = ballots[i].id;
            return 0;
        }
        r = found == -LI_E_NOT_FOUND ? 0 : found;
    }
    return r ? r : LI_FAIL(ctx, LI_E_INVALID, "the case has no ballot");
}

static int ballot_named(struct li_story_step *step, int64_t *ret)
{
    struct li_str of = li_node_text(step->node, "of");
    const struct li_story_name *name =
        li_story_find(step, of.ptr ? of : li_node_text(step->node, "vote"));

    if (!name) {
        return LI_FAIL(&step->sim->ctx, LI_E_INVALID, "a story has no such ballot");
    }
    *ret = name->id;
    return of.ptr ? ballot_of(step, name->id, ret) : 0;
}

int li_story_vote(struct li_story_step *step)
{
    const struct li_viewer anyone = {.kind = LI_VIEWER_ANYONE, .tenant = step->town->id};
    const struct li_node *voices = li_node_get(step->node, "voices");
    int64_t ballot = 0;
    int r = ballot_named(step, &ballot);

    li_assert(voices->list.count <= VOTERS);
    r = r ? r : issue(step, ballot, voices->list.count);
    for (size_t i = 0; r == 0 && !step->refused && i < voices->list.count; i++) {
        struct li_ballot_cast_args args = {.id = ballot};
        struct li_job job = {.command = &li_ballot_cast, .args = &args, .viewer = &anyone};
        struct li_node *choice;
        r = code_of(step, ballot, (int64_t)i + 1, &args.code);
        r = r ? r : choice_of(&step->sim->ctx, voices->list.items[i], &choice);
        args.choice = r ? NULL : choice;
        r = r ? r : li_story_submit(step, &job);
    }
    return r;
}
