/* The walk over a tenant's history; see verify.h. */
#include "record/verify.h"

#include "base/canonical.h"
#include "base/draw.h"
#include "record/photo.h"
#include "record/tenant.h"
#include "record/vault.h"

LI_SQL(verify_erasures, "select payload from history "
                        "where tenant = $1 and entity = $2 and command = $3 order by seq");

struct walk {
    struct li_ctx *step; /* reset after every portion */
    struct li_record *record;
    struct li_conn *conn;
    int64_t tenant;
    struct li_hash hash; /* of the entry before */
    struct li_frontier frontier;
    const struct li_seal *seals;
    size_t seal_count, seal_at;
    struct li_verify_given given;
    int64_t photos;              /* rows that an entry names */
    struct li_draw_chain *chain; /* what is drawn by, from the entry that began it; NULL */
    struct li_draw_chain chain_room;
    struct li_verify_report report;
};

static void find(struct walk *walk, int64_t seq, struct li_str what)
{
    struct li_verify_report *report = &walk->report;

    if (report->finding_count < LI_FINDINGS) {
        report->findings[report->finding_count++] = (struct li_finding){.seq = seq, .what = what};
    }
}

/* Somebody's hand can write "erased" too: history must say it. */
static int check_erasure(struct walk *walk, const struct li_entry *entry, int64_t entity,
                         int64_t slot)
{
    struct li_rows *rows;
    bool recorded = false;
    int r = li_query(
        walk->step, walk->conn, &verify_erasures,
        LI_ARGS(li_v(walk->tenant), li_v(entity), li_v_text(li_str(li_vault_erase.name))), &rows);

    if (r) {
        return r;
    }
    while (!recorded && (r = li_rows_next(walk->step, rows)) > 0) {
        struct li_node *payload;
        if (li_json_read(walk->step, li_col_str(rows, 0), &payload)) {
            li_ctx_clear(walk->step); /* the walk meets that entry too */
            continue;
        }
        const struct li_node *erased = li_node_get(payload, "slot");
        recorded = erased && erased->kind == LI_INT && erased->number == slot;
    }
    li_rows_done(rows);
    if (r < 0) {
        return r;
    }
    if (recorded) {
        walk->report.erased++;
    } else {
        find(walk, entry->seq, LI_S("a text was removed and no rule says so"));
    }
    return 0;
}

static int check_commitment(struct walk *walk, const struct li_entry *entry,
                            const struct li_node *refer)
{
    const struct li_node *slot = li_node_get(refer, "slot"), *of = li_node_get(refer, "of");
    const int64_t entity = of && of->kind == LI_INT ? of->number : entry->entity;
    enum li_vault_state state;
    struct li_hash commit;
    int r;

    if (!slot || slot->kind != LI_INT ||
        !li_hash_from_hex(li_node_text(refer, "commit"), &commit)) {
        find(walk, entry->seq, LI_S("a commitment is misshapen"));
        return 0;
    }
    r = li_vault_verify(walk->step, walk->record, walk->conn, walk->tenant, entity, slot->number,
                        &commit, &state);
    if (r) {
        return r;
    }
    switch (state) {
    case LI_VAULT_HOLDS:
        walk->report.texts++;
        break;
    case LI_VAULT_ERASED:
        return check_erasure(walk, entry, entity, slot->number);
    case LI_VAULT_ALTERED:
        find(walk, entry->seq, LI_S("a text was altered"));
        break;
    case LI_VAULT_MISSING:
        find(walk, entry->seq, LI_S("a text is missing"));
        break;
    }
    return 0;
}

static int check_photo(struct walk *walk, const struct li_entry *entry, const struct li_node *refer)
{
    static const char *const told[] = {
        [LI_PHOTO_ALTERED] = "a photo was altered",
        [LI_PHOTO_MISSING] = "a photo is missing",
        [LI_PHOTO_FILE_ALTERED] = "the file of a photo was altered",
        [LI_PHOTO_FILE_MISSING] = "the file of a photo is missing",
        [LI_PHOTO_MISSHAPEN] = "the name of a photo is misshapen",
    };
    enum li_photo_state state;
    int r = li_photo_verify(walk->step, walk->given.blobs, walk->conn, entry, refer, &state);

    if (r) {
        return r;
    }
    walk->photos += state != LI_PHOTO_MISSING && state != LI_PHOTO_MISSHAPEN;
    if (state == LI_PHOTO_HOLDS) {
        walk->report.photos++;
    } else {
        find(walk, entry->seq, li_str(told[state]));
    }
    return 0;
}

