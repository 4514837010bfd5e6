/*
 * A house for tests of cases (cases.h).
 */
#include "lib/cases.h"

#include <stdlib.h>

#include "base/id.h"
#include "base/sys.h"
#include "record/due.h"
#include "record/tally.h"

LI_SQL(cases_recount, "select area, playbook, state, cast(count(*) as bigint) from cases "
                      "where tenant = $1 and scope = $2 and merged_into is null "
                      "group by area, playbook, state "
                      "order by area, playbook, state");
LI_SQL(cases_due_at, "select at from due where tenant = $1 and entity = $2 and slot = $3");

const char cases_trial[] =
    "playbook: trial\n"
    "version: 1\n"
    "title: {zh: 试用, en: Trial}\n"
    "why: {zh: 只为测试, en: For tests only}\n"
    "number: \"T{yy}-{seq}\"\n"
    "fields:\n"
    "  kind: {type: choice, label: {zh: 类型, en: Kind}, options: {a: {zh: 甲, en: A}, b: {zh: 乙, "
    "en: B}}}\n"
    "  name: {type: text, max: 40, personal: true, label: {zh: 姓名, en: Name}}\n"
    "  age: {type: integer, max: 150, personal: true, label: {zh: 年龄, en: Age}}\n"
    "  units: {type: organization, many: true, label: {zh: 单位, en: Units}}\n"
    "open:\n"
    "  by: [anyone]\n"
    "  via: [web]\n"
    "  fields: [name, kind, age]\n"
    "  required: [name]\n"
    "  to: received\n"
    "states:\n"
    "  received:\n"
    "    label: {zh: 待办, en: Received}\n"
    "    owner: {post: desk}\n"
    "    clock: {within: 8h, of: calendar}\n"
    "    overdue: [{at: 50%, mark: overdue}, {at: 100%, mark: overdue}]\n"
    "  handling:\n"
    "    label: {zh: 办理中, en: Handling}\n"
    "    owner: parts\n"
    "    clock: none\n"
    "    why: {zh: 时限在任务上, en: The clocks are those of the tasks}\n"
    "  closed:\n"
    "    label: {zh: 已结案, en: Closed}\n"
    "    end: true\n"
    "parts:\n"
    "  task:\n"
    "    label: {zh: 任务, en: Task}\n"
    "    states:\n"
    "      sent:\n"
    "        label: {zh: 待办理, en: Sent}\n"
    "        owner: {org: handler}\n"
    "        clock: {within: 2d, of: work}\n"
    "        overdue: [{at: 100%, mark: overdue}]\n"
    "      done:\n"
    "        label: {zh: 已办结, en: Done}\n"
    "        end: true\n"
    "    start: sent\n"
    "actions:\n"
    "  dispatch:\n"
    "    label: {zh: 派单, en: Dispatch}\n"
    "    from: received\n"
    "    to: handling\n"
    "    by: [post:desk]\n"
    "    needs: [units]\n"
    "    sends: task\n"
    "  more:\n"
    "    label: {zh: 加派, en: Send more}\n"
    "    from: handling\n"
    "    by: [post:desk]\n"
    "    needs: [units]\n"
    "    sends: task\n"
    "  done:\n"
    "    label: {zh: 办结, en: Done}\n"
    "    part: task\n"
    "    from: sent\n"
    "    to: done\n"
    "    by: [owner]\n"
    "  finish:\n"
    "    label: {zh: 全部办结, en: All done}\n"
    "    from: handling\n"
    "    to: closed\n"
    "    by: [system]\n"
    "    when: \"all(task, state = 'done')\"\n"
    "  shelve:\n"
    "    label: {zh: 归档, en: Shelve}\n"
    "    from: received\n"
    "    to: closed\n"
    "    by: [system]\n"
    "    when: \"field.kind = 'b'\"\n"
    "  abandon:\n"
    "    label: {zh: 撤销, en: Abandon}\n"
    "    from: [received, handling]\n"
    "    to: closed\n"
    "    by: [post:desk]\n"
    "see:\n"
    "  public: []\n"
    "keep: 10y\n";

