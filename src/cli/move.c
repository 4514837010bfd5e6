/* Rows and files on their way, and what is asked of them on arrival; see move.h. */
#include "cli/move.h"

#include <stdio.h>
#include <string.h>

#include "bind/steps.h"
#include "case/case.h"
#include "record/tenant.h"
#include "record/verify.h"
#include "store/table.h"

static void tell_rows(void *arg, struct li_str table, int64_t done, int64_t total)
{
    struct li_cli_move *move = arg;

    (void)table;
    li_cli_bar_tell(&move->bar, move->slug, done, total);
}

void li_cli_move_begin(struct li_cli *cli, bool english, struct li_cli_move *ret)
{
    *ret = (struct li_cli_move){.cli = cli, .english = english, .bar = li_cli_bar()};
}

void li_cli_move_end(struct li_cli_move *move)
{
    li_cli_bar_wipe(&move->bar);
    li_conn_close(move->copy.from);
    move->copy.from = NULL;
}

int li_cli_move_from(struct li_cli_move *move, struct li_store *store)
{
    struct li_ctx *ctx = move->cli->ctx;
    int r = li_steps_check(ctx, store);

    r = r ? r : li_conn_open(ctx, store, LI_CONN_READ, &move->copy.from);
    return r ? r : li_begin_long(ctx, move->copy.from);
}

int li_cli_move_rows(struct li_cli_move *move, struct li_store *to,
                     const struct li_copy_tenant *tenants, size_t count)
{
    struct li_ctx *ctx = move->cli->ctx;
    int r = 0;

    move->copied = li_alloc_array(ctx, count + 1, sizeof(*move->copied));
    r = move->copied ? li_conn_open(ctx, to, LI_CONN_WRITE, &move->copy.to) : -LI_E_NOMEM;
    if (r) {
        return r;
    }
    move->copy.progress = tell_rows;
    move->copy.arg = move;
    for (size_t i = 0; r == 0 && i < count; i++) {
        move->slug = tenants[i].slug.ptr ? li_str_c(ctx, tenants[i].slug) : "";
        r = move->slug ? li_copy_run(ctx, &move->copy, tenants[i].id, &move->copied[i])
                       : -LI_E_NOMEM;
        move->count += r == 0;
        li_cli_bar_wipe(&move->bar);
    }
    li_conn_close(move->copy.to);
    move->copy.to = NULL;
    return r;
}

/* ---- files ----------------------------------------------------------------- */

struct files {
    struct li_cli_move *move;
    struct li_keeper *from, *to;
    li_cli_move_told *told;
    void *arg;
    int64_t total, done;
    struct li_ctx *step; /* reset after every file */
};

static int count_file(struct li_ctx *ctx, void *arg, const char *key, const struct li_kept *kept)
{
    struct files *files = arg;

    (void)ctx;
    (void)key;
    (void)kept;
    files->total++;
    return 0;
}

static int move_file(struct li_ctx *ctx, void *arg, const char *key, const struct li_kept *kept)
{
    struct files *files = arg;
    struct li_ctx *step = files->step;
    struct li_str bytes;
    int r;

    (void)kept;
    li_arena_reset(step->arena);
    li_ctx_clear(step);
    r = li_keeper_get(step, files->from, key, LI_BLOB_MAX + 4096, &bytes);
    if (r == -LI_E_NOT_FOUND) {
        return 0; /* swept meanwhile: nobody names it */
    }
    r = r ? r : li_keeper_put(step, files->to, key, bytes);
    if (r) {
        return LI_FAIL(ctx, -r, "file %s: %.*s", key, LI_P(li_ctx_explain(step)));
    }
    files->done++;
    li_cli_bar_tell(&files->move->bar, files->move->english ? "files" : "文件", files->done,
                    files->total > files->done ? files->total : files->done + 1);
    return files->told ? files->told(files->arg, key, bytes) : 0;
}

static int each_tenant(struct files *files, li_keeper_each *each)
{
    struct li_ctx *ctx = files->move->cli->ctx;
    int r = 0;

    for (size_t i = 0; r == 0 && i < files->move->count; i++) {
        struct li_str prefix = li_strf(ctx, "%lld/", (long long)files->move->copied[i].tenant);

        r = prefix.ptr ? li_keeper_list(ctx, files->from, prefix.ptr, each, files) : -LI_E_NOMEM;
    }
    return r;
}

int li_cli_move_files(struct li_cli_move *move, struct li_keeper *from, struct li_keeper *to,
                      li_cli_move_told *told, void *arg)
{
    struct li_ctx step;
    struct li_arena *arena = li_arena_new(0);
    struct files files = {
        .move = move, .from = from, .to = to, .told = told, .arg = arg, .step = &step};
    int r;

    if (!arena) {
        return LI_FAIL(move->cli->ctx, LI_E_NOMEM, "no memory to move files");
    }
    li_ctx_init(&step, arena, move->cli->ctx->clock, move->cli->ctx->random);
    r = each_tenant(&files, count_file);
    r = r ? r : each_tenant(&files, move_file);
    li_arena_free(arena);
    li_cli_bar_wipe(&move->bar);
    if (r == 0) {
        printf(move->english ? "%lld files\n" : "文件 %lld 个\n", (long long)files.done);
    }
    return r;
}

