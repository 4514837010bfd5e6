/*
 * Hashes: BLAKE2b-256 (RFC 7693), and 64-bit fingerprints for tables.
 */
#ifndef LI_BASE_HASH_H
#define LI_BASE_HASH_H

#include "base/str.h"

#define LI_HASH_SIZE 32

struct li_hash {
    uint8_t bytes[LI_HASH_SIZE];
};

/* BLAKE2b-256 over the parts one after the other. */
struct li_hash li_hash_parts(const struct li_str *parts, size_t count);
struct li_hash li_hash_of(struct li_str bytes);
/* The same over what comes piece by piece. */
struct li_hasher {
    _Alignas(64) unsigned char state[384]; /* libsodium's */
};
void li_hasher_begin(struct li_hasher *hasher);
void li_hasher_add(struct li_hasher *hasher, struct li_str bytes);
struct li_hash li_hasher_end(struct li_hasher *hasher);
/* Keyed BLAKE2b, 32 bytes of key. */
struct li_hash li_hash_keyed(const uint8_t key[32], struct li_str bytes);
/* In constant time. */
bool li_hash_eq(const struct li_hash *a, const struct li_hash *b);
static inline struct li_str li_hash_view(const struct li_hash *hash)
{
    return (struct li_str){.ptr = (const char *)hash->bytes, .len = LI_HASH_SIZE};
}
/* 64 hexadecimal characters and a NUL. */
void li_hash_hex(const struct li_hash *hash, char ret[2 * LI_HASH_SIZE + 1]);
bool li_hash_from_hex(struct li_str text, struct li_hash *ret);

/* FNV-1a, for hash tables only. */
uint64_t li_fnv(struct li_str bytes);

/* libsodium's start-up; call once in main.  0 or -1. */
int li_crypto_init(void);

#endif