static int check_payload(struct walk *walk, const struct li_entry *entry,
                         const struct li_node *node)
{
    int r = 0;

    if (node->kind == LI_MAP && li_node_get(node, "blob")) {
        return check_photo(walk, entry, node);
    }
    if (node->kind == LI_MAP && li_node_get(node, "commit")) {
        return check_commitment(walk, entry, node);
    }
    for (size_t i = 0; r == 0 && node->kind == LI_MAP && i < node->map.count; i++) {
        r = check_payload(walk, entry, node->map.items[i].value);
    }
    for (size_t i = 0; r == 0 && node->kind == LI_LIST && i < node->list.count; i++) {
        r = check_payload(walk, entry, node->list.items[i]);
    }
    return r;
}

static void check_anchor(struct walk *walk, const struct li_anchor *anchor,
                         const struct li_hash *root)
{
    int64_t seq = anchor->seal.seq;

    walk->report.anchors++;
    if (!li_seal_signed(walk->step, walk->record, walk->tenant, &anchor->seal)) {
        find(walk, seq, LI_S("an anchor was not signed by this tenant's key"));
    } else if (!li_hash_eq(&anchor->seal.root, root)) {
        find(walk, seq, LI_S("an anchor given away earlier does not fit the history"));
    } else {
        walk->report.anchored_to = seq;
    }
}

/* Seals and anchors that end at the entry just added. */
static void check_roots(struct walk *walk, int64_t seq)
{
    while (walk->seal_at < walk->seal_count && walk->seals[walk->seal_at].seq < seq) {
        find(walk, walk->seals[walk->seal_at++].seq, LI_S("a seal stands at a missing entry"));
    }
    bool wanted = walk->seal_at < walk->seal_count && walk->seals[walk->seal_at].seq == seq;
    struct li_hash root;

    for (size_t i = 0; i < walk->given.anchor_count; i++) {
        wanted |= walk->given.anchors[i].seal.seq == seq;
    }
    if (!wanted) {
        return;
    }
    root = li_frontier_root(&walk->frontier);
    if (walk->seal_at < walk->seal_count && walk->seals[walk->seal_at].seq == seq) {
        const struct li_seal *seal = &walk->seals[walk->seal_at++];
        if (!li_hash_eq(&seal->root, &root)) {
            find(walk, seq, LI_S("the seal's root does not fit the history"));
        } else if (!li_seal_signed(walk->step, walk->record, walk->tenant, seal)) {
            find(walk, seq, LI_S("the seal's signature is not ours"));
        }
        walk->report.seals++;
    }
    for (size_t i = 0; i < walk->given.anchor_count; i++) {
        if (walk->given.anchors[i].seal.seq == seq) {
            check_anchor(walk, &walk->given.anchors[i], &root);
        }
    }
}

/* {"begun": month, "root": hex}: the tenant's own chain, from the month of the entry on. */
static int check_root(struct walk *walk, const struct li_entry *entry, const struct li_node *draws)
{
    const struct li_node *begun = li_node_get(draws, "begun");
    struct li_hash last, root;
    int r = li_key_draws(walk->step, walk->record, walk->tenant, &last);

    if (r) {
        return r;
    }
    if (walk->chain || !begun || begun->kind != LI_INT ||
        begun->number != li_draw_month(entry->at) ||
        !li_hash_from_hex(li_node_text(draws, "root"), &root)) {
        find(walk, entry->seq, LI_S("the root of the draws is misshapen"));
        return 0;
    }
    li_draw_chain(&last, (int32_t)begun->number, &walk->chain_room);
    walk->chain = &walk->chain_room;
    if (!li_hash_eq(&root, &walk->chain->links[0])) {
        find(walk, entry->seq, LI_S("the root of the draws is not this tenant's"));
    }
    return 0;
}

