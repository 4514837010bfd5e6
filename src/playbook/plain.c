/*
 * The plain tree as YAML, for `playbook show --plain`.
 *
 * Writes a small part of YAML that every reader of it takes the same way: block
 * maps, lists of words in brackets, texts bare when nothing about them can be
 * read otherwise, else in double quotes.  Not a general YAML writer.
 */
#include "playbook/flat.h"
#include "playbook/playbook.h"

static void write_node(struct li_buf *buf, const struct li_node *node, int depth);

/* Letters, digits and `_ - .` inside; no word that YAML takes for a value. */
static bool is_bare(struct li_str text)
{
    static const char *const values[] = {"true", "false", "null", "yes", "no",
                                         "on",   "off",   "y",    "n"};

    if (!text.len || text.ptr[0] < 'a' || text.ptr[0] > 'z')
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '-')
            return false;
    }
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        if (li_str_is(text, values[i]))
            return false;
    return true;
}

static void write_text(struct li_buf *buf, struct li_str text)
{
    if (is_bare(text)) {
        li_buf_str(buf, text);
        return;
    }
    li_buf_char(buf, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (c == '"' || c == '\\')
            li_buf_fmt(buf, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            li_buf_fmt(buf, "\\x%02x", c);
        else
            li_buf_char(buf, (char)c);
    }
    li_buf_char(buf, '"');
}

static bool is_scalar(const struct li_node *node)
{
    return node->kind != LI_LIST && node->kind != LI_MAP;
}

static bool is_line(const struct li_node *node)
{
    if (node->kind == LI_MAP)
        return !node->map.count;
    for (size_t i = 0; node->kind == LI_LIST && i < node->list.count; i++)
        if (!is_scalar(node->list.items[i]))
            return false;
    return true;
}

static void write_line(struct li_buf *buf, const struct li_node *node)
{
    switch (node->kind) {
    case LI_NULL:
        li_buf_text(buf, "null");
        break;
    case LI_BOOL:
        li_buf_text(buf, node->flag ? "true" : "false");
        break;
    case LI_INT:
        li_buf_i64(buf, node->number);
        break;
    case LI_REAL:
        li_buf_fmt(buf, "%.17g", node->real);
        break;
    case LI_TEXT:
        write_text(buf, node->text);
        break;
    case LI_MAP:
        li_buf_text(buf, "{}");
        break;
    case LI_LIST:
        li_buf_char(buf, '[');
        for (size_t i = 0; i < node->list.count; i++) {
            li_buf_text(buf, i ? ", " : "");
            write_line(buf, node->list.items[i]);
        }
        li_buf_char(buf, ']');
        break;
    }
}

static void indent(struct li_buf *buf, int depth)
{
    for (int i = 0; i < depth; i++)
        li_buf_text(buf, "  ");
}

/* Behind `key:` or `-`: on the same line, or below and deeper. */
static void write_value(struct li_buf *buf, const struct li_node *node, int depth)
{
    if (is_line(node)) {
        li_buf_char(buf, ' ');
        write_line(buf, node);
        li_buf_char(buf, '\n');
    } else {
        li_buf_char(buf, '\n');
        write_node(buf, node, depth + 1);
    }
}

static void write_node(struct li_buf *buf, const struct li_node *node, int depth)
{
    if (node->kind == LI_MAP) {
        for (size_t i = 0; i < node->map.count; i++) {
            indent(buf, depth);
            write_text(buf, node->map.items[i].key);
            li_buf_char(buf, ':');
            write_value(buf, node->map.items[i].value, depth);
        }
        return;
    }
    for (size_t i = 0; i < node->list.count; i++) {
        indent(buf, depth);
        li_buf_char(buf, '-');
        write_value(buf, node->list.items[i], depth);
    }
}

void li_flat_write(struct li_buf *buf, const struct li_node *tree)
{
    write_node(buf, tree, 0);
}

int li_playbook_plain(struct li_ctx *ctx, const struct li_playbook *playbook, struct li_buf *ret)
{
    write_node(ret, playbook->plain, 0);
    return li_buf_check(ctx, ret);
}
