/*
 * Pages of the public square, read from the case each time.
 *
 * What may stand there the playbook says and its loader has looked at.  Here a text is the newest
 * of its field; what was erased, masked or belongs to a register nobody may read is left out.
 */
#include "view/square.h"

#include "base/id.h"
#include "base/time.h"
#include "view/inside.h"
#include "view/json.h"

static const struct li_vault_item *newest(const struct li_vault_item *items, size_t count,
                                          struct li_str field)
{
    const struct li_vault_item *found = NULL;

    for (size_t i = 0; i < count; i++) {
        if (li_str_eq(items[i].field, field)) {
            found = &items[i];
        }
    }
    return found && found->value.ptr ? found : NULL;
}

/* A row of a register is named where the register is for everybody. */
static int is_public_row(struct li_ctx *ctx, const struct li_view *view,
                         const struct li_member *member, bool *ret)
{
    struct li_row row;
    int64_t id;
    int r = li_id_parse(ctx, member->value->text, &id);

    *ret = false;
    r = r ? r : li_row_find(ctx, view->record, view->conn, view->tenant, id, &row);
    if (r == 0) {
        *ret = row.reg->shown_count > 0;
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

static int structured(struct li_ctx *ctx, const struct li_view *view, struct li_view_page *page,
                      const struct li_field *field)
{
    struct li_view_case *seen = &page->seen;
    const struct li_member *member = NULL;
    bool shown = true;
    int r = 0;

    for (size_t i = 0; i < seen->row.fields->map.count; i++) {
        if (li_str_eq(seen->row.fields->map.items[i].key, field->name)) {
            member = &seen->row.fields->map.items[i];
        }
    }
    if (!member) {
        return 0;
    }
    if (field->type == LI_FIELD_SUBJECT && member->value->kind == LI_TEXT) {
        r = is_public_row(ctx, view, member, &shown);
    }
    if (r || !shown) {
        return r;
    }
    r = li_view_structured(ctx, view, seen, member, &seen->values[seen->value_count]);
    if (r == 0) {
        page->place = page->place ? page->place : seen->values[seen->value_count].place;
        seen->value_count++;
    }
    return r;
}

static int reckoned(struct li_ctx *ctx, const struct li_view *view, struct li_view_page *page,
                    int field)
{
    struct li_view_case *seen = &page->seen;
    struct li_case_part *parts;
    struct li_snapshot snapshot;
    int64_t number;
    size_t count;
    int r = li_case_parts(ctx, view->conn, view->tenant, &seen->row, &parts, &count);

    r = r ? r : li_case_snapshot(ctx, &seen->row, parts, count, li_now(ctx->clock), &snapshot);
    r = r ? r : li_machine_reckon(ctx, &snapshot, field, &number);
    r = r ? r
          : li_view_reckoned(ctx, &seen->row.playbook->fields[field], number,
                             &seen->values[seen->value_count]);
    seen->value_count += r == 0;
    return r;
}

static int show(struct li_ctx *ctx, const struct li_view *view, const struct li_vault_item *items,
                size_t count, int place, struct li_view_page *page)
{
    struct li_view_case *seen = &page->seen;
    const struct li_field *field = &seen->row.playbook->fields[place];
    const struct li_vault_item *item;
    int r;

    if (field->is) {
        return reckoned(ctx, view, page, place);
    }
    if (!field->free_text) {
        return structured(ctx, view, page, field);
    }
    item = newest(items, count, field->name);
    if (!item) {
        return 0;
    }
    r = li_view_text(ctx, seen->row.playbook, item, &seen->values[seen->value_count]);
    seen->value_count += r == 0 && !seen->values[seen->value_count].masked;
    return r;
}

/* "19,480" of 1948000 with two decimals. */
struct li_str li_view_number(struct li_ctx *ctx, int64_t value, int places)
{
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value, scale = 1, rest;
    struct li_str text = LI_S("");

    for (int i = 0; i < places; i++) {
        scale *= 10;
    }
    rest = left % scale;
    if (rest) {
        text = li_strf(ctx, ".%0*llu", places, (unsigned long long)rest);
    }
    for (left /= scale; left >= 1000; left /= 1000) {
        text = li_strf(ctx, ",%03llu%.*s", (unsigned long long)(left % 1000), LI_P(text));
    }
    return li_strf(ctx, "%s%llu%.*s", value < 0 ? "-" : "", (unsigned long long)left, LI_P(text));
}

/* What is kept of a playbook's figures, in the order it says them; one that a later version says
 * no more is left out. */
static int say_figures(struct li_ctx *ctx, const struct li_playbook *playbook,
                       const struct li_square_figure *kept, size_t count,
                       struct li_view_figure *ret, size_t *ret_count)
{
    const struct li_publication *publication = playbook->publication;

    for (size_t i = 0; publication && i < publication->figure_count; i++) {
        const struct li_figure *figure = &publication->figures[i];
        for (size_t k = 0; k < count; k++) {
            if (!li_str_eq(kept[k].name, figure->name) ||
                !li_str_eq(kept[k].playbook, playbook->name)) {
                continue;
            }
            ret[*ret_count] = (struct li_view_figure){
                .playbook = playbook,
                .figure = figure,
                .value = kept[k].value,
                .pages = kept[k].pages,
                .text = li_view_number(ctx, kept[k].value, figure->places),
            };
            if (!ret[(*ret_count)++].text.ptr) {
                return -LI_E_NOMEM;
            }
        }
    }
    return 0;
}

int li_view_page_figures(struct li_ctx *ctx, const struct li_view *view, struct li_view_page *page)
{
    struct li_square_figure *kept;
    size_t count;
    int r = li_square_figures(ctx, view->conn, view->tenant, page->row.case_id, &kept, &count);

    page->figures = r ? NULL : li_alloc_array(ctx, count + 1, sizeof(*page->figures));
    if (!page->figures) {
        return r ? r : -LI_E_NOMEM;
    }
    return say_figures(ctx, page->seen.row.playbook, kept, count, page->figures,
                       &page->figure_count);
}

static bool points(const struct li_playbook *playbook, int field)
{
    return playbook->fields[field].type == LI_FIELD_POINT;
}

/* `whole`: its values and figures; else its title and place alone. */
static int read_page(struct li_ctx *ctx, const struct li_view *view, bool whole,
                     struct li_view_page *ret)
{
    struct li_view_case *seen = &ret->seen;
    const struct li_publication *publication;
    const struct li_vault_item *title;
    struct li_vault_item *items;
    size_t count;
    int r = li_case_find(ctx, view->record, view->conn, view->tenant, ret->row.case_id, &seen->row);

    if (r) {
        return r;
    }
    /* the rows lie a moment behind the case: what is not public any more is gone at once */
    if (li_case_stands(&seen->row) == LI_PAGE_NONE) {
        ret->row.stands = LI_PAGE_DOWN;
        return 0;
    }
    publication = seen->row.playbook->publication;
    seen->values = li_alloc_array(ctx, publication->show_count + 1, sizeof(*seen->values));
    r = seen->values
            ? li_vault_of(ctx, view->record, view->conn, view->tenant, seen->row.id, &items, &count)
            : -LI_E_NOMEM;
    r = r ? r : li_view_area(ctx, view, li_case_community(seen->row.area), &seen->area);
    r = r || !whole ? r : li_view_photos_of(ctx, view, seen);
    for (size_t i = 0; r == 0 && i < publication->show_count; i++) {
        if (whole || points(seen->row.playbook, publication->shows[i])) {
            r = show(ctx, view, items, count, publication->shows[i], ret);
        }
    }
    if (r) {
        return r;
    }
    title = newest(items, count, seen->row.playbook->fields[publication->title].name);
    ret->title = title ? title->value : ret->row.number;
    return whole ? li_view_page_figures(ctx, view, ret) : 0;
}

/* What the playbook leaves to anyone while it stands there. */
static int offer(struct li_ctx *ctx, const struct li_view *view, struct li_view_case *seen)
{
    const struct li_viewer anyone = {.kind = LI_VIEWER_ANYONE, .tenant = view->tenant};
    struct li_case_part *parts;
    struct li_snapshot snapshot;
    size_t count;
    int r = li_case_parts(ctx, view->conn, view->tenant, &seen->row, &parts, &count);

    r = r ? r : li_case_snapshot(ctx, &seen->row, parts, count, li_now(ctx->clock), &snapshot);
    return r ? r
             : li_machine_offers(ctx, &snapshot, &anyone, false, &seen->offers, &seen->offer_count);
}

int li_view_page(struct li_ctx *ctx, const struct li_view *view, struct li_str number,
                 struct li_view_page *ret)
{
    int r;

    *ret = (struct li_view_page){.title = number};
    r = li_square_find(ctx, view->conn, view->tenant, number, &ret->row);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such page");
    }
    r = r || ret->row.stands == LI_PAGE_DOWN ? r : read_page(ctx, view, true, ret);
    return r || ret->row.stands != LI_PAGE_LIVE ? r : offer(ctx, view, &ret->seen);
}

/* Whether it says so where everybody reads it, and still does. */
static bool names(const struct li_view_page *page, int64_t row)
{
    const struct li_playbook *playbook = page->seen.row.playbook;
    char id[LI_ID_TEXT + 1];

    li_id_format(row, id);
    for (size_t i = 0; i < playbook->publication->show_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->publication->shows[i]];
        const struct li_node *named = field->type == LI_FIELD_SUBJECT
                                          ? li_node_get_str(page->seen.row.fields, field->name)
                                          : NULL;
        if (named && named->kind == LI_TEXT && li_str_is(named->text, id)) {
            return true;
        }
    }
    return false;
}

