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
    LI_FILETYPE_OFD,  /* GB/T 33190 */
    LI_FILETYPE_CSV,  /* a text in UTF-8 or GB18030 */
    LI_FILETYPE_WEBM, /* from here on what can be heard: see filetype_sound.c */
    LI_FILETYPE_OGG,
    LI_FILETYPE_M4A,
    LI_FILETYPE_MP3,
    LI_FILETYPE_WAV,
    LI_FILETYPES,
    LI_FILETYPE_NONE = LI_FILETYPES, /* none of these */
    LI_FILETYPE_BROKEN,              /* one of these, but cut off or damaged */
    LI_FILETYPE_LONG                 /* a recording that is longer than is kept */
};

/* A recording has at most so many bytes, and a WAV, which says how long it is, so many seconds:
 * a minute at 256 kbit/s, which is more than any telephone uses for a voice. */
#define LI_SOUND_BYTES   ((size_t)2 << 20)
#define LI_SOUND_SECONDS 60
#define LI_SOUND_WAV     ((size_t)12 << 20)

static inline bool li_filetype_is_sound(enum li_filetype type)
{
    return type >= LI_FILETYPE_WEBM && type <= LI_FILETYPE_WAV;
}

/* Looks at the first and last bytes, at the directory of an archive, and at all of a
 * text.  May use as much again of the arena. */
enum li_filetype li_filetype_of(struct li_ctx *ctx, struct li_str bytes);

/* The same of recordings alone: NONE, BROKEN, LONG or one that is a sound.  What also has a
 * picture that moves is none. */
enum li_filetype li_filetype_sound(struct li_str bytes);

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
