/*
 * Seals and anchors, beside a tree built the slow way.
 */
#include <sodium.h>

#include "lib/records.h"
#include "record/history.h"
#include "record/seal.h"

/* ---- the tree of RFC 6962, recursively ---------------------------------------------- */

struct digest {
    unsigned char bytes[32];
};

static struct digest hash_of(unsigned char mark, const void *a, const void *b, size_t b_len)
{
    unsigned char text[1 + 32 + 32];
    struct digest ret;

    text[0] = mark;
    memcpy(text + 1, a, 32);
    if (b_len)
        memcpy(text + 33, b, b_len);
    crypto_generichash(ret.bytes, 32, text, 33 + b_len, NULL, 0);
    return ret;
}

static struct digest tree(const struct digest *leaves, size_t count)
{
    struct digest left, right;
    size_t split = 1;

    if (count == 0) {
        crypto_generichash(left.bytes, 32, (const unsigned char *)"", 0, NULL, 0);
        return left;
    }
    if (count == 1)
        return hash_of(0, leaves[0].bytes, NULL, 0);
    while (split * 2 < count)
        split *= 2;
    left = tree(leaves, split);
    right = tree(leaves + split, count - split);
    return hash_of(1, left.bytes, right.bytes, 32);
}

static void roots_of_every_size(struct test_store *t)
{
    struct li_frontier frontier = {0};
    struct digest leaves[130], expected;

    (void)t;
    assert_int_equal(li_crypto_init(), 0);
    for (size_t size = 0; size <= 130; size++) {
        struct li_hash root = li_frontier_root(&frontier), entry;

        expected = tree(leaves, size);
        assert_memory_equal(root.bytes, expected.bytes, 32);
        assert_int_equal(frontier.size, size);
        assert_int_equal(frontier.count, __builtin_popcountll(size));
        if (size == 130)
            break;
        entry = li_hash_of(li_str_n(&size, sizeof(size)));
        memcpy(leaves[size].bytes, entry.bytes, 32);
        li_frontier_add(&frontier, &entry);
    }
}

/* ---- seals of a history --------------------------------------------------------------- */

static void put(struct test_record *r, int64_t from, int64_t count)
{
    for (int64_t id = from; id < from + count; id++) {
        const struct test_put args = {.id = id};

        assert_ok(r->t, records_run(r, &test_put, &args));
    }
}

static size_t seals_of(struct test_record *r, int64_t tenant, struct li_seal **ret)
{
    struct li_conn *reader;
    size_t count;

    assert_ok(r->t, li_store_reader(r->ctx, r->t->store, &reader));
    assert_ok(r->t, li_seal_all(r->ctx, reader, tenant, ret, &count));
    li_store_reader_back(r->t->store, reader);
    return count;
}

static void assert_root(struct test_record *r, const struct li_seal *seal)
{
    struct digest leaves[128], expected;
    struct li_entry *entries;
    struct li_conn *reader;
    size_t count;

    assert_ok(r->t, li_store_reader(r->ctx, r->t->store, &reader));
    assert_ok(r->t, li_history_read(r->ctx, reader, 1, 0, (size_t)seal->seq, &entries, &count));
    li_store_reader_back(r->t->store, reader);
    assert_int_equal(count, seal->seq);
    for (size_t i = 0; i < count; i++)
        memcpy(leaves[i].bytes, entries[i].hash.bytes, 32);
    expected = tree(leaves, count);
    assert_memory_equal(seal->root.bytes, expected.bytes, 32);
}

/* Whether in one seal or in many, with a new process in between. */
static void seal_by_seal(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_verify_report verified;
    struct li_seal *seals;
    int64_t id = 1;
    size_t count;

    for (int step = 1; step <= 9; step++) {
        struct li_seal seal;

        put(r, id, step);
        id += step;
        records_later(r, 1000000);
        assert_ok(t, li_seal_new(r->ctx, r->record, 1, &seal));
        assert_int_equal(seal.seq, id);
        if (step % 4 == 0)
            records_reopen(r);
    }
    assert_int_equal(records_seal(r), -LI_E_STATE);
    count = seals_of(r, 1, &seals);
    assert_int_equal(count, 9);
    for (size_t i = 0; i < count; i++) {
        assert_root(r, &seals[i]);
        assert_int_equal(seals[i].at, RECORDS_NOW + 1000000 * ((int64_t)i + 1));
        assert_true(li_seal_signed(r->ctx, r->record, 1, &seals[i]));
    }
    verified = records_verify(r, 1);
    assert_int_equal(verified.seals, 9);
    assert_int_equal(verified.finding_count, 0);
    assert_int_equal(verified.entries, 46);
}

static void signatures_belong_to_a_tenant(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_seal *seals, changed;

    records_found(r, 2);
    put(r, 1, 3);
    assert_ok(t, records_seal(r));
    assert_int_equal(seals_of(r, 2, &seals), 0);
    assert_int_equal(seals_of(r, 1, &seals), 1);
    assert_true(li_seal_signed(r->ctx, r->record, 1, seals));
    assert_false(li_seal_signed(r->ctx, r->record, 2, seals));
    assert_false(li_seal_signed(r->ctx, r->record, 3, seals));
    changed = *seals;
    changed.at++;
    assert_false(li_seal_signed(r->ctx, r->record, 1, &changed));
    changed = *seals;
    changed.root.bytes[31] ^= 1;
    assert_false(li_seal_signed(r->ctx, r->record, 1, &changed));
}

/* ---- anchors --------------------------------------------------------------------------- */

