/*
 * Papers: what goes out in ink.  A sheet for a unit that never signs in, a notice, a
 * request, minutes, a list to sign, thanks, a
 * written reply, a slip.
 *
 * A paper is a word-processing file (.docx) with {{placeholders}}: the tenant's own
 * template, else the house's (data/papers/papers.yaml).  It is filled from values as
 * its reader may see them; the page to print is made of the same filled file.  Making
 * one gives it a number of its series; what it says is read anew each time, until it is
 * given out: from then on it is the file that was given, whatever becomes of the case and
 * the template.
 *
 * Not here: where values come from (serve/op/paper.c).
 */
#ifndef LI_PAPER_PAPER_H
#define LI_PAPER_PAPER_H

#include "case/case.h"

/* ---- kinds ------------------------------------------------------------------ */

/* Which playbooks can use it. */
enum li_paper_use {
    LI_PAPER_ANY,
    LI_PAPER_UNIT,    /* some parts are a unit's */
    LI_PAPER_MEETS,   /* people meet about it */
    LI_PAPER_ANSWERS, /* somebody brings it who is answered */
    LI_PAPER_CHECK,   /* it can be checked by its code, while it can */
    LI_PAPER_REPORT   /* none: what duty tells (people/report.h) */
};
struct li_paper_kind {
    const char *name;
    struct li_texts label;
    const char *mark; /* of the number series, "转"; NULL: it has no number */
    bool of_part;     /* for one part of a case */
    enum li_paper_use use;
};
#define LI_PAPER_INDEX "file_index" /* filled with what the case's file holds, too */
/* Whether a case can have such a paper now, by what its playbook can use: papers to and of a unit
 * where units have parts, a reply where there is a reporter. */
bool li_paper_fits(const struct li_paper_kind *kind, const struct li_case *of);
/* Of a paper of a part: whether parts of that kind can have it. */
bool li_paper_fits_part(const struct li_paper_kind *kind, const struct li_case *of, int machine);
const struct li_paper_kind *li_paper_find(struct li_str name); /* NULL */
/* All, *ret_count of them. */
const struct li_paper_kind *li_paper_all(size_t *ret_count);

/* ---- templates -------------------------------------------------------------- */

#define LI_PAPER_BYTES ((size_t)512 << 10)

/* The template in force, as a .docx: the tenant's, else the house's in a language;
 * *ret_own: the tenant's. */
int li_paper_template(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                      const struct li_paper_kind *kind, enum li_lang lang, struct li_str *ret,
                      bool *ret_own) LI_MUST_CHECK;
/* "paper.template": bytes empty: the house's again.  What is no word-processing file
 * of at most LI_PAPER_BYTES is a fault at "/template". */
struct li_paper_template_args {
    const struct li_paper_kind *kind;
    struct li_str bytes;
};
extern const struct li_command li_paper_template_put;

/*
 * Fills a template.  `values` is a map of texts, and of lists of maps of texts: a
 * table row that names {{LIST.NAME}} is repeated for each of the list.  A placeholder
 * without a value becomes empty.  {{qr}} becomes the picture of the text `qr`.
 * -LI_E_INVALID when it is no such file.
 */
int li_paper_fill(struct li_ctx *ctx, struct li_str docx, const struct li_node *values,
                  struct li_str *ret) LI_MUST_CHECK;
/* What a filled paper shows, as a list for web/pages/paper.html: paragraphs and
 * tables with their classes. */
int li_paper_blocks(struct li_ctx *ctx, struct li_str docx, struct li_node **ret) LI_MUST_CHECK;

/* Whether the tenant has one of its own. */
int li_paper_is_own(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                    const struct li_paper_kind *kind, bool *ret) LI_MUST_CHECK;
/* The house's own in a language, whatever the tenant has. */
int li_paper_house(struct li_ctx *ctx, const struct li_paper_kind *kind, enum li_lang lang,
                   struct li_str *ret) LI_MUST_CHECK;

/* A placeholder that a template names, each once. */
struct li_paper_mark {
    struct li_str name;
    bool in_row; /* it stands in a row of a table */
    bool open;   /* never closed: `name` is how it begins */
};
/* All, in their order.  -LI_E_INVALID quietly when it is no word-processing file of at most
 * LI_PAPER_BYTES, or names too many. */
int li_paper_marks(struct li_ctx *ctx, struct li_str docx, struct li_paper_mark **ret,
                   size_t *ret_count) LI_MUST_CHECK;

/* ---- made ------------------------------------------------------------------- */

struct li_paper {
    int64_t no; /* 1… in the case */
    const struct li_paper_kind *kind;
    int part;             /* 0: of the case */
    struct li_str number; /* "转〔2026〕12号"; empty: it has none */
    int64_t made_at;
    int64_t given_at;    /* 0: not yet */
    int64_t copy;        /* where its file lies in the vault */
    struct li_str shows; /* the fields it was given with, "a,b,c" */
};
/* Those of a case, oldest first. */
int li_paper_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                  struct li_paper **ret, size_t *ret_count) LI_MUST_CHECK;

/* "paper.make", by staff who see the case; plan: struct li_paper.  -LI_E_NOT_FOUND;
 * a paper of a part wants one: fault at "/part". */
struct li_paper_make_args {
    int64_t case_id;
    const struct li_paper_kind *kind;
    int part;
};
extern const struct li_command li_paper_make;

/* "paper.give", by who may make it; plan: struct li_paper.  -LI_E_NOT_FOUND; -LI_E_STATE:
 * it was given out before; -LI_E_LIMIT: a file over LI_PAPER_GIVEN bytes. */
#define LI_PAPER_GIVEN ((size_t)1 << 20)
struct li_paper_give_args {
    int64_t case_id, no;
    struct li_str docx;
    struct li_str link;  /* what its code says; ptr NULL: it has none */
    struct li_str shows; /* the fields of the case that its giver saw */
};
extern const struct li_command li_paper_give;

/* What was given, *ret_link ptr NULL where there was no code.  -LI_E_NOT_FOUND: it was
 * erased by its rule. */
int li_paper_given(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, const struct li_paper *paper, struct li_str *ret_docx,
                   struct li_str *ret_link) LI_MUST_CHECK;

#endif
