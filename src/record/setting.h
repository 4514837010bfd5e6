/*
 * Settings: what a tenant decides for itself, by name.
 *
 * The settings there are, what they mean, their standard values and what they
 * may be stand in one table (setting.c).  A tenant's row replaces the standard
 * value as a whole.  They change by command, are small, and hold nothing
 * personal: the value stands in history.
 */
#ifndef LI_RECORD_SETTING_H
#define LI_RECORD_SETTING_H

#include "base/calendar.h"
#include "base/node.h"
#include "record/command.h"

struct li_setting_info {
    const char *name;
    const char *zh, *en;  /* what it decides */
    const char *standard; /* JSON */
    /* Faults at pointers that begin with `where`. */
    int (*check)(struct li_ctx *ctx, struct li_str where, const struct li_node *value);
};
/* Ends with a NULL name. */
extern const struct li_setting_info li_settings[];

/* The tenant's value, or the standard one, as a tree in the arena.
 * -LI_E_NOT_FOUND: there is no such setting. */
int li_setting_get(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, const char *name,
                   struct li_node **ret) LI_MUST_CHECK;

/*
 * "office_hours" compiled: when the office works, by weekday, Monday first.  A
 * day with no spans is not worked; a make-up working day on such a weekday has
 * the hours of Monday.
 */
#define LI_HOURS_A_DAY 4
struct li_office_hours {
    struct li_hours spans[7][LI_HOURS_A_DAY];
    int counts[7];
};
int li_setting_office_hours(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                            struct li_office_hours *ret) LI_MUST_CHECK;

/* Command "setting.put": one or more settings, all or nothing, as a map by name.
 * Faults at "/NAME…".  Raises the tenant's rev. */
struct li_setting_args {
    const struct li_node *values;
};
extern const struct li_command li_setting_put;

#endif
