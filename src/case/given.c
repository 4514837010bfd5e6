/*
 * Given fields become what is kept: a place keeps the numbers it was given with and
 * says where it is in ours; photos and documents get their numbers in the case; a
 * class must be one of the tenant's.  The shapes were checked by the playbook's schema.
 */
#include <math.h>

#include "base/coordinate.h"
#include "base/id.h"
#include "case/inside.h"
#include "contract/fault.h"
#include "people/people.h"
#include "record/code.h"

static double real_of(const struct li_node *map, const char *key)
{
    const struct li_node *node = li_node_get(map, key);

    return !node ? 0 : node->kind == LI_INT ? (double)node->number : node->real;
}

static struct li_str pointer(struct li_ctx *ctx, const struct li_field *field)
{
    return li_strf(ctx, "/fields/%.*s", LI_P(field->name));
}

bool li_case_point(const struct li_node *given, struct li_point *ret)
{
    enum li_crs crs = LI_WGS84;
    struct li_str name = li_node_text(given, "crs");
    const struct li_degrees degrees = {real_of(given, "lon"), real_of(given, "lat")};

    if (!given || given->kind != LI_MAP || (name.len && !li_crs_parse(name, &crs))) {
        return false;
    }
    return li_point_from(crs, degrees, ret);
}

static int put_int(struct li_ctx *ctx, struct li_node *map, struct li_str key, double value)
{
    struct li_node *node = li_node_new_int(ctx, llround(value));

    return node ? li_node_put(ctx, map, key, node) : -LI_E_NOMEM;
}

static int put_text(struct li_ctx *ctx, struct li_node *map, struct li_str key, struct li_str value)
{
    struct li_node *node = li_node_new_text(ctx, value);

    return node ? li_node_put(ctx, map, key, node) : -LI_E_NOMEM;
}

/* {accuracy, crs, how, lat, lon} with whole numbers: metres, and 1e-7 degrees of the
 * system it was given in. */
static int keep_point(struct li_ctx *ctx, const struct li_field *field, const struct li_node *given,
                      struct li_case_given *ret, struct li_node **ret_value)
{
    struct li_node *map = li_node_new_map(ctx);
    struct li_str crs = li_node_text(given, "crs"), how = li_node_text(given, "how");
    struct li_point point;
    int r = map ? 0 : -LI_E_NOMEM;

    if (!li_case_point(given, &point)) {
        return li_fault(ctx, LI_FAULT_FORMAT, pointer(ctx, field), LI_S("lon, lat"));
    }
    if (r == 0 && li_node_get(given, "accuracy")) {
        r = put_int(ctx, map, LI_S("accuracy"), real_of(given, "accuracy"));
    }
    r = r ? r : put_text(ctx, map, LI_S("crs"), crs.len ? crs : LI_S("wgs84"));
    r = r || !how.len ? r : put_text(ctx, map, LI_S("how"), how);
    r = r ? r : put_int(ctx, map, LI_S("lat"), real_of(given, "lat") * LI_DEGREE);
    r = r ? r : put_int(ctx, map, LI_S("lon"), real_of(given, "lon") * LI_DEGREE);
    if (r == 0 && !ret->place.some) {
        ret->place = (struct li_case_place){.some = true, .lon = point.lon, .lat = point.lat};
    }
    *ret_value = map;
    return r;
}

static bool is_taken(const struct li_case_given *given, const struct li_upload *upload)
{
    for (int i = 0; i < given->upload_count; i++) {
        if (memcmp(given->uploads[i].token, upload->token, sizeof(upload->token)) == 0) {
            return true;
        }
    }
    return false;
}

/* What a case may hold of photos and documents before it takes no more documents. */
#define FILES 200

/* A list of photos holds nothing else, a voice nothing but recordings, and only that holds them. */
static int check_kind(struct li_ctx *ctx, const struct li_field *field, enum li_filetype kind,
                      struct li_str where)
{
    bool documents = field->type == LI_FIELD_DOCUMENT;

    if (!documents && kind != LI_FILETYPE_PHOTO) {
        return li_fault(ctx, LI_FAULT_NO_PHOTO, where, LI_S(""));
    }
    if (li_filetype_is_sound(kind) != field->voice) {
        return li_fault(ctx, field->voice ? LI_FAULT_NO_VOICE : LI_FAULT_NO_DOCUMENT, where,
                        LI_S(""));
    }
    return 0;
}

/* Tokens of uploads become the numbers the photos and documents will have. */
static int keep_files(struct li_ctx *ctx, const struct li_tx *tx, struct li_str where,
                      const struct li_field *field, const struct li_node *given,
                      struct li_case_given *ret, struct li_node **ret_value)
{
    bool documents = field->type == LI_FIELD_DOCUMENT;
    struct li_node *list = li_node_new_list(ctx);
    int r = list ? 0 : -LI_E_NOMEM;

    if (documents &&
        ret->first_photo - 1 + ret->upload_count + (int64_t)given->list.count > FILES) {
        return li_fault(ctx, LI_FAULT_MANY, where, LI_S("200"));
    }

