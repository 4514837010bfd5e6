/*
 * Sharing an amount out among parts, to the smallest part of a unit.
 *
 * Each gets amount × weight ÷ all weights rounded down; what is left over goes one each
 * to those with the greatest remainders, of equal ones to the smaller number.  So the
 * shares always add up, and whoever reckons again gets the same.
 */
#include "base/grow.h"
#include "playbook/machine_inside.h"

struct share {
    struct li_part *part;
    int64_t weight;
    int64_t number;
    int64_t rest;
    bool topped;
};

struct shares {
    struct share *items;
    size_t count;
    int64_t weights;
};

static int64_t number_of(const struct li_playbook *playbook, const struct li_part *part, int field)
{
    const struct li_node *node = li_node_get_str(part->fields, playbook->fields[field].name);

    return node && node->kind == LI_INT ? node->number : 0;
}

static int gather(struct li_run *run, const struct li_split *split, struct shares *ret)
{
    ret->items = li_alloc_array(run->ctx, run->part_count, sizeof(*ret->items));
    if (!ret->items)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < run->part_count; i++) {
        struct li_part *part = &run->parts[i];
        int64_t weight = part->machine == split->machine
                             ? number_of(run->snapshot->playbook, part, split->by)
                             : 0;

        if (!(split->from >> part->state & 1) || weight <= 0)
            continue;
        ret->items[ret->count++] = (struct share){.part = part, .weight = weight};
        if (__builtin_add_overflow(ret->weights, weight, &ret->weights))
            return LI_FAIL(run->ctx, LI_E_INVALID, "the weights are too large together");
    }
    return 0;
}

/* The greatest remainder that has not got its one more; parts come by number. */
static struct share *greatest(const struct shares *shares)
{
    struct share *best = NULL;

    for (size_t i = 0; i < shares->count; i++)
        if (!shares->items[i].topped && (!best || shares->items[i].rest > best->rest))
            best = &shares->items[i];
    return best;
}

static void divide(struct shares *shares, int64_t amount)
{
    int64_t left = amount;

    for (size_t i = 0; i < shares->count; i++) {
        struct share *share = &shares->items[i];
        __extension__ __int128 whole = amount;

        whole *= share->weight;
        share->number = (int64_t)(whole / shares->weights);
        share->rest = (int64_t)(whole % shares->weights);
        left -= share->number;
    }
    for (; left > 0; left--) {
        struct share *share = greatest(shares);

        li_assert(share);
        share->topped = true;
        share->number++;
    }
}

static int keep(struct li_run *run, const struct li_split *split, const struct share *share)
{
    const struct li_playbook *playbook = run->snapshot->playbook;
    struct li_node *given = li_node_new_map(run->ctx);
    struct li_node *number = li_node_new_int(run->ctx, share->number);
    struct li_plan_value *values =
        li_grow(run->ctx, run->values, run->value_count, &run->value_room, sizeof(*values));
    int r = given && number && values
                ? li_node_put(run->ctx, given, playbook->fields[split->into].name, number)
                : -LI_E_NOMEM;

    if (r < 0)
        return r;
    run->values = values;
    values[run->value_count++] = (struct li_plan_value){
        .part = share->part->no, .field = split->into, .number = share->number};
    return li_machine_part_fields(run->ctx, playbook, share->part->machine, share->part->fields,
                                  given, &share->part->fields);
}

int li_run_split(struct li_run *run, const struct li_split *split)
{
    struct shares shares = {0};
    struct li_value amount;
    int r = li_run_eval(run, split->amount, NULL, run->added, &amount);

    if (r == 0)
        r = gather(run, split, &shares);
    if (r < 0)
        return r;
    if (amount.number < 0 || (amount.number > 0 && !shares.count))
        return LI_FAIL(run->ctx, LI_E_STATE, "there is nothing to share out, or nobody to share");
    divide(&shares, amount.number);
    for (size_t i = 0; r == 0 && i < shares.count; i++)
        r = keep(run, split, &shares.items[i]);
    return r;
}
