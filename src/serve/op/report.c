/*
 * The resident's form without script: shown, sent, shown again with what is
 * wrong.  The fields are those the playbook asks.
 */
#include "area/qr.h"
#include "base/id.h"
#include "case/use.h"
#include "contract/fault.h"
#include "serve/op/register.h"
#include "serve/page/field.h"
#include "view/link.h"

/* Where on the form a question stands, by its name; what the form does not know
 * is asked where it does not get in the way. */
struct group {
    const char *list; /* of web/pages/report.html */
    struct li_str names[4];
};

static const struct group groups[] = {
    {"where_fields", {LI_S_INIT("spot")}},
    {"what_fields", {LI_S_INIT("topic")}},
    {"words_fields", {LI_S_INIT("description"), LI_S_INIT("photos")}},
    {"reply_fields", {LI_S_INIT("contact"), LI_S_INIT("answer_by")}},
};
#define GROUPS (sizeof(groups) / sizeof(groups[0]))

static const struct group *group_of(struct li_str name)
{
    for (size_t i = 0; i < GROUPS; i++) {
        for (size_t k = 0; k < 4 && groups[i].names[k].ptr; k++) {
            if (li_str_eq(groups[i].names[k], name)) {
                return &groups[i];
            }
        }
    }
    return NULL;
}

static bool asks(const struct li_playbook *playbook, struct li_str name)
{
    for (size_t i = 0; i < playbook->open_field_count; i++) {
        if (li_str_eq(playbook->fields[playbook->open_fields[i]].name, name)) {
            return true;
        }
    }
    return false;
}

