/*
 * Playing one scenario: each step through the lane, as a server would do it.
 *
 * The held clock stands where the scenario says, and each step is a millisecond
 * later than the one before it, so that nothing happens at the same instant and
 * what is due when the clock is moved to its deadline is due.  On its way the
 * clock stops at each due row, so that things happen at their own time.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/canonical.h"
#include "base/id.h"
#include "base/time.h"
#include "bind/scenario_inside.h"
#include "case/child.h"
#include "case/drawn.h"
#include "case/link.h"
#include "case/rhythm.h"
#include "case/undo.h"
#include "record/due.h"
#include "record/photo.h"
#include "record/vault.h"
#include "record/verify.h"

#define HISTORY 10000

/* ---- telling ---------------------------------------------------------------------- */

void li_play_tell(struct li_play *play, const char *fmt, ...)
{
    char text[4096];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    for (char *end = text; (end = strchr(end, '\n'));) {
        *end = ' '; /* a comment of TAP is one line */
    }
    if (play->step) {
        li_buf_fmt(play->told, "# %.*s: %s\n", LI_P(play->step->where), text);
    } else {
        li_buf_fmt(play->told, "# %s\n", text);
    }
    play->faults++;
}

/* ---- who ---------------------------------------------------------------------------- */

static int own_link(struct li_play *play, struct li_conn *conn, struct li_viewer *ret)
{
    struct li_record *record = play->town->house.record;
    struct li_case row, parent;
    struct li_link *links;
    uint8_t token[16];
    size_t count;
    int r = li_case_find(play->ctx, record, conn, LI_TOWN_TENANT, play->case_id, &row);

    r = r ? r : li_link_list(play->ctx, conn, LI_TOWN_TENANT, play->case_id, 0, 1, &links, &count);
    r = r || count ? r : -LI_E_NOT_FOUND;
    r = r ? r : li_case_find(play->ctx, record, conn, LI_TOWN_TENANT, links[0].to, &parent);
    r = r ? r
          : li_case_spawned_token(play->ctx, record, conn, LI_TOWN_TENANT, &parent, &row, token);
    return r ? r
             : li_case_by_token(play->ctx, conn, LI_TOWN_TENANT, token, &ret->case_id, &ret->party);
}

static int resident(struct li_play *play, struct li_conn *conn, struct li_viewer *ret)
{
    struct li_viewer viewer = {.kind = LI_VIEWER_PARTY, .tenant = LI_TOWN_TENANT};
    int r;

    if (!play->case_id) {
        *ret = (struct li_viewer){.kind = LI_VIEWER_ANYONE, .tenant = LI_TOWN_TENANT};
        return 0;
    }
    r = li_case_by_token(play->ctx, conn, LI_TOWN_TENANT, play->token, &viewer.case_id,
                         &viewer.party);
    if (r == -LI_E_NOT_FOUND) { /* it opened of another: whom it is about has its own link */
        r = own_link(play, conn, &viewer);
    }
    if (r == 0) {
        *ret = viewer;
    }
    return r;
}

int li_play_viewer(struct li_play *play, struct li_conn *conn, struct li_str by,
                   struct li_viewer *ret)
{
    const struct li_town_person *person = li_town_person(play->town, by);
    struct li_viewer viewer = {.kind = LI_VIEWER_ANYONE, .tenant = LI_TOWN_TENANT};
    struct li_post *posts = NULL;
    int64_t until;
    int r = 0;

    if (li_str_is(by, "resident")) {
        return resident(play, conn, ret);
    }
    if (person) {
        viewer.kind = LI_VIEWER_STAFF;
        viewer.account = person->account;
        viewer.person = person->person;
        r = li_post_list(play->ctx, conn, LI_TOWN_TENANT, person->person, li_now(play->ctx->clock),
                         &posts, &viewer.post_count, &until);
        viewer.posts = posts;
    }
    if (r == 0) {
        *ret = viewer;
    }
    return r;
}

static int with_reader(struct li_play *play, int (*fn)(struct li_play *play, struct li_conn *conn))
{
    struct li_store *store = play->town->house.store;
    struct li_conn *conn;
    int r = li_store_reader(play->ctx, store, &conn);

    if (r == 0) {
        r = fn(play, conn);
        li_store_reader_back(store, conn);
    }
    return r;
}

/* ---- what ---------------------------------------------------------------------------- */

