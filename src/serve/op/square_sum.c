/*
 * Figures of the public square: each programme's sums as exact numbers, as a newspaper would say
 * them, and as bars; and the same page by page, where a programme compares money.
 *
 * Sentence, bars and table are made from the same figures, so that none can say otherwise than
 * another.  They are whole without script.
 */
#include "base/time.h"
#include "playbook/word.h"
#include "serve/op/square.h"
#include "serve/page/page.h"

#define CHART 100 /* units of the longest bar */
#define ROWS  60  /* of those that stand, and of archive */

#define YUAN    INT64_C(100) /* fen */
#define WAN     (10000 * YUAN)
#define MILLION (1000000 * YUAN)

/* ---- numbers in words ---------------------------------------------------------------------- */

static bool is_money(const struct li_view_figure *figure)
{
    return figure->figure->places == 2 && li_str_is(figure->figure->unit.zh, "元");
}

/* 1948万余元, 4.8万元, more than 19.48 million yuan: cut off, never rounded up. */
static struct li_str in_words(struct li_request *request, const struct li_view_figure *figure)
{
    struct li_ctx *ctx = &request->ctx;
    int64_t value = figure->value;
    bool english = ctx->lang == LI_EN;

    if (english && value >= MILLION) {
        return li_strf(ctx, "%s%lld.%02lld million yuan", value % (MILLION / 100) ? "over " : "",
                       (long long)(value / MILLION),
                       (long long)(value % MILLION / (MILLION / 100)));
    }
    if (english) {
        int64_t thousands = value / (1000 * YUAN);
        return li_strf(ctx, "%s%lld,000 yuan", value % (1000 * YUAN) ? "over " : "",
                       (long long)thousands);
    }
    if (value >= 100 * WAN || value % WAN < WAN / 10) {
        return li_strf(ctx, "%lld万%s元", (long long)(value / WAN), value % WAN ? "余" : "");
    }
    return li_strf(ctx, "%lld.%lld万%s元", (long long)(value / WAN),
                   (long long)(value % WAN / (WAN / 10)), value % (WAN / 10) ? "余" : "");
}

static struct li_str said(struct li_request *request, const struct li_view_figure *figure)
{
    const struct li_figure *one = figure->figure;
    bool english = request->ctx.lang == LI_EN;
    struct li_str unit = english ? one->unit.en : one->unit.zh;

    if (is_money(figure) && figure->value >= WAN) {
        return in_words(request, figure);
    }
    return li_strf(&request->ctx, "%.*s%s%.*s", LI_P(figure->text), english ? " " : "", LI_P(unit));
}

/* 截至11月23日：批准实施5个，申请48万余元。 */
static struct li_str sentence(struct li_request *request, const struct li_view_figure *figures,
                              size_t count)
{
    struct li_ctx *ctx = &request->ctx;
    const struct li_civil today = li_civil_at(li_now(ctx->clock));
    bool english = ctx->lang == LI_EN;
    struct li_str text =
        english ? li_strf(ctx, "By %04d-%02d-%02d: ", today.year, today.month, today.day)
                : li_strf(ctx, "截至%d年%d月%d日：", today.year, today.month, today.day);

    for (size_t i = 0; i < count; i++) {
        struct li_texts label = figures[i].figure->label;
        text = english ? li_strf(ctx, "%.*s%s%.*s %.*s", LI_P(text), i ? "; " : "", LI_P(label.en),
                                 LI_P(said(request, &figures[i])))
                       : li_strf(ctx, "%.*s%s%.*s%.*s", LI_P(text), i ? "，" : "", LI_P(label.zh),
                                 LI_P(said(request, &figures[i])));
    }
    return li_strf(ctx, "%.*s%s", LI_P(text), english ? "." : "。");
}

/* ---- figures --------------------------------------------------------------------------------- */

/* Bars compare what has the same unit, and a lone one compares nothing. */
static bool is_like(const struct li_view_figure *a, const struct li_view_figure *b)
{
    return li_str_eq(a->figure->unit.zh, b->figure->unit.zh) &&
           a->figure->places == b->figure->places;
}

static int part_of(int64_t value, int64_t most)
{
    return value > 0 && most > 0 ? (int)((double)value / (double)most * CHART) : 0;
}

static void put_bar(struct li_request *request, struct li_node *item,
                    const struct li_view_figure *figures, size_t count,
                    const struct li_view_figure *of)
{
    int64_t most = 0;
    size_t like = 0;

    for (size_t i = 0; i < count; i++) {
        if (is_like(&figures[i], of)) {
            most = figures[i].value > most ? figures[i].value : most;
            like++;
        }
    }
    li_page_bool(request, item, "has_bar", like > 1 && most > 0);
    li_page_text(request, item, "bar", li_strf(&request->ctx, "%d", part_of(of->value, most)));
}

static void put_figure(struct li_request *request, struct li_node *item,
                       const struct li_view_figure *figure)
{
    li_page_texts(request, item, "label", figure->figure->label);
    li_page_text(request, item, "value", figure->text);
    if (figure->figure->unit.zh.ptr) {
        li_page_texts(request, item, "unit", figure->figure->unit);
    }
    li_page_int(request, item, "pages", figure->pages);
}

static void put_figures(struct li_request *request, struct li_node *data,
                        const struct li_view_figure *figures, size_t count)
{
    struct li_node *list = li_page_list(request, data, "figures");

    for (size_t i = 0; i < count; i++) {
        struct li_node *item = li_page_item(request, list);
        put_figure(request, item, &figures[i]);
        put_bar(request, item, figures, count, &figures[i]);
    }
    li_page_bool(request, data, "has_figures", count > 0);
}

