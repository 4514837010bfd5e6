/*
 * A small town for tests (town.h).
 */
#include "lib/town.h"

#include "people/api_key.h"

#include "base/asset.h"

static const struct li_command *const commands[] = {
    &li_area_import,     &li_organization_add,
    &li_api_key_make,    &li_api_key_end,
    &li_person_add,      &li_appointment_make,
    &li_appointment_end, &li_absence_note,
    &li_absence_end,     &li_session_begin,
    &li_session_end,     &li_login_failed,
    &li_session_sweep,   NULL,
};

struct test_record *town_open(struct test_store *t)
{
    return town_open_with(t, commands, NULL);
}

struct test_record *town_open_with(struct test_store *t, const struct li_command *const *known,
                                   const struct li_consumer *const *consumers)
{
    struct test_record *r = records_open(t, known, consumers);
    const struct li_asset *asset = li_asset_find(LI_S("data/demo/areas.csv"));
    struct li_area_import args = {.source = LI_S("data/demo/areas.csv")};
    struct li_area_row *rows;

    assert_non_null(asset);
    const struct li_area_file file = {.name = "areas.csv", .bytes = asset->bytes};
    assert_ok(t, li_area_read(r->ctx, &file, &rows, &args.count));
    args.rows = rows;
    assert_ok(t, records_run(r, &li_area_import, &args));
    return r;
}

int64_t town_organization(struct test_record *r, const char *name)
{
    const struct li_organization_args args = {.name = li_str(name), .area_code = LI_S("440305")};
    struct li_job job = records_run_job(r, &li_organization_add, &args);

    assert_ok(r->t, job.status);
    return ((struct li_new *)job.plan)->id;
}

int64_t town_person(struct test_record *r, const char *name, const char *login,
                    struct li_str password_hash)
{
    const struct li_person_args args = {
        .name = li_str(name), .login = li_str(login), .password_hash = password_hash};
    struct li_job job = records_run_job(r, &li_person_add, &args);

    assert_ok(r->t, job.status);
    return ((struct li_new_person *)job.plan)->person;
}

int64_t town_appoint_for(struct test_record *r, int64_t person, const char *post, const char *area,
                         int64_t org, int64_t since, int64_t until)
{
    const struct li_appointment_args args = {.person = person,
                                             .post = li_str(post),
                                             .area_code = li_str(area),
                                             .org = org,
                                             .since = since,
                                             .until = until};
    struct li_job job = records_run_job(r, &li_appointment_make, &args);

    assert_ok(r->t, job.status);
    return ((struct li_new *)job.plan)->id;
}

int64_t town_appoint(struct test_record *r, int64_t person, const char *post, const char *area,
                     int64_t org)
{
    return town_appoint_for(r, person, post, area, org, 0, 0);
}

void assert_told_at(struct test_record *r, const char *where)
{
    for (unsigned i = 0; i < r->ctx->error_count; i++) {
        if (li_str_is(r->ctx->errors[i].where, where))
            return;
    }
    fail_msg("nothing told at %s: %.*s", where, LI_P(li_ctx_explain(r->ctx)));
}
