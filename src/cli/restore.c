/*
 * linli restore: a backup into an empty store, and whether it would be whole.
 *
 * Every sum is checked before anything is written.  Rows go through the same machinery
 * as a copy, so they may go onto either engine and are verified on arrival.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bind/steps.h"
#include "cli/backup.h"
#include "cli/move.h"
#include "record/vault.h"

struct restore {
    struct li_cli_move move;
    struct li_cli_where where;
    const char *from; /* the folder */
    struct li_store *rows, *to;
    struct li_keeper *from_files, *to_files;
    const char *upgraded; /* a copy of the rows, of the newest schema; NULL: none was needed */
};

/* ---- sums ------------------------------------------------------------------ */

static int check_line(struct restore *restore, struct li_str line)
{
    struct li_ctx *ctx = restore->move.cli->ctx;
    char sum[LI_SHA256_TEXT + 1];
    struct li_str path;
    int r;

    if (line.len < LI_SHA256_TEXT + 3 || memmem(line.ptr, line.len, "..", 2) ||
        line.ptr[LI_SHA256_TEXT + 2] == '/') {
        return LI_FAIL(ctx, LI_E_CORRUPT, "%s/%s cannot be read", restore->from, LI_BACKUP_SUMS);
    }
    path = li_strf(ctx, "%s/%.*s", restore->from, (int)(line.len - LI_SHA256_TEXT - 2),
                   line.ptr + LI_SHA256_TEXT + 2);
    r = path.ptr ? li_cli_sha256_file(ctx, path.ptr, sum) : -LI_E_NOMEM;
    if (r == 0 && memcmp(sum, line.ptr, LI_SHA256_TEXT) != 0) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "%s is not what was backed up", path.ptr);
    }
    return r;
}

/* Files one after the other, in memory that is given back. */
static int check_sums(struct restore *restore)
{
    struct li_ctx *ctx = restore->move.cli->ctx, *outer = ctx, step;
    struct li_str path = li_strf(ctx, "%s/%s", restore->from, LI_BACKUP_SUMS), all, rest;
    struct li_arena *arena = li_arena_new(0);
    bool rows = false;
    int r = path.ptr && arena ? li_file_read(ctx, path.ptr, (size_t)1 << 30, &all) : -LI_E_NOMEM;

    li_ctx_init(&step, arena, ctx->clock, ctx->random);
    restore->move.cli->ctx = &step;
    for (rest = r ? (struct li_str){0} : all; r == 0 && rest.ptr && rest.len;) {
        struct li_str line = li_str_cut(&rest, '\n');

        rows |= li_str_ends(line, LI_S("  " LI_BACKUP_ROWS));
        li_arena_reset(arena);
        r = line.len ? check_line(restore, line) : 0;
        li_cli_bar_tell(&restore->move.bar, restore->move.english ? "sums" : "校验",
                        (int64_t)(all.len - (rest.ptr ? rest.len : 0)), (int64_t)all.len);
    }
    restore->move.cli->ctx = outer;
    li_cli_bar_wipe(&restore->move.bar);
    if (r && step.error_count) {
        r = LI_FAIL(ctx, -r, "%.*s", LI_P(li_ctx_explain(&step)));
    }
    li_arena_free(arena);
    return r == 0 && !rows ? LI_FAIL(ctx, LI_E_CORRUPT, "%s holds no %s", path.ptr, LI_BACKUP_ROWS)
                           : r;
}

/* ---- the rows -------------------------------------------------------------- */

static int copy_file(struct li_ctx *ctx, const char *from, const char *to)
{
    char *part = li_alloc(ctx, 1 << 16);
    FILE *in = fopen(from, "rbe"), *out = in ? fopen(to, "wbe") : NULL;
    size_t len;
    bool bad = !out || !part;

    while (!bad && (len = fread(part, 1, 1 << 16, in)) > 0) {
        bad = fwrite(part, 1, len, out) != len;
    }
    bad |= in && ferror(in);
    if (in) {
        fclose(in);
    }
    bad |= out && fclose(out) != 0;
    return bad ? LI_FAIL(ctx, LI_E_IO, "cannot copy %s to %s", from, to) : 0;
}

/* A backup of an older linli: its steps are run on a copy beside the goal's data. */
static int upgrade(struct restore *restore, const char *path)
{
    struct li_ctx *ctx = restore->move.cli->ctx;
    struct li_steps steps;
    struct li_str copy = li_strf(ctx, "%s/restore.db", li_cli_data(&restore->where));
    int r = copy.ptr ? copy_file(ctx, path, copy.ptr) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    restore->upgraded = copy.ptr;
    r = li_store_open_as(ctx, copy.ptr, LI_STORE_ARCHIVE, &restore->rows);
    return r ? r : li_steps_migrate(ctx, restore->rows, &steps);
}

static int open_rows(struct restore *restore)
{
    struct li_ctx *ctx = restore->move.cli->ctx;
    struct li_str path = li_strf(ctx, "%s/%s", restore->from, LI_BACKUP_ROWS);
    struct li_steps steps;
    int r = path.ptr ? li_store_open_as(ctx, path.ptr, LI_STORE_LOOK, &restore->rows) : -LI_E_NOMEM;

    r = r ? r : li_steps_look(ctx, restore->rows, &steps);
    if (r == 0 && steps.before < steps.steps[steps.count - 1].number) {
        li_store_close(restore->rows);
        restore->rows = NULL;
        r = upgrade(restore, path.ptr);
    }
    return r ? r : li_cli_move_from(&restore->move, restore->rows);
}

