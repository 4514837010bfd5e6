/*
 * Verify: every way of changing the past is found, at the first entry it touches.
 */
#include <stdlib.h>

#include "lib/records.h"
#include "record/history.h"
#include "record/seal.h"

LI_SQL(tamper_payload, "update history set payload = $3 where tenant = $1 and seq = $2");
LI_SQL(tamper_hash, "update history set hash = $3 where tenant = $1 and seq = $2");
LI_SQL(tamper_at, "update history set at = at + 1 where tenant = $1 and seq = $2");
LI_SQL(tamper_actor, "update history set actor = $3 where tenant = $1 and seq = $2");
LI_SQL(tamper_command, "update history set command = $3 where tenant = $1 and seq = $2");
LI_SQL(tamper_entity, "update history set entity = $3 where tenant = $1 and seq = $2");
LI_SQL(tamper_seq, "update history set seq = $3 where tenant = $1 and seq = $2");
LI_SQL(tamper_delete, "delete from history where tenant = $1 and seq >= $2 and seq <= $3");
LI_SQL(tamper_text, "update vault set value = $3 where tenant = $1 and entity = $2");
LI_SQL(tamper_salt, "update vault set salt = $3 where tenant = $1 and entity = $2");
LI_SQL(tamper_vault, "delete from vault where tenant = $1 and entity = $2");
LI_SQL(tamper_head, "update head set seq = $2, hash = $3 where tenant = $1");
LI_SQL(tamper_root, "update seal set root = $3, frontier = $4 where tenant = $1 and seq = $2");
LI_SQL(tamper_signature, "update seal set signature = $3 where tenant = $1 and seq = $2");
LI_SQL(tamper_seal_at, "update seal set at = at + 1 where tenant = $1 and seq = $2");
LI_SQL(tamper_seals, "delete from seal where tenant = $1");
LI_SQL(text_of, "select value from vault where tenant = $1 and entity = $2");
LI_SQL(payload_of, "select payload from history where tenant = $1 and seq = $2");

#define SAID  500 /* entity of the entry with a text */
#define LAST  12  /* entries of small_record */
#define SEAL1 6
#define SEAL2 10
#define TEXT  8 /* the entry with a text */

static void put(struct test_record *r, int64_t from, int64_t count)
{
    for (int64_t id = from; id < from + count; id++) {
        const struct test_put args = {.id = id};

        assert_ok(r->t, records_run(r, &test_put, &args));
    }
}

/* 1 founded, 2…7 put (sealed after 6), 8 said, 9…12 put (sealed after 10). */
static struct test_record *small_record(struct test_store *t)
{
    static const struct test_say say = {
        .entity = SAID, .count = 1, .texts = {{"story", "a dark lamp", false, 0}}};
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_verify_report report;

    put(r, 1, 5);
    assert_ok(t, records_seal(r));
    put(r, 6, 1);
    assert_ok(t, records_run(r, &test_say, &say));
    put(r, 7, 2);
    assert_ok(t, records_seal(r));
    put(r, 9, 2);
    report = records_verify(r, 1);
    assert_int_equal(report.finding_count, 0);
    assert_int_equal(report.entries, LAST);
    assert_int_equal(report.seals, 2);
    assert_int_equal(report.texts, 1);
    return r;
}

static void assert_first(struct test_record *r, int64_t seq, const char *what)
{
    struct li_verify_report report = records_verify(r, 1);

    assert_true(report.finding_count > 0);
    if (report.findings[0].seq != seq || !li_str_is(report.findings[0].what, what))
        print_error("first: entry %lld, %.*s\n", (long long)report.findings[0].seq,
                    LI_P(report.findings[0].what));
    assert_int_equal(report.findings[0].seq, seq);
    assert_true(li_str_is(report.findings[0].what, what));
    for (size_t i = 1; i < report.finding_count; i++)
        assert_true(report.findings[i].seq >= seq);
}

/* ---- entries -------------------------------------------------------------------------- */

