/*
 * The simulator's clockwork: from one instant at which something happens to the next.
 *
 * What is due in the house comes first, then what the agenda says, one after the
 * other, each finished before the next begins.  So history has one order, whatever
 * engine keeps it.
 */
#include <stdlib.h>

#include "base/canonical.h"
#include "record/due.h"
#include "record/history.h"
#include "record/seal.h"
#include "record/setting.h"
#include "simulate/inside.h"

#define HISTORY 2000 /* entries read at a time */

/* ---- what is due -------------------------------------------------------------------------- */

static int next_due(struct li_sim *sim, int64_t *ret)
{
    struct li_conn *conn;
    int r = li_sim_reader(sim, &conn);

    if (r == 0) {
        r = li_due_next(&sim->ctx, conn, ret);
        li_sim_reader_back(sim, conn);
    }
    return r;
}

/* What a clock did to a case may ask somebody else for something. */
static int look_at(struct li_sim *sim, const struct li_due_turn *turn)
{
    struct li_matter *matter = li_matter_find(sim, turn->due.tenant, turn->due.entity);

    if (turn->status && turn->status != -LI_E_STATE) {
        return LI_FAIL(&sim->ctx, -turn->status, "%.*s, which was due, failed",
                       LI_P(turn->due.command));
    }
    sim->figures.due++;
    return matter ? li_matter_plan(sim, matter) : 0;
}

static int run_due(struct li_sim *sim)
{
    struct li_due_turn *turns;
    size_t count;
    int r = li_due_run(&sim->ctx, sim->house->record, li_now(sim->config.clock), &turns, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        r = look_at(sim, &turns[i]);
    }
    return r;
}

/* ---- what is on the agenda ------------------------------------------------------------------- */

static int seal(struct li_sim *sim, int64_t tenant)
{
    struct li_seal made;
    int r = li_seal_new(&sim->ctx, sim->house->record, tenant, &made);

    if (r == -LI_E_STATE) {
        li_ctx_clear(&sim->ctx);
        r = 0;
    }
    return r;
}

static int begin_day(struct li_sim *sim, const struct li_event *event)
{
    struct li_sim_tenant *town = li_world_tenant(sim, event->tenant);
    int32_t day = li_day_at(event->at);
    struct li_event next = *event;
    int r = event->at > sim->from ? seal(sim, event->tenant) : 0;

    next.at = li_day_start(day + 1);
    sim->figures.days += town == &sim->tenants[0];
    r = r ? r : li_resident_day(sim, town, day);
    r = r ? r : li_staff_day(sim, town, day);
    return r ? r : li_agenda_add(sim, &next);
}

static int happen_once(struct li_sim *sim, const struct li_event *event)
{
    switch (event->kind) {
    case LI_EVENT_DAY:
        return begin_day(sim, event);
    case LI_EVENT_REPORT:
        return li_resident_report(sim, event);
    case LI_EVENT_HABIT:
    case LI_EVENT_ASIDE:
        return li_act_habit(sim, event);
    case LI_EVENT_UNDO:
        return li_act_undo(sim, event);
    case LI_EVENT_LEAVE:
        return li_staff_leave(sim, event);
    case LI_EVENT_JOIN:
        return li_staff_join(sim, event);
    case LI_EVENT_STORY:
        return li_story_happen(sim, event);
    }
    li_assert(!"an event of no kind");
}

/* What failed in trouble is done again when it is over. */
static int again(struct li_ctx *ctx, struct li_sim *sim, const struct li_event *event, int r)
{
    for (int i = 0; i < LI_TROUBLE_TRIES && li_trouble_is_why(sim, r); i++) {
        li_ctx_clear(&sim->ctx);
        r = li_trouble_end(ctx, sim);
        if (r == 0) {
            r = event ? happen_once(sim, event) : run_due(sim);
        }
    }
    return r;
}

/* A clock that was reckoned anew may be over already. */
static int run_all_due(struct li_sim *sim)
{
    int64_t due;
    int r = next_due(sim, &due);

    while (r == 0 && due && due <= li_now(sim->config.clock)) {
        r = run_due(sim);
        r = r ? r : next_due(sim, &due);
    }
    return r;
}

