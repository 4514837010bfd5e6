/*
 * What is secret of a ballot: its pair of keys, the urn of sealed voices, codes and receipts.
 *
 * A voice is sealed to the ballot's public key (X25519, XSalsa20-Poly1305: libsodium's sealed
 * box) and marked with the tenant's key, so that one that was swapped or forged in the store
 * does not count.  All voices of a ballot are of one length.  Where an elector's voice lies is a
 * keyed hash: without the tenant's key the roll and the urn cannot be joined.
 */
#include <sodium.h>

#include "base/grow.h"
#include "base/id.h"
#include "record/vault.h"
#include "vote/inside.h"

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG   crypto_aead_xchacha20poly1305_ietf_ABYTES
#define SEAL  crypto_box_SEALBYTES

LI_SQL(urn_insert,
       "insert into ballot_urn (tenant, ballot, open_key, shut_key) values ($1, $2, $3, $4)");
LI_SQL(urn_delete, "delete from ballot_urn where tenant = $1 and ballot = $2");
LI_SQL(urn_public, "select open_key from ballot_urn where tenant = $1 and ballot = $2");
LI_SQL(urn_both, "select open_key, shut_key from ballot_urn where tenant = $1 and ballot = $2");
LI_SQL(voice_insert, "insert into ballot_voice (tenant, ballot, slot, sealed, mark) "
                     "values ($1, $2, $3, $4, $5)");
LI_SQL(voice_delete, "delete from ballot_voice where tenant = $1 and ballot = $2 and slot = $3");
LI_SQL(voice_clear, "delete from ballot_voice where tenant = $1 and ballot = $2");
LI_SQL(voice_some, "select slot, sealed, mark from ballot_voice where tenant = $1 and ballot = $2 "
                   "order by slot limit $3");

/* ---- keys of the tenant ------------------------------------------------------------------------
 */

static int derive(struct li_ctx *ctx, struct li_record *record, int64_t tenant, const char *what,
                  int64_t ballot, int64_t no, uint8_t ret[16])
{
    struct li_str text =
        li_strf(ctx, "ballot %s %lld %lld", what, (long long)ballot, (long long)no);

    return text.ptr ? li_key_derive(ctx, record, tenant, text, ret) : -LI_E_NOMEM;
}

static int key_of(struct li_ctx *ctx, struct li_record *record, int64_t tenant, const char *what,
                  int64_t ballot, uint8_t ret[32])
{
    int r = derive(ctx, record, tenant, what, ballot, 0, ret);

    return r ? r : derive(ctx, record, tenant, what, ballot, 1, ret + 16);
}

static int shut(struct li_ctx *ctx, struct li_record *record, const uint8_t key[32], int64_t bond,
                struct li_str value, struct li_str *ret)
{
    uint8_t *out = li_alloc(ctx, NONCE + value.len + TAG);

    if (!out) {
        return -LI_E_NOMEM;
    }
    li_random_bytes(li_record_random(record), out, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, NULL, (const uint8_t *)value.ptr,
                                               value.len, (const uint8_t *)&bond, sizeof(bond),
                                               NULL, out, key);
    *ret = li_str_n(out, NONCE + value.len + TAG);
    return 0;
}

static int unshut(struct li_ctx *ctx, const uint8_t key[32], int64_t bond, struct li_str bytes,
                  struct li_str *ret)
{
    const uint8_t *in = (const uint8_t *)bytes.ptr;
    size_t len = bytes.len > NONCE + TAG ? bytes.len - NONCE - TAG : 0;
    uint8_t *out = li_alloc(ctx, len + 1);

    if (!out) {
        return -LI_E_NOMEM;
    }
    if (bytes.len < NONCE + TAG || crypto_aead_xchacha20poly1305_ietf_decrypt(
                                       out, NULL, NULL, in + NONCE, len + TAG,
                                       (const uint8_t *)&bond, sizeof(bond), in, key) != 0) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a sealed value of a ballot does not open");
    }
    *ret = li_str_n(out, len);
    return 0;
}

