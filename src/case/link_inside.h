/* What link.c and merge.c share: rows of links, and cases as ends of them. */
#ifndef LI_CASE_LINK_INSIDE_H
#define LI_CASE_LINK_INSIDE_H

#include <stdlib.h>

#include "case/inside.h"
#include "case/link.h"

/* A case at one end of a link. */
struct li_link_end_of {
    struct li_case row;
    struct li_case_part *parts;
    size_t part_count;
};
/* In decide: as far as `viewer` sees it as staff; else -LI_E_NOT_FOUND. */
int li_link_seen(struct li_ctx *ctx, const struct li_tx *tx, const struct li_viewer *viewer,
                 int64_t id, struct li_link_end_of *ret) LI_MUST_CHECK;

/* A link that holds; `to` 0: whichever.  -LI_E_NOT_FOUND quietly. */
int li_link_open(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t from,
                 enum li_link_kind kind, int64_t to, struct li_link *ret) LI_MUST_CHECK;
/* In write: the row, and both cases know that there is one. */
int li_link_put(struct li_ctx *ctx, const struct li_tx *tx,
                const struct li_link *link) LI_MUST_CHECK;
int li_link_end(struct li_ctx *ctx, const struct li_tx *tx,
                const struct li_link *link) LI_MUST_CHECK;

#endif