static bool has_option(const struct li_field *field, struct li_str name)
{
    for (size_t i = 0; i < field->option_count; i++) {
        if (li_str_eq(field->options[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* What most people mean, so that nobody is made to choose. */
static struct li_str usual(const struct li_field *field)
{
    static const struct {
        struct li_str field, option;
    } rows[] = {
        {LI_S_INIT("kind"), LI_S_INIT("help")},
        {LI_S_INIT("level"), LI_S_INIT("normal")},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (li_str_eq(field->name, rows[i].field) && has_option(field, rows[i].option)) {
            return rows[i].option;
        }
    }
    return (struct li_str){.ptr = NULL};
}

static bool is_main(const struct li_playbook *playbook)
{
    return li_str_eq(playbook->name, LI_REPORT_PLAYBOOK);
}

static void put_group(struct li_request *request, struct li_node *data,
                      const struct li_playbook *playbook, const char *list)
{
    bool by_topic = asks(playbook, LI_S("topic"));
    /* of another programme, what the form does not know is what it is about */
    const char *rest = is_main(playbook) ? "more_fields" : "words_fields";
    struct li_node *fields = li_page_list(request, data, list);

    for (size_t i = 0; i < playbook->open_field_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->open_fields[i]];
        const struct group *group = group_of(field->name);
        bool is_what = li_str_is(field->name, by_topic ? "topic" : "kind");
        /* never folded away: what cannot wait, and what is said where typing is hard */
        bool is_open = field->type == LI_FIELD_BOOL || field->voice;
        const char *home = is_what   ? "what_fields"
                           : group   ? group->list
                           : is_open ? "words_fields"
                                     : rest;
        if (strcmp(home, list) == 0 && li_page_can_ask(field)) {
            li_page_ask(request, fields,
                        &(struct li_page_asked){
                            .field = field,
                            .required = playbook->open_required[i],
                            .tiles = is_what && is_main(playbook),
                            .value = li_page_given(request, field->name),
                            .chosen = usual(field),
                            .error = li_page_fault(request, field->name),
                        });
        }
    }
}

static bool has_items(const struct li_node *data, const char *list)
{
    const struct li_node *node = data ? li_node_get(data, list) : NULL;

    return node && node->kind == LI_LIST && node->list.count > 0;
}

/* Folded questions are unfolded when one of them was answered wrongly. */
static bool has_error(const struct li_node *data, const char *list)
{
    const struct li_node *node = data ? li_node_get(data, list) : NULL;

    for (size_t i = 0; node && i < node->list.count; i++) {
        if (li_node_text(node->list.items[i], "error").len) {
            return true;
        }
    }
    return false;
}

static bool has_files(const struct li_playbook *playbook)
{
    struct li_page_files files = li_page_files_asked(playbook);

    return files.photos || files.documents;
}

static void put_fields(struct li_request *request, struct li_node *data,
                       const struct li_playbook *playbook)
{
    for (size_t i = 0; i < GROUPS; i++) {
        put_group(request, data, playbook, groups[i].list);
    }
    put_group(request, data, playbook, "more_fields");
    li_page_bool(request, data, "has_what", has_items(data, "what_fields"));
    li_page_bool(request, data, "has_reply", has_items(data, "reply_fields"));
    li_page_bool(request, data, "has_more", has_items(data, "more_fields"));
    li_page_bool(request, data, "more_open", has_error(data, "more_fields"));
    li_page_bool(request, data, "is_multipart", has_files(playbook));
    li_page_bool(request, data, "has_pin", asks(playbook, LI_S("place")));
}

/* The community an area lies in, itself or above it; -LI_E_NOT_FOUND quietly. */
static int community_of(struct li_request *request, const struct li_area *area, struct li_area *ret)
{
    struct li_str path = area->path;
    struct li_area above = *area;
    int r = 0;

    while (r == 0 && !li_str_is(above.kind, "community")) {
        r = li_area_path_up(&path)
                ? li_area_at(&request->ctx, request->conn, request->tenant->id, path, &above)
                : -LI_E_NOT_FOUND;
    }
    if (r == 0) {
        *ret = above;
    }
    return r;
}

int li_op_around(struct li_request *request, const struct li_area *area, struct li_str *ret)
{
    struct li_str path = area->path, text = LI_S("");

    while (li_area_path_up(&path)) {
        struct li_area above;
        int r = li_area_at(&request->ctx, request->conn, request->tenant->id, path, &above);
        if (r) {
            return r;
        }
        text = li_strf(&request->ctx, "%.*s%s%.*s", LI_P(above.name), text.len ? " · " : "",
                       LI_P(text));
        if (li_str_is(above.kind, "street")) {
            break;
        }
    }
    *ret = text;
    return 0;
}

static int put_area(struct li_request *request, struct li_node *data, const struct li_area *area,
                    struct li_str community)
{
    struct li_node *map = li_page_map(request, data, "area");
    struct li_str street = {0};
    int r = li_op_around(request, area, &street);

    li_page_text(request, map, "code", community);
    li_page_text(request, map, "name", area->name);
    li_page_text(request, map, "street", street);
    return r;
}

/* What hangs on one spot puts the pin there, for the script to begin with; a code
 * of something wider says too little. */
static void put_start(struct li_request *request, struct li_node *data, const struct li_area *area)
{
    char lon[LI_ANGLE_TEXT], lat[LI_ANGLE_TEXT];
    struct li_str start = LI_S("");

    if (area->placed && (li_str_is(area->kind, "building") || li_str_is(area->kind, "point"))) {
        start = li_strf(&request->ctx, "{\"lon\":%.*s,\"lat\":%.*s,\"how\":\"code\"}",
                        (int)li_angle_text(area->point.lon, lon), lon,
                        (int)li_angle_text(area->point.lat, lat), lat);
    }
    li_page_text(request, data, "pin_start", start);
}

/* A code on a wall names its place; anything else is chosen from a list. */
static int put_place(struct li_request *request, struct li_node *data, struct li_str code,
                     bool fixed)
{
    struct li_area area, community;
    int r = code.ptr ? li_area_find(&request->ctx, request->conn, request->tenant->id, code, &area)
                     : -LI_E_NOT_FOUND;

    r = r ? r : community_of(request, &area, &community);
    if (r == 0 && fixed) {
        li_page_list(request, data, "streets");
        put_start(request, data, &area);
        return put_area(request, data, &area, community.code);
    }
    if (r == -LI_E_NOT_FOUND) {
        community.code = LI_S("");
        r = 0;
    }
    return r ? r : li_op_put_communities(request, data, community.code);
}

/* What a form begins with, or comes back with. */
struct beginning {
    struct li_str playbook; /* empty: the one most people mean */
    struct li_str area, via, key;
    struct li_str qr;     /* of a genuine code */
    bool qr_gone;         /* there was one, and it is not */
    struct li_str parent; /* the case it is opened beneath; empty: none */
    struct li_str row;    /* the row of a register it is opened about; empty: none */
};

/* What it is opened beneath, as anybody may know it; its place is that one's. */
static int put_above(struct li_request *request, struct li_node *data,
                     const struct li_playbook *playbook, struct li_str parent)
{
    struct li_view view = li_request_view(request);
    struct li_node *map;
    struct li_view_case above;
    int64_t id;
    int r = parent.len ? li_id_parse(&request->ctx, parent, &id) : -LI_E_NOT_FOUND;

    r = r ? r : li_view_above(&request->ctx, &view, id, &above);
    if (r == 0 && !li_str_eq(above.row.playbook->name, playbook->under)) {
        r = -LI_E_NOT_FOUND;
    }
    if (r) {
        return r == -LI_E_NOMEM
                   ? r
                   : LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "there is nothing to open it beneath");
    }
    map = li_page_map(request, data, "above");
    li_page_text(request, map, "id", parent);
    li_page_texts(request, map, "title", above.row.playbook->title);
    li_page_text(request, map, "number", above.row.number);
    li_page_text(request, map, "place", above.area.name);
    li_page_texts(request, map, "state",
                  above.row.playbook->machines[0].states[above.row.state].label);
    li_op_put_values(request, map, "values", above.values, above.value_count);
    return 0;
}

/* The row it is opened about, and when that is taken; where it lies is known with it. */
static int put_about(struct li_request *request, struct li_node *data,
                     const struct li_playbook *playbook, const struct beginning *begin)
{
    const struct li_register *reg;
    struct li_view_line line;
    struct li_node *map, *list;
    struct li_row row;
    int field, r = li_op_asked_from(request, playbook, &reg, &field);

    r = r ? r : li_op_asked_row(request, reg, begin->row, &row, &line);
    if (r) {
        return r == -LI_E_NOMEM
                   ? r
                   : LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "there is nothing to open it about");
    }
    map = li_page_map(request, data, "about");
    li_page_texts(request, map, "title", playbook->fields[field].label);
    li_page_text(request, map, "row_field", playbook->fields[field].name);
    li_page_text(request, map, "row_id", begin->row);
    li_page_text(request, map, "row_name", row.name);
    li_page_text(request, map, "row_area", line.area.name);
    li_page_text(request, map, "register", reg->form.name);
    if (li_case_fits_area(&line.area)) {
        li_page_text(request, map, "area_code", line.area.code);
        li_page_bool(request, data, "is_placed", true);
    }
    list = li_page_list(request, map, "values");
    for (size_t i = 0; i < line.value_count; i++) {
        struct li_node *value = li_page_item(request, list);
        li_page_texts(request, value, "label", line.values[i].field->label);
        li_page_texts(request, value, "text", line.values[i].text);
    }
    return li_op_put_asks(request, map, &row);
}

/* A programme that anybody may bring a matter to on the web. */
static int find_playbook(struct li_request *request, struct li_str name,
                         const struct li_playbook **ret)
{
    const struct li_playbook *playbook;
    int r = li_op_playbook(request, name.len ? name : LI_REPORT_PLAYBOOK, &playbook);

    if (r == 0 && name.len && !li_op_is_for_residents(playbook)) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "%.*s is not for residents", LI_P(name));
    }
    if (r == 0) {
        *ret = playbook;
    }
    return r;
}

