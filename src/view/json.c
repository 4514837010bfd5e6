/* Cases and lists as JSON; see json.h. */
#include "view/json.h"
#include "base/coordinate.h"

void li_put_texts(struct li_json *json, const char *key, struct li_texts texts)
{
    li_json_key(json, key);
    li_json_open_map(json);
    li_json_put_text(json, "zh", texts.zh);
    li_json_put_text(json, "en", texts.en);
    li_json_close_map(json);
}

void li_put_named(struct li_json *json, const char *key, struct li_str name, struct li_texts label)
{
    li_json_key(json, key);
    li_json_open_map(json);
    li_json_put_text(json, "name", name);
    li_put_texts(json, "label", label);
    li_json_close_map(json);
}

void li_put_area(struct li_json *json, const struct li_area *area)
{
    li_json_open_map(json);
    li_json_put_text(json, "code", area->code);
    li_json_put_text(json, "kind", area->kind);
    li_json_put_text(json, "name", area->name);
    if (area->parent.len) {
        li_json_put_text(json, "parent", area->parent);
    }
    li_json_close_map(json);
}

void li_put_organization(struct li_json *json, const struct li_organization *organization)
{
    li_json_open_map(json);
    li_json_put_id(json, "id", organization->id);
    li_json_put_text(json, "name", organization->name);
    li_json_close_map(json);
}

void li_put_post_label(struct li_json *json, const char *key, const struct li_post_info *post)
{
    li_put_texts(json, key, (struct li_texts){.zh = li_str(post->zh), .en = li_str(post->en)});
}

void li_put_time(struct li_json *json, const char *key, int64_t instant)
{
    li_json_key(json, key);
    if (instant) {
        li_json_time(json, instant);
    } else {
        li_json_null(json);
    }
}

static void put_area(struct li_json *json, const char *key, const struct li_area *area)
{
    li_json_key(json, key);
    li_put_area(json, area);
}

static void put_owner(struct li_json *json, const struct li_view_owner *owner)
{
    li_json_key(json, "owner");
    if (!owner->some) {
        li_json_null(json);
        return;
    }
    li_json_open_map(json);
    li_json_put_text(json, "post", li_str(owner->post->name));
    li_put_post_label(json, "label", owner->post);
    put_area(json, "area", &owner->area);
    if (owner->has_organization) {
        li_json_key(json, "organization");
        li_put_organization(json, &owner->organization);
    }
    li_json_put_bool(json, "vacant", owner->vacant);
    li_json_close_map(json);
}

static void put_angle(struct li_json *json, const char *key, int64_t angle)
{
    char text[LI_ANGLE_TEXT];
    size_t len = li_angle_text(angle, text);

    li_json_key(json, key);
    li_json_raw(json, li_str_n(text, len));
}

/* The canonical point, beside it what was given. */
static void put_place(struct li_json *json, const struct li_view_place *place)
{
    li_json_key(json, "place");
    if (!place) {
        li_json_null(json);
        return;
    }
    li_json_open_map(json);
    put_angle(json, "lon", place->point.lon);
    put_angle(json, "lat", place->point.lat);
    if (place->accuracy >= 0) {
        li_json_put_int(json, "accuracy", place->accuracy);
    }
    li_json_key(json, "given");
    li_json_open_map(json);
    li_json_put_text(json, "crs", place->crs);
    put_angle(json, "lon", place->lon);
    put_angle(json, "lat", place->lat);
    li_json_close_map(json);
    li_json_close_map(json);
}

static void put_photos(struct li_json *json, const struct li_view_photo *photos, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        li_json_open_map(json);
        li_json_put_int(json, "photo", photos[i].no);
        li_json_put_int(json, "width", photos[i].width);
        li_json_put_int(json, "height", photos[i].height);
        li_json_close_map(json);
    }
}

