/*
 * What is said at each step of a lifecycle (lifecycle.h).
 */
#include "lifecycle.h"

#include <stdio.h>

const char *const lifecycle_steps[LIFECYCLE_STEPS] = {"open", "file_and_dispatch", "done", "pass"};
const char *const lifecycle_states[LIFECYCLE_STEPS] = {"received", "handling", "checking",
                                                       "closed"};

static const char *const topics[] = {"lamp", "road", "rubbish", "water", "noise", "other"};

static const char *const phrases[16] = {
    "小区东门口的路灯已经连续三个晚上没有亮，",
    "老人晚上出来散步看不清台阶，",
    "昨天有一位邻居差点在这里摔倒，",
    "希望尽快派人过来看一看，",
    "人行道的地砖松动了很大一片，",
    "下雨以后积水一直没有退下去，",
    "垃圾桶满了两天没有人来清运，",
    "楼下的施工到了夜里十一点还没有停，",
    "孩子上学每天都要从这里经过，",
    "我们之前跟物业反映过两次都没有结果，",
    "电动车只能绕到机动车道上去走，",
    "井盖旁边的路面已经塌下去一块，",
    "附近几栋楼的住户都有同样的意见，",
    "照片可以到现场再补拍，",
    "如果需要带路可以在傍晚联系我，",
    "麻烦处理以后给我们一个回音，",
};

/* About a hundred Chinese characters. */
static void write_words(struct li_random *random, char *ret, size_t size)
{
    uint8_t dice[16];
    size_t len = 0;

    li_random_bytes(random, dice, sizeof(dice));
    for (size_t i = 0; i < sizeof(dice) && len < 290; i++)
        len += (size_t)snprintf(ret + len, size - len, "%s", phrases[dice[i] % 16]);
}

void lifecycle_key(struct li_random *random, const struct li_clock *clock, char ret[LIFECYCLE_KEY])
{
    uint64_t ms = (uint64_t)li_now(clock) / 1000;
    uint8_t r[10];

    li_random_bytes(random, r, sizeof(r));
    snprintf(ret, LIFECYCLE_KEY, "%08x-%04x-7%01x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
             (unsigned)(ms >> 16), (unsigned)(ms & 0xffff), r[0] & 15, r[1], (r[2] & 63) | 128,
             r[3], r[4], r[5], r[6], r[7], r[8], r[9]);
}

void lifecycle_fields(struct li_random *random, int step, const char *unit,
                      char ret[LIFECYCLE_FIELDS])
{
    char words[400];
    uint8_t dice[3];

    li_random_bytes(random, dice, sizeof(dice));
    switch (step) {
    case 0:
        write_words(random, words, sizeof(words));
        snprintf(ret, LIFECYCLE_FIELDS,
                 "{\"topic\":\"%s\",\"description\":\"%s\",\"spot\":\"%u栋%u单元楼下\"}",
                 topics[dice[0] % 6], words, dice[1] % 40 + 1u, dice[2] % 6 + 1u);
        break;
    case 1:
        snprintf(ret, LIFECYCLE_FIELDS, "{\"class\":\"part:0118\",\"unit\":\"%s\"}", unit);
        break;
    case 2:
        snprintf(ret, LIFECYCLE_FIELDS,
                 "{\"answer\":\"已于当日到场处理完毕，更换配件%u件，现场恢复正常，请居民放心。\"}",
                 dice[0] + 1u);
        break;
    default:
        snprintf(ret, LIFECYCLE_FIELDS, "{}");
    }
}
