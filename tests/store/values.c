/*
 * What goes in comes out, on every engine, and what cannot is refused alike.
 */
#include <math.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/stores.h"

LI_SQL(thing_add, "insert into thing (tenant, id, whole, real_, words, bytes, doc)"
                  " values ($1, $2, $3, $4, $5, $6, $7)");
LI_SQL(thing_get, "select whole, real_, words, bytes, doc from thing"
                  " where tenant = $1 and id = $2");
LI_SQL(thing_doc_word, "select cast(doc ->> 'name' as text) from thing"
                       " where tenant = $1 and id = $2");
LI_SQL(thing_backwards, "select id from thing where id = $2 and tenant = $1");
LI_SQL(thing_total, "select cast(sum(whole) as bigint), count(*) from thing where tenant = $1");
LI_SQL(thing_words, "select words from thing where tenant = $1 order by words");
LI_SQL(thing_like, "select id from thing where tenant = $1 and words like $2 escape '!'");
LI_SQL(thing_maybe, "select id from thing where tenant = $1"
                    " and (cast($2 as bigint) is null or whole = $2) order by id");
LI_SQL(thing_set_words, "update thing set words = $3 where tenant = $1 and id = $2");
LI_SQL(thing_set_whole, "update thing set whole = $3 where tenant = $1 and id = $2");

static void make(struct test_store *t)
{
    test_ddl(t, "create table thing (tenant I64 not null, id I64 not null, whole I64,"
                " real_ F64, words text, bytes BLOB, doc JSON,"
                " primary key (tenant, id)) CLUSTERED");
}

static void add(struct test_store *t, int64_t id, struct li_val whole, struct li_val real,
                struct li_val words, struct li_val bytes, struct li_val doc)
{
    int64_t changed = -1;

    assert_ok(t, li_exec(t->ctx, t->writer, &thing_add,
                         LI_ARGS(li_v(1), li_v(id), whole, real, words, bytes, doc), &changed));
    assert_int_equal(changed, 1);
}

static void add_words(struct test_store *t, int64_t id, const char *words)
{
    add(t, id, li_v(id), li_v_null(), li_v_text(li_str(words)), li_v_null(), li_v_null());
}

static struct li_rows *get(struct test_store *t, int64_t id)
{
    struct li_rows *rows = NULL;

    assert_ok(t, li_query_one(t->ctx, t->writer, &thing_get, LI_ARGS(li_v(1), li_v(id)), &rows));
    return rows;
}

static void assert_str(struct li_str got, struct li_str want)
{
    assert_int_equal(got.len, want.len);
    assert_memory_equal(got.ptr, want.ptr, want.len);
}

/* ---- there and back -------------------------------------------------------- */

static void integers(struct test_store *t)
{
    static const int64_t numbers[] = {
        0, 1, -1, 255, INT32_MAX, INT32_MIN, 1LL << 53, INT64_MAX, INT64_MIN, 1849404948480012345};

    make(t);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct li_rows *rows;

        add(t, (int64_t)i, li_v(numbers[i]), li_v_null(), li_v_null(), li_v_null(), li_v_null());
        rows = get(t, (int64_t)i);
        assert_false(li_col_is_null(rows, 0));
        assert_true(li_col_i64(rows, 0) == numbers[i]);
        li_rows_done(rows);
    }
}

static void reals(struct test_store *t)
{
    static const double numbers[] = {0, -0.5, 0.1, 116.397428, 1e300, -1e-300, 3};

    make(t);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct li_rows *rows;

        add(t, (int64_t)i, li_v_null(), li_v_f64(numbers[i]), li_v_null(), li_v_null(),
            li_v_null());
        rows = get(t, (int64_t)i);
        assert_true(li_col_f64(rows, 1) == numbers[i]);
        li_rows_done(rows);
    }
}

static void texts(struct test_store *t)
{
    static const char *const words[] = {"", "a", "邻里·街道办 𠮷", "'quoted' \"twice\" \\ %_",
                                        "line\nline\ttab"};

    make(t);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        struct li_rows *rows;

        add_words(t, (int64_t)i, words[i]);
        rows = get(t, (int64_t)i);
        assert_false(li_col_is_null(rows, 2));
        assert_non_null(li_col_str(rows, 2).ptr);
        assert_str(li_col_str(rows, 2), li_str(words[i]));
        assert_str(li_col_dup(t->ctx, rows, 2), li_str(words[i]));
        li_rows_done(rows);
    }
}

static void blobs(struct test_store *t)
{
    char all[256];
    struct li_str cases[] = {LI_S(""), LI_S("\0"), LI_S("a\0b\0"), LI_S("\\x41"),
                             li_str_n(all, sizeof(all))};

    for (size_t i = 0; i < sizeof(all); i++)
        all[i] = (char)i;
    make(t);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct li_rows *rows;

        add(t, (int64_t)i, li_v_null(), li_v_null(), li_v_null(), li_v_blob(cases[i]), li_v_null());
        rows = get(t, (int64_t)i);
        assert_false(li_col_is_null(rows, 3));
        assert_non_null(li_col_str(rows, 3).ptr);
        assert_str(li_col_str(rows, 3), cases[i]);
        li_rows_done(rows);
    }
}