    for (size_t i = 0; r == 0 && i < given->list.count; i++) {
        struct li_upload *upload = &ret->uploads[ret->upload_count];
        struct li_node *number;
        if (ret->upload_count == LI_CASE_UPLOADS) {
            return li_fault(ctx, LI_FAULT_MANY, where, LI_S("20"));
        }
        r = li_upload_find(ctx, tx->conn, tx->tenant, given->list.items[i]->text, upload);
        if (r == -LI_E_NOT_FOUND || (r == 0 && is_taken(ret, upload))) {
            return li_fault(ctx, documents ? LI_FAULT_DOCUMENT : LI_FAULT_PHOTO,
                            li_strf(ctx, "%.*s/%zu", LI_P(where), i), LI_S(""));
        }
        r = r ? r : check_kind(ctx, field, upload->kind, li_strf(ctx, "%.*s/%zu", LI_P(where), i));
        if (r) {
            return r;
        }
        number = li_node_new_int(ctx, ret->first_photo + ret->upload_count++);
        r = number ? li_node_push(ctx, list, number) : -LI_E_NOMEM;
    }
    *ret_value = list;
    return r;
}

static int check_code(struct li_ctx *ctx, const struct li_tx *tx, const struct li_field *field,
                      const struct li_node *given)
{
    struct li_code code;
    int r = li_code_at(ctx, tx->conn, tx->tenant, given->text, &code);

    if (r == -LI_E_NOT_FOUND || (r == 0 && code.until && code.until <= tx->now)) {
        return li_fault(ctx, LI_FAULT_CHOICE, pointer(ctx, field), LI_S(""));
    }
    return r;
}

static int check_person(struct li_ctx *ctx, const struct li_tx *tx, const struct li_field *field,
                        const struct li_node *given)
{
    struct li_person person;
    int64_t id;
    int r = li_id_parse(ctx, given->text, &id);

    r = r ? r : li_person_find(ctx, tx->conn, tx->tenant, id, &person);
    return r == -LI_E_NOT_FOUND ? li_fault(ctx, LI_FAULT_CHOICE, pointer(ctx, field), LI_S("")) : r;
}

static int keep(struct li_ctx *ctx, const struct li_tx *tx, const struct li_field *field,
                struct li_node *given, struct li_case_given *ret, struct li_node **ret_value)
{
    *ret_value = given;
    switch (field->type) {
    case LI_FIELD_POINT:
        return keep_point(ctx, field, given, ret, ret_value);
    case LI_FIELD_PHOTOS:
    case LI_FIELD_DOCUMENT:
        return keep_files(ctx, tx, pointer(ctx, field), field, given, ret, ret_value);
    case LI_FIELD_CODE:
        return check_code(ctx, tx, field, given);
    case LI_FIELD_SUBJECT:
        return li_case_check_subject(ctx, tx, field, given);
    case LI_FIELD_PERSON:
        return check_person(ctx, tx, field, given);
    default:
        return 0;
    }
}

int li_case_given(struct li_ctx *ctx, const struct li_tx *tx, const struct li_playbook *playbook,
                  const struct li_node *fields, int64_t photos, struct li_case_given *ret)
{
    struct li_node *map = li_node_new_map(ctx);
    int r = map ? 0 : -LI_E_NOMEM;

    *ret = (struct li_case_given){.first_photo = photos + 1};
    for (size_t i = 0; r == 0 && fields && i < fields->map.count; i++) {
        const struct li_member *member = &fields->map.items[i];
        int place = li_playbook_field(playbook, member->key);
        struct li_node *value;
        li_assert(place >= 0);
        r = keep(ctx, tx, &playbook->fields[place], member->value, ret, &value);
        r = r ? r : li_node_put(ctx, map, member->key, value);
    }
    ret->fields = map;
    return r;
}

int li_case_given_paper(struct li_ctx *ctx, const struct li_tx *tx, const struct li_node *tokens,
                        struct li_case_given *ret)
{
    static const struct li_field paper = {.type = LI_FIELD_PHOTOS};
    struct li_node *numbers;
    int r = tokens && tokens->list.count
                ? keep_files(ctx, tx, LI_S("/paper"), &paper, tokens, ret, &numbers)
                : 0;

    if (r == 0 && tokens && tokens->list.count) {
        ret->paper = numbers;
    }
    return r;
}

int li_case_put_photos(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                       const struct li_case_given *given)
{
    int r = 0;

    for (int i = 0; r == 0 && i < given->upload_count; i++) {
        r = li_photo_put(ctx, tx, case_id, given->first_photo + i, &given->uploads[i]);
    }
    return r;
}

void li_case_refer_photos(struct li_json *json, const struct li_case_given *given)
{
    if (given->upload_count == 0) {
        return;
    }
    li_json_key(json, "photos");
    li_json_open_list(json);
    for (int i = 0; i < given->upload_count; i++) {
        li_photo_refer(json, given->first_photo + i, &given->uploads[i]);
    }
    li_json_close_list(json);
}
