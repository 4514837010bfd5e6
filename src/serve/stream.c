/*
 * The stream's thread: reads what was committed, asks sight, hands out.
 *
 * One lock guards groups, listeners and what waits to be sent; the store is read
 * outside it.  See stream.h for what is promised, listen.c for a listener's side.
 */
#include "serve/stream.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/id.h"
#include "base/log.h"
#include "base/time.h"
#include "record/cursor.h"
#include "record/history.h"
#include "serve/stream_inside.h"

#define ROUND 500 /* entries read at a time */

/* A case that changed, as the last entry about it found it. */
struct news {
    int64_t case_id, seq;
    struct li_case row;
    struct li_case_part *parts;
    size_t part_count;
};

static void commit_hook(void *arg, int count)
{
    struct li_stream *stream = arg;

    (void)count;
    li_stream_wake(stream);
}

/* A lock of its own: a lane never waits for who reads or sends. */
void li_stream_wake(struct li_stream *stream)
{
    pthread_mutex_lock(&stream->wake_mutex);
    if (!stream->news) {
        stream->news = true;
        pthread_cond_signal(&stream->wake);
    }
    pthread_mutex_unlock(&stream->wake_mutex);
}

/* ---- what happened ------------------------------------------------------------- */

/* That somebody looked at a telephone number is no news. */
static bool is_about_case(const struct li_entry *entry)
{
    return li_str_starts(entry->command, LI_S("case.")) &&
           !li_str_is(entry->command, li_case_reveal.name);
}

static struct news *find_news(struct news *news, size_t count, int64_t case_id)
{
    for (size_t i = 0; i < count; i++) {
        if (news[i].case_id == case_id) {
            return &news[i];
        }
    }
    return NULL;
}

/* The cases that entries of one tenant are about, each once, as they are now. */
static int read_news(struct li_ctx *ctx, struct li_stream *stream, struct li_conn *conn,
                     int64_t tenant, const struct li_entry *entries, size_t entry_count,
                     struct news **ret, size_t *ret_count)
{
    struct news *news = li_alloc_array(ctx, entry_count, sizeof(*news));
    size_t count = 0;
    int r = news ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < entry_count; i++) {
        struct news *known;
        if (!is_about_case(&entries[i])) {
            continue;
        }
        known = find_news(news, count, entries[i].entity);
        if (known) {
            known->seq = entries[i].seq;
            continue;
        }
        known = &news[count];
        *known = (struct news){.case_id = entries[i].entity, .seq = entries[i].seq};
        r = li_case_find(ctx, stream->house->record, conn, tenant, known->case_id, &known->row);
        r = r ? r
              : li_case_parts(ctx, conn, tenant, &known->row, &known->parts, &known->part_count);
        count++;
    }
    *ret = news;
    *ret_count = count;
    return r;
}

/* ---- handing out ------------------------------------------------------------------ */

static bool concerns(struct li_ctx *ctx, const struct li_viewer *viewer, int64_t tenant,
                     const struct news *news)
{
    enum li_sight sight = LI_SIGHT_NONE;

    if (li_case_sight(ctx, viewer, tenant, &news->row, news->parts, news->part_count, &sight)) {
        return false;
    }
    return sight >= (viewer->kind == LI_VIEWER_STAFF ? LI_SIGHT_STAFF : LI_SIGHT_PUBLIC);
}

static int write_event(struct li_ctx *ctx, struct li_stream *stream, int64_t tenant,
                       const struct news *news, struct li_str *ret)
{
    char cursor[LI_CURSOR_TEXT + 1], id[LI_ID_TEXT + 1];
    int r = li_cursor_seal(ctx, stream->house->record, tenant, news->seq, cursor);

    if (r) {
        return r;
    }
    li_id_format(news->case_id, id);
    *ret = li_strf(
        ctx, "event: case\nid: %s\ndata: {\"kind\":\"case\",\"case\":\"%s\",\"rev\":%lld}\n\n",
        cursor, id, (long long)news->row.rev);
    return ret->ptr ? 0 : -LI_E_NOMEM;
}

/* Tells a group; under the lock.  Who hears only of public cases waits for the
 * second to be over, and then hears of each case once. */
static void tell_group(struct li_group *group, const struct news *news, struct li_str text)
{
    if (group->viewer.kind == LI_VIEWER_STAFF) {
        for (struct li_listener *one = group->first; one; one = one->next) {
            if (!one->is_new && one->after < news->seq) {
                li_listener_say(one, text);
            }
        }
        return;
    }
    li_group_keep(group, news->case_id, news->seq, text);
}

static int tell_news(struct li_ctx *ctx, struct li_stream *stream, int64_t tenant,
                     const struct news *news, size_t count)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_str text = {0};
        pthread_mutex_lock(&stream->mutex);
        for (struct li_group *group = stream->groups; r == 0 && group; group = group->next) {
            if (group->tenant != tenant || !group->first ||
                !concerns(ctx, &group->viewer, tenant, &news[i])) {
                continue;
            }
            r = text.ptr ? 0 : write_event(ctx, stream, tenant, &news[i], &text);
            if (r == 0) {
                tell_group(group, &news[i], text);
            }
        }
        pthread_mutex_unlock(&stream->mutex);
    }
    return r;
}

