/*
 * Any bytes as the texts of a picture's metadata, each behind a NUL: a place that is
 * on the earth or none, a time that a calendar has or none.
 */
#include "base/time.h"
#include "cli/picture.h"

#define UNIT 10000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct li_str rest = li_str_n(data, size), first = li_str_cut(&rest, '\0');
    struct li_str second = rest.ptr ? rest : LI_S("");
    int64_t at = 0;
    int32_t lat = 0, lon = 0;

    if (li_exif_degrees(first, second, 90, &lat))
        li_assert(lat >= -90 * UNIT && lat <= 90 * UNIT);
    if (li_exif_degrees(first, second, 180, &lon))
        li_assert(lon >= -180 * UNIT && lon <= 180 * UNIT);
    if (li_exif_time(first, second, &at))
        li_assert(at % LI_SECOND == 0);
    return 0;
}
