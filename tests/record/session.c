/*
 * Signing in, and who a session is: also after a dismissal, a day, a lock, and
 * from several threads.
 */
#include <pthread.h>

#include "base/time.h"
#include "lib/town.h"

LI_SQL(session_rows, "select cast(count(*) as bigint) from session where tenant = $1");
LI_SQL(failure_rows, "select cast(count(*) as bigint) from login_failure where tenant = $1");
LI_SQL(session_tokens, "select token from session where tenant = $1");
LI_SQL(sign_history, "select cast(count(*) as bigint) from history where tenant = $1");

#define PASSWORD "a good password"

struct sign_test {
    struct test_record *r;
    struct li_sessions *sessions;
    int64_t person;
    int64_t appointment; /* desk at the street */
};

static void free_sessions(void *sessions)
{
    li_sessions_free(sessions);
}

static struct sign_test open_town(struct test_store *t)
{
    struct sign_test s = {.r = town_open(t)};
    struct li_str hash;

    assert_ok(t, li_password_hash(s.r->ctx, LI_S(PASSWORD), &hash));
    s.person = town_person(s.r, "王晓岚", "desk", hash);
    s.appointment = town_appoint(s.r, s.person, "desk", "440305001", 0);
    s.sessions = li_sessions_new(s.r->record);
    assert_non_null(s.sessions);
    assert_int_equal(li_arena_defer(s.r->ctx->arena, free_sessions, s.sessions), 0);
    return s;
}

static int sign_in(struct sign_test *s, const char *login, const char *password,
                   struct li_str *ret_token)
{
    li_ctx_clear(s->r->ctx);
    return li_session_open(s->r->ctx, s->sessions, 1, li_str(login), li_str(password), ret_token);
}

static struct li_str signed_in(struct sign_test *s)
{
    struct li_str token = {0};

    assert_ok(s->r->t, sign_in(s, "desk", PASSWORD, &token));
    return token;
}

static int find(struct sign_test *s, struct li_str token, struct li_session *ret)
{
    li_ctx_clear(s->r->ctx);
    return li_session_find(s->r->ctx, s->sessions, s->r->t->writer, 1, token, ret);
}

static bool is_desk(struct sign_test *s, struct li_str token)
{
    struct li_session session;

    assert_ok(s->r->t, find(s, token, &session));
    return li_viewer_holds(&session.viewer, LI_S("desk"), LI_S(TOWN_COMMUNITY), 0);
}

/* ---- passwords ------------------------------------------------------------------- */

static void passwords(struct test_store *t)
{
    struct li_str one, other;

    assert_int_equal(li_crypto_init(), 0);
    assert_ok(t, li_password_hash(t->ctx, LI_S(PASSWORD), &one));
    assert_ok(t, li_password_hash(t->ctx, LI_S(PASSWORD), &other));
    assert_false(li_str_eq(one, other));
    assert_true(li_str_starts(one, LI_S("$argon2id$")));
    assert_ok(t, li_password_check(t->ctx, LI_S(PASSWORD), one));
    assert_int_equal(li_password_check(t->ctx, LI_S("A good password"), one), -LI_E_CREDENTIALS);
    assert_int_equal(li_password_check(t->ctx, LI_S(""), one), -LI_E_CREDENTIALS);
    assert_int_equal(li_password_check(t->ctx, LI_S(PASSWORD), LI_S("no hash")), -LI_E_CREDENTIALS);
    assert_int_equal(li_password_check(t->ctx, LI_S(PASSWORD), LI_S("")), -LI_E_CREDENTIALS);
    assert_int_equal(t->ctx->error_count, 0);
}

/* ---- in and out ------------------------------------------------------------------- */

