/* What only `paper` sees of itself. */
#ifndef LI_PAPER_INSIDE_H
#define LI_PAPER_INSIDE_H

#include "base/buf.h"
#include "paper/paper.h"

/* ---- archive.c: files in a zip --------------------------------------------- */

struct li_archive_file {
    struct li_str name, bytes;
};
#define LI_ARCHIVE_FILES 200
#define LI_ARCHIVE_BYTES ((size_t)8 << 20) /* all of them, unpacked */

/* In the arena.  -LI_E_INVALID quietly when it is no zip or too much. */
int li_archive_read(struct li_ctx *ctx, struct li_str bytes, struct li_archive_file **ret,
                    size_t *ret_count) LI_MUST_CHECK;
/* The same files give the same bytes. */
int li_archive_write(struct li_ctx *ctx, const struct li_archive_file *files, size_t count,
                     struct li_str *ret) LI_MUST_CHECK;
/* The place of a name; -1. */
int li_archive_find(const struct li_archive_file *files, size_t count, const char *name);

/* ---- fill.c ------------------------------------------------------------------ */

/* "{{ name }}" at the beginning of a text: its length and name; 0: none. */
size_t li_paper_placeholder(struct li_str text, struct li_str *ret_name);

/* ---- make.c ------------------------------------------------------------------ */

/* The case of a paper as who makes one may see it.  -LI_E_NOT_FOUND, -LI_E_FORBIDDEN. */
int li_paper_case(struct li_ctx *ctx, const struct li_tx *tx, int64_t id, struct li_case *ret,
                  struct li_case_part **ret_parts, size_t *ret_count) LI_MUST_CHECK;

/* ---- picture.c -------------------------------------------------------------- */

/* A QR code as a bitmap of one bit a pixel (BMP), which every reader of .docx draws. */
int li_paper_qr(struct li_ctx *ctx, struct li_str text, struct li_str *ret) LI_MUST_CHECK;

#endif
