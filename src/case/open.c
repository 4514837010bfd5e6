/* Command "case.open": somebody says something is wrong. */
#include "area/ground.h"
#include "base/canonical.h"
#include "base/time.h"
#include "case/child.h"
#include "case/link_inside.h"
#include "case/order.h"
#include "case/rhythm.h"
#include "case/under.h"
#include "case/use.h"
#include "contract/fault.h"
#include "record/number.h"

struct opening {
    struct li_case_opened opened; /* first: the plan others see */
    const struct li_case_open_args *args;
    struct li_case_open_args own; /* of one that comes of another */
    struct li_link link;          /* … and how it is linked; to 0: it is not */
    struct li_case row;
    struct li_case_given given;
    struct li_case_texts texts;
    struct li_str structured;
    struct li_case_timer timer;
    struct li_clock_ground ground;
    struct li_snapshot after;
    struct li_postings *postings; /* NULL: nothing is entered */
    const struct li_plan *plan;   /* what the engine does by itself, now that the case is there */
};

static bool may_open(const struct li_viewer *viewer, const struct li_who *who)
{
    switch (who->kind) {
    case LI_WHO_ANYONE:
        return true;
    case LI_WHO_STAFF:
        return viewer->kind == LI_VIEWER_STAFF;
    case LI_WHO_POST:
        for (size_t i = 0; i < viewer->post_count; i++) {
            if (li_str_eq(viewer->posts[i].post, who->post)) {
                return true;
            }
        }
        return false;
    case LI_WHO_SYSTEM:
        return viewer->kind == LI_VIEWER_SYSTEM;
    case LI_WHO_PARTY:
    case LI_WHO_REPORTER:
    case LI_WHO_OWNER:
        return false;
    }
    return false;
}

/* Calls and visits are entered by staff, open311 comes with a key: anybody else
 * says web or qr. */
static bool via_fits(const struct li_viewer *viewer, struct li_str via)
{
    if (li_str_is(via, "open311")) {
        return viewer->api_key != 0;
    }
    return li_str_is(via, "web") || li_str_is(via, "qr") || viewer->kind == LI_VIEWER_STAFF ||
           viewer->kind == LI_VIEWER_SYSTEM;
}

int li_case_open_check(struct li_ctx *ctx, const struct li_viewer *viewer,
                       const struct li_case_open_args *args)
{
    const struct li_playbook *playbook = args->playbook;
    bool allowed = false, listed = false;

    for (size_t i = 0; i < playbook->open_by_count; i++) {
        allowed |= may_open(viewer, &playbook->open_by[i]);
    }
    for (size_t i = 0; i < playbook->open_via_count; i++) {
        listed |= li_str_eq(playbook->open_via[i], args->via);
    }
    if (!allowed || !via_fits(viewer, args->via)) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "%.*s may not be opened so", LI_P(playbook->name));
    }
    if (!listed) {
        return li_fault(ctx, LI_FAULT_CHOICE, LI_S("/via"), LI_S(""));
    }
    if (playbook->under.len && !args->parent) {
        return li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/parent"), LI_S(""));
    }
    return li_schema_check(ctx, playbook->open_schema, LI_S("/fields"), args->fields);
}

bool li_case_fits_area(const struct li_area *area)
{
    static const char *const larger[] = {"province", "city", "county", "street"};

    for (size_t i = 0; i < sizeof(larger) / sizeof(larger[0]); i++) {
        if (li_str_is(area->kind, larger[i])) {
            return false;
        }
    }
    return !area->retired;
}

