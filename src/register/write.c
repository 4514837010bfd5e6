/*
 * Commands over one row, and what writing a row means.
 *
 * A step stands beside the row for every command, with the structured values it set;
 * the texts it set lie in the vault under slots of the same history number.
 */
#include "base/id.h"
#include "base/time.h"
#include "record/number.h"
#include "record/tenant.h"
#include "register/inside.h"

LI_SQL(row_insert,
       "insert into register_row (tenant, id, register, version, rev, code, name, area, "
       "area_path, since, until, f1, f2, f3, f4, fields, texts, made_at, changed_at, gone, once) "
       "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
       "$18, 0, $19)");
LI_SQL(row_update,
       "update register_row set version = $3, rev = $4, code = $5, name = $6, area = $7, "
       "area_path = $8, since = $9, until = $10, f1 = $11, f2 = $12, f3 = $13, f4 = $14, "
       "fields = $15, texts = $16, changed_at = $17, once = $18 where tenant = $1 and id = $2");
LI_SQL(row_end, "update register_row set rev = $3, changed_at = $4, gone = 1 "
                "where tenant = $1 and id = $2");
LI_SQL(row_raise, "update register_row set rev = $3 where tenant = $1 and id = $2");
LI_SQL(step_insert, "insert into register_step (tenant, row_id, rev, seq, at, account, what, "
                    "fields) values ($1, $2, $3, $4, $5, $6, $7, $8)");
LI_SQL(word_insert, "insert into register_word (tenant, register, word, row_id) "
                    "values ($1, $2, $3, $4) on conflict (tenant, register, word, row_id) "
                    "do nothing");
LI_SQL(word_delete, "delete from register_word where tenant = $1 and register = $2 "
                    "and word = $3 and row_id = $4");
LI_SQL(link_insert, "insert into register_link (tenant, target, field, source) "
                    "values ($1, $2, $3, $4) on conflict (tenant, target, field, source) "
                    "do nothing");
LI_SQL(link_delete, "delete from register_link where tenant = $1 and target = $2 and field = $3 "
                    "and source = $4");

/* ---- gates ------------------------------------------------------------------------ */

bool li_row_may_write(const struct li_viewer *viewer, const struct li_register *reg,
                      struct li_str area_path)
{
    bool may =
        viewer->kind == LI_VIEWER_SYSTEM || li_viewer_holds(viewer, reg->owner, area_path, 0);

    for (size_t i = 0; !may && i < reg->by_count; i++)
        may = li_viewer_holds(viewer, reg->by[i], area_path, 0);
    return may;
}

bool li_row_may_read(const struct li_viewer *viewer, struct li_str area_path)
{
    return viewer->kind == LI_VIEWER_SYSTEM || li_viewer_holds(viewer, LI_S("*"), area_path, 0) ||
           li_viewer_holds(viewer, LI_S("auditor"), area_path, 0);
}

/* ---- writing ---------------------------------------------------------------------- */

static int put_step(struct li_ctx *ctx, const struct li_tx *tx, const struct li_row *row,
                    const char *what, struct li_str fields)
{
    return li_exec(ctx, tx->conn, &step_insert,
                   LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v(row->rev), li_v(tx->seq),
                           li_v(tx->now), li_v_opt(tx->viewer ? tx->viewer->account : 0),
                           li_v_text(li_str(what)), li_v_blob(fields)),
                   NULL);
}

static int put_texts(struct li_ctx *ctx, const struct li_tx *tx, struct li_row_change *change)
{
    struct li_row *row = &change->row;
    struct li_node *texts = li_node_new_map(ctx), *slot;
    int r = texts ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && row->texts && i < row->texts->map.count; i++) {
        bool changed = false;
        for (int k = 0; k < change->text_count; k++)
            changed |= li_str_eq(change->texts[k].field->name, row->texts->map.items[i].key);
        if (!changed)
            r = li_node_put(ctx, texts, row->texts->map.items[i].key,
                            row->texts->map.items[i].value);
    }
    for (int i = 0; r == 0 && i < change->text_count; i++) {
        struct li_row_text *text = &change->texts[i];
        if (!text->value.ptr)
            continue;
        r = li_vault_put(ctx, tx, row->id, i, text->field->name, text->value, text->field->personal,
                         &text->commit);
        if (r == 0 && text->field->keep_days) {
            struct li_str rule = li_strf(ctx, "%.*s: keep %lldd", LI_P(text->field->name),
                                         (long long)text->field->keep_days);
            r = rule.ptr ? li_vault_erase_later(ctx, tx, row->id, i, rule,
                                                tx->now + text->field->keep_days * LI_DAY)
                         : -LI_E_NOMEM;
        }
        slot = li_node_new_int(ctx, tx->seq * LI_VAULT_SLOTS + i);
        r = r ? r : slot ? li_node_put(ctx, texts, text->field->name, slot) : -LI_E_NOMEM;
    }
    row->texts = texts;
    return r;
}

