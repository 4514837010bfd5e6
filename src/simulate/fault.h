/*
 * Disks that fail: a file system for SQLite that does what disks do on bad days.
 *
 * It wraps the default VFS under a name of its own; a store opened as
 * `path?vfs=name` writes through it.  The simulator and the tests use it; no
 * serving process registers one.  Every choice comes from its seed, in the order
 * of the operations; who writes from several threads repeats the choices, not
 * their moments.  All functions may be called on any thread.
 *
 * What counts as an operation are writes, syncs, truncations and deletions;
 * reads fail only when the power is gone.
 */
#ifndef LI_SIMULATE_FAULT_H
#define LI_SIMULATE_FAULT_H

#include "base/ctx.h"

struct li_fault;

enum li_fault_op {
    LI_FAULT_WRITE = 1,
    LI_FAULT_SYNC = 2,
    LI_FAULT_TRUNCATE = 4,
    LI_FAULT_DELETE = 8,
    LI_FAULT_ANY = 15,
};

/* Registers it as `name`, healthy.  0 or -LI_E_NOMEM. */
int li_fault_vfs_register(struct li_ctx *ctx, const char *name, uint64_t seed,
                          struct li_fault **ret) LI_MUST_CHECK;
/* Every file on it is closed before.  NULL is fine. */
void li_fault_vfs_unregister(struct li_fault *fault);

/* ---- what goes wrong; each call replaces what it said before ------------------ */

/* Of the operations `ops` (any of LI_FAULT_…), the `after`th from now (1: the
 * next) fails with an I/O error, and so do the `count` - 1 behind it (negative:
 * all).  `count` 0: none any more. */
void li_fault_fail(struct li_fault *fault, unsigned ops, int64_t after, int64_t count);
/* Of the operations `ops` one in `one_in` fails, by chance.  0: none any more. */
void li_fault_often(struct li_fault *fault, unsigned ops, uint32_t one_in);
/* After `bytes` more written bytes the disk is full: a write that does not fit
 * writes the part that does, and the log's index cannot grow.  Negative: there
 * is room without end. */
void li_fault_room(struct li_fault *fault, int64_t bytes);
/* Every operation takes `us` microseconds longer. */
void li_fault_slow(struct li_fault *fault, int64_t us);
/* Syncs are answered and not done: what a disk does that only means well. */
void li_fault_lie(struct li_fault *fault, bool on);
/*
 * At the `after`th operation from now (0: not at all, but be ready for
 * li_fault_cut_now) the power goes: that operation is done or not, everything
 * after it fails, reading too.  Only li_fault_heal ends it.  What was written
 * before the first such call counts as safely on the disk; from there on it is
 * kept apart until its file (of a new or deleted name: its folder) is synced.
 */
void li_fault_cut(struct li_fault *fault, int64_t after);
void li_fault_cut_now(struct li_fault *fault);
/* At the `after`th operation of these kinds. */
void li_fault_cut_at(struct li_fault *fault, unsigned ops, int64_t after);
bool li_fault_is_cut(const struct li_fault *fault);

/*
 * Nothing fails any more.  After a cut all files must be closed, and what was
 * not synced meets its fate, as on a disk without protection against loss of
 * power: nothing of it is there, all of it, what was written before some moment,
 * or of each sector (512 or 4,096 bytes) by itself an older or newer state; sizes
 * likewise.  Names that were made or deleted are undone from the last backwards.
 * What a failed sync was to save is only there if it was written again since.
 * 0 or -LI_E_IO: the files cannot be written.
 */
int li_fault_heal(struct li_ctx *ctx, struct li_fault *fault) LI_MUST_CHECK;

/* ---- figures since it was registered ------------------------------------------- */

/* Operations of these kinds, failed ones too. */
int64_t li_fault_count(const struct li_fault *fault, unsigned ops);
/* Bytes that were written. */
int64_t li_fault_written(const struct li_fault *fault);
/* Writes that li_fault_heal undid or tore after a cut. */
int64_t li_fault_lost(const struct li_fault *fault);

#endif
