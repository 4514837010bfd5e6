/*
 * linli import classes: a table of class codes into one tenant, or into all.
 */
#include <stdio.h>

#include "cli/cli.h"
#include "record/code.h"
#include "record/tenant.h"

#define LARGEST ((size_t)8 * 1024 * 1024) /* bytes of a file */

static int import_one(struct li_cli *cli, struct li_house *house, const struct li_tenant *tenant,
                      const struct li_code_import *args)
{
    const struct li_viewer viewer = {.kind = LI_VIEWER_SYSTEM, .tenant = tenant->id};
    struct li_job job = {.ctx = cli->ctx,
                         .tenant = tenant->id,
                         .command = &li_code_import,
                         .args = args,
                         .viewer = &viewer};
    int r = li_run(house->record, &job);

    if (r == 0) {
        const struct li_code_imported *done = job.plan;
        printf("%.*s: %zu new, %zu mended, %zu as they were\n", LI_P(tenant->slug), done->added,
               done->changed, args->count - done->added - done->changed);
    }
    return r;
}

static int import_all(struct li_cli *cli, struct li_house *house, const char *slug,
                      const struct li_code_import *args)
{
    const struct li_tenant **tenants;
    size_t count, taken = 0;
    int r = li_tenant_all(cli->ctx, house->record, &tenants, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        if (!slug || li_str_is(tenants[i]->slug, slug)) {
            r = import_one(cli, house, tenants[i], args);
            taken++;
        }
    }
    return r == 0 && taken == 0
               ? LI_FAIL(cli->ctx, LI_E_NOT_FOUND, "no tenant %s", slug ? slug : "")
               : r;
}

int li_cli_import_classes(struct li_cli *cli)
{
    const char *data = ".linli", *store = NULL, *slug = NULL, *words[2] = {NULL, NULL};
    const struct li_cli_option known[] = {
        {"--data", &data, NULL}, {"--store", &store, NULL}, {"--tenant", &slug, NULL}};
    struct li_code_import args = {.rows = NULL};
    struct li_code *rows;
    struct li_house house;
    struct li_str bytes;
    size_t count;
    int r = li_cli_options(cli, known, sizeof(known) / sizeof(known[0]), words, 2, &count);

    if (r == 0 && count != 2) {
        r = LI_FAIL(cli->ctx, LI_E_USAGE, "which file? import classes FILE");
    }
    r = r ? r : li_file_read(cli->ctx, words[1], LARGEST, &bytes);
    r = r ? r : li_code_read(cli->ctx, words[1], bytes, &rows, &args.count);
    r = r ? r : li_cli_house(cli, data, store, false, &house);
    if (r) {
        return r;
    }
    args.rows = rows;
    args.source = li_str(words[1]);
    r = import_all(cli, &house, slug, &args);
    li_house_close(&house);
    return r;
}
