/*
 * Residents: what they report, when, and in which words.
 *
 * A day's reports are thrown at its beginning, from street, day and weather alone.
 * Whoever comes over the web may find their matter among the open ones and join it.
 */
#include "base/grow.h"
#include "base/json.h"
#include "simulate/inside.h"
#include "view/view.h"

#define STREETS 1000 /* a subject: street * STREETS + number of the day */

struct reporting {
    struct li_sim *sim;
    struct li_sim_tenant *town;
    const struct li_area *place;
    const struct li_topic *topic;
    struct li_dice dice;
    struct li_matter matter;
    struct li_viewer viewer;
    struct li_str kind, via;
    bool placed, without_area;
    struct li_json json;
};

/* ---- the day ---------------------------------------------------------------------------- */

/* How many of a hundred reports come in each hour. */
static const unsigned hours[24] = {1, 0, 0, 0, 0, 1, 2, 6, 9, 8, 7, 6,
                                   5, 5, 6, 6, 6, 6, 7, 8, 7, 5, 3, 1};

static int64_t hour_of(struct li_dice *dice)
{
    unsigned sum = 0, throw;
    int hour = 0;

    for (int i = 0; i < 24; i++) {
        sum += hours[i];
    }
    throw = (unsigned)(li_dice_roll(dice) % sum);
    while (throw >= hours[hour]) {
        throw -= hours[hour++];
    }
    return hour * LI_HOUR + li_dice_between(dice, 1, LI_HOUR - 1);
}

static int add_report(struct li_sim *sim, const struct li_sim_tenant *town, int32_t day,
                      size_t street, int64_t no)
{
    struct li_dice dice =
        li_dice_of(li_dice_mix(sim->config.seed, (uint64_t)town->tenant->id << 32 | (uint32_t)day),
                   "report", street * STREETS + (uint64_t)no);
    struct li_event event = {
        .at = li_day_start(day) + hour_of(&dice),
        .key = li_dice_roll(&dice),
        .kind = LI_EVENT_REPORT,
        .tenant = town->tenant->id,
        .subject = (int64_t)street,
        .part = no < 0, /* the extra one */
    };

    return event.at < li_now(sim->config.clock) ? 0 : li_agenda_add(sim, &event);
}

int li_resident_day(struct li_sim *sim, struct li_sim_tenant *town, int32_t day)
{
    enum li_weather weather = li_weather_of(sim->config.seed, town->tenant->id, day);
    int64_t pace = sim->config.pace ? sim->config.pace : LI_SIM_PACE;
    int r = 0;

    for (size_t i = 0; r == 0 && i < town->street_count; i++) {
        struct li_dice dice = li_dice_of(
            li_dice_mix(sim->config.seed, (uint64_t)town->tenant->id << 32 | (uint32_t)day),
            "how many", i);
        int64_t share = pace * (int64_t)li_weathers[weather].reports / 100;
        int64_t count = li_dice_between(&dice, share / 2, share + share / 2);
        for (int64_t no = 0; r == 0 && no < count; no++) {
            r = add_report(sim, town, day, i, no);
        }
        if (r == 0 && sim->config.extra && i == 0 && town == &sim->tenants[0] &&
            day == li_day_at(sim->from)) {
            r = add_report(sim, town, day, 0, -1);
        }
    }
    return r;
}

/* ---- what they say ------------------------------------------------------------------------ */

/* A choice by weight: names and per cent. */
struct share {
    const char *name;
    unsigned percent;
};
static struct li_str throw_share(struct li_dice *dice, const struct share *shares)
{
    uint64_t throw = li_dice_roll(dice) % 100;

    while (throw >= shares->percent) {
        throw -= shares++->percent;
    }
    return li_str(shares->name);
}

static const struct share kinds[] = {{"complaint", 46}, {"help", 32},  {"enquiry", 7},
                                     {"suggestion", 6}, {"praise", 4}, {"report", 5}};
static const struct share ways[] = {{"web", 44},  {"qr", 14},   {"hotline", 20},
                                    {"desk", 10}, {"visit", 4}, {"group", 8}};
static const struct share answers[] = {{"phone", 48}, {"message", 20}, {"visit", 8}, {"none", 24}};

