/*
 * Draws held against the playbooks; see drawn.h.
 *
 * A share may depend on what was given and how often something was done.  Both are read anew
 * from the case's history (was.h) up to the entry that drew.  What history does not tell whole
 * (who held a post, what other cases had) leaves a share that is one of those the playbook has.
 */
#include "case/drawn.h"

#include "base/canonical.h"
#include "base/grow.h"
#include "base/id.h"
#include "case/case.h"
#include "case/library.h"
#include "case/migrate.h"
#include "case/undo.h"
#include "case/was.h"
#include "playbook/machine.h"
#include "record/sample.h"
#include "record/setting.h"

#define ENTRIES 100000 /* of one case: more than any has */

LI_SQL(drawn_said, "select seq, command, payload from history where tenant = $1 and entity = $2 "
                   "and command in ('playbook.adopt', 'setting.put') order by seq");
LI_SQL(drawn_source,
       "select source from playbook where tenant = $1 and name = $2 and version = $3");
LI_SQL(drawn_cases, "select id, playbook, number from cases where tenant = $1 and id > $2 "
                    "order by id limit 256");

/* How much of the playbooks' shares was drawn, from an entry on. */
struct scale {
    int64_t seq;
    int percent;
};

struct verifying {
    struct li_ctx *told; /* where findings are kept, and what holds for all cases */
    struct li_ctx *ctx;  /* of one case; forgotten after each */
    struct li_record *record;
    struct li_conn *conn;
    int64_t tenant;
    struct scale *scales;
    size_t scale_count, scale_room;
    const struct li_playbook **drawing; /* the versions that draw */
    size_t drawing_count, drawing_room;
    struct li_drawn_report *report;
    struct li_str number; /* of the case that is looked at, as it was opened */
};

static int tell(struct verifying *verifying, struct li_str of, const char *what)
{
    struct li_drawn_report *report = verifying->report;
    struct li_str text;

    if (report->finding_count++ >= LI_DRAWN_FINDINGS) {
        return 0;
    }
    text = li_strf(verifying->told, "%.*s: %s", LI_P(of), what);
    report->findings[report->finding_count - 1] = text;
    return text.ptr ? 0 : -LI_E_NOMEM;
}

/* ---- what was adopted and set ---------------------------------------------------- */

static int take_setting(struct verifying *verifying, int64_t seq, const struct li_node *payload)
{
    const struct li_node *percent = li_node_get(payload, "spot_checks");
    struct scale *scales;

    if (!percent || percent->kind != LI_INT) {
        return 0;
    }
    scales = li_grow(verifying->told, verifying->scales, verifying->scale_count,
                     &verifying->scale_room, sizeof(*scales));
    if (!scales) {
        return -LI_E_NOMEM;
    }
    verifying->scales = scales;
    scales[verifying->scale_count++] = (struct scale){seq, (int)percent->number};
    return 0;
}

/* Whether a version is the one that history adopted: as it is compiled here and, where it
 * draws, as it lies in the store, which may have changed behind the back of a process that runs.
 * *ret NULL: it is not. */
static int find_adopted(struct verifying *verifying, struct li_str name, int version,
                        const struct li_hash *hash, const struct li_playbook **ret)
{
    struct li_ctx *ctx = verifying->ctx;
    struct li_playbook *stored = NULL;
    struct li_rows *rows;
    int r = li_library_find(ctx, li_bound(verifying->record)->library, verifying->conn,
                            verifying->tenant, name, version, ret);

    if (r == 0 && (*ret)->sample_count) {
        r = li_query_one(ctx, verifying->conn, &drawn_source,
                         LI_ARGS(li_v(verifying->tenant), li_v_text(name), li_v(version)), &rows);
        if (r == 0) {
            r = li_playbook_load(ctx, "adopted playbook", li_col_str(rows, 0), &stored);
            li_rows_done(rows);
        }
    }
    if (r == -LI_E_NOMEM || r == -LI_E_STORE) {
        return r;
    }
    if (r || !li_hash_eq(hash, &(*ret)->hash) || (stored && !li_hash_eq(hash, &stored->hash))) {
        li_ctx_clear(ctx);
        *ret = NULL;
    }
    return 0;
}

