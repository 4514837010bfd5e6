/* A tenant's tables from store to store; see copy.h. */
#include "record/copy.h"

#include <sodium.h>

#include "base/asset.h"
#include "base/grow.h"
#include "record/due.h"
#include "record/inside.h"
#include "record/vault.h"
#include "store/table.h"

LI_SQL(copy_tenants, "select tenant, slug, name from tenant order by tenant");
LI_SQL(copy_slug, "select tenant from tenant where slug = $1");
LI_SQL(copy_entry, "select hash from history where tenant = $1 and seq = $2");

/* Rows between two signs of life. */
#define PORTION 1024

/* ---- what is copied --------------------------------------------------------- */

/* "due recorded record across": whether this table goes along. */
static bool goes_along(struct li_str line, struct li_str *ret_name)
{
    struct li_str rest = li_str_cut(&line, '#'), word;
    bool recorded = false, moves = false, platform = false;

    ret_name->len = 0;
    while (rest.ptr && rest.len) {
        word = li_str_trim(li_str_cut(&rest, ' '));
        if (word.len == 0) {
            continue;
        }
        if (ret_name->len == 0) {
            *ret_name = word;
        }
        recorded |= li_str_is(word, "recorded");
        moves |= li_str_is(word, "moves");
        platform |= li_str_is(word, "platform");
    }
    return (recorded || moves) && !platform;
}

struct list {
    struct li_table *items;
    size_t count, cap;
};

static int read_list(struct li_ctx *ctx, struct li_conn *conn, struct list *ret)
{
    const struct li_asset *asset = li_asset_find(LI_S("docs/tables.txt"));
    struct li_str rest = asset ? asset->bytes : (struct li_str){0}, name = {0};
    struct list list = {.items = NULL};
    int r = asset ? 0 : LI_FAIL(ctx, LI_E_INTERNAL, "docs/tables.txt is not in the program");

    while (r == 0 && rest.ptr && rest.len) {
        struct li_table *more;
        const char *text;

        if (!goes_along(li_str_cut(&rest, '\n'), &name)) {
            continue;
        }
        more = li_grow(ctx, list.items, list.count, &list.cap, sizeof(*more));
        text = more ? li_str_c(ctx, name) : NULL;
        if (!text) {
            return -LI_E_NOMEM;
        }
        list.items = more;
        r = li_table_find(ctx, conn, text, &list.items[list.count++]);
        if (r == -LI_E_NOT_FOUND) {
            r = LI_FAIL(ctx, LI_E_CORRUPT, "the database has no table %s", text);
        }
    }
    if (r == 0) {
        *ret = list;
    }
    return r;
}

int li_copy_tenants(struct li_ctx *ctx, struct li_conn *conn, struct li_copy_tenant **ret,
                    size_t *ret_count)
{
    struct li_copy_tenant *all = NULL, *more;
    size_t count = 0, cap = 0;
    struct li_rows *rows;
    int r = li_query(ctx, conn, &copy_tenants, LI_NO_ARGS, &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        more = li_grow(ctx, all, count, &cap, sizeof(*all));
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        all = more;
        all[count++] = (struct li_copy_tenant){.id = li_col_i64(rows, 0),
                                               .slug = li_col_dup(ctx, rows, 1),
                                               .name = li_col_dup(ctx, rows, 2)};
    }
    li_rows_done(rows);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = li_head_read(ctx, conn, all[i].id, &all[i].head);
        if (r == -LI_E_NOT_FOUND) {
            r = LI_FAIL(ctx, LI_E_CORRUPT, "tenant %lld has no head", (long long)all[i].id);
        }
    }
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

/* ---- one table -------------------------------------------------------------- */

/* A row into the hash.  JSON is left out: one engine keeps its text, the other does not. */
static void add_row(struct li_hasher *hasher, const struct li_table *table,
                    const struct li_val *vals)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct li_val *val = &vals[i];
        bool bytes = val->kind == LI_VAL_TEXT || val->kind == LI_VAL_BLOB;
        struct {
            uint64_t kind, number;
        } head = {.kind = (uint64_t)val->kind};

        if (table->columns[i].kind == LI_COLUMN_JSON) {
            continue;
        }
        if (bytes) {
            head.number = val->str.len;
        } else if (val->kind != LI_VAL_NULL) {
            memcpy(&head.number, &val->i64, sizeof(head.number));
        }
        li_hasher_add(hasher, li_str_n((const char *)&head, sizeof(head)));
        if (bytes) {
            li_hasher_add(hasher, val->str);
        }
    }
}