static void documents(struct test_store *t)
{
    struct li_rows *rows = NULL;

    make(t);
    add(t, 1, li_v_null(), li_v_null(), li_v_null(), li_v_null(),
        li_v_text(LI_S("{\"name\": \"路灯\"}")));
    assert_ok(t,
              li_query_one(t->ctx, t->writer, &thing_doc_word, LI_ARGS(li_v(1), li_v(1)), &rows));
    assert_str(li_col_str(rows, 0), LI_S("路灯"));
    li_rows_done(rows);
    rows = get(t, 1);
    assert_str(li_col_str(rows, 4), LI_S("{\"name\": \"路灯\"}"));
    li_rows_done(rows);
}

static void nulls(struct test_store *t)
{
    struct li_rows *rows;

    make(t);
    add(t, 1, li_v_opt(0), li_v_null(), li_v_text((struct li_str){0}),
        li_v_blob((struct li_str){0}), li_v_null());
    rows = get(t, 1);
    for (int column = 0; column < 5; column++)
        assert_true(li_col_is_null(rows, column));
    assert_int_equal(li_col_i64(rows, 0), 0);
    assert_true(li_col_f64(rows, 1) == 0);
    for (int column = 2; column < 5; column++) {
        assert_null(li_col_str(rows, column).ptr);
        assert_null(li_col_dup(t->ctx, rows, column).ptr);
    }
    li_rows_done(rows);
}

static void large(struct test_store *t)
{
    size_t size = 3 << 20;
    char *bytes = li_alloc(t->ctx, size);
    struct li_rows *rows;

    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(i * 31);
    make(t);
    add(t, 1, li_v_null(), li_v_null(), li_v_null(), li_v_blob(li_str_n(bytes, size)), li_v_null());
    rows = get(t, 1);
    assert_str(li_col_str(rows, 3), li_str_n(bytes, size));
    li_rows_done(rows);
}

/* ---- parameters ------------------------------------------------------------ */

/* To SQLite `$2` is a name, and here it comes first. */
static void parameters_by_name(struct test_store *t)
{
    struct li_rows *rows = NULL;

    make(t);
    add_words(t, 7, "seven");
    assert_ok(t,
              li_query_one(t->ctx, t->writer, &thing_backwards, LI_ARGS(li_v(1), li_v(7)), &rows));
    assert_int_equal(li_col_i64(rows, 0), 7);
    li_rows_done(rows);
    assert_int_equal(
        li_query_one(t->ctx, t->writer, &thing_backwards, LI_ARGS(li_v(7), li_v(1)), &rows),
        -LI_E_NOT_FOUND);
    assert_int_equal(t->ctx->error_count, 0);
}

static void parameter_reused(struct test_store *t)
{
    struct li_rows *rows = NULL;
    int found = 0;

    make(t);
    add_words(t, 1, "a");
    add_words(t, 2, "b");
    assert_ok(t, li_query_one(t->ctx, t->writer, &thing_maybe, LI_ARGS(li_v(1), li_v(2)), &rows));
    assert_int_equal(li_col_i64(rows, 0), 2);
    li_rows_done(rows);
    assert_ok(t, li_query(t->ctx, t->writer, &thing_maybe, LI_ARGS(li_v(1), li_v_null()), &rows));
    while (li_rows_next(t->ctx, rows) == 1)
        found++;
    li_rows_done(rows);
    assert_int_equal(found, 2);
}

static void wrong_count_of_arguments(struct test_store *t)
{
    struct li_rows *rows = NULL;

    make(t);
    assert_int_equal(li_query(t->ctx, t->writer, &thing_total, LI_NO_ARGS, &rows), -LI_E_INTERNAL);
    assert_int_equal(li_query(t->ctx, t->writer, &thing_total, LI_ARGS(li_v(1), li_v(2)), &rows),
                     -LI_E_INTERNAL);
    assert_null(rows);
}

static void totals(struct test_store *t)
{
    struct li_rows *rows = NULL;

    make(t);
    assert_ok(t, li_query_one(t->ctx, t->writer, &thing_total, LI_ARGS(li_v(1)), &rows));
    assert_true(li_col_is_null(rows, 0));
    assert_int_equal(li_col_i64(rows, 1), 0);
    li_rows_done(rows);
    add_words(t, 2, "a");
    add_words(t, 40, "b");
    assert_ok(t, li_query_one(t->ctx, t->writer, &thing_total, LI_ARGS(li_v(1)), &rows));
    assert_int_equal(li_col_i64(rows, 0), 42);
    assert_int_equal(li_col_i64(rows, 1), 2);
    li_rows_done(rows);
}

