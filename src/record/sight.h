/*
 * Sight: the second gate.  Which rows a viewer may see, and how much of them.
 *
 * A viewer is resolved once per request, from a session or a tracking token,
 * into the few facts below.  Every row that can be looked at carries `scope`,
 * `area_path` and the organizations that work on it; this page alone says what
 * those mean.  The lists (view/list.c) ask their SQL for the same, one post at a
 * time; tests/case compares what they give with the test in memory.
 */
#ifndef LI_RECORD_SIGHT_H
#define LI_RECORD_SIGHT_H

#include "base/ctx.h"

/* A post held at an area for an organization: an appointment in force. */
struct li_post {
    struct li_str post;      /* "desk", "dispatcher", "checker", "handler", … */
    struct li_str area_path; /* "440305/440305001/440305001003/": covers all that begin with it */
    int64_t org;             /* 0: none */
};

enum li_viewer_kind {
    LI_VIEWER_ANYONE, /* no account, no token */
    LI_VIEWER_PARTY,  /* a resident holding a case's tracking token */
    LI_VIEWER_PASS,   /* who holds the one-time link of a part (case/pass.h) */
    LI_VIEWER_STAFF,  /* a signed-in account */
    LI_VIEWER_SYSTEM  /* due rows and follow-ups */
};

struct li_viewer {
    enum li_viewer_kind kind;
    int64_t tenant;
    int64_t account; /* STAFF */
    int64_t person;  /* STAFF */
    int64_t case_id; /* PARTY, PASS: the one case the token opens */
    int64_t party;   /* PARTY: number of the party in that case */
    int part;        /* PASS: the one part of it that is theirs */
    int64_t api_key; /* ANYONE: the key of the program that calls for them; 0: none */
    const struct li_post *posts;
    size_t post_count;
};

enum li_scope { LI_SCOPE_PUBLIC, LI_SCOPE_STAFF, LI_SCOPE_PARTIES, LI_SCOPE_TEAM };

/* How much of a row somebody sees, least first. */
enum li_sight { LI_SIGHT_NONE, LI_SIGHT_PUBLIC, LI_SIGHT_PARTY, LI_SIGHT_STAFF };

/* What a row says about itself. */
struct li_seen {
    enum li_scope scope;
    struct li_str area_path;
    int64_t case_id;
    const int64_t *orgs; /* organizations with a part in it */
    size_t org_count;
    const struct li_str *team; /* TEAM: the posts that see it; and whoever has a part in it */
    size_t team_count;
};

/* The test in memory. */
enum li_sight li_sight_of(const struct li_viewer *viewer, const struct li_seen *seen);

/* Whether a viewer holds `post` over `area_path` (for `org`, unless 0).  Post
 * "*" means any post that acts: all but the auditor's. */
bool li_viewer_holds(const struct li_viewer *viewer, struct li_str post, struct li_str area_path,
                     int64_t org);

#endif
