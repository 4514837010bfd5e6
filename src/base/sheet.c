/*
 * XLSX by libxlsxwriter; see sheet.h.
 *
 * The library writes to a path.  The path is that of a file in memory, so that a
 * register with telephone numbers leaves no file behind.
 */
#include "base/sheet.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/time.h"

#define NAME_MAX_LENGTH 31
#define TEXT_MAX_LENGTH 32767
#define DECIMALS        4

struct li_sheet {
    struct li_ctx *ctx;
    int fd; /* the file in memory; -1 */
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *date;
    lxw_format *numbers[DECIMALS];
    lxw_row_t row;
    lxw_col_t column;
    lxw_error error;
    char *text; /* the cell's, ended by NUL; malloc'ed */
    size_t room;
};

static void sheet_end(void *arg)
{
    struct li_sheet *sheet = arg;

    if (sheet->book)
        lxw_workbook_free(sheet->book);
    if (sheet->fd >= 0)
        close(sheet->fd);
    free(sheet->text);
    sheet->book = NULL;
    sheet->text = NULL;
    sheet->fd = -1;
}

/* The first `most` characters, ended by NUL; NULL without memory. */
static const char *terminated(struct li_sheet *sheet, struct li_str text, size_t most)
{
    size_t at = 0, count = 0;

    while (count < most && at < text.len && li_utf8_next(text, &at) >= 0)
        count++;
    if (at + 1 > sheet->room) {
        char *more = realloc(sheet->text, 2 * at + 64);

        if (!more) {
            sheet->error = LXW_ERROR_MEMORY_MALLOC_FAILED;
            return NULL;
        }
        sheet->text = more;
        sheet->room = 2 * at + 64;
    }
    if (at)
        memcpy(sheet->text, text.ptr, at);
    sheet->text[at] = '\0';
    return sheet->text;
}

static void note(struct li_sheet *sheet, lxw_error error)
{
    if (sheet->error == LXW_NO_ERROR)
        sheet->error = error;
}

/* What of a name Excel takes for a sheet. */
static const char *sheet_name(struct li_sheet *sheet, struct li_str name)
{
    const char *text = terminated(sheet, name, NAME_MAX_LENGTH);

    for (char *c = sheet->text; text && *c; c++) {
        if (strchr("[]:*?/\\'", *c))
            *c = ' ';
    }
    return text && *text ? text : "Sheet1";
}

/* A Chinese character is about two wide. */
static double title_width(struct li_str title)
{
    double width = 4;
    size_t at = 0;
    int32_t point;

    while ((point = li_utf8_next(title, &at)) >= 0)
        width += li_utf8_is_cjk(point) ? 2 : 1;
    return width < 10 ? 10 : width;
}

static void write_heading(struct li_sheet *sheet, const struct li_sheet_column *columns,
                          size_t count)
{
    lxw_format *bold = workbook_add_format(sheet->book);

    format_set_bold(bold);
    format_set_bottom(bold, LXW_BORDER_THIN);
    for (size_t i = 0; i < count; i++) {
        double width = columns[i].width ? columns[i].width : title_width(columns[i].title);
        const char *text = terminated(sheet, columns[i].title, TEXT_MAX_LENGTH);

        note(sheet, worksheet_set_column(sheet->sheet, (lxw_col_t)i, (lxw_col_t)i, width, NULL));
        if (text)
            note(sheet, worksheet_write_string(sheet->sheet, 0, (lxw_col_t)i, text, bold));
    }
    worksheet_freeze_panes(sheet->sheet, 1, 0);
    sheet->row = 1;
}

static void add_formats(struct li_sheet *sheet)
{
    static const char *const forms[DECIMALS] = {"0", "0.0", "0.00", "0.000"};

    sheet->date = workbook_add_format(sheet->book);
    format_set_num_format(sheet->date, "yyyy-mm-dd");
    for (int i = 0; i < DECIMALS; i++) {
        sheet->numbers[i] = workbook_add_format(sheet->book);
        format_set_num_format(sheet->numbers[i], forms[i]);
    }
}

/* No instant of making, or the same table would be other bytes each time. */
static void set_properties(struct li_sheet *sheet)
{
    lxw_doc_properties properties = {.created = 946684800};

    note(sheet, workbook_set_properties(sheet->book, &properties));
}

