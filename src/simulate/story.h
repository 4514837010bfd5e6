/*
 * Stories, as the simulator's own files see them (story.c, story_step.c, story_ballot.c).
 */
#ifndef LI_SIMULATE_STORY_H
#define LI_SIMULATE_STORY_H

#include "simulate/inside.h"

/* What a step made, by the name the file gives it: a row, a case, a ballot. */
struct li_story_name {
    int64_t tenant, id;
    struct li_str name;
    uint8_t token[16]; /* of a case that a resident opened */
};
struct li_story {
    const struct li_node *stories; /* a list of lists of steps, in the arena of the simulator */
    int32_t today;                 /* the day the file counts from */
    struct li_story_name *names;
    size_t name_count, name_cap;
};

/* One step while it is told. */
struct li_story_step {
    struct li_sim *sim;
    struct li_sim_tenant *town;
    const struct li_node *node;
    const struct li_area *place;
    int64_t story;
    uint64_t key;
    struct li_conn *conn;
    bool refused; /* the rest of the story is not told */
};

/* NULL: there is no such name. */
struct li_story_name *li_story_find(struct li_story_step *step, struct li_str name);
int li_story_keep(struct li_story_step *step, struct li_str name, int64_t id,
                  const uint8_t token[16]) LI_MUST_CHECK;
/* A copy of a value with what its words stand for: "@row NAME", "@unit 路灯", "@day -3",
 * "@at -3 14:00", "@place 2", "@photo". */
int li_story_say(struct li_story_step *step, const struct li_node *node,
                 struct li_node **ret) LI_MUST_CHECK;
/* "-3 14:00" as an instant. */
int li_story_instant(const struct li_story *story, struct li_ctx *ctx, struct li_str text,
                     int64_t *ret) LI_MUST_CHECK;
/* Whoever holds the post of `by` over the place ("desk", "handler 路灯"), anyone, or the
 * reporter of the story's case. */
int li_story_viewer(struct li_story_step *step, struct li_str by,
                    struct li_viewer *ret) LI_MUST_CHECK;
/* Through the door; `refused` is set where the answer is no. */
int li_story_submit(struct li_story_step *step, struct li_job *job) LI_MUST_CHECK;

/* story_step.c */
int li_story_tell(struct li_story_step *step) LI_MUST_CHECK;
/* story_ballot.c: the steps `draft`, `check` and `vote`. */
int li_story_draft(struct li_story_step *step) LI_MUST_CHECK;
int li_story_check(struct li_story_step *step) LI_MUST_CHECK;
int li_story_vote(struct li_story_step *step) LI_MUST_CHECK;

#endif
