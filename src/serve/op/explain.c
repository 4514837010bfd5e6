/* A playbook in sentences, as the page for the wall says it. */
#include "base/buf.h"
#include "serve/op/op.h"

static int put_in(struct li_request *request, struct li_json *json, const char *key,
                  enum li_lang lang, const struct li_playbook *playbook)
{
    const enum li_lang before = request->ctx.lang;
    struct li_buf *buf = li_buf_new(&request->ctx, 0);
    int r = buf ? 0 : -LI_E_NOMEM;

    if (r == 0) {
        request->ctx.lang = lang;
        r = li_playbook_explain(&request->ctx, playbook, buf);
        request->ctx.lang = before;
    }
    r = r ? r : li_buf_check(&request->ctx, buf);
    if (r == 0) {
        li_json_put_text(json, key, li_buf_view(buf));
    }
    return r;
}

int li_op_explain_playbook(struct li_request *request)
{
    const struct li_playbook *playbook;
    struct li_json json;
    int r = li_op_playbook(request, li_request_text(request, "playbook"), &playbook);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_put_text(&json, "playbook", playbook->name);
    li_json_put_int(&json, "version", playbook->version);
    r = put_in(request, &json, "zh", LI_ZH, playbook);
    r = r ? r : put_in(request, &json, "en", LI_EN, playbook);
    li_json_close_map(&json);
    return r ? r : li_reply_end(request);
}
