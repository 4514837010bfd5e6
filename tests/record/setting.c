/*
 * Settings and class codes: standard values, what is refused, what stays.
 */
#include "record/setting.h"

#include "base/asset.h"
#include "base/json.h"
#include "lib/records.h"
#include "lib/town.h"
#include "record/code.h"

LI_SQL(setting_rev, "select rev from tenant where tenant = $1");
LI_SQL(setting_payload, "select payload from history where tenant = $1 and command = $2 "
                        "order by seq desc limit 1");

static const struct li_command *const commands[] = {&li_setting_put, &li_code_import, NULL};

static int put(struct test_record *r, const char *text)
{
    struct li_node *values;
    struct li_setting_args args;

    li_ctx_clear(r->ctx);
    assert_ok(r->t, li_json_read(r->ctx, li_str(text), &values));
    args.values = values;
    return records_run(r, &li_setting_put, &args);
}

static void standard_hours(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    struct li_office_hours hours;

    assert_ok(t, li_setting_office_hours(r->ctx, t->writer, 1, &hours));
    for (int day = 0; day < 7; day++)
        assert_int_equal(hours.counts[day], day < 5 ? 2 : 0);
    assert_int_equal(hours.spans[4][0].from, 9 * 60);
    assert_int_equal(hours.spans[4][0].to, 12 * 60);
    assert_int_equal(hours.spans[0][1].from, 14 * 60);
    assert_int_equal(hours.spans[0][1].to, 18 * 60);
}

#define WEEK(mon)                                                                                  \
    "{\"office_hours\":{\"mon\":" mon                                                              \
    ",\"tue\":[],\"wed\":[],\"thu\":[],\"fri\":[],\"sat\":[{\"from\":\"08:30\",\"to\":\"24:00\"}]" \
    ",\"sun\":[]}}"

/* A program of one's own without a filing number, and what is no setting at all. */
static void field_app(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    static const char *const wrong[] = {
        "{\"field_app\":{\"own\":true,\"filing\":\"\"}}",
        "{\"field_app\":{\"own\":true,\"filing\":\"  \"}}",
        "{\"field_app\":{\"own\":1,\"filing\":\"x\"}}",
        "{\"field_app\":{\"own\":false}}",
        "{\"field_app\":[]}",
    };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(put(r, wrong[i]), -LI_E_INVALID);
    assert_ok(t, put(r, "{\"field_app\":{\"own\":true,\"filing\":\"A\"}}"));
    assert_ok(t, put(r, "{\"field_app\":{\"own\":false,\"filing\":\"\"}}"));
}

static void own_hours(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    int64_t rev = records_number(r, &setting_rev, LI_ARGS(li_v(1)));
    struct li_office_hours hours;
    struct li_str payload;

    assert_ok(t, put(r, WEEK("[{\"from\":\"00:00\",\"to\":\"07:15\"}]")));
    assert_int_equal(records_number(r, &setting_rev, LI_ARGS(li_v(1))), rev + 1);
    assert_ok(t, li_setting_office_hours(r->ctx, t->writer, 1, &hours));
    assert_int_equal(hours.counts[0], 1);
    assert_int_equal(hours.spans[0][0].to, 7 * 60 + 15);
    assert_int_equal(hours.counts[1], 0);
    assert_int_equal(hours.spans[5][0].from, 8 * 60 + 30);
    assert_int_equal(hours.spans[5][0].to, 24 * 60);
    payload = records_text(r, &setting_payload, LI_ARGS(li_v(1), li_v_text(LI_S("setting.put"))));
    assert_non_null(memmem(payload.ptr, payload.len, "\"office_hours\"", 14));
    assert_verifies(r, 1);
}

