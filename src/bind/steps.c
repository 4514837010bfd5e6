/* Steps out of the program, and where a store stands among them. */
#include "bind/steps.h"

#include "base/asset.h"
#include "store/table.h"

#define STEPS 256

LI_SQL(schema_newest, "select cast(max(number) as bigint) from schema_step");

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

static int read_steps(struct li_ctx *ctx, struct li_steps *schema)
{
    const struct li_asset *asset = NULL;
    int r;

    schema->steps = li_alloc_array(ctx, STEPS, sizeof(*schema->steps));
    r = schema->steps ? 0 : -LI_E_NOMEM;
    while (r == 0 && (asset = li_asset_next(LI_S("schema/"), asset))) {
        li_assert(schema->count < STEPS);
        r = read_step(ctx, asset, &schema->steps[schema->count++]);
    }
    return r;
}

static int read_newest(struct li_ctx *ctx, struct li_conn *conn, int *ret)
{
    struct li_table table;
    struct li_rows *rows;
    int r = li_table_find(ctx, conn, "schema_step", &table);

    if (r == -LI_E_NOT_FOUND) {
        *ret = 0;
        return 0;
    }
    r = r ? r : li_query_one(ctx, conn, &schema_newest, LI_NO_ARGS, &rows);
    if (r == 0) {
        *ret = (int)li_col_i64(rows, 0);
        li_rows_done(rows);
    }
    return r;
}

static int program_newest(const struct li_steps *schema)
{
    return schema->count ? schema->steps[schema->count - 1].number : 0;
}

int li_steps_look(struct li_ctx *ctx, struct li_store *store, struct li_steps *ret)
{
    struct li_steps schema = {.steps = NULL};
    struct li_conn *conn;
    int r = read_steps(ctx, &schema);

    r = r ? r : li_store_reader(ctx, store, &conn);
    if (r) {
        return r;
    }
    r = read_newest(ctx, conn, &schema.before);
    li_store_reader_back(store, conn);
    if (r == 0 && schema.before > program_newest(&schema)) {
        return LI_FAIL(ctx, LI_E_STATE,
                       "the database was made by a later linli: it is at schema step %d, this "
                       "program knows %d",
                       schema.before, program_newest(&schema));
    }
    if (r == 0) {
        *ret = schema;
    }
    return r;
}

int li_steps_migrate(struct li_ctx *ctx, struct li_store *store, struct li_steps *ret)
{
    struct li_steps schema;
    int ran, r = li_steps_look(ctx, store, &schema);

    r = r ? r : li_store_migrate(ctx, store, schema.steps, schema.count, &ran);
    if (r == 0) {
        *ret = schema;
    }
    return r;
}

int li_steps_check(struct li_ctx *ctx, struct li_store *store)
{
    struct li_steps schema;
    int r = li_steps_look(ctx, store, &schema);

    if (r == 0 && schema.before < program_newest(&schema)) {
        return LI_FAIL(ctx, LI_E_STATE,
                       "the database is at schema step %d, this program wants %d: run `linli "
                       "migrate`",
                       schema.before, program_newest(&schema));
    }
    return r;
}

int li_steps_newest(struct li_ctx *ctx, int *ret_number)
{
    struct li_steps schema = {.steps = NULL};
    int r = read_steps(ctx, &schema);

    if (r == 0) {
        *ret_number = program_newest(&schema);
    }
    return r;
}
