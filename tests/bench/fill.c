/*
 * Fill: closed cases by the hundred thousand, for measuring among them.
 *
 *     bench-fill FOLDER COUNT
 *
 * FOLDER is a data folder that `linli seed` made and nobody serves.  COUNT
 * lifecycles are played by the real commands through the real lane, only without
 * HTTP: 1,024 at a time, 400 commands to a commit, spread evenly over tenants and communities.
 * SQLite's log lies in memory and nothing is flushed (lib/bulkvfs.h).  Told to stop (SIGINT,
 * SIGTERM) it finishes what is under way, and can be gone on with another time; killed, it leaves
 * the file FOLDER/filling behind: then the folder is to be thrown away.  History is sealed now and
 * then, so that the first server after this has little to seal.  Tells its progress on stderr.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "area/area.h"
#include "base/log.h"
#include "bind/bind.h"
#include "case/case.h"
#include "lib/bulkvfs.h"
#include "lib/lifecycle.h"
#include "people/people.h"
#include "record/seal.h"

#define TOGETHER  1024
#define PER_BATCH 400
#define CHUNK     20000
/* Its own, so that a machine that takes cached pages back does not slow it down. */
#define CACHE_MIB 10240

/* What one tenant's lifecycles need. */
struct town {
    int64_t tenant;
    const struct li_playbook *playbook;
    struct li_area *communities;
    size_t community_count;
    char unit[LI_ID_TEXT + 1];
    struct li_post posts[LIFECYCLE_STEPS];
    struct li_viewer viewers[LIFECYCLE_STEPS]; /* who does each step */
};

/* One lifecycle under way. */
struct life {
    struct fill *fill;
    struct li_ctx ctx;
    struct li_job job;
    const struct town *town;
    int64_t case_id;
    int step;
    struct life *next;
};

struct fill {
    struct li_ctx *ctx;
    struct li_house house;
    struct town *towns;
    size_t town_count;
    struct life lives[TOGETHER];
    pthread_mutex_t mutex;
    pthread_cond_t answered;
    struct life *answers; /* newest first */
    int64_t begun, done;
};

static volatile sig_atomic_t told_to_stop;

static void stop(int signal)
{
    (void)signal;
    told_to_stop = 1;
}

/* ---- the towns ------------------------------------------------------------- */

static int read_town(struct fill *fill, struct li_conn *conn, const struct li_tenant *tenant,
                     struct town *ret)
{
    static const char *const posts[LIFECYCLE_STEPS] = {"", "desk", "handler", "checker"};
    struct li_organization *organizations;
    struct li_area area;
    size_t count = 0;
    int r = li_area_find(fill->ctx, conn, tenant->id, tenant->code, &area);

    r = r ? r
          : li_area_list(fill->ctx, conn, tenant->id, LI_S(""), LI_S("community"),
                         &ret->communities, &ret->community_count);
    r = r ? r : li_organization_list(fill->ctx, conn, tenant->id, &organizations, &count);
    r = r ? r
          : li_library_find(fill->ctx, fill->house.bound.library, conn, tenant->id,
                            LI_S("service-request"), 0, &ret->playbook);
    if (r)
        return r;
    if (count == 0 || ret->community_count == 0)
        return LI_FAIL(fill->ctx, LI_E_NOT_FOUND, "%.*s has no communities or organizations",
                       LI_P(tenant->slug));
    ret->tenant = tenant->id;
    li_id_format(organizations[0].id, ret->unit);
    ret->viewers[0] = (struct li_viewer){.kind = LI_VIEWER_ANYONE, .tenant = tenant->id};
    for (int i = 1; i < LIFECYCLE_STEPS; i++) {
        ret->posts[i] = (struct li_post){.post = li_str(posts[i]),
                                         .area_path = area.path,
                                         .org = i == 2 ? organizations[0].id : 0};
        ret->viewers[i] = (struct li_viewer){.kind = LI_VIEWER_STAFF,
                                             .tenant = tenant->id,
                                             .account = i,
                                             .person = i,
                                             .posts = &ret->posts[i],
                                             .post_count = 1};
    }
    return 0;
}

static int read_towns(struct fill *fill)
{
    const struct li_tenant **tenants;
    struct li_conn *conn;
    int r = li_tenant_all(fill->ctx, fill->house.record, &tenants, &fill->town_count);

    r = r ? r : li_store_reader(fill->ctx, fill->house.store, &conn);
    if (r)
        return r;
    fill->towns = li_alloc_array(fill->ctx, fill->town_count + 1, sizeof(*fill->towns));
    r = fill->towns ? 0 : -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < fill->town_count; i++)
        r = read_town(fill, conn, tenants[i], &fill->towns[i]);
    li_store_reader_back(fill->house.store, conn);
    if (r == 0 && fill->town_count == 0)
        r = LI_FAIL(fill->ctx, LI_E_NOT_FOUND, "no tenant: `linli seed` comes first");
    return r;
}

