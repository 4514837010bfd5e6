/*
 * BLAKE2b-256 by libsodium, hexadecimal, and FNV-1a for tables in memory.
 */
#include "base/hash.h"

#include <sodium.h>

#include "base/err.h"

_Static_assert(LI_HASH_SIZE == crypto_generichash_BYTES, "libsodium's usual length");
_Static_assert(crypto_generichash_KEYBYTES == 32, "keys are 32 bytes");

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct li_hasher), "there is room");

static crypto_generichash_state *state_of(struct li_hasher *hasher)
{
    return (crypto_generichash_state *)(void *)hasher->state;
}

void li_hasher_begin(struct li_hasher *hasher)
{
    li_assert(crypto_generichash_init(state_of(hasher), NULL, 0, LI_HASH_SIZE) == 0);
}

void li_hasher_add(struct li_hasher *hasher, struct li_str bytes)
{
    if (bytes.len != 0)
        crypto_generichash_update(state_of(hasher), (const unsigned char *)bytes.ptr, bytes.len);
}

struct li_hash li_hasher_end(struct li_hasher *hasher)
{
    struct li_hash hash;

    li_assert(crypto_generichash_final(state_of(hasher), hash.bytes, LI_HASH_SIZE) == 0);
    return hash;
}

struct li_hash li_hash_parts(const struct li_str *parts, size_t count)
{
    struct li_hasher hasher;

    li_hasher_begin(&hasher);
    for (size_t i = 0; i < count; i++)
        li_hasher_add(&hasher, parts[i]);
    return li_hasher_end(&hasher);
}

struct li_hash li_hash_of(struct li_str bytes)
{
    return li_hash_parts(&bytes, 1);
}

struct li_hash li_hash_keyed(const uint8_t key[32], struct li_str bytes)
{
    struct li_hash hash;
    int result = crypto_generichash(hash.bytes, LI_HASH_SIZE, (const unsigned char *)bytes.ptr,
                                    bytes.len, key, 32);

    li_assert(result == 0);
    return hash;
}

bool li_hash_eq(const struct li_hash *a, const struct li_hash *b)
{
    return sodium_memcmp(a->bytes, b->bytes, LI_HASH_SIZE) == 0;
}

void li_hash_hex(const struct li_hash *hash, char ret[2 * LI_HASH_SIZE + 1])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < LI_HASH_SIZE; i++) {
        ret[2 * i] = digits[hash->bytes[i] >> 4];
        ret[2 * i + 1] = digits[hash->bytes[i] & 15];
    }
    ret[2 * LI_HASH_SIZE] = '\0';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool li_hash_from_hex(struct li_str text, struct li_hash *ret)
{
    struct li_hash hash;

    if (text.len != 2 * (size_t)LI_HASH_SIZE)
        return false;
    for (size_t i = 0; i < LI_HASH_SIZE; i++) {
        const int high = hex_digit(text.ptr[2 * i]);
        const int low = hex_digit(text.ptr[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        hash.bytes[i] = (uint8_t)(high << 4 | low);
    }
    *ret = hash;
    return true;
}

uint64_t li_fnv(struct li_str bytes)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < bytes.len; i++)
        hash = (hash ^ (unsigned char)bytes.ptr[i]) * UINT64_C(0x100000001b3);
    return hash;
}

int li_crypto_init(void)
{
    return sodium_init() < 0 ? -1 : 0;
}
