/*
 * Pages of the public square as anybody reads them: the fields that a playbook's `page` names,
 * as they were given last, and the figures.  Nobody is asked who they are.
 */
#ifndef LI_VIEW_SQUARE_H
#define LI_VIEW_SQUARE_H

#include "base/json.h"
#include "case/page.h"
#include "view/view.h"

struct li_view_figure {
    const struct li_playbook *playbook; /* whose figure it is */
    const struct li_figure *figure;
    int64_t value;
    int64_t pages;      /* of a sum: how many pages it is of */
    struct li_str text; /* with its decimals, without its unit */
};

struct li_view_page {
    struct li_square_row row;
    struct li_str title;               /* the number where its words are gone */
    struct li_view_case seen;          /* row, area; of its values those that are shown;
                                  of its actions those that are anyone's */
    const struct li_view_place *place; /* of the first point that is shown; NULL */
    struct li_view_figure *figures;
    size_t figure_count;
};

/* A page that stands on the square or is kept there; of one that was taken down only `row`.
 * -LI_E_NOT_FOUND: there never was one. */
int li_view_page(struct li_ctx *ctx, const struct li_view *view, struct li_str number,
                 struct li_view_page *ret) LI_MUST_CHECK;
/* A list of them, each with its title, area and place, without its values; of a row's (`row`) those
 * that name it where everybody reads it.  *ret_next: the number the page after begins behind; ptr
 * NULL: there is none. */
int li_view_pages(struct li_ctx *ctx, const struct li_view *view,
                  const struct li_square_query *query, struct li_view_page **ret, size_t *ret_count,
                  struct li_str *ret_next) LI_MUST_CHECK;
/* The figures of one of them. */
int li_view_page_figures(struct li_ctx *ctx, const struct li_view *view,
                         struct li_view_page *page) LI_MUST_CHECK;
/* The figures of a kind, each summed over its pages, playbook by playbook. */
int li_view_sums(struct li_ctx *ctx, const struct li_view *view, struct li_str kind,
                 struct li_view_figure **ret, size_t *ret_count) LI_MUST_CHECK;

/* A whole number with so many decimals, in groups of three: "1,948.20", "700,000". */
struct li_str li_view_number(struct li_ctx *ctx, int64_t value, int places);

/* "page": how a case stands there now; nothing when it does not. */
void li_put_stands(struct li_json *json, const struct li_case *row);
/* A PageRow, a Page; a list of Figures. */
void li_put_page_row(struct li_json *json, const struct li_view_page *page);
void li_put_page(struct li_json *json, const struct li_view_page *page);
void li_put_figures(struct li_json *json, const struct li_view_figure *figures, size_t count);

#endif