static void refused(struct test_store *t)
{
    static const struct {
        const char *text, *where;
    } wrong[] = {
        {"{}", ""},
        {"{\"colour\":1}", "/colour"},
        {"{\"office_hours\":[]}", "/office_hours"},
        {"{\"office_hours\":{\"mon\":[]}}", "/office_hours"},
        {WEEK("[]"), "/office_hours/mon"},
        {WEEK("5"), "/office_hours/mon"},
        {WEEK("[7]"), "/office_hours/mon/0"},
        {WEEK("[{\"from\":\"9:00\",\"to\":\"12:00\"}]"), "/office_hours/mon/0/from"},
        {WEEK("[{\"from\":\"09:00\",\"to\":\"12:60\"}]"), "/office_hours/mon/0/to"},
        {WEEK("[{\"from\":\"09:00\",\"to\":\"24:01\"}]"), "/office_hours/mon/0/to"},
        {WEEK("[{\"from\":\"09:00\",\"to\":\"09:00\"}]"), "/office_hours/mon/0/to"},
        {WEEK("[{\"from\":\"09:00\",\"to\":\"12:00\"},{\"from\":\"11:59\",\"to\":\"13:00\"}]"),
         "/office_hours/mon/1/from"},
    };
    struct test_record *r = records_open(t, commands, NULL);
    int64_t rev = records_number(r, &setting_rev, LI_ARGS(li_v(1)));

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(put(r, wrong[i].text), -LI_E_INVALID);
        assert_told_at(r, wrong[i].where);
    }
    assert_int_equal(records_number(r, &setting_rev, LI_ARGS(li_v(1))), rev);
}

/* ---- class codes ------------------------------------------------------------------- */

static struct li_code_imported import(struct test_record *r, const char *path)
{
    const struct li_asset *asset = li_asset_find(li_str(path));
    struct li_code_import args = {.source = li_str(path)};
    struct li_code *rows;
    struct li_job job;

    assert_non_null(asset);
    assert_ok(r->t, li_code_read(r->ctx, path, asset->bytes, &rows, &args.count));
    args.rows = rows;
    job = records_run_job(r, &li_code_import, &args);
    assert_ok(r->t, job.status);
    return *(struct li_code_imported *)job.plan;
}

static size_t found(struct test_record *r, const char *scheme, const char *words)
{
    struct li_code *codes = NULL;
    size_t count = 0;

    assert_ok(r->t,
              li_code_list(r->ctx, r->t->writer, 1, li_str(scheme), li_str(words), &codes, &count));
    return count;
}

static void codes_come_with_linli(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    struct li_code code;

    assert_int_equal(import(r, "data/classes/gbt30428.tsv").added, 139);
    assert_true(import(r, "data/classes/own.tsv").added >= 12);
    assert_int_equal(found(r, "part", ""), 85);
    assert_int_equal(found(r, "event", ""), 54);
    assert_int_equal(found(r, "", ""), 139 + found(r, "own", ""));
    assert_ok(t, li_code_at(r->ctx, t->writer, 1, LI_S("event:0102"), &code));
    assert_true(li_str_is(code.name, "暴露垃圾"));
    assert_true(li_str_is(code.name_en, "Exposed rubbish"));
    assert_ok(t, li_code_find(r->ctx, t->writer, 1, LI_S("part"), LI_S("0102"), &code));
    assert_true(li_str_is(code.name, "污水井盖"));
    assert_int_equal(found(r, "part", "路灯"), 2);
    assert_int_equal(found(r, "", "STREET lamp"), 1);
    assert_int_equal(found(r, "event", "01"), 19);
    assert_int_equal(found(r, "event", "街面秩序"), 14);
    assert_int_equal(found(r, "", "没有这个词"), 0);
    li_ctx_clear(r->ctx);
    assert_int_equal(li_code_at(r->ctx, t->writer, 1, LI_S("event:9898"), &code), -LI_E_NOT_FOUND);
    assert_int_equal(li_code_at(r->ctx, t->writer, 1, LI_S("event"), &code), -LI_E_NOT_FOUND);
    assert_int_equal(r->ctx->error_count, 0);
    assert_verifies(r, 1);
}

static struct li_code lamp(void)
{
    return (struct li_code){.scheme = LI_S("own"),
                            .code = LI_S("A1"),
                            .group = LI_S("灯"),
                            .group_en = LI_S("Lamps"),
                            .name = LI_S("路灯"),
                            .name_en = LI_S("Lamp"),
                            .edition = LI_S("1"),
                            .evidence = LI_S("own")};
}

