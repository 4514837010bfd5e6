/* One case, for staff and for its reporter. */
#include "case/message.h"
#include "case/order.h"
#include "case/times.h"
#include "record/photo.h"
#include "view/inside.h"
#include "view/link.h"

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

/* The texts of a case. */
struct li_view_told {
    const struct li_vault_item *items;
    size_t count;
};

/* What was said when it was opened, in the order the playbook asks it.  A later
 * step may give a field of the same name; that stands in the timeline. */
static int opening_values(struct li_ctx *ctx, const struct li_view *view,
                          const struct li_vault_item *items, size_t item_count,
                          struct li_view_case *ret)
{
    const struct li_playbook *playbook = ret->row.playbook;
    int r = 0;

    ret->values = li_alloc_array(ctx, playbook->field_count, sizeof(*ret->values));
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
            if (items[k].slot / LI_VAULT_SLOTS == ret->opened &&
                li_str_eq(items[k].field, field->name)) {
                r = li_view_text(ctx, playbook, &items[k], &ret->values[ret->value_count]);
                ret->value_count += r == 0;
            }
        }
    }
    return r;
}

/* What is reckoned from what the case and its parts hold now. */
static int reckoned_values(struct li_ctx *ctx, const struct li_case_part *parts, size_t count,
                           struct li_view_case *ret)
{
    const struct li_playbook *playbook = ret->row.playbook;
    struct li_snapshot snapshot = {.playbook = NULL};
    int r = 0;

    for (size_t i = 0; r == 0 && i < playbook->field_count; i++) {
        int64_t number;
        if (!playbook->fields[i].is || !is_shown(ret, (int)i)) {
            continue;
        }
        if (!snapshot.playbook) {
            r = li_case_snapshot(ctx, &ret->row, parts, count, li_now(ctx->clock), &snapshot);
        }
        r = r ? r : li_machine_reckon(ctx, &snapshot, (int)i, &number);
        r = r ? r
              : li_view_reckoned(ctx, &playbook->fields[i], number, &ret->values[ret->value_count]);
        ret->value_count += r == 0;
    }
    return r;
}

static const struct li_option *role_of(const struct li_machine *machine, struct li_str name)
{
    for (size_t i = 0; name.ptr && i < machine->role_count; i++) {
        if (li_str_eq(machine->roles[i].name, name)) {
            return &machine->roles[i];
        }
    }
    return NULL;
}

/* A text of a part lies in the vault; anything else stands on its row. */
static int own_value(struct li_ctx *ctx, const struct li_view *view, const struct li_view_case *of,
                     const struct li_view_told *told, const struct li_member *member,
                     struct li_view_value *ret, bool *ret_some)
{
    const struct li_node *slot = li_node_get(member->value, "slot");

    *ret_some = !slot;
    if (!slot) {
        return li_view_structured(ctx, view, of, member, ret);
    }
    for (size_t i = 0; i < told->count; i++) {
        if (told->items[i].slot == slot->number) {
            *ret_some = true;
            return li_view_text(ctx, of->row.playbook, &told->items[i], ret);
        }
    }
    return 0;
}

/* What a part keeps of its own, in the order its kind lists it. */
static int own_values(struct li_ctx *ctx, const struct li_view *view, const struct li_view_case *of,
                      const struct li_view_told *told, const struct li_part *part,
                      struct li_view_part *ret)
{
    const struct li_machine *machine = ret->kind;
    int r = 0;

    if (!machine->field_count || !part->fields) {
        return 0;
    }
    ret->values = li_alloc_array(ctx, machine->field_count, sizeof(*ret->values));
    if (!ret->values) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < machine->field_count; i++) {
        const struct li_field *field = &of->row.playbook->fields[machine->fields[i]];
        for (size_t k = 0; r == 0 && k < part->fields->map.count; k++) {
            const struct li_member *member = &part->fields->map.items[k];
            bool some = false;
            if (li_str_eq(member->key, field->name) && is_shown(of, machine->fields[i])) {
                r = own_value(ctx, view, of, told, member, &ret->values[ret->value_count], &some);
            }
            ret->value_count += r == 0 && some;
        }
    }
    return r;
}

static int show_parts(struct li_ctx *ctx, const struct li_view *view,
                      const struct li_view_told *told, const struct li_case_part *parts,
                      size_t count, struct li_view_case *ret)
{
    int r = 0;

    ret->parts = li_alloc_array(ctx, count, sizeof(*ret->parts));
    if (!ret->parts) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_machine *machine = &ret->row.playbook->machines[parts[i].part.machine];
        /* an ended part has no owner any more; its unit or post stays named */
        struct li_owner owner = parts[i].part.owner;
        if (!owner.post.ptr && parts[i].part.org) {
            owner = (struct li_owner){
                .post = LI_S("handler"), .area_path = ret->row.area_path, .org = parts[i].part.org};
        } else if (!owner.post.ptr && parts[i].part.post.ptr) {
            owner = (struct li_owner){.post = parts[i].part.post, .area_path = ret->row.area_path};
        }
        ret->parts[i] = (struct li_view_part){
            .kind = machine,
            .state = &machine->states[parts[i].part.state],
            .no = parts[i].part.no,
            .clock = parts[i].clock,
            .role = role_of(machine, parts[i].part.role),
            .about = parts[i].part.about,
        };
        r = li_view_owner_of(ctx, view, &owner, ret->parts[i].state->end, &ret->parts[i].owner);
        if (r == 0 && told) {
            r = own_values(ctx, view, ret, told, &parts[i].part, &ret->parts[i]);
        }
    }
    ret->part_count = count;
    return r;
}

