/* Open cases of an earlier version go on by a later one; see migrate.h. */
#include "case/migrate.h"

#include "base/canonical.h"
#include "base/grow.h"
#include "case/child.h"
#include "case/inside.h"
#include "case/link_inside.h"
#include "people/account.h"
#include "record/due.h"
#include "record/job.h"

LI_SQL(migrate_version, "update cases set version = $3 where tenant = $1 and id = $2");
LI_SQL(migrate_note, "insert into case_version (tenant, case_id, seq, version) "
                     "values ($1, $2, $3, $4)");
LI_SQL(migrate_at, "select version from case_version where tenant = $1 and case_id = $2 "
                   "and seq > $3 order by seq limit 1");
LI_SQL(migrate_unname, "delete from clock where tenant = $1 and case_id = $2 and part = $3 "
                       "and name = $4");
LI_SQL(migrate_open, "select id from cases where tenant = $1 and id > $2 and closed_at is null "
                     "and playbook = $3 and version < $4 order by id limit $5");
LI_SQL(migrate_count, "select playbook, version, count(*) from cases where tenant = $1 "
                      "and closed_at is null group by playbook, version "
                      "order by playbook, version");

const char *const li_migrate_stays_names[] = {"fits", "version", "state", "part", "field", "opens"};

int li_migrate_version(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                       int64_t seq, int *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &migrate_at, LI_ARGS(li_v(tenant), li_v(case_id), li_v(seq)),
                         &rows);

    *ret = 0;
    if (r == 0) {
        *ret = (int)li_col_i64(rows, 0);
        li_rows_done(rows);
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

int li_migrate_waiting(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                       const struct li_playbook *to, int64_t after, size_t limit, int64_t *ret_ids,
                       size_t *ret_count)
{
    return li_query_ids(ctx, conn, &migrate_open,
                        LI_ARGS(li_v(tenant), li_v(after), li_v_text(to->name), li_v(to->version),
                                li_v((int64_t)limit)),
                        limit, ret_ids, ret_count);
}

static int read_open(struct li_ctx *ctx, struct li_rows *rows, struct li_migrate_open *ret)
{
    *ret = (struct li_migrate_open){.playbook = li_col_dup(ctx, rows, 0),
                                    .version = (int)li_col_i64(rows, 1),
                                    .cases = li_col_i64(rows, 2)};
    return ret->playbook.ptr ? 0 : -LI_E_NOMEM;
}

int li_migrate_count(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_migrate_open **ret, size_t *ret_count)
{
    struct li_migrate_open *all = NULL, *more;
    size_t count = 0, cap = 0;
    struct li_rows *rows;
    int r = li_query(ctx, conn, &migrate_count, LI_ARGS(li_v(tenant)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        more = li_grow(ctx, all, count, &cap, sizeof(*all));
        r = more ? read_open(ctx, rows, &more[count]) : -LI_E_NOMEM;
        all = more ? more : all;
        if (r) {
            break;
        }
        count++;
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

/* ---- as it would go on ------------------------------------------------------------ */

static int stays(struct li_migrated *ret, enum li_migrate_stays why, struct li_str what)
{
    ret->stays = why;
    ret->what = what;
    return 0;
}

static int migrate_part(struct li_ctx *ctx, const struct li_migrating *of,
                        const struct li_case_part *from, struct li_migrated *ret)
{
    struct li_case_part *part = &ret->parts[ret->part_count++];
    struct li_node *fields;
    struct li_str wrong;
    int state, kind = li_migrate_part(of, from->part.machine, from->part.state, &state), r;

    *part = *from;
    if (kind < 0 || state < 0) {
        return stays(ret, LI_STAYS_PART, of->old->machines[from->part.machine].name);
    }
    part->part.machine = kind;
    part->part.state = state;
    if (!from->part.fields) {
        return 0;
    }
    r = li_migrate_fields(ctx, of, kind, from->part.fields, &fields, &wrong);
    if (r == 0 && wrong.ptr) {
        return stays(ret, LI_STAYS_FIELD, wrong);
    }
    part->part.fields = fields;
    return r;
}

/* What is about to be opened is opened as the new version says, so that must say it too. */
static int migrate_coming(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                          const struct li_playbook *to, int64_t id, struct li_migrated *ret)
{
    struct li_due *rows;
    size_t count;
    int r = li_due_below(ctx, conn, tenant, id, LI_DUE_SPAWN, &rows, &count);

    for (size_t i = 0; r == 0 && !ret->stays && i < count; i++) {
        struct li_case_spawned spawned;
        struct li_node *args;
        int place;

        r = li_canonical_read(ctx, rows[i].args, &args);
        r = r ? r : li_case_spawned_read(ctx, args, &spawned);
        place = r ? -1 : li_playbook_action(to, spawned.action);
        if (r == 0 && (place < 0 || spawned.spawn >= to->actions[place].spawn_count ||
                       !li_str_eq(to->actions[place].spawns[spawned.spawn].playbook,
                                  li_node_text(args, "playbook")))) {
            return stays(ret, LI_STAYS_OPENS, spawned.action);
        }
    }
    return r;
}

int li_migrate_case(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                    const struct li_playbook *to, const struct li_case *row,
                    const struct li_case_part *parts, size_t part_count, struct li_migrated *ret)
{
    const struct li_migrating of = {
        .old = row->playbook, .new = to, .by = li_migrate_from(to, row->playbook->version)};
    struct li_node *fields;
    struct li_str wrong;
    int r;

    *ret = (struct li_migrated){.row = *row};
    ret->parts = li_alloc_array(ctx, part_count, sizeof(*ret->parts));
    if (!ret->parts) {
        return -LI_E_NOMEM;
    }
    if (!of.by) {
        return stays(ret, LI_STAYS_UNSAID, li_strf(ctx, "%d", row->playbook->version));
    }
    ret->row.playbook = to;
    ret->row.state = li_migrate_state(&of, row->state);
    if (ret->row.state < 0) {
        return stays(ret, LI_STAYS_STATE, row->playbook->machines[0].states[row->state].name);
    }
    r = li_migrate_fields(ctx, &of, 0, row->fields, &fields, &wrong);
    if (r == 0 && wrong.ptr) {
        return stays(ret, LI_STAYS_FIELD, wrong);
    }
    ret->row.fields = fields;
    for (size_t i = 0; r == 0 && !ret->stays && i < part_count; i++) {
        r = migrate_part(ctx, &of, &parts[i], ret);
    }
    return r || ret->stays ? r : migrate_coming(ctx, conn, tenant, to, row->id, ret);
}

/* ---- case.migrate ------------------------------------------------------------------- */

struct clocked { /* of the case or a part */
    struct li_case_timer timer;
    size_t step;
};

struct migrating {
    int64_t account, id, job;
    struct li_viewer viewer;
    struct li_case before;
    struct li_case_part *parts_before;
    struct li_migrated to;
    struct li_clock_ground ground;
    struct li_snapshot after;
    struct clocked own;
    struct clocked *of_parts;
};

static int migrate_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    static const char *const names[] = {"account", "case", "job"};
    struct migrating *migrating = li_alloc(ctx, sizeof(*migrating));
    int64_t values[3];

    if (!migrating) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < 3; i++) {
        const struct li_node *value = li_node_get(args, names[i]);
        if (!value || value->kind != LI_INT) {
            return LI_FAIL(ctx, LI_E_CORRUPT, "an item of a job is misshapen");
        }
        values[i] = value->number;
    }
    migrating->account = values[0];
    migrating->id = values[1];
    migrating->job = values[2];
    *ret = migrating;
    return 0;
}

static int read_case(struct li_ctx *ctx, const struct li_tx *tx, struct migrating *plan)
{
    const struct li_playbook *to;
    size_t count;
    int r = li_case_find(ctx, tx->record, tx->conn, tx->tenant, plan->id, &plan->before);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    r = r ? r : li_account_viewer(ctx, tx->conn, tx->tenant, plan->account, tx->now, &plan->viewer);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "the account is gone");
    }
    if (r == 0 &&
        !li_viewer_holds(&plan->viewer, LI_S("administrator"), plan->before.area_path, 0)) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "cases are migrated by the administrator");
    }
    r = r ? r
          : li_case_parts(ctx, tx->conn, tx->tenant, &plan->before, &plan->parts_before, &count);
    r = r ? r
          : li_library_find(ctx, li_bound(tx->record)->library, tx->conn, tx->tenant,
                            plan->before.playbook->name, 0, &to);
    if (r == 0 && (plan->before.closed_at || to->version <= plan->before.playbook->version)) {
        return LI_FAIL(ctx, LI_E_STATE, "the case is ended, or of this version");
    }
    r = r ? r
          : li_migrate_case(ctx, tx->conn, tx->tenant, to, &plan->before, plan->parts_before, count,
                            &plan->to);
    if (r == 0 && plan->to.stays) {
        return LI_FAIL(ctx, LI_E_CHECK, "the case stays: %s %.*s",
                       li_migrate_stays_names[plan->to.stays], LI_P(plan->to.what));
    }
    return r;
}

