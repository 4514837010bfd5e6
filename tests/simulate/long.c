/*
 * Longer lives, with every check after each of their days: one in which everything
 * happens that the playbook can do, and half a quiet year, in which telephone numbers
 * are erased and another year's numbers and working days begin.
 */
#include <stdio.h>
#include <string.h>

#include "base/asset.h"
#include "base/log.h"
#include "lib/sites.h"
#include "lib/stores.h"

#define SEED 11
#define DAYS 42
#define PACE 16

/* Compiled here, only for the names of its actions. */
static struct li_playbook *playbook_of(struct li_ctx *ctx)
{
    const struct li_asset *asset = li_asset_find(LI_S("playbooks/service-request.yaml"));
    struct li_playbook *playbook = NULL;

    assert_non_null(asset);
    assert_int_equal(
        li_playbook_load_beside(ctx, asset->path.ptr, asset->bytes, asset->path.ptr, &playbook), 0);
    return playbook;
}

static void everything_happens(void **state)
{
    struct site_life life = {.seed = SEED, .days = DAYS, .pace = PACE};
    struct li_clock clock = {0};
    struct li_ctx *ctx = test_ctx_new(&clock);
    struct li_playbook *playbook = playbook_of(ctx);
    char image[256];
    int r, missing = 0;

    (void)state;
    sites_image(1, image);
    life.image = image;
    r = sites_live(&life);
    sites_image_done(image);
    if (r) {
        fail_msg("%s", life.told);
    }
    for (size_t i = 0; i < playbook->action_count; i++) {
        print_message("# %.*s: %lld\n", LI_P(playbook->actions[i].name),
                      (long long)life.actions[i]);
        missing += life.actions[i] == 0;
    }
    assert_int_equal(missing, 0);
    assert_true(life.figures.follows > 0 && life.figures.photos > 0 && life.figures.refused > 0 &&
                life.figures.undone > 0);
    test_ctx_free(ctx);
}

static void half_a_year_passes(void **state)
{
    struct site_life life = {.seed = 91, .days = 205, .pace = 1};
    char image[256];
    int r;

    (void)state;
    sites_image(1, image);
    life.image = image;
    r = sites_live(&life);
    sites_image_done(image);
    if (r) {
        fail_msg("%s", life.told);
    }
    assert_true(life.figures.reports > 60 && life.figures.due > 150);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(everything_happens),
                                       cmocka_unit_test(half_a_year_passes)};

    if (li_crypto_init() != 0) {
        return 1;
    }
    li_log_level(LI_LOG_WARN);
    return cmocka_run_group_tests_name("long", tests, NULL, NULL);
}
