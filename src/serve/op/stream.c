/* The live stream as an operation; see serve/stream.h. */
#include "serve/stream.h"
#include "serve/inside.h"
#include "serve/op/op.h"

int li_op_stream(struct li_request *request)
{
    return li_stream_answer(request, request->server->stream,
                            li_request_text(request, "Last-Event-ID"));
}
