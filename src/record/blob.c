/*
 * Blobs in a folder: TENANT/2 letters/the other letters of the name in hexadecimal.
 *
 * A file is version ‖ nonce ‖ AEAD(tenant's key for blobs; tenant, name), written
 * under another name, flushed, renamed, its folder flushed.  Its time of change is
 * set from the context's clock: by it the sweep knows what is old.  One lock in
 * the process stands between "it is there already" and the sweep that deletes it.
 */
#include "record/blob.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "record/inside.h"

#define VERSION 1
#define NONCE   crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG     crypto_aead_xchacha20poly1305_ietf_ABYTES
#define EXTRA   (1 + NONCE + TAG)
#define LETTERS ((size_t)2 * LI_BLOB_NAME)

struct li_blobs {
    struct li_record *record;
    char *folder;
    pthread_mutex_t mutex;
};

int li_blobs_open(struct li_ctx *ctx, struct li_record *record, const char *folder,
                  struct li_blobs **ret)
{
    struct li_blobs *blobs = calloc(1, sizeof(*blobs));

    if (blobs) {
        blobs->folder = strdup(folder);
    }
    if (!blobs || !blobs->folder) {
        free(blobs);
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for blobs");
    }
    blobs->record = record;
    pthread_mutex_init(&blobs->mutex, NULL);
    *ret = blobs;
    return 0;
}

void li_blobs_close(struct li_blobs *blobs)
{
    if (!blobs) {
        return;
    }
    pthread_mutex_destroy(&blobs->mutex);
    free(blobs->folder);
    free(blobs);
}

/* ---- names and seals ------------------------------------------------------- */

enum use { USE_NAME = 3, USE_SEAL = 4 };

static int key_for(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant, enum use use,
                   uint8_t ret[32])
{
    const struct li_member_tenant *member = li_member_tenant(blobs->record, tenant);

    if (!member) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no tenant %lld", (long long)tenant);
    }
    crypto_kdf_derive_from_key(ret, 32, (uint64_t)use, "li-blobs", member->key);
    return 0;
}

static int name_of(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant, struct li_str bytes,
                   struct li_blob *ret)
{
    uint8_t key[32];
    struct li_hash hash;
    int r = key_for(ctx, blobs, tenant, USE_NAME, key);

    if (r == 0) {
        hash = li_hash_keyed(key, bytes);
        memcpy(ret->name, hash.bytes, LI_BLOB_NAME);
        sodium_memzero(key, sizeof(key));
    }
    return r;
}

/* What a file is bound to. */
struct bond {
    int64_t tenant;
    struct li_blob blob;
};

static int seal(struct li_ctx *ctx, struct li_blobs *blobs, const struct bond *bond,
                struct li_str bytes, struct li_str *ret)
{
    uint8_t *out = li_alloc(ctx, EXTRA + bytes.len);
    uint8_t key[32];
    int r = out ? key_for(ctx, blobs, bond->tenant, USE_SEAL, key) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    out[0] = VERSION;
    li_random_bytes(ctx->random, out + 1, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + 1 + NONCE, NULL, (const uint8_t *)bytes.ptr,
                                               bytes.len, (const uint8_t *)bond, sizeof(*bond),
                                               NULL, out + 1, key);
    sodium_memzero(key, sizeof(key));
    *ret = li_str_n(out, EXTRA + bytes.len);
    return 0;
}

static int unseal(struct li_ctx *ctx, struct li_blobs *blobs, const struct bond *bond,
                  struct li_str sealed, struct li_str *ret)
{
    const uint8_t *in = (const uint8_t *)sealed.ptr;
    uint8_t key[32], *out;
    bool opened;
    int r;

    if (sealed.len < EXTRA || in[0] != VERSION) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a blob is too short or of another version");
    }
    out = li_alloc(ctx, sealed.len - EXTRA + 1);
    r = out ? key_for(ctx, blobs, bond->tenant, USE_SEAL, key) : -LI_E_NOMEM;
    if (r) {
        return r;
    }
    opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
                 out, NULL, NULL, in + 1 + NONCE, sealed.len - 1 - NONCE, (const uint8_t *)bond,
                 sizeof(*bond), in + 1, key) == 0;
    sodium_memzero(key, sizeof(key));
    if (!opened) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a blob does not open");
    }
    *ret = li_str_n(out, sealed.len - EXTRA);
    return 0;
}