/* Everything after `*seq` of a tenant; *seq moves along. */
static int follow(struct li_ctx *ctx, struct li_stream *stream, struct li_conn *conn,
                  struct li_followed *followed)
{
    struct li_entry *entries;
    size_t count = ROUND;
    int r = 0;

    while (r == 0 && count == ROUND) {
        struct news *news;
        size_t news_count;
        r = li_history_read(ctx, conn, followed->tenant, followed->seq, ROUND, &entries, &count);
        r = r ? r
              : read_news(ctx, stream, conn, followed->tenant, entries, count, &news, &news_count);
        r = r ? r : tell_news(ctx, stream, followed->tenant, news, news_count);
        if (r == 0 && count) {
            followed->seq = entries[count - 1].seq;
        }
    }
    return r;
}

/* ---- who comes back ------------------------------------------------------------------ */

/* What a listener missed between its cursor and where the thread is. */
static int replay(struct li_ctx *ctx, struct li_stream *stream, struct li_conn *conn,
                  struct li_listener *one, int64_t until)
{
    struct li_entry *entries = NULL;
    struct news *news = NULL;
    size_t count = 0, news_count = 0;
    int64_t tenant = one->group->tenant;
    int r = 0;

    if (until - one->after > LI_STREAM_BEHIND) {
        char cursor[LI_CURSOR_TEXT + 1];
        struct li_str text;
        r = li_cursor_seal(ctx, stream->house->record, tenant, until, cursor);
        text = r ? (struct li_str){0}
                 : li_strf(ctx, "event: reset\nid: %s\ndata: {\"kind\":\"reset\"}\n\n", cursor);
        li_listener_say(one, text);
        return r;
    }
    if (until > one->after) {
        r = li_history_read(ctx, conn, tenant, one->after, (size_t)(until - one->after), &entries,
                            &count);
        r = r ? r : read_news(ctx, stream, conn, tenant, entries, count, &news, &news_count);
    }
    for (size_t i = 0; r == 0 && i < news_count; i++) {
        struct li_str text;
        if (concerns(ctx, &one->group->viewer, tenant, &news[i])) {
            r = write_event(ctx, stream, tenant, &news[i], &text);
            if (r == 0) {
                li_listener_say(one, text);
            }
        }
    }
    return r;
}

/* Takes on those who are new: under the lock, since each may leave at any time;
 * who comes back is rare and reads little. */
static int take_on(struct li_ctx *ctx, struct li_stream *stream, struct li_conn *conn,
                   struct li_followed *followed)
{
    int r = 0;

    pthread_mutex_lock(&stream->mutex);
    for (struct li_group *group = stream->groups; r == 0 && group; group = group->next) {
        for (struct li_listener *one = group->first; r == 0 && one; one = one->next) {
            if (group->tenant != followed->tenant || !one->is_new) {
                continue;
            }
            r = replay(ctx, stream, conn, one, followed->seq);
            one->after = followed->seq > one->after ? followed->seq : one->after;
            one->is_new = false;
        }
    }
    pthread_mutex_unlock(&stream->mutex);
    return r;
}

/* ---- the thread ------------------------------------------------------------------------ */

/* A heartbeat finds out who is gone; a session that has ended, or whose posts are
 * others now, ends its stream, and the listener comes back as who it is. */
static void beat(struct li_ctx *ctx, struct li_stream *stream, struct li_conn *conn, int64_t now)
{
    pthread_mutex_lock(&stream->mutex);
    for (struct li_group *group = stream->groups; group; group = group->next) {
        for (struct li_listener *one = group->first; one; one = one->next) {
            if (one->beat_at > now) {
                continue;
            }
            one->beat_at = now + LI_STREAM_HEARTBEAT * LI_SECOND;
            if (!li_listener_holds(ctx, stream, conn, one)) {
                one->ended = true;
            }
            li_listener_say(one, LI_S(":\n\n"));
        }
    }
    pthread_mutex_unlock(&stream->mutex);
}

/* The tenants somebody listens to; a new one is followed from now on. */
static int read_round(struct li_ctx *ctx, struct li_stream *stream, struct li_conn *conn)
{
    const struct li_tenant **tenants;
    size_t count;
    int r = li_tenant_all(ctx, stream->house->record, &tenants, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_followed *followed = li_stream_followed(stream, tenants[i]->id);
        struct li_head head;
        if (!followed) {
            continue;
        }
        if (followed->seq < 0) {
            r = li_head_read(ctx, conn, followed->tenant, &head);
            followed->seq = r ? followed->seq : head.seq;
        } else {
            r = follow(ctx, stream, conn, followed);
        }
        r = r ? r : take_on(ctx, stream, conn, followed);
    }
    return r;
}

