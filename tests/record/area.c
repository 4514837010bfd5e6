/*
 * Areas: tables read and imported whole or not at all, plain names, paths.
 */
#include "area/area.h"

#include <stdio.h>

#include "base/asset.h"
#include "lib/records.h"

LI_SQL(area_count, "select cast(count(*) as bigint) from area where tenant = $1");
LI_SQL(import_payload, "select payload from history "
                       "where tenant = $1 and command = 'area.import' order by seq desc limit 1");
LI_SQL(import_entries, "select cast(count(*) as bigint) from history "
                       "where tenant = $1 and command = 'area.import'");
LI_SQL(tenant_rev_now, "select rev from tenant where tenant = $1");

static const struct li_command *const commands[] = {&li_area_import, NULL};

#define HEAD "code,parent,kind,name\n"
#define ROW(c, p, k, n, ...)                                                                       \
    {                                                                                              \
        .area = {.code = LI_S_INIT(c),                                                             \
                 .parent = LI_S_INIT(p),                                                           \
                 .kind = LI_S_INIT(k),                                                             \
                 .name = LI_S_INIT(n)},                                                            \
        __VA_ARGS__                                                                                \
    }

static struct li_str real_table(void)
{
    const struct li_asset *asset = li_asset_find(LI_S("data/demo/areas.csv"));

    assert_non_null(asset);
    return asset->bytes;
}

static int read_file(struct test_store *t, struct li_str bytes, struct li_area_row **ret,
                     size_t *ret_count)
{
    const struct li_area_file file = {.name = "t.csv", .bytes = bytes};

    li_ctx_clear(t->ctx);
    return li_area_read(t->ctx, &file, ret, ret_count);
}

static int read_csv(struct test_store *t, const char *text, struct li_area_row **ret,
                    size_t *ret_count)
{
    return read_file(t, li_str(text), ret, ret_count);
}

static int import(struct test_record *r, const struct li_area_row *rows, size_t count)
{
    const struct li_area_import args = {.rows = rows, .count = count, .source = LI_S("a test")};

    return records_run(r, &li_area_import, &args);
}

static struct li_area_row *import_real(struct test_record *r, size_t *ret_count)
{
    struct li_area_row *rows = NULL;

    assert_ok(r->t, read_file(r->t, real_table(), &rows, ret_count));
    assert_ok(r->t, import(r, rows, *ret_count));
    return rows;
}

static struct li_conn *reader(struct test_record *r)
{
    return r->t->writer;
}

static int64_t count(struct test_record *r, int64_t tenant)
{
    return records_number(r, &area_count, LI_ARGS(li_v(tenant)));
}

/* An error with this place is on the stack. */
static void assert_told(struct test_store *t, const char *where)
{
    for (unsigned i = 0; i < t->ctx->error_count; i++) {
        if (li_str_is(t->ctx->errors[i].where, where))
            return;
    }
    fail_msg("nothing told at %s: %.*s", where, LI_P(li_ctx_explain(t->ctx)));
}

/* ---- the table as a file ----------------------------------------------------- */

static void a_good_file(struct test_store *t)
{
    struct li_area_row *rows = NULL;
    size_t n = 0;

    assert_ok(t, read_csv(t,
                          "\xef\xbb\xbf" HEAD "44,,province,广东省\r\n\r\n"
                          "4403, 44 ,city,\"深圳,\"\"市\"\"\"\n",
                          &rows, &n));
    assert_int_equal(n, 2);
    assert_true(li_str_is(rows[0].area.name, "广东省"));
    assert_int_equal(rows[0].area.parent.len, 0);
    assert_true(li_str_is(rows[1].area.parent, "44"));
    assert_true(li_str_is(rows[1].area.name, "深圳,\"市\""));
    assert_ok(t, read_csv(t, HEAD, &rows, &n));
    assert_int_equal(n, 0);
}

/* Every bad row is told with its line. */
static void bad_rows(struct test_store *t)
{
    struct li_area_row *rows = NULL;
    size_t n = 77;

    assert_int_equal(read_csv(t,
                              HEAD "44,,province,广东省\n"
                                   "440,44,city,短码\n"
                                   "4403,44,town,深圳市\n"
                                   "4404,44,city,\n"
                                   "4405,44,city\n"
                                   "4406,,city,无上级\n"
                                   "4407,4x,city,坏上级\n"
                                   "4408,44,city,半\"个\n"
                                   "4409,44,city,多,一列\n"
                                   "4410,44,city,\"半个引号\n",
                              &rows, &n),
                     -LI_E_INVALID);
    assert_int_equal(t->ctx->error_count, 9);
    for (unsigned i = 0; i < 9; i++) {
        char where[16];
        snprintf(where, sizeof(where), "t.csv:%u", i + 3);
        assert_true(li_str_is(t->ctx->errors[i].where, where));
    }
    assert_int_equal(n, 77);
    assert_null(rows);
}