static bool is_asked(const struct li_playbook *playbook, int field)
{
    for (size_t i = 0; i < playbook->open_field_count; i++) {
        if (playbook->open_fields[i] == field) {
            return true;
        }
    }
    return false;
}

/* What of this form anybody will read once it was checked. */
static void put_shown(struct li_request *request, struct li_node *data,
                      const struct li_playbook *playbook)
{
    const struct li_publication *publication = playbook->publication;
    bool english = request->ctx.lang == LI_EN;
    struct li_texts label;
    struct li_str all;

    li_page_bool(request, data, "has_page", publication != NULL);
    if (!publication) {
        return;
    }
    label = playbook->fields[publication->title].label;
    all = english ? label.en : label.zh;
    for (size_t i = 0; i < publication->show_count; i++) {
        if (is_asked(playbook, publication->shows[i])) {
            label = playbook->fields[publication->shows[i]].label;
            all = li_strf(&request->ctx, "%.*s%s%.*s", LI_P(all), english ? ", " : "、",
                          LI_P(english ? label.en : label.zh));
        }
    }
    li_page_text(request, data, "page_shows",
                 li_strf(&request->ctx, "%.*s%s", LI_P(all), english ? "." : "。"));
}

static void put_heading(struct li_request *request, struct li_node *data,
                        const struct li_playbook *playbook)
{
    bool english = request->ctx.lang == LI_EN;
    bool main = is_main(playbook);

    li_page_bool(request, data, "is_main", main);
    put_shown(request, data, playbook);
    li_page_text(request, data, "heading",
                 main      ? li_page_word(request, "report_title")
                 : english ? playbook->title.en
                           : playbook->title.zh);
    li_page_text(request, data, "heading_lead",
                 main      ? li_page_word(request, "report_lead")
                 : english ? playbook->why.en
                           : playbook->why.zh);
}

