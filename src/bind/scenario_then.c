/*
 * What is expected after a step, compared with what there is.
 *
 * Each word of `then` is rendered twice, as it was written and as the house has
 * it, and the texts are compared: so a fault always shows both.  A word that is
 * not written is not looked at.
 */
#include "base/canonical.h"
#include "base/time.h"
#include "bind/scenario_inside.h"
#include "record/history.h"
#include "record/tally.h"
#include "record/vault.h"

#define WAIT_US (10 * LI_SECOND)
#define STEPS   500

struct look {
    struct li_play *play;
    struct li_ctx *ctx;
    struct li_conn *conn;
    const struct li_node *then;
    struct li_case row;
    struct li_case_part *parts;
    size_t part_count;
};

/* A case or a part, the words both have. */
struct standing {
    struct li_str state;
    const struct li_owner *owner;
    const struct li_case_clock *clock;
};

static void expect(struct look *look, const char *prefix, const char *word, struct li_str want,
                   struct li_str got)
{
    if (!li_str_eq(want, got)) {
        li_play_tell(look->play, "%s%s: expected %.*s, got %.*s", prefix, word, LI_P(want),
                     LI_P(got));
    }
}

static struct li_str time_text(struct li_ctx *ctx, int64_t at)
{
    char text[LI_TIME_TEXT];

    if (!at) {
        return LI_S("none");
    }
    li_time_format(at - at % LI_SECOND, text); /* steps lie milliseconds apart */
    return li_str_dup(ctx, li_str(text));
}

/* ---- state, owner, clock ------------------------------------------------------------ */

static int expect_due(struct look *look, const char *prefix, const struct li_node *map,
                      int64_t due_at)
{
    struct li_str want = li_node_text(map, "due");
    int64_t at = 0;
    int r = 0;

    if (!want.ptr) {
        return 0;
    }
    if (!li_str_is(want, "none")) {
        r = li_time_parse(look->ctx, want, &at);
    }
    if (r == 0) {
        expect(look, prefix, "due", time_text(look->ctx, at), time_text(look->ctx, due_at));
    }
    return r;
}

static int area_name(struct look *look, struct li_str path, struct li_str *ret)
{
    struct li_area area;
    int r = li_area_at(look->ctx, look->conn, LI_TOWN_TENANT, path, &area);

    if (r == 0) {
        *ret = area.name;
    }
    return r;
}

static int unit_name(struct look *look, int64_t id, struct li_str *ret)
{
    struct li_organization unit = {.name = LI_S("none")};
    int r = id ? li_organization_find(look->ctx, look->conn, LI_TOWN_TENANT, id, &unit) : 0;

    if (r == 0) {
        *ret = unit.name;
    }
    return r;
}

static int expect_owner(struct look *look, const char *prefix, const struct li_node *map,
                        const struct li_owner *owner)
{
    const struct li_node *want = li_node_get(map, "owner");
    struct li_str post, area, unit, got;
    int r = 0;

    if (!want) {
        return 0;
    }
    got = owner->post.ptr ? owner->post : LI_S("none");
    if (want->kind == LI_TEXT || !owner->post.ptr) {
        expect(look, prefix, "owner",
               want->kind == LI_TEXT ? want->text : li_node_text(want, "post"), got);
        return 0;
    }
    post = li_node_text(want, "post");
    area = li_node_text(want, "area");
    unit = li_node_text(want, "unit");
    expect(look, prefix, "owner.post", post, got);
    if (area.ptr && (r = area_name(look, owner->area_path, &got)) == 0) {
        expect(look, prefix, "owner.area", area, got);
    }
    if (r == 0 && unit.ptr && (r = unit_name(look, owner->org, &got)) == 0) {
        expect(look, prefix, "owner.unit", unit, got);
    }
    return r;
}

static int expect_standing(struct look *look, const char *prefix, const struct li_node *map,
                           const struct standing *standing)
{
    const struct li_node *overdue = li_node_get(map, "overdue");
    struct li_str state = li_node_text(map, "state");
    int r;

    if (state.ptr) {
        expect(look, prefix, "state", state, standing->state);
    }
    if (overdue) {
        expect(look, prefix, "overdue", overdue->flag ? LI_S("true") : LI_S("false"),
               standing->clock->overdue ? LI_S("true") : LI_S("false"));
    }
    r = expect_due(look, prefix, map, standing->clock->due_at);
    return r ? r : expect_owner(look, prefix, map, standing->owner);
}

