/*
 * What only the simulator sees of itself.
 */
#ifndef LI_SIMULATE_INSIDE_H
#define LI_SIMULATE_INSIDE_H

#include "area/area.h"
#include "base/time.h"
#include "people/people.h"
#include "record/tenant.h"
#include "simulate/simulate.h"

/* ---- dice.c: chance that depends on nothing but its key ------------------------ */

/*
 * Every decision throws dice of its own, made from the seed and what is decided.
 * So one more case, or one more throw, changes nothing that others decide.
 */
struct li_dice {
    uint64_t state;
};
uint64_t li_dice_mix(uint64_t a, uint64_t b);
struct li_dice li_dice_of(uint64_t key, const char *what, uint64_t no);
uint64_t li_dice_roll(struct li_dice *dice);
/* Both ends included. */
int64_t li_dice_between(struct li_dice *dice, int64_t from, int64_t to);
bool li_dice_percent(struct li_dice *dice, unsigned percent);
/* 16 bytes of it: a resident's tracking token. */
void li_dice_token(struct li_dice *dice, uint8_t ret[16]);

/* ---- phrase.c: what people say ------------------------------------------------- */

/* data/simulate/phrases.yaml, in the arena. */
int li_phrases_read(struct li_ctx *ctx, const struct li_node **ret) LI_MUST_CHECK;
/* One of the texts at `path`, whole.  -LI_E_INTERNAL: there is none. */
int li_phrase_say(struct li_ctx *ctx, const struct li_node *phrases, const char *path,
                  struct li_dice *dice, struct li_str *ret) LI_MUST_CHECK;

/* ---- weather.c ------------------------------------------------------------------- */

enum li_weather { LI_FINE, LI_CLOUDY, LI_HOT, LI_COLD, LI_RAIN, LI_STORM, LI_TYPHOON, LI_WEATHERS };
struct li_weather_info {
    const char *zh, *en;
    unsigned reports; /* per cent of those of a fine day */
    unsigned water;   /* weight of standing water among what is reported */
};
extern const struct li_weather_info li_weathers[LI_WEATHERS];
enum li_weather li_weather_of(uint64_t seed, int64_t tenant, int32_t day);

/* ---- world.c: who and what there is, read from the house ------------------------ */

struct li_sim_officer {
    int64_t person, account, appointment;
    struct li_str post, area_path;
    int64_t org;
};
struct li_sim_street {
    struct li_area area;
    struct li_area *places; /* where matters may lie */
    size_t place_count;
};
struct li_sim_tenant {
    int64_t id;
    const struct li_tenant *tenant;
    const struct li_playbook *playbook;
    const struct li_calendar *calendar;
    struct li_sim_street *streets;
    size_t street_count;
    struct li_organization *units;
    size_t unit_count;
    struct li_sim_officer *officers;
    size_t officer_count;
};
int li_world_read(struct li_sim *sim) LI_MUST_CHECK;
/* Again who is in which post. */
int li_world_staff(struct li_sim *sim, struct li_sim_tenant *town) LI_MUST_CHECK;
struct li_sim_tenant *li_world_tenant(struct li_sim *sim, int64_t tenant);
/* What the world borrowed of a house that was closed, from the one opened again. */
int li_world_again(struct li_sim *sim) LI_MUST_CHECK;

/* ---- agenda.c: what will happen when ---------------------------------------------- */

enum li_event_kind {
    LI_EVENT_DAY,    /* a day of a tenant begins */
    LI_EVENT_REPORT, /* somebody reports something */
    LI_EVENT_HABIT,  /* somebody does what a state asks for */
    LI_EVENT_ASIDE,  /* somebody does something besides */
    LI_EVENT_UNDO,   /* somebody takes back what they did */
    LI_EVENT_LEAVE,  /* an officer goes */
    LI_EVENT_JOIN,   /* another one comes */
    LI_EVENT_STORY   /* a step of a story is told */
};
struct li_event {
    int64_t at;
    uint64_t key; /* order among those of one instant, and what its dice are made from */
    enum li_event_kind kind;
    int64_t tenant;
    int64_t subject; /* of a case: its id; else what the kind says */
    int part;
    unsigned plan; /* HABIT: which plan of the case it belongs to; an older one is void */
    unsigned attempt;
    const void *what; /* the habit; an appointment that ended; a step of a story */
};
int li_agenda_add(struct li_sim *sim, const struct li_event *event) LI_MUST_CHECK;
/* Takes the earliest; false when it is later than `until`. */
bool li_agenda_take(struct li_sim *sim, int64_t until, struct li_event *ret);

