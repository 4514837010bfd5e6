/* What is like what; see similar.h. */
#include "view/similar.h"

#include <stdlib.h>

#include "base/canonical.h"
#include "base/grow.h"
#include "base/id.h"
#include "base/time.h"
#include "case/link.h"
#include "record/search.h"
#include "view/inside.h"
#include "view/likeness.h"
#include "view/link.h"

#define DAYS    14   /* how far back the newest are looked through */
#define FEW     1024 /* of them, for a short list */
#define MANY    4096
#define METERS  150
#define CALLS   32 /* of one caller */
#define FOUND   8  /* of one phrase */
#define PHRASES 6
#define AGAIN   (180 * LI_DAY)
#define LEAST   40 /* weight a proposal has */
#define SUMMARY 60

LI_SQL(similar_newest,
       "select id, playbook, version, area_path, fields, class, place_lon, place_lat, opened_at, "
       "closed_at, area from cases where tenant = $1 and id < $2 and id >= $3 "
       "and merged_into is null order by id desc limit $4");
LI_SQL(similar_one,
       "select id, playbook, version, area_path, fields, class, place_lon, place_lat, opened_at, "
       "closed_at, area from cases where tenant = $1 and id = $2 and merged_into is null");

/* A case while it is weighed. */
struct candidate {
    int64_t id;
    const struct li_playbook *playbook;
    struct li_str area, class, topic;
    struct li_case_place place;
    int64_t opened_at, closed_at;
    double meters; /* negative: not near */
    bool called;   /* by the same caller */
    bool same_area, same_community, same_class;
    int share;
    struct li_str passage;
    int weight;
};

struct weighing {
    struct li_ctx *ctx;
    const struct li_view *view;
    const struct li_view_probe *probe;
    struct li_likeness text;
    struct candidate *all;
    size_t count, cap;
    const int64_t *callers; /* cases of the same caller */
    size_t caller_count;
};

/* ---- what is asked about ------------------------------------------------------ */

/* The field that says what happened: the first text the opening form requires. */
static int text_field(const struct li_playbook *playbook)
{
    for (size_t i = 0; i < playbook->open_field_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->open_fields[i]];
        if (field->type == LI_FIELD_TEXT && !field->personal && playbook->open_required[i]) {
            return playbook->open_fields[i];
        }
    }
    return -1;
}

int li_view_phone_field(const struct li_playbook *playbook)
{
    for (size_t i = 0; i < playbook->field_count; i++) {
        if (playbook->fields[i].type == LI_FIELD_PHONE && playbook->fields[i].personal) {
            return (int)i;
        }
    }
    return -1;
}

static struct li_str topic_of(const struct li_playbook *playbook, const struct li_node *fields)
{
    int place = li_case_choice_field(playbook, "topic");
    const struct li_node *given =
        place < 0 ? NULL : li_node_get_str(fields, playbook->fields[place].name);

    return given && given->kind == LI_TEXT ? given->text : (struct li_str){0};
}

int li_view_probe_of(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                     struct li_view_probe *ret)
{
    struct li_view_probe probe = {.id = id};
    struct li_case row;
    struct li_field_set hidden = {0};
    int field, phone, r = li_view_other(ctx, view, id, &row);

    if (r) {
        return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case") : r;
    }
    probe.playbook = row.playbook;
    probe.area = row.area;
    probe.area_path = row.area_path;
    probe.place = row.place;
    probe.class = row.class;
    probe.topic = topic_of(row.playbook, row.fields);
    probe.at = row.opened_at;
    r = li_case_hidden(ctx, &row, NULL, 0, view->viewer, &hidden);
    field = text_field(row.playbook);
    phone = li_view_phone_field(row.playbook);
    if (r == 0 && field >= 0 && !li_case_is_hidden(hidden, field)) {
        r = li_vault_first(ctx, view->record, view->conn, view->tenant, id,
                           row.playbook->fields[field].name, &probe.text);
    }
    if (r == 0 && phone >= 0 && !li_case_is_hidden(hidden, phone)) {
        r = li_vault_blind_of(ctx, view->conn, view->tenant, id, probe.caller);
        probe.has_caller = r == 0;
        r = r == -LI_E_NOT_FOUND ? 0 : r;
    }
    if (r == 0) {
        *ret = probe;
    }
    return r;
}

