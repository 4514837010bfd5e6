/*
 * linli copy: tenants from one store into another, and their files.
 *
 * The source is read in one snapshot.  With --move a tenant is closed there first, so
 * that nothing is added behind the snapshot and it never goes on in two places; should
 * the move fail, it is opened again.  Without --move the copy is a second house with
 * the same history, for trying: the source goes on as before.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "bind/steps.h"
#include "cli/move.h"
#include "record/vault.h"
#include "store/table.h"

struct options {
    struct li_cli_where from, to;
    const char *tenant;
    bool move, open, english;
    bool rows, files; /* what is asked for */
};

/* What is opened while copying. */
struct ends {
    const char *from_store, *to_store;
    struct li_keeper_config from_files, to_files;
    struct li_store *from, *to;
    uint8_t from_master[32], to_master[32];
    struct li_copy_tenant *tenants;
    size_t count;
    bool *closed; /* by us */
};

static int read_options(struct li_cli *cli, struct options *ret)
{
    struct options o = {.english = false};
    const struct li_cli_option known[] = {
        {"--data", &o.from.data, NULL},
        {"--data-to", &o.to.data, NULL},
        {"--from", &o.from.store, NULL},
        {"--to", &o.to.store, NULL},
        {"--keys", &o.from.keys, NULL},
        {"--keys-to", &o.to.keys, NULL},
        {"--files-from", &o.from.files, NULL},
        {"--files-to", &o.to.files, NULL},
        {"--files-credentials", &o.from.credentials, NULL},
        {"--tenant", &o.tenant, NULL},
        {"--move", NULL, &o.move},
        {"--open", NULL, &o.open},
        {"--en", NULL, &o.english},
    };
    int r = li_cli_options(cli, known, sizeof(known) / sizeof(known[0]), NULL, 0, NULL);

    o.to.credentials = o.from.credentials;
    o.rows = o.to.store || o.to.data;
    o.files = o.to.files || o.to.data;
    if (r == 0 && o.open && (!o.to.store || !o.tenant || o.from.store || o.move)) {
        r = LI_FAIL(cli->ctx, LI_E_USAGE, "--open wants --to STORE and --tenant SLUG");
    }
    if (r == 0 && !o.rows && !o.files) {
        r = LI_FAIL(cli->ctx, LI_E_USAGE, "say where to: --to, --files-to or --data-to");
    }
    if (r == 0) {
        *ret = o;
    }
    return r;
}

/* ---- both ends ------------------------------------------------------------- */

/* Where everything is; the goal has the source's folder unless it is given its own. */
static int find_ends(struct li_ctx *ctx, struct options *o, struct ends *ends)
{
    int r = li_cli_store(ctx, &o->from, &ends->from_store);

    r = r ? r : li_cli_files(ctx, &o->from, o->from.files, &ends->from_files);
    if (!o->to.data) {
        o->to.data = o->from.data;
        o->to.keys = o->to.keys ? o->to.keys : o->from.keys;
        o->to.files = o->to.files ? o->to.files : ends->from_files.where;
        o->to.store = o->to.store ? o->to.store : ends->from_store;
    } else if (r == 0) {
        /* not what the environment says of the source */
        o->to.store = o->to.store ? o->to.store : li_strf(ctx, "%s/linli.db", o->to.data).ptr;
        o->to.files = o->to.files ? o->to.files : li_strf(ctx, "%s/blobs", o->to.data).ptr;
    }
    if (r == 0 && (!o->to.store || !o->to.files)) {
        r = -LI_E_NOMEM;
    }
    ends->to_store = o->to.store;
    r = r ? r : li_cli_files(ctx, &o->to, o->to.files, &ends->to_files);
    o->files = o->files && r == 0 && strcmp(ends->from_files.where, ends->to_files.where) != 0;
    if (r == 0 && o->rows && strcmp(ends->from_store, ends->to_store) == 0) {
        r = LI_FAIL(ctx, LI_E_USAGE, "source and goal are the same store");
    }
    if (r == 0 && !o->rows && !o->files) {
        r = LI_FAIL(ctx, LI_E_USAGE, "source and goal are the same");
    }
    return r;
}

