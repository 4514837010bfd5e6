/* Adopted playbooks, compiled; see library.h. */
#include "case/library.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/asset.h"
#include "base/json.h"
#include "case/case.h"
#include "record/setting.h"

LI_SQL(playbook_version,
       "select source from playbook where tenant = $1 and name = $2 and version = $3");
LI_SQL(playbook_current, "select version, source from playbook where tenant = $1 and name = $2 "
                         "order by version desc limit 1");
LI_SQL(playbook_hash, "select hash from playbook where tenant = $1 and name = $2 and version = $3");
LI_SQL(playbook_insert, "insert into playbook (tenant, name, version, hash, source, adopted_at) "
                        "values ($1, $2, $3, $4, $5, $6)");

/* The nation's working days are read with any hours; a tenant's own stand in its
 * settings. */
static const struct li_hours some_hours[] = {{9 * 60, 12 * 60}, {14 * 60, 18 * 60}};

struct shelf {
    struct shelf *next;
    int64_t tenant;
    int64_t rev; /* the tenant's, when this was seen to be the current version */
    bool current;
    const struct li_playbook *playbook;
};

struct hours {
    struct hours *next;
    int64_t tenant;
    int64_t rev; /* the tenant's, under which they were read */
    const struct li_calendar *calendar;
};

struct li_library {
    pthread_rwlock_t lock;
    struct li_arena *arena; /* compiled playbooks, under the write lock */
    struct li_ctx ctx;
    struct li_calendar *calendar;
    struct shelf *first;
    struct hours *hours; /* one a tenant */
};

static int read_calendar(struct li_library *library)
{
    struct li_ctx *ctx = &library->ctx;
    const struct li_asset *asset = NULL;
    const struct li_node *years[16];
    size_t count = 0;

    while ((asset = li_asset_next(LI_S("data/calendar/"), asset)) && count < 16) {
        struct li_node *year;
        int r = li_yaml_read(ctx, asset->path.ptr, asset->bytes, &year);
        if (r) {
            return r;
        }
        years[count++] = year;
    }
    return li_calendar_read(ctx, years, count, some_hours, 2, &library->calendar);
}

int li_library_new(struct li_ctx *ctx, struct li_library **ret)
{
    struct li_library *library = calloc(1, sizeof(*library));
    int r;

    if (!library) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for the library");
    }
    pthread_rwlock_init(&library->lock, NULL);
    library->arena = li_arena_new(0);
    if (!library->arena) {
        li_library_free(library);
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for the library");
    }
    li_ctx_init(&library->ctx, library->arena, ctx->clock, ctx->random);
    r = read_calendar(library);
    if (r) {
        r = LI_FAIL(ctx, -r, "%.*s", LI_P(li_ctx_explain(&library->ctx)));
        li_library_free(library);
        return r;
    }
    *ret = library;
    return 0;
}

void li_library_free(struct li_library *library)
{
    if (!library) {
        return;
    }
    li_arena_free(library->arena);
    pthread_rwlock_destroy(&library->lock);
    free(library);
}

static bool same_week(const struct li_week *a, const struct li_week *b)
{
    for (int day = 0; day < 7; day++) {
        if (a->counts[day] != b->counts[day] ||
            memcmp(a->spans[day], b->spans[day],
                   (size_t)a->counts[day] * sizeof(a->spans[day][0])) != 0) {
            return false;
        }
    }
    return true;
}

/* Under the write lock.  A rev that changed something else keeps the calendar; what
 * was handed out stays as it is. */
