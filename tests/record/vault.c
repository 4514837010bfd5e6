/*
 * The vault: texts that can be proven while they are there, and erased.
 */
#include <sys/stat.h>

#include "base/time.h"
#include "lib/records.h"
#include "record/due.h"

LI_SQL(vault_slots, "select slot from vault where tenant = $1 and entity = $2 order by slot");
LI_SQL(vault_bytes, "select value from vault where tenant = $1 and entity = $2 and slot = $3");
LI_SQL(vault_put_bytes,
       "update vault set value = $4 where tenant = $1 and entity = $2 and slot = $3");
LI_SQL(vault_put_field,
       "update vault set field = $4 where tenant = $1 and entity = $2 and slot = $3");
LI_SQL(vault_mark_erased, "update vault set value = null, salt = null, erased_rule = 'none', "
                          "erased_at = $4 where tenant = $1 and entity = $2 and slot = $3");
LI_SQL(vault_history, "select payload from history where tenant = $1 and seq = $2");

#define PHONE "13800138000"
#define STORY "北头村口的路灯不亮了"

static const struct test_say report = {
    .entity = 7,
    .count = 3,
    .texts = {{"story", STORY, false, 0}, {"phone", PHONE, true, 0}, {"empty", "", false, 0}}};

static bool holds(struct li_str bytes, const char *word)
{
    return bytes.len && memmem(bytes.ptr, bytes.len, word, strlen(word)) != NULL;
}

static struct li_vault_item *items(struct test_record *r, int64_t tenant, int64_t entity,
                                   size_t expected)
{
    struct li_vault_item *ret;
    struct li_conn *reader;
    size_t count;

    assert_ok(r->t, li_store_reader(r->ctx, r->t->store, &reader));
    assert_ok(r->t, li_vault_of(r->ctx, r->record, reader, tenant, entity, &ret, &count));
    li_store_reader_back(r->t->store, reader);
    assert_int_equal(count, expected);
    return ret;
}

static int open_code(struct test_record *r, int64_t entity)
{
    struct li_vault_item *ret;
    struct li_conn *reader;
    size_t count;
    int rc;

    assert_ok(r->t, li_store_reader(r->ctx, r->t->store, &reader));
    rc = li_vault_of(r->ctx, r->record, reader, 1, entity, &ret, &count);
    li_store_reader_back(r->t->store, reader);
    return rc;
}

static struct li_str bytes_at(struct test_record *r, int64_t entity, int64_t slot)
{
    return records_text(r, &vault_bytes, LI_ARGS(li_v(1), li_v(entity), li_v(slot)));
}

/* ---- keeping ---------------------------------------------------------------------- */

static void kept_and_proven(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_verify_report verified;
    struct li_vault_item *item;

    assert_ok(t, records_run(r, &test_say, &report));
    item = items(r, 1, 7, 3);
    assert_int_equal(item[0].slot, 2 * LI_VAULT_SLOTS);
    assert_int_equal(item[1].slot, 2 * LI_VAULT_SLOTS + 1);
    assert_true(li_str_is(item[0].field, "story") && li_str_is(item[0].value, STORY));
    assert_true(li_str_is(item[1].field, "phone") && li_str_is(item[1].value, PHONE));
    assert_true(item[1].sealed && !item[0].sealed);
    assert_int_equal(item[2].value.len, 0);
    assert_non_null(item[2].value.ptr);
    verified = records_verify(r, 1);
    assert_int_equal(verified.finding_count, 0);
    assert_int_equal(verified.texts, 3);
    assert_int_equal(verified.erased, 0);
    items(r, 1, 8, 0);
}

static void first_of_a_field(struct test_store *t)
{
    static const struct test_say more = {
        .entity = 7,
        .count = 2,
        .texts = {{.field = "story", .value = "still dark"},
                  {.field = "phone", .value = "13900139000", .sealed = true}}};
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_str value = LI_S("untouched");
    struct li_conn *reader;

    assert_ok(t, records_run(r, &test_say, &report));
    assert_ok(t, records_run(r, &test_say, &more));
    assert_ok(t, li_store_reader(r->ctx, t->store, &reader));
    assert_ok(t, li_vault_first(r->ctx, r->record, reader, 1, 7, LI_S("story"), &value));
    assert_true(li_str_is(value, STORY));
    assert_ok(t, li_vault_first(r->ctx, r->record, reader, 1, 7, LI_S("phone"), &value));
    assert_true(li_str_is(value, PHONE));
    assert_ok(t, li_vault_first(r->ctx, r->record, reader, 1, 7, LI_S("none"), &value));
    assert_int_equal(value.len, 0);
    li_store_reader_back(t->store, reader);
}

