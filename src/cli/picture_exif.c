/*
 * Where and when a picture says it was taken, from the texts libvips makes of
 * EXIF (CIPA DC-008, GPS IFD and Exif IFD): the raw values stand before a
 * bracket.  What is not plausible is as good as not there.
 */
#include "base/time.h"
#include "cli/picture.h"

#define UNIT 10000000 /* 1e-7 degrees */

static struct li_str raw(struct li_str text)
{
    return li_str_trim(li_str_cut(&text, '('));
}

/* "1234/100"; a denominator of 0 is how cameras say "unknown". */
static bool rational(struct li_str text, double *ret)
{
    struct li_str rest = text, top = li_str_cut(&rest, '/');
    int64_t a, b = 1;

    if (!li_str_to_i64(top, &a) || (rest.ptr && !li_str_to_i64(rest, &b)) || a < 0 || b <= 0) {
        return false;
    }
    *ret = (double)a / (double)b;
    return true;
}

bool li_exif_degrees(struct li_str value, struct li_str side, int32_t most, int32_t *ret)
{
    struct li_str rest = raw(value), letter = raw(side);
    double parts[3] = {0}, degrees;

    for (int i = 0; i < 3; i++) {
        struct li_str part = rest.ptr ? li_str_cut(&rest, ' ') : rest;
        if (!part.ptr || !rational(part, &parts[i])) {
            return false;
        }
    }
    degrees = parts[0] + parts[1] / 60 + parts[2] / 3600;
    if (parts[1] >= 60.0001 || parts[2] >= 60.0001 || degrees > most || letter.len == 0) {
        return false;
    }
    *ret = (int32_t)(degrees * UNIT + 0.5);
    if (letter.ptr[0] == 'S' || letter.ptr[0] == 'W') {
        *ret = -*ret;
    }
    return true;
}

/* Without a zone it is China's. */
bool li_exif_time(struct li_str value, struct li_str zone, int64_t *ret)
{
    struct li_str text = raw(value), offset = raw(zone);
    char rfc[32] = "0000-00-00T00:00:00+08:00";
    struct li_ctx ctx;
    struct li_arena *arena;
    bool fits;

    if (text.len != 19 || text.ptr[4] != ':' || text.ptr[7] != ':' || text.ptr[10] != ' ') {
        return false;
    }
    memcpy(rfc, text.ptr, 4);
    memcpy(rfc + 5, text.ptr + 5, 2);
    memcpy(rfc + 8, text.ptr + 8, 2);
    memcpy(rfc + 11, text.ptr + 11, 8);
    if (offset.len == 6 && (offset.ptr[0] == '+' || offset.ptr[0] == '-')) {
        memcpy(rfc + 19, offset.ptr, 6);
    }
    arena = li_arena_new(0);
    if (!arena) {
        return false;
    }
    li_ctx_init(&ctx, arena, NULL, NULL);
    fits = li_time_parse(&ctx, li_str(rfc), ret) == 0;
    li_arena_free(arena);
    return fits;
}
