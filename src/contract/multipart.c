/*
 * Reading multipart/form-data strictly: what browsers and usual clients send is
 * read, anything that two readers could understand differently is refused.  No
 * preamble, no folded headers, no transfer encodings, nothing behind the end.
 */
#include "contract/multipart.h"

#include <strings.h>

#include "base/grow.h"

#define BOUNDARY_MAX 70

struct reader {
    struct li_ctx *ctx;
    struct li_str rest;
    char delimiter[BOUNDARY_MAX + 5]; /* CR LF -- boundary */
    size_t delimiter_len;
};

static int wrong(struct reader *reader, const char *what)
{
    return LI_FAIL(reader->ctx, LI_E_SYNTAX, "multipart: %s", what);
}

static struct li_str from(struct li_str s, size_t at)
{
    return li_str_n(s.ptr + at, s.len - at);
}

static bool same(struct li_str a, const char *b)
{
    return a.len == strlen(b) && strncasecmp(a.ptr, b, a.len) == 0;
}

static bool is_token(char c)
{
    return c > 32 && c < 127 && !strchr("()<>@,;:\\\"/[]?=", c);
}

/* One "; name=value" or "; name="quoted""; false: there is none, or it is wrong
 * (then `rest` is not empty).  Browsers write a quote inside as %22. */
static bool parameter(struct li_str *rest, struct li_str *ret_name, struct li_str *ret_value)
{
    struct li_str s = li_str_trim(*rest);
    size_t at = 0, begin;

    if (s.len == 0 || s.ptr[0] != ';') {
        *rest = s;
        return false;
    }
    s = li_str_trim(from(s, 1));
    while (at < s.len && is_token(s.ptr[at])) {
        at++;
    }
    if (at == 0 || at == s.len || s.ptr[at] != '=') {
        return false;
    }
    *ret_name = li_str_n(s.ptr, at);
    begin = ++at;
    if (at < s.len && s.ptr[at] == '"') {
        const char *end = memchr(s.ptr + at + 1, '"', s.len - at - 1);
        if (!end || (end > s.ptr && end[-1] == '\\')) {
            return false;
        }
        *ret_value = li_str_n(s.ptr + begin + 1, (size_t)(end - s.ptr) - begin - 1);
        at = (size_t)(end - s.ptr) + 1;
    } else {
        while (at < s.len && is_token(s.ptr[at])) {
            at++;
        }
        *ret_value = li_str_n(s.ptr + begin, at - begin);
    }
    *rest = from(s, at);
    return true;
}

static int read_boundary(struct reader *reader, struct li_str content_type)
{
    struct li_str rest = content_type, name, value, boundary = {.ptr = NULL};
    ptrdiff_t semicolon = li_str_find(content_type, ';');

    rest = semicolon < 0 ? LI_S("") : from(content_type, (size_t)semicolon);
    while (parameter(&rest, &name, &value)) {
        if (same(name, "boundary")) {
            if (boundary.ptr) {
                return wrong(reader, "two boundaries");
            }
            boundary = value;
        }
    }
    if (rest.len || boundary.len == 0 || boundary.len > BOUNDARY_MAX) {
        return wrong(reader, "the Content-Type has no usable boundary");
    }
    memcpy(reader->delimiter, "\r\n--", 4);
    memcpy(reader->delimiter + 4, boundary.ptr, boundary.len);
    reader->delimiter_len = boundary.len + 4;
    return 0;
}

/* name="…"; filename="…" */
static int read_disposition(struct reader *reader, struct li_str value, struct li_part *part,
                            bool *ret_named)
{
    struct li_str rest = value, name, text;
    struct li_str kind;
    size_t at = 0;

    while (at < value.len && value.ptr[at] != ';') {
        at++;
    }
    kind = li_str_trim(li_str_n(value.ptr, at));
    rest = from(value, at);
    if (*ret_named || !same(kind, "form-data")) {
        return wrong(reader, "a part is no form-data");
    }
    while (parameter(&rest, &name, &text)) {
        if (same(name, "name") && !part->name.ptr) {
            part->name = text;
        } else if (same(name, "filename") && !part->is_file) {
            part->is_file = true;
            part->is_none = text.len == 0;
        } else if (!same(name, "filename*")) {
            return wrong(reader, "a part's name is given strangely");
        }
    }
    if (rest.len || part->name.len == 0 || !li_utf8_valid(part->name)) {
        return wrong(reader, "a part has no name");
    }
    *ret_named = true;
    return 0;
}

static int read_header(struct reader *reader, struct li_str line, struct li_part *part,
                       bool *ret_named)
{
    struct li_str value = line, name = li_str_cut(&value, ':');

    if (!value.ptr || name.len == 0 || name.ptr[0] == ' ' || name.ptr[0] == '\t') {
        return wrong(reader, "a part's header is none");
    }
    value = li_str_trim(value);
    if (same(name, "Content-Disposition")) {
        return read_disposition(reader, value, part, ret_named);
    }
    if (same(name, "Content-Transfer-Encoding") && !same(value, "binary") && !same(value, "8bit") &&
        !same(value, "7bit")) {
        return wrong(reader, "a part is encoded");
    }
    return 0;
}