static int read_hours(struct li_ctx *ctx, struct li_library *library, struct li_conn *conn,
                      int64_t tenant, int64_t rev, const struct li_calendar **ret)
{
    struct li_office_hours set;
    struct li_calendar *calendar = NULL;
    struct hours *mine = NULL;
    struct li_week week = {.counts = {0}};
    int r = li_setting_office_hours(ctx, conn, tenant, &set);

    if (r) {
        return r;
    }
    for (int day = 0; day < 7; day++) {
        memcpy(week.spans[day], set.spans[day], sizeof(week.spans[day]));
        week.counts[day] = set.counts[day];
    }
    for (struct hours *hours = library->hours; hours; hours = hours->next) {
        mine = hours->tenant == tenant ? hours : mine;
    }
    if (mine && same_week(&mine->calendar->week, &week)) {
        mine->rev = rev;
        *ret = mine->calendar;
        return 0;
    }
    li_ctx_clear(&library->ctx);
    r = li_calendar_of_week(&library->ctx, library->calendar, &week, &calendar);
    if (r) {
        return LI_FAIL(ctx, -r, "%.*s", LI_P(li_ctx_explain(&library->ctx)));
    }
    if (!mine) {
        mine = LI_NEW(library->arena, struct hours);
        if (!mine) {
            return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a calendar");
        }
        *mine = (struct hours){.next = library->hours, .tenant = tenant};
        library->hours = mine;
    }
    mine->rev = rev;
    mine->calendar = calendar;
    *ret = calendar;
    return 0;
}

int li_library_calendar(struct li_ctx *ctx, struct li_library *library, struct li_conn *conn,
                        int64_t tenant, const struct li_calendar **ret)
{
    const struct li_calendar *calendar = NULL;
    int64_t rev;
    int r = li_tenant_rev(ctx, conn, tenant, &rev);

    if (r) {
        return r;
    }
    pthread_rwlock_rdlock(&library->lock);
    for (const struct hours *hours = library->hours; hours; hours = hours->next) {
        calendar = hours->tenant == tenant && hours->rev == rev ? hours->calendar : calendar;
    }
    pthread_rwlock_unlock(&library->lock);
    if (calendar) {
        *ret = calendar;
        return 0;
    }
    pthread_rwlock_wrlock(&library->lock);
    r = read_hours(ctx, library, conn, tenant, rev, ret);
    pthread_rwlock_unlock(&library->lock);
    return r;
}

static const struct li_playbook *on_shelf(const struct li_library *library, int64_t tenant,
                                          struct li_str name, int version, int64_t rev)
{
    for (const struct shelf *shelf = library->first; shelf; shelf = shelf->next) {
        if (shelf->tenant != tenant || !li_str_eq(shelf->playbook->name, name)) {
            continue;
        }
        if (version ? shelf->playbook->version == version : shelf->current && shelf->rev == rev) {
            return shelf->playbook;
        }
    }
    return NULL;
}

/* Under the write lock: compiles a source and puts it on the shelf. */
static int shelve(struct li_ctx *ctx, struct li_library *library, int64_t tenant,
                  struct li_str source, struct shelf **ret)
{
    struct shelf *shelf = LI_NEW(library->arena, struct shelf);
    struct li_playbook *playbook;
    int r;

    li_ctx_clear(&library->ctx);
    source = li_str_dup(&library->ctx, source);
    if (!shelf || !source.ptr) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a playbook");
    }
    r = li_playbook_load(&library->ctx, "adopted playbook", source, &playbook);
    if (r) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "an adopted playbook does not load: %.*s",
                       LI_P(li_ctx_explain(&library->ctx)));
    }
    *shelf = (struct shelf){.next = library->first, .tenant = tenant, .playbook = playbook};
    library->first = shelf;
    *ret = shelf;
    return 0;
}

static struct shelf *shelf_of(struct li_library *library, int64_t tenant, struct li_str name,
                              int version)
{
    for (struct shelf *shelf = library->first; shelf; shelf = shelf->next) {
        if (shelf->tenant == tenant && shelf->playbook->version == version &&
            li_str_eq(shelf->playbook->name, name)) {
            return shelf;
        }
    }
    return NULL;
}

static void mark_current(struct li_library *library, struct shelf *current, int64_t rev)
{
    for (struct shelf *shelf = library->first; shelf; shelf = shelf->next) {
        if (shelf->tenant == current->tenant &&
            li_str_eq(shelf->playbook->name, current->playbook->name)) {
            shelf->current = false;
        }
    }
    current->current = true;
    current->rev = rev;
}

