/*
 * A ballot that a case opens: drafted from the case as its playbook has it, and set in the same
 * command; and what the case is told of it.
 *
 * Who wrote the question does not open it: that is a rule of the playbook (`not: related`), looked
 * at when it is loaded.  What goes to the case is what was decided, once it is final
 * (li_ballot_decided); of an opinion only how far it is.
 */
#include "area/area.h"
#include "base/canonical.h"
#include "base/id.h"
#include "base/time.h"
#include "case/ballot.h"
#include "record/vault.h"
#include "vote/inside.h"

LI_SQL(ballot_case_insert, "insert into ballot_case (tenant, ballot, case_id, name, parts) "
                           "values ($1, $2, $3, $4, $5)");
LI_SQL(ballot_case_one,
       "select case_id, name, parts from ballot_case where tenant = $1 and ballot = $2");

/* ---- what the case says -------------------------------------------------------------------- */

struct calling {
    int64_t case_id, account;
    struct li_str name;
    struct li_case row;
    struct li_case_part *parts;
    size_t part_count;
    struct li_vault_item *items;
    size_t item_count;
    const struct li_ballot_rule *rule;
    struct li_node *body;    /* as the contract would have let it in */
    struct li_buf *stands;   /* what its options stand for */
    struct li_ballot ballot; /* id 0: it cannot be opened */
    const char *reason;
    struct li_roll_entry *entries;
    size_t entry_count;
};

/* A text of the case (slot NULL: the newest), or at a slot. */
static struct li_str text_of(const struct calling *calling, int place, const struct li_node *kept)
{
    const struct li_field *field = &calling->row.playbook->fields[place];
    const struct li_node *slot = li_node_get(kept, "slot");
    struct li_str found = {.ptr = NULL};

    for (size_t i = 0; i < calling->item_count; i++) {
        const struct li_vault_item *item = &calling->items[i];
        bool is = kept ? slot && item->slot == slot->number : li_str_eq(item->field, field->name);
        found = is && item->value.ptr ? item->value : found;
    }
    return found;
}

static int put_int(struct li_ctx *ctx, struct li_node *map, const char *key, int64_t number)
{
    struct li_node *node = li_node_new_int(ctx, number);

    return node ? li_node_put(ctx, map, li_str(key), node) : -LI_E_NOMEM;
}

static int put_text(struct li_ctx *ctx, struct li_node *map, const char *key, struct li_str text)
{
    struct li_node *node;

    if (!text.len) {
        return 0;
    }
    node = li_node_new_text(ctx, text);
    return node ? li_node_put(ctx, map, li_str(key), node) : -LI_E_NOMEM;
}

static int put_texts(struct li_ctx *ctx, struct li_node *map, const char *key,
                     struct li_texts texts)
{
    struct li_node *both = texts.zh.len ? li_node_new_map(ctx) : NULL;
    int r = both ? put_text(ctx, both, "zh", texts.zh) : 0;

    if (!texts.zh.len) {
        return 0;
    }
    r = both ? r : -LI_E_NOMEM;
    r = r ? r : put_text(ctx, both, "en", texts.en);
    return r ? r : li_node_put(ctx, map, li_str(key), both);
}

static int put_time(struct li_ctx *ctx, struct li_node *map, const char *key, int64_t instant)
{
    char text[LI_TIME_TEXT];

    li_time_format(instant, text);
    return put_text(ctx, map, key, li_str_dup(ctx, li_str(text)));
}

static int add_option(struct li_ctx *ctx, struct calling *calling, struct li_node *list,
                      struct li_texts title, int64_t cost)
{
    struct li_node *map = li_node_new_map(ctx);
    int r = map ? put_texts(ctx, map, "title", title) : -LI_E_NOMEM;

    if (r == 0 && cost) {
        r = put_int(ctx, map, "cost", cost);
    }
    if (r == 0 && !title.zh.len) {
        calling->reason = "options";
    }
    return r ? r : li_node_push(ctx, list, map);
}

