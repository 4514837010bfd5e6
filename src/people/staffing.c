/*
 * Staffing taken in from tables; see staffing.h.
 *
 * Each row becomes the command it stands for, of a roster all rows of an area together.
 * Their `decide` are asked one after the other, every fault is told at its row, and only
 * when none refused are they written, as one entry with the payloads of all.
 */
#include "people/staffing.h"

#include "base/json.h"
#include "base/time.h"
#include "people/inside.h"
#include "people/shift.h"

LI_SQL(staffing_any, "select 1 from shift where tenant = $1 limit 1");

static const char *const column_names[LI_STAFFING_COLUMNS] = {
    [LI_STAFFING_AREA] = "area", [LI_STAFFING_DATE] = "date",
    [LI_STAFFING_POST] = "post", [LI_STAFFING_NAME] = "name",
    [LI_STAFFING_FROM] = "from", [LI_STAFFING_TO] = "to",
    [LI_STAFFING_UNIT] = "unit", [LI_STAFFING_SUBSTITUTE] = "substitute",
    [LI_STAFFING_HOME] = "home",
};

/* One command of the table. */
struct item {
    const struct li_command *command;
    const void *args;
    size_t *rows; /* of the table, which it stands for: of a roster several */
    size_t row_count;
    void *plan;
};

struct staffing {
    const struct li_staffing_args *args;
    int64_t now;
    struct item *items;
    size_t count;
};

/* A row while it is read. */
struct reading {
    struct li_ctx *ctx;
    const struct li_tx *tx;
    const struct staffing *staffing;
    size_t at;
    const struct li_staffing_row *row;
};

static int wrong(const struct reading *reading, enum li_fault_kind kind,
                 enum li_staffing_column column, const char *limit)
{
    return li_fault(reading->ctx, kind,
                    li_strf(reading->ctx, "/rows/%zu/%s", reading->at, column_names[column]),
                    li_str(limit));
}

/* ---- cells --------------------------------------------------------------------------- */

static struct li_str cell(const struct reading *reading, enum li_staffing_column column)
{
    struct li_str text = reading->row->cells[column];

    return text.len ? text : LI_S("");
}

/* 2026-09-07, 2026/9/7, 2026年9月7日. */
static bool day_of(struct li_str text, int32_t *ret)
{
    int64_t parts[3] = {0};
    size_t count = 0, at = 0;

    while (at < text.len && count < 3) {
        size_t begin = at;
        while (at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9') {
            parts[count] = at - begin < 5 ? parts[count] * 10 + (text.ptr[at] - '0') : 0;
            at++;
        }
        if (at == begin) {
            return false;
        }
        while (at < text.len && (text.ptr[at] < '0' || text.ptr[at] > '9')) {
            at++;
        }
        count++;
    }
    if (count != 3 || at < text.len || parts[0] < 2000 || parts[0] > 2100) {
        return false;
    }
    *ret = li_day_of((int)parts[0], (int)parts[1], (int)parts[2]);
    struct li_civil civil = li_civil_at(li_day_start(*ret));
    return civil.month == parts[1] && civil.day == parts[2];
}

static int read_day(const struct reading *reading, enum li_staffing_column column, int32_t *ret)
{
    struct li_str text = cell(reading, column);

    if (text.len == 0) {
        return wrong(reading, LI_FAULT_REQUIRED, column, "");
    }
    return day_of(text, ret) ? 0 : wrong(reading, LI_FAULT_FORMAT, column, "2026-09-07");
}

