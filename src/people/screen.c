/* Screens; see screen.h. */
#include "people/screen.h"

#include <sodium.h>

#include "base/id.h"
#include "base/json.h"
#include "people/inside.h"
#include "record/vault.h"

#define COLUMNS "select id, name, area_path, since, coalesce(until, 0) from screen "
LI_SQL(screen_list,
       COLUMNS "where tenant = $1 and until is null order by id limit 100"); /* LI_SCREENS */
LI_SQL(screen_one, COLUMNS "where tenant = $1 and id = $2");
LI_SQL(screen_insert, "insert into screen (tenant, id, name, area_path, since, until) "
                      "values ($1, $2, $3, $4, $5, null)");
LI_SQL(screen_until, "update screen set until = $3 where tenant = $1 and id = $2");

#define KEY_BYTES 16

/* ---- reading ------------------------------------------------------------------ */

static int read_screen(struct li_ctx *ctx, const struct li_rows *rows, void *ret)
{
    struct li_screen *screen = ret;

    *screen = (struct li_screen){.id = li_col_i64(rows, 0),
                                 .name = li_col_dup(ctx, rows, 1),
                                 .area_path = li_col_dup(ctx, rows, 2),
                                 .since = li_col_i64(rows, 3),
                                 .until = li_col_i64(rows, 4)};
    return screen->name.ptr && screen->area_path.ptr ? 0 : -LI_E_NOMEM;
}

int li_screen_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_screen **ret,
                   size_t *ret_count)
{
    return li_query_list(ctx, conn, &screen_list, LI_ARGS(li_v(tenant)), sizeof(**ret), read_screen,
                         (void **)ret, ret_count);
}

int li_screen_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                   struct li_screen *ret)
{
    struct li_screen screen;
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &screen_one, LI_ARGS(li_v(tenant), li_v(id)), &rows);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such screen");
    }
    if (r) {
        return r;
    }
    r = read_screen(ctx, rows, &screen);
    li_rows_done(rows);
    if (r == 0) {
        *ret = screen;
    }
    return r;
}

/* ---- keys ---------------------------------------------------------------------- */

static int derive(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t id,
                  uint8_t ret[KEY_BYTES])
{
    struct li_str text = li_strf(ctx, "screen %lld", (long long)id);

    return text.ptr ? li_key_derive(ctx, record, tenant, text, ret) : -LI_E_NOMEM;
}

int li_screen_key(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t id,
                  struct li_str *ret)
{
    char head[LI_ID_TEXT + 1], tail[LI_TOKEN_TEXT + 1];
    uint8_t bytes[KEY_BYTES];
    struct li_str key;
    int r = derive(ctx, record, tenant, id, bytes);

    if (r) {
        return r;
    }
    li_id_format(id, head);
    li_base32(bytes, sizeof(bytes), tail);
    key = li_strf(ctx, "%s%s", head, tail);
    if (!key.ptr) {
        return -LI_E_NOMEM;
    }
    li_assert(key.len == LI_SCREEN_KEY);
    *ret = key;
    return 0;
}

int li_screen_by_key(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                     int64_t tenant, struct li_str key, struct li_screen *ret)
{
    uint8_t given[KEY_BYTES], right[KEY_BYTES];
    struct li_screen screen;
    int64_t id;
    int r;

    if (key.len != LI_SCREEN_KEY ||
        !li_base32_parse(li_str_n(key.ptr + LI_ID_TEXT, LI_TOKEN_TEXT), given, sizeof(given)) ||
        li_id_parse(ctx, li_str_n(key.ptr, LI_ID_TEXT), &id)) {
        li_ctx_clear(ctx);
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such screen");
    }
    r = derive(ctx, record, tenant, id, right);
    if (r == 0 && sodium_memcmp(given, right, sizeof(given)) != 0) {
        r = LI_FAIL(ctx, LI_E_NOT_FOUND, "no such screen");
    }
    r = r ? r : li_screen_find(ctx, conn, tenant, id, &screen);
    if (r == 0 && screen.until) {
        r = LI_FAIL(ctx, LI_E_NOT_FOUND, "the screen's link has ended");
    }
    if (r == 0) {
        *ret = screen;
    }
    return r;
}

/* ---- screen.make ---------------------------------------------------------------- */

struct making {
    struct li_new made; /* first: what the caller sees of a plan */
    struct li_str name, area_code, area_path;
};

static int make_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct li_screen_args *make = args;
    struct making *making = li_alloc(ctx, sizeof(*making));
    struct li_screen *others;
    size_t count;
    int r = making ? li_people_name(ctx, make->name) : -LI_E_NOMEM;

    r = r ? r : li_people_place(ctx, tx, make->area_code, &making->area_path);
    r = r ? r : li_screen_list(ctx, tx->conn, tx->tenant, &others, &count);
    if (r) {
        return r;
    }
    if (count >= LI_SCREENS) {
        return LI_FAIL(ctx, LI_E_STATE, "there are %d screens already", LI_SCREENS);
    }
    making->name = make->name;
    making->area_code = make->area_code;
    making->made.id = li_id_next(li_record_ids(tx->record), ctx->clock);
    *ret_plan = making;
    return 0;
}

static int make_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    const struct making *making = plan;
    struct li_json json;
    int r = li_exec(ctx, tx->conn, &screen_insert,
                    LI_ARGS(li_v(tx->tenant), li_v(making->made.id), li_v_text(making->name),
                            li_v_text(making->area_path), li_v(tx->now)),
                    NULL);

    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_text(&json, "area", making->area_code);
    li_json_put_text(&json, "name", making->name);
    ret->entity = making->made.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_screen_make = {
    .name = "screen.make",
    .decide = make_decide,
    .write = make_write,
};

/* ---- screen.end ------------------------------------------------------------------ */

static int end_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    const struct li_screen_end_args *end = args;
    int64_t *id = li_alloc(ctx, sizeof(*id));
    struct li_screen screen;
    int r = id ? li_screen_find(ctx, tx->conn, tx->tenant, end->id, &screen) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    if (screen.until) {
        return LI_FAIL(ctx, LI_E_STATE, "the screen's link has ended");
    }
    *id = end->id;
    *ret_plan = id;
    return 0;
}

static int end_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    const int64_t *id = plan;
    int r = li_exec(ctx, tx->conn, &screen_until,
                    LI_ARGS(li_v(tx->tenant), li_v(*id), li_v(tx->now)), NULL);

    ret->entity = *id;
    ret->payload = LI_S("{}");
    return r;
}

const struct li_command li_screen_end = {
    .name = "screen.end",
    .decide = end_decide,
    .write = end_write,
};