static void put_values(struct li_json *json, const char *key, const struct li_view_value *values,
                       size_t count)
{
    li_json_key(json, key);
    li_json_open_list(json);
    for (size_t i = 0; i < count; i++) {
        const struct li_view_value *value = &values[i];
        li_json_open_map(json);
        li_json_put_text(json, "name", value->field->name);
        li_put_texts(json, "label", value->field->label);
        if (value->value.len) {
            li_json_put_text(json, "value", value->value);
        }
        li_put_texts(json, "text", value->text);
        if (value->place) {
            put_place(json, value->place);
        }
        if (value->photo_count) {
            li_json_key(json, "photos");
            li_json_open_list(json);
            put_photos(json, value->photos, value->photo_count);
            li_json_close_list(json);
        }
        if (value->masked) {
            li_json_put_bool(json, "masked", true);
        }
        if (value->erased) {
            li_json_put_bool(json, "erased", true);
        }
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

static void put_entries(struct li_json *json, const char *key, const struct li_view_case *seen)
{
    li_json_key(json, key);
    li_json_open_list(json);
    for (size_t i = 0; i < seen->entry_count; i++) {
        const struct li_view_entry *entry = &seen->entries[i];
        li_json_open_map(json);
        li_json_put_int(json, "seq", entry->seq);
        li_json_put_time(json, "at", entry->at);
        li_json_put_text(json, "action", entry->action);
        li_put_texts(json, "label", entry->label);
        if (entry->part) {
            li_json_put_int(json, "part", entry->part);
        }
        if (entry->by.zh.len) {
            li_put_texts(json, "by", entry->by);
        }
        if (entry->value_count) {
            put_values(json, "values", entry->values, entry->value_count);
        }
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

static void put_field(struct li_json *json, const struct li_field *field)
{
    static const char *const types[] = {
        [LI_FIELD_TEXT] = "text",        [LI_FIELD_CHOICE] = "choice",
        [LI_FIELD_AREA] = "area",        [LI_FIELD_PHONE] = "phone",
        [LI_FIELD_ORG] = "organization", [LI_FIELD_INTEGER] = "integer",
        [LI_FIELD_BOOL] = "bool",        [LI_FIELD_CODE] = "code",
        [LI_FIELD_POINT] = "point",      [LI_FIELD_PHOTOS] = "photos",
        [LI_FIELD_DATE] = "date",        [LI_FIELD_SCALE] = "scale",
    };

    li_json_open_map(json);
    li_json_put_text(json, "name", field->name);
    li_json_put_text(json, "type", li_str(types[field->type]));
    li_put_texts(json, "label", field->label);
    if (field->hint.zh.len) {
        li_put_texts(json, "hint", field->hint);
    }
    if (field->max) {
        li_json_put_int(json, "max", field->max);
    }
    if (field->many) {
        li_json_put_bool(json, "many", true);
    }
    if (field->scheme_count) {
        li_json_key(json, "schemes");
        li_json_open_list(json);
        for (size_t i = 0; i < field->scheme_count; i++) {
            li_json_text(json, field->schemes[i]);
        }
        li_json_close_list(json);
    }
    li_json_put_bool(json, "personal", field->personal);
    if (field->option_count) {
        li_json_key(json, "options");
        li_json_open_list(json);
        for (size_t i = 0; i < field->option_count; i++) {
            li_json_open_map(json);
            li_json_put_text(json, "name", field->options[i].name);
            li_put_texts(json, "label", field->options[i].label);
            li_json_close_map(json);
        }
        li_json_close_list(json);
    }
    li_json_close_map(json);
}

static void put_fields(struct li_json *json, const char *key, const struct li_playbook *playbook,
                       const int *places, size_t count)
{
    li_json_key(json, key);
    li_json_open_list(json);
    for (size_t i = 0; i < count; i++) {
        put_field(json, &playbook->fields[places[i]]);
    }
    li_json_close_list(json);
}

static void put_offers(struct li_json *json, const struct li_view_case *seen)
{
    const struct li_playbook *playbook = seen->row.playbook;

    li_json_key(json, "actions");
    li_json_open_list(json);
    for (size_t i = 0; i < seen->offer_count; i++) {
        const struct li_action *action = &playbook->actions[seen->offers[i].action];
        li_json_open_map(json);
        li_json_put_text(json, "action", action->name);
        li_put_texts(json, "label", action->label);
        if (seen->offers[i].part) {
            li_json_put_int(json, "part", seen->offers[i].part);
        }
        put_fields(json, "needs", playbook, action->needs, action->need_count);
        put_fields(json, "asks", playbook, action->asks, action->ask_count);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

static void put_parts(struct li_json *json, const struct li_view_case *seen)
{
    li_json_key(json, "parts");
    li_json_open_list(json);
    for (size_t i = 0; i < seen->part_count; i++) {
        const struct li_view_part *part = &seen->parts[i];
        li_json_open_map(json);
        li_json_put_int(json, "part", part->no);
        li_put_named(json, "kind", part->kind->name, part->kind->label);
        li_put_named(json, "state", part->state->name, part->state->label);
        put_owner(json, &part->owner);
        li_json_put_bool(json, "overdue", part->clock.overdue);
        li_put_time(json, "due_at", part->clock.due_at);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

static const struct li_state *state_of(const struct li_case *row)
{
    return &row->playbook->machines[0].states[row->state];
}

/* An option, or null. */
static void put_option(struct li_json *json, const char *key, const struct li_option *option)
{
    if (option) {
        li_put_named(json, key, option->name, option->label);
    } else {
        li_json_key(json, key);
        li_json_null(json);
    }
}

/* The first place among a case's fields. */
static const struct li_view_place *place_of(const struct li_view_case *seen)
{
    for (size_t i = 0; i < seen->value_count; i++) {
        if (seen->values[i].place) {
            return seen->values[i].place;
        }
    }
    return NULL;
}

/* Every photo among what the viewer is shown. */
static void put_all_photos(struct li_json *json, const struct li_view_case *seen)
{
    li_json_key(json, "photos");
    li_json_open_list(json);
    for (size_t i = 0; i < seen->photo_count; i++) {
        if (li_view_shows_photo(seen, seen->photos[i].no)) {
            put_photos(json, &seen->photos[i], 1);
        }
    }
    li_json_close_list(json);
}

static void put_class(struct li_json *json, const struct li_view_case *seen)
{
    if (seen->class.zh.len) {
        li_put_named(json, "class", seen->row.class, seen->class);
    } else {
        li_json_key(json, "class");
        li_json_null(json);
    }
}

static const struct li_option *level_of(const struct li_case *row)
{
    const struct li_playbook *playbook = row->playbook;
    const struct li_field *field = playbook->level < 0 ? NULL : &playbook->fields[playbook->level];

    return field && (size_t)row->level < field->option_count ? &field->options[row->level] : NULL;
}

void li_put_case(struct li_json *json, const struct li_view_case *seen)
{
    const struct li_case *row = &seen->row;
    const struct li_state *state = state_of(row);

    li_json_open_map(json);
    li_json_put_id(json, "case", row->id);
    li_json_put_text(json, "number", row->number);
    li_json_put_int(json, "rev", row->rev);
    li_json_put_text(json, "playbook", row->playbook->name);
    li_json_put_int(json, "version", row->playbook->version);
    li_put_texts(json, "title", row->playbook->title);
    li_json_put_text(json, "via", row->via);
    li_put_named(json, "state", state->name, state->label);
    put_area(json, "area", &seen->area);
    put_owner(json, &seen->owner);
    li_json_put_bool(json, "overdue", row->clock.overdue);
    li_put_time(json, "due_at", row->clock.due_at);
    if (row->clock.edition < 0) {
        li_json_put_bool(json, "due_provisional", true);
    }
    li_json_put_time(json, "opened_at", row->opened_at);
    li_put_time(json, "closed_at", row->closed_at);
    put_values(json, "fields", seen->values, seen->value_count);
    put_parts(json, seen);
    put_place(json, place_of(seen));
    put_all_photos(json, seen);
    put_class(json, seen);
    put_option(json, "level", level_of(row));
    li_json_put_int(json, "followers", row->followers);
    put_entries(json, "timeline", seen);
    put_offers(json, seen);
    li_json_close_map(json);
}

void li_put_progress(struct li_json *json, const struct li_view_case *seen)
{
    const struct li_case *row = &seen->row;
    const struct li_state *state = state_of(row);

    li_json_open_map(json);
    li_json_put_text(json, "number", row->number);
    li_put_texts(json, "title", row->playbook->title);
    li_put_named(json, "state", state->name, state->label);
    li_json_put_bool(json, "closed", row->closed_at != 0);
    put_area(json, "area", &seen->area);
    put_values(json, "fields", seen->values, seen->value_count);
    li_put_time(json, "due_at", row->clock.due_at);
    li_json_put_time(json, "opened_at", row->opened_at);
    put_place(json, place_of(seen));
    put_all_photos(json, seen);
    li_json_put_int(json, "followers", row->followers);
    put_entries(json, "steps", seen);
    put_offers(json, seen);
    li_json_close_map(json);
}

static void put_next(struct li_json *json, struct li_str next)
{
    li_json_key(json, "next");
    if (next.ptr) {
        li_json_text(json, next);
    } else {
        li_json_null(json);
    }
}

void li_put_list(struct li_json *json, const struct li_view_list *list)
{
    li_json_open_map(json);
    li_json_key(json, "items");
    li_json_open_list(json);
    for (size_t i = 0; i < list->count; i++) {
        const struct li_view_row *row = &list->rows[i];
        li_json_open_map(json);
        li_json_put_id(json, "case", row->id);
        li_json_put_text(json, "number", row->number);
        li_json_put_text(json, "playbook", row->playbook->name);
        li_put_named(json, "state", row->state->name, row->state->label);
        put_area(json, "area", &row->area);
        put_option(json, "kind", row->kind);
        put_option(json, "topic", row->topic);
        put_option(json, "level", row->level);
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
    li_json_close_list(json);
    put_next(json, list->next);
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
        put_option(json, "kind", row->kind);
        put_option(json, "topic", row->topic);
        put_area(json, "area", &row->area);
        li_put_named(json, "state", row->state->name, row->state->label);
        put_about(json, &row->place);
        li_json_put_time(json, "opened_at", row->opened_at);
        li_json_close_map(json);
    }
    li_json_close_list(json);
    put_next(json, list->next);
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
        put_option(json, "kind", row->kind);
        put_option(json, "topic", row->topic);
        li_put_named(json, "state", row->state->name, row->state->label);
        put_area(json, "area", &row->area);
        li_json_put_int(json, "meters", row->meters);
        li_json_put_time(json, "opened_at", row->opened_at);
        li_json_put_int(json, "followers", row->followers);
        li_json_close_map(json);
    }
    li_json_close_list(json);
    li_json_close_map(json);
}

static void put_names(struct li_json *json, const char *key, const struct li_playbook *playbook,
                      const int *places, const bool *only, size_t count)
{
    li_json_key(json, key);
    li_json_open_list(json);
    for (size_t i = 0; i < count; i++) {
        if (!only || only[i]) {
            li_json_text(json, playbook->fields[places[i]].name);
        }
    }
    li_json_close_list(json);
}

static void put_actions(struct li_json *json, const struct li_playbook *playbook)
{
    li_json_key(json, "actions");
    li_json_open_list(json);
    for (size_t i = 0; i < playbook->action_count; i++) {
        const struct li_action *action = &playbook->actions[i];
        if (action->by_system) {
            continue;
        }
        li_json_open_map(json);
        li_json_put_text(json, "name", action->name);
        li_put_texts(json, "label", action->label);
        put_names(json, "needs", playbook, action->needs, NULL, action->need_count);
        put_names(json, "asks", playbook, action->asks, NULL, action->ask_count);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

void li_put_playbook(struct li_json *json, const struct li_playbook *playbook)
{
    li_json_open_map(json);
    li_json_put_text(json, "playbook", playbook->name);
    li_json_put_int(json, "version", playbook->version);
    li_put_texts(json, "title", playbook->title);
    li_put_texts(json, "why", playbook->why);
    li_json_key(json, "fields");
    li_json_open_list(json);
    for (size_t i = 0; i < playbook->field_count; i++) {
        put_field(json, &playbook->fields[i]);
    }
    li_json_close_list(json);
    li_json_key(json, "open");
    li_json_open_map(json);
    put_names(json, "fields", playbook, playbook->open_fields, NULL, playbook->open_field_count);
    put_names(json, "required", playbook, playbook->open_fields, playbook->open_required,
              playbook->open_field_count);
    li_json_close_map(json);
    li_json_key(json, "states");
    li_json_open_list(json);
    for (size_t i = 0; i < playbook->machines[0].state_count; i++) {
        const struct li_state *state = &playbook->machines[0].states[i];
        li_json_open_map(json);
        li_json_put_text(json, "name", state->name);
        li_put_texts(json, "label", state->label);
        li_json_put_bool(json, "end", state->end);
        li_json_close_map(json);
    }
    li_json_close_list(json);
    put_actions(json, playbook);
    li_json_close_map(json);
}
