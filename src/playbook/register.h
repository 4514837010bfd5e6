/*
 * A register 台账, loaded: what stands in playbooks/registers/NAME.yaml.
 *
 * A register says what is kept about standing things: fields (the same as a
 * playbook's, read by the same loader), which of them is the name, where a thing
 * lies, who answers for it and who may write, how long a row is valid, the
 * office's own columns, what anybody may see, and who asks for it on what basis.
 * Read-only, thread-safe, lives in the arena it was loaded with.  Rows are not
 * here (register/).
 */
#ifndef LI_PLAYBOOK_REGISTER_H
#define LI_PLAYBOOK_REGISTER_H

#include "playbook/playbook.h"

#define LI_REGISTER_FIND    4  /* fields rows are found and counted by */
#define LI_REGISTER_COLUMNS 64 /* of the office's table */
#define LI_REGISTER_POSTS   8
#define LI_REGISTER_BOOKS   4
#define LI_REGISTER_TEXTS   16 /* texts and personal values a row can have */

/* A column of the office's table. */
struct li_register_column {
    struct li_str heading;
    int field; /* -1: kept in the table, and nothing is read from it */
};

/* A field that anybody may see, perhaps only where a bool field says so. */
struct li_register_shown {
    int field;
    int agreed; /* -1: always */
};

struct li_register {
    struct li_playbook form; /* name, version, title, why, fields, keep_days, hash and plain;
                                nothing else of it is set */
    struct li_texts issuer;  /* who asks for this register */
    struct li_texts basis;   /* on what paper or rule */
    const bool *required;    /* a flag for each field */
    const struct li_schema *schema;
    int name;                /* a text that is not personal */
    int code;                /* a text, unique among rows that have not ended; -1: numbered */
    struct li_str number;    /* "SP-{seq}", where there is no code */
    int place;               /* an area; -1: rows lie in the tenant's own area */
    int from, until;         /* dates a row holds from, and up to and including; -1 */
    struct li_str owner;     /* post that answers for a row, looked for from its area upwards */
    const struct li_str *by; /* posts that may write, over the row's area; the owner's too */
    size_t by_count;
    int find[LI_REGISTER_FIND];
    int find_count;
    int once[LI_REGISTER_FIND]; /* no two rows in use have the same values of all of these */
    int once_count;
    const struct li_register_column *columns;
    size_t column_count;
    const struct li_register_shown *shown; /* none: the register has no public page */
    size_t shown_count;
    const int *list; /* what a list shows beside name, code and place */
    size_t list_count;
    const int *print;
    size_t print_count;
    const struct li_str *cases; /* playbooks whose cases are opened about a row */
    size_t case_count;
    struct li_str books[LI_REGISTER_BOOKS]; /* whose accounts a row's holder reads with its code */
    int book_count;
    struct li_str
        joins; /* of them, the one a holder may read together with another tenant's; empty */
    struct li_str asks;  /* the playbook anybody opens from a row's public page; empty: none */
    int asks_where;      /* a bool field: only rows that say so; -1: all */
    struct li_str opens; /* the playbook whose cases the holder may open; empty: none */
    int64_t repeats;     /* cases within `repeat_days` after which `repeat_say` is proposed; 0 */
    int64_t repeat_days;
    struct li_texts repeat_say;
};

/* As li_playbook_load; the rules are those of rule.h. */
int li_register_load(struct li_ctx *ctx, const char *name, struct li_str yaml,
                     struct li_register **ret) LI_MUST_CHECK;

/* Whether the columns that a playbook's subjects read of this register are there, and of that
 * type; -LI_E_INVALID, told as a rule. */
int li_playbook_reads_fit(struct li_ctx *ctx, const struct li_playbook *playbook,
                          const struct li_register *reg) LI_MUST_CHECK;

/* The one-page description, in Chinese or English (ctx->lang), with how many fields
 * whoever issues it asks for. */
int li_register_explain(struct li_ctx *ctx, const struct li_register *reg,
                        struct li_buf *ret) LI_MUST_CHECK;

#endif
