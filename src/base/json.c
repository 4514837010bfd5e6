/*
 * Writing JSON, and the canonical bytes of what is hashed.
 *
 * The writer keeps one flag a level, "nothing precedes": a key sets it for its
 * own value, so commas need no other state.  Texts are copied in runs between
 * the bytes that must be escaped.  Texts are taken as valid UTF-8; whoever read
 * them from outside has checked.
 */
#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/id.h"
#include "base/time.h"

void li_json_init(struct li_json *json, struct li_buf *buf, bool canonical)
{
    json->buf = buf;
    json->canonical = canonical;
    json->depth = 0;
    json->first[0] = true;
    json->last_key[0] = (struct li_str){0};
}

/* Before any value. */
static inline void separate(struct li_json *json)
{
    if (json->first[json->depth]) {
        json->first[json->depth] = false;
        return;
    }
    li_assert(json->depth > 0);
    li_buf_char(json->buf, ',');
}

static void open_level(struct li_json *json, char bracket)
{
    separate(json);
    li_assert(json->depth < LI_JSON_DEPTH);
    json->depth++;
    json->first[json->depth] = true;
    json->last_key[json->depth] = (struct li_str){0};
    li_buf_char(json->buf, bracket);
}

static void close_level(struct li_json *json, char bracket)
{
    li_assert(json->depth > 0);
    json->depth--;
    li_buf_char(json->buf, bracket);
}

void li_json_open_map(struct li_json *json)
{
    open_level(json, '{');
}

void li_json_close_map(struct li_json *json)
{
    close_level(json, '}');
}

void li_json_open_list(struct li_json *json)
{
    open_level(json, '[');
}

void li_json_close_list(struct li_json *json)
{
    close_level(json, ']');
}