static int64_t cost_of(const struct calling *calling, const struct li_node *fields)
{
    const struct li_node *node =
        calling->rule->option_cost < 0
            ? NULL
            : li_node_get_str(fields,
                              calling->row.playbook->fields[calling->rule->option_cost].name);

    return node && node->kind == LI_INT ? node->number : 0;
}

/* The parts that have not ended. */
static int part_options(struct li_ctx *ctx, struct calling *calling, struct li_node *list)
{
    const struct li_ballot_rule *rule = calling->rule;
    int r = 0;

    for (size_t i = 0; r == 0 && i < calling->part_count; i++) {
        const struct li_part *part = &calling->parts[i].part;
        const struct li_node *kept;
        struct li_str title;
        if (part->machine != rule->machine ||
            calling->row.playbook->machines[part->machine].states[part->state].end) {
            continue;
        }
        kept =
            li_node_get_str(part->fields, calling->row.playbook->fields[rule->option_title].name);
        title = kept ? text_of(calling, rule->option_title, kept) : (struct li_str){.ptr = NULL};
        r = add_option(ctx, calling, list, (struct li_texts){.zh = title},
                       cost_of(calling, part->fields));
        li_buf_fmt(calling->stands, calling->stands->len ? ",%d" : "%d", part->no);
    }
    return r;
}

static int list_options(struct li_ctx *ctx, struct calling *calling, struct li_node *list)
{
    const struct li_field *field = &calling->row.playbook->fields[calling->rule->list];
    const struct li_node *given = li_node_get_str(calling->row.fields, field->name);
    int r = 0;

    for (size_t i = 0; r == 0 && given && i < given->list.count; i++) {
        for (size_t k = 0; r == 0 && k < field->option_count; k++) {
            if (li_str_eq(field->options[k].name, given->list.items[i]->text)) {
                r = add_option(ctx, calling, list, field->options[k].label, 0);
                li_buf_fmt(calling->stands, calling->stands->len ? ",%.*s" : "%.*s",
                           LI_P(field->options[k].name));
            }
        }
    }
    return r;
}

static int put_options(struct li_ctx *ctx, struct calling *calling)
{
    struct li_node *list = li_node_new_list(ctx);
    int r = list ? 0 : -LI_E_NOMEM;

    if (r == 0 && calling->rule->machine) {
        r = part_options(ctx, calling, list);
    } else if (r == 0 && calling->rule->list >= 0) {
        r = list_options(ctx, calling, list);
    } else if (r == 0) {
        return 0;
    }
    return r ? r : li_node_put(ctx, calling->body, LI_S("options"), list);
}

/* The code of so many digits in the case's path; its own where it lies above. */
static struct li_str area_of(const struct calling *calling)
{
    size_t digits = li_str_is(calling->rule->within, "street")      ? 9
                    : li_str_is(calling->rule->within, "community") ? 12
                                                                    : 0;
    struct li_str rest = calling->row.area_path, code;

    while (digits && rest.ptr) {
        code = li_str_cut(&rest, '/');
        if (code.len == digits) {
            return code;
        }
    }
    return calling->row.area;
}

static int put_electors(struct li_ctx *ctx, struct calling *calling)
{
    const struct li_ballot_rule *rule = calling->rule;
    struct li_node *map = li_node_new_map(ctx);
    int r = map ? put_text(ctx, map, "by", rule->by) : -LI_E_NOMEM;

    r = r ? r : put_text(ctx, map, "register", rule->reg);
    r = r ? r : put_text(ctx, map, "post", rule->post);
    return r ? r : li_node_put(ctx, calling->body, LI_S("electorate"), map);
}

/* So many, or as many as the case's field says; 0: not said. */
static int64_t many(const struct calling *calling, int64_t said, int field)
{
    const struct li_node *node =
        field < 0 ? NULL
                  : li_node_get_str(calling->row.fields, calling->row.playbook->fields[field].name);

    return node && node->kind == LI_INT ? node->number : said;
}