static int make_offers(struct li_ctx *ctx, const struct li_view *view,
                       const struct li_case_part *parts, size_t count, struct li_view_case *ret)
{
    struct li_snapshot snapshot;
    int r;

    if (ret->row.merged_into) {
        return 0; /* it rests */
    }
    r = li_case_snapshot(ctx, &ret->row, parts, count, li_now(ctx->clock), &snapshot);
    r = r ? r
          : li_machine_offers(ctx, &snapshot, view->viewer,
                              li_case_is_reporter(view->viewer, ret->row.id), &ret->offers,
                              &ret->offer_count);
    if (r == 0 && ret->row.playbook->behalf_count && view->viewer->kind == LI_VIEWER_STAFF) {
        r = li_machine_behalf(ctx, &snapshot, view->viewer, &ret->behalf, &ret->behalf_count);
    }
    return r;
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

int li_view_photos_of(struct li_ctx *ctx, const struct li_view *view, struct li_view_case *ret)
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
            .no = photos[i].no,
            .kind = photos[i].kind,
            .width = photos[i].width,
            .height = photos[i].height,
            .bytes = photos[i].bytes,
        };
    }
    ret->photo_count = count;
    return 0;
}

static int show_times(struct li_ctx *ctx, const struct li_view *view, struct li_view_case *ret)
{
    struct li_clock_ground ground;
    int r = li_clock_ground(ctx, view->record, view->conn, view->tenant, &ret->row, &ground);

    if (r == 0) {
        ret->times = ground.rows;
        ret->time_count = ground.count;
    }
    return r;
}

static int fill(struct li_ctx *ctx, const struct li_view *view, bool own,
                const struct li_case_part *parts, size_t part_count, struct li_view_case *ret)
{
    struct li_vault_item *items;
    size_t item_count;
    int r =
        li_vault_of(ctx, view->record, view->conn, view->tenant, ret->row.id, &items, &item_count);

    r = r ? r : li_case_hidden(ctx, &ret->row, parts, part_count, view->viewer, &ret->hidden);
    r = r ? r : li_view_photos_of(ctx, view, ret);
    if (r == 0 && ret->row.class.ptr && shows_class(ret)) {
        r = li_view_class(ctx, view, ret->row.class, &ret->class);
    }
    r = r ? r
          : li_view_area(ctx, view, ret->follows ? li_case_community(ret->row.area) : ret->row.area,
                         &ret->area);
    r = r ? r : li_view_timeline(ctx, view, ret, items, item_count, own);
    r = r ? r : opening_values(ctx, view, items, item_count, ret);
    r = r ? r : reckoned_values(ctx, parts, part_count, ret);
    r = r ? r : make_offers(ctx, view, parts, part_count, ret);
    if (r || own) {
        return r;
    }
    const struct li_view_told told = {.items = items, .count = item_count};
    r = li_view_owner_of(ctx, view, &ret->row.owner, false, &ret->owner);
    r = r || !ret->row.playbook->times ? r : show_times(ctx, view, ret);
    return r ? r : show_parts(ctx, view, &told, parts, part_count, ret);
}

int li_view_responsible(struct li_ctx *ctx, const struct li_view *view, struct li_view_case *seen)
{
    struct li_case_part *parts;
    size_t count;
    int r = li_case_parts(ctx, view->conn, view->tenant, &seen->row, &parts, &count);

    r = r ? r : li_view_owner_of(ctx, view, &seen->row.owner, false, &seen->owner);
    return r ? r : show_parts(ctx, view, NULL, parts, count, seen);
}

/* What staff are told at once of links: which one answers for it, and for how many it
 * does.  The rest is asked for apart (link.h). */
static int show_links(struct li_ctx *ctx, const struct li_view *view, struct li_view_case *seen)
{
    struct li_view_case *through = li_alloc(ctx, sizeof(*through));
    int r = through ? li_order_of_case(ctx, view->conn, view->tenant, seen->row.id, &seen->orders,
                                       &seen->order_count)
                    : -LI_E_NOMEM;

    if (r == 0 && seen->row.merged_into) {
        r = li_view_other(ctx, view, seen->row.merged_into, &through->row);
        seen->through = r == 0 ? through : NULL;
        return r == -LI_E_NOT_FOUND ? 0 : r;
    }
    return r ? r : li_link_merged(ctx, view->conn, view->tenant, seen->row.id, &seen->merged);
}

