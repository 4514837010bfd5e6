/*
 * The failing file system (fault.h).
 *
 * A file is a header of ours followed by the real file; every method hands
 * through, and operations ask first what is to become of them.
 */
#include <stdlib.h>

#include "simulate/fault_inside.h"

/* What becomes of an operation.  Cut: the power goes with it. */
enum verdict { DONE, REFUSED, CUT, CUT_UNDONE };

uint64_t fault_draw(struct li_fault *fault, uint64_t below)
{
    uint64_t number;

    li_random_bytes(fault->random, &number, sizeof(number));
    return number % below;
}

static bool is_planned(struct fault_plan *plan, enum li_fault_op op)
{
    if (!(plan->fail_ops & op) || plan->fail_count == 0)
        return false;
    if (plan->fail_after > 1) {
        plan->fail_after--;
        return false;
    }
    plan->fail_count -= plan->fail_count > 0;
    return true;
}

static bool by_chance(struct li_fault *fault, enum li_fault_op op)
{
    const struct fault_plan *plan = &fault->plan;

    return plan->one_in && (plan->often_ops & op) && fault_draw(fault, plan->one_in) == 0;
}

/* Nothing ever signals it: the wait is the slowness.  Others go on meanwhile. */
static void be_slow(struct li_fault *fault)
{
    int64_t until = li_steady_us() + fault->plan.slow_us;
    struct timespec at = {.tv_sec = until / 1000000, .tv_nsec = until % 1000000 * 1000};

    while (fault->plan.slow_us > 0 && li_steady_us() < until)
        pthread_cond_clockwait(&fault->never, &fault->mutex, CLOCK_MONOTONIC, &at);
}

/* The mutex is held. */
static enum verdict judge(struct li_fault *fault, enum li_fault_op op)
{
    be_slow(fault);
    if (atomic_load(&fault->cut))
        return REFUSED;
    fault->number++;
    atomic_fetch_add(&fault->counts[__builtin_ctz(op)], 1);
    if ((fault->plan.cut_ops & op) && fault->plan.cut_after > 0 && --fault->plan.cut_after == 0) {
        atomic_store(&fault->cut, true);
        return fault_draw(fault, 2) ? CUT : CUT_UNDONE;
    }
    return is_planned(&fault->plan, op) || by_chance(fault, op) ? REFUSED : DONE;
}

/* How many of `want` bytes the disk takes. */
static int take_room(struct li_fault *fault, int want)
{
    int64_t room = atomic_load(&fault->room);

    while (room >= 0) {
        int64_t got = room < want ? room : want;

        if (atomic_compare_exchange_weak(&fault->room, &room, room - got))
            return (int)got;
    }
    return want;
}

/* ---- operations -------------------------------------------------------------- */

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct fault_file *)file)->real;
}

static struct li_fault *fault_of(sqlite3_file *file)
{
    return ((struct fault_file *)file)->fault;
}

static bool is_watched(const struct fault_file *file)
{
    return file->disk && file->fault->plan.watched;
}

static int write_judged(struct fault_file *file, const void *bytes, int len, int64_t at)
{
    struct li_fault *fault = file->fault;
    enum verdict verdict = judge(fault, LI_FAULT_WRITE);
    int fits, rc = SQLITE_OK;

    if (verdict == REFUSED || verdict == CUT_UNDONE)
        return SQLITE_IOERR_WRITE;
    fits = take_room(fault, len);
    if (fits > 0 && is_watched(file))
        rc = fault_keep_write(file, at, fits);
    if (fits > 0 && rc == SQLITE_OK)
        rc = file->real->pMethods->xWrite(file->real, bytes, fits, at);
    if (rc == SQLITE_OK)
        atomic_fetch_add(&fault->written, fits);
    if (rc == SQLITE_OK && verdict == CUT)
        return SQLITE_IOERR_WRITE;
    return rc == SQLITE_OK && fits < len ? SQLITE_FULL : rc;
}

static int file_write(sqlite3_file *head, const void *bytes, int len, sqlite3_int64 at)
{
    struct li_fault *fault = fault_of(head);
    int rc;

    pthread_mutex_lock(&fault->mutex);
    rc = write_judged((struct fault_file *)head, bytes, len, at);
    pthread_mutex_unlock(&fault->mutex);
    return rc;
}

static int truncate_judged(struct fault_file *file, int64_t size)
{
    enum verdict verdict = judge(file->fault, LI_FAULT_TRUNCATE);
    int rc = SQLITE_OK;

    if (verdict == REFUSED || verdict == CUT_UNDONE)
        return SQLITE_IOERR_TRUNCATE;
    if (is_watched(file))
        rc = fault_keep_truncate(file, size);
    if (rc == SQLITE_OK)
        rc = file->real->pMethods->xTruncate(file->real, size);
    return rc == SQLITE_OK && verdict == CUT ? SQLITE_IOERR_TRUNCATE : rc;
}

