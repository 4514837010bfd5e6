/*
 * Checking a value against a compiled schema.
 *
 * The common case is a right value: it costs one look-up a property and no
 * memory.  A JSON pointer is only written for a fault, from the chain of places
 * on the stack.  Checking ends when the context holds all faults it can.
 */
#include <stdlib.h>

#include "contract/inside.h"

/* Lists up to this length are compared pair by pair. */
#define PAIRWISE_MAX 16

struct walk {
    struct li_ctx *ctx;
    struct li_str at;
    int r;
};

static void check_value(struct walk *walk, const struct li_schema *schema,
                        const struct li_step *place, const struct li_node *value);

/* Nothing more can be told, and that something is wrong is known. */
static bool is_full(const struct walk *walk)
{
    return walk->r < 0 && walk->ctx->error_count >= LI_ERRORS_MAX;
}

static void tell(struct walk *walk, const struct li_step *place, enum li_fault_kind kind,
                 struct li_str limit)
{
    struct li_str where;

    walk->r = -LI_E_INVALID;
    if (walk->ctx->error_count >= LI_ERRORS_MAX)
        return;
    where = li_step_pointer(walk->ctx, walk->at, place);
    if (where.ptr)
        walk->r = li_fault(walk->ctx, kind, where, limit);
}

static void tell_size(struct walk *walk, const struct li_step *place, enum li_fault_kind kind,
                      size_t limit)
{
    tell(walk, place, kind, li_strf(walk->ctx, "%zu", limit));
}

static void tell_number(struct walk *walk, const struct li_step *place, enum li_fault_kind kind,
                        const struct li_node *limit)
{
    tell(walk, place, kind,
         limit->kind == LI_INT ? li_strf(walk->ctx, "%lld", (long long)limit->number)
                               : li_strf(walk->ctx, "%g", limit->real));
}

int li_number_cmp(const struct li_node *a, const struct li_node *b)
{
    /* Wide enough to hold every int64 and every double on our processors. */
    long double x = a->kind == LI_INT ? (long double)a->number : (long double)a->real;
    long double y = b->kind == LI_INT ? (long double)b->number : (long double)b->real;

    return (x > y) - (x < y);
}

bool li_scalar_eq(const struct li_node *a, const struct li_node *b)
{
    if (LI_KIND(a->kind) & LI_KIND_NUMBER && LI_KIND(b->kind) & LI_KIND_NUMBER)
        return li_number_cmp(a, b) == 0;
    if (a->kind != b->kind)
        return false;
    if (a->kind == LI_TEXT)
        return li_str_eq(a->text, b->text);
    return a->kind == LI_NULL || (a->kind == LI_BOOL && a->flag == b->flag);
}

