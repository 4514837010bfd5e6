/*
 * Evaluating a compiled expression.
 *
 * Not for reading one (expression_parse.c).  Types were settled at load, so a
 * value of another type here is a bug of whoever gives the facts.  and/or stop
 * early, as do all and any.  Depth is bounded at load.
 */
#include "playbook/expression_tree.h"
#include "playbook/rule.h"

struct evaluation {
    struct li_ctx *ctx;
    const struct li_facts *facts;
    struct li_str kind; /* of the parts walked over; ptr NULL outside */
    size_t index;
};

static int eval(struct evaluation *e, const struct li_expression *x, struct li_value *ret);

static struct li_value bool_value(bool flag)
{
    return (struct li_value){.type = LI_TYPE_BOOL, .flag = flag};
}

static struct li_value int_value(int64_t number)
{
    return (struct li_value){.type = LI_TYPE_INT, .number = number};
}

static int overflow(struct evaluation *e)
{
    return li_rule_fail(e->ctx, LI_E_INVALID, LI_RULE_WHEN_OVERFLOW, LI_S(""), LI_S(""));
}

static bool same(const struct li_value *a, const struct li_value *b)
{
    li_assert(a->type == b->type);
    switch (a->type) {
    case LI_TYPE_BOOL:
        return a->flag == b->flag;
    case LI_TYPE_INT:
        return a->number == b->number;
    case LI_TYPE_TEXT:
        return li_str_eq(a->text, b->text);
    }
    return false;
}

static bool compare(enum li_op op, const struct li_value *a, const struct li_value *b)
{
    switch (op) {
    case LI_OP_EQ:
        return same(a, b);
    case LI_OP_NE:
        return !same(a, b);
    case LI_OP_LT:
        return a->number < b->number;
    case LI_OP_LE:
        return a->number <= b->number;
    case LI_OP_GT:
        return a->number > b->number;
    default:
        return a->number >= b->number;
    }
}

static int eval_binary(struct evaluation *e, const struct li_expression *x, struct li_value *ret)
{
    struct li_value left, right;
    int64_t number = 0;
    bool over = false;
    int r = eval(e, x->left, &left);

    if (r < 0)
        return r;
    if ((x->op == LI_OP_AND && !left.flag) || (x->op == LI_OP_OR && left.flag)) {
        *ret = left;
        return 0;
    }
    r = eval(e, x->right, &right);
    if (r < 0)
        return r;
    switch (x->op) {
    case LI_OP_AND:
    case LI_OP_OR:
        *ret = right;
        return 0;
    case LI_OP_ADD:
        over = __builtin_add_overflow(left.number, right.number, &number);
        break;
    case LI_OP_SUBTRACT:
        over = __builtin_sub_overflow(left.number, right.number, &number);
        break;
    case LI_OP_MULTIPLY:
        over = __builtin_mul_overflow(left.number, right.number, &number);
        break;
    case LI_OP_DIVIDE:
        over = left.number == INT64_MIN && right.number == -1;
        number = over || right.number == 0 ? 0 : left.number / right.number;
        break;
    default:
        *ret = bool_value(compare(x->op, &left, &right));
        return 0;
    }
    if (over)
        return overflow(e);
    *ret = int_value(number);
    return 0;
}

/* One part more: *more false when the rest need not be looked at; *first is over once a
 * part was reckoned with. */
static int gather(struct evaluation *e, const struct li_expression *x, bool *first,
                  struct li_value *total, bool *more)
{
    struct li_value value = bool_value(true);
    int r = x->right ? eval(e, x->right, &value) : 0;

