/*
 * Reading YAML: libfyaml gives events, this file makes the tree.
 *
 * The events are walked instead of libfyaml's own documents, because here every
 * anchor, alias, tag and second document is seen and refused with its place,
 * and the depth is bounded before anything is built.  Which plain words are
 * numbers is decided here as well: the core schema of YAML 1.2, less what a
 * clerk would not expect (007 and .inf).
 *
 * Of libfyaml 0.7.12: fy_token_iter_… gives wrong bytes for '' within quotes;
 * fy_token_get_text() gives the right ones, but a few KiB stay allocated when
 * five or more '' follow one another.  Files come from the house's own people
 * and are read once, so the second is used.
 */
#include <libfyaml.h>
#include <math.h>
#include <stdlib.h>

#include "base/node.h"

struct place {
    int line, column; /* 1-based */
};

struct frame {
    struct li_node *node;
    struct li_member key; /* a map's: key read, value not yet */
};

struct builder {
    struct li_ctx *ctx;
    const char *name;
    struct li_node *root;
    size_t count;
    unsigned documents;
    struct place last;
    int depth;
    struct frame frames[LI_NODE_DEPTH];
};

#define REFUSE(builder, at, code, ...)                                                             \
    LI_FAIL_AT((builder)->ctx, (code), where((builder), (at)), __VA_ARGS__)

static struct li_str where(const struct builder *builder, struct place at)
{
    return li_strf(builder->ctx, "%s:%d:%d", builder->name, at.line, at.column);
}

/* What is only implied (a bare second document) has the place before it. */
static struct place place_of(struct builder *builder, struct fy_event *event)
{
    const struct fy_mark *mark = fy_event_start_mark(event);

    if (mark != NULL)
        builder->last = (struct place){mark->line + 1, mark->column + 1};
    return builder->last;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Length of the digits at `at`. */
static size_t digit_run(struct li_str text, size_t at)
{
    size_t len = 0;

    while (at + len < text.len && is_digit(text.ptr[at + len]))
        len++;
    return len;
}

/* [-+]? ( . [0-9]+ | [0-9]+ ( . [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool looks_real(struct li_str text)
{
    size_t at = text.len != 0 && (text.ptr[0] == '-' || text.ptr[0] == '+');
    const size_t whole = digit_run(text, at);
    size_t fraction = 0;

    at += whole;
    if (at < text.len && text.ptr[at] == '.') {
        fraction = digit_run(text, at + 1);
        at += 1 + fraction;
    }
    if (whole + fraction == 0)
        return false;
    if (at < text.len && (text.ptr[at] == 'e' || text.ptr[at] == 'E')) {
        size_t digits;

        at++;
        at += at < text.len && (text.ptr[at] == '-' || text.ptr[at] == '+');
        digits = digit_run(text, at);
        if (digits == 0)
            return false;
        at += digits;
    }
    return at == text.len;
}

/* 0o17 and 0x1f; false when it is none or too large. */
static bool read_based(struct li_str text, int64_t *ret)
{
    const unsigned bits = li_str_starts(text, LI_S("0x")) ? 4 : 3;
    int64_t value = 0;

    for (size_t i = 2; i < text.len; i++) {
        const char c = text.ptr[i];
        int digit = -1;

        if (is_digit(c))
            digit = c - '0';
        else if (c >= 'a' && c <= 'f')
            digit = c - 'a' + 10;
        else if (c >= 'A' && c <= 'F')
            digit = c - 'A' + 10;
        if (digit < 0 || digit >= 1 << bits || value > INT64_MAX >> bits)
            return false;
        value = value << bits | digit;
    }
    *ret = value;
    return true;
}

static bool any_of(struct li_str text, const char *const words[3])
{
    for (int i = 0; i < 3; i++)
        if (li_str_is(text, words[i]))
            return true;
    return false;
}

static bool is_special_real(struct li_str text)
{
    static const char *const infinity[] = {".inf", ".Inf", ".INF"};
    static const char *const nan[] = {".nan", ".NaN", ".NAN"};

    if (any_of(text, nan))
        return true;
    if (text.len != 0 && (text.ptr[0] == '-' || text.ptr[0] == '+'))
        text = li_str_n(text.ptr + 1, text.len - 1);
    return any_of(text, infinity);
}

static bool all_digits(struct li_str text)
{
    return text.len != 0 && digit_run(text, 0) == text.len;
}

static int resolve_number(struct builder *builder, struct place at, struct li_str text,
                          struct li_node *node)
{
    const bool sign = text.len != 0 && (text.ptr[0] == '-' || text.ptr[0] == '+');
    const struct li_str digits = sign ? li_str_n(text.ptr + 1, text.len - 1) : text;
    char *end;