/* Who answers in the states of the new version. */
static int find_owners(struct li_ctx *ctx, const struct li_tx *tx, struct migrating *plan)
{
    struct li_case *row = &plan->to.row;
    const struct li_machine *machines = row->playbook->machines;
    int r = li_case_owner(ctx, tx, &machines[0].states[row->state], row, NULL, &row->owner,
                          &row->owner);

    for (size_t i = 0; r == 0 && i < plan->to.part_count; i++) {
        struct li_part *part = &plan->to.parts[i].part;
        const struct li_state *state = &machines[part->machine].states[part->state];
        if (!state->end) {
            r = li_case_owner(ctx, tx, state, row, part, &part->owner, &part->owner);
        }
    }
    return r;
}

/* How far the old clock had struck, in percent. */
static int percent_struck(struct li_ctx *ctx, const struct li_tx *tx, const struct migrating *plan,
                          int part, const struct li_state *old, const struct li_case_clock *clock,
                          int *ret)
{
    size_t struck = 0;
    int r = clock->due_at && old->overdue_count
                ? li_case_struck(ctx, tx, plan->id, part, old->overdue_count, &struck)
                : 0;

    *ret = struck ? old->overdue[struck - 1].percent : 0;
    return r;
}

static int reckon(struct li_ctx *ctx, const struct li_tx *tx, const struct migrating *plan,
                  int part, int64_t begun, const struct li_state *old, const struct li_state *state,
                  struct li_case_clock *clock, struct clocked *ret)
{
    size_t struck = 0;
    int percent, r = percent_struck(ctx, tx, plan, part, old, clock, &percent);