/* "8:30" or "08：30" as a time since midnight; empty: 08:30. */
static int read_hour(const struct reading *reading, enum li_staffing_column column, int64_t *ret)
{
    struct li_str text = cell(reading, column), hour;
    int64_t hours, minutes;
    size_t wide = strlen("：");

    if (text.len == 0) {
        *ret = 8 * LI_HOUR + 30 * LI_MINUTE;
        return 0;
    }
    if (memchr(text.ptr, ':', text.len)) {
        hour = li_str_cut(&text, ':');
    } else {
        const char *mark = memmem(text.ptr, text.len, "：", wide);
        hour = li_str_n(text.ptr, mark ? (size_t)(mark - text.ptr) : 0);
        text = mark ? li_str_n(mark + wide, text.len - hour.len - wide) : LI_S("");
    }
    if (!li_str_to_i64(hour, &hours) || !li_str_to_i64(text, &minutes) || hours < 0 || hours > 24 ||
        minutes < 0 || minutes > 59) {
        return wrong(reading, LI_FAULT_FORMAT, column, "08:30");
    }
    *ret = hours * LI_HOUR + minutes * LI_MINUTE;
    return 0;
}

/* Where; empty: the tenant's own area. */
struct place {
    struct li_str code, path;
};

static struct li_str code_of(struct li_str path)
{
    struct li_str code = path, rest = path;

    while (rest.len) {
        code = li_str_cut(&rest, '/');
    }
    return code;
}

static int read_area(const struct reading *reading, struct place *ret)
{
    struct li_str text = cell(reading, LI_STAFFING_AREA);
    int r;

    if (text.len == 0) {
        r = li_people_home(reading->ctx, reading->tx->conn, reading->tx->tenant, &ret->path);
        ret->code = r ? LI_S("") : code_of(ret->path);
        return r;
    }
    r = li_people_place_named(reading->ctx, reading->tx, text, &ret->code, &ret->path);
    return r == -LI_E_NOT_FOUND ? wrong(reading, LI_FAULT_NOWHERE, LI_STAFFING_AREA, "") : r;
}

static int read_person(const struct reading *reading, enum li_staffing_column column, int64_t *ret)
{
    struct li_str text = cell(reading, column);
    struct li_person *found;
    size_t count = 0, fits = 0;
    int r;

    if (text.len == 0) {
        return wrong(reading, LI_FAULT_REQUIRED, column, "");
    }
    r = li_person_list(reading->ctx, reading->tx->conn, reading->tx->tenant, text, 0, 200, &found,
                       &count);
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (li_str_eq(found[i].name, text) || li_str_eq(found[i].login, text)) {
            *ret = found[i].id;
            fits++;
        }
    }
    return r || fits == 1 ? r : wrong(reading, LI_FAULT_PERSON, column, "");
}

static int read_unit(const struct reading *reading, int64_t *ret)
{
    struct li_str text = cell(reading, LI_STAFFING_UNIT);
    struct li_organization *all;
    size_t count = 0;
    int r;

    *ret = 0;
    if (text.len == 0) {
        return 0;
    }
    r = li_organization_list(reading->ctx, reading->tx->conn, reading->tx->tenant, &all, &count);
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (li_str_eq(all[i].name, text)) {
            *ret = all[i].id;
            return 0;
        }
    }
    return r ? r : wrong(reading, LI_FAULT_NOBODY, LI_STAFFING_UNIT, "");
}

/* By name or label, also the one it has at a kind of area: 巷长, 楼院长. */
static bool is_post(struct li_str text, const struct li_post_info *post)
{
    static const char *const kinds[] = {"street", "road", "lane", "compound"};
    bool is = li_str_is(text, post->name) || li_str_is(text, post->zh) || li_str_is(text, post->en);

    for (size_t i = 0; !is && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        is = li_str_is(text, li_post_at(li_str(post->name), li_str(kinds[i]))->zh);
    }
    return is;
}

static int read_post(const struct reading *reading, enum li_staffing_column column,
                     struct li_str *ret)
{
    struct li_str text = cell(reading, column);
    const struct li_post_info *all;
    size_t count;

    all = li_post_all(&count);
    for (size_t i = 0; text.len && i < count; i++) {
        if (is_post(text, &all[i])) {
            *ret = li_str(all[i].name);
            return 0;
        }
    }
    return text.len ? wrong(reading, LI_FAULT_CHOICE, column, "")
                    : wrong(reading, LI_FAULT_REQUIRED, column, "");
}

/* ---- rows ------------------------------------------------------------------------------ */

