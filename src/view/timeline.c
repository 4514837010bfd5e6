/*
 * What happened to a case, from its history.
 *
 * Staff see every step with who did it; the resident sees the steps the
 * playbook calls progress, with the post or the unit, never a person.
 */
#include "base/canonical.h"
#include "view/inside.h"

struct timeline {
    struct li_ctx *ctx;
    const struct li_view *view;
    const struct li_playbook *playbook;
    const struct li_vault_item *items;
    size_t item_count;
    bool own;
    const struct li_view_case *seen;
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
static bool is_shown(const struct timeline *line, const struct li_entry *entry, struct li_str name)
{
    int field = li_playbook_field(line->playbook, name);

    if (field >= 0 && li_case_is_hidden(line->seen->hidden, field)) {
        return false;
    }
    return !line->seen->follows || !li_str_starts(entry->actor, LI_S("party:"));
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
    if (line->seen->hidden && !line->own &&
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
        ret->zh =
            li_strf(ctx, "%.*s%s%s%s%.*s", LI_P(organization.name), gap, zh, end, LI_P(person));
        ret->en =
            li_strf(ctx, "%.*s%s%s%s%.*s", LI_P(organization.name), gap, en, end, LI_P(person));
    }
    return ret->zh.ptr && ret->en.ptr ? 0 : -LI_E_NOMEM;
}

/* The texts and structured fields given with a step. */
static int values_of(const struct timeline *line, const struct li_entry *of,
                     const struct li_node *payload, struct li_view_entry *entry)
{
    const struct li_node *texts = li_node_get(payload, "texts");
    const struct li_node *fields = li_node_get(payload, "fields");
    size_t most = (texts ? texts->map.count : 0) + (fields ? fields->map.count : 0);
    int r = 0;

    entry->values = li_alloc_array(line->ctx, most, sizeof(*entry->values));
    if (!entry->values) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && fields && i < fields->map.count; i++) {
        if (!is_shown(line, of, fields->map.items[i].key)) {
            continue;
        }
        r = li_view_structured(line->ctx, line->view, line->seen, &fields->map.items[i],
                               &entry->values[entry->value_count]);
        entry->value_count += r == 0;
    }
    for (size_t i = 0; r == 0 && texts && i < texts->map.count; i++) {
        const struct li_node *slot = li_node_get(texts->map.items[i].value, "slot");
        for (size_t k = 0; r == 0 && slot && k < line->item_count; k++) {
            if (line->items[k].slot == slot->number && is_shown(line, of, line->items[k].field)) {
                r = li_view_text(line->ctx, line->playbook, &line->items[k],
                                 &entry->values[entry->value_count]);
                entry->value_count += r == 0;
            }
        }
    }
    return r;
}

/* 1: shown, 0: not for this viewer. */
static int name_step(const struct timeline *line, const struct li_entry *entry,
                     const struct li_node *payload, struct li_view_entry *ret)
{
    struct li_str name = li_node_text(payload, "action");
    const struct li_node *part = li_node_get(payload, "part");

    ret->part = part && part->kind == LI_INT ? (int)part->number : 0;
    if (li_str_is(entry->command, "case.open")) {
        ret->action = LI_S("open");
        ret->label = (struct li_texts){.zh = LI_S("上报"), .en = LI_S("Reported")};
        return 1;
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
    if (li_str_is(entry->command, "case.follow")) {
        ret->action = LI_S("follow");
        ret->label = (struct li_texts){.zh = LI_S("有居民关注"), .en = LI_S("Somebody follows")};
        return !line->own;
    }
    if (li_str_is(entry->command, "case.reveal")) {
        ret->action = LI_S("reveal");
        ret->label =
            (struct li_texts){.zh = LI_S("查看联系方式"), .en = LI_S("Personal data seen")};
        return !line->own && !is_about_hidden(line, payload);
    }
    if (li_str_is(entry->command, "vault.erase")) {
        ret->action = LI_S("erase");
        ret->label = (struct li_texts){.zh = LI_S("按规定删除个人信息"),
                                       .en = LI_S("Personal data erased by rule")};
        return !line->seen->follows && !is_about_hidden(line, payload);
    }
    int place = name.ptr ? li_playbook_action(line->playbook, name) : -1;
    if (place < 0) {
        return 0;
    }
    ret->action = name;
    ret->label = line->playbook->actions[place].label;
    return !line->own || line->playbook->actions[place].public_progress;
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
    *step = (struct li_view_entry){.seq = entry->seq, .at = entry->at};
    if (!name_step(line, entry, payload, step)) {
        return 0;
    }
    r = by_of(line, entry, payload, &step->by);
    /* what the opener said stands on the case itself */
    if (r == 0 && !li_str_is(entry->command, "case.open")) {
        r = values_of(line, entry, payload, step);
    }
    ret->entry_count += r == 0;
    return r;
}

int li_view_timeline(struct li_ctx *ctx, const struct li_view *view, struct li_view_case *ret,
                     const struct li_vault_item *items, size_t item_count, bool own)
{
    const struct timeline line = {
        .ctx = ctx,
        .view = view,
        .playbook = ret->row.playbook,
        .items = items,
        .item_count = item_count,
        .own = own,
        .seen = ret,
    };
    struct li_entry *entries;
    size_t count;
    int r = li_history_of(ctx, view->conn, view->tenant, ret->row.id, 500, &entries, &count);

    if (r) {
        return r;
    }
    ret->entries = li_alloc_array(ctx, count, sizeof(*ret->entries));
    if (!ret->entries) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = add_step(&line, &entries[i], ret);
    }
    return r;
}
