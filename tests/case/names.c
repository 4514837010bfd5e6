/* Names are kept for a rev of the tenant: read once, and never after it moved. */
#include "view/names.h"

#include "lib/cases.h"
#include "people/people.h"

LI_SQL(names_rename, "update organization set name = $3 where tenant = $1 and id = $2");

/* What the part's unit is called by a view of the present rev. */
static struct li_str unit_name(struct test_cases *c, int64_t id, struct li_view_names *names)
{
    struct li_view view = cases_view(c, &c->viewers[CASES_DESK]);
    struct li_view_case seen;

    view.names = names;
    assert_ok(c->r->t, li_tenant_rev(c->r->ctx, view.conn, view.tenant, &view.rev));
    assert_ok(c->r->t, li_view_case(c->r->ctx, &view, id, &seen));
    assert_int_equal(seen.part_count, 1);
    assert_true(seen.parts[0].owner.has_organization);
    return seen.parts[0].owner.organization.name;
}

static void kept_until_the_tenant_moves(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    struct test_record *r = c->r;
    struct li_view_names *names = li_view_names_new();
    const struct li_organization_args args = {.name = LI_S("新来的单位"),
                                              .area_code = cases_row(c, cases_lamp(c)).area};
    int64_t id = cases_at(c, "handling");
    struct li_str before, again;

    assert_non_null(names);
    before = unit_name(c, id, names);
    /* behind the house's back: what is kept is still told, what is not is read */
    assert_ok(t, li_begin(r->ctx, t->writer));
    assert_ok(t,
              li_exec(r->ctx, t->writer, &names_rename,
                      LI_ARGS(li_v(r->tenant), li_v(c->unit[0]), li_v_text(LI_S("改名队"))), NULL));
    assert_ok(t, li_commit(r->ctx, t->writer));
    again = unit_name(c, id, names);
    assert_true(li_str_eq(again, before));
    assert_true(again.ptr != before.ptr);
    assert_string_equal(li_str_c(r->ctx, unit_name(c, id, NULL)), "改名队");
    /* a command that changes the ground: from now on everything is read anew */
    assert_ok(t, records_run(r, &li_organization_add, &args));
    assert_string_equal(li_str_c(r->ctx, unit_name(c, id, names)), "改名队");
    li_view_names_free(names);
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(kept_until_the_tenant_moves)};

    return STORE_TESTS_RUN("cases: names", tests);
}
