/*
 * How voices become a result.
 *
 * Pure: no store, no clock, no names.  Everything is whole numbers, so an election
 * counted again, on any machine, gives the same result to the last tie; anybody who
 * has the published voices can do it (`linli count`).
 *
 * Ties are broken by what was published before the first voice was given: more points,
 * then the smaller cost, then the option that is listed first (the order of the list is
 * drawn by lot before voting opens).  A result says where the list had to decide.
 */
#ifndef LI_BALLOT_ELECTION_H
#define LI_BALLOT_ELECTION_H

#include "base/ctx.h"

#define LI_ELECTION_OPTIONS 1000
#define LI_ELECTION_VOICES  10000000
/* What an option is said to cost that was withdrawn after the vote (the library's own sign). */
#define LI_ELECTION_WITHDRAWN INT64_C(99999999900)

/* Options and voices; all arrays are the caller's. */
struct li_election {
    size_t option_count;
    const int64_t *costs; /* of each option, fen, at least 1; NULL: nothing costs anything */
    int64_t budget;       /* fen */
    size_t voice_count;
    const uint32_t *starts; /* voice_count + 1: a voice's options are named[starts[i]] up to
                               named[starts[i + 1]] */
    const uint16_t *named;  /* options, each once in a voice; where they are ranked, best first */
    const int32_t *marks;   /* as many: points given; NULL: one to each */
};

enum li_count_rule {
    LI_COUNT_POINTS, /* the most points: yes/no, single choice, approval, score */
    LI_COUNT_RANKED, /* one seat, by instant run-off */
    LI_COUNT_GREEDY, /* by points, each that still fits the budget */
    LI_COUNT_SHARES  /* the method of equal shares, cost utilities */
};

struct li_count_how {
    enum li_count_rule rule;
    size_t seats; /* POINTS: how many are elected, at least 1 */
    int64_t step; /* SHARES: what every voter's share is raised by while money is left and the
                     result stays within the budget (Add1: one unit of the currency), fen; 0: not */
    /* As elections elsewhere were counted (pabulib.h): */
    int64_t least;    /* GREEDY: fewer points than these are not enough */
    bool stops;       /* GREEDY: ends at the first that does not fit */
    bool list_breaks; /* GREEDY: even ones go by the list, whatever they cost */
    bool compared;    /* SHARES: greedy stands instead where more voters have more of their options
                         by it than have fewer */
};

struct li_count {
    int64_t *points;  /* of each option; RANKED: first places */
    uint16_t *chosen; /* in the order in which they were chosen */
    size_t chosen_count;
    int64_t spent; /* fen */
    bool by_list;  /* somewhere only the order of the list decided */
    int64_t share; /* SHARES: what a voter had to give at last, fen, rounded down */
    size_t rounds; /* RANKED: run-offs; SHARES: raises of the share */
    size_t blank;  /* voices that name nothing */
};

/* 0 with the result in the arena, or -LI_E_INVALID: the election is none (an option out of
 * range or twice in a voice, a cost below 1, no option), -LI_E_LIMIT, -LI_E_NOMEM. */
int li_count(struct li_ctx *ctx, const struct li_election *election, const struct li_count_how *how,
             struct li_count *ret) LI_MUST_CHECK;

#endif