static int put_numbers(struct li_ctx *ctx, struct calling *calling)
{
    const struct li_ballot_rule *rule = calling->rule;
    const struct li_node *budget =
        rule->budget < 0 ? NULL
                         : li_node_get_str(calling->row.fields,
                                           calling->row.playbook->fields[rule->budget].name);
    struct li_node *quorum = rule->quorum_in ? li_node_new_map(ctx) : NULL;
    int64_t most = many(calling, rule->most, rule->most_field),
            seats = many(calling, rule->seats, rule->seats_field);
    int r = most ? put_int(ctx, calling->body, "most", most) : 0;

    if (r == 0 && seats) {
        r = put_int(ctx, calling->body, "seats", seats);
    }
    if (r == 0 && budget && budget->kind == LI_INT) {
        r = put_int(ctx, calling->body, "budget", budget->number);
    }
    if (r == 0 && quorum) {
        r = put_int(ctx, quorum, "of", rule->quorum_of);
        r = r ? r : put_int(ctx, quorum, "in", rule->quorum_in);
        r = r ? r : li_node_put(ctx, calling->body, LI_S("quorum"), quorum);
    }
    if (r == 0 && rule->publicity_days) {
        r = put_int(ctx, calling->body, "publicity_days", rule->publicity_days);
    }
    return r;
}

static int put_words(struct li_ctx *ctx, struct calling *calling, int64_t now, int64_t closes)
{
    const struct li_ballot_rule *rule = calling->rule;
    struct li_str title = rule->title < 0 ? LI_S("") : text_of(calling, rule->title, NULL);
    struct li_str about = rule->about < 0 ? LI_S("") : text_of(calling, rule->about, NULL);
    struct li_node *body = calling->body, *live;
    int r = put_texts(ctx, body, "title", title.len ? (struct li_texts){.zh = title} : rule->label);

    r = r ? r : put_texts(ctx, body, "about", (struct li_texts){.zh = about});
    r = r ? r : put_text(ctx, body, "area", area_of(calling));
    r = r ? r : put_text(ctx, body, "use", rule->decision ? LI_S("decision") : LI_S("opinion"));
    r = r ? r : put_text(ctx, body, "method", rule->method);
    r = r ? r : put_text(ctx, body, "pass", rule->pass);
    r = r ? r : put_time(ctx, body, "opens_at", now);
    r = r ? r : put_time(ctx, body, "closes_at", closes);
    if (r == 0 && rule->turnout_live) {
        live = li_node_new_bool(ctx, true);
        r = live ? li_node_put(ctx, body, LI_S("turnout_live"), live) : -LI_E_NOMEM;
    }
    return r;
}

/* ---- ballot.call ------------------------------------------------------------------------------
 */

static int call_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    const struct li_node *id = li_node_get(args, "case"), *by = li_node_get(args, "by");
    struct calling *calling = li_alloc(ctx, sizeof(*calling));

    if (!calling) {
        return -LI_E_NOMEM;
    }
    *calling = (struct calling){.name = li_node_text(args, "name")};
    if (!id || id->kind != LI_INT || !by || by->kind != LI_INT || !calling->name.ptr) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a due row that opens a ballot is misshapen");
    }
    calling->case_id = id->number;
    calling->account = by->number;
    *ret = calling;
    return 0;
}

static int read_case(struct li_ctx *ctx, const struct li_tx *tx, struct calling *calling)
{
    int place,
        r = li_case_find(ctx, tx->record, tx->conn, tx->tenant, calling->case_id, &calling->row);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_STATE, "the case is gone");
    }
    place = r ? -1 : li_playbook_ballot(calling->row.playbook, calling->name);
    if (r == 0 && (place < 0 || !li_str_is(calling->row.votes[place].state, "asked"))) {
        return LI_FAIL(ctx, LI_E_STATE, "the case asks for no such ballot");
    }
    calling->rule = r ? NULL : &calling->row.playbook->ballots[place];
    r = r ? r
          : li_case_parts(ctx, tx->conn, tx->tenant, &calling->row, &calling->parts,
                          &calling->part_count);
    return r ? r
             : li_vault_of(ctx, tx->record, tx->conn, tx->tenant, calling->case_id, &calling->items,
                           &calling->item_count);
}

