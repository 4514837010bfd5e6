/* Draws by a chain of hashes; see draw.h. */
#include "base/draw.h"

#include <stdio.h>

#include "base/time.h"

int32_t li_draw_month(int64_t instant)
{
    struct li_civil civil = li_civil_at(instant);

    return 12 * civil.year + civil.month - 1;
}

void li_draw_month_text(int32_t month, char ret[LI_DRAW_MONTH_TEXT])
{
    snprintf(ret, LI_DRAW_MONTH_TEXT, "%04d-%02d", month / 12 % 10000, month % 12 + 1);
}

void li_draw_chain(const struct li_hash *last, int32_t begun, struct li_draw_chain *ret)
{
    ret->begun = begun;
    ret->links[LI_DRAW_MONTHS] = *last;
    for (int i = LI_DRAW_MONTHS; i > 0; i--)
        ret->links[i - 1] = li_hash_of(li_hash_view(&ret->links[i]));
}

const struct li_hash *li_draw_seed(const struct li_draw_chain *chain, int32_t month)
{
    int32_t link = month - chain->begun + 1;

    return link < 1 || link > LI_DRAW_MONTHS ? NULL : &chain->links[link];
}

bool li_draw_proves(const struct li_hash *root, int32_t begun, int32_t month,
                    const struct li_hash *seed)
{
    struct li_hash link = *seed;

    if (month < begun || month - begun >= LI_DRAW_MONTHS)
        return false;
    for (int32_t i = begun; i <= month; i++)
        link = li_hash_of(li_hash_view(&link));
    return li_hash_eq(&link, root);
}

uint64_t li_draw_rank(const struct li_hash *seed, const struct li_draw *draw)
{
    const struct li_str zero = li_str_n("", 1);
    const struct li_str parts[] = {li_hash_view(seed), draw->playbook, zero,
                                   draw->number,       zero,           draw->name};
    struct li_hash hash = li_hash_parts(parts, sizeof(parts) / sizeof(parts[0]));
    uint64_t value = 0;

    for (int i = 0; i < 8; i++)
        value = value << 8 | hash.bytes[i];
    return value;
}

int li_draw_value(const struct li_hash *seed, const struct li_draw *draw)
{
    return (int)(li_draw_rank(seed, draw) % LI_DRAW_WHOLE);
}
