/*
 * Cases that an action opens: their due rows, what they are opened with, and whether
 * two playbooks fit; see child.h.
 */
#include "base/canonical.h"
#include "base/coordinate.h"
#include "base/id.h"
#include "case/child.h"
#include "playbook/rule.h"
#include "record/due.h"
#include "record/history.h"

#define AT_ONCE 4096 /* due rows that one command puts down: fewer */

/* ---- put down ------------------------------------------------------------------ */

/* {"action", "case", "part", "playbook", "row", "spawn"} */
static int spawn_args(struct li_ctx *ctx, int64_t case_id, const struct li_playbook *playbook,
                      const struct li_plan_spawn *spawn, int64_t row, struct li_str *ret)
{
    const struct li_action *action = &playbook->actions[spawn->action];
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;

    if (!buf) {
        return -LI_E_NOMEM;
    }
    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    li_json_put_text(&json, "action", action->name);
    li_json_put_int(&json, "case", case_id);
    li_json_put_int(&json, "part", spawn->part);
    li_json_put_text(&json, "playbook", action->spawns[spawn->spawn].playbook);
    if (row) {
        li_json_put_int(&json, "row", row);
    }
    li_json_put_int(&json, "spawn", spawn->spawn);
    li_json_close_map(&json);
    *ret = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}

static int put_one(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                   const struct li_playbook *playbook, const struct li_plan_spawn *spawn,
                   int64_t row, int64_t *place)
{
    struct li_due due = {.entity = case_id,
                         .slot = LI_DUE_SPAWN - (tx->seq + 1) * AT_ONCE + (*place)++,
                         .at = li_now(li_record_clock(tx->record)),
                         .command = li_str(li_case_open.name)};
    int r = *place < AT_ONCE
                ? 0
                : LI_FAIL(ctx, LI_E_LIMIT, "an action opens fewer than %d cases", AT_ONCE);

    r = r ? r : spawn_args(ctx, case_id, playbook, spawn, row, &due.args);
    return r ? r : li_due_set(ctx, tx, &due);
}

int li_case_spawn_put(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                      const struct li_playbook *playbook, const struct li_plan *plan,
                      const struct li_case_drawn *drawn)
{
    int64_t place = 0;
    int r = 0;

    for (size_t i = 0; r == 0 && i < plan->spawn_count; i++) {
        const struct li_plan_spawn *spawn = &plan->spawns[i];
        if (!spawn->count) {
            r = put_one(ctx, tx, case_id, playbook, spawn, 0, &place);
        }
        for (size_t k = 0; r == 0 && drawn && spawn->count && k < drawn[i].count; k++) {
            r = put_one(ctx, tx, case_id, playbook, spawn, drawn[i].rows[k], &place);
        }
    }
    return r;
}

int li_case_spawned_read(struct li_ctx *ctx, const struct li_node *args,
                         struct li_case_spawned *ret)
{
    const struct li_node *id = li_node_get(args, "case"), *part = li_node_get(args, "part"),
                         *spawn = li_node_get(args, "spawn"), *row = li_node_get(args, "row");
    struct li_str action = li_node_text(args, "action");

    if (!id || id->kind != LI_INT || !part || part->kind != LI_INT || !spawn ||
        spawn->kind != LI_INT || spawn->number < 0 || !action.ptr) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a due row that opens a case is misshapen");
    }
    *ret = (struct li_case_spawned){.id = id->number,
                                    .action = action,
                                    .spawn = (size_t)spawn->number,
                                    .part = (int)part->number,
                                    .row = row && row->kind == LI_INT ? row->number : 0};
    return 0;
}

/* ---- taken up -------------------------------------------------------------------- */

struct source {
    const struct li_case *row;
    const struct li_case_part *part; /* NULL: the case */
    const struct li_vault_item *items;
    size_t item_count;
};

/* The text at a slot, or the newest of a field; NULL where it is erased or was never
 * given. */