int li_view_probe_given(struct li_ctx *ctx, const struct li_view *view,
                        const struct li_playbook *playbook, const struct li_area *area,
                        const struct li_node *fields, struct li_view_probe *ret)
{
    struct li_view_probe probe = {.playbook = playbook,
                                  .area = area->code,
                                  .area_path = area->path,
                                  .at = li_now(ctx->clock)};
    struct li_point point;
    int r = 0;

    probe.topic = topic_of(playbook, fields);
    for (size_t i = 0; r == 0 && fields && i < fields->map.count; i++) {
        const struct li_node *value = fields->map.items[i].value;
        int place = li_playbook_field(playbook, fields->map.items[i].key);
        const struct li_field *field = place < 0 ? NULL : &playbook->fields[place];
        if (!field) {
            continue;
        }
        if (field->type == LI_FIELD_POINT && li_case_point(value, &point)) {
            probe.place = (struct li_case_place){true, point.lon, point.lat};
        } else if (value->kind != LI_TEXT) {
            continue;
        } else if (field->type == LI_FIELD_CODE) {
            probe.class = value->text;
        } else if (place == text_field(playbook)) {
            probe.text = value->text;
        } else if (place == li_view_phone_field(playbook)) {
            r = li_vault_blind(ctx, view->record, view->tenant, value->text, probe.caller);
            probe.has_caller = r == 0;
            r = r == -LI_E_INVALID ? 0 : r;
        }
    }
    if (r == 0) {
        *ret = probe;
    }
    return r;
}

/* ---- weighing ------------------------------------------------------------------ */

static bool is_there(const struct weighing *weighing, int64_t id)
{
    for (size_t i = 0; i < weighing->count; i++) {
        if (weighing->all[i].id == id) {
            return true;
        }
    }
    return false;
}

static bool is_caller(const struct weighing *weighing, int64_t id)
{
    for (size_t i = 0; i < weighing->caller_count; i++) {
        if (weighing->callers[i] == id) {
            return true;
        }
    }
    return false;
}

/* What the row alone says. */
static int compare_row(const struct weighing *weighing, struct candidate *one)
{
    const struct li_view_probe *probe = weighing->probe;
    int weight = 0;

    one->meters = -1;
    if (probe->place.some && one->place.some) {
        double meters = li_point_meters((struct li_point){probe->place.lon, probe->place.lat},
                                        (struct li_point){one->place.lon, one->place.lat});
        one->meters = meters <= METERS ? meters : -1;
    }
    one->same_community = li_str_eq(li_case_community(one->area), li_case_community(probe->area));
    one->same_area =
        li_str_eq(one->area, probe->area) && !li_str_eq(one->area, li_case_community(one->area));
    one->same_class = (probe->class.len && li_str_eq(probe->class, one->class)) ||
                      (probe->topic.len && li_str_eq(probe->topic, one->topic));
    weight += one->meters >= 0 ? 30 - (int)(one->meters / 10) : 0;
    weight += one->same_area ? 20 : one->same_community ? 5 : 0;
    weight += one->same_class ? 15 : 0;
    weight += one->called ? 40 : 0;
    if (one->closed_at) {
        weight -= probe->at - one->closed_at > AGAIN ? 30 : 5;
    } else if (llabs(probe->at - one->opened_at) <= LI_DAY) {
        weight += 10;
    }
    return weight;
}

/* Whether its words are worth reading: something else must speak for it. */
static bool may_be(const struct candidate *one)
{
    return one->weight >= 15 && (one->called || one->meters >= 0 || one->same_community);
}

static int compare_words(struct weighing *weighing, struct candidate *one)
{
    const struct li_view *view = weighing->view;
    struct li_likeness other;
    struct li_str text = {0};
    int field = text_field(one->playbook), r = 0;

    if (field < 0 || weighing->text.count < 4) {
        return 0;
    }
    r = li_vault_first(weighing->ctx, view->record, view->conn, view->tenant, one->id,
                       one->playbook->fields[field].name, &text);
    r = r || !text.ptr ? r : li_likeness_of(weighing->ctx, text, &other);
    if (r || !text.ptr) {
        return r;
    }
    one->share = li_likeness_share(&weighing->text, &other);
    one->weight += one->share >= 20 ? one->share * 30 / 100 : 0;
    return one->share >= 20
               ? li_likeness_passage(weighing->ctx, &weighing->text, &other, &one->passage)
               : 0;
}