    if (r < 0 || !value.flag)
        return r;
    r = x->left ? eval(e, x->left, &value) : 0;
    if (r < 0)
        return r;
    switch (x->op) {
    case LI_OP_COUNT:
        total->number += value.flag;
        break;
    case LI_OP_ALL:
        total->flag = *more = value.flag;
        break;
    case LI_OP_ANY:
        total->flag = value.flag;
        *more = !value.flag;
        break;
    case LI_OP_SUM:
        if (__builtin_add_overflow(total->number, value.number, &total->number))
            return overflow(e);
        break;
    case LI_OP_MIN:
        if (*first || value.number < total->number)
            total->number = value.number;
        break;
    default:
        if (*first || value.number > total->number)
            total->number = value.number;
        break;
    }
    *first = false;
    return 0;
}

static int eval_over(struct evaluation *e, const struct li_expression *x, struct li_value *ret)
{
    size_t count = e->facts->part_count(e->facts->arg, x->name);
    struct li_value total = {.type = x->type, .flag = x->op == LI_OP_ALL};
    bool more = true, first = true;

    li_assert(!e->kind.ptr);
    e->kind = x->name;
    for (size_t i = 0; i < count && more; i++) {
        int r;

        e->index = i;
        r = gather(e, x, &first, &total, &more);
        if (r < 0) {
            e->kind = (struct li_str){0};
            return r;
        }
    }
    e->kind = (struct li_str){0};
    *ret = total;
    return 0;
}

static int eval_unary(struct evaluation *e, const struct li_expression *x, struct li_value *ret)
{
    struct li_value value;
    int r = eval(e, x->left, &value);

    if (r < 0)
        return r;
    if (x->op == LI_OP_NOT) {
        *ret = bool_value(!value.flag);
        return 0;
    }
    if (__builtin_sub_overflow(INT64_C(0), value.number, &value.number))
        return overflow(e);
    *ret = value;
    return 0;
}

static int eval(struct evaluation *e, const struct li_expression *x, struct li_value *ret)
{
    switch (x->op) {
    case LI_OP_LITERAL:
        *ret = x->value;
        return 0;
    case LI_OP_FACT:
        *ret = e->facts->fact(e->facts->arg, x->name);
        li_assert(ret->type == x->type);
        return 0;
    case LI_OP_PART_FACT:
        *ret = e->facts->part_fact(e->facts->arg, e->kind, e->index, x->name);
        li_assert(ret->type == x->type);
        return 0;
    case LI_OP_NEGATE:
    case LI_OP_NOT:
        return eval_unary(e, x, ret);
    case LI_OP_COUNT:
    case LI_OP_ALL:
    case LI_OP_ANY:
    case LI_OP_SUM:
    case LI_OP_MIN:
    case LI_OP_MAX:
        return eval_over(e, x, ret);
    default:
        return eval_binary(e, x, ret);
    }
}

int li_expression_eval(struct li_ctx *ctx, const struct li_expression *expression,
                       const struct li_facts *facts, struct li_value *ret)
{
    struct evaluation e = {.ctx = ctx, .facts = facts};
    struct li_value value;
    int r = eval(&e, expression, &value);

    if (r < 0)
        return r;
    *ret = value;
    return 0;
}

bool li_expression_reads(const struct li_expression *expression, struct li_str prefix)
{
    if (!expression)
        return false;
    if (expression->op == LI_OP_FACT && li_str_starts(expression->name, prefix))
        return true;
    return li_expression_reads(expression->left, prefix) ||
           li_expression_reads(expression->right, prefix);
}

void li_expression_names(const struct li_expression *expression,
                         void (*fn)(void *arg, struct li_str name), void *arg)
{
    if (!expression)
        return;
    if (expression->op == LI_OP_FACT || expression->op == LI_OP_PART_FACT)
        fn(arg, expression->name);
    li_expression_names(expression->left, fn, arg);
    li_expression_names(expression->right, fn, arg);
}

void li_expression_facts(const struct li_expression *expression,
                         void (*fn)(void *arg, struct li_str name), void *arg)
{
    if (!expression)
        return;
    if (expression->op == LI_OP_FACT)
        fn(arg, expression->name);
    li_expression_facts(expression->left, fn, arg);
    li_expression_facts(expression->right, fn, arg);
}
