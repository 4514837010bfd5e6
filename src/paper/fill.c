/*
 * Filling a template: table rows first, then every paragraph.
 *
 * Word cuts a text into runs where it likes, also inside a placeholder.  So the texts
 * of a paragraph are read as one, a value goes where its placeholder begins, and what
 * is left of the placeholder in later runs is taken away: the formatting stays.
 */
#include "paper/xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#define RUNS 400 /* texts of a paragraph */

struct filling {
    struct li_ctx *ctx;
    const struct li_node *values;
    const struct li_node *row; /* of the repeated row being filled; NULL */
    struct li_str list;        /* whose row it is */
    bool has_qr;               /* a picture was put in */
};

static bool holds(struct li_str text, struct li_str part)
{
    return memmem(text.ptr, text.len, part.ptr, part.len) != NULL;
}

static struct li_str value_of(const struct filling *filling, struct li_str name)
{
    struct li_str prefix = filling->list;
    struct li_node *node;

    if (filling->row && name.len > prefix.len + 1 && li_str_starts(name, prefix) &&
        name.ptr[prefix.len] == '.') {
        node = li_node_get_str(filling->row,
                               li_str_n(name.ptr + prefix.len + 1, name.len - prefix.len - 1));
    } else {
        node = li_node_get_str(filling->values, name);
    }
    return node && node->kind == LI_TEXT ? node->text : LI_S("");
}

size_t li_paper_placeholder(struct li_str text, struct li_str *ret_name)
{
    ptrdiff_t end;

    if (!li_str_starts(text, LI_S("{{"))) {
        return 0;
    }
    for (end = 2; (size_t)end + 1 < text.len && end < 100; end++) {
        if (text.ptr[end] == '}' && text.ptr[end + 1] == '}') {
            *ret_name = li_str_trim(li_str_n(text.ptr + 2, (size_t)end - 2));
            return (size_t)end + 2;
        }
    }
    return 0;
}

/* ---- one paragraph ----------------------------------------------------------- */

/* A value of several lines: a break between them. */
static int set_lines(struct li_ctx *ctx, xmlNode *node, struct li_str text)
{
    struct li_str rest = text;
    xmlNode *at = node;

    xmlNodeSetContent(node, NULL);
    xmlNodeSetSpacePreserve(node, 1);
    for (bool first = true; rest.ptr; first = false) {
        struct li_str line = li_str_cut(&rest, '\n');
        if (!first) {
            xmlNode *gap = xmlNewNode(node->ns, (const xmlChar *)"br");
            at = gap ? xmlAddNextSibling(at, gap) : NULL;
            xmlNode *next = at ? xmlNewNode(node->ns, (const xmlChar *)"t") : NULL;
            at = next ? xmlAddNextSibling(at, next) : NULL;
            if (!at) {
                return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a paper");
            }
            xmlNodeSetSpacePreserve(at, 1);
        }
        xmlNodeAddContentLen(at, (const xmlChar *)line.ptr, (int)line.len);
    }
    return 0;
}

static size_t gather(xmlNode *paragraph, xmlNode **ret)
{
    size_t count = 0;
    xmlNode *node = li_word_next(paragraph, paragraph, false);

    for (; node && count < RUNS; node = li_word_next(node, paragraph, false)) {
        if (li_word_is(node, "t")) {
            ret[count++] = node;
        }
    }
    return count;
}

static const char drawing[] =
    "<w:r xmlns:w=\"" LI_WORD_NS "\"><w:drawing><wp:inline "
    "xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" "
    "distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"1080000\" cy=\"1080000\"/>"
    "<wp:docPr id=\"901\" name=\"qr\"/>"
    "<a:graphic xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><a:graphicData "
    "uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic "
    "xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:nvPicPr>"
    "<pic:cNvPr id=\"901\" name=\"qr\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip "
    "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" "
    "r:embed=\"rIdLinliQr\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>"
    "<a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"1080000\" cy=\"1080000\"/></a:xfrm>"
    "<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>"
    "</a:graphic></wp:inline></w:drawing></w:r>";