static int weigh_row(struct weighing *weighing, const struct li_rows *rows)
{
    struct li_ctx *ctx = weighing->ctx;
    struct candidate one = {
        .id = li_col_i64(rows, 0),
        .area = li_col_dup(ctx, rows, 10),
        .class = li_col_dup(ctx, rows, 5),
        .place = {.some = !li_col_is_null(rows, 6),
                  .lon = li_col_i64(rows, 6),
                  .lat = li_col_i64(rows, 7)},
        .opened_at = li_col_i64(rows, 8),
        .closed_at = li_col_i64(rows, 9),
    };
    struct candidate *more;
    struct li_node *fields;
    int r = li_library_find(ctx, li_bound(weighing->view->record)->library, weighing->view->conn,
                            weighing->view->tenant, li_col_str(rows, 1), (int)li_col_i64(rows, 2),
                            &one.playbook);

    r = r ? r : li_canonical_read(ctx, li_col_dup(ctx, rows, 4), &fields);
    if (r || one.id == weighing->probe->id || is_there(weighing, one.id)) {
        return r;
    }
    one.topic = topic_of(one.playbook, fields);
    one.called = is_caller(weighing, one.id);
    one.weight = compare_row(weighing, &one);
    if (!may_be(&one)) {
        return 0;
    }
    more = li_grow(ctx, weighing->all, weighing->count, &weighing->cap, sizeof(*more));
    if (!more) {
        return -LI_E_NOMEM;
    }
    weighing->all = more;
    weighing->all[weighing->count++] = one;
    return 0;
}

static int weigh_rows(struct weighing *weighing, struct li_rows *rows)
{
    int r;

    while ((r = li_rows_next(weighing->ctx, rows)) > 0) {
        r = weigh_row(weighing, rows);
        if (r) {
            break;
        }
    }
    li_rows_done(rows);
    return r;
}

static int weigh_newest(struct weighing *weighing, size_t limit)
{
    const struct li_view *view = weighing->view;
    int64_t low = li_id_floor(weighing->probe->at - DAYS * LI_DAY);
    struct li_rows *rows;
    int r = li_query(
        weighing->ctx, view->conn, &similar_newest,
        LI_ARGS(li_v(view->tenant), li_v(INT64_MAX), li_v(low), li_v(limit > 100 ? MANY : FEW)),
        &rows);

    return r ? r : weigh_rows(weighing, rows);
}

static int weigh_one(struct weighing *weighing, int64_t id)
{
    struct li_rows *rows;
    int r = is_there(weighing, id)
                ? -LI_E_NOT_FOUND
                : li_query(weighing->ctx, weighing->view->conn, &similar_one,
                           LI_ARGS(li_v(weighing->view->tenant), li_v(id)), &rows);

    return r == -LI_E_NOT_FOUND ? 0 : r ? r : weigh_rows(weighing, rows);
}

/* Four signs out of every few of the text, each asked of the index of words. */
static int weigh_found(struct weighing *weighing)
{
    const struct li_likeness *text = &weighing->text;
    size_t step = text->count / PHRASES > 4 ? text->count / PHRASES : 4;
    int r = 0;

    for (size_t at = 0; r == 0 && at + 4 <= text->count; at += step) {
        const struct li_likeness four = {.points = {text->points[at], text->points[at + 1],
                                                    text->points[at + 2], text->points[at + 3]},
                                         .count = 4};
        struct li_search_query query;
        struct li_str phrase;
        int64_t ids[FOUND];
        size_t count = 0;
        r = li_likeness_passage(weighing->ctx, &four, &four, &phrase);
        if (r || phrase.len == 0 || li_search_read(weighing->ctx, phrase, &query)) {
            li_ctx_clear(weighing->ctx);
            continue;
        }
        r = li_search_find(weighing->ctx, weighing->view->conn, weighing->view->tenant,
                           LI_SCOPE_STAFF, &query, INT64_MAX, FOUND, ids, &count);
        for (size_t i = 0; r == 0 && i < count; i++) {
            r = weigh_one(weighing, ids[i]);
        }
    }
    return r;
}

