/*
 * A ballot 投票/票决: who may vote, on what, until when; what stays secret, and for how long.
 *
 * Drafted by one, checked by another, open between two instants of the held clock, closed by
 * the clock, counted by src/ballot, published with its voices, open to objections for a while,
 * then archived at the address it always had.
 *
 *     draft ── check (another) ──► set ── closes_at ──► closed ── counted ──► counted ──► final
 *       └──────── cancel ─────────────┘                  (papers entered twice)   (objections)
 *
 * A choice is sealed with the ballot's public key as it arrives; the secret key lies wrapped
 * until the urn is opened after closing, and is thrown away when all is opened.  An elector's
 * row says that they voted; where their sealed choice lies is a name only the tenant's key can
 * make.  Opened choices and receipts are two lists in orders of their own, without electors
 * (docs/decisions: the sealed urn).  Until then nothing here tells a total, and a result of a
 * ballot of opinion is given to no other noun (li_ballot_decided).
 */
#ifndef LI_VOTE_VOTE_H
#define LI_VOTE_VOTE_H

#include "ballot/election.h"
#include "base/json.h"
#include "playbook/playbook.h"
#include "record/command.h"

#define LI_BALLOT_OPTIONS  60
#define LI_BALLOT_NAMES    500   /* electors named one by one */
#define LI_BALLOT_ELECTORS 20000 /* taken over from a register at once */
#define LI_BALLOT_ISSUE    200   /* codes given out in one gesture */
#define LI_BALLOT_CODE     10    /* bytes of a voting code and of a receipt: 16 letters */
#define LI_BALLOT_LETTERS  16
#define LI_BALLOT_SCORE    10 /* most points one option may be given */

/* ---- what is voted on ------------------------------------------------------------------------ */

enum li_ballot_method {
    LI_BALLOT_YES_NO,   /* the options are yes, no, abstain */
    LI_BALLOT_SINGLE,   /* one option */
    LI_BALLOT_APPROVAL, /* up to `most` options */
    LI_BALLOT_SCORE_OF, /* each option 0 … `most` points */
    LI_BALLOT_RANKED,   /* best first; one seat, run-off */
    LI_BALLOT_GREEDY,   /* as approval, within a budget */
    LI_BALLOT_SHARES    /* the same, by equal shares with Add1 */
};
/* What a proposal needs (YES_NO). */
enum li_ballot_pass {
    LI_PASS_HALF_VOICES, /* more than half of those who voted */
    LI_PASS_HALF_ELECTORS,
    LI_PASS_THIRDS_VOICES, /* at least two thirds */
    LI_PASS_THIRDS_ELECTORS
};
/* Where electors come from. */
enum li_ballot_by {
    LI_BY_NAMES, /* given with the draft */
    LI_BY_ROWS,  /* rows of a register inside the area: one voice a row (household, shop …) */
    LI_BY_POST,  /* who holds a post inside the area */
    LI_BY_DESK   /* one by one, as they come with their identity card */
};

struct li_ballot_option {
    struct li_str id;
    struct li_texts title;
    int64_t cost; /* fen; 0 where nothing costs */
};
struct li_ballot_spec {
    struct li_texts title, about;
    struct li_str area;
    bool decision; /* else opinion: never an input of an indicator */
    enum li_ballot_method method;
    struct li_ballot_option options[LI_BALLOT_OPTIONS];
    size_t option_count;
    int64_t most, seats, budget;
    enum li_ballot_pass pass;
    enum li_ballot_by by;
    struct li_str reg, find, post; /* of ROWS: register and value of its first find field */
    int64_t opens_at, closes_at;
    int64_t quorum_num, quorum_den; /* of the electors; 0/1: none */
    int64_t publicity_days;         /* working days */
    bool turnout_live;              /* else told after closing */
};

enum li_ballot_state {
    LI_BALLOT_DRAFT,
    LI_BALLOT_SET, /* checked: waits for its hour, or is open */
    LI_BALLOT_CLOSED,
    LI_BALLOT_COUNTED,
    LI_BALLOT_FINAL,
    LI_BALLOT_CANCELLED
};
struct li_ballot {
    int64_t id, rev;
    enum li_ballot_state state;
    struct li_str area_path;
    struct li_str spec_bytes; /* canonical: what history's hash is of */
    struct li_ballot_spec spec;
    int64_t drafted_by, checked_by; /* accounts */
    int64_t opens_at, closes_at;
    int64_t closed_at, counted_at, publicity_until, final_at; /* 0: not yet */
    uint16_t lot[LI_BALLOT_OPTIONS]; /* the order that breaks the last ties, drawn at the check */
    int64_t electors;
    int64_t papers; /* paper ballots handed out */
};
const char *li_ballot_state_name(enum li_ballot_state state);
const char *li_ballot_method_name(enum li_ballot_method method);