static const char *words_of(struct reporting *reporting)
{
    static const struct {
        const char *kind, *path;
    } paths[] = {
        {"enquiry", "ask"}, {"suggestion", "suggest"}, {"praise", "praise"}, {"report", "accuse"}};

    if (reporting->matter.extra) {
        return "confidential";
    }
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        if (li_str_is(reporting->kind, paths[i].kind)) {
            return paths[i].path;
        }
    }
    return li_strf(&reporting->sim->ctx, "report.%s", reporting->topic->name).ptr;
}

/* A text that outlives the event. */
static int say(struct reporting *reporting, const char *path, struct li_str *ret)
{
    struct li_sim *sim = reporting->sim;
    struct li_str text;
    int r =
        path ? li_phrase_say(&sim->ctx, sim->phrases, path, &reporting->dice, &text) : -LI_E_NOMEM;

    if (r == 0) {
        *ret = li_str_dup(&sim->own, text);
        r = ret->ptr ? 0 : -LI_E_NOMEM;
    }
    return r;
}

static int describe(struct reporting *reporting)
{
    struct li_sim *sim = reporting->sim;
    struct li_matter *matter = &reporting->matter;
    int r = say(reporting, words_of(reporting), &matter->description);

    if (r == 0 && sim->config.demo) {
        matter->description = li_strf(&sim->own, "【演示】%.*s", LI_P(matter->description));
    }
    if (r == 0 && li_dice_percent(&reporting->dice, 45)) {
        r = say(reporting, "where.any", &matter->spot);
    }
    if (r == 0 && li_dice_percent(&reporting->dice, 62)) {
        matter->contact = li_strf(&sim->own, "139%08lld",
                                  (long long)li_dice_between(&reporting->dice, 0, 99999999));
    }
    return r;
}

static int put_photos(struct reporting *reporting)
{
    struct li_str token;
    int r = li_sim_photo(reporting->sim, reporting->matter.tenant, &reporting->dice, &token);

    if (r == 0) {
        li_json_key(&reporting->json, "photos");
        li_json_open_list(&reporting->json);
        li_json_text(&reporting->json, token);
        li_json_close_list(&reporting->json);
    }
    return r;
}

static void put_place(struct reporting *reporting)
{
    const struct li_point *point = &reporting->place->point;
    int64_t off = reporting->without_area ? 0 : 4000; /* 1e-7 degrees: some forty metres */

    li_json_key(&reporting->json, "place");
    li_json_open_map(&reporting->json);
    li_json_put_int(&reporting->json, "accuracy", li_dice_between(&reporting->dice, 3, 40));
    li_json_put_text(&reporting->json, "crs", LI_S("cgcs2000"));
    li_json_key(&reporting->json, "lat");
    li_json_real(&reporting->json,
                 (double)(point->lat + li_dice_between(&reporting->dice, -off, off)) / 1e7);
    li_json_key(&reporting->json, "lon");
    li_json_real(&reporting->json,
                 (double)(point->lon + li_dice_between(&reporting->dice, -off, off)) / 1e7);
    li_json_close_map(&reporting->json);
}

static int fields_of(struct reporting *reporting, struct li_node **ret)
{
    struct li_ctx *ctx = &reporting->sim->ctx;
    const struct li_matter *matter = &reporting->matter;
    struct li_json *json = &reporting->json;
    struct li_buf *buf = li_buf_new(ctx, 65536);
    int r = buf ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    li_json_init(json, buf, false);
    li_json_open_map(json);
    if (li_dice_percent(&reporting->dice, 70)) {
        li_json_put_text(json, "answer_by", throw_share(&reporting->dice, answers));
    }
    if (matter->contact.ptr) {
        li_json_put_text(json, "contact", matter->contact);
    }
    li_json_put_text(json, "description", matter->description);
    li_json_put_text(json, "kind", reporting->kind);
    if (!reporting->sim->config.demo && li_dice_percent(&reporting->dice, 8)) {
        r = put_photos(reporting);
    }
    if (reporting->placed) {
        put_place(reporting);
    }
    if (matter->spot.ptr) {
        li_json_put_text(json, "spot", matter->spot);
    }
    li_json_put_text(json, "topic", matter->topic);
    if (li_dice_percent(&reporting->dice, 7)) {
        li_json_put_bool(json, "cannot_wait", true);
    }
    li_json_close_map(json);
    r = r ? r : li_buf_check(ctx, buf);
    return r ? r : li_json_read(ctx, li_buf_view(buf), ret);
}

