/*
 * Staff: somebody goes, and after a while another one comes.
 *
 * In between the post may be vacant: then its work waits, or an area above has it.
 */
#include "simulate/inside.h"

/* Who may go.  Desks stay: without one a street takes nothing in. */
static bool may_go(const struct li_sim_officer *officer)
{
    return li_str_is(officer->post, "checker") || li_str_is(officer->post, "handler") ||
           li_str_is(officer->post, "dispatcher") || li_str_is(officer->post, "compound_team");
}

int li_staff_day(struct li_sim *sim, struct li_sim_tenant *town, int32_t day)
{
    struct li_dice dice =
        li_dice_of(li_dice_mix(sim->config.seed, (uint64_t)town->tenant->id << 32 | (uint32_t)day),
                   "staff", 0);
    const struct li_event event = {
        .at = li_day_start(day) + 9 * LI_HOUR + li_dice_between(&dice, 1, 2 * LI_HOUR),
        .key = li_dice_roll(&dice),
        .kind = LI_EVENT_LEAVE,
        .tenant = town->tenant->id,
    };

    if (sim->config.demo || town->officer_count == 0 || !li_dice_percent(&dice, 25) ||
        event.at < li_now(sim->config.clock)) {
        return 0;
    }
    return li_agenda_add(sim, &event);
}

static int run(struct li_sim *sim, int64_t tenant, const struct li_command *command,
               const void *args, uint64_t key, int64_t *ret_entity)
{
    const struct li_viewer system = {.kind = LI_VIEWER_SYSTEM, .tenant = tenant};
    struct li_job job = {.tenant = tenant, .command = command, .args = args, .viewer = &system};
    int status, r = li_sim_submit(sim, &job, key, &status);

    if (r == 0 && status) {
        return LI_FAIL(&sim->ctx, -status, "%s was refused", command->name);
    }
    if (r == 0 && ret_entity) {
        *ret_entity = job.entity;
    }
    return r;
}

int li_staff_leave(struct li_sim *sim, const struct li_event *event)
{
    struct li_sim_tenant *town = li_world_tenant(sim, event->tenant);
    struct li_dice dice = li_dice_of(event->key, "who", 0);
    size_t first = li_dice_roll(&dice) % town->officer_count;
    struct li_sim_officer *gone = NULL;
    int r;

    for (size_t i = 0; !gone && i < town->officer_count; i++) {
        struct li_sim_officer *officer = &town->officers[(first + i) % town->officer_count];
        gone = may_go(officer) ? officer : NULL;
    }
    if (!gone) {
        return 0;
    }
    const struct li_appointment_end_args args = {.appointment = gone->appointment};
    const struct li_event joins = {
        .at = event->at + li_dice_between(&dice, 2 * LI_HOUR, 28 * LI_HOUR),
        .key = li_dice_roll(&dice),
        .kind = LI_EVENT_JOIN,
        .tenant = event->tenant,
        .what = gone,
    };
    r = run(sim, event->tenant, &li_appointment_end, &args, event->key, NULL);
    r = r ? r : li_agenda_add(sim, &joins);
    return r ? r : li_world_staff(sim, town);
}

/* The last code of a path. */
static struct li_str code_of(struct li_str path)
{
    struct li_str code = path;

    while (path.len > 0) {
        code = li_str_cut(&path, '/');
    }
    return code;
}

int li_staff_join(struct li_sim *sim, const struct li_event *event)
{
    const struct li_sim_officer *gone = event->what;
    struct li_dice dice = li_dice_of(event->key, "name", 0);
    struct li_person_args person = {.password_hash = LI_S("-")};
    struct li_appointment_args args = {
        .post = gone->post, .area_code = code_of(gone->area_path), .org = gone->org};
    int r = li_phrase_say(&sim->ctx, sim->phrases, "name.person", &dice, &person.name);

    person.login = li_strf(&sim->ctx, "n%llx", (unsigned long long)(event->key >> 8));
    r = r ? r : run(sim, event->tenant, &li_person_add, &person, event->key, &args.person);
    if (r == 0) {
        r = run(sim, event->tenant, &li_appointment_make, &args, event->key + 1, NULL);
    }
    return r ? r : li_world_staff(sim, li_world_tenant(sim, event->tenant));
}
