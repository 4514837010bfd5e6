/*
 * Search: the same answers on every engine, the ones a reader of all texts would
 * give; nothing of what was erased, of another tenant, of a narrower scope.
 */
#include <stdlib.h>

#include "lib/records.h"
#include "record/search.h"

#define ENTITIES 300
#define QUERIES  600
#define TEXTS    2

/* ---- a consumer of what test.say put into the vault ------------------------ */

/* Entities of odd number are public too. */
static int add_texts(struct li_ctx *ctx, const struct li_tx *tx, struct li_search_batch *batch,
                     int64_t entity, int64_t from, int64_t to, int64_t but)
{
    struct li_vault_item *items;
    size_t count;
    int r = li_vault_texts(ctx, tx->conn, tx->tenant, entity, from, to, &items, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        if (items[i].slot == but)
            continue;
        r = li_search_add(ctx, batch, entity, LI_SCOPE_STAFF, items[i].value);
        if (r == 0 && entity % 2)
            r = li_search_add(ctx, batch, entity, LI_SCOPE_PUBLIC, items[i].value);
    }
    return r;
}

static int words_apply(struct li_ctx *ctx, const struct li_tx *tx, const struct li_entry *entries,
                       size_t count)
{
    struct li_search_batch *batch = li_search_batch_new(ctx);
    int r = batch ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < count; i++) {
        if (li_str_is(entries[i].command, test_say.name))
            r = add_texts(ctx, tx, batch, entries[i].entity, entries[i].seq * LI_VAULT_SLOTS,
                          (entries[i].seq + 1) * LI_VAULT_SLOTS, -1);
    }
    return r ? r : li_search_write(ctx, tx, batch);
}

static int words_forget(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, int64_t slot,
                        int64_t seen)
{
    struct li_search_batch *old = li_search_batch_new(ctx), *now = li_search_batch_new(ctx);
    int64_t to = (seen + 1) * LI_VAULT_SLOTS;
    int r = old && now ? add_texts(ctx, tx, old, entity, 0, to, -1) : -LI_E_NOMEM;

    r = r ? r : add_texts(ctx, tx, now, entity, 0, to, slot);
    return r ? r : li_search_replace(ctx, tx, entity, old, now);
}

static const struct li_consumer words = {
    .name = "words",
    .apply = words_apply,
    .drop = li_search_drop,
    .forget = words_forget,
    .whole = true,
};
static const struct li_consumer *const consumers[] = {&words, NULL};

/* ---- asking ---------------------------------------------------------------- */

/* "7 5 1": the entities found, newest first, each verified on its texts. */
static const char *found(struct test_record *r, int64_t tenant, enum li_scope scope,
                         const char *question)
{
    int64_t ids[ENTITIES], before = INT64_MAX;
    struct li_buf *buf = li_buf_new(r->ctx, 0);
    struct li_search_query query;
    struct li_conn *reader;
    size_t count;

    assert_ok(r->t, li_search_read(r->ctx, li_str(question), &query));
    assert_ok(r->t, li_store_reader(r->ctx, r->t->store, &reader));
    do { /* in pages of seven */
        assert_ok(r->t,
                  li_search_find(r->ctx, reader, tenant, scope, &query, before, 7, ids, &count));
        for (size_t i = 0; i < count; i++) {
            struct li_vault_item *items;
            struct li_str texts[8 * TEXTS];
            size_t text_count;
            bool matches;

            assert_true(ids[i] < before);
            before = ids[i];
            assert_ok(r->t, li_vault_texts(r->ctx, reader, tenant, ids[i], 0, INT64_MAX, &items,
                                           &text_count));
            assert_true(text_count <= 8 * TEXTS);
            for (size_t k = 0; k < text_count; k++)
                texts[k] = items[k].value;
            assert_ok(r->t, li_search_matches(r->ctx, &query, texts, text_count, &matches));
            if (matches)
                li_buf_fmt(buf, "%s%lld", buf->len ? " " : "", (long long)ids[i]);
        }
    } while (count == 7);
    li_store_reader_back(r->t->store, reader);
    li_buf_char(buf, '\0');
    return buf->ptr;
}

/* How many candidates the index itself gives, unverified. */
static size_t candidates(struct test_record *r, int64_t tenant, enum li_scope scope,
                         const char *question)
{
    int64_t ids[ENTITIES];
    struct li_search_query query;
    struct li_conn *reader;
    size_t count;

    assert_ok(r->t, li_search_read(r->ctx, li_str(question), &query));
    assert_ok(r->t, li_store_reader(r->ctx, r->t->store, &reader));
    assert_ok(r->t, li_search_find(r->ctx, reader, tenant, scope, &query, INT64_MAX, ENTITIES, ids,
                                   &count));
    li_store_reader_back(r->t->store, reader);
    return count;
}

