/*
 * Checks of what people see: gauges, lists, search, and that nothing private is in
 * what everybody may read.
 */
#include "base/grow.h"
#include "record/tally.h"
#include "simulate/check_inside.h"
#include "view/json.h"
#include "view/request.h"

#define PAGE 100

/* ---- tallies -------------------------------------------------------------------------------- */

struct counted {
    struct li_tally_delta *items;
    size_t count, cap;
};

static int count_one(struct li_checking *checking, struct counted *counted,
                     const struct li_tally_delta *delta)
{
    struct li_tally_delta *items;

    for (size_t i = 0; i < counted->count; i++) {
        struct li_tally_delta *item = &counted->items[i];
        if (item->scope == delta->scope && li_str_eq(item->area, delta->area) &&
            li_str_eq(item->playbook, delta->playbook) && li_str_eq(item->state, delta->state)) {
            item->n += delta->n;
            return 0;
        }
    }
    items = li_grow(checking->ctx, counted->items, counted->count, &counted->cap, sizeof(*items));
    if (!items) {
        return -LI_E_NOMEM;
    }
    counted->items = items;
    items[counted->count++] = *delta;
    return 0;
}

/* Recounts every case, then takes away what the gauges say: nothing may be left. */
int li_sim_looks_tallies(struct li_checking *checking)
{
    struct counted counted = {0};
    int r = 0;

    for (size_t i = 0; r == 0 && i < checking->case_count; i++) {
        const struct li_case *row = &checking->cases[i].row;
        const struct li_tally_delta delta = {.scope = row->scope,
                                             .area = li_case_community(row->area),
                                             .playbook = row->playbook->name,
                                             .state =
                                                 row->playbook->machines[0].states[row->state].name,
                                             .n = 1};
        r = count_one(checking, &counted, &delta);
    }
    for (int64_t scope = LI_SCOPE_PUBLIC; r == 0 && scope <= LI_SCOPE_TEAM; scope++) {
        struct li_tally_delta *told;
        size_t count = 0;
        r = li_tally_read(checking->ctx, checking->conn, checking->tenant, scope, &told, &count);
        for (size_t i = 0; r == 0 && i < count; i++) {
            told[i].scope = scope;
            told[i].n = -told[i].n;
            r = count_one(checking, &counted, &told[i]);
        }
    }
    for (size_t i = 0; r == 0 && i < counted.count; i++) {
        const struct li_tally_delta *left = &counted.items[i];
        if (left->n) {
            li_checking_tell(checking, 0, "%.*s %.*s at %.*s, scope %lld: %lld more than counted",
                             LI_P(left->playbook), LI_P(left->state), LI_P(left->area),
                             (long long)left->scope, (long long)left->n);
        }
    }
    return r;
}

/* ---- views ----------------------------------------------------------------------------------- */

static struct li_view view_of(const struct li_checking *checking, const struct li_viewer *viewer)
{
    return (struct li_view){.record = checking->house->record,
                            .conn = checking->conn,
                            .tenant = checking->tenant,
                            .viewer = viewer};
}

/* What waits for whoever holds a post, without names of persons. */
static struct li_viewer holder_of(const struct li_checking *checking, const struct li_post *post)
{
    return (struct li_viewer){.kind = LI_VIEWER_STAFF,
                              .tenant = checking->tenant,
                              .account = 1,
                              .person = 1,
                              .posts = post,
                              .post_count = 1};
}

static int is_waiting(struct li_checking *checking, const struct li_owner *owner, int64_t id,
                      int part, bool *ret)
{
    const struct li_post post = {
        .post = owner->post, .area_path = owner->area_path, .org = owner->org};
    const struct li_viewer viewer = holder_of(checking, &post);
    const struct li_view view = view_of(checking, &viewer);
    const struct li_view_filter filter = {0};
    struct li_view_list list = {0};
    int r;

    *ret = false;
    do {
        r = li_view_mine(checking->ctx, &view, &filter, PAGE, list.next, &list);
        for (size_t i = 0; r == 0 && !*ret && i < list.count; i++) {
            *ret = list.rows[i].id == id && list.rows[i].part == part;
        }
    } while (r == 0 && !*ret && list.next.ptr);
    return r;
}

static int check_waits(struct li_checking *checking, const struct li_checked *one, int part,
                       const struct li_owner *owner)
{
    bool waits = true;
    int r = owner->post.ptr ? is_waiting(checking, owner, one->row.id, part, &waits) : 0;

    if (r == 0 && !waits) {
        li_checking_tell(checking, one->row.id, "part %d waits for %.*s and is not in their list",
                         part, LI_P(owner->post));
    }
    return r;
}

/* One open case in eight, another one each day, is in the list of whoever answers. */
int li_sim_looks_waiting(struct li_checking *checking)
{
    size_t day = (size_t)li_day_at(checking->now);
    int r = 0;

    for (size_t i = day % 8; r == 0 && i < checking->case_count; i += 8) {
        const struct li_checked *one = &checking->cases[i];
        if (one->row.closed_at) {
            continue;
        }
        r = check_waits(checking, one, 0, &one->row.owner);
        for (size_t k = 0; r == 0 && k < one->part_count; k++) {
            r = check_waits(checking, one, one->parts[k].part.no, &one->parts[k].part.owner);
        }
    }
    return r;
}

/* ---- search -----------------------------------------------------------------------------------
 */

static int is_found(struct li_checking *checking, const struct li_viewer *viewer, struct li_str q,
                    int64_t id, bool *ret)
{
    const struct li_view view = view_of(checking, viewer);
    const struct li_view_filter filter = {.q = q};
    struct li_view_list list = {0};
    int r;

    *ret = false;
    do {
        r = li_view_all(checking->ctx, &view, &filter, PAGE, list.next, &list);
        for (size_t i = 0; r == 0 && !*ret && i < list.count; i++) {
            *ret = list.rows[i].id == id;
        }
    } while (r == 0 && !*ret && list.next.ptr);
    return r;
}

