/*
 * What is told is heard, on both engines: at the commit, by everybody who listens
 * on that channel, and never what was rolled back.
 */
#include <pthread.h>

#include "lib/stores.h"

struct ear {
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    bool begun;
    char heard[256];
};

static void hear(void *arg, struct li_str payload)
{
    struct ear *ear = arg;

    pthread_mutex_lock(&ear->mutex);
    if (payload.ptr)
        strncat(ear->heard, payload.ptr, payload.len);
    else
        ear->begun = true;
    pthread_cond_signal(&ear->cond);
    pthread_mutex_unlock(&ear->mutex);
}

/* Opens a channel and waits until it hears. */
static struct li_listening *listen_to(struct test_store *t, const char *channel, struct ear *ear)
{
    struct li_listening *listening = NULL;

    pthread_mutex_init(&ear->mutex, NULL);
    pthread_cond_init(&ear->cond, NULL);
    assert_ok(t, li_store_listen(t->ctx, t->store, channel, hear, ear, &listening));
    pthread_mutex_lock(&ear->mutex);
    while (!ear->begun)
        pthread_cond_wait(&ear->cond, &ear->mutex);
    pthread_mutex_unlock(&ear->mutex);
    return listening;
}

/* Waits until the last that was told is heard. */
static void assert_heard(struct ear *ear, const char *text)
{
    pthread_mutex_lock(&ear->mutex);
    while (strlen(ear->heard) < strlen(text))
        pthread_cond_wait(&ear->cond, &ear->mutex);
    assert_string_equal(ear->heard, text);
    pthread_mutex_unlock(&ear->mutex);
}

static void tell(struct test_store *t, const char *channel, const char *text)
{
    assert_ok(t, li_store_notify(t->ctx, t->writer, channel, li_str(text)));
}

static void told_at_the_commit(struct test_store *t)
{
    struct ear one = {.begun = false}, two = {.begun = false}, other = {.begun = false};
    struct li_listening *first = listen_to(t, "news", &one);
    struct li_listening *second = listen_to(t, "news", &two);
    struct li_listening *third = listen_to(t, "other", &other);

    assert_ok(t, li_begin(t->ctx, t->writer));
    tell(t, "news", "a");
    li_rollback(t->writer);
    assert_ok(t, li_begin(t->ctx, t->writer));
    tell(t, "news", "b");
    tell(t, "other", "x");
    tell(t, "news", "c");
    assert_string_equal(one.heard, "");
    assert_ok(t, li_commit(t->ctx, t->writer));
    tell(t, "news", "d");
    assert_heard(&one, "bcd");
    assert_heard(&two, "bcd");
    assert_heard(&other, "x");
    li_store_unlisten(second);
    tell(t, "news", "e");
    assert_heard(&one, "bcde");
    li_store_unlisten(first);
    li_store_unlisten(third);
    assert_string_equal(two.heard, "bcd");
}

static void claiming_again_is_fine(struct test_store *t)
{
    bool given = false;

    assert_ok(t, li_conn_claim(t->ctx, t->writer, LI_S("clock"), &given));
    assert_true(given);
    given = false;
    assert_ok(t, li_conn_claim(t->ctx, t->writer, LI_S("clock"), &given));
    assert_true(given);
    li_conn_unclaim(t->writer, LI_S("clock"));
    li_conn_unclaim(t->writer, LI_S("clock"));
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(told_at_the_commit),
        STORE_TEST(claiming_again_is_fine),
    };

    return STORE_TESTS_RUN("store notify", tests);
}