/* Adds a command that stands for this row. */
static int add(const struct reading *reading, struct staffing *staffing,
               const struct li_command *command, const void *args)
{
    size_t *row = li_alloc(reading->ctx, sizeof(*row));

    if (!row) {
        return -LI_E_NOMEM;
    }
    *row = reading->at;
    staffing->items[staffing->count++] =
        (struct item){.command = command, .args = args, .rows = row, .row_count = 1};
    return 0;
}

static int read_absence(const struct reading *reading, struct staffing *staffing)
{
    struct li_absence_args *args = li_alloc(reading->ctx, sizeof(*args));
    int32_t first = 0, last;
    int r = args ? read_person(reading, LI_STAFFING_NAME, &args->person) : -LI_E_NOMEM;

    r = r ? r : read_day(reading, LI_STAFFING_TO, &last);
    if (r == 0 && cell(reading, LI_STAFFING_FROM).len) {
        r = read_day(reading, LI_STAFFING_FROM, &first);
        args->since = li_day_start(first);
    }
    if (r) {
        return r;
    }
    args->until = li_day_start(last + 1);
    return add(reading, staffing, &li_absence_note, args);
}

/* *ret: the one appointment in force of a person that fits; `post` empty: any of their
 * own. */
static int find_held(const struct reading *reading, int64_t person, struct li_str post,
                     struct li_str path, struct li_appointment *ret, size_t *ret_fits)
{
    struct li_appointment_filter filter = {
        .path = path, .post = post, .person = person, .at = reading->staffing->now, .limit = 200};
    struct li_appointment *all;
    size_t count = 0;
    int r = li_appointment_list(reading->ctx, reading->tx->conn, reading->tx->tenant, &filter, &all,
                                &count);

    *ret_fits = 0;
    for (size_t i = 0; r == 0 && i < count; i++) {
        bool own = all[i].covers == 0 && all[i].lent_from == 0 && !li_shift_is_post(all[i].post);
        if (own && (path.len == 0 || li_str_eq(all[i].area_path, path))) {
            *ret = all[i];
            ++*ret_fits;
        }
    }
    return r;
}

static int read_substitute(const struct reading *reading, struct staffing *staffing)
{
    struct li_appointment_args *args = li_alloc(reading->ctx, sizeof(*args));
    struct li_appointment held;
    struct place area = {.path = LI_S("")};
    size_t fits = 0;
    int64_t person;
    int r = args ? read_person(reading, LI_STAFFING_NAME, &person) : -LI_E_NOMEM;

    r = r ? r : read_person(reading, LI_STAFFING_SUBSTITUTE, &args->person);
    r = r ? r : read_post(reading, LI_STAFFING_POST, &args->post);
    r = r ? r : read_unit(reading, &args->org);
    if (r == 0 && cell(reading, LI_STAFFING_AREA).len) {
        r = read_area(reading, &area);
    }
    r = r ? r : find_held(reading, person, args->post, area.path, &held, &fits);
    if (r) {
        return r;
    }
    if (fits != 1 || (args->org && held.org != args->org)) {
        return wrong(reading, LI_FAULT_STAND_IN, LI_STAFFING_POST, "");
    }
    args->org = held.org;
    args->area_code = code_of(held.area_path);
    args->stands_in_for = held.id;
    return add(reading, staffing, &li_appointment_make, args);
}

static int read_secondment(const struct reading *reading, struct staffing *staffing)
{
    struct li_appointment_args *args = li_alloc(reading->ctx, sizeof(*args));
    struct li_str home = LI_S("");
    struct li_appointment held;
    struct place area;
    int32_t first = 0, last;
    size_t fits = 0;
    int r = args ? read_person(reading, LI_STAFFING_NAME, &args->person) : -LI_E_NOMEM;

    r = r ? r : read_post(reading, LI_STAFFING_POST, &args->post);
    r = r ? r : read_area(reading, &area);
    r = r ? r : read_unit(reading, &args->org);
    r = r ? r : read_day(reading, LI_STAFFING_TO, &last);
    if (r == 0 && cell(reading, LI_STAFFING_FROM).len) {
        r = read_day(reading, LI_STAFFING_FROM, &first);
        args->since = li_day_start(first);
    }
    if (r == 0 && cell(reading, LI_STAFFING_HOME).len) {
        r = read_post(reading, LI_STAFFING_HOME, &home);
    }
    r = r ? r : find_held(reading, args->person, home, LI_S(""), &held, &fits);
    if (r || fits != 1) {
        return r ? r : wrong(reading, LI_FAULT_LENT_HOME, LI_STAFFING_HOME, "");
    }
    args->area_code = area.code;
    args->until = li_day_start(last + 1);
    args->lent_from = held.id;
    return add(reading, staffing, &li_appointment_make, args);
}