static struct li_str anchor_line(struct test_record *r)
{
    struct li_seal *seals;
    struct li_str line;

    put(r, 1, 4);
    assert_ok(r->t, records_seal(r));
    assert_int_equal(seals_of(r, 1, &seals), 1);
    assert_ok(r->t, li_anchor_format(r->ctx, r->record, 1, seals, &line));
    return line;
}

static void anchor_there_and_back(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_str line = anchor_line(r), padded;
    struct li_verify_report verified;
    struct li_anchor anchor;
    struct li_seal *seals;

    assert_true(li_str_starts(line, LI_S("linli-seal v1 nanshan 5 ")));
    padded = li_strf(r->ctx, "  %.*s\n", LI_P(line));
    assert_ok(t, li_anchor_parse(r->ctx, padded, &anchor));
    seals_of(r, 1, &seals);
    assert_true(li_str_is(anchor.slug, "nanshan"));
    assert_int_equal(anchor.seal.seq, seals->seq);
    assert_int_equal(anchor.seal.at, seals->at);
    assert_memory_equal(&anchor.seal.root, &seals->root, 32);
    assert_memory_equal(anchor.seal.signature, seals->signature, 64);
    put(r, 10, 3);
    verified = records_verify_against(r, 1, &anchor, 1);
    assert_int_equal(verified.finding_count, 0);
    assert_int_equal(verified.anchors, 1);
    assert_int_equal(verified.anchored_to, 5);
    assert_int_equal(verified.entries, 8);
}

/* Every sign of the line that says something is signed. */
static void altered_anchors(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_str line = anchor_line(r);
    struct li_anchor anchor = {.slug = LI_S("untouched")};
    char *copy = (char *)li_str_dup(r->ctx, line).ptr;

    for (size_t i = 0; i < line.len; i++) {
        int rc;

        copy[i] = line.ptr[i] == '1' ? '2' : '1';
        rc = li_anchor_parse(r->ctx, li_str_n(copy, line.len), &anchor);
        assert_true(rc == -LI_E_CORRUPT || rc == -LI_E_SYNTAX);
        copy[i] = line.ptr[i];
        li_ctx_clear(r->ctx);
    }
    assert_true(li_str_is(anchor.slug, "untouched"));
    for (size_t len = 0; len < line.len; len++)
        assert_int_equal(li_anchor_parse(r->ctx, li_str_n(copy, len), &anchor), -LI_E_SYNTAX);
    assert_int_equal(li_anchor_parse(r->ctx, li_strf(r->ctx, "%.*s more", LI_P(line)), &anchor),
                     -LI_E_SYNTAX);
    assert_ok(t, li_anchor_parse(r->ctx, li_str_n(copy, line.len), &anchor));
}

/* Anybody can sign with a key of their own, or show another tenant's anchor. */
static void foreign_anchors(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_str line = anchor_line(r), text;
    unsigned char secret[64];
    struct li_verify_report verified;
    struct li_anchor anchors[2];

    assert_ok(t, li_anchor_parse(r->ctx, line, &anchors[0]));
    anchors[1] = anchors[0];
    crypto_sign_keypair(anchors[1].key, secret);
    text = li_str_n(line.ptr, line.len - 65 - 129);
    crypto_sign_detached(anchors[1].seal.signature, NULL, (const unsigned char *)text.ptr, text.len,
                         secret);
    verified = records_verify_against(r, 1, &anchors[1], 1);
    assert_int_equal(verified.finding_count, 1);
    assert_int_equal(verified.findings[0].seq, 5);
    assert_int_equal(verified.anchored_to, 0);

    records_found(r, 2);
    r->tenant = 2;
    put(r, 1, 6);
    verified = records_verify_against(r, 2, anchors, 1);
    assert_int_equal(verified.finding_count, 1);
    assert_int_equal(verified.anchored_to, 0);
    /* a good one beside a bad one still holds */
    verified = records_verify_against(r, 1, anchors, 2);
    assert_int_equal(verified.finding_count, 1);
    assert_int_equal(verified.anchored_to, 5);
}

/* The line that was signed, spelt by hand: the forged one above is well made. */
static void a_forged_anchor_reads_well(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_str line = anchor_line(r);
    struct li_str text = li_str_n(line.ptr, line.len - 65 - 129);
    unsigned char key[32], secret[64], signature[64];
    char key_hex[65], signature_hex[129];
    struct li_anchor anchor;

    crypto_sign_keypair(key, secret);
    crypto_sign_detached(signature, NULL, (const unsigned char *)text.ptr, text.len, secret);
    sodium_bin2hex(key_hex, sizeof(key_hex), key, 32);
    sodium_bin2hex(signature_hex, sizeof(signature_hex), signature, 64);
    assert_ok(t, li_anchor_parse(r->ctx,
                                 li_strf(r->ctx, "%.*s %s %s", LI_P(text), key_hex, signature_hex),
                                 &anchor));
    assert_false(li_seal_signed(r->ctx, r->record, 1, &anchor.seal));
}

int main(void)
{
    static const struct store_test tests[] = {
        SQLITE_TEST(roots_of_every_size),
        STORE_TEST(seal_by_seal),
        STORE_TEST(signatures_belong_to_a_tenant),
        STORE_TEST(anchor_there_and_back),
        STORE_TEST(altered_anchors),
        STORE_TEST(foreign_anchors),
        STORE_TEST(a_forged_anchor_reads_well),
    };

    return STORE_TESTS_RUN("record seals", tests);
}