/* The unit's id for its name; a name that is no unit's stays, and is refused. */
static struct li_node *unit_id(struct li_play *play, struct li_node *name)
{
    int64_t id = name->kind == LI_TEXT ? li_town_unit(play->town, name->text) : 0;
    char text[LI_ID_TEXT + 1];
    struct li_str copy;

    if (!id) {
        return name;
    }
    li_id_format(id, text);
    copy = li_str_dup(play->ctx, li_str(text));
    return copy.ptr ? li_node_new_text(play->ctx, copy) : NULL;
}

static struct li_node *unit_ids(struct li_play *play, struct li_node *value)
{
    struct li_node *list;

    if (value->kind != LI_LIST) {
        return unit_id(play, value);
    }
    list = li_node_new_list(play->ctx);
    for (size_t i = 0; list && i < value->list.count; i++) {
        struct li_node *id = unit_id(play, value->list.items[i]);
        if (!id || li_node_push(play->ctx, list, id)) {
            return NULL;
        }
    }
    return list;
}

static struct li_node *person_id(struct li_play *play, const struct li_node *name)
{
    const struct li_town_person *person = li_town_person(play->town, name->text);
    char id[LI_ID_TEXT + 1];

    li_id_format(person ? person->person : 1, id);
    return li_node_new_text(play->ctx, li_str_dup(play->ctx, li_str(id)));
}

static int submit(struct li_play *play, const struct li_command *command, const void *args,
                  const struct li_viewer *viewer, const void **ret_plan);

/* Somebody sends a file of a kind ("photo", "pdf" …) ahead: its token.  What is no kind
 * stays, and is refused.  No file lies behind it: scenarios have none. */
static struct li_node *upload(struct li_play *play, struct li_node *kind)
{
    static const struct li_viewer anyone = {.kind = LI_VIEWER_ANYONE, .tenant = LI_TOWN_TENANT};
    struct li_upload upload = {.bytes = 1000, .width = 40, .height = 30};
    char token[LI_BASE32_SIZE(sizeof(upload.token))];
    const void *plan;
    struct li_str copy;

    if (kind->kind != LI_TEXT || !li_filetype_parse(kind->text, &upload.kind)) {
        return kind;
    }
    if (upload.kind != LI_FILETYPE_PHOTO) {
        upload.width = upload.height = 0;
    }
    li_random_bytes(play->town->random, upload.token, sizeof(upload.token));
    memcpy(upload.full.name, upload.token, LI_BLOB_NAME);
    upload.thumb = upload.full;
    if (submit(play, &li_upload_put, &upload, &anyone, &plan)) {
        return NULL;
    }
    li_base32(upload.token, sizeof(upload.token), token);
    copy = li_str_dup(play->ctx, li_str(token));
    return copy.ptr ? li_node_new_text(play->ctx, copy) : NULL;
}

static struct li_node *uploads(struct li_play *play, struct li_node *value)
{
    struct li_node *list = value->kind == LI_LIST ? li_node_new_list(play->ctx) : value;

    for (size_t i = 0; list && value->kind == LI_LIST && i < value->list.count; i++) {
        struct li_node *token = upload(play, value->list.items[i]);
        if (!token || li_node_push(play->ctx, list, token)) {
            return NULL;
        }
    }
    return list;
}

static int fields_of(struct li_play *play, const struct li_playbook *playbook, struct li_node **ret)
{
    const struct li_node *given = play->step->fields;
    struct li_node *fields = li_node_new_map(play->ctx);
    int r = fields ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && given && i < given->map.count; i++) {
        const struct li_member *member = &given->map.items[i];
        int place = li_playbook_field(playbook, member->key);
        struct li_node *value = member->value;
        if (place >= 0 && playbook->fields[place].type == LI_FIELD_ORG) {
            value = unit_ids(play, value);
        } else if (place >= 0 && li_field_is_files(playbook->fields[place].type)) {
            value = uploads(play, value);
        } else if (place >= 0 && playbook->fields[place].type == LI_FIELD_PERSON &&
                   value->kind == LI_TEXT) {
            value = person_id(play, value);
        } else if (place >= 0 && playbook->fields[place].type == LI_FIELD_SUBJECT &&
                   value->kind == LI_TEXT) {
            struct li_str row = LI_S("");
            r = li_town_row(play->town, playbook->fields[place].reg, value->text, &row);
            value = r ? value : li_node_new_text(play->ctx, row);
        } else if (value->kind == LI_TEXT && li_str_is(value->text, "{code}")) {
            struct li_str code = LI_S("");
            r = li_code_of(play->ctx, play->town->house.record, LI_TOWN_TENANT, "case",
                           play->case_id, &code);
            value = r ? value : li_node_new_text(play->ctx, code);
        }
        r = r ? r : value ? li_node_put(play->ctx, fields, member->key, value) : -LI_E_NOMEM;
    }
    if (r == 0) {
        *ret = fields;
    }
    return r;
}

