/*
 * What the files of `linli picture` share: the picture on its way through.
 */
#ifndef LI_CLI_PICTURE_H
#define LI_CLI_PICTURE_H

#include "work/picture.h"

struct li_picture_made {
    void *full, *thumb; /* never freed: the process ends */
    size_t full_len, thumb_len;
    int width, height;
    bool placed;
    int32_t lon, lat;
    int64_t taken_at;
};

/* picture_vips.c: loads libvips (`heif`: with its module for it), so that nothing
 * has to be opened later.  NULL: it is not there. */
struct li_vips;
struct li_vips *li_vips_load(bool heif);
/* Decodes, turns upright, shrinks, encodes twice. */
enum li_picture_verdict li_vips_make(const struct li_vips *vips, struct li_str bytes,
                                     struct li_picture_made *ret);

/* picture_exif.c: "22/1 32/1 1234/100 (22, 32, …)" as 1e-7 degrees; false when it is none. */
bool li_exif_degrees(struct li_str value, struct li_str side, int32_t most, int32_t *ret);
/* "2026:11:22 10:11:12 (…)" and "+08:00 (…)", which may be empty. */
bool li_exif_time(struct li_str value, struct li_str zone, int64_t *ret);

#endif
