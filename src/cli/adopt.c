/*
 * linli adopt, and the playbooks of a server that is told to read them again.
 *
 * An SQLite file belongs to one process.  Where a server has it, `adopt` hands the
 * file to that server by its control socket (control.h).
 */
#include "cli/adopt.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "cli/cli.h"
#include "cli/control.h"
#include "record/tenant.h"

int li_adopt_source(struct li_ctx *ctx, const char *path, struct li_str bytes, struct li_str *ret)
{
    struct li_playbook *playbook;
    int r;

    if (li_register_is(bytes)) {
        *ret = bytes;
        return 0;
    }
    r = li_playbook_load_beside(ctx, path, bytes, path, &playbook);
    if (r == 0) {
        *ret = playbook->source;
    }
    return r;
}

static int adopt_in(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                    const struct li_adopt_args *args, int *ret_new)
{
    const struct li_register_adopt_args reg = {.name = args->name, .source = args->source};
    bool is_register = li_register_is(args->source);
    const struct li_viewer viewer = {.kind = LI_VIEWER_SYSTEM, .tenant = tenant};
    struct li_job job = {.ctx = ctx,
                         .tenant = tenant,
                         .command = is_register ? &li_register_adopt : &li_playbook_adopt,
                         .args = is_register ? (const void *)&reg : args,
                         .viewer = &viewer};
    int r = li_run(record, &job);

    if (r == -LI_E_UNIQUE) {
        li_ctx_clear(ctx);
        return 0;
    }
    *ret_new += r == 0;
    return r;
}

int li_adopt_everywhere(struct li_ctx *ctx, struct li_record *record, struct li_str name,
                        struct li_str source, int *ret_new)
{
    const struct li_adopt_args args = {.name = name, .source = source};
    const struct li_tenant **tenants;
    size_t count;
    int new = 0, r = li_tenant_all(ctx, record, &tenants, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        r = adopt_in(ctx, record, tenants[i]->id, &args, &new);
    }
    if (r == 0) {
        *ret_new = new;
    }
    return r;
}

/* ---- a folder ---------------------------------------------------------------- */

static int is_playbook(const struct dirent *entry)
{
    struct li_str name = li_str(entry->d_name);

    return name.ptr[0] != '.' && li_str_ends(name, LI_S(".yaml")) &&
           !li_str_ends(name, LI_S(".scenarios.yaml"));
}

/* Whether it waits for another one that it opens cases of; `last`: no more. */
static bool adopt_file(struct li_ctx *ctx, struct li_house *house, const char *folder,
                       const char *name, bool last)
{
    struct li_str path = li_strf(ctx, "%s/%s", folder, name), source;
    int new = 0, r = path.ptr ? li_file_read(ctx, path.ptr, LI_PLAYBOOK_MAX, &source) : -LI_E_NOMEM;

    r = r ? r : li_adopt_source(ctx, path.ptr, source, &source);
    r = r ? r : li_adopt_everywhere(ctx, house->record, li_str(name), source, &new);
    if (r == -LI_E_NOT_FOUND && !last) {
        return true;
    }
    if (r) {
        li_log_fault(ctx, "serve.playbook", "file=%s refused=true", name);
    } else {
        li_log(LI_LOG_INFO, "serve.playbook", "file=%s new_in=%d", name, new);
    }
    return false;
}

/* Those still wanted (others are NULL), once; how many wait. */
static int adopt_some(struct li_house *house, const char *folder, struct dirent **names, int count,
                      bool last)
{
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx ctx;
    int waiting = 0;

    for (int i = 0; arena && i < count; i++) {
        if (!names[i]) {
            continue;
        }
        li_ctx_init(&ctx, arena, li_record_clock(house->record), li_record_random(house->record));
        if (adopt_file(&ctx, house, folder, names[i]->d_name, last)) {
            waiting++;
        } else {
            free(names[i]);
            names[i] = NULL;
        }
        li_arena_reset(arena);
    }
    if (arena) {
        li_arena_free(arena);
    } else {
        li_log(LI_LOG_ERROR, "serve.playbook", "folder=\"%s\" error=\"no memory\"", folder);
    }
    return waiting;
}

static void adopt_all(struct li_house *house, const char *folder, bool may_lack)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, is_playbook, alphasort), before = count, waiting;

    if (count < 0 && !may_lack) {
        li_log(LI_LOG_ERROR, "serve.playbook", "folder=\"%s\" error=\"cannot be read\"", folder);
    }
    /* one that opens cases of another is taken into use behind it */
    while (before > 0 && (waiting = adopt_some(house, folder, names, count, false)) > 0 &&
           waiting < before) {
        before = waiting;
    }
    if (before > 0) {
        (void)adopt_some(house, folder, names, count, true);
    }
    for (int i = 0; i < count; i++) {
        free(names[i]);
    }
    free(names);
}

void li_adopt_folder(struct li_house *house, const char *folder)
{
    char inside[4096];

    adopt_all(house, folder, false);
    if (snprintf(inside, sizeof(inside), "%s/registers", folder) < (int)sizeof(inside)) {
        adopt_all(house, inside, true);
    }
}

/* ---- the command ------------------------------------------------------------- */

struct files {
    const char *names[8];
    struct li_str sources[8];
    size_t count;
};

static int read_files(struct li_cli *cli, struct files *files)
{
    int r = files->count ? 0 : LI_FAIL(cli->ctx, LI_E_USAGE, "adopt wants a playbook's file");

    for (size_t i = 0; r == 0 && i < files->count; i++) {
        r = li_file_read(cli->ctx, files->names[i], LI_PLAYBOOK_MAX, &files->sources[i]);
        r = r ? r
              : li_adopt_source(cli->ctx, files->names[i], files->sources[i], &files->sources[i]);
    }
    return r;
}

static int adopt_here(struct li_cli *cli, struct li_house *house, const struct files *files)
{
    int new, r = 0;

    for (size_t i = 0; r == 0 && i < files->count; i++) {
        r = li_adopt_everywhere(cli->ctx, house->record, li_str(files->names[i]), files->sources[i],
                                &new);
    }
    li_house_close(house);
    return r;
}

/* By the server that has the record. */
static int adopt_there(struct li_cli *cli, const char *data, const struct files *files)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < files->count; i++) {
        r = li_control_adopt(cli->ctx, data, files->names[i], files->sources[i]);
    }
    return r;
}

int li_cli_adopt(struct li_cli *cli)
{
    struct files files = {.count = 0};
    struct li_cli_where where = {.data = NULL};
    const char *at = NULL;
    const struct li_cli_option known[] = {LI_CLI_WHERE(&where), {"--at", &at, NULL}};
    struct li_house house;
    int r = li_cli_options(cli, known, sizeof(known) / sizeof(known[0]), files.names,
                           sizeof(files.names) / sizeof(files.names[0]), &files.count);

    r = r || !at ? r : li_cli_hold_clock(cli, at);
    r = r ? r : read_files(cli, &files);
    if (r) {
        return r;
    }
    r = li_cli_house(cli, &where, false, &house);
    if (r == -LI_E_BUSY && li_control_is_there(li_cli_data(&where))) {
        li_ctx_clear(cli->ctx);
        return adopt_there(cli, li_cli_data(&where), &files);
    }
    return r ? r : adopt_here(cli, &house, &files);
}
