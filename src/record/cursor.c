/* Sealed cursors; see cursor.h.  The nonce is a keyed hash of what is sealed. */
#include "record/cursor.h"

#include <sodium.h>

#include "base/id.h"
#include "record/vault.h"

#define NONCE  crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEALED (8 + crypto_aead_xchacha20poly1305_ietf_ABYTES)

_Static_assert(LI_BASE32_SIZE(NONCE + SEALED) == LI_CURSOR_TEXT + 1, "the text's length");

static int key_of(struct li_ctx *ctx, struct li_record *record, int64_t tenant, uint8_t ret[32])
{
    int r = li_key_derive(ctx, record, tenant, LI_S("cursor 1"), ret);

    return r ? r : li_key_derive(ctx, record, tenant, LI_S("cursor 2"), ret + 16);
}

int li_cursor_seal(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t seq,
                   char ret[LI_CURSOR_TEXT + 1])
{
    uint8_t key[32], bytes[NONCE + SEALED];
    struct li_hash hash;
    int r = key_of(ctx, record, tenant, key);

    if (r) {
        return r;
    }
    hash = li_hash_keyed(key, li_str_n((const char *)&seq, sizeof(seq)));
    memcpy(bytes, hash.bytes, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + NONCE, NULL, (const uint8_t *)&seq,
                                               sizeof(seq), NULL, 0, NULL, bytes, key);
    sodium_memzero(key, sizeof(key));
    li_base32(bytes, sizeof(bytes), ret);
    return 0;
}

int li_cursor_open(struct li_ctx *ctx, struct li_record *record, int64_t tenant, struct li_str text,
                   int64_t *ret_seq)
{
    uint8_t key[32], bytes[NONCE + SEALED];
    int64_t seq;
    int r = key_of(ctx, record, tenant, key);

    if (r == 0 && (!li_base32_parse(text, bytes, sizeof(bytes)) ||
                   crypto_aead_xchacha20poly1305_ietf_decrypt(
                       (uint8_t *)&seq, NULL, NULL, bytes + NONCE, SEALED, NULL, 0, bytes, key))) {
        r = LI_FAIL(ctx, LI_E_INVALID, "that is no cursor of this stream");
    }
    sodium_memzero(key, sizeof(key));
    if (r == 0) {
        *ret_seq = seq;
    }
    return r;
}
