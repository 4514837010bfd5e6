/*
 * Between the last byte of a request and its answer: gate, contract, operation.
 */
#include "base/log.h"
#include "serve/inside.h"
#include "serve/metrics.h"

static struct li_str header_of(void *arg, const char *name)
{
    return li_request_header(arg, name);
}

static int read_request(struct li_request *request)
{
    const struct li_request_source source = {
        .query = request->query, .header = header_of, .arg = request};
    int r;

    if (request->input_too_large) {
        return LI_FAIL(&request->ctx, LI_E_LIMIT, "at most %zu bytes",
                       request->operation->body_limit);
    }
    r = li_operation_parameters(&request->ctx, &request->match, &source, &request->parameters);
    return r ? r
             : li_operation_body(&request->ctx, request->operation,
                                 li_request_header(request, "Content-Type"),
                                 li_buf_view(&request->input), &request->body);
}

static int take_reader(struct li_request *request)
{
    int r = li_store_reader(&request->ctx, request->server->house->store, &request->conn);

    /* one snapshot for all that the answer reads */
    return r ? r : li_begin(&request->ctx, request->conn);
}

static void give_reader(struct li_request *request)
{
    if (request->conn) {
        li_rollback(request->conn);
        li_store_reader_back(request->server->house->store, request->conn);
        request->conn = NULL;
    }
}

/* Faults of ours are logged where they are met, once; people's are not. */
static void fail(struct li_request *request, int r)
{
    if (li_error_info(r)->http >= 500) {
        li_log_fault(&request->ctx, "serve.fault", "request=%s", request->id);
    }
    if (r == -LI_E_BUSY && request->job.command) {
        li_count(&request->server->metrics->refused[LI_LIMIT_LANE], 1);
    }
    li_reply_problem(request, r);
}

static int prepare(struct li_request *request)
{
    int r = request->op->face == LI_FACE_PROBE ? 0 : take_reader(request);

    r = r ? r : li_gate(request);
    r = r ? r : read_request(request);
    return r ? r : request->op->run(request);
}

int li_dispatch(struct li_request *request)
{
    int r = prepare(request);

    give_reader(request);
    if (r < 0) {
        fail(request, r);
    }
    return r > 0 ? r : 0;
}

void li_dispatch_finish(struct li_request *request)
{
    int r = request->job.status;

    r = r ? r : take_reader(request);
    r = r ? r : request->op->finish(request);
    give_reader(request);
    if (r) {
        fail(request, r);
    }
}