static void payload_byte(struct test_store *t)
{
    struct test_record *r = small_record(t);
    struct li_str payload = records_text(r, &payload_of, LI_ARGS(li_v(1), li_v(5)));
    char *copy = (char *)li_str_dup(r->ctx, payload).ptr;

    copy[payload.len - 4] ^= 1;
    records_tamper(r, &tamper_payload,
                   LI_ARGS(li_v(1), li_v(5), li_v_blob(li_str_n(copy, payload.len))));
    assert_first(r, 5, "the entry was altered");
    records_tamper(r, &tamper_payload, LI_ARGS(li_v(1), li_v(5), li_v_blob(payload)));
    assert_verifies(r, 1);
    records_tamper(r, &tamper_payload, LI_ARGS(li_v(1), li_v(5), li_v_blob(LI_S("no JSON"))));
    assert_first(r, 5, "the entry was altered");
}

static void every_column(struct test_store *t)
{
    struct test_record *r = small_record(t);

    records_tamper(r, &tamper_entity, LI_ARGS(li_v(1), li_v(11), li_v(777)));
    assert_first(r, 11, "the entry was altered");
    records_tamper(r, &tamper_command, LI_ARGS(li_v(1), li_v(9), li_v_text(LI_S("test.pur"))));
    assert_first(r, 9, "the entry was altered");
    records_tamper(r, &tamper_actor, LI_ARGS(li_v(1), li_v(4), li_v_text(LI_S("account:1"))));
    assert_first(r, 4, "the entry was altered");
    records_tamper(r, &tamper_at, LI_ARGS(li_v(1), li_v(2)));
    assert_first(r, 2, "the entry was altered");
}

/* A sign moved from one text to its neighbour is no way round. */
static void lengths_are_hashed(struct test_store *t)
{
    struct test_record *r = small_record(t);

    struct li_str payload = records_text(r, &payload_of, LI_ARGS(li_v(1), li_v(9)));

    records_tamper(r, &tamper_actor, LI_ARGS(li_v(1), li_v(9), li_v_text(LI_S("system{"))));
    records_tamper(
        r, &tamper_payload,
        LI_ARGS(li_v(1), li_v(9), li_v_blob(li_str_n(payload.ptr + 1, payload.len - 1))));
    assert_first(r, 9, "the entry was altered");
    records_tamper(r, &tamper_command, LI_ARGS(li_v(1), li_v(7), li_v_text(LI_S("test.puts"))));
    records_tamper(r, &tamper_actor, LI_ARGS(li_v(1), li_v(7), li_v_text(LI_S("ystem"))));
    assert_first(r, 7, "the entry was altered");
}

static void stored_hash(struct test_store *t)
{
    struct test_record *r = small_record(t);
    const struct li_hash hash = li_hash_of(LI_S("something else"));

    records_tamper(r, &tamper_hash, LI_ARGS(li_v(1), li_v(7), li_v_blob(li_hash_view(&hash))));
    assert_first(r, 7, "the entry was altered");
}

static void missing_in_the_middle(struct test_store *t)
{
    struct test_record *r = small_record(t);

    records_tamper(r, &tamper_delete, LI_ARGS(li_v(1), li_v(5), li_v(7)));
    assert_first(r, 5, "the entry is missing");
}

/* The gap closed again by numbering anew. */
static void numbered_anew(struct test_store *t)
{
    struct test_record *r = small_record(t);

    records_tamper(r, &tamper_delete, LI_ARGS(li_v(1), li_v(9), li_v(9)));
    for (int64_t seq = 10; seq <= LAST; seq++)
        records_tamper(r, &tamper_seq, LI_ARGS(li_v(1), li_v(seq), li_v(seq - 1)));
    assert_first(r, 9, "the entry was altered");
}

static void missing_at_the_end(struct test_store *t)
{
    struct test_record *r = small_record(t);

    records_tamper(r, &tamper_delete, LI_ARGS(li_v(1), li_v(LAST - 1), li_v(LAST)));
    assert_first(r, LAST - 1, "the last entries are missing");
}

