/*
 * Keys of other programs that report for people.
 *
 * A key is a text that its tenant gives out, kept as its hash.  It opens no
 * session and shows nothing: who calls with it may open cases as anyone may, and
 * by whom they came is known.
 */
#ifndef LI_PEOPLE_API_KEY_H
#define LI_PEOPLE_API_KEY_H

#include "people/people.h"

#define LI_API_KEY_MAX 64

/* The id of a key in force; -LI_E_NOT_FOUND quietly. */
int li_api_key_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str text,
                    int64_t now, int64_t *ret) LI_MUST_CHECK;

/* "api_key.make": plan is a struct li_new.  A text in use, also one that has
 * ended, is -LI_E_UNIQUE. */
struct li_api_key_args {
    struct li_str text; /* 4–64 signs without blanks */
    struct li_str name; /* of the program */
};
extern const struct li_command li_api_key_make;
/* "api_key.end": from now on it opens nothing.  -LI_E_NOT_FOUND, -LI_E_STATE. */
struct li_api_key_end_args {
    int64_t id;
};
extern const struct li_command li_api_key_end;

#endif
