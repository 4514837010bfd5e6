/*
 * Codes on walls: what a resident scans says where they stand.
 *
 * A code's text is 16 characters of base 32: its number (40 bits) and a keyed
 * hash of it (40 bits) under a key derived from the tenant's.  So a forged or
 * mistyped code is told apart without looking anything up; whether a genuine one
 * is still current, and which place it stands for, the table says.  Codes are
 * public: they hang on walls and give nobody a right.  A number is never used
 * again; a place whose code was torn down or copied gets a new one.
 */
#ifndef LI_AREA_QR_H
#define LI_AREA_QR_H

#include "area/area.h"
#include "record/record.h"

#define LI_QR_TEXT 16 /* characters */

struct li_qr {
    int64_t number; /* 1…, what is printed small beside the code */
    struct li_area area;
    int64_t made_at;
    int64_t retired_at; /* 0: current */
};

/* The text of a number, in the arena. */
int li_qr_text(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t number,
               struct li_str *ret) LI_MUST_CHECK;
/* The number of a text that this tenant signed, in either case of letters; no
 * look-up.  -LI_E_NOT_FOUND quietly. */
int li_qr_number(struct li_ctx *ctx, struct li_record *record, int64_t tenant, struct li_str text,
                 int64_t *ret) LI_MUST_CHECK;
/* The place of a genuine, current code whose place is still there: the area's
 * code, in the arena.  -LI_E_NOT_FOUND quietly. */
int li_qr_open(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn, int64_t tenant,
               struct li_str text, struct li_str *ret_area) LI_MUST_CHECK;

/* One code, current or not; -LI_E_NOT_FOUND quietly. */
int li_qr_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t number,
               struct li_qr *ret) LI_MUST_CHECK;
/* Codes of the places inside `path`, retired ones too, in order of number from
 * behind `after`; at most `limit`. */
int li_qr_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
               int64_t after, int64_t limit, struct li_qr **ret, size_t *ret_count) LI_MUST_CHECK;
/* Current ones in order of their places, as one walks them to hang them up, the
 * first `skip` left out. */
int li_qr_sheet(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
                int64_t skip, int64_t limit, struct li_qr **ret, size_t *ret_count) LI_MUST_CHECK;

/*
 * Command "qr.make": codes for one area, or for every area of some kinds inside
 * it; a place that has a current code gets none.  Faults at "/area" and, for
 * more than LI_QR_AT_ONCE, "/kinds".  The plan is a struct li_qr_made.
 */
#define LI_QR_AT_ONCE 2000
struct li_qr_make_args {
    struct li_str area_code;
    const struct li_str *kinds; /* of areas inside it; none: the area itself */
    size_t kind_count;
};
struct li_qr_made {
    size_t count;
};
extern const struct li_command li_qr_make;

/* Command "qr.retire": a code is not valid any more.  -LI_E_NOT_FOUND,
 * -LI_E_STATE (it was retired before). */
struct li_qr_retire_args {
    int64_t number;
};
extern const struct li_command li_qr_retire;

#endif
