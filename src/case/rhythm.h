/*
 * Rhythms in use: cases that open of themselves, and actions done on every open case,
 * as playbooks say with `every`.
 *
 * Each rhythm of an adopted playbook is a row, and has one due row (slot 0): the
 * beginning of its next window, or the end of the one that goes on.  As a window
 * begins, its times are drawn from a seed that history keeps, and each becomes a due
 * row of its own that opens one case, or does the action on one that allows it as the
 * window begins.  What was not opened or done when the window ends is
 * written down as missed; nothing is made up for afterwards.
 */
#ifndef LI_CASE_RHYTHM_H
#define LI_CASE_RHYTHM_H

#include "case/case.h"

struct li_rhythm_row {
    int64_t id;
    struct li_str playbook, name;
    bool runs;
    struct li_str area_path; /* only inside; empty: everywhere */
    int64_t next_at;         /* when its next window begins; 0: none is coming */
    int32_t day;             /* of the window that goes on; INT32_MIN: none does */
};
/* Of a tenant, by playbook and name. */
int li_rhythm_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                   struct li_rhythm_row **ret, size_t *ret_count) LI_MUST_CHECK;
/* -LI_E_NOT_FOUND quietly. */
int li_rhythm_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                   struct li_rhythm_row *ret) LI_MUST_CHECK;
int li_rhythm_named(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                    struct li_str playbook, struct li_str name,
                    struct li_rhythm_row *ret) LI_MUST_CHECK;

/* What became of a window. */
struct li_rhythm_past {
    int32_t day;
    int64_t planned, opened, missed;
};
/* The newest, at most `limit`. */
int li_rhythm_past(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                   size_t limit, struct li_rhythm_past **ret, size_t *ret_count) LI_MUST_CHECK;

/* Command "rhythm.set": lets one run or stops it, everywhere or inside an area.
 * Times of a window that goes on are called off. */
struct li_rhythm_set_args {
    struct li_str playbook, name;
    bool runs;
    struct li_str area; /* code; empty: everywhere */
};
extern const struct li_command li_rhythm_set;
/* "rhythm.begin", "rhythm.end": a window; from due rows only. */
extern const struct li_command li_rhythm_begin;
extern const struct li_command li_rhythm_end;

/* In "playbook.adopt": the rhythms of a version that comes into use. */
int li_rhythm_adopt(struct li_ctx *ctx, const struct li_tx *tx,
                    const struct li_playbook *playbook) LI_MUST_CHECK;

/* In "playbook.use": times still to come, of cases that would open, are called off; the next
 * windows are put as before, and open nothing while the programme is off. */
int li_rhythm_rest(struct li_ctx *ctx, const struct li_tx *tx,
                   struct li_str playbook) LI_MUST_CHECK;

/* One drawn time. */
struct li_rhythm_time {
    int64_t rhythm;
    int32_t day;
    int64_t place;
    struct li_str name; /* of the rhythm, when it is known */
};
/* What a due row of "case.open" or "case.act" says. */
int li_rhythm_time_parse(struct li_ctx *ctx, const struct li_node *args,
                         struct li_rhythm_time *ret) LI_MUST_CHECK;
/* In "case.open": what is opened at that time.  -LI_E_STATE: its window is over, it was
 * called off, or the case is there. */
int li_rhythm_open(struct li_ctx *ctx, const struct li_tx *tx, struct li_rhythm_time *time,
                   struct li_case_open_args *ret) LI_MUST_CHECK;
/* In "case.act": the action it does then, on the case it was planned for.  -LI_E_STATE as
 * above. */
int li_rhythm_act(struct li_ctx *ctx, const struct li_tx *tx, struct li_rhythm_time *time,
                  struct li_str *ret_action) LI_MUST_CHECK;
/* In the write of either. */
int li_rhythm_opened(struct li_ctx *ctx, const struct li_tx *tx, const struct li_rhythm_time *time,
                     int64_t case_id) LI_MUST_CHECK;

/* rhythm_target.c: an open case on which an action can be done now, by the system. */
struct li_rhythm_target {
    int64_t id;
    struct li_str area;
};
/* Of a playbook, inside an area (empty: everywhere), oldest first; one more than `most` is
 * enough to know that there are too many. */
int li_rhythm_targets(struct li_ctx *ctx, const struct li_tx *tx, struct li_str playbook,
                      struct li_str action, struct li_str area_path, size_t most,
                      struct li_rhythm_target **ret, size_t *ret_count) LI_MUST_CHECK;

/* ---- between rhythm.c and rhythm_run.c ------------------------------------------ */

/* Puts the row's next window and its due row; `from`: the first day that may be one. */
int li_rhythm_next(struct li_ctx *ctx, const struct li_tx *tx, const struct li_rhythm *rhythm,
                   int64_t id, int32_t from) LI_MUST_CHECK;
/* The row, its playbook and its words.  -LI_E_STATE: it does not run any more. */
int li_rhythm_running(struct li_ctx *ctx, const struct li_tx *tx, int64_t id,
                      struct li_rhythm_row *ret_row, const struct li_playbook **ret_playbook,
                      const struct li_rhythm **ret) LI_MUST_CHECK;

#endif
