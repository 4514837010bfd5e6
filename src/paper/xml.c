/* See xml.h. */
#include "paper/xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

static void free_doc(void *doc)
{
    xmlFreeDoc(doc);
}

int li_word_parse(struct li_ctx *ctx, struct li_str bytes, xmlDoc **ret)
{
    xmlDoc *doc = xmlReadMemory(bytes.ptr ? bytes.ptr : "", (int)bytes.len, "", NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

    if (!doc) {
        return -LI_E_INVALID;
    }
    if (li_arena_defer(ctx->arena, free_doc, doc)) {
        return -LI_E_NOMEM;
    }
    if (doc->intSubset || doc->extSubset || !xmlDocGetRootElement(doc)) {
        return -LI_E_INVALID;
    }
    *ret = doc;
    return 0;
}

bool li_word_is(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && node->ns &&
           strcmp((const char *)node->ns->href, LI_WORD_NS) == 0 &&
           strcmp((const char *)node->name, name) == 0;
}

xmlNode *li_word_next(xmlNode *node, const xmlNode *top, bool skip)
{
    if (!skip && node->children) {
        return node->children;
    }
    while (node != top && !node->next) {
        node = node->parent;
    }
    return node == top ? NULL : node->next;
}

xmlNode *li_word_first(xmlNode *top, const char *name)
{
    for (xmlNode *node = top; node; node = li_word_next(node, top, false)) {
        if (node != top && li_word_is(node, name)) {
            return node;
        }
    }
    return NULL;
}

struct li_str li_word_attribute(struct li_ctx *ctx, xmlNode *node, const char *name)
{
    xmlChar *value = xmlGetNsProp(node, (const xmlChar *)name, (const xmlChar *)LI_WORD_NS);
    struct li_str copy = value ? li_str_dup(ctx, li_str((const char *)value)) : LI_S("");

    xmlFree(value);
    return copy.ptr ? copy : LI_S("");
}

struct li_str li_word_text(struct li_ctx *ctx, xmlNode *top)
{
    struct li_buf *buf = li_buf_new(ctx, 0);

    for (xmlNode *node = top; buf && node; node = li_word_next(node, top, false)) {
        if (node->type == XML_TEXT_NODE && node->parent && li_word_is(node->parent, "t")) {
            li_buf_text(buf, (const char *)node->content);
        }
    }
    return !buf || buf->error ? (struct li_str){.ptr = NULL}
           : buf->len         ? li_buf_view(buf)
                              : LI_S("");
}
