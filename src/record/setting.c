/* Settings; see setting.h. */
#include "record/setting.h"

#include "base/canonical.h"
#include "base/json.h"
#include "contract/fault.h"
#include "record/tenant.h"

LI_SQL(setting_by_name, "select value from setting where tenant = $1 and name = $2");
LI_SQL(setting_set, "insert into setting (tenant, name, value, since) values ($1, $2, $3, $4) "
                    "on conflict (tenant, name) do update "
                    "set value = excluded.value, since = excluded.since");

#define DAY_MINUTES (24 * 60)

/* ---- office_hours ------------------------------------------------------------ */

static const char *const days[7] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* "09:30" as minutes after midnight, up to "24:00"; -1: no time of day. */
static int minutes_of(struct li_str text)
{
    int hour, minute;

    if (text.len != 5 || text.ptr[2] != ':') {
        return -1;
    }
    for (size_t i = 0; i < 5; i++) {
        if (i != 2 && (text.ptr[i] < '0' || text.ptr[i] > '9')) {
            return -1;
        }
    }
    hour = 10 * (text.ptr[0] - '0') + text.ptr[1] - '0';
    minute = 10 * (text.ptr[3] - '0') + text.ptr[4] - '0';
    return minute < 60 && 60 * hour + minute <= DAY_MINUTES ? 60 * hour + minute : -1;
}

static int fault_at(struct li_ctx *ctx, enum li_fault_kind kind, struct li_str where,
                    const char *limit)
{
    return li_fault(ctx, kind, where, li_str(limit));
}

/* One span, behind minute `after`. */
static int check_span(struct li_ctx *ctx, struct li_str where, const struct li_node *span,
                      int *after)
{
    int from = minutes_of(li_node_text(span, "from")), to = minutes_of(li_node_text(span, "to"));

    if (!span || span->kind != LI_MAP || span->map.count != 2) {
        return fault_at(ctx, LI_FAULT_TYPE, where, "from, to");
    }
    if (from < 0 || to < 0) {
        return fault_at(ctx, LI_FAULT_FORMAT,
                        li_strf(ctx, "%.*s/%s", LI_P(where), from < 0 ? "from" : "to"), "09:00");
    }
    if (from < *after || to <= from) {
        int least = from < *after ? *after : from + 1;
        return li_fault(ctx, LI_FAULT_SMALL,
                        li_strf(ctx, "%.*s/%s", LI_P(where), from < *after ? "from" : "to"),
                        li_strf(ctx, "%02d:%02d", least / 60, least % 60));
    }
    *after = to;
    return 0;
}

static int check_day(struct li_ctx *ctx, struct li_str where, const struct li_node *day)
{
    int after = 0, r = 0;

    if (!day || day->kind != LI_LIST) {
        return fault_at(ctx, day ? LI_FAULT_TYPE : LI_FAULT_REQUIRED, where, "array");
    }
    if (day->list.count > LI_HOURS_A_DAY) {
        return fault_at(ctx, LI_FAULT_MANY, where, "4");
    }
    for (size_t i = 0; r == 0 && i < day->list.count; i++) {
        r = check_span(ctx, li_strf(ctx, "%.*s/%zu", LI_P(where), i), day->list.items[i], &after);
    }
    return r;
}

static int check_hours(struct li_ctx *ctx, struct li_str where, const struct li_node *value)
{
    size_t spans = 0;
    int r = 0;

    if (value->kind != LI_MAP || value->map.count != 7) {
        return fault_at(ctx, LI_FAULT_TYPE, where, "mon … sun");
    }
    for (int i = 0; r == 0 && i < 7; i++) {
        const struct li_node *day = li_node_get(value, days[i]);
        r = check_day(ctx, li_strf(ctx, "%.*s/%s", LI_P(where), days[i]), day);
        spans += r == 0 ? day->list.count : 0;
    }
    /* without a working minute no clock would ever end; make-up days have Monday's */
    if (r == 0 && (spans == 0 || li_node_get(value, "mon")->list.count == 0)) {
        return fault_at(ctx, LI_FAULT_FEW, li_strf(ctx, "%.*s/mon", LI_P(where)), "1");
    }
    return r;
}

/* ---- spot_checks -------------------------------------------------------------- */

