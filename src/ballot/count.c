/*
 * Counting: what is checked first, points, and the rules that need nothing else.
 */
#include "ballot/inside.h"

/* ---- whether it is an election -------------------------------------------------------------- */

static int check_costs(struct li_ctx *ctx, const struct li_election *election)
{
    if (election->option_count < 1 || election->option_count > LI_ELECTION_OPTIONS) {
        return LI_FAIL(ctx, LI_E_LIMIT, "an election has 1 to %d options", LI_ELECTION_OPTIONS);
    }
    if (election->voice_count > LI_ELECTION_VOICES) {
        return LI_FAIL(ctx, LI_E_LIMIT, "an election has at most %d voices", LI_ELECTION_VOICES);
    }
    for (size_t i = 0; election->costs && i < election->option_count; i++) {
        if (election->costs[i] < 1) {
            return LI_FAIL(ctx, LI_E_INVALID, "option %zu costs nothing", i);
        }
    }
    return election->budget < 0 ? LI_FAIL(ctx, LI_E_INVALID, "a budget below nothing") : 0;
}

/* `seen` remembers the last voice that named an option, from 1. */
static int check_voice(struct li_ctx *ctx, const struct li_election *election, size_t voice,
                       uint32_t *seen)
{
    for (uint32_t i = election->starts[voice]; i < election->starts[voice + 1]; i++) {
        uint16_t option = election->named[i];

        if (option >= election->option_count || seen[option] == voice + 1) {
            return LI_FAIL(ctx, LI_E_INVALID, "voice %zu names an option that %s", voice,
                           option < election->option_count ? "it named before" : "there is not");
        }
        seen[option] = (uint32_t)voice + 1;
    }
    return 0;
}

static int check(struct li_ctx *ctx, const struct li_election *election,
                 const struct li_count_how *how)
{
    uint32_t *seen;
    int r = check_costs(ctx, election);

    if (r) {
        return r;
    }
    if ((how->rule == LI_COUNT_GREEDY || how->rule == LI_COUNT_SHARES) && !election->costs) {
        return LI_FAIL(ctx, LI_E_INVALID, "a budget is shared out among options that cost");
    }
    if (how->rule == LI_COUNT_SHARES && election->marks) {
        return LI_FAIL(ctx, LI_E_INVALID, "equal shares are counted for approvals");
    }
    seen = li_alloc_array(ctx, election->option_count, sizeof(*seen));
    if (!seen) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < election->voice_count; i++) {
        r = check_voice(ctx, election, i, seen);
    }
    return r;
}

/* ---- points -----------------------------------------------------------------------------------
 */

static void add_points(const struct li_election *election, bool first_only, struct li_count *count)
{
    for (size_t voice = 0; voice < election->voice_count; voice++) {
        uint32_t from = election->starts[voice], to = election->starts[voice + 1];

        count->blank += from == to;
        to = first_only && to > from ? from + 1 : to;
        for (uint32_t i = from; i < to; i++) {
            count->points[election->named[i]] +=
                election->marks && !first_only ? election->marks[i] : 1;
        }
    }
}

int li_count_before(const struct li_election *election, const int64_t *points, uint16_t a,
                    uint16_t b, bool *by_list)
{
    if (points[a] != points[b]) {
        return points[a] > points[b] ? -1 : 1;
    }
    if (election->costs && election->costs[a] != election->costs[b]) {
        return election->costs[a] < election->costs[b] ? -1 : 1;
    }
    *by_list = true;
    return a < b ? -1 : 1;
}

void li_count_choose(const struct li_election *election, struct li_count *count, uint16_t option)
{
    count->chosen[count->chosen_count++] = option;
    count->spent += election->costs ? election->costs[option] : 0;
}

/* All options, the best first.  A thousand at most: insertion is quick enough. */
static uint16_t *in_order(struct li_ctx *ctx, const struct li_election *election,
                          const int64_t *points)
{
    uint16_t *order = li_alloc_array(ctx, election->option_count, sizeof(*order));
    bool ignored;

    for (size_t i = 0; order && i < election->option_count; i++) {
        size_t at = i;
        for (;
             at > 0 && li_count_before(election, points, order[at - 1], (uint16_t)i, &ignored) > 0;
             at--) {
            order[at] = order[at - 1];
        }
        order[at] = (uint16_t)i;
    }
    return order;
}

/* Whether points and costs alone do not separate the two. */
static bool is_even(const struct li_election *election, const int64_t *points, uint16_t a,
                    uint16_t b)
{
    bool by_list = false;

    li_count_before(election, points, a, b, &by_list);
    return by_list;
}