static int take_playbook(struct verifying *verifying, const struct li_node *payload)
{
    const struct li_node *version = li_node_get(payload, "version");
    const struct li_str name = li_node_text(payload, "playbook");
    const struct li_playbook *playbook, **drawing;
    struct li_hash hash;
    int r;

    if (!version || version->kind != LI_INT || !name.ptr ||
        !li_hash_from_hex(li_node_text(payload, "hash"), &hash)) {
        return 0; /* record/verify.h says so */
    }
    r = find_adopted(verifying, name, (int)version->number, &hash, &playbook);
    if (r || !playbook) {
        return r ? r
                 : tell(verifying, name,
                        "the playbook in the store is not the one that was adopted");
    }
    if (!playbook->sample_count) {
        return 0;
    }
    drawing = li_grow(verifying->told, verifying->drawing, verifying->drawing_count,
                      &verifying->drawing_room, sizeof(*drawing));
    if (!drawing) {
        return -LI_E_NOMEM;
    }
    verifying->drawing = drawing;
    drawing[verifying->drawing_count++] = playbook;
    return 0;
}

struct said {
    int64_t seq;
    bool adopts;
    struct li_str payload;
};

static int read_said(struct verifying *verifying, struct said **ret, size_t *ret_count)
{
    struct li_ctx *ctx = verifying->told;
    struct said *all = NULL, *more;
    size_t count = 0, room = 0;
    struct li_rows *rows;
    int r = li_query(ctx, verifying->conn, &drawn_said,
                     LI_ARGS(li_v(verifying->tenant), li_v(verifying->tenant)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        more = li_grow(ctx, all, count, &room, sizeof(*all));
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        all = more;
        all[count++] = (struct said){li_col_i64(rows, 0),
                                     li_str_is(li_col_str(rows, 1), li_playbook_adopt.name),
                                     li_col_dup(ctx, rows, 2)};
    }
    li_rows_done(rows);
    *ret = all;
    *ret_count = count;
    return r;
}

static int take_said(struct verifying *verifying)
{
    struct said *said;
    size_t count;
    struct li_node *scale;
    int64_t last;
    int r = read_said(verifying, &said, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_node *payload;
        if (li_canonical_read(verifying->ctx, said[i].payload, &payload)) {
            li_ctx_clear(verifying->ctx); /* record/verify.h says so */
            continue;
        }
        r = said[i].adopts ? take_playbook(verifying, payload)
                           : take_setting(verifying, said[i].seq, payload);
    }
    r = r ? r
          : li_setting_get(verifying->ctx, verifying->conn, verifying->tenant, "spot_checks",
                           &scale);
    if (r) {
        return r;
    }
    last = verifying->scale_count ? verifying->scales[verifying->scale_count - 1].percent : 0;
    return scale->number == last
               ? 0
               : tell(verifying, LI_S("spot_checks"), "the setting is not what was put last");
}

/* The chain whose root stands in history is the one that is drawn by. */
static int take_chain(struct verifying *verifying)
{
    struct li_draw_chain *chain = LI_NEW(verifying->ctx->arena, struct li_draw_chain);
    int r = chain ? li_sample_chain(verifying->ctx, verifying->record, verifying->conn,
                                    verifying->tenant, chain)
                  : -LI_E_NOMEM;

    if (r != -LI_E_CORRUPT && r != -LI_E_NOT_FOUND) {
        return r;
    }
    li_ctx_clear(verifying->ctx);
    return tell(verifying, LI_S("draws"), "the root in the store is not the tenant's");
}

static int scale_at(const struct verifying *verifying, int64_t seq)
{
    int percent = 0;

    for (size_t i = 0; i < verifying->scale_count && verifying->scales[i].seq < seq; i++) {
        percent = verifying->scales[i].percent;
    }
    return percent;
}

static const struct li_playbook *drawing(const struct verifying *verifying, struct li_str name,
                                         int64_t version)
{
    for (size_t i = 0; i < verifying->drawing_count; i++) {
        const struct li_playbook *playbook = verifying->drawing[i];
        if (li_str_eq(playbook->name, name) && (!version || playbook->version == version)) {
            return playbook;
        }
    }
    return NULL;
}

/* ---- one entry --------------------------------------------------------------------- */

/* An entry that moved the case, and the case as it then stood. */
struct move {
    const struct li_playbook *playbook;
    const struct li_node *payload;
    int *fired; /* places of actions, the asked-for first */
    size_t fired_count;
    struct li_snapshot as;
    bool vague; /* history does not tell its fields and counters whole */
};

static void gather(void *arg, struct li_str name)
{
    bool *vague = arg;
    bool given = li_str_starts(name, LI_S("field.")) && !memchr(name.ptr + 6, '.', name.len - 6);

    *vague |= !given && !li_str_starts(name, LI_S("count.")) && !li_str_is(name, "case.via");
}

/* Whether a draw's share is the one the case came to. */
static int judge_share(struct verifying *verifying, const struct move *move, int sample,
                       size_t before, int64_t share, bool *ret)
{
    const struct li_sample *of = &move->playbook->samples[sample];
    bool vague = move->vague, some = false;
    int stated = 0, r;

    for (size_t i = 0; i < of->share_count; i++) {
        int64_t one = (int64_t)of->shares[i].percent * move->as.sample_scale;
        some |= share && share == (one < LI_DRAW_WHOLE ? one : LI_DRAW_WHOLE);
        if (of->shares[i].when) {
            li_expression_names(of->shares[i].when, gather, &vague);
        }
    }
    if (vague) {
        *ret = some || !share;
        return 0;
    }
    r = li_machine_share(verifying->ctx, &move->as, sample, move->fired, before, &stated);
    *ret = share == stated;
    return r;
}

static const struct li_node *draw_of(const struct move *move, struct li_str name)
{
    const struct li_node *drawn = li_node_get(move->payload, "drawn");

    for (size_t i = 0; drawn && drawn->kind == LI_LIST && i < drawn->list.count; i++) {
        if (li_str_eq(li_node_text(drawn->list.items[i], "name"), name)) {
            return drawn->list.items[i];
        }
    }
    return NULL;
}

/* One sample, where one of the actions done asks for it; `*seen` counts the draws found. */
static int judge_sample(struct verifying *verifying, const struct move *move, int sample,
                        size_t *seen)
{
    const struct li_node *draw = draw_of(move, move->playbook->samples[sample].name);
    const struct li_node *share = li_node_get(draw, "share");
    size_t at = 0;
    bool right;
    int r;

    while (at < move->fired_count &&
           !(move->playbook->actions[move->fired[at]].samples >> sample & 1)) {
        at++;
    }
    if (at == move->fired_count) {
        return 0; /* one that is there all the same is not counted as seen */
    }
    *seen += draw != NULL;
    r = judge_share(verifying, move, sample, at, share && share->kind == LI_INT ? share->number : 0,
                    &right);
    if (r) {
        return r;
    }
    if (!draw) {
        return right ? 0 : tell(verifying, verifying->number, "what had to be drawn was not");
    }
    if (!li_str_eq(li_node_text(draw, "number"), verifying->number)) {
        return tell(verifying, verifying->number, "it was drawn by another number");
    }
    if (!right) {
        return tell(verifying, verifying->number, "a share is not what the playbook says");
    }
    verifying->report->draws++;
    return 0;
}

static int fired_of(struct li_ctx *ctx, struct move *move)
{
    const struct li_node *more = li_node_get(move->payload, "fired");
    size_t count = more && more->kind == LI_LIST ? more->list.count : 0;

    move->fired = li_alloc_array(ctx, count + 1, sizeof(*move->fired));
    if (!move->fired) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i <= count; i++) {
        struct li_str name =
            i ? more->list.items[i - 1]->text : li_node_text(move->payload, "action");
        int place = name.ptr ? li_playbook_action(move->playbook, name) : -1;
        if (place >= 0) {
            move->fired[move->fired_count++] = place;
        }
    }
    return 0;
}

