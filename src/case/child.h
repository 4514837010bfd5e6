/*
 * Cases that come of a case: opened by an action that says `spawns`, linked as its
 * children, asked about by its conditions.
 *
 * An action puts down one due row for each case it opens, in its own commit; the row
 * is a `case.open` that reads what it passes on when it runs, and takes the row away
 * in its commit: each is opened exactly once, also after a crash.  Until then it counts
 * as an open child.  When a child changes its state (or is linked or unlinked) its
 * parents' actions by system are tried again, by one due row for each parent that is
 * moved and never doubled (`case.settle`).
 *
 * A playbook without such words (`children` false, no spawns) reads and writes nothing
 * of this.
 */
#ifndef LI_CASE_CHILD_H
#define LI_CASE_CHILD_H

#include "case/inside.h"
#include "case/link.h"

/* Its children, those about to be opened last; only where its playbook asks. */
int li_case_children(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_case *row) LI_MUST_CHECK;

/* "left_out" of an entry: programmes of which the engine would have opened a case, but that are
 * off. */
void li_case_put_left_out(struct li_json *json, const struct li_playbook *playbook,
                          const struct li_plan *plan);

/* Rows that were drawn for one of a plan's openings. */
struct li_case_drawn {
    int64_t *rows;
    size_t count, of;    /* so many of so many in use */
    struct li_str drawn; /* their codes, by rank, with spaces between */
    struct li_str among; /* and those of all, where they are not too many to be kept; else empty */
};
/* In decide: the rows that a plan draws, by the month's seed and the case's number; one for each of
 * its spawns, NULL when it draws none.  Drawn among the rows in use where the case lies. */
int li_case_draw_rows(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row,
                      const struct li_plan *plan, struct li_case_drawn **ret) LI_MUST_CHECK;
/* "sampled": [{"among", "count", "drawn", "name", "number", "of", "register"}], or nothing: what
 * linli verify reckons the draw from. */
void li_case_put_drawn(struct li_json *json, const struct li_case *row, const struct li_plan *plan,
                       const struct li_case_drawn *drawn);

/* In write: the due rows of what a plan opens; `drawn` NULL: nothing was. */
int li_case_spawn_put(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                      const struct li_playbook *playbook, const struct li_plan *plan,
                      const struct li_case_drawn *drawn) LI_MUST_CHECK;
/* Whether residents have a link of their own to what is opened so: some action is the reporter's,
 * and only cases open one. */
bool li_case_has_own_link(const struct li_playbook *playbook);
/* The token of a case that one of its parent's actions opened, for who gives its link to whom it
 * is about; made from the tenant's key, and the same each time.  -LI_E_NOT_FOUND. */
int li_case_spawned_token(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                          int64_t tenant, const struct li_case *parent, const struct li_case *row,
                          uint8_t ret[16]) LI_MUST_CHECK;

/* In write: the cases a case came of are tried again, and those of the cases that are
 * answered through it. */
int li_case_tell_parents(struct li_ctx *ctx, const struct li_tx *tx,
                         const struct li_case *row) LI_MUST_CHECK;
/* In write: this one is. */
int li_case_settle_later(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id) LI_MUST_CHECK;

/* What a due row of li_case_spawn_put says. */
struct li_case_spawned {
    int64_t id;           /* the case it comes of */
    struct li_str action; /* which says so */
    size_t spawn;         /* place in its spawns */
    int part;             /* it is opened for; 0: the case */
    int64_t row;          /* of a register, that was drawn; 0: none */
};
int li_case_spawned_read(struct li_ctx *ctx, const struct li_node *args,
                         struct li_case_spawned *ret) LI_MUST_CHECK;
/* In decide of `case.open`: what it is opened with, and the link (`from` and `no` are the
 * opener's).  A failure is -LI_E_CORRUPT, so that the row is not lost but shown. */
int li_case_spawned_args(struct li_ctx *ctx, const struct li_tx *tx,
                         const struct li_case_spawned *spawned, struct li_case_open_args *ret,
                         struct li_link *ret_link) LI_MUST_CHECK;

/* When a playbook is adopted: what it opens is in use and can be opened so; what opens it
 * still can; and none open one another without anybody's doing. */
int li_case_spawns_check(struct li_ctx *ctx, const struct li_tx *tx,
                         const struct li_playbook *playbook) LI_MUST_CHECK;

#endif
