/*
 * Tables of a file into one tenant, or into each in turn: `linli import classes` and
 * `linli import deadlines`.
 */
#ifndef LI_CLI_TABLE_H
#define LI_CLI_TABLE_H

#include "cli/cli.h"

struct li_cli_table {
    /* the command line's */
    struct li_cli_where where;
    const char *tenant, *file; /* tenant NULL: each in turn */
    bool english;

    /* the caller's */
    const struct li_command *command;
    const void *args;
    bool one; /* people and places are one tenant's: it must be named where there are several */
    int (*line)(const void *args, size_t row); /* of the file, where a row stands */
    void (*done)(const struct li_cli_table *table, struct li_str tenant, const void *plan);
};

/* Reads the options; `kind` is for the sentence when no file is named.  0 or
 * -LI_E_USAGE, -LI_E_…. */
int li_cli_table_options(struct li_cli *cli, const char *kind,
                         struct li_cli_table *ret) LI_MUST_CHECK;
/* Tells every row that was rejected, as far as the context holds them, then one line;
 * what is no fault of rows is passed on. */
int li_cli_table_told(struct li_cli *cli, const struct li_cli_table *table, struct li_str tenant,
                      int r) LI_MUST_CHECK;
/* Runs the command for each tenant meant. */
int li_cli_table_import(struct li_cli *cli, const struct li_cli_table *table) LI_MUST_CHECK;

#endif
