/*
 * A disk that is full, fails or loses power, below the store (SQLite).
 */
#include "simulate/fault.h"
#include "lib/pages.h"

struct fault {
    struct li_fault *disk;
    struct test_store *t;
};

static struct fault fault_begin(struct test_store *t)
{
    struct fault f;

    assert_ok(t, li_fault_vfs_register(t->ctx, "linli-fault", 20260302, &f.disk));
    f.t = test_store_new(LI_STORE_SQLITE, "linli-fault");
    pages_make(f.t);
    return f;
}

static void fault_end(struct fault *f)
{
    test_store_free(f->t);
    li_fault_vfs_unregister(f->disk);
}

static void every_commit_is_synced(struct test_store *plain)
{
    struct fault f = fault_begin(plain);
    int64_t before = li_fault_count(f.disk, LI_FAULT_SYNC);

    for (int i = 0; i < 10; i++)
        assert_ok(f.t, pages_batch(f.t, i, 1, 100));
    assert_true(li_fault_count(f.disk, LI_FAULT_SYNC) - before >= 10);
    fault_end(&f);
}

/* The disk fills up after ever more bytes: the batch is there whole or not at
 * all, and all the same after the file is opened again. */
static void full_disk_at_commit(struct test_store *plain)
{
    struct fault f = fault_begin(plain);
    int64_t there = 0;
    int refused = 0;

    for (int64_t room = 0; room < 200000; room += 6007) {
        int rc;

        li_fault_room(f.disk, room);
        rc = pages_batch(f.t, there, 20, 3000);
        assert_true(rc == 0 || rc == -LI_E_FULL);
        assert_false(li_conn_in_transaction(f.t->writer));
        there += rc == 0 ? 20 : 0;
        refused += rc != 0;
        assert_int_equal(pages_count(f.t), there);
        if (refused % 5 == 0) {
            li_fault_room(f.disk, -1);
            test_store_close(f.t);
            test_store_open(f.t);
            assert_int_equal(pages_count(f.t), there);
        }
    }
    assert_true(refused > 5 && there > 0);
    li_fault_room(f.disk, -1);
    assert_ok(f.t, pages_batch(f.t, there, 20, 3000));
    assert_int_equal(pages_count(f.t), there + 20);
    fault_end(&f);
}

/* SQLite leaves the transaction by itself when a page cannot be spilt to the
 * log; a statement after that must not be one that commits alone. */
static void full_disk_before_commit(struct test_store *plain)
{
    struct fault f = fault_begin(plain);
    struct test_store *t = f.t;
    int64_t id = 0;
    int rc = 0;

    li_fault_room(f.disk, 4096);
    assert_ok(t, li_begin(t->ctx, t->writer));
    while (rc == 0 && id < 200)
        rc = pages_add(t, id++, PAGES_MIB);
    assert_int_equal(rc, -LI_E_FULL);
    assert_false(li_conn_in_transaction(t->writer));
    li_fault_room(f.disk, -1);
    assert_int_equal(pages_add(t, 1000, 10), -LI_E_FULL);
    assert_int_equal(li_commit(t->ctx, t->writer), -LI_E_FULL);
    assert_int_equal(pages_count(t), 0);
    assert_ok(t, pages_add(t, 1000, 10));
    assert_ok(t, pages_batch(t, 0, 3, 100));
    assert_int_equal(pages_count(t), 4);
    fault_end(&f);
}

static void full_disk_without_transaction(struct test_store *plain)
{
    struct fault f = fault_begin(plain);

    li_fault_room(f.disk, 0);
    assert_int_equal(pages_add(f.t, 1, 10), -LI_E_FULL);
    assert_int_equal(pages_count(f.t), 0);
    li_fault_room(f.disk, -1);
    assert_ok(f.t, pages_add(f.t, 1, 10));
    assert_int_equal(pages_count(f.t), 1);
    fault_end(&f);
}

static void full_disk_at_checkpoint(struct test_store *plain)
{
    struct fault f = fault_begin(plain);

    assert_ok(f.t, pages_batch(f.t, 0, 20, 3000));
    li_fault_room(f.disk, 8000);
    assert_int_equal(li_store_checkpoint(f.t->ctx, f.t->store), -LI_E_FULL);
    assert_int_equal(pages_count(f.t), 20);
    li_fault_room(f.disk, -1);
    assert_ok(f.t, li_store_checkpoint(f.t->ctx, f.t->store));
    test_store_close(f.t);
    test_store_open(f.t);
    assert_int_equal(pages_count(f.t), 20);
    fault_end(&f);
}