int li_label_seal(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t ballot,
                  int64_t no, struct li_str label, struct li_str *ret)
{
    uint8_t key[32];
    int r = key_of(ctx, record, tenant, "label", ballot, key);

    return r ? r : shut(ctx, record, key, no, label, ret);
}

int li_label_open(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t ballot,
                  int64_t no, struct li_str bytes, struct li_str *ret)
{
    uint8_t key[32];
    int r = key_of(ctx, record, tenant, "label", ballot, key);

    return r ? r : unshut(ctx, key, no, bytes, ret);
}

/* ---- codes and receipts
 * -------------------------------------------------------------------------- */

int li_voting_code_bytes(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                         int64_t ballot, int64_t no, int64_t edition, uint8_t ret[LI_BALLOT_CODE])
{
    struct li_str text = li_strf(ctx, "ballot code %lld %lld %lld", (long long)ballot,
                                 (long long)no, (long long)edition);
    uint8_t bytes[16];
    int r = text.ptr ? li_key_derive(ctx, record, tenant, text, bytes) : -LI_E_NOMEM;

    if (r == 0) {
        memcpy(ret, bytes, LI_BALLOT_CODE);
    }
    return r;
}

struct li_str li_voting_code_kept(struct li_ctx *ctx, const uint8_t code[LI_BALLOT_CODE])
{
    struct li_hash hash = li_hash_of(li_str_n(code, LI_BALLOT_CODE));

    return li_str_dup(ctx, li_str_n(hash.bytes, LI_VOTE_SLOT));
}

bool li_voting_code_read(struct li_str text, uint8_t ret[LI_BALLOT_CODE])
{
    char letters[LI_BALLOT_LETTERS];
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == ' ' || c == '-') {
            continue;
        }
        if (count == sizeof(letters)) {
            return false;
        }
        letters[count++] = c;
    }
    return count == sizeof(letters) &&
           li_base32_parse(li_str_n(letters, count), ret, LI_BALLOT_CODE);
}

struct li_str li_voting_code_text(struct li_ctx *ctx, const uint8_t code[LI_BALLOT_CODE])
{
    char text[LI_BASE32_SIZE(LI_BALLOT_CODE)];

    li_base32(code, LI_BALLOT_CODE, text);
    return li_strf(ctx, "%.4s-%.4s-%.4s-%.4s", text, text + 4, text + 8, text + 12);
}

int li_elector_code(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t ballot,
                    const struct li_elector *elector, struct li_str *ret)
{
    uint8_t code[LI_BALLOT_CODE];
    int r = li_voting_code_bytes(ctx, record, tenant, ballot, elector->no, elector->edition, code);

    if (r == 0) {
        *ret = li_voting_code_text(ctx, code);
        r = ret->ptr ? 0 : -LI_E_NOMEM;
    }
    return r;
}

static int receipt_bytes(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                         int64_t ballot, int64_t elector, uint8_t ret[LI_BALLOT_CODE])
{
    uint8_t bytes[16];
    int r = derive(ctx, record, tenant, "receipt", ballot, elector, bytes);

    if (r == 0) {
        memcpy(ret, bytes, LI_BALLOT_CODE);
    }
    return r;
}

int li_ballot_receipt(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t ballot,
                      int64_t elector, struct li_str *ret)
{
    uint8_t bytes[LI_BALLOT_CODE];
    int r = receipt_bytes(ctx, record, tenant, ballot, elector, bytes);

    if (r == 0) {
        *ret = li_voting_code_text(ctx, bytes);
        r = ret->ptr ? 0 : -LI_E_NOMEM;
    }
    return r;
}

static struct li_hash hash_receipt(int64_t ballot, const uint8_t receipt[LI_BALLOT_CODE])
{
    char text[LI_BASE32_SIZE(LI_BALLOT_CODE)], id[LI_ID_TEXT + 1];
    struct li_str parts[3];

    li_base32(receipt, LI_BALLOT_CODE, text);
    li_id_format(ballot, id);
    parts[0] = li_str(id);
    parts[1] = LI_S(":");
    parts[2] = li_str(text);
    return li_hash_parts(parts, 3);
}

