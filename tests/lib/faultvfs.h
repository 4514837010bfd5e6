/*
 * A file system for SQLite that fails on demand.
 *
 * It wraps the default VFS under a name of its own; a store opened as
 * `path?vfs=name` writes through it.  Only tests link it.
 */
#ifndef LI_TESTS_FAULTVFS_H
#define LI_TESTS_FAULTVFS_H

#include <stdint.h>

struct faultvfs;

/* Registers it; NULL without memory.  The name is borrowed. */
struct faultvfs *faultvfs_new(const char *name);
/* Every file on it is closed before. */
void faultvfs_free(struct faultvfs *vfs);

/* After `bytes` more written bytes the disk is full: writes are SQLITE_FULL and
 * the log's index cannot grow.  Negative: there is room without end. */
void faultvfs_room(struct faultvfs *vfs, int64_t bytes);
/* While on, every sync fails with SQLITE_IOERR_FSYNC. */
void faultvfs_sync_fails(struct faultvfs *vfs, int on);
/* Bytes written and syncs done since faultvfs_new. */
int64_t faultvfs_written(const struct faultvfs *vfs);
int64_t faultvfs_syncs(const struct faultvfs *vfs);

#endif
