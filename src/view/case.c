/* One case, for staff and for its reporter. */
#include "record/photo.h"
#include "view/inside.h"

/* Whether a field is there for this viewer.  Who only follows a case is not told
 * what its reporter said, but for what everybody may know. */
static bool is_shown(const struct li_view_case *seen, int field)
{
    const struct li_playbook *playbook = seen->row.playbook;

    if (li_case_is_hidden(seen->hidden, field)) {
        return false;
    }
    return !seen->follows || li_case_is_public(playbook, field);
}

/* What was said when it was opened, in the order the playbook asks it.  A later
 * step may give a field of the same name; that stands in the timeline. */
static int opening_values(struct li_ctx *ctx, const struct li_view *view,
                          const struct li_vault_item *items, size_t item_count,
                          struct li_view_case *ret)
{
    const struct li_playbook *playbook = ret->row.playbook;
    int64_t opened = ret->entry_count ? ret->entries[0].seq : 0;
    int r = 0;

    ret->values = li_alloc_array(ctx, playbook->open_field_count, sizeof(*ret->values));
    if (!ret->values) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < playbook->open_field_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->open_fields[i]];
        if (!is_shown(ret, playbook->open_fields[i])) {
            continue;
        }
        for (size_t k = 0; r == 0 && k < ret->row.fields->map.count; k++) {
            if (li_str_eq(ret->row.fields->map.items[k].key, field->name)) {
                r = li_view_structured(ctx, view, ret, &ret->row.fields->map.items[k],
                                       &ret->values[ret->value_count]);
                ret->value_count += r == 0;
            }
        }
        for (size_t k = 0; r == 0 && k < item_count; k++) {
            if (items[k].slot / LI_VAULT_SLOTS == opened &&
                li_str_eq(items[k].field, field->name)) {
                r = li_view_text(ctx, playbook, &items[k], &ret->values[ret->value_count]);
                ret->value_count += r == 0;
            }
        }
    }
    return r;
}

static int show_parts(struct li_ctx *ctx, const struct li_view *view,
                      const struct li_case_part *parts, size_t count, struct li_view_case *ret)
{
    int r = 0;

    ret->parts = li_alloc_array(ctx, count, sizeof(*ret->parts));
    if (!ret->parts) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_machine *machine = &ret->row.playbook->machines[parts[i].part.machine];
        /* an ended part has no owner any more; its unit stays named */
        struct li_owner owner = parts[i].part.owner;
        if (!owner.post.ptr && parts[i].part.org) {
            owner = (struct li_owner){
                .post = LI_S("handler"), .area_path = ret->row.area_path, .org = parts[i].part.org};
        }
        ret->parts[i] = (struct li_view_part){
            .kind = machine,
            .state = &machine->states[parts[i].part.state],
            .no = parts[i].part.no,
            .clock = parts[i].clock,
        };
        r = li_view_owner_of(ctx, view, &owner, ret->parts[i].state->end, &ret->parts[i].owner);
    }
    ret->part_count = count;
    return r;
}

static int make_offers(struct li_ctx *ctx, const struct li_view *view,
                       const struct li_case_part *parts, size_t count, struct li_view_case *ret)
{
    struct li_snapshot snapshot;
    int r = li_case_snapshot(ctx, &ret->row, parts, count, li_now(ctx->clock), &snapshot);

    return r ? r
             : li_machine_offers(ctx, &snapshot, view->viewer,
                                 li_case_is_reporter(view->viewer, ret->row.id), &ret->offers,
                                 &ret->offer_count);
}

static bool shows_class(const struct li_view_case *seen)
{
    for (size_t i = 0; i < seen->row.playbook->field_count; i++) {
        if (seen->row.playbook->fields[i].type == LI_FIELD_CODE &&
            li_case_is_hidden(seen->hidden, (int)i)) {
            return false;
        }
    }
    return true;
}

static int read_photos(struct li_ctx *ctx, const struct li_view *view, struct li_view_case *ret)
{
    struct li_photo *photos;
    size_t count;
    int r;

    if (ret->row.photos == 0) {
        return 0;
    }
    r = li_photo_list(ctx, view->conn, view->tenant, ret->row.id, &photos, &count);
    if (r) {
        return r;
    }
    ret->photos = li_alloc_array(ctx, count, sizeof(*ret->photos));
    if (!ret->photos) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        ret->photos[i] = (struct li_view_photo){
            .no = photos[i].no, .width = photos[i].width, .height = photos[i].height};
    }
    ret->photo_count = count;
    return 0;
}

