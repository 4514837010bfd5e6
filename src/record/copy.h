/*
 * Copy: a tenant from one store into another, whichever engines they are.
 *
 * Which tables go along says docs/tables.txt, packed into the program: all that
 * are recorded, and of the working ones those marked `moves`.  Which columns they
 * have says the database.  What consumers derive stays behind and is derived anew
 * at the goal: its form may differ between engines.  Sessions and sign-in failures
 * stay behind, too.
 *
 * A tenant is open or closed.  No command runs for a closed one and its due rows
 * are held.  A copy arrives closed, in one commit, and is opened by whoever has
 * looked it over; a tenant that moved away stays closed.  So none is ever open in
 * two places, and what was interrupted can be repeated: a closed tenant at the goal
 * is replaced when its history is the beginning of the source's.
 *
 * Not here: the files (blob.h), verifying the arrived (verify.h).
 */
#ifndef LI_RECORD_COPY_H
#define LI_RECORD_COPY_H

#include "base/hash.h"
#include "record/history.h"
#include "store/store.h"

struct li_copy {
    struct li_conn *from; /* inside a snapshot (li_begin_long), of the newest schema */
    struct li_conn *to;   /* WRITE, in no transaction; of the newest schema */
    /* Master keys, 32 bytes; when both are there and differ, the tenant's key is
     * wrapped anew. */
    const uint8_t *from_master, *to_master;
    void (*progress)(void *arg, struct li_str table, int64_t done, int64_t total); /* or NULL */
    void *arg;
};

struct li_copied_table {
    struct li_str name;
    int64_t rows;
    struct li_hash hash; /* over its rows in order of key; alike on both engines */
};
struct li_copied {
    int64_t tenant;
    struct li_str slug;
    struct li_head head;
    bool replaced; /* one that was closed there: its consumers have to be rebuilt */
    int64_t rows;
    struct li_copied_table *tables;
    size_t table_count;
};

/* Tenants a snapshot holds, in order of id, with their heads. */
struct li_copy_tenant {
    int64_t id;
    struct li_str slug;
    struct li_str name;
    struct li_head head;
};
int li_copy_tenants(struct li_ctx *ctx, struct li_conn *conn, struct li_copy_tenant **ret,
                    size_t *ret_count) LI_MUST_CHECK;

/*
 * Copies one tenant in one transaction at the goal, reads every table back there
 * and holds it against what was read at the source.  It arrives closed.
 * -LI_E_UNIQUE: it is there already and open, or another has its number, short name
 * or a longer history; -LI_E_NOT_FOUND; -LI_E_CORRUPT: what arrived is not what was
 * sent; -LI_E_FULL and the like.  After a failure the goal is as it was.
 */
int li_copy_run(struct li_ctx *ctx, const struct li_copy *copy, int64_t tenant,
                struct li_copied *ret) LI_MUST_CHECK;

/* The same tables without a goal: counts and hashes of what is there. */
int li_copy_weigh(struct li_ctx *ctx, const struct li_copy *copy, int64_t tenant,
                  struct li_copied *ret) LI_MUST_CHECK;

/* Opens tenants, all or none of them, or closes one; waits for the command that is under
 * way. */
int li_copy_open(struct li_ctx *ctx, struct li_store *store, const int64_t *tenants,
                 size_t count) LI_MUST_CHECK;
int li_copy_close(struct li_ctx *ctx, struct li_store *store, int64_t tenant) LI_MUST_CHECK;

#endif
