/*
 * Tables of deadlines as a file: comma or tab separated, with a heading.
 *
 * Only what needs the line's number is said here; what a row must be is said by
 * the command.
 */
#include "base/grow.h"
#include "case/deadline.h"
#include "contract/fault.h"

#define COLUMNS 9
#define LARGEST INT64_C(10000000000) /* of a number */

static const char *const heading[COLUMNS] = {"table", "edition", "since",  "until", "stage",
                                             "class", "level",   "length", "of"};

static struct li_str next_line(struct li_str *rest)
{
    struct li_str line = li_str_cut(rest, '\n');

    if (line.len > 0 && line.ptr[line.len - 1] == '\r') {
        line.len--;
    }
    return line;
}

static size_t cut(struct li_str line, char gap, struct li_str fields[COLUMNS])
{
    size_t count = 0;

    while (line.ptr) {
        struct li_str field = li_str_trim(li_str_cut(&line, gap));

        if (field.len >= 2 && field.ptr[0] == '"' && field.ptr[field.len - 1] == '"') {
            field = li_str_n(field.ptr + 1, field.len - 2);
        }
        if (count < COLUMNS) {
            fields[count] = field;
        }
        count++;
    }
    return count;
}

struct reader {
    struct li_ctx *ctx;
    const char *name;
    int line;
    int result;
};

static void tell(struct reader *reader, enum li_fault_kind kind, const char *column,
                 const char *limit)
{
    struct li_str where = li_strf(reader->ctx, "%s:%d: %s", reader->name, reader->line, column);

    reader->result = where.ptr ? li_fault(reader->ctx, kind, where, li_str(limit)) : -LI_E_NOMEM;
}

static int32_t day_of(struct reader *reader, struct li_str text, const char *column,
                      int32_t otherwise)
{
    unsigned told = reader->ctx->error_count;
    int32_t day = otherwise;

    if (text.len && li_date_parse(reader->ctx, text, &day)) {
        reader->ctx->error_count = told;
        tell(reader, LI_FAULT_FORMAT, column, "2026-01-01");
    } else if (!text.len && otherwise == INT32_MIN) {
        tell(reader, LI_FAULT_REQUIRED, column, "");
    }
    return day;
}

static struct li_deadline read_row(struct reader *reader, const struct li_str *fields)
{
    struct li_deadline row = {.name = fields[0],
                              .edition = fields[1],
                              .stage = fields[4],
                              .class = fields[5],
                              .level = fields[6],
                              .line = reader->line};
    bool work = li_str_is(fields[8], "work"), yuan = li_str_is(fields[8], "yuan");
    unsigned told;

    row.since = day_of(reader, fields[2], "since", INT32_MIN);
    row.until = day_of(reader, fields[3], "until", INT32_MAX);
    if (yuan || li_str_is(fields[8], "number")) {
        if (!li_str_to_i64(fields[7], &row.number) || row.number < 0 || row.number > LARGEST) {
            tell(reader, LI_FAULT_FORMAT, "length", "800000");
        }
        row.number *= yuan ? 100 : 1;
        return row;
    }
    if (!work && !li_str_is(fields[8], "calendar")) {
        tell(reader, LI_FAULT_CHOICE, "of", "");
    }
    told = reader->ctx->error_count;
    if (li_length_parse(reader->ctx, fields[7], work ? LI_CLOCK_WORK : LI_CLOCK_CALENDAR,
                        &row.length)) {
        reader->ctx->error_count = told;
        tell(reader, LI_FAULT_FORMAT, "length", "5d");
    }
    return row;
}

static int take(struct reader *reader, struct li_str rest, char gap, struct li_deadline **ret,
                size_t *ret_count)
{
    struct li_deadline *rows = NULL, *more;
    struct li_str fields[COLUMNS];
    size_t count = 0, cap = 0;

    while (rest.ptr) {
        struct li_str text = next_line(&rest);

        reader->line++;
        if (li_str_trim(text).len == 0) {
            continue;
        }
        if (count == LI_DEADLINE_ROWS) {
            return LI_FAIL_AT(reader->ctx, LI_E_LIMIT, li_str(reader->name), "more than %d rows",
                              LI_DEADLINE_ROWS);
        }
        more = li_grow(reader->ctx, rows, count, &cap, sizeof(*rows));
        if (!more) {
            return -LI_E_NOMEM;
        }
        rows = more;
        if (cut(text, gap, fields) == COLUMNS) {
            rows[count++] = read_row(reader, fields);
        } else {
            tell(reader, LI_FAULT_COLUMNS, "", "");
        }
    }
    if (reader->result == 0) {
        *ret = rows;
        *ret_count = count;
    }
    return reader->result;
}

int li_deadline_read(struct li_ctx *ctx, const char *name, struct li_str bytes,
                     struct li_deadline **ret, size_t *ret_count)
{
    struct reader reader = {.ctx = ctx, .name = name, .line = 1};
    struct li_str rest = bytes, first, fields[COLUMNS];
    bool fits;
    char gap;

    if (!li_utf8_valid(bytes)) {
        return LI_FAIL_AT(ctx, LI_E_SYNTAX, li_str(name), "the file is not UTF-8");
    }
    if (li_str_starts(rest, LI_S("\xef\xbb\xbf"))) {
        rest = li_str_n(rest.ptr + 3, rest.len - 3);
    }
    first = rest.len ? next_line(&rest) : LI_S("");
    gap = memchr(first.ptr, '\t', first.len) ? '\t' : ',';
    fits = cut(first, gap, fields) == COLUMNS;
    for (size_t i = 0; fits && i < COLUMNS; i++) {
        fits = li_str_is(fields[i], heading[i]);
    }
    if (!fits) {
        return LI_FAIL_AT(ctx, LI_E_SYNTAX, li_strf(ctx, "%s:1", name),
                          "the first line must be "
                          "table,edition,since,until,stage,class,level,length,of");
    }
    return take(&reader, rest, gap, ret, ret_count);
}
