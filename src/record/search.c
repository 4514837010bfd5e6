/*
 * The index of words; see search.h.
 *
 * A text is first marked: folded, each word of letters or numbers between two
 * WORD bytes, everything between words and characters one GAP.  Tokens are read
 * from that, and a phrase is found in it by comparing bytes: "3栋" is not in
 * "13栋", and "路灯" is in "前面路灯不亮".
 */
#include "record/search.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/grow.h"

#define WORD     '\x01'
#define GAP      '\x02'
#define WORD_MAX 60 /* bytes of a word that count in its token */

/* FTS5 keeps no text here, so it is told what to forget. */
LI_SQL_SQLITE(search_add_sqlite, "insert into search (rowid, tokens) values ($1, $2)");
LI_SQL_POSTGRES(search_add_postgres,
                "insert into search (tenant, entity, tokens) values ($1, $2, cast($3 as tsvector)) "
                "on conflict (tenant, entity) do update set tokens = search.tokens || "
                "excluded.tokens");
LI_SQL_SQLITE(search_take_sqlite,
              "insert into search (search, rowid, tokens) values ('delete', $1, $2)");
LI_SQL_POSTGRES(search_take_postgres, "delete from search where tenant = $1 and entity = $2");
LI_SQL_SQLITE(search_drop_sqlite, "insert into search (search) values ('delete-all')");
LI_SQL_POSTGRES(search_drop_postgres, "delete from search where tenant = $1");
LI_SQL_SQLITE(search_find_sqlite, "select rowid from search where search match $1 and rowid < $2 "
                                  "order by rowid desc limit $3");
/* Materialized: else the server may walk all cases by age, looking for the word in each. */
LI_SQL_POSTGRES(search_find_postgres,
                "with hit as materialized (select entity from search where tenant = $4 "
                "and tokens @@ cast($1 as tsquery) and entity < $2) "
                "select entity from hit order by entity desc limit $3");

/* ---- marking --------------------------------------------------------------- */

enum piece { PIECE_GAP, PIECE_HAN, PIECE_WORD };

static enum piece piece_of(int32_t point)
{
    if (li_utf8_is_cjk(point)) {
        return PIECE_HAN;
    }
    return li_utf8_is_word(point) ? PIECE_WORD : PIECE_GAP;
}

/* Marks a text behind what is in `out`, never with a GAP at its beginning or end. */
static int mark(struct li_ctx *ctx, struct li_str text, struct li_buf *out)
{
    enum piece before = PIECE_GAP;
    bool gap = false, any = false;
    struct li_str folded;
    size_t at = 0;
    int r = li_utf8_fold(ctx, text, &folded);

    while (r == 0 && at < folded.len) {
        size_t from = at;
        int32_t point = li_utf8_next(folded, &at);
        if (point < 0) {
            return LI_FAIL(ctx, LI_E_SYNTAX, "not valid UTF-8");
        }
        enum piece piece = piece_of(point);
        if (piece != before && before == PIECE_WORD) {
            li_buf_char(out, WORD);
        }
        if (piece == PIECE_GAP) {
            gap = any;
        } else if (gap) {
            li_buf_char(out, GAP);
            gap = false;
        }
        if (piece == PIECE_WORD && before != PIECE_WORD) {
            li_buf_char(out, WORD);
        }
        if (piece != PIECE_GAP) {
            li_buf_add(out, folded.ptr + from, at - from);
            any = true;
        }
        before = piece;
    }
    if (r == 0 && before == PIECE_WORD) {
        li_buf_char(out, WORD);
    }
    return r ? r : li_buf_check(ctx, out);
}

/* ---- tokens ---------------------------------------------------------------- */

struct sink {
    struct li_buf *buf;
    char prefix[32]; /* "s12x": staff of tenant 12 */
    size_t prefix_len;
    const char *between;
    size_t count;
};

static struct sink sink_for(struct li_buf *buf, int64_t tenant, enum li_scope scope,
                            const char *between)
{
    struct sink sink = {.buf = buf, .between = between};

    sink.prefix_len =
        (size_t)snprintf(sink.prefix, sizeof(sink.prefix), "%c%llux",
                         scope == LI_SCOPE_PUBLIC ? 'p' : 's', (unsigned long long)tenant);
    return sink;
}

static void put_token(struct sink *sink, struct li_str token)
{
    if (sink->buf->len) {
        li_buf_text(sink->buf, sink->between);
    }
    li_buf_add(sink->buf, sink->prefix, sink->prefix_len);
    li_buf_str(sink->buf, token);
    sink->count++;
}

/* A long word is known by its beginning. */
static struct li_str clipped(struct li_str word)
{
    size_t len = word.len < WORD_MAX ? word.len : WORD_MAX;

