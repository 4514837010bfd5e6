/*
 * A table of areas as CSV (RFC 4180, comma), with a heading.
 *
 * Everything that can be said of a row without the store is said here, with the
 * line it begins on, so that whoever keeps the file mends it in one go.  A quoted
 * field may run over lines.
 */
#include "area/inside.h"

#define MOST 64 /* columns of a heading */

struct table {
    struct li_area_reader *reader;
    struct li_str rest;
    int line;                          /* of the next byte */
    enum li_area_column columns[MOST]; /* of the heading */
    size_t column_count;
    struct li_str fields[MOST]; /* of the row */
    size_t field_count;
    bool torn; /* a quote of the row is out of place */
};

/* A quoted field behind its first quote, with "" as one. */
static int cut_quoted(struct table *table, struct li_str *ret)
{
    struct li_str in = table->rest;
    size_t end = 0, doubled = 0;

    while (end < in.len && (in.ptr[end] != '"' || (end + 1 < in.len && in.ptr[end + 1] == '"'))) {
        table->line += in.ptr[end] == '\n';
        doubled += in.ptr[end] == '"';
        end += in.ptr[end] == '"' ? 2 : 1;
    }
    table->torn |= end == in.len;
    *ret = li_str_n(in.ptr, end);
    if (doubled) {
        char *out = li_alloc(table->reader->ctx, end + 1);
        size_t len = 0;
        if (!out) {
            return -LI_E_NOMEM;
        }
        for (size_t i = 0; i < end; i++) {
            out[len++] = in.ptr[i];
            i += in.ptr[i] == '"';
        }
        *ret = li_str_n(out, len);
    }
    end += end < in.len;
    table->rest = li_str_n(in.ptr + end, in.len - end);
    return 0;
}

static struct li_str cut_plain(struct table *table)
{
    struct li_str in = table->rest;
    size_t end = 0;

    while (end < in.len && in.ptr[end] != ',' && in.ptr[end] != '\n') {
        table->torn |= in.ptr[end] == '"';
        end++;
    }
    table->rest = li_str_n(in.ptr + end, in.len - end);
    return li_str_n(in.ptr, end);
}

/* To the next field: false behind the last of the row. */
static bool next_field(struct table *table)
{
    struct li_str rest = table->rest;
    bool ended = rest.len == 0 || rest.ptr[0] == '\n';

    if (rest.len > 0) {
        table->line += rest.ptr[0] == '\n';
        table->rest = li_str_n(rest.ptr + 1, rest.len - 1);
    }
    return !ended;
}

/* The fields of a row; the rest begins with the next. */
static int cut_row(struct table *table)
{
    bool more = true;

    table->field_count = 0;
    table->torn = false;
    while (more) {
        struct li_str field;
        if (table->rest.len > 0 && table->rest.ptr[0] == '"') {
            table->rest = li_str_n(table->rest.ptr + 1, table->rest.len - 1);
            int r = cut_quoted(table, &field);
            if (r) {
                return r;
            }
            table->torn |= li_str_trim(cut_plain(table)).len > 0;
        } else {
            field = cut_plain(table);
        }
        if (table->field_count < MOST) {
            table->fields[table->field_count] = li_str_trim(field);
        }
        table->field_count++;
        more = next_field(table);
    }
    return 0;
}

static bool is_blank(const struct table *table)
{
    return table->field_count == 1 && table->fields[0].len == 0 && !table->torn;
}

static int read_heading(struct table *table)
{
    struct li_ctx *ctx = table->reader->ctx;
    struct li_str where = li_strf(ctx, "%s:1", table->reader->file->name);
    unsigned seen = 0, needed = 1u << LI_AREA_CODE | 1u << LI_AREA_PARENT | 1u << LI_AREA_KIND |
                                1u << LI_AREA_NAMED;
    int r = cut_row(table);

    if (r) {
        return r;
    }
    for (size_t i = 0; i < table->field_count && i < MOST; i++) {
        enum li_area_column column = li_area_column_of(table->fields[i]);
        if (column == LI_AREA_COLUMNS || seen >> column & 1u) {
            return LI_FAIL_AT(ctx, LI_E_SYNTAX, where,
                              "there is no such column, or it is twice: %.*s",
                              LI_P(table->fields[i]));
        }
        table->columns[i] = column;
        seen |= 1u << column;
    }
    table->column_count = table->field_count;
    if ((seen & needed) != needed || table->torn) {
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
    if (table->torn || table->field_count != table->column_count) {
        li_area_reject(reader, row, table->torn ? LI_AREA_FAULT_QUOTE : LI_AREA_FAULT_COLUMNS,
                       LI_S(""));
        return 0;
    }
    for (size_t i = 0; r == 0 && i < table->column_count; i++) {
        r = li_area_put(reader, row, table->columns[i], table->fields[i]);
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
    struct table table = {.reader = reader, .rest = reader->bytes, .line = 1};
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
    while (r == 0 && table.rest.len > 0) {
        reader->line = table.line;
        r = cut_row(&table);
        if (r == 0 && !is_blank(&table)) {
            r = read_row(&table);
        }
        if (reader->count % 4096 == 0) {
            li_area_progress(reader->file->watch, LI_AREA_READING,
                             reader->bytes.len - table.rest.len, reader->bytes.len);
        }
    }
    if (r == 0) {
        li_area_progress(reader->file->watch, LI_AREA_READING, reader->bytes.len,
                         reader->bytes.len);
    }
    return r;
}