/* ---- how it comes in ------------------------------------------------------------------------ */

static bool is_staffs(struct li_str via)
{
    return !li_str_is(via, "web") && !li_str_is(via, "qr");
}

/* Calls and visits are entered by a desk that has the place. */
static int viewer_of(struct reporting *reporting, struct li_conn *conn)
{
    struct li_sim_tenant *town = reporting->town;
    const struct li_sim_officer *desk = NULL;

    reporting->viewer =
        (struct li_viewer){.kind = LI_VIEWER_ANYONE, .tenant = reporting->matter.tenant};
    for (size_t i = 0; is_staffs(reporting->via) && i < town->officer_count; i++) {
        const struct li_sim_officer *officer = &town->officers[i];
        if (li_str_is(officer->post, "desk") &&
            li_str_starts(reporting->place->path, officer->area_path) &&
            (!desk || li_dice_percent(&reporting->dice, 50))) {
            desk = officer;
        }
    }
    if (!desk) {
        reporting->via = is_staffs(reporting->via) ? LI_S("web") : reporting->via;
        return 0;
    }
    return li_sim_viewer(reporting->sim, conn, reporting->matter.tenant, desk, &reporting->viewer);
}

/* An open public case of the same topic and community: it may be theirs as well. */
static int find_same(struct reporting *reporting, struct li_conn *conn, int64_t *ret)
{
    const struct li_view view = {.record = reporting->sim->house->record,
                                 .conn = conn,
                                 .tenant = reporting->matter.tenant,
                                 .viewer = &reporting->viewer};
    const struct li_view_filter filter = {
        .topic = reporting->matter.topic, .area_path = reporting->place->path, .open = LI_VIEW_YES};
    struct li_view_list list;
    int r = li_view_public(&reporting->sim->ctx, &view, &filter, 5, (struct li_str){0}, &list);

    *ret = 0;
    if (r == 0 && list.count > 0) {
        *ret = list.rows[li_dice_roll(&reporting->dice) % list.count].id;
    }
    return r;
}

static int join(struct reporting *reporting, int64_t id, uint64_t key)
{
    struct li_sim *sim = reporting->sim;
    struct li_matter *same = li_matter_find(sim, reporting->matter.tenant, id);
    struct li_case_follow_args args = {.id = id};
    struct li_job job = {.tenant = reporting->matter.tenant,
                         .command = &li_case_follow,
                         .args = &args,
                         .viewer = &reporting->viewer};
    int status, r;

    li_dice_token(&reporting->dice, args.token);
    r = li_sim_submit(sim, &job, key, &status);
    if (r == 0 && status == 0) {
        sim->figures.follows++;
    }
    if (r == 0 && status == 0 && same) {
        same->followed = true;
        memcpy(same->follower, args.token, sizeof(args.token));
    }
    return r;
}

/* Unless it is kept already: after trouble an event may happen once more. */
static int keep(struct li_sim *sim, struct li_matter *matter)
{
    struct li_matter *known = li_matter_find(sim, matter->tenant, matter->id), *matters;
    size_t at = sim->matter_count;
    int r;

    if (known) {
        return li_matter_plan(sim, known);
    }
    matters =
        li_grow(&sim->own, sim->matters, sim->matter_count, &sim->matter_cap, sizeof(*matters));
    if (!matters) {
        return -LI_E_NOMEM;
    }
    sim->matters = matters;
    for (; at > 0 && matters[at - 1].id > matter->id; at--) {
        matters[at] = matters[at - 1];
    }
    matters[at] = *matter;
    sim->matter_count++;
    sim->figures.reports++;
    r = li_matter_asides(sim, &matters[at]);
    return r ? r : li_matter_plan(sim, &matters[at]);
}

