/*
 * Reading and typing an expression: one pass, recursive descent.
 *
 * Not for cutting it into words (expression_token.c) or evaluating (expression.c).  Types are
 * settled while reading, so there is no second tree and an error names the very place.  Depth and
 * length are limited before anything is allocated for them.
 */
#include "playbook/expression_token.h"
#include "playbook/expression_tree.h"
#include "playbook/rule.h"

struct parser {
    struct li_ctx *ctx;
    const struct li_names *names;
    struct li_str text;
    struct li_token token; /* the one looked at */
    size_t next;           /* where the following begins */
    struct li_str kind;    /* inside count(kind, …); ptr NULL outside */
    int depth;
};

static int parse_or(struct parser *p, struct li_expression **ret);

static int fail_at(struct parser *p, int code, enum li_rule rule, size_t at, struct li_str name)
{
    struct li_str where;

    if (p->names->file)
        where = li_strf(p->ctx, "%s:%d:%d", p->names->file, p->names->line,
                        p->names->column + (int)li_utf8_length(li_str_n(p->text.ptr, at)));
    else
        where = li_strf(p->ctx, "%zu", at);
    return li_rule_fail(p->ctx, code, rule, where, name);
}

static int syntax(struct parser *p)
{
    struct li_str near = p->token.kind == LI_TOKEN_END ? p->text : p->token.text;

    return fail_at(p, LI_E_SYNTAX, LI_RULE_WHEN_SYNTAX, p->token.at, near);
}

static int advance(struct parser *p)
{
    p->token = li_token_next(p->text, &p->next);
    if (p->token.kind == LI_TOKEN_NONE)
        return syntax(p);
    if (p->token.kind == LI_TOKEN_HUGE)
        return fail_at(p, LI_E_INVALID, LI_RULE_WHEN_OVERFLOW, p->token.at, p->token.text);
    return 0;
}

static bool looking_at(const struct parser *p, const char *text)
{
    return (p->token.kind == LI_TOKEN_NAME || p->token.kind == LI_TOKEN_SIGN) &&
           li_str_is(p->token.text, text);
}

static int expect(struct parser *p, const char *sign)
{
    return looking_at(p, sign) ? advance(p) : syntax(p);
}

static int new_node(struct parser *p, enum li_op op, enum li_type type,
                    const struct li_expression *left, const struct li_expression *right,
                    struct li_expression **ret)
{
    struct li_expression *x = li_alloc(p->ctx, sizeof(*x));

    if (!x)
        return -LI_E_NOMEM;
    *x = (struct li_expression){.op = op, .type = type, .left = left, .right = right};
    *ret = x;
    return 0;
}

static int want(struct parser *p, const struct li_expression *x, enum li_type type, size_t at)
{
    size_t end = p->token.at > at ? p->token.at : p->next;

    if (x->type == type)
        return 0;
    return fail_at(p, LI_E_INVALID, LI_RULE_WHEN_TYPE, at,
                   li_str_trim(li_str_n(p->text.ptr + at, end - at)));
}

static int parse_literal(struct parser *p, struct li_value value, struct li_expression **ret)
{
    int r = new_node(p, LI_OP_LITERAL, value.type, NULL, NULL, ret);

    if (r < 0)
        return r;
    (*ret)->value = value;
    return advance(p);
}

static int parse_fact(struct parser *p, struct li_expression **ret)
{
    struct li_str name = p->token.text;
    enum li_op op = LI_OP_FACT;
    enum li_type type;
    int r;

    if (p->kind.ptr && p->names->part_fact(p->names->arg, p->kind, name, &type))
        op = LI_OP_PART_FACT;
    else if (!p->names->fact(p->names->arg, name, &type))
        return fail_at(p, LI_E_INVALID, LI_RULE_WHEN_NAME, p->token.at, name);
    r = new_node(p, op, type, NULL, NULL, ret);
    if (r < 0)
        return r;
    (*ret)->name = name;
    return advance(p);
}

/* held('POST') reads the fact "held.POST", drawn('NAME') the fact "drawn.NAME". */
static int parse_named(struct parser *p, const char *word, enum li_rule unknown,
                       struct li_expression **ret)
{
    struct li_str name = LI_S("");
    enum li_type type = LI_TYPE_BOOL;
    size_t at;
    int r = advance(p);