static void missing_at_the_start(struct test_store *t)
{
    struct test_record *r = small_record(t);

    records_tamper(r, &tamper_delete, LI_ARGS(li_v(1), li_v(1), li_v(1)));
    assert_first(r, 1, "the entry is missing");
}

static void altered_head(struct test_store *t)
{
    struct test_record *r = small_record(t);
    const struct li_hash hash = li_hash_of(LI_S("something else"));

    records_tamper(r, &tamper_head, LI_ARGS(li_v(1), li_v(LAST), li_v_blob(li_hash_view(&hash))));
    assert_first(r, LAST, "the head does not fit the last entry");
    records_tamper(r, &tamper_head, LI_ARGS(li_v(1), li_v(9), li_v_blob(li_hash_view(&hash))));
    assert_first(r, 10, "the head stands before this entry");
    records_tamper(r, &tamper_head,
                   LI_ARGS(li_v(1), li_v(LAST + 3), li_v_blob(li_hash_view(&hash))));
    assert_first(r, LAST + 1, "the last entries are missing");
}

/* Far into a history that is read in portions. */
static void deep_in_the_history(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct test_burst *burst = records_burst(r, 1, 600);
    const struct li_hash hash = li_hash_of(LI_S("something else"));

    records_burst_run(burst);
    assert_int_equal(records_verify(r, 1).entries, 601);
    assert_verifies(r, 1);
    records_tamper(r, &tamper_hash, LI_ARGS(li_v(1), li_v(513), li_v_blob(li_hash_view(&hash))));
    assert_first(r, 513, "the entry was altered");
    records_tamper(r, &tamper_delete, LI_ARGS(li_v(1), li_v(257), li_v(257)));
    assert_first(r, 257, "the entry is missing");
    records_burst_free(burst);
}

/* More faults than a report holds: the first ones are named. */
static void many_findings(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_verify_report report;

    put(r, 1, 60);
    for (int64_t seq = 10; seq < 60; seq += 2)
        records_tamper(r, &tamper_at, LI_ARGS(li_v(1), li_v(seq)));
    report = records_verify(r, 1);
    assert_int_equal(report.finding_count, LI_FINDINGS);
    for (int i = 0; i < LI_FINDINGS; i++)
        assert_int_equal(report.findings[i].seq, 10 + 2 * i);
}

/* ---- texts ------------------------------------------------------------------------------ */

static void altered_text(struct test_store *t)
{
    struct test_record *r = small_record(t);
    struct li_str text = records_text(r, &text_of, LI_ARGS(li_v(1), li_v(SAID)));

    records_tamper(r, &tamper_text, LI_ARGS(li_v(1), li_v(SAID), li_v_blob(LI_S("a bright lamp"))));
    assert_first(r, TEXT, "a text was altered");
    records_tamper(r, &tamper_text, LI_ARGS(li_v(1), li_v(SAID), li_v_null()));
    assert_first(r, TEXT, "a text was altered");
    records_tamper(r, &tamper_text, LI_ARGS(li_v(1), li_v(SAID), li_v_blob(text)));
    assert_verifies(r, 1);
    records_tamper(r, &tamper_salt,
                   LI_ARGS(li_v(1), li_v(SAID), li_v_blob(LI_S("0123456789abcdef"))));
    assert_first(r, TEXT, "a text was altered");
    records_tamper(r, &tamper_vault, LI_ARGS(li_v(1), li_v(SAID)));
    assert_first(r, TEXT, "a text is missing");
    assert_int_equal(records_verify(r, 1).finding_count, 1);
}

/* ---- seals -------------------------------------------------------------------------------- */