struct walk {
    struct li_ctx *ctx;
    const struct li_copy *copy;
    const struct li_table *table;
    int64_t tenant;
    struct li_table_writer *writer; /* NULL: only read */
    int64_t done, total;            /* over all tables */
    uint8_t wrapped[128];           /* the tenant's key under the goal's master key */
};

/* The tenant's key is wrapped by the master key, and the goal may have another. */
static int wrap_anew(struct walk *walk, struct li_val *vals)
{
    const struct li_copy *copy = walk->copy;
    int column = li_table_column(walk->table, "wrapped_key");
    struct li_str wrapped;
    uint8_t key[32];
    int r;

    if (!copy->from_master || !copy->to_master || column < 0 ||
        !li_str_is(walk->table->name, "tenant") ||
        sodium_memcmp(copy->from_master, copy->to_master, 32) == 0) {
        return 0;
    }
    r = li_key_unwrap(walk->ctx, copy->from_master, walk->tenant, vals[column].str, key);
    r = r ? r : li_key_wrap(walk->ctx, copy->to_master, walk->tenant, key, &wrapped);
    sodium_memzero(key, sizeof(key));
    if (r == 0) {
        li_assert(wrapped.len <= sizeof(walk->wrapped));
        memcpy(walk->wrapped, wrapped.ptr, wrapped.len);
        vals[column] = li_v_blob(li_str_n((const char *)walk->wrapped, wrapped.len));
    }
    return r;
}

static void tell(struct walk *walk)
{
    if (walk->copy->progress) {
        walk->copy->progress(walk->copy->arg, walk->table->name, walk->done, walk->total);
    }
}

static int walk_rows(struct walk *walk, struct li_rows *rows, bool back,
                     struct li_copied_table *ret)
{
    const struct li_table *table = walk->table;
    struct li_val vals[LI_COLUMNS];
    struct li_hasher hasher;
    int r;

    li_hasher_begin(&hasher);
    while ((r = li_rows_next(walk->ctx, rows)) > 0) {
        for (size_t i = 0; i < table->count; i++) {
            vals[i] = li_table_val(rows, table, (int)i);
        }
        r = back ? 0 : wrap_anew(walk, vals);
        if (r == 0 && walk->writer) {
            r = li_table_put(walk->ctx, walk->writer, vals);
        }
        if (r) {
            return r;
        }
        add_row(&hasher, table, vals);
        ret->rows++;
        if (++walk->done % PORTION == 0) {
            tell(walk);
        }
    }
    ret->hash = li_hasher_end(&hasher);
    return r;
}

/* Reads a table at `conn`; what is read goes to the writer, if there is one. */
static int read_table(struct walk *walk, struct li_conn *conn, bool back,
                      struct li_copied_table *ret)
{
    struct li_rows *rows;
    int r = li_table_rows(walk->ctx, conn, walk->table, walk->tenant, &rows);

    if (r == 0) {
        r = walk_rows(walk, rows, back, ret);
        li_rows_done(rows);
    }
    return r;
}

static int send_table(struct walk *walk, struct li_copied_table *ret)
{
    int64_t written = 0;
    int r = li_table_writer_begin(walk->ctx, walk->copy->to, walk->table, &walk->writer);

    if (r) {
        return r;
    }
    r = read_table(walk, walk->copy->from, false, ret);
    if (r) {
        li_table_writer_drop(walk->writer);
    } else {
        r = li_table_writer_end(walk->ctx, walk->writer, &written);
    }
    walk->writer = NULL;
    return r;
}

