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
/* Reads which photos and documents a case has, into ret->photos. */
int li_view_photos_of(struct li_ctx *ctx, const struct li_view *view,
                      struct li_view_case *ret) LI_MUST_CHECK;
/* Photos of a case by their numbers, as a value of `field`. */
int li_view_photos(struct li_ctx *ctx, const struct li_view_case *of, const struct li_node *numbers,
                   const struct li_field *field, struct li_view_value *ret) LI_MUST_CHECK;
/* The name of a class; a code that is not there shows itself. */
int li_view_class(struct li_ctx *ctx, const struct li_view *view, struct li_str code,
                  struct li_texts *ret) LI_MUST_CHECK;
/* A text of the vault as the viewer may read it. */
/* A number that was reckoned, as its field is read. */
int li_view_reckoned(struct li_ctx *ctx, const struct li_field *field, int64_t number,
                     struct li_view_value *ret) LI_MUST_CHECK;
int li_view_text(struct li_ctx *ctx, const struct li_playbook *playbook,
                 const struct li_vault_item *item, struct li_view_value *ret) LI_MUST_CHECK;
/* The steps of a case from its history; `own`: only what the resident is shown. */
int li_view_timeline(struct li_ctx *ctx, const struct li_view *view, struct li_view_case *ret,
                     const struct li_vault_item *items, size_t item_count, bool own) LI_MUST_CHECK;

/* ---- similar.c --------------------------------------------------------------- */

/* The field of a caller's telephone; -1: there is none. */
int li_view_phone_field(const struct li_playbook *playbook);
/* The first words of what happened, empty where the viewer may not read them. */
int li_view_summary(struct li_ctx *ctx, const struct li_view *view, const struct li_case *row,
                    struct li_str *ret) LI_MUST_CHECK;

/* ---- link.c ------------------------------------------------------------------ */

/* A case with its parts, as far as staff see it.  -LI_E_NOT_FOUND quietly: there is none, or it is
 * not the viewer's to see. */
int li_view_find(struct li_ctx *ctx, const struct li_view *view, int64_t id, struct li_case *ret,
                 struct li_case_part **ret_parts, size_t *ret_count) LI_MUST_CHECK;

/* ---- row.c ------------------------------------------------------------------ */

/* The line a row of view/filter stands for.  `is_public`: what anybody may know, no
 * words, no field the playbook does not show.  1; 0 when it has not the topic and the
 * choice that `filter` (NULL: none) asks for. */
int li_view_row_read(struct li_ctx *ctx, const struct li_view *view, const struct li_rows *rows,
                     bool is_public, const struct li_view_filter *filter,
                     struct li_view_row *ret) LI_MUST_CHECK;
/* What a staff list's line needs besides: its area, and the first words of its
 * description. */
int li_view_row_rest(struct li_ctx *ctx, const struct li_view *view,
                     struct li_view_row *row) LI_MUST_CHECK;

#endif
