/*
 * The template compiler and renderer.
 *
 * A template is one flat array of parts in the order of the page; a section
 * knows the index behind its end, so rendering is a walk over a range.
 * Partials are compiled in place: nothing is looked up while rendering.  The
 * language is the small, logic-less part of Mustache, without its unescaped
 * forms and its change of delimiters.
 */
#include "serve/page/template.h"

#define NAME_WORDS  8
#define NAME_BYTES  120
#define FIRST_PARTS 32

enum part_kind { PART_TEXT, PART_VALUE, PART_SECTION, PART_INVERTED };

struct part {
    enum part_kind kind;
    unsigned word_count;  /* 0: the scope itself */
    size_t end;           /* sections: the index behind the last part inside */
    struct li_str text;   /* PART_TEXT: the bytes; else the name as written */
    struct li_str *words; /* the name at its dots */
};

struct li_template {
    const struct part *parts;
    size_t count;
};

/* ---- compiling ----------------------------------------------------------- */

struct compiler {
    struct li_ctx *ctx;
    const struct li_template_partials *partials;
    struct part *parts;
    size_t count, cap;
    unsigned depth;
};

/* One source being read. */
struct reader {
    struct li_str name, source;
    size_t at;
    size_t line; /* line of `at`, from 1 */
};

struct tag {
    char sigil; /* # ^ / > ! or 0 for a value */
    struct li_str name;
    size_t line;
};

#define FAIL(compiler, code, reader, line, ...)                                                    \
    LI_FAIL_AT((compiler)->ctx, code,                                                              \
               li_strf((compiler)->ctx, "%.*s:%zu", LI_P((reader)->name), line), __VA_ARGS__)

static int add_part(struct compiler *compiler, const struct reader *reader, struct part part)
{
    if (compiler->count == LI_TEMPLATE_PARTS)
        return FAIL(compiler, LI_E_LIMIT, reader, reader->line, "a template of more than %d parts",
                    LI_TEMPLATE_PARTS);
    if (compiler->count == compiler->cap) {
        size_t cap = compiler->cap != 0 ? compiler->cap * 2 : FIRST_PARTS;
        struct part *parts = li_alloc_array(compiler->ctx, cap, sizeof(*parts));

        if (parts == NULL)
            return -LI_E_NOMEM;
        if (compiler->count > 0)
            memcpy(parts, compiler->parts, compiler->count * sizeof(*parts));
        compiler->parts = parts;
        compiler->cap = cap;
    }
    compiler->parts[compiler->count++] = part;
    return 0;
}

static int add_text(struct compiler *compiler, const struct reader *reader, struct li_str text)
{
    return text.len == 0
               ? 0
               : add_part(compiler, reader, (struct part){.kind = PART_TEXT, .text = text});
}

static bool is_word(struct li_str word)
{
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != '_' && c != '-')
            return false;
    }
    return word.len > 0;
}

/* Cuts a name at its dots. */
static int add_named(struct compiler *compiler, const struct reader *reader, enum part_kind kind,
                     const struct tag *tag)
{
    struct part part = {.kind = kind, .text = tag->name};
    struct li_str rest = tag->name;

    if (li_str_is(tag->name, "."))
        return add_part(compiler, reader, part);
    part.words = li_alloc_array(compiler->ctx, NAME_WORDS, sizeof(*part.words));
    if (part.words == NULL)
        return -LI_E_NOMEM;
    while (rest.ptr != NULL) {
        struct li_str word = li_str_cut(&rest, '.');

        if (part.word_count == NAME_WORDS || !is_word(word))
            return FAIL(compiler, LI_E_SYNTAX, reader, tag->line, "\"%.*s\" is not a name",
                        LI_P(tag->name));
        part.words[part.word_count++] = word;
    }
    return add_part(compiler, reader, part);
}

static void count_lines(struct reader *reader, size_t to)
{
    for (; reader->at < to; reader->at++)
        reader->line += reader->source.ptr[reader->at] == '\n';
}

/* The next "{{" from `at`, or the end. */
static size_t find_open(struct li_str source, size_t at)
{
    const char *hit = memmem(source.ptr + at, source.len - at, "{{", 2);

    return hit != NULL ? (size_t)(hit - source.ptr) : source.len;
}

/* Reads the tag at reader->at and moves behind it. */
static int read_tag(struct compiler *compiler, struct reader *reader, struct tag *ret)
{
    struct li_str source = reader->source;
    size_t from = reader->at + 2;
    const char *close = memmem(source.ptr + from, source.len - from, "}}", 2);
    struct li_str inside;

    *ret = (struct tag){.line = reader->line};
    if (close == NULL)
        return FAIL(compiler, LI_E_SYNTAX, reader, reader->line, "a tag without }}");
    inside = li_str_n(source.ptr + from, (size_t)(close - source.ptr) - from);
    count_lines(reader, from + inside.len + 2);
    if (inside.len > 0 && memchr("#^/>!", inside.ptr[0], 5) != NULL) {
        ret->sigil = inside.ptr[0];
        inside = li_str_n(inside.ptr + 1, inside.len - 1);
    }
    ret->name = li_str_trim(inside);
    if (ret->sigil == '!')
        return 0;
    if (ret->name.len == 0 || ret->name.len > NAME_BYTES)
        return FAIL(compiler, LI_E_SYNTAX, reader, ret->line, "a tag without a usable name");
    return 0;
}

