/*
 * What happened, in sentences: the hand-over of a shift, the morning sheet, the week, the
 * daily bulletin, and the digest of whoever holds an area without working its desk - what is
 * urgent and what came again by name, the rest as numbers.
 *
 * Written from entries alone, so that nobody has to keep a second book.  Places are in
 * their own order and persons are not in it; what residents said word for word is not
 * in it either, because it is printed and read out.
 */
#ifndef LI_VIEW_BRIEFING_H
#define LI_VIEW_BRIEFING_H

#include "view/waiting.h"

enum li_briefing_kind {
    LI_BRIEFING_HANDOVER,
    LI_BRIEFING_MORNING,
    LI_BRIEFING_WEEKLY,
    LI_BRIEFING_DIGEST,
    LI_BRIEFING_DAILY /* is pasted into work groups: public matters alone, nobody named or compared
                       */
};

/* A public matter of a bulletin. */
struct li_briefing_matter {
    struct li_str number, place;
    const struct li_option *about; /* NULL: its playbook says */
    const struct li_playbook *playbook;
    const struct li_state *state;
};

/* The same matter from the same place, several times in a week. */
struct li_briefing_repeat {
    struct li_str place;
    const struct li_option *about;
    int64_t times;
};
struct li_briefing {
    enum li_briefing_kind kind;
    struct li_area area;
    int64_t since, until;
    int64_t opened, closed;               /* in that time */
    int64_t opened_before, closed_before; /* in as long a time before it (the week) */
    struct li_view_list fresh;            /* opened in that time, 50 at most */
    struct li_waiting today;              /* its rows: due today */
    struct li_waiting overdue;            /* its rows: overdue; its groups: with whom */
    struct li_briefing_repeat *repeats;
    size_t repeat_count;
    struct li_view_row *urgent; /* of the week's, open and above the least level; newest first */
    size_t urgent_count;
    struct li_str *calls; /* numbers of cases that end today and whose reporter is to be called */
    size_t call_count;
    /* of the bulletin: what came in and what was done, public ones, a few of them */
    struct li_briefing_matter *came, *done;
    size_t came_count, done_count;
    int64_t asked;  /* open matters with an instruction or a supervision that waits; 50 at most */
    int64_t praise; /* that came in; 50 at most */
    struct li_texts text;
};
/* `area` must lie in an area the viewer holds a post at: -LI_E_FORBIDDEN. */
int li_view_briefing(struct li_ctx *ctx, const struct li_view *view, enum li_briefing_kind kind,
                     const struct li_area *area, int64_t since, int64_t until,
                     struct li_briefing *ret) LI_MUST_CHECK;

/* briefing_daily.c: what only the bulletin tells; and its sentences. */
struct li_briefing_span {
    const struct li_view *view; /* whose viewer holds one post at just this area */
    int64_t first_id, last_id;  /* between which cases of that time were opened */
    int64_t first_entry, last_entry;
    int64_t end; /* behind what is told */
};
int li_briefing_daily(struct li_ctx *ctx, const struct li_briefing_span *span,
                      struct li_briefing *made) LI_MUST_CHECK;
/* briefing.c: the one that began at `since` and has not ended. */
int li_briefing_span_of(struct li_ctx *ctx, const struct li_view *view, int64_t since,
                        struct li_briefing_span *ret) LI_MUST_CHECK;
int li_briefing_write_daily(struct li_ctx *ctx, const struct li_briefing *briefing, bool zh,
                            struct li_str *ret) LI_MUST_CHECK;
/* briefing_text.c: the sentences of the others, in one language. */
int li_briefing_write(struct li_ctx *ctx, const struct li_briefing *briefing, bool zh,
                      struct li_str *ret) LI_MUST_CHECK;

#endif
