/*
 * What only SQLite can show: the file, its lock, its log, and a disk that is
 * full or fails.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/faultvfs.h"
#include "lib/stores.h"

LI_SQL(page_add, "insert into page (tenant, id, body) values ($1, $2, $3)");
LI_SQL(page_count, "select count(*) from page where tenant = $1");
LI_SQL(page_touch, "update page set id = id where tenant = $1 returning id");
LI_SQL(quoted_twice, "select number from schema_step where name = \"lamp\"");

#define MIB ((size_t)1 << 20)

static void make(struct test_store *t)
{
    test_ddl(t, "create table page (tenant I64 not null, id I64 not null, body BLOB not null,"
                " primary key (tenant, id)) OPTS");
}

static int add(struct test_store *t, int64_t id, size_t size)
{
    static const char bytes[1 << 20];

    return li_exec(t->ctx, t->writer, &page_add,
                   LI_ARGS(li_v(1), li_v(id), li_v_blob(li_str_n(bytes, size))), NULL);
}

static int64_t count_pages(struct test_store *t)
{
    struct li_conn *reader = NULL;
    struct li_rows *rows = NULL;
    int64_t count;

    assert_ok(t, li_store_reader(t->ctx, t->store, &reader));
    assert_ok(t, li_query_one(t->ctx, reader, &page_count, LI_ARGS(li_v(1)), &rows));
    count = li_col_i64(rows, 0);
    li_rows_done(rows);
    li_store_reader_back(t->store, reader);
    return count;
}

/* A batch of `count` rows; 0 or the first -LI_E_…, rolled back. */
static int batch(struct test_store *t, int64_t from, int64_t count, size_t size)
{
    int rc = li_begin(t->ctx, t->writer);

    if (rc < 0)
        return rc;
    for (int64_t id = from; rc == 0 && id < from + count; id++)
        rc = add(t, id, size);
    if (rc == 0)
        return li_commit(t->ctx, t->writer);
    li_rollback(t->writer);
    return rc;
}

static off_t size_of(struct test_store *t, const char *suffix)
{
    struct stat st;

    assert_int_equal(stat(li_strf(t->ctx, "%s/linli.db%s", t->folder, suffix).ptr, &st), 0);
    return st.st_size;
}

/* ---- the file -------------------------------------------------------------- */

static void own_mode(struct test_store *t)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
    struct stat st;

    make(t);
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        assert_int_equal(stat(li_strf(t->ctx, "%s/linli.db%s", t->folder, suffixes[i]).ptr, &st),
                         0);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
}

