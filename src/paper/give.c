/*
 * Papers that were given out: the file as it was, in the vault, so that nobody can change
 * it unseen and a rule can take it away.
 *
 * It lies under an identifier of its own: who looks at the case does not load it.
 */
#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "paper/inside.h"
#include "record/record.h"
#include "record/vault.h"

#define PLACE_FILE 0
#define PLACE_LINK 1

LI_SQL(paper_give, "update paper set copy_id = $4, given_at = $5, shows = $6 "
                   "where tenant = $1 and case_id = $2 and no = $3");

struct giving {
    struct li_paper given; /* first: what the caller sees of a plan */
    const struct li_paper_give_args *args;
    int64_t keep_days;
};

/* As long as the case is kept, or the first of what it shows that is not masked. */
static int64_t keeps(const struct li_playbook *playbook)
{
    int64_t days = playbook->keep_days;

    for (size_t i = 0; i < playbook->field_count; i++) {
        const struct li_field *field = &playbook->fields[i];
        if (field->keep_days && !field->personal && (!days || field->keep_days < days)) {
            days = field->keep_days;
        }
    }
    return days;
}

static int give_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct li_paper_give_args *give = args;
    struct giving *giving = li_alloc(ctx, sizeof(*giving));
    struct li_case_part *parts;
    struct li_paper *papers = NULL;
    struct li_case row;
    size_t count = 0;
    int r = giving ? li_paper_case(ctx, tx, give->case_id, &row, &parts, &count) : -LI_E_NOMEM;

    r = r ? r : li_paper_list(ctx, tx->conn, tx->tenant, give->case_id, &papers, &count);
    if (r == 0 && (give->no < 1 || (size_t)give->no > count)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such paper");
    }
    if (r == 0 && papers[give->no - 1].given_at) {
        return LI_FAIL(ctx, LI_E_STATE, "the paper was given out before");
    }
    if (r == 0 && give->docx.len > LI_PAPER_GIVEN) {
        return LI_FAIL(ctx, LI_E_LIMIT, "a paper has at most %zu bytes", LI_PAPER_GIVEN);
    }
    if (r == 0) {
        giving->given = papers[give->no - 1];
        giving->given.given_at = tx->now;
        giving->given.shows = give->shows;
        giving->given.copy = li_id_next(li_record_ids(tx->record), li_record_clock(tx->record));
        giving->args = give;
        giving->keep_days = keeps(row.playbook);
        *ret_plan = giving;
    }
    return r;
}

static int keep_value(struct li_ctx *ctx, const struct li_tx *tx, const struct giving *giving,
                      int place, struct li_str field, struct li_str value,
                      struct li_hash *ret_commit)
{
    int64_t entity = giving->given.copy;
    int r = li_vault_put(ctx, tx, entity, place, field, value, true, ret_commit);
    struct li_str rule = li_strf(ctx, "paper: keep %lldd", (long long)giving->keep_days);

    if (r || giving->keep_days == 0) {
        return r;
    }
    return rule.ptr ? li_vault_erase_later(ctx, tx, entity, place, rule,
                                           tx->now + giving->keep_days * LI_DAY)
                    : -LI_E_NOMEM;
}

static int give_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    const struct giving *giving = plan;
    const struct li_paper_give_args *args = giving->args;
    const struct li_paper *given = &giving->given;
    struct li_hash file, link;
    struct li_json json;
    int r = keep_value(ctx, tx, giving, PLACE_FILE, LI_S("paper"), args->docx, &file);

    if (r == 0 && args->link.ptr) {
        r = keep_value(ctx, tx, giving, PLACE_LINK, LI_S("link"), args->link, &link);
    }
    r = r ? r
          : li_exec(ctx, tx->conn, &paper_give,
                    LI_ARGS(li_v(tx->tenant), li_v(args->case_id), li_v(given->no),
                            li_v(given->copy), li_v(given->given_at), li_v_text(given->shows)),
                    NULL);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_key(&json, "copy");
    li_vault_refer_of(&json, tx, given->copy, PLACE_FILE, &file);
    if (args->link.ptr) {
        li_json_key(&json, "link");
        li_vault_refer_of(&json, tx, given->copy, PLACE_LINK, &link);
    }
    li_json_put_text(&json, "name", li_str(given->kind->name));
    li_json_put_int(&json, "no", given->no);
    ret->entity = args->case_id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_paper_give = {
    .name = "paper.give",
    .decide = give_decide,
    .write = give_write,
};

int li_paper_given(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, const struct li_paper *paper, struct li_str *ret_docx,
                   struct li_str *ret_link)
{
    struct li_str docx = {0}, link = {0};
    struct li_vault_item *items = NULL;
    size_t count = 0;
    int r = li_vault_of(ctx, record, conn, tenant, paper->copy, &items, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        if (li_str_is(items[i].field, "paper")) {
            docx = items[i].value;
        } else {
            link = items[i].value;
        }
    }
    if (r == 0 && !docx.ptr) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "the paper was erased by its rule");
    }
    if (r == 0) {
        *ret_docx = docx;
        *ret_link = link;
    }
    return r;
}