#define SPOT_CHECKS_MAX 1000

static int check_percent(struct li_ctx *ctx, struct li_str where, const struct li_node *value)
{
    if (value->kind != LI_INT) {
        return fault_at(ctx, LI_FAULT_TYPE, where, "integer");
    }
    if (value->number < 0) {
        return fault_at(ctx, LI_FAULT_SMALL, where, "0");
    }
    return value->number > SPOT_CHECKS_MAX ? fault_at(ctx, LI_FAULT_GREAT, where, "1000") : 0;
}

/* ---- field_app ----------------------------------------------------------------- */

#define FILING_MAX 64

/* A program of one's own needs a filing number (互联网信息服务备案); without one it is a part
 * of a portal that has one. */
static int check_field_app(struct li_ctx *ctx, struct li_str where, const struct li_node *value)
{
    const struct li_node *own = li_node_get(value, "own");
    struct li_str filing = li_node_text(value, "filing");

    if (value->kind != LI_MAP || value->map.count != 2 || !own || own->kind != LI_BOOL ||
        !filing.ptr) {
        return fault_at(ctx, LI_FAULT_TYPE, where, "own, filing");
    }
    where = li_strf(ctx, "%.*s/filing", LI_P(where));
    if (filing.len > FILING_MAX) {
        return fault_at(ctx, LI_FAULT_LONG, where, "64");
    }
    return own->flag && !li_str_trim(filing).len ? fault_at(ctx, LI_FAULT_REQUIRED, where, "") : 0;
}

/* ---- own_days ------------------------------------------------------------------ */

static int check_dates(struct li_ctx *ctx, struct li_str where, const struct li_node *dates)
{
    int32_t day, last = 0;

    if (!dates || dates->kind != LI_LIST) {
        return fault_at(ctx, dates ? LI_FAULT_TYPE : LI_FAULT_REQUIRED, where, "array");
    }
    if (dates->list.count > LI_OWN_DAYS) {
        return fault_at(ctx, LI_FAULT_MANY, where, "120");
    }
    for (size_t i = 0; i < dates->list.count; i++) {
        const struct li_node *date = dates->list.items[i];
        struct li_str at = li_strf(ctx, "%.*s/%zu", LI_P(where), i);
        if (date->kind != LI_TEXT || li_date_parse(ctx, date->text, &day)) {
            return fault_at(ctx, LI_FAULT_FORMAT, at, "2026-11-21");
        }
        if (i && day <= last) {
            return fault_at(ctx, LI_FAULT_SMALL, at, "2026-11-21");
        }
        last = day;
    }
    return 0;
}

static int check_own_days(struct li_ctx *ctx, struct li_str where, const struct li_node *value)
{
    const struct li_node *off = li_node_get(value, "off"), *worked = li_node_get(value, "worked");
    int r;

    if (value->kind != LI_MAP || value->map.count != 2) {
        return fault_at(ctx, LI_FAULT_TYPE, where, "off, worked");
    }
    r = check_dates(ctx, li_strf(ctx, "%.*s/off", LI_P(where)), off);
    r = r ? r : check_dates(ctx, li_strf(ctx, "%.*s/worked", LI_P(where)), worked);
    for (size_t i = 0; r == 0 && i < off->list.count; i++) {
        for (size_t k = 0; r == 0 && k < worked->list.count; k++) {
            if (li_str_eq(off->list.items[i]->text, worked->list.items[k]->text)) {
                r = li_fault(ctx, LI_FAULT_TWICE, li_strf(ctx, "%.*s/worked/%zu", LI_P(where), k),
                             LI_S(""));
            }
        }
    }
    return r;
}

int li_setting_own_days(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                        struct li_day_rule **ret, size_t *ret_count)
{
    static const char *const names[] = {"off", "worked"};
    struct li_day_rule *rules = li_alloc_array(ctx, 2 * (size_t)LI_OWN_DAYS, sizeof(*rules));
    struct li_node *value;
    size_t count = 0;
    int r = rules ? li_setting_get(ctx, conn, tenant, "own_days", &value) : -LI_E_NOMEM;

    for (int which = 0; r == 0 && which < 2; which++) {
        const struct li_node *dates = li_node_get(value, names[which]);
        li_assert(dates && dates->kind == LI_LIST && dates->list.count <= LI_OWN_DAYS);
        for (size_t i = 0; r == 0 && i < dates->list.count; i++) {
            rules[count].working = which == 1;
            r = li_date_parse(ctx, dates->list.items[i]->text, &rules[count++].day);
        }
    }
    if (r == 0) {
        *ret = rules;
        *ret_count = count;
    }
    return r;
}