int li_case_open_place(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                       int64_t tenant, struct li_case_open_args *args)
{
    struct li_ground *ground = li_bound(record)->ground;
    const struct li_node *given = NULL;
    struct li_point point;
    struct li_area area;
    int r;

    if (!args->area.len && args->parent) {
        return li_case_under_place(ctx, record, conn, tenant, args);
    }
    if (args->area.len) {
        return 0;
    }
    for (size_t i = 0; !given && i < args->playbook->field_count; i++) {
        const struct li_field *field = &args->playbook->fields[i];
        given = field->type == LI_FIELD_POINT ? li_node_get_str(args->fields, field->name) : NULL;
    }
    if (!given) {
        return li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/area"), LI_S(""));
    }
    r = li_case_point(given, &point) && ground
            ? li_ground_locate(ctx, ground, conn, tenant, point, &area)
            : -LI_E_NOT_FOUND;
    if (r == -LI_E_NOT_FOUND || (r == 0 && !li_case_fits_area(&area))) {
        return li_fault(ctx, LI_FAULT_NOWHERE, LI_S("/area"), LI_S(""));
    }
    if (r == 0) {
        args->area = area.code;
    }
    return r;
}

static int place_case(struct li_ctx *ctx, const struct li_tx *tx, struct opening *opening)
{
    const struct li_case_open_args *args = opening->args;
    struct li_area area;
    int r = li_area_find(ctx, tx->conn, tx->tenant, args->area, &area);

    /* what opens of itself says for which kind of area, streets too */
    if (r == -LI_E_NOT_FOUND || (r == 0 && !args->rhythm && !li_case_fits_area(&area)) ||
        (r == 0 && area.retired)) {
        return li_fault(ctx, LI_FAULT_NOWHERE, LI_S("/area"), LI_S(""));
    }
    if (r == 0) {
        opening->row.area = area.code;
        opening->row.area_path = area.path;
    }
    return r;
}

/* Where it begins; then the actions by system that fire at once.  They send no
 * parts: nothing names an organization yet. */
static int settle(struct li_ctx *ctx, const struct li_tx *tx, struct opening *opening)
{
    struct li_case *row = &opening->row;
    struct li_snapshot snapshot;
    struct li_plan *plan;
    int r = li_case_held(ctx, tx->record, tx->conn, tx->tenant, tx->now, row);

    if (r == 0 && row->playbook->asks_hours) {
        r = li_library_calendar(ctx, li_bound(tx->record)->library, tx->conn, tx->tenant,
                                &row->calendar);
    }
    row->sampling = NULL; /* it has no number to be drawn by yet */
    r = r ? r : li_case_recuse(ctx, tx->conn, tx->tenant, tx->now, row);
    r = r ? r : li_case_known(ctx, tx->record, tx->conn, tx->tenant, tx->now, NULL, row);

    r = r ? r : li_case_snapshot(ctx, row, NULL, 0, tx->now, &snapshot);
    r = r ? r : li_machine_start(ctx, &snapshot, &row->state);
    snapshot.state = row->state;
    r = r ? r : li_machine_may_open(ctx, &snapshot);
    r = r ? r : li_machine_settle(ctx, &snapshot, &plan);
    if (r == 0) {
        opening->plan = plan;
        row->state = plan->state;
    }
    return r;
}

/* The state the case is in when it has come to rest: who answers, until when, who
 * may know. */
static int enter_state(struct li_ctx *ctx, const struct li_tx *tx, struct opening *opening)
{
    struct li_case *row = &opening->row;
    const struct li_state *state = &row->playbook->machines[0].states[row->state];
    struct li_snapshot *snapshot = &opening->after;
    struct li_clock_ground *ground = &opening->ground;
    int r = li_clock_ground_new(ctx, tx->record, tx->conn, tx->tenant, row, ground);

    row->clock.since = tx->now;
    r = r ? r : li_case_snapshot(ctx, row, NULL, 0, tx->now, snapshot);
    r = r ? r : li_case_derive(ctx, snapshot, row);
    li_clock_ground_at(ground, row);
    r = r ? r : li_case_timer(ctx, ground, snapshot, state, 0, tx->now, 0, &opening->timer);
    r = r || !row->playbook->times ? r : li_times_open(ctx, row, ground, snapshot, &opening->timer);
    if (r) {
        return r;
    }
    row->clock = opening->timer.clock;
    row->closed_at = state->end ? tx->now : 0;
    /* whoever enters a thing that is checked next has done what is checked */
    if (state->not_related && row->playbook->publication && tx->viewer->kind == LI_VIEWER_STAFF &&
        (r = li_case_handled(ctx, &row->handled_by, tx->viewer->person))) {
        return r;
    }
    return li_case_owner(ctx, tx, state, row, NULL, &row->owner, &row->owner);
}

