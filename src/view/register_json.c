/* Registers and their rows as JSON, in the shapes of api/openapi.yaml. */
#include <stdio.h>

#include "base/id.h"
#include "base/time.h"
#include "view/json.h"
#include "view/register.h"

static const char *const states[] = {
    [LI_ROW_NOW] = "now",
    [LI_ROW_LATER] = "later",
    [LI_ROW_EXPIRED] = "expired",
    [LI_ROW_ENDED] = "ended",
};

static void put_day(struct li_json *json, const char *key, int64_t day)
{
    struct li_civil civil = li_civil_at(li_day_start((int32_t)day));
    char text[16];

    li_json_key(json, key);
    if (day) {
        snprintf(text, sizeof(text), "%04d-%02d-%02d", civil.year, civil.month, civil.day);
        li_json_text(json, li_str(text));
    } else {
        li_json_null(json);
    }
}

static void put_name(struct li_json *json, const struct li_row *row)
{
    li_json_put_id(json, "row", row->id);
    li_json_put_text(json, "register", row->reg->form.name);
    li_json_put_text(json, "code", row->code);
    li_json_put_text(json, "name", row->name);
}

static void put_line(struct li_json *json, const struct li_view_line *line)
{
    put_name(json, &line->row);
    li_json_key(json, "area");
    li_put_area(json, &line->area);
    li_json_put_text(json, "state", li_str(states[line->state]));
    put_day(json, "since", line->row.since);
    put_day(json, "until", line->row.until);
    li_put_values(json, "fields", line->values, line->value_count);
}

void li_put_line(struct li_json *json, const struct li_view_line *line)
{
    li_json_open_map(json);
    put_line(json, line);
    li_json_put_int(json, "rev", line->row.rev);
    li_json_close_map(json);
}

void li_put_line_public(struct li_json *json, const struct li_view_line *line)
{
    li_json_open_map(json);
    put_line(json, line);
    li_json_close_map(json);
}

static void put_step(struct li_json *json, const struct li_view_step *step)
{
    li_json_open_map(json);
    li_json_put_time(json, "at", step->at);
    li_json_put_text(json, "action", step->what);
    li_put_texts(json, "label", step->label);
    li_put_texts(json, "by", step->by);
    li_put_values(json, "values", step->values, step->value_count);
    li_json_key(json, "emptied");
    li_json_open_list(json);
    for (size_t i = 0; i < step->emptied_count; i++) {
        li_json_text(json, step->emptied[i]);
    }
    li_json_close_list(json);
    li_json_close_map(json);
}

static void put_pointer(struct li_json *json, const struct li_view_pointer *pointer)
{
    li_json_open_map(json);
    put_name(json, &pointer->row);
    li_put_texts(json, "title", pointer->row.reg->form.title);
    li_put_texts(json, "field", pointer->field);
    li_json_close_map(json);
}

static void put_about(struct li_json *json, const struct li_view_about *about)
{
    li_json_open_map(json);
    li_json_put_id(json, "case", about->id);
    li_json_put_text(json, "number", about->number);
    li_put_texts(json, "title", about->title);
    li_put_texts(json, "state", about->state);
    li_json_put_bool(json, "ended", about->ended);
    li_json_put_time(json, "opened_at", about->opened_at);
    li_json_close_map(json);
}

