/*
 * Dice: chance that depends on nothing but its key.
 *
 * Not the record's random source, which gives salts and keys: a stream that all
 * draw from would let one more case change what everybody else decides.
 */
#include "base/hash.h"
#include "simulate/inside.h"

/* The finisher of splitmix64: every bit of the input moves half of the output's. */
static uint64_t stir(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t li_dice_mix(uint64_t a, uint64_t b)
{
    return stir(stir(a + UINT64_C(0x9e3779b97f4a7c15)) ^ b);
}

struct li_dice li_dice_of(uint64_t key, const char *what, uint64_t no)
{
    return (struct li_dice){li_dice_mix(li_dice_mix(key, li_fnv(li_str(what))), no)};
}

uint64_t li_dice_roll(struct li_dice *dice)
{
    dice->state += UINT64_C(0x9e3779b97f4a7c15);
    return stir(dice->state);
}

int64_t li_dice_between(struct li_dice *dice, int64_t from, int64_t to)
{
    li_assert(from <= to);
    return from + (int64_t)(li_dice_roll(dice) % (uint64_t)(to - from + 1));
}

bool li_dice_percent(struct li_dice *dice, unsigned percent)
{
    return li_dice_roll(dice) % 100 < percent;
}

void li_dice_token(struct li_dice *dice, uint8_t ret[16])
{
    uint64_t both[2] = {li_dice_roll(dice), li_dice_roll(dice)};

    for (int i = 0; i < 16; i++) {
        ret[i] = (uint8_t)(both[i / 8] >> (8 * (i % 8)));
    }
}
