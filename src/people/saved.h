/*
 * Filters of the desk's lists that somebody gave a name: one's own, and those of one's unit.
 *
 * A convenience and nothing else: working rows without history, and what they narrow is
 * asked anew each time, by the sight of whoever looks.  A unit is an organization; who holds
 * a post without one shares with those at the same area.
 */
#ifndef LI_PEOPLE_SAVED_H
#define LI_PEOPLE_SAVED_H

#include "record/command.h"

#define LI_SAVED_MOST 40 /* of one holder */

struct li_saved {
    int64_t id;
    struct li_str name, query; /* query: as the desk writes it behind `?` */
    bool shared;               /* the unit's */
    bool mine;                 /* made by whoever asks */
};

/* One's own first, each in the order they were made. */
int li_saved_list(struct li_ctx *ctx, struct li_conn *conn, const struct li_viewer *viewer,
                  struct li_saved **ret, size_t *ret_count) LI_MUST_CHECK;

/* Working command "saved.keep": the entity is the new row's, or the one's that is just so.
 * -LI_E_LIMIT when the holder has LI_SAVED_MOST; -LI_E_FORBIDDEN for who has no post and wants to
 * share. */
struct li_saved_args {
    const struct li_viewer *viewer;
    struct li_str name, query;
    bool shared;
};
extern const struct li_command li_saved_keep;

/* Working command "saved.drop": by whoever made it. */
struct li_saved_drop_args {
    int64_t id, person;
};
extern const struct li_command li_saved_drop;

#endif
