/*
 * Who a token is, fast.
 *
 * Every request of a signed-in person asks, so the answer is kept: under the
 * tenant's rev (any change of people or appointments raises it), for a minute at
 * most, and never beyond the end of the session or the next moment at which an
 * appointment begins or ends by itself.  The one read that remains is the rev and
 * whether the session is still there: another server may have ended it.
 *
 * The table has sets of eight places; a full set loses its oldest entry, which
 * costs that session one more reading.  Sixteen locks, each over its share of the
 * sets; what is copied out is copied under the lock.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/time.h"
#include "people/inside.h"
#include "record/tenant.h"

#define SHARDS 16
#define SETS   32
#define WAYS   8 /* SHARDS * SETS * WAYS = 4,096 sessions */

struct entry {
    int64_t tenant;
    struct li_hash token;
    int64_t rev;
    int64_t loaded_at;
    int64_t fresh_until;
    int64_t account;
    int64_t person;
    struct li_str name;
    size_t post_count;
    struct li_post *posts; /* in `bytes`, and their texts behind them */
    size_t size;           /* of bytes */
    _Alignas(struct li_post) char bytes[];
};

struct shard {
    pthread_mutex_t mutex;
    uint64_t forgotten; /* raised by signing out: what was read before is not kept */
    struct entry *sets[SETS][WAYS];
};

struct li_sessions {
    struct li_record *record;
    atomic_int signing;
    struct shard shards[SHARDS];
};

struct li_sessions *li_sessions_new(struct li_record *record)
{
    struct li_sessions *sessions = calloc(1, sizeof(*sessions));

    if (sessions) {
        sessions->record = record;
        for (int i = 0; i < SHARDS; i++) {
            pthread_mutex_init(&sessions->shards[i].mutex, NULL);
        }
    }
    return sessions;
}

void li_sessions_free(struct li_sessions *sessions)
{
    if (!sessions) {
        return;
    }
    for (int i = 0; i < SHARDS; i++) {
        for (int k = 0; k < SETS * WAYS; k++) {
            free(sessions->shards[i].sets[k / WAYS][k % WAYS]);
        }
        pthread_mutex_destroy(&sessions->shards[i].mutex);
    }
    free(sessions);
}

struct li_record *li_sessions_record(struct li_sessions *sessions)
{
    return sessions->record;
}

bool li_sessions_enter(struct li_sessions *sessions)
{
    if (atomic_fetch_add(&sessions->signing, 1) < LI_SIGN_INS) {
        return true;
    }
    atomic_fetch_sub(&sessions->signing, 1);
    return false;
}

void li_sessions_leave(struct li_sessions *sessions)
{
    atomic_fetch_sub(&sessions->signing, 1);
}

/* ---- places --------------------------------------------------------------------- */

static struct shard *shard_of(struct li_sessions *sessions, const struct li_hash *token)
{
    return &sessions->shards[token->bytes[0] % SHARDS];
}

static struct entry **set_of(struct shard *shard, const struct li_hash *token)
{
    return shard->sets[token->bytes[1] % SETS];
}

/* The place of a session in its set, or NULL. */
static struct entry **place_of(struct entry **set, int64_t tenant, const struct li_hash *token)
{
    for (int i = 0; i < WAYS; i++) {
        if (set[i] && set[i]->tenant == tenant && li_hash_eq(&set[i]->token, token)) {
            return &set[i];
        }
    }
    return NULL;
}

static struct entry **oldest_of(struct entry **set)
{
    struct entry **oldest = &set[0];

    for (int i = 0; i < WAYS; i++) {
        if (!set[i]) {
            return &set[i];
        }
        if (set[i]->loaded_at < (*oldest)->loaded_at) {
            oldest = &set[i];
        }
    }
    return oldest;
}

static void keep(struct li_sessions *sessions, struct entry *entry, uint64_t forgotten)
{
    struct shard *shard = shard_of(sessions, &entry->token);
    struct entry **set = set_of(shard, &entry->token), **place, *before;

    pthread_mutex_lock(&shard->mutex);
    if (forgotten == shard->forgotten) {
        place = place_of(set, entry->tenant, &entry->token);
        if (!place) {
            place = oldest_of(set);
        }
        before = *place;
        *place = entry;
    } else {
        before = entry;
    }
    pthread_mutex_unlock(&shard->mutex);
    free(before);
}

void li_sessions_forget(struct li_sessions *sessions, int64_t tenant, const struct li_hash *token)
{
    struct shard *shard = shard_of(sessions, token);
    struct entry **place, *before = NULL;

    pthread_mutex_lock(&shard->mutex);
    shard->forgotten++;
    place = place_of(set_of(shard, token), tenant, token);
    if (place) {
        before = *place;
        *place = NULL;
    }
    pthread_mutex_unlock(&shard->mutex);
    free(before);
}

/* ---- copies --------------------------------------------------------------------- */

static struct li_str put_text(char **at, struct li_str text)
{
    struct li_str copy = li_str_n(*at, text.len);

    if (text.len) {
        memcpy(*at, text.ptr, text.len);
    }
    *at += text.len;
    return copy;
}

/* A session as an entry of its own memory; NULL without. */
static struct entry *pack(const struct li_session *session)
{
    const struct li_viewer *viewer = &session->viewer;
    size_t posts = viewer->post_count * sizeof(struct li_post), texts = session->name.len;
    struct entry *entry;
    char *at;