static void say(struct test_record *r, int64_t entity, const char *first, const char *second)
{
    const struct test_say args = {.entity = entity,
                                  .count = second ? 2 : 1,
                                  .texts = {{"a", first, false, 0}, {"b", second, false, 0}}};

    assert_ok(r->t, records_run(r, &test_say, &args));
}

#define assert_found(r, question, expected)                                                        \
    assert_string_equal(found((r), RECORDS_TENANT, LI_SCOPE_STAFF, (question)), (expected))

/* ---- words a street office knows -------------------------------------------- */

static void words_are_found(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, consumers);

    say(r, 1, "北头村口的路灯不亮了", NULL);
    say(r, 2, "小区内涝，下水不通", "井盖丢失");
    say(r, 3, "地下车库水浸 LED路灯坏了", "编号ＡＢ－１２，请于3栋13单元查看");
    say(r, 4, "路  灯", "路，灯");
    records_catch_up(r);
    assert_found(r, "路灯", "3 1");
    assert_found(r, "内涝", "2");
    assert_found(r, "井盖", "2");
    assert_found(r, "下水", "2");
    assert_found(r, "下水 井盖", "2");
    assert_found(r, "路灯不亮", "1");
    assert_found(r, "路灯，不亮！", "1");
    assert_found(r, "不亮路灯", "");
    assert_found(r, "led", "3");
    assert_found(r, "Led路灯", "3");
    assert_found(r, "le", "");
    assert_found(r, "ab-12", "3");
    assert_found(r, "ＡＢ", "3");
    assert_found(r, "3栋", "3");
    assert_found(r, "栋 13", "3");
    assert_found(r, "1 3", "");
    assert_found(r, "路燈", "");
}

static void one_character_is_refused(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, consumers);
    static const char *const refused[] = {
        "灯", "灯 盖", "", "，。", " ", "灯。", "a b c d e f g h i j k l m n o p q"};
    struct li_search_query query;

    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        assert_int_equal(li_search_read(r->ctx, li_str(refused[i]), &query), -LI_E_INVALID);
        li_ctx_clear(r->ctx);
    }
    assert_int_equal(li_search_read(r->ctx, li_str("\xff\xfe"), &query), -LI_E_INVALID);
}

static void scopes_and_tenants_apart(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, consumers);

    records_found(r, 2);
    say(r, 1, "路灯", NULL);
    say(r, 2, "路灯", NULL);
    r->tenant = 2;
    say(r, 3, "路灯", NULL);
    records_catch_up(r);
    assert_string_equal(found(r, 1, LI_SCOPE_STAFF, "路灯"), "2 1");
    assert_string_equal(found(r, 1, LI_SCOPE_PUBLIC, "路灯"), "1");
    assert_string_equal(found(r, 2, LI_SCOPE_STAFF, "路灯"), "3");
    assert_string_equal(found(r, 2, LI_SCOPE_PUBLIC, "路灯"), "3");
}

/* ---- against a reader of everything ----------------------------------------- */

static const char *const pieces[] = {
    "路", "灯", "不", "亮", "了",     "下",  "水", "内", "涝",   "井", "盖", "楼", "三", "栋",
    "燈", "，", "。", " ",  "LED",    "led", "A",  "b",  "１２", "12", "3",  "-",  "ß",  "Ｌ",
    "é",  "가", "ア", "々", "\u200b", "ﬁ",   "①",  "𠀀", "x1",   "“",  "(",  "'",  ":",  "&",
};

static unsigned roll(uint64_t *dice, unsigned sides)
{
    *dice = *dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*dice >> 33) % sides;
}

/* Mostly of the first pieces, so that the same pairs come again and again. */
static const char *random_text(struct test_record *r, uint64_t *dice, unsigned longest)
{
    struct li_buf *buf = li_buf_new(r->ctx, 0);

    for (unsigned left = 1 + roll(dice, longest); left > 0; left--) {
        unsigned of = roll(dice, 3) ? 14 : sizeof(pieces) / sizeof(pieces[0]);
        li_buf_text(buf, pieces[roll(dice, of)]);
    }
    li_buf_char(buf, '\0');
    return buf->ptr;
}

struct world {
    struct test_record *r;
    uint64_t dice;
    struct li_str texts[ENTITIES + 1][TEXTS];
    size_t count[ENTITIES + 1];
};

static void compare(struct world *w, size_t *ret_hits)
{
    struct test_record *r = w->r;

    for (int i = 0; i < QUERIES; i++) {
        const char *question = random_text(r, &w->dice, i % 2 ? 3 : 6);
        struct li_buf *expected = li_buf_new(r->ctx, 0);
        struct li_search_query query;

        if (li_search_read(r->ctx, li_str(question), &query) < 0) {
            li_ctx_clear(r->ctx);
            continue;
        }
        for (int64_t id = ENTITIES; id > 0; id--) {
            bool matches;
            assert_ok(r->t,
                      li_search_matches(r->ctx, &query, w->texts[id], w->count[id], &matches));
            if (matches) {
                li_buf_fmt(expected, "%s%lld", expected->len ? " " : "", (long long)id);
                *ret_hits += 1;
            }
        }
        li_buf_char(expected, '\0');
        assert_found(r, question, expected->ptr);
    }
}

