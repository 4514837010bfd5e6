/*
 * The public square as pages without script: what stands there and what is archive, one page
 * with its permanent address, its printed sheet, and the feed.
 */
#include "base/hash.h"
#include "base/id.h"
#include "base/time.h"
#include "case/use.h"
#include "contract/contract.h"
#include "playbook/word.h"
#include "serve/op/square.h"
#include "serve/page/matrix.h"
#include "serve/page/offer.h"
#include "serve/page/page.h"

#define PAGE    30
#define HOME    5
#define FEED    20
#define PREVIEW 120 /* characters */
#define SHEET   60  /* pages on the sheet of a board */

static void put_place(struct li_request *request, struct li_node *data)
{
    li_page_text(request, data, "tenant", request->tenant->slug);
    li_page_text(request, data, "name", request->tenant->name);
}

static struct li_str kind_text(struct li_request *request, struct li_str kind)
{
    return li_page_word_of(request, "square_kind", kind);
}

static struct li_str address(struct li_request *request, struct li_str number)
{
    return li_strf(&request->ctx, "%.*s/%.*s/square/%.*s", LI_P(li_request_public_url(request)),
                   LI_P(request->tenant->slug), LI_P(number));
}

static void put_row(struct li_request *request, struct li_node *item,
                    const struct li_view_page *page)
{
    li_page_text(request, item, "number", page->row.number);
    li_page_text(request, item, "kind", kind_text(request, page->row.kind));
    li_page_texts(request, item, "programme", page->seen.row.playbook->title);
    li_page_text(request, item, "title", page->title);
    li_page_text(request, item, "area", page->seen.area.name);
    li_page_texts(request, item, "state",
                  page->seen.row.playbook->machines[0].states[page->seen.row.state].label);
    li_page_time(request, item, "since", page->row.since);
    li_page_time(request, item, "until", page->row.until);
    li_page_bool(request, item, "is_kept", page->row.stands == LI_PAGE_KEPT);
}

/* ---- the square ------------------------------------------------------------------ */

static int put_pages(struct li_request *request, struct li_node *data, const char *name,
                     const struct li_square_query *query, struct li_str *ret_last,
                     size_t *ret_count)
{
    struct li_node *list = li_page_list(request, data, name);
    struct li_view view = li_request_view(request);
    struct li_view_page *pages;
    size_t count;
    int r = li_view_pages(&request->ctx, &view, query, &pages, &count, ret_last);

    for (size_t i = 0; r == 0 && i < count; i++) {
        put_row(request, li_page_item(request, list), &pages[i]);
    }
    if (r == 0) {
        *ret_count = count;
    }
    return r;
}

int li_op_put_square(struct li_request *request, struct li_node *data)
{
    const struct li_square_query query = {.stands = LI_PAGE_LIVE, .limit = HOME};
    struct li_str last;
    size_t count;
    int r = put_pages(request, data, "pages", &query, &last, &count);

    li_page_bool(request, data, "has_pages", r == 0 && count > 0);
    return r;
}

static void put_kinds(struct li_request *request, struct li_node *data, struct li_str chosen)
{
    struct li_node *kinds = li_page_list(request, data, "kinds");

    for (size_t i = 0; i < LI_PAGE_KIND_COUNT; i++) {
        struct li_node *item = li_page_item(request, kinds);
        li_page_text(request, item, "kind_name", li_str(li_page_kinds[i]));
        li_page_text(request, item, "label", kind_text(request, li_str(li_page_kinds[i])));
        li_page_bool(request, item, "selected", li_str_is(chosen, li_page_kinds[i]));
    }
}

/* Every value is of the contract's patterns; a number is escaped by none of them. */
static void put_next(struct li_request *request, struct li_node *data, struct li_str last,
                     bool kept)
{
    struct li_str kind = li_request_text(request, "kind"), area = li_request_text(request, "area"),
                  row = li_request_text(request, "row");

    if (last.ptr) {
        li_page_text(request, data, "next",
                     li_strf(&request->ctx,
                             "/%.*s/square?kind=%.*s&area=%.*s&row=%.*s&show=%s&before=%.*s"
                             "&lang=%s",
                             LI_P(request->tenant->slug), LI_P(kind), LI_P(area), LI_P(row),
                             kept ? "kept" : "live", LI_P(last),
                             request->ctx.lang == LI_EN ? "en" : "zh"));
    }
}

