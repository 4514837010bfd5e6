/*
 * Running the checks: every tenant, one snapshot, everything its history opened.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/id.h"
#include "record/history.h"
#include "simulate/check_inside.h"

#define WAIT_US (20 * LI_SECOND) /* real time for the consumers */

static const struct {
    const char *name;
    int (*check)(struct li_checking *checking);
} checks[] = {
    {"chain", li_sim_looks_chain},     {"told", li_sim_looks_told},
    {"words", li_sim_looks_words},     {"owned", li_sim_looks_owned},
    {"clocks", li_sim_looks_clocks},   {"due", li_sim_looks_due},
    {"numbers", li_sim_looks_numbers}, {"tallies", li_sim_looks_tallies},
    {"waiting", li_sim_looks_waiting}, {"search", li_sim_looks_search},
    {"private", li_sim_looks_private},
};
#define CHECKS (sizeof(checks) / sizeof(checks[0]))

const char *const li_sim_check_names[CHECKS + 1] = {"chain",  "words",   "owned",   "clocks",
                                                    "due",    "numbers", "tallies", "waiting",
                                                    "search", "private", NULL};

void li_checking_tell(struct li_checking *checking, int64_t entity, const char *fmt, ...)
{
    struct li_sim_report *report = checking->report;
    size_t same = 0;
    char text[512];
    va_list args;

    for (size_t i = 0; i < report->count; i++) {
        same += report->findings[i].check == checking->name;
    }
    if (same < LI_SIM_OF_CHECK && report->count < LI_SIM_FINDINGS) {
        va_start(args, fmt);
        vsnprintf(text, sizeof(text), fmt, args);
        va_end(args);
        report->findings[report->count++] =
            (struct li_sim_finding){.check = checking->name,
                                    .tenant = checking->tenant,
                                    .entity = entity,
                                    .what = li_str_dup(checking->ctx, li_str(text))};
    }
}

static int read_history(struct li_checking *checking)
{
    struct li_head head;
    struct li_entry *entries;
    int r = li_head_read(checking->ctx, checking->conn, checking->tenant, &head);

    r = r ? r
          : li_history_read(checking->ctx, checking->conn, checking->tenant, 0,
                            (size_t)head.seq + 1, &entries, &checking->entry_count);
    if (r == 0) {
        checking->entries = entries;
        checking->now = checking->clock > head.recorded_at ? checking->clock : head.recorded_at;
    }
    return r;
}

static int read_case(struct li_checking *checking, int64_t id)
{
    struct li_checked *one = &checking->cases[checking->case_count++];
    int r = li_case_find(checking->ctx, checking->house->record, checking->conn, checking->tenant,
                         id, &one->row);

    if (r == -LI_E_NOT_FOUND) {
        li_checking_tell(checking, id, "history opened it and it is not there");
        checking->case_count--;
        return 0;
    }
    one->matter = li_matter_find(checking->sim, checking->tenant, id);
    checking->report->cases++;
    checking->report->open += r == 0 && !one->row.closed_at;
    return r ? r
             : li_case_parts(checking->ctx, checking->conn, checking->tenant, &one->row,
                             &one->parts, &one->part_count);
}

static int read_cases(struct li_checking *checking)
{
    int r = 0;

    checking->cases =
        li_alloc_array(checking->ctx, checking->entry_count + 1, sizeof(*checking->cases));
    if (!checking->cases) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < checking->entry_count; i++) {
        if (li_str_is(checking->entries[i].command, li_case_open.name)) {
            r = read_case(checking, checking->entries[i].entity);
        }
    }
    return r;
}

static int check_tenant(struct li_checking *checking)
{
    int64_t seen;
    int r = li_record_catch_up(checking->ctx, checking->house->record, checking->tenant, 0, WAIT_US,
                               &seen);

    r = r ? r : li_store_reader(checking->ctx, checking->house->store, &checking->conn);
    if (r) {
        return r;
    }
    checking->name = "chain";
    r = read_history(checking);
    r = r ? r : read_cases(checking);
    for (size_t i = 0; r == 0 && i < CHECKS; i++) {
        checking->name = checks[i].name;
        r = checks[i].check(checking);
    }
    li_store_reader_back(checking->house->store, checking->conn);
    return r;
}

int li_sim_check(struct li_ctx *ctx, struct li_sim *sim, struct li_sim_report *ret)
{
    struct li_checking checking = {.ctx = ctx,
                                   .sim = sim,
                                   .house = sim->house,
                                   .clock = li_now(sim->config.clock),
                                   .report = ret};
    int r = 0;

    *ret = (struct li_sim_report){0};
    for (size_t i = 0; r == 0 && i < sim->tenant_count; i++) {
        checking.town = &sim->tenants[i];
        checking.tenant = checking.town->tenant->id;
        checking.case_count = checking.entry_count = 0;
        r = check_tenant(&checking);
    }
    return r;
}

struct li_str li_sim_finding_text(struct li_ctx *ctx, const struct li_sim *sim,
                                  const struct li_sim_finding *finding)
{
    char at[LI_TIME_TEXT], id[LI_ID_TEXT + 1] = "-";

    li_time_format(li_now(sim->config.clock), at);
    if (finding->entity) {
        li_id_format(finding->entity, id);
    }
    return li_strf(ctx, "seed %llu, %s: %s: tenant %lld, case %s: %.*s",
                   (unsigned long long)sim->config.seed, at, finding->check,
                   (long long)finding->tenant, id, LI_P(finding->what));
}
