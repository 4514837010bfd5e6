/*
 * The demo's roster, absences, substitutes and secondments: `staff` of a tenant in
 * data/demo/tenants.yaml, whose days count from the day of seeding, so that the demo is
 * always of today.  They go in as the tables an office would import.
 */
#include "base/asset.h"
#include "base/hash.h"
#include "base/time.h"
#include "cli/seed.h"
#include "people/staffing.h"
#include "record/tenant.h"

#define TENANTS "data/demo/tenants.yaml"

struct staff {
    struct li_ctx *ctx;
    struct li_record *record;
    const struct li_tenant *tenant;
    int32_t today;
    struct li_staffing_row *rows; /* LI_STAFFING_ROWS of them */
    size_t count;
};

static struct li_str day_text(struct staff *staff, int64_t later)
{
    struct li_civil at = li_civil_at(li_day_start(staff->today + (int32_t)later));

    return li_strf(staff->ctx, "%d-%02d-%02d", at.year, at.month, at.day);
}

static int64_t number(const struct li_node *map, const char *key)
{
    const struct li_node *node = li_node_get(map, key);

    return node && node->kind == LI_INT ? node->number : 0;
}

/* Of `posts` each its people in turn, a day each, for `days` days from today on. */
static void plan_turns(struct staff *staff, const struct li_node *roster)
{
    const struct li_node *posts = li_node_get(roster, "posts");

    for (int64_t day = 0; posts && day < number(roster, "days"); day++) {
        for (size_t i = 0; i < posts->list.count; i++) {
            if (day == 0 && li_node_get(posts->list.items[i], "from")) {
                continue; /* a turn of some hours may be over today */
            }
            const struct li_node *people = li_node_get(posts->list.items[i], "people");
            size_t turn = (size_t)day % people->list.count;
            struct li_staffing_row *row = &staff->rows[staff->count++];
            *row = (struct li_staffing_row){.line = 0};
            row->cells[LI_STAFFING_AREA] = li_node_text(roster, "area");
            row->cells[LI_STAFFING_DATE] = day_text(staff, day);
            row->cells[LI_STAFFING_POST] = li_node_text(posts->list.items[i], "post");
            row->cells[LI_STAFFING_NAME] = people->list.items[turn]->text;
            row->cells[LI_STAFFING_FROM] = li_node_text(posts->list.items[i], "from");
            row->cells[LI_STAFFING_TO] = li_node_text(posts->list.items[i], "to");
        }
    }
}

/* A list of the others: name, post, area, substitute as they stand, days counted. */
static void list_rows(struct staff *staff, const struct li_node *list)
{
    for (size_t i = 0; list && i < list->list.count; i++) {
        const struct li_node *one = list->list.items[i];
        struct li_staffing_row *row = &staff->rows[staff->count++];
        *row = (struct li_staffing_row){.line = one->line};
        row->cells[LI_STAFFING_NAME] = li_node_text(one, "name");
        row->cells[LI_STAFFING_POST] = li_node_text(one, "post");
        row->cells[LI_STAFFING_AREA] = li_node_text(one, "area");
        row->cells[LI_STAFFING_SUBSTITUTE] = li_node_text(one, "substitute");
        if (li_node_get(one, "days")) {
            row->cells[LI_STAFFING_FROM] = day_text(staff, number(one, "from"));
            row->cells[LI_STAFFING_TO] =
                day_text(staff, number(one, "from") + number(one, "days") - 1);
        }
    }
}

/* Once: who was killed between two tables goes on with the next. */
static int take(struct staff *staff, enum li_staffing kind)
{
    struct li_str key = li_strf(staff->ctx, "demo:%.*s:staff:%d", LI_P(staff->tenant->slug), kind);
    const struct li_hash fingerprint = li_hash_of(key);
    const struct li_viewer system = {.kind = LI_VIEWER_SYSTEM, .tenant = staff->tenant->id};
    const struct li_staffing_args args = {
        .kind = kind, .source = LI_S(TENANTS), .rows = staff->rows, .count = staff->count};
    struct li_job job = {.ctx = staff->ctx,
                         .tenant = staff->tenant->id,
                         .command = &li_staffing_import,
                         .args = &args,
                         .viewer = &system,
                         .key = {.key = key, .fingerprint = li_hash_view(&fingerprint)}};

    if (staff->count == 0) {
        return 0;
    }
    return key.ptr ? li_run(staff->record, &job) : -LI_E_NOMEM;
}

/* A tenant that has ever had turns keeps what it has. */
static int is_staffed(struct staff *staff, bool *ret)
{
    struct li_store *store = li_record_store(staff->record);
    struct li_conn *conn;
    int r = li_store_reader(staff->ctx, store, &conn);

    if (r == 0) {
        r = li_staffing_is(staff->ctx, conn, staff->tenant->id, ret);
        li_store_reader_back(store, conn);
    }
    return r;
}

static int staff_tenant(struct staff *staff, const struct li_node *node)
{
    static const char *const lists[LI_STAFFINGS] = {
        [LI_STAFFING_ABSENCES] = "absences",
        [LI_STAFFING_SUBSTITUTES] = "substitutes",
        [LI_STAFFING_SECONDMENTS] = "secondments",
    };
    bool there = false;
    int r = is_staffed(staff, &there);

    /* the roster last: it is what says that the others are in */
    for (int kind = LI_STAFFINGS - 1; r == 0 && !there && kind >= 0; kind--) {
        staff->count = 0;
        if (kind == LI_STAFFING_ROSTER) {
            const struct li_node *rosters = li_node_get(node, "rosters");
            for (size_t i = 0; rosters && i < rosters->list.count; i++) {
                plan_turns(staff, rosters->list.items[i]);
            }
        } else {
            list_rows(staff, li_node_get(node, lists[kind]));
        }
        r = take(staff, (enum li_staffing)kind);
    }
    return r;
}

int li_seed_staff(struct li_ctx *ctx, struct li_record *record)
{
    const struct li_asset *asset = li_asset_find(LI_S(TENANTS));
    struct staff staff = {.ctx = ctx,
                          .record = record,
                          .today = li_day_at(li_now(ctx->clock)),
                          .rows = li_alloc_array(ctx, LI_STAFFING_ROWS, sizeof(*staff.rows))};
    const struct li_node *tenants;
    struct li_node *tree = NULL;
    int r;

    li_assert(asset);
    r = staff.rows ? li_yaml_read(ctx, TENANTS, asset->bytes, &tree) : -LI_E_NOMEM;
    if (r) {
        return r;
    }
    tenants = li_node_get(tree, "tenants");
    for (size_t i = 0; r == 0 && i < tenants->list.count; i++) {
        const struct li_node *node = tenants->list.items[i];
        const struct li_node *given = li_node_get(node, "staff");
        staff.tenant = li_tenant_find(record, li_node_text(node, "slug"));
        r = given && staff.tenant ? staff_tenant(&staff, given) : 0;
    }
    return r;
}
