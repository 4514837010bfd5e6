/*
 * Scenarios: a playbook's tests, played with the real commands.
 *
 * Beside playbooks/NAME.yaml stands playbooks/NAME.scenarios.yaml: given, when,
 * then.  Each scenario gets an empty record on a temporary SQLite file, a held
 * clock, a small tenant with people in posts, and runs its steps through the
 * lane as a server would; no network.
 */
#ifndef LI_BIND_SCENARIO_H
#define LI_BIND_SCENARIO_H

#include <stdio.h>

#include "bind/bind.h"

struct li_scenario_report {
    FILE *out; /* TAP lines: "ok 3 - name" */
    int passed;
    int failed;
};

/* Plays all scenarios of a playbook file (the path of the playbook).  Adds to
 * the report.  0 even when some failed; -LI_E_… when the files cannot be read. */
int li_scenario_run(struct li_ctx *ctx, const char *path,
                    struct li_scenario_report *report) LI_MUST_CHECK;

#endif