static void bad_files(struct test_store *t)
{
    struct li_area_row *rows = NULL;
    size_t n = 0;

    assert_int_equal(read_csv(t, "", &rows, &n), -LI_E_SYNTAX);
    assert_int_equal(read_csv(t, "name,code\n", &rows, &n), -LI_E_SYNTAX);
    assert_told(t, "t.csv:1");
    assert_int_equal(read_csv(t, HEAD "44,,province,\xff\n", &rows, &n), -LI_E_SYNTAX);
    assert_int_equal(read_csv(t, "code,parent,kind,name,colour\n", &rows, &n), -LI_E_SYNTAX);
    assert_int_equal(read_csv(t, "code,parent,kind,name,code\n", &rows, &n), -LI_E_SYNTAX);
}

/* More faults than the stack holds: the first are kept. */
static void many_bad_rows(struct test_store *t)
{
    struct li_area_row *rows = NULL;
    size_t n = 0;
    struct li_buf *buf = li_buf_new(t->ctx, 0);

    assert_non_null(buf);
    li_buf_text(buf, HEAD);
    for (int i = 0; i < 100; i++)
        li_buf_text(buf, "x\n");
    li_buf_char(buf, '\0');
    assert_int_equal(read_file(t, li_buf_view(buf), &rows, &n), -LI_E_SYNTAX);
    buf->len--; /* without the NUL */
    li_ctx_clear(t->ctx);
    assert_int_equal(read_file(t, li_buf_view(buf), &rows, &n), -LI_E_INVALID);
    assert_int_equal(t->ctx->error_count, LI_ERRORS_MAX);
    assert_true(li_str_is(t->ctx->errors[0].where, "t.csv:2"));
    assert_true(li_str_is(t->ctx->errors[LI_ERRORS_MAX - 1].where, "t.csv:17"));
}

/* ---- names ---------------------------------------------------------------------- */

static void plain_names(struct test_store *t)
{
    static const struct {
        const char *official, *plain;
    } names[] = {
        {"南头城社区居委会", "南头城社区"},
        {"胜南社区居民委员会", "胜南社区"},
        {"炮台巷社区", "炮台巷社区"},
        {"沙头村民委员会", "沙头村"},
        {"沙头村委会", "沙头村"},
        {"南头街道", "南头街道"},
        {"东风居委会", "东风居委会"},
        {"社区居委会", "社区居委会"},
        {"村委会", "村委会"},
        {"", ""},
    };

    (void)t;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_true(li_str_is(li_area_plain_name(li_str(names[i].official)), names[i].plain));
}

/* All communities of the six streets end in 社区, and in nothing more. */
static void real_names(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    struct li_area *areas = NULL;
    size_t n = 0;

    import_real(r, &n);
    assert_int_equal(n, 75);
    assert_ok(t, li_area_list(r->ctx, reader(r), 1, LI_S(""), LI_S("community"), &areas, &n));
    assert_int_equal(n, 58);
    for (size_t i = 0; i < n; i++) {
        assert_true(li_str_ends(areas[i].name, LI_S("社区")));
        assert_false(li_str_ends(areas[i].name, LI_S("社区社区")));
        assert_true(li_utf8_valid(areas[i].name));
        assert_true(li_utf8_length(areas[i].name) >= 4);
    }
}

/* ---- reading -------------------------------------------------------------------- */

static void finds(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    struct li_area area, again;
    size_t n;

    import_real(r, &n);
    assert_ok(t, li_area_find(r->ctx, reader(r), 1, LI_S("440305001003"), &area));
    assert_true(li_str_is(area.path, "44/4403/440305/440305001/440305001003/"));
    assert_true(li_str_is(area.name, "大新社区"));
    assert_true(li_str_is(area.kind, "community"));
    assert_true(li_str_is(area.parent, "440305001"));
    assert_ok(t, li_area_at(r->ctx, reader(r), 1, area.path, &again));
    assert_true(li_str_eq(again.code, area.code));
    assert_ok(t, li_area_find(r->ctx, reader(r), 1, LI_S("44"), &area));
    assert_int_equal(area.parent.len, 0);
    li_ctx_clear(r->ctx);
    assert_int_equal(li_area_find(r->ctx, reader(r), 2, LI_S("44"), &area), -LI_E_NOT_FOUND);
    assert_int_equal(li_area_at(r->ctx, reader(r), 1, LI_S("44"), &area), -LI_E_NOT_FOUND);
    assert_int_equal(r->ctx->error_count, 0);
}