    r = r ? r
          : li_case_timer(ctx, &plan->ground, &plan->after, state, part, clock->since, begun,
                          &ret->timer);
    if (r) {
        return r;
    }
    while (struck < state->overdue_count && state->overdue[struck].percent <= percent) {
        struck++;
    }
    ret->step = li_case_step_next(&ret->timer, struck, tx->now);
    ret->step = ret->step < struck ? struck : ret->step;
    ret->timer.clock.overdue =
        clock->overdue && ret->timer.clock.due_at && ret->timer.clock.due_at <= tx->now;
    *clock = ret->timer.clock;
    return 0;
}

/* Rows of clocks with a name that the new version has not are let go. */
static bool is_kept(const struct migrating *plan, const struct li_clock_row *row)
{
    const struct li_machine *machine = &plan->to.row.playbook->machines[0];

    for (size_t i = 0; i < plan->to.part_count; i++) {
        if (plan->to.parts[i].part.no == row->part) {
            machine = &plan->to.row.playbook->machines[plan->to.parts[i].part.machine];
        }
    }
    for (size_t i = 0; i < machine->clock_count; i++) {
        if (li_str_eq(machine->clocks[i].as.name, row->name)) {
            return true;
        }
    }
    return row->name.len == 0;
}

static int reckon_clocks(struct li_ctx *ctx, const struct li_tx *tx, struct migrating *plan)
{
    struct li_case *row = &plan->to.row;
    const struct li_machine *old = plan->before.playbook->machines, *new = row->playbook->machines;
    struct li_case_move move = {.row = *row};
    struct li_case_moved *moved = li_alloc_array(ctx, plan->to.part_count, sizeof(*moved));
    int r;

    plan->of_parts = li_alloc_array(ctx, plan->to.part_count, sizeof(*plan->of_parts));
    if (!plan->of_parts || !moved) {
        return -LI_E_NOMEM;
    }
    r = reckon(ctx, tx, plan, 0, 0, &old[0].states[plan->before.state], &new[0].states[row->state],
               &row->clock, &plan->own);
    for (size_t i = 0; r == 0 && i < plan->to.part_count; i++) {
        struct li_case_part *part = &plan->to.parts[i];
        const struct li_part *from = &plan->parts_before[i].part;
        const struct li_state *state = &new[part->part.machine].states[part->part.state];
        if (!state->end) {
            r = reckon(ctx, tx, plan, part->part.no, part->part.begun,
                       &old[from->machine].states[from->state], state, &part->clock,
                       &plan->of_parts[i]);
        }
        moved[i].row = *part;
    }
    move.parts = moved;
    move.part_count = plan->to.part_count;
    return r ? r : li_times_named(ctx, tx, &move, &plan->ground, &plan->after);
}

