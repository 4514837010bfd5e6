/*
 * Acting: a habit whose hour has come.
 *
 * Whoever holds the post now does it, as a viewer made from their appointments.  A
 * refusal is an answer: somebody was faster, or may not, or has worked on it before.
 */
#include "case/undo.h"
#include "simulate/inside.h"

#define ATTEMPTS 4

struct acting {
    struct li_sim *sim;
    const struct li_event *event;
    const struct li_habit *habit;
    struct li_sim_tenant *town;
    struct li_matter *matter;
    struct li_case row;
    struct li_case_part *parts;
    size_t part_count;
    struct li_dice dice;
    struct li_viewer viewer;
    const struct li_sim_officer *officer; /* NULL: no staff */
};

/* ---- who -------------------------------------------------------------------------------- */

static bool covers(const struct li_sim_officer *officer, struct li_str post, struct li_str path,
                   int64_t org)
{
    return (post.len == 0 ? officer->org == 0 : li_str_eq(officer->post, post)) &&
           li_str_starts(path, officer->area_path) && (org == 0 || officer->org == org);
}

/* One of those who hold `post` (empty: any that is no unit's) over `path`. */
static const struct li_sim_officer *officer_of(struct acting *acting, struct li_str post,
                                               struct li_str path, int64_t org)
{
    const struct li_sim_tenant *town = acting->town;
    size_t count = 0, pick;

    for (size_t i = 0; i < town->officer_count; i++) {
        count += covers(&town->officers[i], post, path, org);
    }
    pick = count ? (li_dice_roll(&acting->dice) + acting->event->attempt) % count : 0;
    for (size_t i = 0; count && i < town->officer_count; i++) {
        if (covers(&town->officers[i], post, path, org) && pick-- == 0) {
            return &town->officers[i];
        }
    }
    return NULL;
}

/* The part it is done to: the event's, or the one that is about, where the action is of that
 * kind; 0: the case. */
static int part_of(const struct acting *acting, const char *name)
{
    const struct li_playbook *playbook = acting->row.playbook;
    int place = li_playbook_action(playbook, li_str(name)), about = 0;
    int machine = place < 0 ? 0 : playbook->actions[place].machine;

    for (size_t i = 0; i < acting->part_count; i++) {
        const struct li_part *part = &acting->parts[i].part;
        if (part->no == acting->event->part && part->machine != machine) {
            about = part->about;
        }
    }
    return machine == 0 ? 0 : about ? about : acting->event->part;
}

static const struct li_sim_officer *owner_of(struct acting *acting)
{
    const struct li_owner *owner = &acting->row.owner;
    const char *name = acting->habit->action;
    int no = name ? part_of(acting, name) : 0;

    no = no ? no : acting->event->part;
    for (size_t i = 0; i < acting->part_count; i++) {
        const struct li_part *part = &acting->parts[i].part;
        if (part->no == no || (!acting->event->part && !owner->post.ptr)) {
            owner = &part->owner;
        }
    }
    return owner->post.ptr ? officer_of(acting, owner->post, owner->area_path, owner->org) : NULL;
}

static const struct li_sim_officer *somebody(struct acting *acting)
{
    switch (acting->habit->who) {
    case LI_HABIT_OWNER:
        return owner_of(acting);
    case LI_HABIT_DESK:
        return officer_of(acting, LI_S("desk"), acting->row.area_path, 0);
    case LI_HABIT_DISPATCHER:
        return officer_of(acting, LI_S("dispatcher"), acting->row.area_path, 0);
    case LI_HABIT_CHIEF:
        return officer_of(acting, LI_S("chief"), acting->row.area_path, 0);
    case LI_HABIT_STAFF:
        return officer_of(acting, LI_S(""), acting->row.area_path, 0);
    case LI_HABIT_ANYBODY:
        return &acting->town->officers[li_dice_roll(&acting->dice) % acting->town->officer_count];
    case LI_HABIT_REPORTER:
    case LI_HABIT_NEIGHBOUR:
        break;
    }
    return NULL;
}