    while (len < word.len && ((unsigned char)word.ptr[len] & 0xc0) == 0x80) {
        len--;
    }
    return li_str_n(word.ptr, len);
}

/* Tokens of a marked text. */
static void put_tokens(struct sink *sink, struct li_str marked)
{
    struct li_str before = {0}; /* the Han character that stands before */
    size_t at = 0;

    while (at < marked.len) {
        if (marked.ptr[at] == GAP) {
            before = (struct li_str){0};
            at++;
            continue;
        }
        if (marked.ptr[at] == WORD) {
            size_t end = at + 1;
            while (marked.ptr[end] != WORD) {
                end++;
            }
            put_token(sink, clipped(li_str_n(marked.ptr + at + 1, end - at - 1)));
            before = (struct li_str){0};
            at = end + 1;
            continue;
        }
        size_t from = at;
        li_utf8_next(marked, &at);
        if (before.ptr) {
            put_token(sink, li_str_n(before.ptr, before.len + at - from));
        }
        before = li_str_n(marked.ptr + from, at - from);
    }
}

/* ---- texts going in -------------------------------------------------------- */

struct item {
    int64_t entity;
    enum li_scope scope;
    struct li_str text;
};

struct li_search_batch {
    struct item *items;
    size_t count, cap;
};

struct li_search_batch *li_search_batch_new(struct li_ctx *ctx)
{
    return li_alloc(ctx, sizeof(struct li_search_batch));
}

int li_search_add(struct li_ctx *ctx, struct li_search_batch *batch, int64_t entity,
                  enum li_scope scope, struct li_str text)
{
    struct item *more = li_grow(ctx, batch->items, batch->count, &batch->cap, sizeof(*more));

    if (!more) {
        return -LI_E_NOMEM;
    }
    li_assert(scope <= LI_SCOPE_STAFF);
    batch->items = more;
    more[batch->count++] = (struct item){.entity = entity, .scope = scope, .text = text};
    return 0;
}

static int by_entity(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    return (x->entity > y->entity) - (x->entity < y->entity);
}

/* The tokens of items[from…] of one entity; gives where the next one begins. */
static int tokens_of(struct li_ctx *ctx, int64_t tenant, const struct li_search_batch *batch,
                     size_t from, struct li_buf *marked, struct li_buf *ret, size_t *ret_next)
{
    size_t i = from;
    int r = 0;

    li_buf_reset(ret);
    for (; r == 0 && i < batch->count && batch->items[i].entity == batch->items[from].entity; i++) {
        struct sink sink = sink_for(ret, tenant, batch->items[i].scope, " ");
        li_buf_reset(marked);
        r = mark(ctx, batch->items[i].text, marked);
        if (r == 0) {
            put_tokens(&sink, li_buf_view(marked));
        }
    }
    *ret_next = i;
    return r ? r : li_buf_check(ctx, ret);
}

static int add_row(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, struct li_str tokens)
{
    if (tokens.len == 0) {
        return 0;
    }
    return li_conn_kind(tx->conn) == LI_STORE_SQLITE
               ? li_exec(ctx, tx->conn, &search_add_sqlite,
                         LI_ARGS(li_v(entity), li_v_text(tokens)), NULL)
               : li_exec(ctx, tx->conn, &search_add_postgres,
                         LI_ARGS(li_v(tx->tenant), li_v(entity), li_v_text(tokens)), NULL);
}

static int take_row(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity,
                    struct li_str tokens)
{
    if (tokens.len == 0) {
        return 0;
    }
    return li_conn_kind(tx->conn) == LI_STORE_SQLITE
               ? li_exec(ctx, tx->conn, &search_take_sqlite,
                         LI_ARGS(li_v(entity), li_v_text(tokens)), NULL)
               : li_exec(ctx, tx->conn, &search_take_postgres,
                         LI_ARGS(li_v(tx->tenant), li_v(entity)), NULL);
}

/* In order of entity: FTS5 gathers rows that rise and flushes at one that does not. */
static int each_entity(struct li_ctx *ctx, const struct li_tx *tx, struct li_search_batch *batch,
                       int (*row)(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity,
                                  struct li_str tokens))
{
    struct li_buf marked, tokens;
    size_t i = 0;
    int r = 0;

    if (batch->count > 1) {
        qsort(batch->items, batch->count, sizeof(batch->items[0]), by_entity);
    }
    li_buf_init(&marked, 0);
    li_buf_init(&tokens, 0);
    while (r == 0 && i < batch->count) {
        int64_t entity = batch->items[i].entity;
        r = tokens_of(ctx, tx->tenant, batch, i, &marked, &tokens, &i);
        r = r ? r : row(ctx, tx, entity, li_buf_view(&tokens));
    }
    li_buf_done(&marked);
    li_buf_done(&tokens);
    return r;
}

