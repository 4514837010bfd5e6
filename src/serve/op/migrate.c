/*
 * Cases of earlier versions of a playbook: how many there are, which of them would go on by
 * the current one, and the job that makes them.
 */
#include "case/migrate.h"
#include "base/grow.h"
#include "record/job.h"
#include "serve/op/op.h"
#include "view/json.h"

#define LOOKED 2000 /* cases looked at */
#define DONE   500  /* of one job */
#define TOLD   100  /* that stay */
#define STATES 200

struct line {
    int version;
    struct li_str from, to;
    struct li_texts label, to_label;
    int64_t cases, fits;
};

struct stay {
    int64_t id;
    struct li_str number, what;
    struct li_texts label; /* of what */
    int version;
    enum li_migrate_stays why;
};

struct looking {
    struct li_request *request;
    const struct li_playbook *to;
    struct line lines[STATES];
    size_t line_count;
    struct stay stays[TOLD];
    size_t stay_count;
    int64_t fitting[DONE];
    size_t fitting_count; /* kept of them */
    int64_t waiting, fits;
    bool more;
};

static struct line *line_of(struct looking *looking, const struct li_case *row,
                            const struct li_migrated *to)
{
    const struct li_state *state = &row->playbook->machines[0].states[row->state];
    struct line *line;

    for (size_t i = 0; i < looking->line_count; i++) {
        line = &looking->lines[i];
        if (line->version == row->playbook->version && li_str_eq(line->from, state->name)) {
            return line;
        }
    }
    if (looking->line_count == STATES) {
        return NULL;
    }
    line = &looking->lines[looking->line_count++];
    *line = (struct line){
        .version = row->playbook->version, .from = state->name, .label = state->label};
    if (to->stays != LI_STAYS_STATE && to->stays != LI_STAYS_UNSAID) {
        line->to = to->row.playbook->machines[0].states[to->row.state].name;
        line->to_label = to->row.playbook->machines[0].states[to->row.state].label;
    }
    return line;
}

/* How the earlier version calls what a case stays for. */
static struct li_texts label_of(const struct li_playbook *old, int state,
                                const struct li_migrated *to)
{
    int place;

    switch (to->stays) {
    case LI_STAYS_STATE:
        return old->machines[0].states[state].label;
    case LI_STAYS_PART:
        place = li_playbook_kind(old, to->what);
        return place < 0 ? (struct li_texts){.zh = to->what, .en = to->what}
                         : old->machines[place].label;
    case LI_STAYS_FIELD:
        place = li_playbook_field(old, to->what);
        return place < 0 ? (struct li_texts){.zh = to->what, .en = to->what}
                         : old->fields[place].label;
    case LI_STAYS_OPENS:
        place = li_playbook_action(old, to->what);
        return place < 0 ? (struct li_texts){.zh = to->what, .en = to->what}
                         : old->actions[place].label;
    case LI_STAYS_NOT:
    case LI_STAYS_UNSAID:
        break;
    }
    return (struct li_texts){.zh = to->what, .en = to->what};
}

static int note(struct looking *looking, const struct li_case *row, const struct li_migrated *to)
{
    struct line *line = line_of(looking, row, to);
    struct stay *stay = &looking->stays[looking->stay_count];

    looking->waiting++;
    looking->fits += to->stays == LI_STAYS_NOT;
    if (line) {
        line->cases++;
        line->fits += to->stays == LI_STAYS_NOT;
    }
    if (to->stays == LI_STAYS_NOT) {
        if (looking->fitting_count < DONE) {
            looking->fitting[looking->fitting_count++] = row->id;
        }
        return 0;
    }
    if (looking->stay_count == TOLD) {
        return 0;
    }
    *stay = (struct stay){.id = row->id,
                          .number = li_str_dup(&looking->request->ctx, row->number),
                          .what = li_str_dup(&looking->request->ctx, to->what),
                          .label = label_of(row->playbook, row->state, to),
                          .version = row->playbook->version,
                          .why = to->stays};
    if (stay->label.zh.ptr == to->what.ptr) {
        stay->label = (struct li_texts){.zh = stay->what, .en = stay->what};
    }
    looking->stay_count++;
    return stay->number.ptr && stay->what.ptr ? 0 : -LI_E_NOMEM;
}

