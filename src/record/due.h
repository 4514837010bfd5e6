/*
 * Due rows: whatever happens later.
 *
 * A row names a command and its arguments (canonical JSON) and is known by what
 * it belongs to: (tenant, entity, slot).  Setting a slot again moves it, so a
 * clock keeps one row, its next step.  The clock loop (work/due) runs the
 * command; the row is deleted in the command's own transaction, so it happens
 * exactly once, also after a crash.  Attempts are counted and committed first;
 * a row that failed three times is parked and shown.
 */
#ifndef LI_RECORD_DUE_H
#define LI_RECORD_DUE_H

#include "record/command.h"

/* Slots of an entity.  0…999 belong to the machine's clocks (0: the case,
 * n: part n), those just below 0 to its clocks with names; others start at these. */
#define LI_DUE_ERASE  1000       /* + place of the vault entry */
#define LI_DUE_SETTLE (-900000)  /* its actions by system are tried again */
#define LI_DUE_SPAWN  (-1000000) /* and below: what it is about to open */
/* Of a case: + place of a ballot, it is opened; + its name's, the case is told how far it is. */
/* Of a case: what it hands to another (+ number of the part), and what it takes over. */
#define LI_DUE_CARRY  (INT64_C(1) << 59)
#define LI_DUE_BALLOT (INT64_C(1) << 60)
#define LI_DUE_TOLD   (LI_DUE_BALLOT + 1000)

struct li_due {
    int64_t tenant;
    int64_t entity;
    int64_t slot;
    int64_t at;
    struct li_str command;
    struct li_str args;
    int64_t attempts;
};

/* Sets or moves a row.  Inside a command's write. */
int li_due_set(struct li_ctx *ctx, const struct li_tx *tx, const struct li_due *due) LI_MUST_CHECK;
/* Removes a row if it is there. */
int li_due_clear(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity,
                 int64_t slot) LI_MUST_CHECK;
/* Removes all rows of an entity: of a job that is stopped. */
int li_due_clear_all(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity) LI_MUST_CHECK;
/* Removes the rows of a case's clocks, of states and with names, and no others. */
int li_due_clear_clocks(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity) LI_MUST_CHECK;
/* How many rows of an entity have yet to run, but for the one at slot 0. */
int li_due_of(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t entity,
              int64_t *ret) LI_MUST_CHECK;
/* Removes the row a job came from: 1 it was there, 0 it was moved or has run. */
int li_due_take(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, int64_t slot,
                int64_t at) LI_MUST_CHECK;

/* One row, in the arena; -LI_E_NOT_FOUND quietly. */
int li_due_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t entity,
                int64_t slot, struct li_due *ret) LI_MUST_CHECK;
/* Rows of an entity at a slot or below, in the order they run; parked ones too. */
int li_due_below(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t entity,
                 int64_t slot, struct li_due **ret, size_t *ret_count) LI_MUST_CHECK;
/* Rows due at `now` that are not parked, earliest first, over all tenants. */
int li_due_read(struct li_ctx *ctx, struct li_conn *conn, int64_t now, size_t max,
                struct li_due **ret, size_t *ret_count) LI_MUST_CHECK;
/* When the next row is due; 0: none. */
int li_due_next(struct li_ctx *ctx, struct li_conn *conn, int64_t *ret_at) LI_MUST_CHECK;
/* How many rows are due at `now` and not parked. */
int li_due_waiting(struct li_ctx *ctx, struct li_conn *conn, int64_t now,
                   int64_t *ret_count) LI_MUST_CHECK;
int li_due_parked(struct li_ctx *ctx, struct li_conn *conn, int64_t *ret_count) LI_MUST_CHECK;

/* All rows of a tenant, while it is closed (copy.h): held, or set free again. */
int li_due_hold(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, bool held) LI_MUST_CHECK;

/* Working command; args is a struct li_due: raises its attempts, or parks it
 * when it has had LI_ATTEMPTS. */
extern const struct li_command li_due_attempt;
/* The plan of li_due_attempt: whether the row may run now. */
struct li_due_attempted {
    const struct li_due *due;
    bool may_run;
};

/* A row that had its turn in a round. */
struct li_due_turn {
    struct li_due due;
    int status;  /* 0, -LI_E_STATE (it was moved or has run), or why it failed */
    bool parked; /* it has failed too often and now rests */
};
/*
 * One round of what is due at `now`: at most a lane's batch of rows, submitted
 * together, so that a thousand clocks at midnight cost a few dozen commits.  An
 * attempt is raised and committed first, then the command runs and takes its
 * row away in its own transaction.  One round at a time in a process.
 * *ret_count: how many rows there were.
 */
int li_due_run(struct li_ctx *ctx, struct li_record *record, int64_t now, struct li_due_turn **ret,
               size_t *ret_count) LI_MUST_CHECK;

#endif