static int import_one(struct test_record *r, const struct li_code *row,
                      struct li_code_imported *ret)
{
    const struct li_code_import args = {.rows = row, .count = 1};
    struct li_job job = records_run_job(r, &li_code_import, &args);

    if (job.status == 0)
        *ret = *(struct li_code_imported *)job.plan;
    return job.status;
}

/* What a code means stays; the words around it may be mended. */
static void codes_keep_their_meaning(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    struct li_code row = lamp(), code;
    struct li_code_imported done = {0};

    assert_ok(t, import_one(r, &row, &done));
    assert_int_equal(done.added, 1);
    assert_ok(t, import_one(r, &row, &done));
    assert_int_equal(done.added + done.changed, 0);
    row.name_en = LI_S("Street lamp");
    row.edition = LI_S("2");
    assert_ok(t, import_one(r, &row, &done));
    assert_int_equal(done.changed, 1);
    assert_ok(t, li_code_find(r->ctx, t->writer, 1, LI_S("own"), LI_S("A1"), &code));
    assert_true(li_str_is(code.name_en, "Street lamp") && li_str_is(code.edition, "2"));
    row.name = LI_S("井盖");
    assert_int_equal(import_one(r, &row, &done), -LI_E_UNIQUE);
    assert_told_at(r, "/rows/0/name");
}

static void codes_refused(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    struct li_code twice[2] = {lamp(), lamp()}, row = lamp();
    struct li_code_import args = {.rows = twice, .count = 2};
    struct li_code_imported done = {0};

    assert_int_equal(records_run(r, &li_code_import, &args), -LI_E_INVALID);
    assert_told_at(r, "/rows/1/code");
    row.scheme = LI_S("Own");
    assert_int_equal(import_one(r, &row, &done), -LI_E_INVALID);
    assert_told_at(r, "/rows/0/scheme");
    row = lamp();
    row.code = LI_S("a1");
    assert_int_equal(import_one(r, &row, &done), -LI_E_INVALID);
    assert_told_at(r, "/rows/0/code");
    row = lamp();
    row.name_en = LI_S("");
    assert_int_equal(import_one(r, &row, &done), -LI_E_INVALID);
    assert_told_at(r, "/rows/0/name_en");
    assert_int_equal(found(r, "", ""), 0);
}

static void a_table_says_its_bad_lines(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    const char *heading = "scheme\tcode\tgroup\tgroup_en\tname\tname_en\tedition\tevidence\n";
    struct li_code *rows = NULL;
    size_t count = 0;

    assert_int_equal(li_code_read(r->ctx, "x.tsv", LI_S("code\tname\n"), &rows, &count),
                     -LI_E_SYNTAX);
    assert_told_at(r, "x.tsv:1");
    assert_int_equal(
        li_code_read(r->ctx, "x.tsv",
                     li_strf(r->ctx, "%sown\tA1\n\na\tb\tc\td\te\tf\tg\th\ni\n", heading), &rows,
                     &count),
        -LI_E_INVALID);
    assert_told_at(r, "x.tsv:2");
    assert_told_at(r, "x.tsv:5");
    li_ctx_clear(r->ctx);
    assert_ok(t, li_code_read(r->ctx, "x.tsv",
                              li_strf(r->ctx, "\xef\xbb\xbf%sa\tb\tc\td\te\tf\tg\th\r\n", heading),
                              &rows, &count));
    assert_int_equal(count, 1);
    assert_true(li_str_is(rows[0].evidence, "h"));
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(standard_hours),
        STORE_TEST(field_app),
        STORE_TEST(own_hours),
        STORE_TEST(refused),
        STORE_TEST(codes_come_with_linli),
        STORE_TEST(codes_keep_their_meaning),
        STORE_TEST(codes_refused),
        STORE_TEST(a_table_says_its_bad_lines),
    };

    return STORE_TESTS_RUN("setting", tests);
}