static int move_table(struct walk *walk, struct li_copied_table *ret)
{
    struct li_copied_table sent = {.name = walk->table->name}, arrived = sent;
    int r = send_table(walk, &sent);

    r = r ? r : read_table(walk, walk->copy->to, true, &arrived);
    if (r == 0 && (sent.rows != arrived.rows || !li_hash_eq(&sent.hash, &arrived.hash))) {
        return LI_FAIL(walk->ctx, LI_E_CORRUPT, "table %.*s: %lld rows sent, %lld arrived%s",
                       LI_P(sent.name), (long long)sent.rows, (long long)arrived.rows,
                       sent.rows == arrived.rows ? ", and they differ" : "");
    }
    if (r == 0) {
        *ret = sent;
    }
    return r;
}

/* ---- one tenant ------------------------------------------------------------- */

static int find_tenant(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                       struct li_copied *ret)
{
    struct li_copy_tenant *all;
    size_t count;
    int r = li_copy_tenants(ctx, conn, &all, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        if (all[i].id == tenant) {
            *ret = (struct li_copied){.tenant = tenant, .slug = all[i].slug, .head = all[i].head};
            return 0;
        }
    }
    return r ? r : LI_FAIL(ctx, LI_E_NOT_FOUND, "there is no tenant %lld", (long long)tenant);
}

