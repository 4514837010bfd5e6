/* Adopted playbooks, compiled; see library.h. */
#include "case/library.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/asset.h"
#include "base/grow.h"
#include "base/json.h"
#include "case/child.h"
#include "case/deadline.h"
#include "case/rhythm.h"
#include "record/sample.h"
#include "record/setting.h"

LI_SQL(playbook_version,
       "select source from playbook where tenant = $1 and name = $2 and version = $3");
LI_SQL(playbook_current, "select version, source from playbook where tenant = $1 and name = $2 "
                         "order by version desc limit 1");
LI_SQL(playbook_names, "select name from playbook where tenant = $1 group by name order by name");
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
    struct li_hash source; /* of its text; tenants with the same one share what was compiled */
    const struct li_playbook *playbook;
};

/* Beyond what any office adopts: every version compiled is kept while the server runs. */
#define LIBRARY_MOST ((size_t)1 << 28) /* bytes */

struct hours {
    struct hours *next;
    int64_t tenant;
    int64_t rev; /* the tenant's, under which they were read */
    const struct li_calendar *calendar;
};

struct tables {
    struct tables *next;
    int64_t tenant;
    int64_t rev;
    struct li_deadlines rows;
};

struct draws {
    struct draws *next;
    int64_t tenant;
    int64_t rev;
    struct li_sampling sampling;
};