static bool choice_holds(const struct li_schema *schema, const struct li_node *value)
{
    size_t low = 0, high = schema->choice_count;

    if (!schema->choices_sorted) {
        for (size_t i = 0; i < schema->choice_count; i++)
            if (li_scalar_eq(schema->choices[i], value))
                return true;
        return false;
    }
    while (value->kind == LI_TEXT && low < high) {
        size_t middle = (low + high) / 2;
        int order = li_property_order(schema->choices[middle]->text, value->text);

        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static void check_text(struct walk *walk, const struct li_schema *schema,
                       const struct li_step *place, struct li_str text)
{
    /* Code points are counted only when the bytes leave it open. */
    if (text.len > schema->max_length && li_utf8_length(text) > schema->max_length) {
        tell_size(walk, place, LI_FAULT_LONG, schema->max_length);
        return;
    }
    if (schema->min_length > 0 &&
        (text.len < schema->min_length ||
         (schema->min_length > 1 && li_utf8_length(text) < schema->min_length))) {
        tell_size(walk, place, LI_FAULT_SHORT, schema->min_length);
        return;
    }
    if (schema->format && !schema->format->fits(walk->ctx, text))
        tell(walk, place, LI_FAULT_FORMAT, li_str(schema->format->name));
    else if (schema->pattern && !li_pattern_fits(schema->pattern, text))
        tell(walk, place, LI_FAULT_PATTERN, (struct li_str){0});
}

static void check_number(struct walk *walk, const struct li_schema *schema,
                         const struct li_step *place, const struct li_node *value)
{
    if (schema->minimum && li_number_cmp(value, schema->minimum) < 0)
        tell_number(walk, place, LI_FAULT_SMALL, schema->minimum);
    else if (schema->maximum && li_number_cmp(value, schema->maximum) > 0)
        tell_number(walk, place, LI_FAULT_GREAT, schema->maximum);
}

/* An order in which equal scalars are neighbours. */
static int scalar_cmp(const void *a, const void *b)
{
    const struct li_node *x = *(const struct li_node *const *)a;
    const struct li_node *y = *(const struct li_node *const *)b;
    bool x_number = x->kind == LI_INT || x->kind == LI_REAL;
    bool y_number = y->kind == LI_INT || y->kind == LI_REAL;

    if (x_number && y_number)
        return li_number_cmp(x, y);
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->kind == LI_TEXT)
        return li_property_order(x->text, y->text);
    return x->kind == LI_BOOL ? x->flag - y->flag : 0;
}

static bool has_twice(struct walk *walk, const struct li_node *value)
{
    struct li_node **items = value->list.items;
    size_t count = value->list.count;

    if (count <= PAIRWISE_MAX) {
        for (size_t i = 1; i < count; i++)
            for (size_t k = 0; k < i; k++)
                if (li_scalar_eq(items[i], items[k]))
                    return true;
        return false;
    }
    items = li_alloc_array(walk->ctx, count, sizeof *items);
    if (!items) {
        walk->r = -LI_E_NOMEM;
        return false;
    }
    memcpy(items, value->list.items, count * sizeof *items);
    qsort(items, count, sizeof *items, scalar_cmp);
    for (size_t i = 1; i < count; i++)
        if (li_scalar_eq(items[i - 1], items[i]))
            return true;
    return false;
}

static void check_list(struct walk *walk, const struct li_schema *schema,
                       const struct li_step *place, const struct li_node *value)
{
    if (value->list.count < schema->min_items)
        tell_size(walk, place, LI_FAULT_FEW, schema->min_items);
    if (value->list.count > schema->max_items) {
        tell_size(walk, place, LI_FAULT_MANY, schema->max_items);
        return;
    }
    for (size_t i = 0; i < value->list.count && !is_full(walk); i++) {
        struct li_step here = {.parent = place, .index = i};

        check_value(walk, schema->items, &here, value->list.items[i]);
    }
    if (schema->unique && has_twice(walk, value))
        tell(walk, place, LI_FAULT_TWICE, (struct li_str){0});
}

static void check_missing(struct walk *walk, const struct li_schema *schema,
                          const struct li_step *place, const uint64_t *seen)
{
    for (size_t word = 0; word * 64 < schema->property_count; word++) {
        uint64_t missing = schema->required[word] & ~seen[word];

        while (missing) {
            size_t index = word * 64 + (size_t)__builtin_ctzll(missing);
            struct li_step here = {.parent = place, .key = schema->names[index]};

            tell(walk, &here, LI_FAULT_REQUIRED, (struct li_str){0});
            missing &= missing - 1;
        }
    }
}

static void check_map(struct walk *walk, const struct li_schema *schema,
                      const struct li_step *place, const struct li_node *value)
{
    uint64_t seen[LI_PROPERTY_WORDS] = {0};

    for (size_t i = 0; i < value->map.count && !is_full(walk); i++) {
        const struct li_member *member = &value->map.items[i];
        const struct li_property *property = li_property_find(schema, member->key);
        struct li_step here = {.parent = place, .key = member->key};

        if (property) {
            seen[property->index / 64] |= UINT64_C(1) << property->index % 64;
            check_value(walk, property->schema, &here, member->value);
        } else if (schema->rest) {
            check_value(walk, schema->rest, &here, member->value);
        } else {
            tell(walk, &here, LI_FAULT_UNKNOWN, (struct li_str){0});
        }
    }
    check_missing(walk, schema, place, seen);
}

const struct li_branch *li_branch_find(const struct li_schema *schema, const struct li_node *value)
{
    const struct li_node *chosen = li_node_get_str(value, schema->discriminator);

    for (size_t i = 0; chosen && chosen->kind == LI_TEXT && i < schema->branch_count; i++)
        if (li_str_eq(schema->branches[i].value, chosen->text))
            return &schema->branches[i];
    return NULL;
}

static void check_one_of(struct walk *walk, const struct li_schema *schema,
                         const struct li_step *place, const struct li_node *value)
{
    const struct li_branch *branch;
    struct li_step here = {.parent = place, .key = schema->discriminator};
    const struct li_node *chosen;

    if (value->kind == LI_NULL && schema->kinds & LI_KIND(LI_NULL))
        return;
    if (schema->branch_count == 1) {
        check_value(walk, schema->branches[0].schema, place, value);
        return;
    }
    if (value->kind != LI_MAP) {
        tell(walk, place, LI_FAULT_TYPE, LI_S("object"));
        return;
    }
    branch = li_branch_find(schema, value);
    if (branch) {
        check_value(walk, branch->schema, place, value);
        return;
    }
    chosen = li_node_get_str(value, schema->discriminator);
    if (!chosen)
        tell(walk, &here, LI_FAULT_REQUIRED, (struct li_str){0});
    else if (chosen->kind != LI_TEXT)
        tell(walk, &here, LI_FAULT_TYPE, LI_S("string"));
    else
        tell(walk, &here, LI_FAULT_CHOICE, (struct li_str){0});
}

static void check_value(struct walk *walk, const struct li_schema *schema,
                        const struct li_step *place, const struct li_node *value)
{
    if (schema->anything)
        return;
    if (schema->branch_count > 0) {
        check_one_of(walk, schema, place, value);
        return;
    }
    if (!(schema->kinds & LI_KIND(value->kind))) {
        tell(walk, place, LI_FAULT_TYPE, li_kinds_name(schema->kinds));
        return;
    }
    if (schema->choices && !choice_holds(schema, value)) {
        tell(walk, place, LI_FAULT_CHOICE, (struct li_str){0});
        return;
    }
    if (value->kind == LI_TEXT)
        check_text(walk, schema, place, value->text);
    else if (value->kind == LI_INT || value->kind == LI_REAL)
        check_number(walk, schema, place, value);
    else if (value->kind == LI_LIST)
        check_list(walk, schema, place, value);
    else if (value->kind == LI_MAP)
        check_map(walk, schema, place, value);
}

int li_schema_check(struct li_ctx *ctx, const struct li_schema *schema, struct li_str at,
                    const struct li_node *value)
{
    struct walk walk = {.ctx = ctx, .at = at};

    check_value(&walk, schema, NULL, value);
    return walk.r;
}