static int find_calls(struct weighing *weighing)
{
    int64_t *ids = li_alloc_array(weighing->ctx, CALLS, sizeof(*ids));

    if (!ids) {
        return -LI_E_NOMEM;
    }
    weighing->callers = ids;
    return weighing->probe->has_caller
               ? li_vault_known(weighing->ctx, weighing->view->conn, weighing->view->tenant,
                                weighing->probe->caller, CALLS, ids, &weighing->caller_count)
               : 0;
}

/* ---- reasons ------------------------------------------------------------------- */

static int add_reason(struct li_view_similar *to, enum li_view_like like, struct li_str zh,
                      struct li_str en)
{
    static const char *const names[LI_LIKES] = {"caller", "place", "area", "class",
                                                "words",  "time",  "again"};

    to->reasons[to->reason_count++] =
        (struct li_view_reason){.like = like, .name = names[like], .label = {zh, en}};
    return zh.ptr && en.ptr ? 0 : -LI_E_NOMEM;
}

static int name_class(struct li_ctx *ctx, const struct li_view *view, const struct candidate *one,
                      struct li_texts *ret)
{
    int topic = li_case_choice_field(one->playbook, "topic");

    if (one->class.len) {
        return li_view_class(ctx, view, one->class, ret);
    }
    *ret = (struct li_texts){LI_S(""), LI_S("")};
    if (topic >= 0) {
        const struct li_option *option = li_view_option(&one->playbook->fields[topic], one->topic);
        *ret = option ? option->label : *ret;
    }
    return 0;
}

static int reasons_of_place(struct li_ctx *ctx, const struct candidate *one,
                            struct li_view_similar *to)
{
    int r = 0;

    if (one->called) {
        r = add_reason(to, LI_LIKE_CALLER, LI_S("同一来电号码"), LI_S("Same telephone"));
    }
    if (r == 0 && one->meters >= 0) {
        int meters = (int)(one->meters + 0.5);
        r = add_reason(to, LI_LIKE_PLACE, li_strf(ctx, "相距 %d 米", meters),
                       li_strf(ctx, "%d m away", meters));
    } else if (r == 0 && one->same_area) {
        r = add_reason(to, LI_LIKE_AREA, LI_S("同一地点"), LI_S("Same place"));
    } else if (r == 0 && one->same_community) {
        r = add_reason(to, LI_LIKE_AREA, LI_S("同一社区"), LI_S("Same community"));
    }
    return r;
}

static int reasons_of(struct li_ctx *ctx, const struct weighing *weighing,
                      const struct candidate *one, struct li_view_similar *to)
{
    int64_t hours = llabs(weighing->probe->at - one->opened_at) / LI_HOUR;
    struct li_texts class;
    int r = reasons_of_place(ctx, one, to);

    if (r == 0 && one->same_class) {
        r = name_class(ctx, weighing->view, one, &class);
        r = r ? r
              : add_reason(to, LI_LIKE_CLASS, li_strf(ctx, "同类：%.*s", LI_P(class.zh)),
                           li_strf(ctx, "Same kind: %.*s", LI_P(class.en)));
    }
    if (r == 0 && one->passage.len) {
        r = add_reason(to, LI_LIKE_WORDS, li_strf(ctx, "都说到“%.*s”", LI_P(one->passage)),
                       li_strf(ctx, "Both say “%.*s”", LI_P(one->passage)));
    }
    if (r == 0 && one->closed_at) {
        int64_t days = (weighing->probe->at - one->closed_at) / LI_DAY;
        days = days < 0 ? 0 : days;
        r = add_reason(to, LI_LIKE_AGAIN, li_strf(ctx, "%lld 天前已办结，又来了", (long long)days),
                       li_strf(ctx, "Closed %lld days before, and back", (long long)days));
    } else if (r == 0 && hours == 0) {
        r = add_reason(to, LI_LIKE_TIME, LI_S("相差不到一小时"), LI_S("Within the hour"));
    } else if (r == 0 && hours < 48) {
        r = add_reason(to, LI_LIKE_TIME, li_strf(ctx, "前后相差 %lld 小时", (long long)hours),
                       li_strf(ctx, "%lld hours apart", (long long)hours));
    }
    return r;
}