struct li_library {
    pthread_rwlock_t lock;
    struct li_arena *arena; /* compiled playbooks, under the write lock */
    struct li_ctx ctx;
    struct li_calendar *calendar;
    struct shelf *first;
    struct hours *hours; /* one a tenant */
    struct tables *tables;
    struct draws *draws; /* the newest of a tenant first */
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
    library->arena = li_arena_new(LIBRARY_MOST);
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

/* The nation's days with the tenant's own. */
static int days_of(struct li_ctx *ctx, struct li_library *library, struct li_conn *conn,
                   int64_t tenant, const struct li_calendar **ret)
{
    struct li_calendar *own;
    struct li_day_rule *rules;
    size_t count;
    int r = li_setting_own_days(ctx, conn, tenant, &rules, &count);

    if (r || count == 0) {
        *ret = library->calendar;
        return r;
    }
    r = li_calendar_of_days(ctx, library->calendar, rules, count, &own);
    if (r == 0) {
        *ret = own;
    }
    return r;
}

static bool same_days(const struct li_calendar *a, const struct li_calendar *b)
{
    return a->marks == b->marks ||
           memcmp(a->marks, b->marks, (size_t)(a->last_day - a->first_day) + 1) == 0;
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
    const struct li_calendar *days = NULL;
    struct hours *mine = NULL;
    struct li_week week = {.counts = {0}};
    int r = li_setting_office_hours(ctx, conn, tenant, &set);

    r = r ? r : days_of(ctx, library, conn, tenant, &days);
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
    if (mine && same_week(&mine->calendar->week, &week) && same_days(mine->calendar, days)) {
        mine->rev = rev;
        *ret = mine->calendar;
        return 0;
    }
    li_ctx_clear(&library->ctx);
    r = li_calendar_of_week(&library->ctx, days, &week, &calendar);
    if (r == 0 && days != library->calendar) { /* kept as long as the library, not as `ctx` */
        r = li_calendar_of_days(&library->ctx, calendar, NULL, 0, &calendar);
    }
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

static bool same_line(const struct li_deadline *a, const struct li_deadline *b)
{
    return li_str_eq(a->name, b->name) && li_str_eq(a->edition, b->edition) &&
           li_str_eq(a->stage, b->stage) && li_str_eq(a->class, b->class) &&
           li_str_eq(a->level, b->level) && a->length.amount == b->length.amount &&
           a->length.unit == b->length.unit && a->length.kind == b->length.kind &&
           a->number == b->number && a->since == b->since && a->until == b->until;
}

static bool same_lines(const struct li_deadlines *a, const struct li_deadlines *b)
{
    bool same = a->count == b->count;

    for (size_t i = 0; same && i < a->count; i++) {
        same = same_line(&a->rows[i], &b->rows[i]);
    }
    return same;
}

/* Under the write lock.  What was handed out stays; a rev that changed something else keeps
 * the tables that are there, or a server would hold one copy for every change. */
static int read_tables(struct li_ctx *ctx, struct li_library *library, struct li_conn *conn,
                       int64_t tenant, int64_t rev, const struct li_deadlines **ret)
{
    struct tables *tables = library->tables;
    struct li_deadlines rows;
    int r = li_deadline_list(ctx, conn, tenant, &rows);

    while (tables && tables->tenant != tenant) { /* the newest of a tenant stands first */
        tables = tables->next;
    }
    if (r == 0 && tables && same_lines(&tables->rows, &rows)) {
        tables->rev = rev;
        *ret = &tables->rows;
        return 0;
    }
    li_ctx_clear(&library->ctx);
    r = r ? r : li_deadline_list(&library->ctx, conn, tenant, &rows);
    tables = r ? NULL : LI_NEW(library->arena, struct tables);
    if (!tables) {
        return LI_FAIL(ctx, r ? -r : LI_E_NOMEM, "the tables of deadlines cannot be read");
    }
    *tables = (struct tables){.next = library->tables, .tenant = tenant, .rev = rev, .rows = rows};
    library->tables = tables;
    *ret = &tables->rows;
    return 0;
}

int li_library_deadlines(struct li_ctx *ctx, struct li_library *library, struct li_conn *conn,
                         int64_t tenant, const struct li_deadlines **ret)
{
    const struct li_deadlines *found = NULL;
    int64_t rev;
    int r = li_tenant_rev(ctx, conn, tenant, &rev);

    if (r) {
        return r;
    }
    pthread_rwlock_rdlock(&library->lock);
    for (const struct tables *tables = library->tables; tables && !found; tables = tables->next) {
        found = tables->tenant == tenant && tables->rev == rev ? &tables->rows : NULL;
    }
    pthread_rwlock_unlock(&library->lock);
    if (found) {
        *ret = found;
        return 0;
    }
    pthread_rwlock_wrlock(&library->lock);
    r = read_tables(ctx, library, conn, tenant, rev, ret);
    pthread_rwlock_unlock(&library->lock);
    return r;
}

/* Under the write lock.  A chain once read stays; a rev that changed something else keeps
 * what is there. */
static int read_draws(struct li_ctx *ctx, struct li_library *library, struct li_record *record,
                      struct li_conn *conn, int64_t tenant, int64_t rev,
                      const struct li_sampling **ret)
{
    struct draws *known = library->draws, *draws;
    struct li_draw_chain *chain = NULL;
    struct li_node *scale;
    int r = li_setting_get(ctx, conn, tenant, "spot_checks", &scale);

    while (known && known->tenant != tenant) {
        known = known->next;
    }
    if (r == 0 && !(known && known->sampling.chain)) {
        chain = LI_NEW(library->arena, struct li_draw_chain);
        r = chain ? li_sample_chain(ctx, record, conn, tenant, chain) : -LI_E_NOMEM;
    }
    if (r && r != -LI_E_NOT_FOUND) {
        return r;
    }
    chain = r ? NULL : chain;
    if (known && known->sampling.scale == scale->number && !chain) {
        known->rev = rev;
        *ret = &known->sampling;
        return 0;
    }
    draws = LI_NEW(library->arena, struct draws);
    if (!draws) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for draws");
    }
    *draws = (struct draws){.next = library->draws,
                            .tenant = tenant,
                            .rev = rev,
                            .sampling = {.scale = (int)scale->number,
                                         .chain = chain   ? chain
                                                  : known ? known->sampling.chain
                                                          : NULL}};
    library->draws = draws;
    *ret = &draws->sampling;
    return 0;
}

int li_library_sampling(struct li_ctx *ctx, struct li_library *library, struct li_record *record,
                        struct li_conn *conn, int64_t tenant, int64_t rev,
                        const struct li_sampling **ret)
{
    const struct draws *draws;
    int r = 0;

    pthread_rwlock_rdlock(&library->lock);
    draws = library->draws;
    while (draws && (draws->tenant != tenant || draws->rev != rev)) {
        draws = draws->next;
    }
    pthread_rwlock_unlock(&library->lock);
    if (draws) {
        *ret = &draws->sampling;
        return 0;
    }
    pthread_rwlock_wrlock(&library->lock);
    r = read_draws(ctx, library, record, conn, tenant, rev, ret);
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

static const struct li_playbook *compiled(const struct li_library *library,
                                          const struct li_hash *source)
{
    for (const struct shelf *shelf = library->first; shelf; shelf = shelf->next) {
        if (li_hash_eq(&shelf->source, source)) {
            return shelf->playbook;
        }
    }
    return NULL;
}

/* Under the write lock: compiles a source that no tenant has on its shelf yet. */
static int compile(struct li_ctx *ctx, struct li_library *library, struct li_str source,
                   const struct li_playbook **ret)
{
    struct li_playbook *playbook;
    int r;

    li_ctx_clear(&library->ctx);
    source = li_str_dup(&library->ctx, source);
    if (!source.ptr) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a playbook");
    }
    r = li_playbook_load(&library->ctx, "adopted playbook", source, &playbook);
    if (r) {
        return LI_FAIL(ctx, r == -LI_E_NOMEM ? LI_E_NOMEM : LI_E_CORRUPT,
                       "an adopted playbook does not load: %.*s",
                       LI_P(li_ctx_explain(&library->ctx)));
    }
    *ret = playbook;
    return 0;
}

/* Under the write lock: puts a tenant's playbook on the shelf. */
static int shelve(struct li_ctx *ctx, struct li_library *library, int64_t tenant,
                  struct li_str source, struct shelf **ret)
{
    struct li_hash hash = li_hash_of(source);
    const struct li_playbook *playbook = compiled(library, &hash);
    struct shelf *shelf = LI_NEW(library->arena, struct shelf);
    int r = shelf ? 0 : LI_FAIL(ctx, LI_E_NOMEM, "no memory for a playbook");

