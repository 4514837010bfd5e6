/*
 * Areas: where everything is.
 *
 * Each tenant holds its own tree: ancestors (province, city), its county or
 * street, and everything below, down to communities, grids, roads, lanes,
 * compounds, buildings and points.  `path` is materialised,
 * "44/4403/440305/440305001/440305001003/", so that "inside" is a beginning of a
 * text: no recursion, no closure.
 *
 * A code is never used again: an area that is no more stays, retired.  Reading
 * one area finds it and says so; lists leave it out.
 */
#ifndef LI_AREA_AREA_H
#define LI_AREA_AREA_H

#include "base/coordinate.h"
#include "base/json.h"
#include "record/command.h"

struct li_area {
    struct li_str code; /* 2–12 digits, a grid 15; below: …R12, …L3, …C001, …B7, …P2 */
    struct li_str kind; /* province city county street community grid road lane compound building
                           point */
    struct li_str name; /* as people say it: without 社区居委会 */
    struct li_str parent; /* code; empty at the top */
    struct li_str path;
    int32_t since, until;  /* days (base/time.h): the first, the first no more; 0: open */
    bool retired;          /* `until` has come, by the reader's clock */
    bool placed;           /* point is set: where to put a pin */
    struct li_point point; /* given, or inside its shape */
};

/* One area, retired or not, in the arena; -LI_E_NOT_FOUND quietly. */
int li_area_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str code,
                 struct li_area *ret) LI_MUST_CHECK;
/* The area a path ends in. */
int li_area_at(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
               struct li_area *ret) LI_MUST_CHECK;
/* All of today inside `path`, itself included (empty: all), of one kind (empty:
 * any), in order of path.  -LI_E_LIMIT when there are more than LI_AREA_LIST. */
#define LI_AREA_LIST 50000
int li_area_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
                 struct li_str kind, struct li_area **ret, size_t *ret_count) LI_MUST_CHECK;
/* Those of li_area_list whose name, code or another name contains `text` (ASCII
 * letters in either case), the highest first, at most LI_AREA_FOUND of them. */
#define LI_AREA_FOUND 50
struct li_area_query {
    struct li_str text, path, kind; /* path and kind: empty for all */
};
int li_area_search(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                   const struct li_area_query *query, struct li_area **ret,
                   size_t *ret_count) LI_MUST_CHECK;
/* Areas inside `path` (empty: all) that a text names, by any name and its short form
 * (马家龙 for 马家龙社区), the likeliest first; `words`: what of the text it was. */
struct li_area_mention {
    struct li_area area;
    struct li_str words;
};
int li_area_mentioned(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
                      struct li_str text, struct li_area_mention **ret,
                      size_t *ret_count) LI_MUST_CHECK;
/* From the top down to the area a path ends in. */
int li_area_chain(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
                  struct li_area **ret, size_t *ret_count) LI_MUST_CHECK;

/* Walks upwards: cuts the last code off a path; false at the top. */
bool li_area_path_up(struct li_str *path);

/* What a page about one area shows besides. */
struct li_area_detail {
    struct li_str aliases; /* other names, each followed by '\n' */
    struct li_str shape;   /* WKB (area/shape.h); ptr NULL: not drawn */
    enum li_crs crs;       /* what it was given in */
    struct li_str given;   /* WKB in that system, unless it is the canonical one */
};
int li_area_look(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str code,
                 struct li_area_detail *ret) LI_MUST_CHECK;

/* Those of li_area_list that are drawn, with their shapes; at most LI_AREA_MAP. */
#define LI_AREA_MAP 5000
struct li_area_drawn {
    struct li_area area;
    struct li_str shape;
};
int li_area_map(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
                struct li_str kind, struct li_area_drawn **ret, size_t *ret_count) LI_MUST_CHECK;

/* ---- tables of areas --------------------------------------------------------- */

/* What can be wrong with a row: where, and a sentence in both languages.
 * area/fault.h lists them. */
struct li_area_fault {
    const char *name;
    const char *field; /* "code", "parent", … as a heading calls it */
    const char *zh, *en;
};

/* Who wants to hear of every rejected row, and how far the work is. */
enum li_area_stage { LI_AREA_READING, LI_AREA_CHECKING, LI_AREA_WRITING };
struct li_area_watch {
    void *arg;
    /* `line`: of the file, 0 without one; `more`: what the fault's sentence leaves
     * open, may be empty. */
    void (*reject)(void *arg, int line, const struct li_area_fault *fault, struct li_str more);
    void (*progress)(void *arg, enum li_area_stage stage, size_t done, size_t total);
};

/* A row as a table gives it. */
struct li_area_row {
    struct li_area area;   /* path and retired unset */
    struct li_str aliases; /* each followed by '\n' */
    struct li_str shape;   /* canonical; ptr NULL: not said */
    struct li_str given;   /* as given, unless that is canonical */
    enum li_crs crs;
    int line;
    bool bad; /* rejected already: the table with it cannot be imported */
};

/*
 * A file of areas: CSV with a heading, or a GeoJSON FeatureCollection; UTF-8, or
 * GB18030 when it is not.  Texts of the rows point into `bytes` or lie in the arena.
 *
 * Headings (and properties): code, parent, kind, name, and as wanted aliases
 * (between ; or |), since, until (2026-11-21), lon, lat; or 编码 上级 类别 名称
 * 别名 启用日期 停用日期 经度 纬度.  Kinds may be said in Chinese.
 *
 * With a watch every bad row is told to it, is marked and the result is 0; without
 * one it is told on the context as name:line and the result is -LI_E_INVALID.
 * Also -LI_E_SYNTAX (no such file), -LI_E_LIMIT (more than LI_AREA_ROWS).
 */
#define LI_AREA_ROWS 1000000
struct li_area_file {
    const char *name;
    struct li_str bytes;
    enum li_crs crs; /* of its coordinates */
    const struct li_area_watch *watch;
};
int li_area_read(struct li_ctx *ctx, const struct li_area_file *file, struct li_area_row **ret,
                 size_t *ret_count) LI_MUST_CHECK;

/*
 * Command "area.import": a table of areas, all or nothing.  Rows name their
 * parent, which must be in the table (earlier or later) or in the store.  What
 * is stored just so is passed over.  Name, aliases, until, point and shape may
 * change, and what a row leaves out stays; a former name becomes an alias.
 * Another kind, parent or since, and the code of a retired area, are faults.
 * Every fault is told to the watch, and on the context as "/rows/N/field"
 * (as many as it holds).  The plan is a struct li_area_imported.
 */
struct li_area_import {
    const struct li_area_row *rows;
    size_t count;
    struct li_str source;              /* where the table comes from */
    const struct li_area_watch *watch; /* called on the lane's thread */
};
struct li_area_imported {
    size_t added, changed;
};
extern const struct li_command li_area_import;

/* 南头城社区居委会 → 南头城社区; 胜南社区居民委员会 → 胜南社区. */
struct li_str li_area_plain_name(struct li_str name);

#endif
