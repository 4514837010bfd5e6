/*
 * serve/exposition: what a Prometheus reads, byte by byte.  Whole texts are read by a
 * strict reader in tests/serve/operations.py.
 */
#include "base.h"
#include "serve/exposition.h"

static void escapes_what_must_be(void **state)
{
    const struct li_label label = {"a", LI_S("x\"y\\z\nw")};
    struct li_buf buf;

    (void)state;
    li_buf_init(&buf, 0);
    li_expose_family(&buf, "f", "gauge", "one \\ two\n\"three\"");
    li_expose_int(&buf, "f", &label, 1, -7);
    assert_str(li_buf_view(&buf), "# HELP f one \\\\ two\\n\"three\"\n# TYPE f gauge\n"
                                  "f{a=\"x\\\"y\\\\z\\nw\"} -7\n");
    li_buf_done(&buf);
}

/* A value that is a bound lies below it; the last bucket is the count. */
static void buckets_are_cumulative(void **state)
{
    static const struct li_bounds bounds = {.count = 3, .ends = {1, 10, 100}};
    static const int64_t values[] = {0, 1, 2, 10, 11, 100, 101, 5000};
    const struct li_label label = {"a", LI_S("b")};
    struct li_meter meter = {.sum = 0};
    struct li_buf buf;

    (void)state;
    for (size_t i = 0; i < COUNT(values); i++) {
        li_meter_add(&meter, &bounds, values[i]);
    }
    li_buf_init(&buf, 0);
    li_expose_meter(&buf, "m", &label, 1, &meter, &bounds, 10);
    assert_str(li_buf_view(&buf), "m_bucket{a=\"b\",le=\"0.1\"} 2\n"
                                  "m_bucket{a=\"b\",le=\"1\"} 4\n"
                                  "m_bucket{a=\"b\",le=\"10\"} 6\n"
                                  "m_bucket{a=\"b\",le=\"+Inf\"} 8\n"
                                  "m_sum{a=\"b\"} 522.5\n"
                                  "m_count{a=\"b\"} 8\n");
    li_buf_done(&buf);
}

static void bounds_rise(void **state)
{
    const struct li_bounds *all[] = {&li_bounds_time, &li_bounds_batch};

    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_in_range(all[i]->count, 1, LI_METER_BOUNDS);
        for (int k = 1; k < all[i]->count; k++) {
            assert_true(all[i]->ends[k] > all[i]->ends[k - 1]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(escapes_what_must_be),
        TEST(buckets_are_cumulative),
        TEST(bounds_rise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
