/* Which days are worked: the nation's published tables, and what the tenant says of its own. */
#include "base/calendar.h"

#include <stdio.h>

#include "base/time.h"
#include "case/library.h"
#include "serve/op/op.h"

static void put_date(struct li_json *json, const char *key, int32_t day)
{
    struct li_civil civil = li_civil_at(li_day_start(day));
    char text[16];

    snprintf(text, sizeof(text), "%04d-%02d-%02d", civil.year % 10000, civil.month, civil.day);
    li_json_put_text(json, key, li_str(text));
}

int li_op_get_calendar(struct li_request *request)
{
    const struct li_calendar *calendar;
    struct li_json json;
    int r = li_library_calendar(&request->ctx, li_request_house(request)->bound.library,
                                request->conn, request->tenant->id, &calendar);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    put_date(&json, "from", calendar->first_day);
    put_date(&json, "to", calendar->last_day);
    li_json_key(&json, "days");
    li_json_open_list(&json);
    for (int32_t day = calendar->first_day; day <= calendar->last_day; day++) {
        enum li_day_mark mark = (enum li_day_mark)calendar->marks[day - calendar->first_day];
        if (mark != LI_DAY_PLAIN) {
            li_json_open_map(&json);
            put_date(&json, "day", day);
            li_json_put_bool(&json, "worked", mark == LI_DAY_WORKED);
            li_json_close_map(&json);
        }
    }
    li_json_close_list(&json);
    li_json_close_map(&json);
    return li_reply_end(request);
}
