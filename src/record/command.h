/*
 * A command: the only way the world changes.
 *
 * It has two halves.  `decide` reads, checks, may refuse and writes nothing;
 * `write` puts down what was decided and may not refuse.  Commands of a tenant
 * run one at a time, so what decide saw is still true in write, and the rows of
 * an earlier command of the same batch are visible to the next.
 *
 * Beside the noun's rows the lane itself writes one history entry, one request
 * key if the caller gave one, and removes the due row that asked for the
 * command, all in the same commit.
 */
#ifndef LI_RECORD_COMMAND_H
#define LI_RECORD_COMMAND_H

#include "base/node.h"
#include "record/sight.h"
#include "store/store.h"

struct li_record;

/* The transaction as a command sees it; valid only inside decide and write. */
struct li_tx {
    struct li_record *record;
    struct li_conn *conn;
    int64_t tenant;
    int64_t now; /* when it is recorded: never before an earlier entry of the tenant */
    int64_t seq; /* number its history entry will have */
    const struct li_viewer *viewer;
};

/* What a written command says of itself. */
struct li_outcome {
    int64_t entity;        /* what it was about: a case, an account, … */
    struct li_str actor;   /* left empty: made from the viewer */
    struct li_str payload; /* canonical JSON: arguments and results, never a personal value or a
                              free text, only their commitments (record/vault.h) */
};

struct li_command {
    const char *name; /* "case.open" */
    /* Changes working tables only: no history entry, no number. */
    bool working;
    /* Begins a tenant's history: its head is made when there is none. */
    bool founds;
    /* Reads the arguments a due row kept (canonical JSON).  NULL: never due. */
    int (*parse)(struct li_ctx *ctx, const struct li_node *args, void **ret);
    /* 0 and a plan in ctx's arena, or a refusal (-LI_E_STATE, -LI_E_FORBIDDEN, …). */
    int (*decide)(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan);
    /* 0; anything else rolls the batch back. */
    int (*write)(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret);
};

/* A caller's own name for a request, so that sending twice does it once. */
struct li_request_key {
    struct li_str key;         /* the client's UUID; ptr NULL: none */
    struct li_str fingerprint; /* hash over method, path and body */
};

/* One command on its way through a lane.  All it points at lives in ctx's
 * arena; the job belongs to the lane from submit until done() is called. */
struct li_job {
    struct li_ctx *ctx;
    int64_t tenant;
    const struct li_command *command;
    const void *args;
    const struct li_viewer *viewer;
    struct li_request_key key;
    bool due; /* a due row asked for it: (due_entity, due_slot, due_at) */
    int64_t due_entity;
    int64_t due_slot;
    int64_t due_at;
    void (*done)(struct li_job *job); /* on the lane's thread, after the commit or the refusal */
    void *arg;

    /* results */
    int status;    /* 0 or -LI_E_… (told on ctx) */
    bool replayed; /* the key was used before: entity and seq are of then, plan is NULL */
    int64_t seq;   /* 0 for working commands */
    int64_t entity;
    void *plan;
    struct li_job *next;
};

#endif
