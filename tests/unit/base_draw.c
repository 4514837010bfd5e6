/* base/draw: a chain of seeds, and what is drawn by them. */
#include "base.h"
#include "base/draw.h"
#include "base/time.h"

#include <stdio.h>

static struct li_draw_chain chain;

static void make(void)
{
    const struct li_hash last = li_hash_of(LI_S("a key"));

    li_draw_chain(&last, 12 * 2026 + 10, &chain);
}

static void a_seed_leads_to_the_root(void **state)
{
    (void)state;
    make();
    for (int32_t m = chain.begun; m < chain.begun + LI_DRAW_MONTHS; m += 37)
        assert_true(li_draw_proves(&chain.links[0], chain.begun, m, li_draw_seed(&chain, m)));
    assert_false(li_draw_proves(&chain.links[0], chain.begun, chain.begun + 7,
                                li_draw_seed(&chain, chain.begun + 8)));
    assert_null(li_draw_seed(&chain, chain.begun - 1));
    assert_null(li_draw_seed(&chain, chain.begun + LI_DRAW_MONTHS));
    assert_non_null(li_draw_seed(&chain, chain.begun + LI_DRAW_MONTHS - 1));
}

static void months_are_those_of_china(void **state)
{
    char text[LI_DRAW_MONTH_TEXT];
    int64_t first = li_day_start(li_day_of(2026, 12, 1));

    (void)state;
    li_draw_month_text(li_draw_month(first), text);
    assert_string_equal(text, "2026-12");
    li_draw_month_text(li_draw_month(first - 1), text);
    assert_string_equal(text, "2026-11");
    assert_int_equal(li_draw_month(first), 12 * 2026 + 11);
}

/* As docs/inside/playbook.md tells it to whoever checks: of these bytes BLAKE2b-256. */
static void the_value_is_that_of_the_rule(void **state)
{
    const struct li_hash seed = li_hash_of(LI_S("seed"));
    const struct li_draw draw = {LI_S("service-request"), LI_S("26-000123X"), LI_S("spot_check")};
    int counts[10] = {0};

    (void)state;
    assert_int_equal(li_draw_value(&seed, &draw), 1659);
    for (int i = 0; i < 10000; i++) {
        char number[16];
        snprintf(number, sizeof(number), "26-%06d", i);
        counts[li_draw_value(&seed, &(struct li_draw){draw.playbook, li_str(number), draw.name}) /
               1000]++;
    }
    for (int i = 0; i < 10; i++)
        assert_in_range(counts[i], 900, 1100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_seed_leads_to_the_root),
        TEST(months_are_those_of_china),
        TEST(the_value_is_that_of_the_rule),
    };

    if (li_crypto_init() != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
