/*
 * What happened to a case, from its history.
 *
 * Staff see every step with who did it; the resident sees the steps the
 * playbook calls progress, with the post or the unit, never a person.
 */
#include <stdlib.h>

#include "base/canonical.h"
#include "case/link.h"
#include "case/migrate.h"
#include "case/undo.h"
#include "record/cursor.h"
#include "view/inside.h"

#define LINKED 20 /* links of other cases shown among a case's steps */

struct timeline {
    struct li_ctx *ctx;
    const struct li_view *view;
    const struct li_playbook *playbook;
    const struct li_vault_item *items;
    size_t item_count;
    bool own;
    const struct li_view_case *seen;
    bool by_party;         /* the entry being read says what a party said, also by another's hand */
    const int64_t *undone; /* entries that were undone */
    size_t undone_count;
};

/* "account:17" -> the person's name. */
static int person_of(const struct timeline *line, struct li_str actor, struct li_str *ret)
{
    int64_t account;
    int r;

    *ret = (struct li_str){.ptr = NULL};
    if (!li_str_starts(actor, LI_S("account:")) ||
        !li_str_to_i64(li_str_n(actor.ptr + 8, actor.len - 8), &account)) {
        return 0;
    }
    r = li_view_person(line->ctx, line->view, account, ret);
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

/* A step about one hidden value is hidden with it: its field is named by the
 * payload, or by the place in the vault. */
static bool is_about_hidden(const struct timeline *line, const struct li_node *payload)
{
    const struct li_node *slot = li_node_get(payload, "slot");
    struct li_str name = li_node_text(payload, "field");
    int field;

    for (size_t i = 0; slot && i < line->item_count; i++) {
        if (line->items[i].slot == slot->number) {
            name = line->items[i].field;
        }
    }
    field = name.ptr ? li_playbook_field(line->playbook, name) : -1;
    return field >= 0 && li_case_is_hidden(line->seen->hidden, field);
}

/* What somebody said: not for who only follows the case. */
static bool is_shown(const struct timeline *line, struct li_str name)
{
    int field = li_playbook_field(line->playbook, name);

    if (field >= 0 && li_case_is_hidden(line->seen->hidden, field)) {
        return false;
    }
    return !line->seen->follows || !line->by_party;
}

/* "南山区路灯队 · 承办人 · 王强": what of it the viewer may read. */
static int by_of(const struct timeline *line, const struct li_entry *entry,
                 const struct li_node *payload, struct li_texts *ret)
{
    struct li_ctx *ctx = line->ctx;
    const struct li_node *as = li_node_get(payload, "as");
    const struct li_node *org = li_node_get(as, "organization");
    const struct li_post_info *post = li_post_find(li_node_text(as, "post"));
    struct li_organization organization = {0};
    struct li_str person = {0};
    int r = 0;

    if (org && org->kind == LI_INT) {
        r = li_view_organization(ctx, line->view, org->number, &organization);
        r = r == -LI_E_NOT_FOUND ? 0 : r;
    }
    if (r == 0 && !line->own) {
        r = person_of(line, entry->actor, &person);
    }
    if (r) {
        return r;
    }
    if (li_field_set_some(&line->seen->hidden) && !line->own &&
        (li_str_starts(entry->actor, LI_S("party:")) || li_str_is(entry->command, "case.open"))) {
        return 0; /* who reported is hidden with what they said */
    }
    if (li_str_starts(entry->actor, LI_S("party:"))) {
        *ret = (struct li_texts){.zh = LI_S("居民"), .en = LI_S("Resident")};
    } else if (li_str_is(entry->actor, "system")) {
        *ret = (struct li_texts){.zh = LI_S("系统"), .en = LI_S("System")};
    } else {
        const char *zh = post ? post->zh : "工作人员", *en = post ? post->en : "Staff";
        const char *gap = organization.name.len ? " · " : "", *end = person.len ? " · " : "";
        bool by_link = li_str_starts(entry->actor, LI_S("pass:"));
        ret->zh = li_strf(ctx, "%.*s%s%s%s%.*s%s", LI_P(organization.name), gap, zh, end,
                          LI_P(person), by_link ? "（通过办理链接）" : "");
        ret->en = li_strf(ctx, "%.*s%s%s%s%.*s%s", LI_P(organization.name), gap, en, end,
                          LI_P(person), by_link ? " (by link)" : "");
    }
    return ret->zh.ptr && ret->en.ptr ? 0 : -LI_E_NOMEM;
}

/* "港口交警 · 承办人（受理员 · 李四代录）": who did it, and who wrote it down. */
static int behalf_of(const struct timeline *line, const struct li_node *behalf, struct li_texts *by)
{
    const struct li_node *org = li_node_get(behalf, "organization");
    struct li_organization organization = {.name = LI_S("")};
    int r = 0;

    if (org && org->kind == LI_INT) {
        r = li_view_organization(line->ctx, line->view, org->number, &organization);
        r = r == -LI_E_NOT_FOUND ? 0 : r;
    }
    if (r) {
        return r;
    }
    by->zh = li_strf(line->ctx, "%.*s（%.*s代录）", LI_P(org ? organization.name : LI_S("居民")),
                     LI_P(by->zh));
    by->en = li_strf(line->ctx, "%.*s (entered by %.*s)",
                     LI_P(org ? organization.name : LI_S("Resident")), LI_P(by->en));
    return by->zh.ptr && by->en.ptr ? 0 : -LI_E_NOMEM;
}

/* The paper that was photographed; no field of the playbook. */
static const struct li_field paper_field = {
    .name = LI_S_INIT("paper"),
    .type = LI_FIELD_PHOTOS,
    .label = {LI_S_INIT("纸质件"), LI_S_INIT("The paper")},
};

static int paper_of(const struct timeline *line, const struct li_node *numbers,
                    struct li_view_entry *entry)
{
    struct li_view_value *value = &entry->values[entry->value_count];
    int r = numbers ? li_view_photos(line->ctx, line->seen, numbers, &paper_field, value) : 0;

    entry->value_count += r == 0 && numbers;
    return r;
}

/* The texts and structured fields given with a step. */
static int values_of(const struct timeline *line, const struct li_node *payload,
                     struct li_view_entry *entry)
{
    const struct li_node *texts = li_node_get(payload, "texts");
    const struct li_node *fields = li_node_get(payload, "fields");
    const struct li_node *paper = li_node_get(payload, "paper");
    size_t most = (texts ? texts->map.count : 0) + (fields ? fields->map.count : 0) + 1;
    int r = 0;

    entry->values = li_alloc_array(line->ctx, most, sizeof(*entry->values));
    if (!entry->values) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && fields && i < fields->map.count; i++) {
        if (!is_shown(line, fields->map.items[i].key)) {
            continue;
        }
        r = li_view_structured(line->ctx, line->view, line->seen, &fields->map.items[i],
                               &entry->values[entry->value_count]);
        entry->value_count += r == 0;
    }
    for (size_t i = 0; r == 0 && texts && i < texts->map.count; i++) {
        const struct li_node *slot = li_node_get(texts->map.items[i].value, "slot");
        for (size_t k = 0; r == 0 && slot && k < line->item_count; k++) {
            if (line->items[k].slot == slot->number && is_shown(line, line->items[k].field)) {
                r = li_view_text(line->ctx, line->playbook, &line->items[k],
                                 &entry->values[entry->value_count]);
                entry->value_count += r == 0;
            }
        }
    }
    return r || line->seen->follows ? r : paper_of(line, paper, entry);
}