static int submit(struct li_play *play, const struct li_command *command, const void *args,
                  const struct li_viewer *viewer, const void **ret_plan)
{
    struct li_job job = {
        .ctx = play->ctx,
        .tenant = LI_TOWN_TENANT,
        .command = command,
        .args = args,
        .viewer = viewer,
    };

    play->status = li_run(play->town->house.record, &job);
    *ret_plan = job.plan;
    return play->status;
}

/* The same as somebody sends it who waits for an answer, and sends it again when none comes: the
 * second time it is answered as the first and nothing is done. */
static int submit_twice(struct li_play *play, const struct li_command *command, const void *args,
                        const struct li_viewer *viewer, const void **ret_plan)
{
    uint8_t bytes[16];
    char name[LI_BASE32_SIZE(sizeof(bytes))];
    struct li_job first = {.ctx = play->ctx,
                           .tenant = LI_TOWN_TENANT,
                           .command = command,
                           .args = args,
                           .viewer = viewer,
                           .key = {.fingerprint = LI_S("as it was sent")}},
                  again;

    li_random_bytes(play->town->random, bytes, sizeof(bytes));
    li_base32(bytes, sizeof(bytes), name);
    first.key.key = li_str(name);
    again = first;
    play->status = li_run(play->town->house.record, &first);
    *ret_plan = first.plan;
    if (play->status == 0 && (li_run(play->town->house.record, &again) || !again.replayed ||
                              again.entity != first.entity || again.seq != first.seq)) {
        li_play_tell(play, "sent twice it is not answered as it was");
    }
    return play->status;
}

/* Two who see the same press at once: who comes second is refused, whatever the first did. */
static void press_again(struct li_play *play, struct li_case_act_args *args,
                        const struct li_viewer *viewer, int64_t seen)
{
    struct li_job job = {.ctx = play->ctx,
                         .tenant = LI_TOWN_TENANT,
                         .command = &li_case_act,
                         .args = args,
                         .viewer = viewer};
    unsigned told = play->ctx->error_count;
    int r;

    args->rev = seen;
    r = li_run(play->town->house.record, &job);
    if (r != -LI_E_STALE && r != -LI_E_NOT_FOUND && r != -LI_E_FORBIDDEN) {
        li_play_tell(play, "pressed by two at once it is answered %d to the second", r);
    }
    play->ctx->error_count = told;
}

static void keep_opened(struct li_play *play, int64_t id, const uint8_t token[16])
{
    size_t place = play->opened_count;

    if (play->step->playbook.ptr) {
        play->parent = id;
        return;
    }
    play->case_id = id;
    memcpy(play->token, token, sizeof(play->token));
    if (place < LI_PLAY_CASES) {
        play->opened_all[place].id = id;
        memcpy(play->opened_all[place].token, token, sizeof(play->token));
        play->opened_count++;
    }
}

static int play_open(struct li_play *play, struct li_conn *conn)
{
    const struct li_scenario_step *step = play->step;
    struct li_case_open_args args = {
        .area = li_town_area(step->area.ptr ? step->area : LI_S("东里社区")), .via = step->via};
    bool above = step->playbook.ptr != NULL;
    struct li_viewer viewer;
    struct li_node *fields;
    const void *plan;
    int r = li_play_viewer(play, conn, step->by, &viewer);

    args.parent = above ? 0 : play->parent;
    r = r ? r
          : li_library_find(play->ctx, play->town->house.bound.library, conn, LI_TOWN_TENANT,
                            above ? step->playbook : play->playbook->name, 0, &args.playbook);
    r = r ? r : fields_of(play, args.playbook, &fields);
    if (r) {
        return r;
    }
    if (viewer.kind == LI_VIEWER_PARTY) { /* a new matter is nobody's yet */
        viewer = (struct li_viewer){.kind = LI_VIEWER_ANYONE, .tenant = LI_TOWN_TENANT};
    }
    if (!args.via.ptr) {
        args.via = viewer.kind == LI_VIEWER_STAFF ? LI_S("desk") : LI_S("web");
    }
    args.fields = fields;
    li_random_bytes(play->town->random, args.token, sizeof(args.token));
    play->status = li_case_open_check(play->ctx, &viewer, &args);
    if (play->status == 0 && submit_twice(play, &li_case_open, &args, &viewer, &plan) == 0) {
        keep_opened(play, ((const struct li_case_opened *)plan)->id, args.token);
    }
    return 0;
}

