/*
 * Passwords: argon2id at libsodium's interactive cost (64 MiB, two passes).
 *
 * The salt comes from libsodium itself, which also writes the text form; a
 * password's hash is never in history, so replaying does not meet it.
 */
#include <errno.h>
#include <sodium.h>

#include "people/account.h"

int li_password_hash(struct li_ctx *ctx, struct li_str password, struct li_str *ret)
{
    char text[crypto_pwhash_STRBYTES];
    struct li_str copy;

    if (crypto_pwhash_str(text, password.len ? password.ptr : "", password.len,
                          crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for argon2id");
    }
    copy = li_str_dup(ctx, li_str(text));
    if (!copy.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = copy;
    return 0;
}

int li_password_check(struct li_ctx *ctx, struct li_str password, struct li_str hash)
{
    char text[crypto_pwhash_STRBYTES] = {0};

    if (hash.len >= sizeof(text)) {
        return -LI_E_CREDENTIALS;
    }
    memcpy(text, hash.ptr, hash.len);
    errno = 0;
    if (crypto_pwhash_str_verify(text, password.len ? password.ptr : "", password.len) == 0) {
        return 0;
    }
    /* libsodium says EINVAL for "another password"; a wrong one must not be told
     * from a machine without memory. */
    if (errno == ENOMEM) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for argon2id");
    }
    return -LI_E_CREDENTIALS;
}
