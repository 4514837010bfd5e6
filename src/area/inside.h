/*
 * What only `area` sees of itself: what one row of a table must be.
 */
#ifndef LI_AREA_INSIDE_H
#define LI_AREA_INSIDE_H

#include "area/area.h"
#include "contract/fault.h"

#define LI_AREA_NAME  50 /* code points */
#define LI_AREA_DEPTH 8

/* Rank of a kind, 1 province … 5 community; 0: no such kind. */
int li_area_rank(struct li_str kind);

/* What is wrong with a row taken alone; NULL when nothing is. */
struct li_area_fault {
    enum li_fault_kind kind;
    const char *field; /* "code", "parent", "kind", "name" */
    const char *text;  /* English, for messages about a file */
};
const struct li_area_fault *li_area_row_fault(const struct li_area *row);

#endif
