/* A resident says that they saw what they were told: for programs, and as a form without script. */
#include "case/message.h"

#include "serve/op/op.h"

int li_op_mark_seen(struct li_request *request)
{
    struct li_message_seen_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? li_op_party(request) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    *args = (struct li_message_seen_args){.case_id = request->viewer.case_id,
                                          .upto = li_node_get(request->body, "upto")->number};
    li_request_job(request, &li_message_seen, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_mark_seen_done(struct li_request *request)
{
    return li_reply_empty(request, 204);
}

int li_op_submit_seen(struct li_request *request)
{
    struct li_str lang = li_node_text(request->body, "lang");

    request->ctx.lang = lang.ptr && li_str_is(lang, "en") ? LI_EN : LI_ZH;
    return li_op_mark_seen(request);
}

int li_op_submit_seen_done(struct li_request *request)
{
    return li_reply_see(request, li_strf(&request->ctx, "/%.*s/progress/%.*s?lang=%s",
                                         LI_P(request->tenant->slug),
                                         LI_P(li_request_text(request, "tracking")),
                                         request->ctx.lang == LI_EN ? "en" : "zh"));
}