/* ---- messages ------------------------------------------------------------------ */

static int check_messages(struct li_ctx *ctx, struct li_str where, const struct li_node *value)
{
    const struct li_node *on = li_node_get(value, "on"), *quiet = li_node_get(value, "quiet");
    static const char *const ends[] = {"from", "to"};

    if (value->kind != LI_MAP || value->map.count != 2 || !on || on->kind != LI_BOOL || !quiet ||
        quiet->kind != LI_MAP || quiet->map.count != 2) {
        return fault_at(ctx, LI_FAULT_TYPE, where, "on, quiet");
    }
    for (size_t i = 0; i < 2; i++) {
        if (minutes_of(li_node_text(quiet, ends[i])) < 0) {
            return fault_at(ctx, LI_FAULT_FORMAT,
                            li_strf(ctx, "%.*s/quiet/%s", LI_P(where), ends[i]), "21:00");
        }
    }
    return 0;
}

int li_setting_messages(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                        struct li_quiet *ret)
{
    struct li_node *value;
    const struct li_node *on, *quiet;
    int r = li_setting_get(ctx, conn, tenant, "messages", &value);

    if (r) {
        return r;
    }
    on = li_node_get(value, "on");
    quiet = li_node_get(value, "quiet");
    *ret = (struct li_quiet){.on = on && on->flag,
                             .from = minutes_of(li_node_text(quiet, "from")) % DAY_MINUTES,
                             .to = minutes_of(li_node_text(quiet, "to")) % DAY_MINUTES};
    return 0;
}

int64_t li_quiet_until(const struct li_quiet *quiet, int64_t at)
{
    int minute = (int)((at + LI_ZONE) / LI_MINUTE % DAY_MINUTES);
    bool is = quiet->from <= quiet->to ? minute >= quiet->from && minute < quiet->to
                                       : minute >= quiet->from || minute < quiet->to;

    return is ? (at / LI_MINUTE + (quiet->to - minute + DAY_MINUTES) % DAY_MINUTES) * LI_MINUTE
              : at;
}

#define DAY "[{\"from\":\"09:00\",\"to\":\"12:00\"},{\"from\":\"14:00\",\"to\":\"18:00\"}]"

/* ---- the settings there are --------------------------------------------------- */