    if (digits.len > 1 && digits.ptr[0] == '0' && is_digit(digits.ptr[1]))
        return REFUSE(builder, at, LI_E_SYNTAX,
                      "a number with a leading zero: put codes in quotes");
    if (all_digits(digits)) {
        node->kind = LI_INT;
        if (!li_str_to_i64(text.ptr[0] == '+' ? digits : text, &node->number))
            return REFUSE(builder, at, LI_E_SYNTAX, "a number is too large");
        return 0;
    }
    node->kind = LI_REAL;
    node->real = strtod(text.ptr, &end);
    if (end != text.ptr + text.len || !isfinite(node->real))
        return REFUSE(builder, at, LI_E_SYNTAX, "a number is too large");
    return 0;
}

/* `text` ends in a NUL, as every copy in the arena. */
static int resolve_plain(struct builder *builder, struct place at, struct li_str text,
                         struct li_node *node)
{
    static const char *const nulls[] = {"null", "Null", "NULL"};
    static const char *const trues[] = {"true", "True", "TRUE"};
    static const char *const falses[] = {"false", "False", "FALSE"};

    if (text.len == 0 || li_str_is(text, "~") || any_of(text, nulls))
        return 0;
    if (any_of(text, trues) || any_of(text, falses)) {
        node->kind = LI_BOOL;
        node->flag = any_of(text, trues);
        return 0;
    }
    if (looks_real(text))
        return resolve_number(builder, at, text, node);
    if (text.len > 2 && (li_str_starts(text, LI_S("0x")) || li_str_starts(text, LI_S("0o"))) &&
        read_based(text, &node->number)) {
        node->kind = LI_INT;
        return 0;
    }
    if (is_special_real(text))
        return REFUSE(builder, at, LI_E_SYNTAX, "infinity and not-a-number are no values here");
    node->kind = LI_TEXT;
    node->text = text;
    return 0;
}

/* Hangs a finished or opened node under the innermost open one. */
static int attach(struct builder *builder, struct place at, struct li_node *node)
{
    struct frame *frame;
    struct li_member *members;

    if (builder->depth == 0) {
        builder->root = node;
        return 0;
    }
    frame = &builder->frames[builder->depth - 1];
    if (frame->node->kind == LI_LIST)
        return li_node_push(builder->ctx, frame->node, node);
    if (frame->key.key.ptr == NULL)
        return REFUSE(builder, at, LI_E_SYNTAX, "a key must be a text");
    if (frame->node->map.count >= frame->node->map.cap) {
        const size_t cap = frame->node->map.cap < 4 ? 4 : frame->node->map.cap * 2;

        members = li_alloc_array(builder->ctx, cap, sizeof(*members));
        if (members == NULL)
            return -LI_E_NOMEM;
        if (frame->node->map.count != 0)
            memcpy(members, frame->node->map.items, frame->node->map.count * sizeof(*members));
        frame->node->map.items = members;
        frame->node->map.cap = cap;
    }
    frame->key.value = node;
    frame->node->map.items[frame->node->map.count++] = frame->key;
    frame->key = (struct li_member){0};
    return 0;
}

static int new_node(struct builder *builder, struct place at, struct li_node **ret)
{
    struct li_node *node;

    if (++builder->count > LI_NODE_COUNT)
        return REFUSE(builder, at, LI_E_LIMIT, "more than %d values", LI_NODE_COUNT);
    node = li_alloc(builder->ctx, sizeof(*node));
    if (node == NULL)
        return -LI_E_NOMEM;
    node->line = at.line;
    node->column = at.column;
    *ret = node;
    return 0;
}

static int take_key(struct builder *builder, struct place at, struct li_str text, bool plain)
{
    struct frame *frame = &builder->frames[builder->depth - 1];

    if (plain && li_str_is(text, "<<"))
        return REFUSE(builder, at, LI_E_SYNTAX, "merge keys are not accepted");
    if (plain && text.len == 0)
        return REFUSE(builder, at, LI_E_SYNTAX, "a key is missing");
    frame->key = (struct li_member){.key = text, .line = at.line, .column = at.column};
    return 0;
}

static int take_scalar(struct builder *builder, struct place at, struct fy_token *token)
{
    const struct frame *frame = builder->depth > 0 ? &builder->frames[builder->depth - 1] : NULL;
    const enum fy_scalar_style style = fy_token_scalar_style(token);
    const bool plain = style == FYSS_PLAIN;
    struct li_node *node;
    struct li_str text;
    const char *bytes;
    size_t len = 0;
    int result;

    /* libfyaml's mark stands behind the quote. */
    if ((style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED) && at.column > 1)
        at.column--;
    bytes = fy_token_get_text(token, &len);
    if (bytes == NULL)
        return REFUSE(builder, at, LI_E_SYNTAX, "a text that cannot be read");
    text = li_str_dup(builder->ctx, li_str_n(bytes, len));
    if (text.ptr == NULL)
        return -LI_E_NOMEM;
    /* Escapes can make what the file itself may not hold. */
    if (!li_utf8_valid(text))
        return REFUSE(builder, at, LI_E_SYNTAX, "an escape that is no character");
    if (frame != NULL && frame->node->kind == LI_MAP && frame->key.key.ptr == NULL)
        return take_key(builder, at, text, plain);
    result = new_node(builder, at, &node);
    if (result == 0 && plain) {
        result = resolve_plain(builder, at, text, node);
    } else if (result == 0) {
        node->kind = LI_TEXT;
        node->text = text;
    }
    return result != 0 ? result : attach(builder, at, node);
}

static int open_level(struct builder *builder, struct place at, enum li_node_kind kind)
{
    struct li_node *node;
    int result;

    if (builder->depth >= LI_NODE_DEPTH)
        return REFUSE(builder, at, LI_E_LIMIT, "more than %d levels", LI_NODE_DEPTH);
    result = new_node(builder, at, &node);
    if (result != 0)
        return result;
    node->kind = kind;
    result = attach(builder, at, node);
    if (result == 0)
        builder->frames[builder->depth++] = (struct frame){.node = node};
    return result;
}

static int member_order(const void *a, const void *b)
{
    const struct li_member *const *left = a;
    const struct li_member *const *right = b;
    const int order = li_str_cmp((*left)->key, (*right)->key);

    /* Of equal keys the earlier first: the later is the one refused. */
    return order != 0 ? order : (*left > *right) - (*left < *right);
}

static int check_unique(struct builder *builder, const struct li_node *map)
{
    const size_t count = map->map.count;
    const struct li_member **sorted;

    if (count < 2)
        return 0;
    sorted = li_alloc_array(builder->ctx, count, sizeof(*sorted));
    if (sorted == NULL)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < count; i++)
        sorted[i] = &map->map.items[i];
    qsort(sorted, count, sizeof(*sorted), member_order);
    for (size_t i = 1; i < count; i++) {
        const struct li_member *later = sorted[i];

        if (li_str_eq(sorted[i - 1]->key, later->key))
            return REFUSE(builder, ((struct place){later->line, later->column}), LI_E_SYNTAX,
                          "the key %.*s stands twice, first at line %d", LI_P(later->key),
                          sorted[i - 1]->line);
    }
    return 0;
}

