/*
 * People: organizations, persons, and who holds which post at which area.
 *
 * A role comes from an appointment in force, never from a flag.
 */
#ifndef LI_PEOPLE_PEOPLE_H
#define LI_PEOPLE_PEOPLE_H

#include "record/command.h"
#include "record/sight.h"

/* Posts the house knows, with their names. */
#define LI_POSTS(X)                                                                                \
    X("desk", "受理员", "Desk")                                                                    \
    X("dispatcher", "派遣员", "Dispatcher")                                                        \
    X("checker", "核查员", "Checker")                                                              \
    X("handler", "承办人", "Handler")                                                              \
    X("chief", "街巷长", "Chief")                                                                  \
    X("grid_officer", "网格员", "Grid officer")                                                    \
    X("compound_team", "小区团队", "Compound team")                                                \
    X("administrator", "管理员", "Administrator")                                                  \
    X("auditor", "审计员", "Auditor")                                                              \
    X("duty_leader", "带班领导", "Leader on duty")                                                 \
    X("duty_officer", "值班员", "Officer on duty")                                                 \
    X("duty_standby", "备勤人员", "Stand-by")                                                      \
    X("night_route", "夜巡人员", "Night route")                                                    \
    X("mediator", "调解员", "Mediator")

struct li_post_info {
    const char *name, *zh, *en;
};
const struct li_post_info *li_post_find(struct li_str name); /* NULL: unknown */
/* The same with the labels it has at an area of this kind: the chief of a lane is
 * 巷长, that of a building 楼院长. */
const struct li_post_info *li_post_at(struct li_str name, struct li_str kind);
/* All posts, *ret_count of them. */
const struct li_post_info *li_post_all(size_t *ret_count);

/* The posts a person holds at `now`, in the arena: those without an end first, as
 * pages propose the first one's area, then turns of duty and secondments.
 * *ret_until: when that changes by itself (one begins or ends); 0: never. */
int li_post_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t person,
                 int64_t now, struct li_post **ret, size_t *ret_count,
                 int64_t *ret_until) LI_MUST_CHECK;

struct li_organization {
    int64_t id;
    struct li_str name;
    struct li_str area_path; /* where it works */
};
int li_organization_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                         struct li_organization *ret) LI_MUST_CHECK; /* NOT_FOUND quietly */
int li_organization_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                         struct li_organization **ret, size_t *ret_count) LI_MUST_CHECK;

/* Who holds which post, kept under the tenant's rev.  Thread-safe. */
struct li_owners;
struct li_owners *li_owners_new(void); /* NULL without memory */
void li_owners_free(struct li_owners *owners);

/*
 * Owner resolver: who answers for a post at a path.  Walks the path upwards to
 * the first area where somebody holds the post then (`org` 0), or where somebody
 * of `org` does; when nobody does anywhere it is the tenant's own area, and
 * vacant (a line on the gap list).  Who is absent or lent out does not hold the post
 * meanwhile; who stands in for them does.  `owners` NULL: read anew.  -LI_E_STATE before
 * the tenant's areas were imported.
 */
struct li_owner_query {
    int64_t tenant;
    struct li_str post;
    struct li_str area_path;
    int64_t org; /* 0: any */
    int64_t now;
    int64_t rev;  /* the tenant's, where the caller has read it; 0: it is read */
    bool planned; /* where nobody does, the lowest area where somebody's time at the post begins
                     later: the roster's next turn */
    const struct li_post *barred; /* posts that are passed over */
    size_t barred_count;
};
struct li_owner_found {
    struct li_str area_path; /* where it is held */
    bool vacant;
};
int li_owner_resolve(struct li_ctx *ctx, struct li_owners *owners, struct li_conn *conn,
                     const struct li_owner_query *query, struct li_owner_found *ret) LI_MUST_CHECK;
/*
 * Gaps: posts that somebody should hold and nobody does at `now`, for the areas
 * inside `path`, in order of the rules and of path.  A community needs a desk, a
 * dispatcher and a checker, a grid its grid officer, held there or above; a lane
 * needs its own chief, a compound its own team.  Behind them posts whose holder is
 * absent or lent out while nobody stands in and nobody else holds them there.
 */
enum li_gap_why { LI_GAP_NOBODY, LI_GAP_ABSENT, LI_GAP_LENT };
struct li_gap {
    const struct li_post_info *post; /* with the label of the area's kind */
    struct li_str area_path;
    enum li_gap_why why;
    int64_t org;   /* 0: none */
    int64_t until; /* when who holds it comes back; 0: nobody will by themselves */
};
int li_gap_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
                int64_t now, struct li_gap **ret, size_t *ret_count) LI_MUST_CHECK;

