/*
 * The words of an expression; for expression_parse.c only.
 */
#ifndef LI_PLAYBOOK_EXPRESSION_TOKEN_H
#define LI_PLAYBOOK_EXPRESSION_TOKEN_H

#include "base/str.h"

enum li_token_kind {
    LI_TOKEN_END,
    LI_TOKEN_INT,
    LI_TOKEN_TEXT,
    LI_TOKEN_NAME,
    LI_TOKEN_SIGN,
    LI_TOKEN_NONE, /* what is there is no word */
    LI_TOKEN_HUGE  /* an integer beyond 64 bits */
};

struct li_token {
    enum li_token_kind kind;
    struct li_str text; /* as written; of a TEXT what stands between the quotes */
    size_t at;          /* offset in bytes */
    int64_t number;     /* INT */
};

/* The word at `*next`, spaces skipped; moves `*next` behind it. */
struct li_token li_token_next(struct li_str text, size_t *next);

#endif
