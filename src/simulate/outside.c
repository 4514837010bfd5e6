/* What those see who have nothing to do with a matter; see outside.h. */
#include "simulate/outside.h"

#include "record/tally.h"
#include "simulate/inside.h"
#include "view/json.h"
#include "view/request.h"

#define PAGE 100

struct looking {
    struct li_ctx *ctx;
    struct li_sim *sim;
    struct li_conn *conn;
    const struct li_sim_tenant *town;
    struct li_buf *buf;
    struct li_json json;
    const struct li_sim_team *team;
};

static struct li_view view_of(const struct looking *looking, const struct li_viewer *viewer)
{
    return (struct li_view){.record = looking->sim->house->record,
                            .conn = looking->conn,
                            .tenant = looking->town->tenant->id,
                            .viewer = viewer};
}

/* A line begins with who sees it. */
static struct li_json *line(struct looking *looking, const char *who, int64_t id)
{
    li_buf_fmt(looking->buf, "\n%s %lld ", who, (long long)id);
    li_json_init(&looking->json, looking->buf, false);
    return &looking->json;
}

/* ---- anybody ------------------------------------------------------------------------------ */

static int look_at_list(struct looking *looking, const struct li_view *view)
{
    const struct li_view_filter filter = {0};
    struct li_view_list list = {0};
    int r;

    do {
        r = li_view_public(looking->ctx, view, &filter, PAGE, list.next, &list);
        struct li_str next = list.next;
        if (r == 0) {
            list.next = (struct li_str){0}; /* where to go on is sealed anew each time */
            li_put_public_list(line(looking, "public", 0), &list);
            list.next = next;
        }
    } while (r == 0 && list.next.ptr);
    return r;
}

static int look_at_requests(struct looking *looking, const struct li_view *view)
{
    const struct li_view_request_filter filter = {.to = INT64_MAX, .open = true, .closed = true};
    struct li_view_request *list = li_alloc_array(looking->ctx, LI_VIEW_REQUESTS, sizeof(*list));
    size_t count = 0;
    int r = list ? li_view_requests(looking->ctx, view, &filter, list, &count) : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < count; i++) {
        li_buf_fmt(looking->buf, "\nrequest %.*s %lld %d", LI_P(list[i].row.number),
                   (long long)list[i].row.opened_at, list[i].row.state);
    }
    return r;
}

static int look_near(struct looking *looking, const struct li_view *view)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < looking->town->street_count; i++) {
        const struct li_sim_street *street = &looking->town->streets[i];
        for (size_t k = 0; r == 0 && k < street->place_count; k++) {
            struct li_view_near *rows;
            size_t count = 0;
            r = street->places[k].placed
                    ? li_view_nearby(looking->ctx, view, street->places[k].point, LI_S(""), &rows,
                                     &count)
                    : 0;
            if (r == 0 && count) {
                li_put_nearby(line(looking, "near", (int64_t)k), rows, count);
            }
        }
    }
    return r;
}

static int look_at_gauges(struct looking *looking)
{
    struct li_tally_delta *told;
    size_t count;
    int r = li_tally_read(looking->ctx, looking->conn, looking->town->tenant->id, LI_SCOPE_PUBLIC,
                          &told, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        li_buf_fmt(looking->buf, "\ngauge %.*s %.*s %lld", LI_P(told[i].area), LI_P(told[i].state),
                   (long long)told[i].n);
    }
    return r;
}

static int look_as_anybody(struct looking *looking)
{
    const struct li_viewer anyone = {.kind = LI_VIEWER_ANYONE, .tenant = looking->town->tenant->id};
    const struct li_view view = view_of(looking, &anyone);
    int r = look_at_list(looking, &view);

    r = r ? r : look_at_requests(looking, &view);
    r = r ? r : look_near(looking, &view);
    return r ? r : look_at_gauges(looking);
}

/* ---- residents with a matter of their own --------------------------------------------------- */

static int look_with_token(struct looking *looking, const char *who, const uint8_t token[16],
                           int64_t id)
{
    const struct li_viewer anyone = {.kind = LI_VIEWER_ANYONE, .tenant = looking->town->tenant->id};
    const struct li_view view = view_of(looking, &anyone);
    struct li_view_case seen;
    int r = li_view_progress(looking->ctx, &view, token, &seen);

    if (r == -LI_E_NOT_FOUND) {
        li_ctx_clear(looking->ctx);
        li_buf_fmt(looking->buf, "\n%s %lld nothing", who, (long long)id);
        return 0;
    }
    if (r == 0) {
        li_put_progress(line(looking, who, id), &seen);
    }
    return r;
}

