/*
 * One request on its way through the server, as operations see it.
 */
#ifndef LI_SERVE_REQUEST_H
#define LI_SERVE_REQUEST_H

#include "base/json.h"
#include "bind/bind.h"
#include "contract/contract.h"
#include "people/account.h"
#include "view/view.h"
#include "work/picture.h"
#include "work/pool.h"

enum li_server_pool { LI_POOL_PASSWORDS, LI_POOL_PICTURES, LI_POOL_FILES, LI_POOLS };

struct li_server;
struct MHD_Connection;

/* How an operation speaks, also of what is wrong: problem+json, a page, or the errors of
 * Open311.  A probe speaks as the API does, and is asked without a reader: it answers
 * also when the store does not. */
enum li_face { LI_FACE_API, LI_FACE_PAGE, LI_FACE_OPEN311, LI_FACE_PROBE };

/* Bytes of an open file; the descriptor is the connection's once they are sent. */
struct li_slice {
    int fd;
    uint64_t from, length;
    uint64_t size; /* of the whole file */
};

struct li_answer {
    int status; /* 0: not yet */
    enum li_media media;
    const char *type;             /* Content-Type of an asset; NULL: by media */
    struct li_buf body;           /* handed to the connection */
    struct li_str fixed;          /* instead of body: bytes that live for ever */
    const struct li_slice *slice; /* instead of body; with 416 nothing of it is sent */
    const char *location;
    const char *cookie;
    const char *encoding; /* of `fixed`; NULL: as it is */
    const char *etag;     /* quoted; its reader may keep the answer and asks for it again by it */
    const char
        *images; /* where a page may take pictures from besides, " ORIGIN …"; NULL: nowhere */
    const char *file; /* it is to be saved under this name, plain letters */
    bool forever;     /* the name carries a hash: may be kept */
    unsigned allow;   /* methods, for 405 and OPTIONS */
};

#define LI_REQUEST_ID 64

struct li_request {
    struct li_server *server;
    struct li_arena *arena;
    struct li_ctx ctx;
    struct MHD_Connection *connection;

    enum li_method method;
    struct li_str path, query;
    struct li_match match;
    const struct li_operation *operation;
    const struct li_op *op;
    struct li_buf input; /* body as it came */
    size_t dropped;      /* bytes of a body that is not taken */
    bool input_too_large;
    bool ends; /* nothing more is read from the connection */
    enum li_face face;

    const struct li_tenant *tenant; /* of the path; NULL where it has none */
    struct li_session session;
    struct li_str token; /* of the session's cookie */
    struct li_viewer viewer;
    struct li_node *parameters;
    struct li_node *body; /* NULL: none */

    struct li_conn *conn; /* a reader, during run and finish */
    struct li_job job;    /* set by run when it answers LI_LATER */
    void *state;          /* run's own, for aside and finish */
    int (*aside)(struct li_request *request);
    enum li_server_pool pool;
    struct li_task task;          /* while it is in the pool */
    size_t counted;               /* bytes of input that the server counts as held */
    struct li_listener *listener; /* the answer is a stream (serve/stream.h); else NULL */
    struct li_answer answer;
    int retry_after; /* seconds, with a 429; 0: not said (a 503 says one) */
    int stage;
    bool answering;             /* counted in the server's `answering` */
    bool reading;               /* counted in the server's `reading` */
    int64_t begun;              /* li_steady_us */
    int64_t whole;              /* when it had come whole; 0: not yet */
    char id[LI_REQUEST_ID + 1]; /* X-Request-Id: as a proxy gave it, else made here */
    struct li_request *next;    /* in the server's pool */
};

/* From run and aside: the job is filled in; finish() is called after the commit. */
#define LI_LATER 1
/* From run, by li_request_aside. */
#define LI_ASIDE 2

/* An operation of the contract and what does it. */
struct li_op {
    const char *id; /* operationId */
    /* 0 (replied), LI_LATER, LI_ASIDE, or -LI_E_…. */
    int (*run)(struct li_request *request);
    /* After the job or the pool, whose status is 0. */
    int (*finish)(struct li_request *request);
    enum li_face face;
};

/* All operations (op/table.c), ends with a NULL id. */
extern const struct li_op li_ops[];

/* Parameters by name; empty or `otherwise` when absent. */
struct li_str li_request_text(const struct li_request *request, const char *name);
int64_t li_request_int(const struct li_request *request, const char *name, int64_t otherwise);
/* A view for this request's viewer. */
struct li_view li_request_view(struct li_request *request);
/* Prepares a command of the request's tenant and viewer, with its key. */
void li_request_job(struct li_request *request, const struct li_command *command, const void *args,
                    struct li_str key);

/* For what is slow: `aside` is called on a thread of a pool, where waiting is right
 * (li_run too), without a reader; it answers 0 (then finish is called), LI_LATER, or
 * -LI_E_….  To be returned from run. */
int li_request_aside(struct li_request *request, enum li_server_pool pool,
                     int (*aside)(struct li_request *request));

/* A JSON reply: begin, write, end. */
struct li_json li_reply_json(struct li_request *request, int status);
int li_reply_end(struct li_request *request);
/* {"items": […]}: begun, then ended with what came of writing them (0 or -LI_E_…). */
struct li_json li_reply_items(struct li_request *request);
int li_reply_items_end(struct li_request *request, struct li_json *json, int r);
/* The same with "next", the id the page after begins behind; 0: null, there is none. */
int li_reply_items_next(struct li_request *request, struct li_json *json, int64_t next, int r);
/* The same with a cursor of the list's own; ptr NULL: there is none. */
int li_reply_items_from(struct li_request *request, struct li_json *json, struct li_str next,
                        int r);
/* 303 to an address on this server. */
int li_reply_see(struct li_request *request, struct li_str location);
/* 308: the address is another, for good. */
int li_reply_moved(struct li_request *request, struct li_str location);
int li_reply_empty(struct li_request *request, int status);

/* The problem the context tells: JSON or a page. */
void li_reply_problem(struct li_request *request, int code);

struct li_pictures *li_request_pictures(const struct li_request *request);
struct li_house *li_request_house(const struct li_request *request);
struct li_sessions *li_request_sessions(const struct li_request *request);
/* Whether messages leave the house. */
bool li_request_sends(const struct li_request *request);
bool li_request_https(const struct li_request *request);
bool li_request_demo(const struct li_request *request);
/* Where people reach this server, "https://linli.example": as configured, else as
 * this request found it.  In the arena. */
struct li_str li_request_public_url(struct li_request *request);
/* Before an operation waits on its thread: false when that would leave none for
 * the others.  After a true the end is told. */
bool li_request_wait_begin(struct li_request *request);
void li_request_wait_end(struct li_request *request);
/* A request header; empty when absent. */
struct li_str li_request_header(const struct li_request *request, const char *name);
/* What the browser keeps under `name`; a NULL ptr when it keeps nothing. */
struct li_str li_request_cookie(const struct li_request *request, const char *name);

#endif
