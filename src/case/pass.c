/* One-time links; see pass.h. */
#include "case/pass.h"

#include "base/time.h"
#include "case/inside.h"

LI_SQL(pass_select, "select edition, made_at, until, ended_at from pass "
                    "where tenant = $1 and case_id = $2 and part = $3");
LI_SQL(pass_by_token, "select case_id, part, until from pass "
                      "where tenant = $1 and token = $2 and ended_at is null");
LI_SQL(pass_insert, "insert into pass (tenant, case_id, part, edition, token, made_at, until) "
                    "values ($1, $2, $3, $4, $5, $6, $7)");
LI_SQL(pass_renew, "update pass set edition = $4, token = $5, made_at = $6, until = $7, "
                   "ended_at = null where tenant = $1 and case_id = $2 and part = $3");
LI_SQL(pass_ended,
       "update pass set ended_at = $4 where tenant = $1 and case_id = $2 and part = $3");

/* ---- reading --------------------------------------------------------------- */

int li_pass_of(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id, int part,
               struct li_pass *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &pass_select, LI_ARGS(li_v(tenant), li_v(case_id), li_v(part)),
                         &rows);

    if (r == 0) {
        *ret = (struct li_pass){
            .case_id = case_id,
            .part = part,
            .edition = li_col_i64(rows, 0),
            .made_at = li_col_i64(rows, 1),
            .until = li_col_i64(rows, 2),
            .ended_at = li_col_i64(rows, 3),
        };
        li_rows_done(rows);
    }
    return r;
}

int li_pass_token(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                  const struct li_pass *pass, uint8_t ret[16])
{
    struct li_str text = li_strf(ctx, "pass %lld %d %lld", (long long)pass->case_id, pass->part,
                                 (long long)pass->edition);

    return text.ptr ? li_key_derive(ctx, record, tenant, text, ret) : -LI_E_NOMEM;
}

static int by_token(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                    const uint8_t token[16], struct li_pass *ret)
{
    uint8_t hash[16];
    struct li_rows *rows;
    int r;

    li_case_token_hash(token, hash);
    r = li_query_one(ctx, conn, &pass_by_token,
                     LI_ARGS(li_v(tenant), li_v_blob(li_str_n(hash, 16))), &rows);
    if (r == 0) {
        *ret = (struct li_pass){.case_id = li_col_i64(rows, 0),
                                .part = (int)li_col_i64(rows, 1),
                                .until = li_col_i64(rows, 2)};
        li_rows_done(rows);
    }
    return r;
}

static const struct li_case_part *numbered(const struct li_case_part *parts, size_t count, int no)
{
    for (size_t i = 0; i < count; i++) {
        if (parts[i].part.no == no) {
            return &parts[i];
        }
    }
    return NULL;
}

/* Who holds a link acts as the part's owner: its post, for its organization. */
static int stands_for(struct li_ctx *ctx, const struct li_pass *pass,
                      const struct li_case_part *part, int64_t tenant, struct li_viewer *ret)
{
    struct li_post *post = li_alloc(ctx, sizeof(*post));

    if (!post) {
        return -LI_E_NOMEM;
    }
    *post = (struct li_post){.post = part->part.owner.post,
                             .area_path = part->part.owner.area_path,
                             .org = part->part.org};
    *ret = (struct li_viewer){.kind = LI_VIEWER_PASS,
                              .tenant = tenant,
                              .case_id = pass->case_id,
                              .part = pass->part,
                              .posts = post,
                              .post_count = post->post.ptr ? 1 : 0};
    return 0;
}

int li_pass_viewer(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, const uint8_t token[16], int64_t now, struct li_viewer *ret)
{
    const struct li_case_part *part;
    struct li_case_part *parts;
    struct li_pass pass;
    struct li_case row;
    size_t count;
    int r = by_token(ctx, conn, tenant, token, &pass);

    if (r == -LI_E_NOT_FOUND || (r == 0 && pass.until <= now)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such link, or not any more");
    }
    r = r ? r : li_case_find(ctx, record, conn, tenant, pass.case_id, &row);
    r = r ? r : li_case_parts(ctx, conn, tenant, &row, &parts, &count);
    if (r) {
        return r;
    }
    part = numbered(parts, count, pass.part);
    if (!part) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a link to a part that is not there");
    }
    return stands_for(ctx, &pass, part, tenant, ret);
}

int li_pass_holds(struct li_ctx *ctx, const struct li_tx *tx)
{
    const struct li_viewer *viewer = tx->viewer;
    struct li_pass pass;
    int r;

    if (viewer->kind != LI_VIEWER_PASS) {
        return 0;
    }
    r = li_pass_of(ctx, tx->conn, tx->tenant, viewer->case_id, viewer->part, &pass);
    if (r == -LI_E_NOT_FOUND || (r == 0 && (pass.ended_at || pass.until <= tx->now))) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "the link was called back");
    }
    return r;
}

/* ---- who may, and for which part ------------------------------------------- */

struct passing {
    struct li_pass pass; /* first: what the caller sees of a plan */
    int64_t org;
    bool is_new;
    uint8_t token[16];
};

