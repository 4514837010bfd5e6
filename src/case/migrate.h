/*
 * Open cases go on by a later version of their playbook, as its `migrate` says.
 *
 * One command a case, so that each has its own entry and its own refusal and a stop in
 * between loses nothing: those that are left are found again.  A case with something
 * that has no place in the new version stays as it is, and why is told.
 *
 * Clocks are reckoned anew: by the new version's rule from when the state was entered (a
 * clock with a name: from where it counts), with the pauses there were.  Steps up to the
 * percentage that has struck do not strike again; of others that are over the latest does,
 * at once.
 */
#ifndef LI_CASE_MIGRATE_H
#define LI_CASE_MIGRATE_H

#include "case/case.h"
#include "playbook/migrate.h"

/* Why a case stays. */
enum li_migrate_stays {
    LI_STAYS_NOT,    /* it fits */
    LI_STAYS_UNSAID, /* the playbook says nothing of its version */
    LI_STAYS_STATE,  /* its state has no place */
    LI_STAYS_PART,   /* a part's kind or state has none */
    LI_STAYS_FIELD,  /* a field's value has none */
    LI_STAYS_OPENS,  /* what it is about to open: the new version's action opens no such case */
};
extern const char *const li_migrate_stays_names[]; /* "fits", "version", "state", … */

/* A case as it would go on. */
struct li_migrated {
    enum li_migrate_stays stays;
    struct li_str what; /* the state, field, kind of part or action it stays for */
    struct li_case row; /* with the new playbook */
    struct li_case_part *parts;
    size_t part_count;
};
int li_migrate_case(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                    const struct li_playbook *to, const struct li_case *row,
                    const struct li_case_part *parts, size_t part_count,
                    struct li_migrated *ret) LI_MUST_CHECK;

/* Open cases of earlier versions, oldest first behind `after`, at most `limit`. */
int li_migrate_waiting(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                       const struct li_playbook *to, int64_t after, size_t limit, int64_t *ret_ids,
                       size_t *ret_count) LI_MUST_CHECK;

/* How many open cases each version of each playbook has, by name and version.  Walks the
 * open cases: for an administrator's page. */
struct li_migrate_open {
    struct li_str playbook;
    int version;
    int64_t cases;
};
int li_migrate_count(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_migrate_open **ret, size_t *ret_count) LI_MUST_CHECK;

/* Command "case.migrate": one case, to the playbook's current version.  An item of a
 * job; `viewer` holds the administrator's post over the case's area.  -LI_E_STATE: it is
 * ended, merged, or of that version already; -LI_E_CHECK: it stays. */
extern const struct li_command li_case_migrate;

/* The version a case had when an entry of `seq` was written; 0: the one it has. */
int li_migrate_version(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                       int64_t seq, int *ret) LI_MUST_CHECK;

#endif