int li_view_summary(struct li_ctx *ctx, const struct li_view *view, const struct li_case *row,
                    struct li_str *ret)
{
    int field = text_field(row->playbook), r;
    struct li_str text = {0};
    struct li_field_set hidden;
    size_t at = 0;

    r = li_case_hidden(ctx, row, NULL, 0, view->viewer, &hidden);
    if (r == 0 && field >= 0 && !li_case_is_hidden(hidden, field)) {
        r = li_vault_first(ctx, view->record, view->conn, view->tenant, row->id,
                           row->playbook->fields[field].name, &text);
    }
    for (int i = 0; i < SUMMARY && at < text.len && li_utf8_next(text, &at) >= 0; i++) {
    }
    *ret = li_str_n(text.ptr ? text.ptr : "", at);
    return r;
}

/* Neither the caller's number nor the words speak for it where the viewer may not see
 * them. */
static int drop_hidden(struct li_ctx *ctx, const struct li_view *view, const struct li_case *row,
                       struct candidate *one)
{
    int phone = li_view_phone_field(row->playbook), text = text_field(row->playbook);
    struct li_field_set hidden;
    int r = li_case_hidden(ctx, row, NULL, 0, view->viewer, &hidden);

    if (r == 0 && one->called && (phone < 0 || li_case_is_hidden(hidden, phone))) {
        one->called = false;
        one->weight -= 40;
    }
    if (r == 0 && one->share && (text < 0 || li_case_is_hidden(hidden, text))) {
        one->weight -= one->share * 30 / 100;
        one->passage = LI_S("");
    }
    return r;
}

static int heaviest(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    int r = (x->weight < y->weight) - (x->weight > y->weight);

    return r ? r : (x->id < y->id) - (x->id > y->id);
}

static int show(struct li_ctx *ctx, const struct weighing *weighing, struct candidate *one,
                struct li_view_similar *ret, size_t *ret_count)
{
    const struct li_view *view = weighing->view;
    struct li_view_similar to = {.weight = 0};
    int r = li_view_other(ctx, view, one->id, &to.row);

    if (r == -LI_E_NOT_FOUND) {
        return 0;
    }
    r = r ? r : drop_hidden(ctx, view, &to.row, one);
    if (r || one->weight < LEAST) {
        return r;
    }
    to.weight = one->weight > 100 ? 100 : one->weight;
    r = li_view_area(ctx, view, to.row.area, &to.area);
    r = r ? r : li_view_summary(ctx, view, &to.row, &to.summary);
    r = r ? r : reasons_of(ctx, weighing, one, &to);
    if (r == 0) {
        ret[(*ret_count)++] = to;
    }
    return r;
}

int li_view_similar(struct li_ctx *ctx, const struct li_view *view,
                    const struct li_view_probe *probe, size_t limit, struct li_view_similar **ret,
                    size_t *ret_count)
{
    struct weighing weighing = {.ctx = ctx, .view = view, .probe = probe};
    struct li_view_similar *shown;
    size_t count = 0;
    int r = li_likeness_of(ctx, probe->text.ptr ? probe->text : LI_S(""), &weighing.text);

    r = r ? r : find_calls(&weighing);
    for (size_t i = 0; r == 0 && i < weighing.caller_count; i++) {
        r = weigh_one(&weighing, weighing.callers[i]);
    }
    r = r ? r : weigh_found(&weighing);
    r = r ? r : weigh_newest(&weighing, limit);
    for (size_t i = 0; r == 0 && i < weighing.count; i++) {
        r = compare_words(&weighing, &weighing.all[i]);
    }
    if (r == 0 && weighing.count > 1) {
        qsort(weighing.all, weighing.count, sizeof(weighing.all[0]), heaviest);
    }
    shown = r ? NULL : li_alloc_array(ctx, limit, sizeof(*shown));
    if (!shown) {
        return r ? r : -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < weighing.count && count < limit; i++) {
        if (weighing.all[i].weight < LEAST) {
            break;
        }
        r = show(ctx, &weighing, &weighing.all[i], shown, &count);
    }
    *ret = shown;
    *ret_count = count;
    return r;
}