static void altered_seals(struct test_store *t)
{
    struct test_record *r = small_record(t);
    const struct li_hash root = li_hash_of(LI_S("something else"));
    uint8_t signature[64] = {1};

    records_tamper(r, &tamper_seal_at, LI_ARGS(li_v(1), li_v(SEAL2)));
    assert_first(r, SEAL2, "the seal's signature is not ours");
    records_tamper(r, &tamper_signature,
                   LI_ARGS(li_v(1), li_v(SEAL1), li_v_blob(li_str_n(signature, 64))));
    assert_first(r, SEAL1, "the seal's signature is not ours");
    records_tamper(r, &tamper_root,
                   LI_ARGS(li_v(1), li_v(SEAL1), li_v_blob(li_hash_view(&root)),
                           li_v_blob(li_hash_view(&root))));
    assert_first(r, SEAL1, "the seal's root does not fit the history");
    assert_int_equal(records_verify(r, 1).finding_count, 2);
}

static void seals_without_entries(struct test_store *t)
{
    struct test_record *r = small_record(t);
    struct li_verify_report report;

    records_tamper(r, &tamper_delete, LI_ARGS(li_v(1), li_v(SEAL1), li_v(SEAL1)));
    report = records_verify(r, 1);
    assert_int_equal(report.findings[0].seq, SEAL1);
    /* the later seal is still looked at, and does not fit */
    assert_int_equal(report.seals, 1);
    records_tamper(r, &tamper_delete, LI_ARGS(li_v(1), li_v(SEAL1), li_v(LAST)));
    report = records_verify(r, 1);
    assert_int_equal(report.findings[0].seq, SEAL1);
    assert_int_equal(report.finding_count, 3);
    assert_true(li_str_is(report.findings[1].what, "a seal reaches beyond the history"));
}

/* ---- the keeper of the database himself --------------------------------------------------------
 */

static struct li_entry *all_entries(struct test_record *r, size_t *ret_count)
{
    struct li_entry *entries;
    struct li_conn *reader;

    assert_ok(r->t, li_store_reader(r->ctx, r->t->store, &reader));
    assert_ok(r->t, li_history_read(r->ctx, reader, 1, 0, 1000, &entries, ret_count));
    li_store_reader_back(r->t->store, reader);
    return entries;
}

/* Rewrites entry `seq` and everything that follows from it, roots of the seals
 * included; only the signing key he has not. */
static void rewrite_the_past(struct test_record *r, int64_t seq)
{
    size_t count;
    struct li_entry *entries = all_entries(r, &count);
    struct li_frontier frontier = {0};
    struct li_hash hash = {{0}}, root;

    entries[seq - 1].actor = LI_S("account:666");
    records_tamper(r, &tamper_actor,
                   LI_ARGS(li_v(1), li_v(seq), li_v_text(entries[seq - 1].actor)));
    for (size_t i = 0; i < count; i++) {
        hash = li_entry_hash(&hash, &entries[i]);
        li_frontier_add(&frontier, &hash);
        records_tamper(r, &tamper_hash,
                       LI_ARGS(li_v(1), li_v(entries[i].seq), li_v_blob(li_hash_view(&hash))));
        if (entries[i].seq == SEAL1 || entries[i].seq == SEAL2) {
            root = li_frontier_root(&frontier);
            records_tamper(r, &tamper_root,
                           LI_ARGS(li_v(1), li_v(entries[i].seq), li_v_blob(li_hash_view(&root)),
                                   li_v_blob(li_str_n(frontier.edge, (size_t)frontier.count *
                                                                         sizeof(struct li_hash)))));
        }
    }
    records_tamper(r, &tamper_head, LI_ARGS(li_v(1), li_v(LAST), li_v_blob(li_hash_view(&hash))));
}

static size_t anchors_of(struct test_record *r, struct li_anchor ret[2])
{
    struct li_conn *reader;
    struct li_seal *seals;
    struct li_str line;
    size_t count;

    assert_ok(r->t, li_store_reader(r->ctx, r->t->store, &reader));
    assert_ok(r->t, li_seal_all(r->ctx, reader, 1, &seals, &count));
    li_store_reader_back(r->t->store, reader);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++) {
        assert_ok(r->t, li_anchor_format(r->ctx, r->record, 1, &seals[i], &line));
        assert_ok(r->t, li_anchor_parse(r->ctx, line, &ret[i]));
    }
    return count;
}

