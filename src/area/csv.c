/*
 * A table of areas as CSV (RFC 4180, comma), with a heading.
 *
 * Everything that can be said of a row without the store is said here, with the
 * line it begins on, so that whoever keeps the file mends it in one go.
 */
#include "base/csv.h"

#include "area/inside.h"

#define MOST 64 /* columns of a heading */

struct table {
    struct li_area_reader *reader;
    struct li_csv csv;
    enum li_area_column columns[MOST]; /* of the heading */
    size_t column_count;
};

static int read_heading(struct table *table)
{
    struct li_ctx *ctx = table->reader->ctx;
    struct li_str where = li_strf(ctx, "%s:1", table->reader->file->name);
    unsigned seen = 0, needed = 1u << LI_AREA_CODE | 1u << LI_AREA_PARENT | 1u << LI_AREA_KIND |
                                1u << LI_AREA_NAMED;
    int r = li_csv_row(table->reader->ctx, &table->csv);

    if (r) {
        return r;
    }
    for (size_t i = 0; i < table->csv.field_count && i < MOST; i++) {
        enum li_area_column column = li_area_column_of(table->csv.fields[i]);
        if (column == LI_AREA_COLUMNS || seen >> column & 1u) {
            return LI_FAIL_AT(ctx, LI_E_SYNTAX, where,
                              "there is no such column, or it is twice: %.*s",
                              LI_P(table->csv.fields[i]));
        }
        table->columns[i] = column;
        seen |= 1u << column;
    }
    table->column_count = table->csv.field_count;
    if ((seen & needed) != needed || table->csv.torn) {
        return LI_FAIL_AT(ctx, LI_E_SYNTAX, where,
                          "the first line must name the columns: code,parent,kind,name and as "
                          "wanted aliases,since,until,lon,lat");
    }
    return 0;
}

static int read_row(struct table *table)
{
    struct li_area_reader *reader = table->reader;
    struct li_area_row *row = li_area_row_new(reader);
    int r = 0;

    if (!row) {
        return -li_ctx_error(reader->ctx)->code;
    }
    if (table->csv.torn || table->csv.field_count != table->column_count) {
        li_area_reject(reader, row, table->csv.torn ? LI_AREA_FAULT_QUOTE : LI_AREA_FAULT_COLUMNS,
                       LI_S(""));
        return 0;
    }
    for (size_t i = 0; r == 0 && i < table->column_count; i++) {
        r = li_area_put(reader, row, table->columns[i], table->csv.fields[i]);
    }
    return r ? r : li_area_row_end(reader, row);
}

/* Lines, at least as many as rows. */
static size_t count_lines(struct li_str bytes)
{
    size_t count = 1;

    for (size_t i = 0; i < bytes.len; i++) {
        count += bytes.ptr[i] == '\n';
    }
    return count;
}

int li_area_read_csv(struct li_area_reader *reader)
{
    struct table table = {.reader = reader, .csv = {.rest = reader->bytes, .line = 1}};
    size_t lines = count_lines(reader->bytes);
    int r = read_heading(&table);

    if (r) {
        return r;
    }
    reader->cap = lines < LI_AREA_ROWS ? lines : LI_AREA_ROWS;
    reader->rows = li_alloc_array(reader->ctx, reader->cap, sizeof(*reader->rows));
    if (!reader->rows) {
        return -LI_E_NOMEM;
    }
    while (r == 0 && table.csv.rest.len > 0) {
        reader->line = table.csv.line;
        r = li_csv_row(reader->ctx, &table.csv);
        if (r == 0 && !li_csv_is_blank(&table.csv)) {
            r = read_row(&table);
        }
        if (reader->count % 4096 == 0) {
            li_area_progress(reader->file->watch, LI_AREA_READING,
                             reader->bytes.len - table.csv.rest.len, reader->bytes.len);
        }
    }
    if (r == 0) {
        li_area_progress(reader->file->watch, LI_AREA_READING, reader->bytes.len,
                         reader->bytes.len);
    }
    return r;
}
