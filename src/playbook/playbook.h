/*
 * A playbook, loaded: what stands in playbooks/NAME.yaml, flattened and
 * compiled.  Read-only, thread-safe, lives in the arena it was loaded with.
 *
 * The engine runs six things only: machine, due, owner resolver, facts and
 * expressions, effects, links.  `load` rewrites every other word into these;
 * what is below is what is left after that ("plain").  Indices are places in
 * the arrays of this struct; -1 means none.
 */
#ifndef LI_PLAYBOOK_PLAYBOOK_H
#define LI_PLAYBOOK_PLAYBOOK_H

#include "base/buf.h"
#include "base/calendar.h"
#include "base/hash.h"
#include "contract/schema.h"
#include "playbook/expression.h"

struct li_texts { /* always both */
    struct li_str zh, en;
};

enum li_field_type {
    LI_FIELD_TEXT,
    LI_FIELD_CHOICE,
    LI_FIELD_AREA,
    LI_FIELD_PHONE,
    LI_FIELD_ORG,
    LI_FIELD_INTEGER,
    LI_FIELD_BOOL,
    LI_FIELD_CODE,   /* "event:0102": a class of one of the field's schemes */
    LI_FIELD_POINT,  /* {lon, lat, crs, accuracy, how}: a place as it was given */
    LI_FIELD_PHOTOS, /* a list of photos, at most `max` */
    LI_FIELD_DATE,   /* a day, "2026-11-22" */
    LI_FIELD_SCALE   /* 1 … max */
};

struct li_option {
    struct li_str name;
    struct li_texts label;
};

struct li_field {
    struct li_str name;
    enum li_field_type type;
    struct li_texts label;
    struct li_texts hint; /* may be empty */
    int64_t max;          /* code points of a text, greatest integer; 0: the type's own */
    bool personal;        /* encrypted at rest, masked, never in history */
    int64_t keep_days;    /* erased after so many days; 0: with the case */
    const struct li_option *options;
    size_t option_count;
    bool free_text;               /* value goes to the vault, only its commitment to history */
    bool many;                    /* organizations: a list of them */
    const struct li_str *schemes; /* CODE: which code tables */
    size_t scheme_count;
    bool opinion; /* what somebody thinks: never feeds a figure about a person or unit */
};

/* Who: any one line that holds is enough. */
enum li_who_kind {
    LI_WHO_ANYONE,
    LI_WHO_REPORTER,
    LI_WHO_PARTY, /* whoever follows the case, the reporter too */
    LI_WHO_STAFF,
    LI_WHO_POST,
    LI_WHO_OWNER,
    LI_WHO_SYSTEM
};
struct li_who {
    enum li_who_kind kind;
    struct li_str post; /* POST */
};

/* Who is responsible; resolved when the state is entered. */
enum li_owner_kind { LI_OWNER_NONE, LI_OWNER_POST, LI_OWNER_PARTS, LI_OWNER_ORG };
struct li_owner_rule {
    enum li_owner_kind kind;
    struct li_str post; /* POST: looked for upwards from the case's area.
                           ORG: the post held at the part's organization */
};

/* What happens on the way: names bound to functions in bind/effect. */
struct li_effect {
    struct li_str name; /* "mark", "tell" */
    struct li_str arg;  /* "overdue", "reporter" */
};

/* One way a state's clock may run: the first whose `when` holds as the state is
 * entered, and again when what it reads has changed. */
struct li_clock_rule {
    const struct li_expression *when; /* NULL: always */
    struct li_length length;          /* amount 0: `until` says it */
    int until;                        /* a DATE field whose day's last working minute it is; -1 */
    bool from_start; /* of a part: counted from when it was sent (again), not from this state */
};

/* A step of a clock: at `percent` of the way, these effects and this action. */
struct li_overdue {
    int percent;
    int does; /* action by system that is done then; -1 */
    const struct li_effect *effects;
    size_t effect_count;
};

struct li_state {
    struct li_str name;
    struct li_texts label;
    bool end;
    struct li_owner_rule owner;
    const struct li_clock_rule *clocks;
    size_t clock_count;
    struct li_texts why; /* why there is no clock; else empty */
    bool not_related;    /* nobody who worked on the case may act here */
    const struct li_overdue *overdue;
    size_t overdue_count;
};

struct li_machine {     /* states of the case itself or of a kind of part */
    struct li_str name; /* "" for the case */
    struct li_texts label;
    const struct li_state *states;
    size_t state_count;
    int start; /* state a new one begins in */
};