/* Puts a turn to those of its area, whose days it widens. */
static int join(const struct reading *reading, struct staffing *staffing, struct li_str area_code,
                const struct li_shift_row *turn)
{
    struct li_shift_plan_args *plan = NULL;
    struct item *item = NULL;
    size_t most = staffing->args->count;

    for (size_t i = 0; i < staffing->count && !plan; i++) {
        item = &staffing->items[i];
        plan = (struct li_shift_plan_args *)(uintptr_t)item->args;
        plan = li_str_eq(plan->area_code, area_code) ? plan : NULL;
    }
    if (!plan) {
        plan = li_alloc(reading->ctx, sizeof(*plan));
        item = &staffing->items[staffing->count];
        *item = (struct item){.command = &li_shift_plan, .args = plan};
        item->rows = li_alloc_array(reading->ctx, most, sizeof(*item->rows));
        if (!plan || !item->rows) {
            return -LI_E_NOMEM;
        }
        *plan = (struct li_shift_plan_args){.area_code = area_code, .from = INT64_MAX};
        plan->rows = li_alloc_array(reading->ctx, most, sizeof(*plan->rows));
        if (!plan->rows) {
            return -LI_E_NOMEM;
        }
        staffing->count++;
    }
    int64_t day = li_day_start(li_day_at(turn->since));
    plan->from = day < plan->from ? day : plan->from;
    plan->to = day + LI_DAY > plan->to ? day + LI_DAY : plan->to;
    ((struct li_shift_row *)(uintptr_t)plan->rows)[plan->count++] = *turn;
    item->rows[item->row_count++] = reading->at;
    return 0;
}

static int read_turn(const struct reading *reading, struct staffing *staffing)
{
    struct li_shift_row turn = {0};
    struct place area;
    int64_t from, to;
    int32_t day;
    int r = read_day(reading, LI_STAFFING_DATE, &day);

    r = r ? r : read_post(reading, LI_STAFFING_POST, &turn.post);
    if (r == 0 && !li_shift_is_post(turn.post)) {
        r = wrong(reading, LI_FAULT_CHOICE, LI_STAFFING_POST, "");
    }
    r = r ? r : read_person(reading, LI_STAFFING_NAME, &turn.person);
    r = r ? r : read_area(reading, &area);
    r = r ? r : read_hour(reading, LI_STAFFING_FROM, &from);
    r = r ? r : read_hour(reading, LI_STAFFING_TO, &to);
    if (r) {
        return r;
    }
    turn.since = li_day_start(day) + from;
    turn.until = li_day_start(day) + to + (to <= from ? LI_DAY : 0);
    return join(reading, staffing, area.code, &turn);
}

static int (*const readers[LI_STAFFINGS])(const struct reading *, struct staffing *) = {
    [LI_STAFFING_ROSTER] = read_turn,
    [LI_STAFFING_ABSENCES] = read_absence,
    [LI_STAFFING_SUBSTITUTES] = read_substitute,
    [LI_STAFFING_SECONDMENTS] = read_secondment,
};

/* ---- the command -------------------------------------------------------------------------- */

static bool is_same(const struct li_staffing_row *a, const struct li_staffing_row *b)
{
    for (int i = 0; i < LI_STAFFING_COLUMNS; i++) {
        if (!li_str_eq(a->cells[i], b->cells[i])) {
            return false;
        }
    }
    return true;
}

