/* linli: one program, its subcommands. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static const struct li_cli_command commands[] = {
    {"serve",
     LI_CLI_WHERE_USAGE
     " [--address A] [--port N] [--ops-port N] [--public-url URL] [--playbooks DIR] "
     "[--no-migrate] [--lanes N] [--listeners N] [--drain SECONDS] [--messages URL "
     "--messages-secret FILE] [--log-level L] [--log-format text|json]",
     "serves the API and the pages until SIGINT or SIGTERM", li_cli_serve},
    {"migrate", LI_CLI_WHERE_USAGE " [--distribute] [--en]",
     "brings the schema of a database up to this program's; spreads it over Citus", li_cli_migrate},
    {"copy",
     "[--data DIR] [--from STORE] [--files-from FILES] --to STORE|--files-to FILES|--data-to DIR "
     "[--tenant SLUG] [--move] [--open] [--en]",
     "copies or moves tenants and their files into another store, and verifies them there",
     li_cli_copy},
    {"backup", LI_CLI_WHERE_USAGE " --to FOLDER [--en]",
     "writes everything but the master key into a folder, also while it is served", li_cli_backup},
    {"restore", LI_CLI_WHERE_USAGE " --from FOLDER [--try] [--en]",
     "restores a backup into an empty store and verifies it, or only tries whether it would",
     li_cli_restore},
    {"seed", LI_CLI_WHERE_USAGE " [--at TIME] [--live DAYS]",
     "fills an empty record with the demo streets", li_cli_seed},
    {"adopt", LI_CLI_WHERE_USAGE " FILE…", "takes playbooks into use in every tenant",
     li_cli_adopt},
    {"import",
     "areas|classes|deadlines|roster|absences|substitutes|secondments FILE [--tenant SLUG] [--crs "
     "wgs84|cgcs2000|gcj02|bd09] " LI_CLI_WHERE_USAGE " [--en]",
     "takes a table of areas (CSV or GeoJSON) or of class codes in, all of it or nothing",
     li_cli_import},
    {"verify", LI_CLI_WHERE_USAGE " [--anchors FILE] [--from FOLDER]",
     "walks every tenant's history and says what was altered; or tries a backup", li_cli_verify},
    {"seal", LI_CLI_WHERE_USAGE, "seals what is new and prints the anchors", li_cli_seal},
    {"rebuild", LI_CLI_WHERE_USAGE " CONSUMER", "drops what a consumer derived and derives it anew",
     li_cli_rebuild},
    {"playbook", "check|explain|show|test [--plain] [--en] FILE…",
     "checks, explains, prints or plays playbooks", li_cli_playbook},
    {"count", "[--rule points|ranked|greedy|shares] [--seats N] [--step FEN] [--write] [--en] FILE",
     "counts a published election (.pb) anew, and says whether it was published so", li_cli_count},
    {"simulate", "[--seed N] [--streets K] [--days D] [--store WHERE] [--faults] [--print-hash]",
     "lives invented streets' days through the real commands and checks every day",
     li_cli_simulate},
    {"picture", "", "what `serve` runs to decode one photo; not for people", li_cli_picture},
};

static void print_usage(FILE *out)
{
    fprintf(out, "linli %s 邻里\n\n", LI_VERSION);
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        fprintf(out, "  linli %s %s\n      %s\n", commands[i].name, commands[i].usage,
                commands[i].help);
    }
    fputs("\nA store is a file or postgres://…; without --store it is LINLI_STORE, else "
          "DIR/linli.db.\nFiles are a folder or s3://…; without --files they are LINLI_FILES, else "
          "DIR/blobs.\nKeys lie in DIR/keys, unless --keys or LINLI_KEYS says where.\n",
          out);
}

static const struct li_cli_command *find(const char *name)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static int run(const struct li_cli_command *command, int argc, char **argv)
{
    struct li_arena *arena = li_arena_new((size_t)1 << 30);
    struct li_random *random = li_random_system();
    struct li_clock clock = {0};
    struct li_ctx ctx;
    struct li_cli cli = {.ctx = &ctx, .argc = argc, .argv = argv};
    int r;

    if (!arena || !random) {
        fputs("linli: out of memory\n", stderr);
        return 1;
    }
    li_ctx_init(&ctx, arena, &clock, random);
    r = command->run(&cli);
    if (r && li_ctx_error(&ctx)) {
        const struct li_error *error = li_ctx_error(&ctx);
        struct li_str text = li_ctx_explain(&ctx);
        fprintf(stderr, "linli %s: %.*s%s%.*s\n", command->name, LI_P(error->where),
                error->where.len ? ": " : "", LI_P(text));
    }
    li_arena_free(arena);
    li_random_free(random);
    return r == -LI_E_USAGE ? 2 : r ? 1 : 0;
}

int main(int argc, char **argv)
{
    const struct li_cli_command *command = argc > 1 ? find(argv[1]) : NULL;

    signal(SIGPIPE, SIG_IGN);
    if (argc > 1 && (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "version") == 0)) {
        puts(LI_VERSION);
        return 0;
    }
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)) {
        print_usage(stdout);
        return 0;
    }
    if (!command) {
        fprintf(stderr, "linli: %s; `linli help` lists the commands\n",
                argc > 1 ? "no such command" : "what shall be done?");
        return 2;
    }
    if (li_crypto_init() != 0) {
        fputs("linli: libsodium does not start\n", stderr);
        return 1;
    }
    return run(command, argc - 2, argv + 2);
}
