/*
 * A declared emergency: the one time when who came to a turn of duty is told.
 *
 * Nobody is watched in this house.  When somebody entitled declares an emergency for an
 * area, with basis, reason and an end, those who have a turn of duty there meanwhile may
 * tell that they have come or left, or the leader of their turn tells it for them; nothing
 * is noted by itself.  It ends by its `until`, without anybody doing anything, and what
 * was told is erased from the vault LI_EMERGENCY_KEPT later.  History holds commitments
 * of it and no name, not even that of who told.
 *
 * Whoever may declare one is the gate's question, not this file's.
 */
#ifndef LI_PEOPLE_EMERGENCY_H
#define LI_PEOPLE_EMERGENCY_H

#include "people/shift.h"

#define LI_EMERGENCY_MOST (14 * LI_DAY) /* longer needs a new decision */
#define LI_EMERGENCY_KEPT (30 * LI_DAY)

struct li_emergency {
    int64_t id;
    struct li_str area_path;
    int64_t declared_by;
    struct li_str declarer; /* their name */
    int64_t since, until;
    int64_t erase_at;
    struct li_str basis, reason;
};
/* Those whose list is not erased yet at `now`, the newest first. */
int li_emergency_list(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                      int64_t tenant, int64_t now, struct li_emergency **ret,
                      size_t *ret_count) LI_MUST_CHECK;
/* -LI_E_NOT_FOUND quietly. */
int li_emergency_find(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                      int64_t tenant, int64_t id, struct li_emergency *ret) LI_MUST_CHECK;

/* Whether one runs at `now` where a place lies; of its list nothing is read. */
int li_emergency_runs(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
                      int64_t now, bool *ret) LI_MUST_CHECK;

/* A turn of its duty list, and what was told of it last. */
struct li_emergency_turn {
    struct li_shift shift;
    int64_t arrived_at, left_at; /* 0: not told */
};
int li_emergency_turns(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                       int64_t tenant, const struct li_emergency *emergency,
                       struct li_emergency_turn **ret, size_t *ret_count) LI_MUST_CHECK;
/* Whether a person may tell of a turn: its own, or they lead a turn at the same time. */
bool li_emergency_may_tell(const struct li_emergency_turn *turns, size_t count,
                           const struct li_shift *shift, int64_t person);

/* Command "emergency.declare"; plan: struct li_new.  -LI_E_STATE while one runs there. */
struct li_emergency_args {
    struct li_str area_code;
    struct li_str basis;  /* 发文字号 or what it rests on, 2–200 characters */
    struct li_str reason; /* 2–500 characters */
    int64_t until;
};
extern const struct li_command li_emergency_declare;
/* Command "emergency.end": before its time; -LI_E_NOT_FOUND, -LI_E_STATE. */
struct li_emergency_end_args {
    int64_t emergency;
};
extern const struct li_command li_emergency_end;

enum li_emergency_word { LI_EMERGENCY_NOTHING, LI_EMERGENCY_ARRIVED, LI_EMERGENCY_LEFT };
/* Command "emergency.tell": of a turn on its list, while it runs; the last word counts, and
 * NOTHING takes back what was told.  -LI_E_NOT_FOUND, -LI_E_STATE, -LI_E_FORBIDDEN. */
struct li_emergency_tell_args {
    int64_t emergency, shift;
    enum li_emergency_word word;
    int64_t at; /* 0: now; between its beginning and now */
};
extern const struct li_command li_emergency_tell;

#endif
