/*
 * Elections as files of the open library of participatory budgets (.pb, pabulib.org): three
 * tables, META, PROJECTS and VOTES, with semicolons between fields.
 *
 * What is said of voters beside their voice (age, sex, district) is not read: it has no part in
 * the count.  Files come from many hands: columns stand in any order, letters of a heading are
 * great or small, quotes may be letters of a name.  Points of an ordinal vote are Borda's: as many
 * as options could be ranked for the first, one less for the second.  With `default_score` an
 * option a voter does not name has that.
 */
#ifndef LI_BALLOT_PABULIB_H
#define LI_BALLOT_PABULIB_H

#include "ballot/election.h"
#include "base/buf.h"

#define LI_PABULIB_META 64

enum li_pabulib_vote { LI_VOTE_APPROVAL, LI_VOTE_ORDINAL, LI_VOTE_CUMULATIVE, LI_VOTE_SCORING };

struct li_pabulib_option {
    struct li_str id, name;
    int selected; /* by those who held the election: 1; from 2: for another reason than the rule */
};

struct li_pabulib {
    struct {
        struct li_str key, value;
    } meta[LI_PABULIB_META]; /* as it was given, in its order */
    size_t meta_count;
    enum li_pabulib_vote vote;
    struct li_pabulib_option *options;
    bool has_selected;
    struct li_str *voters; /* their ids */
    struct li_election election;
};

/* All arrays lie in the arena; texts point into `bytes`.  -LI_E_SYNTAX names the line. */
int li_pabulib_read(struct li_ctx *ctx, struct li_str where, struct li_str bytes,
                    struct li_pabulib *ret) LI_MUST_CHECK;
/* The same election as a file again: meta, options with `selected`, voices. */
void li_pabulib_write(struct li_buf *buf, const struct li_pabulib *pabulib);

/* A value of META; ptr NULL: there is none. */
struct li_str li_pabulib_meta(const struct li_pabulib *pabulib, const char *key);
/* The rule its META names, with whole units of the currency as steps; without one, greedy.  The
 * library's are greedy, greedy-no-skip and greedy-threshold, where even ones go by the list, and
 * equalshares, with /add1, with -comparison; ours are also points with its seats, ranked, and
 * greedy with `tie_breaking;cost`.  -LI_E_INVALID: another. */
int li_pabulib_how(struct li_ctx *ctx, const struct li_pabulib *pabulib,
                   struct li_count_how *ret) LI_MUST_CHECK;

#endif
