/*
 * What one view has looked up already.
 *
 * A page names the same few areas, organizations and people again and again; a
 * view that was given a memo reads each once.  It lives and ends with the view's
 * snapshot, so it can never be out of date.
 */
#include "view/inside.h"

LI_SQL(memo_person, "select person.name from account join person on person.tenant = account.tenant "
                    "and person.id = account.person where account.tenant = $1 and account.id = $2");

#define PLACES 16

struct li_view_memo {
    struct li_area areas[PLACES];
    struct li_organization organizations[PLACES];
    struct {
        int64_t account;
        struct li_str name;
    } people[PLACES];
    size_t area_count, organization_count, person_count;
};

struct li_view_memo *li_view_memo_new(struct li_ctx *ctx)
{
    return li_alloc(ctx, sizeof(struct li_view_memo));
}

static bool is_kept(const struct li_area *area, struct li_str code, struct li_str path)
{
    return code.ptr ? li_str_eq(area->code, code) : li_str_eq(area->path, path);
}

/* By code, or by path when `code` has no ptr. */
static int find_area(struct li_ctx *ctx, const struct li_view *view, struct li_str code,
                     struct li_str path, struct li_area *ret)
{
    struct li_view_memo *memo = view->memo;
    struct li_area area;
    int r;

    for (size_t i = 0; memo && i < memo->area_count; i++) {
        if (is_kept(&memo->areas[i], code, path)) {
            *ret = memo->areas[i];
            return 0;
        }
    }
    r = code.ptr ? li_area_find(ctx, view->conn, view->tenant, code, &area)
                 : li_area_at(ctx, view->conn, view->tenant, path, &area);
    if (r == -LI_E_NOT_FOUND) {
        struct li_str name = code.ptr ? code : path;
        area = (struct li_area){.code = name, .kind = LI_S("gone"), .name = name, .path = path};
        r = 0;
    }
    if (r) {
        return r;
    }
    if (memo && memo->area_count < PLACES) {
        memo->areas[memo->area_count++] = area;
    }
    *ret = area;
    return 0;
}

int li_view_area(struct li_ctx *ctx, const struct li_view *view, struct li_str code,
                 struct li_area *ret)
{
    return find_area(ctx, view, code, (struct li_str){.ptr = NULL}, ret);
}

int li_view_area_at(struct li_ctx *ctx, const struct li_view *view, struct li_str path,
                    struct li_area *ret)
{
    return find_area(ctx, view, (struct li_str){.ptr = NULL}, path, ret);
}

int li_view_organization(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                         struct li_organization *ret)
{
    struct li_view_memo *memo = view->memo;
    struct li_organization organization;
    int r;

    for (size_t i = 0; memo && i < memo->organization_count; i++) {
        if (memo->organizations[i].id == id) {
            *ret = memo->organizations[i];
            return 0;
        }
    }
    r = li_organization_find(ctx, view->conn, view->tenant, id, &organization);
    if (r) {
        return r;
    }
    if (memo && memo->organization_count < PLACES) {
        memo->organizations[memo->organization_count++] = organization;
    }
    *ret = organization;
    return 0;
}

int li_view_person(struct li_ctx *ctx, const struct li_view *view, int64_t account,
                   struct li_str *ret)
{
    struct li_view_memo *memo = view->memo;
    struct li_rows *rows;
    struct li_str name;
    int r;

    for (size_t i = 0; memo && i < memo->person_count; i++) {
        if (memo->people[i].account == account) {
            *ret = memo->people[i].name;
            return 0;
        }
    }
    r = li_query_one(ctx, view->conn, &memo_person, LI_ARGS(li_v(view->tenant), li_v(account)),
                     &rows);
    if (r) {
        return r;
    }
    name = li_col_dup(ctx, rows, 0);
    li_rows_done(rows);
    if (memo && memo->person_count < PLACES) {
        memo->people[memo->person_count].account = account;
        memo->people[memo->person_count++].name = name;
    }
    *ret = name;
    return 0;
}