static const struct li_vault_item *text_at(const struct source *source, struct li_str field,
                                           const struct li_node *slot)
{
    const struct li_vault_item *found = NULL;

    for (size_t i = 0; i < source->item_count; i++) {
        const struct li_vault_item *item = &source->items[i];
        bool is = slot ? item->slot == slot->number : li_str_eq(item->field, field);
        found = is && item->value.ptr ? item : found;
    }
    return found;
}

/* A place as it is kept, in whole parts of a degree, as it is given. */
static int given_point(struct li_ctx *ctx, const struct li_node *kept, struct li_node **ret)
{
    struct li_node *map = li_node_new_map(ctx);
    int r = map ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < kept->map.count; i++) {
        const struct li_member *member = &kept->map.items[i];
        struct li_node *value = member->value;
        if (li_str_is(member->key, "lat") || li_str_is(member->key, "lon")) {
            value = li_node_new_int(ctx, 0);
            if (value) {
                value->kind = LI_REAL;
                value->real = (double)member->value->number / LI_DEGREE;
            }
        }
        r = value ? li_node_put(ctx, map, member->key, value) : -LI_E_NOMEM;
    }
    *ret = map;
    return r;
}

/* What a field has now; *ret NULL: nothing. */
static int value_of(struct li_ctx *ctx, const struct source *source, int place,
                    struct li_node **ret)
{
    const struct li_field *field = &source->row->playbook->fields[place];
    bool own =
        source->part &&
        li_machine_keeps(&source->row->playbook->machines[source->part->part.machine], place);
    const struct li_node *fields = own ? source->part->part.fields : source->row->fields;
    struct li_node *kept = li_node_get_str(fields, field->name);
    const struct li_vault_item *item;

    *ret = NULL;
    if (!field->free_text && !field->personal) {
        *ret = kept;
        return kept && field->type == LI_FIELD_POINT ? given_point(ctx, kept, ret) : 0;
    }
    if (own && !kept) {
        return 0;
    }
    item = text_at(source, field->name, own ? li_node_get(kept, "slot") : NULL);
    if (item) {
        *ret = li_node_new_text(ctx, item->value);
    }
    return item && !*ret ? -LI_E_NOMEM : 0;
}

/* The row that was drawn, as a field of the other names it. */
static int fill_row(struct li_ctx *ctx, const struct li_spawn *spawn, int64_t row,
                    struct li_node *fields)
{
    char text[LI_ID_TEXT + 1];
    struct li_str copy;
    struct li_node *node;

    if (!row || !spawn->reg.len) {
        return 0;
    }
    li_id_format(row, text);
    copy = li_str_dup(ctx, li_str(text));
    node = copy.ptr ? li_node_new_text(ctx, copy) : NULL;
    return node ? li_node_put(ctx, fields, spawn->row, node) : -LI_E_NOMEM;
}

static int fill_fields(struct li_ctx *ctx, const struct source *source,
                       const struct li_spawn *spawn, int64_t row, struct li_node **ret)
{
    struct li_node *fields = li_node_new_map(ctx);
    int r = fields ? fill_row(ctx, spawn, row, fields) : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < spawn->field_count; i++) {
        const struct li_spawn_field *one = &spawn->fields[i];
        struct li_node *value = (struct li_node *)one->value;
        r = one->field >= 0 ? value_of(ctx, source, one->field, &value) : 0;
        if (r == 0 && value) {
            r = li_node_put(ctx, fields, one->name, value);
        }
    }
    *ret = fields;
    return r;
}

/* The parent's way in, where the other knows it. */
static struct li_str way_in(const struct li_case *parent, const struct li_playbook *playbook)
{
    for (size_t i = 0; i < playbook->open_via_count; i++) {
        if (li_str_eq(playbook->open_via[i], parent->via)) {
            return parent->via;
        }
    }
    return playbook->open_via[0];
}

