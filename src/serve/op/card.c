/*
 * A card for who has no phone: what a programme asks, to be filled in by hand at a guard box or a
 * counter.  It holds nothing of anybody before it is filled in, so anybody may print one; its code
 * brings who enters it to the desk's form, with the place and the way it came filled in.
 */
#include "case/case.h"
#include "serve/op/op.h"
#include "serve/page/matrix.h"
#include "serve/page/page.h"

#define VIA      "card"
#define LONG     200 /* code points from which a text gets many lines */
#define LINES    4
#define LINES_OF 1

/* A programme that is opened by what somebody enters from a card. */
static int find_playbook(struct li_request *request, const struct li_playbook **ret)
{
    struct li_str name = li_request_text(request, "playbook");
    const struct li_playbook *playbook;
    int r = li_op_playbook(request, name.len ? name : LI_REPORT_PLAYBOOK, &playbook);

    for (size_t i = 0; r == 0 && i < playbook->open_via_count; i++) {
        if (li_str_is(playbook->open_via[i], VIA)) {
            *ret = playbook;
            return 0;
        }
    }
    return r ? r : LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no card leads to %.*s", LI_P(name));
}

/* What can be written or ticked with a pen. */
static bool by_hand(const struct li_field *field)
{
    switch (field->type) {
    case LI_FIELD_TEXT:
    case LI_FIELD_PHONE:
    case LI_FIELD_CHOICE:
    case LI_FIELD_CHECKLIST:
    case LI_FIELD_BOOL:
    case LI_FIELD_DATE:
    case LI_FIELD_INTEGER:
        return true;
    default:
        return false;
    }
}

static void put_lines(struct li_request *request, struct li_node *item,
                      const struct li_field *field)
{
    bool is_long = field->type == LI_FIELD_TEXT && field->max > LONG;
    struct li_node *lines = li_page_list(request, item, "lines");

    for (int i = 0; i < (is_long ? LINES : LINES_OF); i++) {
        li_page_item(request, lines);
    }
}

static void put_boxes(struct li_request *request, struct li_node *item,
                      const struct li_field *field)
{
    struct li_node *boxes = li_page_list(request, item, "boxes");

    for (size_t i = 0; i < field->option_count; i++) {
        li_page_texts(request, li_page_item(request, boxes), "option", field->options[i].label);
    }
}

static void put_fields(struct li_request *request, struct li_node *data,
                       const struct li_playbook *playbook)
{
    struct li_node *fields = li_page_list(request, data, "fields");

    for (size_t i = 0; i < playbook->open_field_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->open_fields[i]];
        struct li_node *item = by_hand(field) ? li_page_item(request, fields) : NULL;
        if (!item) {
            continue;
        }
        li_page_texts(request, item, "label", field->label);
        li_page_texts(request, item, "hint", field->hint);
        li_page_bool(request, item, "required", playbook->open_required[i]);
        li_page_bool(request, item, "is_tick", field->type == LI_FIELD_BOOL);
        li_page_bool(request, item, "has_boxes", field->option_count > 0);
        if (field->option_count) {
            put_boxes(request, item, field);
        } else if (field->type != LI_FIELD_BOOL) {
            put_lines(request, item, field);
        }
    }
}

/* Where who enters it goes on: the desk's form; a place too wide to be a case's is asked there. */
static int put_code(struct li_request *request, struct li_node *data,
                    const struct li_playbook *playbook, const struct li_area *area)
{
    struct li_ctx *ctx = &request->ctx;
    struct li_str where =
        li_case_fits_area(area) ? li_strf(ctx, "&area=%.*s", LI_P(area->code)) : LI_S("");
    struct li_str path;
    int size = 0;
    int r = li_matrix_path(ctx,
                           li_strf(ctx, "%.*s/desk/#/%.*s/intake?playbook=%.*s&via=" VIA "%.*s",
                                   LI_P(li_request_public_url(request)),
                                   LI_P(request->tenant->slug), LI_P(playbook->name), LI_P(where)),
                           &path, &size);

    if (r == 0) {
        li_page_text(request, data, "path", path);
        li_page_int(request, data, "size", size);
    }
    return r;
}

int li_op_page_card(struct li_request *request)
{
    struct li_str code = li_request_text(request, "area"), around;
    const struct li_playbook *playbook = NULL;
    struct li_node *data;
    struct li_area area;
    int r = li_area_find(&request->ctx, request->conn, request->tenant->id, code, &area);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no area %.*s", LI_P(code));
    }
    r = r ? r : find_playbook(request, &playbook);
    r = r ? r : li_op_around(request, &area, &around);
    if (r) {
        return r;
    }
    li_op_lang(request);
    data = li_page_new(request);
    li_page_texts(request, data, "matter", playbook->title);
    li_page_text(request, data, "place", area.name);
    li_page_text(request, data, "around", around);
    put_fields(request, data, playbook);
    r = put_code(request, data, playbook, &area);
    return r ? r : li_page_render(request, 200, "card", data);
}