static int fill(struct li_ctx *ctx, const struct li_view *view, bool own,
                const struct li_case_part *parts, size_t part_count, struct li_view_case *ret)
{
    struct li_vault_item *items;
    size_t item_count;
    int r =
        li_vault_of(ctx, view->record, view->conn, view->tenant, ret->row.id, &items, &item_count);

    r = r ? r : li_case_hidden(ctx, &ret->row, parts, part_count, view->viewer, &ret->hidden);
    r = r ? r : read_photos(ctx, view, ret);
    if (r == 0 && ret->row.class.ptr && shows_class(ret)) {
        r = li_view_class(ctx, view, ret->row.class, &ret->class);
    }
    r = r ? r
          : li_view_area(ctx, view, ret->follows ? li_case_community(ret->row.area) : ret->row.area,
                         &ret->area);
    r = r ? r : li_view_timeline(ctx, view, ret, items, item_count, own);
    r = r ? r : opening_values(ctx, view, items, item_count, ret);
    r = r ? r : make_offers(ctx, view, parts, part_count, ret);
    if (r || own) {
        return r;
    }
    r = li_view_owner_of(ctx, view, &ret->row.owner, false, &ret->owner);
    return r ? r : show_parts(ctx, view, parts, part_count, ret);
}

int li_view_responsible(struct li_ctx *ctx, const struct li_view *view, struct li_view_case *seen)
{
    struct li_case_part *parts;
    size_t count;
    int r = li_case_parts(ctx, view->conn, view->tenant, &seen->row, &parts, &count);

    r = r ? r : li_view_owner_of(ctx, view, &seen->row.owner, false, &seen->owner);
    return r ? r : show_parts(ctx, view, parts, count, seen);
}

int li_view_case(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                 struct li_view_case *ret)
{
    struct li_view_case seen = {0};
    struct li_case_part *parts;
    enum li_sight sight = LI_SIGHT_NONE;
    size_t count;
    int r = li_case_find(ctx, view->record, view->conn, view->tenant, id, &seen.row);

    r = r ? r : li_case_parts(ctx, view->conn, view->tenant, &seen.row, &parts, &count);
    r = r ? r : li_case_sight(ctx, view->viewer, view->tenant, &seen.row, parts, count, &sight);
    if (r == -LI_E_NOT_FOUND || (r == 0 && sight < LI_SIGHT_STAFF)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    r = r ? r : fill(ctx, view, false, parts, count, &seen);
    if (r == 0) {
        *ret = seen;
    }
    return r;
}

int li_view_party(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, const uint8_t token[16],
                  struct li_viewer *ret)
{
    struct li_viewer viewer = {.kind = LI_VIEWER_PARTY, .tenant = tenant};
    int r = li_case_by_token(ctx, conn, tenant, token, &viewer.case_id, &viewer.party);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such tracking code");
    }
    if (r == 0) {
        *ret = viewer;
    }
    return r;
}

int li_view_progress(struct li_ctx *ctx, const struct li_view *view, const uint8_t token[16],
                     struct li_view_case *ret)
{
    struct li_view_case seen = {0};
    struct li_view own = *view;
    struct li_viewer party;
    struct li_case_part *parts;
    enum li_sight sight = LI_SIGHT_NONE;
    size_t count;
    int r = li_view_party(ctx, view->conn, view->tenant, token, &party);

    own.viewer = &party;
    r = r ? r : li_case_find(ctx, view->record, view->conn, view->tenant, party.case_id, &seen.row);
    r = r ? r : li_case_parts(ctx, view->conn, view->tenant, &seen.row, &parts, &count);
    if (r) {
        return r;
    }
    r = li_case_sight(ctx, &party, view->tenant, &seen.row, parts, count, &sight);
    if (r == 0 && sight < LI_SIGHT_PARTY) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "the case is not public any more");
    }
    if (r) {
        return r;
    }
    seen.follows = !li_case_is_reporter(&party, seen.row.id);
    r = fill(ctx, &own, true, parts, count, &seen);
    if (r == 0) {
        *ret = seen;
    }
    return r;
}

static bool has_photo(const struct li_view_value *values, size_t count, int64_t photo)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < values[i].photo_count; k++) {
            if (values[i].photos[k].no == photo) {
                return true;
            }
        }
    }
    return false;
}

bool li_view_shows_photo(const struct li_view_case *seen, int64_t photo)
{
    bool shown = has_photo(seen->values, seen->value_count, photo);

    for (size_t i = 0; !shown && i < seen->entry_count; i++) {
        shown = has_photo(seen->entries[i].values, seen->entries[i].value_count, photo);
    }
    return shown;
}