/* What the step is done to: the case, or one that came of it. */
static int find_target(struct li_play *play, struct li_conn *conn, int64_t *ret,
                       const struct li_playbook **ret_playbook)
{
    struct li_link *links;
    struct li_case row;
    size_t count;
    int r;

    *ret = play->case_id;
    *ret_playbook = play->playbook;
    if (play->step->parent) {
        r = li_case_find(play->ctx, play->town->house.record, conn, LI_TOWN_TENANT, play->parent,
                         &row);
        *ret = play->parent;
        *ret_playbook = r ? NULL : row.playbook;
        return r;
    }
    if (!play->step->child) {
        return 0;
    }
    r = li_play_children(play, conn, &links, &count);
    if (r || (size_t)play->step->child > count) {
        return r ? r
                 : LI_FAIL(play->ctx, LI_E_NOT_FOUND, "the case has no child %d",
                           play->step->child);
    }
    r = li_case_find(play->ctx, play->town->house.record, conn, LI_TOWN_TENANT,
                     links[play->step->child - 1].from, &row);
    *ret = links[play->step->child - 1].from;
    *ret_playbook = r ? NULL : row.playbook;
    return r;
}

/* The case whose turn it is, of those the scenario opened. */
static int go_on_with(struct li_play *play, struct li_conn *conn, int no)
{
    struct li_link *links;
    size_t count = 0;
    int r = 0;

    if (no && !play->opened_count && play->parent) { /* those an action of the case above opened */
        play->case_id = play->parent;
        r = li_play_children(play, conn, &links, &count);
        if (r == 0 && (size_t)no <= count) {
            play->case_id = links[no - 1].from;
            return 0;
        }
    }
    if (r || no < 0 || (size_t)no > play->opened_count) {
        return LI_FAIL(play->ctx, LI_E_NOT_FOUND, "the scenario opened no case %d", no);
    }
    if (no) {
        play->case_id = play->opened_all[no - 1].id;
        memcpy(play->token, play->opened_all[no - 1].token, sizeof(play->token));
    }
    return 0;
}

static int play_act(struct li_play *play, struct li_conn *conn)
{
    const struct li_scenario_step *step = play->step;
    struct li_case_act_args args = {
        .action = step->act,
        .part = step->part,
        .rev = step->rev,
        .confirmed = step->confirmed,
    };
    const struct li_playbook *playbook;
    struct li_viewer viewer;
    struct li_node *fields;
    struct li_case before = {.rev = 0};
    const void *plan;
    int r = go_on_with(play, conn, step->no);

    r = r ? r : li_play_viewer(play, conn, step->by, &viewer);
    r = r ? r : find_target(play, conn, &args.id, &playbook);
    r = r ? r : fields_of(play, playbook, &fields);
    r = r ? r
          : li_case_find(play->ctx, play->town->house.record, conn, LI_TOWN_TENANT, args.id,
                         &before);
    if (r == 0) {
        args.fields = fields;
        args.occurred_at = step->occurred;
        args.behalf_reporter = li_str_is(step->behalf, "reporter");
        args.behalf_org = args.behalf_reporter ? 0 : li_town_unit(play->town, step->behalf);
        if (submit_twice(play, &li_case_act, &args, &viewer, &plan) == 0) {
            press_again(play, &args, &viewer, before.rev);
        }
    }
    return r;
}

static int play_rhythm(struct li_play *play)
{
    static const struct li_viewer viewer = {.kind = LI_VIEWER_SYSTEM, .tenant = LI_TOWN_TENANT};
    const struct li_scenario_step *step = play->step;
    const struct li_rhythm_set_args args = {.playbook = play->playbook->name,
                                            .name = step->rhythm,
                                            .runs = step->runs,
                                            .area = step->area.ptr ? li_town_area(step->area)
                                                                   : LI_S("")};
    const void *plan;

    submit(play, &li_rhythm_set, &args, &viewer, &plan);
    return 0;
}

