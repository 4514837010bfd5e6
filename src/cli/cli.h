/*
 * The command line: one subcommand a file, listed in main.c with its help.
 *
 * Bad usage is one line on stderr and exit status 2, a failure one line and 1.
 */
#ifndef LI_CLI_CLI_H
#define LI_CLI_CLI_H

#include "bind/bind.h"

/* What every subcommand has. */
struct li_cli {
    struct li_ctx *ctx;
    int argc; /* behind the subcommand */
    char **argv;
};

struct li_cli_command {
    const char *name;
    const char *usage; /* "--data DIR [--port N]" */
    const char *help;  /* one line */
    int (*run)(struct li_cli *cli);
};

/* Options: "--name value" and "--flag". */
struct li_cli_option {
    const char *name;   /* "--data" */
    const char **value; /* set to its value; NULL: a flag */
    bool *flag;
};
/* Reads all options; what is none goes to `rest` (at most max).
 * -LI_E_USAGE names what it does not know. */
int li_cli_options(struct li_cli *cli, const struct li_cli_option *options, size_t count,
                   const char **rest, size_t max, size_t *ret_rest) LI_MUST_CHECK;

/* Opens the house of a data folder or of a PostgreSQL URL with the keys in the
 * folder.  `make`: begins one when there is none, else -LI_E_NOT_FOUND. */
int li_cli_house(struct li_cli *cli, const char *data, const char *store, bool make,
                 struct li_house *ret) LI_MUST_CHECK;

int li_cli_serve(struct li_cli *cli);
int li_cli_seed(struct li_cli *cli);
int li_cli_adopt(struct li_cli *cli);
int li_cli_import(struct li_cli *cli);
/* Its second kind of table (classes.c). */
int li_cli_import_classes(struct li_cli *cli);
/* The pages to open and the demo accounts (demo.c); `base` without a slash. */
void li_cli_print_demo(const char *base);
int li_cli_verify(struct li_cli *cli);
int li_cli_seal(struct li_cli *cli);
int li_cli_rebuild(struct li_cli *cli);
int li_cli_playbook(struct li_cli *cli);
int li_cli_picture(struct li_cli *cli);

#endif
