/*
 * Weather: one kind a day and tenant, by the season, from the seed.
 *
 * It says how much is reported and how much of it is standing water.  What a season
 * is like here is the south's, where the first street lies; no forecast.
 */
#include "simulate/inside.h"

const struct li_weather_info li_weathers[LI_WEATHERS] = {
    [LI_FINE] = {"晴", "fine", 100, 1},           [LI_CLOUDY] = {"多云", "cloudy", 100, 2},
    [LI_HOT] = {"高温", "hot", 120, 1},           [LI_COLD] = {"寒潮", "cold", 90, 1},
    [LI_RAIN] = {"有雨", "rain", 130, 30},        [LI_STORM] = {"暴雨", "rainstorm", 200, 120},
    [LI_TYPHOON] = {"台风", "typhoon", 300, 160},
};

/* Per cent of days by season; what is left is fine. */
static const struct {
    int from, to; /* months */
    unsigned cloudy, hot, cold, rain, storm, typhoon;
} seasons[] = {
    {1, 3, 30, 0, 20, 15, 0, 0},
    {4, 5, 30, 5, 0, 30, 5, 0},
    {6, 9, 20, 20, 0, 22, 10, 4},
    {10, 12, 30, 0, 10, 10, 0, 0},
};

enum li_weather li_weather_of(uint64_t seed, int64_t tenant, int32_t day)
{
    struct li_dice dice = li_dice_of(li_dice_mix(seed, (uint64_t)tenant), "weather", (uint64_t)day);
    int month = li_civil_at(li_day_start(day)).month;
    uint64_t throw = li_dice_roll(&dice) % 100;

    for (size_t i = 0; i < sizeof(seasons) / sizeof(seasons[0]); i++) {
        const unsigned shares[] = {seasons[i].cloudy, seasons[i].hot,   seasons[i].cold,
                                   seasons[i].rain,   seasons[i].storm, seasons[i].typhoon};
        static const enum li_weather kinds[] = {LI_CLOUDY, LI_HOT,   LI_COLD,
                                                LI_RAIN,   LI_STORM, LI_TYPHOON};
        if (month < seasons[i].from || month > seasons[i].to) {
            continue;
        }
        for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
            if (throw < shares[k]) {
                return kinds[k];
            }
            throw -= shares[k];
        }
    }
    return LI_FINE;
}
