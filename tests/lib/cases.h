/*
 * A house for tests of cases: the town of town.h with everything bound, two
 * units, people in posts, a small playbook of its own (lamp.yaml) adopted, and short ways to
 * open a case and to act on it.
 */
#ifndef LI_TESTS_CASES_H
#define LI_TESTS_CASES_H

#include "bind/bind.h"
#include "lib/town.h"
#include "view/view.h"

enum cases_who {
    CASES_ANYONE,
    CASES_REPORTER,      /* holds the tracking token */
    CASES_FOLLOWER,      /* holds the token of the first who joined */
    CASES_DESK,          /* of the street */
    CASES_OTHER_DESK,    /* of another street */
    CASES_HANDLER,       /* of unit 0, for the whole county */
    CASES_OTHER_HANDLER, /* of unit 1 */
    CASES_CHECKER,       /* for the whole county */
    CASES_BOTH,          /* handler of unit 0 and checker */
    CASES_STRANGER,      /* another tenant's desk, for an area of the same path */
    CASES_WHO
};

struct test_cases {
    struct test_record *r;
    struct li_house house; /* store, record, bound: as li_house_open would give it */
    int64_t unit[2];
    struct li_viewer viewers[CASES_WHO];
    void (*end)(void *arg);
    void *end_arg;
};

/* Texts no history payload and no public answer may hold. */
#define CASES_CONTACT     "13912345678"
#define CASES_DESCRIPTION "路灯已经三天不亮了"
#define CASES_SPOT        "三号楼东侧"
#define CASES_ANSWER      "更换了灯泡和镇流器"
#define CASES_REASON      "不属于本街道范围"

/* A second playbook, "trial", for what the house's own has not: a clock of two
 * steps, personal fields of other types, many units at once, a case that is
 * closed over its parts. */
extern const char cases_trial[];

struct test_cases *cases_open(struct test_store *t);
/* As a new process would. */
void cases_reopen(struct test_cases *c);
/* Adopts a playbook; what the command said. */
int cases_adopt(struct test_cases *c, const char *source);
/* The same of a file; of a file with one thing written otherwise; what a file says. */
int cases_adopt_file(struct test_cases *c, const char *path);
int cases_adopt_changed(struct test_cases *c, const char *path, const char *from, const char *to);
struct li_str cases_yaml(struct test_cases *c, const char *path);

/* Adopts tests/lib/neighbour.yaml: the words of the main job. */
void cases_neighbour(struct test_cases *c);
/* Opens one of its cases by anyone. */
int64_t cases_neighbour_new(struct test_cases *c, const char *fields, const uint8_t token[16]);
/* Joins a case; what the command answered. */
int cases_follow(struct test_cases *c, int64_t id, const uint8_t token[16]);

/* Who they are to a case. */
struct li_viewer cases_viewer(struct test_cases *c, enum cases_who who, int64_t id);
struct li_view cases_view(struct test_cases *c, const struct li_viewer *viewer);
/* JSON of a test; its $0 and $1 are the two units' ids. */
const struct li_node *cases_json(struct test_cases *c, const char *text);

/* Opens a case of a playbook by anyone; `token` may be NULL.  The test fails when it was refused.
 */
int64_t cases_new(struct test_cases *c, const char *playbook, const char *fields,
                  const uint8_t token[16]);
/* A lamp with all texts. */
int64_t cases_lamp(struct test_cases *c);
/* What an action answered. */
int cases_act(struct test_cases *c, int64_t id, enum cases_who who, const char *action, int part,
              const char *fields);
#define assert_acts(c, ...) assert_ok((c)->r->t, cases_act((c), __VA_ARGS__))
/* The usual way, up to a state: "received", "handling", "checking", "closed", "declined". */
int64_t cases_at(struct test_cases *c, const char *state);

/* A case and its parts as they stand. */
struct li_case cases_row(struct test_cases *c, int64_t id);
size_t cases_parts(struct test_cases *c, int64_t id, struct li_case_part **ret);
/* The state's name. */
const char *cases_state(struct test_cases *c, int64_t id);
/* When a slot is due; 0: it has no row. */
int64_t cases_due(struct test_cases *c, int64_t id, int64_t slot);
/* Runs what is due until nothing is; how many rows ran without a failure. */
int cases_run_due(struct test_cases *c);
/* The gauges of the public scope, when all have caught up, equal a recount. */
void cases_assert_counted(struct test_cases *c);

#endif
