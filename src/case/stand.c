/*
 * How a case stands: as the machine sees it, who sees it, what is hidden, and
 * what follows from its fields.  Reads rows' structs, writes nothing.
 */
#include "base/grow.h"
#include "case/inside.h"
#include "case/link.h"
#include "case/page.h"
#include "people/people.h"

struct people {
    int64_t *ids;
    size_t count, cap;
};

/* "17,23" -> two persons more. */
static int add_people(struct li_ctx *ctx, struct people *people, struct li_str handled_by)
{
    struct li_str rest = handled_by;

    while (rest.ptr) {
        int64_t *more =
            li_grow(ctx, people->ids, people->count, &people->cap, sizeof(*people->ids));
        if (!more) {
            return -LI_E_NOMEM;
        }
        people->ids = more;
        if (!li_str_to_i64(li_str_cut(&rest, ','), &people->ids[people->count++])) {
            return LI_FAIL(ctx, LI_E_CORRUPT, "who handled a case cannot be read");
        }
    }
    return 0;
}

int li_case_handled(struct li_ctx *ctx, struct li_str *handled_by, int64_t person)
{
    struct li_str rest = *handled_by, all;
    int64_t known;

    while (rest.ptr) {
        if (li_str_to_i64(li_str_cut(&rest, ','), &known) && known == person) {
            return 0;
        }
    }
    all = li_strf(ctx, "%.*s%s%lld", LI_P(*handled_by), handled_by->len ? "," : "",
                  (long long)person);
    if (!all.ptr) {
        return -LI_E_NOMEM;
    }
    *handled_by = all;
    return 0;
}

/* Everybody who worked on the case or one of its parts, also before a rework. */
static int related_to(struct li_ctx *ctx, const struct li_case *of,
                      const struct li_case_part *parts, size_t part_count, struct people *ret)
{
    int r = add_people(ctx, ret, of->handled_by);

    for (size_t i = 0; r == 0 && i < part_count; i++) {
        r = add_people(ctx, ret, parts[i].handled_by);
    }
    return r;
}

int li_case_snapshot(struct li_ctx *ctx, const struct li_case *of, const struct li_case_part *parts,
                     size_t part_count, int64_t now, struct li_snapshot *ret)
{
    struct li_part *seen = li_alloc_array(ctx, part_count, sizeof(*seen));
    struct people people = {0};
    int r = seen ? related_to(ctx, of, parts, part_count, &people) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    for (size_t i = 0; i < part_count; i++) {
        seen[i] = parts[i].part;
        seen[i].since = parts[i].clock.since;
    }
    *ret = (struct li_snapshot){
        .playbook = of->playbook,
        .state = of->state,
        .area_path = of->area_path,
        .via = of->via,
        .owner = of->owner,
        .parts = seen,
        .part_count = part_count,
        .related = people.ids,
        .related_count = people.count,
        .fields = of->fields,
        .counts = of->counts,
        .since = of->clock.since,
        .books = of->books,
        .rows = of->rows,
        .row_count = of->row_count,
        .balances = of->balances,
        .code = of->code,
        .votes = of->votes,
        .alike = of->alike,
        .numbers = of->numbers,
        .held = of->held,
        .held_count = of->held_count,
        .children = of->children,
        .child_count = of->child_count,
        .above = of->above,
        .siblings = of->siblings,
        .sibling_count = of->sibling_count,
        .now = now,
        .calendar = of->calendar,
        .recused = of->recused,
        .off = of->off,
        .off_count = of->off_count,
    };
    if (of->sampling && of->sampling->chain) {
        ret->number = of->number;
        ret->seed = li_draw_seed(of->sampling->chain, li_draw_month(now));
        ret->sample_scale = of->sampling->scale;
    }
    return 0;
}

int li_case_held(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn, int64_t tenant,
                 int64_t now, struct li_case *row)
{
    const struct li_playbook *playbook = row->playbook;
    size_t posts = row->number.ptr ? playbook->post_acting_count : playbook->post_asked_count;
    struct li_str *held;
    size_t count = 0;
    int64_t rev;
    int r;

    if (posts == 0 && playbook->sample_count == 0 && !playbook->draws_rows) {
        return 0;
    }
    r = li_tenant_rev(ctx, conn, tenant, &rev);
    if (r == 0 && (playbook->sample_count || playbook->draws_rows)) {
        r = li_library_sampling(ctx, li_bound(record)->library, record, conn, tenant, rev,
                                &row->sampling);
    }
    if (r) {
        return r;
    }
    held = li_alloc_array(ctx, posts, sizeof(*held));
    if (!held) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < posts; i++) {
        const struct li_owner_query query = {.tenant = tenant,
                                             .post = playbook->posts_asked[i],
                                             .area_path = row->area_path,
                                             .now = now,
                                             .rev = rev};
        struct li_owner_found found;
        r = li_owner_resolve(ctx, li_bound(record)->owners, conn, &query, &found);
        if (r) {
            return r;
        }
        if (!found.vacant) {
            held[count++] = playbook->posts_asked[i];
        }
    }
    row->held = held;
    row->held_count = count;
    return 0;
}

