/*
 * Lists of cases as JSON: of staff, of everybody, of what is near.  A case as a whole
 * is json.c's.
 */
#include "view/json.h"
#include "view/lines.h"

void li_put_row(struct li_json *json, const struct li_view_row *row)
{
    li_json_open_map(json);
    li_json_put_id(json, "case", row->id);
    li_json_put_text(json, "number", row->number);
    li_json_put_text(json, "playbook", row->playbook->name);
    li_put_texts(json, "title", row->playbook->title);
    li_put_named(json, "state", row->state->name, row->state->label);
    li_put_area_as(json, "area", &row->area);
    li_put_option(json, "kind", row->kind);
    li_put_option(json, "topic", row->topic);
    li_put_option(json, "level", row->level);
    li_json_put_bool(json, "urgent", row->urgent);
    li_json_put_text(json, "summary", row->summary);
    if (row->part) {
        li_json_put_int(json, "part", row->part);
    }
    li_json_put_bool(json, "overdue", row->overdue);
    li_put_time(json, "due_at", row->due_at);
    li_json_put_time(json, "opened_at", row->opened_at);
    li_json_close_map(json);
}

void li_put_list(struct li_json *json, const struct li_view *view, const struct li_view_list *list)
{
    li_json_open_map(json);
    li_json_key(json, "items");
    li_json_open_list(json);
    for (size_t i = 0; i < list->count; i++) {
        const struct li_view_row *row = &list->rows[i];
        size_t start = json->buf->len + (i > 0); /* behind the comma */
        if (row->line.ptr) {
            li_json_raw(json, row->line);
            continue;
        }
        li_put_row(json, row);
        if (!json->buf->error) {
            li_view_line_keep(view, row, li_str_n(json->buf->ptr + start, json->buf->len - start));
        }
    }
    li_json_close_list(json);
    li_put_cursor(json, "next", list->next);
    li_json_close_map(json);
}

static void put_about(struct li_json *json, const struct li_case_place *place)
{
    char text[LI_ANGLE_TEXT];

    li_json_key(json, "position");
    if (!place->some) {
        li_json_null(json);
        return;
    }
    li_json_open_map(json);
    li_json_key(json, "lon");
    li_json_raw(json, li_str_n(text, li_angle_text(li_angle_coarse(place->lon), text)));
    li_json_key(json, "lat");
    li_json_raw(json, li_str_n(text, li_angle_text(li_angle_coarse(place->lat), text)));
    li_json_close_map(json);
}

void li_put_public_list(struct li_json *json, const struct li_view_list *list)
{
    li_json_open_map(json);
    li_json_key(json, "items");
    li_json_open_list(json);
    for (size_t i = 0; i < list->count; i++) {
        const struct li_view_row *row = &list->rows[i];
        li_json_open_map(json);
        li_json_put_id(json, "case", row->id);
        li_json_put_text(json, "number", row->number);
        li_put_option(json, "kind", row->kind);
        li_put_option(json, "topic", row->topic);
        li_put_area_as(json, "area", &row->area);
        li_put_named(json, "state", row->state->name, row->state->label);
        put_about(json, &row->place);
        li_json_put_time(json, "opened_at", li_second(row->opened_at));
        li_json_close_map(json);
    }
    li_json_close_list(json);
    li_put_cursor(json, "next", list->next);
    li_json_close_map(json);
}

void li_put_nearby(struct li_json *json, const struct li_view_near *rows, size_t count)
{
    li_json_open_map(json);
    li_json_key(json, "items");
    li_json_open_list(json);
    for (size_t i = 0; i < count; i++) {
        const struct li_view_near *row = &rows[i];
        li_json_open_map(json);
        li_json_put_id(json, "case", row->id);
        li_json_put_text(json, "number", row->number);
        li_put_option(json, "kind", row->kind);
        li_put_option(json, "topic", row->topic);
        li_put_named(json, "state", row->state->name, row->state->label);
        li_put_area_as(json, "area", &row->area);
        li_json_put_int(json, "meters", row->meters);
        li_json_put_time(json, "opened_at", li_second(row->opened_at));
        li_json_put_int(json, "followers", row->followers);
        li_json_close_map(json);
    }
    li_json_close_list(json);
    li_json_close_map(json);
}
