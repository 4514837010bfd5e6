/*
 * Patterns that mean the same in PCRE2 and in JavaScript.
 *
 * A contract's pattern is also run by ajv in browsers and tests, so only what
 * both understand alike is let in: literals, classes, groups without tricks,
 * quantifiers, \d \w and escaped signs, between "^" and "$", alternatives
 * inside a group.  Refused when loaded: \s \b and other escapes whose meaning
 * differs, look-around, back references, PCRE verbs, POSIX classes, possessive
 * quantifiers.  "." is written out as JavaScript's.
 *
 * Matching is bounded (match limit) and needs no shared writable memory: the
 * match data lies in a block on the stack.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdlib.h>

#include "base/buf.h"
#include "contract/inside.h"

#define PATTERN_MATCH_LIMIT 100000
#define PATTERN_HEAP_KIB    1024
#define PATTERN_LENGTH_MAX  1000

struct li_pattern {
    pcre2_code *code;
    pcre2_match_context *limits;
};

/* Reading position in a pattern, and its translation. */
struct scan {
    struct li_str text;
    size_t at;
    unsigned groups; /* open parentheses */
    bool in_class;
    struct li_buf *out;
    const char *wrong; /* what is not allowed, or NULL */
};

static char scan_peek(const struct scan *scan, size_t ahead)
{
    return scan->at + ahead < scan->text.len ? scan->text.ptr[scan->at + ahead] : '\0';
}

static void scan_copy(struct scan *scan, size_t count)
{
    li_buf_add(scan->out, scan->text.ptr + scan->at, count);
    scan->at += count;
}

static void scan_escape(struct scan *scan)
{
    char c = scan_peek(scan, 1);

    if (c == '\0' || !strchr("dDwWnrt^$\\.*+?()[]{}|/-", c))
        scan->wrong = "only \\d \\D \\w \\W \\n \\r \\t and escaped signs may follow a backslash";
    else if (scan->in_class && (c == 'D' || c == 'W'))
        scan->wrong = "\\D and \\W may not stand in a class";
    else
        scan_copy(scan, 2);
}

static void scan_class(struct scan *scan)
{
    char c = scan_peek(scan, 0);

    if (c == '[') {
        scan->wrong = "a '[' within a class must be escaped";
        return;
    }
    if (c == ']')
        scan->in_class = false;
    scan_copy(scan, 1);
}

static void scan_group(struct scan *scan)
{
    char c = scan_peek(scan, 0);

    if (c == ')') {
        if (scan->groups == 0)
            scan->wrong = "a ')' without '('";
        else
            scan->groups--;
        scan_copy(scan, 1);
        return;
    }
    if (scan_peek(scan, 1) == '*' || (scan_peek(scan, 1) == '?' && scan_peek(scan, 2) != ':')) {
        scan->wrong = "groups are ( … ) or (?: … ) only";
        return;
    }
    scan->groups++;
    scan_copy(scan, scan_peek(scan, 1) == '?' ? 3 : 1);
}

static void scan_one(struct scan *scan)
{
    char c = scan_peek(scan, 0);

    if (c == '\\') {
        scan_escape(scan);
    } else if (scan->in_class) {
        scan_class(scan);
    } else if (c == '[') {
        scan->in_class = true;
        scan_copy(scan, scan_peek(scan, 1) == '^' ? 2 : 1);
        if (scan_peek(scan, 0) == ']')
            scan->wrong = "an empty class";
    } else if (c == '(' || c == ')') {
        scan_group(scan);
    } else if (c == '.') {
        li_buf_text(scan->out, "[^\\n\\r\\x{2028}\\x{2029}]");
        scan->at++;
    } else if (c == '^' || c == '$') {
        scan->wrong = "'^' and '$' stand at the ends only";
    } else if (c == '|' && scan->groups == 0) {
        scan->wrong = "alternatives stand in a group: ^(?:a|b)$";
    } else if (strchr("*+?}", c) && c != '\0' && scan_peek(scan, 1) == '+') {
        scan->wrong = "possessive quantifiers are not JavaScript's";
    } else {
        scan_copy(scan, 1);
    }
}

static bool scan_ends(struct li_str text)
{
    size_t backslashes = 0;

    if (text.len < 2 || text.ptr[0] != '^' || text.ptr[text.len - 1] != '$')
        return false;
    while (backslashes < text.len - 2 && text.ptr[text.len - 2 - backslashes] == '\\')
        backslashes++;
    return backslashes % 2 == 0;
}