static int migrate_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                          void **ret_plan)
{
    struct migrating *plan = li_alloc(ctx, sizeof(*plan));
    struct li_case *row;
    size_t kept = 0;
    int r;

    if (!plan) {
        return -LI_E_NOMEM;
    }
    *plan = *(const struct migrating *)args;
    row = &plan->to.row;
    r = read_case(ctx, tx, plan);
    r = r ? r : li_case_held(ctx, tx->record, tx->conn, tx->tenant, tx->now, row);
    r = r ? r : li_case_known(ctx, tx->record, tx->conn, tx->tenant, tx->now, NULL, row);
    r = r ? r : find_owners(ctx, tx, plan);
    r = r ? r
          : li_case_snapshot(ctx, row, plan->to.parts, plan->to.part_count, tx->now, &plan->after);
    r = r ? r : li_case_derive(ctx, &plan->after, row);
    r = r ? r : li_clock_ground(ctx, tx->record, tx->conn, tx->tenant, row, &plan->ground);
    for (size_t i = 0; r == 0 && i < plan->ground.count; i++) {
        if (is_kept(plan, &plan->ground.rows[i])) {
            plan->ground.rows[kept] = plan->ground.rows[i];
            plan->ground.rows[kept++].changed = true; /* its due row is set anew */
        }
    }
    plan->ground.count = kept;
    r = r ? r : reckon_clocks(ctx, tx, plan);
    row->rev++;
    *ret_plan = plan;
    return r;
}

/* All clocks' due rows go, and what the new version counts comes. */
static int write_clocks(struct li_ctx *ctx, const struct li_tx *tx, struct migrating *plan)
{
    struct li_clock_ground old;
    int r = li_due_clear_clocks(ctx, tx, plan->id);

    r = r ? r : li_clock_ground(ctx, tx->record, tx->conn, tx->tenant, &plan->before, &old);
    for (size_t i = 0; r == 0 && i < old.count; i++) {
        if (!is_kept(plan, &old.rows[i])) {
            r = li_exec(ctx, tx->conn, &migrate_unname,
                        LI_ARGS(li_v(tx->tenant), li_v(plan->id), li_v(old.rows[i].part),
                                li_v_text(old.rows[i].name)),
                        NULL);
        }
    }
    r = r ? r : li_case_clock_set(ctx, tx, plan->id, 0, &plan->own.timer, plan->own.step, false);
    for (size_t i = 0; r == 0 && i < plan->to.part_count; i++) {
        if (plan->of_parts[i].timer.state) {
            r = li_case_clock_set(ctx, tx, plan->id, plan->to.parts[i].part.no,
                                  &plan->of_parts[i].timer, plan->of_parts[i].step, false);
        }
    }
    return r || !plan->ground.count
               ? r
               : li_times_write(ctx, tx, plan->id, &plan->ground, &plan->after);
}