/*
 * A tag that is not a value and stands alone on its line: cuts the blanks
 * before it off `text` (which ends where the tag begins) and skips the rest of
 * the line.
 */
static void take_line(struct reader *reader, const struct tag *tag, size_t tag_at, size_t text_from,
                      struct li_str *text)
{
    struct li_str source = reader->source;
    size_t from = tag_at;
    size_t to = reader->at;

    if (tag->sigil == 0)
        return;
    while (from > text_from && (source.ptr[from - 1] == ' ' || source.ptr[from - 1] == '\t'))
        from--;
    if (from > 0 && source.ptr[from - 1] != '\n')
        return;
    while (to < source.len && (source.ptr[to] == ' ' || source.ptr[to] == '\t'))
        to++;
    if (to < source.len && source.ptr[to] != '\n')
        return;
    text->len -= tag_at - from;
    count_lines(reader, to < source.len ? to + 1 : to);
}

static int compile_source(struct compiler *compiler, struct li_str name, struct li_str source);

static int add_partial(struct compiler *compiler, const struct reader *reader,
                       const struct tag *tag)
{
    struct li_str source = {0};

    if (!is_word(tag->name))
        return FAIL(compiler, LI_E_SYNTAX, reader, tag->line, "\"%.*s\" is not a name",
                    LI_P(tag->name));
    if (compiler->partials != NULL)
        source = compiler->partials->find(compiler->partials->arg, tag->name);
    if (source.ptr == NULL)
        return FAIL(compiler, LI_E_NOT_FOUND, reader, tag->line, "there is no partial \"%.*s\"",
                    LI_P(tag->name));
    if (compiler->depth == LI_TEMPLATE_DEPTH)
        return FAIL(compiler, LI_E_LIMIT, reader, tag->line,
                    "partials inside one another too deep");
    compiler->depth++;
    int rc = compile_source(compiler, tag->name, source);
    compiler->depth--;
    return rc;
}

/* The sections open in one source: indexes of their parts. */
struct open_sections {
    size_t parts[LI_TEMPLATE_DEPTH];
    unsigned count;
};

static int open_section(struct compiler *compiler, const struct reader *reader,
                        const struct tag *tag, struct open_sections *open)
{
    enum part_kind kind = tag->sigil == '#' ? PART_SECTION : PART_INVERTED;
    int rc = add_named(compiler, reader, kind, tag);

    if (rc < 0)
        return rc;
    if (compiler->depth == LI_TEMPLATE_DEPTH)
        return FAIL(compiler, LI_E_LIMIT, reader, tag->line,
                    "sections inside one another too deep");
    compiler->depth++;
    open->parts[open->count++] = compiler->count - 1;
    return 0;
}

static int close_section(struct compiler *compiler, const struct reader *reader,
                         const struct tag *tag, struct open_sections *open)
{
    struct part *part = open->count > 0 ? &compiler->parts[open->parts[open->count - 1]] : NULL;

    if (part == NULL || !li_str_eq(part->text, tag->name))
        return FAIL(compiler, LI_E_SYNTAX, reader, tag->line, "{{/%.*s}} closes nothing",
                    LI_P(tag->name));
    part->end = compiler->count;
    open->count--;
    compiler->depth--;
    return 0;
}

static int add_tag(struct compiler *compiler, const struct reader *reader, const struct tag *tag,
                   struct open_sections *open)
{
    switch (tag->sigil) {
    case '!':
        return 0;
    case '>':
        return add_partial(compiler, reader, tag);
    case '#':
    case '^':
        return open_section(compiler, reader, tag, open);
    case '/':
        return close_section(compiler, reader, tag, open);
    default:
        return add_named(compiler, reader, PART_VALUE, tag);
    }
}

static int compile_source(struct compiler *compiler, struct li_str name, struct li_str source)
{
    struct reader reader = {.name = name, .source = source, .line = 1};
    struct open_sections open = {.count = 0};
    int rc;

    if (source.len > LI_TEMPLATE_SIZE)
        return FAIL(compiler, LI_E_LIMIT, &reader, reader.line, "a source of more than %zu bytes",
                    LI_TEMPLATE_SIZE);
    while (reader.at < source.len) {
        size_t from = reader.at;
        size_t tag_at = find_open(source, from);
        struct li_str text = li_str_n(source.ptr + from, tag_at - from);
        struct tag tag;

        count_lines(&reader, tag_at);
        if (tag_at == source.len)
            return add_text(compiler, &reader, text);
        rc = read_tag(compiler, &reader, &tag);
        if (rc < 0)
            return rc;
        take_line(&reader, &tag, tag_at, from, &text);
        rc = add_text(compiler, &reader, text);
        if (rc == 0)
            rc = add_tag(compiler, &reader, &tag, &open);
        if (rc < 0)
            return rc;
    }
    if (open.count > 0)
        return FAIL(compiler, LI_E_SYNTAX, &reader, reader.line, "{{#%.*s}} is not closed",
                    LI_P(compiler->parts[open.parts[open.count - 1]].text));
    return 0;
}