/* Something happens, or with `event` NULL what is due; and perhaps something goes wrong. */
static int happen(struct li_ctx *ctx, struct li_sim *sim, const struct li_event *event)
{
    int r;

    li_trouble_throw(sim);
    r = again(ctx, sim, event, event ? happen_once(sim, event) : run_due(sim));
    if (r == 0 && sim->trouble) {
        li_arena_reset(sim->ctx.arena);
        r = li_trouble_end(ctx, sim);
        r = r ? r : run_all_due(sim);
        r = r ? r : li_trouble_look(ctx, sim);
    }
    return r;
}

static void move_clock(struct li_sim *sim, int64_t to)
{
    if (to > atomic_load(&sim->config.clock->held)) {
        atomic_store(&sim->config.clock->held, to);
    }
}

/* The next thing that happens until `until`; *ret_done when there is none. */
static int step(struct li_ctx *ctx, struct li_sim *sim, int64_t until, bool *ret_done)
{
    int64_t due = 0, soonest = sim->event_count ? sim->events[0].at : INT64_MAX;
    struct li_event event;
    int r = next_due(sim, &due);

    if (r) {
        return r;
    }
    if (due && due <= soonest && due <= until) {
        move_clock(sim, due);
        return happen(ctx, sim, NULL);
    }
    if (li_agenda_take(sim, until, &event)) {
        move_clock(sim, event.at);
        return happen(ctx, sim, &event);
    }
    move_clock(sim, until);
    *ret_done = true;
    return 0;
}

int li_sim_live(struct li_ctx *ctx, struct li_sim *sim, int64_t until)
{
    bool done = false;
    int r = 0;

    while (r == 0 && !done) {
        li_arena_reset(sim->ctx.arena);
        li_ctx_clear(&sim->ctx);
        r = step(ctx, sim, until, &done);
    }
    if (r) {
        char at[LI_TIME_TEXT];
        li_time_format(li_now(sim->config.clock), at);
        LI_FAIL(ctx, -r, "seed %llu at %s: %.*s", (unsigned long long)sim->config.seed, at,
                LI_P(li_ctx_explain(&sim->ctx)));
    }
    return r;
}

/* ---- opening -----------------------------------------------------------------------------------
 */

/* A share of what is finished is drawn for a spot check. */
static int draw(struct li_sim *sim, int64_t tenant)
{
    static const struct li_viewer system = {.kind = LI_VIEWER_SYSTEM};
    struct li_setting_args args;
    struct li_job job = {
        .tenant = tenant, .command = &li_setting_put, .args = &args, .viewer = &system};
    struct li_node *values;
    int status, r = li_canonical_read(&sim->ctx, LI_S("{\"spot_checks\":100}"), &values);

    args.values = values;
    r = r ? r : li_sim_submit(sim, &job, li_dice_mix(sim->config.seed, (uint64_t)tenant), &status);
    return r ? r : status;
}

static int begin(struct li_sim *sim)
{
    int r = li_phrases_read(&sim->own, &sim->phrases);

    r = r ? r : li_world_read(sim);
    r = r || !sim->config.until ? r : li_story_begin(sim, sim->config.until);
    for (size_t i = 0; r == 0 && i < sim->tenant_count; i++) {
        const struct li_event day = {.at = sim->config.reports_from ? sim->config.reports_from
                                                                    : sim->from,
                                     .key = li_dice_mix(sim->config.seed, i),
                                     .kind = LI_EVENT_DAY,
                                     .tenant = sim->tenants[i].tenant->id};
        r = sim->tenants[i].unit_count ? li_agenda_add(sim, &day) : 0;
        if (r == 0 && sim->tenants[i].unit_count && !sim->config.demo) {
            r = draw(sim, sim->tenants[i].id);
        }
    }
    return r;
}