/* Each decision is made before anything is written, so a line twice is seen here alone. */
static int check_twice(const struct reading *reading)
{
    for (size_t i = 0; i < reading->at; i++) {
        if (is_same(&reading->staffing->args->rows[i], reading->row)) {
            return wrong(reading, LI_FAULT_TWICE, LI_STAFFING_NAME, "");
        }
    }
    return 0;
}

/* What a command told points at itself ("/until", "/rows/3/person"); here at its row. */
static int point(struct li_ctx *ctx, const struct item *item, unsigned told, int r)
{
    for (unsigned i = told; i < ctx->error_count; i++) {
        struct li_str where = ctx->errors[i].where;
        int64_t at = 0;
        if (li_str_starts(where, LI_S("/rows/"))) {
            where = li_str_n(where.ptr + strlen("/rows/"), where.len - strlen("/rows/"));
            if (!li_str_to_i64(li_str_cut(&where, '/'), &at) || (size_t)at >= item->row_count) {
                continue;
            }
        } else if (li_str_starts(where, LI_S("/"))) {
            where = li_str_n(where.ptr + 1, where.len - 1);
        }
        ctx->errors[i].where = li_strf(ctx, "/rows/%zu/%.*s", item->rows[at], LI_P(where));
        if (!ctx->errors[i].where.ptr) {
            return -LI_E_NOMEM;
        }
    }
    return r;
}

static int decide_item(struct li_ctx *ctx, const struct li_tx *tx, struct item *item)
{
    unsigned told = ctx->error_count;
    int r = item->command->decide(ctx, tx, item->args, &item->plan);

    if (r == -LI_E_UNIQUE || r == -LI_E_STATE) {
        ctx->error_count = told;
        r = li_fault(ctx, LI_FAULT_TAKEN, LI_S("/name"), LI_S(""));
    }
    return r ? point(ctx, item, told, r) : 0;
}

static int import_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    struct staffing *staffing = li_alloc(ctx, sizeof(*staffing));
    int r = staffing ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    *staffing = (struct staffing){.args = args, .now = li_now(li_record_clock(tx->record))};
    staffing->items = li_alloc_array(ctx, staffing->args->count + 1, sizeof(*staffing->items));
    if (!staffing->items) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < staffing->args->count && (r == 0 || r == -LI_E_INVALID); i++) {
        const struct reading reading = {ctx, tx, staffing, i, &staffing->args->rows[i]};
        int bad = check_twice(&reading);
        bad = bad ? bad : readers[staffing->args->kind](&reading, staffing);
        r = bad ? bad : r;
    }
    for (size_t i = 0; i < staffing->count && (r == 0 || r == -LI_E_INVALID); i++) {
        int bad = decide_item(ctx, tx, &staffing->items[i]);
        r = bad ? bad : r;
    }
    *ret_plan = staffing;
    return r;
}

static int import_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                        struct li_outcome *ret)
{
    const struct staffing *staffing = plan;
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_put_text(&json, "kind", li_str(li_staffing_names[staffing->args->kind]));
    li_json_key(&json, "rows");
    li_json_open_list(&json);
    for (size_t i = 0; r == 0 && i < staffing->count; i++) {
        const struct item *item = &staffing->items[i];
        struct li_outcome one = {0};
        r = item->command->write(ctx, tx, item->plan, &one);
        li_json_open_map(&json);
        li_json_put_text(&json, "command", li_str(item->command->name));
        li_json_key(&json, "payload");
        li_json_raw(&json, one.payload);
        li_json_close_map(&json);
    }
    li_json_close_list(&json);
    li_json_put_text(&json, "source", staffing->args->source);
    ret->entity = tx->tenant;
    return r ? r : li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_staffing_import = {
    .name = "staffing.import", .decide = import_decide, .write = import_write};

int li_staffing_is(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, bool *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &staffing_any, LI_ARGS(li_v(tenant)), &rows);

    if (r == 0) {
        li_rows_done(rows);
    }
    *ret = r == 0;
    return r == -LI_E_NOT_FOUND ? 0 : r;
}