static int expect_part(struct look *look, size_t place, const struct li_node *map)
{
    const struct li_case_part *part = &look->parts[place];
    const struct li_machine *machine = &look->row.playbook->machines[part->part.machine];
    const struct standing standing = {
        .state = machine->states[part->part.state].name,
        .owner = &part->part.owner,
        .clock = &part->clock,
    };
    struct li_str prefix = li_strf(look->ctx, "part %d ", part->part.no);
    struct li_str unit = li_node_text(map, "unit"), got;
    int r = prefix.ptr ? expect_standing(look, prefix.ptr, map, &standing) : -LI_E_NOMEM;

    if (r == 0 && unit.ptr && (r = unit_name(look, part->part.org, &got)) == 0) {
        expect(look, prefix.ptr, "unit", unit, got);
    }
    return r;
}

static int expect_parts(struct look *look)
{
    const struct li_node *want = li_node_get(look->then, "parts");
    int r = 0;

    if (want && want->list.count != look->part_count) {
        li_play_tell(look->play, "parts: expected %zu, got %zu", want->list.count,
                     look->part_count);
        return 0;
    }
    for (size_t i = 0; r == 0 && want && i < want->list.count; i++) {
        r = expect_part(look, i, want->list.items[i]);
    }
    return r;
}

/* ---- counters, level, scope, fields --------------------------------------------------- */

static int expect_counts(struct look *look)
{
    const struct li_node *want = li_node_get(look->then, "counts");

    for (size_t i = 0; want && i < want->map.count; i++) {
        const struct li_member *member = &want->map.items[i];
        const struct li_node *number = li_node_get_str(look->row.counts, member->key);
        int64_t got = number && number->kind == LI_INT ? number->number : 0;
        if (member->value->number != got) {
            li_play_tell(look->play, "counts %.*s: expected %lld, got %lld", LI_P(member->key),
                         (long long)member->value->number, (long long)got);
        }
    }
    return 0;
}

static int expect_level(struct look *look)
{
    const struct li_playbook *playbook = look->row.playbook;
    struct li_str level = li_node_text(look->then, "level");
    struct li_str scope = li_node_text(look->then, "scope");

    if (level.ptr) {
        const struct li_field *field = &playbook->fields[playbook->level];
        li_assert((size_t)look->row.level < field->option_count);
        expect(look, "", "level", level, field->options[look->row.level].name);
    }
    if (scope.ptr) {
        expect(look, "", "scope", scope,
               look->row.scope == LI_SCOPE_PUBLIC ? LI_S("public") : LI_S("staff"));
    }
    return 0;
}

/* Structured values as they are kept; null: not given. */
static int expect_fields(struct look *look)
{
    const struct li_node *want = li_node_get(look->then, "fields");
    int r = 0;

    for (size_t i = 0; r == 0 && want && i < want->map.count; i++) {
        const struct li_member *member = &want->map.items[i];
        const struct li_node *got = li_node_get_str(look->row.fields, member->key);
        struct li_str prefix = li_strf(look->ctx, "field %.*s", LI_P(member->key)), texts[2];
        r = prefix.ptr ? li_canonical(look->ctx, member->value, &texts[0]) : -LI_E_NOMEM;
        texts[1] = LI_S("null");
        if (r == 0 && got) {
            r = li_canonical(look->ctx, got, &texts[1]);
        }
        if (r == 0) {
            expect(look, prefix.ptr, "", texts[0], texts[1]);
        }
    }
    return r;
}

/* Fields of a set in the playbook's order. */
static struct li_str name_fields(struct look *look, uint64_t set)
{
    const struct li_playbook *playbook = look->row.playbook;
    struct li_str text = LI_S("");

    for (size_t i = 0; i < playbook->field_count && text.ptr; i++) {
        if (set >> i & 1) {
            text = li_strf(look->ctx, "%.*s%s%.*s", LI_P(text), text.len ? ", " : "",
                           LI_P(playbook->fields[i].name));
        }
    }
    return text.ptr && !text.len ? LI_S("nothing") : text;
}

/* What does not exist for somebody, no more and no less. */
static int expect_hidden(struct look *look)
{
    const struct li_node *want = li_node_get(look->then, "hidden");
    int r = 0;

    for (size_t i = 0; r == 0 && want && i < want->map.count; i++) {
        const struct li_member *member = &want->map.items[i];
        struct li_str prefix = li_strf(look->ctx, "hidden from %.*s", LI_P(member->key));
        struct li_viewer viewer;
        uint64_t wanted = 0, got = 0;
        r = prefix.ptr ? li_play_viewer(look->play, look->conn, member->key, &viewer) : -LI_E_NOMEM;
        r = r ? r
              : li_case_hidden(look->ctx, &look->row, look->parts, look->part_count, &viewer, &got);
        for (size_t k = 0; k < member->value->list.count; k++) {
            wanted |= UINT64_C(1) << li_playbook_field(look->row.playbook,
                                                       member->value->list.items[k]->text);
        }
        if (r == 0) {
            expect(look, prefix.ptr, "", name_fields(look, wanted), name_fields(look, got));
        }
    }
    return r;
}

