/* What the forms ask; see burden.h. */
#include "view/burden.h"

#include <stdlib.h>

#include "base/grow.h"

#define LONG 200 /* characters: what may be longer is told about the matter itself */

/* One field of one form. */
struct asked {
    const struct li_field *field;
    size_t form;
    bool needed, again; /* asked in the opening and required by a later step */
};

struct counting {
    struct li_ctx *ctx;
    struct li_burden burden;
    size_t form_cap;
    struct asked *asked;
    size_t count, cap;
};

static int push_form(struct counting *counting, const struct li_burden_form *form)
{
    struct li_burden_form *more =
        li_grow(counting->ctx, counting->burden.forms, counting->burden.form_count,
                &counting->form_cap, sizeof(*more));

    if (!more) {
        return -LI_E_NOMEM;
    }
    counting->burden.forms = more;
    more[counting->burden.form_count++] = *form;
    return 0;
}

static int push_field(struct counting *counting, const struct asked *one)
{
    struct asked *more =
        li_grow(counting->ctx, counting->asked, counting->count, &counting->cap, sizeof(*more));

    if (!more) {
        return -LI_E_NOMEM;
    }
    counting->asked = more;
    more[counting->count++] = *one;
    return 0;
}

static bool names(const int *fields, size_t count, int field)
{
    for (size_t i = 0; i < count; i++) {
        if (fields[i] == field) {
            return true;
        }
    }
    return false;
}

/* Whether somebody is asked a field, and must give it; what the system does of itself
 * asks nobody. */
static bool is_asked(const struct li_playbook *playbook, int field, struct asked *ret)
{
    bool opens = false, some = false;

    for (size_t i = 0; i < playbook->open_field_count; i++) {
        if (playbook->open_fields[i] == field) {
            opens = some = true;
            ret->needed |= playbook->open_required[i];
        }
    }
    for (size_t i = 0; i < playbook->action_count; i++) {
        const struct li_action *action = &playbook->actions[i];
        bool needs = names(action->needs, action->need_count, field);
        if (action->by_count == 0) {
            continue;
        }
        some |= needs || names(action->asks, action->ask_count, field);
        ret->needed |= needs;
        ret->again |= needs && opens && action->machine == 0;
    }
    return some;
}

static int add_playbook(struct counting *counting, const struct li_playbook *playbook)
{
    static const struct li_texts office = {.zh = LI_S_INIT("街道办事处"),
                                           .en = LI_S_INIT("Street office")};
    const struct li_burden_form form = {.name = playbook->name,
                                        .title = playbook->title,
                                        .issuer =
                                            playbook->issuer.zh.len ? playbook->issuer : office};
    int r = push_form(counting, &form);

    for (size_t i = 0; r == 0 && i < playbook->field_count; i++) {
        struct asked one = {.field = &playbook->fields[i], .form = counting->burden.form_count - 1};
        if (!one.field->is && is_asked(playbook, (int)i, &one)) {
            r = push_field(counting, &one);
        }
    }
    return r;
}

static int add_register(struct counting *counting, const struct li_register *reg)
{
    const struct li_burden_form form = {.is_register = true,
                                        .name = reg->form.name,
                                        .title = reg->form.title,
                                        .issuer = reg->issuer};
    int r = push_form(counting, &form);

    for (size_t i = 0; r == 0 && i < reg->form.field_count; i++) {
        const struct asked one = {.field = &reg->form.fields[i],
                                  .form = counting->burden.form_count - 1,
                                  .needed = reg->required[i]};
        r = one.field->is ? 0 : push_field(counting, &one);
    }
    return r;
}

/* The form begins with it, and it is only confirmed: a place from a code or a pin, the
 * class and the unit that are proposed. */
static bool is_prefilled(const struct asked *one, const struct li_burden_form *form)
{
    enum li_field_type type = one->field->type;

    return !form->is_register &&
           (type == LI_FIELD_POINT || type == LI_FIELD_CODE || type == LI_FIELD_ORG);
}

/* A place is where each thing lies, a score what each was worth: not the same answer. */
static bool is_comparable(const struct li_field *field)
{
    switch (field->type) {
    case LI_FIELD_PHOTOS:
    case LI_FIELD_DOCUMENT:
    case LI_FIELD_ORG:
    case LI_FIELD_AREA:
    case LI_FIELD_POINT:
    case LI_FIELD_SCALE:
        return false;
    case LI_FIELD_TEXT:
        return field->max <= LONG;
    default:
        return true;
    }
}

static bool is_same(const struct li_field *a, const struct li_field *b)
{
    return a->type == b->type && li_str_eq(a->label.zh, b->label.zh);
}

static bool is_first(const struct counting *counting, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (is_same(counting->asked[i].field, counting->asked[at].field)) {
            return false;
        }
    }
    return true;
}

/* Everywhere a field is asked, once. */
static int compare(struct counting *counting, size_t at, struct li_burden_twice *ret)
{
    struct li_burden_twice one = {.field = counting->asked[at].field};

    one.forms = li_alloc_array(counting->ctx, counting->count, sizeof(*one.forms));
    if (!one.forms) {
        return -LI_E_NOMEM;
    }
    for (size_t i = at; i < counting->count; i++) {
        const struct asked *other = &counting->asked[i];
        if (is_same(other->field, one.field)) {
            one.forms[one.form_count++] = other->form;
            one.within |= other->again;
        }
    }
    *ret = one;
    return 0;
}

static int find_twice(struct counting *counting)
{
    struct li_burden *burden = &counting->burden;
    int r = 0;

    burden->twice = li_alloc_array(counting->ctx, counting->count, sizeof(*burden->twice));
    if (!burden->twice) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < counting->count; i++) {
        struct li_burden_twice *one = &burden->twice[burden->twice_count];
        if (!is_comparable(counting->asked[i].field) || !is_first(counting, i)) {
            continue;
        }
        r = compare(counting, i, one);
        if (r == 0 && (one->form_count > 1 || one->within)) {
            burden->twice_count++;
            for (size_t k = 0; k < one->form_count; k++) {
                burden->forms[one->forms[k]].twice++;
            }
        }
    }
    return r;
}

static void count_forms(struct counting *counting)
{
    for (size_t i = 0; i < counting->count; i++) {
        const struct asked *one = &counting->asked[i];
        struct li_burden_form *form = &counting->burden.forms[one->form];

        form->asked++;
        form->needed += one->needed;
        form->prefilled += is_prefilled(one, form);
    }
}

int li_view_burden(struct li_ctx *ctx, const struct li_view *view, struct li_burden *ret)
{
    struct counting counting = {.ctx = ctx};
    const struct li_register *registers[LI_REGISTERS];
    struct li_str *names_of;
    size_t count, register_count;
    int r = li_library_names(ctx, view->conn, view->tenant, &names_of, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_playbook *playbook;
        r = li_library_find(ctx, li_bound(view->record)->library, view->conn, view->tenant,
                            names_of[i], 0, &playbook);
        r = r ? r : add_playbook(&counting, playbook);
    }
    r = r ? r
          : li_register_all(ctx, view->record, view->conn, view->tenant, registers,
                            &register_count);
    for (size_t i = 0; r == 0 && i < register_count; i++) {
        r = add_register(&counting, registers[i]);
    }
    r = r ? r : find_twice(&counting);
    if (r == 0) {
        count_forms(&counting);
        *ret = counting.burden;
    }
    return r;
}
