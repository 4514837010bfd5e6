/*
 * linli import roster, absences, substitutes, secondments: one table of who is where into
 * one tenant, all of it or nothing.
 */
#include <stdio.h>
#include <string.h>

#include "cli/table.h"
#include "people/staffing.h"

#define LARGEST ((size_t)1024 * 1024) /* bytes of a file */

static int line_of(const void *args, size_t row)
{
    const struct li_staffing_args *staffing = args;

    li_assert(row < staffing->count);
    return staffing->rows[row].line;
}

static void tell_done(const struct li_cli_table *table, struct li_str tenant, const void *plan)
{
    const struct li_staffing_args *args = table->args;

    (void)plan;
    printf(table->english ? "%.*s: %zu lines\n" : "%.*s：%zu 行\n", LI_P(tenant), args->count);
}

bool li_cli_is_staffing(const char *word, int *ret_kind)
{
    for (int i = 0; i < LI_STAFFINGS; i++) {
        if (strcmp(word, li_staffing_names[i]) == 0) {
            *ret_kind = i;
            return true;
        }
    }
    return false;
}

int li_cli_import_staffing(struct li_cli *cli, int kind)
{
    struct li_staffing_args args = {.kind = (enum li_staffing)kind};
    struct li_cli_table table;
    struct li_staffing_row *rows = NULL;
    struct li_str bytes;
    int r = li_cli_table_options(cli, li_staffing_names[kind], &table);

    r = r ? r : li_file_read(cli->ctx, table.file, LARGEST, &bytes);
    if (r) {
        return r;
    }
    table.command = &li_staffing_import;
    table.args = &args;
    table.line = line_of;
    table.done = tell_done;
    table.one = true;
    r = li_staffing_read(cli->ctx, table.file, bytes, args.kind, &rows, &args.count);
    if (r) {
        return li_cli_table_told(cli, &table, LI_S(""), r);
    }
    args.rows = rows;
    args.source = li_cli_file_name(table.file);
    return li_cli_table_import(cli, &table);
}