/* A person with their account. */
struct li_person {
    int64_t id;
    struct li_str name;
    int64_t account;     /* 0: none */
    struct li_str login; /* ptr NULL: none */
};
/* -LI_E_NOT_FOUND quietly. */
int li_person_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                   struct li_person *ret) LI_MUST_CHECK;
/* Persons whose name or login holds `words` (empty: all), in order of id from
 * behind `after`; at most `limit`. */
int li_person_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str words,
                   int64_t after, size_t limit, struct li_person **ret,
                   size_t *ret_count) LI_MUST_CHECK;

struct li_appointment {
    int64_t id;
    int64_t person;
    struct li_str name; /* of the person */
    struct li_str post;
    struct li_str area_path;
    int64_t org; /* 0: none */
    int64_t since;
    int64_t until;     /* 0: open */
    int64_t covers;    /* the appointment it stands in for; 0: none */
    int64_t lent_from; /* the appointment somebody lent out goes back to; 0: none */
};
/* -LI_E_NOT_FOUND quietly. */
int li_appointment_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                        struct li_appointment *ret) LI_MUST_CHECK;
struct li_appointment_filter {
    struct li_str path; /* at areas inside it; empty: everywhere */
    struct li_str post; /* empty: any */
    int64_t person;     /* 0: anybody's */
    int64_t org;        /* 0: any */
    int64_t at;         /* in force then; 0: of all times */
    int64_t after;      /* behind this id */
    int64_t limit;
};
int li_appointment_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                        const struct li_appointment_filter *filter, struct li_appointment **ret,
                        size_t *ret_count) LI_MUST_CHECK;

/*
 * Commands.  Ids of new rows are in the plan, a struct li_new, and the new row is
 * the job's entity.  Areas must lie inside the tenant's own.  What is wrong is a
 * fault that points at the argument ("/name", "/area", …); a name or login that
 * is taken and an appointment that overlaps its like are -LI_E_UNIQUE.
 */
struct li_new {
    int64_t id;
};
struct li_organization_args {
    struct li_str name;
    struct li_str area_code;
};
extern const struct li_command li_organization_add;

struct li_person_args {
    struct li_str name;
    struct li_str login;         /* 2–32 of a-z 0-9 . _ -; empty: a person without an account */
    struct li_str password_hash; /* made before the lane: li_password_hash */
};
struct li_new_person {
    int64_t person;
    int64_t account;
};
extern const struct li_command li_person_add; /* plan: struct li_new_person */

struct li_appointment_args {
    int64_t person;
    struct li_str post;
    struct li_str area_code;
    int64_t org;   /* 0: none */
    int64_t since; /* 0: now; may lie in the past */
    int64_t until; /* 0: open; in force while since <= now < until */
    /* A substitute: the same post at the same place for the same unit, held only while
     * the person of that appointment is absent or lent out. */
    int64_t stands_in_for; /* an appointment; 0: none */
    /* A secondment: the appointment of the same person that rests meanwhile; needs
     * `until`, and ends by it. */
    int64_t lent_from; /* 0: none */
};
extern const struct li_command li_appointment_make; /* plan: struct li_new */
/* Ends one that is open or ends later; -LI_E_NOT_FOUND, -LI_E_STATE. */
struct li_appointment_end_args {
    int64_t appointment;
};
extern const struct li_command li_appointment_end;

/*
 * Absences: from when to when somebody is away.  They keep what they may do; work that
 * comes in meanwhile goes to who stands in, or up.  Never why.
 */
struct li_absence {
    int64_t id;
    int64_t person;
    struct li_str name;
    int64_t since, until;
};
/* Those that are not over at `now`, of one person or (0) of all, by beginning. */
int li_absence_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t person,
                    int64_t now, struct li_absence **ret, size_t *ret_count) LI_MUST_CHECK;
int li_absence_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                    struct li_absence *ret) LI_MUST_CHECK; /* NOT_FOUND quietly */
struct li_absence_args {
    int64_t person;
    int64_t since; /* 0: now */
    int64_t until;
};
extern const struct li_command li_absence_note; /* plan: struct li_new */
/* Ends it now, or before it began; -LI_E_NOT_FOUND, -LI_E_STATE. */
struct li_absence_end_args {
    int64_t absence;
};
extern const struct li_command li_absence_end;

#endif