static int put_qr(struct filling *filling, xmlNode *paragraph)
{
    xmlNode *list = NULL;

    if (!value_of(filling, LI_S("qr")).len) {
        return 0;
    }
    if (xmlParseInNodeContext(paragraph, drawing, sizeof(drawing) - 1, 0, &list) || !list) {
        return LI_FAIL(filling->ctx, LI_E_NOMEM, "no memory for a picture");
    }
    xmlAddChildList(paragraph, list);
    filling->has_qr = true;
    return 0;
}

static int fill_paragraph(struct filling *filling, xmlNode *paragraph)
{
    struct li_ctx *ctx = filling->ctx;
    xmlNode *texts[RUNS];
    size_t count = gather(paragraph, texts), done = 0;
    struct li_str all = li_word_text(ctx, paragraph), name;
    bool qr = false;
    int r = 0;

    if (!all.ptr) {
        return -LI_E_NOMEM;
    }
    if (!holds(all, LI_S("{{")) || count == RUNS) {
        return 0;
    }
    for (size_t i = 0, end = 0; r == 0 && i < count; i++) {
        struct li_buf *buf = li_buf_new(ctx, 0);
        xmlChar *content = xmlNodeGetContent(texts[i]);
        size_t begin = end, at;
        end = begin + strlen((const char *)content);
        xmlFree(content);
        for (at = begin > done ? begin : done; buf && at < end;) {
            size_t length = li_paper_placeholder(li_str_n(all.ptr + at, all.len - at), &name);
            if (!length) {
                li_buf_char(buf, all.ptr[at++]);
                continue;
            }
            qr = qr || li_str_is(name, "qr");
            li_buf_str(buf, li_str_is(name, "qr") ? LI_S("") : value_of(filling, name));
            at += length;
        }
        done = at > done ? at : done;
        r = buf ? li_buf_check(ctx, buf) : -LI_E_NOMEM;
        r = r ? r : set_lines(ctx, texts[i], buf->len ? li_buf_view(buf) : LI_S(""));
    }
    return r || !qr ? r : put_qr(filling, paragraph);
}

static int fill_paragraphs(struct filling *filling, xmlNode *top)
{
    int r = 0;

    for (xmlNode *node = top, *next; r == 0 && node; node = next) {
        bool is = li_word_is(node, "p");
        next = li_word_next(node, top, is);
        if (is) {
            r = fill_paragraph(filling, node);
        }
    }
    return r;
}

/* ---- repeated rows ------------------------------------------------------------ */

/* The list a table row is of: it names {{LIST.NAME}} of a list among the values. */
static const struct li_node *list_of(const struct filling *filling, struct li_str text,
                                     struct li_str *ret_name)
{
    const struct li_node *values = filling->values;

    for (size_t i = 0; i < values->map.count; i++) {
        struct li_str mark = li_strf(filling->ctx, "{{%.*s.", LI_P(values->map.items[i].key));
        if (values->map.items[i].value->kind == LI_LIST && mark.ptr && holds(text, mark)) {
            *ret_name = values->map.items[i].key;
            return values->map.items[i].value;
        }
    }
    return NULL;
}

/* A table of which only its heading is left says nothing. */
static void drop_heading(xmlNode *table)
{
    size_t rows = 0;

    for (const xmlNode *node = table->children; node; node = node->next) {
        rows += li_word_is(node, "tr");
    }
    if (rows <= 1) {
        xmlUnlinkNode(table);
        xmlFreeNode(table);
    }
}

static int repeat_row(struct filling *filling, xmlNode *row, const struct li_node *list,
                      struct li_str name)
{
    xmlNode *table = row->parent;
    int r = 0;

    filling->list = name;
    for (size_t i = 0; r == 0 && i < list->list.count; i++) {
        xmlNode *copy = xmlDocCopyNode(row, row->doc, 1);
        if (!copy) {
            return LI_FAIL(filling->ctx, LI_E_NOMEM, "no memory for a paper");
        }
        xmlAddPrevSibling(row, copy);
        filling->row = list->list.items[i];
        r = fill_paragraphs(filling, copy);
    }
    filling->row = NULL;
    xmlUnlinkNode(row);
    xmlFreeNode(row);
    if (list->list.count == 0 && li_word_is(table, "tbl")) {
        drop_heading(table);
    }
    return r;
}