static int close_level(struct builder *builder)
{
    const struct frame *frame = &builder->frames[--builder->depth];

    return frame->node->kind == LI_MAP ? check_unique(builder, frame->node) : 0;
}

static int refuse_extras(struct builder *builder, struct place at, const struct fy_token *anchor,
                         const struct fy_token *tag)
{
    if (anchor != NULL)
        return REFUSE(builder, at, LI_E_SYNTAX, "anchors are not accepted");
    if (tag != NULL)
        return REFUSE(builder, at, LI_E_SYNTAX, "tags are not accepted");
    return 0;
}

static int take_event(struct builder *builder, struct fy_event *event)
{
    const struct place at = place_of(builder, event);
    int result;

    switch (event->type) {
    case FYET_DOCUMENT_START:
        if (++builder->documents > 1)
            return REFUSE(builder, at, LI_E_SYNTAX, "only one document is accepted");
        return 0;
    case FYET_ALIAS:
        return REFUSE(builder, at, LI_E_SYNTAX, "aliases are not accepted");
    case FYET_SCALAR:
        result = refuse_extras(builder, at, event->scalar.anchor, event->scalar.tag);
        return result != 0 ? result : take_scalar(builder, at, event->scalar.value);
    case FYET_SEQUENCE_START:
        result =
            refuse_extras(builder, at, event->sequence_start.anchor, event->sequence_start.tag);
        return result != 0 ? result : open_level(builder, at, LI_LIST);
    case FYET_MAPPING_START:
        result = refuse_extras(builder, at, event->mapping_start.anchor, event->mapping_start.tag);
        return result != 0 ? result : open_level(builder, at, LI_MAP);
    case FYET_SEQUENCE_END:
    case FYET_MAPPING_END:
        return close_level(builder);
    default:
        return 0;
    }
}