void li_put_sheet(struct li_json *json, const struct li_view *view,
                  const struct li_view_sheet *sheet)
{
    const struct li_row *row = &sheet->line.row;

    li_json_open_map(json);
    put_line(json, &sheet->line);
    li_json_put_int(json, "rev", row->rev);
    li_put_texts(json, "title", row->reg->form.title);
    li_put_owner(json, &sheet->owner);
    li_json_put_bool(json, "may_write",
                     !row->gone && li_row_may_write(view->viewer, row->reg, row->area_path));
    if (sheet->holder_code.ptr) {
        li_json_put_text(json, "holder_code", sheet->holder_code);
    }
    li_json_key(json, "propose");
    if (sheet->propose.zh.len) {
        li_json_open_map(json);
        li_json_put_text(json, "zh", sheet->propose.zh);
        li_json_put_text(json, "en", sheet->propose.en);
        li_json_close_map(json);
    } else {
        li_json_null(json);
    }
    li_json_key(json, "timeline");
    li_json_open_list(json);
    for (size_t i = 0; i < sheet->step_count; i++) {
        put_step(json, &sheet->steps[i]);
    }
    li_json_close_list(json);
    li_json_key(json, "pointers");
    li_json_open_list(json);
    for (size_t i = 0; i < sheet->pointer_count; i++) {
        put_pointer(json, &sheet->pointers[i]);
    }
    li_json_close_list(json);
    li_json_key(json, "cases");
    li_json_open_list(json);
    for (size_t i = 0; i < sheet->case_count; i++) {
        put_about(json, &sheet->cases[i]);
    }
    li_json_close_list(json);
    li_json_close_map(json);
}

/* ---- a register -------------------------------------------------------------------- */

static void put_places(struct li_json *json, const char *key, const struct li_register *reg,
                       const int *places, size_t count)
{
    li_json_key(json, key);
    li_json_open_list(json);
    for (size_t i = 0; i < count; i++) {
        li_json_text(json, reg->form.fields[places[i]].name);
    }
    li_json_close_list(json);
}

static void put_place(struct li_json *json, const char *key, const struct li_register *reg,
                      int place)
{
    li_json_key(json, key);
    if (place < 0) {
        li_json_null(json);
    } else {
        li_json_text(json, reg->form.fields[place].name);
    }
}

/* Anywhere at all: what it may write where is asked of each row. */
static bool may_write(const struct li_viewer *viewer, const struct li_register *reg)
{
    bool may = false;

    for (size_t i = 0; !may && i < viewer->post_count; i++) {
        may = li_row_may_write(viewer, reg, viewer->posts[i].area_path);
    }
    return may;
}

static void put_whole(struct li_json *json, const struct li_register *reg)
{
    li_json_key(json, "fields");
    li_json_open_list(json);
    for (size_t i = 0; i < reg->form.field_count; i++) {
        li_put_field(json, &reg->form.fields[i]);
    }
    li_json_close_list(json);
    li_json_key(json, "required");
    li_json_open_list(json);
    for (size_t i = 0; i < reg->form.field_count; i++) {
        if (reg->required[i]) {
            li_json_text(json, reg->form.fields[i].name);
        }
    }
    li_json_close_list(json);
    put_place(json, "name", reg, reg->name);
    put_place(json, "code", reg, reg->code);
    put_place(json, "place", reg, reg->place);
    put_place(json, "until", reg, reg->until);
    put_places(json, "find", reg, reg->find, (size_t)reg->find_count);
    put_places(json, "list", reg, reg->list, reg->list_count);
    li_json_key(json, "cases");
    li_json_open_list(json);
    for (size_t i = 0; i < reg->case_count; i++) {
        li_json_text(json, reg->cases[i]);
    }
    li_json_close_list(json);
}

void li_put_register(struct li_json *json, const struct li_viewer *viewer,
                     const struct li_register *reg, bool whole)
{
    li_json_open_map(json);
    li_json_put_text(json, "register", reg->form.name);
    li_json_put_int(json, "version", reg->form.version);
    li_put_texts(json, "title", reg->form.title);
    li_put_texts(json, "why", reg->form.why);
    li_put_texts(json, "issuer", reg->issuer);
    li_put_texts(json, "basis", reg->basis);
    li_json_put_int(json, "asks", (int64_t)reg->form.field_count);
    li_json_put_bool(json, "may_write", may_write(viewer, reg));
    li_json_put_bool(json, "public", reg->shown_count > 0);
    if (whole) {
        li_json_put_bool(json, "joins", reg->joins.len > 0);
        put_whole(json, reg);
    }
    li_json_close_map(json);
}