/* With memory of its own, given back after each. */
static int look_at(struct looking *looking, struct li_ctx *ctx, int64_t id)
{
    struct li_request *request = looking->request;
    struct li_case_part *parts;
    struct li_migrated to;
    struct li_case row;
    size_t count;
    int r = li_case_find(ctx, li_request_house(request)->record, request->conn, request->tenant->id,
                         id, &row);

    r = r ? r : li_case_parts(ctx, request->conn, request->tenant->id, &row, &parts, &count);
    r = r ? r
          : li_migrate_case(ctx, request->conn, request->tenant->id, looking->to, &row, parts,
                            count, &to);
    return r ? r : note(looking, &row, &to);
}

static int look(struct looking *looking)
{
    struct li_request *request = looking->request;
    int64_t *ids = li_alloc_array(&request->ctx, LOOKED + 1, sizeof(*ids));
    struct li_arena *arena = li_arena_new(0);
    size_t count = 0;
    struct li_ctx ctx;
    int r = ids && arena ? li_migrate_waiting(&request->ctx, request->conn, request->tenant->id,
                                              looking->to, 0, LOOKED + 1, ids, &count)
                         : -LI_E_NOMEM;

    looking->more = count > LOOKED;
    for (size_t i = 0; r == 0 && i < count && i < LOOKED; i++) {
        li_ctx_init(&ctx, arena, request->ctx.clock, request->ctx.random);
        r = look_at(looking, &ctx, ids[i]);
        if (r) {
            r = LI_FAIL(&request->ctx, -r, "%.*s", LI_P(li_ctx_explain(&ctx)));
        }
        li_arena_reset(arena);
    }
    if (arena) {
        li_arena_free(arena);
    }
    return r;
}