/* The board whose pages alone are asked for. */
static int put_board(struct li_request *request, struct li_node *data)
{
    struct li_view view = li_request_view(request);
    struct li_str text = li_request_text(request, "row");
    struct li_row row;
    int64_t id;
    int r = text.len ? li_id_parse(&request->ctx, text, &id) : 1;

    r = r ? r : li_row_find(&request->ctx, view.record, view.conn, view.tenant, id, &row);
    if (r > 0) {
        return 0;
    }
    if (r == -LI_E_NOT_FOUND || (r == 0 && row.reg->shown_count == 0)) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such row");
    }
    if (r == 0) {
        struct li_node *board = li_page_map(request, data, "board");
        li_page_text(request, board, "row", text);
        li_page_text(request, board, "register", row.reg->form.name);
        li_page_text(request, board, "board_name", row.name);
    }
    return r;
}

/* What stands there; behind it, or alone when it is asked for, what is archive. */
int li_op_page_square(struct li_request *request)
{
    struct li_str show = li_request_text(request, "show"), kind = li_request_text(request, "kind"),
                  area = li_request_text(request, "area"), last = {.ptr = NULL}, older;
    struct li_square_query query;
    struct li_node *data;
    size_t live = 0, kept = 0;
    int r;

    li_op_lang(request);
    data = li_page_new(request);
    put_place(request, data);
    put_kinds(request, data, kind);
    r = put_board(request, data);
    li_page_text(request, data, "map_query",
                 li_strf(&request->ctx, "%s%.*s%s%s%.*s", kind.len ? "kind=" : "", LI_P(kind),
                         kind.len && area.len ? "&" : "", area.len ? "area=" : "", LI_P(area)));
    r = r ? r : li_op_put_communities(request, data, area);
    r = r || !kind.len ? r : li_op_put_sums(request, data, kind);
    if (r == 0 && !li_str_is(show, "kept")) {
        r = li_op_square_query(request, LI_PAGE_LIVE, PAGE, &query);
        r = r ? r : put_pages(request, data, "pages", &query, &last, &live);
        put_next(request, data, last, false);
    }
    if (r == 0 && !last.ptr && !li_str_is(show, "live")) {
        r = li_op_square_query(request, LI_PAGE_KEPT, PAGE, &query);
        r = r ? r : put_pages(request, data, "archive", &query, &older, &kept);
        put_next(request, data, r ? (struct li_str){.ptr = NULL} : older, true);
    }
    li_page_bool(request, data, "has_pages", live > 0);
    li_page_bool(request, data, "has_archive", kept > 0);
    li_page_bool(request, data, "is_empty", live + kept == 0);
    li_page_bool(request, data, "is_first", !show.len);
    r = r ? r : li_op_allow_tiles(request);
    return r ? r : li_page_render(request, 200, "square", data);
}

/* ---- one page ---------------------------------------------------------------------- */

static void put_files(struct li_request *request, struct li_node *item, const char *what,
                      const struct li_view_value *value)
{
    struct li_node *list = li_page_list(request, item, what);

    for (size_t i = 0; i < value->photo_count; i++) {
        struct li_node *file = li_page_item(request, list);
        li_page_int(request, file, "no", value->photos[i].no);
        li_page_int(request, file, "at", (int64_t)i + 1);
        li_page_int(request, file, "width", value->photos[i].width);
        li_page_int(request, file, "height", value->photos[i].height);
        li_page_text(request, file, "type", li_str(li_filetype_name(value->photos[i].kind)));
    }
}

