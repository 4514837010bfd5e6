/* What views share among themselves. */
#ifndef LI_VIEW_INSIDE_H
#define LI_VIEW_INSIDE_H

#include "record/vault.h"
#include "view/view.h"

/* `ended`: it answers no more, so nobody has to hold the post now. */
int li_view_owner_of(struct li_ctx *ctx, const struct li_view *view, const struct li_owner *owner,
                     bool ended, struct li_view_owner *ret) LI_MUST_CHECK;
/* An area by code or path; one that is gone shows its code. */
int li_view_area(struct li_ctx *ctx, const struct li_view *view, struct li_str code,
                 struct li_area *ret) LI_MUST_CHECK;
int li_view_area_at(struct li_ctx *ctx, const struct li_view *view, struct li_str path,
                    struct li_area *ret) LI_MUST_CHECK;
/* -LI_E_NOT_FOUND quietly. */
int li_view_organization(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                         struct li_organization *ret) LI_MUST_CHECK;
/* The name of the person of an account; -LI_E_NOT_FOUND quietly. */
int li_view_person(struct li_ctx *ctx, const struct li_view *view, int64_t account,
                   struct li_str *ret) LI_MUST_CHECK;
/* A stored structured value as people read it. */
int li_view_structured(struct li_ctx *ctx, const struct li_view *view,
                       const struct li_view_case *of, const struct li_member *member,
                       struct li_view_value *ret) LI_MUST_CHECK;
/* The name of a class; a code that is not there shows itself. */
int li_view_class(struct li_ctx *ctx, const struct li_view *view, struct li_str code,
                  struct li_texts *ret) LI_MUST_CHECK;
/* A text of the vault as the viewer may read it. */
int li_view_text(struct li_ctx *ctx, const struct li_playbook *playbook,
                 const struct li_vault_item *item, struct li_view_value *ret) LI_MUST_CHECK;
/* The steps of a case from its history; `own`: only what the resident is shown. */
int li_view_timeline(struct li_ctx *ctx, const struct li_view *view, struct li_view_case *ret,
                     const struct li_vault_item *items, size_t item_count, bool own) LI_MUST_CHECK;

/* ---- row.c ------------------------------------------------------------------ */

/* The line a row of view/filter stands for.  `is_public`: what anybody may know, no
 * words, no field the playbook does not show.  `topic` (empty: any): 0 when it is
 * not of that topic, else 1. */
int li_view_row_read(struct li_ctx *ctx, const struct li_view *view, const struct li_rows *rows,
                     bool is_public, struct li_str topic, struct li_view_row *ret) LI_MUST_CHECK;
/* The first words of a row's description: its summary. */
int li_view_row_summary(struct li_ctx *ctx, const struct li_view *view,
                        struct li_view_row *row) LI_MUST_CHECK;

#endif
