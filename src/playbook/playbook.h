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

/* Most of each; a state is a bit, a case's parts are walked for every `when`. */
#define LI_PLAYBOOK_FIELDS  128
#define LI_PLAYBOOK_STATES  64
#define LI_PLAYBOOK_ACTIONS 160
#define LI_PLAYBOOK_PARTS   16
#define LI_PLAYBOOK_MAKES   16 /* of one action; as many movings, branches and checks */

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
    LI_FIELD_CODE,      /* "event:0102": a class of one of the field's schemes */
    LI_FIELD_POINT,     /* {lon, lat, crs, accuracy, how}: a place as it was given */
    LI_FIELD_PHOTOS,    /* a list of photos, at most `max` */
    LI_FIELD_DATE,      /* a day, "2026-11-22" */
    LI_FIELD_SCALE,     /* 1 … max */
    LI_FIELD_SUBJECT,   /* the id of a row of the field's register */
    LI_FIELD_MONEY,     /* fen, a whole number */
    LI_FIELD_QUANTITY,  /* whole 10^-scale of its unit */
    LI_FIELD_CHECKLIST, /* a list of those of its options that are there */
    LI_FIELD_PERIOD,    /* "2026", "2026-Q4", "2026-11" or "2026-W47" */
    LI_FIELD_DATETIME,  /* a moment, RFC 3339 with its offset */
    LI_FIELD_EXTERNAL,  /* the number another system knows it by, 1 to `max` characters */
    LI_FIELD_PERSON,    /* the id of somebody who works here */
    LI_FIELD_DOCUMENT   /* a list of files, at most `max`: documents and photos */
};

/* What such a field holds are numbers of photos and documents of the case (record/photo.h). */
static inline bool li_field_is_files(enum li_field_type type)
{
    return type == LI_FIELD_PHOTOS || type == LI_FIELD_DOCUMENT;
}

struct li_option {
    struct li_str name;
    struct li_texts label;
};

/* A column of the register that a subject is of, which conditions may read. */
struct li_read {
    struct li_str name;
    struct li_texts label;
    enum li_type type;
};
#define LI_FIELD_READS 12