static void end(void *arg)
{
    struct test_cases *c = arg;

    c->end(c->end_arg);
    li_library_free(c->house.bound.library);
    li_registers_free(c->house.bound.registers.registers);
    li_owners_free(c->house.bound.owners);
    free(c);
}

static struct li_viewer staff(struct test_cases *c, int64_t person)
{
    struct li_viewer viewer = {
        .kind = LI_VIEWER_STAFF, .tenant = c->r->tenant, .account = person, .person = person};
    struct li_post *posts;
    int64_t until;

    assert_ok(c->r->t, li_post_list(c->r->ctx, c->r->t->writer, c->r->tenant, person,
                                    li_now(c->r->clock), &posts, &viewer.post_count, &until));
    viewer.posts = posts;
    return viewer;
}

static int64_t hire(struct test_cases *c, const char *name, const char *post, const char *area,
                    int64_t org)
{
    int64_t person = town_person(c->r, name, NULL, (struct li_str){.ptr = NULL});

    town_appoint(c->r, person, post, area, org);
    return person;
}

static void hire_all(struct test_cases *c)
{
    static const struct li_post elsewhere[] = {
        {.post = LI_S_INIT("desk"), .area_path = LI_S_INIT(TOWN_COUNTY "440305002/")}};
    static const struct li_post same_path[] = {
        {.post = LI_S_INIT("desk"), .area_path = LI_S_INIT(TOWN_STREET)},
        {.post = LI_S_INIT("checker"), .area_path = LI_S_INIT(TOWN_COUNTY)}};
    int64_t both;

    c->viewers[CASES_ANYONE] = (struct li_viewer){.kind = LI_VIEWER_ANYONE, .tenant = c->r->tenant};
    c->viewers[CASES_REPORTER] =
        (struct li_viewer){.kind = LI_VIEWER_PARTY, .tenant = c->r->tenant, .party = 1};
    c->viewers[CASES_FOLLOWER] =
        (struct li_viewer){.kind = LI_VIEWER_PARTY, .tenant = c->r->tenant, .party = 2};
    c->viewers[CASES_DESK] = staff(c, hire(c, "王晓岚", "desk", "440305001", 0));
    c->viewers[CASES_HANDLER] = staff(c, hire(c, "陈建国", "handler", "440305", c->unit[0]));
    c->viewers[CASES_OTHER_HANDLER] = staff(c, hire(c, "黄秀英", "handler", "440305", c->unit[1]));
    c->viewers[CASES_CHECKER] = staff(c, hire(c, "李文博", "checker", "440305", 0));
    both = hire(c, "林志强", "handler", "440305", c->unit[0]);
    town_appoint(c->r, both, "checker", "440305", 0);
    c->viewers[CASES_BOTH] = staff(c, both);
    c->viewers[CASES_OTHER_DESK] = (struct li_viewer){.kind = LI_VIEWER_STAFF,
                                                      .tenant = c->r->tenant,
                                                      .account = 71,
                                                      .person = 71,
                                                      .posts = elsewhere,
                                                      .post_count = 1};
    c->viewers[CASES_STRANGER] = (struct li_viewer){.kind = LI_VIEWER_STAFF,
                                                    .tenant = c->r->tenant + 1,
                                                    .account = 72,
                                                    .person = 72,
                                                    .posts = same_path,
                                                    .post_count = 2};
}

struct test_cases *cases_open(struct test_store *t)
{
    struct test_cases *c = calloc(1, sizeof(*c));
    struct li_str lamp;

    assert_non_null(c);
    c->house.bound.effects = li_effects;
    c->r = town_open_with(t, li_commands, li_consumers);
    c->end = t->end;
    c->end_arg = t->end_arg;
    t->end = end;
    t->end_arg = c;
    assert_ok(t, li_library_new(t->ctx, &c->house.bound.library));
    c->house.bound.owners = li_owners_new();
    c->house.bound.registers.registers = li_registers_new();
    assert_non_null(c->house.bound.registers.registers);
    c->r->bound = &c->house.bound;
    cases_reopen(c);
    c->unit[0] = town_organization(c->r, "路灯队");
    c->unit[1] = town_organization(c->r, "市政队");
    hire_all(c);
    assert_ok(t, li_file_read(t->ctx, "tests/lib/lamp.yaml", 0, &lamp));
    assert_ok(t, cases_adopt(c, li_str_c(t->ctx, lamp)));
    return c;
}