static void put_values(struct li_request *request, struct li_node *data,
                       const struct li_view_page *page)
{
    struct li_node *list = li_page_list(request, data, "values");

    for (size_t i = 0; i < page->seen.value_count; i++) {
        const struct li_view_value *value = &page->seen.values[i];
        struct li_node *item;

        if (value->erased || value->masked || value->place) {
            continue;
        }
        item = li_page_item(request, list);
        li_page_texts(request, item, "label", value->field->label);
        li_page_bool(request, item, "is_long", value->field->type == LI_FIELD_TEXT);
        if (value->field->type == LI_FIELD_PHOTOS) {
            put_files(request, item, "photos", value);
        } else if (value->field->type == LI_FIELD_DOCUMENT) {
            put_files(request, item, "documents", value);
        } else {
            li_page_texts(request, item, "text", value->text);
        }
    }
}

static struct li_str first_words(struct li_str text)
{
    size_t at = 0;

    for (int i = 0; i < PREVIEW && at < text.len; i++) {
        li_utf8_next(text, &at);
    }
    return li_str_n(text.ptr, at);
}

/* The first words, and the first picture, for messengers. */
static void put_preview(struct li_request *request, struct li_node *data,
                        const struct li_view_page *page)
{
    bool words = false, picture = false;

    for (size_t i = 0; i < page->seen.value_count; i++) {
        const struct li_view_value *value = &page->seen.values[i];

        if (!words && value->field->type == LI_FIELD_TEXT && !value->erased) {
            li_page_text(request, data, "preview", first_words(value->text.zh));
            words = true;
        }
        if (!picture && value->field->type == LI_FIELD_PHOTOS && value->photo_count) {
            li_page_text(request, data, "picture",
                         li_strf(&request->ctx, "%.*s/api/v1/%.*s/square/%.*s/photos/%lld",
                                 LI_P(li_request_public_url(request)), LI_P(request->tenant->slug),
                                 LI_P(page->row.number), (long long)value->photos[0].no));
            picture = true;
        }
    }
}

/* A day with its year: a page lasts, and a sheet hangs on a wall. */
static struct li_str day_text(struct li_request *request, int64_t at)
{
    const struct li_civil civil = li_civil_at(at);

    if (!at) {
        return LI_S("");
    }
    return request->ctx.lang == LI_EN
               ? li_strf(&request->ctx, "%04d-%02d-%02d", civil.year, civil.month, civil.day)
               : li_strf(&request->ctx, "%d年%d月%d日", civil.year, civil.month, civil.day);
}

/* Where it is, for the map beside it. */
static void put_point(struct li_request *request, struct li_node *data,
                      const struct li_view_page *page)
{
    struct li_node *point = page->place ? li_page_map(request, data, "point") : NULL;

    if (point) {
        const struct li_point *at = &page->place->point;
        li_page_text(request, point, "lon",
                     li_strf(&request->ctx, "%.6f", (double)at->lon / LI_DEGREE));
        li_page_text(request, point, "lat",
                     li_strf(&request->ctx, "%.6f", (double)at->lat / LI_DEGREE));
    }
}

static int put_page(struct li_request *request, struct li_node *data,
                    const struct li_view_page *page)
{
    put_place(request, data);
    put_row(request, data, page);
    li_page_text(request, data, "since", day_text(request, page->row.since));
    li_page_text(request, data, "until", day_text(request, page->row.until));
    li_page_text(request, data, "address", address(request, page->row.number));
    put_preview(request, data, page);
    put_values(request, data, page);
    put_point(request, data, page);
    li_op_put_own_figures(request, data, page);
    return li_op_put_case_ballots(request, data, &page->seen.row);
}

static int gone(struct li_request *request, const struct li_view_page *page)
{
    struct li_node *data = li_page_new(request);

    put_place(request, data);
    li_page_bool(request, data, "said", li_request_text(request, "said").len > 0);
    li_page_text(request, data, "number", page->row.number);
    return li_page_render(request, 410, "square_gone", data);
}

static int see(struct li_request *request, struct li_view_page *ret)
{
    struct li_view view = li_request_view(request);

    li_op_lang(request);
    return li_view_page(&request->ctx, &view, li_request_text(request, "number"), ret);
}