static int judge_move(struct verifying *verifying, struct move *move)
{
    const struct li_node *drawn = li_node_get(move->payload, "drawn");
    size_t count = drawn && drawn->kind == LI_LIST ? drawn->list.count : 0, seen = 0;
    int r = fired_of(verifying->ctx, move);

    for (size_t i = 0; r == 0 && i < move->playbook->sample_count; i++) {
        r = judge_sample(verifying, move, (int)i, &seen);
    }
    return r || seen == count
               ? r
               : tell(verifying, verifying->number, "it was drawn without being asked");
}

/* ---- one case ---------------------------------------------------------------------- */

static bool is_move(struct li_str command)
{
    return li_str_is(command, li_case_act.name) || li_str_is(command, li_case_settle.name) ||
           li_str_is(command, li_case_clock_step.name);
}

/* Whether an entry says nothing of fields and counters. */
static bool is_quiet(struct li_str command)
{
    static const char *const names[] = {"case.follow", "case.reveal", "case.link",
                                        "case.unlink", "case.merge",  "case.unmerge"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (li_str_is(command, names[i])) {
            return true;
        }
    }
    return !li_str_starts(command, LI_S("case."));
}

static int64_t version_of(const struct li_node *payload)
{
    const struct li_node *version = li_node_get(payload, "version");

    return version && version->kind == LI_INT ? version->number : -1;
}