/* Lines up to the empty one. */
static int read_head(struct reader *reader, struct li_part *part)
{
    size_t most = reader->rest.len < LI_PART_HEAD_MAX ? reader->rest.len : LI_PART_HEAD_MAX;
    const char *end = memmem(reader->rest.ptr, most, "\r\n\r\n", 4);
    struct li_str head;
    bool named = false;
    int r = 0;

    if (!end) {
        return most == LI_PART_HEAD_MAX
                   ? LI_FAIL(reader->ctx, LI_E_LIMIT, "multipart: a part's headers are too long")
                   : wrong(reader, "it ends within a part's headers");
    }
    head = li_str_n(reader->rest.ptr, (size_t)(end - reader->rest.ptr) + 2);
    reader->rest = from(reader->rest, head.len + 2);
    while (r == 0 && head.len) {
        const char *stop = memmem(head.ptr, head.len, "\r\n", 2);
        size_t len = (size_t)(stop - head.ptr);
        r = read_header(reader, li_str_n(head.ptr, len), part, &named);
        head = from(head, len + 2);
    }
    return r ? r : named ? 0 : wrong(reader, "a part has no name");
}

/* Up to the next delimiter; *ret_last: it is the last. */
static int read_bytes(struct reader *reader, struct li_part *part, bool *ret_last)
{
    const char *end =
        memmem(reader->rest.ptr, reader->rest.len, reader->delimiter, reader->delimiter_len);
    struct li_str behind;

    if (!end) {
        return wrong(reader, "it ends within a part");
    }
    part->bytes = li_str_n(reader->rest.ptr, (size_t)(end - reader->rest.ptr));
    behind = from(reader->rest, part->bytes.len + reader->delimiter_len);
    if (!part->is_file && part->bytes.len > LI_PART_TEXT_MAX) {
        return LI_FAIL(reader->ctx, LI_E_LIMIT, "multipart: a text has at most %zu bytes",
                       LI_PART_TEXT_MAX);
    }
    if (!part->is_file && !li_utf8_valid(part->bytes)) {
        return wrong(reader, "a text is not UTF-8");
    }
    part->is_none = part->is_none && part->bytes.len == 0;
    *ret_last = li_str_starts(behind, LI_S("--"));
    if (!*ret_last && !li_str_starts(behind, LI_S("\r\n"))) {
        return wrong(reader, "a boundary is followed by something");
    }
    reader->rest = from(behind, 2);
    return 0;
}

/* The first delimiter has no line before it. */
static int read_begin(struct reader *reader, bool *ret_last)
{
    struct li_str first = li_str_n(reader->delimiter + 2, reader->delimiter_len - 2);

    if (li_str_starts(reader->rest, LI_S("\r\n"))) {
        reader->rest = from(reader->rest, 2);
    }
    if (!li_str_starts(reader->rest, first)) {
        return wrong(reader, "it does not begin with its boundary");
    }
    reader->rest = from(reader->rest, first.len);
    *ret_last = li_str_starts(reader->rest, LI_S("--"));
    if (!*ret_last && !li_str_starts(reader->rest, LI_S("\r\n"))) {
        return wrong(reader, "a boundary is followed by something");
    }
    reader->rest = from(reader->rest, 2);
    return 0;
}

int li_multipart_read(struct li_ctx *ctx, struct li_str content_type, struct li_str bytes,
                      struct li_part **ret, size_t *ret_count)
{
    struct reader reader = {.ctx = ctx, .rest = bytes};
    struct li_part *parts = NULL, *more;
    size_t count = 0, cap = 0;
    bool is_last = false;
    int r = read_boundary(&reader, content_type);

    r = r ? r : read_begin(&reader, &is_last);
    while (r == 0 && !is_last) {
        if (count == LI_PARTS_MAX) {
            return LI_FAIL(ctx, LI_E_LIMIT, "multipart: more than %d parts", LI_PARTS_MAX);
        }
        more = li_grow(ctx, parts, count, &cap, sizeof(*parts));
        if (!more) {
            return -LI_E_NOMEM;
        }
        parts = more;
        parts[count] = (struct li_part){.is_file = false};
        r = read_head(&reader, &parts[count]);
        r = r ? r : read_bytes(&reader, &parts[count++], &is_last);
    }
    if (r == 0 && reader.rest.len && !li_str_is(reader.rest, "\r\n")) {
        r = wrong(&reader, "something stands behind its end");
    }
    if (r == 0) {
        *ret = parts;
        *ret_count = count;
    }
    return r;
}
