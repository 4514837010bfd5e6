/* Fields, owners and areas as people read them. */
#include <stdio.h>

#include "base/id.h"
#include "base/time.h"
#include "people/people.h"
#include "record/code.h"
#include "view/inside.h"

const struct li_option *li_view_option(const struct li_field *field, struct li_str name)
{
    for (size_t i = 0; i < field->option_count; i++) {
        if (li_str_eq(field->options[i].name, name)) {
            return &field->options[i];
        }
    }
    return NULL;
}

int li_view_owner_of(struct li_ctx *ctx, const struct li_view *view, const struct li_owner *owner,
                     bool ended, struct li_view_owner *ret)
{
    static const struct li_post_info reporter = {
        .name = "reporter", .zh = "诉求人", .en = "The reporter"};
    struct li_view_owner seen = {.some = owner->post.ptr != NULL};
    struct li_owner_found holder;
    int r = 0;

    if (!seen.some) {
        *ret = seen;
        return 0;
    }
    r = li_view_area_at(ctx, view, owner->area_path, &seen.area);
    if (li_str_is(owner->post, "reporter")) { /* it waits for whoever reported it */
        seen.post = &reporter;
        *ret = seen;
        return r;
    }
    seen.post = li_post_at(owner->post, seen.area.kind);
    if (r == 0 && owner->org) {
        r = li_view_organization(ctx, view, owner->org, &seen.organization);
        seen.has_organization = r == 0;
        r = r == -LI_E_NOT_FOUND ? 0 : r;
    }
    if (r == 0 && !ended) {
        const struct li_owner_query query = {.tenant = view->tenant,
                                             .post = owner->post,
                                             .area_path = owner->area_path,
                                             .org = owner->org,
                                             .now = li_now(ctx->clock)};
        r = li_owner_resolve(ctx, li_bound(view->record)->owners, view->conn, &query, &holder);
        seen.vacant = r == 0 && holder.vacant;
    }
    if (r == 0) {
        *ret = seen;
    }
    return r;
}

static int organization_text(struct li_ctx *ctx, const struct li_view *view, struct li_str id_text,
                             struct li_texts *ret)
{
    struct li_organization organization;
    int64_t id;
    int r = li_id_parse(ctx, id_text, &id);

    r = r ? r : li_view_organization(ctx, view, id, &organization);
    if (r == -LI_E_NOT_FOUND) {
        *ret = (struct li_texts){.zh = id_text, .en = id_text};
        return 0;
    }
    if (r == 0) {
        *ret = (struct li_texts){.zh = organization.name, .en = organization.name};
    }
    return r;
}

/* Organizations one beside the other, as a field that takes many of them holds. */
static int organizations_text(struct li_ctx *ctx, const struct li_view *view,
                              const struct li_node *list, struct li_texts *ret)
{
    struct li_str all = LI_S("");

    for (size_t i = 0; i < list->list.count; i++) {
        struct li_texts one;
        int r = list->list.items[i]->kind == LI_TEXT
                    ? organization_text(ctx, view, list->list.items[i]->text, &one)
                    : LI_FAIL(ctx, LI_E_CORRUPT, "a list of organizations holds something else");
        if (r) {
            return r;
        }
        all = li_strf(ctx, "%.*s%s%.*s", LI_P(all), i ? "、" : "", LI_P(one.zh));
        if (!all.ptr) {
            return -LI_E_NOMEM;
        }
    }
    *ret = (struct li_texts){.zh = all, .en = all};
    return 0;
}

/* ---- places and files ------------------------------------------------------- */

static int64_t int_of(const struct li_node *map, const char *key, int64_t otherwise)
{
    const struct li_node *node = li_node_get(map, key);

    return node && node->kind == LI_INT ? node->number : otherwise;
}

