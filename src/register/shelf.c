/*
 * Adopted registers, compiled and kept.
 *
 * Unlike a case, a row follows the register as it is now: who may see, columns and
 * texts are those of the newest version, and so are its fields.  What was handed out
 * stays for the life of the process.
 */
#include <pthread.h>
#include <stdlib.h>

#include "base/grow.h"
#include "base/json.h"
#include "record/tenant.h"
#include "register/inside.h"

LI_SQL(register_current, "select version, source from register_def where tenant = $1 and name = $2 "
                         "order by version desc limit 1");
LI_SQL(register_names, "select distinct name from register_def where tenant = $1 order by name");
LI_SQL(register_hash, "select hash from register_def where tenant = $1 and name = $2 "
                      "and version = $3");
LI_SQL(register_newest,
       "select coalesce(max(version), 0) from register_def where tenant = $1 and name = $2");
LI_SQL(register_insert, "insert into register_def (tenant, name, version, hash, source, "
                        "adopted_at) values ($1, $2, $3, $4, $5, $6)");

struct shelf {
    struct shelf *next;
    int64_t tenant;
    int64_t rev; /* the tenant's, when this was seen to be the newest; 0: it is not */
    const struct li_register *reg;
};

struct li_registers {
    pthread_rwlock_t lock;
    struct li_arena *arena; /* under the write lock */
    struct li_ctx ctx;
    struct shelf *first;
};

struct li_registers *li_registers_new(void)
{
    struct li_registers *all = calloc(1, sizeof(*all));

    if (!all)
        return NULL;
    pthread_rwlock_init(&all->lock, NULL);
    all->arena = li_arena_new(0);
    if (!all->arena) {
        li_registers_free(all);
        return NULL;
    }
    li_ctx_init(&all->ctx, all->arena, NULL, NULL);
    return all;
}

void li_registers_free(struct li_registers *all)
{
    if (!all)
        return;
    li_arena_free(all->arena);
    pthread_rwlock_destroy(&all->lock);
    free(all);
}

static struct li_registers *shelf_of(struct li_record *record)
{
    const struct li_register_bound *bound = li_record_bound(record);

    return bound->registers;
}

static const struct li_register *on_shelf(const struct li_registers *all, int64_t tenant,
                                          struct li_str name, int64_t rev)
{
    for (const struct shelf *shelf = all->first; shelf; shelf = shelf->next) {
        if (shelf->tenant == tenant && shelf->rev == rev && li_str_eq(shelf->reg->form.name, name))
            return shelf->reg;
    }
    return NULL;
}

static int compile(struct li_ctx *ctx, struct li_registers *all, int64_t tenant,
                   struct li_str source, struct shelf **ret)
{
    struct shelf *shelf = LI_NEW(all->arena, struct shelf);
    struct li_register *reg;
    int r;

    li_ctx_clear(&all->ctx);
    source = li_str_dup(&all->ctx, source);
    if (!shelf || !source.ptr)
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a register");
    r = li_register_load(&all->ctx, "adopted register", source, &reg);
    if (r)
        return LI_FAIL(ctx, LI_E_CORRUPT, "an adopted register does not load: %.*s",
                       LI_P(li_ctx_explain(&all->ctx)));
    *shelf = (struct shelf){.next = all->first, .tenant = tenant, .reg = reg};
    all->first = shelf;
    *ret = shelf;
    return 0;
}

/* Under the write lock: the newest version, compiled now unless it is there. */
static int fetch(struct li_ctx *ctx, struct li_registers *all, struct li_conn *conn, int64_t tenant,
                 struct li_str name, int64_t rev, const struct li_register **ret)
{
    struct li_rows *rows;
    struct shelf *found = NULL;
    int r =
        li_query_one(ctx, conn, &register_current, LI_ARGS(li_v(tenant), li_v_text(name)), &rows);

    if (r == -LI_E_NOT_FOUND)
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no register %.*s", LI_P(name));
    if (r)
        return r;
    for (struct shelf *shelf = all->first; shelf; shelf = shelf->next) {
        if (shelf->tenant != tenant || !li_str_eq(shelf->reg->form.name, name))
            continue;
        shelf->rev = 0;
        if (shelf->reg->form.version == li_col_i64(rows, 0))
            found = shelf;
    }
    if (!found)
        r = compile(ctx, all, tenant, li_col_str(rows, 1), &found);
    li_rows_done(rows);
    if (r == 0) {
        found->rev = rev;
        *ret = found->reg;
    }
    return r;
}