struct li_field {
    struct li_str name;
    enum li_field_type type;
    struct li_texts label;
    struct li_texts hint; /* may be empty */
    int64_t max;          /* code points of a text, greatest integer; 0: the type's own */
    bool personal;        /* encrypted at rest, masked, never in history */
    int64_t keep_days;    /* erased after so many days; 0: with the case */
    const struct li_option *options; /* CHOICE, CHECKLIST */
    size_t option_count;
    bool free_text;               /* value goes to the vault, only its commitment to history */
    bool many;                    /* organizations: a list of them */
    const struct li_str *schemes; /* CODE: which code tables */
    size_t scheme_count;
    struct li_str reg;           /* SUBJECT: the register's name */
    const struct li_read *reads; /* SUBJECT: columns of the row it names */
    size_t read_count;
    struct li_texts unit;           /* QUANTITY */
    int scale;                      /* QUANTITY: decimal places, 0…3 */
    const struct li_expression *is; /* reckoned when it is shown, given by nobody; NULL */
    bool opinion; /* what somebody thinks: never feeds a figure about a person or unit */
    bool voice;   /* DOCUMENT: recordings and nothing else, offered to be spoken; never public */
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
enum li_owner_kind {
    LI_OWNER_NONE,
    LI_OWNER_POST,
    LI_OWNER_PARTS,
    LI_OWNER_ORG,
    LI_OWNER_GIVEN,   /* of a part: the post it was made for */
    LI_OWNER_PARTY,   /* the case's reporter */
    LI_OWNER_DUTY,    /* who has a turn of that duty now, else next */
    LI_OWNER_NEAREST, /* of several posts the one held at the smallest area up from the case's */
    LI_OWNER_WIDER,   /* the same, in the next area above that of who had it before */
    LI_OWNER_SAME     /* who had it before keeps it */
};
struct li_owner_rule {
    enum li_owner_kind kind;
    struct li_str post;         /* POST, DUTY: looked for upwards from the case's area.
                                   ORG: the post held at the part's organization.  NEAREST, WIDER: the
                                   first of `posts`, for what is said before anybody answers */
    const struct li_str *posts; /* NEAREST, WIDER: one is as good as another, in this order where
                                   several are held at one area */
    size_t post_count;
};

/* What happens on the way: names bound to functions in bind/effect. */
struct li_effect {
    struct li_str name; /* "mark", "tell" */
    struct li_str arg;  /* "overdue", "reporter" */
};

/* What a length is counted from: when the state was entered, a part was sent (again),
 * the case was opened, or a day or moment that a field names. */
enum li_clock_from { LI_FROM_STATE, LI_FROM_START, LI_FROM_OPENED, LI_FROM_FIELD };

/* One way to reckon a deadline. */
struct li_clock_term {
    struct li_length length; /* amount 0: `until` says it */
    int until;               /* a DATE field whose day's last working minute it is, or a DATETIME
                                field; -1 */
    struct li_str table;     /* a deadline table whose length goes before `length`; ptr NULL */
    enum li_clock_from from;
    int from_field; /* FIELD: counted from the state until it is given */
};

/* One way a state's clock may run: the first whose `when` holds as the state is
 * entered, and again when what it reads has changed.  Of several terms the earliest
 * that is known is the deadline. */
struct li_clock_rule {
    const struct li_expression *when; /* NULL: always */
    const struct li_clock_term *terms;
    size_t term_count;
};

/* A step of a clock: at `percent` of the way, these effects and this action. */
struct li_overdue {
    int percent;
    int does; /* action by system that is done then; -1 */
    const struct li_effect *effects;
    size_t effect_count;
    struct li_texts says; /* what it tells who reported the case; empty: the state's label */
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
    bool pauses; /* while the case (or the part) is in it, its other clocks stand still */
};

/* A clock beside those of the states: from the beginning of a case or part to one of
 * `stops`, or its end. */
struct li_named_clock {
    struct li_state as; /* its name, label, rules and steps, as a state's */
    uint64_t stops;     /* bit per state of its machine */
};
#define LI_PLAYBOOK_CLOCKS 8 /* of a machine */

struct li_machine {     /* states of the case itself or of a kind of part */
    struct li_str name; /* "" for the case */
    struct li_texts label;
    const struct li_state *states;
    size_t state_count;
    int start;         /* state a new one begins in */
    const int *fields; /* what a part keeps of its own, in order */
    size_t field_count;
    const struct li_option *roles; /* what a part may be made as */
    size_t role_count;
    const struct li_named_clock *clocks;
    size_t clock_count;
};

/* Parts that an action makes: one; with `each` one for each organization given; with
 * `post` one for that post. */
struct li_make {
    int machine;        /* kind */
    int each;           /* a field of organizations that the action asks; -1 */
    struct li_str post; /* ptr NULL: none */
    struct li_str role; /* ptr NULL: none */
    bool about;         /* remembers the number of the part whose action makes it */
};

/* Parts that an action takes along. */
struct li_moving {
    int machine;
    uint64_t from; /* bit per state */
    int to;
    bool begins; /* as if they were made anew: what counts from the start counts from now */
};

/* An amount shared out among parts, in proportion to what each has in a field: rounded
 * down to the smallest part of a unit, and what is left over goes one each to those with
 * the greatest remainders, of equal ones to the part with the smaller number. */
struct li_split {
    const struct li_expression *amount;
    int machine;
    uint64_t from; /* the states of those that take part, bit per state */
    int by, into;  /* fields of the part */
};

/* Where a field of a case that is opened gets its value from. */
struct li_spawn_field {
    struct li_str name;          /* of the other playbook */
    int field;                   /* of this one, of its part where the part keeps it; -1: `value` */
    const struct li_node *value; /* always this */
};

/* Cases of another playbook that an action opens, linked with this one. */
struct li_spawn {
    struct li_str playbook;
    int machine;                      /* one for each part of that kind; 0: one, of the part the
                                         action is done to, or of the case */
    const struct li_expression *when; /* of the part, or the case, before the action takes parts
                                         along; NULL: always */
    const struct li_spawn_field *fields;
    size_t field_count;
    struct li_str link; /* "child", "follows" or "related": what the new one is to this one */
    bool blocks;        /* this one does not end while such a child is open */
    struct li_str reg;  /* one for each of so many rows drawn from this register; empty: no */
    struct li_str row;  /* … which the other playbook has in this field */
    const struct li_expression *count;
};
#define LI_SPAWN_DRAWN     500 /* rows that one action draws: no more */
#define LI_PLAYBOOK_SPAWNS 4   /* of an action */

/* How many are drawn: the first whose `when` holds (NULL: always). */
struct li_share {
    int percent;
    const struct li_expression *when;
};
/* What chance decides: drawn('NAME') where an action branches (base/draw.h). */
struct li_sample {
    struct li_str name;
    struct li_texts label;
    const struct li_share *shares;
    size_t share_count;
};
#define LI_PLAYBOOK_SAMPLES 8
/* A book of the ledger that a playbook keeps (ledger/ledger.h). */
struct li_book {
    struct li_str name, unit;
    int places; /* decimals a person reads */
    struct li_texts title;
    bool lots;                     /* what comes in expires lot by lot */
    const struct li_option *names; /* how its funds and sources are called */
    size_t name_count;
};
#define LI_PLAYBOOK_BOOKS 8
#define LI_BOOK_NAMES     16

/* Whose account one side of an entry is. */
enum li_side_kind {
    LI_SIDE_CASE,   /* the case's own */
    LI_SIDE_ACTOR,  /* the person's who acts */
    LI_SIDE_ORG,    /* of the part's organization */
    LI_SIDE_FIELD,  /* of the organization, person or row of a register that a field names */
    LI_SIDE_FUND,   /* named, and cannot give more than it has */
    LI_SIDE_SOURCE, /* named; what comes in comes from it, and what is used up goes back */
};
enum li_side_by {
    LI_BY_YEAR,
    LI_BY_STREET,
    LI_BY_COMMUNITY,
    LI_BY_QUARTER,
    LI_BY_MONTH,
    LI_BY_FIELD
};
#define LI_SIDE_BYS  4
#define LI_SIDE_NAME 16 /* bytes of a fund's or source's name */
struct li_side {
    enum li_side_kind kind;
    int field;          /* FIELD */
    struct li_str name; /* FUND, SOURCE */
    struct {            /* FUND: one for each year, place, choice, row */
        enum li_side_by by;
        int field; /* a choice, organization, person or subject */
    } by[LI_SIDE_BYS];
    size_t by_count;
};

/* From when until when a case takes the row that a subject names; no other may meanwhile. */
struct li_occupies {
    int row;             /* a subject; -1: the playbook takes none */
    int from;            /* a datetime */
    int until;           /* a datetime; -1: so many hours after `from` */
    int hours;           /* a quantity; -1 */
    uint64_t in;         /* while the case stands in one of these states */
    struct li_texts say; /* who finds it taken is told */
};

/* Parts that wait in other cases alike, which an action of this one may take over: there they
 * leave, here they are brought, each as its own step by the system. */
#define LI_CARRIES_ALIKE 4
struct li_carries {
    int machine;                 /* their kind; 0: the playbook takes none over */
    uint64_t in;                 /* states they wait in */
    int alike[LI_CARRIES_ALIKE]; /* places in `similars`: which cases */
    size_t alike_count;
    int leave;      /* action of the part, there */
    int bring;      /* action of the case, here; it makes one such part */
    int came, went; /* external_no: the other case's number, here and there; -1 */
};

/* A number that a case can be checked or asked for by, beside its own. */
struct li_told_code {
    struct li_texts label; /* empty: the playbook has none */
    uint64_t told;         /* states in which the reporter is shown it */
    uint64_t checks;       /* states in which whoever has it is shown what is public */
};

/* An account of the ledger whose balance conditions may read, as it stands before a step. */
struct li_balance {
    struct li_str name;
    struct li_texts label;
    int book;
    struct li_side of; /* FIELD, FUND or SOURCE */
};
#define LI_PLAYBOOK_BALANCES 8

/* What is summed over the other cases of the playbook that are alike: those of the same year,
 * place, choice.  A case counts while `when` holds. */
enum li_alike_by {
    LI_ALIKE_YEAR, /* it was opened in */
    LI_ALIKE_STREET,
    LI_ALIKE_COMMUNITY,
    LI_ALIKE_PLACE, /* the area it lies in itself */
    LI_ALIKE_FIELD,
};
#define LI_ALIKE_BYS 4
struct li_similar {
    struct li_str name;
    struct li_texts label;
    struct {
        enum li_alike_by by;
        int field; /* FIELD: a choice, organization or row of a register */
    } by[LI_ALIKE_BYS];
    size_t by_count;
    const struct li_expression *amount;
    const struct li_expression *when; /* NULL: always */
};
#define LI_PLAYBOOK_SIMILARS 4

/* A number of the tenant's own tables (case/deadline.h), by place, day and a choice; where they
 * say nothing it is the playbook's. */
struct li_number {
    struct li_str name;
    struct li_texts label;
    int by;                  /* a choice; -1: by place and day alone */
    bool money;              /* fen */
    int64_t otherwise;       /* where `by` is none */
    const int64_t *by_place; /* else one for each of its options */
};
#define LI_PLAYBOOK_NUMBERS 8

/* An entry of the ledger that an action makes: so much from one account to another.  Its rule is
 * the action's name, in the version of the playbook. */
struct li_entry_rule {
    int book;
    struct li_side from, to;
    const struct li_expression *amount; /* nothing is entered for 0 */
    const struct li_expression *when;   /* NULL: always */
    int evidence;                       /* an external_no; -1 */
    struct li_length lasts;             /* in a book with lots; amount 0: for ever */
    int until;                          /* a date on whose end it expires, instead; -1 */
};
#define LI_PLAYBOOK_ENTRIES 8 /* of an action */

/* A number of a case that its page shows, and that is summed over the pages of a kind. */
struct li_figure {
    struct li_str name;
    struct li_texts label, unit; /* unit: may be empty */
    int places;                  /* decimals a person reads */
    const struct li_expression *value;
};
#define LI_PLAYBOOK_FIGURES 8

/* The page that a case of this playbook has on the public square. */
struct li_publication {
    struct li_str kind; /* one of li_page_kinds */
    int title;          /* a text field */
    const int *shows;   /* fields anybody may read there, in order */
    size_t show_count;
    const struct li_figure *figures;
    size_t figure_count;
    uint64_t live, kept;   /* states of the case, a bit each: it stands there; it is archive */
    struct li_texts stays; /* why its live states need not end by themselves; may be empty */
};
#define LI_PAGE_SHOWS 30

/* Where an action leads while something holds, else to its `to`. */
struct li_branch {
    const struct li_expression *when;
    int to;
};

/* What must hold once an action is done; asked of the case as it would then stand. */
struct li_check {
    const struct li_expression *when;
    bool warns; /* it may be done all the same by who says so */
    struct li_texts say;
};

struct li_action {
    struct li_str name;
    struct li_texts label;
    int machine;                      /* 0: the case; i: parts kind i */
    uint64_t from;                    /* bit per state of that machine */
    int to;                           /* state; -1: stays */
    uint64_t leads;                   /* all states it may lead to, bit per state of that machine */
    const struct li_branch *branches; /* before `to`, the first that holds */
    size_t branch_count;
    unsigned samples; /* those its branches ask about, bit per sample */
    const struct li_who *by;
    size_t by_count;
    bool by_system;   /* tried by the engine itself, in file order, after every command:
                         those of the case first, then those of its parts */
    bool by_timer;    /* by system, but done by a step of a clock and never tried otherwise */
    bool by_rhythm;   /* the same, by a rhythm; may stay where it is */
    bool by_carry;    /* by_timer, but done by a taking over, which gives what it needs */
    const int *needs; /* fields that must be given */
    size_t need_count;
    const int *asks; /* fields that may be given */
    size_t ask_count;
    const struct li_make *makes;
    size_t make_count;
    const struct li_moving *movings;
    size_t moving_count;
    const struct li_split *split; /* NULL: none */
    const struct li_spawn *spawns;
    size_t spawn_count;
    const struct li_entry_rule *entries;
    size_t entry_count;
    bool takes; /* what waits in other cases alike is taken over (li_carries) */
    int ballot; /* place in the playbook's ballots: it opens that one; -1 */
    uint64_t reverses[LI_PLAYBOOK_ACTIONS / 64 + 1]; /* bit per action: what those entered for
                                                        this case or part is taken back */
    const struct li_check *checks;
    size_t check_count;
    int gives;            /* of a part: it becomes that of the organization in this field; -1 */
    struct li_str counts; /* name of the counter raised by one; may be empty */
    const struct li_expression *when; /* NULL: always */
    struct li_length within;     /* only so long after the state it starts from was entered, by the
                                    calendar; amount 0: at any time.  From a part's end: while the
                                    case is open, and so long after it ended */
    struct li_length not_before; /* not sooner after the state it starts from was entered; amount
                                    0: at once */
    int not_before_field;        /* nor before the day or moment a field names; -1 */
    int extends;        /* a date field: the clock of its part, or of the case's state, runs until
                           then; -1 */
    bool extends_about; /* … the clock of what its part is about (0: the case's state); the day
                           is what the part keeps */
    int extension; /* what it makes is asked for more time: the action that would give it; -1 */
    struct li_length extends_most; /* days beyond the deadline it had, no more; amount 0: any */
    const struct li_effect *effects;
    size_t effect_count;
    const struct li_schema *schema; /* of the fields needed and asked */
    bool public_progress;           /* shown in the resident's progress */
    struct li_texts says;           /* what it tells who reported the case; empty: its label */
    bool reads_parent;   /* some word of it asks about the case this one is opened beneath */
    bool reads_siblings; /* … or about the others there */
};

/* Whether it enters something in the ledger, or takes something back. */
static inline bool li_action_enters(const struct li_action *action)
{
    bool any = action->entry_count > 0;

    for (size_t i = 0; i < sizeof(action->reverses) / sizeof(action->reverses[0]); i++)
        any |= action->reverses[i] != 0;
    return any;
}

/* What conditions read of the case another is opened beneath: a field of that one. */
struct li_above_fact {
    struct li_str name;
    enum li_field_type type;
    struct li_texts label;
};
#define LI_PLAYBOOK_ABOVE 16

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

/* Cases that open of themselves: on these days, at a time or at random times in a window,
 * one for each area of a kind.  A day is one when all that is said of it holds. */
enum li_rhythm_off { LI_OFF_COUNTS, LI_OFF_SKIPPED, LI_OFF_PUT_OFF /* to the next working day */ };
struct li_rhythm {
    struct li_str name;
    struct li_texts label;
    unsigned week;                /* bit per weekday, Monday bit 0; 0: any */
    unsigned months;              /* bit per month, January bit 0; 0: any */
    int day;                      /* of the month, its last one where it has fewer; 0: any */
    enum li_rhythm_off off;       /* what a day that is not worked means */
    int from, to;                 /* minutes after midnight; a time has the rest of its day */
    int times;                    /* in the window, drawn; 0: at `from` */
    struct li_str level;          /* kind of area (area/area.h); empty with an action */
    int action;                   /* done on every open case that allows it; -1: it opens cases */
    bool waits;                   /* until an administrator lets it run */
    const struct li_node *fields; /* what it gives, a map; a date may be "+14d" from the day */
};
#define LI_PLAYBOOK_RHYTHMS 8
#define LI_RHYTHM_TIMES     24

/* A ballot that an action of a case opens (src/vote), with how it is held. */
struct li_ballot_rule {
    struct li_str name;
    struct li_texts label;
    int title, about;     /* texts of the case: what is asked, what is said of it; -1 */
    bool decision;        /* else opinion: nothing but its state is a fact */
    struct li_str method; /* yes_no, single, approval, score, ranked, greedy, shares */
    struct li_str pass;   /* half_voices … (yes_no) */
    int machine;          /* its options are the parts of this kind; 0 */
    int option_title;     /* text that a part keeps */
    int option_cost;      /* money that a part keeps; -1 */
    int list;             /* its options are the items of this checklist that are there; -1 */
    int64_t most, seats;  /* 0: not said */
    int most_field, seats_field; /* or an integer of the case says so many; -1 */
    int budget;                  /* money of the case; -1 */
    struct li_str by;            /* post, rows, desk: where electors come from */
    struct li_str reg, post;
    struct li_str within;         /* street, community: the area it is held in; empty: the case's */
    int until;                    /* date, datetime: when it closes; -1 */
    int days;                     /* or so many days after it was opened */
    int minute;                   /* of the day, where `until` names none: 24 * 60 is its end */
    int64_t quorum_of, quorum_in; /* of the electors; in 0: none */
    int64_t publicity_days;
    bool turnout_live;
};
#define LI_PLAYBOOK_BALLOTS 4
#define LI_BALLOT_RUNS      "asked", "open", "closed", "counted" /* its states until it is over */

/* How open cases of an earlier version go on by this one (migrate.h): old names to new,
 * as they stand in the file; NULL: nothing is said. */
struct li_migrate {
    int from;
    const struct li_node *states, *parts, *fields;
};

struct li_playbook {
    struct li_str name;
    int version;
    struct li_texts title;
    struct li_texts why;
    struct li_texts issuer; /* who asks for what it asks; empty: the street office itself */
    struct li_str number;   /* "{yy}-{seq}{check}" */
    struct li_hash hash;    /* of the plain tree and the order of its names */

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
    const struct li_check *open_checks; /* what must hold as it begins; each stops */
    size_t open_check_count;
    struct li_str under; /* the playbook beneath whose open cases alone one is opened; empty */
    const struct li_above_fact *above;
    size_t above_count;
    bool asks_siblings;              /* some word asks about the others beneath the same case */
    struct li_str parent_states[16]; /* the states of that one that conditions name */
    size_t parent_state_count;
    int level; /* the choice field whose place says how urgent, 0 the least; -1 */
    const struct li_str *posts_asked; /* those that held('…') asks about */
    size_t post_asked_count;
    size_t post_acting_count; /* the first so many are asked about after the opening, too */