static int read_key(struct li_ctx *ctx, const struct li_cli_where *where, bool make,
                    uint8_t ret[32])
{
    struct li_str keys = li_cli_keys(ctx, where);

    return keys.ptr ? li_key_master(ctx, keys.ptr, make, ret) : -LI_E_NOMEM;
}

static int is_empty(struct li_ctx *ctx, struct li_store *store, bool *ret)
{
    struct li_copy_tenant *tenants;
    struct li_conn *conn;
    size_t count = 0;
    int r = li_store_reader(ctx, store, &conn);

    if (r) {
        return r;
    }
    r = li_copy_tenants(ctx, conn, &tenants, &count);
    li_store_reader_back(store, conn);
    *ret = count == 0;
    return r;
}

static int open_from(struct li_ctx *ctx, const struct options *o, struct ends *ends)
{
    struct li_steps steps;
    int r = read_key(ctx, &o->from, false, ends->from_master);

    r = r ? r : li_store_open(ctx, ends->from_store, &ends->from);
    return r ? r : li_steps_migrate(ctx, ends->from, &steps);
}

static int open_to(struct li_ctx *ctx, const struct options *o, struct ends *ends)
{
    struct li_steps steps;
    bool empty = false;
    int r = li_dir_make(ctx, li_cli_data(&o->to));

    r = r ? r : li_store_open(ctx, ends->to_store, &ends->to);
    r = r ? r : li_steps_migrate(ctx, ends->to, &steps);
    r = r ? r : is_empty(ctx, ends->to, &empty);
    return r ? r : read_key(ctx, &o->to, empty, ends->to_master);
}

static void close_ends(struct ends *ends)
{
    li_store_close(ends->from);
    li_store_close(ends->to);
    ends->from = ends->to = NULL;
    sodium_memzero(ends->from_master, sizeof(ends->from_master));
    sodium_memzero(ends->to_master, sizeof(ends->to_master));
}

/* ---- which tenants --------------------------------------------------------- */

/* The tenant that is named, else all that are open. */
static int choose(struct li_cli_move *move, const struct options *o, struct ends *ends)
{
    struct li_ctx *ctx = move->cli->ctx;
    struct li_copy_tenant *all;
    size_t count, kept = 0;
    int r = li_copy_tenants(ctx, move->copy.from, &all, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        bool named = o->tenant && li_str_is(all[i].slug, o->tenant);

        if (all[i].head.closed && !named) {
            fprintf(stderr,
                    move->english ? "%.*s is closed here (it has moved away): left out\n"
                                  : "%.*s 在此已停用（已迁出），跳过\n",
                    LI_P(all[i].slug));
        } else if (named || !o->tenant) {
            all[kept++] = all[i];
        }
    }
    if (r == 0 && kept == 0) {
        return o->tenant ? LI_FAIL(ctx, LI_E_NOT_FOUND, "there is no tenant %s", o->tenant)
                         : LI_FAIL(ctx, LI_E_NOT_FOUND, "there is no tenant to copy");
    }
    if (r == 0) {
        ends->tenants = all;
        ends->count = kept;
        ends->closed = li_alloc_array(ctx, kept, sizeof(*ends->closed));
        r = ends->closed ? 0 : -LI_E_NOMEM;
    }
    return r;
}

/* Closes them at the source, then looks again: nothing comes behind this snapshot. */
static int close_at_source(struct li_cli_move *move, struct ends *ends)
{
    struct li_ctx *ctx = move->cli->ctx;
    int r = 0;

    for (size_t i = 0; r == 0 && i < ends->count; i++) {
        if (!ends->tenants[i].head.closed) {
            r = li_copy_close(ctx, ends->from, ends->tenants[i].id);
            ends->closed[i] = r == 0;
        }
    }
    li_rollback(move->copy.from);
    return r ? r : li_begin_long(ctx, move->copy.from);
}