/* "draft", "waiting", "open", "closed", "counted", "final", "cancelled" at an instant. */
const char *li_ballot_phase(const struct li_ballot *ballot, int64_t now);
bool li_ballot_is_open(const struct li_ballot *ballot, int64_t now);
/* Drafts are for those who make them. */
bool li_ballot_is_public(const struct li_ballot *ballot);
/* Who makes and runs ballots of an area: desk, checker, administrator. */
bool li_ballot_may(const struct li_viewer *viewer, struct li_str area_path);

/* Canonical bytes of a ballot's own words, from what the contract let in; `names` of the
 * electorate are taken out.  Faults at their places. */
int li_ballot_spec_make(struct li_ctx *ctx, const struct li_node *body,
                        struct li_str *ret_bytes) LI_MUST_CHECK;
int li_ballot_spec_read(struct li_ctx *ctx, struct li_str bytes,
                        struct li_ballot_spec *ret) LI_MUST_CHECK;

/* One, or -LI_E_NOT_FOUND quietly; newest first, `drafts` too. */
int li_ballot_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                   struct li_ballot *ret) LI_MUST_CHECK;
int li_ballot_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, bool drafts,
                   int64_t before, size_t limit, struct li_ballot **ret,
                   size_t *ret_count) LI_MUST_CHECK;

/* ---- commands ----------------------------------------------------------------------------------
 */

/* "ballot.draft": a new one, or a draft changed.  Plan and entity: the ballot's id. */
struct li_ballot_draft_args {
    int64_t id; /* 0: a new one */
    int64_t rev;
    struct li_str spec;         /* of li_ballot_spec_make */
    const struct li_str *names; /* BY_NAMES */
    size_t name_count;
};
extern const struct li_command li_ballot_draft;
/* "ballot.check": by somebody else than who drafted: the roll is taken, the lot drawn, the key
 * made; from now on nothing changes. */
struct li_ballot_ref_args {
    int64_t id, rev;
};
extern const struct li_command li_ballot_check;
/* "ballot.call", by due row of a case (case/ballot.h): drafted and set at once, as the case's
 * playbook has it; what cannot be opened is told to the case as cancelled. */
extern const struct li_command li_ballot_call;
/* The case a ballot was opened by; -LI_E_NOT_FOUND quietly. */
int li_ballot_case(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t ballot,
                   int64_t *ret_case) LI_MUST_CHECK;
/* "ballot.cancel": before it is closed, with a reason anybody reads. */
struct li_ballot_cancel_args {
    int64_t id;
    struct li_str reason;
};
extern const struct li_command li_ballot_cancel;

/* ---- electors
 * ------------------------------------------------------------------------------------ */

enum li_elector_way { LI_WAY_NONE, LI_WAY_NET, LI_WAY_PAPER };
struct li_elector {
    int64_t no;
    struct li_str kind; /* name · row · person · desk */
    int64_t ref;
    struct li_str label; /* of name and desk; empty once it was erased */
    int64_t edition;     /* of its voting code; 0: none was given out */
    enum li_elector_way way;
};
int li_elector_list(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, int64_t ballot, int64_t after, size_t limit,
                    struct li_elector **ret, size_t *ret_count) LI_MUST_CHECK;
int li_elector_find(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, int64_t ballot, int64_t no,
                    struct li_elector *ret) LI_MUST_CHECK;
/* Whose a code is; the elector of a person.  -LI_E_NOT_FOUND quietly. */
int li_elector_by_code(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                       int64_t tenant, struct li_str code, int64_t *ret_ballot,
                       struct li_elector *ret) LI_MUST_CHECK;
int li_elector_of_person(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                         int64_t tenant, int64_t ballot, int64_t person,
                         struct li_elector *ret) LI_MUST_CHECK;
/* The code an elector has now, in four groups of four letters. */
int li_elector_code(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t ballot,
                    const struct li_elector *elector, struct li_str *ret) LI_MUST_CHECK;
/* How many voted; told only when the ballot says so. */
int li_ballot_turnout(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t ballot,
                      int64_t *ret) LI_MUST_CHECK;

/* "ballot.issue": codes for some electors; a code they had is void. */
struct li_ballot_issue_args {
    int64_t id;
    const int64_t *electors;
    size_t count;
};
extern const struct li_command li_ballot_issue;
/* "ballot.admit": somebody whose right to vote was seen at the desk (BY_DESK).  `proof`: what
 * they may be admitted by once: number of the identity card, address of the household; kept as
 * a keyed hash.  Plan: struct li_elector. */
struct li_ballot_admit_args {
    int64_t id;
    struct li_str name, proof;
};
extern const struct li_command li_ballot_admit;
/* "ballot.paper": a paper ballot is handed out; what they sent in before counts no more. */
struct li_ballot_paper_args {
    int64_t id, elector;
};
extern const struct li_command li_ballot_paper;