int li_view_pages(struct li_ctx *ctx, const struct li_view *view,
                  const struct li_square_query *query, struct li_view_page **ret, size_t *ret_count,
                  struct li_str *ret_next)
{
    struct li_view_page *pages;
    struct li_square_row *rows;
    size_t count, kept = 0;
    int r = li_square_list(ctx, view->conn, view->tenant, query, &rows, &count);

    pages = r ? NULL : li_alloc_array(ctx, count + 1, sizeof(*pages));
    if (!pages) {
        return r ? r : -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        pages[kept] = (struct li_view_page){.row = rows[i]};
        r = read_page(ctx, view, false, &pages[kept]);
        kept += r == 0 && pages[kept].row.stands != LI_PAGE_DOWN &&
                (!query->row || names(&pages[kept], query->row));
    }
    *ret = pages;
    *ret_count = kept;
    if (r == 0) {
        *ret_next = count == query->limit ? rows[count - 1].number : (struct li_str){.ptr = NULL};
    }
    return r;
}

int li_view_sums(struct li_ctx *ctx, const struct li_view *view, struct li_str kind,
                 struct li_view_figure **ret, size_t *ret_count)
{
    struct li_square_figure *sums;
    struct li_view_figure *all;
    size_t count, kept = 0;
    int r = li_square_sums(ctx, view->conn, view->tenant, kind, &sums, &count);

