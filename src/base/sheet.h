/*
 * A table as an XLSX file: one sheet, a heading, rows of cells.
 *
 * The one place that writes XLSX (by libxlsxwriter), for registers, orders and
 * whatever else goes out as a table that an office opens.  A text is always a
 * text cell, so that nothing of it is ever taken for a formula.  Reading is not
 * here: sheets are read in the browser and come in as rows.
 *
 *     r = li_sheet_new(ctx, LI_S("台账"), columns, 3, &sheet);
 *     li_sheet_text(sheet, name);
 *     li_sheet_int(sheet, 12, 0);
 *     li_sheet_date(sheet, day);
 *     li_sheet_next(sheet);
 *     r = li_sheet_end(ctx, sheet, &bytes);
 *
 * Adding never fails at the call: the first failure is remembered, li_sheet_end
 * tells it.
 */
#ifndef LI_BASE_SHEET_H
#define LI_BASE_SHEET_H

#include "base/ctx.h"

#define LI_SHEET_ROWS    1048575 /* below the heading */
#define LI_SHEET_COLUMNS 256

struct li_sheet_column {
    struct li_str title;
    int width; /* in characters; 0: made from the title */
};

struct li_sheet;

/* A sheet with its heading; closed with the arena if not before.  `name`: what of
 * it a sheet can be called.  0 or -LI_E_NOMEM, -LI_E_IO, -LI_E_LIMIT (columns). */
int li_sheet_new(struct li_ctx *ctx, struct li_str name, const struct li_sheet_column *columns,
                 size_t count, struct li_sheet **ret) LI_MUST_CHECK;

/* The next cell of the row.  A text of more than 32,767 characters is cut there. */
void li_sheet_text(struct li_sheet *sheet, struct li_str text);
/* number / 10^decimals, shown with that many; decimals 0 … 3. */
void li_sheet_int(struct li_sheet *sheet, int64_t number, int decimals);
void li_sheet_date(struct li_sheet *sheet, int32_t day);
void li_sheet_blank(struct li_sheet *sheet);
/* Ends the row. */
void li_sheet_next(struct li_sheet *sheet);

/* The file's bytes, in the arena.  The same calls give the same bytes.  0 or
 * -LI_E_NOMEM, -LI_E_IO, -LI_E_LIMIT (rows). */
int li_sheet_end(struct li_ctx *ctx, struct li_sheet *sheet, struct li_str *ret) LI_MUST_CHECK;

#endif