/* True when one of eight bytes is a control, a quote or a backslash. */
static inline bool special_eight(const char *at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = UINT64_C(0x8080808080808080);
    uint64_t word, quote, slash;

    memcpy(&word, at, sizeof(word));
    quote = word ^ (ones * '"');
    slash = word ^ (ones * '\\');
    return ((((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) |
             ((slash - ones) & ~slash)) &
            tops) != 0;
}

static inline bool special(char c)
{
    return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

static void escape(struct li_buf *buf, char c)
{
    static const char letters[32] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    static const char digits[] = "0123456789abcdef";
    char text[6] = {'\\', 'u', '0', '0', '0', '0'};
    const unsigned char byte = (unsigned char)c;

    if (byte >= 0x20 || letters[byte] != 0) {
        text[1] = byte >= 0x20 ? c : letters[byte];
        li_buf_add(buf, text, 2);
        return;
    }
    text[4] = digits[byte >> 4];
    text[5] = digits[byte & 15];
    li_buf_add(buf, text, sizeof(text));
}

/* From the first byte that must be escaped; quote and runs before it stand. */
static void put_escaped(struct li_buf *buf, struct li_str text)
{
    size_t run = 0;

    for (size_t at = 0; at < text.len; at++) {
        if (special(text.ptr[at])) {
            li_buf_add(buf, text.ptr + run, at - run);
            escape(buf, text.ptr[at]);
            run = at + 1;
        }
    }
    li_buf_add(buf, text.ptr + run, text.len - run);
    li_buf_char(buf, '"');
}

/* Copies while it looks: into room for a text without escapes, behind it `more`. */
static void put_string(struct li_buf *buf, struct li_str text, size_t more)
{
    size_t at = 0;
    char *to;

    if (!li_buf_room(buf, text.len + 2 + more))
        return;
    to = buf->ptr + buf->len;
    *to++ = '"';
    for (; text.len - at >= 8 && !special_eight(text.ptr + at); at += 8)
        memcpy(to + at, text.ptr + at, 8);
    for (; at < text.len && !special(text.ptr[at]); at++)
        to[at] = text.ptr[at];
    buf->len += 1 + at;
    if (at < text.len) {
        put_escaped(buf, li_str_n(text.ptr + at, text.len - at));
    } else {
        to[at] = '"';
        buf->len++;
    }
}

void li_json_key_str(struct li_json *json, struct li_str key)
{
    if (json->canonical) {
        struct li_str *last = &json->last_key[json->depth];

        li_assert(last->ptr == NULL || li_str_cmp(*last, key) < 0);
        *last = key.ptr != NULL ? key : LI_S("");
    }
    separate(json);
    put_string(json->buf, key, 1);
    li_buf_char(json->buf, ':');
    json->first[json->depth] = true;
}

void li_json_key(struct li_json *json, const char *key)
{
    li_json_key_str(json, li_str(key));
}

void li_json_null(struct li_json *json)
{
    separate(json);
    li_buf_add(json->buf, "null", 4);
}

void li_json_bool(struct li_json *json, bool flag)
{
    separate(json);
    li_buf_str(json->buf, flag ? LI_S("true") : LI_S("false"));
}

void li_json_int(struct li_json *json, int64_t number)
{
    separate(json);
    li_buf_i64(json->buf, number);
}

/* The shortest text that reads back as the same number; always with a point
 * or an exponent, so that it reads back as a real. */
void li_json_real(struct li_json *json, double real)
{
    char text[40];
    int len = 0;

    li_assert(!json->canonical);
    separate(json);
    if (!isfinite(real)) {
        li_buf_add(json->buf, "null", 4);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        len = snprintf(text, sizeof(text) - 2, "%.*g", digits, real);
        if (strtod(text, NULL) == real)
            break;
    }
    if (strpbrk(text, ".e") == NULL) {
        memcpy(text + len, ".0", 2);
        len += 2;
    }
    li_buf_add(json->buf, text, (size_t)len);
}

void li_json_text(struct li_json *json, struct li_str text)
{
    separate(json);
    put_string(json->buf, text, 0);
}

/* Bytes that need no escaping, in quotes. */
static void put_plain(struct li_json *json, const char *text, size_t len)
{
    separate(json);
    li_buf_char(json->buf, '"');
    li_buf_add(json->buf, text, len);
    li_buf_char(json->buf, '"');
}

void li_json_id(struct li_json *json, int64_t id)
{
    char text[LI_ID_TEXT + 1];

    li_id_format(id, text);
    put_plain(json, text, LI_ID_TEXT);
}

void li_json_time(struct li_json *json, int64_t instant)
{
    char text[LI_TIME_TEXT];

    li_time_format(instant, text);
    put_plain(json, text, strlen(text));
}

void li_json_hash(struct li_json *json, const struct li_hash *hash)
{
    char text[2 * LI_HASH_SIZE + 1];

    li_hash_hex(hash, text);
    put_plain(json, text, 2 * (size_t)LI_HASH_SIZE);
}

static int member_order(const void *a, const void *b)
{
    const struct li_member *const *left = a;
    const struct li_member *const *right = b;

    return li_str_cmp((*left)->key, (*right)->key);
}

static void put_members(struct li_json *json, const struct li_member **members, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        li_json_key_str(json, members[i]->key);
        li_json_node(json, members[i]->value);
    }
}

static void put_sorted_map(struct li_json *json, const struct li_node *map)
{
    const struct li_member *few[24];
    const struct li_member **members = few;
    const size_t count = map->map.count;

    if (count > sizeof(few) / sizeof(few[0])) {
        members = malloc(count * sizeof(*members));
        if (members == NULL) {
            json->buf->error = LI_E_NOMEM;
            return;
        }
    }
    for (size_t i = 0; i < count; i++)
        members[i] = &map->map.items[i];
    if (count > 1)
        qsort(members, count, sizeof(*members), member_order);
    put_members(json, members, count);
    if (members != few)
        free(members);
}

static void put_map(struct li_json *json, const struct li_node *map)
{
    li_json_open_map(json);
    if (json->canonical) {
        put_sorted_map(json, map);
    } else {
        for (size_t i = 0; i < map->map.count; i++) {
            li_json_key_str(json, map->map.items[i].key);
            li_json_node(json, map->map.items[i].value);
        }
    }
    li_json_close_map(json);
}

void li_json_node(struct li_json *json, const struct li_node *node)
{
    if (node == NULL) {
        li_json_null(json);
        return;
    }
    switch (node->kind) {
    case LI_NULL:
        li_json_null(json);
        return;
    case LI_BOOL:
        li_json_bool(json, node->flag);
        return;
    case LI_INT:
        li_json_int(json, node->number);
        return;
    case LI_REAL:
        li_json_real(json, node->real);
        return;
    case LI_TEXT:
        li_json_text(json, node->text);
        return;
    case LI_LIST:
        li_json_open_list(json);
        for (size_t i = 0; i < node->list.count; i++)
            li_json_node(json, node->list.items[i]);
        li_json_close_list(json);
        return;
    case LI_MAP:
        put_map(json, node);
        return;
    }
}

void li_json_raw(struct li_json *json, struct li_str bytes)
{
    separate(json);
    li_buf_str(json->buf, bytes);
}

void li_json_put_text(struct li_json *json, const char *key, struct li_str text)
{
    li_json_key(json, key);
    li_json_text(json, text);
}

void li_json_put_int(struct li_json *json, const char *key, int64_t number)
{
    li_json_key(json, key);
    li_json_int(json, number);
}

void li_json_put_bool(struct li_json *json, const char *key, bool flag)
{
    li_json_key(json, key);
    li_json_bool(json, flag);
}

void li_json_put_id(struct li_json *json, const char *key, int64_t id)
{
    li_json_key(json, key);
    li_json_id(json, id);
}

void li_json_put_time(struct li_json *json, const char *key, int64_t instant)
{
    li_json_key(json, key);
    li_json_time(json, instant);
}

int li_json_begin(struct li_ctx *ctx, struct li_json *ret)
{
    struct li_buf *buf = li_buf_new(ctx, 0);

    if (!buf) {
        return -LI_E_NOMEM;
    }
    li_json_init(ret, buf, true);
    li_json_open_map(ret);
    return 0;
}

int li_json_finish(struct li_ctx *ctx, struct li_json *json, struct li_str *ret)
{
    int r;

    li_json_close_map(json);
    r = li_buf_check(ctx, json->buf);
    if (r == 0) {
        *ret = li_buf_view(json->buf);
    }
    return r;
}
