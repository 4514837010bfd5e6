/* The reader of our own canonical JSON; see canonical.h. */
#include "base/canonical.h"

#include "base/grow.h"

/* Nodes are cut from portions: a payload has dozens. */
#define PORTION 24

struct reader {
    struct li_ctx *ctx;
    const char *at, *end;
    int depth;
    struct li_node *nodes;
    size_t node_count; /* left of the portion */
};

static int read_value(struct reader *reader, struct li_node *ret);

static int corrupt(struct reader *reader)
{
    return LI_FAIL(reader->ctx, LI_E_CORRUPT, "stored JSON is not canonical");
}

static struct li_node *new_node(struct reader *reader)
{
    if (reader->node_count == 0) {
        reader->nodes = li_alloc_array(reader->ctx, PORTION, sizeof(*reader->nodes));
        if (!reader->nodes) {
            return NULL;
        }
        reader->node_count = PORTION;
    }
    return &reader->nodes[PORTION - reader->node_count--];
}

static bool skip(struct reader *reader, char c)
{
    if (reader->at < reader->end && *reader->at == c) {
        reader->at++;
        return true;
    }
    return false;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One escape behind the backslash; our writer makes \u only below 0x20. */
static int unescape(struct reader *reader, char *ret)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *found;

    if (reader->at == reader->end) {
        return corrupt(reader);
    }
    char c = *reader->at++;
    if (c == 'u') {
        if (reader->end - reader->at < 4 || reader->at[0] != '0' || reader->at[1] != '0') {
            return corrupt(reader);
        }
        int high = hex_digit(reader->at[2]), low = hex_digit(reader->at[3]);
        if (high < 0 || high > 1 || low < 0) {
            return corrupt(reader);
        }
        *ret = (char)(high * 16 + low);
        reader->at += 4;
        return 0;
    }
    found = c ? strchr(from, c) : NULL;
    if (!found) {
        return corrupt(reader);
    }
    *ret = to[found - from];
    return 0;
}

static int read_escaped(struct reader *reader, const char *start, struct li_str *ret)
{
    const char *close = reader->at;
    size_t len = 0;

    while (close < reader->end && *close != '"') {
        close += *close == '\\' && close + 1 < reader->end ? 2 : 1;
    }
    char *text = li_alloc(reader->ctx, (size_t)(close - start) + 1);
    if (!text) {
        return -LI_E_NOMEM;
    }
    len = (size_t)(reader->at - start);
    memcpy(text, start, len);
    while (reader->at < reader->end && *reader->at != '"') {
        if (*reader->at != '\\') {
            text[len++] = *reader->at++;
            continue;
        }
        reader->at++;
        int r = unescape(reader, &text[len]);
        if (r) {
            return r;
        }
        len++;
    }
    *ret = li_str_n(text, len);
    return skip(reader, '"') ? 0 : corrupt(reader);
}

static int read_text(struct reader *reader, struct li_str *ret)
{
    if (!skip(reader, '"')) {
        return corrupt(reader);
    }
    const char *start = reader->at;
    const char *quote = memchr(start, '"', (size_t)(reader->end - start));
    if (!quote) {
        return corrupt(reader);
    }
    const char *slash = memchr(start, '\\', (size_t)(quote - start));
    if (slash) {
        reader->at = slash;
        return read_escaped(reader, start, ret);
    }
    *ret = li_str_n(start, (size_t)(quote - start));
    reader->at = quote + 1;
    return 0;
}

static int read_number(struct reader *reader, struct li_node *ret)
{
    const char *start = reader->at;

    while (reader->at < reader->end &&
           (*reader->at == '-' || (*reader->at >= '0' && *reader->at <= '9'))) {
        reader->at++;
    }
    ret->kind = LI_INT;
    return li_str_to_i64(li_str_n(start, (size_t)(reader->at - start)), &ret->number)
               ? 0
               : corrupt(reader);
}

static int read_map(struct reader *reader, struct li_node *ret)
{
    struct li_member *items = NULL;
    size_t count = 0, cap = 0;

    ret->kind = LI_MAP;
    while (!skip(reader, '}')) {
        if (count && !skip(reader, ',')) {
            return corrupt(reader);
        }
        items = li_grow(reader->ctx, items, count, &cap, sizeof(*items));
        struct li_node *value = new_node(reader);
        if (!items || !value) {
            return -LI_E_NOMEM;
        }
        items[count] = (struct li_member){.value = value};
        int r = read_text(reader, &items[count].key);
        if (r == 0) {
            r = skip(reader, ':') ? read_value(reader, value) : corrupt(reader);
        }
        if (r) {
            return r;
        }
        count++;
    }
    ret->map.items = items;
    ret->map.count = count;
    return 0;
}

static int read_list(struct reader *reader, struct li_node *ret)
{
    struct li_node **items = NULL;
    size_t count = 0, cap = 0;

    ret->kind = LI_LIST;
    while (!skip(reader, ']')) {
        if (count && !skip(reader, ',')) {
            return corrupt(reader);
        }
        items = li_grow(reader->ctx, items, count, &cap, sizeof(*items));
        struct li_node *value = new_node(reader);
        if (!items || !value) {
            return -LI_E_NOMEM;
        }
        items[count++] = value;
        int r = read_value(reader, value);
        if (r) {
            return r;
        }
    }
    ret->list.items = items;
    ret->list.count = count;
    return 0;
}

static int read_word(struct reader *reader, struct li_node *ret)
{
    static const struct {
        struct li_str text;
        enum li_node_kind kind;
        bool flag;
    } words[] = {
        {LI_S_INIT("true"), LI_BOOL, true},
        {LI_S_INIT("false"), LI_BOOL, false},
        {LI_S_INIT("null"), LI_NULL, false},
    };

    for (size_t i = 0; i < 3; i++) {
        size_t len = words[i].text.len;
        if ((size_t)(reader->end - reader->at) >= len &&
            memcmp(reader->at, words[i].text.ptr, len) == 0) {
            reader->at += len;
            ret->kind = words[i].kind;
            ret->flag = words[i].flag;
            return 0;
        }
    }
    return corrupt(reader);
}

static int read_value(struct reader *reader, struct li_node *ret)
{
    int r;

    if (reader->at == reader->end || reader->depth == LI_NODE_DEPTH) {
        return corrupt(reader);
    }
    reader->depth++;
    switch (*reader->at) {
    case '{':
        reader->at++;
        r = read_map(reader, ret);
        break;
    case '[':
        reader->at++;
        r = read_list(reader, ret);
        break;
    case '"':
        ret->kind = LI_TEXT;
        r = read_text(reader, &ret->text);
        break;
    case 't':
    case 'f':
    case 'n':
        r = read_word(reader, ret);
        break;
    default:
        r = read_number(reader, ret);
        break;
    }
    reader->depth--;
    return r;
}

int li_canonical_read(struct li_ctx *ctx, struct li_str bytes, struct li_node **ret)
{
    struct reader reader = {.ctx = ctx, .at = bytes.ptr, .end = bytes.ptr + bytes.len};
    struct li_node *node = new_node(&reader);
    int r = node ? read_value(&reader, node) : -LI_E_NOMEM;

    if (r == 0 && reader.at != reader.end) {
        r = corrupt(&reader);
    }
    if (r == 0) {
        *ret = node;
    }
    return r;
}
