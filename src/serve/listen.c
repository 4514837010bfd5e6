/*
 * A listener's side of the stream: coming, being sent, leaving.
 *
 * Its connection sleeps while there is nothing to send; whoever has something
 * wakes it under the stream's lock.  It outlives the request it came with.
 */
#include <microhttpd.h>
#include <stdlib.h>

#include "base/grow.h"
#include "base/log.h"
#include "record/cursor.h"
#include "record/history.h"
#include "serve/inside.h"
#include "serve/metrics.h"
#include "serve/stream_inside.h"

#define OUT_MAX ((size_t)256 * 1024) /* what may wait for one who does not read */
#define BLOCK   256                  /* a buffer libmicrohttpd makes and does not use here */

/* ---- groups ----------------------------------------------------------------------- */

static bool same_posts(const struct li_viewer *a, const struct li_viewer *b)
{
    if (a->kind != b->kind || a->post_count != b->post_count) {
        return false;
    }
    for (size_t i = 0; i < a->post_count; i++) {
        const struct li_post *x = &a->posts[i], *y = &b->posts[i];
        if (x->org != y->org || !li_str_eq(x->post, y->post) ||
            !li_str_eq(x->area_path, y->area_path)) {
            return false;
        }
    }
    return true;
}

static struct li_str keep_text(char **at, struct li_str text)
{
    char *copy = *at;

    memcpy(copy, text.ptr, text.len);
    *at += text.len;
    return li_str_n(copy, text.len);
}

/* The viewer's posts in memory of the group's own. */
static bool copy_viewer(struct li_group *group, const struct li_viewer *viewer)
{
    size_t size = viewer->post_count * sizeof(struct li_post);
    struct li_post *posts;
    char *at;

    for (size_t i = 0; i < viewer->post_count; i++) {
        size += viewer->posts[i].post.len + viewer->posts[i].area_path.len;
    }
    group->bytes = malloc(size + 1);
    if (!group->bytes) {
        return false;
    }
    posts = (struct li_post *)(void *)group->bytes;
    at = group->bytes + viewer->post_count * sizeof(*posts);
    for (size_t i = 0; i < viewer->post_count; i++) {
        posts[i] = (struct li_post){.post = keep_text(&at, viewer->posts[i].post),
                                    .area_path = keep_text(&at, viewer->posts[i].area_path),
                                    .org = viewer->posts[i].org};
    }
    group->viewer = (struct li_viewer){.kind = viewer->kind,
                                       .tenant = viewer->tenant,
                                       .posts = posts,
                                       .post_count = viewer->post_count};
    return true;
}

static struct li_group *group_of(struct li_stream *stream, int64_t tenant,
                                 const struct li_viewer *viewer)
{
    struct li_group *group;

    for (group = stream->groups; group; group = group->next) {
        if (group->tenant == tenant && same_posts(&group->viewer, viewer)) {
            return group;
        }
    }
    group = calloc(1, sizeof(*group));
    if (!group || !copy_viewer(group, viewer)) {
        free(group);
        return NULL;
    }
    group->tenant = tenant;
    group->next = stream->groups;
    stream->groups = group;
    return group;
}

void li_group_free(struct li_group *group)
{
    for (size_t i = 0; i < group->waiting_count; i++) {
        free(group->waiting[i].text);
    }
    free(group->waiting);
    free(group->bytes);
    free(group);
}

void li_group_keep(struct li_group *group, int64_t case_id, int64_t seq, struct li_str text)
{
    char *copy = strndup(text.ptr, text.len);
    size_t i = 0;

    if (!copy) {
        return; /* hears of it with the next change */
    }
    while (i < group->waiting_count && group->waiting[i].case_id != case_id) {
        i++;
    }
    if (i < group->waiting_count) {
        free(group->waiting[i].text);
    } else if (group->waiting_count == group->waiting_room) {
        size_t room = group->waiting_room ? 2 * group->waiting_room : 16;
        struct li_waiting *more = realloc(group->waiting, room * sizeof(*more));
        if (!more) {
            free(copy);
            return;
        }
        group->waiting = more;
        group->waiting_room = room;
    }
    group->waiting_count += i == group->waiting_count;
    group->waiting[i] = (struct li_waiting){.case_id = case_id, .seq = seq, .text = copy};
}

static void flush(struct li_group *group)
{
    for (size_t i = 0; i < group->waiting_count; i++) {
        for (struct li_listener *one = group->first; one; one = one->next) {
            if (!one->is_new && one->after < group->waiting[i].seq) {
                li_listener_say(one, li_str(group->waiting[i].text));
            }
        }
        free(group->waiting[i].text);
    }
    group->waiting_count = 0;
}

void li_groups_flush(struct li_stream *stream, int64_t now)
{
    for (struct li_group **link = &stream->groups; *link;) {
        struct li_group *group = *link;
        if (group->waiting_count && group->flush_at <= now) {
            flush(group);
            group->flush_at = now + 1000000;
        }
        if (group->first) {
            link = &group->next;
            continue;
        }
        *link = group->next;
        li_group_free(group);
    }
}

struct li_followed *li_stream_followed(struct li_stream *stream, int64_t tenant)
{
    struct li_followed *more;
    bool wanted = false;
    size_t i = 0;