    all = r ? NULL : li_alloc_array(ctx, count + 1, sizeof(*all));
    if (!all) {
        return r ? r : -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_playbook *playbook;
        if (i && li_str_eq(sums[i].playbook, sums[i - 1].playbook)) {
            continue; /* they stand playbook by playbook */
        }
        r = li_library_find(ctx, li_bound(view->record)->library, view->conn, view->tenant,
                            sums[i].playbook, 0, &playbook);
        r = r ? r : say_figures(ctx, playbook, sums, count, all, &kept);
        r = r == -LI_E_NOT_FOUND ? 0 : r;
    }
    *ret = all;
    *ret_count = kept;
    return r;
}

/* ---- as JSON --------------------------------------------------------------------- */

void li_put_stands(struct li_json *json, const struct li_case *row)
{
    enum li_page_stands stands = li_case_stands(row);

    if (stands != LI_PAGE_NONE) {
        li_json_put_text(json, "page", li_str(li_page_stands_names[stands]));
    }
}

void li_put_figures(struct li_json *json, const struct li_view_figure *figures, size_t count)
{
    li_json_key(json, "figures");
    li_json_open_list(json);
    for (size_t i = 0; i < count; i++) {
        const struct li_figure *figure = figures[i].figure;
        li_json_open_map(json);
        li_json_put_text(json, "name", figure->name);
        li_put_texts(json, "label", figure->label);
        li_put_texts(json, "unit",
                     figure->unit.zh.ptr ? figure->unit : (struct li_texts){LI_S(""), LI_S("")});
        li_json_put_int(json, "value", figures[i].value);
        li_json_put_int(json, "places", figure->places);
        li_json_put_int(json, "pages", figures[i].pages);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

static void put_brief(struct li_json *json, const struct li_view_page *page)
{
    li_json_put_text(json, "number", page->row.number);
    li_json_put_text(json, "kind", page->row.kind);
    li_json_put_text(json, "playbook", page->row.playbook);
    li_put_texts(json, "programme", page->seen.row.playbook->title);
    li_json_put_text(json, "title", page->title);
    li_json_key(json, "area");
    li_put_area(json, &page->seen.area);
    li_json_put_text(json, "stands", li_str(li_page_stands_names[page->row.stands]));
    li_put_time(json, "since", page->row.since);
    if (page->row.until) {
        li_put_time(json, "until", page->row.until);
    }
    li_put_time(json, "changed", page->row.changed);
    li_json_key(json, "place");
    if (page->place) {
        li_json_open_map(json);
        li_json_key(json, "lon");
        li_json_real(json, (double)page->place->point.lon / LI_DEGREE);
        li_json_key(json, "lat");
        li_json_real(json, (double)page->place->point.lat / LI_DEGREE);
        li_json_close_map(json);
    } else {
        li_json_null(json);
    }
}

void li_put_page_row(struct li_json *json, const struct li_view_page *page)
{
    li_json_open_map(json);
    put_brief(json, page);
    li_json_close_map(json);
}

void li_put_page(struct li_json *json, const struct li_view_page *page)
{
    li_json_open_map(json);
    put_brief(json, page);
    li_put_values(json, "values", page->seen.values, page->seen.value_count);
    li_put_figures(json, page->figures, page->figure_count);
    li_json_close_map(json);
}
