/*
 * A record for tests: the house's whole schema in a store of stores.h, a held
 * clock, seeded randomness, and one tenant founded.
 *
 *     static void hires_a_person(struct test_store *t)
 *     {
 *         struct test_record *r = records_open(t, people_commands, NULL);
 *         assert_ok(t, records_run(r, &li_person_add, &args));
 *         …
 *     }
 *
 * Nothing has to be closed: the store's end closes the record first, also when
 * the test failed.  The commands and consumers below are always known besides
 * those a test brings.
 */
#ifndef LI_TESTS_RECORDS_H
#define LI_TESTS_RECORDS_H

#include <pthread.h>
#include <stdatomic.h>

#include "lib/stores.h"
#include "record/record.h"
#include "record/tenant.h"
#include "record/vault.h"
#include "record/verify.h"

/* 2026-03-02T09:00:00+08:00, a Monday: where the held clock begins. */
#define RECORDS_NOW INT64_C(1772413200000000)
/* The founded tenant: "nanshan", 440305, 南山区. */
#define RECORDS_TENANT 1

struct test_record {
    struct test_store *t;
    struct li_ctx *ctx;     /* t->ctx */
    struct li_clock *clock; /* t->clock, held */
    struct li_random *random;
    struct li_record *record;
    int64_t tenant; /* RECORDS_TENANT; where records_run goes */
    const struct li_command **commands;
    const struct li_consumer **consumers;
    const void *bound; /* what bind gives; from the next records_reopen on */
};

/* Migrates, opens, founds.  Both lists end with NULL and may be NULL. */
struct test_record *records_open(struct test_store *t, const struct li_command *const *commands,
                                 const struct li_consumer *const *consumers);
/* The same without the founded tenant. */
struct test_record *records_open_bare(struct test_store *t,
                                      const struct li_command *const *commands,
                                      const struct li_consumer *const *consumers);
/* Closes the record and opens it again, as a new process would. */
void records_reopen(struct test_record *r);
/* Only the first half; records_reopen then does the second. */
void records_close(struct test_record *r);

/* Founds a tenant "t<id>" and makes it known. */
void records_found(struct test_record *r, int64_t tenant);
/* Moves the held clock (to, or by). */
void records_clock(struct test_record *r, int64_t to);
void records_later(struct test_record *r, int64_t by);

/* Whoever is asked to do it. */
const struct li_viewer *records_system(void);
struct li_viewer records_account(int64_t account);

/* A job of r->tenant by the system, in r->ctx; change what you need. */
struct li_job records_job(struct test_record *r, const struct li_command *command,
                          const void *args);
/* Runs it; what the command answered.  The plan stays in r->ctx. */
int records_run(struct test_record *r, const struct li_command *command, const void *args);
/* The same, giving the whole job. */
struct li_job records_run_job(struct test_record *r, const struct li_command *command,
                              const void *args);
/* Lets every consumer of every tenant see all there is. */
void records_catch_up(struct test_record *r);
/* Walks a tenant's history; fails the test when the walk itself fails. */
struct li_verify_report records_verify(struct test_record *r, int64_t tenant);
/* The same, shown anchors. */
struct li_verify_report records_verify_against(struct test_record *r, int64_t tenant,
                                               const struct li_anchor *anchors, size_t count);
/* Seals tenant 1; what li_seal_new answers. */
int records_seal(struct test_record *r);
/* The same, and nothing may be found. */
void assert_verifies(struct test_record *r, int64_t tenant);

/* One number or text of a query in a snapshot of its own (the text in r->ctx);
 * no row: -1, or an empty text. */
int64_t records_number(struct test_record *r, const struct li_sql *sql, const struct li_val *args,
                       size_t arg_count);
struct li_str records_text(struct test_record *r, const struct li_sql *sql,
                           const struct li_val *args, size_t arg_count);
/* A statement behind the record's back. */
void records_tamper(struct test_record *r, const struct li_sql *sql, const struct li_val *args,
                    size_t arg_count);

/* ---- things: rows that commands of the tests write ------------------------ */

enum test_manner {
    TEST_WELL,
    TEST_REFUSES,     /* decide: -LI_E_STATE */
    TEST_FAULTS,      /* decide: -LI_E_INTERNAL */
    TEST_WRITE_FAILS, /* write: the row is there, then -LI_E_STORE */
};

/* "test.put": a row thing(tenant, id, label), unique by id and by label (empty:
 * none); entity is the id, the payload {"label":HASH}.  The plan is the args. */
struct test_put {
    int64_t id;
    const char *label;
    enum test_manner manner;
};
extern const struct li_command test_put;
/* "test.touch": working; raises a counter. */
extern const struct li_command test_touch;
int64_t records_things(struct test_record *r, int64_t tenant);
int64_t records_touched(struct test_record *r, int64_t tenant);

/* "test.wait": working; its decide stands at a gate, and the lane with it. */
extern const struct li_command test_wait;
/* Waits until a command stands there; lets one pass. */
void records_at_gate(void);
void records_pass(void);

/* Jobs that come while their lane stands at the gate, so that up to
 * LI_LANE_BATCH of them share a commit.  They share a context, too: look at it
 * only after records_burst_wait. */
struct test_burst {
    struct test_record *r;
    struct li_ctx *ctx;
    struct li_job *jobs;   /* made by records_job; change what you need */
    struct test_put *puts; /* each job's args */
    size_t count;
    struct li_job gate;
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    _Atomic size_t done; /* the gate's own answer included */
    int64_t commits;     /* from the gate (its commit included) to the last answer */
};
/* `count` test.put of r->tenant with ids from `first`. */
struct test_burst *records_burst(struct test_record *r, int64_t first, size_t count);
/* Stops the lane and submits them. */
void records_burst_submit(struct test_burst *burst);
/* Lets the lane go and waits for every answer. */
void records_burst_wait(struct test_burst *burst);
/* Both. */
void records_burst_run(struct test_burst *burst);
void records_burst_free(struct test_burst *burst);

/* "test.say": texts into the vault, referred to in the payload; each may be
 * erased at a time (0: stays). */
struct test_say {
    int64_t entity;
    size_t count;
    struct {
        const char *field, *value;
        bool sealed;
        int64_t erase_at;
    } texts[4];
};
extern const struct li_command test_say;

/* "test.later": sets a due row for "test.ring" with a manner. */
struct test_later {
    int64_t entity, slot, at;
    enum test_manner manner;
};
extern const struct li_command test_later;
/* "test.ring": what a due row does; counts in ring(tenant, entity, slot). */
extern const struct li_command test_ring;
int64_t records_rings(struct test_record *r, int64_t entity, int64_t slot);

/* ---- consumers of the tests ------------------------------------------------ */

/* "test.journal" notes every entry it is given in journal(tenant, place, seq),
 * place counting from 1; "test.picky" does the same in its own rows, but fails
 * at test.put of the id that records_dislike names (0: none). */
extern const struct li_consumer test_journal, test_picky;
void records_dislike(int64_t id);
/* How often test.picky met what it dislikes. */
int64_t records_disliked(void);
/* "1 2 3 …" of a consumer's seqs in the order of their places. */
struct li_str records_journal(struct test_record *r, int64_t tenant,
                              const struct li_consumer *consumer);

#endif
