/*
 * 130,000 voices through the whole way of a ballot: sealed, opened step by step, written as the
 * published file, read again, counted, published with their receipts.
 *
 * Some hundreds are sealed and opened; the rest lies where opening leaves it (vote/close.c), since
 * sealing them all is a quarter of a minute of arithmetic that the few test as well.  How long the
 * count takes is measured by `make bench`, not here.
 */
#include "base/canonical.h"
#include "base/time.h"
#include "lib/town.h"
#include "record/due.h"
#include "vote/vote.h"

#define OPENS   (RECORDS_NOW + LI_HOUR)
#define CLOSES  (RECORDS_NOW + LI_DAY)
#define DRAFTER 501
#define CHECKER 502
#define STEPS   300 /* so many are opened in two steps */
#define SOME    20
#define MANY    130000
#define OPTIONS 4

LI_SQL(lay_opened, "insert into ballot_opened (tenant, ballot, kind, place, bytes) "
                   "values ($1, $2, $3, $4, $5)");

static const struct li_command *const commands[] = {
    &li_area_import,  &li_ballot_draft,  &li_ballot_check, &li_ballot_issue,  &li_ballot_cast,
    &li_ballot_close, &li_ballot_unseal, &li_ballot_count, &li_ballot_settle, NULL};

static const struct li_post posts[] = {
    {.post = LI_S_INIT("desk"), .area_path = LI_S_INIT(TOWN_COUNTY)}};

/* ---- what they want ---------------------------------------------------------------------------
 */

/* Seven of ten want the first three options, the others the fourth; one of a hundred nothing.
 * `alone`: no more than one. */
static uint8_t wishes(size_t i, bool alone, uint8_t ret[3])
{
    bool first = i % 10 < 7;

    ret[0] = first ? 0 : 3;
    ret[1] = 1;
    ret[2] = 2;
    return i % 100 == 99 ? 0 : first && !alone ? 3 : 1;
}

static int64_t wanted(uint8_t option, bool alone)
{
    int64_t found = 0;
    uint8_t options[3];

    for (size_t i = 0; i < MANY; i++) {
        uint8_t count = wishes(i, alone, options);
        for (uint8_t k = 0; k < count; k++)
            found += options[k] == option;
    }
    return found;
}

/* ---- the ballot --------------------------------------------------------------------------------
 */

static struct li_job run_as(struct test_record *r, int64_t account,
                            const struct li_command *command, const void *args)
{
    struct li_viewer viewer = {.kind = account ? LI_VIEWER_STAFF : LI_VIEWER_ANYONE,
                               .tenant = RECORDS_TENANT,
                               .account = account,
                               .person = account,
                               .posts = posts,
                               .post_count = account ? 1 : 0};
    struct li_job job = records_job(r, command, args);

    job.viewer = &viewer;
    assert_ok(r->t, li_run(r->record, &job));
    return job;
}

static struct li_node *json(struct test_record *r, struct li_str text)
{
    struct li_node *node = NULL;

    assert_ok(r->t, li_json_read(r->ctx, text, &node));
    return node;
}

/* A yuan for each voter; each of the first three costs five thirteenths of all of it, and more. */
static int64_t set_up(struct test_record *r, const char *method, int64_t sealed, bool costs)
{
    static const int64_t price[OPTIONS] = {5000000, 5000100, 5000200, 3700000};
    struct li_str names[STEPS], text, options = LI_S(""), bytes;
    struct li_ballot_draft_args args = {.spec = {0}, .names = names, .name_count = (size_t)sealed};
    char opens[LI_TIME_TEXT], closes[LI_TIME_TEXT];
    int64_t id;

    li_time_format(OPENS, opens);
    li_time_format(CLOSES, closes);
    for (size_t i = 0; i < args.name_count; i++)
        names[i] = li_strf(r->ctx, "居民%zu", i + 1);
    for (size_t i = 0; i < OPTIONS; i++) {
        struct li_str cost =
            costs ? li_strf(r->ctx, ",\"cost\":%lld", (long long)price[i]) : LI_S("");
        options = li_strf(r->ctx, "%.*s%s{\"title\":{\"zh\":\"第%zu项\"}%.*s}", LI_P(options),
                          i ? "," : "", i + 1, LI_P(cost));
    }
    text = li_strf(r->ctx,
                   "{\"title\":{\"zh\":\"全区参与式预算\"},\"area\":\"440305001003\",\"use\":"
                   "\"decision\",\"method\":\"%s\",%s\"opens_at\":\"%s\",\"closes_at\":\"%s\","
                   "\"publicity_days\":5,\"electorate\":{\"by\":\"names\"},\"options\":[%.*s]}",
                   method, costs ? "\"budget\":13000000," : "", opens, closes, LI_P(options));
    assert_ok(r->t, li_ballot_spec_make(r->ctx, json(r, text), &bytes));
    args.spec = bytes;
    id = run_as(r, DRAFTER, &li_ballot_draft, &args).entity;
    run_as(r, CHECKER, &li_ballot_check, &(struct li_ballot_ref_args){.id = id, .rev = 1});
    return id;
}

/* Codes for the next ones. */
static void issue(struct test_record *r, int64_t id, int64_t from, int64_t to)
{
    int64_t electors[LI_BALLOT_ISSUE];
    struct li_ballot_issue_args args = {.id = id, .electors = electors};

    for (int64_t no = from; no <= to && args.count < LI_BALLOT_ISSUE; no++)
        electors[args.count++] = no;
    run_as(r, DRAFTER, &li_ballot_issue, &args);
}