/* Whether an entry makes or ends a link; it may be another case's that is linked with
 * this one. */
static bool name_link(const struct timeline *line, const struct li_entry *entry,
                      const struct li_node *payload, struct li_view_entry *ret)
{
    bool merges = li_str_is(entry->command, "case.merge"),
         ends =
             li_str_is(entry->command, "case.unlink") || li_str_is(entry->command, "case.unmerge");
    bool here = entry->entity == line->seen->row.id;
    enum li_link_kind kind = LI_LINK_MERGED;
    const struct li_link_info *info;

    if (!merges && !ends && !li_str_is(entry->command, "case.link")) {
        return false;
    }
    if (!li_link_kind_of(li_node_text(payload, "kind"), &kind)) {
        kind = LI_LINK_MERGED;
    }
    info = li_link_info(kind);
    ret->action = kind == LI_LINK_MERGED ? LI_S("merge") : LI_S("link");
    ret->label = here ? (ends ? info->ended : info->made) : ends ? info->ended_to : info->made_to;
    return true;
}

/* Commands that are no action of a playbook, for staff. */
static const struct {
    const char *command, *action;
    struct li_texts label;
} plain_steps[] = {
    {"case.follow", "follow", {LI_S_INIT("有居民关注"), LI_S_INIT("Somebody follows")}},
    {"case.migrate",
     "migrate",
     {LI_S_INIT("改按新版流程办理"), LI_S_INIT("Goes on by a new version of its playbook")}},
    {"paper.make", "paper", {LI_S_INIT("出具文书"), LI_S_INIT("Paper made")}},
    {"paper.give", "paper_given", {LI_S_INIT("发出文书"), LI_S_INIT("Paper given out")}},
    {"pass.make", "pass", {LI_S_INIT("开出办理链接"), LI_S_INIT("Link given out")}},
    {"pass.end", "pass_end", {LI_S_INIT("收回办理链接"), LI_S_INIT("Link called back")}},
    {"case.undo", "undo", {LI_S_INIT("撤销上一步"), LI_S_INIT("Last step undone")}},
};