static int file_truncate(sqlite3_file *head, sqlite3_int64 size)
{
    struct li_fault *fault = fault_of(head);
    int rc;

    pthread_mutex_lock(&fault->mutex);
    rc = truncate_judged((struct fault_file *)head, size);
    pthread_mutex_unlock(&fault->mutex);
    return rc;
}

/* A watched disk is only ever cut off from here: its real syncs are left out. */
static int sync_judged(struct fault_file *file, int flags)
{
    struct li_fault *fault = file->fault;
    enum verdict verdict = judge(fault, LI_FAULT_SYNC);

    if (fault->plan.lies && verdict == DONE)
        return SQLITE_OK;
    if (is_watched(file) && (verdict == DONE || verdict == CUT))
        fault_settle(fault, file->disk);
    else if (is_watched(file) && verdict == REFUSED && !atomic_load(&fault->cut))
        fault_sync_failed(fault, file->disk);
    if (verdict != DONE)
        return SQLITE_IOERR_FSYNC;
    return is_watched(file) ? SQLITE_OK : file->real->pMethods->xSync(file->real, flags);
}

static int file_sync(sqlite3_file *head, int flags)
{
    struct li_fault *fault = fault_of(head);
    int rc;

    pthread_mutex_lock(&fault->mutex);
    rc = sync_judged((struct fault_file *)head, flags);
    pthread_mutex_unlock(&fault->mutex);
    return rc;
}

/* ---- the rest of a file -------------------------------------------------------- */

static int file_close(sqlite3_file *head)
{
    struct fault_file *file = (struct fault_file *)head;

    if (file->disk) {
        pthread_mutex_lock(&file->fault->mutex);
        file->disk->opened--;
        pthread_mutex_unlock(&file->fault->mutex);
    }
    return file->real->pMethods->xClose(file->real);
}

static int file_read(sqlite3_file *file, void *ret, int len, sqlite3_int64 at)
{
    if (atomic_load(&fault_of(file)->cut))
        return SQLITE_IOERR_READ;
    return real_of(file)->pMethods->xRead(real_of(file), ret, len, at);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    if (atomic_load(&fault_of(file)->cut))
        return SQLITE_IOERR_FSTAT;
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
    int rc;

    if (atomic_load(&fault_of(file)->cut))
        return SQLITE_IOERR_SHMMAP;
    rc = real_of(file)->pMethods->xShmMap(real_of(file), region, size, 0, ret);
    if (rc != SQLITE_OK || *ret || !extend)
        return rc;
    if (atomic_load(&fault_of(file)->room) == 0)
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
    const int folder_too = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    struct li_fault *fault = (struct li_fault *)base;
    struct fault_file *file = (struct fault_file *)head;
    int rc, there = 1;

    file->fault = fault;
    file->disk = NULL;
    file->real = (sqlite3_file *)&file[1];
    memset(file->real, 0, (size_t)fault->real->szOsFile);
    file->head.pMethods = NULL;
    if (atomic_load(&fault->cut))
        return SQLITE_CANTOPEN;
    pthread_mutex_lock(&fault->mutex);
    rc = name ? fault->real->xAccess(fault->real, name, SQLITE_ACCESS_EXISTS, &there) : SQLITE_OK;
    if (rc == SQLITE_OK)
        rc = fault->real->xOpen(fault->real, name, file->real, flags, ret_flags);
    if (rc == SQLITE_OK && name && !(flags & SQLITE_OPEN_DELETEONCLOSE)) {
        file->disk = fault_disk_open(fault, name, !there, (flags & folder_too) != 0);
        if (!file->disk) {
            file->real->pMethods->xClose(file->real);
            file->real->pMethods = NULL;
            rc = SQLITE_NOMEM;
        }
    }
    pthread_mutex_unlock(&fault->mutex);
    file->head.pMethods = file->real->pMethods ? &methods : NULL;
    return rc;
}

static int delete_judged(struct li_fault *fault, const char *name, int sync_folder)
{
    enum verdict verdict = judge(fault, LI_FAULT_DELETE);
    int rc;

    if (verdict == REFUSED || verdict == CUT_UNDONE)
        return SQLITE_IOERR_DELETE;
    if (!fault->plan.watched)
        return fault->real->xDelete(fault->real, name, sync_folder);
    rc = fault_keep_delete(fault, name);
    if (rc == SQLITE_OK && sync_folder)
        fault_settle_folder(fault, name);
    return rc == SQLITE_OK && verdict == CUT ? SQLITE_IOERR_DELETE : rc;
}

static int vfs_delete(sqlite3_vfs *base, const char *name, int sync_folder)
{
    struct li_fault *fault = (struct li_fault *)base;
    int rc;

    pthread_mutex_lock(&fault->mutex);
    rc = delete_judged(fault, name, sync_folder);
    pthread_mutex_unlock(&fault->mutex);
    return rc;
}

static int vfs_access(sqlite3_vfs *base, const char *name, int flags, int *ret)
{
    struct li_fault *fault = (struct li_fault *)base;

    if (atomic_load(&fault->cut))
        return SQLITE_IOERR_ACCESS;
    return fault->real->xAccess(fault->real, name, flags, ret);
}