    const struct li_book *books;
    size_t book_count;
    const struct li_balance *balances;
    size_t balance_count;
    struct li_occupies occupies;
    struct li_told_code code;
    struct li_carries carries;
    bool reads_rows; /* some subject names columns of its row */

    const struct li_ballot_rule *ballots;
    size_t ballot_count;

    const struct li_similar *similars;
    size_t similar_count;
    const struct li_number *numbers;
    size_t number_count;

    const struct li_machine *machines; /* [0]: the case */
    size_t machine_count;
    const struct li_action *actions;
    size_t action_count;
    bool parts_move; /* some action of a part is by system */
    bool tells;      /* some effect tells somebody something */
    bool draws_rows; /* some action opens cases for rows that are drawn */
    bool children;   /* some word asks about the cases that came of it, or waits for them */
    struct li_str child_states[16]; /* the states of those that conditions name */
    size_t child_state_count;

    const int *see_public; /* fields shown to everybody */
    size_t see_public_count;
    const struct li_expression *staff_only; /* while it holds, only staff see the case; NULL */
    const struct li_str *team; /* posts that alone see the case while `team_only` holds (NULL:
                                  always), and whoever has a part in it; none: all staff */
    size_t team_count;
    const struct li_expression *team_only;
    const struct li_hide *hides;
    size_t hide_count;
    const int *recuse; /* fields that name persons and organizations who neither see nor act */
    size_t recuse_count;
    struct li_str recuse_else;   /* who answers where nobody else is left */
    int64_t keep_days;           /* a year counts 366 days */
    const struct li_who *behalf; /* who enters what a unit or the reporter said or sent on paper */
    size_t behalf_count;
    struct li_length late; /* so long after it happened something may be entered; amount 0: never */
    bool times;      /* some word needs more than a state's own clock: tables, named clocks, pauses,
                        extensions, waits of work */
    bool asks_hours; /* some word needs the office's hours as they are at a step */

