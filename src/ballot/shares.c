/*
 * The method of equal shares (Peters and Skowron), with cost utilities.
 *
 * Every voter has the same share of the budget.  An option is bought by those who approve of it,
 * each giving the same, or all that is left where that is less; of the options that can be bought
 * the one comes next whose supporters get most for their money: the greatest cost / (most that one
 * of them gives), which is as many voters as if all of them gave the same.  It never grows, so an
 * option whose last figure is behind the best of this round need not be looked at.
 *
 * Where `step` is given (Add1), the share is raised by it and everything bought anew, as long as
 * something that was not bought would still fit the budget and the result stays within it, as
 * equalshares.net counts it: what nobody voted for fits too.
 *
 * Money is counted in parts of 1 / (voters * 2^20) fen, so that a share is a whole number; what one
 * gives is rounded down, which at the end is less than a millionth of a fen.
 *
 * Voters who approve of the same are one crowd: they have the same left at any time.
 */
#include <stdlib.h>

#include "ballot/inside.h"

#define FRACTION 20                  /* bits */
#define WORK     UINT64_C(200000000) /* raises times crowds, at most: some seconds */

typedef unsigned __int128 li_parts;

/* over / under: what is compared is the quotient */
struct ratio {
    li_parts over, under;
};

struct crowd {
    uint32_t voters;
    uint32_t from, to; /* of `named` of one of them */
};

struct shares {
    const struct li_election *election;
    struct crowd *crowds;
    size_t crowd_count;
    uint32_t *starts;     /* of each option: its supporters in `supporters` */
    uint32_t *supporters; /* crowds */
    li_parts *left;       /* of each crowd: what one of it still has */
    struct ratio *worth;  /* of each option: what it was at last */
    bool *out;            /* bought, or never to be bought again */
    uint16_t *queue;      /* of a round */
    int64_t *votes;
};

/* a / b against c / d without multiplying: whole parts, then the rests turned over. */
static int compare(struct ratio a, struct ratio b)
{
    for (int sign = 1;; sign = -sign) {
        li_parts whole_a = a.over / a.under, whole_b = b.over / b.under;
        struct ratio rest_a = {a.under, a.over % a.under}, rest_b = {b.under, b.over % b.under};

        if (whole_a != whole_b) {
            return whole_a > whole_b ? sign : -sign;
        }
        if (rest_a.under == 0 || rest_b.under == 0) {
            return rest_a.under ? sign : rest_b.under ? -sign : 0;
        }
        a = rest_a;
        b = rest_b;
    }
}

/* ---- crowds -------------------------------------------------------------------------------- */

struct sorting {
    const struct li_election *election;
    const uint16_t *named; /* each voice's options in rising order */
};

static int by_number(const void *a, const void *b)
{
    return *(const uint16_t *)a - *(const uint16_t *)b;
}

static int by_options(const void *a, const void *b, void *arg)
{
    const struct sorting *sorting = arg;
    const uint32_t *starts = sorting->election->starts;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    uint32_t len_x = starts[x + 1] - starts[x], len_y = starts[y + 1] - starts[y];
    int order = len_x && len_x == len_y
                    ? memcmp(sorting->named + starts[x], sorting->named + starts[y],
                             len_x * sizeof(uint16_t))
                    : 0;

    if (len_x != len_y) {
        return len_x < len_y ? -1 : 1;
    }
    return order ? order : (x > y) - (x < y);
}

static bool is_same(const struct sorting *sorting, uint32_t a, uint32_t b)
{
    const uint32_t *starts = sorting->election->starts;
    uint32_t len = starts[a + 1] - starts[a];

    return len == starts[b + 1] - starts[b] &&
           memcmp(sorting->named + starts[a], sorting->named + starts[b], len * sizeof(uint16_t)) ==
               0;
}

/* Those who name nothing have their share, and keep it. */
static int make_crowds(struct li_ctx *ctx, struct shares *shares)
{
    const struct li_election *election = shares->election;
    size_t voices = election->voice_count, all = election->starts[voices];
    uint16_t *named = li_alloc_array(ctx, all, sizeof(*named));
    uint32_t *order = li_alloc_array(ctx, voices, sizeof(*order));
    struct sorting sorting = {.election = election, .named = named};

    shares->crowds = li_alloc_array(ctx, voices, sizeof(*shares->crowds));
    if (!named || !order || !shares->crowds) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < all; i++) {
        named[i] = election->named[i];
    }
    for (size_t i = 0; i < voices; i++) {
        order[i] = (uint32_t)i;
        qsort(named + election->starts[i], election->starts[i + 1] - election->starts[i],
              sizeof(*named), by_number);
    }
    qsort_r(order, voices, sizeof(*order), by_options, &sorting);
    for (size_t i = 0; i < voices; i++) {
        if (i == 0 || !is_same(&sorting, order[i - 1], order[i])) {
            shares->crowds[shares->crowd_count++] = (struct crowd){
                .from = election->starts[order[i]], .to = election->starts[order[i] + 1]};
        }
        shares->crowds[shares->crowd_count - 1].voters++;
    }
    return 0;
}