/* Whose hour it is; false: nobody holds the post. */
static int viewer_of(struct acting *acting, struct li_conn *conn, bool *ret_found)
{
    const struct li_matter *matter = acting->matter;
    const struct li_sim_officer *officer;
    struct li_viewer viewer = {.kind = LI_VIEWER_PARTY, .tenant = matter->tenant};
    int r;

    *ret_found = true;
    if (acting->habit->who == LI_HABIT_NEIGHBOUR) {
        acting->viewer = (struct li_viewer){.kind = LI_VIEWER_ANYONE, .tenant = matter->tenant};
        return 0;
    }
    if (acting->habit->who == LI_HABIT_REPORTER) {
        r = li_case_by_token(&acting->sim->ctx, conn, matter->tenant, matter->token,
                             &viewer.case_id, &viewer.party);
        acting->viewer = viewer;
        return r;
    }
    acting->officer = officer = somebody(acting);
    *ret_found = officer != NULL;
    return officer ? li_sim_viewer(acting->sim, conn, matter->tenant, officer, &acting->viewer) : 0;
}

/* ---- what -------------------------------------------------------------------------------- */

static int submit(struct acting *acting, const struct li_command *command, const void *args,
                  int *ret_status)
{
    struct li_matter *matter = acting->matter;
    struct li_job job = {
        .tenant = matter->tenant, .command = command, .args = args, .viewer = &acting->viewer};
    uint64_t key = li_dice_mix(acting->dice.state, acting->event->attempt);

    matter->acts++;
    acting->sim->figures.acts++;
    return li_sim_submit(acting->sim, &job, key, ret_status);
}

/* The deadline of what the action is done to, and how far its playbook lets anybody move one. */
static struct li_more_time more_time(const struct acting *acting, const char *name)
{
    const struct li_playbook *playbook = acting->row.playbook;
    int32_t today = li_day_at(li_now(acting->sim->config.clock));
    int64_t due = acting->row.clock.due_at, most = 0;
    int part = part_of(acting, name);

    for (size_t i = 0; i < acting->part_count; i++) {
        due = acting->parts[i].part.no == part ? acting->parts[i].clock.due_at : due;
    }
    for (size_t i = 0; i < playbook->action_count; i++) {
        int64_t days = playbook->actions[i].extends_most.amount;
        most = days > most ? days : most;
    }
    return (struct li_more_time){.after = li_day_at(due) > today ? li_day_at(due) : today,
                                 .last = li_day_at(due) + (int32_t)most};
}

static int do_action(struct acting *acting, const char *name, int *ret_status)
{
    int place = li_playbook_action(acting->row.playbook, li_str(name));
    struct li_case_act_args args = {.id = acting->matter->id, .action = li_str(name)};
    int r;

    li_assert(place >= 0);
    /* the answer to a part may be the case's: to take back what was asked */
    args.part = part_of(acting, name);
    /* half of them have the page open that they act on; the others' is older */
    if (acting->habit->who != LI_HABIT_ANYBODY && li_dice_percent(&acting->dice, 50)) {
        args.rev = acting->row.rev;
    } else if (acting->habit->who == LI_HABIT_ANYBODY) {
        args.rev = acting->row.rev - (int64_t)(li_dice_roll(&acting->dice) % 2);
        acting->sim->figures.mistakes++;
    }
    r = li_given_fields(acting->sim, acting->town, acting->matter,
                        &acting->row.playbook->actions[place], more_time(acting, name),
                        &acting->dice, &args.fields);
    return r ? r : submit(acting, &li_case_act, &args, ret_status);
}

static int follow(struct acting *acting, int *ret_status)
{
    struct li_case_follow_args args = {.id = acting->matter->id};
    int r;

    li_dice_token(&acting->dice, args.token);
    r = submit(acting, &li_case_follow, &args, ret_status);
    if (r == 0 && *ret_status == 0) {
        acting->sim->figures.follows++;
        acting->matter->followed = true;
        memcpy(acting->matter->follower, args.token, sizeof(args.token));
    }
    return r;
}

/* More time is asked for as long as there is some. */
static bool is_late(const struct acting *acting, const char *name)
{
    struct li_more_time more = more_time(acting, name);

    return strcmp(name, "ask_extension") == 0 && more.after >= more.last;
}

static int do_habit(struct acting *acting, int *ret_status)
{
    const struct li_habit *habit = acting->habit;
    const struct li_case_reveal_args reveal = {.id = acting->matter->id, .field = LI_S("contact")};
    int r;

    if (strcmp(habit->action, li_case_follow.name) == 0) {
        return follow(acting, ret_status);
    }
    if (strcmp(habit->action, li_case_reveal.name) == 0) {
        return submit(acting, &li_case_reveal, &reveal, ret_status);
    }
    if (is_late(acting, habit->action)) {
        return do_action(acting, habit->otherwise, ret_status);
    }
    r = do_action(acting, habit->action, ret_status);
    if (r == 0 && habit->otherwise && (*ret_status == -LI_E_STATE || *ret_status == -LI_E_CHECK)) {
        r = do_action(acting, habit->otherwise, ret_status);
    }
    return r;
}

