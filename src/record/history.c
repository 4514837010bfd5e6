/*
 * History rows and the chain over them.  Who appends, and when, is batch.c's
 * business; whether the chain still holds, verify.c's.
 */
#include "record/history.h"

#include "base/grow.h"

LI_SQL(history_insert,
       "insert into history (tenant, seq, at, entity, command, actor, payload, hash) "
       "values ($1, $2, $3, $4, $5, $6, $7, $8)");
LI_SQL(history_after, "select tenant, seq, at, entity, command, actor, payload, hash from history "
                      "where tenant = $1 and seq > $2 order by seq limit $3");
LI_SQL(history_entity, "select tenant, seq, at, entity, command, actor, payload, hash from history "
                       "where tenant = $1 and entity = $2 order by seq limit $3");
LI_SQL(history_entity_back,
       "select tenant, seq, at, entity, command, actor, payload, hash from history "
       "where tenant = $1 and entity = $2 and seq < $3 order by seq desc limit $4");
LI_SQL(history_highest,
       "select entity from history where tenant = $1 order by entity desc limit 1");
LI_SQL(head_select, "select seq, hash, recorded_at, closed from head where tenant = $1");
LI_SQL(head_take, "update head set turn = turn + 1 where tenant = $1 "
                  "returning seq, hash, recorded_at, closed");
LI_SQL(head_update, "update head set seq = $2, hash = $3, recorded_at = $4 where tenant = $1");
LI_SQL(head_set_closed, "update head set closed = $2 where tenant = $1");
LI_SQL(head_insert,
       "insert into head (tenant, seq, hash, recorded_at, turn) values ($1, 0, $2, 0, 0)");

static void put_u64(uint8_t ret[8], int64_t value)
{
    for (int i = 0; i < 8; i++) {
        ret[i] = (uint8_t)((uint64_t)value >> (56 - 8 * i));
    }
}

struct li_hash li_entry_hash(const struct li_hash *before, const struct li_entry *entry)
{
    uint8_t fixed[24], command_len[8], actor_len[8];

    put_u64(fixed, entry->seq);
    put_u64(fixed + 8, entry->at);
    put_u64(fixed + 16, entry->entity);
    put_u64(command_len, (int64_t)entry->command.len);
    put_u64(actor_len, (int64_t)entry->actor.len);

    const struct li_str parts[] = {
        li_hash_view(before), li_str_n(fixed, sizeof(fixed)), li_str_n(command_len, 8),
        entry->command,       li_str_n(actor_len, 8),         entry->actor,
        entry->payload,
    };
    return li_hash_parts(parts, sizeof(parts) / sizeof(parts[0]));
}

int li_history_append(struct li_ctx *ctx, struct li_conn *conn, const struct li_entry *entry)
{
    return li_exec(ctx, conn, &history_insert,
                   LI_ARGS(li_v(entry->tenant), li_v(entry->seq), li_v(entry->at),
                           li_v(entry->entity), li_v_text(entry->command), li_v_text(entry->actor),
                           li_v_blob(entry->payload), li_v_blob(li_hash_view(&entry->hash))),
                   NULL);
}

static int read_hash(struct li_ctx *ctx, struct li_str bytes, struct li_hash *ret)
{
    if (bytes.len != LI_HASH_SIZE) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a stored hash has %zu bytes", bytes.len);
    }
    memcpy(ret->bytes, bytes.ptr, LI_HASH_SIZE);
    return 0;
}

static int read_entry(struct li_ctx *ctx, struct li_rows *rows, struct li_entry *ret)
{
    struct li_entry entry = {
        .tenant = li_col_i64(rows, 0),
        .seq = li_col_i64(rows, 1),
        .at = li_col_i64(rows, 2),
        .entity = li_col_i64(rows, 3),
        .command = li_col_dup(ctx, rows, 4),
        .actor = li_col_dup(ctx, rows, 5),
        .payload = li_col_dup(ctx, rows, 6),
    };
    int r = read_hash(ctx, li_col_str(rows, 7), &entry.hash);

    if (r == 0) {
        *ret = entry;
    }
    return r;
}

