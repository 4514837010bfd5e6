/*
 * A table of class codes as a file of tab-separated values.
 *
 * Only what needs the line's number is said here; what a row must be is said by
 * the command.
 */
#include "base/grow.h"
#include "contract/fault.h"
#include "record/code.h"

#define HEADING "scheme\tcode\tgroup\tgroup_en\tname\tname_en\tedition\tevidence"
#define COLUMNS 8

static struct li_str next_line(struct li_str *rest)
{
    struct li_str line = li_str_cut(rest, '\n');

    if (line.len > 0 && line.ptr[line.len - 1] == '\r') {
        line.len--;
    }
    return line;
}

static bool read_row(struct li_str line, struct li_code *ret)
{
    struct li_code row = {.since = 0};
    struct li_str *fields[COLUMNS] = {&row.scheme, &row.code,    &row.group,   &row.group_en,
                                      &row.name,   &row.name_en, &row.edition, &row.evidence};
    size_t count = 0;

    while (line.ptr) {
        struct li_str field = li_str_trim(li_str_cut(&line, '\t'));
        if (count < COLUMNS) {
            *fields[count] = field;
        }
        count++;
    }
    *ret = row;
    return count == COLUMNS;
}

static int take(struct li_ctx *ctx, const char *name, struct li_str rest, struct li_code **ret,
                size_t *ret_count)
{
    struct li_code *rows = NULL;
    size_t count = 0, cap = 0;
    int line = 1, r = 0;

    while (rest.ptr) {
        struct li_str text = next_line(&rest);
        line++;
        if (li_str_trim(text).len == 0) {
            continue;
        }
        if (count == LI_CODE_ROWS) {
            return LI_FAIL_AT(ctx, LI_E_LIMIT, li_str(name), "more than %d rows", LI_CODE_ROWS);
        }
        struct li_code *more = li_grow(ctx, rows, count, &cap, sizeof(*rows));
        if (!more) {
            return -LI_E_NOMEM;
        }
        rows = more;
        if (!read_row(text, &rows[count])) {
            r = li_fault(ctx, LI_FAULT_COLUMNS, li_strf(ctx, "%s:%d", name, line), LI_S(""));
        }
        rows[count++].line = line;
    }
    if (r == 0) {
        *ret = rows;
        *ret_count = count;
    }
    return r;
}

int li_code_read(struct li_ctx *ctx, const char *name, struct li_str bytes, struct li_code **ret,
                 size_t *ret_count)
{
    struct li_str rest = bytes;

    if (!li_utf8_valid(bytes)) {
        return LI_FAIL_AT(ctx, LI_E_SYNTAX, li_str(name), "the file is not UTF-8");
    }
    if (li_str_starts(rest, LI_S("\xef\xbb\xbf"))) {
        rest = li_str_n(rest.ptr + 3, rest.len - 3);
    }
    if (!rest.ptr || !li_str_is(next_line(&rest), HEADING)) {
        return LI_FAIL_AT(ctx, LI_E_SYNTAX, li_strf(ctx, "%s:1", name),
                          "the first line must be, separated by tabs, "
                          "scheme code group group_en name name_en edition evidence");
    }
    return take(ctx, name, rest, ret, ret_count);
}
