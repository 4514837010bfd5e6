/*
 * One confidential matter changes no byte outside its team.
 *
 * Each seed is lived twice, with one report of wrongdoing more and without it.  What
 * anybody, every reporter, every follower and every officer outside the team sees after
 * each day is compared as bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "lib/sites.h"
#include "lib/stores.h"
#include "simulate/outside.h"

#define SEEDS 10
#define DAYS  4

/* What was seen after each day of the run with the matter. */
struct seen {
    struct li_sim_team team[DAYS];
    struct li_buf bytes[DAYS];
    int day;
    bool second; /* the run without it, which is compared */
    char told[600];
};

/* The first place where two texts differ, with what stands around it. */
static void tell_difference(struct seen *seen, struct li_str with, struct li_str without)
{
    size_t at = 0, begin;

    while (at < with.len && at < without.len && with.ptr[at] == without.ptr[at]) {
        at++;
    }
    begin = at > 120 ? at - 120 : 0;
    snprintf(seen->told, sizeof(seen->told), "day %d: with it …%.*s… without …%.*s…", seen->day + 1,
             (int)(with.len - begin < 220 ? with.len - begin : 220), with.ptr + begin,
             (int)(without.len - begin < 220 ? without.len - begin : 220), without.ptr + begin);
}

static int after_day(struct li_ctx *ctx, struct li_sim *sim, void *arg)
{
    struct seen *seen = arg;
    struct li_buf *first = &seen->bytes[seen->day], own;
    struct li_buf *buf = seen->second ? &own : first;
    int r = 0;

    li_buf_init(buf, 0);
    if (!seen->second) {
        r = li_sim_team(ctx, sim, &seen->team[seen->day]);
    }
    r = r ? r : li_sim_outside(ctx, sim, &seen->team[seen->day], buf);
    if (r == 0 && seen->second) {
        if (!li_str_eq(li_buf_view(first), li_buf_view(&own)) && !seen->told[0]) {
            tell_difference(seen, li_buf_view(first), li_buf_view(&own));
        }
        li_buf_done(&own);
    }
    seen->day++;
    return r;
}

static void live(const char *image, int seed, struct seen *seen)
{
    struct site_life life = {.seed = (uint64_t)seed,
                             .days = DAYS,
                             .image = image,
                             .extra = !seen->second,
                             .each_day = after_day,
                             .arg = seen};

    seen->day = 0;
    if (sites_live(&life)) {
        fail_msg("%s", life.told);
    }
}

static void changes_no_byte_outside(void **state)
{
    static struct seen seen;
    char image[256];
    size_t bytes = 0;

    (void)state;
    sites_image(2, image);
    for (int seed = 1; seed <= SEEDS; seed++) {
        seen = (struct seen){0};
        live(image, seed, &seen);
        seen.second = true;
        live(image, seed, &seen);
        for (int day = 0; day < DAYS; day++) {
            bytes += seen.bytes[day].len;
            li_buf_done(&seen.bytes[day]);
        }
        if (seen.told[0]) {
            sites_image_done(image);
            fail_msg("seed %d, %s", seed, seen.told);
        }
    }
    sites_image_done(image);
    assert_true(bytes > SEEDS * DAYS * (size_t)10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(changes_no_byte_outside)};

    if (li_crypto_init() != 0) {
        return 1;
    }
    li_log_level(LI_LOG_WARN);
    return cmocka_run_group_tests_name("outside", tests, NULL, NULL);
}