/* The words of name and code now in place of those before. */
static int put_words(struct li_ctx *ctx, const struct li_tx *tx, const struct li_row *row,
                     struct li_str name, struct li_str code, const struct li_sql *sql)
{
    struct li_str words[LI_ROW_WORDS];
    size_t count = 0;
    int r = li_row_words(ctx, name, words, &count);

    r = r ? r : li_row_words(ctx, code, words, &count);
    for (size_t i = 0; r == 0 && i < count; i++)
        r = li_exec(ctx, tx->conn, sql,
                    LI_ARGS(li_v(tx->tenant), li_v_text(row->reg->form.name), li_v_text(words[i]),
                            li_v(row->id)),
                    NULL);
    return r;
}

static int put_link(struct li_ctx *ctx, const struct li_tx *tx, const struct li_row *row,
                    const struct li_field *field, const struct li_node *value,
                    const struct li_sql *sql)
{
    int64_t target;
    int r = value && value->kind == LI_TEXT ? li_id_parse(ctx, value->text, &target) : 1;

    return r ? (r > 0 ? 0 : r)
             : li_exec(
                   ctx, tx->conn, sql,
                   LI_ARGS(li_v(tx->tenant), li_v(target), li_v_text(field->name), li_v(row->id)),
                   NULL);
}

static int put_links(struct li_ctx *ctx, const struct li_tx *tx, const struct li_row_change *change,
                     const struct li_node *before)
{
    const struct li_playbook *form = &change->row.reg->form;
    int r = 0;

    for (size_t i = 0; r == 0 && i < change->given->map.count; i++) {
        const struct li_member *member = &change->given->map.items[i];
        const struct li_field *field = &form->fields[li_playbook_field(form, member->key)];
        if (field->type != LI_FIELD_SUBJECT)
            continue;
        r = before ? put_link(ctx, tx, &change->row, field, li_node_get_str(before, member->key),
                              &link_delete)
                   : 0;
        r = r ? r : put_link(ctx, tx, &change->row, field, member->value, &link_insert);
    }
    return r;
}

static struct li_val find_value(const struct li_row *row, int i)
{
    return li_v_text(row->find[i]);
}

static int put_row(struct li_ctx *ctx, const struct li_tx *tx, const struct li_row_change *change)
{
    const struct li_row *row = &change->row;
    struct li_str fields, texts;
    int r = li_canonical(ctx, row->fields, &fields);

    r = r ? r : li_canonical(ctx, row->texts, &texts);
    if (r)
        return r;
    if (change->is_new)
        return li_exec(ctx, tx->conn, &row_insert,
                       LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v_text(row->reg->form.name),
                               li_v(row->reg->form.version), li_v(row->rev), li_v_text(row->code),
                               li_v_text(row->name), li_v_text(row->area),
                               li_v_text(row->area_path), li_v(row->since), li_v(row->until),
                               find_value(row, 0), find_value(row, 1), find_value(row, 2),
                               find_value(row, 3), li_v_blob(fields), li_v_blob(texts),
                               li_v(tx->now), li_v_text(row->once)),
                       NULL);
    return li_exec(ctx, tx->conn, &row_update,
                   LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v(row->reg->form.version),
                           li_v(row->rev), li_v_text(row->code), li_v_text(row->name),
                           li_v_text(row->area), li_v_text(row->area_path), li_v(row->since),
                           li_v(row->until), find_value(row, 0), find_value(row, 1),
                           find_value(row, 2), find_value(row, 3), li_v_blob(fields),
                           li_v_blob(texts), li_v(tx->now), li_v_text(row->once)),
                   NULL);
}