int li_view_case(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                 struct li_view_case *ret)
{
    struct li_view_case seen = {0};
    struct li_case_part *parts;
    size_t count;
    int r = li_view_find(ctx, view, id, &seen.row, &parts, &count);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    r = r ? r : fill(ctx, view, false, parts, count, &seen);
    if (r == 0 && seen.row.links) {
        r = show_links(ctx, view, &seen);
    }
    if (r == 0) {
        *ret = seen;
    }
    return r;
}

int li_view_ahead(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                  struct li_view_ahead *ret)
{
    struct li_case_part *parts;
    size_t count;
    int r = li_view_find(ctx, view, id, &ret->seen.row, &parts, &count);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    r = r ? r : li_case_hidden(ctx, &ret->seen.row, parts, count, view->viewer, &ret->seen.hidden);
    return r ? r
             : li_case_ahead(ctx, view->record, view->conn, &ret->seen.row, parts, count,
                             view->viewer, ret->standings, &ret->count);
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

/* A token opens the photos and documents of its own case only. */
static void hide_photos(struct li_view_case *seen)
{
    for (size_t i = 0; i < seen->entry_count; i++) {
        struct li_view_entry *entry = &seen->entries[i];
        size_t kept = 0;
        for (size_t k = 0; k < entry->value_count; k++) {
            if (!entry->values[k].photo_count) {
                entry->values[kept++] = entry->values[k];
            }
        }
        entry->value_count = kept;
    }
}

/* What the reporter of a merged case is told of the one that answers for it: as who
 * follows it. */
static int see_through(struct li_ctx *ctx, const struct li_view *view,
                       const struct li_viewer *party, struct li_view_case *seen)
{
    struct li_view_case *through = li_alloc(ctx, sizeof(*through));
    struct li_view own = *view;
    struct li_viewer there;
    struct li_case_part *parts;
    size_t count;
    int r = through ? li_link_viewer(ctx, view->conn, party, &seen->row, &there) : -LI_E_NOMEM;

    own.viewer = &there;
    own.before = 0;
    r = r ? r
          : li_case_find(ctx, view->record, view->conn, view->tenant, there.case_id, &through->row);
    r = r ? r : li_case_parts(ctx, view->conn, view->tenant, &through->row, &parts, &count);
    if (r == 0) {
        through->follows = true;
        r = fill(ctx, &own, true, parts, count, through);
        seen->through = through;
        hide_photos(through);
    }
    return r;
}

/* Where its playbook tells anything. */
static int show_messages(struct li_ctx *ctx, const struct li_view *view, struct li_view_case *seen)
{
    struct li_message *messages = NULL;
    int r;

    if (seen->follows || !seen->row.playbook->tells) {
        return 0;
    }
    r = li_message_list(ctx, view->conn, view->tenant, seen->row.id, &messages,
                        &seen->message_count);
    seen->messages = messages;
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
    r = r ? r : show_messages(ctx, view, &seen);
    if (r == 0 && seen.row.merged_into) {
        r = see_through(ctx, view, &party, &seen);
    }
    if (r == 0) {
        *ret = seen;
    }
    return r;
}

/* The part that is the viewer's, and its place; false: it has ended. */
static bool own_part(const struct li_case *row, const struct li_case_part *parts, size_t count,
                     int no, size_t *ret)
{
    for (size_t i = 0; i < count; i++) {
        if (parts[i].part.no == no) {
            *ret = i;
            return !row->closed_at && !parts[i].ended_at;
        }
    }
    return false;
}

int li_view_pass(struct li_ctx *ctx, const struct li_view *view, struct li_view_case *ret)
{
    const struct li_viewer *viewer = view->viewer;
    struct li_view_case seen = {.part = viewer->part};
    struct li_case_part *parts;
    enum li_sight sight = LI_SIGHT_NONE;
    size_t count, place = 0;
    int r = li_case_find(ctx, view->record, view->conn, view->tenant, viewer->case_id, &seen.row);

    r = r ? r : li_case_parts(ctx, view->conn, view->tenant, &seen.row, &parts, &count);
    r = r ? r : li_case_sight(ctx, viewer, view->tenant, &seen.row, parts, count, &sight);
    if (r == -LI_E_NOT_FOUND || (r == 0 && sight < LI_SIGHT_STAFF)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such link");
    }
    if (r == 0 && own_part(&seen.row, parts, count, viewer->part, &place)) {
        r = fill(ctx, view, true, parts, count, &seen);
    } else if (r == 0) {
        r = li_view_area(ctx, view, seen.row.area, &seen.area);
    }
    r = r ? r : show_parts(ctx, view, NULL, parts + place, 1, &seen);
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