static int fill_rows(struct filling *filling, xmlNode *top)
{
    int r = 0;

    for (xmlNode *node = top, *next; r == 0 && node; node = next) {
        bool is = li_word_is(node, "tr") && !li_word_first(node, "tr");
        next = li_word_next(node, top, is);
        if (is) {
            struct li_str name, text = li_word_text(filling->ctx, node);
            const struct li_node *list = text.ptr ? list_of(filling, text, &name) : NULL;
            r = !text.ptr ? -LI_E_NOMEM : list ? repeat_row(filling, node, list, name) : 0;
        }
    }
    return r;
}

/* ---- the file ----------------------------------------------------------------- */

static int write_doc(struct li_ctx *ctx, xmlDoc *doc, struct li_str *ret)
{
    xmlChar *bytes = NULL;
    int len = 0;

    xmlDocDumpMemoryEnc(doc, &bytes, &len, "UTF-8");
    struct li_str copy =
        bytes ? li_str_dup(ctx, li_str_n((const char *)bytes, (size_t)len)) : LI_S("");

    xmlFree(bytes);
    if (!copy.len) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a paper");
    }
    *ret = copy;
    return 0;
}

/* Adds an element to the root of a file of the package. */
static int add_line(struct li_ctx *ctx, struct li_archive_file *file, const char *name,
                    const char *const *attributes)
{
    xmlDoc *doc;
    xmlNode *root, *line;
    int r = li_word_parse(ctx, file->bytes, &doc);

    if (r) {
        return r;
    }
    root = xmlDocGetRootElement(doc);
    line = xmlNewChild(root, root->ns, (const xmlChar *)name, NULL);
    for (size_t i = 0; line && attributes[i]; i += 2) {
        xmlNewProp(line, (const xmlChar *)attributes[i], (const xmlChar *)attributes[i + 1]);
    }
    return line ? write_doc(ctx, doc, &file->bytes) : -LI_E_NOMEM;
}

static int add_picture(struct filling *filling, struct li_archive_file *files, size_t *count)
{
    static const char *const relation[] = {
        "Id",     "rIdLinliQr",
        "Type",   "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image",
        "Target", "media/linli-qr.bmp",
        NULL,
    };
    static const char *const type[] = {"Extension", "bmp", "ContentType", "image/bmp", NULL};
    struct li_ctx *ctx = filling->ctx;
    int relations = li_archive_find(files, *count, "word/_rels/document.xml.rels");
    int types = li_archive_find(files, *count, "[Content_Types].xml");
    int r = relations < 0 || types < 0 ? -LI_E_INVALID
                                       : add_line(ctx, &files[relations], "Relationship", relation);

    r = r ? r : add_line(ctx, &files[types], "Default", type);
    r = r ? r : li_paper_qr(ctx, value_of(filling, LI_S("qr")), &files[*count].bytes);
    if (r == 0) {
        files[(*count)++].name = LI_S("word/media/linli-qr.bmp");
    }
    return r;
}

int li_paper_fill(struct li_ctx *ctx, struct li_str docx, const struct li_node *values,
                  struct li_str *ret)
{
    struct filling filling = {.ctx = ctx, .values = values};
    struct li_archive_file *read, *files;
    size_t count;
    xmlDoc *doc = NULL;
    int r = li_archive_read(ctx, docx, &read, &count), main;

    if (r) {
        return r;
    }
    files = li_alloc_array(ctx, count + 1, sizeof(*files));
    if (!files) {
        return -LI_E_NOMEM;
    }
    memcpy(files, read, count * sizeof(*files));
    main = li_archive_find(files, count, "word/document.xml");
    r = main < 0 ? -LI_E_INVALID : li_word_parse(ctx, files[main].bytes, &doc);
    r = r ? r : fill_rows(&filling, xmlDocGetRootElement(doc));
    r = r ? r : fill_paragraphs(&filling, xmlDocGetRootElement(doc));
    r = r ? r : write_doc(ctx, doc, &files[main].bytes);
    if (r == 0 && filling.has_qr) {
        r = add_picture(&filling, files, &count);
    }
    return r ? r : li_archive_write(ctx, files, count, ret);
}
