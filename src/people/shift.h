/*
 * The roster: whose turn of duty it is, from when to when.
 *
 * A turn is an appointment to one of the posts of duty (带班领导, 值班员, 备勤人员,
 * 夜巡人员) at an area, for the time of the turn; so whoever is on duty may do what
 * the post may, from the first minute to the last, and nobody has to switch
 * anything.  It says who answers; it does not say whether they came.
 */
#ifndef LI_PEOPLE_SHIFT_H
#define LI_PEOPLE_SHIFT_H

#include "people/people.h"

#define LI_SHIFT_LEADER  LI_S("duty_leader")
#define LI_SHIFT_OFFICER LI_S("duty_officer")
bool li_shift_is_post(struct li_str post);

struct li_shift {
    int64_t id;
    struct li_str area_path;
    struct li_str post;
    int64_t person;
    struct li_str name; /* of the person */
    int64_t since, until;
};
/* Turns of an area (exactly it) that touch [from, to), by beginning and post. */
int li_shift_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str area_path,
                  int64_t from, int64_t to, struct li_shift **ret, size_t *ret_count) LI_MUST_CHECK;
/* -LI_E_NOT_FOUND quietly, also when it was taken off the roster. */
int li_shift_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                  struct li_shift *ret) LI_MUST_CHECK;

/* A day of a roster on which no turn of a post begins. */
struct li_shift_gap {
    struct li_str post;
    int32_t day;
};
/* Of the leader and the officer, for the days of [from, to) up to the last turn that is
 * planned; an area without a roster has none. */
int li_shift_gaps(struct li_ctx *ctx, const struct li_shift *shifts, size_t count, int64_t from,
                  int64_t to, struct li_shift_gap **ret, size_t *ret_count) LI_MUST_CHECK;

struct li_swap {
    int64_t id;
    struct li_shift shift; /* is to be taken over */
    int64_t other;         /* for this one of theirs; 0: for none */
    int64_t person;        /* who is asked */
    struct li_str name;
    int64_t asked_by;
    struct li_str asker;
    int64_t asked_at;
};
/* Swaps of an area that wait for an answer, oldest first. */
int li_swap_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str area_path,
                 int64_t now, struct li_swap **ret, size_t *ret_count) LI_MUST_CHECK;

/* Command "shift.plan": the roster of an area for [from, to).  What of it has not begun
 * is replaced.  Faults point at "/rows/N/…". */
#define LI_SHIFT_ROWS 1000
struct li_shift_row {
    struct li_str post;
    int64_t person;
    int64_t since, until;
};
struct li_shift_plan_args {
    struct li_str area_code;
    int64_t from, to;
    const struct li_shift_row *rows;
    size_t count;
};
extern const struct li_command li_shift_plan;

/* Command "shift.ask": somebody is asked to take a turn; plan: struct li_new. */
struct li_shift_ask_args {
    int64_t shift, other, person;
};
extern const struct li_command li_shift_ask;
/* Command "shift.answer": by who was asked; agreed, the turns change hands at once. */
struct li_shift_answer_args {
    int64_t swap;
    bool agreed;
};
extern const struct li_command li_shift_answer;

#endif
