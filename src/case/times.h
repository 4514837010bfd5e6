/*
 * What a case's clocks are reckoned on, beside the state itself: the calendar,
 * the tenant's tables, pauses, extensions, clocks with a name.  For case/, and for view/ to
 * show.
 *
 * A case that never needed a row (cases.clocks) looks for none, and one whose playbook uses
 * none of these words (playbook->times) never does.
 */
#ifndef LI_CASE_TIMES_H
#define LI_CASE_TIMES_H

#include "base/json.h"
#include "case/case.h"
#include "case/deadline.h"

struct li_case_move;
struct li_case_timer;

struct li_pause {
    int64_t from, to; /* to 0: it lasts */
};

/* A row of table `clock`.  Name "": what belongs to the clock of the state itself. */
struct li_clock_row {
    int part; /* 0: the case */
    struct li_str name;
    int64_t since;  /* what the clock was counted from, when this was written */
    int64_t due_at; /* 0: stands still */
    int64_t edition;
    int64_t struck; /* steps that have struck */
    bool overdue;
    int64_t extended_at; /* name "": the deadline is not before this; 0: as reckoned */
    struct li_str basis; /* "name/edition" of the table the deadline came from; ptr NULL */
    const struct li_pause *pauses; /* name "": oldest first */
    size_t pause_count;
    bool changed; /* to be written */
};

struct li_clock_ground {
    const struct li_calendar *calendar;
    const struct li_deadlines *deadlines; /* NULL: none are asked for */
    int64_t opened_at;
    struct li_str class;
    struct li_str level;
    struct li_clock_row *rows;
    size_t count, cap;
    bool kept; /* the case has had rows before */
};

/* Reads what there is; a playbook without such words gives the calendar alone. */
int li_clock_ground(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, const struct li_case *of,
                    struct li_clock_ground *ret) LI_MUST_CHECK;
/* The same of a case that is being opened: there are no rows yet. */
int li_clock_ground_new(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                        int64_t tenant, const struct li_case *of,
                        struct li_clock_ground *ret) LI_MUST_CHECK;
/* Class and level may have changed since. */
void li_clock_ground_at(struct li_clock_ground *ground, const struct li_case *of);
/* A row; NULL: there is none. */
struct li_clock_row *li_clock_row(const struct li_clock_ground *ground, int part,
                                  struct li_str name);
/* The same, made when it is not there; NULL: no memory (told). */
struct li_clock_row *li_clock_row_new(struct li_ctx *ctx, struct li_clock_ground *ground, int part,
                                      struct li_str name);
/* A deep enough copy: what is done to one is not done to the other. */
int li_clock_ground_copy(struct li_ctx *ctx, const struct li_clock_ground *ground,
                         struct li_clock_ground *ret) LI_MUST_CHECK;

/* Pauses of the case and of a part, merged; *ret_count 0: none. */
int li_clock_pauses(struct li_ctx *ctx, const struct li_clock_ground *ground, int part,
                    bool own_too, struct li_pause **ret, size_t *ret_count) LI_MUST_CHECK;
/* An instant of a clock's time, moved by pauses that began after `from`; 0: it stands
 * still. */
int64_t li_clock_paused(const struct li_calendar *calendar, enum li_clock_kind kind,
                        const struct li_pause *pauses, size_t count, int64_t from, int64_t at);

/* ---- what a move does ------------------------------------------------------- */

/* Where a running timer's deadline comes from, remembered beside its clock. */
int li_times_basis(struct li_ctx *ctx, struct li_clock_ground *ground, int part,
                   const struct li_case_timer *timer) LI_MUST_CHECK;
/* In decide, when states were entered: pauses that begin or end. */
int li_times_enter(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move,
                   struct li_clock_ground *ground) LI_MUST_CHECK;
/* The extension an action asks for; faults point at its field. */
int li_times_extend(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move,
                    struct li_clock_ground *ground, const struct li_snapshot *after) LI_MUST_CHECK;
/* The clocks with a name, of the case and of its parts. */
int li_times_named(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move,
                   struct li_clock_ground *ground, const struct li_snapshot *after) LI_MUST_CHECK;
/* As a case is opened: its named clocks, a pause it begins in, where its deadline comes from. */
int li_times_open(struct li_ctx *ctx, const struct li_case *row, struct li_clock_ground *ground,
                  const struct li_snapshot *after, const struct li_case_timer *timer) LI_MUST_CHECK;
/* In write: rows that changed and the due rows of named clocks. */
int li_times_write(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                   struct li_clock_ground *ground, const struct li_snapshot *after) LI_MUST_CHECK;
int li_times_put_row(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                     const struct li_clock_row *row) LI_MUST_CHECK;
/* "times": a list of what changed, or nothing. */
void li_times_put(struct li_json *json, const struct li_clock_ground *ground);

/* The due slot of a named clock; `place` among those of its machine. */
int64_t li_times_slot(int part, size_t place);

#endif
