/* What only `vote` sees of itself. */
#ifndef LI_VOTE_INSIDE_H
#define LI_VOTE_INSIDE_H

#include "base/hash.h"
#include "contract/fault.h"
#include "record/due.h"
#include "record/record.h"
#include "vote/vote.h"

#define LI_VOTE_SLOT 16 /* bytes: where an elector's voice lies, and the mark on it */

/* A ballot a command speaks of; -LI_E_NOT_FOUND told. */
int li_vote_ballot(struct li_ctx *ctx, const struct li_tx *tx, int64_t id,
                   struct li_ballot *ret) LI_MUST_CHECK;
/* The same for those who run it: -LI_E_FORBIDDEN. */
int li_vote_staff(struct li_ctx *ctx, const struct li_tx *tx, int64_t id,
                  struct li_ballot *ret) LI_MUST_CHECK;
int li_vote_insert(struct li_ctx *ctx, const struct li_tx *tx,
                   const struct li_ballot *ballot) LI_MUST_CHECK;
/* All but id and area; the revision is raised. */
int li_vote_update(struct li_ctx *ctx, const struct li_tx *tx,
                   struct li_ballot *ballot) LI_MUST_CHECK;
/* A due row of a ballot: command and instant. */
int li_vote_later(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ballot *ballot,
                  int64_t slot, const struct li_command *command, int64_t at) LI_MUST_CHECK;
int li_vote_parse(struct li_ctx *ctx, const struct li_node *args, void **ret);
#define LI_DUE_BALLOT_CLOSE  0 /* closing, opening the urn, counting */
#define LI_DUE_BALLOT_SETTLE 1
#define LI_DUE_BALLOT_FORGET 2

/* ---- draft.c, call.c ------------------------------------------------------------------------- */

struct li_roll_entry;
/* In write: a fair order for the last ties. */
void li_vote_draw_lot(const struct li_tx *tx, struct li_ballot *ballot);
/* In write: electors, urn, closing and the ballot itself, which is set from now on. */
int li_vote_set(struct li_ctx *ctx, const struct li_tx *tx, struct li_ballot *ballot,
                const struct li_roll_entry *entries, size_t count) LI_MUST_CHECK;
/* "closes_at", "electors", "hash", "lot", "opens_at" of a payload. */
void li_vote_put_set(struct li_json *json, const struct li_ballot *ballot);
/* In write: the case that opened it, where one did, is told how far it is. */
int li_vote_tell_case(struct li_ctx *ctx, const struct li_tx *tx,
                      const struct li_ballot *ballot) LI_MUST_CHECK;

/* ---- roll.c ---------------------------------------------------------------------------------- */

struct li_roll_entry {
    const char *kind;
    int64_t ref;
    struct li_str label; /* ptr NULL: none */
};
int li_roll_put(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot, int64_t no,
                const struct li_roll_entry *entry) LI_MUST_CHECK;
int li_roll_clear(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot) LI_MUST_CHECK;
int li_roll_count(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t ballot,
                  int64_t *ret) LI_MUST_CHECK;
/* Rows or persons as the rule has them now. */
int li_roll_take(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ballot *ballot,
                 struct li_roll_entry **ret, size_t *ret_count) LI_MUST_CHECK;
int li_roll_way(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot, int64_t no,
                enum li_elector_way way) LI_MUST_CHECK;
int li_roll_forget(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot) LI_MUST_CHECK;

/* ---- seal.c ---------------------------------------------------------------------------------- */

/* A pair of keys; the secret one is wrapped with the tenant's. */
int li_urn_make(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot) LI_MUST_CHECK;
int li_urn_destroy(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot) LI_MUST_CHECK;
/* Throws away what is in it: of a ballot that is not held. */
int li_urn_empty(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot) LI_MUST_CHECK;
/* The voice of an elector, instead of one that is there. */
int li_urn_put(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ballot *ballot,
               int64_t elector, const struct li_choice *choice) LI_MUST_CHECK;
int li_urn_remove(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot,
                  int64_t elector) LI_MUST_CHECK;
/* Voices taken out of the urn, at most `most`: choices as bytes (LI_VOTE_VOICE) and receipts. */
struct li_urn_out {
    struct li_str *slots, *voices;
    struct li_hash *receipts;
    size_t count; /* opened */
    size_t taken; /* slots */
};
int li_urn_open(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ballot *ballot,
                size_t most, struct li_urn_out *ret) LI_MUST_CHECK;
/* Deletes what was taken. */
int li_urn_take(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot,
                const struct li_urn_out *out) LI_MUST_CHECK;

/* A choice as bytes, of one length whatever it says. */
size_t li_choice_size(const struct li_ballot_spec *spec);
void li_choice_write(const struct li_ballot_spec *spec, const struct li_choice *choice,
                     uint8_t *ret);
int li_choice_parse(struct li_ctx *ctx, const struct li_ballot_spec *spec, struct li_str bytes,
                    struct li_choice *ret) LI_MUST_CHECK;

int li_label_seal(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t ballot,
                  int64_t no, struct li_str label, struct li_str *ret) LI_MUST_CHECK;
int li_label_open(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t ballot,
                  int64_t no, struct li_str bytes, struct li_str *ret) LI_MUST_CHECK;
int li_voting_code_bytes(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                         int64_t ballot, int64_t no, int64_t edition,
                         uint8_t ret[LI_BALLOT_CODE]) LI_MUST_CHECK;
/* What the roll keeps of a code, 16 bytes. */
struct li_str li_voting_code_kept(struct li_ctx *ctx, const uint8_t code[LI_BALLOT_CODE]);
/* Letters in any grouping; false: none. */
bool li_voting_code_read(struct li_str text, uint8_t ret[LI_BALLOT_CODE]);
struct li_str li_voting_code_text(struct li_ctx *ctx, const uint8_t code[LI_BALLOT_CODE]);
/* What nobody may be admitted by twice, 16 bytes. */
int li_proof_kept(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t ballot,
                  struct li_str proof, struct li_str *ret) LI_MUST_CHECK;

/* ---- count.c --------------------------------------------------------------------------------- */

/* The published file counted by the ballot's own rule, as the published result has it. */
struct li_ballot_sums {
    int64_t electors, net, papers, damaged;
};
int li_vote_result(struct li_ctx *ctx, const struct li_ballot *ballot,
                   const struct li_ballot_sums *sums, struct li_str file,
                   struct li_str *ret) LI_MUST_CHECK;
int li_vote_damaged(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t ballot,
                    int64_t *ret) LI_MUST_CHECK;

#endif
