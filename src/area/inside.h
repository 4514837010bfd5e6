/*
 * What only `area` sees of itself: what one row of a table must be, and the steps
 * of reading a file.
 */
#ifndef LI_AREA_INSIDE_H
#define LI_AREA_INSIDE_H

#include "area/area.h"
#include "area/fault.h"

#define LI_AREA_NAME      50 /* code points */
#define LI_AREA_ALIASES   16
#define LI_AREA_KIND_NONE 0

/* Rank of a kind, 1 province … 11 point; 0: no such kind.  What an area lies in
 * has a smaller rank. */
int li_area_rank(struct li_str kind);
#define LI_AREA_RANKS 12
/* The kind's name of an English or Chinese word; the word itself when it is none. */
struct li_str li_area_kind_of(struct li_str word);
/* Whether an area of one rank may lie directly in one of the other. */
bool li_area_may_lie(int rank, int parent);
/* The national or grid code a code begins with: all of it when it has no letter. */
struct li_str li_area_code_base(struct li_str code);
/* Whether the aliases hold a name. */
bool li_area_has_alias(struct li_str aliases, struct li_str name);
size_t li_area_alias_count(struct li_str aliases);

/* What is wrong with a row taken alone; LI_AREA_FAULT_COUNT when nothing is. */
enum li_area_fault_kind li_area_row_fault(const struct li_area_row *row);

/* ---- reading a file ---------------------------------------------------------- */

enum li_area_column {
    LI_AREA_CODE,
    LI_AREA_PARENT,
    LI_AREA_KIND,
    LI_AREA_NAMED,
    LI_AREA_OTHERS,
    LI_AREA_SINCE,
    LI_AREA_UNTIL,
    LI_AREA_LON,
    LI_AREA_LAT,
    LI_AREA_COLUMNS
};

struct li_area_reader {
    struct li_ctx *ctx;
    const struct li_area_file *file;
    struct li_str bytes; /* UTF-8, without a mark */
    struct li_area_row *rows;
    size_t count, cap;
    int line;              /* of the row being read */
    bool has_lon, has_lat; /* of that row */
    int status;            /* what to answer when there is no watch */
};

/* The column of a heading in English or Chinese, LI_AREA_COLUMNS: none. */
enum li_area_column li_area_column_of(struct li_str heading);
/* A new row behind the others, or NULL (told). */
struct li_area_row *li_area_row_new(struct li_area_reader *reader);
/* Puts a text into its place; kept texts must live as long as the rows. */
int li_area_put(struct li_area_reader *reader, struct li_area_row *row, enum li_area_column column,
                struct li_str text) LI_MUST_CHECK;
/* Checks the row that is whole. */
int li_area_row_end(struct li_area_reader *reader, struct li_area_row *row) LI_MUST_CHECK;
/* Rejects it; `more` may be empty. */
void li_area_reject(struct li_area_reader *reader, struct li_area_row *row,
                    enum li_area_fault_kind kind, struct li_str more);
void li_area_progress(const struct li_area_watch *watch, enum li_area_stage stage, size_t done,
                      size_t total);

int li_area_read_csv(struct li_area_reader *reader) LI_MUST_CHECK;
int li_area_read_geojson(struct li_area_reader *reader) LI_MUST_CHECK;

#endif
