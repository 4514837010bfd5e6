/*
 * Lines of the desk's lists, kept as they were written.
 *
 * A list is read again at every event, and most of its lines are as before.  A
 * line is kept under all it is made of: the case's own rev, the tenant's (names;
 * also raised when words are erased), what its clock says, and which fields the
 * viewer may not see.  So it is never told to forget, and who asks next for the
 * same line gets it written.  Thread-safe; what is handed out is copied.
 */
#ifndef LI_VIEW_LINES_H
#define LI_VIEW_LINES_H

#include "view/view.h"

struct li_view_lines *li_view_lines_new(void); /* NULL without memory */
void li_view_lines_free(struct li_view_lines *lines);

/* The line of a staff list's row, in ctx's arena; ptr NULL: not kept. */
struct li_str li_view_line_look(struct li_ctx *ctx, const struct li_view *view,
                                const struct li_view_row *row);
/* `line`: what a row without one was written as. */
void li_view_line_keep(const struct li_view *view, const struct li_view_row *row,
                       struct li_str line);

#endif
