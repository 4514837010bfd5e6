/* The second gate; see sight.h. */
#include "record/sight.h"

static bool covers(const struct li_post *post, struct li_str area_path)
{
    return li_str_starts(area_path, post->area_path);
}

bool li_viewer_holds(const struct li_viewer *viewer, struct li_str post, struct li_str area_path,
                     int64_t org)
{
    bool any = li_str_is(post, "*");

    for (size_t i = 0; i < viewer->post_count; i++) {
        const struct li_post *held = &viewer->posts[i];
        bool fits = any ? !li_str_is(held->post, "auditor") : li_str_eq(held->post, post);
        if (fits && covers(held, area_path) && (org == 0 || held->org == org)) {
            return true;
        }
    }
    return false;
}

/* A post at an organization sees what that organization works on; a post
 * without one sees its area. */
static bool staff_sees(const struct li_viewer *viewer, const struct li_seen *seen)
{
    for (size_t i = 0; i < viewer->post_count; i++) {
        const struct li_post *held = &viewer->posts[i];
        if (!covers(held, seen->area_path)) {
            continue;
        }
        if (held->org == 0) {
            return true;
        }
        for (size_t k = 0; k < seen->org_count; k++) {
            if (seen->orgs[k] == held->org) {
                return true;
            }
        }
    }
    return false;
}

/* One of the posts that are named, or at an organization that works on it. */
static bool team_sees(const struct li_viewer *viewer, const struct li_seen *seen)
{
    for (size_t i = 0; i < seen->team_count; i++) {
        if (li_viewer_holds(viewer, seen->team[i], seen->area_path, 0)) {
            return true;
        }
    }
    for (size_t i = 0; i < seen->org_count; i++) {
        if (seen->orgs[i] && li_viewer_holds(viewer, LI_S("*"), seen->area_path, seen->orgs[i])) {
            return true;
        }
    }
    return false;
}

enum li_sight li_sight_of(const struct li_viewer *viewer, const struct li_seen *seen)
{
    if (viewer->kind == LI_VIEWER_SYSTEM) {
        return LI_SIGHT_STAFF;
    }
    if (viewer->kind == LI_VIEWER_PARTY && viewer->case_id == seen->case_id) {
        return LI_SIGHT_PARTY;
    }
    if (viewer->kind == LI_VIEWER_PASS && viewer->case_id == seen->case_id &&
        seen->scope <= LI_SCOPE_STAFF) {
        return LI_SIGHT_STAFF;
    }
    if (viewer->kind == LI_VIEWER_STAFF && seen->scope <= LI_SCOPE_STAFF &&
        staff_sees(viewer, seen)) {
        return LI_SIGHT_STAFF;
    }
    if (viewer->kind == LI_VIEWER_STAFF && seen->scope == LI_SCOPE_TEAM &&
        team_sees(viewer, seen)) {
        return LI_SIGHT_STAFF;
    }
    return seen->scope == LI_SCOPE_PUBLIC ? LI_SIGHT_PUBLIC : LI_SIGHT_NONE;
}
