/*
 * Topics: what is reported, how often, whose business it is and how it is filed.
 *
 * Classes are those of data/classes; units are known by a word in their names, as a
 * dispatcher knows them.
 */
#include "simulate/inside.h"

const struct li_topic li_topics[] = {
    {"lamp", 14, {"路灯"}, {"part:0118", "part:0119", "part:0120"}},
    {"road", 14, {"市政", "公路"}, {"event:0110", "part:0102", "event:0401"}},
    {"rubbish", 18, {"环卫"}, {"event:0102", "event:0103", "part:0305"}},
    {"water", 0, {"水务", "市政"}, {"event:0406", "event:0404", "part:0104"}},
    {"noise", 16, {"城管"}, {"own:0101", "own:0104", "event:0301"}},
    {"wages", 4, {"劳动", "住建"}, {"own:0201", "own:0202", "own:0201"}},
    {"property", 14, {"住建"}, {"own:0301", "own:0304", "own:0306"}},
    {"welfare", 6, {"民政", "社会"}, {"own:0502", "own:0503", "own:0501"}},
    {"other", 10, {"城管", "环卫"}, {"event:0506", "own:9999", "event:0408"}},
    {NULL, 0, {NULL}, {NULL}},
};

const struct li_topic *li_topic_find(struct li_str name)
{
    const struct li_topic *topic = li_topics;

    while (topic->name && !li_str_is(name, topic->name)) {
        topic++;
    }
    li_assert(topic->name);
    return topic;
}

const struct li_topic *li_topic_throw(struct li_dice *dice, enum li_weather weather)
{
    uint64_t sum = 0, throw;
    const struct li_topic *topic;

    for (topic = li_topics; topic->name; topic++) {
        sum += topic->weight ? topic->weight : li_weathers[weather].water;
    }
    throw = li_dice_roll(dice) % sum;
    for (topic = li_topics; topic[1].name; topic++) {
        uint64_t weight = topic->weight ? topic->weight : li_weathers[weather].water;
        if (throw < weight) {
            break;
        }
        throw -= weight;
    }
    return topic;
}

static bool is_responsible(const struct li_topic *topic, const struct li_organization *unit)
{
    for (size_t i = 0; i < sizeof(topic->units) / sizeof(topic->units[0]); i++) {
        if (topic->units[i] &&
            memmem(unit->name.ptr, unit->name.len, topic->units[i], strlen(topic->units[i]))) {
            return true;
        }
    }
    return false;
}

int64_t li_topic_unit(const struct li_topic *topic, const struct li_sim_tenant *town,
                      struct li_dice *dice, bool wrong)
{
    size_t first = li_dice_roll(dice) % town->unit_count;

    for (size_t i = 0; i < town->unit_count; i++) {
        const struct li_organization *unit = &town->units[(first + i) % town->unit_count];
        if (is_responsible(topic, unit) != wrong) {
            return unit->id;
        }
    }
    return town->units[first].id;
}