/* ---- when it was refused -------------------------------------------------------------------- */

/* What is next for it is thrown anew: an office does not forget a matter for good because what
 * somebody had in mind for it could not be done, or left it where it was. */
static void think_again(struct acting *acting)
{
    acting->matter->plans[acting->event->part].since = 0;
}

/* Somebody else tries, or the same again when the post is filled; in the end something else. */
static int try_later(struct acting *acting, int64_t minutes)
{
    struct li_event event = *acting->event;
    const struct li_length length = {.amount = minutes, .unit = 'm', .kind = LI_CLOCK_WORK};

    event.attempt++;
    event.key = li_dice_mix(event.key, event.attempt);
    event.at = li_calendar_add(acting->town->calendar, event.at, length).at +
               li_dice_between(&acting->dice, 1, LI_MINUTE - 1);
    if (event.attempt < ATTEMPTS) {
        return li_agenda_add(acting->sim, &event);
    }
    if (acting->officer) {
        think_again(acting);
    }
    return 0;
}

static int read_case(struct acting *acting, struct li_conn *conn)
{
    struct li_sim *sim = acting->sim;
    const struct li_matter *matter = acting->matter;
    int r =
        li_case_find(&sim->ctx, sim->house->record, conn, matter->tenant, matter->id, &acting->row);

    return r ? r
             : li_case_parts(&sim->ctx, conn, matter->tenant, &acting->row, &acting->parts,
                             &acting->part_count);
}

/* ---- taken back ----------------------------------------------------------------------------- */

#define UNDONE 4 /* of a hundred actions of the staff */

/* Somebody clicked wrong: a little later they take it back, if nothing happened since. */
static int regret(struct acting *acting)
{
    struct li_event event = {
        .at = acting->event->at + li_dice_between(&acting->dice, 5 * LI_SECOND, 9 * LI_MINUTE),
        .key = li_dice_roll(&acting->dice),
        .kind = LI_EVENT_UNDO,
        .tenant = acting->event->tenant,
        .subject = acting->event->subject,
        .what = acting->officer,
    };

    return li_dice_percent(&acting->dice, UNDONE) ? li_agenda_add(acting->sim, &event) : 0;
}

int li_act_undo(struct li_sim *sim, const struct li_event *event)
{
    struct acting acting = {
        .sim = sim, .event = event, .matter = li_matter_find(sim, event->tenant, event->subject)};
    const struct li_case_undo_args args = {.id = event->subject};
    struct li_conn *conn;
    int status = 0, r;

    li_assert(acting.matter);
    acting.dice = li_dice_of(acting.matter->key, "undo", event->key);
    r = li_sim_reader(sim, &conn);
    if (r) {
        return r;
    }
    r = li_sim_viewer(sim, conn, event->tenant, event->what, &acting.viewer);
    li_sim_reader_back(sim, conn);
    r = r ? r : submit(&acting, &li_case_undo, &args, &status);
    sim->figures.undone += r == 0 && status == 0;
    return r ? r : li_matter_plan(sim, acting.matter);
}

int li_act_habit(struct li_sim *sim, const struct li_event *event)
{
    struct acting acting = {.sim = sim,
                            .event = event,
                            .habit = event->what,
                            .town = li_world_tenant(sim, event->tenant),
                            .matter = li_matter_find(sim, event->tenant, event->subject)};
    struct li_conn *conn;
    bool found = false;
    int status = 0, r;

    li_assert(acting.matter);
    if (event->kind == LI_EVENT_HABIT && event->plan != acting.matter->plans[event->part].plan) {
        return 0;
    }
    acting.dice = li_dice_of(acting.matter->key, "act", li_dice_mix(event->key, event->attempt));
    r = li_sim_reader(sim, &conn);
    if (r) {
        return r;
    }
    r = read_case(&acting, conn);
    r = r ? r : viewer_of(&acting, conn, &found);
    li_sim_reader_back(sim, conn);
    if (r) {
        return r;
    }
    r = found ? do_habit(&acting, &status) : 0;
    if (r == 0 && event->kind == LI_EVENT_HABIT && (!found || status)) {
        r = try_later(&acting, found ? 30 : 240);
    } else if (r == 0 && found && status == 0 && acting.officer) {
        if (event->kind == LI_EVENT_HABIT) {
            think_again(&acting);
        }
        r = regret(&acting);
    }
    return r ? r : li_matter_plan(sim, acting.matter);
}
