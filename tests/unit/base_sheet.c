/*
 * base/sheet: what is written opens again, with the texts, numbers and dates that
 * were put in, and nothing of a text is a formula.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base.h"
#include "base/sheet.h"
#include "base/time.h"

/* Says the sheet's name and, a line each, the rows; cells as TYPE:VALUE. */
static const char reader[] =
    "python3 -c '\n"
    "import sys, zipfile, xml.etree.ElementTree as E\n"
    "n = \"{http://schemas.openxmlformats.org/spreadsheetml/2006/main}\"\n"
    "z = zipfile.ZipFile(sys.argv[1])\n"
    "assert z.testzip() is None\n"
    "s = [\"\".join(t.text or \"\" for t in i.iter(n + \"t\"))\n"
    "     for i in E.fromstring(z.read(\"xl/sharedStrings.xml\"))]\n"
    "print(E.fromstring(z.read(\"xl/workbook.xml\")).find(f\".//{n}sheet\").get(\"name\"))\n"
    "for r in E.fromstring(z.read(\"xl/worksheets/sheet1.xml\")).iter(n + \"row\"):\n"
    "    assert not list(r.iter(n + \"f\"))\n"
    "    print(\"|\".join(c.get(\"r\") + \"=\" + (s[int(c.find(n + \"v\").text)]\n"
    "          if c.get(\"t\") == \"s\" else c.find(n + \"v\").text) for c in r))\n"
    "' ";

static void expect_rows(struct li_str bytes, const char *rows)
{
    char command[2048], said[1024] = "";
    int fd = memfd_create("sheet", 0);
    FILE *pipe;
    size_t len;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes.ptr, bytes.len), (ssize_t)bytes.len);
    snprintf(command, sizeof(command), "%s/proc/%d/fd/%d", reader, getpid(), fd);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    len = fread(said, 1, sizeof(said) - 1, pipe);
    said[len] = '\0';
    assert_int_equal(pclose(pipe), 0);
    close(fd);
    assert_string_equal(said, rows);
}

static struct li_str written(struct li_ctx *ctx)
{
    const struct li_sheet_column columns[] = {{.title = LI_S("名称")},
                                              {.title = LI_S("金额（元）"), .width = 12},
                                              {.title = LI_S("到期")}};
    struct li_sheet *sheet;
    struct li_str bytes;

    assert_int_equal(li_sheet_new(ctx, LI_S("台账/2026"), columns, 3, &sheet), 0);
    li_sheet_text(sheet, LI_S("=1+1 & <友谊>小区"));
    li_sheet_int(sheet, 14000050, 2);
    li_sheet_date(sheet, li_day_of(2026, 11, 22));
    li_sheet_next(sheet);
    li_sheet_blank(sheet);
    li_sheet_int(sheet, -3, 0);
    li_sheet_text(sheet, LI_S(""));
    li_sheet_next(sheet);
    assert_int_equal(li_sheet_end(ctx, sheet, &bytes), 0);
    return bytes;
}

static void opens_again(void **state)
{
    struct li_ctx *ctx = *state;

    expect_rows(written(ctx), "台账 2026\n"
                              "A1=名称|B1=金额（元）|C1=到期\n"
                              "A2==1+1 & <友谊>小区|B2=140000.5|C2=46348\n"
                              "B3=-3\n");
}

static void same_rows_same_bytes(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_str one = written(ctx), two = written(ctx);

    assert_int_equal(one.len, two.len);
    assert_memory_equal(one.ptr, two.ptr, one.len);
}

static void what_cannot_be_is_refused(void **state)
{
    struct li_ctx *ctx = *state;
    const struct li_sheet_column column = {.title = LI_S("a")};
    struct li_sheet *sheet;

    assert_int_equal(li_sheet_new(ctx, LI_S("a"), &column, 0, &sheet), -LI_E_LIMIT);
    assert_int_equal(li_sheet_new(ctx, LI_S(""), &column, 1, &sheet), 0);
    li_sheet_text(sheet, LI_S("left open: the arena closes it"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(opens_again),
        TEST(same_rows_same_bytes),
        TEST(what_cannot_be_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