/* ---- files ----------------------------------------------------------------- */

/* The folder of a blob; its path is longer by one slash and the other letters. */
static const char *path_of(struct li_ctx *ctx, const struct li_blobs *blobs, int64_t tenant,
                           const struct li_blob *blob, const char **ret_folder)
{
    char hex[LETTERS + 1];
    struct li_str folder, path;

    sodium_bin2hex(hex, sizeof(hex), blob->name, LI_BLOB_NAME);
    folder = li_strf(ctx, "%s/%lld/%.2s", blobs->folder, (long long)tenant, hex);
    path = folder.ptr ? li_strf(ctx, "%s/%s", folder.ptr, hex + 2) : folder;
    *ret_folder = folder.ptr;
    return path.ptr;
}

static struct timespec stamp(int64_t at)
{
    return (struct timespec){.tv_sec = at / LI_SECOND, .tv_nsec = at % LI_SECOND * 1000};
}

/* true: it is there; and from now on it counts as put now. */
static bool touch(const char *path, int64_t now)
{
    const struct timespec times[2] = {stamp(now), stamp(now)};

    return utimensat(AT_FDCWD, path, times, 0) == 0;
}

int li_blob_put(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant, struct li_str bytes,
                struct li_blob *ret)
{
    struct bond bond = {.tenant = tenant};
    const char *folder, *path;
    struct li_str sealed;
    bool there;
    int r;

    if (bytes.len > LI_BLOB_MAX) {
        return LI_FAIL(ctx, LI_E_LIMIT, "a blob has at most %zu bytes", LI_BLOB_MAX);
    }
    r = name_of(ctx, blobs, tenant, bytes, &bond.blob);
    if (r) {
        return r;
    }
    path = path_of(ctx, blobs, tenant, &bond.blob, &folder);
    if (!path) {
        return -LI_E_NOMEM;
    }
    pthread_mutex_lock(&blobs->mutex);
    there = touch(path, li_now(ctx->clock));
    pthread_mutex_unlock(&blobs->mutex);
    if (!there) {
        r = seal(ctx, blobs, &bond, bytes, &sealed);
        r = r ? r : li_dir_make(ctx, folder);
        r = r ? r : li_file_write(ctx, path, sealed, 0600);
        if (r == 0) {
            touch(path, li_now(ctx->clock));
        }
    }
    if (r == 0) {
        *ret = bond.blob;
    }
    return r;
}

int li_blob_read(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant,
                 const struct li_blob *blob, struct li_str *ret)
{
    const struct bond bond = {.tenant = tenant, .blob = *blob};
    const char *folder, *path = path_of(ctx, blobs, tenant, blob, &folder);
    struct li_str sealed;
    int r = path ? li_file_read(ctx, path, LI_BLOB_MAX + EXTRA, &sealed) : -LI_E_NOMEM;

    return r ? r : unseal(ctx, blobs, &bond, sealed, ret);
}

int li_blob_check(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant,
                  const struct li_blob *blob, int64_t *ret_len)
{
    struct li_arena *arena = li_arena_new(0);
    struct li_blob named;
    struct li_str bytes;
    struct li_ctx own;
    int r;

    if (!arena) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a blob");
    }
    li_ctx_init(&own, arena, ctx->clock, ctx->random);
    r = li_blob_read(&own, blobs, tenant, blob, &bytes);
    r = r ? r : name_of(&own, blobs, tenant, bytes, &named);
    if (r == 0 && memcmp(&named, blob, sizeof(named)) != 0) {
        r = -LI_E_CORRUPT;
    } else if (r == -LI_E_LIMIT) {
        r = -LI_E_CORRUPT; /* none so long was ever put */
    } else if (r && r != -LI_E_NOT_FOUND && r != -LI_E_CORRUPT) {
        r = LI_FAIL(ctx, -r, "%.*s", LI_P(li_ctx_explain(&own)));
    }
    if (r == 0) {
        *ret_len = (int64_t)bytes.len;
    }
    li_arena_free(arena);
    return r;
}