void cases_reopen(struct test_cases *c)
{
    records_reopen(c->r);
    c->house.store = c->r->t->store;
    c->house.record = c->r->record;
}

int cases_adopt(struct test_cases *c, const char *source)
{
    const struct li_adopt_args args = {.name = LI_S("test.yaml"), .source = li_str(source)};

    return records_run(c->r, &li_playbook_adopt, &args);
}

struct li_str cases_yaml(struct test_cases *c, const char *path)
{
    struct li_str text;

    assert_ok(c->r->t, li_file_read(c->r->ctx, path, 0, &text));
    return text;
}

int cases_adopt_file(struct test_cases *c, const char *path)
{
    return cases_adopt(c, li_str_c(c->r->ctx, cases_yaml(c, path)));
}

int cases_adopt_changed(struct test_cases *c, const char *path, const char *from, const char *to)
{
    const char *text = li_str_c(c->r->ctx, cases_yaml(c, path)), *at = strstr(text, from);
    struct li_str all;

    assert_non_null(at);
    all = li_strf(c->r->ctx, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return cases_adopt(c, all.ptr);
}

void cases_neighbour(struct test_cases *c)
{
    assert_ok(c->r->t, cases_adopt_file(c, "tests/lib/neighbour.yaml"));
}

int64_t cases_neighbour_new(struct test_cases *c, const char *fields, const uint8_t token[16])
{
    return cases_new(c, "neighbour", fields, token);
}

int cases_follow(struct test_cases *c, int64_t id, const uint8_t token[16])
{
    struct li_case_follow_args args = {.id = id};
    struct li_job job = records_job(c->r, &li_case_follow, &args);

    memcpy(args.token, token, sizeof(args.token));
    job.viewer = &c->viewers[CASES_ANYONE];
    return li_run(c->r->record, &job);
}

struct li_viewer cases_viewer(struct test_cases *c, enum cases_who who, int64_t id)
{
    struct li_viewer viewer = c->viewers[who];

    if (who == CASES_REPORTER || who == CASES_FOLLOWER) {
        viewer.case_id = id;
    }
    return viewer;
}

struct li_view cases_view(struct test_cases *c, const struct li_viewer *viewer)
{
    return (struct li_view){
        .record = c->r->record, .conn = c->r->t->writer, .tenant = c->r->tenant, .viewer = viewer};
}

const struct li_node *cases_json(struct test_cases *c, const char *text)
{
    struct li_buf *buf = li_buf_new(c->r->ctx, 0);
    char id[LI_ID_TEXT + 1];
    struct li_node *node;

    assert_non_null(buf);
    for (const char *at = text; *at; at++) {
        if (*at == '$') {
            at++;
            assert_true(*at == '0' || *at == '1');
            li_id_format(c->unit[*at - '0'], id);
            li_buf_text(buf, id);
        } else {
            li_buf_char(buf, *at);
        }
    }
    assert_ok(c->r->t, li_json_read(c->r->ctx, li_buf_view(buf), &node));
    return node;
}

int64_t cases_new(struct test_cases *c, const char *playbook, const char *fields,
                  const uint8_t token[16])
{
    struct li_case_open_args args = {
        .area = LI_S("440305001003"), .via = LI_S("web"), .fields = cases_json(c, fields)};
    struct li_job job = records_job(c->r, &li_case_open, &args);

    if (token) {
        memcpy(args.token, token, sizeof(args.token));
    } else {
        li_random_bytes(c->r->random, args.token, sizeof(args.token));
    }
    job.viewer = &c->viewers[CASES_ANYONE];
    assert_ok(c->r->t, li_library_find(c->r->ctx, c->house.bound.library, c->r->t->writer,
                                       c->r->tenant, li_str(playbook), 0, &args.playbook));
    assert_ok(c->r->t, li_case_open_check(c->r->ctx, job.viewer, &args));
    assert_ok(c->r->t, li_run(c->r->record, &job));
    return job.entity;
}

int64_t cases_lamp(struct test_cases *c)
{
    return cases_new(c, "service-request",
                     "{\"kind\":\"lamp\",\"description\":\"" CASES_DESCRIPTION
                     "\",\"spot\":\"" CASES_SPOT "\",\"contact\":\"" CASES_CONTACT "\"}",
                     NULL);
}

int cases_act(struct test_cases *c, int64_t id, enum cases_who who, const char *action, int part,
              const char *fields)
{
    const struct li_viewer viewer = cases_viewer(c, who, id);
    const struct li_case_act_args args = {.id = id,
                                          .action = li_str(action),
                                          .part = part,
                                          .fields = fields ? cases_json(c, fields) : NULL};
    struct li_job job = records_job(c->r, &li_case_act, &args);

    job.viewer = &viewer;
    return li_run(c->r->record, &job);
}

int64_t cases_at(struct test_cases *c, const char *state)
{
    int64_t id = cases_lamp(c);

    if (strcmp(state, "received") == 0) {
        return id;
    }
    if (strcmp(state, "declined") == 0) {
        assert_acts(c, id, CASES_DESK, "decline", 0, "{\"reason\":\"" CASES_REASON "\"}");
        return id;
    }
    assert_acts(c, id, CASES_DESK, "dispatch", 0, "{\"unit\":\"$0\"}");
    if (strcmp(state, "handling") == 0) {
        return id;
    }
    assert_acts(c, id, CASES_BOTH, "done", 1, "{\"answer\":\"" CASES_ANSWER "\"}");
    if (strcmp(state, "checking") == 0) {
        return id;
    }
    assert_string_equal(state, "closed");
    assert_acts(c, id, CASES_CHECKER, "pass", 0, NULL);
    return id;
}

struct li_case cases_row(struct test_cases *c, int64_t id)
{
    struct li_case row;

    assert_ok(c->r->t,
              li_case_find(c->r->ctx, c->r->record, c->r->t->writer, c->r->tenant, id, &row));
    return row;
}

size_t cases_parts(struct test_cases *c, int64_t id, struct li_case_part **ret)
{
    struct li_case row = cases_row(c, id);
    size_t count;

    assert_ok(c->r->t, li_case_parts(c->r->ctx, c->r->t->writer, c->r->tenant, &row, ret, &count));
    return count;
}

const char *cases_state(struct test_cases *c, int64_t id)
{
    struct li_case row = cases_row(c, id);

    return li_str_c(c->r->ctx, row.playbook->machines[0].states[row.state].name);
}

int64_t cases_due(struct test_cases *c, int64_t id, int64_t slot)
{
    int64_t at =
        records_number(c->r, &cases_due_at, LI_ARGS(li_v(c->r->tenant), li_v(id), li_v(slot)));

    return at < 0 ? 0 : at;
}

int cases_run_due(struct test_cases *c)
{
    struct li_due_turn *turns;
    size_t count;
    int ran = 0;

    do {
        assert_ok(c->r->t,
                  li_due_run(c->r->ctx, c->r->record, li_now(c->r->clock), &turns, &count));
        for (size_t i = 0; i < count; i++) {
            ran += turns[i].status == 0;
        }
    } while (count > 0);
    return ran;
}

void cases_assert_counted(struct test_cases *c)
{
    struct test_record *r = c->r;
    struct li_tally_delta *items;
    struct li_rows *rows;
    size_t count, seen = 0;
    int rc;

    records_catch_up(r);
    assert_ok(r->t,
              li_tally_read(r->ctx, r->t->writer, r->tenant, LI_SCOPE_PUBLIC, &items, &count));
    assert_ok(r->t, li_query(r->ctx, r->t->writer, &cases_recount,
                             LI_ARGS(li_v(r->tenant), li_v(LI_SCOPE_PUBLIC)), &rows));
    while ((rc = li_rows_next(r->ctx, rows)) > 0) {
        assert_true(seen < count);
        assert_true(li_str_eq(items[seen].area, li_col_str(rows, 0)));
        assert_true(li_str_eq(items[seen].playbook, li_col_str(rows, 1)));
        assert_true(li_str_eq(items[seen].state, li_col_str(rows, 2)));
        assert_int_equal(items[seen].n, li_col_i64(rows, 3));
        seen++;
    }
    li_rows_done(rows);
    assert_int_equal(rc, 0);
    assert_int_equal(seen, count);
}
