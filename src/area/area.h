/*
 * Areas: where everything is.
 *
 * Each tenant holds its own tree: ancestors (province, city), its county or
 * street, and everything below, down to communities and, later, grids and
 * points.  `path` is materialised, "44/4403/440305/440305001/440305001003/", so
 * that "inside" is a beginning of a text: no recursion, no closure.
 */
#ifndef LI_AREA_AREA_H
#define LI_AREA_AREA_H

#include "record/command.h"

struct li_area {
    struct li_str code;   /* national division code, 2–12 digits; grids 15 */
    struct li_str kind;   /* province, city, county, street, community */
    struct li_str name;   /* as people say it: without 社区居委会 */
    struct li_str parent; /* code; empty at the top */
    struct li_str path;
};

/* One area, in the arena; -LI_E_NOT_FOUND quietly. */
int li_area_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str code,
                 struct li_area *ret) LI_MUST_CHECK;
/* The area a path ends in. */
int li_area_at(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
               struct li_area *ret) LI_MUST_CHECK;
/* All inside `path`, itself included (empty: all), of one kind (empty: any), in
 * order of path. */
int li_area_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
                 struct li_str kind, struct li_area **ret, size_t *ret_count) LI_MUST_CHECK;

/* Walks upwards: cuts the last code off a path; false at the top. */
bool li_area_path_up(struct li_str *path);

/*
 * Command "area.import": a table of areas, all or nothing.  Rows name their
 * parent, which must be in the table (earlier or later) or in the store.  A row
 * that is stored already as it stands is passed over; one that differs is
 * -LI_E_UNIQUE.  Names may come in their official form; what people say is
 * derived and stored.  Faults point at "/rows/N/…".  The plan is a struct
 * li_area_imported.
 */
#define LI_AREA_ROWS 10000
struct li_area_import {
    const struct li_area *rows; /* path unset */
    size_t count;
    struct li_str source; /* where the table comes from */
};
struct li_area_imported {
    const struct li_area *rows; /* those that were new, in order of path */
    size_t count;
};
extern const struct li_command li_area_import;

/* Reads "code,parent,kind,name" with a heading, UTF-8, quoted fields as in RFC
 * 4180 (but no line ends in them).  Every bad row is told as name:line, as many
 * as the error stack holds.  0 or -LI_E_INVALID, -LI_E_SYNTAX (not UTF-8, no
 * heading), -LI_E_LIMIT. */
int li_area_read_csv(struct li_ctx *ctx, const char *name, struct li_str bytes,
                     struct li_area **ret, size_t *ret_count) LI_MUST_CHECK;

/* 南头城社区居委会 → 南头城社区; 胜南社区居民委员会 → 胜南社区. */
struct li_str li_area_plain_name(struct li_str name);

#endif