static int show(struct li_request *request, int status, const struct beginning *begin)
{
    const struct li_playbook *playbook;
    struct li_node *data = li_page_new(request);
    int r = find_playbook(request, begin->playbook, &playbook);

    r = r ? r : li_playbook_in_use(&request->ctx, request->conn, request->tenant->id, playbook);
    if (r) {
        return r;
    }
    put_heading(request, data, playbook);
    li_page_text(request, data, "playbook", playbook->name);
    li_page_text(request, data, "via", begin->via);
    li_page_text(request, data, "key", begin->key);
    li_page_text(request, data, "qr", begin->qr);
    li_page_bool(request, data, "qr_gone", begin->qr_gone);
    put_fields(request, data, playbook);
    if (status != 200) {
        struct li_node *problem = li_page_map(request, data, "problem");
        const struct li_error_info *info = li_error_info(LI_E_INVALID);
        li_page_text(request, problem, "title",
                     li_str(request->ctx.lang == LI_EN ? info->en : info->zh));
        li_page_text(request, problem, "detail", li_page_word(request, "report_fix"));
        li_page_text(request, data, "area_error", li_page_fault(request, LI_S("area")));
    }
    li_page_bool(request, data, "is_placed", playbook->under.len > 0);
    r = begin->row.len ? put_about(request, data, playbook, begin) : 0;
    if (r) {
        return r;
    }
    if (playbook->under.len) {
        r = put_above(request, data, playbook, begin->parent);
    } else {
        r = put_place(request, data, begin->area, status == 200 || begin->qr.len);
    }
    r = r ? r : li_op_allow_tiles(request);
    return r ? r : li_page_render(request, status, "report", data);
}

/* The place of a scanned code; a forged or retired one gives none. */
static int open_code(struct li_request *request, struct beginning *begin)
{
    int r;

    if (!begin->qr.len) {
        return 0;
    }
    r = li_qr_open(&request->ctx, li_request_house(request)->record, request->conn,
                   request->tenant->id, begin->qr, &begin->area);
    if (r == -LI_E_NOT_FOUND) {
        begin->qr = (struct li_str){.ptr = NULL};
        begin->qr_gone = true;
        r = 0;
    }
    return r;
}

/* What is opened about a row is opened from its page. */
static int show_rows(struct li_request *request, const struct beginning *begin)
{
    const struct li_playbook *playbook;
    const struct li_register *reg;
    int field, r = find_playbook(request, begin->playbook, &playbook);

    r = r ? r : li_op_asked_from(request, playbook, &reg, &field);
    return r ? r
             : li_reply_see(request, li_strf(&request->ctx, "/%.*s/registers/%.*s%s",
                                             LI_P(request->tenant->slug), LI_P(reg->form.name),
                                             request->ctx.lang == LI_EN ? "?lang=en" : "?lang=zh"));
}

int li_op_page_report(struct li_request *request)
{
    struct beginning begin = {
        .playbook = li_request_text(request, "playbook"),
        .area = li_request_text(request, "area"),
        .via = li_request_text(request, "via"),
        .qr = li_request_text(request, "qr"),
        .key = li_page_key(request),
        .parent = li_request_text(request, "under"),
        .row = li_request_text(request, "row"),
    };
    int r;

    li_op_lang(request);
    if (!begin.via.ptr) {
        begin.via = begin.area.ptr || begin.qr.len ? LI_S("qr") : LI_S("web");
    }
    r = open_code(request, &begin);
    if (r == 0 && begin.playbook.len && !begin.row.len) {
        r = show_rows(request, &begin);
        if (r != -LI_E_NOT_FOUND) {
            return r;
        }
        li_ctx_clear(&request->ctx);
        r = 0;
    }
    return r ? r : show(request, 200, &begin);
}

/* ---- sent ------------------------------------------------------------------ */

/* Who left a number and chose nothing is called (web/src/resident/reply.ts does it in
 * sight); without a number nobody waits for an answer. */
static struct li_str way_to_answer(struct li_request *request, const struct li_field *field)
{
    bool reachable = li_str_trim(li_page_given(request, LI_S("contact"))).len > 0;

    return reachable && li_str_is(field->name, "answer_by") && has_option(field, LI_S("phone"))
               ? LI_S("phone")
               : LI_S("");
}

/* As a page asks it, or the row that the form is about. */
static int take(struct li_request *request, const struct li_field *field, struct li_node *fields)
{
    struct li_str given = li_page_given(request, field->name);
    struct li_node *node;

    if (field->type != LI_FIELD_SUBJECT || !given.len) {
        return li_page_take(request, field, fields);
    }
    node = li_node_new_text(&request->ctx, given);
    return node ? li_node_put(&request->ctx, fields, field->name, node) : -LI_E_NOMEM;
}