/* Some characters in a row out of a description, at most nine bytes: three of Chinese. */
static struct li_str words_of(struct li_str text, struct li_dice *dice)
{
    size_t begin = (size_t)li_dice_between(dice, 0, text.len > 12 ? (int64_t)text.len - 12 : 0);
    size_t at, end;

    while (begin > 0 && ((unsigned char)text.ptr[begin] & 0xc0) == 0x80) {
        begin--;
    }
    at = end = begin;
    while (li_utf8_next(text, &at) >= 0 && at - begin <= 9) {
        end = at;
    }
    return li_str_n(text.ptr + begin, end - begin);
}

/* Whether all of it is Chinese, two characters at least: a number that is cut is
 * another number, and one character alone is no question. */
static bool is_question(struct li_str words)
{
    size_t at = 0, count = 0;
    int32_t point;

    while ((point = li_utf8_next(words, &at)) >= 0) {
        if (!li_utf8_is_cjk(point)) {
            return false;
        }
        count++;
    }
    return count >= 2;
}

/* One case in eight is found by its number and by words out of its description. */
int li_sim_looks_search(struct li_checking *checking)
{
    const struct li_post post = {.post = LI_S("desk")};
    size_t day = (size_t)li_day_at(checking->now);
    int r = 0;

    for (size_t i = (day + 3) % 8; r == 0 && i < checking->case_count; i += 8) {
        const struct li_checked *one = &checking->cases[i];
        struct li_dice dice = li_dice_of((uint64_t)one->row.id, "search", day);
        struct li_post desk = post;
        bool found = true;
        desk.area_path = one->row.area_path;
        const struct li_viewer viewer = holder_of(checking, &desk);
        r = is_found(checking, &viewer, one->row.number, one->row.id, &found);
        if (r == 0 && !found) {
            li_checking_tell(checking, one->row.id, "number %.*s is not found",
                             LI_P(one->row.number));
        }
        struct li_str words = one->matter ? words_of(one->matter->description, &dice) : LI_S("");
        if (r == 0 && is_question(words)) {
            r = is_found(checking, &viewer, words, one->row.id, &found);
        }
        if (r == 0 && !found) {
            li_checking_tell(checking, one->row.id, "“%.*s” is not found", LI_P(words));
        }
    }
    return r;
}

/* ---- private -----------------------------------------------------------------------------------
 */

static bool holds(struct li_str text, struct li_str part)
{
    return part.len > 0 && memmem(text.ptr, text.len, part.ptr, part.len);
}

static void look_for_words(struct li_checking *checking, const char *where, struct li_str seen,
                           const struct li_checked *one)
{
    const struct li_matter *matter = one->matter;
    bool hidden = one->row.scope != LI_SCOPE_PUBLIC;

    if (holds(seen, matter->description) || holds(seen, matter->contact) ||
        (matter->spot.len > 9 && holds(seen, matter->spot))) {
        li_checking_tell(checking, one->row.id, "what was said is in %s", where);
    }
    if (hidden && holds(seen, one->row.number)) {
        li_checking_tell(checking, one->row.id, "that it exists is told in %s", where);
    }
}

/* The whole public list, as JSON. */
static int read_public(struct li_checking *checking, struct li_buf *buf)
{
    const struct li_viewer anyone = {.kind = LI_VIEWER_ANYONE, .tenant = checking->tenant};
    const struct li_view view = view_of(checking, &anyone);
    const struct li_view_filter filter = {0};
    struct li_view_list list = {0};
    int r;

    do {
        struct li_json json;
        r = li_view_public(checking->ctx, &view, &filter, PAGE, list.next, &list);
        if (r == 0) {
            li_json_init(&json, buf, false);
            li_put_public_list(&json, &list);
        }
    } while (r == 0 && list.next.ptr);
    return r ? r : li_buf_check(checking->ctx, buf);
}

static int read_progress(struct li_checking *checking, const uint8_t token[16], struct li_buf *buf)
{
    const struct li_viewer anyone = {.kind = LI_VIEWER_ANYONE, .tenant = checking->tenant};
    const struct li_view view = view_of(checking, &anyone);
    struct li_view_case seen;
    struct li_json json;
    int r = li_view_progress(checking->ctx, &view, token, &seen);

    if (r == -LI_E_NOT_FOUND) {
        li_ctx_clear(checking->ctx);
        return 0; /* it is not public any more */
    }
    if (r == 0) {
        li_json_init(&json, buf, false);
        li_put_progress(&json, &seen);
        r = li_buf_check(checking->ctx, buf);
    }
    return r;
}

/* Nobody finds in the public list, or by following, what a reporter said; nobody
 * finds a matter there that is not public. */
int li_sim_looks_private(struct li_checking *checking)
{
    struct li_buf *list = li_buf_new(checking->ctx, 0);
    struct li_buf *progress = li_buf_new(checking->ctx, 0);
    int r = list && progress ? read_public(checking, list) : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < checking->case_count; i++) {
        const struct li_checked *one = &checking->cases[i];
        if (!one->matter) {
            continue;
        }
        look_for_words(checking, "the public list", li_buf_view(list), one);
        if (one->matter->followed) {
            li_buf_reset(progress);
            r = read_progress(checking, one->matter->follower, progress);
            look_for_words(checking, "what a follower sees", li_buf_view(progress), one);
        }
        if (one->matter->confidential != (one->row.scope == LI_SCOPE_STAFF)) {
            li_checking_tell(checking, one->row.id, "a report of wrongdoing has scope %d",
                             (int)one->row.scope);
        }
    }
    return r;
}
