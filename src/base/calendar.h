/*
 * Working time: arithmetic over a compiled calendar that is passed in.
 *
 * A calendar knows, for each day, whether it is worked (weekday, holiday,
 * make-up working day) and the office's hours.  It is made of data by the
 * caller; nothing here knows a tenant or a year.  Days beyond `last_day` follow
 * the plain week and make a result provisional.
 */
#ifndef LI_BASE_CALENDAR_H
#define LI_BASE_CALENDAR_H

#include "base/time.h"

struct li_node;

struct li_hours {
    int32_t from, to; /* minutes after midnight, from < to */
};

/* When an office works, by weekday, Monday first; a day without a span is not
 * worked, but Monday always is. */
#define LI_SPANS_A_DAY 4
struct li_week {
    struct li_hours spans[7][LI_SPANS_A_DAY];
    int counts[7];
};

enum li_day_mark { LI_DAY_FREE, LI_DAY_WORKED, LI_DAY_PLAIN /* as the week says */ };

struct li_calendar {
    int32_t edition;      /* e.g. 2026: the last year whose table was published */
    int32_t first_day;    /* first day of the table */
    int32_t last_day;     /* last day of the table */
    const uint8_t *marks; /* [last_day - first_day + 1], enum li_day_mark */
    struct li_week week;
    int32_t minutes_a_day; /* of a Monday */
};

enum li_clock_kind {
    LI_CLOCK_CALENDAR, /* every minute counts */
    LI_CLOCK_WORK      /* only working minutes count; 1d is one working day, 1w five */
};

/* A length as a playbook says it: "4h", "1d", "30m"; never negative, at most a
 * hundred years. */
struct li_length {
    int64_t amount;
    char unit; /* 's' 'm' 'h' 'd' 'w' */
    enum li_clock_kind kind;
};

struct li_due_time {
    int64_t at;       /* microseconds UTC */
    int32_t edition;  /* calendar edition it was computed with */
    bool provisional; /* beyond the last published day */
};

/* Builds a calendar in the arena from a table of dated exceptions, with the same
 * hours from Monday to Friday.
 * exceptions[i].working says whether that day is worked.
 * 0 or -LI_E_INVALID (hours overlap, days unordered). */
struct li_day_rule {
    int32_t day;
    bool working;
};
int li_calendar_new(struct li_ctx *ctx, int32_t edition, int32_t first_day, int32_t last_day,
                    const struct li_day_rule *rules, size_t rule_count,
                    const struct li_hours *hours, int hour_count, struct li_calendar **ret);
/* The same from published tables (data/calendar/cn-2026.yaml as li_yaml_read
 * gives it), one a year, ascending and without a gap:
 *   edition: 2026 · holidays: [date or {from, to}, …] · working: [date, …]
 * A make-up working day wins over a holiday.  0 or -LI_E_INVALID. */
int li_calendar_read(struct li_ctx *ctx, const struct li_node *const *years, size_t count,
                     const struct li_hours *hours, int hour_count, struct li_calendar **ret);
/* The same days with another week's hours; a make-up working day on a weekday that
 * is not worked has Monday's.  Shares the table of `calendar`. */
int li_calendar_of_week(struct li_ctx *ctx, const struct li_calendar *calendar,
                        const struct li_week *week, struct li_calendar **ret);
/* The same week with other days: `rules`, in any order, say for single days what the
 * published table does not; one beyond the table's days is passed over. */
int li_calendar_of_days(struct li_ctx *ctx, const struct li_calendar *calendar,
                        const struct li_day_rule *rules, size_t count, struct li_calendar **ret);
bool li_calendar_works(const struct li_calendar *calendar, int32_t day);
/* Whether a moment lies in the office's hours; their end does not. */
bool li_calendar_is_open(const struct li_calendar *calendar, int64_t at);
/* The instant at which `length` of working (or calendar) time has passed after
 * `from`; a length of 0 ends at `from`.  For calendar time `calendar` may be NULL.
 * n working days end at the same time of day n working days later, at the latest
 * when that day closes; a start outside hours counts from the next opening. */
struct li_due_time li_calendar_add(const struct li_calendar *calendar, int64_t from,
                                   struct li_length length);
/* The instant at which so many working microseconds have passed after `from`; of none
 * it is `from`. */
int64_t li_calendar_after(const struct li_calendar *calendar, int64_t from, int64_t work);
/* When `percent` of a length has passed, which began at `from` and ends at `due`
 * (li_calendar_add): of its working minutes, where it is working time.  100 is `due`;
 * what is below is not behind it, what is above not before it. */
int64_t li_calendar_share(const struct li_calendar *calendar, int64_t from, struct li_length length,
                          int64_t due, int percent);
/* The end of the last working minute of a day, or of the next worked day when that
 * day is free: the last day of a term that is a day off ends with the one after. */
int64_t li_calendar_closing(const struct li_calendar *calendar, int32_t day);
/* Working microseconds between two instants (0 when to <= from). */
int64_t li_calendar_between(const struct li_calendar *calendar, int64_t from, int64_t to);
/* "4h" with kind given separately.  0 or -LI_E_SYNTAX. */
int li_length_parse(struct li_ctx *ctx, struct li_str text, enum li_clock_kind kind,
                    struct li_length *ret);

#endif
