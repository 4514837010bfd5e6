/*
 * SQLite's own file system behind two changes (bulkvfs.h).
 *
 * The log is a stretch of address space that is reserved once and never moves, so
 * that a reader needs no lock against a writer that makes it longer.
 */
#include "bulkvfs.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <sqlite3.h>

#define LOG_MAX ((size_t)16 << 30)

struct bulk {
    sqlite3_vfs vfs; /* first */
    sqlite3_vfs *below;
    sqlite3_io_methods file_methods, log_methods;
    char *log;
    _Atomic sqlite3_int64 log_size;
};

struct bulk_file {
    sqlite3_file base; /* first */
    struct bulk *bulk;
    sqlite3_file *below; /* NULL: the log */
};

static struct bulk bulk;

static sqlite3_file *below(sqlite3_file *file)
{
    return ((struct bulk_file *)file)->below;
}

/* ---- the database's file: all as it is, but for flushing -------------------- */

static int file_close(sqlite3_file *file)
{
    return below(file)->pMethods->xClose(below(file));
}

static int file_read(sqlite3_file *file, void *to, int count, sqlite3_int64 at)
{
    return below(file)->pMethods->xRead(below(file), to, count, at);
}

static int file_write(sqlite3_file *file, const void *from, int count, sqlite3_int64 at)
{
    return below(file)->pMethods->xWrite(below(file), from, count, at);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return below(file)->pMethods->xTruncate(below(file), size);
}

static int no_sync(sqlite3_file *file, int flags)
{
    (void)file;
    (void)flags;
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    return below(file)->pMethods->xFileSize(below(file), ret);
}

static int file_lock(sqlite3_file *file, int level)
{
    return below(file)->pMethods->xLock(below(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return below(file)->pMethods->xUnlock(below(file), level);
}

static int file_reserved(sqlite3_file *file, int *ret)
{
    return below(file)->pMethods->xCheckReservedLock(below(file), ret);
}

static int file_control(sqlite3_file *file, int what, void *arg)
{
    return below(file)->pMethods->xFileControl(below(file), what, arg);
}

static int file_sector(sqlite3_file *file)
{
    return below(file)->pMethods->xSectorSize(below(file));
}

static int file_traits(sqlite3_file *file)
{
    return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret)
{
    return below(file)->pMethods->xShmMap(below(file), page, size, extend, ret);
}

static int file_shm_lock(sqlite3_file *file, int from, int count, int flags)
{
    return below(file)->pMethods->xShmLock(below(file), from, count, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    below(file)->pMethods->xShmBarrier(below(file));
}

static int file_shm_unmap(sqlite3_file *file, int drop)
{
    return below(file)->pMethods->xShmUnmap(below(file), drop);
}

/* ---- the log ---------------------------------------------------------------- */

static int log_close(sqlite3_file *file)
{
    (void)file;
    return SQLITE_OK;
}

static int log_read(sqlite3_file *file, void *to, int count, sqlite3_int64 at)
{
    sqlite3_int64 there = atomic_load(&bulk.log_size) - at;

    (void)file;
    there = there < 0 ? 0 : there > count ? count : there;
    memcpy(to, bulk.log + at, (size_t)there);
    memset((char *)to + there, 0, (size_t)(count - there));
    return there == count ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int log_write(sqlite3_file *file, const void *from, int count, sqlite3_int64 at)
{
    (void)file;
    if ((size_t)at + (size_t)count > LOG_MAX)
        return SQLITE_FULL;
    memcpy(bulk.log + at, from, (size_t)count);
    if (at + count > atomic_load(&bulk.log_size))
        atomic_store(&bulk.log_size, at + count);
    return SQLITE_OK;
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    (void)file;
    atomic_store(&bulk.log_size, size);
    return SQLITE_OK;
}

static int log_file_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    (void)file;
    *ret = atomic_load(&bulk.log_size);
    return SQLITE_OK;
}

static int log_lock(sqlite3_file *file, int level)
{
    (void)file;
    (void)level;
    return SQLITE_OK;
}

static int log_reserved(sqlite3_file *file, int *ret)
{
    (void)file;
    *ret = 0;
    return SQLITE_OK;
}

static int log_control(sqlite3_file *file, int what, void *arg)
{
    (void)file;
    (void)what;
    (void)arg;
    return SQLITE_NOTFOUND;
}

static int log_sector(sqlite3_file *file)
{
    (void)file;
    return 4096;
}

/* A power cut cannot tear what it takes whole. */
static int log_traits(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* ---- opening ----------------------------------------------------------------- */

static bool is_log(const char *name)
{
    size_t len = strlen(name);

    return len > 4 && strcmp(name + len - 4, "-wal") == 0;
}

static int bulk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags,
                     int *ret_flags)
{
    struct bulk_file *file = (struct bulk_file *)base;
    int rc = SQLITE_OK;

    (void)vfs;
    *file = (struct bulk_file){.bulk = &bulk};
    if (flags & SQLITE_OPEN_WAL) {
        if (ret_flags)
            *ret_flags = flags;
        file->base.pMethods = &bulk.log_methods;
        return SQLITE_OK;
    }
    file->below = (sqlite3_file *)(file + 1);
    rc = bulk.below->xOpen(bulk.below, name, file->below, flags, ret_flags);
    if (rc == SQLITE_OK)
        file->base.pMethods = &bulk.file_methods;
    return rc;
}

static int bulk_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    if (!is_log(name))
        return bulk.below->xDelete(bulk.below, name, sync);
    atomic_store(&bulk.log_size, 0);
    return SQLITE_OK;
}

static int bulk_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
    (void)vfs;
    if (!is_log(name))
        return bulk.below->xAccess(bulk.below, name, flags, ret);
    *ret = atomic_load(&bulk.log_size) > 0;
    return SQLITE_OK;
}

bool bulkvfs_has_log(const char *path)
{
    char name[4096];
    struct stat st;

    snprintf(name, sizeof(name), "%s-wal", path);
    return stat(name, &st) == 0 && st.st_size > 0;
}

int bulkvfs_register(void)
{
    bulk.below = sqlite3_vfs_find(NULL);
    bulk.log = mmap(NULL, LOG_MAX, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (!bulk.below || bulk.log == MAP_FAILED)
        return -1;
    madvise(bulk.log, LOG_MAX, MADV_HUGEPAGE);
    bulk.file_methods = (sqlite3_io_methods){
        2,           file_close,   file_read,     file_write,       file_truncate,  no_sync,
        file_size,   file_lock,    file_unlock,   file_reserved,    file_control,   file_sector,
        file_traits, file_shm_map, file_shm_lock, file_shm_barrier, file_shm_unmap, NULL,
        NULL};
    bulk.log_methods = (sqlite3_io_methods){
        1,        log_close, log_read,     log_write,   log_truncate, no_sync,    log_file_size,
        log_lock, log_lock,  log_reserved, log_control, log_sector,   log_traits, NULL,
        NULL,     NULL,      NULL,         NULL,        NULL};
    bulk.vfs = *bulk.below;
    bulk.vfs.pNext = NULL;
    bulk.vfs.zName = "bulk";
    bulk.vfs.szOsFile = (int)sizeof(struct bulk_file) + bulk.below->szOsFile;
    bulk.vfs.xOpen = bulk_open;
    bulk.vfs.xDelete = bulk_delete;
    bulk.vfs.xAccess = bulk_access;
    return sqlite3_vfs_register(&bulk.vfs, 0) == SQLITE_OK ? 0 : -1;
}
