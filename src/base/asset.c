/*
 * Finds packed files in the sorted table that tools/embed.py generates.
 *
 * Not for files on disk.  The table is sorted when it is made, so finding is a
 * binary search and a walk by prefix is a run of neighbours.
 */
#include "base/asset.h"

#include "base/err.h"

/* In the generated file. */
extern const struct li_asset li_assets[];
extern const size_t li_asset_count;

/* Index of the first asset whose path is not before `path`. */
static size_t first_from(struct li_str path)
{
    size_t low = 0, high = li_asset_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (li_str_cmp(li_assets[middle].path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct li_asset *li_asset_find(struct li_str path)
{
    size_t at = first_from(path);

    if (at < li_asset_count && li_str_eq(li_assets[at].path, path))
        return &li_assets[at];
    return NULL;
}

const struct li_asset *li_asset_next(struct li_str prefix, const struct li_asset *after)
{
    size_t at;

    li_assert(!after || (after >= li_assets && after < li_assets + li_asset_count));
    at = after ? (size_t)(after - li_assets) + 1 : first_from(prefix);
    if (at < li_asset_count && li_str_starts(li_assets[at].path, prefix))
        return &li_assets[at];
    return NULL;
}
