/*
 * Forms of pages that carry photos: made into uploads in the pictures' pool, then
 * sent like any other.  A form has one control for files, "photos", whatever the
 * playbook calls the field.
 */
#include "serve/op/op.h"

/* What is no photo is told at its field, and the page comes back. */
static int keep_photos(struct li_request *request)
{
    struct li_op_form *form = request->state;
    const struct li_node *files = li_node_get(request->body, "photos");
    struct li_str where = li_strf(&request->ctx, "/fields/%.*s", LI_P(form->photos));
    struct li_node *tokens;
    int r = li_op_keep_photos(request, where, files, &tokens);

    if (r == -LI_E_INVALID) {
        form->refused = true;
        return 0;
    }
    r = r ? r : li_node_put(&request->ctx, form->fields, form->photos, tokens);
    return r ? r : LI_LATER;
}

int li_op_send_form(struct li_request *request, const struct li_field *photos,
                    struct li_node *fields, void *args)
{
    const struct li_node *files = photos ? li_node_get(request->body, "photos") : NULL;
    struct li_op_form *form = li_alloc(&request->ctx, sizeof(*form));

    if (!form) {
        return -LI_E_NOMEM;
    }
    *form = (struct li_op_form){.args = args, .fields = fields};
    request->state = form;
    if (!files || files->kind != LI_LIST || files->list.count == 0) {
        return LI_LATER;
    }
    form->photos = photos->name;
    return li_request_aside(request, LI_POOL_PICTURES, keep_photos);
}