static int give_code(struct li_ctx *ctx, const struct li_tx *tx, struct li_row *row)
{
    struct li_str series = li_strf(ctx, "register:%.*s", LI_P(row->reg->form.name));
    int64_t number = 0;
    int r = series.ptr ? li_number_next(ctx, tx, series, LI_S(""), &number) : -LI_E_NOMEM;

    return r ? r : li_number_format(ctx, row->reg->number, tx->now, number, &row->code);
}

int li_row_write(struct li_ctx *ctx, const struct li_tx *tx, struct li_row_change *change,
                 const char *what)
{
    struct li_row *row = &change->row, before = {.id = 0};
    struct li_str given;
    int r = 0;

    if (!change->is_new) {
        r = li_row_find(ctx, tx->record, tx->conn, tx->tenant, row->id, &before);
        r = r ? r : put_words(ctx, tx, row, before.name, before.code, &word_delete);
        r = r ? r : li_row_count(ctx, tx, &before, -1);
    }
    if (r == 0 && !row->code.len)
        r = give_code(ctx, tx, row);
    row->rev++;
    r = r ? r : put_texts(ctx, tx, change);
    r = r ? r : put_row(ctx, tx, change);
    r = r ? r : li_row_count(ctx, tx, row, 1);
    r = r ? r : put_words(ctx, tx, row, row->name, row->code, &word_insert);
    r = r ? r : put_links(ctx, tx, change, before.fields);
    r = r ? r : li_canonical(ctx, change->given, &given);
    return r ? r : put_step(ctx, tx, row, what, given);
}

void li_row_refer(struct li_json *json, const struct li_tx *tx, const struct li_row_change *change)
{
    li_json_key(json, "fields");
    li_json_node(json, change->given);
    li_json_put_text(json, "register", change->row.reg->form.name);
    li_json_put_int(json, "rev", change->row.rev);
    li_json_key(json, "texts");
    li_json_open_map(json);
    for (int i = 0; i < change->text_count; i++) {
        li_json_key_str(json, change->texts[i].field->name);
        if (change->texts[i].value.ptr)
            li_vault_refer(json, tx, i, &change->texts[i].commit);
        else
            li_json_null(json);
    }
    li_json_close_map(json);
}

/* ---- row.put ---------------------------------------------------------------------- */

struct plan {
    struct li_row_done done; /* first: what the caller sees of a plan */
    struct li_row_change change;
};

/* The row as it is, looked at when it had `rev`, and whether the viewer may write it. */
static int find_own(struct li_ctx *ctx, const struct li_tx *tx, struct li_str reg, int64_t id,
                    int64_t rev, struct li_row *ret)
{
    int r = li_row_find(ctx, tx->record, tx->conn, tx->tenant, id, ret);

    if (r == -LI_E_NOT_FOUND || (r == 0 && !li_str_eq(ret->reg->form.name, reg)))
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such row");
    if (r)
        return r;
    if (!li_row_may_write(tx->viewer, ret->reg, ret->area_path))
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "the row is another post's");
    if (ret->gone)
        return LI_FAIL(ctx, LI_E_STATE, "the row has ended");
    if (rev && ret->rev != rev)
        return LI_FAIL(ctx, LI_E_STALE, "the row has rev %lld", (long long)ret->rev);
    return 0;
}

static int put_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    const struct li_row_put_args *put = args;
    struct plan *plan = li_alloc(ctx, sizeof(*plan));
    struct li_row from = {.id = 0};
    struct li_node *before = NULL;
    int r = plan ? 0 : -LI_E_NOMEM;

    if (r == 0 && put->id) {
        r = find_own(ctx, tx, put->reg, put->id, put->rev, &from);
        r = r ? r : li_row_values(ctx, tx->record, tx->conn, tx->tenant, &from, true, &before);
    } else if (r == 0) {
        r = li_register_find(ctx, tx->record, tx->conn, tx->tenant, put->reg, &from.reg);
    }
    r = r ? r : li_row_decide(ctx, tx, &from, before, put->fields, &plan->change);
    if (r == 0 && !li_row_may_write(tx->viewer, from.reg, plan->change.row.area_path))
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "the place is another post's");
    if (r == 0) {
        if (!put->id)
            plan->change.row.id =
                li_id_next(li_record_ids(tx->record), li_record_clock(tx->record));
        *ret_plan = plan;
    }
    return r;
}

