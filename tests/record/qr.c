/*
 * Codes on walls: signed texts, one current code a place, retiring.
 */
#include "area/qr.h"

#include "lib/town.h"

LI_SQL(qr_entries, "select cast(count(*) as bigint) from history where tenant = $1");

static const struct li_command *const commands[] = {&li_area_import, &li_qr_make, &li_qr_retire,
                                                    NULL};

static struct test_record *open(struct test_store *t)
{
    return town_open_with(t, commands, NULL);
}

static size_t make(struct test_record *r, const char *area, const char *kind)
{
    const struct li_str kinds[] = {li_str(kind)};
    const struct li_qr_make_args args = {
        .area_code = li_str(area), .kinds = kinds, .kind_count = kind ? 1 : 0};
    struct li_job job = records_run_job(r, &li_qr_make, &args);

    assert_ok(r->t, job.status);
    return ((struct li_qr_made *)job.plan)->count;
}

static int opens(struct test_record *r, struct li_str text, const char *area)
{
    struct li_str found = {0};
    int code = li_qr_open(r->ctx, r->record, r->t->writer, 1, text, &found);

    if (code == 0)
        assert_true(li_str_is(found, area));
    return code;
}

static struct li_str text_of(struct test_record *r, int64_t number)
{
    struct li_str text;

    assert_ok(r->t, li_qr_text(r->ctx, r->record, 1, number, &text));
    assert_int_equal(text.len, LI_QR_TEXT);
    return text;
}

static void a_code_opens_its_place(struct test_store *t)
{
    struct test_record *r = open(t);
    char small[LI_QR_TEXT];
    struct li_str text;
    int64_t number;

    assert_int_equal(make(r, "440305001003", NULL), 1);
    text = text_of(r, 1);
    assert_int_equal(opens(r, text, "440305001003"), 0);
    for (int i = 0; i < LI_QR_TEXT; i++)
        small[i] = (char)(text.ptr[i] | (text.ptr[i] >= 'A' ? 0x20 : 0));
    assert_int_equal(opens(r, li_str_n(small, LI_QR_TEXT), "440305001003"), 0);
    assert_ok(t, li_qr_number(r->ctx, r->record, 1, text, &number));
    assert_int_equal(number, 1);
    records_reopen(r);
    assert_int_equal(opens(r, text, "440305001003"), 0);
    assert_verifies(r, 1);
}

/* Every other letter anywhere makes it a forgery, and nothing is told. */
static void forged_codes_open_nothing(struct test_store *t)
{
    struct test_record *r = open(t);
    struct li_str text, other;
    char forged[LI_QR_TEXT];
    int64_t number = 7;

    make(r, "440305001003", NULL);
    text = text_of(r, 1);
    for (int i = 0; i < LI_QR_TEXT; i++) {
        memcpy(forged, text.ptr, LI_QR_TEXT);
        forged[i] = forged[i] == '7' ? '8' : '7';
        assert_int_equal(li_qr_number(r->ctx, r->record, 1, li_str_n(forged, LI_QR_TEXT), &number),
                         -LI_E_NOT_FOUND);
    }
    records_found(r, 2);
    assert_ok(t, li_qr_text(r->ctx, r->record, 2, 1, &other)); /* of another tenant */
    assert_int_equal(opens(r, other, ""), -LI_E_NOT_FOUND);
    assert_int_equal(opens(r, text_of(r, 2), ""), -LI_E_NOT_FOUND); /* never made */
    assert_int_equal(opens(r, LI_S(""), ""), -LI_E_NOT_FOUND);
    assert_int_equal(opens(r, LI_S("0000000000000000"), ""), -LI_E_NOT_FOUND);
    assert_int_equal(opens(r, LI_S("UUUUUUUUUUUUUUUU"), ""), -LI_E_NOT_FOUND);
    assert_int_equal(number, 7);
    assert_int_equal(r->ctx->error_count, 0);
}

static void many_at_once_and_none_twice(struct test_store *t)
{
    struct test_record *r = open(t);
    struct li_qr *codes = NULL;
    struct li_area *areas = NULL;
    size_t n = 0, places = 0;

    assert_ok(t, li_area_list(r->ctx, t->writer, 1, LI_S(TOWN_STREET), LI_S("community"), &areas,
                              &places));
    assert_true(places > 5);
    assert_int_equal(make(r, "440305001003", NULL), 1);
    assert_int_equal(make(r, "440305001", "community"), places - 1);
    assert_int_equal(make(r, "440305001", "community"), 0);
    assert_ok(t, li_qr_sheet(r->ctx, t->writer, 1, LI_S(TOWN_STREET), 0, 100, &codes, &n));
    assert_int_equal(n, places);
    for (size_t i = 0; i < n; i++) {
        assert_true(li_str_eq(codes[i].area.code, areas[i].code));
        assert_int_equal(opens(r, text_of(r, codes[i].number), codes[i].area.code.ptr), 0);
    }
    assert_ok(t, li_qr_sheet(r->ctx, t->writer, 1, LI_S(TOWN_STREET), 2, 3, &codes, &n));
    assert_true(n == 3 && li_str_eq(codes[0].area.code, areas[2].code));
    assert_ok(t, li_qr_list(r->ctx, t->writer, 1, LI_S(TOWN_STREET), 1, 2, &codes, &n));
    assert_true(n == 2 && codes[0].number == 2 && codes[1].number == 3);
    assert_ok(t, li_qr_list(r->ctx, t->writer, 1, LI_S(TOWN_COMMUNITY), 0, 9, &codes, &n));
    assert_true(n == 1 && codes[0].number == 1 && codes[0].retired_at == 0);
}

static void a_retired_code_is_over(struct test_store *t)
{
    struct test_record *r = open(t);
    struct li_qr_retire_args args = {.number = 1};
    struct li_qr code;

    make(r, "440305001003", NULL);
    assert_ok(t, records_run(r, &li_qr_retire, &args));
    assert_int_equal(opens(r, text_of(r, 1), ""), -LI_E_NOT_FOUND);
    assert_ok(t, li_qr_find(r->ctx, t->writer, 1, 1, &code));
    assert_true(code.retired_at > 0);
    assert_int_equal(make(r, "440305001003", NULL), 1); /* another number */
    assert_int_equal(opens(r, text_of(r, 2), "440305001003"), 0);
    int64_t before = records_number(r, &qr_entries, LI_ARGS(li_v(1)));
    assert_int_equal(records_run(r, &li_qr_retire, &args), -LI_E_STATE);
    args.number = 99;
    assert_int_equal(records_run(r, &li_qr_retire, &args), -LI_E_NOT_FOUND);
    const struct li_qr_make_args nowhere = {.area_code = LI_S("999999")};
    assert_int_equal(records_run(r, &li_qr_make, &nowhere), -LI_E_INVALID);
    assert_told_at(r, "/area");
    assert_int_equal(records_number(r, &qr_entries, LI_ARGS(li_v(1))), before);
    assert_verifies(r, 1);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(a_code_opens_its_place),
        STORE_TEST(forged_codes_open_nothing),
        STORE_TEST(many_at_once_and_none_twice),
        STORE_TEST(a_retired_code_is_over),
    };

    return STORE_TESTS_RUN("qr", tests);
}