static int open_it(struct reporting *reporting, struct li_conn *conn, uint64_t key)
{
    struct li_sim *sim = reporting->sim;
    struct li_matter *matter = &reporting->matter;
    struct li_case_open_args args = {.playbook = reporting->town->playbook,
                                     .area = reporting->without_area ? LI_S("")
                                                                     : reporting->place->code,
                                     .via = reporting->via};
    struct li_job job = {.tenant = matter->tenant,
                         .command = &li_case_open,
                         .args = &args,
                         .viewer = &reporting->viewer};
    struct li_node *fields;
    int status, r = fields_of(reporting, &fields);

    args.fields = r ? NULL : fields;
    memcpy(args.token, matter->token, sizeof(args.token));
    r = r ? r : li_case_open_check(&sim->ctx, &reporting->viewer, &args);
    r = r ? r : li_case_open_place(&sim->ctx, sim->house->record, conn, matter->tenant, &args);
    r = r ? r : li_sim_submit(sim, &job, key, &status);
    if (r == 0 && status) {
        r = LI_FAIL(&sim->ctx, LI_E_INTERNAL, "a report was refused: %s",
                    li_error_info(status)->name);
    }
    if (r) {
        return r;
    }
    matter->id = job.entity;
    return keep(sim, matter);
}

static void throw_traits(struct reporting *reporting)
{
    struct li_matter *matter = &reporting->matter;

    matter->traits |= li_dice_percent(&reporting->dice, 6) ? LI_TRAIT_QUARREL : 0;
    matter->traits |= li_dice_percent(&reporting->dice, 6) ? LI_TRAIT_STRICT : 0;
    matter->traits |= li_dice_percent(&reporting->dice, 8) ? LI_TRAIT_SLOW : 0;
    matter->traits |= li_dice_percent(&reporting->dice, 12) ? LI_TRAIT_AWAY : 0;
    matter->confidential = li_str_is(reporting->kind, "report");
}

static int report(struct reporting *reporting, const struct li_event *event, struct li_conn *conn)
{
    bool looks = li_dice_percent(&reporting->dice, 30);
    int64_t same = 0;
    int r = viewer_of(reporting, conn);

    if (r == 0 && looks && !is_staffs(reporting->via) && !reporting->matter.confidential) {
        r = find_same(reporting, conn, &same);
    }
    if (r == 0 && same) {
        return join(reporting, same, reporting->matter.key);
    }
    r = r ? r : describe(reporting);
    return r ? r : open_it(reporting, conn, li_dice_mix(event->key, 1));
}

int li_resident_report(struct li_sim *sim, const struct li_event *event)
{
    struct li_sim_tenant *town = li_world_tenant(sim, event->tenant);
    const struct li_sim_street *street = &town->streets[event->subject];
    struct reporting reporting = {.sim = sim, .town = town};
    struct li_matter *matter = &reporting.matter;
    int32_t day = li_day_at(event->at);
    struct li_conn *conn;
    int r;

    *matter = (struct li_matter){.tenant = event->tenant,
                                 .street = (size_t)event->subject,
                                 .extra = event->part != 0,
                                 .key = li_dice_mix(event->key, (uint64_t)event->tenant)};
    reporting.dice = li_dice_of(matter->key, "what", 0);
    reporting.place = &street->places[li_dice_roll(&reporting.dice) % street->place_count];
    reporting.topic =
        li_topic_throw(&reporting.dice, li_weather_of(sim->config.seed, event->tenant, day));
    reporting.kind = matter->extra ? LI_S("report") : throw_share(&reporting.dice, kinds);
    reporting.via = throw_share(&reporting.dice, ways);
    reporting.placed = reporting.place->placed && li_dice_percent(&reporting.dice, 50);
    reporting.without_area = reporting.placed && li_dice_percent(&reporting.dice, 30);
    matter->topic = li_str(reporting.topic->name);
    li_dice_token(&reporting.dice, matter->token);
    throw_traits(&reporting);
    r = li_sim_reader(sim, &conn);
    if (r == 0) {
        r = report(&reporting, event, conn);
        li_sim_reader_back(sim, conn);
    }
    return r;
}
