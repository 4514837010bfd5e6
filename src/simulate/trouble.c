/*
 * Trouble: what goes wrong around the house while a street lives.
 *
 * Thrown for each event by dice of their own: the power goes, writes fail, the disk is
 * full or slow, a connection is lost with a commit or with its answer, or is slow, the
 * process ends, the clock is set back, somebody sends a request twice.  Whoever got no answer asks
 * again under the same request key once the trouble is over, as a browser would: over a line the
 * very same request, before anything is read anew; where the house had to be opened again, the
 * whole event.  Then every check must hold.
 */
#include <sched.h>

#include "simulate/check.h"
#include "simulate/fault.h"
#include "simulate/fault_relay.h"
#include "simulate/inside.h"

#define WAIT (10 * LI_SECOND) /* for a server that answers again */

enum trouble {
    CUT,
    CUT_NOW,
    FAIL,
    FULL,
    SLOW,
    LOST_COMMIT,
    LOST_ANSWER,
    LOST,
    SLOW_LINE,
    RESTART,
    BACK,
    TROUBLES
};

/* Where the database must be: anywhere, on a disk that fails on demand, or behind a
 * connection that does. */
enum place { ANYWHERE, DISK, LINE };

static const struct {
    const char *name;
    unsigned weight;
    enum place place;
} kinds[TROUBLES] = {
    [CUT] = {"a loss of power", 28, DISK},
    [CUT_NOW] = {"a crash", 12, DISK},
    [FAIL] = {"failed writes", 24, DISK},
    [FULL] = {"a full disk", 14, DISK},
    [SLOW] = {"a slow disk", 6, DISK},
    [LOST_COMMIT] = {"a commit that got lost", 24, LINE},
    [LOST_ANSWER] = {"a commit whose answer got lost", 28, LINE},
    [LOST] = {"a lost connection", 20, LINE},
    [SLOW_LINE] = {"a slow connection", 6, LINE},
    [RESTART] = {"a restart", 6, ANYWHERE},
    [BACK] = {"a clock set back", 10, ANYWHERE},
};

static unsigned weight_of(int kind, const struct li_sim_site *site)
{
    enum place place = kinds[kind].place;
    bool there = place == ANYWHERE || (place == DISK ? site->fault != NULL : site->relay != NULL);

    return there ? kinds[kind].weight : 0;
}

static enum trouble throw_kind(struct li_dice *dice, const struct li_sim_site *site)
{
    uint64_t sum = 0, throw;
    int kind = 0;

    for (int i = 0; i < TROUBLES; i++) {
        sum += weight_of(i, site);
    }
    throw = li_dice_roll(dice) % sum;
    for (;; kind++) {
        uint64_t weight = weight_of(kind, site);
        if (throw < weight) {
            return (enum trouble)kind;
        }
        throw -= weight;
    }
}

static void set_back(struct li_sim *sim, int64_t by)
{
    int64_t held = atomic_load(&sim->config.clock->held);

    atomic_store(&sim->config.clock->held, held - by);
}

