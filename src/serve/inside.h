/* What only `serve` sees of itself. */
#ifndef LI_SERVE_INSIDE_H
#define LI_SERVE_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "serve/page/page.h"
#include "serve/request.h"
#include "serve/serve.h"

#define LI_SERVE_THREADS 2

struct MHD_Daemon;
struct li_door;
struct li_metrics;
struct li_ops;
struct li_work;
struct li_limits;

struct li_server {
    struct li_house *house;
    const char *maps; /* folder of map files; NULL: none */
    bool https, check_replies, demo;
    int listeners, connections; /* at most */
    struct li_str public_url;   /* without a slash at its end; ptr NULL: as requests find it */
    struct li_arena *arena;     /* contract, templates: for the life of the server */
    struct li_ctx ctx;
    struct li_contract *contract;
    const struct li_op **ops; /* by index of the operation */
    struct li_pages *pages;
    struct li_sessions *sessions;
    struct li_view_names *names;
    struct li_view_lines *lines;
    struct li_pictures *pictures;
    struct li_pool *pools[LI_POOLS];
    struct li_stream *stream;
    struct li_limits *limits;
    struct MHD_Daemon *daemon;
    _Atomic bool listening;
    struct li_door *door;
    struct li_metrics *metrics;
    struct li_ops *probe; /* NULL: no operations port */
    struct li_work *work; /* whose figures are told; may be NULL */

    pthread_mutex_t mutex;
    pthread_cond_t idle;
    struct li_request *pool;
    int under_way;         /* jobs in the lane, tasks in a pool */
    int answering;         /* requests that came whole and whose answer is not sent yet */
    atomic_int waiting;    /* operations that keep a thread while they wait */
    atomic_size_t held;    /* bytes of large bodies in memory */
    atomic_int reading;    /* requests that have begun to come and are not whole */
    _Atomic int64_t heard; /* when anybody sent anything of a request last (steady) */
    _Atomic bool leaving;  /* not ready any more, but all goes on */
    _Atomic bool closing;  /* nobody new comes in; connections end with their answer */
    _Atomic bool stopping; /* no more commands */
};

/* limit.c: how often an address may write without an account.  `trusted`: the
 * proxies in front, "10.0.0.1,10.0.0.2"; NULL: this machine.  NULL and told on `ctx`
 * when there is no memory or one of them is no address. */
struct li_limits *li_limits_new(struct li_ctx *ctx, const char *trusted);
void li_limits_free(struct li_limits *limits); /* NULL is fine */
/* Counts a write; -LI_E_TOO_MANY with request->retry_after set. */
int li_limit(struct li_request *request) LI_MUST_CHECK;
/* A number was guessed wrongly: costs as much as many writes. */
void li_limit_guess(struct li_request *request);
/* gate.c: origin, tenant, session, x-allow. */
int li_gate(struct li_request *request);
/* dispatch.c: everything between the last byte of a request and its answer.
 * 0: the answer is ready; LI_LATER: the job is to be submitted; LI_ASIDE: the task. */
int li_dispatch(struct li_request *request);
/* What may come later, after the job or the task. */
void li_dispatch_finish(struct li_request *request);
/* reply.c: what every problem+json begins with. */
struct li_json;
void li_problem_put(struct li_json *json, const struct li_error_info *info, enum li_lang lang);
void li_reply_methods(struct li_request *request, int status);
int li_reply_send(struct li_request *request);

#endif
