/* linli playbook: check, explain, show, test. */
#include <stdio.h>
#include <string.h>

#include "bind/scenario.h"
#include "cli/cli.h"

struct request {
    bool plain, en;
    const char *files[64];
    size_t count; /* the first is the verb */
};

static int load(struct li_cli *cli, const char *path, struct li_playbook **ret)
{
    struct li_str bytes;
    int r = li_file_read(cli->ctx, path, (size_t)1 << 20, &bytes);

    return r ? r : li_playbook_load(cli->ctx, path, bytes, ret);
}

/* Every fault of a file on its own line. */
static void print_faults(struct li_ctx *ctx)
{
    for (unsigned i = 0; i < ctx->error_count; i++) {
        fprintf(stderr, "%.*s: %.*s\n", LI_P(ctx->errors[i].where), LI_P(ctx->errors[i].text));
    }
    li_ctx_clear(ctx);
}

static int print_buf(struct li_cli *cli, struct li_buf *buf, int r)
{
    r = r ? r : li_buf_check(cli->ctx, buf);
    if (r == 0) {
        fwrite(buf->ptr, 1, buf->len, stdout);
    }
    return r;
}

static int one_file(struct li_cli *cli, const struct request *request, const char *path)
{
    struct li_buf *buf = li_buf_new(cli->ctx, 0);
    const char *verb = request->files[0];
    struct li_playbook *playbook;
    int r = buf ? load(cli, path, &playbook) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    if (strcmp(verb, "check") == 0) {
        r = li_case_effects_check(cli->ctx, li_effects, playbook);
        if (r) {
            return r;
        }
        printf("%s: %.*s version %d is in order\n", path, LI_P(playbook->name), playbook->version);
        return 0;
    }
    if (strcmp(verb, "explain") == 0) {
        cli->ctx->lang = request->en ? LI_EN : LI_ZH;
        return print_buf(cli, buf, li_playbook_explain(cli->ctx, playbook, buf));
    }
    return print_buf(cli, buf, li_playbook_plain(cli->ctx, playbook, buf));
}

static int run_scenarios(struct li_cli *cli, const struct request *request)
{
    struct li_scenario_report report = {.out = stdout};
    int r = 0;

    for (size_t i = 1; r == 0 && i < request->count; i++) {
        r = li_scenario_run(cli->ctx, request->files[i], &report);
    }
    if (r) {
        print_faults(cli->ctx);
    }
    printf("1..%d\n", report.passed + report.failed);
    if (r == 0 && report.failed) {
        r = LI_FAIL(cli->ctx, LI_E_INVALID, "%d of %d scenarios failed", report.failed,
                    report.passed + report.failed);
    }
    return r;
}

int li_cli_playbook(struct li_cli *cli)
{
    struct request request = {.count = 0};
    const struct li_cli_option known[] = {
        {"--plain", NULL, &request.plain},
        {"--en", NULL, &request.en},
    };
    int r = li_cli_options(cli, known, 2, request.files, 64, &request.count), worst = 0;

    if (r) {
        return r;
    }
    if (request.count < 2) {
        return LI_FAIL(cli->ctx, LI_E_USAGE, "say check, explain, show or test, and a file");
    }
    if (strcmp(request.files[0], "test") == 0) {
        return run_scenarios(cli, &request);
    }
    if (strcmp(request.files[0], "check") != 0 && strcmp(request.files[0], "explain") != 0 &&
        strcmp(request.files[0], "show") != 0) {
        return LI_FAIL(cli->ctx, LI_E_USAGE, "no such verb: %s", request.files[0]);
    }
    for (size_t i = 1; i < request.count; i++) {
        r = one_file(cli, &request, request.files[i]);
        if (r) {
            print_faults(cli->ctx);
            worst = r;
        }
    }
    return worst;
}
