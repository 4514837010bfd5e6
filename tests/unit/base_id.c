/*
 * base/id: order, uniqueness between threads, the text form, base 32.
 */
#include <pthread.h>
#include <stdlib.h>

#include "base.h"
#include "base/id.h"
#include "base/time.h"

/* 2026-11-21T00:00:00Z */
#define NOW INT64_C(1795219200000000)

static void grow_under_a_held_clock(void **state)
{
    struct li_clock clock = {.held = NOW};
    struct li_ids ids = {.node = 3};
    int64_t last = 0;

    (void)state;
    /* More than the 32,768 of one millisecond: the count borrows the next. */
    for (int i = 0; i < 100000; i++) {
        const int64_t id = li_id_next(&ids, &clock);

        assert_true(id > last);
        assert_int_equal((id >> 15) & 63, 3);
        last = id;
    }
}

static void grow_when_the_clock_goes_back(void **state)
{
    struct li_clock clock = {.held = NOW};
    struct li_ids ids = {.node = 0};
    const int64_t first = li_id_next(&ids, &clock);

    (void)state;
    clock.held = NOW - LI_DAY;
    assert_true(li_id_next(&ids, &clock) > first);
    clock.held = NOW - 20 * 366 * LI_DAY;
    assert_true(li_id_next(&ids, &clock) > first);
}

static void hold_the_time_and_the_node(void **state)
{
    struct li_clock clock = {.held = NOW};
    struct li_ids ids = {.node = 63};
    const int64_t id = li_id_next(&ids, &clock);

    (void)state;
    assert_int_equal(id >> 21, NOW / 1000 - INT64_C(1577836800000));
    assert_int_equal((id >> 15) & 63, 63);
    clock.held = 1;
    ids = (struct li_ids){.node = 0};
    assert_true(li_id_next(&ids, &clock) > 0);
}

static void floors_part_before_from_after(void **state)
{
    struct li_clock clock = {0};
    struct li_ids ids = {.node = 63};
    const int64_t now = INT64_C(1772413200123456);
    int64_t id;

    (void)state;
    atomic_store(&clock.held, now);
    id = li_id_next(&ids, &clock);
    assert_true(id >= li_id_floor(now));
    assert_true(id < li_id_floor(now + 1000));
    assert_int_equal(li_id_floor(0), 0);
    assert_true(li_id_floor(INT64_MAX) == INT64_MAX);
}

static void nodes_never_meet(void **state)
{
    struct li_clock clock = {.held = NOW};
    struct li_ids a = {.node = 1}, b = {.node = 2};

    (void)state;
    for (int i = 0; i < 70000; i++)
        assert_true(li_id_next(&a, &clock) != li_id_next(&b, &clock));
}

#define THREADS 4
#define EACH    20000

struct maker {
    struct li_ids *ids;
    int64_t made[EACH];
};

static void *make(void *arg)
{
    struct maker *maker = arg;

    for (int i = 0; i < EACH; i++)
        maker->made[i] = li_id_next(maker->ids, NULL);
    return NULL;
}

