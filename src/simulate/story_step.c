/*
 * The steps of stories: a row is entered, a case opened, something done to it, the day's
 * bulletin kept and checked.
 */
#include "case/link.h"
#include "people/report.h"
#include "register/register.h"
#include "simulate/story.h"
#include "view/briefing.h"

#define CHILDREN 50

/* What it made, under the name the file gives it and as the story's latest case. */
static int keep(struct li_story_step *step, int64_t id, const uint8_t token[16])
{
    struct li_str name = li_node_text(step->node, "as");
    struct li_str latest = li_strf(&step->sim->ctx, "#%lld", (long long)step->story);
    int r = latest.ptr ? 0 : -LI_E_NOMEM;

    if (r == 0 && name.ptr) {
        r = li_story_keep(step, name, id, token);
    }
    if (r == 0 && token) {
        r = li_story_keep(step, latest, id, token);
    }
    return r;
}

static int fields_of(struct li_story_step *step, struct li_node **ret)
{
    const struct li_node *fields = li_node_get(step->node, "fields");

    *ret = fields ? NULL : li_node_new_map(&step->sim->ctx);
    return fields ? li_story_say(step, fields, ret) : *ret ? 0 : -LI_E_NOMEM;
}

static int put_row(struct li_story_step *step, struct li_str reg)
{
    const struct li_viewer system = {.kind = LI_VIEWER_SYSTEM, .tenant = step->town->id};
    struct li_row_put_args args = {.reg = reg};
    struct li_job job = {.command = &li_row_put, .args = &args, .viewer = &system};
    struct li_node *fields;
    int r = fields_of(step, &fields);

    args.fields = r ? NULL : fields;
    r = r ? r : li_story_submit(step, &job);
    return r || step->refused ? r : keep(step, ((const struct li_row_done *)job.plan)->id, NULL);
}

static int parent_of(struct li_story_step *step, int64_t *ret)
{
    struct li_str under = li_node_text(step->node, "under");
    const struct li_story_name *name = under.ptr ? li_story_find(step, under) : NULL;

    if (under.ptr && !name) {
        return LI_FAIL(&step->sim->ctx, LI_E_INVALID, "there is no %.*s", LI_P(under));
    }
    *ret = name ? name->id : 0;
    return 0;
}

static int open_case(struct li_story_step *step, struct li_str playbook)
{
    struct li_sim *sim = step->sim;
    struct li_str via = li_node_text(step->node, "via");
    struct li_dice dice = li_dice_of(step->key, "token", 0);
    struct li_case_open_args args = {.area = step->place->code};
    struct li_viewer viewer;
    struct li_job job = {.command = &li_case_open, .args = &args, .viewer = &viewer};
    struct li_node *fields;
    int r = li_library_find(&sim->ctx, sim->house->bound.library, step->conn, step->town->id,
                            playbook, 0, &args.playbook);

    r = r ? r : li_story_viewer(step, li_node_text(step->node, "by"), &viewer);
    r = r ? r : parent_of(step, &args.parent);
    r = r ? r : fields_of(step, &fields);
    if (r) {
        return r;
    }
    args.fields = fields;
    args.via = via.ptr ? via : viewer.kind == LI_VIEWER_STAFF ? LI_S("desk") : LI_S("web");
    li_dice_token(&dice, args.token);
    r = li_case_open_check(&sim->ctx, &viewer, &args);
    r = r ? r
          : li_case_open_place(&sim->ctx, sim->house->record, step->conn, step->town->id, &args);
    r = r ? r : li_story_submit(step, &job);
    return r || step->refused ? r : keep(step, job.entity, args.token);
}