/* ---- one step -------------------------------------------------------------- */

static void answered(struct li_job *job)
{
    struct life *life = job->arg;
    struct fill *fill = life->fill;

    pthread_mutex_lock(&fill->mutex);
    life->next = fill->answers;
    fill->answers = life;
    pthread_cond_signal(&fill->answered);
    pthread_mutex_unlock(&fill->mutex);
}

static int read_fields(struct life *life, struct li_node **ret)
{
    char fields[LIFECYCLE_FIELDS];
    struct li_str text;

    lifecycle_fields(life->ctx.random, life->step, life->town->unit, fields);
    text = li_str_dup(&life->ctx, li_str(fields));
    return text.ptr ? li_json_read(&life->ctx, text, ret) : -LI_E_NOMEM;
}

static int open_args(struct life *life, const struct li_node *fields, const void **ret)
{
    const struct town *town = life->town;
    struct li_case_open_args *args = li_alloc(&life->ctx, sizeof(*args));
    uint32_t dice;

    if (!args)
        return -LI_E_NOMEM;
    li_random_bytes(life->ctx.random, &dice, sizeof(dice));
    *args = (struct li_case_open_args){.playbook = town->playbook,
                                       .area = town->communities[dice % town->community_count].code,
                                       .via = LI_S("web"),
                                       .fields = fields};
    li_random_bytes(life->ctx.random, args->token, sizeof(args->token));
    *ret = args;
    return li_case_open_check(&life->ctx, &town->viewers[0], args);
}

static int act_args(struct life *life, const struct li_node *fields, const void **ret)
{
    struct li_case_act_args *args = li_alloc(&life->ctx, sizeof(*args));

    if (!args)
        return -LI_E_NOMEM;
    *args = (struct li_case_act_args){.id = life->case_id,
                                      .action = li_str(lifecycle_steps[life->step]),
                                      .part = life->step == 2,
                                      .fields = fields};
    *ret = args;
    return 0;
}

static int submit_step(struct life *life)
{
    struct li_ctx *ctx = &life->ctx;
    char key[LIFECYCLE_KEY];
    struct li_str key_text;
    struct li_node *fields;
    const void *args;
    int r;

    li_arena_reset(ctx->arena);
    lifecycle_key(ctx->random, ctx->clock, key);
    key_text = li_str_dup(ctx, li_str(key));
    r = key_text.ptr ? read_fields(life, &fields) : -LI_E_NOMEM;
    if (r == 0)
        r = life->step == 0 ? open_args(life, fields, &args) : act_args(life, fields, &args);
    if (r)
        return r;
    life->job = (struct li_job){
        .ctx = ctx,
        .tenant = life->town->tenant,
        .command = life->step == 0 ? &li_case_open : &li_case_act,
        .args = args,
        .viewer = &life->town->viewers[life->step],
        .key = {.key = key_text, .fingerprint = li_str_n(key_text.ptr, 16)},
        .done = answered,
        .arg = life,
    };
    return li_submit(life->fill->house.record, &life->job);
}

static int begin_life(struct life *life)
{
    life->step = 0;
    life->town = &life->fill->towns[life->fill->begun++ % (int64_t)life->fill->town_count];
    return submit_step(life);
}

/* ---- many of them ---------------------------------------------------------- */

static struct life *take_answer(struct fill *fill)
{
    struct life *life;

    pthread_mutex_lock(&fill->mutex);
    while (!fill->answers)
        pthread_cond_wait(&fill->answered, &fill->mutex);
    life = fill->answers;
    fill->answers = life->next;
    pthread_mutex_unlock(&fill->mutex);
    return life;
}

static int failed(struct fill *fill, struct life *life, int r)
{
    return LI_FAIL(fill->ctx, -r, "%s: %.*s", lifecycle_steps[life->step],
                   LI_P(li_ctx_explain(&life->ctx)));
}

/* Plays `count` lifecycles to their end.  After a failure nothing new begins,
 * but what is under way is awaited. */
static int play(struct fill *fill, int64_t count)
{
    int64_t end = fill->begun + count, under_way = 0;
    int r = 0;

    for (size_t i = 0; i < TOGETHER && fill->begun < end && r == 0; i++) {
        r = begin_life(&fill->lives[i]);
        if (r)
            r = failed(fill, &fill->lives[i], r);
        else
            under_way++;
    }
    while (under_way > 0) {
        struct life *life = take_answer(fill);
        int rc = life->job.status;
        bool last = life->step == LIFECYCLE_STEPS - 1;
        under_way--;
        if (rc == 0 && life->step == 0)
            life->case_id = life->job.entity;
        fill->done += rc == 0 && last;
        if (rc == 0 && r == 0 && (!last || (fill->begun < end && !told_to_stop))) {
            life->step++;
            rc = last ? begin_life(life) : submit_step(life);
            under_way += rc == 0;
        }
        if (rc && r == 0)
            r = failed(fill, life, rc);
    }
    return r;
}

