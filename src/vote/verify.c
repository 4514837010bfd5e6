/*
 * Whether ballots are as history has them, and counted ones count again to what was published.
 */
#include "base/canonical.h"
#include "base/id.h"
#include "record/history.h"
#include "vote/inside.h"

#define PAGE 500 /* entries of history read at a time */

LI_SQL(verify_ids, "select id from ballot where tenant = $1 and id > $2 order by id limit 100");

struct verifying {
    struct li_ctx *told; /* where findings are kept */
    struct li_ctx *ctx;  /* of one step; forgotten after each */
    struct li_conn *conn;
    int64_t tenant;
    struct li_ballot_report *report;
    const struct li_ballot *ballot;
    /* what history says of it */
    bool checked, counted;
    struct li_str drafted_hash, checked_hash, file, receipts, result;
    int64_t electors, papers, opened, damaged;
    uint8_t *voted; /* by the elector's number: the last thing they did, enum li_elector_way */
    int64_t voted_cap;
};

static int tell(struct verifying *verifying, const char *what)
{
    struct li_ballot_report *report = verifying->report;

    if (report->finding_count < LI_BALLOT_FINDINGS) {
        char id[LI_ID_TEXT + 1];
        struct li_str text;
        li_id_format(verifying->ballot->id, id);
        text = li_strf(verifying->told, "ballot %s: %s", id, what);
        if (!text.ptr) {
            return -LI_E_NOMEM;
        }
        report->findings[report->finding_count] = text;
    }
    report->finding_count++;
    return 0;
}

static int64_t number(const struct li_node *map, const char *key)
{
    const struct li_node *node = li_node_get(map, key);

    return node && node->kind == LI_INT ? node->number : 0;
}

/* ---- what history says
 * --------------------------------------------------------------------------- */

static void note_way(struct verifying *verifying, int64_t elector, enum li_elector_way way)
{
    if (elector > 0 && elector < verifying->voted_cap) {
        verifying->voted[elector] = (uint8_t)way;
    }
}

static int note_result(struct verifying *verifying, const struct li_node *payload)
{
    verifying->counted = true;
    verifying->file = li_node_text(payload, "file");
    verifying->receipts = li_node_text(payload, "receipts");
    return li_canonical(verifying->ctx, li_node_get(payload, "result"), &verifying->result);
}

static int note(struct verifying *verifying, const struct li_entry *entry)
{
    struct li_node *payload;
    int r = li_canonical_read(verifying->ctx, entry->payload, &payload);

    if (r) {
        return r;
    }
    if (li_str_is(entry->command, "ballot.draft")) {
        verifying->drafted_hash = li_node_text(payload, "hash");
    } else if (li_str_is(entry->command, "ballot.check") ||
               li_str_is(entry->command, "ballot.call")) {
        verifying->checked = true;
        verifying->checked_hash = li_node_text(payload, "hash");
        verifying->electors = number(payload, "electors");
    } else if (li_str_is(entry->command, "ballot.admit")) {
        verifying->electors++;
    } else if (li_str_is(entry->command, "ballot.cast")) {
        note_way(verifying, number(payload, "elector"), LI_WAY_NET);
    } else if (li_str_is(entry->command, "ballot.paper")) {
        verifying->papers++;
        note_way(verifying, number(payload, "elector"), LI_WAY_PAPER);
    } else if (li_str_is(entry->command, "ballot.unseal")) {
        verifying->opened += number(payload, "opened");
        verifying->damaged += number(payload, "damaged");
    } else if (li_str_is(entry->command, "ballot.count")) {
        r = note_result(verifying, payload);
    }
    return r;
}

static int read_history(struct verifying *verifying)
{
    struct li_entry *entries;
    size_t count = 0, most = PAGE;
    int r = 0;

    do {
        most *= 2;
        r = li_history_of(verifying->ctx, verifying->conn, verifying->tenant, verifying->ballot->id,
                          most, &entries, &count);
    } while (r == 0 && count == most);
    verifying->voted_cap = verifying->ballot->electors + 1;
    verifying->voted = li_alloc(verifying->ctx, (size_t)verifying->voted_cap);
    if (r || !verifying->voted) {
        return r ? r : -LI_E_NOMEM;
    }
    memset(verifying->voted, 0, (size_t)verifying->voted_cap);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = note(verifying, &entries[i]);
    }
    return r;
}

/* ---- what is there
 * --------------------------------------------------------------------------------- */

static bool is_hash(struct li_str hex, struct li_str bytes)
{
    struct li_hash said, there = li_hash_of(bytes);

    return li_hash_from_hex(hex, &said) && li_hash_eq(&said, &there);
}

