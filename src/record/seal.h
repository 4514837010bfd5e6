/*
 * Seals: a Merkle tree over a tenant's history in order of seq, signed.
 *
 *   leaf = BLAKE2b-256(0x00 ‖ entry hash)    node = BLAKE2b-256(0x01 ‖ left ‖ right)
 *
 * shaped as in RFC 6962 (Certificate Transparency), so that a seal costs only
 * the new entries and two seals prove that nothing between them was changed or
 * left out.  A seal is signed with ed25519 and given away as one line (an
 * anchor): not even who holds the database can then rewrite the past unseen.
 */
#ifndef LI_RECORD_SEAL_H
#define LI_RECORD_SEAL_H

#include "base/hash.h"
#include "record/command.h"

/* The right edge of a growing tree: roots of its complete subtrees. */
struct li_frontier {
    int64_t size; /* leaves */
    struct li_hash edge[64];
    int count;
};
void li_frontier_add(struct li_frontier *frontier, const struct li_hash *entry);
/* The root; of an empty tree BLAKE2b-256 of nothing. */
struct li_hash li_frontier_root(const struct li_frontier *frontier);

struct li_seal {
    int64_t seq;
    struct li_hash root;
    int64_t at;
    uint8_t signature[64];
};

/* Seals what came since the last seal.  The tree grows on the caller's thread,
 * from a reader, however much came; the lane only writes the result.
 * -LI_E_STATE when nothing is new, -LI_E_AGAIN when somebody else sealed
 * meanwhile. */
int li_seal_new(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                struct li_seal *ret) LI_MUST_CHECK;
/* The working command behind it (for the registry). */
extern const struct li_command li_seal_make;

/* "linli-seal v1 nanshan 4211 <root hex> <at> <public key hex> <signature hex>" */
int li_anchor_format(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                     const struct li_seal *seal, struct li_str *ret) LI_MUST_CHECK;
struct li_anchor {
    struct li_str slug;
    struct li_seal seal;
    uint8_t key[32];
};
/* Reads an anchor and checks its signature against the key it names.
 * -LI_E_SYNTAX, -LI_E_CORRUPT. */
int li_anchor_parse(struct li_ctx *ctx, struct li_str line, struct li_anchor *ret) LI_MUST_CHECK;

/* All seals of a tenant in order. */
int li_seal_all(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_seal **ret,
                size_t *ret_count) LI_MUST_CHECK;
/* Whether the stored signature is the tenant's own. */
bool li_seal_signed(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                    const struct li_seal *seal);

#endif