static int by_number(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

static void threads_never_meet(void **state)
{
    struct li_ids ids = {.node = 5};
    struct maker *makers = calloc(THREADS, sizeof(*makers));
    int64_t *all = calloc(THREADS * EACH, sizeof(*all));
    pthread_t threads[THREADS];

    (void)state;
    for (int i = 0; i < THREADS; i++) {
        makers[i].ids = &ids;
        assert_int_equal(pthread_create(&threads[i], NULL, make, &makers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        for (int k = 1; k < EACH; k++)
            assert_true(makers[i].made[k] > makers[i].made[k - 1]);
        memcpy(all + i * EACH, makers[i].made, sizeof(makers[i].made));
    }
    qsort(all, THREADS * EACH, sizeof(*all), by_number);
    for (int i = 1; i < THREADS * EACH; i++)
        assert_true(all[i] != all[i - 1]);
    free(all);
    free(makers);
}

static void texts_read_back_and_sort_alike(void **state)
{
    struct li_ctx *ctx = *state;
    static const struct {
        int64_t id;
        const char *text;
    } known[] = {{0, "0000000000000"},
                 {1, "0000000000001"},
                 {31, "000000000000Z"},
                 {32, "0000000000010"},
                 {INT64_MAX, "7ZZZZZZZZZZZZ"}};
    char last[LI_ID_TEXT + 1] = "";
    uint64_t seed = 1;
    int64_t back;

    for (size_t i = 0; i < COUNT(known); i++) {
        char text[LI_ID_TEXT + 1];

        li_id_format(known[i].id, text);
        assert_string_equal(text, known[i].text);
        assert_true(strcmp(last, text) < 0);
        memcpy(last, text, sizeof(text));
        assert_int_equal(li_id_parse(ctx, li_str(text), &back), 0);
        assert_true(back == known[i].id);
    }
    for (int i = 0; i < 10000; i++) {
        char text[LI_ID_TEXT + 1];
        int64_t id;

        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
        id = (int64_t)(seed >> 1);
        li_id_format(id, text);
        assert_int_equal(li_id_parse(ctx, li_str(text), &back), 0);
        assert_true(back == id);
    }
}

static void refuse_what_is_none(void **state)
{
    struct li_ctx *ctx = *state;
    static const char *const bad[] = {
        "",
        "000000000000",
        "00000000000000",
        "8000000000000", /* 2^63 */
        "ZZZZZZZZZZZZZ",
        "000000000000U",
        "000000000000I",
        "000000000000O",
        "000000000000z",
        "00000000000-0",
        "路路路路x",
    };
    int64_t id = 42;

    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(li_id_parse(ctx, li_str(bad[i]), &id), -LI_E_SYNTAX);
    assert_int_equal(li_id_parse(ctx, (struct li_str){0}, &id), -LI_E_SYNTAX);
    assert_int_equal(id, 42);
}

static void bytes_in_base_32(void **state)
{
    unsigned char bytes[40], back[40];
    char text[LI_BASE32_SIZE(40)];

    (void)state;
    for (size_t len = 0; len <= sizeof(bytes); len++) {
        for (size_t i = 0; i < len; i++)
            bytes[i] = (unsigned char)(i * 37 + len * 11 + 1);
        li_base32(bytes, len, text);
        assert_int_equal(strlen(text), LI_BASE32_SIZE(len) - 1);
        memset(back, 0, sizeof(back));
        assert_true(li_base32_parse(li_str(text), back, len));
        assert_memory_equal(bytes, back, len);
        assert_false(li_base32_parse(li_str(text), back, len + 1));
    }
    li_base32("\xff\xff\xff\xff\xff", 5, text);
    assert_string_equal(text, "ZZZZZZZZ");
    li_base32("\x00\x44\x32\x14\xc7", 5, text);
    assert_string_equal(text, "01234567");
    li_base32("f", 1, text);
    assert_string_equal(text, "CR");
}

static void tokens_as_people_type_them(void **state)
{
    unsigned char bytes[5];

    (void)state;
    assert_true(li_base32_parse(LI_S("oiLlabcd"), bytes, 5));
    assert_memory_equal(bytes, "\x00\x42\x15\x2d\x8d", 5);
    assert_false(li_base32_parse(LI_S("0000000u"), bytes, 5));
    assert_false(li_base32_parse(LI_S("0000000*"), bytes, 5));
    /* Bits behind the last byte must be zero: one token, one text. */
    assert_true(li_base32_parse(LI_S("CR"), bytes, 1));
    assert_false(li_base32_parse(LI_S("CS"), bytes, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(grow_under_a_held_clock),
        TEST(grow_when_the_clock_goes_back),
        TEST(hold_the_time_and_the_node),
        TEST(floors_part_before_from_after),
        TEST(nodes_never_meet),
        TEST(threads_never_meet),
        TEST(texts_read_back_and_sort_alike),
        TEST(refuse_what_is_none),
        TEST(bytes_in_base_32),
        TEST(tokens_as_people_type_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