    if (r == 0 && !playbook) {
        r = compile(ctx, library, source, &playbook);
    }
    if (r) {
        return r;
    }
    *shelf = (struct shelf){
        .next = library->first, .tenant = tenant, .source = hash, .playbook = playbook};
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

int li_library_names(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str **ret,
                     size_t *ret_count)
{
    struct li_str *all = NULL;
    size_t count = 0, cap = 0;
    struct li_rows *rows;
    int r = li_query(ctx, conn, &playbook_names, LI_ARGS(li_v(tenant)), &rows);

    if (r) {
        return r;
    }
    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_str *more = li_grow(ctx, all, count, &cap, sizeof(*all));
        all = more ? more : all;
        r = more ? 0 : -LI_E_NOMEM;
        if (r == 0) {
            all[count] = li_col_dup(ctx, rows, 0);
            r = all[count++].ptr ? 0 : -LI_E_NOMEM;
        }
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

struct adoption {
    struct li_playbook *playbook;
    struct li_str source;
    struct li_draw_chain *chain; /* that begins with it; NULL: none */
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
        return LI_FAIL(ctx, same ? LI_E_UNIQUE : LI_E_STATE,
                       "version %d of %.*s is adopted already%s", plan->playbook->version,
                       LI_P(plan->playbook->name),
                       same ? "" : " with another structure: give it a new number");
    }
    if (r == -LI_E_NOT_FOUND) {
        *ret_plan = plan;
        r = li_case_spawns_check(ctx, tx, plan->playbook);
        r = r ? r : li_case_books_check(ctx, tx, plan->playbook);
        r = r ? r : li_case_reads_check(ctx, tx, plan->playbook);
    }
    if (r == 0 && (plan->playbook->sample_count || plan->playbook->draws_rows)) {
        r = li_sample_begin(ctx, tx, &plan->chain);
    }
    return r;
}

static int adopt_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    const struct adoption *adoption = plan;
    const struct li_playbook *playbook = adoption->playbook;
    struct li_json json;
    int r = li_exec(ctx, tx->conn, &playbook_insert,
                    LI_ARGS(li_v(tx->tenant), li_v_text(playbook->name), li_v(playbook->version),
                            li_v_blob(li_hash_view(&playbook->hash)), li_v_blob(adoption->source),
                            li_v(tx->now)),
                    NULL);

    r = r ? r : li_rhythm_adopt(ctx, tx, playbook);
    if (r == 0 && adoption->chain) {
        r = li_sample_write(ctx, tx, adoption->chain);
    }
    r = r ? r : li_tenant_touch(ctx, tx);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    r = li_case_books_keep(ctx, tx, playbook, &json);
    if (r) {
        return r;
    }
    if (adoption->chain) {
        li_sample_put(&json, adoption->chain);
    }
    li_json_key(&json, "hash");
    li_json_hash(&json, &playbook->hash);
    li_json_put_text(&json, "playbook", playbook->name);
    li_json_put_int(&json, "version", playbook->version);
    ret->entity = tx->tenant;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_playbook_adopt = {
    .name = "playbook.adopt",
    .decide = adopt_decide,
    .write = adopt_write,
};