const struct li_setting_info li_settings[] = {
    {"field_app", "外勤端：作为已备案门户的一个模块使用，或者填写备案号后可单独安装。",
     "The field face: a part of a portal that has been filed or, with a filing number of its own, "
     "installed by itself.",
     "{\"filing\":\"\",\"own\":false}", check_field_app},
    {"map",
     "底图：无（只画自己的边界和点）、天地图、一处栅格瓦片，或放在本机上的 PMTiles "
     "文件。标注坐标系、版权和审图号。",
     "What lies under maps: nothing but own borders and points, 天地图, raster tiles from an "
     "address, or a PMTiles file laid on the server; with their coordinate system, whose they "
     "are, and the approval number.",
     "{\"kind\":\"none\"}", li_setting_check_map},
    {"messages",
     "消息是否经短信网关发出，以及夜间不打扰的时段。只发给选了短信并留了号码的人；应急状态下不受时"
     "段限制。",
     "Whether messages are sent by the gateway, and the quiet hours of the night. Only to who "
     "chose "
     "text messages and left a number; an emergency does not wait.",
     "{\"on\":false,\"quiet\":{\"from\":\"21:00\",\"to\":\"08:00\"}}", check_messages},
    {"office_hours", "办公时间：按星期几，每天至多四段。工作时限只在办公时间内计算。",
     "Office hours by weekday, at most four spans a day. Clocks of working time run only then.",
     "{\"fri\":" DAY ",\"mon\":" DAY ",\"sat\":[],\"sun\":[],\"thu\":" DAY ",\"tue\":" DAY
     ",\"wed\":" DAY "}",
     check_hours},
    {"spot_checks",
     "随机抽查：按各事项写明的比例的百分之几来抽。100 照写明的抽，50 减半，200 加倍，0 不抽。",
     "Spot checks by chance: how many per cent of the shares the playbooks state. 100 draws as "
     "stated, 50 half as many, 200 twice as many, 0 none.",
     "0", check_percent},
    {"own_days", "本单位自定的休息日和上班日：在国家公布的安排之外，逐日写明。",
     "The office's own days off and working days, day by day, beside the nation's table.",
     "{\"off\":[],\"worked\":[]}", check_own_days},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct li_setting_info *find(struct li_str name)
{
    for (const struct li_setting_info *info = li_settings; info->name; info++) {
        if (li_str_is(name, info->name)) {
            return info;
        }
    }
    return NULL;
}

int li_setting_get(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, const char *name,
                   struct li_node **ret)
{
    const struct li_setting_info *info = find(li_str(name));
    struct li_rows *rows;
    struct li_str value;
    int r;

    if (!info) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no setting %s", name);
    }
    r = li_query_one(ctx, conn, &setting_by_name, LI_ARGS(li_v(tenant), li_v_text(li_str(name))),
                     &rows);
    if (r == -LI_E_NOT_FOUND) {
        return li_canonical_read(ctx, li_str(info->standard), ret);
    }
    if (r) {
        return r;
    }
    value = li_col_dup(ctx, rows, 0);
    li_rows_done(rows);
    return value.ptr ? li_canonical_read(ctx, value, ret) : -LI_E_NOMEM;
}

int li_setting_office_hours(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                            struct li_office_hours *ret)
{
    struct li_office_hours hours = {.counts = {0}};
    struct li_node *value;
    int r = li_setting_get(ctx, conn, tenant, "office_hours", &value);

    for (int i = 0; r == 0 && i < 7; i++) {
        const struct li_node *day = li_node_get(value, days[i]);
        li_assert(day && day->kind == LI_LIST && day->list.count <= LI_HOURS_A_DAY);
        for (size_t k = 0; k < day->list.count; k++) {
            hours.spans[i][hours.counts[i]++] = (struct li_hours){
                .from = minutes_of(li_node_text(day->list.items[k], "from")),
                .to = minutes_of(li_node_text(day->list.items[k], "to")),
            };
        }
    }
    if (r == 0) {
        *ret = hours;
    }
    return r;
}

/* ---- setting.put ------------------------------------------------------------- */

static int put_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    const struct li_setting_args *put = args;
    const struct li_node *values = put->values;
    int r = 0;

    (void)tx;
    if (!values || values->kind != LI_MAP || values->map.count == 0) {
        return li_fault(ctx, LI_FAULT_REQUIRED, LI_S(""), LI_S(""));
    }
    for (size_t i = 0; r == 0 && i < values->map.count; i++) {
        const struct li_member *member = &values->map.items[i];
        const struct li_setting_info *info = find(member->key);
        struct li_str where = li_strf(ctx, "/%.*s", LI_P(member->key));
        r = info ? info->check(ctx, where, member->value)
                 : li_fault(ctx, LI_FAULT_UNKNOWN, where, LI_S(""));
    }
    if (r == 0) {
        *ret_plan = (void *)(uintptr_t)values;
    }
    return r;
}

static int put_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    const struct li_node *values = plan;
    int r = 0;

    for (size_t i = 0; r == 0 && i < values->map.count; i++) {
        struct li_str value;
        r = li_canonical(ctx, values->map.items[i].value, &value);
        r = r ? r
              : li_exec(ctx, tx->conn, &setting_set,
                        LI_ARGS(li_v(tx->tenant), li_v_text(values->map.items[i].key),
                                li_v_blob(value), li_v(tx->now)),
                        NULL);
    }
    r = r ? r : li_tenant_touch(ctx, tx);
    ret->entity = tx->tenant;
    return r ? r : li_canonical(ctx, values, &ret->payload);
}

const struct li_command li_setting_put = {
    .name = "setting.put",
    .decide = put_decide,
    .write = put_write,
};