    if (r == 0)
        r = expect(p, "(");
    at = p->token.at;
    if (r == 0 && p->token.kind != LI_TOKEN_TEXT)
        r = syntax(p);
    if (r == 0) {
        name = li_strf(p->ctx, "%s.%.*s", word, LI_P(p->token.text));
        r = !name.ptr ? -LI_E_NOMEM
            : p->names->fact(p->names->arg, name, &type)
                ? advance(p)
                : fail_at(p, LI_E_INVALID, unknown, at, name);
    }
    if (r == 0)
        r = expect(p, ")");
    if (r == 0)
        r = new_node(p, LI_OP_FACT, type, NULL, NULL, ret);
    if (r == 0)
        (*ret)->name = name;
    return r;
}

static const struct over_word {
    const char *word;
    enum li_op op;
    enum li_type inner;
    enum li_type outer;
} over_words[] = {
    {"count", LI_OP_COUNT, LI_TYPE_BOOL, LI_TYPE_INT},
    {"all", LI_OP_ALL, LI_TYPE_BOOL, LI_TYPE_BOOL},
    {"any", LI_OP_ANY, LI_TYPE_BOOL, LI_TYPE_BOOL},
    {"sum", LI_OP_SUM, LI_TYPE_INT, LI_TYPE_INT},
    {"min", LI_OP_MIN, LI_TYPE_INT, LI_TYPE_INT},
    {"max", LI_OP_MAX, LI_TYPE_INT, LI_TYPE_INT},
};

static const struct over_word *over_word_of(const struct parser *p)
{
    for (size_t i = 0; i < sizeof(over_words) / sizeof(over_words[0]); i++)
        if (p->token.kind == LI_TOKEN_NAME && li_str_is(p->token.text, over_words[i].word))
            return &over_words[i];
    return NULL;
}

/* The kind of part in `count(kind`; a kind is what has the fact "state". */
static int parse_kind(struct parser *p, struct li_str *ret)
{
    enum li_type type;

    if (p->token.kind != LI_TOKEN_NAME)
        return syntax(p);
    if (!p->names->part_fact(p->names->arg, p->token.text, LI_S("state"), &type))
        return fail_at(p, LI_E_INVALID, LI_RULE_WHEN_NAME, p->token.at, p->token.text);
    *ret = p->token.text;
    return advance(p);
}

/* `, condition`: those parts alone are reckoned with. */
static int parse_only(struct parser *p, struct li_expression **ret)
{
    int r = advance(p);
    size_t at = p->token.at;

    if (r == 0)
        r = parse_or(p, ret);
    return r == 0 ? want(p, *ret, LI_TYPE_BOOL, at) : r;
}

static int parse_over(struct parser *p, const struct over_word *word, struct li_expression **ret)
{
    struct li_expression *inner = NULL, *only = NULL;
    struct li_str kind;
    size_t at;
    int r;

    if (p->kind.ptr)
        return fail_at(p, LI_E_INVALID, LI_RULE_WHEN_NESTED, p->token.at, p->token.text);
    r = advance(p);
    if (r == 0)
        r = expect(p, "(");
    if (r == 0)
        r = parse_kind(p, &kind);
    if (r < 0)
        return r;
    if (word->op != LI_OP_COUNT || looking_at(p, ",")) {
        r = expect(p, ",");
        at = p->token.at;
        p->kind = kind;
        if (r == 0)
            r = parse_or(p, &inner);
        if (r == 0)
            r = want(p, inner, word->inner, at);
        if (r == 0 && word->inner == LI_TYPE_INT && looking_at(p, ","))
            r = parse_only(p, &only);
        p->kind = (struct li_str){0};
    }
    if (r == 0)
        r = expect(p, ")");
    if (r == 0)
        r = new_node(p, word->op, word->outer, inner, only, ret);
    if (r < 0)
        return r;
    (*ret)->name = kind;
    return 0;
}