/* History holds neither text; the vault holds the sealed one only as sealed. */
static void nothing_in_clear(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_str payload, stored;

    assert_ok(t, records_run(r, &test_say, &report));
    payload = records_text(r, &vault_history, LI_ARGS(li_v(1), li_v(2)));
    assert_true(holds(payload, "\"commit\""));
    assert_false(holds(payload, PHONE) || holds(payload, "路灯") || holds(payload, "phone"));
    stored = bytes_at(r, 7, 2 * LI_VAULT_SLOTS + 1);
    assert_true(stored.len > strlen(PHONE));
    assert_false(holds(stored, PHONE));
    assert_true(holds(bytes_at(r, 7, 2 * LI_VAULT_SLOTS), STORY));
}

static void not_in_the_file(struct test_store *t)
{
    static const char *const files[] = {"linli.db", "linli.db-wal"};
    struct test_record *r = records_open(t, NULL, NULL);
    bool story = false;

    assert_ok(t, records_run(r, &test_say, &report));
    for (int i = 0; i < 2; i++) {
        struct li_str bytes;
        struct li_str path = li_strf(r->ctx, "%s/%s", t->folder, files[i]);

        assert_ok(t, li_file_read(r->ctx, path.ptr, 0, &bytes));
        story |= holds(bytes, STORY);
        assert_false(holds(bytes, PHONE));
    }
    assert_true(story);
}

/* Whoever knows the ten possible answers cannot tell them from the history. */
static void commitments_are_salted(struct test_store *t)
{
    static const struct test_say again = {
        .entity = 8,
        .count = 2,
        .texts = {{.field = "phone", .value = PHONE, .sealed = true},
                  {.field = "phone", .value = PHONE, .sealed = true}}};
    struct test_record *r = records_open(t, NULL, NULL);
    const struct li_hash bare = li_hash_of(LI_S(PHONE));
    struct li_node *payload, *list;
    char hex[2 * LI_HASH_SIZE + 1];

    assert_ok(t, records_run(r, &test_say, &again));
    assert_ok(t, li_json_read(r->ctx, records_text(r, &vault_history, LI_ARGS(li_v(1), li_v(2))),
                              &payload));
    list = li_node_get(payload, "texts");
    assert_int_equal(list->list.count, 2);
    li_hash_hex(&bare, hex);
    assert_false(li_str_eq(li_node_text(list->list.items[0], "commit"),
                           li_node_text(list->list.items[1], "commit")));
    assert_false(li_str_is(li_node_text(list->list.items[0], "commit"), hex));
    assert_false(
        li_str_eq(bytes_at(r, 8, 2 * LI_VAULT_SLOTS), bytes_at(r, 8, 2 * LI_VAULT_SLOTS + 1)));
}

/* ---- swapping --------------------------------------------------------------------- */

static void swapped_is_refused(struct test_store *t)
{
    static const struct test_say other = {
        .entity = 9,
        .count = 1,
        .texts = {{.field = "phone", .value = "13900139000", .sealed = true}}};
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_verify_report verified;
    int64_t here = 2 * LI_VAULT_SLOTS + 1, there = 3 * LI_VAULT_SLOTS;
    struct li_str one, two;

    assert_ok(t, records_run(r, &test_say, &report));
    assert_ok(t, records_run(r, &test_say, &other));
    one = bytes_at(r, 7, here);
    two = bytes_at(r, 9, there);
    assert_int_equal(open_code(r, 7), 0);
    records_tamper(r, &vault_put_bytes, LI_ARGS(li_v(1), li_v(7), li_v(here), li_v_blob(two)));
    records_tamper(r, &vault_put_bytes, LI_ARGS(li_v(1), li_v(9), li_v(there), li_v_blob(one)));
    assert_int_equal(open_code(r, 7), -LI_E_CORRUPT);
    assert_int_equal(open_code(r, 9), -LI_E_CORRUPT);
    verified = records_verify(r, 1);
    assert_int_equal(verified.finding_count, 2);
    assert_int_equal(verified.findings[0].seq, 2);
    assert_int_equal(verified.findings[1].seq, 3);
}