/* ---- alike on all engines -------------------------------------------------- */

static void byte_order(struct test_store *t)
{
    static const char *const sorted[] = {"", "A", "Z", "_", "a", "ä", "一", "邻", "𠮷"};
    size_t count = sizeof(sorted) / sizeof(sorted[0]);
    struct li_rows *rows = NULL;
    size_t at = 0;

    make(t);
    for (size_t i = count; i > 0; i--)
        add_words(t, (int64_t)i, sorted[i - 1]);
    assert_ok(t, li_query(t->ctx, t->writer, &thing_words, LI_ARGS(li_v(1)), &rows));
    while (li_rows_next(t->ctx, rows) == 1) {
        assert_true(at < count);
        assert_str(li_col_str(rows, 0), li_str(sorted[at++]));
    }
    li_rows_done(rows);
    assert_int_equal(at, count);
}

static void like_minds_case(struct test_store *t)
{
    struct li_rows *rows = NULL;

    make(t);
    add_words(t, 1, "Lamp");
    add_words(t, 2, "lamp 100%");
    assert_ok(t, li_query_one(t->ctx, t->writer, &thing_like,
                              LI_ARGS(li_v(1), li_v_text(LI_S("L%"))), &rows));
    assert_int_equal(li_col_i64(rows, 0), 1);
    assert_int_equal(li_rows_next(t->ctx, rows), 0);
    assert_int_equal(li_rows_next(t->ctx, rows), 0);
    li_rows_done(rows);
    assert_ok(t, li_query_one(t->ctx, t->writer, &thing_like,
                              LI_ARGS(li_v(1), li_v_text(LI_S("%!%"))), &rows));
    assert_int_equal(li_col_i64(rows, 0), 2);
    li_rows_done(rows);
}

static void refused_values(struct test_store *t)
{
    make(t);
    add_words(t, 1, "a");
    assert_int_equal(li_exec(t->ctx, t->writer, &thing_set_words,
                             LI_ARGS(li_v(1), li_v(1), li_v_text(LI_S("a\0b"))), NULL),
                     -LI_E_INVALID);
    assert_int_equal(li_exec(t->ctx, t->writer, &thing_set_whole,
                             LI_ARGS(li_v(1), li_v(1), li_v_f64(NAN)), NULL),
                     -LI_E_INVALID);
    assert_int_equal(li_exec(t->ctx, t->writer, &thing_set_whole,
                             LI_ARGS(li_v(1), li_v(1), li_v_f64(1.5)), NULL),
                     -LI_E_INVALID);
    assert_int_equal(li_exec(t->ctx, t->writer, &thing_set_whole,
                             LI_ARGS(li_v(1), li_v(1), li_v_text(LI_S("many"))), NULL),
                     -LI_E_INVALID);
    assert_int_equal(t->ctx->error_count, 4);
}

/* Does `read` end a process of its own by an assertion? */
static bool dies(const struct li_rows *rows, void (*read)(const struct li_rows *rows))
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0});
        close(STDERR_FILENO);
        read(rows);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void read_text_as_number(const struct li_rows *rows)
{
    (void)li_col_i64(rows, 2);
}

static void read_number_as_text(const struct li_rows *rows)
{
    (void)li_col_str(rows, 0);
}

static void read_real_as_number(const struct li_rows *rows)
{
    (void)li_col_i64(rows, 1);
}

static void read_beyond(const struct li_rows *rows)
{
    (void)li_col_is_null(rows, 5);
}

static void read_rightly(const struct li_rows *rows)
{
    (void)li_col_i64(rows, 0);
    (void)li_col_f64(rows, 0);
    (void)li_col_str(rows, 2);
}

static void wrong_reading_is_a_bug(struct test_store *t)
{
    struct li_rows *rows;

    make(t);
    add(t, 1, li_v(1), li_v_f64(1.5), li_v_text(LI_S("12")), li_v_null(), li_v_null());
    rows = get(t, 1);
    assert_true(dies(rows, read_text_as_number));
    assert_true(dies(rows, read_number_as_text));
    assert_true(dies(rows, read_real_as_number));
    assert_true(dies(rows, read_beyond));
    assert_false(dies(rows, read_rightly));
    assert_int_equal(li_rows_next(t->ctx, rows), 0);
    assert_true(dies(rows, read_rightly));
    li_rows_done(rows);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(integers),
        STORE_TEST(reals),
        STORE_TEST(texts),
        STORE_TEST(blobs),
        STORE_TEST(documents),
        STORE_TEST(nulls),
        STORE_TEST(large),
        STORE_TEST(parameters_by_name),
        STORE_TEST(parameter_reused),
        STORE_TEST(wrong_count_of_arguments),
        STORE_TEST(totals),
        STORE_TEST(byte_order),
        STORE_TEST(like_minds_case),
        STORE_TEST(refused_values),
        STORE_TEST(wrong_reading_is_a_bug),
    };

    return STORE_TESTS_RUN("store values", tests);
}
