/* Opening the whole house over a store. */
#include <sodium.h>

#include "base/asset.h"
#include "bind/bind.h"
#include "record/vault.h"

#define STEPS 256

/* "schema/0001_record.sql" -> 1, "record" */
static int read_step(struct li_ctx *ctx, const struct li_asset *asset, struct li_migration *ret)
{
    struct li_str name = asset->path, number;
    int64_t value;

    name = li_str_n(name.ptr + 7, name.len - 7);
    number = li_str_cut(&name, '_');
    if (!name.ptr || !li_str_to_i64(number, &value) || !li_str_ends(name, LI_S(".sql"))) {
        return LI_FAIL(ctx, LI_E_INTERNAL, "a schema file is misnamed: %.*s", LI_P(asset->path));
    }
    name = li_str_dup(ctx, li_str_n(name.ptr, name.len - 4));
    if (!name.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = (struct li_migration){.number = (int)value, .name = name.ptr, .text = asset->bytes};
    return 0;
}

static int migrate(struct li_ctx *ctx, struct li_store *store)
{
    struct li_migration *steps = li_alloc_array(ctx, STEPS, sizeof(*steps));
    const struct li_asset *asset = NULL;
    size_t count = 0;
    int ran, r = steps ? 0 : -LI_E_NOMEM;

    while (r == 0 && (asset = li_asset_next(LI_S("schema/"), asset))) {
        li_assert(count < STEPS);
        r = read_step(ctx, asset, &steps[count++]);
    }
    return r ? r : li_store_migrate(ctx, store, steps, count, &ran);
}

LI_SQL(house_tenant, "select tenant from tenant limit 1");

/* A new master key is made only for a record that holds nothing yet: with
 * another key nothing in it would ever open again. */
static int master_key(struct li_ctx *ctx, const struct li_house_config *config,
                      struct li_store *store, uint8_t ret[32])
{
    struct li_conn *conn;
    struct li_rows *rows;
    int r = li_store_reader(ctx, store, &conn);

    if (r) {
        return r;
    }
    r = li_query_one(ctx, conn, &house_tenant, LI_NO_ARGS, &rows);
    if (r == 0) {
        li_rows_done(rows);
    }
    li_store_reader_back(store, conn);
    if (r && r != -LI_E_NOT_FOUND) {
        return r;
    }
    return li_key_master(ctx, config->keys, config->make && r == -LI_E_NOT_FOUND, ret);
}

int li_house_open(struct li_ctx *ctx, const struct li_house_config *config, struct li_house *ret)
{
    struct li_house house = {.bound = {.effects = li_effects}};
    uint8_t master[32];
    int r = li_store_open(ctx, config->where, &house.store);

    r = r ? r : migrate(ctx, house.store);
    r = r ? r : master_key(ctx, config, house.store, master);
    r = r ? r : li_library_new(ctx, &house.bound.library);
    r = r ? r : li_ground_new(ctx, &house.bound.ground);
    if (r == 0) {
        ret->bound = house.bound;
        const struct li_record_config record = {
            .store = house.store,
            .clock = config->clock,
            .random = config->random,
            .master_key = master,
            .commands = li_commands,
            .consumers = li_consumers,
            .bound = &ret->bound,
        };
        r = li_record_open(ctx, &record, &house.record);
    }
    if (r == 0 && config->blobs) {
        r = li_blobs_open(ctx, house.record, config->blobs, &house.blobs);
    }
    sodium_memzero(master, sizeof(master));
    if (r) {
        li_house_close(&house);
        return r;
    }
    ret->store = house.store;
    ret->record = house.record;
    ret->blobs = house.blobs;
    return 0;
}

void li_house_close(struct li_house *house)
{
    li_record_close(house->record);
    li_blobs_close(house->blobs);
    li_library_free(house->bound.library);
    li_ground_free(house->bound.ground);
    li_store_close(house->store);
    *house = (struct li_house){0};
}