/* The playbook's fields out of the flat form; what was left empty is not there. */
static int gather(struct li_request *request, const struct li_playbook *playbook,
                  struct li_node **ret)
{
    struct li_node *fields = li_node_new_map(&request->ctx), *coerced;
    int r = fields ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < playbook->open_field_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->open_fields[i]];
        struct li_str otherwise = way_to_answer(request, field);
        r = take(request, field, fields);
        if (r == 0 && otherwise.len && !li_node_get_str(fields, field->name)) {
            struct li_node *node = li_node_new_text(&request->ctx, otherwise);
            r = node ? li_node_put(&request->ctx, fields, field->name, node) : -LI_E_NOMEM;
        }
    }
    r = r ? r : li_page_await(request, li_page_files_asked(playbook), fields);
    r = r ? r : li_schema_coerce(&request->ctx, playbook->open_schema, fields, &coerced);
    if (r == 0) {
        *ret = coerced;
    }
    return r;
}

static int again(struct li_request *request)
{
    struct li_str via = li_node_text(request->body, "via");
    struct beginning begin = {
        .playbook = li_node_text(request->body, "playbook"),
        .area = li_node_text(request->body, "area"),
        .via = via.len ? via : LI_S("web"),
        .key = li_node_text(request->body, "key"),
        .qr = li_node_text(request->body, "qr"),
        .parent = li_node_text(request->body, "parent"),
    };
    const struct li_playbook *playbook;
    const struct li_register *reg;
    int field, r = open_code(request, &begin);

    r = r ? r : find_playbook(request, begin.playbook, &playbook);
    if (r == 0 && li_op_asked_from(request, playbook, &reg, &field) == 0) {
        begin.row = li_page_given(request, playbook->fields[field].name);
    }
    return r ? r : show(request, 422, &begin);
}

/* Where it is: what the code on the wall stands for, else what was chosen; a code
 * torn down meanwhile leaves the community the page had made of it. */
static int read_place(struct li_request *request, struct li_str *ret_area, struct li_str *ret_via)
{
    struct beginning begin = {
        .area = li_node_text(request->body, "area"),
        .qr = li_node_text(request->body, "qr"),
    };
    int r = open_code(request, &begin);

    if (r == 0) {
        *ret_area = begin.area;
        *ret_via = begin.qr.len ? LI_S("qr") : li_node_text(request->body, "via");
    }
    return r;
}

/* What the lane would refuse is told at its field, too. */
static int check_place(struct li_request *request, struct li_str code)
{
    struct li_area area;
    int r = li_area_find(&request->ctx, request->conn, request->tenant->id, code, &area);

    if (r == -LI_E_NOT_FOUND || (r == 0 && !li_case_fits_area(&area))) {
        return li_fault(&request->ctx, LI_FAULT_NOWHERE, LI_S("/area"), LI_S(""));
    }
    return r;
}

int li_op_submit_report(struct li_request *request)
{
    const struct li_playbook *playbook;
    struct li_case_open_args *args;
    struct li_node *fields;
    struct li_str lang = li_node_text(request->body, "lang"), area, via;
    int r, place;

    if (lang.ptr) {
        request->ctx.lang = li_str_is(lang, "en") ? LI_EN : LI_ZH;
    }
    r = find_playbook(request, li_node_text(request->body, "playbook"), &playbook);
    r = r ? r : read_place(request, &area, &via);
    place = r || playbook->under.len ? r : check_place(request, area);
    if (place && place != -LI_E_INVALID) {
        return place;
    }
    /* all that is wrong is told at once */
    r = gather(request, playbook, &fields);
    r = r ? r
          : li_op_prepare_open(request, playbook->name, area, via, fields,
                               li_node_text(request->body, "key"), &args);
    if (r == -LI_E_INVALID || (r == 0 && place)) {
        return again(request);
    }
    return r ? r : li_op_send_form(request, li_page_files_asked(playbook), fields, args);
}

int li_op_submit_report_done(struct li_request *request)
{
    const struct li_op_form *form = request->state;
    const struct li_case_open_args *args = form->args;
    struct li_str slug = request->tenant->slug;
    const char *lang = request->ctx.lang == LI_EN ? "?lang=en" : "?lang=zh";

    if (form->refused) {
        return again(request);
    }
    return li_reply_see(request, li_strf(&request->ctx, "/%.*s/progress/%.*s%s", LI_P(slug),
                                         LI_P(li_op_tracking(request, args->token)), lang));
}
