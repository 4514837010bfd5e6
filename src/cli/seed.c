/*
 * Seeding; see seed.h.
 *
 * Each step is an ordinary command with a request key of its own, so that
 * finishing what a crash cut short repeats nothing.  The password is hashed once
 * for all accounts: argon2 is slow by design, and this one is no secret.
 */
#include "cli/seed.h"

#include "area/area.h"
#include "base/asset.h"
#include "base/hash.h"
#include "people/account.h"
#include "people/api_key.h"
#include "record/code.h"
#include "record/tenant.h"
#include "register/register.h"

#define TENANTS "data/demo/tenants.yaml"

/* Tables of areas, each of all tenants together. */
static const struct {
    const char *path, *key;
} tables[] = {{"data/demo/areas.csv", "areas"}, {"data/demo/ground.geojson", "ground"}};
#define TABLES  (sizeof(tables) / sizeof(tables[0]))
#define CLASSES "data/classes/"

struct seed {
    struct li_ctx *ctx;
    struct li_record *record;
    struct {
        struct li_area_row *rows;
        size_t count;
    } areas[TABLES];
    struct li_str password;
    const struct li_node *api_key;
    struct li_str hash; /* of the password; made when the first account needs it */
};

/* One tenant's part. */
struct town {
    struct seed *seed;
    const struct li_node *node;
    int64_t id;
    struct li_str slug, code, name;
};

/* Where a node stands, for messages. */
static struct li_str at(struct li_ctx *ctx, const struct li_node *node)
{
    return li_strf(ctx, TENANTS ":%d", node ? node->line : 0);
}

static int need_text(struct li_ctx *ctx, const struct li_node *map, const char *key,
                     struct li_str *ret)
{
    struct li_str text = li_node_text(map, key);

    if (!text.ptr) {
        return LI_FAIL_AT(ctx, LI_E_INVALID, at(ctx, map), "text `%s` is missing", key);
    }
    *ret = text;
    return 0;
}

static int need_list(struct li_ctx *ctx, const struct li_node *map, const char *key,
                     const struct li_node **ret)
{
    const struct li_node *list = li_node_get(map, key);

    if (!list || list->kind != LI_LIST) {
        return LI_FAIL_AT(ctx, LI_E_INVALID, at(ctx, map), "list `%s` is missing", key);
    }
    *ret = list;
    return 0;
}

/* Runs a command under the key "demo:SLUG:<what>"; *ret_entity may be NULL. */
static int run(struct town *town, const struct li_command *command, const void *args,
               struct li_str what, int64_t *ret_entity)
{
    struct li_ctx *ctx = town->seed->ctx;
    const struct li_viewer system = {.kind = LI_VIEWER_SYSTEM, .tenant = town->id};
    struct li_str key = li_strf(ctx, "demo:%.*s:%.*s", LI_P(town->slug), LI_P(what));
    struct li_hash fingerprint = li_hash_of(key);
    struct li_job job = {
        .ctx = ctx,
        .tenant = town->id,
        .command = command,
        .args = args,
        .viewer = &system,
        .key = {.key = key, .fingerprint = li_hash_view(&fingerprint)},
    };
    int r = key.ptr ? li_run(town->seed->record, &job) : -LI_E_NOMEM;

    if (r) {
        return LI_FAIL_AT(ctx, -r, at(ctx, town->node), "%s of %.*s", command->name, LI_P(key));
    }
    if (ret_entity) {
        *ret_entity = job.entity;
    }
    return 0;
}

static int found(struct town *town)
{
    const struct li_tenant_args args = {.slug = town->slug, .code = town->code, .name = town->name};
    int r = run(town, &li_tenant_found, &args, LI_S("tenant"), NULL);

    return r ? r : li_tenant_load(town->seed->ctx, town->seed->record);
}

/* Of one table, the tenant's county, what it lies in and what lies in it. */
static int import_areas(struct town *town, size_t table)
{
    struct seed *seed = town->seed;
    size_t count = seed->areas[table].count;
    struct li_area_row *rows = li_alloc_array(seed->ctx, count, sizeof(*rows));
    struct li_area_import args = {.rows = rows, .source = li_str(tables[table].path)};

    if (!rows) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        struct li_str code = seed->areas[table].rows[i].area.code;
        if (li_str_starts(town->code, code) || li_str_starts(code, town->code)) {
            rows[args.count++] = seed->areas[table].rows[i];
        }
    }
    return run(town, &li_area_import, &args, li_str(tables[table].key), NULL);
}

