/* Screens: a link that can be told again, is this tenant's alone, and ends. */
#include "people/screen.h"

#include "base/time.h"
#include "lib/town.h"

LI_SQL(screen_told, "select payload from history where tenant = $1 and command = $2 "
                    "order by seq desc limit 1");

static int by_key(struct test_record *r, struct li_str key, struct li_screen *ret)
{
    return li_screen_by_key(r->ctx, r->record, r->t->writer, r->tenant, key, ret);
}

static void links(struct test_store *t)
{
    struct test_record *r = town_open(t);
    const struct li_screen_args args = {.name = LI_S("指挥大厅"), .area_code = LI_S("440305001")};
    struct li_screen *screens, screen;
    struct li_screen_end_args end;
    struct li_str key, again;
    char forged[LI_SCREEN_KEY];
    size_t count;

    assert_ok(t, records_run(r, &li_screen_make, &args));
    assert_ok(t, li_screen_list(r->ctx, r->t->writer, r->tenant, &screens, &count));
    assert_int_equal(count, 1);
    assert_ok(t, li_screen_key(r->ctx, r->record, r->tenant, screens[0].id, &key));
    assert_ok(t, li_screen_key(r->ctx, r->record, r->tenant, screens[0].id, &again));
    assert_true(li_str_eq(key, again));
    assert_ok(t, by_key(r, key, &screen));
    assert_int_equal(screen.id, screens[0].id);
    assert_true(li_str_ends(screen.area_path, LI_S("440305001/")));
    memcpy(forged, key.ptr, key.len);
    forged[LI_SCREEN_KEY - 3] = forged[LI_SCREEN_KEY - 3] == '0' ? '1' : '0';
    assert_int_equal(by_key(r, li_str_n(forged, key.len), &screen), -LI_E_NOT_FOUND);
    assert_int_equal(by_key(r, LI_S("0"), &screen), -LI_E_NOT_FOUND);
    assert_true(li_str_is(
        records_text(r, &screen_told, LI_ARGS(li_v(r->tenant), li_v_text(LI_S("screen.make")))),
        "{\"area\":\"440305001\",\"name\":\"指挥大厅\"}"));
    end = (struct li_screen_end_args){.id = screens[0].id};
    assert_ok(t, records_run(r, &li_screen_end, &end));
    assert_int_equal(by_key(r, key, &screen), -LI_E_NOT_FOUND);
    assert_int_equal(records_run(r, &li_screen_end, &end), -LI_E_STATE);
    assert_ok(t, li_screen_list(r->ctx, r->t->writer, r->tenant, &screens, &count));
    assert_int_equal(count, 0);
}

static void refused(struct test_store *t)
{
    struct test_record *r = town_open(t);
    const struct li_screen_args unnamed = {.name = LI_S(""), .area_code = LI_S("440305001")};
    const struct li_screen_args nowhere = {.name = LI_S("大厅"), .area_code = LI_S("99")};
    const struct li_screen_end_args none = {.id = 7};

    assert_int_equal(records_run(r, &li_screen_make, &unnamed), -LI_E_INVALID);
    assert_int_equal(records_run(r, &li_screen_make, &nowhere), -LI_E_INVALID);
    assert_int_equal(records_run(r, &li_screen_end, &none), -LI_E_NOT_FOUND);
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(links), STORE_TEST(refused)};

    return STORE_TESTS_RUN("screen", tests);
}
