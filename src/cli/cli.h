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

/* Where the record is: what every command is told that opens one.  Zero is fine:
 * LI_CLI_WHERE reads the options into it, the functions below fill the rest. */
struct li_cli_where {
    const char *data;  /* --data: keys, pictures and the SQLite file; NULL: .linli */
    const char *keys;  /* --keys: the folder of master.key; NULL: LINLI_KEYS, then DATA/keys */
    const char *store; /* --store: a file or postgres://…; NULL: LINLI_STORE, then DATA/linli.db */
    const char *files;       /* --files: a folder or s3://…; NULL: LINLI_FILES, then DATA/blobs */
    const char *credentials; /* --files-credentials: a file; NULL: AWS_ACCESS_KEY_ID and so on */
    int lanes;               /* PostgreSQL: connections that write; 0: four */
    bool no_migrate;         /* a schema that is behind is refused */
    bool fill;               /* a demo: what a loss of power takes is written anew */
};
/* Its lines in a table of options. */
#define LI_CLI_WHERE(where)                                                                        \
    {"--data", &(where)->data, NULL}, {"--store", &(where)->store, NULL},                          \
        {"--keys", &(where)->keys, NULL}, {"--files", &(where)->files, NULL},                      \
    {                                                                                              \
        "--files-credentials", &(where)->credentials, NULL                                         \
    }
/* And in a command's usage. */
#define LI_CLI_WHERE_USAGE "[--data DIR] [--store WHERE] [--keys DIR] [--files WHERE]"

/* The folder of keys and pictures. */
const char *li_cli_data(const struct li_cli_where *where);
/* The folder of master.key; ptr NULL: no memory, told. */
struct li_str li_cli_keys(struct li_ctx *ctx, const struct li_cli_where *where);
/* What to open, for li_store_open.  A URL may hold a password: it is not for
 * messages.  0 or -LI_E_NOMEM. */
int li_cli_store(struct li_ctx *ctx, const struct li_cli_where *where,
                 const char **ret) LI_MUST_CHECK;
/* Where files lie: `said` (or NULL), LINLI_FILES, DATA/blobs; with the credentials. */
int li_cli_files(struct li_ctx *ctx, const struct li_cli_where *where, const char *said,
                 struct li_keeper_config *ret) LI_MUST_CHECK;
/* --at TIME: what is written is written as of then, for tests that hold a clock. */
int li_cli_hold_clock(struct li_cli *cli, const char *at) LI_MUST_CHECK;
/* Opens the house there.  `make`: begins one when there is none, else
 * -LI_E_NOT_FOUND. */
int li_cli_house(struct li_cli *cli, const struct li_cli_where *where, bool make,
                 struct li_house *ret) LI_MUST_CHECK;

int li_cli_serve(struct li_cli *cli);
int li_cli_migrate(struct li_cli *cli);
int li_cli_copy(struct li_cli *cli);
int li_cli_backup(struct li_cli *cli);
int li_cli_restore(struct li_cli *cli);
int li_cli_seed(struct li_cli *cli);
int li_cli_adopt(struct li_cli *cli);
int li_cli_import(struct li_cli *cli);
/* The part of a path behind its last slash: history names no folder of a machine. */
struct li_str li_cli_file_name(const char *path);
/* Its second kind of table (classes.c). */
int li_cli_import_classes(struct li_cli *cli);
int li_cli_import_deadlines(struct li_cli *cli);
/* staffing.c; *ret_kind: which table a word names (enum li_staffing) */
bool li_cli_is_staffing(const char *word, int *ret_kind);
int li_cli_import_staffing(struct li_cli *cli, int kind);
/* The pages to open and the demo accounts (demo.c); `base` without a slash. */
void li_cli_print_demo(const char *base);
int li_cli_verify(struct li_cli *cli);
int li_cli_seal(struct li_cli *cli);
int li_cli_rebuild(struct li_cli *cli);
int li_cli_playbook(struct li_cli *cli);
int li_cli_count(struct li_cli *cli);
int li_cli_picture(struct li_cli *cli);
int li_cli_simulate(struct li_cli *cli);

#endif
