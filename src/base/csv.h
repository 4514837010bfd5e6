/*
 * A table as CSV (RFC 4180, comma or another mark), read row by row, and the encodings offices
 * write.
 *
 * Rows are cut out of the bytes; only a quoted field with a doubled quote is copied.
 * A quoted field may run over lines.  What the columns mean is the caller's.
 */
#ifndef LI_BASE_CSV_H
#define LI_BASE_CSV_H

#include "base/ctx.h"

#define LI_CSV_FIELDS 256 /* of a row that are kept */

struct li_csv {
    struct li_str rest;                  /* what is not read yet */
    int line;                            /* of the next byte, from 1 */
    struct li_str fields[LI_CSV_FIELDS]; /* of the row, without white space at both ends */
    size_t field_count;                  /* also those that are not kept */
    bool torn;                           /* a quote of the row is out of place */
    bool loose;                          /* then it is a letter like others, and nothing is torn */
    char mark;                           /* between fields; 0: a comma */
};

/* The next row; `rest` then begins with the one behind it, and is empty at the end.
 * 0 or -LI_E_NOMEM. */
int li_csv_row(struct li_ctx *ctx, struct li_csv *csv) LI_MUST_CHECK;
/* A row without anything in it. */
bool li_csv_is_blank(const struct li_csv *csv);

/* Bytes as UTF-8 without a mark: as they are, or from GB18030 where they are no UTF-8.
 * -LI_E_SYNTAX at `where`. */
int li_csv_decode(struct li_ctx *ctx, struct li_str where, struct li_str bytes,
                  struct li_str *ret) LI_MUST_CHECK;

#endif