static bool may_give(const struct li_viewer *viewer, struct li_str area_path)
{
    static const char *const posts[] = {"desk", "dispatcher", "chief"};

    for (size_t i = 0; i < sizeof(posts) / sizeof(posts[0]); i++) {
        if (viewer->kind == LI_VIEWER_STAFF &&
            li_viewer_holds(viewer, li_str(posts[i]), area_path, 0)) {
            return true;
        }
    }
    return false;
}

/* The part, for who may give out a link to it; *ret_open: it may still be worked on. */
static int find_part(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id, int no,
                     struct passing *passing, bool *ret_open)
{
    enum li_sight sight = LI_SIGHT_NONE;
    const struct li_case_part *part = NULL;
    struct li_case_part *parts;
    struct li_case row;
    size_t count;
    int r = li_case_find(ctx, tx->record, tx->conn, tx->tenant, case_id, &row);

    r = r ? r : li_case_parts(ctx, tx->conn, tx->tenant, &row, &parts, &count);
    r = r ? r : li_case_sight(ctx, tx->viewer, tx->tenant, &row, parts, count, &sight);
    if (r == 0 && sight >= LI_SIGHT_STAFF) {
        part = numbered(parts, count, no);
    }
    if (r == -LI_E_NOT_FOUND || (r == 0 && !part)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such part");
    }
    if (r == 0 && !may_give(tx->viewer, row.area_path)) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "links are given out by the desk of the place");
    }
    if (r == 0) {
        passing->org = part->part.org;
        *ret_open =
            !row.closed_at && !part->ended_at && part->part.org && part->part.owner.post.ptr;
    }
    return r;
}

static int payload(struct li_ctx *ctx, const struct passing *passing, struct li_outcome *ret)
{
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_put_int(&json, "edition", passing->pass.edition);
    li_json_put_int(&json, "organization", passing->org);
    li_json_put_int(&json, "part", passing->pass.part);
    li_json_put_int(&json, "until", passing->pass.until);
    ret->entity = passing->pass.case_id;
    return li_json_finish(ctx, &json, &ret->payload);
}

/* ---- pass.make ------------------------------------------------------------- */

static int make_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct li_pass_make_args *make = args;
    struct passing *passing = li_alloc(ctx, sizeof(*passing));
    struct li_pass before = {.edition = 0};
    bool open = false;
    int r = passing ? find_part(ctx, tx, make->case_id, make->part, passing, &open) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    if (!open) {
        return LI_FAIL(ctx, LI_E_STATE, "the part has ended, or is no organization's");
    }
    r = li_pass_of(ctx, tx->conn, tx->tenant, make->case_id, make->part, &before);
    if (r && r != -LI_E_NOT_FOUND) {
        return r;
    }
    passing->is_new = r == -LI_E_NOT_FOUND;
    passing->pass = (struct li_pass){
        .case_id = make->case_id,
        .part = make->part,
        .edition = before.edition + 1,
        .made_at = tx->now,
        .until = tx->now + make->days * LI_DAY,
    };
    r = li_pass_token(ctx, tx->record, tx->tenant, &passing->pass, passing->token);
    if (r == 0) {
        *ret_plan = passing;
    }
    return r;
}

static int make_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    const struct passing *passing = plan;
    const struct li_pass *pass = &passing->pass;
    uint8_t hash[16];
    int r;

    li_case_token_hash(passing->token, hash);
    r = li_exec(ctx, tx->conn, passing->is_new ? &pass_insert : &pass_renew,
                LI_ARGS(li_v(tx->tenant), li_v(pass->case_id), li_v(pass->part),
                        li_v(pass->edition), li_v_blob(li_str_n(hash, 16)), li_v(pass->made_at),
                        li_v(pass->until)),
                NULL);
    return r ? r : payload(ctx, passing, ret);
}

const struct li_command li_pass_make = {
    .name = "pass.make",
    .decide = make_decide,
    .write = make_write,
};

/* ---- pass.end -------------------------------------------------------------- */

static int end_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    const struct li_pass_end_args *end = args;
    struct passing *passing = li_alloc(ctx, sizeof(*passing));
    bool open;
    int r = passing ? find_part(ctx, tx, end->case_id, end->part, passing, &open) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    r = li_pass_of(ctx, tx->conn, tx->tenant, end->case_id, end->part, &passing->pass);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "the part has no link");
    }
    if (r == 0 && (passing->pass.ended_at || passing->pass.until <= tx->now)) {
        return LI_FAIL(ctx, LI_E_STATE, "the link is over");
    }
    if (r == 0) {
        *ret_plan = passing;
    }
    return r;
}

static int end_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    const struct passing *passing = plan;
    int r = li_exec(ctx, tx->conn, &pass_ended,
                    LI_ARGS(li_v(tx->tenant), li_v(passing->pass.case_id), li_v(passing->pass.part),
                            li_v(tx->now)),
                    NULL);

    return r ? r : payload(ctx, passing, ret);
}

const struct li_command li_pass_end = {
    .name = "pass.end",
    .decide = end_decide,
    .write = end_write,
};