/* ---- arrival --------------------------------------------------------------- */

#define PATIENCE_US INT64_C(200000)

/* Until every consumer has seen everything, however long it takes. */
static int catch_up(struct li_cli_move *move, struct li_house *house, int64_t tenant, int64_t head)
{
    int64_t seen = 0;
    int r = -LI_E_AGAIN;

    while (r == -LI_E_AGAIN) {
        struct li_record_health health;

        li_ctx_clear(move->cli->ctx);
        r = li_record_catch_up(move->cli->ctx, house->record, tenant, 0, PATIENCE_US, &seen);
        if (move->bar.terminal) {
            li_cli_bar_tell(&move->bar, move->english ? "index" : "索引", seen, head + (r != 0));
        }
        if (r == -LI_E_AGAIN && li_record_health(move->cli->ctx, house->record, &health) == 0 &&
            health.behind == 0) {
            return LI_FAIL(move->cli->ctx, LI_E_STATE, "a consumer was parked");
        }
    }
    li_cli_bar_wipe(&move->bar);
    return r;
}

static int rebuild(struct li_cli_move *move, struct li_house *house, int64_t tenant)
{
    int r = 0;

    for (size_t i = 0; r == 0 && li_consumers[i]; i++) {
        r = li_consumer_rebuild(move->cli->ctx, house->record, tenant,
                                li_str(li_consumers[i]->name));
    }
    return r;
}

static int recount(struct li_cli_move *move, struct li_house *house, const struct li_copied *copied)
{
    struct li_ctx *ctx = move->cli->ctx;
    struct li_conn *conn;
    bool differs = false;
    int r = li_store_reader(ctx, house->store, &conn);

    if (r) {
        return r;
    }
    r = li_case_recount(ctx, conn, copied->tenant, &differs);
    li_store_reader_back(house->store, conn);
    if (r == 0 && differs) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "%.*s: the gauges differ from a recount of the cases",
                       LI_P(copied->slug));
    }
    return r;
}

static int look_over(struct li_cli_move *move, struct li_house *house,
                     const struct li_copied *copied)
{
    const struct li_verify_given given = {.blobs = house->blobs};
    struct li_ctx *ctx = move->cli->ctx;
    struct li_verify_report report;
    int r = copied->replaced ? rebuild(move, house, copied->tenant) : 0;

    r = r ? r : catch_up(move, house, copied->tenant, copied->head.seq);
    r = r ? r : li_verify(ctx, house->record, copied->tenant, &given, &report);
    if (r == 0 && report.finding_count) {
        const struct li_finding *finding = &report.findings[0];

        return LI_FAIL(ctx, LI_E_CORRUPT, "%.*s does not verify (entry %lld): %.*s",
                       LI_P(copied->slug), (long long)finding->seq, LI_P(finding->what));
    }
    if (r == 0 && report.entries != copied->head.seq) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "%.*s: %lld entries of %lld arrived", LI_P(copied->slug),
                       (long long)report.entries, (long long)copied->head.seq);
    }
    r = r ? r : recount(move, house, copied);
    if (r == 0 && copied->table_count) {
        printf(move->english ? "%.*s: %lld rows in %zu tables\n" : "%.*s：%lld 行，%zu 张表\n",
               LI_P(copied->slug), (long long)copied->rows, copied->table_count);
    }
    if (r == 0) {
        printf(move->english ? "%.*s: %lld entries, %lld texts, %lld photos and "
                               "%lld seals hold; the gauges equal a recount\n"
                             : "%.*s：%lld 条历史、%lld 段文字、%lld 张照片、%lld 个封印"
                               "核验无误，统计与重新清点一致\n",
               LI_P(copied->slug), (long long)report.entries, (long long)report.texts,
               (long long)report.photos, (long long)report.seals);
    }
    return r;
}

/* At once, so that whoever repeats what was interrupted finds all of it closed or none. */
static int open_all(const struct li_cli_move *move, struct li_store *store)
{
    int64_t *tenants = li_alloc_array(move->cli->ctx, move->count + 1, sizeof(*tenants));

    for (size_t i = 0; tenants && i < move->count; i++) {
        tenants[i] = move->copied[i].tenant;
    }
    return tenants ? li_copy_open(move->cli->ctx, store, tenants, move->count) : -LI_E_NOMEM;
}

int li_cli_move_arrive(struct li_cli_move *move, const struct li_cli_where *where, bool open)
{
    struct li_house house;
    int r = li_cli_house(move->cli, where, false, &house);

    if (r) {
        return r;
    }
    for (size_t i = 0; r == 0 && i < move->count; i++) {
        r = look_over(move, &house, &move->copied[i]);
    }
    r = r || !open ? r : open_all(move, house.store);
    li_cli_bar_wipe(&move->bar);
    li_house_close(&house);
    return r;
}