/* It goes on by a later version, with the fields that one has. */
static int migrate(struct verifying *verifying, struct li_was *was, const struct li_node *payload)
{
    const struct li_node *kept = li_node_get(payload, "kept");
    const struct li_node none = {.kind = LI_MAP};
    const struct li_playbook *playbook;
    int r = li_library_find(verifying->ctx, li_bound(verifying->record)->library, verifying->conn,
                            verifying->tenant, was->row.playbook->name, (int)version_of(payload),
                            &playbook);

    if (r == 0) {
        was->row.playbook = playbook;
        r = li_machine_fields_over(verifying->ctx, playbook, kept ? kept : &none, &none,
                                   &was->row.fields);
    }
    return r;
}

static int judge_entry(struct verifying *verifying, struct li_was *was,
                       const struct li_entry *entry, bool *vague)
{
    const struct li_node *counts = was->row.counts;
    struct li_node *payload;
    int r = li_canonical_read(verifying->ctx, entry->payload, &payload);

    if (r) {
        return r;
    }
    if (li_str_is(entry->command, li_case_migrate.name)) {
        return migrate(verifying, was, payload);
    }
    r = is_quiet(entry->command) ? 0 : li_was_read(verifying->ctx, was, entry);
    if (r || !is_move(entry->command)) {
        *vague |= !is_quiet(entry->command) && !li_str_is(entry->command, li_case_open.name);
        return r;
    }
    struct move move = {.playbook = was->row.playbook,
                        .payload = payload,
                        .vague = *vague,
                        .as = {.playbook = was->row.playbook,
                               .state = was->row.state,
                               .via = was->row.via,
                               .fields = was->row.fields, /* with what the step gave */
                               .counts = counts,          /* before it */
                               .sample_scale = scale_at(verifying, entry->seq)}};
    return judge_move(verifying, &move);
}

/* How it was opened: by which version, by which way, under which number. */
static int begin(struct verifying *verifying, const struct li_entry *entry, struct li_str number,
                 struct li_was *ret)
{
    struct li_case row = {.id = entry->entity};
    struct li_node *payload;
    int r = li_canonical_read(verifying->ctx, entry->payload, &payload);