static void a_field_keeps_its_name(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    int64_t slot = 2 * LI_VAULT_SLOTS + 1;

    assert_ok(t, records_run(r, &test_say, &report));
    records_tamper(r, &vault_put_field,
                   LI_ARGS(li_v(1), li_v(7), li_v(slot), li_v_text(LI_S("nickname"))));
    assert_int_equal(open_code(r, 7), -LI_E_CORRUPT);
    assert_int_equal(records_verify(r, 1).finding_count, 1);
}

/* ---- erasing ---------------------------------------------------------------------- */

static void erased_by_rule(struct test_store *t)
{
    static const struct li_vault_erase_args erase = {
        .entity = 7, .slot = 2 * LI_VAULT_SLOTS + 1, .rule = LI_S_INIT("contact: keep 180d")};
    static const struct li_vault_erase_args nothing = {
        .entity = 7, .slot = 5, .rule = LI_S_INIT("none")};
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_verify_report verified;
    struct li_vault_item *item;

    assert_ok(t, records_run(r, &test_say, &report));
    records_later(r, LI_DAY);
    assert_ok(t, records_run(r, &li_vault_erase, &erase));
    item = items(r, 1, 7, 3);
    assert_null(item[1].value.ptr);
    assert_true(li_str_is(item[1].erased_rule, "contact: keep 180d"));
    assert_int_equal(item[1].erased_at, RECORDS_NOW + LI_DAY);
    assert_true(li_str_is(item[0].value, STORY));
    assert_int_equal(bytes_at(r, 7, erase.slot).len, 0);
    verified = records_verify(r, 1);
    assert_int_equal(verified.finding_count, 0);
    assert_int_equal(verified.texts, 2);
    assert_int_equal(verified.erased, 1);
    assert_int_equal(records_run(r, &li_vault_erase, &erase), -LI_E_STATE);
    assert_int_equal(records_run(r, &li_vault_erase, &nothing), -LI_E_NOT_FOUND);
}

static void erased_when_due(struct test_store *t)
{
    static const struct test_say brief = {
        .entity = 7,
        .count = 2,
        .texts = {{.field = "story", .value = STORY},
                  {"phone", PHONE, true, RECORDS_NOW + 180 * LI_DAY}}};
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_conn *reader;
    struct li_node *args;
    struct li_due *due;
    struct li_job job;
    size_t count;
    void *parsed;

    assert_ok(t, records_run(r, &test_say, &brief));
    records_later(r, 180 * LI_DAY);
    assert_ok(t, li_store_reader(r->ctx, t->store, &reader));
    assert_ok(t, li_due_read(r->ctx, reader, li_now(r->clock), 10, &due, &count));
    li_store_reader_back(t->store, reader);
    assert_int_equal(count, 1);
    assert_true(li_str_is(due->command, "vault.erase"));
    assert_ok(t, li_json_read(r->ctx, due->args, &args));
    assert_ok(t, li_vault_erase.parse(r->ctx, args, &parsed));
    job = records_job(r, li_record_command(r->record, due->command), parsed);
    job.due = true;
    job.due_entity = due->entity;
    job.due_slot = due->slot;
    job.due_at = due->at;
    assert_ok(t, li_run(r->record, &job));
    assert_null(items(r, 1, 7, 2)[1].value.ptr);
    assert_true(li_str_is(items(r, 1, 7, 2)[1].erased_rule, "test: keep 180d"));
    assert_int_equal(records_verify(r, 1).erased, 1);
    assert_verifies(r, 1);
}

/* A hand that writes "erased" into the vault is not a rule. */
static void erased_by_hand(struct test_store *t)
{
    static const struct li_vault_erase_args other = {
        .entity = 7, .slot = 2 * LI_VAULT_SLOTS, .rule = LI_S_INIT("test")};
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_verify_report verified;

    assert_ok(t, records_run(r, &test_say, &report));
    assert_ok(t, records_run(r, &li_vault_erase, &other));
    records_tamper(r, &vault_mark_erased,
                   LI_ARGS(li_v(1), li_v(7), li_v(2 * LI_VAULT_SLOTS + 1), li_v(RECORDS_NOW)));
    verified = records_verify(r, 1);
    assert_int_equal(verified.finding_count, 1);
    assert_int_equal(verified.findings[0].seq, 2);
    assert_int_equal(verified.erased, 1);
}