static int check_words(struct verifying *verifying)
{
    const struct li_ballot *ballot = verifying->ballot;
    struct li_str hash = verifying->checked ? verifying->checked_hash : verifying->drafted_hash;
    int r = 0;

    if (!is_hash(hash, ballot->spec_bytes)) {
        r = tell(verifying, "its words are not those that history has");
    }
    if (r == 0 && verifying->checked != (ballot->checked_by != 0)) {
        r = tell(verifying, "it is checked, or is not, other than history has it");
    }
    if (r == 0 && verifying->checked &&
        (ballot->electors != verifying->electors || ballot->papers != verifying->papers)) {
        r = tell(verifying, "its electors or papers are not as many as history has");
    }
    return r;
}

static int64_t lines_of(struct li_str text)
{
    int64_t count = 0;

    for (size_t i = 0; i < text.len; i++) {
        count += text.ptr[i] == '\n';
    }
    return count;
}

/* Everybody who voted last by code or signed in was opened, once. */
static int check_voices(struct verifying *verifying, const struct li_ballot_result *result)
{
    int64_t net = 0;
    int r = 0;

    for (int64_t i = 0; i < verifying->voted_cap; i++) {
        net += verifying->voted[i] == LI_WAY_NET;
    }
    if (net != verifying->opened + verifying->damaged) {
        r = tell(verifying, "not as many voices were opened as electors voted");
    }
    if (r == 0 && lines_of(result->receipts) != verifying->opened) {
        r = tell(verifying, "there are not as many receipts as voices were opened");
    }
    return r;
}

static int check_result(struct verifying *verifying)
{
    const struct li_ballot *ballot = verifying->ballot;
    struct li_ballot_sums sums = {.electors = ballot->electors, .damaged = verifying->damaged};
    struct li_ballot_result result;
    struct li_node *node;
    struct li_str again;
    int r =
        li_ballot_result(verifying->ctx, verifying->conn, verifying->tenant, ballot->id, &result);

    if (r == -LI_E_NOT_FOUND) {
        return tell(verifying, "its result is gone");
    }
    if (r) {
        return r;
    }
    if (!is_hash(verifying->file, result.file) || !is_hash(verifying->receipts, result.receipts) ||
        !li_str_eq(verifying->result, result.result)) {
        return tell(verifying, "what was published is not what history has");
    }
    r = li_canonical_read(verifying->ctx, result.result, &node);
    if (r) {
        return r;
    }
    sums.net = number(node, "net");
    sums.papers = number(node, "papers");
    r = li_vote_result(verifying->ctx, ballot, &sums, result.file, &again);
    if (r || !li_str_eq(again, result.result)) {
        li_ctx_clear(verifying->ctx);
        return tell(verifying, "its voices count to another result");
    }
    verifying->report->counted++;
    verifying->report->voices += number(node, "voices");
    return check_voices(verifying, &result);
}

static int check_ballot(struct verifying *verifying, int64_t id)
{
    struct li_ballot *ballot = li_alloc(verifying->ctx, sizeof(*ballot));
    bool counted;
    int r = ballot ? li_ballot_find(verifying->ctx, verifying->conn, verifying->tenant, id, ballot)
                   : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    verifying->ballot = ballot;
    r = read_history(verifying);
    r = r ? r : check_words(verifying);
    counted = ballot->state == LI_BALLOT_COUNTED || ballot->state == LI_BALLOT_FINAL;
    if (r == 0 && counted != verifying->counted) {
        return tell(verifying, "it is counted, or is not, other than history has it");
    }
    return r || !counted ? r : check_result(verifying);
}

static int list_ids(struct verifying *verifying, int64_t after, int64_t ret[100], size_t *ret_count)
{
    return li_query_ids(verifying->ctx, verifying->conn, &verify_ids,
                        LI_ARGS(li_v(verifying->tenant), li_v(after)), 100, ret, ret_count);
}

int li_ballot_verify(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_ballot_report *ret)
{
    struct li_arena *arena = li_arena_new(0);
    struct li_ballot_report report = {0};
    int64_t ids[100], after = 0;
    size_t count = 1;
    struct li_ctx step;
    int r = 0;

    if (!arena) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory to verify ballots");
    }
    li_ctx_init(&step, arena, ctx->clock, ctx->random);
    while (r == 0 && count > 0) {
        struct verifying verifying = {
            .told = ctx, .ctx = &step, .conn = conn, .tenant = tenant, .report = &report};
        r = list_ids(&verifying, after, ids, &count);
        for (size_t i = 0; r == 0 && i < count; i++) {
            struct verifying one = verifying;
            r = check_ballot(&one, ids[i]);
            after = ids[i];
            report.ballots++;
            if (r == 0) {
                li_arena_reset(arena);
            }
        }
    }
    if (r) {
        LI_FAIL(ctx, -r, "%.*s", LI_P(li_ctx_explain(&step)));
    } else {
        *ret = report;
    }
    li_arena_free(arena);
    return r;
}