struct li_action {
    struct li_str name;
    struct li_texts label;
    int machine;   /* 0: the case; i: parts kind i */
    uint64_t from; /* bit per state of that machine */
    int to;        /* state; -1: stays */
    const struct li_who *by;
    size_t by_count;
    bool by_system;   /* tried by the engine itself, in file order, after every command;
                         of the case only */
    bool by_timer;    /* by system, but done by a step of a clock and never tried otherwise */
    const int *needs; /* fields that must be given */
    size_t need_count;
    const int *asks; /* fields that may be given */
    size_t ask_count;
    int sends;             /* kind of part this opens (machine index); -1 */
    int sends_to;          /* the needed field that names the organizations; -1 */
    int reopens;           /* kind of part whose ended parts go back to their start; -1 */
    uint64_t reopens_from; /* the ends it takes parts back from, bit per state */
    struct li_str counts;  /* name of the counter raised by one; may be empty */
    const struct li_expression *when; /* NULL: always */
    struct li_length within; /* only so long after the state it starts from was entered, by the
                                calendar; amount 0: at any time */
    const struct li_effect *effects;
    size_t effect_count;
    const struct li_schema *schema; /* of the fields needed and asked */
    bool public_progress;           /* shown in the resident's progress */
};

/* Where a case begins: the first that holds, else the machine's start. */
struct li_start {
    const struct li_expression *when;
    int state;
};

/* Fields that exist for nobody but `but` while `when` holds. */
struct li_hide {
    const int *fields;
    size_t field_count;
    const struct li_expression *when; /* NULL: always */
    const struct li_who *but;
    size_t but_count;
};

struct li_playbook {
    struct li_str name;
    int version;
    struct li_texts title;
    struct li_texts why;
    struct li_str number; /* "{yy}-{seq}{check}" */
    struct li_hash hash;  /* of the plain tree and the order of its names */

    const struct li_field *fields;
    size_t field_count;

    const struct li_who *open_by;
    size_t open_by_count;
    const struct li_str *open_via;
    size_t open_via_count;
    const int *open_fields; /* what the opener is asked, in order */
    const bool *open_required;
    size_t open_field_count;
    const struct li_schema *open_schema;
    const struct li_start *starts;
    size_t start_count;
    int level; /* the choice field whose place says how urgent, 0 the least; -1 */
    const struct li_str *posts_asked; /* those that held('…') asks about */
    size_t post_asked_count;

    const struct li_machine *machines; /* [0]: the case */
    size_t machine_count;
    const struct li_action *actions;
    size_t action_count;

    const int *see_public; /* fields shown to everybody */
    size_t see_public_count;
    const struct li_expression *staff_only; /* while it holds, only staff see the case; NULL */
    const struct li_hide *hides;
    size_t hide_count;
    int64_t keep_days; /* a year counts 366 days */

    const struct li_node *plain; /* the desugared tree, for `playbook show --plain` */
};

/* Most of each; a state is a bit, a case's parts are walked for every `when`. */
#define LI_PLAYBOOK_FIELDS  64
#define LI_PLAYBOOK_STATES  64
#define LI_PLAYBOOK_ACTIONS 64
#define LI_PLAYBOOK_PARTS   8

/* Loads, desugars, compiles and checks.  `name` is kept only in what is told,
 * `yaml` must outlive the playbook.  Errors: -LI_E_SYNTAX (the YAML itself) or
 * -LI_E_INVALID; broken rules are told all at once as far as the context's
 * stack holds them, each with name:line:column as `where` and a sentence in
 * both languages (rule.h). */
int li_playbook_load(struct li_ctx *ctx, const char *name, struct li_str yaml,
                     struct li_playbook **ret) LI_MUST_CHECK;

int li_playbook_field(const struct li_playbook *playbook, struct li_str name);  /* -1: none */
int li_playbook_action(const struct li_playbook *playbook, struct li_str name); /* -1: none */
int li_machine_state(const struct li_machine *machine, struct li_str name);     /* -1: none */

/* The plain tree as YAML: loads again to the same playbook (same hash). */
int li_playbook_plain(struct li_ctx *ctx, const struct li_playbook *playbook,
                      struct li_buf *ret) LI_MUST_CHECK;

/* The one-page description for the wall, in Chinese or English (ctx->lang),
 * with a Mermaid state diagram. */
int li_playbook_explain(struct li_ctx *ctx, const struct li_playbook *playbook,
                        struct li_buf *ret) LI_MUST_CHECK;

#endif