/* ---- keys -------------------------------------------------------------------------- */

static void another_master_key(struct test_store *t)
{
    static const uint8_t wrong[32] = "another key";
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_record *record = NULL;
    const struct li_record_config config = {.store = t->store,
                                            .clock = r->clock,
                                            .random = r->random,
                                            .master_key = wrong,
                                            .commands = r->commands,
                                            .consumers = r->consumers};

    records_close(r);
    assert_int_equal(li_record_open(r->ctx, &config, &record), -LI_E_CORRUPT);
    assert_null(record);
    li_ctx_clear(r->ctx);
    records_reopen(r);
}

static void tenants_have_keys_of_their_own(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_str wrapped;
    uint8_t key[32], one[32], two[32];

    records_found(r, 2);
    assert_ok(t, li_key_seal_seed(r->ctx, r->record, 1, one));
    assert_ok(t, li_key_seal_seed(r->ctx, r->record, 2, two));
    assert_memory_not_equal(one, two, 32);
    assert_int_equal(li_key_seal_seed(r->ctx, r->record, 3, two), -LI_E_NOT_FOUND);
    assert_ok(t, li_key_new(r->ctx, r->record, 5, &wrapped));
    assert_int_equal(
        li_key_unwrap(r->ctx, (const uint8_t *)"another key is of no use here...", 5, wrapped, key),
        -LI_E_CORRUPT);
    assert_int_equal(
        li_key_unwrap(r->ctx, (const uint8_t *)"a key that only the tests know.", 6, wrapped, key),
        -LI_E_CORRUPT);
    assert_ok(t, li_key_unwrap(r->ctx, (const uint8_t *)"a key that only the tests know.", 5,
                               wrapped, key));
}

static void the_master_key_file(struct test_store *t)
{
    struct li_str folder = li_strf(t->ctx, "%s/keys", t->folder);
    struct li_str path = li_strf(t->ctx, "%s/master.key", folder.ptr);
    uint8_t made[32], read[32] = {0};
    struct stat st;

    assert_int_equal(li_key_master(t->ctx, folder.ptr, false, read), -LI_E_NOT_FOUND);
    assert_ok(t, li_key_master(t->ctx, folder.ptr, true, made));
    assert_ok(t, li_key_master(t->ctx, folder.ptr, true, read));
    assert_memory_equal(made, read, 32);
    assert_int_equal(stat(path.ptr, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_ok(t, li_file_write(t->ctx, path.ptr, LI_S("short"), 0600));
    assert_int_equal(li_key_master(t->ctx, folder.ptr, true, read), -LI_E_CORRUPT);
    assert_memory_equal(made, read, 32);
}

static void masks(struct test_store *t)
{
    assert_true(li_str_is(li_mask(t->ctx, LI_S("13812345678")), "138****5678"));
    assert_true(li_str_is(li_mask(t->ctx, LI_S("1381234567")), "****"));
    assert_true(li_str_is(li_mask(t->ctx, LI_S("23812345678")), "****"));
    assert_true(li_str_is(li_mask(t->ctx, LI_S("1a812345678")), "****"));
    assert_true(li_str_is(li_mask(t->ctx, LI_S("12张三李")), "****"));
    assert_true(li_str_is(li_mask(t->ctx, LI_S("")), "****"));
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(kept_and_proven),        STORE_TEST(first_of_a_field),
        STORE_TEST(nothing_in_clear),       SQLITE_TEST(not_in_the_file),
        STORE_TEST(commitments_are_salted), STORE_TEST(swapped_is_refused),
        STORE_TEST(a_field_keeps_its_name), STORE_TEST(erased_by_rule),
        STORE_TEST(erased_when_due),        STORE_TEST(erased_by_hand),
        STORE_TEST(another_master_key),     STORE_TEST(tenants_have_keys_of_their_own),
        SQLITE_TEST(the_master_key_file),   SQLITE_TEST(masks),
    };

    return STORE_TESTS_RUN("record vault", tests);
}
