/*
 * What a file is, by its bytes: what it was called and what its sender says of it
 * are not believed.
 *
 * Not a check that a file is well formed or harmless: it tells the few kinds that
 * are kept as evidence from everything else, and refuses what would run when it is
 * opened (macros) and what nobody could read (encrypted, cut off).  What passes is
 * only ever handed out again as a file to be saved.
 */
#ifndef LI_BASE_FILETYPE_H
#define LI_BASE_FILETYPE_H

#include "base/ctx.h"

/* The numbers are kept in tables. */
enum li_filetype {
    LI_FILETYPE_PHOTO, /* JPEG, PNG, WebP, HEIF: made anew by work/picture.h */
    LI_FILETYPE_PDF,
    LI_FILETYPE_DOCX,
    LI_FILETYPE_XLSX,
    LI_FILETYPE_OFD, /* GB/T 33190 */
    LI_FILETYPE_CSV, /* a text in UTF-8 or GB18030 */
    LI_FILETYPES,
    LI_FILETYPE_NONE = LI_FILETYPES, /* none of these */
    LI_FILETYPE_BROKEN               /* one of these, but cut off or damaged */
};

/* Looks at the first and last bytes, at the directory of an archive, and at all of a
 * text.  May use as much again of the arena. */
enum li_filetype li_filetype_of(struct li_ctx *ctx, struct li_str bytes);

enum li_picture_kind { LI_PICTURE_NONE, LI_PICTURE_PLAIN, LI_PICTURE_HEIF };
enum li_picture_kind li_filetype_picture(struct li_str bytes);

/* "pdf": its name in history and in addresses, and the end of a file's name; of a photo
 * "photo".  Only of those below LI_FILETYPES. */
const char *li_filetype_name(enum li_filetype type);
/* "application/pdf" */
const char *li_filetype_media(enum li_filetype type);
/* The reverse of the name; false: there is none so called. */
bool li_filetype_parse(struct li_str name, enum li_filetype *ret);

#endif