/* ---- what follows from the fields ------------------------------------------ */

static int64_t level_of(const struct li_playbook *playbook, const struct li_node *fields)
{
    const struct li_field *field = playbook->level < 0 ? NULL : &playbook->fields[playbook->level];
    const struct li_node *given = field ? li_node_get_str(fields, field->name) : NULL;

    for (size_t i = 0; given && given->kind == LI_TEXT && i < field->option_count; i++) {
        if (li_str_eq(field->options[i].name, given->text)) {
            return (int64_t)i;
        }
    }
    return 0;
}

/* The first code field of the playbook that is given. */
static struct li_str class_of(const struct li_playbook *playbook, const struct li_node *fields)
{
    for (size_t i = 0; i < playbook->field_count; i++) {
        const struct li_field *field = &playbook->fields[i];
        const struct li_node *given =
            field->type == LI_FIELD_CODE ? li_node_get_str(fields, field->name) : NULL;
        if (given && given->kind == LI_TEXT) {
            return given->text;
        }
    }
    return (struct li_str){.ptr = NULL};
}

int li_case_derive(struct li_ctx *ctx, const struct li_snapshot *snapshot, struct li_case *row)
{
    int r = li_case_count_with(ctx, snapshot, row);

    row->level = level_of(row->playbook, snapshot->fields);
    row->class = class_of(row->playbook, snapshot->fields);

    r = r ? r : li_machine_scope(ctx, snapshot, &row->scope);
    return r ? r : li_case_publish(ctx, snapshot, row);
}

int64_t li_case_count(const struct li_case *of, const char *name)
{
    const struct li_node *count = li_node_get(of->counts, name);

    return count && count->kind == LI_INT ? count->number : 0;
}

struct li_str li_case_community(struct li_str area)
{
    size_t digits = 0;

    while (digits < area.len && digits < 12 && area.ptr[digits] >= '0' && area.ptr[digits] <= '9') {
        digits++;
    }
    return li_str_n(area.ptr, digits);
}

bool li_case_is_public(const struct li_playbook *playbook, int field)
{
    for (size_t i = 0; i < playbook->see_public_count; i++) {
        if (playbook->see_public[i] == field) {
            return true;
        }
    }
    return false;
}

int li_case_choice_field(const struct li_playbook *playbook, const char *name)
{
    int field = li_playbook_field(playbook, li_str(name));

    if (field >= 0 && playbook->fields[field].type == LI_FIELD_CHOICE) {
        return field;
    }
    for (size_t i = 0; strcmp(name, "kind") == 0 && i < playbook->open_field_count; i++) {
        if (playbook->fields[playbook->open_fields[i]].type == LI_FIELD_CHOICE) {
            return playbook->open_fields[i];
        }
    }
    return -1;
}

/* ---- who sees it ----------------------------------------------------------- */

int li_case_hidden(struct li_ctx *ctx, const struct li_case *of, const struct li_case_part *parts,
                   size_t part_count, const struct li_viewer *viewer, struct li_field_set *ret)
{
    struct li_snapshot snapshot;
    int r;

    if (of->playbook->hide_count == 0) {
        *ret = (struct li_field_set){{0}};
        return 0;
    }
    r = li_case_snapshot(ctx, of, parts, part_count, li_now(ctx->clock), &snapshot);
    return r ? r
             : li_machine_hidden(ctx, &snapshot, viewer, li_case_is_reporter(viewer, of->id), ret);
}

/* What a case says about itself to sight. */
static int seen_of(struct li_ctx *ctx, const struct li_case *of, const struct li_case_part *parts,
                   size_t part_count, struct li_seen *ret)
{
    int64_t *orgs = li_alloc_array(ctx, part_count, sizeof(*orgs));

    if (!orgs) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < part_count; i++) {
        orgs[i] = parts[i].part.org;
    }
    *ret = (struct li_seen){
        .scope = of->scope,
        .area_path = of->area_path,
        .case_id = of->id,
        .orgs = orgs,
        .org_count = part_count,
        .team = of->playbook->team,
        .team_count = of->playbook->team_count,
    };
    return 0;
}

int li_case_sight(struct li_ctx *ctx, const struct li_viewer *viewer, int64_t tenant,
                  const struct li_case *of, const struct li_case_part *parts, size_t part_count,
                  enum li_sight *ret)
{
    struct li_seen seen;
    int r = seen_of(ctx, of, parts, part_count, &seen);

    if (r == 0) {
        bool stranger = viewer->kind != LI_VIEWER_SYSTEM && viewer->tenant != tenant;
        /* who only follows a case follows it as long as it is public */
        stranger |= viewer->kind == LI_VIEWER_PARTY && viewer->party != 1 &&
                    viewer->party < LI_LINK_PARTY && of->scope != LI_SCOPE_PUBLIC;
        struct li_viewer left;
        r = li_case_unrecused(ctx, of, viewer, &left);
        if (r == 0) {
            *ret = stranger ? LI_SIGHT_NONE : li_sight_of(&left, &seen);
        }
    }
    return r;
}
