/*
 * linli backup: everything of a store and its files into a folder, while it is served.
 *
 * One snapshot of the database is read from beside the server, which goes on; files
 * are copied after the rows that name them, and nothing that is named is ever swept.
 * The folder has its name only when it is whole.
 */
#include "cli/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "bind/steps.h"
#include "cli/move.h"
#include "store/table.h"

/* ---- sums ------------------------------------------------------------------ */

static void hex_of(const unsigned char hash[crypto_hash_sha256_BYTES], char ret[LI_SHA256_TEXT + 1])
{
    sodium_bin2hex(ret, LI_SHA256_TEXT + 1, hash, crypto_hash_sha256_BYTES);
}

void li_cli_sha256(struct li_str bytes, char ret[LI_SHA256_TEXT + 1])
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const unsigned char *)bytes.ptr, bytes.len);
    hex_of(hash, ret);
}

int li_cli_sha256_file(struct li_ctx *ctx, const char *path, char ret[LI_SHA256_TEXT + 1])
{
    unsigned char hash[crypto_hash_sha256_BYTES], *part = li_alloc(ctx, 1 << 16);
    crypto_hash_sha256_state state;
    FILE *file = fopen(path, "rbe");
    size_t len;
    bool bad;

    if (!file || !part) {
        int code = errno == ENOENT ? LI_E_NOT_FOUND : LI_E_IO;

        if (file) {
            fclose(file);
        }
        return LI_FAIL(ctx, code, "%s: %s", path, strerror(errno));
    }
    crypto_hash_sha256_init(&state);
    while ((len = fread(part, 1, 1 << 16, file)) > 0) {
        crypto_hash_sha256_update(&state, part, len);
    }
    bad = ferror(file) != 0;
    fclose(file);
    if (bad) {
        return LI_FAIL(ctx, LI_E_IO, "cannot read %s", path);
    }
    crypto_hash_sha256_final(&state, hash);
    hex_of(hash, ret);
    return 0;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info;
    (void)kind;
    (void)at;
    remove(path); /* what stays is in nobody's way */
    return 0;
}