/* Nobody holds its reporter's token, unless staff give out its link: who follows the case it came
 * of is told there. */
static int make_token(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                      const struct li_case_spawned *spawned, int64_t seq, uint8_t ret[16])
{
    struct li_str text =
        li_strf(ctx, "spawned %lld %.*s %zu %d %lld", (long long)spawned->id, LI_P(spawned->action),
                spawned->spawn, spawned->part, (long long)seq);

    return text.ptr ? li_key_derive(ctx, record, tenant, text, ret) : -LI_E_NOMEM;
}

bool li_case_has_own_link(const struct li_playbook *playbook)
{
    bool reporter = false;

    for (size_t i = 0; i < playbook->open_by_count; i++) {
        if (playbook->open_by[i].kind != LI_WHO_SYSTEM) {
            return false;
        }
    }
    for (size_t i = 0; i < playbook->action_count; i++) {
        for (size_t k = 0; k < playbook->actions[i].by_count; k++) {
            reporter |= playbook->actions[i].by[k].kind == LI_WHO_REPORTER;
        }
    }
    return reporter;
}

/* The one of the actions that opens such cases which makes this very token. */
static int try_actions(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                       int64_t tenant, const struct li_case *parent, const struct li_case *row,
                       int64_t seq, uint8_t ret[16])
{
    const struct li_playbook *playbook = parent->playbook;
    int64_t id = 0, party;
    int r = -LI_E_NOT_FOUND;

    for (size_t i = 0; id != row->id && i < playbook->action_count; i++) {
        for (size_t k = 0; id != row->id && k < playbook->actions[i].spawn_count; k++) {
            const struct li_case_spawned spawned = {
                .id = parent->id, .action = playbook->actions[i].name, .spawn = k};
            if (!li_str_eq(playbook->actions[i].spawns[k].playbook, row->playbook->name)) {
                continue;
            }
            r = make_token(ctx, record, tenant, &spawned, seq, ret);
            r = r ? r : li_case_by_token(ctx, conn, tenant, ret, &id, &party);
            if (r && r != -LI_E_NOT_FOUND) {
                return r;
            }
        }
    }
    return id == row->id ? 0 : -LI_E_NOT_FOUND;
}

int li_case_spawned_token(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                          int64_t tenant, const struct li_case *parent, const struct li_case *row,
                          uint8_t ret[16])
{
    struct li_entry *entries;
    size_t count;
    int r = li_history_of(ctx, conn, tenant, row->id, 1, &entries, &count);

    if (r || count == 0) {
        return r ? r : -LI_E_NOT_FOUND;
    }
    /* it was made as the entry before that of its opening stood last */
    r = try_actions(ctx, record, conn, tenant, parent, row, entries[0].seq - 1, ret);
    return r == -LI_E_NOT_FOUND
               ? try_actions(ctx, record, conn, tenant, parent, row, entries[0].seq, ret)
               : r;
}

static int read_source(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case_spawned *of,
                       struct li_case *row, struct source *ret)
{
    struct li_vault_item *items = NULL;
    struct li_case_part *parts = NULL;
    size_t count = 0;
    int r = li_case_find(ctx, tx->record, tx->conn, tx->tenant, of->id, row);

    r = r ? r : li_case_parts(ctx, tx->conn, tx->tenant, row, &parts, &count);
    r = r ? r
          : li_vault_of(ctx, tx->record, tx->conn, tx->tenant, of->id, &items, &ret->item_count);
    ret->row = row;
    ret->items = items;
    for (size_t i = 0; r == 0 && i < count; i++) {
        ret->part = parts[i].part.no == of->part ? &parts[i] : ret->part;
    }
    return r;
}

