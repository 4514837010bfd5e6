/*
 * The failing file system (faultvfs.h).
 *
 * A file is a header of ours followed by the real file; every method hands
 * through, and write, truncate, sync and the growth of the index look at the
 * switches first.  A write that does not fit writes the part that does, as a
 * real disk would.
 */
#include "faultvfs.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct faultvfs {
    sqlite3_vfs vfs; /* first: SQLite hands it back */
    sqlite3_vfs *real;
    _Atomic int64_t room; /* negative: without end */
    _Atomic int sync_fails;
    _Atomic int64_t written;
    _Atomic int64_t syncs;
};

struct file {
    sqlite3_file head; /* first: SQLite hands it back */
    struct faultvfs *vfs;
    sqlite3_file *real;
};

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct file *)file)->real;
}

/* How many of `want` bytes the disk takes. */
static int take_room(struct faultvfs *vfs, int want)
{
    int64_t room = atomic_load(&vfs->room);

    while (room >= 0) {
        int64_t got = room < want ? room : want;

        if (atomic_compare_exchange_weak(&vfs->room, &room, room - got))
            return (int)got;
    }
    return want;
}

/* ---- a file ---------------------------------------------------------------- */

static int file_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int file_read(sqlite3_file *file, void *ret, int len, sqlite3_int64 at)
{
    return real_of(file)->pMethods->xRead(real_of(file), ret, len, at);
}

static int file_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    struct faultvfs *vfs = ((struct file *)file)->vfs;
    int fits = take_room(vfs, len);
    int rc = SQLITE_OK;

    if (fits > 0)
        rc = real_of(file)->pMethods->xWrite(real_of(file), bytes, fits, at);
    atomic_fetch_add(&vfs->written, fits);
    return rc == SQLITE_OK && fits < len ? SQLITE_FULL : rc;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int file_sync(sqlite3_file *file, int flags)
{
    struct faultvfs *vfs = ((struct file *)file)->vfs;

    if (atomic_load(&vfs->sync_fails))
        return SQLITE_IOERR_FSYNC;
    atomic_fetch_add(&vfs->syncs, 1);
    return real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), ret);
}

static int file_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int file_reserved(sqlite3_file *file, int *ret)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), ret);
}

static int file_control(sqlite3_file *file, int op, void *arg)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), op, arg);
}

static int file_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int file_traits(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int file_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **ret)
{
    struct faultvfs *vfs = ((struct file *)file)->vfs;
    int rc = real_of(file)->pMethods->xShmMap(real_of(file), region, size, 0, ret);

    if (rc != SQLITE_OK || *ret || !extend)
        return rc;
    if (atomic_load(&vfs->room) == 0)
        return SQLITE_IOERR_SHMSIZE;
    return real_of(file)->pMethods->xShmMap(real_of(file), region, size, extend, ret);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int file_shm_unmap(sqlite3_file *file, int delete_it)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), delete_it);
}

static int file_fetch(sqlite3_file *file, sqlite3_int64 at, int len, void **ret)
{
    return real_of(file)->pMethods->xFetch(real_of(file), at, len, ret);
}

static int file_unfetch(sqlite3_file *file, sqlite3_int64 at, void *page)
{
    return real_of(file)->pMethods->xUnfetch(real_of(file), at, page);
}

static const sqlite3_io_methods methods = {
    .iVersion = 3,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
    .xFetch = file_fetch,
    .xUnfetch = file_unfetch,
};

/* ---- the file system ------------------------------------------------------- */

static int vfs_open(sqlite3_vfs *base, const char *name, sqlite3_file *head, int flags,
                    int *ret_flags)
{
    struct faultvfs *vfs = (struct faultvfs *)base;
    struct file *file = (struct file *)head;
    int rc;

    file->vfs = vfs;
    file->real = (sqlite3_file *)&file[1];
    memset(file->real, 0, (size_t)vfs->real->szOsFile);
    rc = vfs->real->xOpen(vfs->real, name, file->real, flags, ret_flags);
    file->head.pMethods = file->real->pMethods ? &methods : NULL;
    return rc;
}

static int vfs_delete(sqlite3_vfs *base, const char *name, int sync_folder)
{
    sqlite3_vfs *real = ((struct faultvfs *)base)->real;

    return real->xDelete(real, name, sync_folder);
}

static int vfs_access(sqlite3_vfs *base, const char *name, int flags, int *ret)
{
    sqlite3_vfs *real = ((struct faultvfs *)base)->real;

    return real->xAccess(real, name, flags, ret);
}

static int vfs_full_name(sqlite3_vfs *base, const char *name, int len, char *ret)
{
    sqlite3_vfs *real = ((struct faultvfs *)base)->real;

    return real->xFullPathname(real, name, len, ret);
}

struct faultvfs *faultvfs_new(const char *name)
{
    struct faultvfs *vfs = calloc(1, sizeof(*vfs));
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);

    if (!vfs)
        return NULL;
    vfs->vfs = *real;
    vfs->vfs.pNext = NULL;
    vfs->vfs.zName = name;
    vfs->vfs.szOsFile = (int)sizeof(struct file) + real->szOsFile;
    vfs->vfs.xOpen = vfs_open;
    vfs->vfs.xDelete = vfs_delete;
    vfs->vfs.xAccess = vfs_access;
    vfs->vfs.xFullPathname = vfs_full_name;
    vfs->real = real;
    atomic_init(&vfs->room, -1);
    sqlite3_vfs_register(&vfs->vfs, 0);
    return vfs;
}

void faultvfs_free(struct faultvfs *vfs)
{
    if (!vfs)
        return;
    sqlite3_vfs_unregister(&vfs->vfs);
    free(vfs);
}

void faultvfs_room(struct faultvfs *vfs, int64_t bytes)
{
    atomic_store(&vfs->room, bytes < 0 ? -1 : bytes);
}

void faultvfs_sync_fails(struct faultvfs *vfs, int on)
{
    atomic_store(&vfs->sync_fails, on);
}

int64_t faultvfs_written(const struct faultvfs *vfs)
{
    return atomic_load(&vfs->written);
}

int64_t faultvfs_syncs(const struct faultvfs *vfs)
{
    return atomic_load(&vfs->syncs);
}