/* The class codes that come with linli. */
static int import_classes(struct town *town)
{
    struct li_ctx *ctx = town->seed->ctx;
    const struct li_asset *asset = NULL;
    int r = 0;

    while (r == 0 && (asset = li_asset_next(LI_S(CLASSES), asset))) {
        struct li_code_import args = {.source = asset->path};
        struct li_code *rows;
        if (li_str_ends(asset->path, LI_S(".tsv"))) {
            r = li_code_read(ctx, asset->path.ptr, asset->bytes, &rows, &args.count);
            args.rows = r == 0 ? rows : NULL;
            r = r ? r : run(town, &li_code_import, &args, asset->path, NULL);
        }
    }
    return r;
}

static int add_organization(struct town *town, const struct li_node *node, int64_t *ret)
{
    struct li_ctx *ctx = town->seed->ctx;
    struct li_organization_args args = {0};
    struct li_str key;
    int r = need_text(ctx, node, "key", &key);

    r = r ? r : need_text(ctx, node, "name", &args.name);
    r = r ? r : need_text(ctx, node, "area", &args.area_code);
    if (r) {
        return r;
    }
    return run(town, &li_organization_add, &args, li_strf(ctx, "organization:%.*s", LI_P(key)),
               ret);
}

/* The id of the organization a post names, by its place in the list. */
static int pick_organization(struct town *town, const struct li_node *post, const int64_t *ids,
                             int64_t *ret)
{
    const struct li_node *all = li_node_get(town->node, "organizations");
    struct li_str key = li_node_text(post, "organization");

    if (!key.ptr) {
        *ret = 0;
        return 0;
    }
    for (size_t i = 0; i < all->list.count; i++) {
        if (li_str_eq(li_node_text(all->list.items[i], "key"), key)) {
            *ret = ids[i];
            return 0;
        }
    }
    return LI_FAIL_AT(town->seed->ctx, LI_E_INVALID, at(town->seed->ctx, post),
                      "no organization %.*s", LI_P(key));
}

static int appoint(struct town *town, const struct li_node *post, int64_t person,
                   const int64_t *organizations)
{
    struct li_ctx *ctx = town->seed->ctx;
    struct li_appointment_args args = {.person = person};
    int r = need_text(ctx, post, "post", &args.post);

    r = r ? r : need_text(ctx, post, "area", &args.area_code);
    r = r ? r : pick_organization(town, post, organizations, &args.org);
    if (r) {
        return r;
    }
    return run(town, &li_appointment_make, &args,
               li_strf(ctx, "post:%lld:%.*s:%.*s:%lld", (long long)person, LI_P(args.post),
                       LI_P(args.area_code), (long long)args.org),
               NULL);
}

static int add_person(struct town *town, const struct li_node *node, const int64_t *organizations)
{
    struct seed *seed = town->seed;
    struct li_person_args args = {0};
    const struct li_node *posts = NULL;
    int64_t person = 0;
    int r = need_text(seed->ctx, node, "name", &args.name);

    args.login = li_node_text(node, "login"); /* most people have no account here */
    r = r ? r : need_list(seed->ctx, node, "posts", &posts);
    if (r == 0 && !seed->hash.ptr) {
        r = li_password_hash(seed->ctx, seed->password, &seed->hash);
    }
    if (r) {
        return r;
    }
    args.password_hash = seed->hash;
    r = run(town, &li_person_add, &args,
            args.login.ptr ? li_strf(seed->ctx, "person:%.*s", LI_P(args.login))
                           : li_strf(seed->ctx, "person@%d", node->line),
            &person);
    for (size_t i = 0; r == 0 && i < posts->list.count; i++) {
        r = appoint(town, posts->list.items[i], person, organizations);
    }
    return r;
}

static int give_key(struct town *town)
{
    struct li_api_key_args args = {0};
    int r = need_text(town->seed->ctx, town->seed->api_key, "key", &args.text);

    r = r ? r : need_text(town->seed->ctx, town->seed->api_key, "name", &args.name);
    return r ? r : run(town, &li_api_key_make, &args, LI_S("api_key"), NULL);
}

static int fill(struct town *town)
{
    const struct li_node *organizations, *people;
    int64_t *ids;
    int r = need_list(town->seed->ctx, town->node, "organizations", &organizations);

    r = r ? r : need_list(town->seed->ctx, town->node, "people", &people);
    for (size_t i = 0; r == 0 && i < TABLES; i++) {
        r = import_areas(town, i);
    }
    r = r ? r : import_classes(town);
    r = r ? r : give_key(town);
    if (r) {
        return r;
    }
    ids = li_alloc_array(town->seed->ctx, organizations->list.count, sizeof(*ids));
    if (!ids) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < organizations->list.count; i++) {
        r = add_organization(town, organizations->list.items[i], &ids[i]);
    }
    for (size_t i = 0; r == 0 && i < people->list.count; i++) {
        r = add_person(town, people->list.items[i], ids);
    }
    return r;
}