/* What residents open beneath it: a place in an activity. */
static int put_beneath(struct li_request *request, struct li_node *data,
                       const struct li_view_page *page)
{
    struct li_library *library = li_request_house(request)->bound.library;
    struct li_node *list = li_page_list(request, data, "beneath");
    char id[LI_ID_TEXT + 1];
    struct li_off_list off;
    struct li_str *names;
    size_t count = 0;
    int r = page->row.stands == LI_PAGE_LIVE ? li_library_names(&request->ctx, request->conn,
                                                                request->tenant->id, &names, &count)
                                             : 0;

    r = r ? r : li_playbooks_off(&request->ctx, request->conn, request->tenant->id, &off);
    li_id_format(page->row.case_id, id);
    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_playbook *playbook;
        r = li_library_find(&request->ctx, library, request->conn, request->tenant->id, names[i], 0,
                            &playbook);
        if (r == 0 && !li_is_off(&off, names[i]) && li_op_is_for_residents(playbook) &&
            li_str_eq(playbook->under, page->seen.row.playbook->name)) {
            struct li_node *item = li_page_item(request, list);
            li_page_texts(request, item, "title", playbook->title);
            li_page_text(request, item, "href",
                         li_strf(&request->ctx, "/%.*s/report?playbook=%.*s&under=%s&lang=%s",
                                 LI_P(request->tenant->slug), LI_P(playbook->name), id,
                                 request->ctx.lang == LI_EN ? "en" : "zh"));
        }
    }
    return r;
}

/* With the forms of what anybody may do. */
static int show(struct li_request *request, int status, struct li_node *data,
                const struct li_view_page *page)
{
    int r;

    li_page_bool(request, data, "said", li_request_text(request, "said").len > 0);
    li_page_text(request, data, "act_url",
                 li_strf(&request->ctx, "/%.*s/square/%.*s", LI_P(request->tenant->slug),
                         LI_P(page->row.number)));
    li_page_offers(request, data, &page->seen);
    r = put_beneath(request, data, page);
    return r ? r : li_page_render(request, status, "square_page", data);
}

int li_op_page_page(struct li_request *request)
{
    struct li_view_page page;
    struct li_node *data;
    int r = see(request, &page);

    if (r == 0 && page.row.stands == LI_PAGE_DOWN) {
        return gone(request, &page);
    }
    data = r ? NULL : li_page_new(request);
    r = r ? r : put_page(request, data, &page);
    return r ? r : show(request, 200, data, &page);
}

/* ---- what anybody may do with it --------------------------------------------------- */

static const struct li_action *asked(struct li_request *request, const struct li_view_page *page)
{
    const struct li_playbook *playbook = page->seen.row.playbook;
    struct li_str name = li_node_text(request->body, "action");

    for (size_t i = 0; i < page->seen.offer_count; i++) {
        const struct li_action *action = &playbook->actions[page->seen.offers[i].action];
        if (li_str_eq(action->name, name) && page->seen.offers[i].part == 0) {
            return action;
        }
    }
    return NULL;
}

static int again(struct li_request *request, const struct li_view_page *page)
{
    struct li_node *data = li_page_new(request);
    int r = put_page(request, data, page);

    return r ? r : show(request, 422, data, page);
}

int li_op_submit_page(struct li_request *request)
{
    struct li_case_act_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_str lang = li_node_text(request->body, "lang");
    const struct li_action *action;
    struct li_node *fields = NULL;
    struct li_view_page page;
    int r = args ? see(request, &page) : -LI_E_NOMEM;

    request->ctx.lang = lang.ptr ? (li_str_is(lang, "en") ? LI_EN : LI_ZH) : request->ctx.lang;
    if (r == 0 && page.row.stands == LI_PAGE_DOWN) {
        return gone(request, &page);
    }
    action = r ? NULL : asked(request, &page);
    if (!action) {
        return r ? r : LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such action");
    }
    r = li_page_gather(request, page.seen.row.playbook, action, &fields);
    if (r == -LI_E_INVALID) {
        return again(request, &page);
    }
    if (r) {
        return r;
    }
    /* nobody is asked who they are, and nobody who is signed in does it as that */
    request->viewer = (struct li_viewer){.kind = LI_VIEWER_ANYONE, .tenant = request->tenant->id};
    *args =
        (struct li_case_act_args){.id = page.row.case_id, .action = action->name, .fields = fields};
    li_request_job(request, &li_case_act, args, li_node_text(request->body, "key"));
    return LI_LATER;
}

