/*
 * One seat by instant run-off: while nobody has more than half of the voices that still name
 * somebody, whoever has the fewest leaves, and their voices go to the next they name.
 *
 * Who is even at the end is separated by the round before, then the one before that, and at last
 * by the list: the later one leaves.
 */
#include "ballot/inside.h"

struct runoff {
    const struct li_election *election;
    uint32_t *at;     /* of each voice: where its present choice stands in `named` */
    bool *gone;       /* of each option */
    int64_t **rounds; /* what each option had in each round */
    size_t round;
};

/* Gives every voice to the best it names that is still there; how many voices there are. */
static int64_t hand_out(struct runoff *runoff)
{
    const struct li_election *election = runoff->election;
    int64_t *votes = runoff->rounds[runoff->round], all = 0;

    for (size_t i = 0; i < election->voice_count; i++) {
        uint32_t end = election->starts[i + 1];

        while (runoff->at[i] < end && runoff->gone[election->named[runoff->at[i]]]) {
            runoff->at[i]++;
        }
        if (runoff->at[i] < end) {
            votes[election->named[runoff->at[i]]]++;
            all++;
        }
    }
    return all;
}

/* a has less behind it than b, in this round or the last one in which they differ. */
static bool is_weaker(const struct runoff *runoff, uint16_t a, uint16_t b, bool *by_list)
{
    for (size_t round = runoff->round + 1; round-- > 0;) {
        const int64_t *votes = runoff->rounds[round];
        if (votes[a] != votes[b]) {
            return votes[a] < votes[b];
        }
    }
    *by_list = true;
    return a > b;
}

static int32_t find(const struct runoff *runoff, bool weakest, bool *by_list)
{
    int32_t found = -1;
    bool even = false;

    for (size_t i = 0; i < runoff->election->option_count; i++) {
        bool here = false;
        if (runoff->gone[i]) {
            continue;
        }
        if (found < 0 || is_weaker(runoff, (uint16_t)i, (uint16_t)found, &here) == weakest) {
            found = (int32_t)i;
            even = here;
        } else {
            even |= here;
        }
    }
    *by_list |= even;
    return found;
}

static int add_round(struct li_ctx *ctx, struct runoff *runoff)
{
    int64_t *votes = li_alloc_array(ctx, runoff->election->option_count, sizeof(*votes));

    runoff->rounds[runoff->round] = votes;
    return votes ? 0 : -LI_E_NOMEM;
}

int li_count_ranked(struct li_ctx *ctx, const struct li_election *election, struct li_count *count)
{
    struct runoff runoff = {
        .election = election,
        .at = li_alloc_array(ctx, election->voice_count, sizeof(*runoff.at)),
        .gone = li_alloc_array(ctx, election->option_count, sizeof(*runoff.gone)),
        .rounds = li_alloc_array(ctx, election->option_count, sizeof(*runoff.rounds)),
    };

    if (!runoff.at || !runoff.gone || !runoff.rounds) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < election->voice_count; i++) {
        runoff.at[i] = election->starts[i];
    }
    for (;; runoff.round++) {
        int64_t all;
        bool ignored = false;
        int r = add_round(ctx, &runoff);
        if (r) {
            return r;
        }
        all = hand_out(&runoff);
        int32_t best = find(&runoff, false, &ignored);
        bool is_last = runoff.round + 1 == election->option_count;
        if (is_last || 2 * runoff.rounds[runoff.round][best] > all) {
            li_count_choose(election, count, (uint16_t)best);
            count->rounds = runoff.round;
            return 0;
        }
        runoff.gone[find(&runoff, true, &count->by_list)] = true;
    }
}
