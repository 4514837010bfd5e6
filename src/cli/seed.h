/*
 * Demo tenants: data/demo in an empty record.
 *
 * Founds the tenants of data/demo/tenants.yaml with their areas, organizations,
 * people and appointments.  Only for trying linli: the accounts' password is
 * written in that file.
 */
#ifndef LI_CLI_SEED_H
#define LI_CLI_SEED_H

#include "record/record.h"

/*
 * Does nothing for a tenant that is there whole; one that was begun (a crash in
 * the middle) is finished.  The record must know tenant.found, area.import,
 * code.import, organization.add, person.add and appointment.make.  0 or the first
 * failure, with its place in tenants.yaml told.
 */
int li_seed_demo(struct li_ctx *ctx, struct li_record *record) LI_MUST_CHECK;

/* The demo's tables of data/demo/registers/SLUG/N-REGISTER.csv, in order of N, where they are not
 * in yet; their registers are adopted. */
int li_seed_registers(struct li_ctx *ctx, struct li_record *record) LI_MUST_CHECK;

/* Rosters, absences, substitutes and secondments of a tenant that never had a turn of duty. */
int li_seed_staff(struct li_ctx *ctx, struct li_record *record) LI_MUST_CHECK;

#endif