static void seal_some(struct test_record *r, int64_t id, int64_t sealed, bool alone)
{
    static const char *const says[] = {
        "[]", "[{\"option\":\"1\"}]", "[{\"option\":\"4\"}]",
        "[{\"option\":\"1\"},{\"option\":\"2\"},{\"option\":\"3\"}]"};
    uint8_t options[3];

    for (int64_t no = 1; no <= sealed; no++) {
        struct li_ballot_cast_args cast = {.id = id};
        struct li_elector elector;
        uint8_t count = wishes((size_t)no - 1, alone, options);

        if (no % LI_BALLOT_ISSUE == 1)
            issue(r, id, no, sealed);
        assert_ok(r->t,
                  li_elector_find(r->ctx, r->record, r->t->writer, r->tenant, id, no, &elector));
        assert_ok(r->t, li_elector_code(r->ctx, r->record, r->tenant, id, &elector, &cast.code));
        cast.choice = json(r, li_str(says[count == 1 && options[0] == 3 ? 2 : count]));
        run_as(r, 0, &li_ballot_cast, &cast);
        li_ctx_clear(r->ctx);
    }
}

static void lay(struct test_record *r, int64_t id, int64_t kind, struct li_str bytes)
{
    uint8_t place[LI_HASH_SIZE];

    li_random_bytes(r->random, place, sizeof(place));
    assert_ok(r->t, li_exec(r->ctx, r->t->writer, &lay_opened,
                            LI_ARGS(li_v(r->tenant), li_v(id), li_v(kind),
                                    li_v_blob(li_str_n(place, kind ? LI_HASH_SIZE : 16)),
                                    li_v_blob(bytes)),
                            NULL));
}

/* How many, then place and points of each; all of one length. */
static void lay_the_rest(struct test_record *r, int64_t id, int64_t sealed, bool alone)
{
    assert_ok(r->t, li_begin(r->ctx, r->t->writer));
    for (size_t i = (size_t)sealed; i < MANY; i++) {
        uint8_t said[1 + 2 * OPTIONS] = {0}, options[3];

        said[0] = wishes(i, alone, options);
        for (uint8_t k = 0; k < said[0]; k++) {
            said[1 + 2 * k] = options[k];
            said[2 + 2 * k] = 1;
        }
        lay(r, id, 0, li_str_n(said, sizeof(said)));
        lay(r, id, 1, LI_S(""));
    }
    assert_ok(r->t, li_commit(r->ctx, r->t->writer));
}

static void close_it(struct test_record *r)
{
    struct li_due_turn *turns;
    size_t rows = 1;

    records_clock(r, CLOSES);
    while (rows > 0)
        assert_ok(r->t, li_due_run(r->ctx, r->record, li_now(r->clock), &turns, &rows));
}

/* ---- what comes of it --------------------------------------------------------------------------
 */

static void assert_counted(struct test_record *r, int64_t id, bool alone, const char *chosen,
                           int64_t spent)
{
    struct li_ballot_result found;
    struct li_node *node = NULL;
    const struct li_node *list;
    struct li_buf *buf = li_buf_new(r->ctx, 0);
    size_t lines = 0;

    assert_ok(r->t, li_ballot_result(r->ctx, r->t->writer, r->tenant, id, &found));
    assert_ok(r->t, li_canonical_read(r->ctx, found.result, &node));
    assert_int_equal(li_node_get(node, "voices")->number, MANY);
    assert_int_equal(li_node_get(node, "blank")->number, MANY / 100);
    assert_int_equal(li_node_get(node, "spent")->number, spent);
    list = li_node_get(node, "options");
    for (uint8_t i = 0; i < OPTIONS; i++)
        assert_int_equal(li_node_get(list->list.items[i], "points")->number, wanted(i, alone));
    list = li_node_get(node, "chosen");
    for (size_t i = 0; i < list->list.count; i++)
        li_buf_str(buf, list->list.items[i]->text);
    assert_true(li_str_is(li_buf_view(buf), chosen));
    for (size_t i = 0; i < found.receipts.len; i++)
        lines += found.receipts.ptr[i] == '\n';
    assert_int_equal(lines, MANY);
}

static void hold(struct test_store *t, const char *method, int64_t sealed, bool alone,
                 const char *chosen, int64_t spent)
{
    struct test_record *r = town_open_with(t, commands, NULL);
    int64_t id = set_up(r, method, sealed, spent > 0);

    records_clock(r, OPENS);
    seal_some(r, id, sealed, alone);
    lay_the_rest(r, id, sealed, alone);
    close_it(r);
    assert_counted(r, id, alone, chosen, spent);
}

/* The many can pay for one of theirs, the few for theirs; what is left buys nothing more. */
static void shares(struct test_store *t)
{
    hold(t, "shares", STEPS, false, "14", 8700000);
}

/* The many have it all their way. */
static void greedy(struct test_store *t)
{
    hold(t, "greedy", SOME, false, "12", 10000100);
}

static void single(struct test_store *t)
{
    hold(t, "single", SOME, true, "1", 0);
}

int main(void)
{
    /* the engine has no part in a count, and a row is a journey to the other one */
    static const struct store_test tests[] = {SQLITE_TEST(shares), SQLITE_TEST(greedy),
                                              SQLITE_TEST(single)};

    return STORE_TESTS_RUN("very many ballots", tests);
}
