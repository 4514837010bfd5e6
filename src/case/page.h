/*
 * The public square: which cases have a page there, from when to when.
 *
 * Whether one has, its playbook says (`page`); what history says of it, a consumer keeps as rows
 * of `page` and `page_figure`.  What stands on a page is read from the case each time: words that
 * are erased are gone from it too.
 */
#ifndef LI_CASE_PAGE_H
#define LI_CASE_PAGE_H

#include "case/case.h"
#include "record/consumer.h"

enum li_page_stands { LI_PAGE_NONE, LI_PAGE_LIVE, LI_PAGE_KEPT, LI_PAGE_DOWN };
extern const char *const li_page_stands_names[]; /* "none", "live", "kept", "down" */

struct li_square_row {
    int64_t case_id;
    struct li_str number, playbook, kind;
    struct li_str community; /* code */
    enum li_page_stands stands;
    int64_t since;   /* when it came to the square first */
    int64_t until;   /* when it left it; 0: it stands there */
    int64_t changed; /* when anything of it last changed */
};

/* What a case as it stands has: never DOWN. */
enum li_page_stands li_case_stands(const struct li_case *row);
/* Into row->page: what the entry says of its page; NULL where its playbook knows none. */
int li_case_publish(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                    struct li_case *row) LI_MUST_CHECK;

/* The page of a number, in the arena; -LI_E_NOT_FOUND quietly. */
int li_square_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str number,
                   struct li_square_row *ret) LI_MUST_CHECK;
/* Those that stand so, newest first: `kind` and `community` may be empty, and are not asked for
 * beside `row`; behind (since, id) of the last one, 0 and 0 begin.  At most `limit`. */
struct li_square_query {
    enum li_page_stands stands;
    struct li_str kind, community;
    int64_t row; /* of a register: pages of cases that named it at some time; 0: all */
    int64_t before_since, before_id;
    size_t limit;
};
int li_square_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                   const struct li_square_query *query, struct li_square_row **ret,
                   size_t *ret_count) LI_MUST_CHECK;

/* Figures: of one page (case_id), or summed over the pages of a kind, live and kept. */
struct li_square_figure {
    struct li_str playbook, name;
    int64_t value;
    int64_t pages; /* how many say it */
};
int li_square_figures(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                      struct li_square_figure **ret, size_t *ret_count) LI_MUST_CHECK;
int li_square_sums(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str kind,
                   struct li_square_figure **ret, size_t *ret_count) LI_MUST_CHECK;

extern const struct li_consumer li_case_pages;

#endif