static int vfs_full_name(sqlite3_vfs *base, const char *name, int len, char *ret)
{
    sqlite3_vfs *real = ((struct li_fault *)base)->real;

    return real->xFullPathname(real, name, len, ret);
}

int li_fault_vfs_register(struct li_ctx *ctx, const char *name, uint64_t seed,
                          struct li_fault **ret)
{
    struct li_fault *fault = calloc(1, sizeof(*fault));
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    char *own_name = strdup(name);

    if (fault)
        fault->random = li_random_seeded(seed);
    if (!fault || !own_name || !fault->random) {
        free(own_name);
        free(fault);
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a failing disk");
    }
    fault->vfs = *real;
    fault->vfs.pNext = NULL;
    fault->vfs.zName = own_name;
    fault->vfs.szOsFile = (int)sizeof(struct fault_file) + real->szOsFile;
    fault->vfs.xOpen = vfs_open;
    fault->vfs.xDelete = vfs_delete;
    fault->vfs.xAccess = vfs_access;
    fault->vfs.xFullPathname = vfs_full_name;
    fault->real = real;
    atomic_init(&fault->room, -1);
    pthread_mutex_init(&fault->mutex, NULL);
    pthread_cond_init(&fault->never, NULL);
    sqlite3_vfs_register(&fault->vfs, 0);
    *ret = fault;
    return 0;
}

void li_fault_vfs_unregister(struct li_fault *fault)
{
    if (!fault)
        return;
    sqlite3_vfs_unregister(&fault->vfs);
    fault_forget(fault);
    pthread_cond_destroy(&fault->never);
    pthread_mutex_destroy(&fault->mutex);
    li_random_free(fault->random);
    free((char *)fault->vfs.zName);
    free(fault);
}

/* ---- what goes wrong --------------------------------------------------------- */

void li_fault_fail(struct li_fault *fault, unsigned ops, int64_t after, int64_t count)
{
    pthread_mutex_lock(&fault->mutex);
    fault->plan.fail_ops = ops;
    fault->plan.fail_after = after;
    fault->plan.fail_count = count;
    pthread_mutex_unlock(&fault->mutex);
}

void li_fault_often(struct li_fault *fault, unsigned ops, uint32_t one_in)
{
    pthread_mutex_lock(&fault->mutex);
    fault->plan.often_ops = ops;
    fault->plan.one_in = one_in;
    pthread_mutex_unlock(&fault->mutex);
}

void li_fault_room(struct li_fault *fault, int64_t bytes)
{
    atomic_store(&fault->room, bytes < 0 ? -1 : bytes);
}

void li_fault_slow(struct li_fault *fault, int64_t us)
{
    pthread_mutex_lock(&fault->mutex);
    fault->plan.slow_us = us;
    pthread_mutex_unlock(&fault->mutex);
}

void li_fault_lie(struct li_fault *fault, bool on)
{
    pthread_mutex_lock(&fault->mutex);
    fault->plan.lies = on;
    pthread_mutex_unlock(&fault->mutex);
}

void li_fault_cut(struct li_fault *fault, int64_t after)
{
    li_fault_cut_at(fault, LI_FAULT_ANY, after);
}

void li_fault_cut_at(struct li_fault *fault, unsigned ops, int64_t after)
{
    pthread_mutex_lock(&fault->mutex);
    fault->plan.watched = true;
    fault->plan.cut_ops = ops;
    fault->plan.cut_after = after;
    pthread_mutex_unlock(&fault->mutex);
}

void li_fault_cut_now(struct li_fault *fault)
{
    pthread_mutex_lock(&fault->mutex);
    fault->plan.watched = true;
    atomic_store(&fault->cut, true);
    pthread_mutex_unlock(&fault->mutex);
}

bool li_fault_is_cut(const struct li_fault *fault)
{
    return atomic_load(&fault->cut);
}

int li_fault_heal(struct li_ctx *ctx, struct li_fault *fault)
{
    int r = 0;

    pthread_mutex_lock(&fault->mutex);
    if (atomic_load(&fault->cut))
        r = fault_meet_fate(ctx, fault);
    fault->plan = (struct fault_plan){0};
    fault_forget(fault);
    atomic_store(&fault->room, -1);
    atomic_store(&fault->cut, false);
    pthread_mutex_unlock(&fault->mutex);
    return r;
}

/* ---- figures ------------------------------------------------------------------- */

int64_t li_fault_count(const struct li_fault *fault, unsigned ops)
{
    int64_t sum = 0;

    for (int i = 0; i < FAULT_OPS; i++)
        sum += ops & (1u << i) ? atomic_load(&fault->counts[i]) : 0;
    return sum;
}

int64_t li_fault_written(const struct li_fault *fault)
{
    return atomic_load(&fault->written);
}

int64_t li_fault_lost(const struct li_fault *fault)
{
    return fault->lost;
}