int li_case_part_values(struct li_ctx *ctx, const struct li_tx *tx, int64_t id, int part,
                        const struct li_playbook *playbook, const int *names, size_t count,
                        struct li_node *ret, struct li_str *ret_number)
{
    const struct li_case_spawned of = {.id = id, .part = part};
    struct source source = {.part = NULL};
    struct li_case row;
    int r = read_source(ctx, tx, &of, &row, &source);

    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_field *field = &playbook->fields[names[i]];
        int place = li_playbook_field(row.playbook, field->name);
        struct li_node *value = NULL;
        if (place < 0 || !source.part || row.playbook->fields[place].type != field->type ||
            !li_machine_keeps(&row.playbook->machines[source.part->part.machine], place)) {
            continue;
        }
        r = value_of(ctx, &source, place, &value);
        if (r == 0 && value) {
            r = li_node_put(ctx, ret, field->name, value);
        }
    }
    *ret_number = row.number;
    return r;
}

static int spawned_args(struct li_ctx *ctx, const struct li_tx *tx,
                        const struct li_case_spawned *spawned, struct li_case_open_args *ret,
                        struct li_link *ret_link)
{
    struct source source = {.part = NULL};
    const struct li_spawn *spawn;
    struct li_node *fields;
    struct li_case row;
    int place, r = read_source(ctx, tx, spawned, &row, &source);

    if (r) {
        return r;
    }
    place = li_playbook_action(row.playbook, spawned->action);
    if (place < 0 || spawned->spawn >= row.playbook->actions[place].spawn_count ||
        (spawned->part && !source.part)) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "the playbook opens no such case");
    }
    spawn = &row.playbook->actions[place].spawns[spawned->spawn];
    r = li_library_find(ctx, li_bound(tx->record)->library, tx->conn, tx->tenant, spawn->playbook,
                        0, &ret->playbook);
    r = r ? r : fill_fields(ctx, &source, spawn, spawned->row, &fields);
    r = r ? r : li_schema_check(ctx, ret->playbook->open_schema, LI_S("/fields"), fields);
    r = r ? r : make_token(ctx, tx->record, tx->tenant, spawned, tx->seq, ret->token);
    if (r) {
        return r;
    }
    ret->fields = fields;
    ret->area = row.area;
    ret->via = way_in(&row, ret->playbook);
    *ret_link = (struct li_link){.to = row.id, .part = spawned->part};
    return li_link_kind_of(spawn->link, &ret_link->kind)
               ? 0
               : LI_FAIL(ctx, LI_E_CORRUPT, "a case is linked in no known way");
}

int li_case_spawned_args(struct li_ctx *ctx, const struct li_tx *tx,
                         const struct li_case_spawned *spawned, struct li_case_open_args *ret,
                         struct li_link *ret_link)
{
    int r = spawned_args(ctx, tx, spawned, ret, ret_link);

    if (r == -LI_E_NOT_FOUND || r == -LI_E_INVALID) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "what comes of case %lld cannot be opened",
                       (long long)spawned->id);
    }
    return r;
}

/* ---- adopting -------------------------------------------------------------------- */

struct adopting {
    struct li_ctx *ctx;
    const struct li_tx *tx;
    const struct li_playbook *playbook;
    const struct li_playbook **others; /* the current versions of all the others */
    size_t count;
};

static int read_others(struct adopting *a)
{
    struct li_str *names;
    size_t count;
    int r = li_library_names(a->ctx, a->tx->conn, a->tx->tenant, &names, &count);

    a->others = r ? NULL : li_alloc_array(a->ctx, count, sizeof(const struct li_playbook *));
    if (!a->others) {
        return r ? r : -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (!li_str_eq(names[i], a->playbook->name)) {
            r = li_library_find(a->ctx, li_bound(a->tx->record)->library, a->tx->conn,
                                a->tx->tenant, names[i], 0, &a->others[a->count++]);
        }
    }
    return r;
}

static const struct li_playbook *named(const struct adopting *a, struct li_str name)
{
    if (li_str_eq(name, a->playbook->name)) {
        return a->playbook;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (li_str_eq(a->others[i]->name, name)) {
            return a->others[i];
        }
    }
    return NULL;
}

