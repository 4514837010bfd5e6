/*
 * Pictures, made by a child that has nothing to lose.
 *
 * Decoders of images have had more holes than anything else a server runs.  So
 * each picture is decoded by `linli picture`, this same program without files,
 * network, keys or environment, with little time and memory; what comes back is a
 * JPEG made anew from the pixels.  A crash costs one upload.
 *
 * li_picture_make blocks; it is called on a pool's thread (work/pool.h).
 */
#ifndef LI_WORK_PICTURE_H
#define LI_WORK_PICTURE_H

#include "base/ctx.h"

#define LI_PICTURE_BYTES   ((size_t)12 << 20) /* most that is taken */
#define LI_PICTURE_PIXELS  50000000           /* most before it is decoded */
#define LI_PICTURE_SIDE    2048               /* longest side of what is kept, */
#define LI_PICTURE_THUMB   400                /* and of its small copy */
#define LI_PICTURE_SECONDS 20                 /* then the child is killed */

/* What the child says of a picture. */
enum li_picture_verdict {
    LI_PICTURE_GOOD,
    LI_PICTURE_FOREIGN, /* no JPEG, PNG, WebP or HEIF */
    LI_PICTURE_BROKEN,  /* one, but cut off or damaged */
    LI_PICTURE_GREAT,   /* too many pixels */
    LI_PICTURE_UNABLE,  /* libvips is not installed */
};

/* Between parent and child, which are the same program: this, then the bytes. */
struct li_picture_order {
    uint32_t magic;
    uint32_t len;
};
struct li_picture_answer {
    uint32_t magic;
    uint32_t verdict; /* enum li_picture_verdict */
    uint32_t width, height;
    uint32_t full_len, thumb_len; /* bytes that follow, full first */
    uint32_t placed;              /* EXIF has a position: 1e-7 degrees, WGS-84 */
    int32_t lon, lat;
    uint32_t guarded; /* the kernel took the filter of system calls */
    int64_t taken_at; /* EXIF; microseconds UTC, UTC+8 where it says no zone; 0: none */
};
#define LI_PICTURE_MAGIC 0x6c695031u

struct li_picture {
    struct li_str full, thumb; /* JPEG, upright, sRGB, without metadata */
    int64_t width, height;     /* of full */
    bool placed;
    int64_t lon, lat;
    int64_t taken_at;
};

struct li_pictures; /* thread-safe */

/* `program`: what is run with the word `picture`; NULL: this program itself. */
int li_pictures_new(struct li_ctx *ctx, const char *program,
                    struct li_pictures **ret) LI_MUST_CHECK;
/* No child has more than two seconds from now on; new ones are refused. */
void li_pictures_stop(struct li_pictures *pictures);
void li_pictures_free(struct li_pictures *pictures); /* NULL is fine; none is under way */

/*
 * Makes a picture of bytes.  Its texts lie in the arena.  -LI_E_LIMIT: too many
 * bytes; -LI_E_INVALID with a fault of contract/fault.h at `where`: no picture, a
 * broken one, too many pixels, or one the child died of; -LI_E_BUSY: stopping;
 * -LI_E_INTERNAL: no child, or none that can.
 */
int li_picture_make(struct li_ctx *ctx, struct li_pictures *pictures, struct li_str where,
                    struct li_str bytes, struct li_picture *ret) LI_MUST_CHECK;

#endif