static void in_and_out(struct test_store *t)
{
    struct sign_test s = open_town(t);
    int64_t entries = records_number(s.r, &sign_history, LI_ARGS(li_v(1)));
    struct li_str token = signed_in(&s), other = signed_in(&s);
    struct li_session session;

    assert_int_equal(token.len, LI_TOKEN_TEXT);
    assert_false(li_str_eq(token, other));
    assert_ok(t, find(&s, token, &session));
    assert_int_equal(session.viewer.kind, LI_VIEWER_STAFF);
    assert_int_equal(session.viewer.tenant, 1);
    assert_int_equal(session.viewer.person, s.person);
    assert_true(session.viewer.account > 0);
    assert_true(li_str_is(session.name, "王晓岚"));
    assert_int_equal(session.viewer.post_count, 1);
    assert_true(li_viewer_holds(&session.viewer, LI_S("desk"), LI_S(TOWN_COMMUNITY), 0));
    assert_true(li_viewer_holds(&session.viewer, LI_S("*"), LI_S(TOWN_STREET), 0));
    assert_false(li_viewer_holds(&session.viewer, LI_S("desk"), LI_S(TOWN_COUNTY), 0));
    assert_false(li_viewer_holds(&session.viewer, LI_S("checker"), LI_S(TOWN_COMMUNITY), 0));
    assert_ok(t, li_session_close(s.r->ctx, s.sessions, 1, token));
    assert_int_equal(find(&s, token, &session), -LI_E_UNAUTHORIZED);
    assert_ok(t, find(&s, other, &session));
    assert_ok(t, li_session_close(s.r->ctx, s.sessions, 1, token));
    assert_ok(t, li_session_close(s.r->ctx, s.sessions, 1, LI_S("nonsense")));
    /* Sessions are working rows: history did not move. */
    assert_int_equal(records_number(s.r, &sign_history, LI_ARGS(li_v(1))), entries);
    assert_int_equal(records_number(s.r, &session_rows, LI_ARGS(li_v(1))), 1);
}

/* What is kept is not what opens. */
static void kept_as_hash(struct test_store *t)
{
    struct sign_test s = open_town(t);
    struct li_str token = signed_in(&s),
                  kept = records_text(s.r, &session_tokens, LI_ARGS(li_v(1)));
    uint8_t bytes[LI_TOKEN_SIZE];

    assert_int_equal(kept.len, LI_HASH_SIZE);
    assert_true(li_base32_parse(token, bytes, sizeof(bytes)));
    assert_null(memmem(kept.ptr, kept.len, bytes, sizeof(bytes)));
}

static void no_session(struct test_store *t)
{
    struct sign_test s = open_town(t);
    struct li_str token = signed_in(&s);
    struct li_session session;

    assert_int_equal(find(&s, LI_S(""), &session), -LI_E_UNAUTHORIZED);
    assert_int_equal(find(&s, LI_S("00000000000000000000000000"), &session), -LI_E_UNAUTHORIZED);
    assert_int_equal(find(&s, LI_S("!!!!!!!!!!!!!!!!!!!!!!!!!!"), &session), -LI_E_UNAUTHORIZED);
    token.len--;
    assert_int_equal(find(&s, token, &session), -LI_E_UNAUTHORIZED);
    token.len++;
    /* A token opens only its own tenant, and not one that is not there. */
    records_found(s.r, 2);
    assert_ok(t, find(&s, token, &session));
    for (int64_t tenant = 2; tenant < 4; tenant++)
        assert_int_equal(li_session_find(s.r->ctx, s.sessions, t->writer, tenant, token, &session),
                         -LI_E_UNAUTHORIZED);
}

static void wrong(struct test_store *t)
{
    struct sign_test s = open_town(t);
    struct li_str token = {0};

    assert_int_equal(sign_in(&s, "desk", "a bad password", &token), -LI_E_CREDENTIALS);
    assert_int_equal(sign_in(&s, "desc", PASSWORD, &token), -LI_E_CREDENTIALS);
    assert_int_equal(sign_in(&s, "no login, \xff", PASSWORD, &token), -LI_E_CREDENTIALS);
    assert_null(token.ptr);
    assert_int_equal(records_number(s.r, &session_rows, LI_ARGS(li_v(1))), 0);
    /* What cannot be a login leaves no row. */
    assert_int_equal(records_number(s.r, &failure_rows, LI_ARGS(li_v(1))), 2);
    signed_in(&s);
    assert_int_equal(records_number(s.r, &failure_rows, LI_ARGS(li_v(1))), 1);
}