/* What did not arrive goes on where it was. */
static void open_at_source(struct li_cli_move *move, struct ends *ends)
{
    struct li_store *store = NULL;
    struct li_ctx *ctx = move->cli->ctx;

    for (size_t i = 0; i < ends->count && ends->closed; i++) {
        if (!ends->closed[i]) {
            continue;
        }
        if ((!store && li_store_open(ctx, ends->from_store, &store)) ||
            li_copy_open(ctx, store, &ends->tenants[i].id, 1)) {
            fprintf(stderr,
                    move->english ? "%.*s stays closed at the source; repeat the move, or open it "
                                    "with `linli copy --open`\n"
                                  : "%.*s 在来源处仍处于停用状态：请重新执行迁移，或用 "
                                    "linli copy --open 恢复启用\n",
                    LI_P(ends->tenants[i].slug));
        }
    }
    li_store_close(store);
}

/* ---- the copy -------------------------------------------------------------- */

static int copy_files(struct li_cli_move *move, const struct ends *ends)
{
    struct li_keeper *from = NULL, *to = NULL;
    int r = li_keeper_open(move->cli->ctx, &ends->from_files, &from);

    r = r ? r : li_keeper_open(move->cli->ctx, &ends->to_files, &to);
    r = r ? r : li_cli_move_files(move, from, to, NULL, NULL);
    li_keeper_close(from);
    li_keeper_close(to);
    return r;
}

/* Only the files: whose they are says the store. */
static int name_tenants(struct li_cli_move *move, struct ends *ends)
{
    struct li_ctx *ctx = move->cli->ctx;

    move->copied = li_alloc_array(ctx, ends->count, sizeof(*move->copied));
    if (!move->copied) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < ends->count; i++) {
        move->copied[i] = (struct li_copied){.tenant = ends->tenants[i].id,
                                             .slug = ends->tenants[i].slug,
                                             .head = ends->tenants[i].head};
    }
    move->count = ends->count;
    return 0;
}

static int copy_rows(struct li_cli_move *move, const struct options *o, struct ends *ends)
{
    struct li_ctx *ctx = move->cli->ctx;
    int r = open_to(ctx, o, ends);

    if (r == 0 && o->move) {
        r = close_at_source(move, ends);
    }
    move->copy.from_master = ends->from_master;
    move->copy.to_master = ends->to_master;
    return r ? r : li_cli_move_rows(move, ends->to, ends->tenants, ends->count);
}

static int copy(struct li_cli_move *move, struct options *o, struct ends *ends)
{
    struct li_ctx *ctx = move->cli->ctx;
    int r = open_from(ctx, o, ends);

    r = r ? r : li_cli_move_from(move, ends->from);
    r = r ? r : choose(move, o, ends);
    if (r == 0) {
        r = o->rows ? copy_rows(move, o, ends) : name_tenants(move, ends);
    }
    if (r == 0 && o->files) {
        r = copy_files(move, ends);
    }
    li_cli_move_end(move);
    close_ends(ends);
    if (r == 0) {
        r = li_cli_move_arrive(move, &o->to, o->rows);
    }
    if (r && o->move) {
        open_at_source(move, ends);
    }
    return r;
}

/* A tenant that was left closed, by its name. */
static int open_by_hand(struct li_cli_move *move, const struct options *o)
{
    struct li_ctx *ctx = move->cli->ctx;
    struct ends ends = {.from_store = o->to.store};
    int r = li_store_open(ctx, ends.from_store, &ends.from);

    r = r ? r : li_cli_move_from(move, ends.from);
    r = r ? r : choose(move, o, &ends);
    li_cli_move_end(move);
    r = r ? r : li_copy_open(ctx, ends.from, &ends.tenants[0].id, 1);
    li_store_close(ends.from);
    return r;
}

int li_cli_copy(struct li_cli *cli)
{
    struct ends ends = {.from = NULL};
    struct li_cli_move move;
    struct options o;
    int r = read_options(cli, &o);

    if (r) {
        return r;
    }
    li_cli_move_begin(cli, o.english, &move);
    if (o.open) {
        return open_by_hand(&move, &o);
    }
    r = find_ends(cli->ctx, &o, &ends);
    return r ? r : copy(&move, &o, &ends);
}