int li_register_find(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                     int64_t tenant, struct li_str name, const struct li_register **ret)
{
    struct li_registers *all = shelf_of(record);
    const struct li_register *reg;
    int64_t rev;
    int r = li_tenant_rev(ctx, conn, tenant, &rev);

    if (r)
        return r;
    pthread_rwlock_rdlock(&all->lock);
    reg = on_shelf(all, tenant, name, rev);
    pthread_rwlock_unlock(&all->lock);
    if (!reg) {
        pthread_rwlock_wrlock(&all->lock);
        r = fetch(ctx, all, conn, tenant, name, rev, &reg);
        pthread_rwlock_unlock(&all->lock);
    }
    if (r == 0)
        *ret = reg;
    return r;
}

int li_register_all(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, const struct li_register **ret, size_t *ret_count)
{
    struct li_str names[LI_REGISTERS];
    struct li_rows *rows;
    size_t count = 0;
    int r = li_query(ctx, conn, &register_names, LI_ARGS(li_v(tenant)), &rows);

    if (r)
        return r;
    while (count < LI_REGISTERS && (r = li_rows_next(ctx, rows)) > 0) {
        names[count] = li_col_dup(ctx, rows, 0);
        if (!names[count++].ptr) {
            r = -LI_E_NOMEM;
            break;
        }
        r = 0;
    }
    li_rows_done(rows);
    for (size_t i = 0; r == 0 && i < count; i++)
        r = li_register_find(ctx, record, conn, tenant, names[i], &ret[i]);
    if (r == 0)
        *ret_count = count;
    return r;
}

/* The first word of a file that is no comment. */
bool li_register_is(struct li_str source)
{
    while (source.ptr) {
        struct li_str line = li_str_cut(&source, '\n');
        if (line.len && line.ptr[0] != '#' && li_str_trim(line).len)
            return li_str_starts(line, LI_S("register:"));
    }
    return false;
}

/* ---- register.adopt ------------------------------------------------------------- */

struct adoption {
    struct li_register *reg;
    struct li_str source;
};

/* A version once used cannot be given other content, and none goes back. */
static int check_version(struct li_ctx *ctx, const struct li_tx *tx, const struct li_register *reg)
{
    struct li_rows *rows;
    int64_t newest = 0;
    bool same = false;
    int r = li_query_one(ctx, tx->conn, &register_newest,
                         LI_ARGS(li_v(tx->tenant), li_v_text(reg->form.name)), &rows);

    if (r)
        return r;
    newest = li_col_i64(rows, 0);
    li_rows_done(rows);
    if (reg->form.version > newest)
        return 0;
    r = li_query_one(ctx, tx->conn, &register_hash,
                     LI_ARGS(li_v(tx->tenant), li_v_text(reg->form.name), li_v(reg->form.version)),
                     &rows);
    if (r == 0) {
        same = li_str_eq(li_col_str(rows, 0), li_hash_view(&reg->form.hash));
        li_rows_done(rows);
    }
    if (r && r != -LI_E_NOT_FOUND)
        return r;
    return LI_FAIL(ctx, same ? LI_E_UNIQUE : LI_E_STATE,
                   "version %d of the register %.*s is adopted already%s", reg->form.version,
                   LI_P(reg->form.name), same ? "" : " with other content: give it a new number");
}

static int adopt_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    const struct li_register_adopt_args *adopt = args;
    struct adoption *plan = li_alloc(ctx, sizeof(*plan));
    const char *name = li_str_c(ctx, adopt->name);
    int r = plan && name ? li_register_load(ctx, name, adopt->source, &plan->reg) : -LI_E_NOMEM;

    r = r ? r : check_version(ctx, tx, plan->reg);
    if (r == 0) {
        plan->source = adopt->source;
        *ret_plan = plan;
    }
    return r;
}

static int adopt_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    const struct adoption *adoption = plan;
    const struct li_playbook *form = &adoption->reg->form;
    struct li_json json;
    int r = li_exec(ctx, tx->conn, &register_insert,
                    LI_ARGS(li_v(tx->tenant), li_v_text(form->name), li_v(form->version),
                            li_v_blob(li_hash_view(&form->hash)), li_v_blob(adoption->source),
                            li_v(tx->now)),
                    NULL);

    r = r ? r : li_tenant_touch(ctx, tx);
    r = r ? r : li_json_begin(ctx, &json);
    if (r)
        return r;
    li_json_key(&json, "hash");
    li_json_hash(&json, &form->hash);
    li_json_put_text(&json, "register", form->name);
    li_json_put_int(&json, "version", form->version);
    ret->entity = tx->tenant;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_register_adopt = {
    .name = "register.adopt",
    .decide = adopt_decide,
    .write = adopt_write,
};
