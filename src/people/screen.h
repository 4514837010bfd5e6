/*
 * Screens: computers on walls that show how an area stands, without anybody signed in.
 *
 * A screen is let in by a link its administrator gives it, until the link is ended.  The key
 * in the link is the screen's id and 16 bytes that only this tenant can make from it: it can
 * be told again, nothing secret is kept, and a forged one is known without a look.  It opens
 * one reading (view/overview.h) and nothing else.
 */
#ifndef LI_PEOPLE_SCREEN_H
#define LI_PEOPLE_SCREEN_H

#include "people/people.h"

#define LI_SCREEN_KEY 39 /* characters: an id and 16 bytes in base 32 */

struct li_screen {
    int64_t id;
    struct li_str name;
    struct li_str area_path;
    int64_t since;
    int64_t until; /* 0: in force */
};

/* Those in force, oldest first; at most LI_SCREENS. */
#define LI_SCREENS 100
int li_screen_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_screen **ret,
                   size_t *ret_count) LI_MUST_CHECK;
/* One, ended or not; -LI_E_NOT_FOUND. */
int li_screen_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                   struct li_screen *ret) LI_MUST_CHECK;
/* The key of a screen. */
int li_screen_key(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t id,
                  struct li_str *ret) LI_MUST_CHECK;
/* The screen in force that a key stands for; -LI_E_NOT_FOUND. */
int li_screen_by_key(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                     int64_t tenant, struct li_str key, struct li_screen *ret) LI_MUST_CHECK;

/* "screen.make": plan is a struct li_new. */
struct li_screen_args {
    struct li_str name;
    struct li_str area_code;
};
extern const struct li_command li_screen_make;
/* "screen.end": from now on its link shows nothing.  -LI_E_NOT_FOUND, -LI_E_STATE. */
struct li_screen_end_args {
    int64_t id;
};
extern const struct li_command li_screen_end;

#endif
