/*
 * Any bytes as a playbook: accepted or refused with reasons, never a fault.
 * One that is accepted loads again from its plain form to the same hash, is
 * explained in both languages, and a case is walked through it by whatever is
 * offered, step by step.
 */
#include "base/id.h"
#include "playbook/machine.h"
#include "playbook/word.h"

#define ARENA_LIMIT (64 * 1024 * 1024)
#define STEPS       24
#define PARTS       64

/* libfyaml 0.7.12 loses a buffer when a quoted text has very many quotes in it
 * (as in tests/fuzz/yaml.c). */
const char *__lsan_default_suppressions(void)
{
    return "leak:libfyaml";
}

static void load_again(struct li_ctx *ctx, const struct li_playbook *playbook)
{
    struct li_buf *plain = li_buf_new(ctx, 0), *page = li_buf_new(ctx, 0);
    struct li_playbook *again = NULL;

    li_assert(plain && page);
    li_assert(li_playbook_plain(ctx, playbook, plain) == 0);
    li_assert(li_playbook_load(ctx, "plain", li_buf_view(plain), &again) == 0);
    li_assert(li_hash_eq(&playbook->hash, &again->hash));
    ctx->lang = LI_ZH;
    li_assert(li_playbook_explain(ctx, playbook, page) == 0);
    ctx->lang = LI_EN;
    li_assert(li_playbook_explain(ctx, playbook, page) == 0);
}

/* Every post at the root, for the one organization there is. */
static struct li_viewer everybody(struct li_post posts[LI_POST_WORD_COUNT])
{
    for (size_t i = 0; i < LI_POST_WORD_COUNT; i++)
        posts[i] =
            (struct li_post){.post = li_str(li_post_words[i]), .area_path = LI_S(""), .org = 1};
    return (struct li_viewer){
        .kind = LI_VIEWER_STAFF, .person = 1, .posts = posts, .post_count = LI_POST_WORD_COUNT};
}

/* {field: the organization} for what sends parts. */
static const struct li_node *fields_for(struct li_ctx *ctx, const struct li_playbook *playbook,
                                        const struct li_action *action)
{
    struct li_node *map = li_node_new_map(ctx), *value;
    char text[LI_ID_TEXT + 1];

    li_assert(map);
    int each = -1;

    for (size_t i = 0; i < action->make_count; i++)
        each = action->makes[i].each >= 0 ? action->makes[i].each : each;
    if (each < 0)
        return map;
    li_id_format(1, text);
    value = li_node_new_text(ctx, li_str_dup(ctx, li_str(text)));
    if (playbook->fields[each].many) {
        struct li_node *list = li_node_new_list(ctx);

        li_assert(list && value && li_node_push(ctx, list, value) == 0);
        value = list;
    }
    li_assert(value && li_node_put(ctx, map, playbook->fields[each].name, value) == 0);
    return map;
}

static void resolve(struct li_owner *owner, const struct li_owner_rule *rule)
{
    *owner = (struct li_owner){.post = rule->post, .area_path = LI_S(""), .org = 1};
}

static void carry_out(struct li_snapshot *snapshot, struct li_part parts[PARTS],
                      const struct li_plan *plan)
{
    const struct li_machine *machines = snapshot->playbook->machines;

    for (size_t i = 0; i < plan->change_count; i++) {
        const struct li_change *change = &plan->changes[i];
        struct li_part *part = change->part ? &parts[change->part - 1] : NULL;

        if (!part)
            continue;
        if (change->is_new)
            snapshot->part_count++;
        part->no = change->part;
        part->machine = change->machine;
        part->state = change->to;
        part->org = change->org;
        resolve(&part->owner, &machines[change->machine].states[change->to].owner);
    }
    snapshot->state = plan->state;
    resolve(&snapshot->owner, &machines[0].states[plan->state].owner);
}

static void walk(struct li_ctx *ctx, const struct li_playbook *playbook, const uint8_t *data,
                 size_t size)
{
    struct li_post posts[LI_POST_WORD_COUNT];
    struct li_viewer viewer = everybody(posts);
    struct li_part parts[PARTS] = {0};
    struct li_snapshot snapshot = {.playbook = playbook,
                                   .state = playbook->machines[0].start,
                                   .area_path = LI_S("1/"),
                                   .parts = parts};

    resolve(&snapshot.owner, &playbook->machines[0].states[snapshot.state].owner);
    for (size_t i = 0; i < STEPS; i++) {
        struct li_offer *offers = NULL;
        struct li_plan *plan = NULL;
        struct li_step step = {.viewer = &viewer};
        size_t count = 0;
        int r;

        li_assert(li_machine_offers(ctx, &snapshot, &viewer, false, &offers, &count) == 0);
        if (!count)
            return;
        step.action = offers[data[(i * 7) % size] % count].action;
        step.part = offers[data[(i * 7) % size] % count].part;
        step.fields = fields_for(ctx, playbook, &playbook->actions[step.action]);
        r = li_machine_step(ctx, &snapshot, &step, &plan);
        li_assert(r == 0 || r == -LI_E_STATE || r == -LI_E_INVALID); /* a loop, an overflow */
        if (r == 0)
            carry_out(&snapshot, parts, plan);
        li_ctx_clear(ctx);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct li_clock clock = {0};
    struct li_ctx ctx;
    struct li_playbook *playbook = NULL;

    li_ctx_init(&ctx, li_arena_new(ARENA_LIMIT), &clock, NULL);
    if (size < 64 * 1024) {
        int r = li_playbook_load(&ctx, "fuzz", li_str_n(data, size), &playbook);

        li_assert((r == 0) == (playbook != NULL) && (r == 0) == (ctx.error_count == 0));
        if (playbook) {
            load_again(&ctx, playbook);
            walk(&ctx, playbook, data, size);
        }
    }
    li_arena_free(ctx.arena);
    return 0;
}
