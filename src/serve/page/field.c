/* See field.h. */
#include "serve/page/field.h"

#include "base/id.h"
#include "contract/fault.h"
#include "people/people.h"
#include "serve/inside.h"

#define LONG_TEXT    200 /* code points from which a text gets lines */
#define STARS        5   /* the longest scale that is asked so */
#define LOCAL_MOMENT 16  /* characters of "2026-11-22T15:30", as a browser says it */
#define PHOTOS       5   /* when the playbook names no number */

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
    case LI_FIELD_DOCUMENT:
    case LI_FIELD_INTEGER:
    case LI_FIELD_MONEY:
    case LI_FIELD_QUANTITY:
    case LI_FIELD_CHECKLIST:
    case LI_FIELD_PERIOD:
    case LI_FIELD_BOOL:
    case LI_FIELD_DATETIME:
    case LI_FIELD_EXTERNAL:
        return true;
    case LI_FIELD_ORG:
        return !field->many;
    case LI_FIELD_SCALE:
        return field->max > 0 && field->max <= STARS;
    default:
        return false;
    }
}

/* ---- what was given --------------------------------------------------------- */

/* Whether a form ticked an item of a checklist: FIELD.ITEM is there. */
static bool is_ticked(struct li_request *request, const struct li_field *field,
                      struct li_str option)
{
    return li_page_given(request,
                         li_strf(&request->ctx, "%.*s.%.*s", LI_P(field->name), LI_P(option)))
               .len > 0;
}

static int places_of(const struct li_field *field)
{
    return field->type == LI_FIELD_MONEY ? 2 : field->scale;
}

/* "1,400.5" of two places: 140050.  False: it is no amount, or finer than is kept. */
static bool read_amount(struct li_str text, int places, int64_t *ret)
{
    int64_t number = 0;
    int after = -1; /* digits behind the point; -1: before it */
    bool some = false;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '.' && after < 0) {
            after = 0;
        } else if (c >= '0' && c <= '9' && number < INT64_MAX / 100000) {
            number = number * 10 + (c - '0');
            after += after >= 0;
            some = true;
        } else if (c != ',' && c != ' ') {
            return false;
        }
    }
    for (after = after < 0 ? 0 : after; after < places; after++) {
        number *= 10;
    }
    *ret = number;
    return some && after == places;
}

static bool is_amount(const struct li_field *field)
{
    return field->type == LI_FIELD_MONEY || field->type == LI_FIELD_QUANTITY;
}

static bool is_amount_of(const struct li_field *field, struct li_str text)
{
    int64_t number;

    return !text.len || read_amount(text, places_of(field), &number);
}

static struct li_node *amount_node(struct li_request *request, const struct li_field *field,
                                   struct li_str text)
{
    int64_t number;

    /* what is no amount stays a text, which the playbook's schema refuses */
    return read_amount(text, places_of(field), &number) ? li_node_new_int(&request->ctx, number)
                                                        : li_node_new_text(&request->ctx, text);
}

static int take_ticked(struct li_request *request, const struct li_field *field,
                       struct li_node *fields)
{
    struct li_node *list = li_node_new_list(&request->ctx);
    int r = list ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < field->option_count; i++) {
        if (is_ticked(request, field, field->options[i].name)) {
            struct li_node *one = li_node_new_text(&request->ctx, field->options[i].name);
            r = one ? li_node_push(&request->ctx, list, one) : -LI_E_NOMEM;
        }
    }
    return r == 0 && list->list.count ? li_node_put(&request->ctx, fields, field->name, list) : r;
}

int li_page_take(struct li_request *request, const struct li_field *field, struct li_node *fields)
{
    struct li_str text = li_str_trim(li_page_given(request, field->name));
    struct li_node *node;

    if (field->type == LI_FIELD_CHECKLIST) {
        return take_ticked(request, field, fields);
    }
    if (!text.len || !li_page_can_ask(field) || li_field_is_files(field->type)) {
        return 0;
    }
    if (field->type == LI_FIELD_DATETIME && text.len == LOCAL_MOMENT) {
        text = li_strf(&request->ctx, "%.*s:00+08:00", LI_P(text));
    }
    node = is_amount(field) ? amount_node(request, field, text)
                            : li_node_new_text(&request->ctx, text);
    return node ? li_node_put(&request->ctx, fields, field->name, node) : -LI_E_NOMEM;
}

/* ---- files ------------------------------------------------------------------- */

static void look_for_files(const struct li_playbook *playbook, const int *places, size_t count,
                           struct li_page_files *ret)
{
    for (size_t i = 0; i < count; i++) {
        const struct li_field *field = &playbook->fields[places[i]];
        if (field->type == LI_FIELD_PHOTOS && !ret->photos) {
            ret->photos = field;
        }
        if (field->type == LI_FIELD_DOCUMENT && !ret->documents) {
            ret->documents = field;
        }
    }
}