int li_receipt_hash(struct li_ctx *ctx, int64_t ballot, struct li_str receipt, struct li_str *ret)
{
    uint8_t bytes[LI_BALLOT_CODE];
    char hex[2 * LI_HASH_SIZE + 1];
    struct li_hash hash;

    if (!li_voting_code_read(receipt, bytes)) {
        return li_fault(ctx, LI_FAULT_PATTERN, LI_S("/receipt"), LI_S(""));
    }
    hash = hash_receipt(ballot, bytes);
    li_hash_hex(&hash, hex);
    *ret = li_str_dup(ctx, li_str(hex));
    return ret->ptr ? 0 : -LI_E_NOMEM;
}

int li_proof_kept(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t ballot,
                  struct li_str proof, struct li_str *ret)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_str folded;
    uint8_t bytes[16];
    int r = buf ? li_utf8_fold(ctx, proof, &folded) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    li_buf_fmt(buf, "ballot proof %lld ", (long long)ballot);
    for (size_t i = 0; i < folded.len; i++) {
        if (folded.ptr[i] != ' ' && folded.ptr[i] != '-') {
            li_buf_char(buf, folded.ptr[i]);
        }
    }
    r = li_buf_check(ctx, buf);
    r = r ? r : li_key_derive(ctx, record, tenant, li_buf_view(buf), bytes);
    if (r == 0) {
        *ret = li_str_dup(ctx, li_str_n(bytes, sizeof(bytes)));
        r = ret->ptr ? 0 : -LI_E_NOMEM;
    }
    return r;
}

/* ---- a choice as bytes
 * ----------------------------------------------------------------------------- */

size_t li_choice_size(const struct li_ballot_spec *spec)
{
    return 1 + 2 * spec->option_count;
}

void li_choice_write(const struct li_ballot_spec *spec, const struct li_choice *choice,
                     uint8_t *ret)
{
    memset(ret, 0, li_choice_size(spec));
    ret[0] = (uint8_t)choice->count;
    for (size_t i = 0; i < choice->count; i++) {
        ret[1 + 2 * i] = (uint8_t)choice->marks[i].option;
        ret[2 + 2 * i] = choice->marks[i].points;
    }
}

int li_choice_parse(struct li_ctx *ctx, const struct li_ballot_spec *spec, struct li_str bytes,
                    struct li_choice *ret)
{
    const uint8_t *in = (const uint8_t *)bytes.ptr;
    bool fits = bytes.len == li_choice_size(spec) && in[0] <= spec->option_count;

    ret->count = fits ? in[0] : 0;
    for (size_t i = 0; fits && i < ret->count; i++) {
        ret->marks[i].option = in[1 + 2 * i];
        ret->marks[i].points = in[2 + 2 * i];
        fits = ret->marks[i].option < spec->option_count;
    }
    return fits ? 0 : LI_FAIL(ctx, LI_E_CORRUPT, "a choice that is none of this ballot's");
}

/* ---- the urn
 * --------------------------------------------------------------------------------------- */

int li_urn_make(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot)
{
    uint8_t seed[crypto_box_SEEDBYTES], open_key[crypto_box_PUBLICKEYBYTES],
        shut_key[crypto_box_SECRETKEYBYTES], wrap[32];
    struct li_str wrapped;
    int r = key_of(ctx, tx->record, tx->tenant, "urn", ballot, wrap);

    if (r) {
        return r;
    }
    li_random_bytes(li_record_random(tx->record), seed, sizeof(seed));
    crypto_box_seed_keypair(open_key, shut_key, seed);
    r = shut(ctx, tx->record, wrap, ballot, li_str_n(shut_key, sizeof(shut_key)), &wrapped);
    sodium_memzero(seed, sizeof(seed));
    sodium_memzero(shut_key, sizeof(shut_key));
    sodium_memzero(wrap, sizeof(wrap));
    return r ? r
             : li_exec(ctx, tx->conn, &urn_insert,
                       LI_ARGS(li_v(tx->tenant), li_v(ballot),
                               li_v_blob(li_str_n(open_key, sizeof(open_key))), li_v_blob(wrapped)),
                       NULL);
}