/* "113.93, 22.53" */
static int place_text(struct li_ctx *ctx, const struct li_node *given, struct li_view_value *value)
{
    struct li_view_place *place = li_alloc(ctx, sizeof(*place));
    char lon[LI_ANGLE_TEXT], lat[LI_ANGLE_TEXT];
    enum li_crs crs = LI_WGS84;

    if (!place) {
        return -LI_E_NOMEM;
    }
    place->crs = li_node_text(given, "crs");
    place->lon = int_of(given, "lon", 0);
    place->lat = int_of(given, "lat", 0);
    place->accuracy = int_of(given, "accuracy", -1);
    const struct li_degrees degrees = {(double)place->lon / LI_DEGREE,
                                       (double)place->lat / LI_DEGREE};
    if (!li_crs_parse(place->crs, &crs) || !li_point_from(crs, degrees, &place->point)) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a stored place is none");
    }
    li_angle_text(place->point.lon, lon);
    li_angle_text(place->point.lat, lat);
    value->place = place;
    value->text.zh = value->text.en = li_strf(ctx, "%s, %s", lon, lat);
    return value->text.zh.ptr ? 0 : -LI_E_NOMEM;
}

static int photos_text(struct li_ctx *ctx, const struct li_view_case *of,
                       const struct li_node *list, struct li_view_value *value)
{
    struct li_view_photo *photos = li_alloc_array(ctx, list->list.count, sizeof(*photos));

    if (!photos) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < list->list.count; i++) {
        for (size_t k = 0; k < of->photo_count; k++) {
            if (list->list.items[i]->kind == LI_INT &&
                of->photos[k].no == list->list.items[i]->number) {
                photos[value->photo_count++] = of->photos[k];
            }
        }
    }
    value->photos = photos;
    bool documents = value->field->type == LI_FIELD_DOCUMENT, voice = value->field->voice;
    value->text.zh = li_strf(ctx,
                             voice       ? "%zu段录音"
                             : documents ? "%zu份附件"
                                         : "%zu张照片",
                             value->photo_count);
    value->text.en = li_strf(ctx, "%zu %s%s", value->photo_count,
                             voice       ? "recording"
                             : documents ? "document"
                                         : "photo",
                             value->photo_count == 1 ? "" : "s");
    return value->text.zh.ptr && value->text.en.ptr ? 0 : -LI_E_NOMEM;
}

int li_view_photos(struct li_ctx *ctx, const struct li_view_case *of, const struct li_node *numbers,
                   const struct li_field *field, struct li_view_value *ret)
{
    struct li_view_value value = {.field = field};
    int r = photos_text(ctx, of, numbers, &value);

    if (r == 0) {
        *ret = value;
    }
    return r;
}

/* A row of a register by code and name. */
static int subject_text(struct li_ctx *ctx, const struct li_view *view, struct li_str id_text,
                        struct li_texts *ret)
{
    struct li_row row;
    int64_t id;
    int r = li_id_parse(ctx, id_text, &id);

    r = r ? r : li_row_find(ctx, view->record, view->conn, view->tenant, id, &row);
    if (r == -LI_E_NOT_FOUND) {
        return 0;
    }
    if (r == 0) {
        ret->zh = ret->en = li_strf(ctx, "%.*s %.*s", LI_P(row.code), LI_P(row.name));
        r = ret->zh.ptr ? 0 : -LI_E_NOMEM;
    }
    return r;
}

/* ---- by what a value is --------------------------------------------------------- */

/* A moment in China's time: "2026-11-22 15:30". */
static int moment_text(struct li_ctx *ctx, struct li_str given, struct li_texts *ret)
{
    struct li_civil at;
    int64_t instant;
    int r = li_time_parse(ctx, given, &instant);

    if (r) {
        return r;
    }
    at = li_civil_at(instant);
    ret->zh = ret->en =
        li_strf(ctx, "%04d-%02d-%02d %02d:%02d", at.year, at.month, at.day, at.hour, at.minute);
    return ret->zh.ptr ? 0 : -LI_E_NOMEM;
}

/* "2026-W47" as people say it. */
static int period_text(struct li_ctx *ctx, struct li_str period, struct li_texts *ret)
{
    struct li_str rest = period, year = li_str_cut(&rest, '-');
    struct li_texts texts = {.en = period};

    if (!rest.ptr) {
        texts.zh = li_strf(ctx, "%.*s年", LI_P(year));
    } else if (rest.ptr[0] == 'W') {
        texts.zh = li_strf(ctx, "%.*s年第%.*s周", LI_P(year), LI_P(li_str_n(rest.ptr + 1, 2)));
    } else if (rest.ptr[0] == 'Q') {
        texts.zh = li_strf(ctx, "%.*s年第%c季度", LI_P(year), rest.ptr[1]);
    } else {
        texts.zh = li_strf(ctx, "%.*s年%.*s月", LI_P(year), LI_P(rest));
    }
    *ret = texts;
    return texts.zh.ptr ? 0 : -LI_E_NOMEM;
}