static int pattern_translate(struct li_ctx *ctx, struct li_str where, struct li_str text,
                             struct li_buf *out)
{
    struct scan scan = {.text = text, .out = out};

    if (text.len > PATTERN_LENGTH_MAX)
        return LI_FAIL_AT(ctx, LI_E_INVALID, where, "pattern: longer than %d", PATTERN_LENGTH_MAX);
    if (!scan_ends(text))
        return LI_FAIL_AT(ctx, LI_E_INVALID, where, "pattern: must be written ^…$");
    if (!li_utf8_valid(text))
        return LI_FAIL_AT(ctx, LI_E_INVALID, where, "pattern: not UTF-8");
    scan.text = li_str_n(text.ptr + 1, text.len - 2);
    while (!scan.wrong && scan.at < scan.text.len)
        scan_one(&scan);
    if (scan.wrong)
        return LI_FAIL_AT(ctx, LI_E_INVALID, where, "pattern: %s", scan.wrong);
    return li_buf_check(ctx, out);
}

static void code_free(void *code)
{
    pcre2_code_free(code);
}

static void limits_free(void *limits)
{
    pcre2_match_context_free(limits);
}

int li_pattern_compile(struct li_ctx *ctx, struct li_str where, struct li_str text,
                       const struct li_pattern **ret)
{
    const uint32_t options = PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_DOLLAR_ENDONLY |
                             PCRE2_NO_AUTO_CAPTURE;
    struct li_pattern *pattern = li_alloc(ctx, sizeof *pattern);
    struct li_buf *out = li_buf_new(ctx, 64 * 1024);
    PCRE2_SIZE offset = 0;
    int failure = 0;
    int r;

    if (!pattern || !out)
        return -LI_E_NOMEM;
    r = pattern_translate(ctx, where, text, out);
    if (r < 0)
        return r;
    pattern->code = pcre2_compile((PCRE2_SPTR)(out->ptr ? out->ptr : ""), out->len, options,
                                  &failure, &offset, NULL);
    if (!pattern->code) {
        PCRE2_UCHAR message[128] = "";

        pcre2_get_error_message(failure, message, sizeof message);
        return LI_FAIL_AT(ctx, LI_E_INVALID, where, "pattern: %s", (const char *)message);
    }
    if (li_arena_defer(ctx->arena, code_free, pattern->code) < 0)
        return LI_FAIL(ctx, LI_E_NOMEM, "pattern");
    pattern->limits = pcre2_match_context_create(NULL);
    if (!pattern->limits || li_arena_defer(ctx->arena, limits_free, pattern->limits) < 0)
        return LI_FAIL(ctx, LI_E_NOMEM, "pattern");
    pcre2_set_match_limit(pattern->limits, PATTERN_MATCH_LIMIT);
    pcre2_set_heap_limit(pattern->limits, PATTERN_HEAP_KIB);
    /* Without JIT (other processors) the interpreter does the same. */
    (void)pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE);
    *ret = pattern;
    return 0;
}

/* A little memory on the stack; what does not fit is malloc'ed. */
struct block {
    size_t used;
    _Alignas(16) unsigned char bytes[512];
};

static void *block_alloc(size_t size, void *data)
{
    struct block *block = data;
    size_t rounded = (size + 15) & ~(size_t)15;
    void *memory;

    if (rounded < size || rounded > sizeof block->bytes - block->used)
        return malloc(size);
    memory = block->bytes + block->used;
    block->used += rounded;
    return memory;
}

static void block_free(void *memory, void *data)
{
    struct block *block = data;
    uintptr_t at = (uintptr_t)memory;
    uintptr_t from = (uintptr_t)block->bytes;

    if (at < from || at >= from + sizeof block->bytes)
        free(memory);
}

bool li_pattern_fits(const struct li_pattern *pattern, struct li_str text)
{
    struct block block;
    pcre2_general_context *memory;
    pcre2_match_data *data = NULL;
    int r = PCRE2_ERROR_NOMEMORY;

    block.used = 0;
    memory = pcre2_general_context_create(block_alloc, block_free, &block);
    if (memory)
        data = pcre2_match_data_create(1, memory);
    if (data)
        r = pcre2_match(pattern->code, (PCRE2_SPTR)(text.ptr ? text.ptr : ""), text.len, 0, 0, data,
                        pattern->limits);
    pcre2_match_data_free(data);
    pcre2_general_context_free(memory);
    return r >= 0;
}
