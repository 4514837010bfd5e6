/* Tables of staffing as files: columns by their headings, rows as texts; see staffing.h. */
#include "base/csv.h"
#include "base/grow.h"
#include "people/inside.h"
#include "people/staffing.h"

const char *const li_staffing_names[LI_STAFFINGS] = {
    [LI_STAFFING_ROSTER] = "roster",
    [LI_STAFFING_ABSENCES] = "absences",
    [LI_STAFFING_SUBSTITUTES] = "substitutes",
    [LI_STAFFING_SECONDMENTS] = "secondments",
};

static const struct {
    const char *heading;
    enum li_staffing_column column;
} headings[] = {
    {"辖区", LI_STAFFING_AREA},       {"地点", LI_STAFFING_AREA},
    {"area", LI_STAFFING_AREA},       {"日期", LI_STAFFING_DATE},
    {"date", LI_STAFFING_DATE},       {"岗位", LI_STAFFING_POST},
    {"post", LI_STAFFING_POST},       {"姓名", LI_STAFFING_NAME},
    {"人员", LI_STAFFING_NAME},       {"name", LI_STAFFING_NAME},
    {"开始", LI_STAFFING_FROM},       {"from", LI_STAFFING_FROM},
    {"结束", LI_STAFFING_TO},         {"to", LI_STAFFING_TO},
    {"单位", LI_STAFFING_UNIT},       {"unit", LI_STAFFING_UNIT},
    {"替补", LI_STAFFING_SUBSTITUTE}, {"substitute", LI_STAFFING_SUBSTITUTE},
    {"原岗位", LI_STAFFING_HOME},     {"home", LI_STAFFING_HOME},
};

/* What a table cannot be read without. */
static const struct {
    const char *words;
    unsigned columns;
} needed[LI_STAFFINGS] = {
    [LI_STAFFING_ROSTER] = {"日期 岗位 姓名 (date post name)",
                            1 << LI_STAFFING_DATE | 1 << LI_STAFFING_POST | 1 << LI_STAFFING_NAME},
    [LI_STAFFING_ABSENCES] = {"姓名 结束 (name to)", 1 << LI_STAFFING_NAME | 1 << LI_STAFFING_TO},
    [LI_STAFFING_SUBSTITUTES] = {"姓名 岗位 替补 (name post substitute)",
                                 1 << LI_STAFFING_NAME | 1 << LI_STAFFING_POST |
                                     1 << LI_STAFFING_SUBSTITUTE},
    [LI_STAFFING_SECONDMENTS] = {"姓名 岗位 结束 (name post to)", 1 << LI_STAFFING_NAME |
                                                                      1 << LI_STAFFING_POST |
                                                                      1 << LI_STAFFING_TO},
};

#define NO_COLUMN LI_STAFFING_COLUMNS

static enum li_staffing_column column_of(struct li_str heading)
{
    for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++) {
        if (li_str_is(heading, headings[i].heading)) {
            return headings[i].column;
        }
    }
    return NO_COLUMN;
}

/* Columns that are named otherwise are the office's own and are passed over. */
static int read_heading(struct li_ctx *ctx, const char *name, struct li_csv *csv,
                        enum li_staffing kind, enum li_staffing_column columns[LI_CSV_FIELDS],
                        size_t *ret_count)
{
    unsigned seen = 0;
    int r = li_csv_row(ctx, csv);

    for (size_t i = 0; r == 0 && i < csv->field_count && i < LI_CSV_FIELDS; i++) {
        columns[i] = column_of(csv->fields[i]);
        if (columns[i] != NO_COLUMN && seen & 1U << columns[i]) {
            return LI_FAIL_AT(ctx, LI_E_SYNTAX, li_strf(ctx, "%s:1", name),
                              "the column %.*s stands there twice", LI_P(csv->fields[i]));
        }
        seen |= columns[i] == NO_COLUMN ? 0 : 1U << columns[i];
    }
    if (r == 0 && (seen & needed[kind].columns) != needed[kind].columns) {
        return LI_FAIL_AT(ctx, LI_E_SYNTAX, li_strf(ctx, "%s:1", name),
                          "表头要有 the heading needs: %s", needed[kind].words);
    }
    *ret_count = csv->field_count;
    return r;
}

static int read_rows(struct li_ctx *ctx, const char *name, struct li_csv *csv,
                     const enum li_staffing_column *columns, size_t width,
                     struct li_staffing_row **ret, size_t *ret_count)
{
    struct li_staffing_row *rows = NULL, *more;
    size_t count = 0, cap = 0;
    int r = 0, wrong = 0;

    while (r == 0 && csv->rest.len) {
        int line = csv->line;
        r = li_csv_row(ctx, csv);
        if (r || li_csv_is_blank(csv)) {
            continue;
        }
        if (count == LI_STAFFING_ROWS) {
            return LI_FAIL_AT(ctx, LI_E_LIMIT, li_str(name), "more than %d rows", LI_STAFFING_ROWS);
        }
        if (csv->torn || csv->field_count > width) {
            wrong = li_fault(ctx, LI_FAULT_COLUMNS, li_strf(ctx, "%s:%d", name, line), LI_S(""));
            continue;
        }
        more = li_grow(ctx, rows, count, &cap, sizeof(*rows));
        if (!more) {
            return -LI_E_NOMEM;
        }
        rows = more;
        rows[count] = (struct li_staffing_row){.line = line};
        for (size_t i = 0; i < csv->field_count && i < LI_CSV_FIELDS; i++) {
            if (columns[i] != NO_COLUMN) {
                rows[count].cells[columns[i]] = csv->fields[i];
            }
        }
        count++;
    }
    if (r == 0 && wrong == 0) {
        *ret = rows;
        *ret_count = count;
    }
    return r ? r : wrong;
}

int li_staffing_read(struct li_ctx *ctx, const char *name, struct li_str bytes,
                     enum li_staffing kind, struct li_staffing_row **ret, size_t *ret_count)
{
    enum li_staffing_column columns[LI_CSV_FIELDS];
    struct li_csv csv = {.line = 1};
    size_t width = 0;
    int r = li_csv_decode(ctx, li_str(name), bytes, &csv.rest);

    r = r ? r : read_heading(ctx, name, &csv, kind, columns, &width);
    return r ? r : read_rows(ctx, name, &csv, columns, width, ret, ret_count);
}