static void put_lines(struct li_json *json, const struct looking *looking)
{
    li_json_key(json, "states");
    li_json_open_list(json);
    for (size_t i = 0; i < looking->line_count; i++) {
        const struct line *line = &looking->lines[i];
        li_json_open_map(json);
        li_json_put_int(json, "version", line->version);
        li_json_put_text(json, "from", line->from);
        li_put_texts(json, "label", line->label);
        if (line->to.ptr) {
            li_json_put_text(json, "to", line->to);
            li_put_texts(json, "to_label", line->to_label);
        }
        li_json_put_int(json, "cases", line->cases);
        li_json_put_int(json, "fits", line->fits);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

static void put_stays(struct li_json *json, const struct looking *looking)
{
    li_json_key(json, "stays");
    li_json_open_list(json);
    for (size_t i = 0; i < looking->stay_count; i++) {
        const struct stay *stay = &looking->stays[i];
        li_json_open_map(json);
        li_json_put_id(json, "case", stay->id);
        li_json_put_text(json, "number", stay->number);
        li_json_put_int(json, "version", stay->version);
        li_json_put_text(json, "why", li_str(li_migrate_stays_names[stay->why]));
        li_json_put_text(json, "what", stay->what);
        li_put_texts(json, "label", stay->label);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

static int reply(struct li_request *request, const struct looking *looking)
{
    struct li_json json = li_reply_json(request, 200);

    li_json_open_map(&json);
    li_json_put_int(&json, "version", looking->to->version);
    li_json_put_int(&json, "waiting", looking->waiting);
    li_json_put_int(&json, "fits", looking->fits);
    li_json_put_bool(&json, "more", looking->more);
    put_lines(&json, looking);
    put_stays(&json, looking);
    li_json_close_map(&json);
    return li_reply_end(request);
}

static int begin(struct li_request *request, const struct looking *looking)
{
    struct li_job_args *job = li_alloc(&request->ctx, sizeof(*job));
    struct li_str *items = li_alloc_array(&request->ctx, looking->fitting_count, sizeof(*items));

    if (!job || !items) {
        return -LI_E_NOMEM;
    }
    if (looking->fitting_count == 0) {
        return LI_FAIL(&request->ctx, LI_E_STATE, "no case of an earlier version fits");
    }
    for (size_t i = 0; i < looking->fitting_count; i++) {
        items[i] = li_strf(&request->ctx, "{\"account\":%lld,\"case\":%lld}",
                           (long long)request->viewer.account, (long long)looking->fitting[i]);
        if (!items[i].ptr) {
            return -LI_E_NOMEM;
        }
    }
    *job = (struct li_job_args){.command = li_str(li_case_migrate.name),
                                .items = items,
                                .item_count = looking->fitting_count};
    li_request_job(request, &li_job_begin, job, li_request_text(request, "Idempotency-Key"));
    return LI_LATER;
}

int li_op_migrate_playbook(struct li_request *request)
{
    const struct li_node *preview = li_node_get(request->body, "preview");
    struct looking *looking = li_alloc(&request->ctx, sizeof(*looking));
    int r = looking ? li_op_over_tenant(request, "administrator") : -LI_E_NOMEM;

    r = r ? r : li_op_playbook(request, li_request_text(request, "playbook"), &looking->to);
    if (r) {
        return r;
    }
    looking->request = request;
    r = look(looking);
    return r ? r : preview && preview->flag ? reply(request, looking) : begin(request, looking);
}

/* ---- which versions are in use ----------------------------------------------------- */

/* What the current version says of an earlier one, in both languages. */
static int put_rule(struct li_request *request, struct li_json *json,
                    const struct li_playbook *playbook, const struct li_migrate *migrate)
{
    struct li_ctx *ctx = &request->ctx;
    const enum li_lang lang = ctx->lang, langs[] = {LI_ZH, LI_EN};
    struct li_buf *buf[2] = {li_buf_new(ctx, 0), li_buf_new(ctx, 0)};
    int r = buf[0] && buf[1] ? 0 : -LI_E_NOMEM;

    for (int i = 0; r == 0 && i < 2; i++) {
        ctx->lang = langs[i];
        r = li_migrate_say(ctx, playbook, migrate, buf[i]);
    }
    ctx->lang = lang;
    if (r == 0) {
        li_put_texts(json, "rule",
                     (struct li_texts){.zh = li_buf_view(buf[0]), .en = li_buf_view(buf[1])});
    }
    return r;
}

static int put_playbook(struct li_request *request, struct li_json *json,
                        const struct li_playbook *playbook, const struct li_migrate_open *open,
                        size_t count)
{
    int r = 0;

    li_json_open_map(json);
    li_json_put_text(json, "playbook", playbook->name);
    li_put_texts(json, "title", playbook->title);
    li_json_put_int(json, "version", playbook->version);
    li_json_key(json, "open");
    li_json_open_list(json);
    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_migrate *migrate = li_migrate_from(playbook, open[i].version);
        if (!li_str_eq(open[i].playbook, playbook->name)) {
            continue;
        }
        li_json_open_map(json);
        li_json_put_int(json, "version", open[i].version);
        li_json_put_int(json, "cases", open[i].cases);
        r = migrate ? put_rule(request, json, playbook, migrate) : 0;
        li_json_close_map(json);
    }
    li_json_close_list(json);
    li_json_close_map(json);
    return r;
}

int li_op_list_versions(struct li_request *request)
{
    struct li_migrate_open *open = NULL;
    struct li_str *names;
    struct li_json json;
    size_t count, open_count = 0;
    int r = li_op_over_tenant(request, "administrator");

    r = r ? r : li_library_names(&request->ctx, request->conn, request->tenant->id, &names, &count);
    r = r ? r
          : li_migrate_count(&request->ctx, request->conn, request->tenant->id, &open, &open_count);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_playbook *playbook;
        r = li_op_playbook(request, names[i], &playbook);
        r = r ? r : put_playbook(request, &json, playbook, open, open_count);
    }
    return li_reply_items_end(request, &json, r);
}
