/*
 * Views: what somebody sees, joined over the nouns.  Read only.
 *
 * Each view resolves sight once, reads what it needs, and gives structs in the
 * context's arena that JSON (view/json.h) and pages (serve/page) are made from.
 */
#ifndef LI_VIEW_VIEW_H
#define LI_VIEW_VIEW_H

#include "area/area.h"
#include "base/coordinate.h"
#include "base/filetype.h"
#include "case/ahead.h"
#include "case/held.h"
#include "people/people.h"
#include "record/tally.h"
#include "view/names.h"

struct li_order;
struct li_view_lines;
struct li_clock_row;
struct li_message;

/* Where a view reads and for whom. */
struct li_view {
    struct li_record *record;
    struct li_conn *conn;
    int64_t tenant;
    const struct li_viewer *viewer;
    struct li_view_names *names; /* NULL: every name is read anew */
    struct li_view_lines *lines; /* of lists; NULL: every line is written anew */
    int64_t rev;                 /* the tenant's, in this snapshot; 0: nothing is kept */
    int64_t before; /* of a case's steps those below this history number; 0: the last */
    size_t steps;   /* of them at most; 0: LI_VIEW_STEPS */
};
#define LI_VIEW_STEPS 100

struct li_view_owner {
    bool some; /* false: nobody, the parts answer */
    bool vacant;
    const struct li_post_info *post;
    struct li_area area;
    bool has_organization;
    struct li_organization organization;
};

/* A place: where it is in ours, and how it was given. */
struct li_view_place {
    struct li_point point;
    int64_t accuracy;  /* metres; -1: not said */
    struct li_str crs; /* of what was given */
    int64_t lon, lat;  /* as given, 1e-7 degrees */
};
struct li_view_photo {
    int64_t no;
    enum li_filetype kind;
    int64_t width, height; /* of a photo */
    int64_t bytes;
};

struct li_view_value {
    const struct li_field *field;
    struct li_str value;  /* a choice's or code's stored form; may be empty */
    struct li_texts text; /* what people read */
    bool masked;
    bool erased;
    const struct li_view_place *place;  /* of a point; else NULL */
    const struct li_view_photo *photos; /* of photos and documents */
    size_t photo_count;
};

struct li_view_part {
    const struct li_machine *kind;
    const struct li_state *state;
    int no;
    struct li_view_owner owner;
    struct li_case_clock clock;
    const struct li_option *role; /* what it was made as; NULL */
    int about;                    /* the part it is about; 0: none */
    struct li_view_value *values; /* what it keeps of its own */
    size_t value_count;
};

struct li_view_entry {
    int64_t seq;
    int64_t at;
    struct li_str action;
    struct li_texts label;
    int part;
    struct li_texts by; /* empty: not told */
    int64_t occurred;   /* when it happened, where it was entered later; 0: at `at` */
    bool on_behalf;     /* somebody else entered it for who did it */
    bool undone;        /* for staff: it was taken back */
    struct li_view_value *values;
    size_t value_count;
};

struct li_view_case {
    struct li_case row;
    struct li_area area;
    struct li_view_owner owner;
    struct li_view_value *values;
    size_t value_count;
    struct li_view_part *parts;
    size_t part_count;
    struct li_view_entry *entries; /* oldest first, the last of them */
    size_t entry_count;
    struct li_str earlier; /* there are more: a cursor, for `before`; ptr NULL: these begin it */
    int64_t opened;        /* the history number of its first entry */
    struct li_offer *offers;
    size_t offer_count;
    struct li_offer *behalf; /* what staff may enter for a part's unit or the reporter */
    size_t behalf_count;
    struct li_view_photo *photos; /* all of the case, in order of their numbers */
    size_t photo_count;
    struct li_texts class; /* what the class is called; empty: none */
    struct li_texts undo;  /* staff: the step they could undo; zh.ptr NULL: none */
    int64_t undo_until;
    struct li_field_set hidden;       /* fields that are not there for this viewer, a bit each */
    const struct li_clock_row *times; /* beside the states' deadlines (case/times.h) */
    size_t time_count;
    bool follows; /* the viewer holds a follower's token, not the reporter's */
    const struct li_view_case *through; /* it is answered through this one; NULL: it is not, or for
                                           staff: they do not see that one */
    int64_t merged;                     /* for staff: how many are answered through it */
    struct li_order *orders;            /* for staff: what upstairs waits for */
    size_t order_count;
    int part; /* the viewer holds the link of this part; 0: another viewer */
    const struct li_message *messages; /* for the reporter: what they were told, newest first */
    size_t message_count;
};

/* A case for staff who may see it, else -LI_E_NOT_FOUND (also when it exists). */
int li_view_case(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                 struct li_view_case *ret) LI_MUST_CHECK;
/* Whom a tracking token stands for; -LI_E_NOT_FOUND. */
int li_view_party(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, const uint8_t token[16],
                  struct li_viewer *ret) LI_MUST_CHECK;
/* The same for who holds a tracking token: own words (a follower none), public
 * steps, the actions open to a party, no names. */
int li_view_progress(struct li_ctx *ctx, const struct li_view *view, const uint8_t token[16],
                     struct li_view_case *ret) LI_MUST_CHECK;

