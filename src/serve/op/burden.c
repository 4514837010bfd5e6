/* What the forms ask of people, by who issued them. */
#include "view/burden.h"
#include "serve/op/op.h"
#include "view/json.h"

#include <stdlib.h>

static bool same_issuer(const struct li_burden_form *a, const struct li_burden_form *b)
{
    return li_str_eq(a->issuer.zh, b->issuer.zh);
}

static void put_counts(struct li_json *json, const struct li_burden_form *sum)
{
    li_json_put_int(json, "asked", sum->asked);
    li_json_put_int(json, "needed", sum->needed);
    li_json_put_int(json, "prefilled", sum->prefilled);
    li_json_put_int(json, "twice", sum->twice);
}

static void put_form(struct li_json *json, const struct li_burden_form *form)
{
    li_json_open_map(json);
    li_json_put_text(json, "kind", form->is_register ? LI_S("register") : LI_S("playbook"));
    li_json_put_text(json, "name", form->name);
    li_put_texts(json, "title", form->title);
    put_counts(json, form);
    li_json_close_map(json);
}

/* What all forms of the issuer of `at` ask together; false when an earlier form is theirs. */
static bool sum_of(const struct li_burden *burden, size_t at, struct li_burden_form *ret)
{
    *ret = (struct li_burden_form){.issuer = burden->forms[at].issuer};
    for (size_t i = 0; i < burden->form_count; i++) {
        const struct li_burden_form *form = &burden->forms[i];
        if (!same_issuer(form, &burden->forms[at])) {
            continue;
        }
        if (i < at) {
            return false;
        }
        ret->asked += form->asked;
        ret->needed += form->needed;
        ret->prefilled += form->prefilled;
        ret->twice += form->twice;
    }
    return true;
}

static int by_asked(const void *a, const void *b)
{
    const struct li_burden_form *x = a, *y = b;

    return x->asked != y->asked ? (x->asked < y->asked ? 1 : -1)
                                : li_str_cmp(x->issuer.zh, y->issuer.zh);
}

static int put_issuers(struct li_request *request, struct li_json *json,
                       const struct li_burden *burden)
{
    struct li_burden_form *sums = li_alloc_array(&request->ctx, burden->form_count, sizeof(*sums));
    size_t count = 0;

    if (!sums) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < burden->form_count; i++) {
        count += sum_of(burden, i, &sums[count]);
    }
    if (count) {
        qsort(sums, count, sizeof(*sums), by_asked);
    }
    li_json_key(json, "issuers");
    li_json_open_list(json);
    for (size_t i = 0; i < count; i++) {
        li_json_open_map(json);
        li_put_texts(json, "issuer", sums[i].issuer);
        put_counts(json, &sums[i]);
        li_json_key(json, "forms");
        li_json_open_list(json);
        for (size_t k = 0; k < burden->form_count; k++) {
            if (same_issuer(&burden->forms[k], &sums[i])) {
                put_form(json, &burden->forms[k]);
            }
        }
        li_json_close_list(json);
        li_json_close_map(json);
    }
    li_json_close_list(json);
    return 0;
}

static void put_twice(struct li_json *json, const struct li_burden *burden)
{
    li_json_key(json, "twice");
    li_json_open_list(json);
    for (size_t i = 0; i < burden->twice_count; i++) {
        const struct li_burden_twice *one = &burden->twice[i];
        li_json_open_map(json);
        li_put_texts(json, "label", one->field->label);
        li_json_put_bool(json, "within", one->within);
        li_json_key(json, "forms");
        li_json_open_list(json);
        for (size_t k = 0; k < one->form_count; k++) {
            const struct li_texts title = burden->forms[one->forms[k]].title;
            li_json_open_map(json);
            li_json_put_text(json, "zh", title.zh);
            li_json_put_text(json, "en", title.en);
            li_json_close_map(json);
        }
        li_json_close_list(json);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

int li_op_get_burden(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_burden burden;
    struct li_json json;
    int r = li_view_burden(&request->ctx, &view, &burden);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    r = put_issuers(request, &json, &burden);
    put_twice(&json, &burden);
    li_json_close_map(&json);
    return r ? r : li_reply_end(request);
}
