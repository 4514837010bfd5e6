/*
 * The public square for programs: its pages, their figures and their files.
 *
 * Nobody has to say who they are, and nobody who does is shown more: what stands on a page is
 * what the playbook names.
 */
#include "serve/op/square.h"

#include "base/id.h"
#include "view/json.h"

#define PAGE   30
#define MOST   100
#define ON_MAP 100 /* of those that stand, and of archive */

int li_op_square_query(struct li_request *request, enum li_page_stands stands, size_t limit,
                       struct li_square_query *ret)
{
    struct li_str before = li_request_text(request, "before"),
                  row = li_request_text(request, "row");
    struct li_square_row last;
    int r;

    *ret = (struct li_square_query){.stands = stands,
                                    .kind = li_request_text(request, "kind"),
                                    .community = li_request_text(request, "area"),
                                    .limit = limit};
    r = row.len ? li_id_parse(&request->ctx, row, &ret->row) : 0;
    if (r || !before.len) {
        return r;
    }
    r = li_square_find(&request->ctx, request->conn, request->tenant->id, before, &last);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL_AT(&request->ctx, LI_E_INVALID, LI_S("/parameters/before"),
                          "there is no such page");
    }
    ret->before_since = last.since;
    ret->before_id = last.case_id;
    return r;
}

int li_op_list_pages(struct li_request *request)
{
    bool kept = li_str_is(li_request_text(request, "stands"), "kept");
    size_t limit = (size_t)li_request_int(request, "limit", PAGE), count;
    struct li_view view = li_request_view(request);
    struct li_square_query query;
    struct li_view_page *pages;
    struct li_json json;
    struct li_str next;
    int r = li_op_square_query(request, kept ? LI_PAGE_KEPT : LI_PAGE_LIVE,
                               limit < MOST ? limit : MOST, &query);

    r = r ? r : li_view_pages(&request->ctx, &view, &query, &pages, &count, &next);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; i < count; i++) {
        li_put_page_row(&json, &pages[i]);
    }
    return li_reply_items_from(request, &json, next, 0);
}

/* One that stands or is kept; what was taken down is not there any more. */
static int see(struct li_request *request, struct li_view_page *ret)
{
    struct li_view view = li_request_view(request);
    int r = li_view_page(&request->ctx, &view, li_request_text(request, "number"), ret);

    return r == 0 && ret->row.stands == LI_PAGE_DOWN
               ? LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "the page was taken down")
               : r;
}

int li_op_get_page(struct li_request *request)
{
    struct li_view_page page;
    struct li_json json;
    int r = see(request, &page);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_put_page(&json, &page);
    return li_reply_end(request);
}

int li_op_get_page_photo(struct li_request *request)
{
    struct li_view_page page;
    int r = see(request, &page);

    return r ? r : li_op_reply_file(request, &page.seen, false);
}

int li_op_get_page_document(struct li_request *request)
{
    struct li_view_page page;
    int r = see(request, &page);

    return r ? r : li_op_reply_file(request, &page.seen, true);
}

/* ---- on a map ---------------------------------------------------------------------- */

static void put_feature(struct li_json *json, const struct li_view_page *page)
{
    li_json_open_map(json);
    li_json_put_text(json, "type", LI_S("Feature"));
    li_json_key(json, "geometry");
    li_json_open_map(json);
    li_json_put_text(json, "type", LI_S("Point"));
    li_json_key(json, "coordinates");
    li_json_open_list(json);
    li_json_real(json, (double)page->place->point.lon / LI_DEGREE);
    li_json_real(json, (double)page->place->point.lat / LI_DEGREE);
    li_json_close_list(json);
    li_json_close_map(json);
    li_json_key(json, "properties");
    li_json_open_map(json);
    li_json_put_text(json, "number", page->row.number);
    li_json_put_text(json, "title", page->title);
    li_json_put_text(json, "kind", page->row.kind);
    li_json_put_text(json, "stands", li_str(li_page_stands_names[page->row.stands]));
    li_json_close_map(json);
    li_json_close_map(json);
}

static int put_features(struct li_request *request, struct li_json *json,
                        enum li_page_stands stands)
{
    struct li_view view = li_request_view(request);
    struct li_square_query query;
    struct li_view_page *pages;
    struct li_str next;
    size_t count = 0;
    int r = li_op_square_query(request, stands, ON_MAP, &query);

    r = r ? r : li_view_pages(&request->ctx, &view, &query, &pages, &count, &next);
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (pages[i].place) {
            put_feature(json, &pages[i]);
        }
    }
    return r;
}

int li_op_map_pages(struct li_request *request)
{
    struct li_json json = li_reply_json(request, 200);
    int r;

    li_json_open_map(&json);
    li_json_put_text(&json, "type", LI_S("FeatureCollection"));
    li_json_key(&json, "features");
    li_json_open_list(&json);
    r = put_features(request, &json, LI_PAGE_LIVE);
    r = r ? r : put_features(request, &json, LI_PAGE_KEPT);
    li_json_close_list(&json);
    li_json_close_map(&json);
    return r ? r : li_reply_end(request);
}

int li_op_sum_pages(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_view_figure *figures;
    struct li_json json;
    size_t count;
    int r = li_view_sums(&request->ctx, &view, li_request_text(request, "kind"), &figures, &count);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_put_figures(&json, figures, count);
    li_json_close_map(&json);
    return li_reply_end(request);
}