/* Whether the last person of a tenant's list has an account and posts. */
static int is_whole(struct town *town, bool *ret)
{
    struct li_ctx *ctx = town->seed->ctx;
    struct li_store *store = li_record_store(town->seed->record);
    const struct li_node *people = NULL;
    struct li_account account;
    struct li_post *posts;
    struct li_conn *conn;
    size_t count = 0;
    int64_t until;
    int r = need_list(ctx, town->node, "people", &people);

    *ret = people && people->list.count == 0;
    if (r || *ret) {
        return r;
    }
    r = li_store_reader(ctx, store, &conn);
    if (r) {
        return r;
    }
    r = li_account_find(ctx, conn, town->id,
                        li_node_text(people->list.items[people->list.count - 1], "login"),
                        &account);
    if (r == 0) {
        r = li_post_list(ctx, conn, town->id, account.person, li_now(ctx->clock), &posts, &count,
                         &until);
    }
    li_store_reader_back(store, conn);
    *ret = count > 0;
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

static int seed_town(struct seed *seed, const struct li_node *node)
{
    struct town town = {.seed = seed, .node = node};
    const struct li_node *id = li_node_get(node, "id");
    bool whole = false;
    int r = need_text(seed->ctx, node, "slug", &town.slug);

    r = r ? r : need_text(seed->ctx, node, "code", &town.code);
    r = r ? r : need_text(seed->ctx, node, "name", &town.name);
    if (r == 0 && (!id || id->kind != LI_INT)) {
        r = LI_FAIL_AT(seed->ctx, LI_E_INVALID, at(seed->ctx, node), "number `id` is missing");
    }
    if (r) {
        return r;
    }
    town.id = id->number;
    if (li_tenant_by_id(seed->record, town.id)) {
        r = is_whole(&town, &whole);
        if (r || whole) {
            return r;
        }
    } else {
        r = found(&town);
    }
    return r ? r : fill(&town);
}

/* A packed file; every binary has these. */
static struct li_str asset(const char *path)
{
    const struct li_asset *found = li_asset_find(li_str(path));

    li_assert(found);
    return found->bytes;
}

int li_seed_demo(struct li_ctx *ctx, struct li_record *record)
{
    struct seed seed = {.ctx = ctx, .record = record};
    const struct li_node *tenants = NULL;
    struct li_node *tree = NULL;
    int r = li_yaml_read(ctx, TENANTS, asset(TENANTS), &tree);

    r = r ? r : need_text(ctx, tree, "password", &seed.password);
    r = r ? r : need_list(ctx, tree, "tenants", &tenants);
    for (size_t i = 0; r == 0 && i < TABLES; i++) {
        const struct li_area_file file = {.name = tables[i].path, .bytes = asset(tables[i].path)};
        r = li_area_read(ctx, &file, &seed.areas[i].rows, &seed.areas[i].count);
    }
    seed.api_key = li_node_get(tree, "api_key");
    for (size_t i = 0; r == 0 && i < tenants->list.count; i++) {
        r = seed_town(&seed, tenants->list.items[i]);
    }
    return r;
}

/* ---- registers ---------------------------------------------------------------- */

#define TABLES_OF_ROWS "data/demo/registers/"

static int import_table(struct li_ctx *ctx, struct li_record *record,
                        const struct li_tenant *tenant, const struct li_asset *table,
                        struct li_str name)
{
    struct seed seed = {.ctx = ctx, .record = record};
    struct li_node none = {.kind = LI_MAP};
    struct town town = {.seed = &seed, .node = &none, .id = tenant->id, .slug = tenant->slug};
    struct li_row_import_args args = {.bytes = table->bytes};

    struct li_str what = li_strf(ctx, "register:%.*s", LI_P(name));

    li_str_cut(&name, '-');
    args.reg = li_str_n(name.ptr, name.len - 4); /* without ".csv" */
    return run(&town, &li_row_import, &args, what, NULL);
}

int li_seed_registers(struct li_ctx *ctx, struct li_record *record)
{
    const struct li_asset *table = NULL;
    struct li_str folder = LI_S(TABLES_OF_ROWS);
    int r = 0;

    while (r == 0 && (table = li_asset_next(folder, table))) {
        struct li_str name = li_str_n(table->path.ptr + folder.len, table->path.len - folder.len);
        struct li_str slug = li_str_cut(&name, '/');
        const struct li_tenant *tenant = li_tenant_find(record, slug);
        if (tenant && li_str_ends(name, LI_S(".csv"))) {
            r = import_table(ctx, record, tenant, table, name);
        }
    }
    return r;
}
