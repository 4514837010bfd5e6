/*
 * The house's own papers: data/papers/papers.yaml made into word-processing files,
 * after the habits of GB/T 9704 (red head over a red line, number, title, body, seal
 * and date on the right), A4.
 */
#include "base/asset.h"
#include "base/node.h"
#include "paper/inside.h"

#define WIDTH 8800 /* of a table, twentieths of a point */

static const char types[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types "
    "xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default "
    "Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/><Override "
    "PartName=\"/word/document.xml\" ContentType=\"application/"
    "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
static const char relations[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships "
    "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship "
    "Id=\"rId1\" "
    "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" "
    "Target=\"word/document.xml\"/></Relationships>";
static const char no_relations[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships "
    "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"/>";
static const char begins[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document "
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>";
static const char ends[] =
    "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1800\" w:right=\"1474\" "
    "w:bottom=\"1600\" w:left=\"1588\" w:header=\"851\" w:footer=\"992\" "
    "w:gutter=\"0\"/></w:sectPr></w:body></w:document>";

struct look {
    const char *align; /* "left", "center", "right" */
    int half;          /* size in half points */
    bool bold, red, rule, indent;
};

struct writing {
    struct li_buf *buf;
    const struct li_paper_kind *kind;
    bool zh;
};

/* A text is one word for both languages, or {zh, en}. */
static struct li_str said(const struct writing *writing, const struct li_node *node)
{
    return !node                   ? LI_S("")
           : node->kind == LI_TEXT ? node->text
                                   : li_node_text(node, writing->zh ? "zh" : "en");
}

static void put_paragraph(struct li_buf *buf, const struct look *look, struct li_str text)
{
    li_buf_text(buf, "<w:p><w:pPr>");
    if (look->rule) {
        li_buf_text(buf, "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"18\" w:space=\"1\" "
                         "w:color=\"FF0000\"/></w:pBdr>");
    }
    li_buf_fmt(buf, "<w:spacing w:line=\"360\" w:lineRule=\"auto\"/>%s<w:jc w:val=\"%s\"/></w:pPr>",
               look->indent ? "<w:ind w:firstLineChars=\"200\" w:firstLine=\"560\"/>" : "",
               look->align);
    li_buf_fmt(buf,
               "<w:r><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" "
               "w:eastAsia=\"%s\"/>%s%s<w:sz w:val=\"%d\"/></w:rPr>",
               look->half >= 40 ? "方正小标宋简体" : "仿宋", look->bold ? "<w:b/>" : "",
               look->red ? "<w:color w:val=\"FF0000\"/>" : "", look->half);
    for (struct li_str rest = text, first = text; rest.ptr;) {
        struct li_str line = li_str_cut(&rest, '\n');
        li_buf_text(buf, line.ptr == first.ptr ? "" : "<w:br/>");
        li_buf_text(buf, "<w:t xml:space=\"preserve\">");
        li_buf_html(buf, line);
        li_buf_text(buf, "</w:t>");
    }
    li_buf_text(buf, "</w:r></w:p>");
}

static void put_cell(struct li_buf *buf, int width, int span, bool bold, struct li_str text)
{
    const struct look look = {.align = bold ? "center" : "left", .half = 24, .bold = bold};

    li_buf_fmt(buf, "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/>", width);
    if (span > 1) {
        li_buf_fmt(buf, "<w:gridSpan w:val=\"%d\"/>", span);
    }
    li_buf_text(buf, "<w:vAlign w:val=\"center\"/></w:tcPr>");
    put_paragraph(buf, &look, text);
    li_buf_text(buf, "</w:tc>");
}

static void begin_table(struct li_buf *buf, int columns, const int *widths)
{
    static const char *const sides[] = {"top", "left", "bottom", "right", "insideH", "insideV"};

    li_buf_fmt(buf,
               "<w:tbl><w:tblPr><w:tblW w:w=\"%d\" w:type=\"dxa\"/><w:jc w:val=\"center\"/>"
               "<w:tblBorders>",
               WIDTH);
    for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
        li_buf_fmt(buf, "<w:%s w:val=\"single\" w:sz=\"6\" w:space=\"0\" w:color=\"000000\"/>",
                   sides[i]);
    }
    li_buf_text(buf, "</w:tblBorders></w:tblPr><w:tblGrid>");
    for (int i = 0; i < columns; i++) {
        li_buf_fmt(buf, "<w:gridCol w:w=\"%d\"/>", widths[i]);
    }
    li_buf_text(buf, "</w:tblGrid>");
}

/* Labels and what belongs to them, two to a row; the last cell takes what is left. */
static void put_table(const struct writing *writing, const struct li_node *rows)
{
    static const int widths[] = {1500, 2900, 1500, 2900};

    begin_table(writing->buf, 4, widths);
    for (size_t i = 0; i < rows->list.count; i++) {
        const struct li_node *row = rows->list.items[i];
        int left = 4;
        li_buf_text(writing->buf, "<w:tr>");
        for (size_t k = 0; k < row->list.count; k++, left--) {
            bool last = k + 1 == row->list.count;
            int width = 0;
            for (int n = 4 - left; n < (last ? 4 : 5 - left); n++) {
                width += widths[n];
            }
            put_cell(writing->buf, width, last ? left : 1, k % 2 == 0,
                     said(writing, row->list.items[k]));
        }
        li_buf_text(writing->buf, "</w:tr>");
    }
    li_buf_text(writing->buf, "</w:tbl>");
}

/* A heading and one row, which is repeated for each of the list. */
static void put_list(const struct writing *writing, const struct li_node *map)
{
    const struct li_node *parts[] = {li_node_get(map, "head"), li_node_get(map, "row")};
    int widths[8], columns = (int)parts[0]->list.count;

    li_assert(columns <= 8);
    for (int i = 0; i < columns; i++) {
        widths[i] = columns == 2 ? (i ? WIDTH - 2200 : 2200) : WIDTH / columns;
    }
    begin_table(writing->buf, columns, widths);
    for (int i = 0; i < 2; i++) {
        li_buf_text(writing->buf, "<w:tr>");
        for (int k = 0; k < columns; k++) {
            put_cell(writing->buf, widths[k], 1, i == 0, said(writing, parts[i]->list.items[k]));
        }
        li_buf_text(writing->buf, "</w:tr>");
    }
    li_buf_text(writing->buf, "</w:tbl>");
}

static void put_word(const struct writing *writing, struct li_str word)
{
    static const struct look head = {
        .align = "center", .half = 64, .bold = true, .red = true, .rule = true};
    static const struct look title = {.align = "center", .half = 44, .bold = true};
    static const struct look number = {.align = "center", .half = 28};
    static const struct look plain = {.align = "left", .half = 28};
    static const struct look seal = {.align = "right", .half = 28};

    if (li_str_is(word, "red")) {
        put_paragraph(writing->buf, &head, LI_S("{{office}}"));
    } else if (li_str_is(word, "number")) {
        put_paragraph(writing->buf, &number, LI_S("{{number}}"));
    } else if (li_str_is(word, "title")) {
        put_paragraph(writing->buf, &title,
                      writing->zh ? writing->kind->label.zh : writing->kind->label.en);
    } else if (li_str_is(word, "qr")) {
        put_paragraph(writing->buf, &plain, LI_S("{{qr}}"));
    } else if (li_str_is(word, "seal")) {
        put_paragraph(writing->buf, &seal, LI_S("{{office}}"));
        put_paragraph(writing->buf, &seal, writing->zh ? LI_S("（盖章）") : LI_S("(seal)"));
        put_paragraph(writing->buf, &seal, LI_S("{{today}}"));
    } else {
        put_paragraph(writing->buf, &plain, LI_S(""));
    }
}

static void put_line(const struct writing *writing, const struct li_node *line)
{
    static const struct look text = {.align = "left", .half = 28, .indent = true};
    static const struct look large = {.align = "center", .half = 72, .bold = true};

    if (line->kind == LI_TEXT) {
        put_word(writing, line->text);
    } else if (li_node_get(line, "table")) {
        put_table(writing, li_node_get(line, "table"));
        put_word(writing, LI_S("blank"));
    } else if (li_node_get(line, "list")) {
        put_list(writing, line);
        put_word(writing, LI_S("blank"));
    } else if (li_node_get(line, "large")) {
        put_paragraph(writing->buf, &large, said(writing, li_node_get(line, "large")));
    } else {
        put_paragraph(writing->buf, &text, said(writing, li_node_get(line, "text")));
    }
}

int li_paper_house(struct li_ctx *ctx, const struct li_paper_kind *kind, enum li_lang lang,
                   struct li_str *ret)
{
    const struct li_asset *asset = li_asset_find(LI_S("data/papers/papers.yaml"));
    struct writing writing = {.buf = li_buf_new(ctx, 0), .kind = kind, .zh = lang != LI_EN};
    struct li_archive_file files[] = {
        {LI_S("[Content_Types].xml"), li_str_n(types, sizeof(types) - 1)},
        {LI_S("_rels/.rels"), li_str_n(relations, sizeof(relations) - 1)},
        {LI_S("word/_rels/document.xml.rels"), li_str_n(no_relations, sizeof(no_relations) - 1)},
        {LI_S("word/document.xml"), {0}},
    };
    const struct li_node *body;
    struct li_node *root;
    int r = writing.buf && asset ? li_yaml_read(ctx, "data/papers/papers.yaml", asset->bytes, &root)
                                 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    body = li_node_get(li_node_get(li_node_get(root, "papers"), kind->name), "body");
    li_assert(body && body->kind == LI_LIST);
    li_buf_text(writing.buf, begins);
    for (size_t i = 0; i < body->list.count; i++) {
        put_line(&writing, body->list.items[i]);
    }
    li_buf_text(writing.buf, ends);
    r = li_buf_check(ctx, writing.buf);
    files[3].bytes = li_buf_view(writing.buf);
    return r ? r : li_archive_write(ctx, files, sizeof(files) / sizeof(files[0]), ret);
}