static void as_a_reader_would(struct test_store *t)
{
    struct world *w = calloc(1, sizeof(*w));
    size_t hits = 0;

    assert_non_null(w);
    w->r = records_open(t, NULL, consumers);
    w->dice = 17;
    for (int64_t id = 1; id <= ENTITIES; id++) {
        for (unsigned i = 0; i < 1 + id % TEXTS; i++) {
            const char *text = random_text(w->r, &w->dice, 20);
            say(w->r, id, text, NULL);
            w->texts[id][w->count[id]++] = li_str(text);
        }
    }
    records_catch_up(w->r);
    compare(w, &hits);
    assert_true(hits > QUERIES);
    free(w);
}

/* ---- forgetting and rebuilding ----------------------------------------------- */

static void erase(struct test_record *r, int64_t entity, int64_t seq, int place)
{
    const struct li_vault_erase_args args = {
        .entity = entity, .slot = seq * LI_VAULT_SLOTS + place, .rule = LI_S("test")};

    assert_ok(r->t, records_run(r, &li_vault_erase, &args));
}

/* What is erased is not even a candidate any more; what shared words with it is. */
static void erased_is_forgotten(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, consumers);
    struct li_job job;
    const struct test_say both = {
        .entity = 1,
        .count = 2,
        .texts = {{"a", "路灯坏了", false, 0}, {"b", "井盖坏了", false, 0}}};

    job = records_run_job(r, &test_say, &both);
    say(r, 2, "路灯坏了", NULL);
    records_catch_up(r);
    erase(r, 1, job.seq, 0);
    assert_int_equal(candidates(r, 1, LI_SCOPE_STAFF, "路灯"), 1);
    assert_int_equal(candidates(r, 1, LI_SCOPE_PUBLIC, "路灯"), 0);
    assert_found(r, "坏了", "2 1");
    assert_found(r, "井盖", "1");
    erase(r, 1, job.seq, 1);
    assert_int_equal(candidates(r, 1, LI_SCOPE_STAFF, "坏了"), 1);
    records_catch_up(r);
    assert_found(r, "坏了", "2");
    say(r, 1, "又亮了", NULL);
    records_catch_up(r);
    assert_found(r, "又亮", "1");
    assert_verifies(r, 1);
}

/* Erased before the consumer comes to it: it finds nothing and takes nothing out. */
static void erased_before_it_was_seen(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    const struct test_say args = {.entity = 1, .count = 1, .texts = {{"a", "路灯坏了", false, 0}}};
    const struct li_consumer *list[] = {&words, NULL};
    struct li_job job = records_run_job(r, &test_say, &args);

    erase(r, 1, job.seq, 0);
    say(r, 2, "路灯亮了", NULL);
    r->consumers = (const struct li_consumer **)list;
    records_reopen(r);
    records_catch_up(r);
    assert_int_equal(candidates(r, 1, LI_SCOPE_STAFF, "路灯"), 1);
    assert_found(r, "路灯", "2");
}

/* Rebuilding one tenant leaves the others as they were, on either engine. */
static void rebuilt_is_the_same(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, consumers);

    records_found(r, 2);
    for (int64_t id = 1; id <= 40; id++) {
        r->tenant = 1 + id % 2;
        say(r, id, id % 3 ? "路灯坏了" : "井盖丢失", NULL);
    }
    records_catch_up(r);
    size_t first = candidates(r, 1, LI_SCOPE_STAFF, "路灯"),
           second = candidates(r, 2, LI_SCOPE_STAFF, "路灯");
    assert_true(first > 0 && second > 0);
    for (int round = 0; round < 2; round++) {
        assert_ok(t, li_consumer_rebuild(r->ctx, r->record, 1, LI_S("words")));
        records_catch_up(r);
        assert_int_equal(candidates(r, 1, LI_SCOPE_STAFF, "路灯"), first);
        assert_int_equal(candidates(r, 2, LI_SCOPE_STAFF, "路灯"), second);
    }
    assert_int_equal(li_consumer_is_whole(r->record, LI_S("words")), t->kind == LI_STORE_SQLITE);
    assert_false(li_consumer_is_whole(r->record, LI_S("nobody")));
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(words_are_found),          STORE_TEST(one_character_is_refused),
        STORE_TEST(scopes_and_tenants_apart), STORE_TEST(as_a_reader_would),
        STORE_TEST(erased_is_forgotten),      STORE_TEST(erased_before_it_was_seen),
        STORE_TEST(rebuilt_is_the_same),
    };

    return STORE_TESTS_RUN("record search", tests);
}
