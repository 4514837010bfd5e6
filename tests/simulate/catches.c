/*
 * Each check finds what it is for: a lived record is altered behind its back.
 */
#include <string.h>

#include "base/log.h"
#include "lib/sites.h"
#include "lib/stores.h"
#include "simulate/inside.h"

LI_SQL(alter_text, "update vault set value = $2 where tenant = $1 and field = 'description'");
LI_SQL(alter_entry, "update history set entity = 1 where tenant = $1 and command = 'case.act'");
LI_SQL(alter_owner, "update cases set owner_post = null where tenant = $1 and closed_at is null");
LI_SQL(alter_opened, "update cases set opened_at = opened_at - 1000 where tenant = $1");
LI_SQL(alter_clocks, "delete from due where tenant = $1");
LI_SQL(alter_number, "update cases set number = '26-1' where tenant = $1");
LI_SQL(alter_gauge, "update tally set n = n + 1 where tenant = $1");
LI_SQL(alter_waiting, "update part set ended_at = 1 where tenant = $1 and ended_at is null");
LI_SQL(alter_payload, "update history set payload = $2 where tenant = $1 and command = 'case.act'");
LI_SQL(alter_public, "update cases set scope = 0 where tenant = $1");

static const struct {
    const char *check;
    const struct li_sql *sql;
    bool text; /* has a second argument */
} alterations[] = {
    {"chain", &alter_text, true},       {"told", &alter_entry, false},
    {"owned", &alter_owner, false},     {"clocks", &alter_opened, false},
    {"due", &alter_clocks, false},      {"numbers", &alter_number, false},
    {"search", &alter_number, false},   {"tallies", &alter_gauge, false},
    {"waiting", &alter_waiting, false}, {"private", &alter_public, false},
    {"words", &alter_payload, true},    {"chain", &alter_number, false}, /* it was drawn by */
};
#define ALTERATIONS (sizeof(alterations) / sizeof(alterations[0]))

static int alter(struct li_ctx *ctx, struct li_sim *sim, size_t which)
{
    struct li_store *store = sim->house->store;
    const struct li_matter *matter = sim->matters;
    struct li_str said;
    struct li_conn *conn;
    int64_t changed = 0;
    int r;

    while (matter->acts == 0) {
        matter++;
    }
    said = li_strf(ctx, "{\"said\":\"%.*s\"}", LI_P(matter->description));
    const struct li_val args[] = {li_v(1), li_v_blob(said)};
    r = li_conn_open(ctx, store, LI_CONN_WRITE, &conn);

    if (r) {
        return r;
    }
    r = li_begin(ctx, conn);
    r = r ? r
          : li_exec(ctx, conn, alterations[which].sql, args, alterations[which].text ? 2 : 1,
                    &changed);
    r = r ? r : li_commit(ctx, conn);
    li_rollback(conn);
    li_conn_close(conn);
    return r || changed ? r : LI_FAIL(ctx, LI_E_NOT_FOUND, "nothing to alter");
}

/* The house was lived in for two days and was fine; now it is altered. */
static int alter_and_look(struct li_ctx *ctx, struct li_sim *sim, void *arg)
{
    size_t which = *(size_t *)arg;
    struct li_sim_report report;
    bool found = false;
    int r;

    if (li_now(sim->config.clock) < LI_SIM_START + 2 * LI_DAY) {
        return 0;
    }
    r = alter(ctx, sim, which);
    r = r ? r : li_sim_check(ctx, sim, &report);
    for (size_t i = 0; r == 0 && i < report.count; i++) {
        found |= strcmp(report.findings[i].check, alterations[which].check) == 0;
    }
    return r || found ? r
                      : LI_FAIL(ctx, LI_E_CORRUPT, "%s found nothing", alterations[which].check);
}

static void each_check_finds_its_fault(void **state)
{
    char image[256], told[1024] = "";

    (void)state;
    sites_image(1, image);
    for (size_t i = 0; i < ALTERATIONS && !told[0]; i++) {
        struct site_life life = {.seed = 3,
                                 .days = 2,
                                 .pace = 30,
                                 .extra = true,
                                 .image = image,
                                 .each_day = alter_and_look,
                                 .arg = &i};
        if (sites_live(&life)) {
            memcpy(told, life.told, sizeof(told));
        }
    }
    sites_image_done(image);
    assert_string_equal(told, "");
}

static void every_check_is_tried(void **state)
{
    (void)state;
    for (size_t i = 0; li_sim_check_names[i]; i++) {
        bool tried = false;
        for (size_t k = 0; k < ALTERATIONS; k++) {
            tried |= strcmp(li_sim_check_names[i], alterations[k].check) == 0;
        }
        assert_true(tried);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_check_finds_its_fault),
                                       cmocka_unit_test(every_check_is_tried)};

    if (li_crypto_init() != 0) {
        return 1;
    }
    li_log_level(LI_LOG_ERROR);
    return cmocka_run_group_tests_name("catches", tests, NULL, NULL);
}