static size_t listed(struct test_record *r, const char *path, const char *kind)
{
    struct li_area *areas = NULL;
    size_t n = 0;

    assert_ok(r->t, li_area_list(r->ctx, reader(r), 1, li_str(path), li_str(kind), &areas, &n));
    for (size_t i = 0; i < n; i++) {
        assert_true(li_str_starts(areas[i].path, li_str(path)));
        assert_true(i == 0 || li_str_cmp(areas[i - 1].path, areas[i].path) < 0);
    }
    return n;
}

static void lists(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    size_t n;

    import_real(r, &n);
    assert_int_equal(listed(r, "", ""), 75);
    assert_int_equal(listed(r, "44/4403/440305/", ""), 14);
    assert_int_equal(listed(r, "44/4403/440305/440305001/", "community"), 12);
    assert_int_equal(listed(r, "44/4403/440306/", "street"), 2);
    assert_int_equal(listed(r, "44/4403/440306/440306025/", ""), 6);
    assert_int_equal(listed(r, "62/", "county"), 1);
    assert_int_equal(listed(r, "11/", ""), 0);
    assert_int_equal(listed(r, "", "hamlet"), 0);
}

static size_t searched(struct test_record *r, const char *text, const char *kind)
{
    const struct li_area_query query = {.text = li_str(text), .kind = li_str(kind)};
    struct li_area *areas = NULL;
    size_t n = 0;

    assert_ok(r->t, li_area_search(r->ctx, reader(r), 1, &query, &areas, &n));
    for (size_t i = 1; i < n; i++) {
        assert_true(areas[i - 1].path.len <= areas[i].path.len);
    }
    return n;
}

static void searches(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    size_t n;

    import_real(r, &n);
    assert_int_equal(searched(r, "南头城", ""), 1);
    assert_int_equal(searched(r, "南山", "county"), 1);
    assert_int_equal(searched(r, "440305001", "community"), 12);
    assert_int_equal(searched(r, "4", ""), LI_AREA_FOUND);
    assert_int_equal(searched(r, "%", ""), 0);
    assert_int_equal(searched(r, "4_0", ""), 0);
    assert_int_equal(searched(r, "!", ""), 0);
}

static void upwards(struct test_store *t)
{
    struct li_str path = LI_S("44/4403/440305/");

    (void)t;
    assert_true(li_area_path_up(&path));
    assert_true(li_str_is(path, "44/4403/"));
    assert_true(li_area_path_up(&path));
    assert_true(li_str_is(path, "44/"));
    assert_false(li_area_path_up(&path));
    assert_true(li_str_is(path, "44/"));
    path = LI_S("");
    assert_false(li_area_path_up(&path));
}

/* ---- importing ------------------------------------------------------------------ */

/* Children before parents, and onto what is there. */
static void in_any_order(struct test_store *t)
{
    static const struct li_area_row first[] = {
        ROW("440305001001", "440305001", "community", "南头城社区居委会"),
        ROW("440305001", "440305", "street", "南头街道"),
        ROW("440305", "44", "county", "南山区"),
        ROW("44", "", "province", "广东省"),
    };
    static const struct li_area_row more[] = {
        ROW("440305001003", "440305001", "community", "大新社区居委会")};
    struct test_record *r = records_open(t, commands, NULL);
    struct li_area area;
    struct li_job job;
    const struct li_area_import args = {.rows = first, .count = 4, .source = LI_S("x")};
    int64_t rev = records_number(r, &tenant_rev_now, LI_ARGS(li_v(1)));

    job = records_run_job(r, &li_area_import, &args);
    assert_ok(t, job.status);
    const struct li_area_imported *made = job.plan;
    assert_int_equal(made->added, 4);
    assert_int_equal(made->changed, 0);
    assert_ok(t, import(r, more, 1));
    assert_ok(t, li_area_find(r->ctx, reader(r), 1, LI_S("440305001003"), &area));
    assert_true(li_str_is(area.path, "44/440305/440305001/440305001003/"));
    assert_int_equal(records_number(r, &tenant_rev_now, LI_ARGS(li_v(1))), rev + 2);
    assert_verifies(r, 1);
}