/* ---- habit.c: who does what in which state ------------------------------------------ */

enum li_habit_who {
    LI_HABIT_OWNER, /* whoever answers for the case or part now */
    LI_HABIT_DESK,
    LI_HABIT_DISPATCHER,
    LI_HABIT_CHIEF,
    LI_HABIT_STAFF,
    LI_HABIT_REPORTER,
    LI_HABIT_NEIGHBOUR, /* joins the case */
    LI_HABIT_ANYBODY    /* tries what is not theirs: must be refused */
};
/* Traits of a matter: they weigh a habit ten times. */
#define LI_TRAIT_QUARREL 1U  /* its reporter is never content */
#define LI_TRAIT_STRICT  2U  /* its checkers look closely */
#define LI_TRAIT_WRONG   4U  /* it was sent to a unit that is not responsible */
#define LI_TRAIT_SLOW    8U  /* nobody hurries */
#define LI_TRAIT_AWAY    16U /* nobody answers the telephone */
struct li_habit {
    const char *state;     /* of the case; "KIND.STATE" of a part; "" besides, at any time */
    const char *action;    /* NULL: nobody does anything, and the clock runs on */
    const char *otherwise; /* done where that one cannot be done any more; NULL */
    enum li_habit_who who;
    unsigned weight; /* per cent for what is done besides */
    int from, to;    /* minutes before it is done; working minutes for staff */
    unsigned traits;
};
extern const struct li_habit li_habits[]; /* ends with a NULL state */

/* ---- matter.c: the cases that were opened --------------------------------------------- */

#define LI_SIM_PARTS 20
struct li_matter {
    int64_t tenant, id;
    uint64_t key;
    uint8_t token[16];
    struct li_str topic, description, contact, spot; /* as they were given */
    size_t street;
    unsigned traits;
    bool confidential;
    bool extra; /* the one that another run does without */
    uint8_t follower[16];
    bool followed;
    unsigned acts;  /* what was done to it so far; numbers the dice of its plans */
    unsigned notes; /* parts of it that were made ended */
    struct {
        int state;
        int64_t since;
        unsigned plan;
    } plans[1 + LI_SIM_PARTS];
};
/* NULL: not one of the simulator's. */
struct li_matter *li_matter_find(struct li_sim *sim, int64_t tenant, int64_t id);
/* Plans what comes next for whatever of it has entered another state. */
int li_matter_plan(struct li_sim *sim, struct li_matter *matter) LI_MUST_CHECK;
/* What may be done besides, thrown once when it was opened. */
int li_matter_asides(struct li_sim *sim, struct li_matter *matter) LI_MUST_CHECK;

/* ---- topic.c: what is reported, and whose business it is ---------------------------------- */

struct li_topic {
    const char *name;
    unsigned weight;        /* 0: as the weather says */
    const char *units[3];   /* a responsible unit's name holds one of these */
    const char *classes[3]; /* codes it may be filed under */
};
extern const struct li_topic li_topics[]; /* ends with a NULL name */
const struct li_topic *li_topic_find(struct li_str name);
const struct li_topic *li_topic_throw(struct li_dice *dice, enum li_weather weather);
/* A unit of the tenant: the responsible one, or with `wrong` another. */
int64_t li_topic_unit(const struct li_topic *topic, const struct li_sim_tenant *town,
                      struct li_dice *dice, bool wrong);

/* ---- given.c: what is entered with an action ------------------------------------------------ */

/* Up to when more time may be asked for: behind the one day, not behind the other. */
struct li_more_time {
    int32_t after, last;
};
int li_given_fields(struct li_sim *sim, struct li_sim_tenant *town, struct li_matter *matter,
                    const struct li_action *action, struct li_more_time more, struct li_dice *dice,
                    const struct li_node **ret) LI_MUST_CHECK;

