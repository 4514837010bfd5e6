/*
 * The database file: found, locked for this process, checkpointed.
 *
 * Where a store is: `path` or `path?vfs=name` (a VFS registered before; the
 * tests inject faults by it).  The file is made with mode 0600, its log and
 * index inherit that.
 *
 * The lock is an open-file-description lock on `<path>.lock`, not on the
 * database: SQLite drops its POSIX locks when any descriptor of the file is
 * closed.  It ends with the process, however that ends.
 *
 * No connection checkpoints at commit (wal_autocheckpoint 0); the one writer
 * would pay for it.  The keeper's own handle does, when its thread says so.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/sqlite/internal.h"

static const char keeper_setup[] = "pragma journal_mode = wal;"
                                   "pragma synchronous = full;"
                                   "pragma wal_autocheckpoint = 0;"
                                   "select count(*) from sqlite_schema;";

/* ---- where ----------------------------------------------------------------- */

static int parse_where(struct li_ctx *ctx, const char *where, struct sqlite_store *store)
{
    struct li_str rest = li_str(where);
    struct li_str path = li_str_cut(&rest, '?');

    if (path.len == 0)
        return LI_FAIL(ctx, LI_E_USAGE, "the name of a database file is empty");
    if (rest.ptr && !li_str_starts(rest, LI_S("vfs=")))
        return LI_FAIL(ctx, LI_E_USAGE, "%s: only ?vfs=name may follow the path", where);
    store->path = strndup(path.ptr, path.len);
    if (rest.ptr)
        store->vfs = strndup(rest.ptr + 4, rest.len - 4);
    if (!store->path || (rest.ptr && !store->vfs))
        return LI_FAIL(ctx, LI_E_NOMEM, "%s", where);
    return 0;
}

/* ---- the lock -------------------------------------------------------------- */

static int lock_file(struct li_ctx *ctx, struct sqlite_store *store)
{
    struct li_str name = li_strf(ctx, "%s.lock", store->path);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    if (!name.ptr)
        return -LI_E_NOMEM;
    store->lock_fd = open(name.ptr, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (store->lock_fd < 0)
        return LI_FAIL(ctx, LI_E_STORE, "%s: %s", name.ptr, strerror(errno));
    if (fcntl(store->lock_fd, F_OFD_SETLK, &lock) == 0)
        return 0;
    if (errno == EAGAIN || errno == EACCES)
        return LI_FAIL(ctx, LI_E_BUSY, "%s is in use by another linli process (it holds %s)",
                       store->path, name.ptr);
    return LI_FAIL(ctx, LI_E_STORE, "%s: %s", name.ptr, strerror(errno));
}

static int make_file(struct li_ctx *ctx, const struct sqlite_store *store)
{
    int fd = open(store->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return LI_FAIL(ctx, LI_E_STORE, "%s: %s", store->path, strerror(errno));
    close(fd);
    return 0;
}

/* ---- open and close -------------------------------------------------------- */

int li_sqlite_store_open(struct li_ctx *ctx, const char *where, struct li_store **ret)
{
    struct sqlite_store *store = calloc(1, sizeof(*store));
    int rc;

    if (!store)
        return LI_FAIL(ctx, LI_E_NOMEM, "%s", where);
    store->lock_fd = -1;
    pthread_mutex_init(&store->keeper_lock, NULL);
    li_sqlite_turns_init(&store->turns);
    rc = parse_where(ctx, where, store);
    if (rc == 0)
        rc = lock_file(ctx, store);
    if (rc == 0)
        rc = make_file(ctx, store);
    if (rc == 0)
        rc = li_sqlite_handle(ctx, store, SQLITE_OPEN_READWRITE, keeper_setup, &store->keeper);
    if (rc < 0) {
        li_sqlite_store_close(&store->base);
        return rc;
    }
    *ret = &store->base;
    return 0;
}

void li_sqlite_store_close(struct li_store *base)
{
    struct sqlite_store *store = (struct sqlite_store *)base;
    int rc;

    rc = sqlite3_close(store->keeper);
    li_assert(rc == SQLITE_OK);
    if (store->lock_fd >= 0)
        close(store->lock_fd);
    li_sqlite_turns_done(&store->turns);
    pthread_mutex_destroy(&store->keeper_lock);
    free(store->path);
    free(store->vfs);
    free(store);
}

/* ---- checkpoint ------------------------------------------------------------ */

static bool is_busy(int rc)
{
    return (rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED;
}

/* A reader on an older page of the log is in the way: then later. */
static int begin_log_anew(struct sqlite_store *store)
{
    int rc = SQLITE_OK;

    if (li_sqlite_keeper_begin(&store->turns)) {
        rc =
            sqlite3_wal_checkpoint_v2(store->keeper, "main", SQLITE_CHECKPOINT_RESTART, NULL, NULL);
        li_sqlite_keeper_end(&store->turns);
    }
    return rc;
}

/* Copies what it can without waiting.  While a writer never rests the log is
 * never copied whole and only grows, so beyond the bound the keeper asks for a
 * turn and copies the little that came meanwhile. */
int li_sqlite_checkpoint(struct li_ctx *ctx, struct li_store *base)
{
    struct sqlite_store *store = (struct sqlite_store *)base;
    int in_log = 0;
    int code = 0;
    int rc;

    pthread_mutex_lock(&store->keeper_lock);
    atomic_store_explicit(&store->base.log_pages, 0, memory_order_relaxed);
    rc = sqlite3_wal_checkpoint_v2(store->keeper, "main", SQLITE_CHECKPOINT_PASSIVE, &in_log, NULL);
    if (rc == SQLITE_OK && in_log >= LI_LOG_PAGES)
        rc = begin_log_anew(store);
    if (rc != SQLITE_OK && !is_busy(rc))
        code = li_sqlite_fail(ctx, store->keeper, "checkpoint");
    pthread_mutex_unlock(&store->keeper_lock);
    return code;
}
