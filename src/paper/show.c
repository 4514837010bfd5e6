/*
 * What a filled paper shows, for the page to print: paragraphs and tables in order,
 * with a class for each look the page knows.  A paper with more than that (columns,
 * text boxes) is printed from its .docx.
 */
#include "paper/xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

static int put_text(struct li_ctx *ctx, struct li_node *map, const char *key, struct li_str text)
{
    struct li_node *node = text.ptr ? li_node_new_text(ctx, text) : NULL;

    return node ? li_node_put(ctx, map, li_str(key), node) : -LI_E_NOMEM;
}

static int put_flag(struct li_ctx *ctx, struct li_node *map, const char *key, bool flag)
{
    struct li_node *node = li_node_new_bool(ctx, flag);

    return node ? li_node_put(ctx, map, li_str(key), node) : -LI_E_NOMEM;
}

static struct li_node *put_list(struct li_ctx *ctx, struct li_node *map, const char *key)
{
    struct li_node *list = li_node_new_list(ctx);

    return list && li_node_put(ctx, map, li_str(key), list) == 0 ? list : NULL;
}

static struct li_node *item(struct li_ctx *ctx, struct li_node *list)
{
    struct li_node *map = list ? li_node_new_map(ctx) : NULL;

    return map && li_node_push(ctx, list, map) == 0 ? map : NULL;
}

/* "paper-center paper-large paper-red": how a paragraph looks. */
static struct li_str class_of(struct li_ctx *ctx, xmlNode *paragraph)
{
    xmlNode *align = li_word_first(paragraph, "jc"), *size = li_word_first(paragraph, "sz");
    xmlNode *colour = li_word_first(paragraph, "color"), *bold = li_word_first(paragraph, "b");
    xmlNode *rule = li_word_first(paragraph, "pBdr");
    struct li_str where = align ? li_word_attribute(ctx, align, "val") : LI_S("");
    struct li_str hue = colour ? li_word_attribute(ctx, colour, "val") : LI_S("");
    int64_t half = 0;

    if (size && !li_str_to_i64(li_word_attribute(ctx, size, "val"), &half)) {
        half = 0;
    }
    return li_strf(ctx, "%s%s%s%s%s",
                   li_str_is(where, "center")                             ? "paper-center "
                   : li_str_is(where, "right") || li_str_is(where, "end") ? "paper-right "
                                                                          : "",
                   half >= 60   ? "paper-head "
                   : half >= 40 ? "paper-title "
                   : half >= 30 ? "paper-large "
                                : "",
                   li_str_is(hue, "FF0000") ? "paper-red " : "", bold ? "paper-bold " : "",
                   rule ? "paper-rule" : "");
}

/* Its lines: a break begins another one. */
static int put_lines(struct li_ctx *ctx, struct li_node *map, xmlNode *paragraph)
{
    struct li_node *lines = put_list(ctx, map, "lines"), *line;
    struct li_buf *buf = li_buf_new(ctx, 0);
    int r = lines && buf ? 0 : -LI_E_NOMEM;

    for (xmlNode *node = paragraph; r == 0 && node; node = li_word_next(node, paragraph, false)) {
        if (node->type == XML_TEXT_NODE && node->parent && li_word_is(node->parent, "t")) {
            li_buf_text(buf, (const char *)node->content);
        } else if (li_word_is(node, "br")) {
            line = item(ctx, lines);
            r = line ? put_text(ctx, line, "text",
                                li_str_dup(ctx, buf->len ? li_buf_view(buf) : LI_S("")))
                     : -LI_E_NOMEM;
            li_buf_reset(buf);
        }
    }
    line = r ? NULL : item(ctx, lines);
    return line ? put_text(ctx, line, "text",
                           li_str_dup(ctx, buf->len ? li_buf_view(buf) : LI_S("")))
                : -LI_E_NOMEM;
}

static bool is_empty(xmlNode *paragraph)
{
    for (xmlNode *node = paragraph; node; node = li_word_next(node, paragraph, false)) {
        if (li_word_is(node, "br") || li_word_is(node, "drawing") ||
            (node->type == XML_TEXT_NODE && node->parent && li_word_is(node->parent, "t"))) {
            return false;
        }
    }
    return true;
}

/* Word wants a paragraph behind a table; where it says nothing it takes no room on paper. */
static bool is_thin(xmlNode *paragraph)
{
    xmlNode *before = xmlPreviousElementSibling(paragraph);

    return before && li_word_is(before, "tbl") && is_empty(paragraph);
}

static int put_paragraph(struct li_ctx *ctx, struct li_node *list, xmlNode *paragraph)
{
    struct li_node *map = item(ctx, list);
    int r = map ? put_flag(ctx, map, "is_table", false) : -LI_E_NOMEM;

    r = r ? r : put_flag(ctx, map, "is_qr", li_word_first(paragraph, "drawing") != NULL);
    r = r ? r
          : put_text(ctx, map, "class",
                     is_thin(paragraph) ? LI_S("paper-thin") : class_of(ctx, paragraph));
    return r ? r : put_lines(ctx, map, paragraph);
}

static int put_cell(struct li_ctx *ctx, struct li_node *cells, xmlNode *cell)
{
    struct li_node *map = item(ctx, cells);
    xmlNode *span = li_word_first(cell, "gridSpan");
    struct li_node *list = map ? put_list(ctx, map, "paragraphs") : NULL;
    struct li_str width = span ? li_word_attribute(ctx, span, "val") : LI_S("1");
    int r = list ? put_text(ctx, map, "span", width.len ? width : LI_S("1")) : -LI_E_NOMEM;

    for (xmlNode *node = cell->children; r == 0 && node; node = node->next) {
        if (li_word_is(node, "p")) {
            r = put_paragraph(ctx, list, node);
        }
    }
    return r;
}

static int put_table(struct li_ctx *ctx, struct li_node *list, xmlNode *table)
{
    struct li_node *map = item(ctx, list);
    struct li_node *rows = map ? put_list(ctx, map, "rows") : NULL;
    int r = rows ? put_flag(ctx, map, "is_table", true) : -LI_E_NOMEM;

    for (xmlNode *row = table->children; r == 0 && row; row = row->next) {
        struct li_node *line = li_word_is(row, "tr") ? item(ctx, rows) : NULL;
        struct li_node *cells = line ? put_list(ctx, line, "cells") : NULL;
        for (xmlNode *cell = row->children; r == 0 && cells && cell; cell = cell->next) {
            r = li_word_is(cell, "tc") ? put_cell(ctx, cells, cell) : 0;
        }
    }
    return r;
}

int li_paper_blocks(struct li_ctx *ctx, struct li_str docx, struct li_node **ret)
{
    struct li_node *list = li_node_new_list(ctx);
    struct li_archive_file *files;
    size_t count;
    xmlNode *body;
    xmlDoc *doc;
    int r = list ? li_archive_read(ctx, docx, &files, &count) : -LI_E_NOMEM;
    int main = r ? -1 : li_archive_find(files, count, "word/document.xml");

    r = r ? r : main < 0 ? -LI_E_INVALID : li_word_parse(ctx, files[main].bytes, &doc);
    if (r) {
        return r;
    }
    body = li_word_first(xmlDocGetRootElement(doc), "body");
    for (xmlNode *node = body ? body->children : NULL; r == 0 && node; node = node->next) {
        if (li_word_is(node, "p")) {
            r = put_paragraph(ctx, list, node);
        } else if (li_word_is(node, "tbl")) {
            r = put_table(ctx, list, node);
        }
    }
    if (r == 0) {
        *ret = list;
    }
    return r;
}