void li_cli_remove_folder(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- the folder ------------------------------------------------------------ */

struct backup {
    struct li_cli_move move;
    struct li_cli_where where;
    const char *to; /* the folder */
    struct li_str partial;
    struct li_store *from, *archive;
    struct li_keeper *from_files, *to_files;
    FILE *sums;
    int64_t files;
};

static const char *within(struct backup *backup, const char *name)
{
    return li_strf(backup->move.cli->ctx, "%s/%s", backup->partial.ptr, name).ptr;
}

static int add_sum(struct backup *backup, const char *name, const char *sum)
{
    return fprintf(backup->sums, "%s  %s\n", sum, name) > 0
               ? 0
               : LI_FAIL(backup->move.cli->ctx, errno == ENOSPC ? LI_E_FULL : LI_E_IO,
                         "cannot write %s", LI_BACKUP_SUMS);
}

static int add_file_sum(struct backup *backup, const char *name)
{
    char sum[LI_SHA256_TEXT + 1];
    const char *path = within(backup, name);
    int r = path ? li_cli_sha256_file(backup->move.cli->ctx, path, sum) : -LI_E_NOMEM;

    return r ? r : add_sum(backup, name, sum);
}

static int tell_file(void *arg, const char *key, struct li_str bytes)
{
    struct backup *backup = arg;
    char name[1024], sum[LI_SHA256_TEXT + 1];

    snprintf(name, sizeof(name), "%s/%s", LI_BACKUP_FILES, key);
    li_cli_sha256(bytes, sum);
    backup->files++;
    return add_sum(backup, name, sum);
}

static int begin_folder(struct backup *backup)
{
    struct li_ctx *ctx = backup->move.cli->ctx;
    const char *sums;
    int r;

    backup->partial = li_strf(ctx, "%s.partial", backup->to);
    if (!backup->partial.ptr) {
        return -LI_E_NOMEM;
    }
    if (access(backup->to, F_OK) == 0) {
        return LI_FAIL(ctx, LI_E_UNIQUE, "%s is there already", backup->to);
    }
    if (access(backup->partial.ptr, F_OK) == 0) {
        const char *why = "a backup is under way there or was interrupted; delete it first";

        backup->partial = (struct li_str){0};
        return LI_FAIL(ctx, LI_E_UNIQUE, "%s.partial: %s", backup->to, why);
    }
    r = li_dir_make(ctx, backup->partial.ptr);
    sums = r ? NULL : within(backup, LI_BACKUP_SUMS);
    backup->sums = sums ? fopen(sums, "wxe") : NULL;
    if (r == 0 && !backup->sums) {
        r = LI_FAIL(ctx, LI_E_IO, "cannot write into %s: %s", backup->partial.ptr, strerror(errno));
    }
    return r;
}

static int sync_path(struct li_ctx *ctx, const char *path)
{
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    int r = fd >= 0 && fsync(fd) == 0 ? 0 : LI_FAIL(ctx, LI_E_IO, "cannot flush a backup");

    if (fd >= 0) {
        close(fd);
    }
    return r;
}

/* Everything durable, then the folder gets its name. */
static int end_folder(struct backup *backup)
{
    struct li_ctx *ctx = backup->move.cli->ctx;
    bool bad = fflush(backup->sums) != 0 || fsync(fileno(backup->sums)) != 0;
    struct li_str parent = li_strf(ctx, "%s/..", backup->to);
    int r = 0;

    bad |= fclose(backup->sums) != 0;
    backup->sums = NULL;
    if (bad) {
        r = LI_FAIL(ctx, errno == ENOSPC ? LI_E_FULL : LI_E_IO, "cannot write %s", LI_BACKUP_SUMS);
    }
    r = r ? r : sync_path(ctx, within(backup, LI_BACKUP_ROWS));
    r = r ? r : sync_path(ctx, backup->partial.ptr);
    if (r == 0 && rename(backup->partial.ptr, backup->to) != 0) {
        r = LI_FAIL(ctx, LI_E_IO, "cannot name %s: %s", backup->to, strerror(errno));
    }
    r = r ? r : sync_path(ctx, parent.ptr);
    return r;
}

/* ---- what is in it --------------------------------------------------------- */

static void put_tenant(struct li_json *json, const struct li_copied *copied)
{
    li_json_open_map(json);
    li_json_put_int(json, "id", copied->tenant);
    li_json_put_text(json, "slug", copied->slug);
    li_json_put_int(json, "seq", copied->head.seq);
    li_json_key(json, "hash");
    li_json_hash(json, &copied->head.hash);
    li_json_put_int(json, "rows", copied->rows);
    li_json_key(json, "tables");
    li_json_open_list(json);
    for (size_t i = 0; i < copied->table_count; i++) {
        li_json_open_map(json);
        li_json_put_text(json, "name", copied->tables[i].name);
        li_json_put_int(json, "rows", copied->tables[i].rows);
        li_json_key(json, "hash");
        li_json_hash(json, &copied->tables[i].hash);
        li_json_close_map(json);
    }
    li_json_close_list(json);
    li_json_close_map(json);
}

static int write_manifest(struct backup *backup, int64_t at)
{
    struct li_ctx *ctx = backup->move.cli->ctx;
    const char *path = within(backup, LI_BACKUP_MANIFEST);
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;
    int r;

    if (!path || !buf) {
        return -LI_E_NOMEM;
    }
    li_json_init(&json, buf, false);
    li_json_open_map(&json);
    li_json_put_text(&json, "linli", li_str(LI_VERSION));
    li_json_put_time(&json, "at", at);
    li_json_put_int(&json, "files", backup->files);
    li_json_key(&json, "tenants");
    li_json_open_list(&json);
    for (size_t i = 0; i < backup->move.count; i++) {
        put_tenant(&json, &backup->move.copied[i]);
    }
    li_json_close_list(&json);
    li_json_close_map(&json);
    li_buf_char(buf, '\n');
    r = li_buf_check(ctx, buf);
    return r ? r : li_file_write(ctx, path, li_buf_view(buf), 0600);
}

static int choose(struct backup *backup, struct li_copy_tenant **ret, size_t *ret_count)
{
    struct li_copy_tenant *all;
    size_t count, kept = 0;
    int r = li_copy_tenants(backup->move.cli->ctx, backup->move.copy.from, &all, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        if (all[i].head.closed) {
            fprintf(stderr,
                    backup->move.english ? "%.*s is closed here (it has moved away): left out\n"
                                         : "%.*s 在此已停用（已迁出），跳过\n",
                    LI_P(all[i].slug));
        } else {
            all[kept++] = all[i];
        }
    }
    if (r == 0 && kept == 0) {
        return LI_FAIL(backup->move.cli->ctx, LI_E_NOT_FOUND, "there is no tenant to back up");
    }
    *ret = all;
    *ret_count = kept;
    return r;
}

static int save_rows(struct backup *backup)
{
    struct li_ctx *ctx = backup->move.cli->ctx;
    const char *path = within(backup, LI_BACKUP_ROWS);
    struct li_copy_tenant *tenants = NULL;
    struct li_steps steps;
    size_t count = 0;
    int r = path ? choose(backup, &tenants, &count) : -LI_E_NOMEM;

    r = r ? r : li_store_open_as(ctx, path, LI_STORE_ARCHIVE, &backup->archive);
    r = r ? r : li_steps_migrate(ctx, backup->archive, &steps);
    r = r ? r : li_cli_move_rows(&backup->move, backup->archive, tenants, count);
    li_cli_move_end(&backup->move); /* the snapshot has served */
    li_store_close(backup->archive);
    backup->archive = NULL;
    if (r == 0) {
        unlink(within(backup, LI_BACKUP_ROWS ".lock"));
    }
    return r;
}

static int save_files(struct backup *backup)
{
    struct li_ctx *ctx = backup->move.cli->ctx;
    const char *path = within(backup, LI_BACKUP_FILES);
    const struct li_keeper_config to = {.where = path};
    struct li_keeper_config from;
    int r = li_cli_files(ctx, &backup->where, backup->where.files, &from);

    r = r ? r : li_keeper_open(ctx, &from, &backup->from_files);
    r = r ? r : path ? li_keeper_open(ctx, &to, &backup->to_files) : -LI_E_NOMEM;
    return r ? r
             : li_cli_move_files(&backup->move, backup->from_files, backup->to_files, tell_file,
                                 backup);
}

static int save(struct backup *backup)
{
    struct li_ctx *ctx = backup->move.cli->ctx;
    int64_t at = li_now(ctx->clock);
    const char *store;
    int r = li_cli_store(ctx, &backup->where, &store);

    r = r ? r : li_store_open_as(ctx, store, LI_STORE_LOOK, &backup->from);
    r = r ? r : begin_folder(backup);
    r = r ? r : li_cli_move_from(&backup->move, backup->from);
    r = r ? r : save_rows(backup);
    r = r ? r : save_files(backup);
    r = r ? r : add_file_sum(backup, LI_BACKUP_ROWS);
    r = r ? r : write_manifest(backup, at);
    r = r ? r : add_file_sum(backup, LI_BACKUP_MANIFEST);
    return r ? r : end_folder(backup);
}

int li_cli_backup(struct li_cli *cli)
{
    struct backup backup = {.to = NULL};
    bool english = false;
    const struct li_cli_option known[] = {
        LI_CLI_WHERE(&backup.where), {"--to", &backup.to, NULL}, {"--en", NULL, &english}};
    int r = li_cli_options(cli, known, sizeof(known) / sizeof(known[0]), NULL, 0, NULL);

    if (r == 0 && !backup.to) {
        r = LI_FAIL(cli->ctx, LI_E_USAGE, "say where to: --to FOLDER");
    }
    if (r) {
        return r;
    }
    li_cli_move_begin(cli, english, &backup.move);
    r = save(&backup);
    li_cli_move_end(&backup.move);
    li_keeper_close(backup.from_files);
    li_keeper_close(backup.to_files);
    li_store_close(backup.from);
    if (backup.sums) {
        fclose(backup.sums);
    }
    if (r && backup.partial.ptr) {
        li_cli_remove_folder(backup.partial.ptr);
    }
    if (r == 0) {
        struct li_str keys = li_cli_keys(cli->ctx, &backup.where);

        printf(english ? "%s: %zu tenants.  The master key is not in it: keep a copy of %.*s "
                         "elsewhere\n"
                       : "%s：租户 %zu 个。备份不含主密钥，请另行保管 %.*s\n",
               backup.to, backup.move.count, LI_P(keys));
    }
    return r;
}
