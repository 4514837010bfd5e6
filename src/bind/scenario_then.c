/*
 * What is expected after a step, compared with what there is.
 *
 * Each word of `then` is rendered twice, as it was written and as the house has
 * it, and the texts are compared: so a fault always shows both.  A word that is
 * not written is not looked at.
 */
#include "base/canonical.h"
#include "base/id.h"
#include "base/time.h"
#include "bind/scenario_inside.h"
#include "case/message.h"
#include "case/page.h"
#include "case/times.h"
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
    int part; /* 0: the case */
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

static int expect_time(struct look *look, const char *prefix, const char *word, struct li_str want,
                       int64_t due_at)
{
    int64_t at = 0;
    int r = 0;

    if (!want.ptr) {
        return 0;
    }
    if (!li_str_is(want, "none")) {
        r = li_time_parse(look->ctx, want, &at);
    }
    if (r == 0) {
        expect(look, prefix, word, time_text(look->ctx, at), time_text(look->ctx, due_at));
    }
    return r;
}

/* Clocks beside the states, by name. */
static int expect_clocks(struct look *look, const char *prefix, const struct li_node *clocks,
                         int part)
{
    struct li_clock_ground ground;
    int r = clocks ? li_clock_ground(look->ctx, look->play->town->house.record, look->conn,
                                     LI_TOWN_TENANT, &look->row, &ground)
                   : 0;

    for (size_t i = 0; r == 0 && clocks && i < clocks->map.count; i++) {
        const struct li_member *member = &clocks->map.items[i];
        const struct li_clock_row *row = li_clock_row(&ground, part, member->key);
        r = expect_time(look, prefix, li_str_c(look->ctx, member->key), member->value->text,
                        row ? row->due_at : 0);
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
    r = expect_time(look, prefix, "due", li_node_text(map, "due"), standing->clock->due_at);
    r = r ? r : expect_clocks(look, prefix, li_node_get(map, "clocks"), standing->part);
    return r ? r : expect_owner(look, prefix, map, standing->owner);
}

/* Kind, role, and what it is about. */
static void expect_made(struct look *look, const char *prefix, const struct li_node *map,
                        const struct li_machine *machine, const struct li_part *part)
{
    struct li_str kind = li_node_text(map, "kind"), role = li_node_text(map, "role");
    const struct li_node *about = li_node_get(map, "about");

    if (kind.ptr) {
        expect(look, prefix, "kind", kind, machine->name);
    }
    if (role.ptr) {
        expect(look, prefix, "role", role, part->role.ptr ? part->role : LI_S("none"));
    }
    if (about && about->number != part->about) {
        li_play_tell(look->play, "%sabout: expected %lld, got %d", prefix, (long long)about->number,
                     part->about);
    }
}

/* The text in a slot of the vault. */
static int text_in(struct look *look, int64_t slot, struct li_str *ret)
{
    struct li_vault_item *items = NULL;
    size_t count = 0;
    int r = li_vault_of(look->ctx, look->play->town->house.record, look->conn, LI_TOWN_TENANT,
                        look->row.id, &items, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        if (items[i].slot == slot) {
            *ret = items[i].value.ptr ? items[i].value : LI_S("(erased)");
        }
    }
    return r;
}

/* A value as it was written in the scenario: units by their names, texts as said. */
static int own_text(struct look *look, const struct li_node *got, struct li_str *ret)
{
    const struct li_node *slot = li_node_get(got, "slot");
    unsigned told = look->ctx->error_count;
    int64_t id;

    *ret = LI_S("null");
    if (!got) {
        return 0;
    }
    if (slot) {
        return text_in(look, slot->number, ret);
    }
    if (got->kind == LI_TEXT && li_id_parse(look->ctx, got->text, &id) == 0) {
        return unit_name(look, id, ret);
    }
    look->ctx->error_count = told;
    if (got->kind == LI_TEXT) {
        *ret = got->text;
        return 0;
    }
    return li_canonical(look->ctx, got, ret);
}

/* What a part keeps of its own. */
static int expect_own(struct look *look, const char *prefix, const struct li_node *map,
                      const struct li_part *part)
{
    const struct li_node *want = li_node_get(map, "fields");
    int r = 0;

    for (size_t i = 0; r == 0 && want && i < want->map.count; i++) {
        const struct li_member *member = &want->map.items[i];
        struct li_str text = member->value->text, got;
        const char *name = li_str_c(look->ctx, member->key);
        r = name ? own_text(look, li_node_get_str(part->fields, member->key), &got) : -LI_E_NOMEM;
        if (r == 0 && member->value->kind != LI_TEXT) {
            r = li_canonical(look->ctx, member->value, &text);
        }
        if (r == 0) {
            expect(look, prefix, name, text, got);
        }
    }
    return r;
}

static int expect_part(struct look *look, size_t place, const struct li_node *map)
{
    const struct li_case_part *part = &look->parts[place];
    const struct li_machine *machine = &look->row.playbook->machines[part->part.machine];
    const struct standing standing = {
        .state = machine->states[part->part.state].name,
        .owner = &part->part.owner,
        .clock = &part->clock,
        .part = part->part.no,
    };
    struct li_str prefix = li_strf(look->ctx, "part %d ", part->part.no);
    struct li_str unit = li_node_text(map, "unit"), got;
    int r = prefix.ptr ? expect_standing(look, prefix.ptr, map, &standing) : -LI_E_NOMEM;

    if (r == 0 && unit.ptr && (r = unit_name(look, part->part.org, &got)) == 0) {
        expect(look, prefix.ptr, "unit", unit, got);
    }
    if (r == 0) {
        expect_made(look, prefix.ptr, map, machine, &part->part);
    }
    return r ? r : expect_own(look, prefix.ptr, map, &part->part);
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
               look->row.scope == LI_SCOPE_PUBLIC ? LI_S("public")
               : look->row.scope == LI_SCOPE_TEAM ? LI_S("team")
                                                  : LI_S("staff"));
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
static struct li_str name_fields(struct look *look, const struct li_field_set *set)
{
    const struct li_playbook *playbook = look->row.playbook;
    struct li_str text = LI_S("");

    for (size_t i = 0; i < playbook->field_count && text.ptr; i++) {
        if (li_field_set_has(set, (int)i)) {
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
        struct li_field_set wanted = {{0}}, got = {{0}};
        r = prefix.ptr ? li_play_viewer(look->play, look->conn, member->key, &viewer) : -LI_E_NOMEM;
        r = r ? r
              : li_case_hidden(look->ctx, &look->row, look->parts, look->part_count, &viewer, &got);
        for (size_t k = 0; k < member->value->list.count; k++) {
            li_field_set_add(
                &wanted, li_playbook_field(look->row.playbook, member->value->list.items[k]->text));
        }
        if (r == 0) {
            expect(look, prefix.ptr, "", name_fields(look, &wanted), name_fields(look, &got));
        }
    }
    return r;
}

/* ---- lists of actions ------------------------------------------------------------------ */

/* Actions of a set in the playbook's order: "dispatch, decline". */
static struct li_str name_actions(struct look *look, const bool set[LI_PLAYBOOK_ACTIONS])
{
    const struct li_playbook *playbook = look->row.playbook;
    struct li_str text = LI_S("");

    for (size_t i = 0; i < playbook->action_count && text.ptr; i++) {
        if (set[i]) {
            text = li_strf(look->ctx, "%.*s%s%.*s", LI_P(text), text.len ? ", " : "",
                           LI_P(playbook->actions[i].name));
        }
    }
    return text.ptr && !text.len ? LI_S("nothing") : text;
}

static int offered(struct look *look, struct li_str who, bool ret[LI_PLAYBOOK_ACTIONS])
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
    memset(ret, 0, LI_PLAYBOOK_ACTIONS * sizeof(*ret));
    for (size_t i = 0; r == 0 && i < count; i++) {
        ret[offers[i].action] = true;
    }
    return r;
}

static void wanted_actions(const struct look *look, const struct li_node *list,
                           bool ret[LI_PLAYBOOK_ACTIONS])
{
    memset(ret, 0, LI_PLAYBOOK_ACTIONS * sizeof(*ret));
    for (size_t i = 0; i < list->list.count; i++) {
        ret[li_playbook_action(look->row.playbook, list->list.items[i]->text)] = true;
    }
}

static int expect_offers(struct look *look)
{
    const struct li_node *want = li_node_get(look->then, "offers");
    bool wanted[LI_PLAYBOOK_ACTIONS], got[LI_PLAYBOOK_ACTIONS];
    int r = 0;

    for (size_t i = 0; r == 0 && want && i < want->map.count; i++) {
        const struct li_member *member = &want->map.items[i];
        struct li_str prefix = li_strf(look->ctx, "offers to %.*s", LI_P(member->key));
        r = prefix.ptr ? offered(look, member->key, got) : -LI_E_NOMEM;
        wanted_actions(look, member->value, wanted);
        if (r == 0) {
            expect(look, prefix.ptr, "", name_actions(look, wanted), name_actions(look, got));
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
            !li_str_is(entries[i].command, li_case_settle.name) &&
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

static int expect_figures(struct look *look, const struct li_node *want)
{
    struct li_square_figure *figures = NULL;
    size_t count = 0;
    int r = want ? li_square_figures(look->ctx, look->conn, LI_TOWN_TENANT, look->row.id, &figures,
                                     &count)
                 : 0;

    for (size_t i = 0; r == 0 && want && i < want->map.count; i++) {
        const struct li_member *member = &want->map.items[i];
        int64_t got = 0;
        for (size_t k = 0; k < count; k++) {
            got = li_str_eq(figures[k].name, member->key) ? figures[k].value : got;
        }
        if (got != member->value->number) {
            li_play_tell(look->play, "figure %.*s: expected %lld, got %lld", LI_P(member->key),
                         (long long)member->value->number, (long long)got);
        }
    }
    return r;
}

/* Its page on the public square, as the consumer keeps it. */
static int expect_page(struct look *look)
{
    const struct li_node *page = li_node_get(look->then, "page"),
                         *figures = li_node_get(look->then, "figures");
    struct li_square_row row = {.stands = LI_PAGE_NONE};
    int64_t seq;
    int r = page || figures ? li_record_catch_up(look->ctx, look->play->town->house.record,
                                                 LI_TOWN_TENANT, 0, WAIT_US, &seq)
                            : 0;

    if (r == 0 && page) {
        r = li_square_find(look->ctx, look->conn, LI_TOWN_TENANT, look->row.number, &row);
        r = r == -LI_E_NOT_FOUND ? 0 : r;
        expect(look, "", "page", page->text, li_str(li_page_stands_names[row.stands]));
    }
    return r ? r : expect_figures(look, figures);
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

/* What whoever reported it was told, by the names of the actions, the oldest first. */
static int expect_told(struct look *look)
{
    const struct li_node *want = li_node_get(look->then, "told");
    struct li_buf *wanted = li_buf_new(look->ctx, 0), *got = li_buf_new(look->ctx, 0);
    struct li_message *all = NULL;
    size_t count = 0;
    int r = wanted && got ? 0 : -LI_E_NOMEM;

    if (r == 0 && want) {
        r = li_message_list(look->ctx, look->conn, LI_TOWN_TENANT, look->row.id, &all, &count);
    }
    if (r || !want) {
        return r;
    }
    for (size_t i = count; i-- > 0;) {
        li_buf_fmt(got, "%s%.*s", got->len ? ", " : "", LI_P(all[i].what));
    }
    for (size_t i = 0; i < want->list.count; i++) {
        li_buf_fmt(wanted, "%s%.*s", i ? ", " : "", LI_P(want->list.items[i]->text));
    }
    expect(look, "", "told", li_buf_view(wanted), li_buf_view(got));
    return 0;
}

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
    r = r ? r : expect_texts(look);
    r = r ? r : expect_page(look);
    r = r ? r : expect_told(look);
    r = r ? r : li_play_expect_books(look->play, look->conn);
    r = r ? r : li_play_expect_ballots(look->play, look->conn);
    return r ? r : li_play_expect_children(look->play, look->conn);
}

int li_play_then(struct li_play *play, struct li_conn *conn)
{
    struct look look = {.play = play, .ctx = play->ctx, .conn = conn, .then = play->step->then};
    bool about_case = false;
    int r;

    for (size_t i = 0; look.then && i < look.then->map.count; i++) {
        struct li_str word = look.then->map.items[i].key;
        about_case |=
            !li_str_is(word, "refused") && !li_str_is(word, "tally") && !li_str_is(word, "opened");
    }
    if (li_node_get(look.then, "opened") &&
        li_node_get(look.then, "opened")->number != play->opened) {
        li_play_tell(play, "opened of themselves: expected %lld, got %lld",
                     (long long)li_node_get(look.then, "opened")->number, (long long)play->opened);
    }
    if (about_case && !play->case_id) {
        li_play_tell(play, "nothing was opened yet");
        return 0;
    }
    r = about_case ? expect_case(&look) : 0;
    return r ? r : expect_tally(&look);
}
