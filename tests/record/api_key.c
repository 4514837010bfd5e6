/* API keys: given out once, found by their text, ended; never readable. */
#include "people/api_key.h"

#include "base/time.h"
#include "lib/town.h"

LI_SQL(api_key_told, "select payload from history where tenant = $1 and command = $2 "
                     "order by seq desc limit 1");

static int find(struct test_record *r, const char *text, int64_t now, int64_t *ret)
{
    return li_api_key_find(r->ctx, r->t->writer, r->tenant, li_str(text), now, ret);
}

static void keys(struct test_store *t)
{
    struct test_record *r = town_open(t);
    const struct li_api_key_args args = {.text = LI_S("s3cret-key"), .name = LI_S("市民热线")};
    int64_t now = li_now(r->clock), id = 0;
    struct li_api_key_end_args end;

    assert_ok(t, records_run(r, &li_api_key_make, &args));
    assert_ok(t, find(r, "s3cret-key", now, &id));
    assert_true(id > 0);
    assert_int_equal(find(r, "s3cret-kez", now, &id), -LI_E_NOT_FOUND);
    assert_int_equal(records_run(r, &li_api_key_make, &args), -LI_E_UNIQUE);
    assert_true(li_str_is(
        records_text(r, &api_key_told, LI_ARGS(li_v(r->tenant), li_v_text(LI_S("api_key.make")))),
        "{\"name\":\"市民热线\"}"));
    end = (struct li_api_key_end_args){.id = id};
    assert_ok(t, records_run(r, &li_api_key_end, &end));
    assert_int_equal(find(r, "s3cret-key", li_now(r->clock) + LI_SECOND, &id), -LI_E_NOT_FOUND);
    assert_int_equal(records_run(r, &li_api_key_end, &end), -LI_E_STATE);
    end.id = 7;
    assert_int_equal(records_run(r, &li_api_key_end, &end), -LI_E_NOT_FOUND);
    /* a text once given out is not given out again */
    assert_int_equal(records_run(r, &li_api_key_make, &args), -LI_E_UNIQUE);
}

static void refused(struct test_store *t)
{
    struct test_record *r = town_open(t);
    static const char *const texts[] = {"abc", "has blank", "密钥密钥密钥", ""};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const struct li_api_key_args args = {.text = li_str(texts[i]), .name = LI_S("x")};
        assert_int_equal(records_run(r, &li_api_key_make, &args), -LI_E_INVALID);
    }
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(keys), STORE_TEST(refused)};

    return STORE_TESTS_RUN("api_key", tests);
}
