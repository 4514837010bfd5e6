/* What the files of the public square share. */
#ifndef LI_SERVE_OP_SQUARE_H
#define LI_SERVE_OP_SQUARE_H

#include "contract/fault.h"
#include "serve/op/op.h"
#include "view/square.h"

/* What a list is asked: kind, area, row, and `before`, the number of the last one seen. */
int li_op_square_query(struct li_request *request, enum li_page_stands stands, size_t limit,
                       struct li_square_query *ret) LI_MUST_CHECK;

/* What names the row of the path where everybody reads it: "pages" that stand, newest first, and
 * the latest of "archive". */
int li_op_put_hanging(struct li_request *request, struct li_node *data) LI_MUST_CHECK;
/* The same for a sheet: those that stand with their words in short, and the code that leads to
 * `to`. */
int li_op_put_sheet_of(struct li_request *request, struct li_node *data,
                       struct li_str to) LI_MUST_CHECK;

/* ---- square_sum.c: figures, as numbers, words and bars ------------------------------------ */

/* "figures" of one page; a count of nothing or one says nothing there. */
void li_op_put_own_figures(struct li_request *request, struct li_node *data,
                           const struct li_view_page *page);
/* "programmes": what the pages of a kind sum up to, each with its sentence, its bars, and page by
 * page where money is compared. */
int li_op_put_sums(struct li_request *request, struct li_node *data,
                   struct li_str kind) LI_MUST_CHECK;

#endif