/* ---- lists of actions ------------------------------------------------------------------ */

/* Actions of a set in the playbook's order: "dispatch, decline". */
static struct li_str name_actions(struct look *look, uint64_t set)
{
    const struct li_playbook *playbook = look->row.playbook;
    struct li_str text = LI_S("");

    for (size_t i = 0; i < playbook->action_count && text.ptr; i++) {
        if (set >> i & 1) {
            text = li_strf(look->ctx, "%.*s%s%.*s", LI_P(text), text.len ? ", " : "",
                           LI_P(playbook->actions[i].name));
        }
    }
    return text.ptr && !text.len ? LI_S("nothing") : text;
}

static int offered(struct look *look, struct li_str who, uint64_t *ret)
{
    struct li_snapshot snapshot;
    struct li_viewer viewer;
    struct li_offer *offers = NULL;
    enum li_sight sight;
    size_t count = 0;
    int r = li_play_viewer(look->play, look->conn, who, &viewer);

    r = r ? r
          : li_case_sight(look->ctx, &viewer, LI_TOWN_TENANT, &look->row, look->parts,
                          look->part_count, &sight);
    if (r == 0 && sight >= LI_SIGHT_PARTY) {
        r = li_case_snapshot(look->ctx, &look->row, look->parts, look->part_count,
                             li_now(look->ctx->clock), &snapshot);
        r = r ? r
              : li_machine_offers(look->ctx, &snapshot, &viewer,
                                  li_case_is_reporter(&viewer, look->row.id), &offers, &count);
    }
    *ret = 0;
    for (size_t i = 0; r == 0 && i < count; i++) {
        *ret |= UINT64_C(1) << offers[i].action;
    }
    return r;
}

static uint64_t wanted_actions(const struct look *look, const struct li_node *list)
{
    uint64_t set = 0;

    for (size_t i = 0; i < list->list.count; i++) {
        set |= UINT64_C(1) << li_playbook_action(look->row.playbook, list->list.items[i]->text);
    }
    return set;
}

static int expect_offers(struct look *look)
{
    const struct li_node *want = li_node_get(look->then, "offers");
    uint64_t got;
    int r = 0;

    for (size_t i = 0; r == 0 && want && i < want->map.count; i++) {
        const struct li_member *member = &want->map.items[i];
        struct li_str prefix = li_strf(look->ctx, "offers to %.*s", LI_P(member->key));
        r = prefix.ptr ? offered(look, member->key, &got) : -LI_E_NOMEM;
        if (r == 0) {
            expect(look, prefix.ptr, "", name_actions(look, wanted_actions(look, member->value)),
                   name_actions(look, got));
        }
    }
    return r;
}

/* ---- what the resident is shown ----------------------------------------------------------- */

static struct li_str add_name(struct li_ctx *ctx, struct li_str list, struct li_str name)
{
    return li_strf(ctx, "%.*s%s%.*s", LI_P(list), list.len ? ", " : "", LI_P(name));
}

static int public_steps(struct look *look, struct li_str *ret)
{
    const struct li_playbook *playbook = look->row.playbook;
    struct li_str text = LI_S("");
    struct li_entry *entries = NULL;
    size_t count = 0;
    int r =
        li_history_of(look->ctx, look->conn, LI_TOWN_TENANT, look->row.id, STEPS, &entries, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_node *payload;
        if (!li_str_is(entries[i].command, li_case_act.name) &&
            !li_str_is(entries[i].command, li_case_clock_step.name)) {
            continue;
        }
        r = li_canonical_read(look->ctx, entries[i].payload, &payload);
        int place = r ? -1 : li_playbook_action(playbook, li_node_text(payload, "action"));
        if (place >= 0 && playbook->actions[place].public_progress) {
            text = add_name(look->ctx, text, playbook->actions[place].name);
        }
    }
    *ret = text;
    return r;
}

static int expect_public(struct look *look)
{
    const struct li_node *want = li_node_get(look->then, "public");
    struct li_str wanted = LI_S(""), got;
    int r;

    if (!want) {
        return 0;
    }
    for (size_t i = 0; i < want->list.count; i++) {
        wanted = add_name(look->ctx, wanted, want->list.items[i]->text);
    }
    r = public_steps(look, &got);
    if (r == 0) {
        expect(look, "", "public", wanted.len ? wanted : LI_S("nothing"),
               got.len ? got : LI_S("nothing"));
    }
    return r;
}