static int seal_all(struct fill *fill)
{
    int r = 0;

    for (size_t i = 0; i < fill->town_count && r == 0; i++) {
        struct li_seal made;
        r = li_seal_new(fill->ctx, fill->house.record, fill->towns[i].tenant, &made);
        if (r == -LI_E_STATE) {
            li_ctx_clear(fill->ctx);
            r = 0;
        }
    }
    return r;
}

static int play_all(struct fill *fill, int64_t count)
{
    int64_t start = li_steady_us();
    int r = 0;

    while (r == 0 && fill->done < count && !told_to_stop) {
        int64_t left = count - fill->done;
        r = play(fill, left < CHUNK ? left : CHUNK);
        r = r ? r : seal_all(fill);
        r = r ? r : li_store_checkpoint(fill->ctx, fill->house.store);
        fprintf(stderr, "bench-fill: %lld of %lld, %.0f a second\n", (long long)fill->done,
                (long long)count, (double)fill->done * 1e6 / (double)(li_steady_us() - start));
    }
    return r;
}

/* ---- starting -------------------------------------------------------------- */

static int open_house(struct fill *fill, const char *folder)
{
    struct li_str path = li_strf(fill->ctx, "%s/linli.db", folder);
    struct li_str file = li_strf(fill->ctx, "%s?vfs=bulk&cache=%d", path.ptr, CACHE_MIB);
    struct li_str keys = li_strf(fill->ctx, "%s/keys", folder);
    const struct li_house_config config = {.where = file.ptr,
                                           .keys = keys.ptr,
                                           .batch = PER_BATCH,
                                           .clock = fill->ctx->clock,
                                           .random = fill->ctx->random};

    if (!path.ptr || !file.ptr || !keys.ptr || bulkvfs_register() < 0)
        return -LI_E_NOMEM;
    if (bulkvfs_has_log(path.ptr))
        return LI_FAIL(fill->ctx, LI_E_BUSY, "%s was not closed: `linli verify` first", path.ptr);
    return li_house_open(fill->ctx, &config, &fill->house);
}

static int open_lives(struct fill *fill)
{
    for (size_t i = 0; i < TOGETHER; i++) {
        struct li_arena *arena = li_arena_new(0);
        if (!arena)
            return LI_FAIL(fill->ctx, LI_E_NOMEM, "no memory for lifecycles");
        li_ctx_init(&fill->lives[i].ctx, arena, fill->ctx->clock, fill->ctx->random);
        fill->lives[i].fill = fill;
    }
    return 0;
}

static int run(struct fill *fill, const char *folder, int64_t count)
{
    struct li_str mark = li_strf(fill->ctx, "%s/filling", folder);
    int r = mark.ptr ? open_house(fill, folder) : -LI_E_NOMEM;

    r = r ? r : li_file_write(fill->ctx, mark.ptr, LI_S(""), 0600);
    if (r)
        return r;
    r = read_towns(fill);
    r = r ? r : open_lives(fill);
    r = r ? r : play_all(fill, count);
    li_house_close(&fill->house);
    if (r == 0)
        unlink(mark.ptr);
    for (size_t i = 0; i < TOGETHER; i++)
        li_arena_free(fill->lives[i].ctx.arena);
    return r;
}

int main(int argc, char **argv)
{
    struct fill *fill = calloc(1, sizeof(*fill));
    struct li_clock clock = {0};
    struct li_ctx ctx;
    int r;

    if (!fill || argc != 3 || li_crypto_init() != 0) {
        fputs("usage: bench-fill FOLDER COUNT\n", stderr);
        return 2;
    }
    /* memory that is needed again at once is not given back in between */
    mallopt(M_MMAP_THRESHOLD, 64 << 20);
    mallopt(M_TRIM_THRESHOLD, 512 << 20);
    mallopt(M_TOP_PAD, 8 << 20);
    li_log_level(LI_LOG_WARN);
    li_ctx_init(&ctx, li_arena_new(0), &clock, li_random_system());
    fill->ctx = &ctx;
    pthread_mutex_init(&fill->mutex, NULL);
    pthread_cond_init(&fill->answered, NULL);
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    r = run(fill, argv[1], strtoll(argv[2], NULL, 10));
    if (r)
        fprintf(stderr, "bench-fill: %.*s\n", LI_P(li_ctx_explain(&ctx)));
    li_random_free(ctx.random);
    li_arena_free(ctx.arena);
    free(fill);
    return r || told_to_stop ? 1 : 0;
}
