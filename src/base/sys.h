/*
 * The one door to the outside: time, randomness, files.
 *
 * Nothing else in the house may call time(), clock_gettime(), rand(),
 * getrandom(), sleep() (tests/repo checks).  A clock that is held gives the
 * same instant until somebody moves it; randomness with a seed repeats.
 */
#ifndef LI_BASE_SYS_H
#define LI_BASE_SYS_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/str.h"

struct li_clock {
    _Atomic int64_t held; /* microseconds UTC since 1970, or 0: the system's clock */
};

/* Microseconds UTC since 1970. */
int64_t li_now(const struct li_clock *clock);
/* A steady count of microseconds for measuring and waiting; never held. */
int64_t li_steady_us(void);

/* A source of random bytes: the kernel's (seeded == false) or a repeatable
 * stream from a seed, for tests and the simulator only.  Thread-safe. */
struct li_random;
struct li_random *li_random_system(void);
struct li_random *li_random_seeded(uint64_t seed);
void li_random_free(struct li_random *random);
void li_random_bytes(struct li_random *random, void *ret, size_t len);

/* Reads a whole file into the arena; max bytes (0: 64 MiB).
 * 0 or -LI_E_NOT_FOUND, -LI_E_LIMIT, -LI_E_IO. */
int li_file_read(struct li_ctx *ctx, const char *path, size_t max, struct li_str *ret);
/* Writes a file completely and durably (temporary name, fsync, rename).
 * `mode` e.g. 0600.  0 or -LI_E_FULL, -LI_E_NOT_FOUND (its folder), -LI_E_IO. */
int li_file_write(struct li_ctx *ctx, const char *path, struct li_str bytes, unsigned mode);
/* Makes the name of a file or folder that is there durable: syncs the folder it is
 * in.  0 or -LI_E_NOT_FOUND, -LI_E_IO. */
int li_name_sync(struct li_ctx *ctx, const char *path);
/* Makes a folder and its parents (0700), durably.  0 or -LI_E_FULL, -LI_E_IO. */
int li_dir_make(struct li_ctx *ctx, const char *path);

#endif
