/*
 * What every reply is made of, as JSON: names, places, organizations, times, whoever
 * answers.  Whole cases and lists are json.c's.
 */
#include "view/json.h"

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

void li_put_area_as(struct li_json *json, const char *key, const struct li_area *area)
{
    li_json_key(json, key);
    li_put_area(json, area);
}

void li_put_owner(struct li_json *json, const struct li_view_owner *owner)
{
    li_json_key(json, "owner");
    if (!owner->some) {
        li_json_null(json);
        return;
    }
    li_json_open_map(json);
    li_json_put_text(json, "post", li_str(owner->post->name));
    li_put_post_label(json, "label", owner->post);
    li_put_area_as(json, "area", &owner->area);
    if (owner->has_organization) {
        li_json_key(json, "organization");
        li_put_organization(json, &owner->organization);
    }
    li_json_put_bool(json, "vacant", owner->vacant);
    li_json_close_map(json);
}

void li_put_option(struct li_json *json, const char *key, const struct li_option *option)
{
    if (option) {
        li_put_named(json, key, option->name, option->label);
    } else {
        li_json_key(json, key);
        li_json_null(json);
    }
}

void li_put_cursor(struct li_json *json, const char *key, struct li_str cursor)
{
    li_json_key(json, key);
    if (cursor.ptr) {
        li_json_text(json, cursor);
    } else {
        li_json_null(json);
    }
}
