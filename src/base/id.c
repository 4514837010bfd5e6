/*
 * Identifiers, and Crockford's base 32 in which they and tokens are written.
 *
 * The text of an identifier is upper case and the only spelling accepted, so
 * that one identifier is one address.  Tokens are typed by people: there, lower
 * case and the look-alikes o, i, l are read too.
 */
#include "base/id.h"

#include "base/time.h"

#define COUNT_BITS 15
#define NODE_BITS  6
#define MS_SHIFT   (COUNT_BITS + NODE_BITS)
#define MS_MAX     ((INT64_C(1) << 42) - 1)
/* 2020-01-01T00:00:00Z */
#define ID_EPOCH_MS INT64_C(1577836800000)

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* The value of a sign, 32 and above when it is foreign. */
static unsigned sign_value(char c, bool lenient)
{
    if (lenient) {
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (c == 'O')
            c = '0';
        if (c == 'I' || c == 'L')
            c = '1';
    }
    for (unsigned i = 0; i < 32; i++)
        if (alphabet[i] == c)
            return i;
    return 32;
}

/* The smallest identifier above `last` for this node and millisecond. */
static int64_t successor(int64_t last, int64_t ms, unsigned node)
{
    const int64_t last_ms = last >> MS_SHIFT;
    const int64_t first = ms << MS_SHIFT | (int64_t)node << COUNT_BITS;

    if (ms > last_ms || first > last)
        return first;
    if (((last >> COUNT_BITS) & 63) == (int64_t)node && (last & 0x7fff) != 0x7fff)
        return last + 1;
    return (last_ms + 1) << MS_SHIFT | (int64_t)node << COUNT_BITS;
}

int64_t li_id_next(struct li_ids *ids, const struct li_clock *clock)
{
    int64_t ms = li_now(clock) / 1000 - ID_EPOCH_MS;
    int64_t last = atomic_load_explicit(&ids->last, memory_order_relaxed);
    int64_t next;

    const unsigned node = atomic_load_explicit(&ids->node, memory_order_relaxed);

    li_assert(node < 64);
    if (ms < 0)
        ms = 0;
    li_assert(ms <= MS_MAX);
    do {
        next = successor(last, ms, node);
    } while (!atomic_compare_exchange_weak(&ids->last, &last, next));
    return next;
}

int64_t li_id_floor(int64_t instant)
{
    int64_t ms = instant / 1000 - ID_EPOCH_MS;

    if (ms < 0)
        return 0;
    return ms > MS_MAX ? INT64_MAX : ms << MS_SHIFT;
}

void li_id_format(int64_t id, char ret[LI_ID_TEXT + 1])
{
    uint64_t rest = (uint64_t)id;

    for (int i = LI_ID_TEXT - 1; i >= 0; i--) {
        ret[i] = alphabet[rest & 31];
        rest >>= 5;
    }
    ret[LI_ID_TEXT] = '\0';
}

int li_id_parse(struct li_ctx *ctx, struct li_str text, int64_t *ret)
{
    uint64_t id = 0;

    if (text.len != LI_ID_TEXT)
        return LI_FAIL(ctx, LI_E_SYNTAX, "an identifier has %d characters", LI_ID_TEXT);
    /* 13 signs hold 65 bits: the first may only use three. */
    if (sign_value(text.ptr[0], false) > 7)
        return LI_FAIL(ctx, LI_E_SYNTAX, "not an identifier");
    for (size_t i = 0; i < text.len; i++) {
        const unsigned value = sign_value(text.ptr[i], false);

        if (value > 31)
            return LI_FAIL(ctx, LI_E_SYNTAX, "not an identifier");
        id = id << 5 | value;
    }
    *ret = (int64_t)id;
    return 0;
}

void li_base32(const void *bytes, size_t len, char *ret)
{
    const unsigned char *at = bytes;
    unsigned held = 0;
    unsigned bits = 0;

    for (size_t i = 0; i < len; i++) {
        held = (held << 8 | at[i]) & 0xfff;
        for (bits += 8; bits >= 5; bits -= 5)
            *ret++ = alphabet[held >> (bits - 5) & 31];
    }
    if (bits > 0)
        *ret++ = alphabet[held << (5 - bits) & 31];
    *ret = '\0';
}

bool li_base32_parse(struct li_str text, void *ret, size_t len)
{
    unsigned char *to = ret;
    unsigned held = 0;
    unsigned bits = 0;

    if (text.len != LI_BASE32_SIZE(len) - 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        const unsigned value = sign_value(text.ptr[i], true);

        if (value > 31)
            return false;
        held = (held << 5 | value) & 0x1fff;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            *to++ = (unsigned char)(held >> bits);
        }
    }
    /* One token is one text: what is left over must be zero. */
    return (held & ((1u << bits) - 1)) == 0;
}