static int parse_brackets(struct parser *p, struct li_expression **ret)
{
    int r = advance(p);

    if (r == 0)
        r = parse_or(p, ret);
    return r == 0 ? expect(p, ")") : r;
}

static bool is_reserved(const struct parser *p)
{
    return looking_at(p, "and") || looking_at(p, "or") || looking_at(p, "not");
}

static int parse_primary(struct parser *p, struct li_expression **ret)
{
    const struct over_word *word = over_word_of(p);

    if (word)
        return parse_over(p, word, ret);
    if (looking_at(p, "held"))
        return parse_named(p, "held", LI_RULE_WHEN_NAME, ret);
    if (looking_at(p, "drawn"))
        return parse_named(p, "drawn", LI_RULE_DRAWN, ret);
    if (looking_at(p, "("))
        return parse_brackets(p, ret);
    if (looking_at(p, "true") || looking_at(p, "false"))
        return parse_literal(
            p, (struct li_value){.type = LI_TYPE_BOOL, .flag = looking_at(p, "true")}, ret);
    switch (p->token.kind) {
    case LI_TOKEN_INT:
        return parse_literal(p, (struct li_value){.type = LI_TYPE_INT, .number = p->token.number},
                             ret);
    case LI_TOKEN_TEXT:
        return parse_literal(p, (struct li_value){.type = LI_TYPE_TEXT, .text = p->token.text},
                             ret);
    case LI_TOKEN_NAME:
        return is_reserved(p) ? syntax(p) : parse_fact(p, ret);
    default:
        return syntax(p);
    }
}

/* `-x` and `not x`: the sign, then what it is put to. */
static int parse_signed(struct parser *p, enum li_op op, enum li_type type,
                        int (*operand)(struct parser *p, struct li_expression **ret),
                        struct li_expression **ret)
{
    struct li_expression *x = NULL;
    size_t at;
    int r;

    if (++p->depth > LI_EXPRESSION_DEPTH)
        return fail_at(p, LI_E_INVALID, LI_RULE_WHEN_LONG, p->token.at, p->token.text);
    r = advance(p);
    at = p->token.at;
    if (r == 0)
        r = operand(p, &x);
    if (r == 0)
        r = want(p, x, type, at);
    p->depth--;
    return r == 0 ? new_node(p, op, type, x, NULL, ret) : r;
}

static int parse_unary(struct parser *p, struct li_expression **ret)
{
    if (looking_at(p, "-"))
        return parse_signed(p, LI_OP_NEGATE, LI_TYPE_INT, parse_unary, ret);
    return parse_primary(p, ret);
}

struct binary_word {
    const char *sign;
    enum li_op op;
};

static const struct binary_word *binary_word_of(const struct parser *p,
                                                const struct binary_word *words)
{
    for (; words->sign; words++)
        if (looking_at(p, words->sign))
            return words;
    return NULL;
}

/* operand (sign operand)*, all of one type. */
static int parse_chain(struct parser *p, const struct binary_word *words, enum li_type type,
                       int (*operand)(struct parser *p, struct li_expression **ret),
                       struct li_expression **ret)
{
    const struct binary_word *word;
    struct li_expression *left = NULL, *right = NULL;
    size_t at = p->token.at;
    int r = operand(p, &left);

    while (r == 0 && (word = binary_word_of(p, words))) {
        r = want(p, left, type, at);
        if (r == 0)
            r = advance(p);
        at = p->token.at;
        if (r == 0)
            r = operand(p, &right);
        if (r == 0)
            r = want(p, right, type, at);
        if (r == 0)
            r = new_node(p, word->op, type, left, right, &left);
    }
    if (r == 0)
        *ret = left;
    return r;
}

static int parse_product(struct parser *p, struct li_expression **ret)
{
    static const struct binary_word words[] = {
        {"*", LI_OP_MULTIPLY}, {"/", LI_OP_DIVIDE}, {NULL, LI_OP_LITERAL}};

    return parse_chain(p, words, LI_TYPE_INT, parse_unary, ret);
}

static int parse_sum(struct parser *p, struct li_expression **ret)
{
    static const struct binary_word words[] = {
        {"+", LI_OP_ADD}, {"-", LI_OP_SUBTRACT}, {NULL, LI_OP_LITERAL}};

    return parse_chain(p, words, LI_TYPE_INT, parse_product, ret);
}