/* Whether the entry the goal stands at is in the source's history. */
static int is_beginning(struct li_ctx *ctx, const struct li_copy *copy, const struct li_head *head,
                        bool *ret)
{
    struct li_rows *rows;
    int r;

    *ret = head->seq == 0;
    if (*ret) {
        return 0;
    }
    r = li_query_one(ctx, copy->from, &copy_entry, LI_ARGS(li_v(head->tenant), li_v(head->seq)),
                     &rows);
    if (r == 0) {
        *ret = li_str_eq(li_col_str(rows, 0), li_hash_view(&head->hash));
        li_rows_done(rows);
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

/* What is there of the tenant makes way, or the copy is refused. */
static int make_way(struct li_ctx *ctx, const struct li_copy *copy, const struct list *list,
                    struct li_copied *tenant)
{
    struct li_head head;
    struct li_rows *rows;
    bool beginning;
    int r = li_query_one(ctx, copy->to, &copy_slug, LI_ARGS(li_v_text(tenant->slug)), &rows);

    if (r == 0) {
        bool other = li_col_i64(rows, 0) != tenant->tenant;

        li_rows_done(rows);
        if (other) {
            return LI_FAIL(ctx, LI_E_UNIQUE, "another tenant is called %.*s at the goal",
                           LI_P(tenant->slug));
        }
    }
    r = r == -LI_E_NOT_FOUND ? 0 : r;
    r = r ? r : li_head_lock(ctx, copy->to, tenant->tenant, &head);
    if (r == -LI_E_NOT_FOUND) {
        return 0;
    }
    if (r == 0 && !head.closed) {
        return LI_FAIL(ctx, LI_E_UNIQUE, "tenant %.*s (%lld) is at the goal already",
                       LI_P(tenant->slug), (long long)tenant->tenant);
    }
    r = r ? r : is_beginning(ctx, copy, &head, &beginning);
    if (r == 0 && !beginning) {
        return LI_FAIL(ctx, LI_E_UNIQUE,
                       "a tenant %lld with another history is at the goal: nothing is replaced",
                       (long long)tenant->tenant);
    }
    for (size_t i = list->count; r == 0 && i > 0; i--) {
        r = li_table_empty(ctx, copy->to, &list->items[i - 1], tenant->tenant);
    }
    tenant->replaced = r == 0;
    return r;
}

static int count_rows(struct li_ctx *ctx, struct li_conn *conn, const struct list *list,
                      int64_t tenant, int64_t *ret)
{
    int64_t total = 0;
    int r = 0;

    for (size_t i = 0; r == 0 && i < list->count; i++) {
        int64_t rows = 0;

        r = li_table_count(ctx, conn, &list->items[i], tenant, &rows);
        total += rows;
    }
    *ret = total;
    return r;
}

static int check_same(struct li_ctx *ctx, const struct list *from, const struct list *to)
{
    for (size_t i = 0; i < from->count; i++) {
        if (!li_table_same(&from->items[i], &to->items[i])) {
            return LI_FAIL(ctx, LI_E_CORRUPT, "table %.*s has other columns at the goal",
                           LI_P(from->items[i].name));
        }
    }
    return 0;
}

/* Walks over every table: `each` moves it or only reads it. */
static int walk_tables(struct walk *walk, const struct list *list, struct li_copied *copied)
{
    struct li_ctx *ctx = walk->ctx;
    bool moves = walk->copy->to != NULL;
    int r = 0;

    copied->tables = li_alloc_array(ctx, list->count, sizeof(*copied->tables));
    if (!copied->tables) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < list->count; i++) {
        struct li_copied_table *table = &copied->tables[copied->table_count++];

        walk->table = &list->items[i];
        *table = (struct li_copied_table){.name = walk->table->name};
        r = moves ? move_table(walk, table) : read_table(walk, walk->copy->from, true, table);
        copied->rows += table->rows;
    }
    if (r == 0) {
        tell(walk);
    }
    return r;
}

static int close_arrived(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant)
{
    int r = li_head_close(ctx, conn, tenant, true);

    return r ? r : li_due_hold(ctx, conn, tenant, true);
}

int li_copy_run(struct li_ctx *ctx, const struct li_copy *copy, int64_t tenant,
                struct li_copied *ret)
{
    struct walk walk = {.ctx = ctx, .copy = copy, .tenant = tenant};
    struct li_copied copied;
    struct list from, to;
    int r = find_tenant(ctx, copy->from, tenant, &copied);

    r = r ? r : read_list(ctx, copy->from, &from);
    r = r ? r : count_rows(ctx, copy->from, &from, tenant, &walk.total);
    walk.total *= 2; /* sent, and read back */
    r = r ? r : li_begin_long(ctx, copy->to);
    if (r) {
        return r;
    }
    r = read_list(ctx, copy->to, &to);
    r = r ? r : check_same(ctx, &from, &to);
    r = r ? r : make_way(ctx, copy, &to, &copied);
    r = r ? r : walk_tables(&walk, &from, &copied);
    r = r ? r : close_arrived(ctx, copy->to, tenant);
    r = r ? r : li_commit(ctx, copy->to);
    if (r) {
        li_rollback(copy->to);
        return r;
    }
    *ret = copied;
    return 0;
}

int li_copy_weigh(struct li_ctx *ctx, const struct li_copy *copy, int64_t tenant,
                  struct li_copied *ret)
{
    struct walk walk = {.ctx = ctx, .copy = copy, .tenant = tenant};
    struct li_copied copied;
    struct list list;
    int r = find_tenant(ctx, copy->from, tenant, &copied);

    li_assert(!copy->to);
    r = r ? r : read_list(ctx, copy->from, &list);
    r = r ? r : count_rows(ctx, copy->from, &list, tenant, &walk.total);
    r = r ? r : walk_tables(&walk, &list, &copied);
    if (r == 0) {
        *ret = copied;
    }
    return r;
}

/* ---- open and closed -------------------------------------------------------- */

static int set_one(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, bool closed)
{
    struct li_head head;
    int r = li_head_lock(ctx, conn, tenant, &head);

    r = r ? r : li_head_close(ctx, conn, tenant, closed);
    r = r ? r : li_due_hold(ctx, conn, tenant, closed);
    r = r || closed ? r : li_peers_tell_tenant(ctx, conn, &head);
    return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_NOT_FOUND, "no tenant %lld", (long long)tenant)
                                : r;
}

static int set_closed(struct li_ctx *ctx, struct li_store *store, const int64_t *tenants,
                      size_t count, bool closed)
{
    struct li_conn *conn;
    int r = li_conn_open(ctx, store, LI_CONN_WRITE, &conn);

    if (r) {
        return r;
    }
    r = li_begin(ctx, conn);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = set_one(ctx, conn, tenants[i], closed);
    }
    r = r ? r : li_commit(ctx, conn);
    li_conn_close(conn);
    return r;
}

int li_copy_open(struct li_ctx *ctx, struct li_store *store, const int64_t *tenants, size_t count)
{
    return set_closed(ctx, store, tenants, count, false);
}

int li_copy_close(struct li_ctx *ctx, struct li_store *store, int64_t tenant)
{
    return set_closed(ctx, store, &tenant, 1, true);
}
