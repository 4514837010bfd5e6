/*
 * linli import classes: a table of class codes into one tenant, or into each in turn;
 * into a tenant all of it or nothing.
 */
#include <stdio.h>

#include "cli/table.h"
#include "record/code.h"

#define LARGEST ((size_t)8 * 1024 * 1024) /* bytes of a file */

static int line_of(const void *args, size_t row)
{
    const struct li_code_import *import = args;

    li_assert(row < import->count);
    return import->rows[row].line;
}

static void tell_done(const struct li_cli_table *table, struct li_str tenant, const void *plan)
{
    const struct li_code_import *import = table->args;
    const struct li_code_imported *done = plan;

    printf(table->english ? "%.*s: %zu new, %zu changed, %zu as they were\n"
                          : "%.*s：新增 %zu，变更 %zu，未变 %zu\n",
           LI_P(tenant), done->added, done->changed, import->count - done->added - done->changed);
}

int li_cli_import_classes(struct li_cli *cli)
{
    struct li_cli_table table;
    struct li_code_import args = {.rows = NULL};
    struct li_code *rows;
    struct li_str bytes;
    int r = li_cli_table_options(cli, "classes", &table);

    r = r ? r : li_file_read(cli->ctx, table.file, LARGEST, &bytes);
    if (r) {
        return r;
    }
    table.command = &li_code_import;
    table.args = &args;
    table.line = line_of;
    table.done = tell_done;
    r = li_code_read(cli->ctx, table.file, bytes, &rows, &args.count);
    if (r) {
        return li_cli_table_told(cli, &table, LI_S(""), r);
    }
    if (args.count == 0) {
        return LI_FAIL(cli->ctx, LI_E_INVALID, table.english ? "%s has no rows" : "%s 里没有内容",
                       table.file);
    }
    args.rows = rows;
    args.source = li_cli_file_name(table.file);
    return li_cli_table_import(cli, &table);
}
