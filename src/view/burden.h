/*
 * What the forms ask of people: for each playbook and register how many fields, how many
 * of them come filled in, and which are asked more than once.
 *
 * Counted from the adopted files themselves, so that whoever issues a form has its count
 * before them; nothing is measured of those who fill it in.  A field is what its name on
 * the page and its type say: two forms that ask the same telephone number ask it twice.
 * Words people write about the matter itself (long texts, photos, documents) are no double asking.
 */
#ifndef LI_VIEW_BURDEN_H
#define LI_VIEW_BURDEN_H

#include "view/view.h"

struct li_burden_form {
    bool is_register;
    struct li_str name;
    struct li_texts title, issuer;
    int64_t asked, needed, prefilled, twice;
};
struct li_burden_twice {
    const struct li_field *field;
    bool within;   /* one form asks it in its opening and requires it again later */
    size_t *forms; /* places in `forms` */
    size_t form_count;
};
struct li_burden {
    struct li_burden_form *forms; /* by issuer, those who ask most first */
    size_t form_count;
    struct li_burden_twice *twice;
    size_t twice_count;
};
int li_view_burden(struct li_ctx *ctx, const struct li_view *view,
                   struct li_burden *ret) LI_MUST_CHECK;

#endif
