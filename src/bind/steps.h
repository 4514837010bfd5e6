/*
 * The schema of the program and of a store.
 *
 * The steps are packed into the program (schema/NNNN_name.sql).  A store may be
 * behind them; one that is ahead was made by a later linli and is left alone.
 */
#ifndef LI_BIND_STEPS_H
#define LI_BIND_STEPS_H

#include "store/store.h"

struct li_steps {
    struct li_migration *steps; /* of the program, in order */
    size_t count;
    int before; /* the newest step the store had; 0: none */
};

/* Looks, without changing anything.  -LI_E_STATE: the store is ahead. */
int li_steps_look(struct li_ctx *ctx, struct li_store *store, struct li_steps *ret) LI_MUST_CHECK;
/* Runs the steps that are missing: those behind ret->before. */
int li_steps_migrate(struct li_ctx *ctx, struct li_store *store,
                     struct li_steps *ret) LI_MUST_CHECK;
/* For whoever may not change the schema.  -LI_E_STATE: it is behind, or ahead. */
int li_steps_check(struct li_ctx *ctx, struct li_store *store) LI_MUST_CHECK;
/* The newest step of the program. */
int li_steps_newest(struct li_ctx *ctx, int *ret_number) LI_MUST_CHECK;

#endif