static void disk_that_does_not_sync(struct test_store *plain)
{
    struct fault f = fault_begin(plain);

    li_fault_fail(f.disk, LI_FAULT_SYNC, 1, -1);
    assert_int_equal(pages_batch(f.t, 0, 5, 100), -LI_E_STORE);
    assert_false(li_conn_in_transaction(f.t->writer));
    assert_int_equal(pages_count(f.t), 0);
    li_fault_fail(f.disk, LI_FAULT_SYNC, 1, 0);
    assert_ok(f.t, pages_batch(f.t, 0, 5, 100));
    assert_int_equal(pages_count(f.t), 5);
    fault_end(&f);
}

static void disk_that_fails_now_and_then(struct test_store *plain)
{
    struct fault f = fault_begin(plain);
    int64_t there = 0;
    int refused = 0;

    li_fault_often(f.disk, LI_FAULT_ANY, 20);
    for (int i = 0; i < 200; i++) {
        int rc = pages_batch(f.t, there, 2, 3000);

        assert_true(rc == 0 || rc == -LI_E_STORE);
        there += rc == 0 ? 2 : 0;
        refused += rc != 0;
    }
    assert_true(refused > 10 && refused < 190);
    li_fault_often(f.disk, LI_FAULT_ANY, 0);
    assert_int_equal(pages_count(f.t), there);
    test_store_close(f.t);
    test_store_open(f.t);
    assert_int_equal(pages_count(f.t), there);
    fault_end(&f);
}

/* ---- the power goes ----------------------------------------------------------- */

/* What was committed is there and what was not is not, but for the batch that the
 * power met.  Every fourth round the log is copied back meanwhile. */
static void power_goes(struct test_store *plain)
{
    struct fault f = fault_begin(plain);
    struct test_store *t = f.t;
    int64_t there = 0, met = 0;

    for (int round = 0; round < 120; round++) {
        int rc = 0;

        li_fault_cut(f.disk, 1 + round * 7 % 40);
        while (!li_fault_is_cut(f.disk)) {
            rc = pages_batch(t, there, 3, 3000);
            assert_true(rc == 0 || li_fault_is_cut(f.disk));
            there += rc == 0 ? 3 : 0;
            if (round % 4 == 0 && rc == 0)
                assert_true(li_store_checkpoint(t->ctx, t->store) == 0 || li_fault_is_cut(f.disk));
        }
        test_store_close(t);
        assert_ok(t, li_fault_heal(t->ctx, f.disk));
        test_store_open(t);
        met += pages_count(t) - there;
        assert_true(pages_count(t) == there || (rc && pages_count(t) == there + 3));
        there = pages_count(t);
        li_ctx_clear(t->ctx);
    }
    /* both fates of the batch that was under way */
    assert_true(met > 0 && met < 120 * 3);
    assert_true(li_fault_lost(f.disk) > 100);
    fault_end(&f);
}

/* On a disk that lies what was committed does get lost: the model bites. */
static void power_goes_on_a_disk_that_lies(struct test_store *plain)
{
    struct fault f = fault_begin(plain);
    int64_t lost = 0, there = 0;

    for (int round = 0; round < 20; round++) {
        li_fault_cut(f.disk, 0);
        li_fault_lie(f.disk, true);
        assert_ok(f.t, pages_batch(f.t, there, 3, 3000));
        li_fault_cut_now(f.disk);
        test_store_close(f.t);
        assert_ok(f.t, li_fault_heal(f.t->ctx, f.disk));
        test_store_open(f.t);
        lost += pages_count(f.t) == there;
        there = pages_count(f.t);
    }
    assert_true(lost > 0 && lost < 20);
    fault_end(&f);
}

int main(void)
{
    static const struct store_test tests[] = {
        SQLITE_TEST(every_commit_is_synced),         SQLITE_TEST(full_disk_at_commit),
        SQLITE_TEST(full_disk_before_commit),        SQLITE_TEST(full_disk_without_transaction),
        SQLITE_TEST(full_disk_at_checkpoint),        SQLITE_TEST(disk_that_does_not_sync),
        SQLITE_TEST(disk_that_fails_now_and_then),   SQLITE_TEST(power_goes),
        SQLITE_TEST(power_goes_on_a_disk_that_lies),
    };

    return STORE_TESTS_RUN("store on a failing disk", tests);
}