int li_op_submit_page_done(struct li_request *request)
{
    return li_reply_see(request, li_strf(&request->ctx, "/%.*s/square/%.*s?said=1&lang=%s",
                                         LI_P(request->tenant->slug),
                                         LI_P(li_request_text(request, "number")),
                                         request->ctx.lang == LI_EN ? "en" : "zh"));
}

int li_op_page_page_sheet(struct li_request *request)
{
    struct li_view_page page;
    struct li_node *data;
    struct li_str path;
    int size = 0, r = see(request, &page);

    if (r == 0 && page.row.stands == LI_PAGE_DOWN) {
        return gone(request, &page);
    }
    data = r ? NULL : li_page_new(request);
    r = r ? r : put_page(request, data, &page);
    r = r ? r : li_matrix_path(&request->ctx, address(request, page.row.number), &path, &size);
    if (r) {
        return r;
    }
    li_page_text(request, data, "path", path);
    li_page_text(request, data, "size", li_strf(&request->ctx, "%d", size));
    return li_page_render(request, 200, "square_sheet", data);
}

/* ---- a board: what names a row of a register where everybody reads it ------------------ */

int li_op_put_hanging(struct li_request *request, struct li_node *data)
{
    struct li_square_query query;
    struct li_str last, older;
    size_t live = 0, kept = 0;
    int r = li_op_square_query(request, LI_PAGE_LIVE, SHEET, &query);

    r = r ? r : put_pages(request, data, "pages", &query, &last, &live);
    query.stands = LI_PAGE_KEPT;
    query.limit = HOME;
    r = r ? r : put_pages(request, data, "archive", &query, &older, &kept);
    li_page_bool(request, data, "has_pages", live > 0);
    li_page_bool(request, data, "has_archive", kept > 0);
    li_page_bool(request, data, "has_hung", live + kept > 0);
    return r;
}

/* Its words in short, and what else it shows but the boards it hangs on. */
static void put_brief(struct li_request *request, struct li_node *item,
                      const struct li_view_page *page)
{
    struct li_node *list = li_page_list(request, item, "values"), *value;

    put_preview(request, item, page);
    for (size_t i = 0; i < page->seen.value_count; i++) {
        const struct li_view_value *one = &page->seen.values[i];
        bool words = one->field->type == LI_FIELD_TEXT && one->field->max > PREVIEW;
        if (one->erased || one->masked || one->photo_count || one->place || words ||
            one->field->type == LI_FIELD_SUBJECT || one->field->type == LI_FIELD_PHOTOS ||
            one->field->type == LI_FIELD_DOCUMENT) {
            continue;
        }
        value = li_page_item(request, list);
        li_page_texts(request, value, "label", one->field->label);
        li_page_texts(request, value, "text", one->text);
    }
}

int li_op_put_sheet_of(struct li_request *request, struct li_node *data, struct li_str to)
{
    struct li_node *list = li_page_list(request, data, "pages");
    struct li_view view = li_request_view(request);
    struct li_square_query query;
    struct li_view_page *pages;
    struct li_str last, path;
    size_t count = 0;
    int size = 0, r = li_op_square_query(request, LI_PAGE_LIVE, SHEET, &query);

    r = r ? r : li_view_pages(&request->ctx, &view, &query, &pages, &count, &last);
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_node *item = li_page_item(request, list);
        struct li_view_page page;
        r = li_view_page(&request->ctx, &view, pages[i].row.number, &page);
        if (r == 0 && page.row.stands == LI_PAGE_LIVE) {
            put_row(request, item, &page);
            put_brief(request, item, &page);
        }
    }
    r = r ? r : li_matrix_path(&request->ctx, to, &path, &size);
    if (r == 0) {
        put_place(request, data);
        li_page_bool(request, data, "has_pages", count > 0);
        li_page_text(request, data, "as_of", day_text(request, li_now(request->ctx.clock)));
        li_page_text(request, data, "address", to);
        li_page_text(request, data, "path", path);
        li_page_text(request, data, "size", li_strf(&request->ctx, "%d", size));
    }
    return r;
}

