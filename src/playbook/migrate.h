/*
 * Where things of an earlier version of a playbook go in a later one, as its `migrate`
 * says.
 */
#ifndef LI_PLAYBOOK_MIGRATE_H
#define LI_PLAYBOOK_MIGRATE_H

#include "playbook/playbook.h"

struct li_migrating {
    const struct li_playbook *old, *new;
    const struct li_migrate *by;
};

/* What a playbook says of an earlier version; NULL: nothing. */
const struct li_migrate *li_migrate_from(const struct li_playbook *playbook, int version);
/* A state of the case in the new version; -1: it has no place there.  What is open
 * stays open, what stands still stands still. */
int li_migrate_state(const struct li_migrating *of, int state);
/* The kind of a part in the new version (-1: there is none) and its state (-1: likewise). */
int li_migrate_part(const struct li_migrating *of, int machine, int state, int *ret_state);
/* Structured fields of the case (`machine` 0) or of a part of a kind of the new version.
 * *ret_wrong: a field whose value has no place there; ptr NULL: all have. */
int li_migrate_fields(struct li_ctx *ctx, const struct li_migrating *of, int machine,
                      const struct li_node *fields, struct li_node **ret,
                      struct li_str *ret_wrong) LI_MUST_CHECK;

/* How it goes, as a sentence of ctx->lang. */
int li_migrate_say(struct li_ctx *ctx, const struct li_playbook *playbook,
                   const struct li_migrate *migrate, struct li_buf *ret) LI_MUST_CHECK;

#endif