static int act(struct li_story_step *step, struct li_str action)
{
    struct li_str named = li_node_text(step->node, "case");
    struct li_str latest = li_strf(&step->sim->ctx, "#%lld", (long long)step->story);
    const struct li_story_name *name = li_story_find(step, named.ptr ? named : latest);
    const struct li_node *part = li_node_get(step->node, "part");
    struct li_case_act_args args = {
        .action = action, .part = part ? (int)part->number : 0, .confirmed = true};
    struct li_viewer viewer;
    struct li_job job = {.command = &li_case_act, .args = &args, .viewer = &viewer};
    struct li_node *fields;
    int r = name ? li_story_viewer(step, li_node_text(step->node, "by"), &viewer)
                 : LI_FAIL(&step->sim->ctx, LI_E_INVALID, "there is no such case yet");

    r = r ? r : fields_of(step, &fields);
    if (r) {
        return r;
    }
    args.id = name->id;
    args.fields = fields;
    return li_story_submit(step, &job);
}

/* What came of another story's case: the one that was opened so many after the first. */
static int take_child(struct li_story_step *step, int64_t no)
{
    static const uint8_t nobody[16] = {0};
    struct li_ctx *ctx = &step->sim->ctx;
    const struct li_story_name *name = li_story_find(step, li_node_text(step->node, "of"));
    struct li_link *links;
    size_t count = 0;
    int r =
        name ? li_link_list(ctx, step->conn, step->town->id, name->id, 0, CHILDREN, &links, &count)
             : LI_FAIL(ctx, LI_E_INVALID, "there is no such case yet");

    for (size_t i = count; r == 0 && i > 0; i--) { /* the newest is first */
        const struct li_link *link = &links[i - 1];
        if (link->to == name->id && link->kind == LI_LINK_CHILD && --no == 0) {
            return keep(step, link->from, nobody);
        }
    }
    return r ? r : LI_FAIL(ctx, LI_E_INVALID, "the case has no such child");
}

/* ---- the daily bulletin -------------------------------------------------------------------- */

/* Of the day before, as the desk would keep it unchanged. */
static int keep_daily(struct li_story_step *step)
{
    struct li_sim *sim = step->sim;
    const struct li_area *street = &step->town->streets[0].area;
    int64_t until = li_day_start(li_day_at(li_now(sim->config.clock)));
    struct li_report_args args = {.kind = LI_REPORT_DAILY,
                                  .area_code = street->code,
                                  .since = until - LI_DAY,
                                  .until = until};
    struct li_viewer viewer;
    struct li_job job = {.command = &li_report_save, .args = &args, .viewer = &viewer};
    struct li_briefing briefing;
    int r = li_story_viewer(step, li_node_text(step->node, "by"), &viewer);

    const struct li_view view = {.record = sim->house->record,
                                 .conn = step->conn,
                                 .tenant = step->town->id,
                                 .viewer = &viewer};
    r = r ? r
          : li_view_briefing(&sim->ctx, &view, LI_BRIEFING_DAILY, street, args.since, until,
                             &briefing);
    if (r) {
        return r;
    }
    args.text = briefing.text.zh;
    r = li_story_submit(step, &job);
    return r || step->refused ? r : keep(step, ((const struct li_new *)job.plan)->id, NULL);
}

static int sign_daily(struct li_story_step *step, struct li_str name)
{
    const struct li_story_name *report = li_story_find(step, name);
    struct li_report_sign_args args = {.report = report ? report->id : 0};
    struct li_viewer viewer;
    struct li_job job = {.command = &li_report_sign, .args = &args, .viewer = &viewer};
    int r = li_story_viewer(step, li_node_text(step->node, "by"), &viewer);

    return r ? r : li_story_submit(step, &job);
}

int li_story_tell(struct li_story_step *step)
{
    const struct li_node *node = step->node;

    if (li_node_get(node, "row")) {
        return put_row(step, li_node_text(node, "row"));
    }
    if (li_node_get(node, "open")) {
        return open_case(step, li_node_text(node, "open"));
    }
    if (li_node_get(node, "do")) {
        return act(step, li_node_text(node, "do"));
    }
    if (li_node_get(node, "child")) {
        return take_child(step, li_node_get(node, "child")->number);
    }
    if (li_node_get(node, "daily")) {
        return keep_daily(step);
    }
    if (li_node_get(node, "sign")) {
        return sign_daily(step, li_node_text(node, "sign"));
    }
    if (li_node_get(node, "draft")) {
        return li_story_draft(step);
    }
    return li_node_get(node, "vote") ? li_story_vote(step) : li_story_check(step);
}