/* A text that is compared with a fact must be one the fact can have. */
static int check_value(struct parser *p, const struct li_expression *fact,
                       const struct li_expression *literal, size_t at)
{
    struct li_str kind = fact->op == LI_OP_PART_FACT ? p->kind : LI_S("");

    if (!p->names->value || literal->op != LI_OP_LITERAL || literal->type != LI_TYPE_TEXT ||
        (fact->op != LI_OP_FACT && fact->op != LI_OP_PART_FACT))
        return 0;
    if (p->names->value(p->names->arg, kind, fact->name, literal->value.text))
        return 0;
    return fail_at(p, LI_E_INVALID, LI_RULE_WHEN_VALUE, at, literal->value.text);
}

static int parse_comparison(struct parser *p, struct li_expression **ret)
{
    static const struct binary_word words[] = {
        {"=", LI_OP_EQ},  {"!=", LI_OP_NE}, {"<=", LI_OP_LE},     {"<", LI_OP_LT},
        {">=", LI_OP_GE}, {">", LI_OP_GT},  {NULL, LI_OP_LITERAL}};
    struct li_expression *left = NULL, *right = NULL;
    const struct binary_word *word;
    size_t at = p->token.at, behind;
    int r = parse_sum(p, &left);

    if (r < 0)
        return r;
    word = binary_word_of(p, words);
    if (!word) {
        *ret = left;
        return 0;
    }
    r = advance(p);
    behind = p->token.at;
    if (r == 0)
        r = parse_sum(p, &right);
    if (r == 0 && word->op != LI_OP_EQ && word->op != LI_OP_NE)
        r = want(p, left, LI_TYPE_INT, at);
    if (r == 0)
        r = want(p, right, left->type, behind);
    if (r == 0)
        r = check_value(p, left, right, behind);
    if (r == 0)
        r = check_value(p, right, left, at);
    return r == 0 ? new_node(p, word->op, LI_TYPE_BOOL, left, right, ret) : r;
}

static int parse_not(struct parser *p, struct li_expression **ret)
{
    if (looking_at(p, "not"))
        return parse_signed(p, LI_OP_NOT, LI_TYPE_BOOL, parse_not, ret);
    return parse_comparison(p, ret);
}

static int parse_and(struct parser *p, struct li_expression **ret)
{
    static const struct binary_word words[] = {{"and", LI_OP_AND}, {NULL, LI_OP_LITERAL}};

    return parse_chain(p, words, LI_TYPE_BOOL, parse_not, ret);
}

static int parse_or(struct parser *p, struct li_expression **ret)
{
    static const struct binary_word words[] = {{"or", LI_OP_OR}, {NULL, LI_OP_LITERAL}};
    int r;

    if (++p->depth > LI_EXPRESSION_DEPTH)
        return fail_at(p, LI_E_INVALID, LI_RULE_WHEN_LONG, p->token.at, p->token.text);
    r = parse_chain(p, words, LI_TYPE_BOOL, parse_and, ret);
    p->depth--;
    return r;
}

int li_expression_compile(struct li_ctx *ctx, struct li_str text, enum li_type wanted,
                          const struct li_names *names, struct li_expression **ret)
{
    struct parser p = {.ctx = ctx, .names = names, .text = text};
    struct li_expression *x = NULL;
    int r;

    if (text.len > LI_EXPRESSION_SIZE)
        return fail_at(&p, LI_E_INVALID, LI_RULE_WHEN_LONG, 0, LI_S(""));
    if (!li_utf8_valid(text))
        return fail_at(&p, LI_E_SYNTAX, LI_RULE_WHEN_SYNTAX, 0, LI_S(""));
    r = advance(&p);
    if (r == 0)
        r = parse_or(&p, &x);
    if (r == 0 && p.token.kind != LI_TOKEN_END)
        r = syntax(&p);
    if (r == 0)
        r = want(&p, x, wanted, 0);
    if (r < 0)
        return r;
    *ret = x;
    return 0;
}