void li_trouble_throw(struct li_sim *sim)
{
    struct li_sim_site *site = sim->config.site;
    struct li_dice dice = li_dice_of(sim->config.seed, "trouble", (uint64_t)sim->happened++);
    enum trouble kind;

    if (!site || !li_dice_percent(&dice, LI_TROUBLE_PERCENT)) {
        return;
    }
    kind = throw_kind(&dice, site);
    sim->trouble = kinds[kind].name;
    sim->figures.troubles++;
    switch (kind) {
    case CUT:
        li_fault_cut(site->fault, li_dice_between(&dice, 1, 40));
        break;
    case CUT_NOW:
        li_fault_cut_now(site->fault);
        break;
    case FAIL:
        li_fault_fail(site->fault, LI_FAULT_ANY, li_dice_between(&dice, 1, 20),
                      li_dice_between(&dice, 1, 3));
        break;
    case FULL:
        li_fault_room(site->fault, li_dice_between(&dice, 0, 60000));
        break;
    case SLOW:
        li_fault_slow(site->fault, li_dice_between(&dice, 20, 200));
        break;
    case LOST_COMMIT:
    case LOST_ANSWER:
        sim->losing = true;
        li_relay_lose(site->relay,
                      kind == LOST_COMMIT ? LI_RELAY_LOSE_COMMIT : LI_RELAY_LOSE_ANSWER,
                      (int)li_dice_between(&dice, 0, 3), (int)li_dice_between(&dice, 0, 2));
        break;
    case LOST:
        li_relay_refuse(site->relay, (int)li_dice_between(&dice, 0, 4));
        li_relay_cut(site->relay);
        break;
    case SLOW_LINE:
        li_relay_slow(site->relay, li_dice_between(&dice, 100, 2000));
        break;
    case RESTART:
        sim->restart = true;
        break;
    case BACK:
        set_back(sim, li_dice_between(&dice, LI_SECOND, LI_DAY));
        break;
    case TROUBLES:
        break;
    }
}

bool li_trouble_is_why(const struct li_sim *sim, int r)
{
    switch (-r) {
    case LI_E_STORE:
    case LI_E_FULL:
    case LI_E_IO:
    case LI_E_AGAIN:
    case LI_E_BUSY:
        return sim->trouble != NULL;
    default:
        return false;
    }
}

/* The line is well again; the store may wait a while after its failures. */
static int mend_line(struct li_ctx *ctx, struct li_sim_site *site)
{
    struct li_clock real = {0};
    int64_t until = li_now(&real) + WAIT;
    struct li_conn *conn;
    int r;

    li_relay_calm(site->relay);
    while ((r = li_conn_open(ctx, site->house.store, LI_CONN_READ, &conn)) != 0 &&
           li_now(&real) < until) {
        li_ctx_clear(ctx);
        sched_yield();
    }
    if (r == 0) {
        li_conn_close(conn);
    }
    return r;
}

/* Ends it; where the power went or the process ended, the house is opened again. */
int li_trouble_end(struct li_ctx *ctx, struct li_sim *sim)
{
    struct li_sim_site *site = sim->config.site;
    bool reopen = sim->restart || (site->fault && li_fault_is_cut(site->fault));
    int r = 0;

    sim->restart = false;
    if (reopen) {
        li_house_close(&site->house);
    }
    if (site->fault) {
        r = li_fault_heal(ctx, site->fault);
    }
    if (site->relay && !reopen) {
        sim->figures.lost += sim->losing && li_relay_has_lost(site->relay);
        sim->losing = false;
        r = mend_line(ctx, site);
    }
    if (r == 0 && reopen) {
        r = li_sim_site_again(ctx, site);
        r = r ? r : li_world_again(sim);
    }
    return r;
}

int li_trouble_ask_again(struct li_sim *sim, struct li_job *job, int status)
{
    const struct li_sim_site *site = sim->config.site;
    bool over_line = site && site->relay && !sim->restart;

    for (int i = 0; i < LI_TROUBLE_TRIES && over_line && li_trouble_is_why(sim, status); i++) {
        int r;

        li_ctx_clear(&sim->ctx);
        r = li_trouble_end(&sim->ctx, sim);
        if (r) {
            return r;
        }
        status = li_run(sim->house->record, job);
    }
    return status;
}

/* Every check, while it is known what the trouble was. */
int li_trouble_look(struct li_ctx *ctx, struct li_sim *sim)
{
    struct li_sim_report report;
    int r = li_sim_check(&sim->ctx, sim, &report);

    if (r) {
        return LI_FAIL(ctx, -r, "after %s: %.*s", sim->trouble, LI_P(li_ctx_explain(&sim->ctx)));
    }
    if (report.count) {
        struct li_str text = li_sim_finding_text(ctx, sim, &report.findings[0]);
        r = LI_FAIL(ctx, LI_E_CORRUPT, "after %s: %.*s", sim->trouble, LI_P(text));
    }
    sim->trouble = NULL;
    return r;
}
