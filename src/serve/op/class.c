/* Class codes: what a desk searches when it files a matter. */
#include "record/code.h"
#include "serve/op/op.h"
#include "view/json.h"

static int put_class(struct li_request *request, struct li_json *json, const struct li_code *code)
{
    struct li_str text = li_strf(&request->ctx, "%.*s:%.*s", LI_P(code->scheme), LI_P(code->code));

    if (!text.ptr) {
        return -LI_E_NOMEM;
    }
    li_json_open_map(json);
    li_json_put_text(json, "code", text);
    li_json_put_text(json, "scheme", code->scheme);
    li_put_texts(json, "name", (struct li_texts){.zh = code->name, .en = code->name_en});
    li_put_texts(json, "group", (struct li_texts){.zh = code->group, .en = code->group_en});
    li_json_put_text(json, "edition", code->edition);
    li_json_put_text(json, "evidence", code->evidence);
    li_json_close_map(json);
    return 0;
}

int li_op_list_classes(struct li_request *request)
{
    struct li_code *codes;
    struct li_json json;
    size_t count;
    int r = li_code_list(&request->ctx, request->conn, request->tenant->id,
                         li_request_text(request, "scheme"), li_request_text(request, "q"), &codes,
                         &count);

    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = put_class(request, &json, &codes[i]);
    }
    return li_reply_items_end(request, &json, r);
}