/* A login nobody has costs what a wrong password costs: the same hash. */
static void unknown_takes_as_long(struct test_store *t)
{
    struct sign_test s = open_town(t);
    struct li_str token;
    int64_t known, unknown, start = li_steady_us();

    assert_int_equal(sign_in(&s, "desk", "wrong", &token), -LI_E_CREDENTIALS);
    known = li_steady_us() - start;
    start = li_steady_us();
    assert_int_equal(sign_in(&s, "nobody", "wrong", &token), -LI_E_CREDENTIALS);
    unknown = li_steady_us() - start;
    /* Without the hash it would be a hundredth. */
    assert_true(unknown > known / 5);
}

static void locked(struct test_store *t)
{
    struct sign_test s = open_town(t);
    struct li_str token = {0};

    for (int i = 0; i < LI_LOCK_FAILURES; i++) {
        records_later(s.r, LI_MINUTE);
        assert_int_equal(sign_in(&s, "desk", "wrong", &token), -LI_E_CREDENTIALS);
    }
    assert_int_equal(sign_in(&s, "desk", PASSWORD, &token), -LI_E_LOCKED);
    records_later(s.r, LI_LOCK_MINUTES * LI_MINUTE - 1);
    assert_int_equal(sign_in(&s, "desk", PASSWORD, &token), -LI_E_LOCKED);
    records_later(s.r, 1);
    signed_in(&s);
    /* And the count begins anew. */
    assert_int_equal(sign_in(&s, "desk", "wrong", &token), -LI_E_CREDENTIALS);
    signed_in(&s);
}

/* Also a login nobody has is locked: a lock tells nothing. */
static void unknown_locked(struct test_store *t)
{
    struct sign_test s = open_town(t);
    struct li_str token;

    for (int i = 0; i < LI_LOCK_FAILURES; i++)
        assert_int_equal(sign_in(&s, "nobody", "wrong", &token), -LI_E_CREDENTIALS);
    assert_int_equal(sign_in(&s, "nobody", "wrong", &token), -LI_E_LOCKED);
    signed_in(&s);
}

/* ---- in the course of time ---------------------------------------------------------- */

static void runs_out(struct test_store *t)
{
    struct sign_test s = open_town(t);
    struct li_str token = signed_in(&s);
    struct li_session session;

    records_later(s.r, LI_SESSION_HOURS * LI_HOUR - 1);
    assert_ok(t, find(&s, token, &session));
    records_later(s.r, 1); /* the cache gives no minute beyond the end */
    assert_int_equal(find(&s, token, &session), -LI_E_UNAUTHORIZED);
    assert_int_equal(records_number(s.r, &session_rows, LI_ARGS(li_v(1))), 1);
    assert_ok(t, records_run(s.r, &li_session_sweep, NULL));
    assert_int_equal(records_number(s.r, &session_rows, LI_ARGS(li_v(1))), 0);
}

static void sweeps_only_the_old(struct test_store *t)
{
    struct sign_test s = open_town(t);
    struct li_str token = signed_in(&s), none;

    assert_int_equal(sign_in(&s, "desk", "wrong", &none), -LI_E_CREDENTIALS);
    assert_ok(t, records_run(s.r, &li_session_sweep, NULL));
    assert_int_equal(records_number(s.r, &failure_rows, LI_ARGS(li_v(1))), 1);
    assert_true(is_desk(&s, token));
    records_later(s.r, LI_LOCK_MINUTES * LI_MINUTE);
    assert_ok(t, records_run(s.r, &li_session_sweep, NULL));
    assert_int_equal(records_number(s.r, &failure_rows, LI_ARGS(li_v(1))), 0);
    assert_true(is_desk(&s, token));
}

static void dismissed_at_once(struct test_store *t)
{
    struct sign_test s = open_town(t);
    const struct li_appointment_end_args end = {.appointment = s.appointment};
    struct li_str token = signed_in(&s);
    struct li_session session;

    assert_true(is_desk(&s, token));
    assert_ok(t, records_run(s.r, &li_appointment_end, &end));
    assert_false(is_desk(&s, token));
    assert_ok(t, find(&s, token, &session));
    assert_int_equal(session.viewer.post_count, 0);
    town_appoint(s.r, s.person, "desk", "440305001", 0);
    assert_true(is_desk(&s, token));
}