bool li_blob_exists(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant,
                    const struct li_blob *blob)
{
    const char *folder, *path = path_of(ctx, blobs, tenant, blob, &folder);

    return path && access(path, F_OK) == 0;
}

static int remove_file(struct li_ctx *ctx, const char *path)
{
    if (unlink(path) != 0 && errno != ENOENT) {
        return LI_FAIL(ctx, LI_E_IO, "cannot delete %s: errno %d", path, errno);
    }
    return 0;
}

int li_blob_delete(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant,
                   const struct li_blob *blob)
{
    const char *folder, *path = path_of(ctx, blobs, tenant, blob, &folder);

    return path ? remove_file(ctx, path) : -LI_E_NOMEM;
}

/* ---- sweeping -------------------------------------------------------------- */

struct sweep {
    struct li_blobs *blobs;
    int64_t before;
    int (*kept)(struct li_ctx *ctx, void *arg, const struct li_blob *blob);
    void *arg;
    int64_t deleted;
};

static bool is_old(const char *path, int64_t before)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISREG(info.st_mode) &&
           (int64_t)info.st_mtim.tv_sec * LI_SECOND + info.st_mtim.tv_nsec / 1000 < before;
}

/* Looked at again under the lock: meanwhile the same bytes may have been put. */
static int delete_old(struct li_ctx *ctx, struct sweep *sweep, const char *path)
{
    int r = 0;

    pthread_mutex_lock(&sweep->blobs->mutex);
    if (is_old(path, sweep->before)) {
        r = remove_file(ctx, path);
        sweep->deleted += r == 0;
    }
    pthread_mutex_unlock(&sweep->blobs->mutex);
    return r;
}

/* A name that is none is what a crash left half written. */
static int sweep_file(struct li_ctx *ctx, struct sweep *sweep, const char *folder, const char *name)
{
    char path[4096], hex[LETTERS + 1];
    struct li_blob blob;
    size_t len;
    int kept = 0;

    if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path) ||
        !is_old(path, sweep->before)) {
        return 0;
    }
    if (strlen(name) == LETTERS - 2) {
        snprintf(hex, sizeof(hex), "%s%s", folder + strlen(folder) - 2, name);
        if (sodium_hex2bin(blob.name, LI_BLOB_NAME, hex, LETTERS, NULL, &len, NULL) == 0 &&
            len == LI_BLOB_NAME) {
            kept = sweep->kept(ctx, sweep->arg, &blob);
        }
    }
    return kept < 0 ? kept : kept ? 0 : delete_old(ctx, sweep, path);
}

/* Every entry of a folder but those that begin with a dot; none is no fault. */
static int walk(struct li_ctx *ctx, struct sweep *sweep, const char *folder,
                int (*each)(struct li_ctx *ctx, struct sweep *sweep, const char *folder,
                            const char *name))
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int r = 0;

    if (!dir) {
        return errno == ENOENT ? 0
                               : LI_FAIL(ctx, LI_E_IO, "cannot walk %s: errno %d", folder, errno);
    }
    while (r == 0 && (entry = readdir(dir))) {
        r = entry->d_name[0] == '.' ? 0 : each(ctx, sweep, folder, entry->d_name);
    }
    closedir(dir);
    return r;
}

static int sweep_folder(struct li_ctx *ctx, struct sweep *sweep, const char *folder,
                        const char *name)
{
    struct li_str path = li_strf(ctx, "%s/%s", folder, name);

    if (strlen(name) != 2) {
        return 0;
    }
    return path.ptr ? walk(ctx, sweep, path.ptr, sweep_file) : -LI_E_NOMEM;
}

int li_blob_sweep(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant, int64_t before,
                  int (*kept)(struct li_ctx *ctx, void *arg, const struct li_blob *blob), void *arg,
                  int64_t *ret_deleted)
{
    struct sweep sweep = {.blobs = blobs, .before = before, .kept = kept, .arg = arg};
    struct li_str folder = li_strf(ctx, "%s/%lld", blobs->folder, (long long)tenant);
    int r = folder.ptr ? walk(ctx, &sweep, folder.ptr, sweep_folder) : -LI_E_NOMEM;

    *ret_deleted = sweep.deleted;
    return r;
}