/* 1: shown, 0: not for this viewer. */
static int name_step(const struct timeline *line, const struct li_entry *entry,
                     const struct li_node *payload, struct li_view_entry *ret)
{
    struct li_str name = li_node_text(payload, "action");
    const struct li_node *part = li_node_get(payload, "part");

    ret->part = part && part->kind == LI_INT ? (int)part->number : 0;
    if (li_str_is(entry->command, "case.open")) {
        enum li_link_kind kind;
        bool here = entry->entity == line->seen->row.id;
        ret->action = here ? LI_S("open") : LI_S("link");
        ret->label = (struct li_texts){.zh = LI_S("上报"), .en = LI_S("Reported")};
        if (li_link_kind_of(li_node_text(li_node_get(payload, "parent"), "kind"), &kind)) {
            ret->part = 0; /* of the other one */
            ret->label = here ? li_link_info(kind)->from : li_link_info(kind)->made_to;
        }
        return here || !line->own;
    }
    if (li_str_is(entry->command, "case.clock") && !name.ptr) {
        const struct li_node *percent = li_node_get(payload, "percent");
        bool near = percent && percent->number < 100;
        ret->action = LI_S("overdue");
        ret->label = near
                         ? (struct li_texts){.zh = LI_S("时限将至"), .en = LI_S("Deadline near")}
                         : (struct li_texts){.zh = LI_S("已超时限"), .en = LI_S("Deadline passed")};
        return !line->own;
    }
    for (size_t i = 0; i < sizeof(plain_steps) / sizeof(plain_steps[0]); i++) {
        if (li_str_is(entry->command, plain_steps[i].command)) {
            ret->action = li_str(plain_steps[i].action);
            ret->label = plain_steps[i].label;
            return !line->own;
        }
    }
    if (li_str_is(entry->command, "case.reveal")) {
        ret->action = LI_S("reveal");
        ret->label =
            (struct li_texts){.zh = LI_S("查看联系方式"), .en = LI_S("Personal data seen")};
        return !line->own && !is_about_hidden(line, payload);
    }
    if (li_str_is(entry->command, "vault.erase")) {
        if (li_str_is(li_node_text(payload, "rule"), LI_UNDO_RULE)) {
            return false; /* the struck-out step says it */
        }
        ret->action = LI_S("erase");
        ret->label = (struct li_texts){.zh = LI_S("按规定删除个人信息"),
                                       .en = LI_S("Personal data erased by rule")};
        return !line->seen->follows && !is_about_hidden(line, payload);
    }
    if (li_str_is(entry->command, "order.reply")) {
        ret->action = LI_S("order_reply");
        ret->label =
            (struct li_texts){.zh = LI_S("回复上级工单"), .en = LI_S("Upper order answered")};
        return !line->own;
    }
    if (name_link(line, entry, payload, ret)) {
        /* of what belongs together, whoever reported is told of their own merge only */
        return !line->own ||
               (entry->entity == line->seen->row.id && li_str_is(ret->action, "merge"));
    }
    int place = name.ptr ? li_playbook_action(line->playbook, name) : -1;
    if (place < 0) {
        return 0;
    }
    ret->action = name;
    ret->label = line->playbook->actions[place].label;
    return !line->own || line->playbook->actions[place].public_progress ||
           (line->seen->part && line->seen->part == ret->part);
}

static bool is_undone(const struct timeline *line, int64_t seq)
{
    for (size_t i = 0; i < line->undone_count; i++) {
        if (line->undone[i] == seq) {
            return true;
        }
    }
    return false;
}

/* What the engine would have opened, but the programme is off: for staff, behind the label. */
static int say_left_out(const struct timeline *line, const struct li_node *payload,
                        struct li_texts *label)
{
    const struct li_node *list = li_node_get(payload, "left_out");
    int r = 0;