struct li_page_files li_page_files_of(const struct li_playbook *playbook,
                                      const struct li_action *action)
{
    struct li_page_files files = {.photos = NULL};

    look_for_files(playbook, action->needs, action->need_count, &files);
    look_for_files(playbook, action->asks, action->ask_count, &files);
    return files;
}

struct li_page_files li_page_files_asked(const struct li_playbook *playbook)
{
    struct li_page_files files = {.photos = NULL};

    look_for_files(playbook, playbook->open_fields, playbook->open_field_count, &files);
    return files;
}

static int await(struct li_request *request, const struct li_field *field, const char *control,
                 struct li_node *fields)
{
    const struct li_node *files = field ? li_node_get(request->body, control) : NULL;
    struct li_node *tokens;
    int r = 0;

    if (!files || files->kind != LI_LIST || files->list.count == 0) {
        return 0;
    }
    tokens = li_node_new_list(&request->ctx);
    r = tokens ? 0 : -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < files->list.count; i++) {
        struct li_node *token = li_node_new_text(&request->ctx, LI_S("00000000000000000000000000"));
        r = token ? li_node_push(&request->ctx, tokens, token) : -LI_E_NOMEM;
    }
    return r ? r : li_node_put(&request->ctx, fields, field->name, tokens);
}

int li_page_await(struct li_request *request, struct li_page_files files, struct li_node *fields)
{
    int r = await(request, files.photos, "photos", fields);

    return r ? r : await(request, files.documents, "documents", fields);
}

/* ---- the question ----------------------------------------------------------- */

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
        li_page_bool(request, option, "checked",
                     field->type == LI_FIELD_CHECKLIST
                         ? is_ticked(request, field, field->options[i].name)
                         : li_str_eq(field->options[i].name, chosen));
    }
}

/* Organizations by name.  Persons are not to be chosen by residents: the list would be a
 * directory of who works here. */
static void put_units(struct li_request *request, struct li_node *item,
                      const struct li_page_asked *asked)
{
    struct li_node *units = li_page_list(request, item, "units");
    struct li_organization *organizations;
    char id[LI_ID_TEXT + 1];
    size_t count;

    if (asked->field->type != LI_FIELD_ORG ||
        li_organization_list(&request->ctx, request->conn, request->tenant->id, &organizations,
                             &count)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct li_node *unit = li_page_item(request, units);
        li_id_format(organizations[i].id, id);
        li_page_text(request, unit, "name", li_str_dup(&request->ctx, li_str(id)));
        li_page_text(request, unit, "label", organizations[i].name);
        li_page_bool(request, unit, "checked", li_str_is(asked->value, id));
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
    bool is_scale = type == LI_FIELD_SCALE, is_list = type == LI_FIELD_CHECKLIST;
    bool is_files = type == LI_FIELD_DOCUMENT;
    bool is_long = type == LI_FIELD_TEXT && field->max > LONG_TEXT;

    li_page_bool(request, item, "is_tiles", is_choice && asked->tiles);
    li_page_bool(request, item, "is_choice", is_choice && !asked->tiles);
    li_page_bool(request, item, "is_photos", is_photos);
    li_page_bool(request, item, "is_scale", is_scale);
    li_page_bool(request, item, "is_files", is_files);
    li_page_bool(request, item, "is_voice", field->voice);
    li_page_bool(request, item, "is_plain",
                 !is_choice && !is_photos && !is_files && !is_scale && !is_list);
    li_page_bool(request, item, "is_list", is_list);
    li_page_bool(request, item, "is_check", type == LI_FIELD_BOOL);
    li_page_bool(request, item, "is_number", type == LI_FIELD_INTEGER);
    li_page_bool(request, item, "is_period", type == LI_FIELD_PERIOD);
    li_page_bool(request, item, "is_amount", is_amount(field));
    li_page_int(request, item, "places", places_of(field));
    if (type == LI_FIELD_MONEY) {
        li_page_text(request, item, "unit", li_page_word(request, "yuan"));
    } else {
        li_page_texts(request, item, "unit", field->unit);
    }
    li_page_bool(request, item, "is_long", is_long);
    li_page_bool(request, item, "is_text", type == LI_FIELD_TEXT && !is_long);
    li_page_bool(request, item, "is_phone", type == LI_FIELD_PHONE);
    li_page_bool(request, item, "is_date", type == LI_FIELD_DATE);
    li_page_bool(request, item, "is_moment", type == LI_FIELD_DATETIME);
    li_page_bool(request, item, "is_external", type == LI_FIELD_EXTERNAL);
    li_page_bool(request, item, "is_unit", type == LI_FIELD_ORG);
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
    li_page_text(request, item, "error",
                 asked->error.len && is_amount(field) && !is_amount_of(field, asked->value)
                     ? li_page_word(request, "amount_like")
                     : asked->error);
    li_page_text(request, item, "max",
                 max ? li_strf(&request->ctx, "%lld", (long long)max) : LI_S(""));
    put_type(request, item, asked);
    put_options(request, item, asked);
    put_units(request, item, asked);
    put_stars(request, item, asked);
}
