/*
 * A table of areas as a CSV file.
 *
 * Everything that can be said of a row without the store is said here, with the
 * line, so that whoever keeps the file mends it in one go.  Not a reader for any
 * CSV: the columns are fixed and no field runs over a line's end.
 */
#include "area/inside.h"

#define COLUMNS 4

struct reader {
    struct li_ctx *ctx;
    const char *name;
    int line;
    int status; /* the first trouble; reading goes on */
};

static void tell(struct reader *reader, const char *text)
{
    struct li_str where = li_strf(reader->ctx, "%s:%d", reader->name, reader->line);

    reader->status = -LI_E_INVALID;
    if (reader->ctx->error_count < LI_ERRORS_MAX) {
        LI_FAIL_AT(reader->ctx, LI_E_INVALID, where, "%s", text);
    }
}

/* A quoted field behind its first quote; false without an end. */
static bool cut_quoted(struct li_ctx *ctx, struct li_str *rest, struct li_str *ret)
{
    char *out = li_alloc(ctx, rest->len + 1);
    size_t len = 0, i = 0;

    if (!out) {
        return false;
    }
    for (; i < rest->len; i++) {
        if (rest->ptr[i] == '"') {
            if (i + 1 >= rest->len || rest->ptr[i + 1] != '"') {
                break;
            }
            i++;
        }
        out[len++] = rest->ptr[i];
    }
    if (i == rest->len || (i + 1 < rest->len && rest->ptr[i + 1] != ',')) {
        return false;
    }
    *ret = li_str_n(out, len);
    i++;
    *rest = i < rest->len ? li_str_n(rest->ptr + i + 1, rest->len - i - 1) : (struct li_str){0};
    return true;
}

/* The fields of a line; -1 when a quote is out of place. */
static int split(struct li_ctx *ctx, struct li_str line, struct li_str fields[COLUMNS])
{
    int count = 0;

    while (line.ptr) {
        struct li_str field;
        if (line.len > 0 && line.ptr[0] == '"') {
            line.ptr++;
            line.len--;
            if (!cut_quoted(ctx, &line, &field)) {
                return -1;
            }
        } else {
            field = li_str_cut(&line, ',');
            if (li_str_find(field, '"') >= 0) {
                return -1;
            }
        }
        if (count < COLUMNS) {
            fields[count] = li_str_trim(field);
        }
        count++;
    }
    return count;
}

static void read_row(struct reader *reader, struct li_str line, struct li_area *areas,
                     size_t *count)
{
    struct li_str fields[COLUMNS] = {0};
    int found = split(reader->ctx, line, fields);
    struct li_area row = {
        .code = fields[0], .parent = fields[1], .kind = fields[2], .name = fields[3]};
    const struct li_area_fault *fault;

    if (found < 0) {
        tell(reader, "a quote is out of place");
        return;
    }
    if (found != COLUMNS) {
        tell(reader, "four columns are expected: code,parent,kind,name");
        return;
    }
    fault = li_area_row_fault(&row);
    if (fault) {
        tell(reader, fault->text);
        return;
    }
    areas[(*count)++] = row;
}

/* A line without its end; empty with ptr NULL behind the last. */
static struct li_str next_line(struct reader *reader, struct li_str *rest)
{
    struct li_str line = li_str_cut(rest, '\n');

    reader->line++;
    if (line.len > 0 && line.ptr[line.len - 1] == '\r') {
        line.len--;
    }
    return line;
}

static size_t count_lines(struct li_str bytes)
{
    size_t count = 1;

    for (size_t i = 0; i < bytes.len; i++) {
        count += bytes.ptr[i] == '\n';
    }
    return count;
}

int li_area_read_csv(struct li_ctx *ctx, const char *name, struct li_str bytes,
                     struct li_area **ret, size_t *ret_count)
{
    struct reader reader = {.ctx = ctx, .name = name};
    struct li_str rest = bytes;
    struct li_area *areas;
    size_t lines = count_lines(bytes), count = 0;

    if (!li_utf8_valid(bytes)) {
        return LI_FAIL_AT(ctx, LI_E_SYNTAX, li_str(name), "the file is not UTF-8");
    }
    if (lines > LI_AREA_ROWS + 2) {
        return LI_FAIL_AT(ctx, LI_E_LIMIT, li_str(name), "more than %d rows", LI_AREA_ROWS);
    }
    if (li_str_starts(rest, LI_S("\xef\xbb\xbf"))) {
        rest = li_str_n(rest.ptr + 3, rest.len - 3);
    }
    if (!rest.ptr || !li_str_is(li_str_trim(next_line(&reader, &rest)), "code,parent,kind,name")) {
        return LI_FAIL_AT(ctx, LI_E_SYNTAX, li_strf(ctx, "%s:1", name),
                          "the first line must be code,parent,kind,name");
    }
    areas = li_alloc_array(ctx, lines, sizeof(*areas));
    if (!areas) {
        return -LI_E_NOMEM;
    }
    while (rest.ptr) {
        struct li_str line = next_line(&reader, &rest);
        if (li_str_trim(line).len > 0) {
            read_row(&reader, line, areas, &count);
        }
    }
    if (reader.status == 0) {
        *ret = areas;
        *ret_count = count;
    }
    return reader.status;
}
