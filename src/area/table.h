/*
 * Inside `area`: a table on its way into the store, between the two halves of
 * area.import.
 */
#ifndef LI_AREA_TABLE_H
#define LI_AREA_TABLE_H

#include "area/inside.h"
#include "base/hash.h"

enum li_area_fate {
    LI_AREA_NEW,
    LI_AREA_SAME,    /* stored already, just so */
    LI_AREA_CHANGED, /* stored, and `change` says how it will be */
    LI_AREA_BAD,     /* rejected, or lies in something that is */
};

struct li_area_change {
    struct li_str name, aliases;
    int32_t since, until;
    bool placed;
    struct li_point point;
    bool redrawn;
};

struct li_area_item {
    const struct li_area_row *row;
    const struct li_area_change *change; /* CHANGED */
    struct li_str path;                  /* empty while it has none */
    int rank;
    enum li_area_fate fate;
};

struct li_area_table {
    struct li_ctx *ctx;
    const struct li_tx *tx;
    const struct li_area_import *import;
    struct li_area_item *items; /* in order of code */
    size_t count;
    int32_t today;
    int status; /* -LI_E_INVALID once something was rejected */
};

/* import.c: rejects an item's row. */
void li_area_table_reject(struct li_area_table *table, struct li_area_item *item,
                          enum li_area_fault_kind kind);
/* place.c: every item's path, or why it has none. */
int li_area_table_place(struct li_area_table *table) LI_MUST_CHECK;
/* compare.c: what of it is stored already, and what differs. */
int li_area_table_compare(struct li_area_table *table) LI_MUST_CHECK;

/* The plan: what is to be written, in order of path. */
struct li_area_plan {
    struct li_area_imported imported; /* first: what the caller sees of a plan */
    const struct li_area_item **items;
    size_t count;
    struct li_str source;
    const struct li_area_watch *watch;
    struct li_hash hash;
};
/* write.c */
int li_area_plan_write(struct li_ctx *ctx, const struct li_tx *tx,
                       const struct li_area_plan *plan) LI_MUST_CHECK;

#endif
