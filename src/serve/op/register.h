/* What the operations over registers share. */
#ifndef LI_SERVE_OP_REGISTER_H
#define LI_SERVE_OP_REGISTER_H

#include "serve/op/op.h"
#include "view/register.h"

#define LI_ROW_PLACES 32 /* of a viewer's posts that are looked into */

/* The register of the path, as it is now. */
int li_op_register(struct li_request *request, const struct li_register **ret) LI_MUST_CHECK;
/* The row of the path, where the viewer may read it (staff), else -LI_E_NOT_FOUND. */
int li_op_row(struct li_request *request, struct li_row *ret) LI_MUST_CHECK;
/* Paths the viewer's posts lie at, none inside another, in order. */
size_t li_op_row_places(const struct li_viewer *viewer, struct li_str ret[LI_ROW_PLACES]);
/* What of a place a viewer's posts and the parameter `area` leave; *ret_count 0: nothing. */
int li_op_row_within(struct li_request *request, struct li_str ret[LI_ROW_PLACES],
                     size_t *ret_count) LI_MUST_CHECK;
/* One page over several places, each behind the other; `limit` of query at most. */
int li_op_row_page(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, struct li_row_query query, const struct li_str *places,
                   size_t place_count, struct li_row **ret, size_t *ret_count) LI_MUST_CHECK;
/* What was asked of a list (q, state, f1…f4, before) and where its page begins. */
int li_op_row_query(struct li_request *request, const struct li_register *reg,
                    struct li_row_query *ret) LI_MUST_CHECK;
/* Where the page behind a row begins; ptr NULL: the end. */
struct li_str li_op_row_next(struct li_request *request, const struct li_row_query *query,
                             const struct li_row *rows, size_t count);

/* What a row's register lets anybody open, where the row lets it: into `asks` of a page's data,
 * with the times that are taken; nothing else. */
int li_op_put_asks(struct li_request *request, struct li_node *data,
                   const struct li_row *row) LI_MUST_CHECK;
/* The register that a playbook for residents is opened from, and the field that names its row;
 * -LI_E_NOT_FOUND: it is opened by itself. */
int li_op_asked_from(struct li_request *request, const struct li_playbook *playbook,
                     const struct li_register **ret_reg, int *ret_field) LI_MUST_CHECK;
/* A row that it may be opened about, of such a register; -LI_E_NOT_FOUND. */
int li_op_asked_row(struct li_request *request, const struct li_register *reg, struct li_str id,
                    struct li_row *ret, struct li_view_line *ret_line) LI_MUST_CHECK;

#endif
