/*
 * Programmes in use: a tenant may switch one off, and on again.
 *
 * Nothing new opens by one that is off: nobody is offered it, what opens of itself rests,
 * and an action that would open one is refused, or, where the engine does it, leaves it out
 * and says so.  Cases that are open go on to their end, and so does what they asked for
 * before.  Not for versions of a programme (library.h).
 */
#ifndef LI_CASE_USE_H
#define LI_CASE_USE_H

#include "case/case.h"

/* The names of those that are off, in their order; in the arena. */
struct li_off_list {
    struct li_str *names;
    size_t count;
};
int li_playbooks_off(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_off_list *ret) LI_MUST_CHECK;
bool li_is_off(const struct li_off_list *names, struct li_str name);

/* Whether a new case may open by it; -LI_E_CHECK with a sentence where it is off. */
int li_playbook_in_use(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                       const struct li_playbook *playbook) LI_MUST_CHECK;

/* Of the programmes that actions of a case's playbook open, those that are off: row->off.
 * Costs nothing where it opens none. */
int li_case_off(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn, int64_t tenant,
                struct li_case *row) LI_MUST_CHECK;

/* Command "playbook.use": -LI_E_NOT_FOUND where it was never adopted, -LI_E_UNIQUE where
 * it is so already.  Off, times of rhythms that were still to come are called off.  Raises
 * the tenant's rev. */
struct li_playbook_use_args {
    struct li_str name;
    bool on;
};
extern const struct li_command li_playbook_use;

#endif
