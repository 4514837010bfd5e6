/*
 * Who held a case how long: stretches of a state and who answered in it, read
 * from history alone, exact to the microsecond.
 *
 * Those of the case itself lie end to end from its opening to its end (or now),
 * so that together they are its age.  Each part has its own, from when it was
 * sent to its end; while the case has ended, its open parts rest and nobody
 * holds them.  Not for deadlines (clock.c): whether somebody was late is not
 * said here.
 */
#ifndef LI_CASE_HELD_H
#define LI_CASE_HELD_H

#include "case/case.h"
#include "record/history.h"

struct li_held_span {
    int part;                         /* 0: the case itself */
    const struct li_machine *machine; /* of the case or of the part's kind */
    struct li_str name;               /* of the state */
    const struct li_state *state;     /* NULL: the playbook knows it no more */
    struct li_owner owner;            /* post.ptr NULL: the parts, or nobody */
    int64_t from, to;                 /* microseconds UTC; `to` of a running one: now */
    int64_t work;                     /* working microseconds of it */
    bool runs;
    bool rests; /* of a part: the case ended over it, and it is not over itself */
};

/* Pure but for the arena.  `entries`: all of the case, oldest first; those that say
 * nothing of a state are passed over.  `parts` say of what kind each is.  Sorted by
 * part, then by time.  -LI_E_CORRUPT when the entries are not of one case. */
int li_held_read(struct li_ctx *ctx, const struct li_case *of, const struct li_case_part *parts,
                 size_t part_count, const struct li_entry *entries, size_t entry_count,
                 const struct li_calendar *calendar, int64_t now, struct li_held_span **ret,
                 size_t *ret_count) LI_MUST_CHECK;

#endif