/* The given fields, apart; what stays structured is what the machine asks about. */
static int take_fields(struct li_ctx *ctx, const struct li_tx *tx, struct opening *opening)
{
    struct li_case *row = &opening->row;
    const struct li_node *structured;
    int r = li_case_given(ctx, tx, row->playbook, opening->args->fields, 0, &opening->given);

    r = r ? r
          : li_case_split(ctx, row->playbook, opening->given.fields, &opening->texts,
                          &opening->structured, &structured);
    row->place = opening->given.place;
    row->photos = opening->given.upload_count;
    return r ? r : li_canonical_read(ctx, opening->structured, &row->fields);
}

/* A due row opens it: an action of another case asked for it, or a rhythm's time has
 * come.  What it is opened with is found out in the lane. */
static int open_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    struct li_case_open_args *open = li_alloc(ctx, sizeof(*open));
    struct li_case_spawned *spawned = li_alloc(ctx, sizeof(*spawned));
    struct li_rhythm_time *rhythm = li_alloc(ctx, sizeof(*rhythm));
    int r = open && spawned && rhythm ? 0 : -LI_E_NOMEM;

    if (r == 0 && li_node_get(args, "rhythm")) {
        r = li_rhythm_time_parse(ctx, args, rhythm);
        open->rhythm = rhythm;
    } else if (r == 0) {
        r = li_case_spawned_read(ctx, args, spawned);
        open->spawned = spawned;
    }
    if (r == 0) {
        *ret = open;
    }
    return r;
}

/* Who asks for it says what it is opened with; else the case it comes of, or its rhythm. */
static int begin(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case_open_args *args,
                 struct opening *opening)
{
    int r = 0;

    opening->args = args;
    if (args->spawned) {
        opening->args = &opening->own;
        r = li_case_spawned_args(ctx, tx, args->spawned, &opening->own, &opening->link);
    } else if (args->rhythm) {
        opening->args = &opening->own;
        r = li_rhythm_open(ctx, tx, args->rhythm, &opening->own);
    }
    if (r == 0 && !args->spawned) { /* an open case asked for it before: it goes on */
        r = li_playbook_in_use(ctx, tx->conn, tx->tenant, opening->args->playbook);
    }
    if (r) {
        return r;
    }
    opening->row = (struct li_case){
        .id = li_id_next(li_record_ids(tx->record), li_record_clock(tx->record)),
        .playbook = opening->args->playbook,
        .rev = 1,
        .via = opening->args->via,
        .opened_at = tx->now,
    };
    opening->link.from = opening->row.id;
    opening->link.no = 1;
    return li_case_under(ctx, tx, opening->args, &opening->row, &opening->link);
}

static int open_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct li_case_open_args *open = args;
    struct opening *opening = li_alloc(ctx, sizeof(*opening));
    int r = opening ? begin(ctx, tx, open, opening) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    r = open->order ? li_order_check(ctx, tx, open->order) : 0;
    r = r ? r : take_fields(ctx, tx, opening);
    r = r ? r : place_case(ctx, tx, opening);
    r = r ? r : settle(ctx, tx, opening);
    r = r ? r : li_case_occupy_check(ctx, tx, &opening->row);
    r = r ? r : enter_state(ctx, tx, opening);
    if (r == 0 && opening->plan->entry_count) {
        r = li_case_enter(ctx, tx, &opening->row, NULL, 0, opening->plan, &opening->postings);
    }
    if (r == 0) {
        opening->opened.id = opening->row.id;
        opening->opened.state = opening->row.state;
        *ret_plan = opening;
    }
    return r;
}