/* The crowds behind each option; `named` of a crowd's first voice names them as they were given. */
static int make_supporters(struct li_ctx *ctx, struct shares *shares)
{
    const uint16_t *named = shares->election->named;
    size_t options = shares->election->option_count, all = 0;

    shares->starts = li_alloc_array(ctx, options + 2, sizeof(*shares->starts));
    if (!shares->starts) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < shares->crowd_count; i++) {
        for (uint32_t j = shares->crowds[i].from; j < shares->crowds[i].to; j++) {
            shares->starts[named[j] + 2]++;
            all++;
        }
    }
    for (size_t i = 2; i < options + 2; i++) {
        shares->starts[i] += shares->starts[i - 1];
    }
    shares->supporters = li_alloc_array(ctx, all, sizeof(*shares->supporters));
    if (!shares->supporters) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < shares->crowd_count; i++) {
        for (uint32_t j = shares->crowds[i].from; j < shares->crowds[i].to; j++) {
            shares->supporters[shares->starts[named[j] + 1]++] = (uint32_t)i;
        }
    }
    return 0;
}

/* ---- buying -----------------------------------------------------------------------------------
 */

static li_parts parts_of(const struct shares *shares, int64_t fen)
{
    return ((li_parts)fen * shares->election->voice_count) << FRACTION;
}

/* What those still give who have more than it: rises until nobody falls below it any more.
 * false: they have not enough, and never will again. */
static bool price(const struct shares *shares, uint16_t option, struct ratio *ret)
{
    const uint32_t *supporters = shares->supporters + shares->starts[option];
    size_t count = shares->starts[option + 1] - shares->starts[option];
    li_parts cost = parts_of(shares, shares->election->costs[option]), paid = 0;
    uint64_t giving = (uint64_t)shares->votes[option], before = 0;

    while (giving && giving != before) {
        struct ratio each = {cost - paid, giving};
        before = giving;
        paid = 0;
        giving = 0;
        for (size_t i = 0; i < count; i++) {
            uint64_t voters = shares->crowds[supporters[i]].voters;
            li_parts left = shares->left[supporters[i]];
            bool gives_all = left * each.under < each.over;
            paid += gives_all ? left * voters : 0;
            giving += gives_all ? 0 : voters;
        }
        if (paid >= cost) {
            break;
        }
    }
    *ret = (struct ratio){cost - paid, giving};
    return giving > 0 && paid < cost;
}

static void buy(struct shares *shares, uint16_t option, struct ratio each)
{
    li_parts gives = each.over / each.under;

    for (uint32_t i = shares->starts[option]; i < shares->starts[option + 1]; i++) {
        li_parts *left = &shares->left[shares->supporters[i]];
        *left -= *left < gives ? *left : gives;
    }
    shares->out[option] = true;
}

/* Even ones: the smaller cost, then the more voters, then the list. */
static bool is_before(const struct shares *shares, uint16_t a, uint16_t b, bool *by_list)
{
    const int64_t *costs = shares->election->costs;

    if (costs[a] != costs[b]) {
        return costs[a] < costs[b];
    }
    if (shares->votes[a] != shares->votes[b]) {
        return shares->votes[a] > shares->votes[b];
    }
    *by_list = true;
    return a < b;
}

static int by_worth(const void *a, const void *b, void *arg)
{
    const struct shares *shares = arg;
    uint16_t x = *(const uint16_t *)a, y = *(const uint16_t *)b;
    int order = compare(shares->worth[y], shares->worth[x]);

    return order ? order : x - y;
}

/* The best that can be bought now; -1: nothing can. */
static int32_t find_best(struct shares *shares, struct ratio *ret_each, bool *by_list)
{
    size_t count = 0;
    struct ratio best = {0, 1};
    int32_t found = -1;

    for (size_t i = 0; i < shares->election->option_count; i++) {
        if (!shares->out[i]) {
            shares->queue[count++] = (uint16_t)i;
        }
    }
    qsort_r(shares->queue, count, sizeof(*shares->queue), by_worth, shares);
    for (size_t i = 0; i < count; i++) {
        uint16_t option = shares->queue[i];
        struct ratio each;
        bool even = false;
        int order;

        if (found >= 0 && compare(shares->worth[option], best) < 0) {
            break;
        }
        if (!price(shares, option, &each)) {
            shares->out[option] = true;
            continue;
        }
        shares->worth[option] = (struct ratio){
            parts_of(shares, shares->election->costs[option]) * each.under, each.over};
        order = compare(shares->worth[option], best);
        if (order > 0 || (order == 0 && is_before(shares, option, (uint16_t)found, &even))) {
            best = shares->worth[option];
            found = option;
            *ret_each = each;
            *by_list = even;
        } else {
            *by_list |= even;
        }
    }
    return found;
}

