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
#include "base/coordinate.h"
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

/* "own_days": single days on which this office is closed, or works, other than the nation's
 * table says; *ret in the arena. */
#define LI_OWN_DAYS 120
int li_setting_own_days(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                        struct li_day_rule **ret, size_t *ret_count) LI_MUST_CHECK;
/*
 * "map" as it is used: the tiles under a map, none by default.  {"kind":"none"}, {"kind":
 * "tianditu","key":…}, {"kind":"tiles","url":…{z}…{x}…{y}…,"crs":…} or {"kind":"pmtiles","file":
 * "NAME.pmtiles","crs":…}, each perhaps with whose the map is and the number under which it was
 * approved (审图号).
 */
struct li_base_map {
    struct li_str layers[2]; /* addresses with {z}, {x}, {y}, of the grid of Web Mercator */
    size_t layer_count;      /* 0: nothing but what is ours */
    enum li_crs crs;         /* the degrees their grid is laid on */
    int64_t min_zoom, max_zoom;
    struct li_str attribution, approval; /* may be empty */
    struct li_str file;                  /* in the server's folder of maps; ptr NULL: none */
    struct li_str origin;                /* scheme and host, of plain letters; empty: none */
};
int li_setting_map(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                   struct li_base_map *ret) LI_MUST_CHECK;
/* setting_map.c: for the table. */
int li_setting_check_map(struct li_ctx *ctx, struct li_str where, const struct li_node *value);

/* "messages": whether what residents are told is sent beyond its page, and the hours of a day in
 * which it is not. */
struct li_quiet {
    bool on;
    int from, to; /* minutes after midnight, perhaps over it; alike: never quiet */
};
int li_setting_messages(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                        struct li_quiet *ret) LI_MUST_CHECK;
/* The first instant from `at` on that is not quiet. */
int64_t li_quiet_until(const struct li_quiet *quiet, int64_t at);

/* Command "setting.put": one or more settings, all or nothing, as a map by name.
 * Faults at "/NAME…".  Raises the tenant's rev. */
struct li_setting_args {
    const struct li_node *values;
};
extern const struct li_command li_setting_put;

#endif