int li_urn_destroy(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot)
{
    return li_exec(ctx, tx->conn, &urn_delete, LI_ARGS(li_v(tx->tenant), li_v(ballot)), NULL);
}

int li_urn_empty(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot)
{
    return li_exec(ctx, tx->conn, &voice_clear, LI_ARGS(li_v(tx->tenant), li_v(ballot)), NULL);
}

static int slot_of(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot, int64_t elector,
                   uint8_t ret[LI_VOTE_SLOT])
{
    return derive(ctx, tx->record, tx->tenant, "slot", ballot, elector, ret);
}

/* The tenant's mark on what lies in a slot. */
static int mark_of(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot, struct li_str slot,
                   struct li_str sealed, uint8_t ret[LI_VOTE_SLOT])
{
    const struct li_str parts[] = {slot, sealed};
    struct li_hash hash = li_hash_parts(parts, 2);
    char hex[2 * LI_HASH_SIZE + 1];
    struct li_str text;

    li_hash_hex(&hash, hex);
    text = li_strf(ctx, "ballot mark %lld %s", (long long)ballot, hex);
    return text.ptr ? li_key_derive(ctx, tx->record, tx->tenant, text, ret) : -LI_E_NOMEM;
}

static int public_key(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot,
                      uint8_t ret[crypto_box_PUBLICKEYBYTES])
{
    struct li_rows *rows;
    int r =
        li_query_one(ctx, tx->conn, &urn_public, LI_ARGS(li_v(tx->tenant), li_v(ballot)), &rows);

    if (r == 0) {
        struct li_str key = li_col_str(rows, 0);
        r = key.len == crypto_box_PUBLICKEYBYTES
                ? 0
                : LI_FAIL(ctx, LI_E_CORRUPT, "the key of a ballot is misshapen");
        if (r == 0) {
            memcpy(ret, key.ptr, key.len);
        }
        li_rows_done(rows);
    }
    return r;
}

int li_urn_put(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ballot *ballot,
               int64_t elector, const struct li_choice *choice)
{
    size_t size = li_choice_size(&ballot->spec), len = size + LI_BALLOT_CODE;
    uint8_t key[crypto_box_PUBLICKEYBYTES], slot[LI_VOTE_SLOT], mark[LI_VOTE_SLOT];
    uint8_t *said = li_alloc(ctx, len), *sealed = li_alloc(ctx, len + SEAL);
    int r = said && sealed ? public_key(ctx, tx, ballot->id, key) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    li_choice_write(&ballot->spec, choice, said);
    r = receipt_bytes(ctx, tx->record, tx->tenant, ballot->id, elector, said + size);
    r = r ? r : slot_of(ctx, tx, ballot->id, elector, slot);
    if (r == 0 && crypto_box_seal(sealed, said, len, key) != 0) {
        r = LI_FAIL(ctx, LI_E_CORRUPT, "the key of a ballot is none");
    }
    sodium_memzero(said, len);
    r = r ? r
          : mark_of(ctx, tx, ballot->id, li_str_n(slot, sizeof(slot)), li_str_n(sealed, len + SEAL),
                    mark);
    r = r ? r : li_urn_remove(ctx, tx, ballot->id, elector);
    return r ? r
             : li_exec(ctx, tx->conn, &voice_insert,
                       LI_ARGS(li_v(tx->tenant), li_v(ballot->id),
                               li_v_blob(li_str_n(slot, sizeof(slot))),
                               li_v_blob(li_str_n(sealed, len + SEAL)),
                               li_v_blob(li_str_n(mark, sizeof(mark)))),
                       NULL);
}

static int delete_slot(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot,
                       struct li_str slot)
{
    return li_exec(ctx, tx->conn, &voice_delete,
                   LI_ARGS(li_v(tx->tenant), li_v(ballot), li_v_blob(slot)), NULL);
}