/* One draw: by the month the entry was made in. */
static void check_draw(struct walk *walk, const struct li_entry *entry, struct li_str playbook,
                       const struct li_node *draw)
{
    const struct li_node *drawn = li_node_get(draw, "drawn"), *share = li_node_get(draw, "share");
    const struct li_draw of = {playbook, li_node_text(draw, "number"), li_node_text(draw, "name")};
    const struct li_hash *seed =
        walk->chain ? li_draw_seed(walk->chain, li_draw_month(entry->at)) : NULL;

    if (!seed || !drawn || drawn->kind != LI_BOOL || !share || share->kind != LI_INT ||
        !of.playbook.ptr || !of.number.ptr || !of.name.ptr) {
        find(walk, entry->seq, LI_S("a draw is misshapen or has no seed"));
    } else if (drawn->flag != (li_draw_value(seed, &of) < share->number)) {
        find(walk, entry->seq, LI_S("a draw is not what its seed says"));
    } else {
        walk->report.draws++;
    }
}

/* ---- rows that were drawn ---- */

struct sampled {
    struct li_draw of; /* the name: SPAWN, of each SPAWN/CODE */
    const struct li_hash *seed;
};

static uint64_t rank_of(struct walk *walk, const struct sampled *sampled, struct li_str code)
{
    struct li_draw draw = sampled->of;

    draw.name = li_strf(walk->step, "%.*s/%.*s", LI_P(sampled->of.name), LI_P(code));
    return draw.name.ptr ? li_draw_rank(sampled->seed, &draw) : 0;
}

/* The drawn ones stand by their ranks, and nothing else among all has a smaller one than the last
 * of them. */
static bool is_fair(struct walk *walk, const struct sampled *sampled, const struct li_node *node)
{
    struct li_str drawn = li_node_text(node, "drawn"), among = li_node_text(node, "among");
    const struct li_node *count = li_node_get(node, "count"), *of = li_node_get(node, "of");
    int64_t taken = 0, below = 0, all = 0;
    uint64_t last = 0;

    while (drawn.len) {
        uint64_t rank = rank_of(walk, sampled, li_str_cut(&drawn, ' '));
        if (taken && rank <= last) {
            return false;
        }
        last = rank;
        taken++;
    }
    while (among.len) {
        below += rank_of(walk, sampled, li_str_cut(&among, ' ')) <= last;
        all++;
    }
    return count && count->kind == LI_INT && of && of->kind == LI_INT && taken == count->number &&
           (all == 0 || (all == of->number && below == taken));
}

static void check_sampled(struct walk *walk, const struct li_entry *entry, struct li_str playbook,
                          const struct li_node *node)
{
    const struct sampled sampled = {
        .of = {playbook, li_node_text(node, "number"), li_node_text(node, "name")},
        .seed = walk->chain ? li_draw_seed(walk->chain, li_draw_month(entry->at)) : NULL};

    if (!li_node_text(node, "drawn").ptr) {
        return; /* of a version that did not keep what was drawn */
    }
    if (!sampled.seed || !playbook.ptr || !sampled.of.number.ptr || !sampled.of.name.ptr ||
        !is_fair(walk, &sampled, node)) {
        find(walk, entry->seq, LI_S("the rows drawn are not what their seed says"));
    } else {
        walk->report.draws++;
    }
}

static int check_draws(struct walk *walk, const struct li_entry *entry,
                       const struct li_node *payload)
{
    const struct li_node *draws = li_node_get(payload, "draws");
    const struct li_node *drawn = li_node_get(payload, "drawn");
    const struct li_node *sampled = li_node_get(payload, "sampled");

    for (size_t i = 0; drawn && drawn->kind == LI_LIST && i < drawn->list.count; i++) {
        check_draw(walk, entry, li_node_text(payload, "playbook"), drawn->list.items[i]);
    }
    for (size_t i = 0; sampled && sampled->kind == LI_LIST && i < sampled->list.count; i++) {
        check_sampled(walk, entry, li_node_text(payload, "playbook"), sampled->list.items[i]);
    }
    return draws && draws->kind == LI_MAP ? check_root(walk, entry, draws) : 0;
}