static void put_parts(struct li_json *json, const struct migrating *plan)
{
    li_json_key(json, "parts");
    li_json_open_list(json);
    for (size_t i = 0; i < plan->to.part_count; i++) {
        const struct li_case_part *to = &plan->to.parts[i], *from = &plan->parts_before[i];
        li_json_open_map(json);
        li_json_put_int(json, "due", to->clock.due_at);
        li_json_put_text(
            json, "from",
            plan->before.playbook->machines[from->part.machine].states[from->part.state].name);
        li_json_put_int(json, "no", to->part.no);
        li_json_put_int(json, "organization", to->part.org);
        li_json_put_text(
            json, "to",
            plan->to.row.playbook->machines[to->part.machine].states[to->part.state].name);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

static int migrate_payload(struct li_ctx *ctx, const struct migrating *plan, struct li_str *ret)
{
    const struct li_case *row = &plan->to.row, *before = &plan->before;
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;
    struct li_str fields;
    int r = buf ? li_canonical(ctx, row->fields, &fields) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    li_json_put_text(&json, "area", row->area);
    li_json_put_int(&json, "due", row->clock.due_at);
    li_json_put_text(&json, "from", before->playbook->machines[0].states[before->state].name);
    li_json_put_int(&json, "job", plan->job);
    li_json_key(&json, "kept");
    li_json_raw(&json, fields);
    li_json_put_int(&json, "level", row->level);
    li_case_put_owner(&json, &row->owner);
    if (before->playbook->publication && !row->playbook->publication) {
        li_json_key(&json, LI_CASE_PAGE_KEY);
        li_json_open_map(&json);
        li_json_put_text(&json, "is", LI_S("none")); /* this version knows no page */
        li_json_close_map(&json);
    }
    li_case_put_page(&json, row);
    put_parts(&json, plan);
    li_json_put_text(&json, "playbook", row->playbook->name);
    li_json_put_int(&json, "rev", row->rev);
    li_json_put_int(&json, "scope", row->scope);
    if (row->scope != before->scope) {
        li_json_put_int(&json, "scope_from", before->scope);
    }
    li_times_put(&json, &plan->ground);
    li_json_put_text(&json, "to", row->playbook->machines[0].states[row->state].name);
    li_json_put_int(&json, "version", row->playbook->version);
    li_json_put_int(&json, "version_from", before->playbook->version);
    li_json_close_map(&json);
    *ret = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}

static int migrate_write(struct li_ctx *ctx, const struct li_tx *tx, void *args,
                         struct li_outcome *ret)
{
    struct migrating *plan = args;
    const struct li_case *row = &plan->to.row;
    int r = li_case_update(ctx, tx, row);

    r = r ? r
          : li_exec(ctx, tx->conn, &migrate_version,
                    LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v(row->playbook->version)), NULL);
    r = r ? r
          : li_exec(ctx, tx->conn, &migrate_note,
                    LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v(tx->seq),
                            li_v(plan->before.playbook->version)),
                    NULL);
    for (size_t i = 0; r == 0 && i < plan->to.part_count; i++) {
        r = li_case_part_put(ctx, tx, row, &plan->to.parts[i], false);
    }
    r = r ? r : write_clocks(ctx, tx, plan);
    r = r || !plan->job ? r : li_job_count(ctx, tx, plan->job);
    ret->entity = row->id;
    ret->actor = li_strf(ctx, "account:%lld", (long long)plan->account);
    return r ? r : ret->actor.ptr ? migrate_payload(ctx, plan, &ret->payload) : -LI_E_NOMEM;
}

const struct li_command li_case_migrate = {
    .name = "case.migrate",
    .parse = migrate_parse,
    .decide = migrate_decide,
    .write = migrate_write,
};