static int put_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg, struct li_outcome *ret)
{
    struct plan *plan = arg;
    struct li_json json;
    int r = li_row_write(ctx, tx, &plan->change, plan->change.is_new ? "add" : "change");

    r = r ? r : li_json_begin(ctx, &json);
    if (r)
        return r;
    plan->done = (struct li_row_done){
        .id = plan->change.row.id, .rev = plan->change.row.rev, .code = plan->change.row.code};
    li_row_refer(&json, tx, &plan->change);
    ret->entity = plan->change.row.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_row_put = {
    .name = "row.put",
    .decide = put_decide,
    .write = put_write,
};

/* ---- row.end, row.reveal ----------------------------------------------------------- */

struct touch {
    struct li_row_done done; /* first: what the caller sees of a plan */
    struct li_row row;
    struct li_str field;
};

static int end_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    const struct li_row_end_args *end = args;
    struct touch *plan = li_alloc(ctx, sizeof(*plan));
    int r = plan ? find_own(ctx, tx, end->reg, end->id, end->rev, &plan->row) : -LI_E_NOMEM;

    if (r == 0)
        *ret_plan = plan;
    return r;
}

/* {"field": …, "register": …, "rev": …} of a command that sets nothing. */
static int touch_payload(struct li_ctx *ctx, const struct touch *plan, struct li_outcome *ret)
{
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r)
        return r;
    if (plan->field.ptr)
        li_json_put_text(&json, "field", plan->field);
    li_json_put_text(&json, "register", plan->row.reg->form.name);
    li_json_put_int(&json, "rev", plan->row.rev);
    ret->entity = plan->row.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

static int end_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg, struct li_outcome *ret)
{
    struct touch *plan = arg;
    struct li_row *row = &plan->row;
    int r;

    row->rev++;
    plan->done = (struct li_row_done){.id = row->id, .rev = row->rev, .code = row->code};
    r = li_exec(ctx, tx->conn, &row_end,
                LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v(row->rev), li_v(tx->now)), NULL);
    r = r ? r : li_row_count(ctx, tx, row, -1);
    r = r ? r : put_step(ctx, tx, row, "end", LI_S("{}"));
    return r ? r : touch_payload(ctx, plan, ret);
}

const struct li_command li_row_end = {
    .name = "row.end",
    .decide = end_decide,
    .write = end_write,
};

static int reveal_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    const struct li_row_reveal_args *reveal = args;
    struct touch *plan = li_alloc(ctx, sizeof(*plan));
    int place, r = plan ? find_own(ctx, tx, reveal->reg, reveal->id, 0, &plan->row) : -LI_E_NOMEM;

    if (r)
        return r;
    place = li_playbook_field(&plan->row.reg->form, reveal->field);
    if (place < 0 || !plan->row.reg->form.fields[place].personal ||
        !li_node_get_str(plan->row.texts, reveal->field))
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "nothing to reveal");
    plan->field = plan->row.reg->form.fields[place].name;
    *ret_plan = plan;
    return 0;
}

static int reveal_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg,
                        struct li_outcome *ret)
{
    struct touch *plan = arg;
    struct li_row *row = &plan->row;
    struct li_str fields = li_strf(ctx, "{\"field\":\"%.*s\"}", LI_P(plan->field));
    int r;

    row->rev++;
    plan->done = (struct li_row_done){.id = row->id, .rev = row->rev, .code = row->code};
    r = fields.ptr ? li_exec(ctx, tx->conn, &row_raise,
                             LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v(row->rev)), NULL)
                   : -LI_E_NOMEM;
    r = r ? r : put_step(ctx, tx, row, "reveal", fields);
    return r ? r : touch_payload(ctx, plan, ret);
}

const struct li_command li_row_reveal = {
    .name = "row.reveal",
    .decide = reveal_decide,
    .write = reveal_write,
};