/* ---- what is derived and what is kept ------------------------------------------------------- */

static int count_state(struct look *look, struct li_str state, int64_t *ret)
{
    int64_t sum = 0;
    int r = 0;

    for (int64_t scope = LI_SCOPE_PUBLIC; r == 0 && scope <= LI_SCOPE_TEAM; scope++) {
        struct li_tally_delta *gauges = NULL;
        size_t count = 0;
        r = li_tally_read(look->ctx, look->conn, LI_TOWN_TENANT, scope, &gauges, &count);
        for (size_t i = 0; r == 0 && i < count; i++) {
            if (li_str_eq(gauges[i].playbook, look->play->playbook->name) &&
                li_str_eq(gauges[i].state, state)) {
                sum += gauges[i].n;
            }
        }
    }
    *ret = sum;
    return r;
}

/* A state that is not named has to be empty. */
static int expect_tally(struct look *look)
{
    const struct li_node *want = li_node_get(look->then, "tally");
    const struct li_machine *machine = &look->play->playbook->machines[0];
    struct li_record *record = look->play->town->house.record;
    int64_t seq, got;
    int r = want ? li_record_catch_up(look->ctx, record, LI_TOWN_TENANT, 0, WAIT_US, &seq) : 0;

    for (size_t i = 0; r == 0 && want && i < machine->state_count; i++) {
        struct li_str state = machine->states[i].name;
        const struct li_node *number = li_node_get_str(want, state);
        int64_t wanted = number ? number->number : 0;
        r = count_state(look, state, &got);
        if (r == 0 && got != wanted) {
            li_play_tell(look->play, "tally of %.*s: expected %lld, got %lld", LI_P(state),
                         (long long)wanted, (long long)got);
        }
    }
    return r;
}

/* The newest text of a field; null was erased. */
static int expect_texts(struct look *look)
{
    const struct li_node *want = li_node_get(look->then, "texts");
    struct li_vault_item *items = NULL;
    size_t count = 0;
    int r = want ? li_vault_of(look->ctx, look->play->town->house.record, look->conn,
                               LI_TOWN_TENANT, look->row.id, &items, &count)
                 : 0;

    for (size_t i = 0; r == 0 && want && i < want->map.count; i++) {
        const struct li_member *member = &want->map.items[i];
        struct li_str got = LI_S("(never given)"), prefix;
        for (size_t k = 0; k < count; k++) {
            if (li_str_eq(items[k].field, member->key)) {
                got = items[k].value.ptr ? items[k].value : LI_S("(erased)");
            }
        }
        prefix = li_strf(look->ctx, "text %.*s", LI_P(member->key));
        if (!prefix.ptr) {
            return -LI_E_NOMEM;
        }
        expect(look, prefix.ptr, "",
               member->value->kind == LI_TEXT ? member->value->text : LI_S("(erased)"), got);
    }
    return r;
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

static int expect_case(struct look *look)
{
    struct standing standing = {.owner = &look->row.owner, .clock = &look->row.clock};
    int r = li_case_find(look->ctx, look->play->town->house.record, look->conn, LI_TOWN_TENANT,
                         look->play->case_id, &look->row);

    r = r ? r
          : li_case_parts(look->ctx, look->conn, LI_TOWN_TENANT, &look->row, &look->parts,
                          &look->part_count);
    if (r) {
        return r;
    }
    standing.state = look->row.playbook->machines[0].states[look->row.state].name;
    r = expect_standing(look, "", look->then, &standing);
    r = r ? r : expect_parts(look);
    r = r ? r : expect_counts(look);
    r = r ? r : expect_level(look);
    r = r ? r : expect_fields(look);
    r = r ? r : expect_hidden(look);
    r = r ? r : expect_offers(look);
    r = r ? r : expect_public(look);
    return r ? r : expect_texts(look);
}

int li_play_then(struct li_play *play, struct li_conn *conn)
{
    struct look look = {.play = play, .ctx = play->ctx, .conn = conn, .then = play->step->then};
    bool about_case = false;
    int r;

    for (size_t i = 0; look.then && i < look.then->map.count; i++) {
        struct li_str word = look.then->map.items[i].key;
        about_case |= !li_str_is(word, "refused") && !li_str_is(word, "tally");
    }
    if (about_case && !play->case_id) {
        li_play_tell(play, "nothing was opened yet");
        return 0;
    }
    r = about_case ? expect_case(&look) : 0;
    return r ? r : expect_tally(&look);
}