/* ---- voting
 * --------------------------------------------------------------------------------------- */

struct li_choice {
    size_t count; /* 0: a blank voice */
    struct {
        uint16_t option; /* place in the spec */
        uint8_t points;
    } marks[LI_BALLOT_OPTIONS];
};
/* [{"option": ID, "points": N}, …] as the method has it; faults at `where`. */
int li_choice_read(struct li_ctx *ctx, const struct li_ballot_spec *spec, struct li_str where,
                   const struct li_node *list, struct li_choice *ret) LI_MUST_CHECK;

/* "ballot.cast": a voice, or another one instead.  By code, or by the viewer's person.
 * -LI_E_NOT_FOUND (no such code, no elector), -LI_E_STATE (not open), -LI_E_CHECK (has a paper
 * ballot).  Plan: struct li_ballot_cast. */
struct li_ballot_cast_args {
    int64_t id;         /* of the ballot; 0: the code's */
    struct li_str code; /* empty: the viewer's person */
    const struct li_node *choice;
};
struct li_ballot_cast {
    int64_t ballot, elector;
};
extern const struct li_command li_ballot_cast;
/* What an elector confirms with, after closing, that their voice is among those counted; the
 * same however often they change their mind. */
int li_ballot_receipt(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t ballot,
                      int64_t elector, struct li_str *ret) LI_MUST_CHECK;
/* 64 hexadecimal letters: BLAKE2b-256 of "BALLOT:RECEIPT" in capital letters without spaces. */
int li_receipt_hash(struct li_ctx *ctx, int64_t ballot, struct li_str receipt,
                    struct li_str *ret) LI_MUST_CHECK;

/* ---- closing and counting
 * -------------------------------------------------------------------------- */

/* By the clock, args struct li_ballot_ref_args: "ballot.close", "ballot.unseal" (a few hundred
 * voices a time, until the urn is empty), "ballot.settle" (publicity is over), "ballot.forget"
 * (names of electors are erased). */
extern const struct li_command li_ballot_close, li_ballot_unseal, li_ballot_settle,
    li_ballot_forget;
/* "ballot.count": by the clock when there are no papers, else by somebody who did not draft it,
 * when all papers are entered twice alike; `papers`: how many were in the box. */
struct li_ballot_count_args {
    int64_t id;
    int64_t papers; /* -1: by the clock */
};
extern const struct li_command li_ballot_count;

/* "ballot.sheet": one paper from the box, by the number it was given when the box was emptied.
 * Entered by two persons; each may correct their own. */
struct li_ballot_sheet_args {
    int64_t id, sheet;
    const struct li_node *choice;
};
extern const struct li_command li_ballot_sheet;
struct li_sheet {
    int64_t sheet, first_by, second_by; /* accounts; 0: not yet */
    bool same;
};
int li_sheet_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t ballot,
                  struct li_sheet **ret, size_t *ret_count) LI_MUST_CHECK;

/* What was published; -LI_E_NOT_FOUND quietly. */
struct li_ballot_result {
    int64_t at;
    struct li_str result;   /* canonical JSON */
    struct li_str file;     /* Pabulib; empty where the quorum was not reached */
    struct li_str receipts; /* one hash a line, in their own order */
};
int li_ballot_result(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t ballot,
                     struct li_ballot_result *ret) LI_MUST_CHECK;
/* The only way a result goes to another noun: what was decided, final.  -LI_E_FORBIDDEN for a
 * ballot of opinion. */
int li_ballot_decided(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t ballot,
                      struct li_ballot_result *ret) LI_MUST_CHECK;

/* ---- objections
 * ----------------------------------------------------------------------------------------- */

/* "ballot.object": while the result is open to objections, by anybody. */
struct li_ballot_object_args {
    int64_t id;
    struct li_str text;
    struct li_str contact; /* may be empty */
};
extern const struct li_command li_ballot_object;
/* "ballot.answer": by staff; the last one lets the ballot become final when its time is over. */
struct li_ballot_answer_args {
    int64_t id, no;
    struct li_str text;
};
extern const struct li_command li_ballot_answer;
struct li_objection {
    int64_t no, at, answered_at;
    struct li_str text, answer;
};
int li_objection_list(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                      int64_t tenant, int64_t ballot, struct li_objection **ret,
                      size_t *ret_count) LI_MUST_CHECK;

/* ---- verify
 * ------------------------------------------------------------------------------------------------
 */

#define LI_BALLOT_FINDINGS 20
struct li_ballot_report {
    int64_t ballots, counted, voices;
    struct li_str findings[LI_BALLOT_FINDINGS];
    size_t finding_count;
};
/* Of every ballot: its words are those that were checked; counted, its file and receipts are
 * those history holds, recounted the file gives what was published, nobody counts twice. */
int li_ballot_verify(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_ballot_report *ret) LI_MUST_CHECK;

#endif
