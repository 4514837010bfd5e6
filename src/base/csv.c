/* CSV and its encodings; see csv.h. */
#include "base/csv.h"

#include <iconv.h>

/* A quoted field behind its first quote, with "" as one. */
static int cut_quoted(struct li_ctx *ctx, struct li_csv *csv, struct li_str *ret)
{
    struct li_str in = csv->rest;
    size_t end = 0, doubled = 0;

    while (end < in.len && (in.ptr[end] != '"' || (end + 1 < in.len && in.ptr[end + 1] == '"'))) {
        csv->line += in.ptr[end] == '\n';
        doubled += in.ptr[end] == '"';
        end += in.ptr[end] == '"' ? 2 : 1;
    }
    csv->torn |= end == in.len;
    *ret = li_str_n(in.ptr, end);
    if (doubled) {
        char *out = li_alloc(ctx, end + 1);
        size_t len = 0;
        if (!out) {
            return -LI_E_NOMEM;
        }
        for (size_t i = 0; i < end; i++) {
            out[len++] = in.ptr[i];
            i += in.ptr[i] == '"';
        }
        *ret = li_str_n(out, len);
    }
    end += end < in.len;
    csv->rest = li_str_n(in.ptr + end, in.len - end);
    return 0;
}

static struct li_str cut_plain(struct li_csv *csv)
{
    struct li_str in = csv->rest;
    char mark = csv->mark ? csv->mark : ',';
    size_t end = 0;

    while (end < in.len && in.ptr[end] != mark && in.ptr[end] != '\n') {
        csv->torn |= in.ptr[end] == '"' && !csv->loose;
        end++;
    }
    csv->rest = li_str_n(in.ptr + end, in.len - end);
    return li_str_n(in.ptr, end);
}

/* To the next field: false behind the last of the row. */
static bool next_field(struct li_csv *csv)
{
    struct li_str rest = csv->rest;
    bool ended = rest.len == 0 || rest.ptr[0] == '\n';

    if (rest.len > 0) {
        csv->line += rest.ptr[0] == '\n';
        csv->rest = li_str_n(rest.ptr + 1, rest.len - 1);
    }
    return !ended;
}

/* A field that begins with a quote.  What is torn when quotes are loose was none: read again as
 * it stands. */
static int cut_either(struct li_ctx *ctx, struct li_csv *csv, struct li_str *ret)
{
    struct li_str rest = csv->rest;
    int line = csv->line, r;

    csv->rest = li_str_n(csv->rest.ptr + 1, csv->rest.len - 1);
    r = cut_quoted(ctx, csv, ret);
    csv->torn |= r == 0 && li_str_trim(cut_plain(csv)).len > 0;
    if (r == 0 && csv->torn && csv->loose) {
        csv->rest = rest;
        csv->line = line;
        csv->torn = false;
        *ret = cut_plain(csv);
    }
    return r;
}

int li_csv_row(struct li_ctx *ctx, struct li_csv *csv)
{
    bool more = true;

    csv->field_count = 0;
    csv->torn = false;
    while (more) {
        struct li_str field;
        if (csv->rest.len > 0 && csv->rest.ptr[0] == '"') {
            int r = cut_either(ctx, csv, &field);
            if (r) {
                return r;
            }
        } else {
            field = cut_plain(csv);
        }
        if (csv->field_count < LI_CSV_FIELDS) {
            csv->fields[csv->field_count] = li_str_trim(field);
        }
        csv->field_count++;
        more = next_field(csv);
    }
    return 0;
}

bool li_csv_is_blank(const struct li_csv *csv)
{
    return csv->field_count == 1 && csv->fields[0].len == 0 && !csv->torn;
}

/* ---- encodings ------------------------------------------------------------------- */

/* All of it, strictly; false when it is not GB18030. */
static bool convert(iconv_t cd, struct li_str bytes, char *out, size_t room, size_t *ret_len)
{
    char *in = (char *)bytes.ptr, *at = out;
    size_t left = bytes.len, free = room;

    if (iconv(cd, &in, &left, &at, &free) == (size_t)-1 || left > 0) {
        return false;
    }
    *ret_len = room - free;
    return true;
}

static int from_gb18030(struct li_ctx *ctx, struct li_str where, struct li_str bytes,
                        struct li_str *ret)
{
    iconv_t cd = iconv_open("UTF-8", "GB18030");
    /* two bytes become three, four become four */
    size_t room = bytes.len / 2 * 3 + 4, len = 0;
    char *out = cd == (iconv_t)-1 ? NULL : li_alloc(ctx, room);
    bool done = out && convert(cd, bytes, out, room, &len);

    if (cd != (iconv_t)-1) {
        iconv_close(cd);
    }
    if (!done || !li_utf8_valid(li_str_n(out, len))) {
        return LI_FAIL_AT(ctx, LI_E_SYNTAX, where, "the file is neither UTF-8 nor GB18030");
    }
    *ret = li_str_n(out, len);
    return 0;
}

int li_csv_decode(struct li_ctx *ctx, struct li_str where, struct li_str bytes, struct li_str *ret)
{
    if (li_str_starts(bytes, LI_S("\xef\xbb\xbf"))) {
        bytes = li_str_n(bytes.ptr + 3, bytes.len - 3);
    } else if (!li_utf8_valid(bytes)) {
        return from_gb18030(ctx, where, bytes, ret);
    }
    if (!li_utf8_valid(bytes)) {
        return LI_FAIL_AT(ctx, LI_E_SYNTAX, where, "the file is not UTF-8");
    }
    *ret = bytes;
    return 0;
}