static int person_text(struct li_ctx *ctx, const struct li_view *view, struct li_str id_text,
                       struct li_texts *ret)
{
    struct li_person person;
    int64_t id;
    int r = li_id_parse(ctx, id_text, &id);

    r = r ? r : li_person_find(ctx, view->conn, view->tenant, id, &person);
    if (r == 0) {
        *ret = (struct li_texts){.zh = person.name, .en = person.name};
    }
    return r;
}

static int text_text(struct li_ctx *ctx, const struct li_view *view, struct li_view_value *value)
{
    const struct li_option *option = li_view_option(value->field, value->value);

    value->text = (struct li_texts){.zh = value->value, .en = value->value};
    if (option) {
        value->text = option->label;
    } else if (value->field->type == LI_FIELD_ORG) {
        return organization_text(ctx, view, value->value, &value->text);
    } else if (value->field->type == LI_FIELD_CODE) {
        return li_view_class(ctx, view, value->value, &value->text);
    } else if (value->field->type == LI_FIELD_AREA) {
        struct li_area area;
        int r = li_view_area(ctx, view, value->value, &area);
        value->text = (struct li_texts){.zh = area.name, .en = area.name};
        return r;
    } else if (value->field->type == LI_FIELD_SUBJECT) {
        return subject_text(ctx, view, value->value, &value->text);
    } else if (value->field->type == LI_FIELD_DATETIME) {
        return moment_text(ctx, value->value, &value->text);
    } else if (value->field->type == LI_FIELD_PERSON) {
        return person_text(ctx, view, value->value, &value->text);
    } else if (value->field->type == LI_FIELD_PERIOD) {
        return period_text(ctx, value->value, &value->text);
    }
    return 0;
}

/* 14000000 of two places: "140,000.00"; of a quantity without the last zeroes. */
static struct li_str decimal(struct li_ctx *ctx, int64_t number, int places, bool exact)
{
    char digits[32], text[64];
    size_t len = (size_t)snprintf(digits, sizeof(digits), "%0*lld", places + 1, (long long)number);
    size_t whole = len - (size_t)places, at = 0, end = len;

    for (size_t i = 0; i < whole; i++) {
        if (i && (whole - i) % 3 == 0) {
            text[at++] = ',';
        }
        text[at++] = digits[i];
    }
    while (!exact && end > whole && digits[end - 1] == '0') {
        end--;
    }
    if (end > whole) {
        text[at++] = '.';
        memcpy(text + at, digits + whole, end - whole);
        at += end - whole;
    }
    return li_str_dup(ctx, li_str_n(text, at));
}

/* "140,000.00元" and "¥140,000.00"; "3.5公里" and "3.5 km". */
static int amount_text(struct li_ctx *ctx, int64_t number, struct li_view_value *value)
{
    const struct li_field *field = value->field;
    bool money = field->type == LI_FIELD_MONEY;
    struct li_str text =
        decimal(ctx, number < 0 ? -number : number, money ? 2 : field->scale, money);
    const char *sign = number < 0 ? "-" : "";

    value->value = li_strf(ctx, "%lld", (long long)number);
    value->text.zh = money ? li_strf(ctx, "%s%.*s元", sign, LI_P(text))
                           : li_strf(ctx, "%s%.*s%.*s", sign, LI_P(text), LI_P(field->unit.zh));
    value->text.en = money ? li_strf(ctx, "%s¥%.*s", sign, LI_P(text))
                           : li_strf(ctx, "%s%.*s %.*s", sign, LI_P(text), LI_P(field->unit.en));
    return text.ptr && value->value.ptr && value->text.zh.ptr && value->text.en.ptr ? 0
                                                                                    : -LI_E_NOMEM;
}

