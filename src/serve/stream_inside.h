/* What the files of the stream share. */
#ifndef LI_SERVE_STREAM_INSIDE_H
#define LI_SERVE_STREAM_INSIDE_H

#include <pthread.h>

#include "serve/stream.h"

struct MHD_Connection;

/* Listeners of one tenant who see the same: nobody's session, or the same posts. */
struct li_group {
    struct li_group *next;
    int64_t tenant;
    struct li_viewer viewer; /* its posts lie in `bytes` */
    char *bytes;
    struct li_listener *first;
    /* what hearers of public cases have not been told yet, a case once */
    struct li_waiting {
        int64_t case_id, seq;
        char *text;
    } * waiting;
    size_t waiting_count, waiting_room;
    int64_t flush_at; /* steady time */
};

/* Memory of its own: the request's is given back while it listens. */
struct li_listener {
    struct li_listener *next; /* of the group */
    struct li_stream *stream;
    struct li_group *group;
    struct MHD_Connection *connection;
    struct li_str token; /* of the session; empty: nobody's */
    int64_t after;       /* entries up to here are told, or were before it came */
    bool is_new;         /* the thread has yet to bring what it missed, and everything until then */
    int64_t beat_at;     /* steady time */
    struct li_buf out;   /* to be sent, from `sent` on */
    size_t sent;
    bool asleep;  /* its connection is suspended */
    bool ended;   /* ends when `out` is empty */
    char bytes[]; /* of the token */
};

/* How far the thread has read a tenant. */
struct li_followed {
    int64_t tenant;
    int64_t seq; /* -1: not begun */
};

struct li_stream {
    struct li_house *house;
    struct li_sessions *sessions;
    struct li_commit_hook hook;
    pthread_t thread;
    pthread_mutex_t wake_mutex; /* of the three below */
    pthread_cond_t wake;
    bool news, closing;
    pthread_mutex_t mutex; /* of all below but the thread's own */
    bool closed;
    struct li_group *groups;
    size_t listener_count, limit;
    struct li_followed *followed; /* the thread's own */
    size_t followed_count, followed_room;
};

/* The thread looks at once. */
void li_stream_wake(struct li_stream *stream);

/* Adds to what a listener is sent and wakes it; one that does not read is ended
 * when too much waits.  Under the lock. */
void li_listener_say(struct li_listener *one, struct li_str text);
/* Whether its session is still what it was.  Under the lock. */
bool li_listener_holds(struct li_ctx *ctx, struct li_stream *stream, struct li_conn *conn,
                       const struct li_listener *one);
/* Keeps an event until the second is over; a case once.  Under the lock. */
void li_group_keep(struct li_group *group, int64_t case_id, int64_t seq, struct li_str text);
/* Tells what was kept and is due.  Under the lock. */
void li_groups_flush(struct li_stream *stream, int64_t now);
void li_group_free(struct li_group *group);
/* The thread's place in a tenant somebody listens to; NULL: nobody does (and it is
 * forgotten). */
struct li_followed *li_stream_followed(struct li_stream *stream, int64_t tenant);

#endif
