/*
 * What imports of tables share: their options, which tenants they are for, and how a
 * row that was rejected is told.  What a table holds is not its business.
 */
#include <stdio.h>

#include "cli/table.h"
#include "contract/fault.h"
#include "record/tenant.h"

int li_cli_table_options(struct li_cli *cli, const char *kind, struct li_cli_table *ret)
{
    struct li_cli_table table = {.file = NULL};
    const struct li_cli_option known[] = {
        LI_CLI_WHERE(&table.where),
        {"--tenant", &table.tenant, NULL},
        {"--en", NULL, &table.english},
    };
    const char *words[2] = {NULL, NULL};
    size_t count;
    int r = li_cli_options(cli, known, sizeof(known) / sizeof(known[0]), words, 2, &count);

    if (r == 0 && count != 2) {
        r = LI_FAIL(cli->ctx, LI_E_USAGE, "which file? import %s FILE", kind);
    }
    if (r == 0) {
        table.file = words[1];
        *ret = table;
    }
    return r;
}

/* ---- what is wrong ------------------------------------------------------------ */

static struct li_str sentence(struct li_cli *cli, bool english, const struct li_error *error)
{
    if (error->reason) {
        return li_fault_sentence(cli->ctx, error, english ? LI_EN : LI_ZH);
    }
    return error->code == LI_E_UNIQUE
               ? li_strf(cli->ctx, english ? "stored already as %.*s" : "这个编号已登记为 %.*s",
                         LI_P(error->text))
               : error->text;
}

/* "FILE:LINE: field: sentence"; a fault of the command says which row it means. */
static void tell(struct li_cli *cli, const struct li_cli_table *table, const struct li_error *error)
{
    struct li_str text = sentence(cli, table->english, error), where = error->where, row;
    int64_t number;

    if (!li_str_starts(where, LI_S("/rows/"))) {
        fprintf(stderr, "%.*s: %.*s\n", LI_P(where), LI_P(text));
        return;
    }
    where = li_str_n(where.ptr + strlen("/rows/"), where.len - strlen("/rows/"));
    row = li_str_cut(&where, '/');
    li_assert(li_str_to_i64(row, &number) && number >= 0);
    fprintf(stderr, "%s:%d: %.*s: %.*s\n", table->file, table->line(table->args, (size_t)number),
            LI_P(where), LI_P(text));
}

int li_cli_table_told(struct li_cli *cli, const struct li_cli_table *table, struct li_str tenant,
                      int r)
{
    const char *gap = tenant.len ? ": " : "";

    if (r != -LI_E_INVALID && r != -LI_E_UNIQUE) {
        return r;
    }
    for (unsigned i = 0; i < cli->ctx->error_count; i++) {
        tell(cli, table, &cli->ctx->errors[i]);
    }
    li_ctx_clear(cli->ctx);
    return LI_FAIL(cli->ctx, LI_E_INVALID,
                   table->english ? "%.*s%srows were rejected; nothing was changed"
                                  : "%.*s%s有的行有问题，没有导入任何内容",
                   LI_P(tenant), gap);
}

/* ---- the import ------------------------------------------------------------- */

static int import_one(struct li_cli *cli, struct li_house *house, const struct li_cli_table *table,
                      const struct li_tenant *tenant)
{
    const struct li_viewer viewer = {.kind = LI_VIEWER_SYSTEM, .tenant = tenant->id};
    struct li_job job = {.ctx = cli->ctx,
                         .tenant = tenant->id,
                         .command = table->command,
                         .args = table->args,
                         .viewer = &viewer};
    int r = li_run(house->record, &job);

    if (r == 0) {
        table->done(table, tenant->slug, job.plan);
    }
    return li_cli_table_told(cli, table, tenant->slug, r);
}

static int import_all(struct li_cli *cli, struct li_house *house, const struct li_cli_table *table)
{
    const struct li_tenant **tenants;
    size_t count, taken = 0;
    int r = li_tenant_all(cli->ctx, house->record, &tenants, &count);

    if (r == 0 && table->one && !table->tenant && count != 1) {
        return LI_FAIL(cli->ctx, LI_E_USAGE, "there are %zu tenants; say which with --tenant",
                       count);
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (!table->tenant || li_str_is(tenants[i]->slug, table->tenant)) {
            r = import_one(cli, house, table, tenants[i]);
            taken++;
        }
    }
    return r == 0 && taken == 0 ? LI_FAIL(cli->ctx, LI_E_NOT_FOUND, "there is no tenant %s",
                                          table->tenant ? table->tenant : "")
                                : r;
}

int li_cli_table_import(struct li_cli *cli, const struct li_cli_table *table)
{
    struct li_house house;
    int r = li_cli_house(cli, &table->where, false, &house);

    if (r) {
        return r;
    }
    r = import_all(cli, &house, table);
    li_house_close(&house);
    return r;
}
