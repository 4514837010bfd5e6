/*
 * What only SQLite can show: the file, its lock, its log.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/pages.h"

LI_SQL(page_add, "insert into page (tenant, id, body) values ($1, $2, $3)");
LI_SQL(page_count, "select count(*) from page where tenant = $1");
LI_SQL(page_touch, "update page set id = id where tenant = $1 returning id");
LI_SQL(quoted_twice, "select number from schema_step where name = \"lamp\"");
LI_SQL(cache_size, "pragma cache_size");

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

    pages_make(t);
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
    assert_int_equal(open_code(t, li_strf(t->ctx, "%s?cache=0", path.ptr)), -LI_E_USAGE);
    assert_int_equal(open_code(t, li_strf(t->ctx, "%s?cache=9&mode=ro", path.ptr)), -LI_E_USAGE);
    assert_int_equal(open_code(t, li_strf(t->ctx, "%s/no/x.db", t->folder)), -LI_E_STORE);
    assert_ok(t, li_file_write(t->ctx, path.ptr, LI_S("this is a letter, not a database"), 0600));
    assert_int_equal(open_code(t, path), -LI_E_CORRUPT);
}

/* How much of the file the writer keeps is told behind the path. */
static void a_cache_as_told(struct test_store *t)
{
    struct li_str where = li_strf(t->ctx, "%s/roomy.db?cache=3", t->folder);
    struct li_store *store;
    struct li_conn *conn;
    struct li_rows *rows;

    assert_ok(t, li_store_open(t->ctx, where.ptr, &store));
    assert_ok(t, li_conn_open(t->ctx, store, LI_CONN_WRITE, &conn));
    assert_ok(t, li_query(t->ctx, conn, &cache_size, NULL, 0, &rows));
    assert_int_equal(li_rows_next(t->ctx, rows), 1);
    assert_int_equal(li_col_i64(rows, 0), -3 * 1024);
    li_rows_done(rows);
    li_conn_close(conn);
    li_store_close(store);
}

static void as_strict_as_postgres(struct test_store *t)
{
    struct li_rows *rows = NULL;

    pages_make(t);
    assert_int_equal(li_sql_check(t->ctx, t->writer, &quoted_twice), -LI_E_STORE);
    assert_int_equal(li_query(t->ctx, t->writer, &page_touch, LI_ARGS(li_v(1)), &rows),
                     -LI_E_INTERNAL);
    assert_null(rows);
}

/* ---- the log --------------------------------------------------------------- */

static void checkpoint_keeps_the_log_short(struct test_store *t)
{
    pages_make(t);
    for (int round = 0; round < 6; round++) {
        assert_ok(t, pages_batch(t, round * 8, 8, PAGES_MIB));
        assert_ok(t, li_store_checkpoint(t->ctx, t->store));
    }
    assert_true(size_of(t, "-wal") < (off_t)(10 * PAGES_MIB));
    assert_true(size_of(t, "") > (off_t)(48 * PAGES_MIB));
    assert_int_equal(pages_count(t), 48);
}

/* A reader's snapshot holds the log; when it goes, the log begins anew and the
 * file shrinks to its limit. */
static void log_shrinks_after_a_long_reader(struct test_store *t)
{
    struct li_conn *reader = NULL;
    struct li_rows *rows = NULL;

    pages_make(t);
    assert_ok(t, li_store_reader(t->ctx, t->store, &reader));
    assert_ok(t, li_begin(t->ctx, reader));
    assert_ok(t, li_query_one(t->ctx, reader, &page_count, LI_ARGS(li_v(1)), &rows));
    li_rows_done(rows);
    assert_ok(t, pages_batch(t, 0, 80, PAGES_MIB));
    assert_ok(t, li_store_checkpoint(t->ctx, t->store));
    assert_true(size_of(t, "-wal") > (off_t)(80 * PAGES_MIB));
    li_store_reader_back(t->store, reader);
    assert_ok(t, li_store_checkpoint(t->ctx, t->store));
    assert_ok(t, pages_batch(t, 100, 1, 10));
    assert_true(size_of(t, "-wal") <= (off_t)(64 * PAGES_MIB));
    assert_int_equal(pages_count(t), 81);
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
            w->rc =
                li_exec(w->ctx, w->t->writer, &page_add,
                        LI_ARGS(li_v(1), li_v(id), li_v_blob(li_str_n(bytes, PAGES_MIB))), NULL);
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

    pages_make(t);
    assert_ok(t, li_begin(t->ctx, t->writer));
    li_rollback(t->writer);
    assert_int_equal(pthread_create(&thread, NULL, write_on, &w), 0);
    while (!atomic_load(&w.over))
        assert_ok(t, li_store_checkpoint(t->ctx, t->store));
    pthread_join(thread, NULL);
    test_ctx_free(w.ctx);
    assert_int_equal(w.rc, 0);
    assert_int_equal(pages_count(t), 320);
    assert_true(size_of(t, "-wal") < (off_t)(200 * PAGES_MIB));
}

/* Without a gap to wait for, a checkpoint gives up instead of standing still. */
static void checkpoint_within_a_transaction(struct test_store *t)
{
    pages_make(t);
    assert_ok(t, pages_batch(t, 0, 70, PAGES_MIB));
    assert_ok(t, li_begin(t->ctx, t->writer));
    assert_ok(t, pages_add(t, 100, 10));
    assert_ok(t, li_store_checkpoint(t->ctx, t->store));
    assert_ok(t, li_commit(t->ctx, t->writer));
    assert_int_equal(pages_count(t), 71);
}

int main(void)
{
    static const struct store_test tests[] = {
        SQLITE_TEST(own_mode),
        SQLITE_TEST(second_process_is_refused),
        SQLITE_TEST(second_store_is_refused_until_close),
        SQLITE_TEST(bad_places),
        SQLITE_TEST(a_cache_as_told),
        SQLITE_TEST(as_strict_as_postgres),
        SQLITE_TEST(checkpoint_keeps_the_log_short),
        SQLITE_TEST(log_shrinks_after_a_long_reader),
        SQLITE_TEST(log_stays_bounded_under_a_busy_writer),
        SQLITE_TEST(checkpoint_within_a_transaction),
    };

    return STORE_TESTS_RUN("store sqlite", tests);
}
