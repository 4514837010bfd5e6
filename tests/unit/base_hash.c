/*
 * base/hash: BLAKE2b against published values, hexadecimal, FNV-1a.
 */
#include "base.h"
#include "base/hash.h"

static void expect_hash(struct li_hash hash, const char *hex)
{
    char text[2 * LI_HASH_SIZE + 1];

    li_hash_hex(&hash, text);
    assert_string_equal(text, hex);
}

/* BLAKE2b with a digest of 32 bytes, as b2sum -l 256 prints it. */
static void hashes_as_everybody_does(void **state)
{
    (void)state;
    expect_hash(li_hash_of(LI_S("")),
                "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    expect_hash(li_hash_of(LI_S("abc")),
                "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

static void parts_are_one_text(void **state)
{
    const struct li_str parts[] = {LI_S("a"), {0}, LI_S("bc")};
    const struct li_hash whole = li_hash_of(LI_S("abc"));
    struct li_hash apart = li_hash_parts(parts, COUNT(parts));

    (void)state;
    assert_true(li_hash_eq(&whole, &apart));
    apart.bytes[31] ^= 1;
    assert_false(li_hash_eq(&whole, &apart));
    assert_int_equal(li_hash_view(&whole).len, 32);
}

static void keys_matter(void **state)
{
    const uint8_t one[32] = {1};
    const uint8_t two[32] = {2};
    const struct li_hash a = li_hash_keyed(one, LI_S("x"));
    const struct li_hash b = li_hash_keyed(two, LI_S("x"));
    const struct li_hash c = li_hash_keyed(one, LI_S("x"));
    const struct li_hash plain = li_hash_of(LI_S("x"));

    (void)state;
    assert_true(li_hash_eq(&a, &c));
    assert_false(li_hash_eq(&a, &b));
    assert_false(li_hash_eq(&a, &plain));
}

static void reads_its_hexadecimal(void **state)
{
    const struct li_hash hash = li_hash_of(LI_S("x"));
    struct li_hash back = {0};
    char text[2 * LI_HASH_SIZE + 1];

    (void)state;
    li_hash_hex(&hash, text);
    assert_true(li_hash_from_hex(li_str(text), &back));
    assert_true(li_hash_eq(&hash, &back));
    assert_false(li_hash_from_hex(li_str_n(text, 63), &back));
    assert_false(li_hash_from_hex(li_str_n(text, 65), &back));
    text[5] = 'g';
    assert_false(li_hash_from_hex(li_str_n(text, 64), &back));
    assert_true(li_hash_eq(&hash, &back));
}

static void fingerprints_as_published(void **state)
{
    (void)state;
    assert_true(li_fnv(LI_S("")) == UINT64_C(0xcbf29ce484222325));
    assert_true(li_fnv(LI_S("a")) == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(li_fnv(LI_S("foobar")) == UINT64_C(0x85944171f73967e8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hashes_as_everybody_does), TEST(parts_are_one_text),        TEST(keys_matter),
        TEST(reads_its_hexadecimal),    TEST(fingerprints_as_published),
    };

    if (li_crypto_init() != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