void li_op_put_own_figures(struct li_request *request, struct li_node *data,
                           const struct li_view_page *page)
{
    struct li_view_figure *kept =
        li_alloc_array(&request->ctx, page->figure_count + 1, sizeof(*kept));
    size_t count = 0;

    for (size_t i = 0; kept && i < page->figure_count; i++) {
        const struct li_view_figure *figure = &page->figures[i];
        if (figure->figure->places > 0 || figure->value > 1) {
            kept[count++] = *figure;
        }
    }
    put_figures(request, data, kept, count);
}

/* ---- page by page ------------------------------------------------------------------------------
 */

/* What is shown of a programme's pages: its figures of money, where there are two to compare. */
struct table {
    struct li_view_page *pages;
    size_t count;
    int64_t most; /* money on any of those shown, for the bars */
};

static bool is_compared(const struct li_view_figure *figures, size_t count)
{
    size_t money = 0;

    for (size_t i = 0; i < count; i++) {
        money += is_money(&figures[i]);
    }
    return money > 1;
}

static int read_pages(struct li_request *request, enum li_page_stands stands, struct table *table)
{
    struct li_view view = li_request_view(request);
    struct li_square_query query;
    struct li_view_page *pages;
    struct li_str next;
    size_t count = 0;
    int r = li_op_square_query(request, stands, ROWS, &query);

    query.before_since = query.before_id = 0; /* all of it, however far the list below is turned */
    r = r ? r : li_view_pages(&request->ctx, &view, &query, &pages, &count, &next);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = li_view_page_figures(&request->ctx, &view, &pages[i]);
        table->pages[table->count++] = pages[i];
    }
    return r;
}

static void put_cells(struct li_request *request, struct li_node *row, const struct table *table,
                      const struct li_view_page *page)
{
    struct li_node *cells = li_page_list(request, row, "cells");

    for (size_t i = 0; i < page->figure_count; i++) {
        const struct li_view_figure *figure = &page->figures[i];
        if (is_money(figure)) {
            struct li_node *cell = li_page_item(request, cells);
            put_figure(request, cell, figure);
            li_page_text(request, cell, "bar",
                         li_strf(&request->ctx, "%d", part_of(figure->value, table->most)));
        }
    }
}

static bool is_of(const struct li_view_page *page, const struct li_playbook *playbook)
{
    return li_str_eq(page->seen.row.playbook->name, playbook->name);
}

static int64_t most_of(const struct table *table, const struct li_playbook *playbook)
{
    int64_t most = 0;

    for (size_t i = 0; i < table->count; i++) {
        const struct li_view_page *page = &table->pages[i];
        for (size_t k = 0; is_of(page, playbook) && k < page->figure_count; k++) {
            const struct li_view_figure *one = &page->figures[k];
            most = is_money(one) && one->value > most ? one->value : most;
        }
    }
    return most;
}

static void put_table(struct li_request *request, struct li_node *item, struct table *table,
                      const struct li_view_figure *figures, size_t count)
{
    struct li_node *columns = li_page_list(request, item, "columns"),
                   *rows = li_page_list(request, item, "rows");
    bool any = false;

    table->most = most_of(table, figures[0].playbook);
    for (size_t i = 0; i < count; i++) {
        if (is_money(&figures[i])) {
            put_figure(request, li_page_item(request, columns), &figures[i]);
        }
    }
    for (size_t i = 0; i < table->count; i++) {
        const struct li_view_page *page = &table->pages[i];
        if (is_of(page, figures[0].playbook)) {
            struct li_node *row = li_page_item(request, rows);
            li_page_text(request, row, "number", page->row.number);
            li_page_text(request, row, "title", page->title);
            li_page_text(request, row, "area", page->seen.area.name);
            li_page_texts(request, row, "state",
                          page->seen.row.playbook->machines[0].states[page->seen.row.state].label);
            put_cells(request, row, table, page);
            any = true;
        }
    }
    li_page_bool(request, item, "has_rows", any);
}

/* ---- programme by programme ---------------------------------------------------------------------
 */

static int put_programmes(struct li_request *request, struct li_node *data,
                          const struct li_view_figure *figures, size_t count, struct table *table)
{
    struct li_node *list = li_page_list(request, data, "programmes");

    for (size_t from = 0, to; from < count; from = to) {
        struct li_node *item = li_page_item(request, list);
        for (to = from + 1; to < count && figures[to].playbook == figures[from].playbook; to++) {
        }
        li_page_texts(request, item, "programme", figures[from].playbook->title);
        li_page_text(request, item, "sentence", sentence(request, &figures[from], to - from));
        put_figures(request, item, &figures[from], to - from);
        if (is_compared(&figures[from], to - from)) {
            put_table(request, item, table, &figures[from], to - from);
        } else {
            li_page_bool(request, item, "has_rows", false);
        }
    }
    li_page_bool(request, data, "has_sums", count > 0);
    return 0;
}

int li_op_put_sums(struct li_request *request, struct li_node *data, struct li_str kind)
{
    struct li_view view = li_request_view(request);
    struct table table = {
        .pages = li_alloc_array(&request->ctx, 2 * (size_t)ROWS, sizeof(*table.pages))};
    struct li_view_figure *figures;
    size_t count = 0;
    int r = table.pages ? li_view_sums(&request->ctx, &view, kind, &figures, &count) : -LI_E_NOMEM;

    if (r == 0 && is_compared(figures, count)) {
        r = read_pages(request, LI_PAGE_LIVE, &table);
        r = r ? r : read_pages(request, LI_PAGE_KEPT, &table);
    }
    return r ? r : put_programmes(request, data, figures, count, &table);
}