/*
 * A number for what only staff may know: drawn, from the tenant's key and the case's
 * id, and not counted.  Whoever reported one such matter learns from its number
 * nothing of another.  A number that was drawn before is drawn again.
 */
static int draw_number(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                       struct li_str series, struct li_str period, int64_t *ret)
{
    for (int draw = 0; draw < 100; draw++) {
        struct li_str text = li_strf(ctx, "number %lld %d", (long long)case_id, draw);
        int64_t digits = draw < 50 ? 10000 : 1000000, number = 0, times;
        struct li_str taken;
        uint8_t bytes[16];
        int r = text.ptr ? li_key_derive(ctx, tx->record, tx->tenant, text, bytes) : -LI_E_NOMEM;

        for (int i = 0; i < 7; i++) {
            number = number << 8 | bytes[i];
        }
        number = digits + number % (9 * digits);
        taken = li_strf(ctx, "%.*s %lld", LI_P(period), (long long)number);
        r = r || taken.ptr ? r : -LI_E_NOMEM;
        r = r ? r : li_number_next(ctx, tx, series, taken, &times);
        if (r || times == 1) {
            *ret = number;
            return r;
        }
    }
    return LI_FAIL(ctx, LI_E_INTERNAL, "no number is free");
}

/* What only staff may know is numbered apart, "N26-481362", so that no gap tells of it. */
static int give_number(struct li_ctx *ctx, const struct li_tx *tx, struct opening *opening)
{
    const struct li_playbook *playbook = opening->args->playbook;
    bool is_public = opening->row.scope == LI_SCOPE_PUBLIC;
    const char *mark = is_public ? "" : "N";
    struct li_str period = li_strf(ctx, "%d", li_civil_at(tx->now).year);
    struct li_str series = li_strf(ctx, "%s%.*s", mark, LI_P(playbook->name));
    struct li_str pattern = li_strf(ctx, "%s%.*s", mark, LI_P(playbook->number));
    int64_t seq;
    int r = period.ptr && series.ptr && pattern.ptr ? 0 : -LI_E_NOMEM;

    if (r == 0) {
        r = is_public ? li_number_next(ctx, tx, series, period, &seq)
                      : draw_number(ctx, tx, opening->row.id, series, period, &seq);
    }
    r = r ? r : li_number_format(ctx, pattern, tx->now, seq, &opening->row.number);
    opening->opened.number = opening->row.number;
    return r;
}

LI_SQL(open_handled, "update cases set handled_by = $3 where tenant = $1 and id = $2");

static int put_rows(struct li_ctx *ctx, const struct li_tx *tx, struct opening *opening)
{
    const struct li_case *row = &opening->row;
    struct li_case_party reporter = {.no = 1, .role = LI_S("reporter")};
    int r = li_case_insert(ctx, tx, row, opening->structured);

    li_case_token_hash(opening->args->token, reporter.token_hash);
    if (r == 0) {
        r = li_case_party_insert(ctx, tx, row->id, &reporter);
    }
    if (r == 0 && row->handled_by.ptr) {
        r = li_exec(ctx, tx->conn, &open_handled,
                    LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v_text(row->handled_by)), NULL);
    }
    if (r == 0 && opening->args->order) {
        r = li_order_put(ctx, tx, row->id, opening->args->order);
    }
    if (r == 0 && opening->args->rhythm) {
        r = li_rhythm_opened(ctx, tx, opening->args->rhythm, row->id);
    }
    r = r ? r : li_case_put_photos(ctx, tx, row->id, &opening->given);
    r = r ? r : li_case_put_subjects(ctx, tx, row->playbook, row->id, opening->given.fields);
    if (r == 0) {
        r = li_case_put_texts(ctx, tx, row->id, &opening->texts);
    }
    if (r == 0) {
        r = li_case_clock_set(ctx, tx, row->id, 0, &opening->timer, 0, false);
    }
    if (r == 0 && opening->ground.count) {
        r = li_times_write(ctx, tx, row->id, &opening->ground, &opening->after);
    }
    if (r == 0 && opening->link.to) {
        r = li_link_put(ctx, tx, &opening->link);
    }
    if (r == 0 && row->parent) {
        r = li_case_opened_under(ctx, tx, row);
    }
    if (r == 0 && opening->plan->spawn_count) {
        r = li_case_spawn_put(ctx, tx, row->id, row->playbook, opening->plan, NULL);
    }
    return r ? r : li_case_effects(ctx, tx, row->id, opening->plan);
}

