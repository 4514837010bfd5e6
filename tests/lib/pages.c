/*
 * Rows of a size (pages.h).
 */
#include "lib/pages.h"

LI_SQL(page_add, "insert into page (tenant, id, body) values ($1, $2, $3)");
LI_SQL(page_count, "select count(*) from page where tenant = $1");

void pages_make(struct test_store *t)
{
    test_ddl(t, "create table page (tenant I64 not null, id I64 not null, body BLOB not null,"
                " primary key (tenant, id)) OPTS");
}

int pages_add(struct test_store *t, int64_t id, size_t size)
{
    static const char bytes[1 << 20];

    return li_exec(t->ctx, t->writer, &page_add,
                   LI_ARGS(li_v(1), li_v(id), li_v_blob(li_str_n(bytes, size))), NULL);
}

int64_t pages_count(struct test_store *t)
{
    struct li_conn *reader = NULL;
    struct li_rows *rows = NULL;
    int64_t count;

    assert_ok(t, li_store_reader(t->ctx, t->store, &reader));
    assert_ok(t, li_query_one(t->ctx, reader, &page_count, LI_ARGS(li_v(1)), &rows));
    count = li_col_i64(rows, 0);
    li_rows_done(rows);
    li_store_reader_back(t->store, reader);
    return count;
}

int pages_batch(struct test_store *t, int64_t from, int64_t count, size_t size)
{
    int rc = li_begin(t->ctx, t->writer);

    if (rc < 0)
        return rc;
    for (int64_t id = from; rc == 0 && id < from + count; id++)
        rc = pages_add(t, id, size);
    if (rc == 0)
        return li_commit(t->ctx, t->writer);
    li_rollback(t->writer);
    return rc;
}
