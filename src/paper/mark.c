/* The placeholders a template names, for whoever says which of them mean something. */
#include "base/grow.h"
#include "paper/xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#define MOST 1000 /* of a template */

struct marks {
    struct li_ctx *ctx;
    struct li_paper_mark *all;
    size_t count, room;
};

static int add(struct marks *marks, struct li_paper_mark mark)
{
    struct li_paper_mark *all;

    for (size_t i = 0; i < marks->count; i++) {
        if (li_str_eq(marks->all[i].name, mark.name) && marks->all[i].in_row == mark.in_row &&
            marks->all[i].open == mark.open) {
            return 0;
        }
    }
    if (marks->count == MOST) {
        return -LI_E_INVALID;
    }
    all = li_grow(marks->ctx, marks->all, marks->count, &marks->room, sizeof(*all));
    if (!all) {
        return -LI_E_NOMEM;
    }
    marks->all = all;
    all[marks->count++] = mark;
    return 0;
}

static bool is_in_row(const xmlNode *node)
{
    for (; node; node = node->parent) {
        if (li_word_is(node, "tr")) {
            return true;
        }
    }
    return false;
}

/* A few characters behind what was never closed: enough to find it by. */
static struct li_str beginning(struct li_str text)
{
    size_t len = text.len < 24 ? text.len : 24;

    while (len < text.len && len > 0 && ((unsigned char)text.ptr[len] & 0xC0) == 0x80) {
        len--;
    }
    return li_str_n(text.ptr, len);
}

static int read_paragraph(struct marks *marks, xmlNode *paragraph)
{
    struct li_str text = li_word_text(marks->ctx, paragraph);
    struct li_paper_mark mark = {.in_row = is_in_row(paragraph)};
    size_t at = 0;
    int r = text.ptr ? 0 : -LI_E_NOMEM;

    while (r == 0 && at + 1 < text.len) {
        struct li_str rest = li_str_n(text.ptr + at, text.len - at);
        size_t length = li_paper_placeholder(rest, &mark.name);
        mark.open = !length && li_str_starts(rest, LI_S("{{"));
        if (mark.open) {
            mark.name = beginning(rest);
            length = 2;
        }
        r = length ? add(marks, mark) : 0;
        at += length ? length : 1;
    }
    return r;
}

int li_paper_marks(struct li_ctx *ctx, struct li_str docx, struct li_paper_mark **ret,
                   size_t *ret_count)
{
    struct marks marks = {.ctx = ctx};
    struct li_archive_file *files;
    size_t count;
    xmlNode *top = NULL;
    xmlDoc *doc;
    int r = docx.len > LI_PAPER_BYTES ? -LI_E_INVALID : li_archive_read(ctx, docx, &files, &count);
    int main = r ? -1 : li_archive_find(files, count, "word/document.xml");

    r = r ? r : main < 0 ? -LI_E_INVALID : li_word_parse(ctx, files[main].bytes, &doc);
    if (r == 0) {
        top = xmlDocGetRootElement(doc);
    }
    for (xmlNode *node = top; r == 0 && node; node = li_word_next(node, top, false)) {
        if (li_word_is(node, "p")) {
            r = read_paragraph(&marks, node);
        }
    }
    if (r == 0) {
        *ret = marks.all;
        *ret_count = marks.count;
    }
    return r;
}