static int play_undo(struct li_play *play, struct li_conn *conn)
{
    const struct li_case_undo_args args = {.id = play->case_id};
    struct li_viewer viewer;
    const void *plan;
    int r = li_play_viewer(play, conn, play->step->by, &viewer);

    if (r == 0) {
        submit(play, &li_case_undo, &args, &viewer, &plan);
    }
    return r;
}

static int play_vote(struct li_play *play, struct li_conn *conn)
{
    return li_play_vote(play, conn, &play->status);
}

/* ---- when ------------------------------------------------------------------------------ */

static int run_due(struct li_play *play)
{
    struct li_due_turn *turns;
    size_t count;
    int r =
        li_due_run(play->ctx, play->town->house.record, li_now(play->ctx->clock), &turns, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        if (turns[i].status && turns[i].status != -LI_E_STATE) {
            li_play_tell(play, "%.*s, which was due, failed: %s", LI_P(turns[i].due.command),
                         li_error_info(turns[i].status)->name);
        }
    }
    return r;
}

static int next_due(struct li_play *play, int64_t *ret)
{
    struct li_store *store = play->town->house.store;
    struct li_conn *conn;
    int r = li_store_reader(play->ctx, store, &conn);

    if (r == 0) {
        r = li_due_next(play->ctx, conn, ret);
        li_store_reader_back(store, conn);
    }
    return r;
}

/* Moves the clock, stopping wherever something is due. */
static int move_clock(struct li_play *play, int64_t to)
{
    _Atomic int64_t *held = &play->town->clock.held;
    int64_t next;
    int r;

    while ((r = next_due(play, &next)) == 0 && next && next <= to) {
        if (next > atomic_load(held)) {
            atomic_store(held, next);
        }
        r = run_due(play);
        if (r) {
            break;
        }
    }
    atomic_store(held, to);
    return r;
}

/* ---- one step ----------------------------------------------------------------------------- */

/* Whether it went as `refused` says; 0 goes on to the other expectations. */
static void judge(struct li_play *play)
{
    struct li_str refused = li_node_text(play->step->then, "refused");
    const char *got = play->status ? li_error_info(play->status)->name : "done";

    play->why = play->status ? li_ctx_explain(play->ctx) : LI_S("");
    if (play->status) {
        play->cover->refusals |= UINT64_C(1) << -play->status;
    }
    if (refused.ptr ? !li_str_is(refused, got) : play->status != 0) {
        li_play_tell(play, "expected %s%.*s, got %s%s%s%.*s", refused.ptr ? "refused: " : "done",
                     LI_P(refused), play->status ? "refused: " : "", got, play->why.len ? ": " : "",
                     LI_P(play->why));
    }
}

/* What opened of itself in this step, and which of it is gone on with. */
static int look_opened(struct li_play *play, struct li_conn *conn)
{
    const struct li_str take = play->step->take;
    struct li_entry *entries = NULL;
    size_t count = 0;
    int r =
        li_history_read(play->ctx, conn, LI_TOWN_TENANT, play->before, HISTORY, &entries, &count);
    bool taken = !take.ptr;

    play->opened = 0;
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_node *payload = NULL;
        if (!li_str_is(entries[i].command, li_case_open.name)) {
            continue;
        }
        r = li_canonical_read(play->ctx, entries[i].payload, &payload);
        if (r || !li_node_get(payload, "rhythm")) {
            continue;
        }
        play->opened++;
        if (take.ptr && li_str_eq(li_node_text(payload, "area"), li_town_area(take))) {
            play->case_id = entries[i].entity;
            taken = true;
        }
    }
    if (r == 0 && !taken) {
        li_play_tell(play, "nothing opened of itself in %.*s", LI_P(take));
    }
    return r;
}

/* The number of the newest entry. */
static int look_before(struct li_play *play, struct li_conn *conn)
{
    struct li_entry *entries = NULL;
    size_t count = 0;
    int r =
        li_history_read(play->ctx, conn, LI_TOWN_TENANT, play->before, HISTORY, &entries, &count);

    if (r == 0 && count) {
        play->before = entries[count - 1].seq;
    }
    return r;
}