/* What the desk would have drafted; what it may not be is a reason. */
static int draft(struct li_ctx *ctx, const struct li_tx *tx, struct calling *calling)
{
    struct li_ballot *ballot = &calling->ballot;
    int64_t closes = 0;
    int r = li_case_ballot_closes(ctx, &calling->row, calling->rule, tx->now, &closes);

    calling->body = r ? NULL : li_node_new_map(ctx);
    calling->stands = li_buf_new(ctx, 0);
    if (!calling->body || !calling->stands) {
        return r ? r : -LI_E_NOMEM;
    }
    /* the second it is: instants within one count the entries of the record */
    r = put_words(ctx, calling, li_second(tx->now), closes);
    r = r ? r : put_options(ctx, calling);
    r = r ? r : put_electors(ctx, calling);
    r = r ? r : put_numbers(ctx, calling);
    if (r || calling->reason) {
        return r;
    }
    r = li_ballot_spec_make(ctx, calling->body, &ballot->spec_bytes);
    if (r == -LI_E_INVALID) {
        li_ctx_clear(ctx);
        calling->reason = closes <= tx->now ? "closing" : "options";
        return 0;
    }
    return r ? r : li_ballot_spec_read(ctx, ballot->spec_bytes, &ballot->spec);
}

static int find_electors(struct li_ctx *ctx, const struct li_tx *tx, struct calling *calling)
{
    struct li_ballot *ballot = &calling->ballot;
    struct li_area area;
    int r = li_area_find(ctx, tx->conn, tx->tenant, ballot->spec.area, &area);

    if (r) {
        return r == -LI_E_NOT_FOUND && !li_ctx_error(ctx)
                   ? LI_FAIL(ctx, LI_E_CORRUPT, "a case lies nowhere")
                   : r;
    }
    ballot->area_path = area.path;
    r = li_roll_take(ctx, tx, ballot, &calling->entries, &calling->entry_count);
    if (r == -LI_E_INVALID) { /* no such register, or too many */
        li_ctx_clear(ctx);
        calling->reason = "electors";
        return 0;
    }
    ballot->electors = (int64_t)calling->entry_count;
    if (r == 0 && !calling->entry_count && ballot->spec.by != LI_BY_DESK) {
        calling->reason = "electors";
    }
    return r;
}

static int call_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    struct calling *calling = li_alloc(ctx, sizeof(*calling));
    int r = calling ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    *calling = *(const struct calling *)args;
    r = read_case(ctx, tx, calling);
    r = r ? r : draft(ctx, tx, calling);
    if (r == 0 && !calling->reason) {
        r = find_electors(ctx, tx, calling);
    }
    calling->ballot.id = li_id_next(li_record_ids(tx->record), ctx->clock);
    calling->ballot.rev = 1;
    calling->ballot.drafted_by = calling->ballot.checked_by = calling->account;
    calling->ballot.opens_at = calling->ballot.spec.opens_at;
    calling->ballot.closes_at = calling->ballot.spec.closes_at;
    *ret_plan = calling;
    return r;
}

static int write_ballot(struct li_ctx *ctx, const struct li_tx *tx, struct calling *calling)
{
    struct li_ballot *ballot = &calling->ballot;
    int r = li_buf_check(ctx, calling->stands);

    r = r ? r
          : li_exec(
                ctx, tx->conn, &ballot_case_insert,
                LI_ARGS(li_v(tx->tenant), li_v(ballot->id), li_v(calling->case_id),
                        li_v_text(calling->name),
                        li_v_text(calling->stands->len ? li_buf_view(calling->stands) : LI_S(""))),
                NULL);
    r = r ? r : li_vote_insert(ctx, tx, ballot);
    return r ? r : li_vote_set(ctx, tx, ballot, calling->entries, calling->entry_count);
}

/* The case goes on without it. */
static int tell_reason(struct li_ctx *ctx, const struct li_tx *tx, const struct calling *calling)
{
    const struct li_case_told told = {.id = calling->case_id,
                                      .name = calling->name,
                                      .vote = {.ballot = calling->ballot.id,
                                               .state = LI_S("cancelled"),
                                               .first = LI_S(""),
                                               .chosen = LI_S("")}};

    return li_case_tell_ballot(ctx, tx, &told);
}

