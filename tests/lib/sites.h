/*
 * Lives of the simulator in tests: from a founded house that is copied, on SQLite in
 * memory or on PostgreSQL, checked after every day.
 */
#ifndef TESTS_LIB_SITES_H
#define TESTS_LIB_SITES_H

#include "simulate/check.h"

/* Founds so many streets on SQLite and keeps the folder; its path in `ret`. */
void sites_image(int streets, char ret[256]);
void sites_image_done(const char *folder);

/*
 * The same on the PostgreSQL of LINLI_TEST_PG, as a database that others are made
 * from.  From the same seed comes the same key.  Ends the test program when there is
 * no server; false: LINLI_TEST_PG=skip.
 */
bool sites_postgres_image(int streets);
/* A database like it; its URL in `ret`. */
void sites_postgres_new(char ret[512]);
/* Drops the newest one, or with `image` the image. */
void sites_postgres_drop(bool image);

struct site_life {
    uint64_t seed;
    int days;
    unsigned pace;
    bool extra, faults;
    const char *image;
    const char *store; /* NULL: SQLite */
    /* after every day, if set; anything but 0 is a failure */
    int (*each_day)(struct li_ctx *ctx, struct li_sim *sim, void *arg);
    void *arg;
    /* results */
    struct li_hash hash;
    struct li_sim_figures figures;
    int64_t actions[LI_PLAYBOOK_ACTIONS];
    char told[1024]; /* what went wrong */
};
/* 0: lived, checked, nothing found. */
int sites_live(struct site_life *life);

#endif