/* ---- the feed ------------------------------------------------------------------------ */

/* A name that lasts whatever the server is called: made of the tenant and the number. */
static struct li_str entry_id(struct li_request *request, struct li_str number)
{
    struct li_str text =
        li_strf(&request->ctx, "square %.*s %.*s", LI_P(request->tenant->slug), LI_P(number));
    const struct li_hash hash = li_hash_of(text);
    const uint8_t *b = hash.bytes;

    return li_strf(
        &request->ctx,
        "urn:uuid:%02x%02x%02x%02x-%02x%02x-8%01x%02x-a%01x%02x-%02x%02x%02x%02x%02x%02x", b[0],
        b[1], b[2], b[3], b[4], b[5], b[6] & 15, b[7], b[8] & 15, b[9], b[10], b[11], b[12], b[13],
        b[14], b[15]);
}

static struct li_str time_text(struct li_request *request, int64_t at)
{
    char text[LI_TIME_TEXT];

    li_time_format(at - at % LI_SECOND, text);
    return li_str_dup(&request->ctx, li_str(text));
}

/* What XML cannot say is a space. */
static struct li_str plain(struct li_request *request, struct li_str text)
{
    struct li_str copy = li_str_dup(&request->ctx, text);
    char *at = (char *)(uintptr_t)copy.ptr;

    for (size_t i = 0; copy.ptr && i < copy.len; i++) {
        if ((unsigned char)at[i] < 0x20 && at[i] != '\n' && at[i] != '\t') {
            at[i] = ' ';
        }
    }
    return copy;
}

static int put_entry(struct li_request *request, struct li_node *list, struct li_str number)
{
    struct li_view view = li_request_view(request);
    struct li_view_page page;
    struct li_node *item;
    int r = li_view_page(&request->ctx, &view, number, &page);

    if (r || page.row.stands == LI_PAGE_DOWN) {
        return r;
    }
    item = li_page_item(request, list);
    put_row(request, item, &page);
    li_page_text(request, item, "title", plain(request, page.title));
    li_page_text(request, item, "kind_name", page.row.kind);
    li_page_text(request, item, "id", entry_id(request, number));
    li_page_text(request, item, "address", address(request, number));
    li_page_text(request, item, "published", time_text(request, page.row.since));
    li_page_text(request, item, "updated", time_text(request, page.row.changed));
    put_values(request, item, &page);
    for (size_t i = 0; i < page.seen.value_count; i++) {
        if (page.seen.values[i].field->type == LI_FIELD_TEXT && !page.seen.values[i].erased) {
            li_page_text(request, item, "words", plain(request, page.seen.values[i].text.zh));
            break;
        }
    }
    return 0;
}

int li_op_feed_square(struct li_request *request)
{
    struct li_square_query query;
    struct li_square_row *rows;
    struct li_node *data, *list;
    int64_t updated = 0;
    size_t count = 0;
    int r = li_op_square_query(request, LI_PAGE_LIVE, FEED, &query);

    li_op_lang(request);
    data = li_page_new(request);
    put_place(request, data);
    list = li_page_list(request, data, "entries");
    r = r ? r
          : li_square_list(&request->ctx, request->conn, request->tenant->id, &query, &rows,
                           &count);
    for (size_t i = 0; r == 0 && i < count; i++) {
        updated = rows[i].changed > updated ? rows[i].changed : updated;
        r = put_entry(request, list, rows[i].number);
    }
    li_page_text(request, data, "id", entry_id(request, LI_S("")));
    li_page_text(request, data, "updated", time_text(request, updated ? updated : li_day_start(0)));
    li_page_text(request, data, "base",
                 li_strf(&request->ctx, "%.*s/%.*s", LI_P(li_request_public_url(request)),
                         LI_P(request->tenant->slug)));
    r = r ? r : li_page_render(request, 200, "square_feed", data);
    if (r == 0) {
        request->answer.media = LI_MEDIA_XML;
        request->answer.type = "application/atom+xml; charset=utf-8";
    }
    return r;
}