int li_template_compile(struct li_ctx *ctx, struct li_str name, struct li_str source,
                        const struct li_template_partials *partials, const struct li_template **ret)
{
    struct compiler compiler = {.ctx = ctx, .partials = partials};
    struct li_template *template = li_alloc(ctx, sizeof(*template));
    int rc;

    if (template == NULL)
        return -LI_E_NOMEM;
    rc = compile_source(&compiler, name, source);
    if (rc < 0)
        return rc;
    template->parts = compiler.parts;
    template->count = compiler.count;
    *ret = template;
    return 0;
}

/* ---- rendering ------------------------------------------------------------- */

struct renderer {
    struct li_ctx *ctx;
    const struct li_template *template;
    struct li_buf *out;
    size_t steps;
    unsigned depth; /* scopes in use */
    const struct li_node *scopes[LI_TEMPLATE_DEPTH + 1];
};

static const struct li_node *look_up(const struct renderer *renderer, const struct part *part)
{
    const struct li_node *node = NULL;

    if (part->word_count == 0)
        return renderer->scopes[renderer->depth - 1];
    for (unsigned i = renderer->depth; i-- > 0 && node == NULL;)
        node = li_node_get_str(renderer->scopes[i], part->words[0]);
    for (unsigned i = 1; i < part->word_count && node != NULL; i++)
        node = li_node_get_str(node, part->words[i]);
    return node;
}

static bool is_true(const struct li_node *node)
{
    if (node == NULL)
        return false;
    switch (node->kind) {
    case LI_NULL:
        return false;
    case LI_BOOL:
        return node->flag;
    case LI_INT:
        return node->number != 0;
    case LI_REAL:
        return node->real < 0 || node->real > 0;
    case LI_TEXT:
        return node->text.len > 0;
    case LI_LIST:
        return node->list.count > 0;
    case LI_MAP:
        return true;
    }
    return false;
}

static void put_value(struct renderer *renderer, const struct li_node *node)
{
    if (node == NULL)
        return;
    if (node->kind == LI_TEXT)
        li_buf_html(renderer->out, node->text);
    else if (node->kind == LI_INT)
        li_buf_i64(renderer->out, node->number);
    else if (node->kind == LI_REAL)
        li_buf_fmt(renderer->out, "%.15g", node->real);
    else if (node->kind == LI_BOOL)
        li_buf_text(renderer->out, node->flag ? "true" : "false");
}

static int put_range(struct renderer *renderer, size_t from, size_t to);

/* Once, with `scope` innermost (NULL: the scope stays). */
static int put_inside(struct renderer *renderer, const struct li_node *scope, size_t from,
                      size_t to)
{
    int rc;

    if (scope == NULL || scope->kind == LI_BOOL)
        return put_range(renderer, from, to);
    li_assert(renderer->depth <= LI_TEMPLATE_DEPTH);
    renderer->scopes[renderer->depth++] = scope;
    rc = put_range(renderer, from, to);
    renderer->depth--;
    return rc;
}

static int put_section(struct renderer *renderer, const struct part *part, size_t from)
{
    const struct li_node *node = look_up(renderer, part);

    if (is_true(node) != (part->kind == PART_SECTION))
        return 0;
    if (part->kind == PART_INVERTED)
        return put_range(renderer, from, part->end);
    if (node->kind != LI_LIST)
        return put_inside(renderer, node, from, part->end);
    for (size_t i = 0; i < node->list.count; i++) {
        int rc = put_inside(renderer, node->list.items[i], from, part->end);

        if (rc < 0)
            return rc;
    }
    return 0;
}

static int put_range(struct renderer *renderer, size_t from, size_t to)
{
    for (size_t i = from; i < to;) {
        const struct part *part = &renderer->template->parts[i];
        int rc = 0;

        if (++renderer->steps > LI_TEMPLATE_STEPS)
            return LI_FAIL(renderer->ctx, LI_E_LIMIT, "a page of more than %d parts",
                           LI_TEMPLATE_STEPS);
        if (part->kind == PART_TEXT)
            li_buf_str(renderer->out, part->text);
        else if (part->kind == PART_VALUE)
            put_value(renderer, look_up(renderer, part));
        else
            rc = put_section(renderer, part, i + 1);
        if (rc < 0)
            return rc;
        i = part->kind == PART_SECTION || part->kind == PART_INVERTED ? part->end : i + 1;
    }
    return 0;
}

int li_template_render(struct li_ctx *ctx, const struct li_template *template,
                       const struct li_node *data, struct li_buf *out)
{
    struct renderer renderer = {
        .ctx = ctx, .template = template, .out = out, .depth = 1, .scopes = {data}};
    int rc = put_range(&renderer, 0, template->count);

    return rc < 0 ? rc : li_buf_check(ctx, out);
}
