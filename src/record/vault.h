/*
 * The vault: texts and personal values, apart from history, so that what law
 * erases stays erasable.
 *
 * History holds only a commitment, BLAKE2b-256(salt ‖ value).  Value and salt
 * lie here; a retention rule deletes both, after which `verify` says "erased by
 * rule R on date D".  Personal values are sealed: XChaCha20-Poly1305 under the
 * tenant's key, with tenant, entity, slot and field as associated data, so that
 * ciphertexts cannot be swapped.  The tenant's key is wrapped by the master key;
 * losing the master key is losing the names.
 */
#ifndef LI_RECORD_VAULT_H
#define LI_RECORD_VAULT_H

#include "base/hash.h"
#include "base/json.h"
#include "record/command.h"

/* Texts a command may put down. */
#define LI_VAULT_SLOTS 16

struct li_vault_item {
    int64_t slot; /* seq of its history entry * LI_VAULT_SLOTS + place */
    struct li_str field;
    struct li_str value; /* ptr NULL when erased */
    bool sealed;         /* a personal value: mask it */
    struct li_str erased_rule;
    int64_t erased_at;
};

/* Keeps a value; inside a command's write.  `place` 0…LI_VAULT_SLOTS-1. */
int li_vault_put(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, int place,
                 struct li_str field, struct li_str value, bool sealed,
                 struct li_hash *ret_commit) LI_MUST_CHECK;
/* The slot that place will have. */
int64_t li_vault_slot(const struct li_tx *tx, int place);
/*
 * The blind index: of a telephone number a hash keyed by the tenant's key, so that what
 * the same caller said is found, and nobody can read a number from it.  It lies beside
 * the sealed value and goes with it.
 */
#define LI_VAULT_BLIND 16
/* Of a number as it was given: its digits, without +86.  -LI_E_INVALID quietly: fewer
 * than five. */
int li_vault_blind(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                   struct li_str value, uint8_t ret[LI_VAULT_BLIND]) LI_MUST_CHECK;
/* li_vault_put of a telephone number, sealed, to be found again. */
int li_vault_put_phone(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, int place,
                       struct li_str field, struct li_str value,
                       struct li_hash *ret_commit) LI_MUST_CHECK;
/* The hash an entity has, the first; -LI_E_NOT_FOUND quietly. */
int li_vault_blind_of(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t entity,
                      uint8_t ret[LI_VAULT_BLIND]) LI_MUST_CHECK;
/* Entities of the same one, newest first, at most `limit`. */
int li_vault_known(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                   const uint8_t blind[LI_VAULT_BLIND], size_t limit, int64_t *ret_entities,
                   size_t *ret_count) LI_MUST_CHECK;

/* Writes {"commit": …, "slot": …}, the way a payload refers to it. */
void li_vault_refer(struct li_json *json, const struct li_tx *tx, int place,
                    const struct li_hash *commit);

/* {"commit": …, "of": …, "slot": …}: a value that lies under another entity than the entry's. */
void li_vault_refer_of(struct li_json *json, const struct li_tx *tx, int64_t entity, int place,
                       const struct li_hash *commit);

/* All items of an entity in order of slot, opened, in the arena. */
int li_vault_of(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn, int64_t tenant,
                int64_t entity, struct li_vault_item **ret, size_t *ret_count) LI_MUST_CHECK;
/* The texts of an entity that lie open and are not erased, of slots in [from, to),
 * in order of slot. */
int li_vault_texts(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t entity,
                   int64_t from, int64_t to, struct li_vault_item **ret,
                   size_t *ret_count) LI_MUST_CHECK;
/* The first value of one field of an entity (a list's summary); empty if none. */
int li_vault_first(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, int64_t entity, struct li_str field,
                   struct li_str *ret) LI_MUST_CHECK;

/* What verify asks of a commitment. */
enum li_vault_state { LI_VAULT_HOLDS, LI_VAULT_ERASED, LI_VAULT_ALTERED, LI_VAULT_MISSING };
int li_vault_verify(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, int64_t entity, int64_t slot, const struct li_hash *commit,
                    enum li_vault_state *ret) LI_MUST_CHECK;

/* "138****5678": first three and last four of a telephone number, else all stars. */
struct li_str li_mask(struct li_ctx *ctx, struct li_str value);

/* Command "vault.erase": deletes value and salt of one item, after the consumers
 * that keep something of it have forgotten it.  Also as a due row. */
struct li_vault_erase_args {
    int64_t entity;
    int64_t slot;
    struct li_str rule; /* "contact: keep 180d" */
};
extern const struct li_command li_vault_erase;
/* The due row for it (canonical args in the arena). */
struct li_due;
int li_vault_erase_later(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, int place,
                         struct li_str rule, int64_t at) LI_MUST_CHECK;

/* The same for all that one entry of an entity put down and nobody has erased: of a step
 * that was undone. */
int li_vault_erase_entry(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, int64_t seq,
                         struct li_str rule, int64_t at) LI_MUST_CHECK;

/* Keys.  `wrapped` is v1 ‖ nonce ‖ AEAD(master, key; tenant). */
int li_key_new(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
               struct li_str *ret_wrapped) LI_MUST_CHECK;
int li_key_wrap(struct li_ctx *ctx, const uint8_t master[32], int64_t tenant, const uint8_t key[32],
                struct li_str *ret_wrapped) LI_MUST_CHECK;
int li_key_unwrap(struct li_ctx *ctx, const uint8_t master[32], int64_t tenant,
                  struct li_str wrapped, uint8_t ret[32]) LI_MUST_CHECK;
/* The tenant's key for signing seals: an ed25519 seed derived from its key. */
int li_key_seal_seed(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                     uint8_t ret[32]) LI_MUST_CHECK;
/* 16 bytes that only this tenant can make from `text`, e.g. a token that a request
 * sent twice gets twice. */
int li_key_derive(struct li_ctx *ctx, struct li_record *record, int64_t tenant, struct li_str text,
                  uint8_t ret[16]) LI_MUST_CHECK;
/* Eight digits that only this tenant can make, of what `kind` and `id` name: told to somebody, and
 * asked for again. */
int li_code_of(struct li_ctx *ctx, struct li_record *record, int64_t tenant, const char *kind,
               int64_t id, struct li_str *ret) LI_MUST_CHECK;
/* The last link of the tenant's chain of draws (base/draw.h), derived from its key. */
int li_key_draws(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                 struct li_hash *ret) LI_MUST_CHECK;
/* Reads the 32-byte master key of a folder, or makes one when absent and
 * `make`.  0 or -LI_E_NOT_FOUND, -LI_E_CORRUPT, -LI_E_IO. */
int li_key_master(struct li_ctx *ctx, const char *folder, bool make, uint8_t ret[32]) LI_MUST_CHECK;

#endif
