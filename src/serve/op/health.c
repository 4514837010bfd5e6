/* Whether the server lives, and whether it should be sent requests; both answer
 * without a reader, so that they also answer while the store does not. */
#include "serve/op/op.h"
#include "serve/ready.h"

int li_op_healthz(struct li_request *request)
{
    struct li_json json = li_reply_json(request, 200);

    li_alive_write(&json);
    return li_reply_end(request);
}

int li_op_readyz(struct li_request *request)
{
    struct li_readiness ready;
    struct li_json json;

    li_ready_look(&request->ctx, request->server, &ready);
    json = li_reply_json(request, li_ready_status(&ready));
    request->answer.type = ready.missing ? li_ready_type(&ready) : NULL;
    li_ready_write(request->server, request->ctx.lang, &ready, &json);
    return li_reply_end(request);
}