/* What libfyaml complained about first. */
static int parser_failed(struct builder *builder, struct fy_diag *diag)
{
    void *state = NULL;
    const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &state);

    if (error == NULL)
        return REFUSE(builder, ((struct place){1, 1}), LI_E_SYNTAX, "not YAML");
    return REFUSE(builder, ((struct place){error->line, error->column}), LI_E_SYNTAX, "%s",
                  error->msg);
}

static int walk(struct builder *builder, struct fy_parser *parser, struct fy_diag *diag)
{
    struct fy_event *event;
    bool ended = false;
    int result = 0;

    while (result == 0 && (event = fy_parser_parse(parser)) != NULL) {
        ended = event->type == FYET_STREAM_END;
        result = take_event(builder, event);
        fy_parser_event_free(parser, event);
    }
    if (result != 0)
        return result;
    if (!ended || fy_parser_get_stream_error(parser))
        return parser_failed(builder, diag);
    if (builder->root == NULL)
        return REFUSE(builder, ((struct place){1, 1}), LI_E_SYNTAX, "the file is empty");
    return 0;
}

static int check_bytes(struct builder *builder, struct li_str bytes)
{
    struct place at = {1, 1};

    for (size_t i = 0; i < bytes.len;) {
        const int32_t point = li_utf8_next(bytes, &i);

        if (point < 0)
            return REFUSE(builder, at, LI_E_SYNTAX, "not valid UTF-8, or a NUL byte");
        at.column++;
        if (point == '\n')
            at = (struct place){at.line + 1, 1};
    }
    return 0;
}

static void swallow(struct fy_diag *diag, void *user, const char *text, size_t len)
{
    (void)diag;
    (void)user;
    (void)text;
    (void)len;
}

int li_yaml_read(struct li_ctx *ctx, const char *name, struct li_str bytes, struct li_node **ret)
{
    struct builder builder = {.ctx = ctx, .name = name, .last = {1, 1}};
    struct fy_parse_cfg cfg = {.flags = FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE};
    struct fy_diag_cfg diag_cfg;
    struct fy_parser *parser = NULL;
    int result = check_bytes(&builder, bytes);

    if (result != 0)
        return result;
    fy_diag_cfg_default(&diag_cfg);
    diag_cfg.fp = NULL;
    diag_cfg.output_fn = swallow;
    cfg.diag = fy_diag_create(&diag_cfg);
    if (cfg.diag == NULL)
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory to read %s", name);
    fy_diag_set_collect_errors(cfg.diag, true);
    parser = fy_parser_create(&cfg);
    if (parser == NULL ||
        fy_parser_set_string(parser, bytes.ptr != NULL ? bytes.ptr : "", bytes.len) != 0) {
        result = LI_FAIL(ctx, LI_E_NOMEM, "no memory to read %s", name);
        goto out;
    }
    result = walk(&builder, parser, cfg.diag);
    if (result == 0)
        *ret = builder.root;
out:
    if (parser != NULL)
        fy_parser_destroy(parser);
    fy_diag_destroy(cfg.diag);
    return result;
}
