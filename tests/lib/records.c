/*
 * A record for tests (records.h): opening, closing, asking.  What its commands
 * and consumers do is in record_parts.c.
 */
#include "lib/records.h"

#include <stdlib.h>

#include "lib/record_parts.h"

LI_SQL(records_tenants, "select cast(count(*) as bigint) from tenant");

/* ---- opening --------------------------------------------------------------- */

static size_t count_list(const void *const *list)
{
    size_t count = 0;

    while (list && list[count])
        count++;
    return count;
}

/* Both lists one after the other, ended by NULL. */
static const void **join(struct li_ctx *ctx, const void *const *a, const void *const *b)
{
    size_t first = count_list(a), second = count_list(b);
    const void **all = LI_NEW_ARRAY(ctx->arena, first + second + 1, const void *);

    assert_non_null(all);
    memcpy(all, a, first * sizeof(*all));
    if (second)
        memcpy(all + first, b, second * sizeof(*all));
    return all;
}

static void end(void *arg)
{
    struct test_record *r = arg;

    records_close(r);
    li_random_free(r->random);
    free(r);
}

static void open_record(struct test_record *r)
{
    static const uint8_t master_key[32] = "a key that only the tests know.";
    const struct li_record_config config = {
        .store = r->t->store,
        .clock = r->clock,
        .random = r->random,
        .master_key = master_key,
        .commands = r->commands,
        .consumers = r->consumers,
        .bound = r->bound,
    };

    record_parts_open_gate(false);
    assert_ok(r->t, li_record_open(r->ctx, &config, &r->record));
}

static void migrate(struct test_store *t)
{
    struct li_migration *steps;
    size_t count = test_schema_steps(t->ctx, &steps);
    int ran;

    assert_ok(t, li_store_migrate(t->ctx, t->store, steps, count, &ran));
    assert_int_equal(ran, count);
    test_ddl(t, record_parts_schema);
}

struct test_record *records_open_bare(struct test_store *t,
                                      const struct li_command *const *commands,
                                      const struct li_consumer *const *consumers)
{
    struct test_record *r = calloc(1, sizeof(*r));

    assert_non_null(r);
    assert_int_equal(li_crypto_init(), 0);
    *r = (struct test_record){.t = t, .ctx = t->ctx, .clock = t->clock, .tenant = RECORDS_TENANT};
    r->random = li_random_seeded(20260302);
    assert_non_null(r->random);
    records_clock(r, RECORDS_NOW);
    r->commands = (const struct li_command **)join(
        t->ctx, (const void *const *)record_parts_commands, (const void *const *)commands);
    r->consumers = (const struct li_consumer **)join(
        t->ctx, (const void *const *)record_parts_consumers, (const void *const *)consumers);
    t->end = end;
    t->end_arg = r;
    records_dislike(0);
    migrate(t);
    open_record(r);
    return r;
}

struct test_record *records_open(struct test_store *t, const struct li_command *const *commands,
                                 const struct li_consumer *const *consumers)
{
    static const struct li_tenant_args nanshan = {
        .slug = LI_S_INIT("nanshan"), .code = LI_S_INIT("440305"), .name = LI_S_INIT("南山区")};
    struct test_record *r = records_open_bare(t, commands, consumers);

    assert_ok(t, records_run(r, &li_tenant_found, &nanshan));
    assert_ok(t, li_tenant_load(r->ctx, r->record));
    return r;
}

void records_close(struct test_record *r)
{
    record_parts_open_gate(true);
    li_record_close(r->record);
    r->record = NULL;
}

void records_reopen(struct test_record *r)
{
    if (r->record)
        records_close(r);
    open_record(r);
}

void records_found(struct test_record *r, int64_t tenant)
{
    struct li_str word = li_strf(r->ctx, "t%lld", (long long)tenant);
    const struct li_tenant_args args = {.slug = word, .code = word, .name = word};
    struct li_job job = records_job(r, &li_tenant_found, &args);

    job.tenant = tenant;
    assert_ok(r->t, li_run(r->record, &job));
    assert_ok(r->t, li_tenant_load(r->ctx, r->record));
}

void records_clock(struct test_record *r, int64_t to)
{
    atomic_store(&r->clock->held, to);
}

void records_later(struct test_record *r, int64_t by)
{
    atomic_fetch_add(&r->clock->held, by);
}

/* ---- asking for something -------------------------------------------------- */

const struct li_viewer *records_system(void)
{
    static const struct li_viewer viewer = {.kind = LI_VIEWER_SYSTEM};

    return &viewer;
}

struct li_viewer records_account(int64_t account)
{
    return (struct li_viewer){.kind = LI_VIEWER_STAFF, .account = account, .person = account};
}

struct li_job records_job(struct test_record *r, const struct li_command *command, const void *args)
{
    return (struct li_job){.ctx = r->ctx,
                           .tenant = r->tenant,
                           .command = command,
                           .args = args,
                           .viewer = records_system()};
}

struct li_job records_run_job(struct test_record *r, const struct li_command *command,
                              const void *args)
{
    struct li_job job = records_job(r, command, args);
    int rc = li_run(r->record, &job);

    assert_int_equal(rc, job.status);
    return job;
}

int records_run(struct test_record *r, const struct li_command *command, const void *args)
{
    return records_run_job(r, command, args).status;
}

void records_catch_up(struct test_record *r)
{
    const struct li_tenant **all;
    size_t count;
    int64_t seq;

    assert_ok(r->t, li_tenant_all(r->ctx, r->record, &all, &count));
    assert_int_equal(count, records_number(r, &records_tenants, LI_NO_ARGS));
    for (size_t i = 0; i < count; i++)
        assert_ok(r->t, li_record_catch_up(r->ctx, r->record, all[i]->id, 0, 20000000, &seq));
}

