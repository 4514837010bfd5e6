/*
 * Jobs: many small commands asked for in one gesture.
 *
 * A command may hold the lane for a few milliseconds only, so "merge these two
 * thousand" is no command.  It is a row here and one due row for each item, put down
 * a hundred at a time; each item is then a command of its own, with its own entry,
 * its own refusal and its own place in the queue, and others' commands run between
 * them.  A crash loses nothing; a job can be looked at and stopped.
 *
 * Whether somebody may do an item is asked when it runs, of the account that began
 * the job.  An item counts itself (li_job_count) in its write; what was refused did
 * not, and that is how many are told as not done.
 */
#ifndef LI_RECORD_JOB_H
#define LI_RECORD_JOB_H

#include "record/command.h"

#define LI_JOB_ITEMS 2000

/* "job.begin" */
struct li_job_args {
    struct li_str command; /* what each item is: a command with a `parse` */
    int64_t about;         /* what all of them are about; 0 */
    /* The commands' arguments, canonical JSON; "job", its id, is added to each. */
    const struct li_str *items;
    size_t item_count; /* 1 … LI_JOB_ITEMS */
};
struct li_job_begun {
    int64_t id;
};
extern const struct li_command li_job_begin;
/* "job.spread": puts down the next items' due rows; comes from a due row only. */
extern const struct li_command li_job_spread;
/* "job.stop": what has not run yet will not.  Only the account that began it. */
struct li_job_stop_args {
    int64_t id;
};
extern const struct li_command li_job_stop;

/* In an item's write: it was done. */
int li_job_count(struct li_ctx *ctx, const struct li_tx *tx, int64_t job) LI_MUST_CHECK;

struct li_job_progress {
    int64_t id;
    int64_t about;
    int64_t account;
    int64_t total;
    int64_t done;
    int64_t waiting; /* not tried yet */
    int64_t at;
    int64_t stopped_at; /* 0: it was not */
};
/* -LI_E_NOT_FOUND quietly. */
int li_job_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                struct li_job_progress *ret) LI_MUST_CHECK;

#endif
