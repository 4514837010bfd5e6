/*
 * Any bytes as a condition: read or refused, never a fault; what was read is
 * evaluated over no, one and many parts, and gives a value of its type or an
 * overflow, the same each time.
 */
#include "playbook/expression.h"

#define ARENA_LIMIT (32 * 1024 * 1024)

static bool fact_type(const void *arg, struct li_str name, enum li_type *ret)
{
    (void)arg;
    *ret = li_str_is(name, "field.n") ? LI_TYPE_INT
                                      : (li_str_is(name, "field.b") ? LI_TYPE_BOOL : LI_TYPE_TEXT);
    return li_str_starts(name, LI_S("field.")) || li_str_is(name, "case.state");
}

static bool part_fact_type(const void *arg, struct li_str kind, struct li_str name,
                           enum li_type *ret)
{
    (void)arg;
    *ret = li_str_is(name, "no") ? LI_TYPE_INT : LI_TYPE_TEXT;
    return li_str_is(kind, "task") && (li_str_is(name, "no") || li_str_is(name, "state"));
}

static struct li_value value_of(enum li_type type, int64_t number)
{
    return (struct li_value){.type = type,
                             .number = type == LI_TYPE_INT ? number : 0,
                             .flag = type == LI_TYPE_BOOL && number > 0,
                             .text = number % 2 ? LI_S("open") : LI_S("done")};
}

static struct li_value fact(const void *arg, struct li_str name)
{
    enum li_type type;

    li_assert(fact_type(arg, name, &type));
    return value_of(type, INT64_MAX / 2);
}

static size_t part_count(const void *arg, struct li_str kind)
{
    li_assert(li_str_is(kind, "task"));
    return *(const size_t *)arg;
}

static struct li_value part_fact(const void *arg, struct li_str kind, size_t index,
                                 struct li_str name)
{
    enum li_type type;

    li_assert(part_fact_type(arg, kind, name, &type) && index < *(const size_t *)arg);
    return value_of(type, (int64_t)index + 1);
}

static void evaluate(struct li_ctx *ctx, const struct li_expression *x, enum li_type type)
{
    static const size_t counts[] = {0, 1, 3};

    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        const struct li_facts facts = {
            .fact = fact, .part_count = part_count, .part_fact = part_fact, .arg = &counts[i]};
        struct li_value one, other;
        int r = li_expression_eval(ctx, x, &facts, &one);

        li_assert(r == 0 || r == -LI_E_INVALID);
        li_assert(li_expression_eval(ctx, x, &facts, &other) == r);
        if (r < 0)
            continue;
        li_assert(one.type == type && other.type == type && one.flag == other.flag);
        li_assert(one.number == other.number && li_str_eq(one.text, other.text));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct li_names names = {
        .fact = fact_type, .part_fact = part_fact_type, .file = "x", .line = 1, .column = 1};
    struct li_clock clock = {0};
    struct li_ctx ctx;

    li_ctx_init(&ctx, li_arena_new(ARENA_LIMIT), &clock, NULL);
    for (int type = LI_TYPE_BOOL; type <= LI_TYPE_TEXT; type++) {
        struct li_expression *x = NULL;
        int r = li_expression_compile(&ctx, li_str_n(data, size), (enum li_type)type, &names, &x);

        li_assert((r == 0) == (x != NULL));
        li_assert(r == 0 || (ctx.error_count > 0 && li_ctx_error(&ctx)->reason));
        if (x)
            evaluate(&ctx, x, (enum li_type)type);
        li_ctx_clear(&ctx);
    }
    li_arena_free(ctx.arena);
    return 0;
}