static int call_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    struct calling *calling = plan;
    struct li_json json;
    int r = calling->reason ? tell_reason(ctx, tx, calling) : write_ballot(ctx, tx, calling);

    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_text(&json, "ballot", calling->name);
    li_json_put_int(&json, "case", calling->case_id);
    if (!calling->reason) {
        li_vote_put_set(&json, &calling->ballot);
    }
    if (calling->reason) {
        li_json_put_text(&json, "reason", li_str(calling->reason));
    }
    ret->entity = calling->ballot.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_ballot_call = {
    .name = LI_BALLOT_CALL, .parse = call_parse, .decide = call_decide, .write = call_write};

/* ---- what the case is told ---------------------------------------------------------------------
 */

static const char *const told_states[] = {"asked",   "open",  "closed",
                                          "counted", "final", "cancelled"};

/* The thing an option stands for, by the option's number; empty: none. */
static struct li_str stands_for(struct li_str stands, struct li_str option)
{
    struct li_str rest = stands, one = LI_S("");
    int64_t no = 0;

    if (!li_str_to_i64(option, &no)) {
        return LI_S("");
    }
    for (int64_t i = 0; i < no; i++) {
        one = rest.ptr ? li_str_cut(&rest, ',') : LI_S("");
    }
    return one;
}

/* What was decided, in the case's own terms. */
static int read_outcome(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ballot *ballot,
                        struct li_str stands, struct li_case_vote *vote)
{
    const struct li_node *chosen, *passed;
    struct li_ballot_result result;
    struct li_node *node;
    struct li_buf *buf = li_buf_new(ctx, 0);
    int r = buf ? li_ballot_decided(ctx, tx->conn, tx->tenant, ballot->id, &result) : -LI_E_NOMEM;

    r = r ? r : li_canonical_read(ctx, result.result, &node);
    if (r) {
        return r;
    }
    passed = li_node_get(node, "passed");
    chosen = li_node_get(node, "chosen");
    vote->passed = passed && passed->kind == LI_BOOL && passed->flag;
    for (size_t i = 0; chosen && i < chosen->list.count; i++) {
        struct li_str one = stands_for(stands, chosen->list.items[i]->text);
        li_buf_fmt(buf, i ? ",%.*s" : "%.*s", LI_P(one));
        vote->first = i == 0 ? one : vote->first;
    }
    vote->chosen = buf->len ? li_buf_view(buf) : LI_S("");
    return li_buf_check(ctx, buf);
}

int li_vote_tell_case(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ballot *ballot)
{
    struct li_case_told told = {.vote = {.ballot = ballot->id,
                                         .state = li_str(told_states[ballot->state]),
                                         .first = LI_S(""),
                                         .chosen = LI_S("")}};
    struct li_str stands;
    struct li_rows *rows;
    int r = li_query_one(ctx, tx->conn, &ballot_case_one,
                         LI_ARGS(li_v(tx->tenant), li_v(ballot->id)), &rows);

    if (r == -LI_E_NOT_FOUND) {
        return 0;
    }
    if (r) {
        return r;
    }
    told.id = li_col_i64(rows, 0);
    told.name = li_col_dup(ctx, rows, 1);
    stands = li_col_dup(ctx, rows, 2);
    li_rows_done(rows);
    if (!told.name.ptr || !stands.ptr) {
        return -LI_E_NOMEM;
    }
    if (ballot->state == LI_BALLOT_FINAL && ballot->spec.decision) {
        r = read_outcome(ctx, tx, ballot, stands, &told.vote);
    }
    return r ? r : li_case_tell_ballot(ctx, tx, &told);
}

int li_ballot_case(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t ballot,
                   int64_t *ret_case)
{
    return li_query_i64(ctx, conn, &ballot_case_one, LI_ARGS(li_v(tenant), li_v(ballot)), ret_case);
}