/* Only what an interrupted restore left may be there. */
static int check_empty(struct restore *restore)
{
    struct li_ctx *ctx = restore->move.cli->ctx;
    struct li_copy_tenant *tenants;
    struct li_conn *conn;
    size_t count = 0;
    int r = li_store_reader(ctx, restore->to, &conn);

    if (r) {
        return r;
    }
    r = li_copy_tenants(ctx, conn, &tenants, &count);
    li_store_reader_back(restore->to, conn);
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (!tenants[i].head.closed) {
            r = LI_FAIL(ctx, LI_E_UNIQUE,
                        "there is %.*s already: a backup is restored into an "
                        "empty store",
                        LI_P(tenants[i].slug));
        }
    }
    return r;
}

static int check_key(struct restore *restore)
{
    struct li_ctx *ctx = restore->move.cli->ctx;
    struct li_str keys = li_cli_keys(ctx, &restore->where);
    uint8_t master[32];
    int r = keys.ptr ? li_key_master(ctx, keys.ptr, false, master) : -LI_E_NOMEM;

    explicit_bzero(master, sizeof(master));
    return r == -LI_E_NOT_FOUND
               ? LI_FAIL(ctx, LI_E_NOT_FOUND,
                         "the master key is no part of a backup: put it to %s/master.key", keys.ptr)
               : r;
}

static int open_goal(struct restore *restore)
{
    struct li_ctx *ctx = restore->move.cli->ctx;
    struct li_steps steps;
    const char *store;
    int r = li_cli_store(ctx, &restore->where, &store);

    r = r ? r : li_dir_make(ctx, li_cli_data(&restore->where));
    r = r ? r : li_store_open(ctx, store, &restore->to);
    r = r ? r : li_steps_migrate(ctx, restore->to, &steps);
    return r ? r : check_empty(restore);
}

static int bring_files(struct restore *restore)
{
    struct li_ctx *ctx = restore->move.cli->ctx;
    struct li_str path = li_strf(ctx, "%s/%s", restore->from, LI_BACKUP_FILES);
    const struct li_keeper_config from = {.where = path.ptr};
    struct li_keeper_config to;
    int r = path.ptr ? li_cli_files(ctx, &restore->where, restore->where.files, &to) : -LI_E_NOMEM;

    r = r ? r : li_keeper_open(ctx, &from, &restore->from_files);
    r = r ? r : li_keeper_open(ctx, &to, &restore->to_files);
    return r ? r
             : li_cli_move_files(&restore->move, restore->from_files, restore->to_files, NULL,
                                 NULL);
}

static int bring(struct restore *restore)
{
    struct li_ctx *ctx = restore->move.cli->ctx;
    struct li_copy_tenant *tenants;
    size_t count;
    int r = check_key(restore);

    r = r ? r : check_sums(restore);
    r = r ? r : open_goal(restore);
    r = r ? r : open_rows(restore);
    r = r ? r : li_copy_tenants(ctx, restore->move.copy.from, &tenants, &count);
    r = r ? r : li_cli_move_rows(&restore->move, restore->to, tenants, count);
    r = r ? r : bring_files(restore);
    return r;
}

static int restore_all(struct restore *restore)
{
    int r = bring(restore);

    li_cli_move_end(&restore->move);
    li_keeper_close(restore->from_files);
    li_keeper_close(restore->to_files);
    li_store_close(restore->rows);
    li_store_close(restore->to);
    if (restore->upgraded) {
        struct li_str lock = li_strf(restore->move.cli->ctx, "%s.lock", restore->upgraded);

        unlink(restore->upgraded);
        unlink(lock.ptr ? lock.ptr : "");
    }
    return r ? r : li_cli_move_arrive(&restore->move, &restore->where, true);
}

static int try_it(struct li_cli *cli, const struct li_cli_where *where, const char *folder,
                  bool english)
{
    struct li_ctx *ctx = cli->ctx;
    const char *temporary = getenv("TMPDIR");
    struct li_str path =
        li_strf(ctx, "%s/linli-try-XXXXXX", temporary && temporary[0] ? temporary : "/tmp");
    struct li_str keys = li_cli_keys(ctx, where);
    struct li_str store, files;
    struct restore restore = {.from = folder};
    int r;

    if (!path.ptr || !keys.ptr) {
        return -LI_E_NOMEM;
    }
    if (!mkdtemp((char *)path.ptr)) {
        return LI_FAIL(ctx, LI_E_IO, "cannot make a folder %s", path.ptr);
    }
    store = li_strf(ctx, "%s/linli.db", path.ptr);
    files = li_strf(ctx, "%s/blobs", path.ptr);
    restore.where = (struct li_cli_where){
        .data = path.ptr, .store = store.ptr, .files = files.ptr, .keys = keys.ptr};
    li_cli_move_begin(cli, english, &restore.move);
    r = store.ptr && files.ptr ? restore_all(&restore) : -LI_E_NOMEM;
    li_cli_remove_folder(path.ptr);
    return r;
}

static int run(struct li_cli *cli, bool only_try)
{
    struct restore restore = {.from = NULL};
    bool english = false;
    const struct li_cli_option known[] = {
        LI_CLI_WHERE(&restore.where),
        {"--from", &restore.from, NULL},
        {"--try", NULL, &only_try},
        {"--en", NULL, &english},
    };
    int r = li_cli_options(cli, known, sizeof(known) / sizeof(known[0]), NULL, 0, NULL);

    if (r == 0 && !restore.from) {
        r = LI_FAIL(cli->ctx, LI_E_USAGE, "say what to restore: --from FOLDER");
    }
    if (r) {
        return r;
    }
    if (only_try) {
        return try_it(cli, &restore.where, restore.from, english);
    }
    li_cli_move_begin(cli, english, &restore.move);
    return restore_all(&restore);
}

int li_cli_restore(struct li_cli *cli)
{
    return run(cli, false);
}

int li_cli_try_backup(struct li_cli *cli)
{
    return run(cli, true);
}
