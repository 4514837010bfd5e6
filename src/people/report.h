/*
 * What is handed over and told: the hand-over of a shift, a weekly text, a daily bulletin.
 *
 * The system writes them from what happened (view/briefing.h); a person may change
 * the words before they are kept, and what is kept is not changed any more.  A
 * hand-over is signed by somebody of the next shift, a bulletin by whoever has checked it.  The
 * words lie in the vault.
 */
#ifndef LI_PEOPLE_REPORT_H
#define LI_PEOPLE_REPORT_H

#include "people/people.h"

#define LI_REPORT_HANDOVER LI_S("handover")
#define LI_REPORT_WEEKLY   LI_S("weekly")
#define LI_REPORT_DAILY    LI_S("daily")

struct li_report {
    int64_t id;
    struct li_str kind, area_path;
    int64_t since, until;
    struct li_str maker; /* a person's name */
    int64_t maker_id;
    int64_t made_at;
    struct li_str signer; /* ptr NULL: not signed */
    int64_t signed_at;
    struct li_str text; /* ptr NULL: erased */
};
/* Of an area (exactly it), the newest first. */
int li_report_list(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, struct li_str kind, struct li_str area_path, size_t limit,
                   struct li_report **ret, size_t *ret_count) LI_MUST_CHECK;
/* -LI_E_NOT_FOUND quietly. */
int li_report_find(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, int64_t id, struct li_report *ret) LI_MUST_CHECK;

/* Command "report.save"; plan: struct li_new. */
struct li_report_args {
    struct li_str kind, area_code;
    int64_t since, until;
    struct li_str text; /* 1–20,000 characters */
};
extern const struct li_command li_report_save;
/* Command "report.sign": a hand-over or a bulletin, by another person than who made it. */
struct li_report_sign_args {
    int64_t report;
};
extern const struct li_command li_report_sign;

#endif
