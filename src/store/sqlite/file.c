/*
 * The database file: found, locked for this process, checkpointed.
 *
 * Where a store is: `path`, behind it `?vfs=name` (a VFS registered before; the
 * tests inject faults by it) and `cache=MIB` (what the writer keeps of the file in
 * memory of its own), with `&` between them.  The file is made with mode 0600, its log and
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

/* A log of what to undo, deleted at every commit: nothing stays beside the file. */
static const char archive_setup[] = "pragma journal_mode = delete;"
                                    "pragma synchronous = full;"
                                    "select count(*) from sqlite_schema;";

/* What the writer keeps of the file in memory: by itself, and at most. */
#define CACHE_MIB     64
#define CACHE_MIB_MAX 1048576

/* ---- where ----------------------------------------------------------------- */

static int parse_option(struct li_ctx *ctx, struct li_str option, struct sqlite_store *store)
{
    struct li_str name = li_str_cut(&option, '=');

    if (li_str_is(name, "vfs") && option.len > 0 && !store->vfs) {
        store->vfs = strndup(option.ptr, option.len);
        return store->vfs ? 0 : LI_FAIL(ctx, LI_E_NOMEM, "the name of a VFS");
    }
    if (li_str_is(name, "cache") && option.ptr && li_str_to_i64(option, &store->cache_mib) &&
        store->cache_mib >= 1 && store->cache_mib <= CACHE_MIB_MAX)
        return 0;
    return LI_FAIL(ctx, LI_E_USAGE, "only ?vfs=name and ?cache=1…%d may follow the path",
                   CACHE_MIB_MAX);
}

static int parse_where(struct li_ctx *ctx, const char *where, struct sqlite_store *store)
{
    struct li_str rest = li_str(where);
    struct li_str path = li_str_cut(&rest, '?');
    int rc = 0;

    if (path.len == 0)
        return LI_FAIL(ctx, LI_E_USAGE, "the name of a database file is empty");
    store->cache_mib = CACHE_MIB;
    store->path = strndup(path.ptr, path.len);
    if (!store->path)
        return LI_FAIL(ctx, LI_E_NOMEM, "%s", where);
    while (rc == 0 && rest.ptr)
        rc = parse_option(ctx, li_str_cut(&rest, '&'), store);
    return rc;
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
    return li_sqlite_store_open_as(ctx, where, LI_STORE_SERVE, ret);
}

static int make_ready(struct li_ctx *ctx, struct sqlite_store *store)
{
    const char *setup = store->use == LI_STORE_ARCHIVE ? archive_setup : keeper_setup;
    int rc = lock_file(ctx, store);

    if (rc == 0)
        rc = make_file(ctx, store);
    if (rc == 0)
        rc = li_sqlite_handle(ctx, store, SQLITE_OPEN_READWRITE, setup, &store->keeper);
    return rc;
}

/* Whoever only looks takes no lock and makes no file. */
static int must_be_there(struct li_ctx *ctx, const struct sqlite_store *store)
{
    if (access(store->path, R_OK) == 0)
        return 0;
    return LI_FAIL(ctx, LI_E_NOT_FOUND, "%s: %s", store->path, strerror(errno));
}

int li_sqlite_store_open_as(struct li_ctx *ctx, const char *where, enum li_store_use use,
                            struct li_store **ret)
{
    struct sqlite_store *store = calloc(1, sizeof(*store));
    int rc;

    if (!store)
        return LI_FAIL(ctx, LI_E_NOMEM, "%s", where);
    /* Its own statistics would take a lock at every allocation.  Refused, harmlessly,
     * once SQLite runs. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    store->lock_fd = -1;
    pthread_mutex_init(&store->keeper_lock, NULL);
    li_sqlite_turns_init(&store->turns);
    store->use = use;
    rc = parse_where(ctx, where, store);
    if (rc == 0)
        rc = use == LI_STORE_LOOK ? must_be_there(ctx, store) : make_ready(ctx, store);
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
