/*
 * Memory that ends together.
 *
 * One arena per request, job, batch of rows or start-up.  What is not memory
 * (a file, a parser, a statement) is deferred on it and undone, newest first,
 * when the arena is reset or freed.  An arena is owned by exactly one thread
 * at a time; it may be handed over, never shared.
 *
 * Built with -Dsan=true (LI_ARENA_MALLOC) every allocation is a malloc of its own, so that
 * the sanitizers see overruns.
 */
#ifndef LI_BASE_ARENA_H
#define LI_BASE_ARENA_H

#include <stddef.h>

struct li_arena;

/* `limit`: most bytes it may ever hold (0: 64 MiB).  NULL when out of memory. */
struct li_arena *li_arena_new(size_t limit);
/* Runs what was deferred and frees everything.  NULL is fine. */
void li_arena_free(struct li_arena *arena);
/* Runs what was deferred and forgets everything; keeps its first block. */
void li_arena_reset(struct li_arena *arena);

/* Zeroed, aligned for any type.  NULL at the limit or without memory.
 * Size 0 gives a valid pointer. */
void *li_arena_alloc(struct li_arena *arena, size_t size);
/* count * size with overflow check. */
void *li_arena_array(struct li_arena *arena, size_t count, size_t size);
/* `fn(arg)` when the arena ends.  0, or -1 without memory: fn was then called
 * at once, so that nothing leaks. */
int li_arena_defer(struct li_arena *arena, void (*fn)(void *), void *arg);
/* Bytes handed out since the last reset. */
size_t li_arena_used(const struct li_arena *arena);

#define LI_NEW(arena, type)              ((type *)li_arena_alloc((arena), sizeof(type)))
#define LI_NEW_ARRAY(arena, count, type) ((type *)li_arena_array((arena), (count), sizeof(type)))

#endif
