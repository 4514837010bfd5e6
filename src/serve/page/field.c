/* See field.h. */
#include "serve/page/field.h"

#include "contract/fault.h"
#include "serve/inside.h"

#define LONG_TEXT 200 /* code points from which a text gets lines */
#define STARS     5   /* the longest scale that is asked so */
#define PHOTOS    5   /* when the playbook names no number */

struct li_str li_page_icon(struct li_str option)
{
    static const char *const icons[] = {"lamp",  "road",  "rubbish",  "water",
                                        "noise", "wages", "property", "welfare"};

    for (size_t i = 0; i < sizeof(icons) / sizeof(icons[0]); i++) {
        if (li_str_is(option, icons[i])) {
            return option;
        }
    }
    return LI_S("other");
}

struct li_str li_page_key(struct li_request *request)
{
    uint8_t b[16];

    li_random_bytes(request->ctx.random, b, sizeof(b));
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
    return li_strf(&request->ctx,
                   "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
                   b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13],
                   b[14], b[15]);
}

struct li_str li_page_given(const struct li_request *request, struct li_str name)
{
    const struct li_node *node = li_node_get_str(request->body, name);

    return node && node->kind == LI_TEXT ? node->text : (struct li_str){.ptr = NULL};
}

static bool points_at(struct li_str where, struct li_str field)
{
    return li_str_eq(where, field) ||
           (li_str_starts(where, field) && where.len > field.len && where.ptr[field.len] == '/');
}

/* Faults of the playbook point at /fields/NAME (or inside it), those of the form at
 * /NAME. */
struct li_str li_page_fault(struct li_request *request, struct li_str name)
{
    struct li_ctx *ctx = &request->ctx;
    struct li_str inner = li_strf(ctx, "/fields/%.*s", LI_P(name));
    struct li_str outer = li_strf(ctx, "/%.*s", LI_P(name));

    for (unsigned i = 0; i < ctx->error_count; i++) {
        const struct li_error *error = &ctx->errors[i];
        if (error->reason && (points_at(error->where, inner) || points_at(error->where, outer))) {
            return li_fault_sentence(ctx, error, ctx->lang);
        }
    }
    return (struct li_str){.ptr = NULL};
}

bool li_page_can_ask(const struct li_field *field)
{
    switch (field->type) {
    case LI_FIELD_TEXT:
    case LI_FIELD_CHOICE:
    case LI_FIELD_PHONE:
    case LI_FIELD_DATE:
    case LI_FIELD_PHOTOS:
        return true;
    case LI_FIELD_SCALE:
        return field->max > 0 && field->max <= STARS;
    default:
        return false;
    }
}

static void put_options(struct li_request *request, struct li_node *item,
                        const struct li_page_asked *asked)
{
    const struct li_field *field = asked->field;
    struct li_node *options = li_page_list(request, item, "options");
    struct li_str chosen = asked->value.len ? asked->value : asked->chosen;

    for (size_t i = 0; i < field->option_count; i++) {
        struct li_node *option = li_page_item(request, options);
        li_page_text(request, option, "name", field->options[i].name);
        li_page_texts(request, option, "label", field->options[i].label);
        li_page_text(request, option, "icon", li_page_icon(field->options[i].name));
        li_page_bool(request, option, "checked", li_str_eq(field->options[i].name, chosen));
    }
}

/* One star a step, each with its words. */
static void put_stars(struct li_request *request, struct li_node *item,
                      const struct li_page_asked *asked)
{
    struct li_node *stars = li_page_list(request, item, "stars");

    for (int64_t i = 1; i <= asked->field->max && i <= STARS; i++) {
        struct li_node *star = li_page_item(request, stars);
        struct li_str value = li_strf(&request->ctx, "%lld", (long long)i);
        struct li_str word =
            asked->field->max == STARS ? li_page_word_of(request, "star", value) : value;
        li_page_text(request, star, "value", value);
        li_page_text(request, star, "label", word);
        li_page_bool(request, star, "checked", li_str_eq(value, asked->value));
    }
}

static void put_type(struct li_request *request, struct li_node *item,
                     const struct li_page_asked *asked)
{
    const struct li_field *field = asked->field;
    enum li_field_type type = field->type;
    bool is_choice = type == LI_FIELD_CHOICE, is_photos = type == LI_FIELD_PHOTOS;
    bool is_scale = type == LI_FIELD_SCALE;
    bool is_long = type == LI_FIELD_TEXT && field->max > LONG_TEXT;

    li_page_bool(request, item, "is_tiles", is_choice && asked->tiles);
    li_page_bool(request, item, "is_choice", is_choice && !asked->tiles);
    li_page_bool(request, item, "is_photos", is_photos);
    li_page_bool(request, item, "is_scale", is_scale);
    li_page_bool(request, item, "is_plain", !is_choice && !is_photos && !is_scale);
    li_page_bool(request, item, "is_long", is_long);
    li_page_bool(request, item, "is_text", type == LI_FIELD_TEXT && !is_long);
    li_page_bool(request, item, "is_phone", type == LI_FIELD_PHONE);
    li_page_bool(request, item, "is_date", type == LI_FIELD_DATE);
}

void li_page_ask(struct li_request *request, struct li_node *list,
                 const struct li_page_asked *asked)
{
    const struct li_field *field = asked->field;
    struct li_node *item = li_page_item(request, list);
    int64_t max = field->max ? field->max : field->type == LI_FIELD_PHOTOS ? PHOTOS : 0;

    li_page_text(request, item, "name", field->name);
    li_page_text(request, item, "field", field->name);
    li_page_text(request, item, "id",
                 asked->form.len
                     ? li_strf(&request->ctx, "%.*s-%.*s", LI_P(asked->form), LI_P(field->name))
                     : field->name);
    li_page_texts(request, item, "label", field->label);
    li_page_texts(request, item, "hint", field->hint);
    li_page_bool(request, item, "required", asked->required);
    li_page_text(request, item, "value", asked->value);
    li_page_text(request, item, "error", asked->error);
    li_page_text(request, item, "max",
                 max ? li_strf(&request->ctx, "%lld", (long long)max) : LI_S(""));
    put_type(request, item, asked);
    put_options(request, item, asked);
    put_stars(request, item, asked);
}