    const struct li_rhythm *rhythms;
    size_t rhythm_count;
    const struct li_sample *samples;
    size_t sample_count;
    const struct li_publication *publication; /* NULL: its cases have no public page */
    const struct li_migrate *migrates;
    size_t migrate_count;

    struct li_str source;        /* what is adopted: the file, flat when it extends or uses */
    const struct li_node *plain; /* the desugared tree, for `playbook show --plain` */
};

/* Fields of a playbook, a bit each by place. */
struct li_field_set {
    uint64_t word[LI_PLAYBOOK_FIELDS / 64];
};
static inline void li_field_set_add(struct li_field_set *set, int field)
{
    set->word[field / 64] |= UINT64_C(1) << field % 64;
}
static inline bool li_field_set_has(const struct li_field_set *set, int field)
{
    return set->word[field / 64] >> field % 64 & 1;
}
static inline bool li_field_set_some(const struct li_field_set *set)
{
    return set->word[0] | set->word[1];
}

/* Loads, desugars, compiles and checks.  `name` is kept only in what is told,
 * `yaml` must outlive the playbook.  Errors: -LI_E_SYNTAX (the YAML itself) or
 * -LI_E_INVALID; broken rules are told all at once as far as the context's
 * stack holds them, each with name:line:column as `where` and a sentence in
 * both languages (rule.h). */
int li_playbook_load(struct li_ctx *ctx, const char *name, struct li_str yaml,
                     struct li_playbook **ret) LI_MUST_CHECK;

/* The same of a file that may extend another and use libraries: those are looked for
 * in the folder of `beside`, the path of the file, and then in the program
 * (flat.h). */
int li_playbook_load_beside(struct li_ctx *ctx, const char *name, struct li_str yaml,
                            const char *beside, struct li_playbook **ret) LI_MUST_CHECK;

int li_playbook_field(const struct li_playbook *playbook, struct li_str name);  /* -1: none */
int li_playbook_action(const struct li_playbook *playbook, struct li_str name); /* -1: none */
int li_machine_state(const struct li_machine *machine, struct li_str name);     /* -1: none */
int li_playbook_rhythm(const struct li_playbook *playbook, struct li_str name); /* -1: none */
int li_playbook_sample(const struct li_playbook *playbook, struct li_str name); /* -1: none */
bool li_effects_tell(const struct li_effect *effects, size_t count); /* the reporter something */
int li_playbook_ballot(const struct li_playbook *playbook, struct li_str name); /* -1: none */
/* What a rhythm gives on a day, in the arena: dates said as lengths are days. */
int li_rhythm_fields(struct li_ctx *ctx, const struct li_playbook *playbook,
                     const struct li_rhythm *rhythm, int32_t day,
                     struct li_node **ret) LI_MUST_CHECK;
/* The first of its days not before `day`; INT32_MIN: there is none in four years. */
int32_t li_rhythm_day(const struct li_rhythm *rhythm, const struct li_calendar *calendar,
                      int32_t day);
/* When its window on a day begins and ends. */
int64_t li_rhythm_begins(const struct li_rhythm *rhythm, int32_t day);
int64_t li_rhythm_ends(const struct li_rhythm *rhythm, int32_t day);
/* How it goes, as one sentence in ctx->lang: "每月1日 09:00，每个社区一件". */
int li_rhythm_say(struct li_ctx *ctx, const struct li_rhythm *rhythm,
                  struct li_buf *ret) LI_MUST_CHECK;
/* The column that a fact "subject.FIELD.COLUMN" is about; NULL: it is no such fact. */
const struct li_read *li_playbook_read(const struct li_playbook *playbook, struct li_str fact,
                                       int *ret_field);
/* The kind of part of a name: its machine; -1: none. */
int li_playbook_kind(const struct li_playbook *playbook, struct li_str name);
/* Whether parts of a kind keep this field as their own. */
bool li_machine_keeps(const struct li_machine *machine, int field);

/*
 * Whether the other playbook can be opened by those actions of this one that say so: each
 * field that is filled is there and of the same type, each value one it can have, and what it
 * requires is always given.  -LI_E_INVALID, told as rules (rule.h) at the action.
 */
int li_playbook_spawn_fits(struct li_ctx *ctx, const struct li_playbook *from,
                           const struct li_playbook *to) LI_MUST_CHECK;
/* Whether cases of `playbook` can be opened beneath those of `above`, the playbook it names: what
 * its conditions read is there and of the same type.  -LI_E_INVALID, told as rules. */
int li_playbook_under_fits(struct li_ctx *ctx, const struct li_playbook *playbook,
                           const struct li_playbook *above) LI_MUST_CHECK;
/* What conditions read of the case above, by its field's name; NULL. */
const struct li_above_fact *li_playbook_above(const struct li_playbook *playbook,
                                              struct li_str name);
/* Whether something by system may follow, in a state of the case, from a change of the case above
 * it, or of the others there. */
bool li_playbook_waits_above(const struct li_playbook *playbook, struct li_str state);
bool li_playbook_waits_beside(const struct li_playbook *playbook, struct li_str state);
/* Whether this one opens cases of `name`; `alone`: without anybody's doing. */
bool li_playbook_spawns(const struct li_playbook *playbook, struct li_str name, bool alone);

/* The plain tree as YAML: loads again to the same playbook (same hash). */
int li_playbook_plain(struct li_ctx *ctx, const struct li_playbook *playbook,
                      struct li_buf *ret) LI_MUST_CHECK;

/* The one-page description for the wall, in Chinese or English (ctx->lang),
 * with a Mermaid state diagram. */
int li_playbook_explain(struct li_ctx *ctx, const struct li_playbook *playbook,
                        struct li_buf *ret) LI_MUST_CHECK;

#endif