int li_search_write(struct li_ctx *ctx, const struct li_tx *tx, struct li_search_batch *batch)
{
    return each_entity(ctx, tx, batch, add_row);
}

int li_search_replace(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity,
                      struct li_search_batch *old, struct li_search_batch *now)
{
    int r;

    for (size_t i = 0; i < old->count; i++) {
        li_assert(old->items[i].entity == entity);
    }
    r = each_entity(ctx, tx, old, take_row);
    return r ? r : each_entity(ctx, tx, now, add_row);
}

int li_search_drop(struct li_ctx *ctx, const struct li_tx *tx)
{
    return li_conn_kind(tx->conn) == LI_STORE_SQLITE
               ? li_exec(ctx, tx->conn, &search_drop_sqlite, LI_NO_ARGS, NULL)
               : li_exec(ctx, tx->conn, &search_drop_postgres, LI_ARGS(li_v(tx->tenant)), NULL);
}

/* ---- questions ------------------------------------------------------------- */

int li_search_read(struct li_ctx *ctx, struct li_str text, struct li_search_query *ret)
{
    struct li_search_query query = {.count = 0};
    struct li_buf *marked = li_buf_new(ctx, 0), *tokens = li_buf_new(ctx, 0);
    struct sink sink = sink_for(tokens, 0, LI_SCOPE_STAFF, " ");
    struct li_str rest;
    int r = marked && tokens ? mark(ctx, text, marked) : -LI_E_NOMEM;

    if (r) {
        return r == -LI_E_SYNTAX ? LI_FAIL(ctx, LI_E_INVALID, "not valid UTF-8") : r;
    }
    query.marked = li_buf_view(marked);
    put_tokens(&sink, query.marked);
    r = li_buf_check(ctx, tokens);
    if (r) {
        return r;
    }
    if (sink.count == 0) {
        return LI_FAIL(ctx, LI_E_INVALID,
                       "one character alone is not searched for: two Chinese characters, "
                       "a word or a number");
    }
    for (rest = query.marked; rest.ptr;) {
        struct li_str phrase = li_str_cut(&rest, GAP);
        if (query.count == sizeof(query.phrases) / sizeof(query.phrases[0])) {
            return LI_FAIL(ctx, LI_E_INVALID, "more than %zu words at once", query.count);
        }
        query.phrases[query.count++] = phrase;
    }
    *ret = query;
    return 0;
}

int li_search_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, enum li_scope scope,
                   const struct li_search_query *query, int64_t before, size_t limit,
                   int64_t *ret_ids, size_t *ret_count)
{
    bool is_sqlite = li_conn_kind(conn) == LI_STORE_SQLITE;
    struct li_buf *tokens = li_buf_new(ctx, 0);
    struct sink sink = sink_for(tokens, tenant, scope, is_sqlite ? " " : " & ");
    const struct li_val id = li_v(before), max = li_v((int64_t)limit);
    struct li_rows *rows;
    size_t count = 0;
    int r;

    if (!tokens) {
        return -LI_E_NOMEM;
    }
    put_tokens(&sink, query->marked);
    r = li_buf_check(ctx, tokens);
    if (r) {
        return r;
    }
    const struct li_val match = li_v_text(li_buf_view(tokens));
    r = is_sqlite ? li_query(ctx, conn, &search_find_sqlite, LI_ARGS(match, id, max), &rows)
                  : li_query(ctx, conn, &search_find_postgres,
                             LI_ARGS(match, id, max, li_v(tenant)), &rows);
    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        ret_ids[count++] = li_col_i64(rows, 0);
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret_count = count;
    }
    return r;
}

int li_search_matches(struct li_ctx *ctx, const struct li_search_query *query,
                      const struct li_str *texts, size_t count, bool *ret)
{
    struct li_buf *marked = li_buf_new(ctx, 0);
    size_t found = 0;

    if (!marked) {
        return -LI_E_NOMEM;
    }
    /* a GAP between any two texts: no phrase reaches over it */
    for (size_t i = 0; i < count; i++) {
        int r = mark(ctx, texts[i], marked);
        if (r) {
            return r;
        }
        li_buf_char(marked, GAP);
    }
    for (size_t i = 0; i < query->count; i++) {
        found += memmem(marked->ptr ? marked->ptr : "", marked->len, query->phrases[i].ptr,
                        query->phrases[i].len) != NULL;
    }
    *ret = found == query->count;
    return li_buf_check(ctx, marked);
}