int li_sheet_new(struct li_ctx *ctx, struct li_str name, const struct li_sheet_column *columns,
                 size_t count, struct li_sheet **ret)
{
    struct li_sheet *sheet = li_alloc(ctx, sizeof(*sheet));
    lxw_workbook_options options = {.constant_memory = LXW_FALSE};
    char path[64];

    if (!sheet)
        return -LI_E_NOMEM;
    if (count == 0 || count > LI_SHEET_COLUMNS)
        return LI_FAIL(ctx, LI_E_LIMIT, "a sheet of %zu columns", count);
    sheet->ctx = ctx;
    sheet->fd = memfd_create("sheet", MFD_CLOEXEC);
    if (li_arena_defer(ctx->arena, sheet_end, sheet) != 0)
        return LI_FAIL(ctx, LI_E_NOMEM, "no room to defer a sheet");
    if (sheet->fd < 0)
        return LI_FAIL(ctx, LI_E_IO, "no file in memory for a sheet");
    snprintf(path, sizeof(path), "/proc/self/fd/%d", sheet->fd);
    sheet->book = workbook_new_opt(path, &options);
    if (!sheet->book)
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a sheet");
    sheet->sheet = workbook_add_worksheet(sheet->book, sheet_name(sheet, name));
    if (!sheet->sheet)
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a sheet");
    add_formats(sheet);
    set_properties(sheet);
    write_heading(sheet, columns, count);
    *ret = sheet;
    return 0;
}

void li_sheet_text(struct li_sheet *sheet, struct li_str text)
{
    const char *cell = text.len ? terminated(sheet, text, TEXT_MAX_LENGTH) : NULL;

    if (cell)
        note(sheet, worksheet_write_string(sheet->sheet, sheet->row, sheet->column, cell, NULL));
    sheet->column++;
}

void li_sheet_int(struct li_sheet *sheet, int64_t number, int decimals)
{
    static const double scales[DECIMALS] = {1, 10, 100, 1000};

    li_assert(decimals >= 0 && decimals < DECIMALS);
    note(sheet,
         worksheet_write_number(sheet->sheet, sheet->row, sheet->column,
                                (double)number / scales[decimals], sheet->numbers[decimals]));
    sheet->column++;
}

void li_sheet_date(struct li_sheet *sheet, int32_t day)
{
    struct li_civil civil = li_civil_at(li_day_start(day));
    lxw_datetime date = {.year = civil.year, .month = civil.month, .day = civil.day};

    note(sheet,
         worksheet_write_datetime(sheet->sheet, sheet->row, sheet->column, &date, sheet->date));
    sheet->column++;
}

void li_sheet_blank(struct li_sheet *sheet)
{
    sheet->column++;
}

void li_sheet_next(struct li_sheet *sheet)
{
    sheet->row++;
    sheet->column = 0;
}

/* What lies in the file in memory, in the arena. */
static int read_file(struct li_ctx *ctx, int fd, struct li_str *ret)
{
    struct stat stat;
    size_t size, done = 0;
    char *bytes;

    if (fstat(fd, &stat) != 0)
        return LI_FAIL(ctx, LI_E_IO, "the file of a sheet cannot be asked");
    size = (size_t)stat.st_size;
    bytes = li_alloc(ctx, size + 1);
    if (!bytes)
        return -LI_E_NOMEM;
    while (done < size) {
        ssize_t got = pread(fd, bytes + done, size - done, (off_t)done);

        if (got <= 0)
            return LI_FAIL(ctx, LI_E_IO, "the file of a sheet cannot be read");
        done += (size_t)got;
    }
    *ret = li_str_n(bytes, size);
    return 0;
}

int li_sheet_end(struct li_ctx *ctx, struct li_sheet *sheet, struct li_str *ret)
{
    lxw_workbook *book = sheet->book;
    lxw_error error;

    if (sheet->error == LXW_ERROR_MEMORY_MALLOC_FAILED)
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a sheet");
    if (sheet->error != LXW_NO_ERROR)
        return LI_FAIL(ctx, LI_E_LIMIT, "a sheet: %s", lxw_strerror(sheet->error));
    sheet->book = NULL; /* closing frees it, also when it fails */
    error = workbook_close(book);
    if (error != LXW_NO_ERROR)
        return LI_FAIL(ctx, LI_E_IO, "a sheet: %s", lxw_strerror(error));
    return read_file(ctx, sheet->fd, ret);
}
