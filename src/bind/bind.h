/*
 * Bind: where names meet functions, and nouns meet each other.
 *
 * The commands that due rows name, the consumers that read history, the effects
 * that playbooks speak of.  Adding a noun to the house is adding lines here.
 */
#ifndef LI_BIND_BIND_H
#define LI_BIND_BIND_H

#include "case/case.h"
#include "record/blob.h"
#include "record/record.h"

/* Every command of the house, NULL-terminated. */
extern const struct li_command *const li_commands[];
/* Every consumer, NULL-terminated. */
extern const struct li_consumer *const li_consumers[];
/* The playbooks' effects; ends with a NULL name. */
extern const struct li_effect_def li_effects[];

/*
 * A house that is open: the record over a store, with everything bound.
 * `where`: a file or postgres://…; `keys`: folder of the master key; `files`: where
 * pictures lie (NULL: none are kept, `blobs` of the house is NULL).  Migrates
 * first, unless told not to.  `clock` and `random` stay the caller's.
 */
struct li_house {
    struct li_store *store;
    struct li_record *record;
    struct li_blobs *blobs;
    struct li_bound bound;
    int schema; /* the last step of the schema this program knows */
};
struct li_house_config {
    const char *where;
    const char *keys;
    const struct li_keeper_config *files;
    bool make;       /* make the database and the master key when absent */
    bool no_migrate; /* a schema that is behind is refused (-LI_E_STATE) */
    bool fill;       /* the store for filling (LI_STORE_FILL) */
    int lanes;       /* 0: as the engine likes it (record.h) */
    int batch;       /* commands to a commit; 0: as it is in serving */
    const struct li_clock *clock;
    struct li_random *random;
};
int li_house_open(struct li_ctx *ctx, const struct li_house_config *config,
                  struct li_house *ret) LI_MUST_CHECK;
void li_house_close(struct li_house *house);

#endif
