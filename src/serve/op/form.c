/*
 * Forms of pages that carry files: made into uploads in the pictures' pool, then
 * sent like any other.  A form has one control for photos, "photos", and one for
 * documents, "documents", whatever the playbook calls the fields.
 */
#include "serve/op/op.h"

/* Tokens in the place of what li_page_await put there. */
static int keep(struct li_request *request, const struct li_field *field, const char *control,
                struct li_node *fields)
{
    const struct li_node *files = field ? li_node_get(request->body, control) : NULL;
    struct li_str where;
    struct li_node *tokens;
    int r;

    if (!files || files->kind != LI_LIST || files->list.count == 0) {
        return 0;
    }
    where = li_strf(&request->ctx, "/fields/%.*s", LI_P(field->name));
    r = where.ptr
            ? li_op_keep_files(request, where, files, field->type == LI_FIELD_DOCUMENT, &tokens)
            : -LI_E_NOMEM;
    return r ? r : li_node_put(&request->ctx, fields, field->name, tokens);
}

/* What is no photo or document is told at its field, and the page comes back. */
static int keep_files(struct li_request *request)
{
    struct li_op_form *form = request->state;
    int r = keep(request, form->files.photos, "photos", form->fields);

    r = r ? r : keep(request, form->files.documents, "documents", form->fields);
    if (r == -LI_E_INVALID) {
        form->refused = true;
        return 0;
    }
    return r ? r : LI_LATER;
}

static bool has_files(const struct li_request *request, const char *control)
{
    const struct li_node *files = li_node_get(request->body, control);

    return files && files->kind == LI_LIST && files->list.count > 0;
}

int li_op_send_form(struct li_request *request, struct li_page_files files, struct li_node *fields,
                    void *args)
{
    struct li_op_form *form = li_alloc(&request->ctx, sizeof(*form));

    if (!form) {
        return -LI_E_NOMEM;
    }
    *form = (struct li_op_form){.args = args, .fields = fields, .files = files};
    request->state = form;
    if (!(files.photos && has_files(request, "photos")) &&
        !(files.documents && has_files(request, "documents"))) {
        return LI_LATER;
    }
    return li_request_aside(request, LI_POOL_PICTURES, keep_files);
}