/* Those items of a checklist that are there. */
static int checked_text(struct li_ctx *ctx, const struct li_node *list, struct li_view_value *value)
{
    struct li_texts all = {LI_S(""), LI_S("")};

    for (size_t i = 0; i < list->list.count; i++) {
        const struct li_option *option = li_view_option(value->field, list->list.items[i]->text);
        if (!option) {
            continue;
        }
        all.zh = li_strf(ctx, "%.*s%s%.*s", LI_P(all.zh), all.zh.len ? "、" : "",
                         LI_P(option->label.zh));
        all.en = li_strf(ctx, "%.*s%s%.*s", LI_P(all.en), all.en.len ? ", " : "",
                         LI_P(option->label.en));
        if (!all.zh.ptr || !all.en.ptr) {
            return -LI_E_NOMEM;
        }
    }
    value->text = all;
    return 0;
}

static int int_text(struct li_ctx *ctx, int64_t number, struct li_view_value *value)
{
    if (value->field->type == LI_FIELD_MONEY || value->field->type == LI_FIELD_QUANTITY) {
        return amount_text(ctx, number, value);
    }
    bool scale = value->field->type == LI_FIELD_SCALE;

    value->value = li_strf(ctx, "%lld", (long long)number);
    value->text.zh = value->text.en =
        scale ? li_strf(ctx, "%lld/%lld", (long long)number, (long long)value->field->max)
              : value->value;
    return value->value.ptr && value->text.zh.ptr ? 0 : -LI_E_NOMEM;
}

int li_view_structured(struct li_ctx *ctx, const struct li_view *view,
                       const struct li_view_case *of, const struct li_member *member,
                       struct li_view_value *ret)
{
    int place = li_playbook_field(of->row.playbook, member->key);
    struct li_view_value value = {0};
    const struct li_node *node = member->value;
    int r = 0;

    if (place < 0) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a stored field is none of the playbook's");
    }
    value.field = &of->row.playbook->fields[place];
    if (node->kind == LI_TEXT) {
        value.value = node->text;
        r = text_text(ctx, view, &value);
    } else if (node->kind == LI_INT) {
        r = int_text(ctx, node->number, &value);
    } else if (node->kind == LI_BOOL) {
        value.value = node->flag ? LI_S("true") : LI_S("false");
        value.text = node->flag ? (struct li_texts){.zh = LI_S("是"), .en = LI_S("yes")}
                                : (struct li_texts){.zh = LI_S("否"), .en = LI_S("no")};
    } else if (node->kind == LI_LIST && li_field_is_files(value.field->type)) {
        r = photos_text(ctx, of, node, &value);
    } else if (node->kind == LI_LIST && value.field->type == LI_FIELD_CHECKLIST) {
        r = checked_text(ctx, node, &value);
    } else if (node->kind == LI_LIST) {
        r = organizations_text(ctx, view, node, &value.text);
    } else if (node->kind == LI_MAP && value.field->type == LI_FIELD_POINT) {
        r = place_text(ctx, node, &value);
    } else {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a stored field has no value people can read");
    }
    if (r == 0) {
        *ret = value;
    }
    return r;
}

int li_view_reckoned(struct li_ctx *ctx, const struct li_field *field, int64_t number,
                     struct li_view_value *ret)
{
    struct li_view_value value = {.field = field};
    int r = int_text(ctx, number, &value);

    if (r == 0) {
        *ret = value;
    }
    return r;
}

int li_view_text(struct li_ctx *ctx, const struct li_playbook *playbook,
                 const struct li_vault_item *item, struct li_view_value *ret)
{
    int place = li_playbook_field(playbook, item->field);
    struct li_view_value value = {.erased = item->value.ptr == NULL, .masked = item->sealed};

    if (place < 0) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a text is none of the playbook's fields");
    }
    value.field = &playbook->fields[place];
    if (value.erased) {
        value.masked = false;
        value.text =
            (struct li_texts){.zh = LI_S("（已按规定删除）"), .en = LI_S("(erased by rule)")};
    } else {
        struct li_str text = item->sealed ? li_mask(ctx, item->value) : item->value;
        value.text = (struct li_texts){.zh = text, .en = text};
    }
    *ret = value;
    return value.text.zh.ptr ? 0 : -LI_E_NOMEM;
}