    r = r ? r
          : li_library_find(verifying->ctx, li_bound(verifying->record)->library, verifying->conn,
                            verifying->tenant, li_node_text(payload, "playbook"),
                            (int)version_of(payload), &row.playbook);
    if (r) {
        return r;
    }
    row.via = li_node_text(payload, "via");
    verifying->number = li_node_text(payload, "number");
    r = li_str_eq(verifying->number, number)
            ? 0
            : tell(verifying, number, "the case was opened under another number");
    return r ? r : li_was_begin(verifying->ctx, &row, NULL, 0, LI_S(""), ret);
}

static int judge_case(struct verifying *verifying, int64_t id, struct li_str number)
{
    const struct li_entry *left;
    struct li_entry *entries;
    struct li_was was = {.vague = false};
    size_t count;
    bool vague = false;
    int r = li_history_of(verifying->ctx, verifying->conn, verifying->tenant, id, ENTRIES, &entries,
                          &count);

    r = r ? r : li_undo_left(verifying->ctx, entries, count, &left, &count);
    if (r || !count || !li_str_is(left[0].command, li_case_open.name)) {
        return r ? r : tell(verifying, number, "history does not say how the case was opened");
    }
    r = begin(verifying, &left[0], number, &was);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = judge_entry(verifying, &was, &left[i], &vague);
    }
    if (r && r != -LI_E_NOMEM && r != -LI_E_STORE) {
        r = tell(verifying, number, "its entries cannot be read");
    }
    return r;
}

/* ---- all of them ------------------------------------------------------------------- */

struct one {
    int64_t id;
    struct li_str number;
    bool draws;
};

static int read_page(struct verifying *verifying, int64_t after, struct one *ret, size_t *ret_count)
{
    struct li_ctx *ctx = verifying->told;
    struct li_rows *rows;
    int r = li_query(ctx, verifying->conn, &drawn_cases,
                     LI_ARGS(li_v(verifying->tenant), li_v(after)), &rows);

    *ret_count = 0;
    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        struct one *one = &ret[(*ret_count)++];
        *one = (struct one){li_col_i64(rows, 0), {.ptr = NULL}, false};
        one->draws = drawing(verifying, li_col_str(rows, 1), 0) != NULL;
        one->number = one->draws ? li_col_dup(ctx, rows, 2) : LI_S("");
    }
    li_rows_done(rows);
    return r;
}

static int judge_all(struct verifying *verifying)
{
    struct one *page = li_alloc_array(verifying->told, 256, sizeof(*page));
    int64_t after = 0;
    size_t count;
    int r = page ? 0 : -LI_E_NOMEM;

    while (r == 0) {
        r = read_page(verifying, after, page, &count);
        if (r || !count) {
            return r;
        }
        for (size_t i = 0; r == 0 && i < count; i++) {
            li_arena_reset(verifying->ctx->arena);
            li_ctx_clear(verifying->ctx);
            r = page[i].draws ? judge_case(verifying, page[i].id, page[i].number) : 0;
        }
        after = page[count - 1].id;
    }
    return r;
}

int li_drawn_verify(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, struct li_drawn_report *ret)
{
    struct li_arena *arena = li_arena_new(0);
    struct li_drawn_report report = {0};
    struct li_ctx step;
    struct verifying verifying = {.told = ctx,
                                  .ctx = &step,
                                  .record = record,
                                  .conn = conn,
                                  .tenant = tenant,
                                  .report = &report};
    int r;

    if (!arena) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory to verify draws");
    }
    li_ctx_init(&step, arena, ctx->clock, ctx->random);
    r = take_said(&verifying);
    if (r == 0 && verifying.drawing_count) {
        r = take_chain(&verifying);
        r = r ? r : judge_all(&verifying);
    }
    if (r && step.error_count) {
        r = LI_FAIL(ctx, -r, "%.*s", LI_P(li_ctx_explain(&step)));
    }
    li_arena_free(arena);
    if (r == 0) {
        *ret = report;
    }
    return r;
}
