/*
 * Rows of registers as somebody sees them: values people read, what became of a row,
 * the rows and cases that hang on it, and what of it anybody may know.
 */
#ifndef LI_VIEW_REGISTER_H
#define LI_VIEW_REGISTER_H

#include "base/json.h"
#include "view/view.h"

enum li_row_state { LI_ROW_NOW, LI_ROW_LATER, LI_ROW_EXPIRED, LI_ROW_ENDED };

struct li_view_line {
    struct li_row row;
    struct li_area area;
    enum li_row_state state;
    struct li_view_value *values;
    size_t value_count;
};

/* What a step of a row did, as the timeline of a case says it. */
struct li_view_step {
    int64_t at;
    struct li_str what;
    struct li_texts label, by;
    struct li_view_value *values;
    size_t value_count;
    struct li_str *emptied; /* names of fields it took a value away from */
    size_t emptied_count;
};

/* A row that points at this one. */
struct li_view_pointer {
    struct li_row row;
    struct li_texts field;
};

#define LI_VIEW_ROW_CASES 30
struct li_view_about { /* a case about the row */
    int64_t id;
    struct li_str number;
    struct li_texts title, state;
    int64_t opened_at;
    bool ended;
};

struct li_view_sheet {
    struct li_view_line line; /* all values */
    struct li_view_owner owner;
    struct li_view_step *steps;
    size_t step_count;
    struct li_view_pointer *pointers;
    size_t pointer_count;
    struct li_view_about cases[LI_VIEW_ROW_CASES];
    size_t case_count;
    struct li_str holder_code; /* its holder reads statements with; ptr NULL: not theirs to know */
    struct li_texts propose;   /* so many cases lately that this is due; empty */
};

/* A row with the values of some fields, in that order (NULL: all, in the register's);
 * personal ones masked. */
int li_view_line(struct li_ctx *ctx, const struct li_view *view, const struct li_row *row,
                 const int *fields, size_t count, struct li_view_line *ret) LI_MUST_CHECK;
/* What anybody may know of it; no values when the register shows none. */
int li_view_line_public(struct li_ctx *ctx, const struct li_view *view, const struct li_row *row,
                        struct li_view_line *ret) LI_MUST_CHECK;
/* A value rows are found by, as it reads. */
int li_view_found(struct li_ctx *ctx, const struct li_view *view, const struct li_register *reg,
                  const struct li_field *field, struct li_str value,
                  struct li_view_value *ret) LI_MUST_CHECK;
/* All of it, for staff. */
int li_view_sheet(struct li_ctx *ctx, const struct li_view *view, const struct li_row *row,
                  struct li_view_sheet *ret) LI_MUST_CHECK;

void li_put_line(struct li_json *json, const struct li_view_line *line);
void li_put_line_public(struct li_json *json, const struct li_view_line *line);
void li_put_sheet(struct li_json *json, const struct li_view *view,
                  const struct li_view_sheet *sheet);
/* What a register asks and offers; `whole`: its fields too. */
void li_put_register(struct li_json *json, const struct li_viewer *viewer,
                     const struct li_register *reg, bool whole);

#endif
