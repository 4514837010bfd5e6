/*
 * A keeper that is a folder: a key is a path below it.
 *
 * A file is written under another name, flushed, renamed, its folders flushed: those
 * of a file that is there already, too, since whoever put it may have met the end of
 * its process in between.  Its time of change is set from the context's clock: by it the sweep
 * knows what is old.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "record/keeper_inside.h"

struct folder {
    struct li_keeper base;
    char path[];
};

static const char *path_of(struct li_ctx *ctx, struct li_keeper *keeper, const char *key)
{
    const struct folder *folder = (const struct folder *)keeper;

    return li_strf(ctx, "%s/%s", folder->path, key).ptr;
}

static void close_folder(struct li_keeper *keeper)
{
    free(keeper);
}

static struct timespec stamp(int64_t at)
{
    return (struct timespec){.tv_sec = at / LI_SECOND, .tv_nsec = at % LI_SECOND * 1000};
}

/* The names of a file and of the folders it is in, up to the keeper's own. */
static int settle(struct li_ctx *ctx, struct li_keeper *keeper, const char *key)
{
    size_t own = strlen(((const struct folder *)keeper)->path);
    char *path = (char *)path_of(ctx, keeper, key); /* our own copy */
    int r = path ? 0 : -LI_E_NOMEM;

    for (char *slash; r == 0 && (slash = strrchr(path + own, '/')); *slash = '\0') {
        r = li_name_sync(ctx, path);
    }
    return r;
}

static bool mark(const char *path, int64_t now)
{
    const struct timespec times[2] = {stamp(now), stamp(now)};

    return utimensat(AT_FDCWD, path, times, 0) == 0;
}

static bool touch(struct li_ctx *ctx, struct li_keeper *keeper, const char *key)
{
    const char *path = path_of(ctx, keeper, key);

    return path && mark(path, li_now(ctx->clock)) && settle(ctx, keeper, key) == 0;
}

static int put(struct li_ctx *ctx, struct li_keeper *keeper, const char *key, struct li_str bytes)
{
    const char *path = path_of(ctx, keeper, key), *slash = path ? strrchr(path, '/') : NULL;
    struct li_str parent =
        slash ? li_strf(ctx, "%.*s", (int)(slash - path), path) : (struct li_str){0};
    int r = parent.ptr ? li_dir_make(ctx, parent.ptr) : -LI_E_NOMEM;

    r = r ? r : li_file_write(ctx, path, bytes, 0600);
    if (r == 0) {
        mark(path, li_now(ctx->clock));
        r = settle(ctx, keeper, key);
    }
    return r;
}

static int get(struct li_ctx *ctx, struct li_keeper *keeper, const char *key, size_t max,
               struct li_str *ret)
{
    const char *path = path_of(ctx, keeper, key);

    return path ? li_file_read(ctx, path, max, ret) : -LI_E_NOMEM;
}

static struct li_kept kept_of(const struct stat *info)
{
    return (struct li_kept){
        .size = info->st_size,
        .at = (int64_t)info->st_mtim.tv_sec * LI_SECOND + info->st_mtim.tv_nsec / 1000,
    };
}

static int head(struct li_ctx *ctx, struct li_keeper *keeper, const char *key, struct li_kept *ret)
{
    const char *path = path_of(ctx, keeper, key);
    struct stat info;

    if (!path) {
        return -LI_E_NOMEM;
    }
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode)) {
        return errno == ENOENT || errno == ENOTDIR
                   ? -LI_E_NOT_FOUND
                   : LI_FAIL(ctx, LI_E_IO, "cannot look at %s: errno %d", path, errno);
    }
    *ret = kept_of(&info);
    return 0;
}

static int delete_file(struct li_ctx *ctx, struct li_keeper *keeper, const char *key)
{
    const char *path = path_of(ctx, keeper, key);

    if (!path) {
        return -LI_E_NOMEM;
    }
    if (unlink(path) != 0 && errno != ENOENT) {
        return LI_FAIL(ctx, LI_E_IO, "cannot delete %s: errno %d", path, errno);
    }
    return 0;
}

/* ---- walking --------------------------------------------------------------- */

struct walk {
    struct li_ctx *ctx;
    li_keeper_each *each;
    void *arg;
};

/* Folders below folders: a tenant, two letters, files. */
#define DEPTH 4

static int walk_folder(const struct walk *walk, const char *path, const char *key, int depth);

static int walk_entry(const struct walk *walk, const char *path, const char *key, int depth)
{
    struct li_kept kept;
    struct stat info;

    if (stat(path, &info) != 0) {
        return 0; /* deleted meanwhile */
    }
    if (S_ISDIR(info.st_mode)) {
        return depth < DEPTH ? walk_folder(walk, path, key, depth + 1) : 0;
    }
    if (!S_ISREG(info.st_mode)) {
        return 0;
    }
    kept = kept_of(&info);
    return walk->each(walk->ctx, walk->arg, key, &kept);
}

/* Every entry of a folder but those that begin with a dot; none is no fault. */
static int walk_folder(const struct walk *walk, const char *path, const char *key, int depth)
{
    char below[4096], name[512];
    struct dirent *entry;
    DIR *dir = opendir(path);
    int r = 0;

    if (!dir) {
        return errno == ENOENT
                   ? 0
                   : LI_FAIL(walk->ctx, LI_E_IO, "cannot walk %s: errno %d", path, errno);
    }
    while (r == 0 && (entry = readdir(dir))) {
        if (entry->d_name[0] == '.' ||
            snprintf(below, sizeof(below), "%s/%s", path, entry->d_name) >= (int)sizeof(below) ||
            snprintf(name, sizeof(name), "%s%s%s", key, key[0] ? "/" : "", entry->d_name) >=
                (int)sizeof(name)) {
            continue;
        }
        r = walk_entry(walk, below, name, depth);
    }
    closedir(dir);
    return r;
}

static int list(struct li_ctx *ctx, struct li_keeper *keeper, const char *prefix,
                li_keeper_each *each, void *arg)
{
    const struct walk walk = {.ctx = ctx, .each = each, .arg = arg};
    struct li_str key = li_str(prefix);
    const char *name, *path;

    if (key.len && key.ptr[key.len - 1] == '/') {
        key.len--;
    }
    name = key.len ? li_str_c(ctx, key) : "";
    path = name ? path_of(ctx, keeper, name) : NULL;
    return path ? walk_folder(&walk, path, name, 1) : -LI_E_NOMEM;
}

static const struct li_keeper_kind folder_kind = {
    .close = close_folder,
    .put = put,
    .get = get,
    .head = head,
    .touch = touch,
    .remove = delete_file,
    .list = list,
};

int li_keeper_folder(struct li_ctx *ctx, const char *path, struct li_keeper **ret)
{
    size_t len = strlen(path);
    struct folder *folder = calloc(1, sizeof(*folder) + len + 1);

    if (!folder) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for files");
    }
    folder->base.kind = &folder_kind;
    memcpy(folder->path, path, len);
    *ret = &folder->base;
    return 0;
}
