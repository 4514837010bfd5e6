/*
 * An array in the arena that grows.
 *
 * For what is collected row by row and whose number nobody knows before.  What
 * the array left behind when it moved stays in the arena until that ends; who
 * knows the number allocates once (li_alloc_array).
 *
 *     struct li_area *areas = NULL, *more;
 *     size_t count = 0, cap = 0;
 *
 *     more = li_grow(ctx, areas, count, &cap, sizeof(*areas));
 *     if (!more)
 *         return -LI_E_NOMEM;
 *     areas = more;
 *     areas[count++] = …;
 */
#ifndef LI_BASE_GROW_H
#define LI_BASE_GROW_H

#include "base/ctx.h"

/* `items` with room for one more behind its `count`: itself, or a copy with at
 * least twice the room, then *cap is raised.  NULL at the arena's end (told). */
void *li_grow(struct li_ctx *ctx, void *items, size_t count, size_t *cap,
              size_t size) LI_MUST_CHECK;

#endif