    pthread_mutex_lock(&stream->mutex);
    for (struct li_group *group = stream->groups; group; group = group->next) {
        wanted |= group->tenant == tenant && group->first;
    }
    pthread_mutex_unlock(&stream->mutex);
    while (i < stream->followed_count && stream->followed[i].tenant != tenant) {
        i++;
    }
    if (!wanted) {
        if (i < stream->followed_count) {
            stream->followed[i] = stream->followed[--stream->followed_count];
        }
        return NULL;
    }
    if (i < stream->followed_count) {
        return &stream->followed[i];
    }
    if (i == stream->followed_room) {
        more = realloc(stream->followed, (i + 16) * sizeof(*more));
        if (!more) {
            return NULL;
        }
        stream->followed = more;
        stream->followed_room = i + 16;
    }
    stream->followed[i] = (struct li_followed){.tenant = tenant, .seq = -1};
    stream->followed_count++;
    return &stream->followed[i];
}

/* ---- being sent --------------------------------------------------------------------- */

void li_listener_say(struct li_listener *one, struct li_str text)
{
    if (one->sent == one->out.len) {
        li_buf_reset(&one->out);
        one->sent = 0;
    }
    li_buf_str(&one->out, text);
    one->ended |= one->out.error != 0;
    if (one->asleep) {
        one->asleep = false;
        MHD_resume_connection(one->connection);
    }
}

/* libmicrohttpd asks for more: it is there, or the connection sleeps. */
static ssize_t more(void *arg, uint64_t position, char *ret, size_t max)
{
    struct li_listener *one = arg;
    ssize_t count = 0;

    (void)position;
    pthread_mutex_lock(&one->stream->mutex);
    if (one->sent < one->out.len && !one->out.error) {
        count = (ssize_t)(one->out.len - one->sent < max ? one->out.len - one->sent : max);
        memcpy(ret, one->out.ptr + one->sent, (size_t)count);
        one->sent += (size_t)count;
    } else if (one->ended || one->stream->closed) {
        count = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        li_buf_done(&one->out);
        li_buf_init(&one->out, OUT_MAX);
        one->sent = 0;
        one->asleep = true;
        MHD_suspend_connection(one->connection);
    }
    pthread_mutex_unlock(&one->stream->mutex);
    return count;
}

struct MHD_Response *li_stream_response(struct li_listener *listener)
{
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, more, listener, NULL);
}

/* ---- coming and leaving ---------------------------------------------------------------- */

bool li_listener_holds(struct li_ctx *ctx, struct li_stream *stream, struct li_conn *conn,
                       const struct li_listener *one)
{
    struct li_session session;
    int r;

    if (!one->token.len) {
        return true;
    }
    r = li_session_find(ctx, stream->sessions, conn, one->group->tenant, one->token, &session);
    if (r == -LI_E_UNAUTHORIZED) {
        li_ctx_clear(ctx);
        return false;
    }
    return r || same_posts(&session.viewer, &one->group->viewer);
}

static int join(struct li_request *request, struct li_stream *stream, struct li_listener *one)
{
    struct li_group *group = NULL;
    bool full;

    pthread_mutex_lock(&stream->mutex);
    full = stream->closed || stream->listener_count >= stream->limit;
    if (!full) {
        group = group_of(stream, request->tenant->id, &request->viewer);
    }
    if (group) {
        one->group = group;
        one->next = group->first;
        group->first = one;
        stream->listener_count++;
    }
    pthread_mutex_unlock(&stream->mutex);
    if (full) {
        li_count(&request->server->metrics->refused[LI_LIMIT_STREAMS], 1);
        return LI_FAIL(&request->ctx, LI_E_BUSY, "%zu listeners are enough", stream->limit);
    }
    if (!group) {
        return LI_FAIL(&request->ctx, LI_E_NOMEM, "no memory for a listener");
    }
    li_stream_wake(stream);
    return 0;
}

int li_stream_answer(struct li_request *request, struct li_stream *stream, struct li_str after)
{
    struct li_listener *one = calloc(1, sizeof(*one) + request->token.len);
    char cursor[LI_CURSOR_TEXT + 1];
    struct li_head head;
    int r =
        one ? li_head_read(&request->ctx, request->conn, request->tenant->id, &head) : -LI_E_NOMEM;

    if (r) {
        free(one);
        return r;
    }
    one->stream = stream;
    one->connection = request->connection;
    one->after = head.seq;
    one->is_new = true;
    one->beat_at = li_steady_us() + LI_STREAM_HEARTBEAT * INT64_C(1000000);
    if (request->viewer.kind == LI_VIEWER_STAFF) {
        memcpy(one->bytes, request->token.ptr, request->token.len);
        one->token = li_str_n(one->bytes, request->token.len);
    }
    if (after.len) {
        r = li_cursor_open(&request->ctx, li_request_house(request)->record, request->tenant->id,
                           after, &one->after);
    }
    r = r ? r
          : li_cursor_seal(&request->ctx, li_request_house(request)->record, request->tenant->id,
                           one->after, cursor);
    if (r) {
        free(one);
        return r;
    }
    li_buf_init(&one->out, OUT_MAX);
    li_buf_fmt(&one->out, "retry: 3000\nevent: ready\nid: %s\ndata: {\"kind\":\"ready\"}\n\n",
               cursor);
    r = join(request, stream, one);
    if (r) {
        li_buf_done(&one->out);
        free(one);
        return r;
    }
    request->listener = one;
    request->answer.status = 200;
    request->answer.media = LI_MEDIA_TEXT;
    request->answer.type = "text/event-stream";
    return 0;
}

void li_stream_leave(struct li_listener *listener)
{
    struct li_listener **link;

    if (!listener) {
        return;
    }
    pthread_mutex_lock(&listener->stream->mutex);
    link = &listener->group->first;
    while (*link != listener) {
        link = &(*link)->next;
    }
    *link = listener->next;
    listener->stream->listener_count--;
    pthread_mutex_unlock(&listener->stream->mutex);
    li_buf_done(&listener->out);
    free(listener);
}
