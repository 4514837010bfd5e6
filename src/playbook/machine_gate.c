/*
 * The third gate: whether this viewer may take this action now.
 *
 * Not what a viewer may see (record/sight.h).  One line of `by` that holds is
 * enough.  Who worked on a case may not act in a state marked `not: related`;
 * the system and the case's own reporter are no persons in that sense.
 */
#include "playbook/machine_inside.h"

static bool is_owner(const struct li_owner *owner, const struct li_viewer *viewer)
{
    return owner->post.len && viewer->kind == LI_VIEWER_STAFF &&
           li_viewer_holds(viewer, owner->post, owner->area_path, owner->org);
}

static bool holds(const struct li_snapshot *snapshot, struct li_str post,
                  const struct li_viewer *viewer)
{
    return viewer->kind == LI_VIEWER_STAFF && li_viewer_holds(viewer, post, snapshot->area_path, 0);
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
        return is_owner(part ? &part->owner : &snapshot->owner, viewer);
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
