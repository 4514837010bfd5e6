/*
 * multipart/form-data (RFC 7578): what a form with files sends.
 *
 * The body comes whole; parts are slices of it, nothing is copied.  Names that the
 * sender gives files are not read: they mean nothing here.
 */
#ifndef LI_CONTRACT_MULTIPART_H
#define LI_CONTRACT_MULTIPART_H

#include "base/ctx.h"

#define LI_PARTS_MAX     64
#define LI_PART_HEAD_MAX 2048               /* bytes of one part's headers */
#define LI_PART_TEXT_MAX ((size_t)64 << 10) /* bytes of a part that is no file */

struct li_part {
    struct li_str name;
    struct li_str bytes;
    bool is_file; /* it has a file name, which may be empty */
    bool is_none; /* a field for files in which nothing was chosen */
};

/* Parts in the order sent.  -LI_E_SYNTAX: no boundary, cut off, misshapen;
 * -LI_E_LIMIT: more parts or more bytes than above. */
int li_multipart_read(struct li_ctx *ctx, struct li_str content_type, struct li_str bytes,
                      struct li_part **ret, size_t *ret_count) LI_MUST_CHECK;

#endif