static int check_entry(struct walk *walk, const struct li_entry *entry)
{
    struct li_hash hash = li_entry_hash(&walk->hash, entry);
    struct li_node *payload;
    int r = 0;

    if (entry->seq != walk->report.entries + 1) {
        find(walk, walk->report.entries + 1, LI_S("the entry is missing"));
        walk->report.entries = entry->seq - 1;
    }
    walk->report.entries++;
    if (!li_hash_eq(&hash, &entry->hash)) {
        find(walk, entry->seq, LI_S("the entry was altered"));
    }
    walk->hash = entry->hash;
    li_frontier_add(&walk->frontier, &entry->hash);
    if (li_canonical_read(walk->step, entry->payload, &payload) == 0) {
        r = check_payload(walk, entry, payload);
        r = r ? r : check_draws(walk, entry, payload);
    } else {
        li_ctx_clear(walk->step);
        find(walk, entry->seq, LI_S("the payload cannot be read"));
    }
    if (r == 0) {
        check_roots(walk, entry->seq);
    }
    return r;
}

static int walk_history(struct walk *walk)
{
    int64_t after = 0;

    for (;;) {
        struct li_entry *entries;
        size_t count;
        li_arena_reset(walk->step->arena);
        li_ctx_clear(walk->step);
        int r = li_history_read(walk->step, walk->conn, walk->tenant, after, 256, &entries, &count);
        for (size_t i = 0; r == 0 && i < count; i++) {
            r = check_entry(walk, &entries[i]);
            after = entries[i].seq;
        }
        if (r || count == 0) {
            return r;
        }
    }
}

static int check_head(struct walk *walk)
{
    struct li_head head;
    int r = li_head_read(walk->step, walk->conn, walk->tenant, &head);

    if (r) {
        return r;
    }
    if (head.seq > walk->report.entries) {
        find(walk, walk->report.entries + 1, LI_S("the last entries are missing"));
    } else if (head.seq < walk->report.entries) {
        find(walk, head.seq + 1, LI_S("the head stands before this entry"));
    } else if (!li_hash_eq(&head.hash, &walk->hash)) {
        find(walk, head.seq, LI_S("the head does not fit the last entry"));
    }
    for (size_t i = walk->seal_at; i < walk->seal_count; i++) {
        find(walk, walk->seals[i].seq, LI_S("a seal reaches beyond the history"));
    }
    for (size_t i = 0; i < walk->given.anchor_count; i++) {
        if (walk->given.anchors[i].seal.seq > walk->report.entries) {
            walk->report.anchors++;
            find(walk, walk->given.anchors[i].seal.seq,
                 LI_S("an anchor reaches beyond the history"));
        }
    }
    return 0;
}

/* Rows that somebody's hand has added.  Entries that are missing make some, too. */
static int check_photos(struct walk *walk)
{
    struct li_verify_report *report = &walk->report;
    int64_t rows, case_id = 0;
    int r = li_photo_count(walk->step, walk->conn, walk->tenant, &rows);

    if (r || rows == walk->photos) {
        return r;
    }
    while (report->finding_count < LI_FINDINGS &&
           (r = li_photo_unnamed(walk->step, walk->conn, walk->tenant, case_id, &case_id)) == 0) {
        report->findings[report->finding_count++] = (struct li_finding){
            .case_id = case_id, .what = LI_S("it has a photo that no entry names")};
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

int li_verify(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
              const struct li_verify_given *given, struct li_verify_report *ret)
{
    struct li_store *store = li_record_store(record);
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx step;
    struct walk walk = {
        .step = &step,
        .record = record,
        .tenant = tenant,
        .given = given ? *given : (struct li_verify_given){.anchors = NULL},
    };
    struct li_seal *seals;
    int r;

    if (!arena) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory to verify");
    }
    li_ctx_init(&step, arena, ctx->clock, ctx->random);
    r = li_store_reader(ctx, store, &walk.conn);
    if (r) {
        li_arena_free(arena);
        return r;
    }
    /* one snapshot: a server may be writing meanwhile */
    r = li_begin(ctx, walk.conn);
    if (r == 0) {
        r = li_seal_all(ctx, walk.conn, tenant, &seals, &walk.seal_count);
    }
    if (r == 0) {
        walk.seals = seals;
        r = walk_history(&walk);
    }
    if (r == 0) {
        r = check_head(&walk);
    }
    if (r == 0) {
        r = check_photos(&walk);
    }
    li_rollback(walk.conn);
    li_store_reader_back(store, walk.conn);
    if (r && step.error_count) {
        r = LI_FAIL(ctx, -r, "%.*s", LI_P(li_ctx_explain(&step)));
    }
    li_arena_free(arena);
    if (r == 0) {
        *ret = walk.report;
    }
    return r;
}
