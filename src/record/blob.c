/*
 * Blobs: names, seals and the sweep.  Where the files lie is the keeper's.
 *
 * A key is TENANT/2 letters/the other letters of the name in hexadecimal; a file is
 * version ‖ nonce ‖ AEAD(tenant's key for blobs; tenant, name).  A lock in the
 * process stands between "it is there already" and the sweep that deletes it.
 */
#include "record/blob.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "record/inside.h"

#define VERSION 1
#define NONCE   crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG     crypto_aead_xchacha20poly1305_ietf_ABYTES
#define EXTRA   (1 + NONCE + TAG)
#define LETTERS ((size_t)2 * LI_BLOB_NAME)

struct li_blobs {
    struct li_record *record;
    struct li_keeper *keeper;
    pthread_rwlock_t lock; /* shared by who puts, alone for who sweeps */
};

int li_blobs_open(struct li_ctx *ctx, struct li_record *record,
                  const struct li_keeper_config *config, struct li_blobs **ret)
{
    struct li_blobs *blobs = calloc(1, sizeof(*blobs));
    int r = blobs ? li_keeper_open(ctx, config, &blobs->keeper)
                  : LI_FAIL(ctx, LI_E_NOMEM, "no memory for blobs");

    if (r) {
        free(blobs);
        return r;
    }
    blobs->record = record;
    pthread_rwlock_init(&blobs->lock, NULL);
    *ret = blobs;
    return 0;
}

void li_blobs_close(struct li_blobs *blobs)
{
    if (!blobs) {
        return;
    }
    pthread_rwlock_destroy(&blobs->lock);
    li_keeper_close(blobs->keeper);
    free(blobs);
}

struct li_keeper *li_blobs_keeper(const struct li_blobs *blobs)
{
    return blobs->keeper;
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

static const char *key_of(struct li_ctx *ctx, int64_t tenant, const struct li_blob *blob)
{
    char hex[LETTERS + 1];

    sodium_bin2hex(hex, sizeof(hex), blob->name, LI_BLOB_NAME);
    return li_strf(ctx, "%lld/%.2s/%s", (long long)tenant, hex, hex + 2).ptr;
}

int li_blob_put(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant, struct li_str bytes,
                struct li_blob *ret)
{
    struct bond bond = {.tenant = tenant};
    struct li_str sealed;
    const char *key;
    bool there;
    int r;

    if (bytes.len > LI_BLOB_MAX) {
        return LI_FAIL(ctx, LI_E_LIMIT, "a blob has at most %zu bytes", LI_BLOB_MAX);
    }
    r = name_of(ctx, blobs, tenant, bytes, &bond.blob);
    if (r) {
        return r;
    }
    key = key_of(ctx, tenant, &bond.blob);
    if (!key) {
        return -LI_E_NOMEM;
    }
    pthread_rwlock_rdlock(&blobs->lock);
    there = li_keeper_touch(ctx, blobs->keeper, key);
    pthread_rwlock_unlock(&blobs->lock);
    if (!there) {
        r = seal(ctx, blobs, &bond, bytes, &sealed);
        r = r ? r : li_keeper_put(ctx, blobs->keeper, key, sealed);
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
    const char *key = key_of(ctx, tenant, blob);
    struct li_str sealed;
    int r =
        key ? li_keeper_get(ctx, blobs->keeper, key, LI_BLOB_MAX + EXTRA, &sealed) : -LI_E_NOMEM;

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
    const char *key = key_of(ctx, tenant, blob);
    struct li_kept kept;

    return key && li_keeper_head(ctx, blobs->keeper, key, &kept) == 0;
}

int li_blob_delete(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant,
                   const struct li_blob *blob)
{
    const char *key = key_of(ctx, tenant, blob);

    return key ? li_keeper_delete(ctx, blobs->keeper, key) : -LI_E_NOMEM;
}

/* ---- sweeping -------------------------------------------------------------- */

struct sweep {
    struct li_blobs *blobs;
    int64_t before;
    int (*kept)(struct li_ctx *ctx, void *arg, const struct li_blob *blob);
    void *arg;
    int64_t deleted;
};

/* Looked at again under the lock: meanwhile the same bytes may have been put. */
static int delete_old(struct li_ctx *ctx, struct sweep *sweep, const char *key)
{
    struct li_kept kept;
    int r;

    pthread_rwlock_wrlock(&sweep->blobs->lock);
    r = li_keeper_head(ctx, sweep->blobs->keeper, key, &kept);
    if (r == 0 && kept.at < sweep->before) {
        r = li_keeper_delete(ctx, sweep->blobs->keeper, key);
        sweep->deleted += r == 0;
    }
    pthread_rwlock_unlock(&sweep->blobs->lock);
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

/* "12/ab/cdef…"; what is none is what a crash left half written. */
static bool read_key(const char *key, struct li_blob *ret)
{
    const char *letters = strchr(key, '/');
    char hex[LETTERS + 1];
    size_t len;

    if (!letters || strlen(letters) != LETTERS + 2 || letters[3] != '/') {
        return false;
    }
    memcpy(hex, letters + 1, 2);
    memcpy(hex + 2, letters + 4, LETTERS - 2);
    hex[LETTERS] = 0;
    return sodium_hex2bin(ret->name, LI_BLOB_NAME, hex, LETTERS, NULL, &len, NULL) == 0 &&
           len == LI_BLOB_NAME;
}

static int sweep_file(struct li_ctx *ctx, void *arg, const char *key, const struct li_kept *kept)
{
    struct sweep *sweep = arg;
    struct li_blob blob;
    int named = 0;

    if (kept->at >= sweep->before) {
        return 0;
    }
    if (read_key(key, &blob)) {
        named = sweep->kept(ctx, sweep->arg, &blob);
    }
    return named < 0 ? named : named ? 0 : delete_old(ctx, sweep, key);
}

int li_blob_sweep(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant, int64_t before,
                  int (*kept)(struct li_ctx *ctx, void *arg, const struct li_blob *blob), void *arg,
                  int64_t *ret_deleted)
{
    struct sweep sweep = {.blobs = blobs, .before = before, .kept = kept, .arg = arg};
    struct li_str prefix = li_strf(ctx, "%lld/", (long long)tenant);
    int r = prefix.ptr ? li_keeper_list(ctx, blobs->keeper, prefix.ptr, sweep_file, &sweep)
                       : -LI_E_NOMEM;

    *ret_deleted = sweep.deleted;
    return r;
}
