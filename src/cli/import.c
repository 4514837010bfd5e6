/*
 * linli import areas: a file of areas into one tenant, all of it or nothing.
 *
 * Every rejected row is told as it is found, in Chinese or English, so that whoever
 * keeps the file mends it in one go.  On a terminal a bar shows how far it is.
 */
#include <stdio.h>
#include <string.h>

#include "area/area.h"
#include "cli/bar.h"
#include "cli/cli.h"
#include "record/tenant.h"

#define LARGEST ((size_t)512 * 1024 * 1024) /* bytes of a file */
#define TOLD    1000                        /* rejected rows named one by one */

struct options {
    struct li_cli_where where;
    const char *tenant, *crs_name, *file;
    enum li_crs crs;
    bool english;
};

struct watch {
    const struct options *options;
    struct li_cli_bar bar;
    size_t rejected;
};

/* ---- what is seen meanwhile ------------------------------------------------- */

static void tell_rejected(void *arg, int line, const struct li_area_fault *fault,
                          struct li_str more)
{
    struct watch *watch = arg;
    const struct options *options = watch->options;

    if (++watch->rejected > TOLD) {
        return;
    }
    li_cli_bar_wipe(&watch->bar);
    fprintf(stderr, "%s:%d: %s%s%s", options->file, line, fault->field, fault->field[0] ? ": " : "",
            options->english ? fault->en : fault->zh);
    fprintf(stderr, more.len ? (options->english ? " (%.*s)\n" : "（%.*s）\n") : "%.*s\n",
            LI_P(more));
}

static void tell_progress(void *arg, enum li_area_stage stage, size_t done, size_t total)
{
    static const char *const names[][2] = {
        [LI_AREA_READING] = {"读取", "reading"},
        [LI_AREA_CHECKING] = {"核对", "checking"},
        [LI_AREA_WRITING] = {"写入", "writing"},
    };
    struct watch *watch = arg;

    li_cli_bar_tell(&watch->bar, names[stage][watch->options->english], (int64_t)done,
                    (int64_t)total);
}

/* ---- what is asked ---------------------------------------------------------- */

static int read_options(struct li_cli *cli, struct options *ret)
{
    struct options o = {.crs = LI_WGS84};
    const struct li_cli_option known[] = {
        LI_CLI_WHERE(&o.where),
        {"--tenant", &o.tenant, NULL},
        {"--crs", &o.crs_name, NULL},
        {"--en", NULL, &o.english},
    };
    const char *words[2] = {NULL, NULL};
    size_t count;
    int r = li_cli_options(cli, known, sizeof(known) / sizeof(known[0]), words, 2, &count);

    if (r == 0 && (count != 2 || !li_str_is(LI_S("areas"), words[0]))) {
        r = LI_FAIL(cli->ctx, LI_E_USAGE,
                    "say what to import and from where: areas, classes, deadlines, roster, "
                    "absences, substitutes or secondments, and a FILE");
    }
    if (r == 0 && o.crs_name && !li_crs_parse(li_str(o.crs_name), &o.crs)) {
        r = LI_FAIL(cli->ctx, LI_E_USAGE, "--crs is wgs84, cgcs2000, gcj02 or bd09, not %s",
                    o.crs_name);
    }
    if (r == 0) {
        o.file = words[1];
        *ret = o;
    }
    return r;
}

/* The tenant that is named, or the only one. */
static int find_tenant(struct li_cli *cli, struct li_house *house, const char *slug,
                       const struct li_tenant **ret)
{
    const struct li_tenant **tenants;
    size_t count;
    int r;

    if (slug) {
        *ret = li_tenant_find(house->record, li_str(slug));
        return *ret ? 0 : LI_FAIL(cli->ctx, LI_E_NOT_FOUND, "there is no tenant %s", slug);
    }
    r = li_tenant_all(cli->ctx, house->record, &tenants, &count);
    if (r == 0 && count != 1) {
        r = LI_FAIL(cli->ctx, LI_E_USAGE, "there are %zu tenants; say which with --tenant", count);
    }
    if (r == 0) {
        *ret = tenants[0];
    }
    return r;
}

/* ---- the import ------------------------------------------------------------- */

static int run(struct li_cli *cli, struct li_house *house, const struct li_tenant *tenant,
               const struct li_area_import *args, struct li_area_imported *ret)
{
    const struct li_viewer viewer = {.kind = LI_VIEWER_SYSTEM, .tenant = tenant->id};
    struct li_job job = {
        .ctx = cli->ctx,
        .tenant = tenant->id,
        .command = &li_area_import,
        .args = args,
        .viewer = &viewer,
    };
    int r = li_run(house->record, &job);

    if (r == 0) {
        *ret = *(const struct li_area_imported *)job.plan;
    }
    return r;
}

struct li_str li_cli_file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return li_str(slash ? slash + 1 : path);
}

static int import(struct li_cli *cli, struct li_house *house, struct watch *watch)
{
    const struct options *o = watch->options;
    const struct li_area_watch told = {
        .arg = watch, .reject = tell_rejected, .progress = tell_progress};
    struct li_area_file file = {.name = o->file, .crs = o->crs, .watch = &told};
    struct li_area_import args = {.source = li_cli_file_name(o->file), .watch = &told};
    struct li_area_imported done = {0};
    const struct li_tenant *tenant = NULL;
    struct li_area_row *rows = NULL;
    int r = find_tenant(cli, house, o->tenant, &tenant);

    r = r ? r : li_file_read(cli->ctx, o->file, LARGEST, &file.bytes);
    r = r ? r : li_area_read(cli->ctx, &file, &rows, &args.count);
    args.rows = rows;
    r = r ? r : run(cli, house, tenant, &args, &done);
    li_cli_bar_wipe(&watch->bar);
    if (r == 0) {
        printf(o->english ? "%s: %zu new, %zu changed, %zu as they were\n"
                          : "%s：新增 %zu，变更 %zu，未变 %zu\n",
               o->file, done.added, done.changed, args.count - done.added - done.changed);
    }
    return r;
}

static int tell_end(struct li_cli *cli, const struct watch *watch, int r)
{
    if (watch->rejected > TOLD) {
        fprintf(stderr, watch->options->english ? "and %zu more rows\n" : "另有 %zu 行未逐一列出\n",
                watch->rejected - TOLD);
    }
    if (r && watch->rejected) {
        li_ctx_clear(cli->ctx);
        return LI_FAIL(cli->ctx, LI_E_INVALID,
                       watch->options->english ? "%zu rows were rejected; nothing was changed"
                                               : "%zu 行有问题，没有导入任何内容",
                       watch->rejected);
    }
    return r;
}

int li_cli_import(struct li_cli *cli)
{
    struct options options;
    struct watch watch = {.options = &options, .bar = li_cli_bar()};
    struct li_house house;
    int r, kind;

    if (cli->argc > 0 && strcmp(cli->argv[0], "classes") == 0) {
        return li_cli_import_classes(cli);
    }
    if (cli->argc > 0 && strcmp(cli->argv[0], "deadlines") == 0) {
        return li_cli_import_deadlines(cli);
    }
    if (cli->argc > 0 && li_cli_is_staffing(cli->argv[0], &kind)) {
        return li_cli_import_staffing(cli, kind);
    }
    r = read_options(cli, &options);
    r = r ? r : li_cli_house(cli, &options.where, false, &house);
    if (r) {
        return r;
    }
    r = import(cli, &house, &watch);
    li_cli_bar_wipe(&watch.bar);
    li_house_close(&house);
    return tell_end(cli, &watch, r);
}