/* An appointment that begins or ends by itself, in the middle of the minute. */
static void by_itself(struct test_store *t)
{
    struct sign_test s = open_town(t);
    int64_t start = li_now(s.r->clock);
    struct li_str token = signed_in(&s);
    struct li_session session;

    town_appoint_for(s.r, s.person, "chief", "440305001", 0, start + 10 * LI_SECOND,
                     start + 20 * LI_SECOND);
    assert_ok(t, find(&s, token, &session));
    assert_int_equal(session.viewer.post_count, 1);
    records_later(s.r, 10 * LI_SECOND);
    assert_ok(t, find(&s, token, &session));
    assert_int_equal(session.viewer.post_count, 2);
    records_later(s.r, 10 * LI_SECOND - 1);
    assert_ok(t, find(&s, token, &session));
    assert_int_equal(session.viewer.post_count, 2);
    records_later(s.r, 1);
    assert_ok(t, find(&s, token, &session));
    assert_int_equal(session.viewer.post_count, 1);
}

LI_SQL(session_steal, "update person set name = $2 where tenant = $1");

/* The answer is kept for a minute, and not longer. */
static void kept_a_minute(struct test_store *t)
{
    struct sign_test s = open_town(t);
    struct li_str token = signed_in(&s);
    struct li_session session;

    assert_ok(t, find(&s, token, &session));
    records_tamper(s.r, &session_steal, LI_ARGS(li_v(1), li_v_text(LI_S("另一人"))));
    records_later(s.r, LI_MINUTE - 1);
    assert_ok(t, find(&s, token, &session));
    assert_true(li_str_is(session.name, "王晓岚"));
    records_later(s.r, 1);
    assert_ok(t, find(&s, token, &session));
    assert_true(li_str_is(session.name, "另一人"));
}

/* ---- many ----------------------------------------------------------------------------- */

#define THREADS 4
#define ROUNDS  500
#define TOKENS  3

struct asker {
    pthread_t thread;
    struct sign_test *s;
    const struct li_str *tokens;
    int desk, other, wrong;
};

static void *ask(void *arg)
{
    struct asker *asker = arg;
    struct test_record *r = asker->s->r;
    struct li_ctx *ctx = test_ctx_new(r->clock);
    struct li_conn *conn = NULL;

    if (li_store_reader(ctx, r->t->store, &conn)) {
        asker->wrong++;
        test_ctx_free(ctx);
        return NULL;
    }
    for (int i = 0; i < ROUNDS; i++) {
        struct li_session session;
        if (li_session_find(ctx, asker->s->sessions, conn, 1, asker->tokens[i % TOKENS],
                            &session)) {
            asker->wrong++;
        } else if (!li_str_is(session.name, "王晓岚") ||
                   session.viewer.person != asker->s->person) {
            asker->wrong++;
        } else if (li_viewer_holds(&session.viewer, LI_S("desk"), LI_S(TOWN_COMMUNITY), 0)) {
            asker->desk++;
        } else {
            asker->other++;
        }
        li_arena_reset(ctx->arena);
        li_ctx_clear(ctx);
    }
    li_store_reader_back(r->t->store, conn);
    test_ctx_free(ctx);
    return NULL;
}

/* Four threads ask while the officer is dismissed and appointed again. */
static void from_threads(struct test_store *t)
{
    struct sign_test s = open_town(t);
    struct li_str tokens[TOKENS];
    struct asker askers[THREADS] = {0};

    for (int i = 0; i < TOKENS; i++)
        tokens[i] = signed_in(&s);
    for (int i = 0; i < THREADS; i++) {
        askers[i].s = &s;
        askers[i].tokens = tokens;
        assert_int_equal(pthread_create(&askers[i].thread, NULL, ask, &askers[i]), 0);
    }
    for (int i = 0; i < 10; i++) {
        const struct li_appointment_end_args end = {.appointment = s.appointment};
        assert_ok(t, records_run(s.r, &li_appointment_end, &end));
        assert_false(is_desk(&s, tokens[i % TOKENS]));
        s.appointment = town_appoint(s.r, s.person, "desk", "440305001", 0);
        assert_true(is_desk(&s, tokens[i % TOKENS]));
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(askers[i].thread, NULL);
        assert_int_equal(askers[i].wrong, 0);
        assert_int_equal(askers[i].desk + askers[i].other, ROUNDS);
    }
}