static int look_as_residents(struct looking *looking)
{
    const struct li_sim *sim = looking->sim;
    int r = 0;

    for (size_t i = 0; r == 0 && i < sim->matter_count; i++) {
        const struct li_matter *matter = &sim->matters[i];
        if (matter->extra || matter->tenant != looking->town->tenant->id) {
            continue;
        }
        r = look_with_token(looking, "reporter", matter->token, matter->id);
        if (r == 0 && matter->followed) {
            r = look_with_token(looking, "follower", matter->follower, matter->id);
        }
    }
    return r;
}

/* ---- officers ---------------------------------------------------------------------------------
 */

static bool is_outside(const struct looking *looking, const struct li_sim_officer *officer)
{
    const struct li_sim_tenant *first = &looking->sim->tenants[0];
    struct li_str path = first->streets[looking->team->street].area.path;

    for (size_t i = 0; i < looking->team->org_count; i++) {
        if (officer->org == looking->team->orgs[i]) {
            return false;
        }
    }
    return looking->town != first || officer->org ||
           (!li_str_starts(path, officer->area_path) && !li_str_starts(officer->area_path, path));
}

static int look_at_pages(struct looking *looking, const struct li_view *view, int64_t who,
                         int (*page)(struct li_ctx *ctx, const struct li_view *view,
                                     const struct li_view_filter *filter, size_t limit,
                                     struct li_str before, struct li_view_list *ret))
{
    const struct li_view_filter filter = {0};
    struct li_view_list list = {0};
    int r;

    do {
        r = page(looking->ctx, view, &filter, PAGE, list.next, &list);
        struct li_str next = list.next;
        if (r == 0) {
            list.next = (struct li_str){0};
            li_put_list(line(looking, "officer", who), view, &list);
            list.next = next;
        }
    } while (r == 0 && list.next.ptr);
    return r;
}

static int look_as_officer(struct looking *looking, const struct li_sim_officer *officer)
{
    struct li_viewer viewer;
    int r = li_sim_viewer(looking->sim, looking->conn, looking->town->tenant->id, officer, &viewer);
    struct li_view view = view_of(looking, &viewer);

    r = r ? r : look_at_pages(looking, &view, officer->person, li_view_all);
    return r ? r : look_at_pages(looking, &view, officer->person, li_view_mine);
}

static int look(struct looking *looking)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < looking->sim->tenant_count; i++) {
        looking->town = &looking->sim->tenants[i];
        r = look_as_anybody(looking);
        r = r ? r : look_as_residents(looking);
        for (size_t k = 0; r == 0 && k < looking->town->officer_count; k++) {
            const struct li_sim_officer *officer = &looking->town->officers[k];
            if (is_outside(looking, officer)) {
                r = look_as_officer(looking, officer);
            }
        }
    }
    return r ? r : li_buf_check(looking->ctx, looking->buf);
}

int li_sim_outside(struct li_ctx *ctx, struct li_sim *sim, const struct li_sim_team *team,
                   struct li_buf *buf)
{
    struct looking looking = {.ctx = ctx, .sim = sim, .team = team, .buf = buf};
    int r = 0;

    for (size_t i = 0; r == 0 && i < sim->tenant_count; i++) {
        int64_t seen;
        r = li_record_catch_up(ctx, sim->house->record, sim->tenants[i].tenant->id, 0,
                               20 * LI_SECOND, &seen);
    }
    r = r ? r : li_sim_reader(sim, &looking.conn);
    if (r) {
        return r;
    }
    r = look(&looking);
    li_sim_reader_back(sim, looking.conn);
    return r;
}

static int add_orgs(struct li_ctx *ctx, struct li_sim *sim, struct li_conn *conn,
                    const struct li_matter *matter, struct li_sim_team *team)
{
    struct li_case_part *parts;
    struct li_case row;
    size_t count;
    int r = li_case_find(ctx, sim->house->record, conn, matter->tenant, matter->id, &row);

    r = r ? r : li_case_parts(ctx, conn, matter->tenant, &row, &parts, &count);
    for (size_t i = 0; r == 0 && i < count && i < LI_SIM_TEAM; i++) {
        team->orgs[team->org_count++] = parts[i].part.org;
    }
    return r;
}

int li_sim_team(struct li_ctx *ctx, struct li_sim *sim, struct li_sim_team *ret)
{
    const struct li_matter *matter = sim->matters;
    struct li_sim_team team = {0};
    struct li_conn *conn;
    int r;

    while (matter < sim->matters + sim->matter_count && !matter->extra) {
        matter++;
    }
    if (matter == sim->matters + sim->matter_count) {
        return -LI_E_NOT_FOUND;
    }
    team.street = matter->street;
    r = li_sim_reader(sim, &conn);
    if (r == 0) {
        r = add_orgs(ctx, sim, conn, matter, &team);
        li_sim_reader_back(sim, conn);
    }
    if (r == 0) {
        *ret = team;
    }
    return r;
}