static void refused(struct test_record *r, const struct li_area_row *rows, size_t n, int code,
                    const char *where)
{
    int64_t before = count(r, 1), entries = records_number(r, &import_entries, LI_ARGS(li_v(1)));

    assert_int_equal(import(r, rows, n), -code);
    assert_told(r->t, where);
    assert_int_equal(count(r, 1), before);
    assert_int_equal(records_number(r, &import_entries, LI_ARGS(li_v(1))), entries);
}

/* One bad row, and nothing of the table is there. */
static void all_or_nothing(struct test_store *t)
{
    static const struct li_area_row lost[] = {ROW("44", "", "province", "广东省"),
                                              ROW("4503", "45", "city", "桂林市")};
    static const struct li_area_row twice[] = {ROW("44", "", "province", "广东省"),
                                               ROW("4403", "44", "city", "深圳市"),
                                               ROW("4403", "44", "city", "深圳市")};
    static const struct li_area_row upside[] = {ROW("44", "4403", "province", "广东省"),
                                                ROW("4403", "44", "city", "深圳市")};
    static const struct li_area_row bad[] = {ROW("44", "", "province", "广东省"),
                                             ROW("44x3", "44", "city", "深圳市")};
    static const struct li_area_row other[] = {ROW("45", "", "province", "广西壮族自治区"),
                                               ROW("44", "45", "province", "广东省")};
    static const struct li_area_row good[] = {ROW("44", "", "province", "广东省")};
    struct test_record *r = records_open(t, commands, NULL);

    refused(r, NULL, 0, LI_E_INVALID, "/rows");
    refused(r, lost, 2, LI_E_INVALID, "/rows/1/parent");
    refused(r, twice, 3, LI_E_INVALID, "/rows/2/code");
    refused(r, upside, 2, LI_E_INVALID, "/rows/0/parent");
    refused(r, bad, 2, LI_E_INVALID, "/rows/1/code");
    assert_int_equal(count(r, 1), 0);
    assert_ok(t, import(r, good, 1));
    refused(r, other, 2, LI_E_INVALID, "/rows/1/parent");
    assert_int_equal(count(r, 1), 1);
}

/* The same table again changes nothing; another tenant has its own. */
static void again_and_elsewhere(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    size_t n = 0;
    struct li_area_row *rows = import_real(r, &n);
    struct li_str before = records_text(r, &import_payload, LI_ARGS(li_v(1)));

    assert_ok(t, import(r, rows, n));
    assert_int_equal(count(r, 1), 75);
    records_found(r, 2);
    r->tenant = 2;
    assert_ok(t, import(r, rows, n));
    assert_int_equal(count(r, 2), 75);
    /* The same rows have the same hash, whoever imports them. */
    assert_true(before.len > 64);
    struct li_str hash = LI_S("\"changed\":0,\"count\":75,\"hash\":\"");
    assert_true(memmem(before.ptr, before.len, hash.ptr, hash.len) != NULL);
    struct li_str theirs = records_text(r, &import_payload, LI_ARGS(li_v(2)));
    assert_int_equal(memcmp(before.ptr, theirs.ptr, hash.len + 64), 0);
}

/* History says how much came from where, not what. */
static void payload(struct test_store *t)
{
    static const struct li_area_row rows[] = {ROW("44", "", "province", "广东省")};
    struct test_record *r = records_open(t, commands, NULL);
    struct li_str text;
    struct li_node *node;

    assert_ok(t, import(r, rows, 1));
    text = records_text(r, &import_payload, LI_ARGS(li_v(1)));
    assert_ok(t, li_json_read(r->ctx, text, &node));
    assert_int_equal(li_node_get(node, "count")->number, 1);
    assert_int_equal(li_node_text(node, "hash").len, 64);
    assert_true(li_str_is(li_node_text(node, "source"), "a test"));
    assert_int_equal(li_node_get(node, "changed")->number, 0);
    assert_int_equal(node->map.count, 4);
}

int main(void)
{
    static const struct store_test tests[] = {
        SQLITE_TEST(a_good_file),
        SQLITE_TEST(bad_rows),
        SQLITE_TEST(bad_files),
        SQLITE_TEST(many_bad_rows),
        SQLITE_TEST(plain_names),
        SQLITE_TEST(upwards),
        STORE_TEST(real_names),
        STORE_TEST(finds),
        STORE_TEST(lists),
        STORE_TEST(searches),
        STORE_TEST(in_any_order),
        STORE_TEST(all_or_nothing),
        STORE_TEST(again_and_elsewhere),
        STORE_TEST(payload),
    };

    return STORE_TESTS_RUN("areas", tests);
}
