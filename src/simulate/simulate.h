/*
 * The simulator: a street's life, lived through the real commands.
 *
 * Seeded residents report what is wrong, officers and units work on it, forget it,
 * send it back; it rains; clocks run out; people change posts.  The clock is held and every
 * chance comes from the seed, so the same seed gives the same history, byte for byte,
 * on every engine.  What it writes is what a server would write: it has no other
 * door than li_submit.
 *
 * For the demo's first cases, for filling a record that is to be measured, and for
 * tests: after each day a list of named checks looks at the whole record (check.h).
 * Not for judging an office: the model is invented (docs/inside/simulate.md).
 */
#ifndef LI_SIMULATE_SIMULATE_H
#define LI_SIMULATE_SIMULATE_H

#include "bind/bind.h"

struct li_sim_config {
    uint64_t seed;
    struct li_house *house; /* open; with tenants, people and playbooks in it */
    struct li_clock *clock; /* the house's; held */
    unsigned pace;          /* reports a street on a fine day; 0: LI_SIM_PACE */
    bool extra;             /* one more report of wrongdoing on the second day */
    bool demo; /* what is reported says that it is a sample; no pictures, no other posts, no
                  spot checks: they are drawn by a tenant's own key */
    int64_t reports_from;     /* before it nobody reports; 0: from where the clock stands */
    int64_t until;            /* of a demo: the stories count back from its day; 0: none are told */
    struct li_sim_site *site; /* the house's, where trouble is wanted; else NULL */
};
#define LI_SIM_PACE 6
/* A demo's stories begin so many days before its day. */
#define LI_SIM_STORY_DAYS 60

struct li_sim_figures {
    int64_t days, commands, refused, due;
    int64_t reports, acts, follows, photos, mistakes, undone, troubles, repeated;
    int64_t lost;         /* commits, or their answers, on the way */
    int64_t told, untold; /* steps of stories; those that were refused */
};

struct li_sim;

/* Reads who and what there is.  The house stays the caller's; -LI_E_NOT_FOUND: nobody
 * could live there (no tenant has a street with a desk). */
int li_sim_open(struct li_ctx *ctx, const struct li_sim_config *config,
                struct li_sim **ret) LI_MUST_CHECK;
void li_sim_close(struct li_sim *sim); /* NULL is fine */

/* Lives on, from where the clock stands, to an instant. */
int li_sim_live(struct li_ctx *ctx, struct li_sim *sim, int64_t until) LI_MUST_CHECK;
const struct li_sim_figures *li_sim_figures(const struct li_sim *sim);

/* BLAKE2b-256 over all tenants' chain heads, in order of tenant. */
int li_sim_hash(struct li_ctx *ctx, struct li_house *house, struct li_hash *ret) LI_MUST_CHECK;

/* How often each action of a playbook was done, by its place there, also by the engine
 * itself; from the history of all tenants.  `ret` has room for LI_PLAYBOOK_ACTIONS. */
int li_sim_actions(struct li_ctx *ctx, struct li_house *house, const struct li_playbook *playbook,
                   int64_t *ret) LI_MUST_CHECK;

/* ---- town.c --------------------------------------------------------------------------- */

/* Founds tenants for `streets` streets in an empty house, four streets a tenant, with
 * areas, units, people in posts, classes and every playbook of the program. */
int li_sim_found(struct li_ctx *ctx, struct li_house *house, int streets) LI_MUST_CHECK;

/* ---- site.c ---------------------------------------------------------------------------- */

/* A house of its own to simulate in: a temporary folder with keys, pictures and, unless
 * `store` says otherwise, the database; with a held clock and seeded chance. */
struct li_fault;
struct li_relay;
struct li_sim_site {
    struct li_ctx ctx;
    struct li_fault *fault; /* the disk under its database, if it may fail */
    struct li_relay *relay; /* the line to its database, if that may fail */
    struct li_clock clock;
    char folder[256];
    char store[512];
    char disk[32]; /* the name of that disk */
    struct li_house house;
};
/* `parent`: where the folder is made (NULL: TMPDIR); `store` NULL: a file in it;
 * `image` NULL, or the folder of a site that was kept: this one begins as its copy.
 * Told on ctx. */
struct li_sim_site_config {
    const char *parent, *store, *image;
    uint64_t seed;
    bool faults; /* SQLite lies on a disk, PostgreSQL behind a line that fails on demand */
};
int li_sim_site_open(struct li_ctx *ctx, const struct li_sim_site_config *config,
                     struct li_sim_site *ret) LI_MUST_CHECK;
/* Opens the house again that was closed, as a new process would. */
int li_sim_site_again(struct li_ctx *ctx, struct li_sim_site *site) LI_MUST_CHECK;
/* Closes the house and leaves the folder, as an image for others. */
void li_sim_site_keep(struct li_sim_site *site);
/* Closes the house and deletes the folder. */
void li_sim_site_close(struct li_sim_site *site);

/* 2026-06-15T00:00:00+08:00, a Monday in the season of rain: where own streets begin. */
#define LI_SIM_START INT64_C(1781452800000000)

#endif
