/* What a paper is filled with, for paper.c. */
#ifndef LI_SERVE_OP_PAPER_H
#define LI_SERVE_OP_PAPER_H

#include "paper/paper.h"
#include "serve/request.h"

int li_op_paper_values(struct li_request *request, const struct li_view_case *seen,
                       const struct li_paper *paper, struct li_node **ret) LI_MUST_CHECK;
/* Adds what the file of a case holds, as the list `held` (paper_index.c). */
int li_op_paper_index(struct li_request *request, const struct li_view_case *seen,
                      struct li_node *values) LI_MUST_CHECK;

#endif
