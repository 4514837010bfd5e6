/*
 * The world as the house has it: streets, units, who holds which post.
 *
 * Read by the nouns' own readers, so that the simulator lives in a demo's streets as
 * well as in its own.  Persons without an account are passed over: they cannot act.
 */
#include "simulate/inside.h"

static int read_places(struct li_sim *sim, struct li_conn *conn, int64_t tenant,
                       struct li_sim_street *street)
{
    struct li_area *all;
    size_t count;
    int r = li_area_list(&sim->own, conn, tenant, street->area.path, LI_S(""), &all, &count);

    street->places = r ? NULL : li_alloc_array(&sim->own, count, sizeof(*all));
    if (r || !street->places) {
        return r ? r : -LI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        if (li_str_is(all[i].kind, "community") || li_str_is(all[i].kind, "compound") ||
            li_str_is(all[i].kind, "lane")) {
            street->places[street->place_count++] = all[i];
        }
    }
    return 0;
}

static bool has_desk(const struct li_sim_tenant *town, struct li_str path)
{
    for (size_t i = 0; i < town->officer_count; i++) {
        if (li_str_is(town->officers[i].post, "desk") &&
            li_str_starts(path, town->officers[i].area_path)) {
            return true;
        }
    }
    return false;
}

/* Streets whose matters somebody takes in. */
static int read_streets(struct li_sim *sim, struct li_conn *conn, struct li_sim_tenant *town)
{
    int64_t tenant = town->tenant->id;
    struct li_area *streets, own;
    size_t count;
    int r = li_area_list(&sim->own, conn, tenant, LI_S(""), LI_S("street"), &streets, &count);

    if (r == 0 && count == 0) {
        r = li_area_find(&sim->own, conn, tenant, town->tenant->code, &own);
        streets = &own;
        count = 1;
    }
    town->streets = r ? NULL : li_alloc_array(&sim->own, count, sizeof(*town->streets));
    r = r || town->streets ? r : -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_sim_street street = {.area = streets[i]};
        if (!has_desk(town, street.area.path)) {
            continue;
        }
        r = read_places(sim, conn, tenant, &street);
        if (r == 0 && street.place_count > 0) {
            town->streets[town->street_count++] = street;
        }
    }
    return r;
}

static int read_officers(struct li_sim *sim, struct li_conn *conn, struct li_sim_tenant *town)
{
    struct li_appointment_filter filter = {.at = li_now(sim->config.clock), .limit = 100000};
    struct li_appointment *found;
    size_t count;
    int r = li_appointment_list(&sim->own, conn, town->tenant->id, &filter, &found, &count);

    town->officer_count = 0;
    town->officers = r ? NULL : li_alloc_array(&sim->own, count + 1, sizeof(*town->officers));
    r = r || town->officers ? r : -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_person person;
        r = li_person_find(&sim->own, conn, town->tenant->id, found[i].person, &person);
        if (r == 0 && person.account) {
            town->officers[town->officer_count++] =
                (struct li_sim_officer){.person = person.id,
                                        .account = person.account,
                                        .appointment = found[i].id,
                                        .post = found[i].post,
                                        .area_path = found[i].area_path,
                                        .org = found[i].org};
        }
    }
    return r;
}

int li_world_staff(struct li_sim *sim, struct li_sim_tenant *town)
{
    struct li_conn *conn;
    int r = li_sim_reader(sim, &conn);

    if (r == 0) {
        r = read_officers(sim, conn, town);
        li_sim_reader_back(sim, conn);
    }
    return r;
}

static int read_tenant(struct li_sim *sim, struct li_conn *conn, struct li_sim_tenant *town)
{
    struct li_library *library = sim->house->bound.library;
    int64_t tenant = town->tenant->id;
    int r = li_library_find(&sim->own, library, conn, tenant, LI_S("service-request"), 0,
                            &town->playbook);

    r = r ? r : li_library_calendar(&sim->own, library, conn, tenant, &town->calendar);
    r = r ? r : li_organization_list(&sim->own, conn, tenant, &town->units, &town->unit_count);
    r = r ? r : read_officers(sim, conn, town);
    return r ? r : read_streets(sim, conn, town);
}

int li_world_read(struct li_sim *sim)
{
    const struct li_tenant **tenants;
    struct li_conn *conn;
    size_t count, streets = 0;
    int r = li_tenant_all(&sim->own, sim->house->record, &tenants, &count);

    sim->tenants = r ? NULL : li_alloc_array(&sim->own, count + 1, sizeof(*sim->tenants));
    r = r || sim->tenants ? r : -LI_E_NOMEM;
    r = r ? r : li_sim_reader(sim, &conn);
    if (r) {
        return r;
    }
    sim->tenant_count = count;
    for (size_t i = 0; r == 0 && i < count; i++) {
        sim->tenants[i].tenant = tenants[i];
        sim->tenants[i].id = tenants[i]->id;
        r = read_tenant(sim, conn, &sim->tenants[i]);
        streets += sim->tenants[i].unit_count > 0 ? sim->tenants[i].street_count : 0;
    }
    li_sim_reader_back(sim, conn);
    if (r == 0 && streets == 0) {
        r = LI_FAIL(&sim->own, LI_E_NOT_FOUND, "no tenant has a street with a desk and units");
    }
    return r;
}

int li_world_again(struct li_sim *sim)
{
    struct li_library *library = sim->house->bound.library;
    struct li_conn *conn;
    int r = li_sim_reader(sim, &conn);

    for (size_t i = 0; r == 0 && i < sim->tenant_count; i++) {
        struct li_sim_tenant *town = &sim->tenants[i];
        town->tenant = li_tenant_by_id(sim->house->record, town->id);
        li_assert(town->tenant);
        r = li_library_find(&sim->own, library, conn, town->id, LI_S("service-request"), 0,
                            &town->playbook);
        r = r ? r : li_library_calendar(&sim->own, library, conn, town->id, &town->calendar);
    }
    if (r == 0) {
        li_sim_reader_back(sim, conn);
    }
    return r;
}

struct li_sim_tenant *li_world_tenant(struct li_sim *sim, int64_t tenant)
{
    for (size_t i = 0; i < sim->tenant_count; i++) {
        if (sim->tenants[i].id == tenant) {
            return &sim->tenants[i];
        }
    }
    li_assert(!"an event of a tenant that is not there");
}
