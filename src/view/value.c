/* Fields, owners and areas as people read them. */
#include "view/inside.h"

const struct li_option *li_view_option(const struct li_field *field, struct li_str name)
{
    for (size_t i = 0; i < field->option_count; i++) {
        if (li_str_eq(field->options[i].name, name)) {
            return &field->options[i];
        }
    }
    return NULL;
}

int li_view_owner_of(struct li_ctx *ctx, const struct li_view *view, const struct li_owner *owner,
                     bool ended, struct li_view_owner *ret)
{
    struct li_view_owner seen = {.some = owner->post.ptr != NULL};
    struct li_str holder; /* where somebody holds the post now: here or above */
    int r = 0;

    if (!seen.some) {
        *ret = seen;
        return 0;
    }
    r = li_view_area_at(ctx, view, owner->area_path, &seen.area);
    seen.post = li_post_at(owner->post, seen.area.kind);
    if (r == 0 && owner->org) {
        r = li_view_organization(ctx, view, owner->org, &seen.organization);
        seen.has_organization = r == 0;
        r = r == -LI_E_NOT_FOUND ? 0 : r;
    }
    if (r == 0 && !ended) {
        r = li_owner_resolve(ctx, view->conn, view->tenant, owner->post, owner->area_path,
                             owner->org, li_now(ctx->clock), &holder, &seen.vacant);
    }
    if (r == 0) {
        *ret = seen;
    }
    return r;
}

static int organization_text(struct li_ctx *ctx, const struct li_view *view, struct li_str id_text,
                             struct li_texts *ret)
{
    struct li_organization organization;
    int64_t id;
    int r = li_id_parse(ctx, id_text, &id);

    r = r ? r : li_view_organization(ctx, view, id, &organization);
    if (r == -LI_E_NOT_FOUND) {
        *ret = (struct li_texts){.zh = id_text, .en = id_text};
        return 0;
    }
    if (r == 0) {
        *ret = (struct li_texts){.zh = organization.name, .en = organization.name};
    }
    return r;
}

/* Organizations one beside the other, as a field that takes many of them holds. */
static int organizations_text(struct li_ctx *ctx, const struct li_view *view,
                              const struct li_node *list, struct li_texts *ret)
{
    struct li_str all = LI_S("");

    for (size_t i = 0; i < list->list.count; i++) {
        struct li_texts one;
        int r = list->list.items[i]->kind == LI_TEXT
                    ? organization_text(ctx, view, list->list.items[i]->text, &one)
                    : LI_FAIL(ctx, LI_E_CORRUPT, "a list of organizations holds something else");
        if (r) {
            return r;
        }
        all = li_strf(ctx, "%.*s%s%.*s", LI_P(all), i ? "、" : "", LI_P(one.zh));
        if (!all.ptr) {
            return -LI_E_NOMEM;
        }
    }
    *ret = (struct li_texts){.zh = all, .en = all};
    return 0;
}

int li_view_structured(struct li_ctx *ctx, const struct li_view *view,
                       const struct li_playbook *playbook, const struct li_member *member,
                       struct li_view_value *ret)
{
    int place = li_playbook_field(playbook, member->key);
    struct li_view_value value = {0};
    const struct li_option *option;
    int r = 0;

    if (place < 0) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a stored field is none of the playbook's");
    }
    value.field = &playbook->fields[place];
    switch (member->value->kind) {
    case LI_TEXT:
        value.value = member->value->text;
        value.text = (struct li_texts){.zh = value.value, .en = value.value};
        option = li_view_option(value.field, value.value);
        if (option) {
            value.text = option->label;
        } else if (value.field->type == LI_FIELD_ORG) {
            r = organization_text(ctx, view, value.value, &value.text);
        }
        break;
    case LI_INT:
        value.value = li_strf(ctx, "%lld", (long long)member->value->number);
        value.text = (struct li_texts){.zh = value.value, .en = value.value};
        break;
    case LI_BOOL:
        value.value = member->value->flag ? LI_S("true") : LI_S("false");
        value.text = member->value->flag ? (struct li_texts){.zh = LI_S("是"), .en = LI_S("yes")}
                                         : (struct li_texts){.zh = LI_S("否"), .en = LI_S("no")};
        break;
    case LI_LIST:
        r = organizations_text(ctx, view, member->value, &value.text);
        break;
    default:
        return LI_FAIL(ctx, LI_E_CORRUPT, "a stored field has no value people can read");
    }
    if (r == 0 && !value.text.zh.ptr) {
        r = -LI_E_NOMEM;
    }
    if (r == 0) {
        *ret = value;
    }
    return r;
}

int li_view_text(struct li_ctx *ctx, const struct li_playbook *playbook,
                 const struct li_vault_item *item, struct li_view_value *ret)
{
    int place = li_playbook_field(playbook, item->field);
    struct li_view_value value = {.erased = item->value.ptr == NULL, .masked = item->sealed};

    if (place < 0) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a text is none of the playbook's fields");
    }
    value.field = &playbook->fields[place];
    if (value.erased) {
        value.masked = false;
        value.text =
            (struct li_texts){.zh = LI_S("（已按规定删除）"), .en = LI_S("(erased by rule)")};
    } else {
        struct li_str text = item->sealed ? li_mask(ctx, item->value) : item->value;
        value.text = (struct li_texts){.zh = text, .en = text};
    }
    *ret = value;
    return value.text.zh.ptr ? 0 : -LI_E_NOMEM;
}
