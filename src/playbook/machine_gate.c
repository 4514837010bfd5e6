/*
 * The third gate: whether this viewer may take this action now.
 *
 * Not what a viewer may see (record/sight.h).  One line of `by` that holds is
 * enough.  Who worked on a case may not act in a state marked `not: related`;
 * the system and the case's own reporter are no persons in that sense.
 */
#include "playbook/machine_inside.h"

bool li_recused_has(const struct li_recused *recused, int64_t person, const struct li_post *post)
{
    for (size_t i = 0; person && i < recused->person_count; i++)
        if (recused->persons[i] == person)
            return true;
    for (size_t i = 0; post->org && i < recused->org_count; i++)
        if (recused->orgs[i] == post->org)
            return true;
    for (size_t i = 0; i < recused->post_count; i++)
        if (recused->posts[i].org == post->org && li_str_eq(recused->posts[i].post, post->post) &&
            li_str_eq(recused->posts[i].area_path, post->area_path))
            return true;
    return false;
}

/* Whether a viewer holds a post that is not recused. */
static bool has_post(const struct li_snapshot *snapshot, const struct li_viewer *viewer,
                     struct li_str post, struct li_str area_path, int64_t org)
{
    struct li_viewer one = *viewer;

    if (!snapshot->recused)
        return li_viewer_holds(viewer, post, area_path, org);
    one.post_count = 1;
    for (size_t i = 0; i < viewer->post_count; i++) {
        one.posts = &viewer->posts[i];
        if (!li_recused_has(snapshot->recused, viewer->person, one.posts) &&
            li_viewer_holds(&one, post, area_path, org))
            return true;
    }
    return false;
}

/* Who holds a part's link owns that part and nothing else; what waits for the reporter
 * is theirs. */
static bool is_owner(const struct li_snapshot *snapshot, const struct li_owner *owner,
                     const struct li_part *part, const struct li_viewer *viewer, bool is_reporter)
{
    bool may = viewer->kind == LI_VIEWER_STAFF ||
               (viewer->kind == LI_VIEWER_PASS && part && part->no == viewer->part);

    if (li_str_is(owner->post, "reporter"))
        return is_reporter && viewer->kind == LI_VIEWER_PARTY;
    return may && owner->post.len &&
           has_post(snapshot, viewer, owner->post, owner->area_path, owner->org);
}

static bool holds(const struct li_snapshot *snapshot, struct li_str post,
                  const struct li_viewer *viewer)
{
    return viewer->kind == LI_VIEWER_STAFF &&
           has_post(snapshot, viewer, post, snapshot->area_path, 0);
}

static bool who_holds(const struct li_snapshot *snapshot, const struct li_who *who,
                      const struct li_part *part, const struct li_viewer *viewer, bool is_reporter)
{
    switch (who->kind) {
    case LI_WHO_ANYONE:
        return true;
    case LI_WHO_REPORTER:
        return is_reporter && viewer->kind == LI_VIEWER_PARTY;
    case LI_WHO_PARTY:
        return viewer->kind == LI_VIEWER_PARTY;
    case LI_WHO_STAFF:
        return holds(snapshot, LI_S("*"), viewer);
    case LI_WHO_POST:
        return holds(snapshot, who->post, viewer);
    case LI_WHO_OWNER:
        return is_owner(snapshot, part ? &part->owner : &snapshot->owner, part, viewer,
                        is_reporter);
    case LI_WHO_SYSTEM:
        return viewer->kind == LI_VIEWER_SYSTEM;
    }
    return false;
}

bool li_gate_is_one_of(const struct li_snapshot *snapshot, const struct li_who *who, size_t count,
                       const struct li_part *part, const struct li_viewer *viewer, bool is_reporter)
{
    for (size_t i = 0; i < count; i++)
        if (who_holds(snapshot, &who[i], part, viewer, is_reporter))
            return true;
    return false;
}

bool li_gate_allows(const struct li_snapshot *snapshot, const struct li_action *action,
                    const struct li_part *part, const struct li_viewer *viewer, bool is_reporter)
{
    return li_gate_is_one_of(snapshot, action->by, action->by_count, part, viewer, is_reporter);
}

static bool is_by(const struct li_action *action, enum li_who_kind kind)
{
    for (size_t i = 0; i < action->by_count; i++)
        if (action->by[i].kind == kind)
            return true;
    return false;
}

bool li_gate_stands_in(const struct li_snapshot *snapshot, const struct li_action *action,
                       const struct li_part *part, const struct li_viewer *viewer, int64_t org)
{
    const struct li_playbook *playbook = snapshot->playbook;

    if (!li_gate_is_one_of(snapshot, playbook->behalf, playbook->behalf_count, NULL, viewer, false))
        return false;
    if (org)
        return part && part->org == org && part->owner.post.len && is_by(action, LI_WHO_OWNER);
    return !part && (is_by(action, LI_WHO_REPORTER) || is_by(action, LI_WHO_PARTY));
}

bool li_gate_is_related(const struct li_snapshot *snapshot, const struct li_state *state,
                        const struct li_viewer *viewer, bool is_reporter)
{
    if (!state->not_related || viewer->kind == LI_VIEWER_SYSTEM || is_reporter)
        return false;
    for (size_t i = 0; i < snapshot->related_count; i++)
        if (viewer->person && snapshot->related[i] == viewer->person)
            return true;
    return false;
}

#define DAY_TEXT 10 /* "2026-11-22" */

/* The day or moment a field names, a day from its beginning; 0: none was given.  Its
 * schema saw to it that it is one. */
static int64_t moment_of(const struct li_node *fields, struct li_str name)
{
    const struct li_node *given = li_node_get_str(fields, name);
    struct li_ctx quiet = {.error_count = 0};
    int64_t at = 0;
    int32_t day;

    if (!given || given->kind != LI_TEXT)
        return 0;
    if (given->text.len == DAY_TEXT)
        return li_date_parse(&quiet, given->text, &day) == 0 ? li_day_start(day) : 0;
    return li_time_parse(&quiet, given->text, &at) == 0 ? at : 0;
}

bool li_gate_is_ripe(const struct li_snapshot *snapshot, const struct li_action *action,
                     int64_t since)
{
    bool work = action->not_before.kind == LI_CLOCK_WORK;

    if (action->not_before.amount && (snapshot->calendar || !work) &&
        snapshot->now < li_calendar_add(snapshot->calendar, since, action->not_before).at)
        return false;
    return action->not_before_field < 0 ||
           snapshot->now >= moment_of(snapshot->fields,
                                      snapshot->playbook->fields[action->not_before_field].name);
}
