/* Answers of Open311: one tree, as JSON or as XML. */
#include <libxml/xmlwriter.h>

#include "base/log.h"
#include "contract/fault.h"
#include "serve/inside.h"
#include "serve/open311/open311.h"

static bool wants_xml(const struct li_request *request)
{
    return li_str_ends(request->path, LI_S(".xml"));
}

/* ---- XML --------------------------------------------------------------------- */

/* A list's items bear its name in the singular. */
static void item_name(const char *name, char ret[32])
{
    size_t len = strlen(name);

    li_assert(len > 1 && len < 32);
    memcpy(ret, name, len - 1);
    ret[len - 1] = '\0';
}

static bool write_text(xmlTextWriterPtr writer, const struct li_node *node)
{
    switch (node->kind) {
    case LI_TEXT: {
        xmlChar *text = xmlStrndup((const xmlChar *)node->text.ptr, (int)node->text.len);
        bool written = text && xmlTextWriterWriteString(writer, text) >= 0;
        xmlFree(text);
        return written;
    }
    case LI_BOOL:
        return xmlTextWriterWriteString(writer, BAD_CAST(node->flag ? "true" : "false")) >= 0;
    case LI_INT:
        return xmlTextWriterWriteFormatString(writer, "%lld", (long long)node->number) >= 0;
    case LI_REAL:
        return xmlTextWriterWriteFormatString(writer, "%.7f", node->real) >= 0;
    default:
        return true;
    }
}

static bool write_node(xmlTextWriterPtr writer, const char *name, const char *item,
                       const struct li_node *node)
{
    char own[32];
    bool written = xmlTextWriterStartElement(writer, BAD_CAST name) >= 0;

    if (node->kind == LI_MAP) {
        for (size_t i = 0; written && i < node->map.count; i++) {
            const struct li_member *member = &node->map.items[i];
            char key[32];
            li_assert(member->key.len < sizeof(key));
            snprintf(key, sizeof(key), "%.*s", LI_P(member->key));
            written = write_node(writer, key, NULL, member->value);
        }
    } else if (node->kind == LI_LIST) {
        if (!item) {
            item_name(name, own);
            item = own;
        }
        for (size_t i = 0; written && i < node->list.count; i++) {
            written = write_node(writer, item, NULL, node->list.items[i]);
        }
    } else {
        written = written && write_text(writer, node);
    }
    return written && xmlTextWriterEndElement(writer) >= 0;
}

static int render_xml(struct li_request *request, const struct li_node *tree, const char *root,
                      const char *item)
{
    xmlBufferPtr bytes = xmlBufferCreate();
    xmlTextWriterPtr writer = bytes ? xmlNewTextWriterMemory(bytes, 0) : NULL;
    bool written = writer && xmlTextWriterStartDocument(writer, "1.0", "utf-8", NULL) >= 0 &&
                   write_node(writer, root, item, tree) && xmlTextWriterEndDocument(writer) >= 0;

    if (writer) {
        xmlFreeTextWriter(writer);
    }
    if (written) {
        li_buf_add(&request->answer.body, xmlBufferContent(bytes), (size_t)xmlBufferLength(bytes));
    }
    if (bytes) {
        xmlBufferFree(bytes);
    }
    return written ? li_reply_end(request) : -LI_E_NOMEM;
}

int li_311_render(struct li_request *request, int status, const struct li_node *tree,
                  const char *root, const char *item)
{
    struct li_json json = li_reply_json(request, status);

    if (!tree) {
        return -LI_E_NOMEM;
    }
    if (wants_xml(request)) {
        request->answer.media = LI_MEDIA_XML;
        return render_xml(request, tree, root, item);
    }
    li_json_node(&json, tree);
    return li_reply_end(request);
}

/* ---- what is wrong ------------------------------------------------------------- */

static void put_error(struct li_request *request, struct li_node *list, int code,
                      struct li_str text)
{
    struct li_node *error = li_page_item(request, list);
    struct li_node *number = li_node_new_int(&request->ctx, code);

    if (error && number && li_node_put(&request->ctx, error, LI_S("code"), number) == 0) {
        li_page_text(request, error, "description", text);
    }
}

/* The last word of "/parameters/lat" or "/fields/kind". */
static struct li_str name_in(struct li_str pointer)
{
    struct li_str rest = pointer, name = pointer;

    while (rest.ptr) {
        name = li_str_cut(&rest, '/');
    }
    return name;
}

void li_open311_problem(struct li_request *request, const struct li_error_info *info)
{
    struct li_ctx *ctx = &request->ctx;
    struct li_node *list = li_node_new_list(ctx);
    int status =
        info->http == 422 || info->http == 401 ? info->http == 401 ? 403 : 400 : info->http;
    bool faults = false;

    for (unsigned i = 0; list && i < ctx->error_count; i++) {
        const struct li_error *error = &ctx->errors[i];
        if (error->reason) {
            struct li_str text = li_fault_sentence(ctx, error, ctx->lang);
            put_error(request, list, status,
                      li_strf(ctx, "%.*s: %.*s", LI_P(name_in(error->where)), LI_P(text)));
            faults = true;
        }
    }
    if (list && !faults) {
        const struct li_error *error = li_ctx_error(ctx);
        struct li_str title = li_str(ctx->lang == LI_EN ? info->en : info->zh);
        bool told = error && error->text.len && status < 500 && li_utf8_valid(error->text);
        put_error(request, list, status,
                  told ? li_strf(ctx, "%.*s (%.*s)", LI_P(title), LI_P(error->text)) : title);
    }
    if (li_311_render(request, status, list, "errors", "error")) {
        li_log_error(ctx, "serve.open311");
        request->answer.status = status;
        request->answer.media = LI_MEDIA_TEXT;
        request->answer.fixed = li_str(info->en);
    }
}
