/*
 * Pixels by libvips, in the child only.
 *
 * libvips and what it brings are a hundred libraries and 4 MiB of private memory at
 * rest; so the server is not linked with it, and the child opens it by name.  Of
 * its readers only those of JPEG, PNG, WebP and HEIF are let in; those it calls
 * untrusted itself are out anyway.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <vips/vips.h>

#include "cli/picture.h"

#define LIBRARY       "libvips.so.42"
#define QUALITY       82
#define THUMB_QUALITY 76

/* What we use of it, by the types of its headers. */
#define FUNCTIONS(X)                                                                               \
    X(vips_init)                                                                                   \
    X(vips_block_untrusted_set)                                                                    \
    X(vips_operation_block_set)                                                                    \
    X(vips_cache_set_max)                                                                          \
    X(vips_concurrency_set)                                                                        \
    X(vips_image_new_from_buffer)                                                                  \
    X(vips_image_get_width)                                                                        \
    X(vips_image_get_height)                                                                       \
    X(vips_image_get_typeof)                                                                       \
    X(vips_image_get_as_string)                                                                    \
    X(vips_image_hasalpha)                                                                         \
    X(vips_image_copy_memory)                                                                      \
    X(vips_thumbnail_image)                                                                        \
    X(vips_colourspace)                                                                            \
    X(vips_flatten)                                                                                \
    X(vips_array_double_newv)                                                                      \
    X(vips_jpegsave_buffer)

struct li_vips {
#define FIELD(name) __typeof__(name) *name;
    FUNCTIONS(FIELD)
#undef FIELD
};

static const struct {
    const char *name;
    size_t place;
} functions[] = {
#define ROW(name) {#name, offsetof(struct li_vips, name)},
    FUNCTIONS(ROW)
#undef ROW
};

static const char *const readers[] = {"VipsForeignLoadJpeg", "VipsForeignLoadPng",
                                      "VipsForeignLoadWebp", "VipsForeignLoadHeif"};

struct li_vips *li_vips_load(bool heif)
{
    struct li_vips *vips = calloc(1, sizeof(*vips));
    void *library;

    /* its modules (PDF, slides, ImageMagick …) are looked for below this folder */
    setenv("VIPSHOME", "/nonexistent", 1);
    setenv("VIPS_NOVECTOR", "1", 1); /* it would make code while it runs */
    if (heif) {
        unsetenv("VIPSHOME");
    }
    library = vips ? dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL) : NULL;
    for (size_t i = 0; library && i < sizeof(functions) / sizeof(functions[0]); i++) {
        void *function = dlsym(library, functions[i].name);
        if (!function) {
            return NULL;
        }
        memcpy((char *)vips + functions[i].place, &function, sizeof(function));
    }
    if (!library || vips->vips_init("linli") != 0) {
        return NULL;
    }
    vips->vips_block_untrusted_set(TRUE);
    vips->vips_operation_block_set("VipsForeignLoad", TRUE);
    for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
        vips->vips_operation_block_set(readers[i], FALSE);
    }
    vips->vips_cache_set_max(0);
    vips->vips_concurrency_set(1);
    return vips;
}

static struct li_str text_of(const struct li_vips *vips, VipsImage *image, const char *name)
{
    char *text = NULL;

    if (vips->vips_image_get_typeof(image, name) == 0 ||
        vips->vips_image_get_as_string(image, name, &text) != 0) {
        return LI_S("");
    }
    return li_str(text);
}

static void read_exif(const struct li_vips *vips, VipsImage *image, struct li_picture_made *made)
{
    made->placed =
        li_exif_degrees(text_of(vips, image, "exif-ifd3-GPSLatitude"),
                        text_of(vips, image, "exif-ifd3-GPSLatitudeRef"), 90, &made->lat) &&
        li_exif_degrees(text_of(vips, image, "exif-ifd3-GPSLongitude"),
                        text_of(vips, image, "exif-ifd3-GPSLongitudeRef"), 180, &made->lon) &&
        (made->lat != 0 || made->lon != 0);
    if (!li_exif_time(text_of(vips, image, "exif-ifd2-DateTimeOriginal"),
                      text_of(vips, image, "exif-ifd2-OffsetTimeOriginal"), &made->taken_at)) {
        made->taken_at = 0;
    }
}

/* Upright, no larger than wanted, eight bits of sRGB on white, in memory. */
static VipsImage *shrink(const struct li_vips *vips, VipsImage *image)
{
    VipsImage *small = NULL, *colour = NULL, *flat = NULL;

    if (vips->vips_thumbnail_image(image, &small, LI_PICTURE_SIDE, "height", LI_PICTURE_SIDE,
                                   "size", VIPS_SIZE_DOWN, "export_profile", "srgb", NULL) != 0 ||
        vips->vips_colourspace(small, &colour, VIPS_INTERPRETATION_sRGB, NULL) != 0) {
        return NULL;
    }
    flat = colour;
    if (vips->vips_image_hasalpha(colour) &&
        vips->vips_flatten(colour, &flat, "background",
                           vips->vips_array_double_newv(3, 255.0, 255.0, 255.0), NULL) != 0) {
        return NULL;
    }
    return vips->vips_image_copy_memory(flat);
}

static bool encode(const struct li_vips *vips, VipsImage *image, int quality, void **ret,
                   size_t *ret_len)
{
    return vips->vips_jpegsave_buffer(image, ret, ret_len, "Q", quality, "strip", TRUE,
                                      "optimize_coding", TRUE, NULL) == 0;
}

enum li_picture_verdict li_vips_make(const struct li_vips *vips, struct li_str bytes,
                                     struct li_picture_made *ret)
{
    struct li_picture_made made = {.placed = false};
    /* vips_thumbnail_buffer would be faster, but takes what is cut off */
    VipsImage *image =
        vips->vips_image_new_from_buffer(bytes.ptr, bytes.len, "", "access", VIPS_ACCESS_SEQUENTIAL,
                                         "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
    VipsImage *full, *thumb = NULL;

    if (!image) {
        return LI_PICTURE_BROKEN;
    }
    if ((int64_t)vips->vips_image_get_width(image) * vips->vips_image_get_height(image) >
        LI_PICTURE_PIXELS) {
        return LI_PICTURE_GREAT;
    }
    read_exif(vips, image, &made);
    full = shrink(vips, image);
    if (!full ||
        vips->vips_thumbnail_image(full, &thumb, LI_PICTURE_THUMB, "height", LI_PICTURE_THUMB,
                                   "size", VIPS_SIZE_DOWN, NULL) != 0 ||
        !encode(vips, full, QUALITY, &made.full, &made.full_len) ||
        !encode(vips, thumb, THUMB_QUALITY, &made.thumb, &made.thumb_len)) {
        return LI_PICTURE_BROKEN;
    }
    made.width = vips->vips_image_get_width(full);
    made.height = vips->vips_image_get_height(full);
    *ret = made;
    return LI_PICTURE_GOOD;
}