struct li_verify_report records_verify_against(struct test_record *r, int64_t tenant,
                                               const struct li_anchor *anchors, size_t count)
{
    const struct li_verify_given given = {.anchors = anchors, .anchor_count = count};
    struct li_verify_report report = {0};

    assert_ok(r->t, li_verify(r->ctx, r->record, tenant, &given, &report));
    return report;
}

struct li_verify_report records_verify(struct test_record *r, int64_t tenant)
{
    return records_verify_against(r, tenant, NULL, 0);
}

int records_seal(struct test_record *r)
{
    struct li_seal seal;

    return li_seal_new(r->ctx, r->record, 1, &seal);
}

void assert_verifies(struct test_record *r, int64_t tenant)
{
    struct li_verify_report report = records_verify(r, tenant);

    for (size_t i = 0; i < report.finding_count; i++)
        print_error("entry %lld: %.*s\n", (long long)report.findings[i].seq,
                    LI_P(report.findings[i].what));
    assert_int_equal(report.finding_count, 0);
}

/* ---- bursts ------------------------------------------------------------------ */

static void burst_done(struct li_job *job)
{
    struct test_burst *burst = job->arg;
    struct li_store_stats stats;

    li_store_stats(burst->r->t->store, &stats);
    if (atomic_load(&burst->done) == burst->count)
        burst->commits = stats.commits - burst->commits;
    pthread_mutex_lock(&burst->mutex);
    atomic_fetch_add(&burst->done, 1);
    pthread_cond_signal(&burst->moved);
    pthread_mutex_unlock(&burst->mutex);
}

struct test_burst *records_burst(struct test_record *r, int64_t first, size_t count)
{
    struct test_burst *burst = calloc(1, sizeof(*burst));

    assert_non_null(burst);
    burst->r = r;
    burst->ctx = test_ctx_new(r->clock);
    burst->count = count;
    burst->jobs = calloc(count, sizeof(*burst->jobs));
    burst->puts = calloc(count, sizeof(*burst->puts));
    assert_true(burst->jobs && burst->puts);
    pthread_mutex_init(&burst->mutex, NULL);
    pthread_cond_init(&burst->moved, NULL);
    for (size_t i = 0; i < count; i++) {
        burst->puts[i] = (struct test_put){.id = first + (int64_t)i};
        burst->jobs[i] = records_job(r, &test_put, &burst->puts[i]);
    }
    return burst;
}

void records_burst_submit(struct test_burst *burst)
{
    struct li_store_stats stats;

    burst->gate = records_job(burst->r, &test_wait, NULL);
    burst->gate.ctx = burst->ctx;
    burst->gate.done = burst_done;
    burst->gate.arg = burst;
    assert_ok(burst->r->t, li_submit(burst->r->record, &burst->gate));
    records_at_gate();
    li_store_stats(burst->r->t->store, &stats);
    burst->commits = stats.commits;
    for (size_t i = 0; i < burst->count; i++) {
        burst->jobs[i].ctx = burst->ctx;
        burst->jobs[i].done = burst_done;
        burst->jobs[i].arg = burst;
        assert_ok(burst->r->t, li_submit(burst->r->record, &burst->jobs[i]));
    }
}

void records_burst_wait(struct test_burst *burst)
{
    records_pass();
    pthread_mutex_lock(&burst->mutex);
    while (atomic_load(&burst->done) <= burst->count)
        pthread_cond_wait(&burst->moved, &burst->mutex);
    pthread_mutex_unlock(&burst->mutex);
}

void records_burst_run(struct test_burst *burst)
{
    records_burst_submit(burst);
    records_burst_wait(burst);
}

void records_burst_free(struct test_burst *burst)
{
    test_ctx_free(burst->ctx);
    pthread_mutex_destroy(&burst->mutex);
    pthread_cond_destroy(&burst->moved);
    free(burst->jobs);
    free(burst->puts);
    free(burst);
}

/* ---- looking ---------------------------------------------------------------- */

int64_t records_number(struct test_record *r, const struct li_sql *sql, const struct li_val *args,
                       size_t arg_count)
{
    struct li_conn *conn;
    struct li_rows *rows;
    int64_t number = -1;
    int rc;

    assert_ok(r->t, li_store_reader(r->ctx, r->t->store, &conn));
    rc = li_query_one(r->ctx, conn, sql, args, arg_count, &rows);
    if (rc == 0) {
        number = li_col_i64(rows, 0);
        li_rows_done(rows);
    }
    li_store_reader_back(r->t->store, conn);
    assert_ok(r->t, rc == -LI_E_NOT_FOUND ? 0 : rc);
    return number;
}

struct li_str records_text(struct test_record *r, const struct li_sql *sql,
                           const struct li_val *args, size_t arg_count)
{
    struct li_str text = LI_S("");
    struct li_conn *conn;
    struct li_rows *rows;
    int rc;

    assert_ok(r->t, li_store_reader(r->ctx, r->t->store, &conn));
    rc = li_query_one(r->ctx, conn, sql, args, arg_count, &rows);
    if (rc == 0) {
        text = li_col_dup(r->ctx, rows, 0);
        li_rows_done(rows);
    }
    li_store_reader_back(r->t->store, conn);
    assert_ok(r->t, rc == -LI_E_NOT_FOUND ? 0 : rc);
    return text;
}

void records_tamper(struct test_record *r, const struct li_sql *sql, const struct li_val *args,
                    size_t arg_count)
{
    int64_t changed = 0;

    assert_ok(r->t, li_exec(r->ctx, r->t->writer, sql, args, arg_count, &changed));
    assert_true(changed > 0);
}