    for (size_t i = 0; i < viewer->post_count; i++) {
        texts += viewer->posts[i].post.len + viewer->posts[i].area_path.len;
    }
    entry = calloc(1, sizeof(*entry) + posts + texts);
    if (!entry) {
        return NULL;
    }
    entry->size = posts + texts;
    entry->posts = (struct li_post *)entry->bytes;
    entry->post_count = viewer->post_count;
    at = entry->bytes + posts;
    for (size_t i = 0; i < viewer->post_count; i++) {
        entry->posts[i] = (struct li_post){
            .post = put_text(&at, viewer->posts[i].post),
            .area_path = put_text(&at, viewer->posts[i].area_path),
            .org = viewer->posts[i].org,
        };
    }
    entry->name = put_text(&at, session->name);
    entry->tenant = viewer->tenant;
    entry->account = viewer->account;
    entry->person = viewer->person;
    return entry;
}

static void move(struct li_str *text, const char *from, const char *to)
{
    text->ptr = to + (text->ptr - from);
}

/* The reverse: into the arena. */
static int unpack(struct li_ctx *ctx, const struct entry *entry, struct li_session *ret)
{
    char *bytes = li_alloc(ctx, entry->size);
    struct li_post *posts = (struct li_post *)bytes;

    if (!bytes) {
        return -LI_E_NOMEM;
    }
    memcpy(bytes, entry->bytes, entry->size);
    for (size_t i = 0; i < entry->post_count; i++) {
        move(&posts[i].post, entry->bytes, bytes);
        move(&posts[i].area_path, entry->bytes, bytes);
    }
    *ret = (struct li_session){
        .viewer = {.kind = LI_VIEWER_STAFF,
                   .tenant = entry->tenant,
                   .account = entry->account,
                   .person = entry->person,
                   .posts = posts,
                   .post_count = entry->post_count},
        .name = entry->name,
    };
    move(&ret->name, entry->bytes, bytes);
    return 0;
}

/* ---- finding -------------------------------------------------------------------- */

/* 1: *ret is it, 0: not here or no longer fresh, or -LI_E_NOMEM. */
static int recall(struct li_ctx *ctx, struct li_sessions *sessions, int64_t tenant,
                  const struct li_hash *token, int64_t rev, int64_t now, struct li_session *ret,
                  uint64_t *ret_forgotten)
{
    struct shard *shard = shard_of(sessions, token);
    struct entry **place;
    int r = 0;

    pthread_mutex_lock(&shard->mutex);
    *ret_forgotten = shard->forgotten;
    place = place_of(set_of(shard, token), tenant, token);
    if (place && (*place)->rev == rev && now >= (*place)->loaded_at &&
        now < (*place)->fresh_until) {
        r = unpack(ctx, *place, ret);
        r = r ? r : 1;
    }
    pthread_mutex_unlock(&shard->mutex);
    return r;
}

static int load(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                const struct li_hash *token, int64_t now, struct li_session *ret,
                int64_t *ret_fresh_until)
{
    struct li_session_row row;
    struct li_post *posts;
    size_t count;
    int64_t until, fresh = now + LI_MINUTE;
    int r = li_session_read(ctx, conn, tenant, token, now, &row);

    if (r == 0) {
        r = li_post_list(ctx, conn, tenant, row.person, now, &posts, &count, &until);
    }
    if (r) {
        return r;
    }
    fresh = row.expires_at < fresh ? row.expires_at : fresh;
    fresh = until && until < fresh ? until : fresh;
    *ret = (struct li_session){
        .viewer = {.kind = LI_VIEWER_STAFF,
                   .tenant = tenant,
                   .account = row.account,
                   .person = row.person,
                   .posts = posts,
                   .post_count = count},
        .name = row.name,
    };
    *ret_fresh_until = fresh;
    return 0;
}

static int refuse(struct li_ctx *ctx)
{
    return LI_FAIL(ctx, LI_E_UNAUTHORIZED, "no such session");
}

int li_session_find(struct li_ctx *ctx, struct li_sessions *sessions, struct li_conn *conn,
                    int64_t tenant, struct li_str token, struct li_session *ret)
{
    int64_t now = li_now(li_record_clock(sessions->record)), rev, fresh_until;
    uint64_t forgotten;
    struct li_session session;
    struct li_hash hash;
    struct entry *entry;
    bool there;
    int r;

    if (!li_token_hash(token, &hash)) {
        return refuse(ctx);
    }
    /* Before the rows: a change between the two makes the entry stale, not wrong. */
    r = li_session_stands(ctx, conn, tenant, &hash, &rev, &there);
    if (r == 0 && !there) {
        li_sessions_forget(sessions, tenant, &hash); /* signed out, maybe at another server */
        return refuse(ctx);
    }
    if (r == 0) {
        r = recall(ctx, sessions, tenant, &hash, rev, now, &session, &forgotten);
    }
    if (r > 0) {
        *ret = session;
        return 0;
    }
    if (r == 0) {
        r = load(ctx, conn, tenant, &hash, now, &session, &fresh_until);
    }
    if (r) {
        return r == -LI_E_NOT_FOUND ? refuse(ctx) : r;
    }
    entry = pack(&session);
    if (entry) {
        entry->token = hash;
        entry->rev = rev;
        entry->loaded_at = now;
        entry->fresh_until = fresh_until;
        keep(sessions, entry, forgotten);
    }
    *ret = session;
    return 0;
}
