/* Three addresses, one thread; see ops.h. */
#include "serve/ops.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "serve/inside.h"
#include "serve/metrics.h"
#include "serve/ready.h"

#define TEXT_MAX    ((size_t)4 << 20)
#define CONNECTIONS 16U
#define IDLE        30U /* seconds */

struct li_ops {
    struct li_server *server;
    struct MHD_Daemon *daemon;
    uint16_t port;
};

struct answer {
    int status;
    const char *type;
    struct li_buf body;
};

static void answer_alive(struct li_ctx *ctx, struct li_server *server, struct answer *answer)
{
    struct li_json json;

    (void)ctx;
    (void)server;
    li_json_init(&json, &answer->body, false);
    li_alive_write(&json);
    answer->type = "application/json";
}

static void answer_ready(struct li_ctx *ctx, struct li_server *server, struct answer *answer)
{
    struct li_readiness ready;
    struct li_json json;

    li_ready_look(ctx, server, &ready);
    li_json_init(&json, &answer->body, false);
    li_ready_write(server, LI_EN, &ready, &json);
    answer->status = li_ready_status(&ready);
    answer->type = li_ready_type(&ready);
}

static void answer_metrics(struct li_ctx *ctx, struct li_server *server, struct answer *answer)
{
    li_metrics_write(ctx, server, &answer->body);
    answer->type = "text/plain; version=0.0.4; charset=utf-8";
}

static const struct {
    const char *path;
    void (*answer)(struct li_ctx *ctx, struct li_server *server, struct answer *answer);
} pages[] = {{"/healthz", answer_alive}, {"/readyz", answer_ready}, {"/metrics", answer_metrics}};

static void make_answer(struct li_ctx *ctx, struct li_server *server, const char *path,
                        const char *method, struct answer *answer)
{
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        answer->status = 405;
        return;
    }
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        if (strcmp(path, pages[i].path) == 0) {
            answer->status = 200;
            pages[i].answer(ctx, server, answer);
            return;
        }
    }
    answer->status = 404;
}

static enum MHD_Result handle(void *arg, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **own)
{
    struct li_server *server = ((struct li_ops *)arg)->server;
    struct answer answer = {.status = 0};
    struct li_arena *arena;
    struct MHD_Response *response;
    struct li_ctx ctx;
    enum MHD_Result sent;

    (void)version;
    (void)upload;
    if (!*own) {
        *own = server; /* the first call: the head only */
        return MHD_YES;
    }
    *upload_size = 0;
    arena = li_arena_new(0);
    if (!arena) {
        return MHD_NO;
    }
    li_ctx_init(&ctx, arena, li_record_clock(server->house->record),
                li_record_random(server->house->record));
    li_buf_init(&answer.body, TEXT_MAX);
    make_answer(&ctx, server, path, method, &answer);
    response =
        MHD_create_response_from_buffer(answer.body.len, answer.body.ptr, MHD_RESPMEM_MUST_COPY);
    if (response && answer.type) {
        MHD_add_response_header(response, "Content-Type", answer.type);
    }
    if (response) {
        MHD_add_response_header(response, "Cache-Control", "no-store");
    }
    sent = response ? MHD_queue_response(connection, (unsigned)answer.status, response) : MHD_NO;
    if (response) {
        MHD_destroy_response(response);
    }
    li_buf_done(&answer.body);
    li_arena_free(arena);
    return sent;
}

int li_ops_start(struct li_ctx *ctx, struct li_server *server, uint16_t port, struct li_ops **ret)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct li_ops *ops = calloc(1, sizeof(*ops));
    const union MHD_DaemonInfo *info;

    if (!ops) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for the operations port");
    }
    ops->server = server;
    ops->daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, handle, ops,
                         MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&at, MHD_OPTION_CONNECTION_LIMIT,
                         CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, IDLE, MHD_OPTION_END);
    if (!ops->daemon) {
        free(ops);
        return LI_FAIL(ctx, LI_E_IO, "cannot listen on 127.0.0.1:%u: %s", port, strerror(errno));
    }
    info = MHD_get_daemon_info(ops->daemon, MHD_DAEMON_INFO_BIND_PORT);
    ops->port = info ? info->port : port;
    *ret = ops;
    return 0;
}

uint16_t li_ops_port(const struct li_ops *ops)
{
    return ops->port;
}

void li_ops_stop(struct li_ops *ops)
{
    if (ops) {
        MHD_stop_daemon(ops->daemon);
        free(ops);
    }
}