static void rewritten_by_the_keeper(struct test_store *t)
{
    struct test_record *r = small_record(t);
    struct li_verify_report report;
    struct li_anchor anchors[2];

    anchors_of(r, anchors);
    report = records_verify_against(r, 1, anchors, 2);
    assert_int_equal(report.finding_count, 0);
    assert_int_equal(report.anchored_to, SEAL2);

    rewrite_the_past(r, 7);
    /* the chain itself is whole: only the second seal, which he cannot sign */
    assert_first(r, SEAL2, "the seal's signature is not ours");
    assert_int_equal(records_verify(r, 1).finding_count, 1);
    /* he throws the seals away, and nothing is left to see … */
    records_tamper(r, &tamper_seals, LI_ARGS(li_v(1)));
    assert_verifies(r, 1);
    /* … but for the line that was given away */
    report = records_verify_against(r, 1, anchors, 2);
    assert_int_equal(report.finding_count, 1);
    assert_int_equal(report.findings[0].seq, SEAL2);
    assert_true(li_str_is(report.findings[0].what,
                          "an anchor given away earlier does not fit the history"));
    assert_int_equal(report.anchors, 2);
    assert_int_equal(report.anchored_to, SEAL1);
}

static void cut_before_an_anchor(struct test_store *t)
{
    struct test_record *r = small_record(t);
    struct li_verify_report report;
    struct li_anchor anchors[2];
    struct li_entry *entries;
    size_t count;

    anchors_of(r, anchors);
    records_tamper(r, &tamper_delete, LI_ARGS(li_v(1), li_v(TEXT), li_v(LAST)));
    records_tamper(r, &tamper_seals, LI_ARGS(li_v(1)));
    entries = all_entries(r, &count);
    assert_int_equal(count, TEXT - 1);
    records_tamper(
        r, &tamper_head,
        LI_ARGS(li_v(1), li_v(TEXT - 1), li_v_blob(li_hash_view(&entries[count - 1].hash))));
    assert_verifies(r, 1);
    report = records_verify_against(r, 1, anchors, 2);
    assert_int_equal(report.finding_count, 1);
    assert_int_equal(report.findings[0].seq, SEAL2);
    assert_int_equal(report.anchored_to, SEAL1);
}

/* ---- all is well --------------------------------------------------------------------------- */

static void unknown_tenant(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_verify_report report;

    assert_int_equal(li_verify(r->ctx, r->record, 9, NULL, &report), -LI_E_NOT_FOUND);
}

static void tenants_are_apart(struct test_store *t)
{
    struct test_record *r = small_record(t);

    records_found(r, 2);
    records_tamper(r, &tamper_at, LI_ARGS(li_v(1), li_v(4)));
    assert_first(r, 4, "the entry was altered");
    assert_verifies(r, 2);
    assert_int_equal(records_verify(r, 2).entries, 1);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(payload_byte),
        STORE_TEST(every_column),
        STORE_TEST(lengths_are_hashed),
        STORE_TEST(stored_hash),
        STORE_TEST(missing_in_the_middle),
        STORE_TEST(numbered_anew),
        STORE_TEST(missing_at_the_end),
        STORE_TEST(missing_at_the_start),
        STORE_TEST(altered_head),
        STORE_TEST(deep_in_the_history),
        STORE_TEST(many_findings),
        STORE_TEST(altered_text),
        STORE_TEST(altered_seals),
        STORE_TEST(seals_without_entries),
        STORE_TEST(rewritten_by_the_keeper),
        STORE_TEST(cut_before_an_anchor),
        STORE_TEST(unknown_tenant),
        STORE_TEST(tenants_are_apart),
    };

    return STORE_TESTS_RUN("record verify", tests);
}
