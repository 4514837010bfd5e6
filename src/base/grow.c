/* Arrays that grow; see grow.h. */
#include "base/grow.h"

#define FIRST 8

void *li_grow(struct li_ctx *ctx, void *items, size_t count, size_t *cap, size_t size)
{
    size_t room = *cap ? 2 * *cap : FIRST;
    void *more;

    if (count < *cap)
        return items;
    more = li_alloc_array(ctx, room, size);
    if (!more)
        return NULL;
    if (count)
        memcpy(more, items, count * size);
    *cap = room;
    return more;
}