static int play_step(struct li_play *play, int64_t now)
{
    bool looks = play->playbook->rhythm_count > 0;
    int r = looks ? with_reader(play, look_before) : 0;

    r = r ? r : move_clock(play, now);

    play->status = 0;
    if (r == 0 && play->step->kind == LI_SCENARIO_OPEN) {
        r = with_reader(play, play_open);
    } else if (r == 0 && play->step->kind == LI_SCENARIO_ACT) {
        r = with_reader(play, play_act);
    } else if (r == 0 && play->step->kind == LI_SCENARIO_RHYTHM) {
        r = play_rhythm(play);
    } else if (r == 0 && play->step->kind == LI_SCENARIO_UNDO) {
        r = with_reader(play, play_undo);
    } else if (r == 0 && play->step->kind == LI_SCENARIO_VOTE) {
        r = with_reader(play, play_vote);
    }
    if (r) {
        return r;
    }
    judge(play);
    li_ctx_clear(play->ctx);
    r = move_clock(play, now); /* what the step set off at once */
    r = r || !looks ? r : with_reader(play, look_opened);
    return r ? r : with_reader(play, li_play_then);
}

/* ---- the whole ------------------------------------------------------------------------------ */

static void cover_action(struct li_play *play, struct li_str name)
{
    int place = name.ptr ? li_playbook_action(play->playbook, name) : -1;

    if (place >= 0) {
        play->cover->actions[place] = true;
    }
}

/* Which actions were done, from the history they left. */
static int cover(struct li_play *play, struct li_conn *conn)
{
    struct li_entry *entries = NULL;
    size_t count = 0;
    int r = li_history_read(play->ctx, conn, LI_TOWN_TENANT, 0, HISTORY, &entries, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_node *payload = NULL;
        if (!li_str_is(entries[i].command, li_case_act.name) &&
            !li_str_is(entries[i].command, li_case_open.name) &&
            !li_str_is(entries[i].command, li_case_settle.name) &&
            !li_str_is(entries[i].command, li_case_clock_step.name)) {
            continue;
        }
        r = li_canonical_read(play->ctx, entries[i].payload, &payload);
        const struct li_node *fired = li_node_get(payload, "fired");
        if (r == 0 && !li_str_eq(li_node_text(payload, "playbook"), play->playbook->name)) {
            continue; /* of a child */
        }
        cover_action(play, li_node_text(payload, "action"));
        for (size_t k = 0; fired && k < fired->list.count; k++) {
            cover_action(play, fired->list.items[k]->text);
        }
    }
    return r;
}

static int verify_draws(struct li_play *play, struct li_conn *conn)
{
    struct li_drawn_report report;
    int r = li_drawn_verify(play->ctx, play->town->house.record, conn, LI_TOWN_TENANT, &report);

    for (size_t i = 0; r == 0 && i < report.finding_count && i < LI_DRAWN_FINDINGS; i++) {
        li_play_tell(play, "what was drawn does not verify: %.*s", LI_P(report.findings[i]));
    }
    return r;
}

static int verify(struct li_play *play)
{
    struct li_verify_report report = {0};
    int r = li_verify(play->ctx, play->town->house.record, LI_TOWN_TENANT, NULL, &report);

    for (size_t i = 0; r == 0 && i < report.finding_count; i++) {
        li_play_tell(play, "history does not verify at entry %lld: %.*s",
                     (long long)report.findings[i].seq, LI_P(report.findings[i].what));
    }
    return r;
}

static int play_all(struct li_play *play, const struct li_scenario *scenario)
{
    int64_t now = scenario->at;
    int r = 0;

    for (size_t i = 0; r == 0 && i < scenario->step_count; i++) {
        play->step = &scenario->steps[i];
        now = play->step->kind == LI_SCENARIO_CLOCK ? play->step->to : now;
        r = play_step(play, now + (int64_t)i * (LI_SECOND / 1000));
    }
    play->step = NULL;
    r = r ? r : with_reader(play, cover);
    r = r ? r : verify(play);
    return r ? r : with_reader(play, verify_draws);
}

int li_scenario_play(struct li_ctx *ctx, const struct li_scenario_file *file,
                     const struct li_scenario *scenario, struct li_scenario_cover *cover_all,
                     struct li_buf *told, unsigned *ret_faults)
{
    struct li_town town;
    struct li_play play = {.playbook = file->playbook, .cover = cover_all, .told = told};
    int r = li_town_open(ctx, file, scenario, &town);

    if (r) {
        return r;
    }
    play.town = &town;
    play.ctx = &town.ctx;
    r = play_all(&play, scenario);
    if (r) {
        struct li_str where = play.step ? play.step->where : LI_S("");
        LI_FAIL_AT(ctx, -r, where, "%.*s", LI_P(li_ctx_explain(play.ctx)));
    }
    *ret_faults = play.faults;
    li_town_close(&town);
    return r;
}