/* Who held a case how long, for staff who may see it, else -LI_E_NOT_FOUND. */
struct li_view_held_span {
    struct li_held_span span;
    struct li_view_owner owner;
};
struct li_view_held {
    struct li_case row;
    struct li_view_held_span *spans;
    size_t count;
    int64_t now;
};
int li_view_held(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                 struct li_view_held *ret) LI_MUST_CHECK;
/* What the viewer could do next and after that (case/ahead.h); -LI_E_NOT_FOUND as above. */
struct li_view_ahead {
    struct li_view_case seen; /* its row, and what is hidden of it */
    struct li_ahead standings[LI_AHEAD_MAX];
    size_t count;
};
int li_view_ahead(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                  struct li_view_ahead *ret) LI_MUST_CHECK;
/* The same for who holds the one-time link of a part (case/pass.h), whom `view->viewer`
 * names: what the work needs, the steps shown to parties and those of the part, the
 * part itself, the actions of its owner.  Nothing but number, title and state once the
 * part or the case has ended. */
int li_view_pass(struct li_ctx *ctx, const struct li_view *view,
                 struct li_view_case *ret) LI_MUST_CHECK;

/* Adds who answers for a seen case now, by post and unit: `owner` and `parts`. */
int li_view_responsible(struct li_ctx *ctx, const struct li_view *view,
                        struct li_view_case *seen) LI_MUST_CHECK;

/* Whether a photo or document is among what the viewer of a case is shown. */
bool li_view_shows_photo(const struct li_view_case *seen, int64_t photo);

/* A line of a list. */
struct li_view_row {
    int64_t id;
    int64_t rev;
    struct li_str number;
    const struct li_playbook *playbook;
    const struct li_state *state; /* of the case, or of the part that waits */
    struct li_area area;
    struct li_str area_path;
    const struct li_option *kind;  /* of the playbook's first choice field; NULL */
    const struct li_option *topic; /* of its field "topic"; NULL */
    const struct li_option *level; /* how urgent; NULL: the playbook knows no levels */
    bool urgent;                   /* above the least */
    struct li_str summary;         /* the first words of the description */
    struct li_case_place place;    /* where it lies, to the metre */
    int64_t followers;
    int part; /* 0: the case itself */
    bool overdue;
    int64_t due_at;
    int64_t opened_at;
    struct li_field_set hidden; /* fields the viewer may not see */
    struct li_str line;         /* as JSON, when it was kept: then area and summary are not there */
};
struct li_view_list {
    struct li_view_row *rows;
    size_t count;
    struct li_str next; /* ptr NULL: the end */
};

/* What is asked of a list; all zero asks for everything. */
enum li_view_choice { LI_VIEW_ANY, LI_VIEW_YES, LI_VIEW_NO };
struct li_view_filter {
    struct li_str q; /* words, see record/search.h */
    struct li_str state, playbook, class, topic;
    struct li_str area_path; /* within it */
    int64_t organization;    /* has a part in it */
    int level;               /* 1 + its place among the levels */
    enum li_view_choice open, overdue;
    /* of lists that begin with the newest: */
    struct li_str field, value; /* what a case has chosen in the field of that name */
    struct li_str asked;        /* something of the kind waits for an answer; "any": anything.  Then
                                   open ones only */
    int64_t opened_from, opened_to; /* instants, the second not included; 0: none */
};

/*
 * Pages of lists: at most `limit` rows behind `before`, the `next` of the page
 * before.  Of what was asked for only so many cases are looked at for one page
 * (some 20,000, some 1,000 when words are looked for): a page may be short, even
 * empty, and have a next one.  -LI_E_INVALID at /parameters/before or /parameters/q.
 */

/* What waits for one of the viewer's posts, earliest deadline first. */
int li_view_mine(struct li_ctx *ctx, const struct li_view *view,
                 const struct li_view_filter *filter, size_t limit, struct li_str before,
                 struct li_view_list *ret) LI_MUST_CHECK;
/* Everything in the viewer's areas or of their organizations, newest first. */
int li_view_all(struct li_ctx *ctx, const struct li_view *view, const struct li_view_filter *filter,
                size_t limit, struct li_str before, struct li_view_list *ret) LI_MUST_CHECK;
/* What anybody may know: public cases of the tenant, newest first.  Of the filter:
 * area, open, topic, playbook. */
int li_view_public(struct li_ctx *ctx, const struct li_view *view,
                   const struct li_view_filter *filter, size_t limit, struct li_str before,
                   struct li_view_list *ret) LI_MUST_CHECK;

/* A case near a point. */
#define LI_VIEW_NEAR 10 /* most of them */
struct li_view_near {
    int64_t id;
    struct li_str number;
    const struct li_option *kind, *topic; /* NULL: none, or not for everybody */
    const struct li_state *state;
    struct li_area area;
    int64_t meters;
    int64_t opened_at;
    int64_t followers;
};
/* Open public cases within 150 m of a point, the nearest first; `topic` empty: any. */
int li_view_nearby(struct li_ctx *ctx, const struct li_view *view, struct li_point at,
                   struct li_str topic, struct li_view_near **ret, size_t *ret_count) LI_MUST_CHECK;

/* A choice's option by name; NULL. */
const struct li_option *li_view_option(const struct li_field *field, struct li_str name);

#endif