/* A condition names a state of something that it opens. */
static int check_states(const struct adopting *a)
{
    const struct li_playbook *playbook = a->playbook;
    bool spawns = false;

    for (size_t i = 0; i < playbook->child_state_count; i++) {
        bool known = false;
        for (size_t k = 0; k < playbook->action_count && !known; k++) {
            for (size_t s = 0; s < playbook->actions[k].spawn_count; s++) {
                const struct li_playbook *to = named(a, playbook->actions[k].spawns[s].playbook);
                spawns = true;
                known |= li_machine_state(&to->machines[0], playbook->child_states[i]) >= 0;
            }
        }
        for (size_t k = 0; k < a->count && !known; k++) {
            known = li_str_eq(a->others[k]->under, playbook->name) &&
                    li_machine_state(&a->others[k]->machines[0], playbook->child_states[i]) >= 0;
        }
        if (spawns && !known) {
            return li_rule_fail(a->ctx, LI_E_INVALID, LI_RULE_CHILD_STATE, playbook->name,
                                playbook->child_states[i]);
        }
    }
    return 0;
}

static int check_opens(const struct adopting *a)
{
    const struct li_playbook *playbook = a->playbook;
    int r = 0;

    for (size_t i = 0; i < playbook->action_count; i++) {
        for (size_t k = 0; k < playbook->actions[i].spawn_count; k++) {
            struct li_str name = playbook->actions[i].spawns[k].playbook;
            if (!named(a, name)) {
                return li_rule_fail(a->ctx, LI_E_NOT_FOUND, LI_RULE_SPAWNS_NONE, playbook->name,
                                    name);
            }
        }
    }
    if (li_playbook_spawns(playbook, playbook->name, false)) {
        r = li_playbook_spawn_fits(a->ctx, playbook, playbook);
    }
    if (r == 0 && playbook->under.len) {
        const struct li_playbook *above = named(a, playbook->under);
        /* one that is not there yet is looked at when it comes: until then nothing is opened */
        r = above ? li_playbook_under_fits(a->ctx, playbook, above) : 0;
    }
    for (size_t i = 0; r == 0 && i < a->count; i++) {
        if (li_str_eq(a->others[i]->under, playbook->name)) {
            r = li_playbook_under_fits(a->ctx, a->others[i], playbook);
        }
    }
    for (size_t i = 0; r == 0 && i < a->count; i++) {
        if (li_playbook_spawns(playbook, a->others[i]->name, false)) {
            r = li_playbook_spawn_fits(a->ctx, playbook, a->others[i]);
        }
        if (r == 0 && li_playbook_spawns(a->others[i], playbook->name, false)) {
            r = li_playbook_spawn_fits(a->ctx, a->others[i], playbook);
        }
    }
    return r ? r : check_states(a);
}

/* Whether one leads to the playbook by openings without anybody's doing, in at most
 * `steps` of them. */
static bool leads_back(const struct adopting *a, const struct li_playbook *from, size_t steps)
{
    if (li_playbook_spawns(from, a->playbook->name, true)) {
        return true;
    }
    for (size_t i = 0; steps && i < a->count; i++) {
        if (a->others[i] != from && li_playbook_spawns(from, a->others[i]->name, true) &&
            leads_back(a, a->others[i], steps - 1)) {
            return true;
        }
    }
    return false;
}

int li_case_spawns_check(struct li_ctx *ctx, const struct li_tx *tx,
                         const struct li_playbook *playbook)
{
    struct adopting a = {.ctx = ctx, .tx = tx, .playbook = playbook};
    int r = read_others(&a);

    r = r ? r : check_opens(&a);
    if (r == 0 && leads_back(&a, playbook, 8)) {
        r = li_rule_fail(ctx, LI_E_INVALID, LI_RULE_SPAWNS_LOOP, playbook->name, playbook->name);
    }
    return r;
}
