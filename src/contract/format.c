/*
 * The formats of our own list.
 *
 * Whatever a format lets through, the parser of the same name in base reads:
 * identifiers, dates, instants and tokens are judged by those parsers.
 * Telephone numbers: mobile numbers have eleven digits beginning 13 to 19;
 * fixed ones an area code (010, 02x, 03xx to 09xx) and seven or eight digits;
 * +86 takes the place of the leading zero.
 */
#include "base/hash.h"
#include "base/id.h"
#include "base/time.h"
#include "contract/inside.h"

#define TRACKING_BYTES 16
#define TRACKING_TEXT  26
#define PHONE_DIGITS   14

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool fits_id(struct li_ctx *ctx, struct li_str text)
{
    unsigned told = ctx->error_count;
    int64_t id;
    bool fits = text.len == LI_ID_TEXT && li_id_parse(ctx, text, &id) == 0;

    ctx->error_count = told;
    return fits;
}

static bool fits_date(struct li_ctx *ctx, struct li_str text)
{
    unsigned told = ctx->error_count;
    int32_t day;
    bool fits = li_date_parse(ctx, text, &day) == 0;

    ctx->error_count = told;
    return fits;
}

static bool fits_date_time(struct li_ctx *ctx, struct li_str text)
{
    unsigned told = ctx->error_count;
    int64_t instant;
    bool fits = li_time_parse(ctx, text, &instant) == 0;

    ctx->error_count = told;
    return fits;
}

static bool fits_slug(struct li_ctx *ctx, struct li_str text)
{
    bool after_letter = false;

    (void)ctx;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '-') {
            if (!after_letter)
                return false;
            after_letter = false;
        } else if (is_digit(c) || (c >= 'a' && c <= 'z')) {
            after_letter = true;
        } else {
            return false;
        }
    }
    return after_letter;
}

static bool fits_tracking(struct li_ctx *ctx, struct li_str text)
{
    uint8_t bytes[TRACKING_BYTES];

    (void)ctx;
    return text.len == TRACKING_TEXT && li_base32_parse(text, bytes, sizeof bytes);
}

/* A file's bytes are judged by who reads files. */
static bool fits_binary(struct li_ctx *ctx, struct li_str text)
{
    (void)ctx;
    (void)text;
    return true;
}

static bool fits_hash(struct li_ctx *ctx, struct li_str text)
{
    struct li_hash hash;

    (void)ctx;
    return li_hash_from_hex(text, &hash);
}

/* The digits between single spaces and hyphens; false on other signs. */
static bool phone_digits(struct li_str text, char digits[PHONE_DIGITS], size_t *ret_count)
{
    size_t count = 0;
    bool after_digit = false;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (is_digit(c)) {
            if (count == PHONE_DIGITS)
                return false;
            digits[count++] = c;
            after_digit = true;
        } else if ((c == ' ' || c == '-') && after_digit) {
            after_digit = false;
        } else {
            return false;
        }
    }
    *ret_count = count;
    return after_digit;
}

/* Area code without its zero, and the number. */
static bool phone_fixed(const char *digits, size_t count)
{
    size_t area;

    if (count < 9)
        return false;
    if (digits[0] == '1')
        area = digits[1] == '0' ? 2 : 0;
    else if (digits[0] == '2')
        area = digits[1] != '6' ? 2 : 0;
    else
        area = digits[0] >= '3' ? 3 : 0;
    if (area == 0 || digits[area] < '2' || digits[area] > '8')
        return false;
    return count - area == 8 || (count - area == 7 && area == 3);
}

static bool fits_phone(struct li_ctx *ctx, struct li_str text)
{
    char digits[PHONE_DIGITS];
    bool abroad = li_str_starts(text, LI_S("+86"));
    size_t count;

    (void)ctx;
    if (abroad) {
        text = li_str_n(text.ptr + 3, text.len - 3);
        if (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[0] == '-'))
            text = li_str_n(text.ptr + 1, text.len - 1);
    }
    if (!phone_digits(text, digits, &count))
        return false;
    if (count == 11 && digits[0] == '1' && digits[1] >= '3')
        return true;
    if (abroad)
        return phone_fixed(digits, count);
    return count > 1 && digits[0] == '0' && phone_fixed(digits + 1, count - 1);
}

/* RFC 3986: its characters, whole escapes, one '#', a scheme before ':'. */
static bool fits_uri_reference(struct li_ctx *ctx, struct li_str text)
{
    bool in_first = true; /* before the first of / ? # */
    bool scheme = true;   /* all so far may be a scheme */
    bool fragment = false;

    (void)ctx;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '%') {
            if (i + 2 >= text.len || !strchr("0123456789abcdefABCDEF", text.ptr[i + 1]) ||
                !strchr("0123456789abcdefABCDEF", text.ptr[i + 2]))
                return false;
        } else if (c == '\0' ||
                   (!is_digit(c) && !is_letter(c) && !strchr("-._~:/?#[]@!$&'()*+,;=", c))) {
            return false;
        }
        if (c == '#' && fragment)
            return false;
        fragment = fragment || c == '#';
        if (c == ':' && in_first && (i == 0 || !scheme))
            return false;
        if (c == ':' || c == '/' || c == '?' || c == '#')
            in_first = false;
        scheme = scheme && (is_letter(c) || (i > 0 && (is_digit(c) || strchr("+-.", c))));
    }
    return true;
}

static const struct li_format formats[] = {
    {"id", fits_id},
    {"date", fits_date},
    {"date-time", fits_date_time},
    {"phone", fits_phone},
    {"slug", fits_slug},
    {"tracking", fits_tracking},
    {"binary", fits_binary},
    {"uri-reference", fits_uri_reference},
    {"hash", fits_hash},
};

const struct li_format *li_format_find(struct li_str name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (li_str_is(name, formats[i].name))
            return &formats[i];
    return NULL;
}

bool li_is_binary(const struct li_schema *schema)
{
    return schema->format && schema->format->fits == fits_binary;
}