int li_urn_remove(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot, int64_t elector)
{
    uint8_t slot[LI_VOTE_SLOT];
    int r = slot_of(ctx, tx, ballot, elector, slot);

    return r ? r : delete_slot(ctx, tx, ballot, li_str_n(slot, sizeof(slot)));
}

int li_urn_take(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot,
                const struct li_urn_out *out)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < out->taken; i++) {
        r = delete_slot(ctx, tx, ballot, out->slots[i]);
    }
    return r;
}

/* ---- opening it
 * ------------------------------------------------------------------------------------ */

struct keys {
    uint8_t open_key[crypto_box_PUBLICKEYBYTES], shut_key[crypto_box_SECRETKEYBYTES];
};

static int both_keys(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot, struct keys *ret)
{
    struct li_rows *rows;
    struct li_str secret = {0};
    uint8_t wrap[32];
    int r = key_of(ctx, tx->record, tx->tenant, "urn", ballot, wrap);

    r = r ? r
          : li_query_one(ctx, tx->conn, &urn_both, LI_ARGS(li_v(tx->tenant), li_v(ballot)), &rows);
    if (r) {
        return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_CORRUPT, "a ballot without its keys") : r;
    }
    r = unshut(ctx, wrap, ballot, li_col_str(rows, 1), &secret);
    if (r == 0 &&
        (secret.len != sizeof(ret->shut_key) || li_col_str(rows, 0).len != sizeof(ret->open_key))) {
        r = LI_FAIL(ctx, LI_E_CORRUPT, "the key of a ballot is misshapen");
    }
    if (r == 0) {
        memcpy(ret->open_key, li_col_str(rows, 0).ptr, sizeof(ret->open_key));
        memcpy(ret->shut_key, secret.ptr, sizeof(ret->shut_key));
    }
    sodium_memzero(wrap, sizeof(wrap));
    li_rows_done(rows);
    return r;
}

/* One row; what is not as it was sealed is taken and does not count. */
static int open_one(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ballot *ballot,
                    const struct keys *keys, const struct li_rows *rows, struct li_urn_out *out)
{
    size_t size = li_choice_size(&ballot->spec), len = size + LI_BALLOT_CODE;
    struct li_str slot = li_col_dup(ctx, rows, 0), sealed = li_col_str(rows, 1);
    uint8_t mark[LI_VOTE_SLOT], *said = li_alloc(ctx, len);
    int r = slot.ptr && said ? mark_of(ctx, tx, ballot->id, slot, sealed, mark) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    out->slots[out->taken++] = slot;
    if (!li_str_eq(li_col_str(rows, 2), li_str_n(mark, sizeof(mark))) || sealed.len != len + SEAL ||
        crypto_box_seal_open(said, (const uint8_t *)sealed.ptr, sealed.len, keys->open_key,
                             keys->shut_key) != 0) {
        return 0;
    }
    out->voices[out->count] = li_str_n(said, size);
    out->receipts[out->count++] = hash_receipt(ballot->id, said + size);
    return 0;
}

int li_urn_open(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ballot *ballot,
                size_t most, struct li_urn_out *ret)
{
    struct li_urn_out out = {.slots = li_alloc_array(ctx, most, sizeof(*out.slots)),
                             .voices = li_alloc_array(ctx, most, sizeof(*out.voices)),
                             .receipts = li_alloc_array(ctx, most, sizeof(*out.receipts))};
    struct li_rows *rows;
    struct keys keys;
    int r = out.slots && out.voices && out.receipts ? both_keys(ctx, tx, ballot->id, &keys)
                                                    : -LI_E_NOMEM;

    r = r ? r
          : li_query(ctx, tx->conn, &voice_some,
                     LI_ARGS(li_v(tx->tenant), li_v(ballot->id), li_v((int64_t)most)), &rows);
    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        r = open_one(ctx, tx, ballot, &keys, rows, &out);
        if (r) {
            break;
        }
    }
    li_rows_done(rows);
    sodium_memzero(&keys, sizeof(keys));
    if (r == 0) {
        *ret = out;
    }
    return r;
}