/* What it came of. */
static void put_parent(struct li_json *json, const struct li_link *link)
{
    if (!link->to) {
        return;
    }
    li_json_key(json, "parent");
    li_json_open_map(json);
    li_json_put_int(json, "case", link->to);
    li_json_put_text(json, "kind", li_str(li_link_info(link->kind)->name));
    if (link->part) {
        li_json_put_int(json, "part", link->part);
    }
    li_json_close_map(json);
}

static void put_fired(struct li_json *json, const struct opening *opening)
{
    const struct li_plan *plan = opening->plan;

    if (plan->fired_count == 0) {
        return;
    }
    li_json_key(json, "fired");
    li_json_open_list(json);
    for (size_t i = 0; i < plan->fired_count; i++) {
        li_json_text(json, opening->row.playbook->actions[plan->fired[i]].name);
    }
    li_json_close_list(json);
}

static int open_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    struct opening *opening = plan;
    const struct li_case *row = &opening->row;
    struct li_json json;
    int r = give_number(ctx, tx, opening);

    r = r ? r : put_rows(ctx, tx, opening);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    if (tx->viewer->api_key) {
        li_json_put_id(&json, "api_key", tx->viewer->api_key);
    }
    li_json_put_text(&json, "area", row->area);
    li_json_put_int(&json, "due", row->clock.due_at);
    li_json_key(&json, "fields");
    li_json_raw(&json, opening->structured);
    put_fired(&json, opening);
    r = li_case_put_known(ctx, &json, row);
    r = r ? r : li_case_put_entries(ctx, tx, &json, opening->postings);
    if (r) {
        return r;
    }
    li_case_put_left_out(&json, row->playbook, opening->plan);
    if (row->level) {
        li_json_put_int(&json, "level", row->level);
    }
    li_json_put_text(&json, "number", row->number);
    if (opening->args->order) {
        li_order_refer(&json, opening->args->order);
    }
    li_case_put_owner(&json, &row->owner);
    li_case_put_page(&json, row);
    put_parent(&json, &opening->link);
    li_case_refer_photos(&json, &opening->given);
    li_json_put_text(&json, "playbook", row->playbook->name);
    if (opening->args->rhythm) {
        li_json_put_text(&json, "rhythm", opening->args->rhythm->name);
    }
    li_json_put_int(&json, "scope", row->scope);
    li_case_refer_texts(&json, tx, &opening->texts);
    li_times_put(&json, &opening->ground);
    li_json_put_text(&json, "to", row->playbook->machines[0].states[row->state].name);
    li_json_put_int(&json, "version", row->playbook->version);
    li_json_put_text(&json, "via", row->via);
    ret->entity = row->id;
    /* who reports is a party of the case, never a person or an account of theirs */
    ret->actor = tx->viewer->kind == LI_VIEWER_ANYONE ? LI_S("party:1") : (struct li_str){0};
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_case_open = {
    .name = "case.open",
    .parse = open_parse,
    .decide = open_decide,
    .write = open_write,
};
