/*
 * ballot: what is counted by hand here.  Random elections against a slow count are in
 * tests/serve/count.py.
 */
#include "ballot/election.h"
#include "base.h"

static struct li_count count_it(struct li_ctx *ctx, const struct li_election *election,
                                struct li_count_how how)
{
    struct li_count count = {0};

    assert_int_equal(li_count(ctx, election, &how, &count), 0);
    return count;
}

static void expect_chosen(const struct li_count *count, const uint16_t *options, size_t amount)
{
    assert_int_equal(count->chosen_count, amount);
    for (size_t i = 0; i < amount; i++) {
        assert_int_equal(count->chosen[i], options[i]);
    }
}

/* Nine voters, two neighbourhoods: six want the options 0 and 1, three want 2.  By points the
 * larger takes all; with equal shares the three can pay for theirs. */
static const int64_t costs[] = {30000, 30000, 30000};
static const uint16_t named[] = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 2, 2, 2};
static const uint32_t starts[] = {0, 2, 4, 6, 8, 10, 12, 13, 14, 15};
static const struct li_election town = {.option_count = 3,
                                        .costs = costs,
                                        .budget = 60000 + 30000,
                                        .voice_count = 9,
                                        .starts = starts,
                                        .named = named};

static void shares_give_the_smaller_part_its_due(void **state)
{
    struct li_election tight = town;
    struct li_count count;

    tight.budget = 89999;
    count = count_it(*state, &tight, (struct li_count_how){.rule = LI_COUNT_GREEDY});
    expect_chosen(&count, (const uint16_t[]){0, 1}, 2);
    count = count_it(*state, &town, (struct li_count_how){.rule = LI_COUNT_SHARES});
    expect_chosen(&count, (const uint16_t[]){0, 1, 2}, 3);
    assert_int_equal(count.share, 10000);
    assert_int_equal(count.spent, 90000);
    /* a fen less, and the three have a ninth of a fen too little */
    count = count_it(*state, &tight, (struct li_count_how){.rule = LI_COUNT_SHARES});
    expect_chosen(&count, (const uint16_t[]){0}, 1);
}

/* Add1 raises the share until nothing more fits, and never past the budget. */
static void a_raise_spends_what_is_left(void **state)
{
    static const int64_t dearer[] = {30000, 30000, 40000};
    struct li_election more = town;
    struct li_count count;

    more.costs = dearer;
    more.budget = 89000; /* 9888 each: enough for one, and nothing of what is left */
    count = count_it(*state, &more, (struct li_count_how){.rule = LI_COUNT_SHARES});
    expect_chosen(&count, (const uint16_t[]){0}, 1);
    count = count_it(*state, &more, (struct li_count_how){.rule = LI_COUNT_SHARES, .step = 100});
    expect_chosen(&count, (const uint16_t[]){0, 1}, 2);
    assert_int_equal(count.share, 10000);
    assert_int_equal(count.rounds, 2);
}

/* 0 leads with four of nine; who wanted 2 would rather have 1. */
static void a_run_off_asks_the_last_again(void **state)
{
    static const uint16_t ranked[] = {0, 0, 0, 0, 1, 1, 1, 2, 1, 2, 1};
    static const uint32_t from[] = {0, 1, 2, 3, 4, 5, 6, 7, 9, 11};
    const struct li_election seat = {
        .option_count = 3, .voice_count = 9, .starts = from, .named = ranked};
    struct li_count count = count_it(*state, &seat, (struct li_count_how){.rule = LI_COUNT_RANKED});

    expect_chosen(&count, (const uint16_t[]){1}, 1);
    assert_int_equal(count.rounds, 1);
    assert_int_equal(count.points[0], 4);
    assert_false(count.by_list);
}

static void points_fill_seats(void **state)
{
    static const int32_t marks[] = {5, 0, 3, 1, 0, 5};
    static const uint16_t scored[] = {0, 1, 2, 0, 1, 2};
    static const uint32_t from[] = {0, 3, 3, 6};
    const struct li_election score = {
        .option_count = 3, .voice_count = 3, .starts = from, .named = scored, .marks = marks};
    struct li_count count =
        count_it(*state, &score, (struct li_count_how){.rule = LI_COUNT_POINTS, .seats = 2});

    expect_chosen(&count, (const uint16_t[]){2, 0}, 2);
    assert_int_equal(count.points[2], 8);
    assert_int_equal(count.blank, 1);
    count = count_it(*state, &score, (struct li_count_how){.rule = LI_COUNT_POINTS, .seats = 9});
    assert_int_equal(count.chosen_count, 3);
}

static void nobody_voted(void **state)
{
    static const uint32_t none[] = {0};
    struct li_election empty = town;
    struct li_count count;

    empty.voice_count = 0;
    empty.starts = none;
    count = count_it(*state, &empty, (struct li_count_how){.rule = LI_COUNT_SHARES, .step = 100});
    assert_int_equal(count.chosen_count, 0);
    count = count_it(*state, &empty, (struct li_count_how){.rule = LI_COUNT_GREEDY});
    assert_int_equal(count.chosen_count, 3);
    assert_true(count.spent <= empty.budget);
}

static void what_is_no_election_is_refused(void **state)
{
    const struct li_count_how greedy = {.rule = LI_COUNT_GREEDY};
    const struct li_count_how shares = {.rule = LI_COUNT_SHARES};
    static const int64_t free_of_charge[] = {30000, 0, 30000};
    static const uint16_t twice[] = {0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 2, 2, 2};
    static const int32_t marks[15] = {0};
    struct li_election bad = town;
    struct li_count count;

    bad.costs = free_of_charge;
    assert_int_equal(li_count(*state, &bad, &greedy, &count), -LI_E_INVALID);
    bad.costs = NULL;
    assert_int_equal(li_count(*state, &bad, &greedy, &count), -LI_E_INVALID);
    bad = town;
    bad.named = twice;
    assert_int_equal(li_count(*state, &bad, &greedy, &count), -LI_E_INVALID);
    bad = town;
    bad.option_count = 2;
    assert_int_equal(li_count(*state, &bad, &greedy, &count), -LI_E_INVALID);
    bad = town;
    bad.marks = marks;
    assert_int_equal(li_count(*state, &bad, &shares, &count), -LI_E_INVALID);
    bad = town;
    bad.option_count = LI_ELECTION_OPTIONS + 1;
    assert_int_equal(li_count(*state, &bad, &greedy, &count), -LI_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(shares_give_the_smaller_part_its_due),
        TEST(a_raise_spends_what_is_left),
        TEST(a_run_off_asks_the_last_again),
        TEST(points_fill_seats),
        TEST(nobody_voted),
        TEST(what_is_no_election_is_refused),
    };

    return cmocka_run_group_tests_name("ballot count", tests, NULL, NULL);
}