/* All of it with a share; false where it costs more than the budget, `count` is then half done. */
static bool buy_all(struct shares *shares, li_parts share, struct li_count *count)
{
    const struct li_election *election = shares->election;
    int32_t option;
    struct ratio each;

    count->chosen_count = 0;
    count->spent = 0;
    count->by_list = false;
    for (size_t i = 0; i < shares->crowd_count; i++) {
        shares->left[i] = share;
    }
    for (size_t i = 0; i < election->option_count; i++) {
        shares->out[i] = shares->votes[i] == 0;
        shares->worth[i] = (struct ratio){(li_parts)shares->votes[i], 1};
    }
    for (;;) {
        bool by_list = false;
        option = find_best(shares, &each, &by_list);
        if (option < 0) {
            return true;
        }
        buy(shares, (uint16_t)option, each);
        li_count_choose(election, count, (uint16_t)option);
        count->by_list |= by_list;
        if (count->spent > election->budget) {
            return false;
        }
    }
}

/* ---- raising the share ---------------------------------------------------------------------- */

/* Whether nothing that was not bought fits what is left, or nothing anybody wants is left. */
static bool is_full(struct shares *shares, const struct li_count *count)
{
    const struct li_election *election = shares->election;
    bool fits = false, wanted = false;

    memset(shares->out, 0, election->option_count * sizeof(*shares->out));
    for (size_t i = 0; i < count->chosen_count; i++) {
        shares->out[count->chosen[i]] = true;
    }
    for (size_t i = 0; i < election->option_count; i++) {
        fits |= !shares->out[i] && election->costs[i] <= election->budget - count->spent;
        wanted |= !shares->out[i] && shares->votes[i] > 0 && election->costs[i] <= election->budget;
    }
    return !fits || !wanted;
}

static void keep(struct li_count *count, const struct li_count *other)
{
    memcpy(count->chosen, other->chosen, other->chosen_count * sizeof(*count->chosen));
    count->chosen_count = other->chosen_count;
    count->spent = other->spent;
    count->by_list = other->by_list;
}

/* A share beyond the whole budget buys what every share beyond it does.  Where one voter's wish
 * would be waited for through millions of raises, the last result stands. */
static void raise(struct shares *shares, int64_t step, struct li_count *next,
                  struct li_count *count)
{
    const struct li_election *election = shares->election;
    int64_t share = election->budget / (int64_t)election->voice_count / step * step;
    size_t most = WORK / shares->crowd_count;

    while (!is_full(shares, count) && share <= election->budget && count->rounds < most) {
        share += step;
        if (!buy_all(shares, parts_of(shares, share), next)) {
            return;
        }
        keep(count, next);
        count->share = share;
        count->rounds++;
    }
}

int li_count_shares(struct li_ctx *ctx, const struct li_election *election, int64_t step,
                    struct li_count *count)
{
    size_t options = election->option_count;
    struct shares shares = {
        .election = election,
        .worth = li_alloc_array(ctx, options, sizeof(*shares.worth)),
        .out = li_alloc_array(ctx, options, sizeof(*shares.out)),
        .queue = li_alloc_array(ctx, options, sizeof(*shares.queue)),
        .votes = count->points,
    };
    struct li_count next = {.chosen = li_alloc_array(ctx, options, sizeof(*next.chosen))};
    bool within;
    int r;

    if (election->voice_count == 0) {
        return 0;
    }
    if (!shares.worth || !shares.out || !shares.queue || !next.chosen) {
        return -LI_E_NOMEM;
    }
    r = make_crowds(ctx, &shares);
    r = r ? r : make_supporters(ctx, &shares);
    shares.left = r ? NULL : li_alloc_array(ctx, shares.crowd_count, sizeof(*shares.left));
    if (!shares.left) {
        return r ? r : -LI_E_NOMEM;
    }
    within = buy_all(&shares, (li_parts)election->budget << FRACTION, count);
    li_assert(within);
    count->share = election->budget / (int64_t)election->voice_count;
    if (step > 0) {
        raise(&shares, step, &next, count);
    }
    return 0;
}
