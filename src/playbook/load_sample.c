/*
 * What chance decides: names, and how many of which cases are drawn.
 *
 * Not for the draw itself (base/draw.h) or where it is recorded (case).  An action may ask it
 * only where it branches: a condition that lets somebody act would show beforehand who is
 * drawn.
 */
#include "playbook/load.h"

int li_playbook_sample(const struct li_playbook *playbook, struct li_str name)
{
    for (size_t i = 0; i < playbook->sample_count; i++)
        if (li_str_eq(playbook->samples[i].name, name))
            return (int)i;
    return -1;
}

static int load_share(struct li_load *load, const struct li_node *map, bool last,
                      struct li_share *share)
{
    static const char *const words[] = {"percent", "when", NULL};
    const struct li_node *percent = li_node_get(map, "percent");

    if (!li_load_map(load, map, LI_S("share"), words))
        return 0;
    if (!percent || percent->kind != LI_INT || percent->number < 0 || percent->number > 100 ||
        last == (li_node_get(map, "when") != NULL))
        li_load_tell(load, LI_RULE_SAMPLE_SHARE, map, LI_S("share"));
    else
        share->percent = (int)percent->number;
    return li_load_when(load, map, "when", LI_LOAD_NOBODY, &share->when);
}

static int load_sample(struct li_load *load, const struct li_member *member,
                       struct li_sample *sample)
{
    static const char *const words[] = {"label", "share", NULL};
    const struct li_node *map = member->value, *list;
    struct li_share *shares;
    int r = 0;

    sample->name = member->key;
    if (!li_load_map(load, map, member->key, words))
        return 0;
    sample->label = li_load_texts(load, map, "label", true);
    list = li_node_get(map, "share");
    if (!list || list->kind != LI_LIST || !list->list.count ||
        list->list.count > LI_PLAYBOOK_MAKES) {
        li_load_tell(load, LI_RULE_SAMPLE_SHARE, list ? list : map, member->key);
        return 0;
    }
    shares = li_alloc_array(load->ctx, list->list.count, sizeof(*shares));
    if (!shares)
        return -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < list->list.count; i++)
        r = load_share(load, list->list.items[i], i + 1 == list->list.count, &shares[i]);
    sample->shares = shares;
    sample->share_count = list->list.count;
    return r;
}

int li_load_samples(struct li_load *load)
{
    const struct li_node *named =
        li_load_named(load, load->plain, "samples", LI_PLAYBOOK_SAMPLES, false);
    struct li_sample *samples;
    int r = 0;

    if (!named)
        return 0;
    samples = li_alloc_array(load->ctx, named->map.count, sizeof(*samples));
    if (!samples)
        return -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < named->map.count; i++)
        r = load_sample(load, &named->map.items[i], &samples[i]);
    load->playbook->samples = samples;
    load->playbook->sample_count = named->map.count;
    return r;
}

/* ---- who asks ----------------------------------------------------------------- */

struct asking {
    const struct li_playbook *playbook;
    unsigned samples;
};

static void gather(void *arg, struct li_str name)
{
    struct asking *asking = arg;
    struct li_str prefix = LI_S("drawn.");

    if (li_str_starts(name, prefix))
        asking->samples |=
            1u << li_playbook_sample(asking->playbook,
                                     li_str_n(name.ptr + prefix.len, name.len - prefix.len));
}

unsigned li_load_drawn(const struct li_load *load, const struct li_expression *when)
{
    struct asking asking = {.playbook = load->playbook};

    if (when && load->playbook->sample_count)
        li_expression_facts(when, gather, &asking);
    return asking.samples;
}

void li_load_samples_used(struct li_load *load)
{
    const struct li_playbook *playbook = load->playbook;
    unsigned asked = 0;

    for (size_t i = 0; i < playbook->action_count; i++)
        asked |= playbook->actions[i].samples;
    for (size_t i = 0; i < playbook->sample_count; i++)
        if (!(asked >> i & 1))
            li_load_tell_key(
                load, LI_RULE_SAMPLE_UNUSED,
                li_load_member(li_node_get(load->plain, "samples"), playbook->samples[i].name),
                playbook->samples[i].name);
}
