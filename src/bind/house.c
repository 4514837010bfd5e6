/* Opening the whole house over a store. */
#include <sodium.h>

#include "bind/bind.h"
#include "bind/steps.h"
#include "people/people.h"
#include "record/vault.h"

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
    struct li_steps schema;
    int r = li_store_open_as(ctx, config->where, config->fill ? LI_STORE_FILL : LI_STORE_SERVE,
                             &house.store);

    if (r == 0) {
        r = config->no_migrate ? li_steps_check(ctx, house.store)
                               : li_steps_migrate(ctx, house.store, &schema);
    }
    r = r ? r : li_steps_newest(ctx, &house.schema);
    r = r ? r : master_key(ctx, config, house.store, master);
    r = r ? r : li_library_new(ctx, &house.bound.library);
    r = r ? r : li_ground_new(ctx, &house.bound.ground);
    house.bound.registers.registers = li_registers_new();
    house.bound.owners = li_owners_new();
    if (r == 0 && (!house.bound.owners || !house.bound.registers.registers)) {
        r = LI_FAIL(ctx, LI_E_NOMEM, "no memory for who holds which post, or for registers");
    }
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
            .lanes = config->lanes,
            .batch = config->batch,
        };
        r = li_record_open(ctx, &record, &house.record);
    }
    if (r == 0 && config->files) {
        r = li_blobs_open(ctx, house.record, config->files, &house.blobs);
    }
    sodium_memzero(master, sizeof(master));
    if (r) {
        li_house_close(&house);
        return r;
    }
    ret->store = house.store;
    ret->record = house.record;
    ret->blobs = house.blobs;
    ret->schema = house.schema;
    return 0;
}

void li_house_close(struct li_house *house)
{
    li_record_close(house->record);
    li_blobs_close(house->blobs);
    li_library_free(house->bound.library);
    li_registers_free(house->bound.registers.registers);
    li_ground_free(house->bound.ground);
    li_owners_free(house->bound.owners);
    li_store_close(house->store);
    *house = (struct li_house){0};
}