static void choose_best(const struct li_election *election, const uint16_t *order, size_t seats,
                        struct li_count *count)
{
    for (size_t i = 0; i < election->option_count && i < seats; i++) {
        li_count_choose(election, count, order[i]);
    }
    if (seats < election->option_count) {
        count->by_list = is_even(election, count->points, order[seats - 1], order[seats]);
    }
}

/* The election in which ties are broken: where the list breaks them nothing costs anything. */
static struct li_election as_listed(const struct li_election *election,
                                    const struct li_count_how *how)
{
    struct li_election listed = *election;

    listed.costs = how->rule == LI_COUNT_GREEDY && how->list_breaks ? NULL : election->costs;
    return listed;
}

/* Down the list: whatever still fits is taken.  An option that does not fit while an even one
 * before it did lost by the list. */
static void choose_fitting(const struct li_election *election, const struct li_count_how *how,
                           const uint16_t *order, struct li_count *count)
{
    const struct li_election even = as_listed(election, how);

    for (size_t i = 0; i < election->option_count; i++) {
        int64_t cost = election->costs[order[i]];

        if (count->points[order[i]] < how->least) {
            continue;
        }
        if (cost <= election->budget - count->spent) {
            li_count_choose(election, count, order[i]);
        } else if (how->stops && cost != LI_ELECTION_WITHDRAWN) {
            return;
        } else if (i > 0 && count->chosen_count > 0 &&
                   count->chosen[count->chosen_count - 1] == order[i - 1]) {
            count->by_list |= is_even(&even, count->points, order[i - 1], order[i]);
        }
    }
}

/* How many more voters have more options of `a` than of `b`, than the other way round. */
static int64_t preferred(const struct li_election *election, const bool *a, const bool *b)
{
    int64_t more = 0;

    for (size_t voice = 0; voice < election->voice_count; voice++) {
        int64_t of_a = 0;

        for (uint32_t i = election->starts[voice]; i < election->starts[voice + 1]; i++) {
            of_a += a[election->named[i]];
            of_a -= b[election->named[i]];
        }
        more += (of_a > 0) - (of_a < 0);
    }
    return more;
}

static bool *chosen_of(struct li_ctx *ctx, const struct li_election *election,
                       const struct li_count *count)
{
    bool *chosen = li_alloc_array(ctx, election->option_count, sizeof(*chosen));

    for (size_t i = 0; chosen && i < count->chosen_count; i++) {
        chosen[count->chosen[i]] = true;
    }
    return chosen;
}

/* The library's step after equal shares: greedy stands where more voters prefer it. */
static int compare(struct li_ctx *ctx, const struct li_election *election, struct li_count *count)
{
    static const struct li_count_how how = {.rule = LI_COUNT_GREEDY, .list_breaks = true};
    bool *shared = chosen_of(ctx, election, count), *taken;
    struct li_count greedy;
    int r = shared ? li_count(ctx, election, &how, &greedy) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    taken = chosen_of(ctx, election, &greedy);
    if (!taken) {
        return -LI_E_NOMEM;
    }
    if (preferred(election, taken, shared) > 0) {
        *count = greedy;
    }
    return 0;
}

int li_count(struct li_ctx *ctx, const struct li_election *election, const struct li_count_how *how,
             struct li_count *ret)
{
    const struct li_election listed = as_listed(election, how);
    struct li_count count = {0};
    uint16_t *order;
    int r = check(ctx, election, how);

    if (r) {
        return r;
    }
    li_assert(how->rule != LI_COUNT_POINTS || how->seats > 0);
    count.points = li_alloc_array(ctx, election->option_count, sizeof(*count.points));
    count.chosen = li_alloc_array(ctx, election->option_count, sizeof(*count.chosen));
    if (!count.points || !count.chosen) {
        return -LI_E_NOMEM;
    }
    add_points(election, how->rule == LI_COUNT_RANKED, &count);
    order = in_order(ctx, &listed, count.points);
    if (!order) {
        return -LI_E_NOMEM;
    }
    switch (how->rule) {
    case LI_COUNT_POINTS:
        choose_best(election, order, how->seats, &count);
        break;
    case LI_COUNT_GREEDY:
        choose_fitting(election, how, order, &count);
        break;
    case LI_COUNT_RANKED:
        r = li_count_ranked(ctx, election, &count);
        break;
    case LI_COUNT_SHARES:
        r = li_count_shares(ctx, election, how->step, &count);
        r = r || !how->compared ? r : compare(ctx, election, &count);
        break;
    }
    if (r == 0) {
        *ret = count;
    }
    return r;
}