int li_sim_open(struct li_ctx *ctx, const struct li_sim_config *config, struct li_sim **ret)
{
    struct li_sim *sim = calloc(1, sizeof(*sim));
    struct li_arena *own = li_arena_new((size_t)1 << 30), *event = li_arena_new((size_t)1 << 28);
    struct li_random *random = li_record_random(config->house->record);
    int r;

    li_assert(atomic_load(&config->clock->held));
    if (!sim || !own || !event) {
        free(sim);
        li_arena_free(own);
        li_arena_free(event);
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a simulation");
    }
    sim->config = *config;
    sim->house = config->house;
    sim->from = li_now(config->clock);
    li_ctx_init(&sim->own, own, config->clock, random);
    li_ctx_init(&sim->ctx, event, config->clock, random);
    r = begin(sim);
    if (r) {
        LI_FAIL(ctx, -r, "%.*s %.*s", LI_P(li_ctx_explain(&sim->own)),
                LI_P(li_ctx_explain(&sim->ctx)));
        li_sim_close(sim);
        return r;
    }
    *ret = sim;
    return 0;
}

void li_sim_close(struct li_sim *sim)
{
    if (sim) {
        li_arena_free(sim->ctx.arena);
        li_arena_free(sim->own.arena);
        free(sim);
    }
}

const struct li_sim_figures *li_sim_figures(const struct li_sim *sim)
{
    return &sim->figures;
}

/* ---- what came of it
 * ------------------------------------------------------------------------------ */

int li_sim_hash(struct li_ctx *ctx, struct li_house *house, struct li_hash *ret)
{
    const struct li_tenant **tenants;
    struct li_hasher hasher;
    struct li_conn *conn;
    size_t count;
    int r = li_tenant_all(ctx, house->record, &tenants, &count);

    r = r ? r : li_store_reader(ctx, house->store, &conn);
    if (r) {
        return r;
    }
    li_hasher_begin(&hasher);
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_head head;
        r = li_head_read(ctx, conn, tenants[i]->id, &head);
        if (r == 0) {
            li_hasher_add(&hasher, li_hash_view(&head.hash));
        }
    }
    li_store_reader_back(house->store, conn);
    if (r == 0) {
        *ret = li_hasher_end(&hasher);
    }
    return r;
}

static void count_action(const struct li_playbook *playbook, struct li_str name, int64_t *counts)
{
    int place = name.ptr ? li_playbook_action(playbook, name) : -1;

    if (place >= 0) {
        counts[place]++;
    }
}

static int count_entry(struct li_ctx *ctx, const struct li_playbook *playbook,
                       const struct li_entry *entry, int64_t *counts)
{
    const struct li_node *fired;
    struct li_node *payload;
    int r;

    if (!li_str_starts(entry->command, LI_S("case."))) {
        return 0;
    }
    r = li_canonical_read(ctx, entry->payload, &payload);
    if (r == 0) {
        count_action(playbook, li_node_text(payload, "action"), counts);
        fired = li_node_get(payload, "fired");
        for (size_t i = 0; fired && i < fired->list.count; i++) {
            count_action(playbook, fired->list.items[i]->text, counts);
        }
    }
    return r;
}

static int count_tenant(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                        const struct li_playbook *playbook, int64_t *counts)
{
    struct li_entry *entries;
    size_t count = 1;
    int64_t after = 0;
    int r = 0;

    while (r == 0 && count > 0) {
        r = li_history_read(ctx, conn, tenant, after, HISTORY, &entries, &count);
        for (size_t i = 0; r == 0 && i < count; i++) {
            after = entries[i].seq;
            r = count_entry(ctx, playbook, &entries[i], counts);
        }
    }
    return r;
}

int li_sim_actions(struct li_ctx *ctx, struct li_house *house, const struct li_playbook *playbook,
                   int64_t *ret)
{
    const struct li_tenant **tenants;
    struct li_conn *conn;
    size_t count;
    int r = li_tenant_all(ctx, house->record, &tenants, &count);

    r = r ? r : li_store_reader(ctx, house->store, &conn);
    if (r) {
        return r;
    }
    memset(ret, 0, LI_PLAYBOOK_ACTIONS * sizeof(*ret));
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = count_tenant(ctx, conn, tenants[i]->id, playbook, ret);
    }
    li_store_reader_back(house->store, conn);
    return r;
}
