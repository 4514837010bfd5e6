/* Cases and lists as JSON; see json.h. */
#include "view/json.h"
#include "base/coordinate.h"
#include "case/message.h"
#include "case/order.h"
#include "view/lines.h"
#include "view/square.h"

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

static void put_photo(struct li_json *json, const struct li_view_photo *photo)
{
    li_json_open_map(json);
    li_json_put_int(json, "photo", photo->no);
    li_json_put_int(json, "width", photo->width);
    li_json_put_int(json, "height", photo->height);
    li_json_close_map(json);
}

static void put_document(struct li_json *json, const struct li_view_photo *document)
{
    li_json_open_map(json);
    li_json_put_int(json, "document", document->no);
    li_json_put_text(json, "kind", li_str(li_filetype_name(document->kind)));
    li_json_put_int(json, "bytes", document->bytes);
    li_json_close_map(json);
}

/* A value's photos and documents; a list that would be empty is left out. */
static void put_files(struct li_json *json, const struct li_view_value *value)
{
    for (int documents = 0; documents < 2; documents++) {
        bool some = false;
        for (size_t i = 0; i < value->photo_count; i++) {
            const struct li_view_photo *file = &value->photos[i];
            if ((file->kind != LI_FILETYPE_PHOTO) != documents) {
                continue;
            }
            if (!some) {
                li_json_key(json, documents ? "documents" : "photos");
                li_json_open_list(json);
            }
            some = true;
            documents ? put_document(json, file) : put_photo(json, file);
        }
        if (some) {
            li_json_close_list(json);
        }
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
        put_files(json, value);
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

static void put_entries(struct li_json *json, const char *key, const struct li_view_case *seen,
                        bool exact)
{
    li_json_key(json, key);
    li_json_open_list(json);
    for (size_t i = 0; i < seen->entry_count; i++) {
        const struct li_view_entry *entry = &seen->entries[i];
        li_json_open_map(json);
        li_json_put_time(json, "at", exact ? entry->at : li_second(entry->at));
        li_json_put_text(json, "action", entry->action);
        li_put_texts(json, "label", entry->label);
        if (entry->part) {
            li_json_put_int(json, "part", entry->part);
        }
        if (entry->by.zh.len) {
            li_put_texts(json, "by", entry->by);
        }
        if (entry->on_behalf) {
            li_json_put_bool(json, "on_behalf", true);
        }
        if (entry->occurred) {
            li_json_put_time(json, "occurred_at",
                             exact ? entry->occurred : li_second(entry->occurred));
        }
        if (entry->undone) {
            li_json_put_bool(json, "undone", true);
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
        [LI_FIELD_TEXT] = "text",
        [LI_FIELD_CHOICE] = "choice",
        [LI_FIELD_AREA] = "area",
        [LI_FIELD_PHONE] = "phone",
        [LI_FIELD_ORG] = "organization",
        [LI_FIELD_INTEGER] = "integer",
        [LI_FIELD_BOOL] = "bool",
        [LI_FIELD_CODE] = "code",
        [LI_FIELD_POINT] = "point",
        [LI_FIELD_PHOTOS] = "photos",
        [LI_FIELD_DATE] = "date",
        [LI_FIELD_SCALE] = "scale",
        [LI_FIELD_MONEY] = "money",
        [LI_FIELD_QUANTITY] = "quantity",
        [LI_FIELD_CHECKLIST] = "checklist",
        [LI_FIELD_PERIOD] = "period",
        [LI_FIELD_SUBJECT] = "subject",
        [LI_FIELD_DATETIME] = "datetime",
        [LI_FIELD_EXTERNAL] = "external_no",
        [LI_FIELD_PERSON] = "person",
        [LI_FIELD_DOCUMENT] = "document",
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
    if (field->voice) {
        li_json_put_bool(json, "voice", true);
    }
    if (field->scheme_count) {
        li_json_key(json, "schemes");
        li_json_open_list(json);
        for (size_t i = 0; i < field->scheme_count; i++) {
            li_json_text(json, field->schemes[i]);
        }
        li_json_close_list(json);
    }
    if (field->reg.len) {
        li_json_put_text(json, "register", field->reg);
    }
    if (field->type == LI_FIELD_QUANTITY) {
        li_put_texts(json, "unit", field->unit);
        li_json_put_int(json, "scale", field->scale);
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

/* What does not exist for a viewer is not asked of them either. */
static void put_fields(struct li_json *json, const char *key, const struct li_playbook *playbook,
                       const int *places, size_t count, struct li_field_set hidden)
{
    li_json_key(json, key);
    li_json_open_list(json);
    for (size_t i = 0; i < count; i++) {
        if (!li_field_set_has(&hidden, places[i])) {
            put_field(json, &playbook->fields[places[i]]);
        }
    }
    li_json_close_list(json);
}

/* An Offer; its map stays open. */
static void put_offer(struct li_json *json, const struct li_view_case *seen,
                      const struct li_offer *offer)
{
    const struct li_playbook *playbook = seen->row.playbook;
    const struct li_action *action = &playbook->actions[offer->action];

    li_json_open_map(json);
    li_json_put_text(json, "action", action->name);
    li_put_texts(json, "label", action->label);
    if (offer->part) {
        li_json_put_int(json, "part", offer->part);
    }
    put_fields(json, "needs", playbook, action->needs, action->need_count,
               (struct li_field_set){0});
    put_fields(json, "asks", playbook, action->asks, action->ask_count, seen->hidden);
}

static void put_offer_list(struct li_json *json, const char *key, const struct li_view_case *seen,
                           const struct li_offer *offers, size_t count)
{
    li_json_key(json, key);
    li_json_open_list(json);
    for (size_t i = 0; i < count; i++) {
        put_offer(json, seen, &offers[i]);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

static void put_standing(struct li_json *json, const struct li_view_case *seen,
                         const struct li_ahead *standing)
{
    const struct li_state *state =
        &seen->row.playbook->machines[0].states[standing->snapshot.state];

    li_json_open_map(json);
    li_put_named(json, "state", state->name, state->label);
    li_json_key(json, "actions");
    li_json_open_list(json);
    for (size_t i = 0; i < standing->offer_count; i++) {
        put_offer(json, seen, &standing->offers[i]);
        if (standing->to[i] >= 0) {
            li_json_put_int(json, "to", standing->to[i]);
        }
        li_json_close_map(json);
    }
    li_json_close_list(json);
    li_json_close_map(json);
}

void li_put_ahead(struct li_json *json, const struct li_view_ahead *ahead)
{
    li_json_open_map(json);
    li_json_put_int(json, "rev", ahead->seen.row.rev);
    li_json_key(json, "standings");
    li_json_open_list(json);
    for (size_t i = 0; i < ahead->count; i++) {
        put_standing(json, &ahead->seen, &ahead->standings[i]);
    }
    li_json_close_list(json);
    li_json_close_map(json);
}

static void put_offers(struct li_json *json, const struct li_view_case *seen)
{
    put_offer_list(json, "actions", seen, seen->offers, seen->offer_count);
    if (seen->behalf_count) {
        put_offer_list(json, "behalf", seen, seen->behalf, seen->behalf_count);
    }
}

static void put_part(struct li_json *json, const struct li_view_part *part)
{
    li_json_open_map(json);
    li_json_put_int(json, "part", part->no);
    li_put_named(json, "kind", part->kind->name, part->kind->label);
    li_put_named(json, "state", part->state->name, part->state->label);
    li_put_owner(json, &part->owner);
    li_json_put_bool(json, "overdue", part->clock.overdue);
    li_put_time(json, "due_at", part->clock.due_at);
    if (part->role) {
        li_put_named(json, "role", part->role->name, part->role->label);
    }
    if (part->about) {
        li_json_put_int(json, "about", part->about);
    }
    if (part->value_count) {
        put_values(json, "fields", part->values, part->value_count);
    }
    li_json_close_map(json);
}

static void put_parts(struct li_json *json, const struct li_view_case *seen)
{
    li_json_key(json, "parts");
    li_json_open_list(json);
    for (size_t i = 0; i < seen->part_count; i++) {
        put_part(json, &seen->parts[i]);
    }
    li_json_close_list(json);
}

static const struct li_state *state_of(const struct li_case *row)
{
    return &row->playbook->machines[0].states[row->state];
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
        const struct li_view_photo *photo = &seen->photos[i];
        if (photo->kind == LI_FILETYPE_PHOTO && li_view_shows_photo(seen, photo->no)) {
            put_photo(json, photo);
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

static void put_orders(struct li_json *json, const struct li_view_case *seen)
{
    li_json_key(json, "orders");
    li_json_open_list(json);
    for (size_t i = 0; i < seen->order_count; i++) {
        const struct li_order *order = &seen->orders[i];
        li_json_open_map(json);
        li_json_put_text(json, "source", order->source);
        li_json_put_text(json, "external", order->number);
        li_put_time(json, "due_at", order->due_at);
        li_put_time(json, "replied_at", order->replied_at);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

/* What belongs together, where there is such. */
static void put_links(struct li_json *json, const struct li_view_case *seen)
{
    const struct li_case *row = &seen->row, *through = seen->through ? &seen->through->row : NULL;

    if (row->links) {
        li_json_put_int(json, "links", row->links);
        li_json_put_int(json, "merged", seen->merged);
    }
    if (seen->order_count) {
        put_orders(json, seen);
    }
    if (row->merged_into) {
        li_json_key(json, "through");
        li_json_open_map(json);
        if (through) {
            li_json_put_id(json, "case", through->id);
            li_json_put_text(json, "number", through->number);
            li_put_named(json, "state", state_of(through)->name, state_of(through)->label);
            li_json_put_bool(json, "closed", through->closed_at != 0);
        }
        li_json_close_map(json);
    }
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
    li_put_area_as(json, "area", &seen->area);
    li_put_owner(json, &seen->owner);
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
    li_put_option(json, "level", level_of(row));
    li_json_put_int(json, "followers", row->followers);
    put_links(json, seen);
    put_entries(json, "timeline", seen, true);
    li_put_cursor(json, "earlier", seen->earlier);
    if (seen->time_count) {
        li_put_times(json, seen);
    }
    if (row->playbook->book_count) {
        li_json_put_bool(json, "books", true);
    }
    li_put_stands(json, row);
    li_put_case_ballots(json, row);
    put_offers(json, seen);
    if (seen->undo.zh.ptr) {
        li_json_key(json, "undo");
        li_json_open_map(json);
        li_put_texts(json, "label", seen->undo);
        li_json_put_time(json, "until", seen->undo_until);
        li_json_close_map(json);
    }
    li_json_close_map(json);
}

/* The case that answers for this one, as its reporters are told of it. */
static void put_through(struct li_json *json, const struct li_view_case *through)
{
    const struct li_state *state;

    if (!through) {
        return;
    }
    state = state_of(&through->row);
    li_json_key(json, "through");
    li_json_open_map(json);
    li_json_put_text(json, "number", through->row.number);
    li_put_named(json, "state", state->name, state->label);
    li_json_put_bool(json, "closed", through->row.closed_at != 0);
    put_entries(json, "steps", through, false);
    li_json_close_map(json);
}

static void put_messages(struct li_json *json, const struct li_view_case *seen)
{
    li_json_key(json, "messages");
    li_json_open_list(json);
    for (size_t i = 0; i < seen->message_count; i++) {
        const struct li_message *message = &seen->messages[i];
        struct li_texts texts = li_message_texts(seen->row.playbook, message);
        if (!texts.zh.ptr) {
            continue;
        }
        li_json_open_map(json);
        li_json_put_int(json, "no", message->no);
        li_put_texts(json, "text", texts);
        li_json_put_time(json, "told_at", li_second(message->told_at));
        li_json_put_bool(json, "seen", message->seen_at != 0);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

void li_put_progress(struct li_json *json, const struct li_view_case *seen)
{
    const struct li_case *row = &seen->row;
    const struct li_state *state = state_of(row);

    li_json_open_map(json);
    li_json_put_text(json, "number", row->number);
    li_put_texts(json, "title", row->playbook->title);
    li_put_named(json, "state", state->name, state->label);
    li_json_put_bool(json, "closed",
                     seen->through ? seen->through->row.closed_at != 0 : row->closed_at != 0);
    li_put_area_as(json, "area", &seen->area);
    put_values(json, "fields", seen->values, seen->value_count);
    li_put_time(json, "due_at", li_second(row->clock.due_at));
    li_json_put_time(json, "opened_at", li_second(row->opened_at));
    put_place(json, place_of(seen));
    put_all_photos(json, seen);
    li_json_put_int(json, "followers", row->followers);
    put_through(json, seen->through);
    put_messages(json, seen);
    put_entries(json, "steps", seen, false);
    li_put_cursor(json, "earlier", seen->earlier);
    put_offers(json, seen->through ? seen->through : seen);
    li_json_close_map(json);
}

void li_put_pass(struct li_json *json, const struct li_view_case *seen)
{
    const struct li_case *row = &seen->row;

    li_json_open_map(json);
    li_json_put_text(json, "number", row->number);
    li_put_texts(json, "title", row->playbook->title);
    li_json_put_bool(json, "closed", row->closed_at || seen->parts[0].state->end);
    li_put_area_as(json, "area", &seen->area);
    li_json_key(json, "part");
    put_part(json, &seen->parts[0]);
    put_values(json, "fields", seen->values, seen->value_count);
    li_json_put_time(json, "opened_at", li_second(row->opened_at));
    put_place(json, place_of(seen));
    put_all_photos(json, seen);
    put_entries(json, "steps", seen, false);
    put_offers(json, seen);
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
    li_json_key(json, "via");
    li_json_open_list(json);
    for (size_t i = 0; i < playbook->open_via_count; i++) {
        li_json_text(json, playbook->open_via[i]);
    }
    li_json_close_list(json);
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

/* ---- for what is kept in registers (view/register.c) --------------------------- */

void li_put_field(struct li_json *json, const struct li_field *field)
{
    put_field(json, field);
}

void li_put_values(struct li_json *json, const char *key, const struct li_view_value *values,
                   size_t count)
{
    put_values(json, key, values, count);
}

void li_put_brief(struct li_json *json, const struct li_case *row, const struct li_area *area,
                  struct li_str summary)
{
    const struct li_state *state = &row->playbook->machines[0].states[row->state];

    li_json_put_id(json, "case", row->id);
    li_json_put_text(json, "number", row->number);
    li_json_put_text(json, "playbook", row->playbook->name);
    li_put_texts(json, "title", row->playbook->title);
    li_put_named(json, "state", state->name, state->label);
    li_json_put_bool(json, "closed", row->closed_at != 0);
    li_json_key(json, "area");
    li_put_area(json, area);
    li_json_put_text(json, "summary", summary);
    li_json_put_time(json, "opened_at", row->opened_at);
    li_put_time(json, "closed_at", row->closed_at);
}
