/*
 * linli import deadlines: tables of deadlines into one tenant, or into each in turn;
 * of a tenant each edition in the file whole, or nothing.
 */
#include <stdio.h>

#include "case/deadline.h"
#include "cli/table.h"

#define LARGEST ((size_t)1024 * 1024) /* bytes of a file */

static int line_of(const void *args, size_t row)
{
    const struct li_deadline_put *put = args;

    li_assert(row < put->count);
    return put->rows[row].line;
}

static void tell_done(const struct li_cli_table *table, struct li_str tenant, const void *plan)
{
    const struct li_deadline_put *put = table->args;

    (void)plan;
    printf(table->english ? "%.*s: %zu lines\n" : "%.*s：%zu 行\n", LI_P(tenant), put->count);
}

int li_cli_import_deadlines(struct li_cli *cli)
{
    struct li_cli_table table;
    struct li_deadline_put args = {.rows = NULL};
    struct li_deadline *rows;
    struct li_str bytes;
    int r = li_cli_table_options(cli, "deadlines", &table);

    r = r ? r : li_file_read(cli->ctx, table.file, LARGEST, &bytes);
    if (r) {
        return r;
    }
    table.command = &li_deadline_put;
    table.args = &args;
    table.line = line_of;
    table.done = tell_done;
    r = li_deadline_read(cli->ctx, table.file, bytes, &rows, &args.count);
    if (r) {
        return li_cli_table_told(cli, &table, LI_S(""), r);
    }
    args.rows = rows;
    return li_cli_table_import(cli, &table);
}