/* ---- resident.c, act.c, staff.c: the events -------------------------------------------- */

int li_resident_day(struct li_sim *sim, struct li_sim_tenant *town, int32_t day) LI_MUST_CHECK;
int li_resident_report(struct li_sim *sim, const struct li_event *event) LI_MUST_CHECK;
int li_act_undo(struct li_sim *sim, const struct li_event *event) LI_MUST_CHECK;
int li_act_habit(struct li_sim *sim, const struct li_event *event) LI_MUST_CHECK;
int li_staff_day(struct li_sim *sim, struct li_sim_tenant *town, int32_t day) LI_MUST_CHECK;
int li_staff_leave(struct li_sim *sim, const struct li_event *event) LI_MUST_CHECK;
int li_staff_join(struct li_sim *sim, const struct li_event *event) LI_MUST_CHECK;
/* A small picture, put up as a resident would; its token as text. */
int li_sim_photo(struct li_sim *sim, int64_t tenant, struct li_dice *dice,
                 struct li_str *ret) LI_MUST_CHECK;

/* ---- story.c: what the demo has besides reports ------------------------------------------ */

struct li_story;
/* Plans what data/demo/stories.yaml tells, counted back from the day of `until`. */
int li_story_begin(struct li_sim *sim, int64_t until) LI_MUST_CHECK;
int li_story_happen(struct li_sim *sim, const struct li_event *event) LI_MUST_CHECK;

/* ---- submit.c: the one door to the lanes ------------------------------------------------ */

/* What was answered: that it was done, and where it stands in history. */
struct li_ack {
    int64_t tenant, seq, entity;
    const char *command;
};
/* Runs a command under a request key made from `key`.  What it answered is in
 * *ret_status; only what is no refusal is an error. */
int li_sim_submit(struct li_sim *sim, struct li_job *job, uint64_t key,
                  int *ret_status) LI_MUST_CHECK;
/* Who an officer is at this moment. */
int li_sim_viewer(struct li_sim *sim, struct li_conn *conn, int64_t tenant,
                  const struct li_sim_officer *officer, struct li_viewer *ret) LI_MUST_CHECK;
int li_sim_reader(struct li_sim *sim, struct li_conn **ret) LI_MUST_CHECK;
void li_sim_reader_back(struct li_sim *sim, struct li_conn *conn);

/* ---- trouble.c ----------------------------------------------------------------------------- */

#define LI_TROUBLE_PERCENT 4 /* of the events */
#define LI_TROUBLE_TRIES   5 /* that are made before it is a failure */
/* Before an event: perhaps something goes wrong. */
void li_trouble_throw(struct li_sim *sim);
/* Whether that is why something failed. */
bool li_trouble_is_why(const struct li_sim *sim, int r);
int li_trouble_end(struct li_ctx *ctx, struct li_sim *sim) LI_MUST_CHECK;
/* The same request again, as long as a line's trouble is why `status` is no answer: what was
 * done meanwhile would let whoever reads the case anew ask for something else.  The answer. */
int li_trouble_ask_again(struct li_sim *sim, struct li_job *job, int status) LI_MUST_CHECK;
int li_trouble_look(struct li_ctx *ctx, struct li_sim *sim) LI_MUST_CHECK;

/* ---- simulate.c ------------------------------------------------------------------------- */

struct li_sim {
    struct li_sim_config config;
    struct li_ctx own; /* what lives as long as the simulation */
    struct li_ctx ctx; /* what one event needs */
    struct li_house *house;
    const struct li_node *phrases;
    struct li_story *story; /* NULL: none are told */
    struct li_sim_tenant *tenants;
    size_t tenant_count;
    struct li_matter *matters; /* by id, because ids rise */
    size_t matter_count, matter_cap;
    struct li_event *events; /* a heap */
    size_t event_count, event_cap;
    struct li_ack *acks;
    size_t ack_count, ack_cap;
    int64_t from;
    int64_t happened;     /* events so far */
    const char *trouble;  /* what goes wrong just now; NULL: nothing */
    bool restart, losing; /* the process ends; a commit is to get lost */
    struct li_sim_figures figures;
};

#endif