static void run_round(struct li_stream *stream, struct li_arena *arena)
{
    struct li_conn *conn;
    struct li_ctx ctx;
    int r;

    li_arena_reset(arena);
    li_ctx_init(&ctx, arena, li_record_clock(stream->house->record),
                li_record_random(stream->house->record));
    r = li_store_reader(&ctx, stream->house->store, &conn);
    if (r == 0) {
        r = read_round(&ctx, stream, conn);
        beat(&ctx, stream, conn, li_steady_us());
        li_store_reader_back(stream->house->store, conn);
    }
    if (r) {
        li_log_error(&ctx, "serve.stream"); /* and is tried again at the next round */
    }
    pthread_mutex_lock(&stream->mutex);
    li_groups_flush(stream, li_steady_us());
    pthread_mutex_unlock(&stream->mutex);
}

/* Waits for news while somebody listens; true: the stream is closing. */
static bool wait_for_news(struct li_stream *stream)
{
    int64_t until = li_steady_us() + LI_SECOND;
    struct timespec at = {.tv_sec = until / LI_SECOND, .tv_nsec = until % LI_SECOND * 1000};
    int timed_out = 0;
    bool closing;

    pthread_mutex_lock(&stream->wake_mutex);
    while (!stream->news && !timed_out) {
        timed_out = pthread_cond_timedwait(&stream->wake, &stream->wake_mutex, &at);
    }
    stream->news = false;
    closing = stream->closing;
    pthread_mutex_unlock(&stream->wake_mutex);
    return closing;
}

static bool has_listeners(struct li_stream *stream)
{
    bool has;

    pthread_mutex_lock(&stream->mutex);
    has = stream->groups != NULL;
    pthread_mutex_unlock(&stream->mutex);
    return has;
}

static void *stream_main(void *arg)
{
    struct li_stream *stream = arg;
    struct li_arena *arena = li_arena_new((size_t)64 << 20);

    li_assert(arena);
    while (!wait_for_news(stream)) {
        if (has_listeners(stream)) {
            run_round(stream, arena);
        }
    }
    li_arena_free(arena);
    return NULL;
}

int li_stream_start(struct li_ctx *ctx, struct li_house *house, struct li_sessions *sessions,
                    size_t limit, struct li_stream **ret)
{
    struct li_stream *stream = calloc(1, sizeof(*stream));
    pthread_condattr_t attr;

    if (!stream) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for the stream");
    }
    stream->house = house;
    stream->sessions = sessions;
    stream->limit = limit;
    pthread_mutex_init(&stream->mutex, NULL);
    pthread_mutex_init(&stream->wake_mutex, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&stream->wake, &attr);
    pthread_condattr_destroy(&attr);
    stream->hook = (struct li_commit_hook){.fn = commit_hook, .arg = stream};
    if (pthread_create(&stream->thread, NULL, stream_main, stream)) {
        stream->closed = true;
        li_stream_free(stream);
        return LI_FAIL(ctx, LI_E_NOMEM, "no thread for the stream");
    }
    li_record_on_commit(house->record, &stream->hook);
    *ret = stream;
    return 0;
}

size_t li_stream_listeners(struct li_stream *stream)
{
    size_t count;

    pthread_mutex_lock(&stream->mutex);
    count = stream->listener_count;
    pthread_mutex_unlock(&stream->mutex);
    return count;
}

/* Under the lock.  They are told to come again at different times: all at once they
 * would be the first thing the next server meets. */
static void say_goodbye(struct li_stream *stream)
{
    unsigned number = 0;
    char text[32];

    for (struct li_group *group = stream->groups; group; group = group->next) {
        for (struct li_listener *one = group->first; one; one = one->next) {
            snprintf(text, sizeof(text), "retry: %u\n\n", 1000 + number++ * 37 % 4000);
            one->ended = true;
            li_listener_say(one, li_str(text));
        }
    }
}

void li_stream_close(struct li_stream *stream)
{
    if (stream->closed) {
        return;
    }
    li_record_on_commit(stream->house->record, NULL);
    pthread_mutex_lock(&stream->wake_mutex);
    stream->closing = stream->news = true;
    pthread_cond_signal(&stream->wake);
    pthread_mutex_unlock(&stream->wake_mutex);
    pthread_join(stream->thread, NULL);
    pthread_mutex_lock(&stream->mutex);
    stream->closed = true;
    say_goodbye(stream);
    pthread_mutex_unlock(&stream->mutex);
}

void li_stream_free(struct li_stream *stream)
{
    if (!stream) {
        return;
    }
    li_stream_close(stream);
    li_assert(stream->listener_count == 0);
    while (stream->groups) {
        struct li_group *group = stream->groups;
        stream->groups = group->next;
        li_group_free(group);
    }
    free(stream->followed);
    pthread_mutex_destroy(&stream->mutex);
    pthread_mutex_destroy(&stream->wake_mutex);
    pthread_cond_destroy(&stream->wake);
    free(stream);
}
