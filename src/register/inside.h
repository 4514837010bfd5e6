/*
 * What only `register` sees of itself: changes of a row on their way from values to
 * what is kept.
 */
#ifndef LI_REGISTER_INSIDE_H
#define LI_REGISTER_INSIDE_H

#include "base/json.h"
#include "people/people.h"
#include "register/register.h"

/* ---- value.c: from given values to what a row keeps ---------------------------- */

struct li_row_text {
    const struct li_field *field;
    struct li_str value; /* ptr NULL: taken away */
    struct li_hash commit;
};

/* What a command does to one row.  Everything is decided; writing cannot refuse. */
struct li_row_change {
    struct li_row row; /* as it will be */
    bool is_new;
    struct li_node *given; /* what changed: structured values, null where one is taken away */
    struct li_row_text texts[LI_REGISTER_TEXTS]; /* changed ones, by field name */
    int text_count;
};

/* The change that gives a row (`from`; for a new one reg, id and rev 0 are set) these
 * values: null takes one away, what is not there stays.  `before`: its values now.
 * Faults at "/fields/NAME".  0 or -LI_E_INVALID. */
int li_row_decide(struct li_ctx *ctx, const struct li_tx *tx, const struct li_row *from,
                  const struct li_node *before, const struct li_node *given,
                  struct li_row_change *ret) LI_MUST_CHECK;
/* Whether it changes anything. */
bool li_row_changes(const struct li_row_change *change);

/* ---- write.c -------------------------------------------------------------------- */

/* Writes the row, its step, texts, words and links.  A new row without a code is
 * given a number. */
int li_row_write(struct li_ctx *ctx, const struct li_tx *tx, struct li_row_change *change,
                 const char *what) LI_MUST_CHECK;
/* Its part of a payload: {"fields": …, "rev": …, "row": …, "texts": …}, members only. */
void li_row_refer(struct li_json *json, const struct li_tx *tx, const struct li_row_change *change);

/* ---- word.c --------------------------------------------------------------------- */

#define LI_ROW_WORDS 96 /* of one row's name and code */
/* The words of a text that rows are found by: pairs of Chinese characters, and words
 * of other scripts and numbers; each once. */
int li_row_words(struct li_ctx *ctx, struct li_str text, struct li_str words[LI_ROW_WORDS],
                 size_t *count) LI_MUST_CHECK;

/* ---- cell.c: what stands in a table as a value ------------------------------------ */

/* Names of places and organizations, to look cells up by. */
struct li_row_names {
    struct li_area *areas; /* by name */
    size_t area_count;
    struct li_organization *organizations;
    size_t organization_count;
};
int li_row_names(struct li_ctx *ctx, const struct li_tx *tx,
                 struct li_row_names *ret) LI_MUST_CHECK;
/* A cell as a value of a field; *ret NULL, and why in *ret_why, when it cannot be. */
int li_row_cell(struct li_ctx *ctx, const struct li_tx *tx, const struct li_row_names *names,
                const struct li_field *field, struct li_str text, struct li_node **ret,
                struct li_texts *ret_why) LI_MUST_CHECK;

/* ---- read.c ---------------------------------------------------------------------- */

/* The row in use that has these values of `once`; -LI_E_NOT_FOUND quietly. */
int li_row_by_once(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                   const struct li_row *row, int64_t *ret) LI_MUST_CHECK;
/* A row in use by its name and place; -LI_E_NOT_FOUND quietly. */
int li_row_by_name(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, const struct li_register *reg, struct li_str name,
                   struct li_str area, struct li_row *ret) LI_MUST_CHECK;
int li_row_read(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn, int64_t tenant,
                const struct li_rows *rows, struct li_row *ret) LI_MUST_CHECK;
/* The end of all that begins with a path: its last '/' as the next byte. */
int li_row_path_end(struct li_ctx *ctx, struct li_str path, struct li_str *ret) LI_MUST_CHECK;

/* ---- count.c --------------------------------------------------------------------- */

/* Counts a row in (`by` 1) or out (-1) under each value it is found by. */
int li_row_count(struct li_ctx *ctx, const struct li_tx *tx, const struct li_row *row,
                 int by) LI_MUST_CHECK;

#endif