static int read_entries(struct li_ctx *ctx, struct li_rows *rows, struct li_entry **ret,
                        size_t *ret_count)
{
    size_t cap = 0, count = 0;
    struct li_entry *entries = NULL;
    int r = 0;

    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_entry *more = li_grow(ctx, entries, count, &cap, sizeof(*entries));
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        entries = more;
        r = read_entry(ctx, rows, &entries[count]);
        count += r == 0;
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = entries;
        *ret_count = count;
    }
    return r;
}

int li_history_read(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t after,
                    size_t max, struct li_entry **ret, size_t *ret_count)
{
    struct li_rows *rows;
    int r = li_query(ctx, conn, &history_after,
                     LI_ARGS(li_v(tenant), li_v(after), li_v((int64_t)max)), &rows);

    return r ? r : read_entries(ctx, rows, ret, ret_count);
}

int li_history_of(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t entity,
                  size_t max, struct li_entry **ret, size_t *ret_count)
{
    struct li_rows *rows;
    int r = li_query(ctx, conn, &history_entity,
                     LI_ARGS(li_v(tenant), li_v(entity), li_v((int64_t)max)), &rows);

    return r ? r : read_entries(ctx, rows, ret, ret_count);
}

int li_history_before(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t entity,
                      int64_t before, size_t max, struct li_entry **ret, size_t *ret_count)
{
    struct li_entry *entries;
    struct li_rows *rows;
    size_t count;
    int r = li_query(ctx, conn, &history_entity_back,
                     LI_ARGS(li_v(tenant), li_v(entity), li_v(before), li_v((int64_t)max)), &rows);

    r = r ? r : read_entries(ctx, rows, &entries, &count);
    if (r) {
        return r;
    }
    for (size_t i = 0; i < count / 2; i++) {
        struct li_entry entry = entries[i];
        entries[i] = entries[count - 1 - i];
        entries[count - 1 - i] = entry;
    }
    *ret = entries;
    *ret_count = count;
    return 0;
}

static int head_from(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                     int64_t tenant, struct li_head *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, sql, LI_ARGS(li_v(tenant)), &rows);

    if (r) {
        return r;
    }
    struct li_head head = {
        .tenant = tenant,
        .seq = li_col_i64(rows, 0),
        .recorded_at = li_col_i64(rows, 2),
        .closed = li_col_i64(rows, 3) != 0,
    };
    r = read_hash(ctx, li_col_str(rows, 1), &head.hash);
    li_rows_done(rows);
    if (r == 0) {
        *ret = head;
    }
    return r;
}

int li_history_highest(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t *ret)
{
    int r = li_query_i64(ctx, conn, &history_highest, LI_ARGS(li_v(tenant)), ret);

    if (r == -LI_E_NOT_FOUND) {
        *ret = 0;
        return 0;
    }
    return r;
}

int li_head_read(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_head *ret)
{
    return head_from(ctx, conn, &head_select, tenant, ret);
}

int li_head_lock(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_head *ret)
{
    return head_from(ctx, conn, &head_take, tenant, ret);
}

int li_head_write(struct li_ctx *ctx, struct li_conn *conn, const struct li_head *head)
{
    return li_exec(ctx, conn, &head_update,
                   LI_ARGS(li_v(head->tenant), li_v(head->seq),
                           li_v_blob(li_hash_view(&head->hash)), li_v(head->recorded_at)),
                   NULL);
}

int li_head_close(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, bool closed)
{
    return li_exec(ctx, conn, &head_set_closed, LI_ARGS(li_v(tenant), li_v(closed)), NULL);
}

int li_head_new(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant)
{
    static const struct li_hash zero;

    return li_exec(ctx, conn, &head_insert, LI_ARGS(li_v(tenant), li_v_blob(li_hash_view(&zero))),
                   NULL);
}
