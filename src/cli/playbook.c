/* linli playbook: check, explain, show, test. */
#include <stdio.h>
#include <string.h>

#include "bind/scenario.h"
#include "cli/cli.h"
#include "playbook/flat.h"
#include "playbook/rule.h"

struct request {
    bool plain, en;
    const char **files; /* the verb first; as many as there are words */
    size_t count;       /* the first is the verb */
};

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

/* The same verbs over a register. */
static int one_register(struct li_cli *cli, const struct request *request, const char *path,
                        struct li_str bytes, struct li_buf *buf)
{
    const char *verb = request->files[0];
    struct li_register *reg;
    int r = li_register_load(cli->ctx, path, bytes, &reg);

    if (r) {
        return r;
    }
    if (strcmp(verb, "check") == 0) {
        printf("%s: %.*s version %d is in order\n", path, LI_P(reg->form.name), reg->form.version);
        return 0;
    }
    if (strcmp(verb, "explain") == 0) {
        cli->ctx->lang = request->en ? LI_EN : LI_ZH;
        return print_buf(cli, buf, li_register_explain(cli->ctx, reg, buf));
    }
    li_flat_write(buf, reg->form.plain);
    return print_buf(cli, buf, 0);
}

/* What it opens cases of is looked for beside it, too. */
static int check_others(struct li_cli *cli, const char *path, const struct li_playbook *playbook)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < playbook->action_count; i++) {
        for (size_t k = 0; r == 0 && k < playbook->actions[i].spawn_count; k++) {
            struct li_str name = playbook->actions[i].spawns[k].playbook, bytes;
            struct li_playbook *other;
            const char *where;
            r = li_playbook_other(cli->ctx, path, name, &where, &bytes);
            if (r == -LI_E_NOT_FOUND) {
                return li_rule_fail(cli->ctx, LI_E_INVALID, LI_RULE_SPAWNS_NONE, li_str(path),
                                    name);
            }
            r = r ? r : li_playbook_load_beside(cli->ctx, where, bytes, where, &other);
            r = r ? r : li_playbook_spawn_fits(cli->ctx, playbook, other);
        }
    }
    return r;
}

/* Registers whose rows it reads stand in registers/ beside it. */
static int check_registers(struct li_cli *cli, const char *path, const struct li_playbook *playbook)
{
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash - path) + 1 : 0, r = 0;

    for (size_t i = 0; r == 0 && i < playbook->field_count; i++) {
        const struct li_field *field = &playbook->fields[i];
        struct li_register *reg;
        struct li_str file, bytes;
        if (field->read_count == 0) {
            continue;
        }
        file = li_strf(cli->ctx, "%.*sregisters/%.*s.yaml", folder, path, LI_P(field->reg));
        r = file.ptr ? li_file_read(cli->ctx, file.ptr, (size_t)1 << 20, &bytes) : -LI_E_NOMEM;
        r = r ? r : li_register_load(cli->ctx, file.ptr, bytes, &reg);
        r = r ? r : li_playbook_reads_fit(cli->ctx, playbook, reg);
    }
    return r;
}

static int one_file(struct li_cli *cli, const struct request *request, const char *path)
{
    struct li_buf *buf = li_buf_new(cli->ctx, 0);
    const char *verb = request->files[0];
    struct li_playbook *playbook;
    struct li_str bytes;
    int r = buf ? li_file_read(cli->ctx, path, (size_t)1 << 20, &bytes) : -LI_E_NOMEM;

    if (r == 0 && li_register_is(bytes)) {
        return one_register(cli, request, path, bytes, buf);
    }
    r = r ? r : li_playbook_load_beside(cli->ctx, path, bytes, path, &playbook);
    if (r) {
        return r;
    }
    if (strcmp(verb, "check") == 0) {
        r = li_case_effects_check(cli->ctx, li_effects, playbook);
        r = r ? r : check_others(cli, path, playbook);
        r = r ? r : check_registers(cli, path, playbook);
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
    size_t most = (size_t)cli->argc;
    int r = 0, worst = 0;

    request.files = li_alloc_array(cli->ctx, most + 1, sizeof(*request.files));
    r = request.files ? li_cli_options(cli, known, 2, request.files, most, &request.count)
                      : -LI_E_NOMEM;

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
