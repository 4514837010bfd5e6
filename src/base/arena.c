/*
 * Blocks of memory that end together.
 *
 * Small allocations are cut from the newest block; one that is large for its
 * block gets a block of its own behind it, so that the rest of the newest block
 * stays in use.  Built with LI_ARENA_MALLOC every allocation is a malloc, with
 * the same limit, so that the sanitizers see overruns and use after reset.
 */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ALIGN         ((size_t)16)
#define FIRST_BLOCK   ((size_t)8 * 1024 - 256)
#define LARGEST_BLOCK ((size_t)256 * 1024)
#define DEFAULT_LIMIT ((size_t)64 * 1024 * 1024)

struct block {
    struct block *next;
    size_t cap;
    size_t used;
    size_t pad;
    char bytes[];
};

struct defer {
    struct defer *next;
    void (*fn)(void *);
    void *arg;
};

struct li_arena {
    size_t limit;
    size_t held; /* capacity of all blocks, at most limit */
    size_t used;
    struct block *newest;
    struct defer *defers;
};

static size_t round_up(size_t size)
{
    return (size + (ALIGN - 1)) & ~(ALIGN - 1);
}

struct li_arena *li_arena_new(size_t limit)
{
    struct li_arena *arena = calloc(1, sizeof(*arena));

    if (arena == NULL)
        return NULL;
    arena->limit = limit != 0 ? limit : DEFAULT_LIMIT;
    return arena;
}

/* The list is taken off first: what is deferred may use the arena. */
static void run_defers(struct li_arena *arena)
{
    while (arena->defers != NULL) {
        struct defer *defer = arena->defers;

        arena->defers = defer->next;
        defer->fn(defer->arg);
    }
}

static void free_blocks(struct li_arena *arena, struct block *kept)
{
    struct block *block = arena->newest;

    while (block != NULL) {
        struct block *next = block->next;

        if (block != kept)
            free(block);
        block = next;
    }
    arena->newest = kept;
    arena->held = 0;
    if (kept != NULL) {
        kept->next = NULL;
        kept->used = 0;
        arena->held = kept->cap;
    }
}

void li_arena_free(struct li_arena *arena)
{
    if (arena == NULL)
        return;
    run_defers(arena);
    free_blocks(arena, NULL);
    free(arena);
}

void li_arena_reset(struct li_arena *arena)
{
    struct block *first = NULL;

    run_defers(arena);
#ifndef LI_ARENA_MALLOC
    for (struct block *block = arena->newest; block != NULL; block = block->next)
        if (block->next == NULL && block->cap <= FIRST_BLOCK)
            first = block;
#endif
    free_blocks(arena, first);
    arena->used = 0;
}

/* A block of `size` bytes, of which `cap` are counted against the limit. */
static struct block *new_block(struct li_arena *arena, size_t size, size_t cap)
{
    struct block *block;

    if (cap > arena->limit - arena->held)
        return NULL;
    block = malloc(sizeof(*block) + size);
    if (block == NULL)
        return NULL;
    block->next = NULL;
    block->cap = cap;
    block->used = 0;
    arena->held += cap;
    return block;
}

#ifdef LI_ARENA_MALLOC

static void *take(struct li_arena *arena, size_t size)
{
    struct block *block = new_block(arena, size, round_up(size));

    if (block == NULL)
        return NULL;
    block->next = arena->newest;
    arena->newest = block;
    return block->bytes;
}

#else

static size_t next_cap(const struct li_arena *arena, size_t size)
{
    const size_t left = arena->limit - arena->held;
    size_t cap = arena->newest != NULL ? arena->newest->cap * 2 : FIRST_BLOCK;

    if (cap > LARGEST_BLOCK)
        cap = LARGEST_BLOCK;
    if (cap > left)
        cap = left & ~(ALIGN - 1);
    return cap < size ? size : cap;
}

static void *take(struct li_arena *arena, size_t size)
{
    struct block *newest = arena->newest;
    struct block *block;
    size_t cap;

    if (newest != NULL && newest->cap - newest->used >= size) {
        void *ptr = newest->bytes + newest->used;

        newest->used += size;
        return ptr;
    }
    cap = next_cap(arena, size);
    block = new_block(arena, cap, cap);
    if (block == NULL)
        return NULL;
    block->used = size;
    if (newest != NULL && block->cap - size < newest->cap - newest->used) {
        block->next = newest->next;
        newest->next = block;
    } else {
        block->next = newest;
        arena->newest = block;
    }
    return block->bytes;
}

#endif

void *li_arena_alloc(struct li_arena *arena, size_t size)
{
    void *ptr;
    size_t rounded;

    if (size > arena->limit || size > SIZE_MAX / 2)
        return NULL;
#ifdef LI_ARENA_MALLOC
    rounded = size;
#else
    rounded = round_up(size == 0 ? 1 : size);
#endif
    ptr = take(arena, rounded);
    if (ptr == NULL)
        return NULL;
    memset(ptr, 0, size);
    arena->used += round_up(size);
    return ptr;
}

void *li_arena_array(struct li_arena *arena, size_t count, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    return li_arena_alloc(arena, total);
}

int li_arena_defer(struct li_arena *arena, void (*fn)(void *), void *arg)
{
    struct defer *defer = LI_NEW(arena, struct defer);

    if (defer == NULL) {
        fn(arg);
        return -1;
    }
    defer->fn = fn;
    defer->arg = arg;
    defer->next = arena->defers;
    arena->defers = defer;
    return 0;
}

size_t li_arena_used(const struct li_arena *arena)
{
    return arena->used;
}