    for (size_t i = 0; r == 0 && list && !line->own && i < list->list.count; i++) {
        const struct li_playbook *playbook;
        r = li_library_find(line->ctx, li_bound(line->view->record)->library, line->view->conn,
                            line->view->tenant, list->list.items[i]->text, 0, &playbook);
        if (r == 0) {
            label->zh = li_strf(line->ctx, "%.*s（“%.*s”已停用，未新开）", LI_P(label->zh),
                                LI_P(playbook->title.zh));
            label->en = li_strf(line->ctx, "%.*s (“%.*s” is off and was not opened)",
                                LI_P(label->en), LI_P(playbook->title.en));
            r = label->zh.ptr && label->en.ptr ? 0 : -LI_E_NOMEM;
        }
    }
    return r;
}

static int add_step(const struct timeline *line, const struct li_entry *entry,
                    struct li_view_case *ret)
{
    struct li_view_entry *step = &ret->entries[ret->entry_count];
    struct li_node *payload;
    int r = li_canonical_read(line->ctx, entry->payload, &payload);

    if (r) {
        return r;
    }
    *step = (struct li_view_entry){
        .seq = entry->seq, .at = entry->at, .undone = is_undone(line, entry->seq)};
    /* for whoever reported it, what was undone has not been */
    if ((step->undone && line->own) || !name_step(line, entry, payload, step)) {
        return 0;
    }
    const struct li_node *behalf = li_node_get(payload, "on_behalf");
    const struct li_node *occurred = li_node_get(payload, "occurred");
    step->on_behalf = behalf != NULL;
    step->occurred = occurred ? occurred->number : 0;
    r = say_left_out(line, payload, &step->label);
    r = r ? r : by_of(line, entry, payload, &step->by);
    if (r == 0 && behalf && step->by.zh.ptr) {
        r = behalf_of(line, behalf, &step->by);
    }
    /* what the opener said stands on the case itself */
    if (r == 0 && !li_str_is(entry->command, "case.open")) {
        struct timeline own = *line;
        own.by_party = li_str_starts(entry->actor, LI_S("party:")) || li_node_get(behalf, "party");
        r = values_of(&own, payload, step);
    }
    ret->entry_count += r == 0;
    return r;
}

/* The steps that are asked for, `entries[first]` to `entries[count - 1]`, and whether
 * there are earlier ones. */
static int read_window(struct li_ctx *ctx, const struct li_view *view, struct li_view_case *ret,
                       struct li_entry **ret_entries, size_t *ret_first, size_t *ret_count)
{
    size_t most = view->steps ? view->steps : LI_VIEW_STEPS, count, one;
    int64_t before = view->before ? view->before : INT64_MAX, id = ret->row.id;
    char cursor[LI_CURSOR_TEXT + 1];
    struct li_entry *entries, *opening;
    int r =
        li_history_before(ctx, view->conn, view->tenant, id, before, most + 1, &entries, &count);

    if (r) {
        return r;
    }
    *ret_entries = entries;
    *ret_first = count > most;
    *ret_count = count;
    if (count && count <= most) {
        ret->opened = entries[0].seq;
        return 0;
    }
    r = li_history_of(ctx, view->conn, view->tenant, id, 1, &opening, &one);
    if (r == 0 && one) {
        ret->opened = opening[0].seq;
    }
    if (r == 0 && count) {
        r = li_cursor_seal(ctx, view->record, view->tenant, entries[1].seq, cursor);
        ret->earlier = li_str_dup(ctx, li_str(cursor));
    }
    return r || !count || ret->earlier.ptr ? r : -LI_E_NOMEM;
}

static int by_seq(const void *a, const void *b)
{
    const struct li_view_entry *x = a, *y = b;

    return (x->seq > y->seq) - (x->seq < y->seq);
}

/* The entry that made or ended a link which another case has with this one. */
static int add_other(const struct timeline *line, int64_t seq, int64_t from, int64_t to,
                     struct li_view_case *ret)
{
    struct li_entry *entry;
    size_t count;
    int r;

    if (seq <= from || seq >= to) {
        return 0;
    }
    r = li_history_read(line->ctx, line->view->conn, line->view->tenant, seq - 1, 1, &entry,
                        &count);
    return r == 0 && count ? add_step(line, entry, ret) : r;
}

