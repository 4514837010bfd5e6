/*
 * Keys: one master key in a file, one key a tenant wrapped by it.  A version
 * byte stands first everywhere, so that SM4 can take its place.
 */
#include <sodium.h>

#include "record/inside.h"
#include "record/vault.h"

#define VERSION 1
#define NONCE   crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG     crypto_aead_xchacha20poly1305_ietf_ABYTES

int li_key_wrap(struct li_ctx *ctx, const uint8_t master[32], int64_t tenant, const uint8_t key[32],
                struct li_str *ret_wrapped)
{
    uint8_t *out = li_alloc(ctx, 1 + NONCE + 32 + TAG);

    if (!out) {
        return -LI_E_NOMEM;
    }
    out[0] = VERSION;
    li_random_bytes(ctx->random, out + 1, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + 1 + NONCE, NULL, key, 32,
                                               (const uint8_t *)&tenant, sizeof(tenant), NULL,
                                               out + 1, master);
    *ret_wrapped = li_str_n(out, 1 + NONCE + 32 + TAG);
    return 0;
}

int li_key_new(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
               struct li_str *ret_wrapped)
{
    uint8_t key[32];
    int r;

    li_random_bytes(record->random, key, sizeof(key));
    r = li_key_wrap(ctx, record->master_key, tenant, key, ret_wrapped);
    sodium_memzero(key, sizeof(key));
    return r;
}

int li_key_unwrap(struct li_ctx *ctx, const uint8_t master[32], int64_t tenant,
                  struct li_str wrapped, uint8_t ret[32])
{
    const uint8_t *in = (const uint8_t *)wrapped.ptr;

    if (wrapped.len != 1 + NONCE + 32 + TAG || in[0] != VERSION ||
        crypto_aead_xchacha20poly1305_ietf_decrypt(ret, NULL, NULL, in + 1 + NONCE, 32 + TAG,
                                                   (const uint8_t *)&tenant, sizeof(tenant), in + 1,
                                                   master) != 0) {
        return LI_FAIL(ctx, LI_E_CORRUPT,
                       "the key of tenant %lld does not open with this master key",
                       (long long)tenant);
    }
    return 0;
}

int li_key_seal_seed(struct li_ctx *ctx, struct li_record *record, int64_t tenant, uint8_t ret[32])
{
    struct li_member_tenant *member = li_member_tenant(record, tenant);

    if (!member) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no tenant %lld", (long long)tenant);
    }
    crypto_kdf_derive_from_key(ret, 32, 1, "li-seals", member->key);
    return 0;
}

int li_key_draws(struct li_ctx *ctx, struct li_record *record, int64_t tenant, struct li_hash *ret)
{
    struct li_member_tenant *member = li_member_tenant(record, tenant);

    if (!member) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no tenant %lld", (long long)tenant);
    }
    crypto_kdf_derive_from_key(ret->bytes, sizeof(ret->bytes), 3, "li-draws", member->key);
    return 0;
}

int li_key_derive(struct li_ctx *ctx, struct li_record *record, int64_t tenant, struct li_str text,
                  uint8_t ret[16])
{
    struct li_member_tenant *member = li_member_tenant(record, tenant);
    uint8_t key[32];

    if (!member) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no tenant %lld", (long long)tenant);
    }
    crypto_kdf_derive_from_key(key, sizeof(key), 2, "li-token", member->key);
    struct li_hash hash = li_hash_keyed(key, text);
    memcpy(ret, hash.bytes, 16);
    sodium_memzero(key, sizeof(key));
    return 0;
}

int li_key_master(struct li_ctx *ctx, const char *folder, bool make, uint8_t ret[32])
{
    struct li_str path = li_strf(ctx, "%s/master.key", folder), bytes;
    uint8_t fresh[32];
    int r;

    if (!path.ptr) {
        return -LI_E_NOMEM;
    }
    r = li_file_read(ctx, path.ptr, 4096, &bytes);
    if (r == -LI_E_NOT_FOUND && make) {
        li_ctx_clear(ctx);
        r = li_dir_make(ctx, folder);
        if (r == 0) {
            li_random_bytes(ctx->random, fresh, sizeof(fresh));
            bytes = li_str_n(fresh, sizeof(fresh));
            r = li_file_write(ctx, path.ptr, bytes, 0600);
        }
    }
    if (r) {
        return r == -LI_E_NOT_FOUND
                   ? LI_FAIL(ctx, LI_E_NOT_FOUND, "the master key %s is missing", path.ptr)
                   : r;
    }
    if (bytes.len != 32) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "%s must hold exactly 32 bytes", path.ptr);
    }
    memcpy(ret, bytes.ptr, 32);
    return 0;
}

int li_code_of(struct li_ctx *ctx, struct li_record *record, int64_t tenant, const char *kind,
               int64_t id, struct li_str *ret)
{
    struct li_str text = li_strf(ctx, "told %s %lld", kind, (long long)id);
    uint8_t bytes[16];
    uint64_t number = 0;
    int r = text.ptr ? li_key_derive(ctx, record, tenant, text, bytes) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    for (int i = 0; i < 8; i++) {
        number = number << 8 | bytes[i];
    }
    *ret = li_strf(ctx, "%08llu", (unsigned long long)(number % UINT64_C(100000000)));
    return ret->ptr ? 0 : -LI_E_NOMEM;
}