static void *sign_in_once(void *arg)
{
    struct asker *asker = arg;
    struct li_ctx *ctx = test_ctx_new(asker->s->r->clock);
    struct li_str token;
    int rc = li_session_open(ctx, asker->s->sessions, 1, LI_S("desk"), LI_S(PASSWORD), &token);

    asker->desk = rc == 0;
    asker->other = rc == -LI_E_TOO_MANY;
    asker->wrong = !asker->desk && !asker->other;
    test_ctx_free(ctx);
    return NULL;
}

/* At most two passwords are checked at a time; the others are told to wait. */
static void few_at_a_time(struct test_store *t)
{
    struct sign_test s = open_town(t);
    struct asker askers[8] = {0};
    int opened = 0, refused = 0;

    for (int i = 0; i < 8; i++) {
        askers[i].s = &s;
        assert_int_equal(pthread_create(&askers[i].thread, NULL, sign_in_once, &askers[i]), 0);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(askers[i].thread, NULL);
        assert_int_equal(askers[i].wrong, 0);
        opened += askers[i].desk;
        refused += askers[i].other;
    }
    assert_true(opened >= 1);
    assert_int_equal(opened + refused, 8);
    assert_int_equal(records_number(s.r, &session_rows, LI_ARGS(li_v(1))), opened);
    signed_in(&s); /* every place is free again */
    assert_int_equal(s.r->ctx->error_count, 0);
}

LI_SQL(session_plant, "insert into session (tenant, token, account, expires_at) "
                      "select $1, $2, id, $3 from account where tenant = $1");

/* More sessions than the table has places: all are still known. */
static void more_than_fit(struct test_store *t)
{
    struct sign_test s = open_town(t);
    struct li_session session;
    char text[LI_BASE32_SIZE(LI_TOKEN_SIZE)];

    assert_ok(t, li_begin(s.r->ctx, t->writer));
    for (uint32_t i = 0; i < 5000; i++) {
        uint8_t token[LI_TOKEN_SIZE] = {(uint8_t)i, (uint8_t)(i >> 8)};
        struct li_hash hash = li_hash_of(li_str_n(token, sizeof(token)));
        assert_ok(t, li_exec(s.r->ctx, t->writer, &session_plant,
                             LI_ARGS(li_v(1), li_v_blob(li_hash_view(&hash)),
                                     li_v(li_now(s.r->clock) + LI_HOUR)),
                             NULL));
    }
    assert_ok(t, li_commit(s.r->ctx, t->writer));
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 5000; i++) {
            uint8_t token[LI_TOKEN_SIZE] = {(uint8_t)i, (uint8_t)(i >> 8)};
            li_base32(token, sizeof(token), text);
            assert_ok(t, find(&s, li_str(text), &session));
            assert_int_equal(session.viewer.person, s.person);
        }
    }
}

int main(void)
{
    static const struct store_test tests[] = {
        SQLITE_TEST(passwords),
        STORE_TEST(in_and_out),
        STORE_TEST(kept_as_hash),
        STORE_TEST(no_session),
        STORE_TEST(wrong),
        SQLITE_TEST(unknown_takes_as_long),
        STORE_TEST(locked),
        SQLITE_TEST(unknown_locked),
        STORE_TEST(runs_out),
        STORE_TEST(sweeps_only_the_old),
        STORE_TEST(dismissed_at_once),
        STORE_TEST(by_itself),
        STORE_TEST(kept_a_minute),
        STORE_TEST(from_threads),
        SQLITE_TEST(few_at_a_time),
        SQLITE_TEST(more_than_fit),
    };

    return STORE_TESTS_RUN("sessions", tests);
}
