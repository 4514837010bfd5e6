/* Sealed cursors; see cursor.h.  The nonce is a keyed hash of what is sealed. */
#include "record/cursor.h"

#include <sodium.h>

#include "base/id.h"
#include "record/inside.h"

#define NONCE  crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEALED (8 + crypto_aead_xchacha20poly1305_ietf_ABYTES)

_Static_assert(LI_BASE32_SIZE(NONCE + SEALED) == LI_CURSOR_TEXT + 1, "the text's length");

int li_cursor_seal(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t seq,
                   char ret[LI_CURSOR_TEXT + 1])
{
    struct li_member_tenant *member = li_member_tenant(record, tenant);
    uint8_t bytes[NONCE + SEALED];
    struct li_hash hash;

    if (!member) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no tenant %lld", (long long)tenant);
    }
    hash = li_hash_keyed(member->cursor_key, li_str_n((const char *)&seq, sizeof(seq)));
    memcpy(bytes, hash.bytes, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + NONCE, NULL, (const uint8_t *)&seq,
                                               sizeof(seq), NULL, 0, NULL, bytes,
                                               member->cursor_key);
    li_base32(bytes, sizeof(bytes), ret);
    return 0;
}

int li_cursor_open(struct li_ctx *ctx, struct li_record *record, int64_t tenant, struct li_str text,
                   int64_t *ret_seq)
{
    struct li_member_tenant *member = li_member_tenant(record, tenant);
    uint8_t bytes[NONCE + SEALED];
    int64_t seq;

    if (!member) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no tenant %lld", (long long)tenant);
    }
    if (!li_base32_parse(text, bytes, sizeof(bytes)) ||
        crypto_aead_xchacha20poly1305_ietf_decrypt((uint8_t *)&seq, NULL, NULL, bytes + NONCE,
                                                   SEALED, NULL, 0, bytes, member->cursor_key)) {
        return LI_FAIL(ctx, LI_E_INVALID, "this is no cursor that was given here");
    }
    *ret_seq = seq;
    return 0;
}
