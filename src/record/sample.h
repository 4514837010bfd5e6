/*
 * Where a tenant's draws come from: a chain of seeds, a link a month (base/draw.h).
 *
 * The chain ends in a link derived from the tenant's key, so nothing secret is stored.  Its
 * root, and the month it begins with, are written once, in the command that takes the first
 * playbook into use that draws, and stand in that entry; before, there is no chain, and
 * nothing is drawn or asked.
 */
#ifndef LI_RECORD_SAMPLE_H
#define LI_RECORD_SAMPLE_H

#include "base/draw.h"
#include "base/json.h"
#include "record/command.h"

/* The tenant's chain; -LI_E_NOT_FOUND quietly where none was begun, -LI_E_CORRUPT when the
 * stored root is not the chain's. */
int li_sample_chain(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, struct li_draw_chain *ret) LI_MUST_CHECK;

/* In decide: what begins with this command; *ret NULL when the tenant has a chain. */
int li_sample_begin(struct li_ctx *ctx, const struct li_tx *tx,
                    struct li_draw_chain **ret) LI_MUST_CHECK;
/* In write, and what its entry says: "draws": {"begun": month, "root": hex}. */
int li_sample_write(struct li_ctx *ctx, const struct li_tx *tx,
                    const struct li_draw_chain *chain) LI_MUST_CHECK;
void li_sample_put(struct li_json *json, const struct li_draw_chain *chain);

#endif