/* Links that go to this case, the newest of them, among its own steps. */
static int add_linked(const struct timeline *line, int64_t from, int64_t to,
                      struct li_view_case *ret)
{
    struct li_link *links;
    size_t count;
    int r = li_link_list(line->ctx, line->view->conn, line->view->tenant, ret->row.id, 0, LINKED,
                         &links, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        if (links[i].to == ret->row.id) {
            r = add_other(line, links[i].seq, from, to, ret);
            r = r || !links[i].end_seq ? r : add_other(line, links[i].end_seq, from, to, ret);
        }
    }
    if (r == 0 && ret->entry_count > 1) {
        qsort(ret->entries, ret->entry_count, sizeof(ret->entries[0]), by_seq);
    }
    return r;
}

/* Whether a case is migrated in these entries. */
static bool has_migration(const struct li_entry *entries, size_t first, size_t count)
{
    for (size_t i = first; i < count; i++) {
        if (li_str_is(entries[i].command, li_case_migrate.name)) {
            return true;
        }
    }
    return false;
}

/* Each entry by the version the case had then: names of an earlier one mean nothing in a
 * later.  Asked only where a migration is among them, or may lie behind them. */
static int read_by(const struct timeline *line, const struct li_entry *entries, size_t first,
                   size_t count, struct li_view_case *ret)
{
    const struct li_playbook *now = ret->row.playbook;
    struct li_library *library = li_bound(line->view->record)->library;
    bool asks = line->view->before || has_migration(entries, first, count);
    int r = 0;

    for (size_t i = first; r == 0 && i < count; i++) {
        struct timeline then = *line;
        int version = 0;
        if (asks) {
            r = li_migrate_version(line->ctx, line->view->conn, line->view->tenant, ret->row.id,
                                   entries[i].seq, &version);
        }
        ret->row.playbook = now;
        if (r == 0 && version) {
            r = li_library_find(line->ctx, library, line->view->conn, line->view->tenant, now->name,
                                version, &ret->row.playbook);
        }
        then.playbook = ret->row.playbook;
        r = r ? r : add_step(&then, &entries[i], ret);
    }
    ret->row.playbook = now;
    return r;
}

/* Which of the entries were undone. */
static int find_undone(struct timeline *line, const struct li_entry *entries, size_t count)
{
    int64_t *undone = li_alloc_array(line->ctx, count, sizeof(*undone));
    int r = undone ? 0 : -LI_E_NOMEM;

    line->undone = undone;
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_node *payload;
        const struct li_node *seq;
        if (!li_str_is(entries[i].command, li_case_undo.name)) {
            continue;
        }
        r = li_canonical_read(line->ctx, entries[i].payload, &payload);
        seq = r ? NULL : li_node_get(payload, "undone");
        if (seq && seq->kind == LI_INT) {
            undone[line->undone_count++] = seq->number;
        }
    }
    return r;
}

/* The step the viewer could undo now. */
static int offer_undo(const struct timeline *line, const struct li_entry *entries, size_t count,
                      struct li_view_case *ret)
{
    struct li_undo_found found = {.may = false};
    int r = line->own || line->view->before
                ? 0
                : li_undo_find(line->ctx, &ret->row, line->view->viewer, li_now(line->ctx->clock),
                               entries, count, &found);

    if (r == 0 && found.may) {
        ret->undo = ret->row.playbook->actions[found.action].label;
        ret->undo_until = found.until;
    }
    return r;
}

int li_view_timeline(struct li_ctx *ctx, const struct li_view *view, struct li_view_case *ret,
                     const struct li_vault_item *items, size_t item_count, bool own)
{
    struct timeline line = {
        .ctx = ctx,
        .view = view,
        .playbook = ret->row.playbook,
        .items = items,
        .item_count = item_count,
        .own = own,
        .seen = ret,
    };
    struct li_entry *entries;
    size_t first, count;
    int r = read_window(ctx, view, ret, &entries, &first, &count);

    if (r) {
        return r;
    }
    ret->entries =
        li_alloc_array(ctx, count + (ret->row.links ? 2 * LINKED : 0), sizeof(*ret->entries));
    if (!ret->entries) {
        return -LI_E_NOMEM;
    }
    r = find_undone(&line, entries, count);
    r = r ? r : offer_undo(&line, entries, count, ret);
    r = r ? r : read_by(&line, entries, first, count, ret);
    if (r == 0 && ret->row.links && !own && count > first) {
        int64_t to = view->before ? view->before : INT64_MAX;
        r = add_linked(&line, first ? entries[first].seq : 0, to, ret);
    }
    return r;
}