/* Under the write lock: reads the wanted version from the store. */
static int fetch(struct li_ctx *ctx, struct li_library *library, struct li_conn *conn,
                 int64_t tenant, struct li_str name, int version, int64_t rev,
                 const struct li_playbook **ret)
{
    struct li_rows *rows;
    struct shelf *shelf;
    int r = version ? li_query_one(ctx, conn, &playbook_version,
                                   LI_ARGS(li_v(tenant), li_v_text(name), li_v(version)), &rows)
                    : li_query_one(ctx, conn, &playbook_current,
                                   LI_ARGS(li_v(tenant), li_v_text(name)), &rows);

    if (r) {
        return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_NOT_FOUND, "no playbook %.*s", LI_P(name))
                                    : r;
    }
    shelf = shelf_of(library, tenant, name, version ? version : (int)li_col_i64(rows, 0));
    if (!shelf) {
        r = shelve(ctx, library, tenant, li_col_str(rows, version ? 0 : 1), &shelf);
    }
    li_rows_done(rows);
    if (r == 0) {
        if (!version) {
            mark_current(library, shelf, rev);
        }
        *ret = shelf->playbook;
    }
    return r;
}

int li_library_find(struct li_ctx *ctx, struct li_library *library, struct li_conn *conn,
                    int64_t tenant, struct li_str name, int version, const struct li_playbook **ret)
{
    const struct li_playbook *playbook;
    int64_t rev = 0;
    int r = version ? 0 : li_tenant_rev(ctx, conn, tenant, &rev);

    if (r) {
        return r;
    }
    pthread_rwlock_rdlock(&library->lock);
    playbook = on_shelf(library, tenant, name, version, rev);
    pthread_rwlock_unlock(&library->lock);
    if (!playbook) {
        pthread_rwlock_wrlock(&library->lock);
        r = fetch(ctx, library, conn, tenant, name, version, rev, &playbook);
        pthread_rwlock_unlock(&library->lock);
    }
    if (r == 0) {
        *ret = playbook;
    }
    return r;
}

/* ---- adopting -------------------------------------------------------------- */

struct adoption {
    struct li_playbook *playbook;
    struct li_str source;
};

static int adopt_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    const struct li_adopt_args *adopt = args;
    struct adoption *plan = li_alloc(ctx, sizeof(*plan));
    struct li_rows *rows;
    const char *name;
    int r;

    if (!plan) {
        return -LI_E_NOMEM;
    }
    plan->source = adopt->source;
    name = li_str_c(ctx, adopt->name);
    r = name ? li_playbook_load(ctx, name, adopt->source, &plan->playbook) : -LI_E_NOMEM;
    if (r == 0) {
        r = li_case_effects_check(ctx, li_bound(tx->record)->effects, plan->playbook);
    }
    if (r) {
        return r;
    }
    r = li_query_one(
        ctx, tx->conn, &playbook_hash,
        LI_ARGS(li_v(tx->tenant), li_v_text(plan->playbook->name), li_v(plan->playbook->version)),
        &rows);
    if (r == 0) {
        bool same = li_str_eq(li_col_str(rows, 0), li_hash_view(&plan->playbook->hash));
        li_rows_done(rows);
        return LI_FAIL(ctx, LI_E_UNIQUE, "version %d of %.*s is adopted already%s",
                       plan->playbook->version, LI_P(plan->playbook->name),
                       same ? "" : " with another structure: give it a new number");
    }
    if (r == -LI_E_NOT_FOUND) {
        *ret_plan = plan;
        r = 0;
    }
    return r;
}

static int adopt_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    const struct adoption *adoption = plan;
    const struct li_playbook *playbook = adoption->playbook;
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;
    int r;

    if (!buf) {
        return -LI_E_NOMEM;
    }
    r = li_exec(ctx, tx->conn, &playbook_insert,
                LI_ARGS(li_v(tx->tenant), li_v_text(playbook->name), li_v(playbook->version),
                        li_v_blob(li_hash_view(&playbook->hash)), li_v_blob(adoption->source),
                        li_v(tx->now)),
                NULL);
    if (r == 0) {
        r = li_tenant_touch(ctx, tx);
    }
    if (r) {
        return r;
    }
    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    li_json_key(&json, "hash");
    li_json_hash(&json, &playbook->hash);
    li_json_put_text(&json, "playbook", playbook->name);
    li_json_put_int(&json, "version", playbook->version);
    li_json_close_map(&json);
    ret->entity = tx->tenant;
    ret->payload = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}

const struct li_command li_playbook_adopt = {
    .name = "playbook.adopt",
    .decide = adopt_decide,
    .write = adopt_write,
};