static void second_process_is_refused(struct test_store *t)
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        struct li_store *other = NULL;
        int rc = li_store_open(t->ctx, t->where, &other);
        struct li_str text = li_ctx_explain(t->ctx);

        _exit(rc == -LI_E_BUSY && !other && memmem(text.ptr, text.len, t->where, strlen(t->where))
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void second_store_is_refused_until_close(struct test_store *t)
{
    struct li_store *other = NULL;

    assert_int_equal(li_store_open(t->ctx, t->where, &other), -LI_E_BUSY);
    li_conn_close(t->writer);
    li_store_close(t->store);
    assert_ok(t, li_store_open(t->ctx, t->where, &t->store));
    assert_ok(t, li_conn_open(t->ctx, t->store, LI_CONN_WRITE, &t->writer));
}

static int open_code(struct test_store *t, struct li_str where)
{
    struct li_store *store = NULL;
    int rc = li_store_open(t->ctx, where.ptr, &store);

    assert_null(store);
    return rc;
}

static void bad_places(struct test_store *t)
{
    struct li_str path = li_strf(t->ctx, "%s/other.db", t->folder);

    assert_int_equal(open_code(t, LI_S("")), -LI_E_USAGE);
    assert_int_equal(open_code(t, li_strf(t->ctx, "%s?mode=ro", path.ptr)), -LI_E_USAGE);
    assert_int_equal(open_code(t, li_strf(t->ctx, "%s?vfs=none", path.ptr)), -LI_E_STORE);
    assert_int_equal(open_code(t, li_strf(t->ctx, "%s/no/x.db", t->folder)), -LI_E_STORE);
    assert_ok(t, li_file_write(t->ctx, path.ptr, LI_S("this is a letter, not a database"), 0600));
    assert_int_equal(open_code(t, path), -LI_E_CORRUPT);
}

static void as_strict_as_postgres(struct test_store *t)
{
    struct li_rows *rows = NULL;

    make(t);
    assert_int_equal(li_sql_check(t->ctx, t->writer, &quoted_twice), -LI_E_STORE);
    assert_int_equal(li_query(t->ctx, t->writer, &page_touch, LI_ARGS(li_v(1)), &rows),
                     -LI_E_INTERNAL);
    assert_null(rows);
}

/* ---- the log --------------------------------------------------------------- */

static void checkpoint_keeps_the_log_short(struct test_store *t)
{
    make(t);
    for (int round = 0; round < 6; round++) {
        assert_ok(t, batch(t, round * 8, 8, MIB));
        assert_ok(t, li_store_checkpoint(t->ctx, t->store));
    }
    assert_true(size_of(t, "-wal") < (off_t)(10 * MIB));
    assert_true(size_of(t, "") > (off_t)(48 * MIB));
    assert_int_equal(count_pages(t), 48);
}

/* A reader's snapshot holds the log; when it goes, the log begins anew and the
 * file shrinks to its limit. */
static void log_shrinks_after_a_long_reader(struct test_store *t)
{
    struct li_conn *reader = NULL;
    struct li_rows *rows = NULL;

    make(t);
    assert_ok(t, li_store_reader(t->ctx, t->store, &reader));
    assert_ok(t, li_begin(t->ctx, reader));
    assert_ok(t, li_query_one(t->ctx, reader, &page_count, LI_ARGS(li_v(1)), &rows));
    li_rows_done(rows);
    assert_ok(t, batch(t, 0, 80, MIB));
    assert_ok(t, li_store_checkpoint(t->ctx, t->store));
    assert_true(size_of(t, "-wal") > (off_t)(80 * MIB));
    li_store_reader_back(t->store, reader);
    assert_ok(t, li_store_checkpoint(t->ctx, t->store));
    assert_ok(t, batch(t, 100, 1, 10));
    assert_true(size_of(t, "-wal") <= (off_t)(64 * MIB));
    assert_int_equal(count_pages(t), 81);
}

struct writing {
    struct test_store *t;
    struct li_ctx *ctx;
    _Atomic bool over;
    int rc;
};

/* 320 MiB without a pause. */
static void *write_on(void *arg)
{
    static const char bytes[1 << 20];
    struct writing *w = arg;

    for (int64_t id = 0; w->rc == 0 && id < 320; id++) {
        w->rc = li_begin(w->ctx, w->t->writer);
        if (w->rc == 0)
            w->rc = li_exec(w->ctx, w->t->writer, &page_add,
                            LI_ARGS(li_v(1), li_v(id), li_v_blob(li_str_n(bytes, MIB))), NULL);
        if (w->rc == 0)
            w->rc = li_commit(w->ctx, w->t->writer);
    }
    atomic_store(&w->over, true);
    return NULL;
}

static void log_stays_bounded_under_a_busy_writer(struct test_store *t)
{
    struct writing w = {.t = t, .ctx = test_ctx_new(t->clock)};
    pthread_t thread;

    make(t);
    assert_ok(t, li_begin(t->ctx, t->writer));
    li_rollback(t->writer);
    assert_int_equal(pthread_create(&thread, NULL, write_on, &w), 0);
    while (!atomic_load(&w.over))
        assert_ok(t, li_store_checkpoint(t->ctx, t->store));
    pthread_join(thread, NULL);
    test_ctx_free(w.ctx);
    assert_int_equal(w.rc, 0);
    assert_int_equal(count_pages(t), 320);
    assert_true(size_of(t, "-wal") < (off_t)(200 * MIB));
}

/* Without a gap to wait for, a checkpoint gives up instead of standing still. */
static void checkpoint_within_a_transaction(struct test_store *t)
{
    make(t);
    assert_ok(t, batch(t, 0, 70, MIB));
    assert_ok(t, li_begin(t->ctx, t->writer));
    assert_ok(t, add(t, 100, 10));
    assert_ok(t, li_store_checkpoint(t->ctx, t->store));
    assert_ok(t, li_commit(t->ctx, t->writer));
    assert_int_equal(count_pages(t), 71);
}

/* ---- faults ---------------------------------------------------------------- */

struct fault {
    struct faultvfs *vfs;
    struct test_store *t;
};

static struct fault fault_begin(void)
{
    struct fault f = {.vfs = faultvfs_new("linli-fault")};

    assert_non_null(f.vfs);
    f.t = test_store_new(LI_STORE_SQLITE, "linli-fault");
    make(f.t);
    return f;
}

static void fault_end(struct fault *f)
{
    test_store_free(f->t);
    faultvfs_free(f->vfs);
}

static void reopen(struct test_store *t)
{
    li_conn_close(t->writer);
    li_store_close(t->store);
    t->writer = NULL;
    t->store = NULL;
    assert_ok(t, li_store_open(t->ctx, t->where, &t->store));
    assert_ok(t, li_conn_open(t->ctx, t->store, LI_CONN_WRITE, &t->writer));
}

static void every_commit_is_synced(struct test_store *unused)
{
    struct fault f = fault_begin();
    int64_t before = faultvfs_syncs(f.vfs);

    (void)unused;
    for (int i = 0; i < 10; i++)
        assert_ok(f.t, batch(f.t, i, 1, 100));
    assert_true(faultvfs_syncs(f.vfs) - before >= 10);
    fault_end(&f);
}

/* The disk fills up after ever more bytes: the batch is there whole or not at
 * all, and all the same after the file is opened again. */
static void full_disk_at_commit(struct test_store *unused)
{
    struct fault f = fault_begin();
    int64_t there = 0;
    int refused = 0;

    (void)unused;
    for (int64_t room = 0; room < 200000; room += 6007) {
        int rc;

        faultvfs_room(f.vfs, room);
        rc = batch(f.t, there, 20, 3000);
        assert_true(rc == 0 || rc == -LI_E_FULL);
        assert_false(li_conn_in_transaction(f.t->writer));
        there += rc == 0 ? 20 : 0;
        refused += rc != 0;
        assert_int_equal(count_pages(f.t), there);
        if (refused % 5 == 0) {
            faultvfs_room(f.vfs, -1);
            reopen(f.t);
            assert_int_equal(count_pages(f.t), there);
        }
    }
    assert_true(refused > 5 && there > 0);
    faultvfs_room(f.vfs, -1);
    assert_ok(f.t, batch(f.t, there, 20, 3000));
    assert_int_equal(count_pages(f.t), there + 20);
    fault_end(&f);
}

/* SQLite leaves the transaction by itself when a page cannot be spilt to the
 * log; a statement after that must not be one that commits alone. */
static void full_disk_before_commit(struct test_store *unused)
{
    struct fault f = fault_begin();
    struct test_store *t = f.t;
    int64_t id = 0;
    int rc = 0;

    (void)unused;
    faultvfs_room(f.vfs, 4096);
    assert_ok(t, li_begin(t->ctx, t->writer));
    while (rc == 0 && id < 200)
        rc = add(t, id++, MIB);
    assert_int_equal(rc, -LI_E_FULL);
    assert_false(li_conn_in_transaction(t->writer));
    faultvfs_room(f.vfs, -1);
    assert_int_equal(add(t, 1000, 10), -LI_E_FULL);
    assert_int_equal(li_commit(t->ctx, t->writer), -LI_E_FULL);
    assert_int_equal(count_pages(t), 0);
    assert_ok(t, add(t, 1000, 10));
    assert_ok(t, batch(t, 0, 3, 100));
    assert_int_equal(count_pages(t), 4);
    fault_end(&f);
}

static void full_disk_without_transaction(struct test_store *unused)
{
    struct fault f = fault_begin();

    (void)unused;
    faultvfs_room(f.vfs, 0);
    assert_int_equal(add(f.t, 1, 10), -LI_E_FULL);
    assert_int_equal(count_pages(f.t), 0);
    faultvfs_room(f.vfs, -1);
    assert_ok(f.t, add(f.t, 1, 10));
    assert_int_equal(count_pages(f.t), 1);
    fault_end(&f);
}

static void full_disk_at_checkpoint(struct test_store *unused)
{
    struct fault f = fault_begin();

    (void)unused;
    assert_ok(f.t, batch(f.t, 0, 20, 3000));
    faultvfs_room(f.vfs, 8000);
    assert_int_equal(li_store_checkpoint(f.t->ctx, f.t->store), -LI_E_FULL);
    assert_int_equal(count_pages(f.t), 20);
    faultvfs_room(f.vfs, -1);
    assert_ok(f.t, li_store_checkpoint(f.t->ctx, f.t->store));
    reopen(f.t);
    assert_int_equal(count_pages(f.t), 20);
    fault_end(&f);
}

static void disk_that_does_not_sync(struct test_store *unused)
{
    struct fault f = fault_begin();

    (void)unused;
    faultvfs_sync_fails(f.vfs, 1);
    assert_int_equal(batch(f.t, 0, 5, 100), -LI_E_STORE);
    assert_false(li_conn_in_transaction(f.t->writer));
    assert_int_equal(count_pages(f.t), 0);
    faultvfs_sync_fails(f.vfs, 0);
    assert_ok(f.t, batch(f.t, 0, 5, 100));
    assert_int_equal(count_pages(f.t), 5);
    fault_end(&f);
}

int main(void)
{
    static const struct store_test tests[] = {
        SQLITE_TEST(own_mode),
        SQLITE_TEST(second_process_is_refused),
        SQLITE_TEST(second_store_is_refused_until_close),
        SQLITE_TEST(bad_places),
        SQLITE_TEST(as_strict_as_postgres),
        SQLITE_TEST(checkpoint_keeps_the_log_short),
        SQLITE_TEST(log_shrinks_after_a_long_reader),
        SQLITE_TEST(log_stays_bounded_under_a_busy_writer),
        SQLITE_TEST(checkpoint_within_a_transaction),
        SQLITE_TEST(every_commit_is_synced),
        SQLITE_TEST(full_disk_at_commit),
        SQLITE_TEST(full_disk_before_commit),
        SQLITE_TEST(full_disk_without_transaction),
        SQLITE_TEST(full_disk_at_checkpoint),
        SQLITE_TEST(disk_that_does_not_sync),
    };

    return STORE_TESTS_RUN("store sqlite", tests);
}
