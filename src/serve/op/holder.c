/*
 * What the holder of a row reads and may do with its code: statements of its accounts, what
 * expires soon, and a case of the one playbook its register lets them open (points for a thing).
 *
 * For residents, without script.  Staff have their own pages of the ledger.
 */
#include "base/id.h"
#include "case/case.h"
#include "case/library.h"
#include "case/message.h"
#include "case/use.h"
#include "contract/fault.h"
#include "ledger/ledger.h"
#include "record/vault.h"
#include "register/register.h"
#include "serve/op/op.h"

#define LINES 30
#define SOON  (60 * LI_DAY) /* what expires within so long is told */
#define ROWS  100           /* to choose from */

static struct li_record *record_of(struct li_request *request)
{
    return li_request_house(request)->record;
}

struct li_str li_op_amount(struct li_request *request, int64_t number, int places, bool sign)
{
    int64_t unit = 1, size = number < 0 ? -number : number;
    const char *mark = number < 0 ? "−" : sign ? "+" : "";

    for (int i = 0; i < places; i++) {
        unit *= 10;
    }
    return size % unit ? li_strf(&request->ctx, "%s%lld.%0*lld", mark, (long long)(size / unit),
                                 places, (long long)(size % unit))
                       : li_strf(&request->ctx, "%s%lld", mark, (long long)(size / unit));
}

/* By which action of which programme a line came. */
static void put_what(struct li_request *request, struct li_node *item,
                     const struct li_ledger_entry *entry)
{
    struct li_case of;
    int action = -1;

    if (entry->reverses) {
        li_page_text(request, item, "what", li_page_word(request, "holder_reversed"));
        return;
    }
    if (entry->case_id && li_case_find(&request->ctx, record_of(request), request->conn,
                                       request->tenant->id, entry->case_id, &of) == 0) {
        action = li_playbook_action(of.playbook, entry->rule);
        li_page_texts(request, item, "programme", of.playbook->title);
        li_page_text(request, item, "number", of.number);
    }
    if (action >= 0) {
        li_page_texts(request, item, "what", of.playbook->actions[action].label);
    } else {
        li_page_text(request, item, "what",
                     li_page_word(request, li_str_is(entry->rule, "expire") ? "holder_expired"
                                                                            : "holder_entry"));
    }
}

static int put_lines(struct li_request *request, struct li_node *map,
                     const struct li_ledger_book *book, const struct li_ledger_account *account)
{
    struct li_node *list = li_page_list(request, map, "lines");
    struct li_ledger_row *rows;
    size_t count;
    int r = li_ledger_statement(&request->ctx, request->conn, request->tenant->id, account->id, 0,
                                LINES, &rows, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_node *item = li_page_item(request, list);
        li_page_time(request, item, "at", rows[i].at);
        put_what(request, item, &rows[i].entry);
        li_page_text(request, item, "amount",
                     li_op_amount(request, rows[i].amount, book->places, true));
        li_page_text(request, item, "balance",
                     li_op_amount(request, rows[i].balance, book->places, false));
    }
    return r;
}

static int put_book(struct li_request *request, struct li_node *list, struct li_str name,
                    const struct li_row *row)
{
    const struct li_ledger_who who = {.kind = LI_S("row"), .ref = row->id, .name = LI_S("")};
    struct li_ledger_account account = {.balance = 0};
    int64_t expires = 0, first = 0;
    struct li_ledger_book book;
    struct li_node *map;
    int r = li_ledger_book_find(&request->ctx, request->conn, request->tenant->id, name, &book);

    if (r) {
        return r == -LI_E_NOT_FOUND ? 0 : r;
    }
    map = li_page_item(request, list);
    r = li_ledger_account_of(&request->ctx, request->conn, request->tenant->id, name, &who,
                             &account);
    li_page_text(request, map, "title", request->ctx.lang == LI_EN ? book.title_en : book.title_zh);
    li_page_text(request, map, "balance",
                 li_op_amount(request, account.balance, book.places, false));
    if (r == -LI_E_NOT_FOUND) {
        return 0;
    }
    if (r == 0 && book.lots) {
        r = li_ledger_expiring(&request->ctx, request->conn, request->tenant->id, account.id,
                               li_now(request->ctx.clock) + SOON, &expires, &first);
    }
    if (r == 0 && expires) {
        li_page_text(request, map, "expires", li_op_amount(request, expires, book.places, false));
        li_page_time(request, map, "expires_at", first);
    }
    return r ? r : put_lines(request, map, &book, &account);
}

/* What they were told lately, newest first. */
static int put_messages(struct li_request *request, struct li_node *data, const struct li_row *row)
{
    struct li_node *list = li_page_list(request, data, "messages");
    struct li_message *messages;
    bool some = false;
    size_t count = 0;
    int r = li_message_list(&request->ctx, request->conn, request->tenant->id, row->id, &messages,
                            &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_node *item;
        if (messages[i].told_at + SOON < li_now(request->ctx.clock)) {
            break;
        }
        item = li_page_item(request, list);
        li_page_texts(request, item, "text", li_message_texts(NULL, &messages[i]));
        li_page_time(request, item, "at", messages[i].told_at);
        some = true;
    }
    li_page_bool(request, data, "has_messages", some);
    return r;
}

/* ---- what they may open ---------------------------------------------------------------- */

/* The field of the playbook that is the holder's row; -1: it has none. */
static int own_field(const struct li_playbook *playbook, const struct li_register *reg)
{
    for (size_t i = 0; i < playbook->open_field_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->open_fields[i]];
        if (field->type == LI_FIELD_SUBJECT && li_str_eq(field->reg, reg->form.name)) {
            return playbook->open_fields[i];
        }
    }
    return -1;
}

static int playbook_of(struct li_request *request, const struct li_register *reg,
                       const struct li_playbook **ret)
{
    const struct li_bound *bound = li_record_bound(record_of(request));
    struct li_off_list off;
    int r = reg->opens.len == 0 ? -LI_E_NOT_FOUND
                                : li_library_find(&request->ctx, bound->library, request->conn,
                                                  request->tenant->id, reg->opens, 0, ret);

    r = r ? r : li_playbooks_off(&request->ctx, request->conn, request->tenant->id, &off);
    return r == 0 && (li_is_off(&off, reg->opens) || own_field(*ret, reg) < 0) ? -LI_E_NOT_FOUND
                                                                               : r;
}

/* What lies in a box is the box's: a row that names one of the holder's register names the
 * holder's. */
static bool is_of(const struct li_row *row, const struct li_row *held)
{
    char id[LI_ID_TEXT + 1];

    li_id_format(held->id, id);
    for (size_t i = 0; i < row->reg->form.field_count; i++) {
        const struct li_field *field = &row->reg->form.fields[i];
        if (field->type == LI_FIELD_SUBJECT && li_str_eq(field->reg, held->reg->form.name)) {
            const struct li_node *named = li_node_get_str(row->fields, field->name);
            return named && named->kind == LI_TEXT && li_str_is(named->text, id);
        }
    }
    return true;
}

static void put_options(struct li_request *request, struct li_node *item,
                        const struct li_field *field)
{
    struct li_node *list = li_page_list(request, item, "choices");

    for (size_t i = 0; i < field->option_count; i++) {
        struct li_node *choice = li_page_item(request, list);
        li_page_text(request, choice, "id", field->options[i].name);
        li_page_texts(request, choice, "name", field->options[i].label);
    }
}

/* Rows of a register that shows something to everybody. */
static int put_choices(struct li_request *request, struct li_node *item, struct li_str name,
                       const struct li_row *held)
{
    struct li_node *list = li_page_list(request, item, "choices");
    const struct li_register *reg;
    struct li_row_query query;
    struct li_row *rows;
    struct li_area area;
    size_t count = 0;
    int r = li_register_find(&request->ctx, record_of(request), request->conn, request->tenant->id,
                             name, &reg);

    r = r ? r
          : li_area_find(&request->ctx, request->conn, request->tenant->id, request->tenant->code,
                         &area);
    if (r == 0 && reg->shown_count) {
        query = (struct li_row_query){.reg = reg, .path = area.path, .limit = ROWS};
        r = li_row_list(&request->ctx, record_of(request), request->conn, request->tenant->id,
                        &query, &rows, &count);
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_node *choice;
        char id[LI_ID_TEXT + 1];
        if (!is_of(&rows[i], held)) {
            continue;
        }
        choice = li_page_item(request, list);
        li_id_format(rows[i].id, id);
        li_page_text(request, choice, "id", li_str_dup(&request->ctx, li_str(id)));
        li_page_text(request, choice, "name", rows[i].name);
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

/* What must be given and a page can ask: a row to choose, a number. */
static bool is_asked(const struct li_playbook *playbook, size_t i, int own)
{
    enum li_field_type type = playbook->fields[playbook->open_fields[i]].type;

    return playbook->open_required[i] && playbook->open_fields[i] != own &&
           (type == LI_FIELD_SUBJECT || type == LI_FIELD_INTEGER || type == LI_FIELD_CHOICE);
}

static int put_form(struct li_request *request, struct li_node *data, const struct li_row *row)
{
    const struct li_playbook *playbook;
    struct li_node *form, *list;
    int own, r = playbook_of(request, row->reg, &playbook);

    if (r) {
        return r == -LI_E_NOT_FOUND ? 0 : r;
    }
    own = own_field(playbook, row->reg);
    form = li_page_map(request, data, "form");
    li_page_texts(request, form, "title", playbook->title);
    li_page_texts(request, form, "why", playbook->why);
    li_page_text(request, form, "key", li_page_key(request));
    list = li_page_list(request, form, "fields");
    for (size_t i = 0; r == 0 && i < playbook->open_field_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->open_fields[i]];
        struct li_node *item;
        if (!is_asked(playbook, i, own)) {
            continue;
        }
        item = li_page_item(request, list);
        li_page_text(request, item, "name", field->name);
        li_page_texts(request, item, "label", field->label);
        li_page_bool(request, item, "is_list", field->type != LI_FIELD_INTEGER);
        if (field->type == LI_FIELD_SUBJECT) {
            r = put_choices(request, item, field->reg, row);
        } else if (field->type == LI_FIELD_CHOICE) {
            put_options(request, item, field);
        }
    }
    return r;
}

int li_op_show_holder(struct li_request *request, const struct li_row *row, const char *wrong)
{
    struct li_node *data = li_page_new(request), *list;
    int r = 0;

    li_page_text(request, data, "name", row->name);
    li_page_text(request, data, "number", row->code);
    li_page_text(request, data, "code", li_node_text(request->body, "code"));
    li_page_texts(request, data, "title", row->reg->form.title);
    r = put_messages(request, data, row);
    list = li_page_list(request, data, "books");
    for (int i = 0; r == 0 && i < row->reg->book_count; i++) {
        r = put_book(request, list, row->reg->books[i], row);
    }
    r = r ? r : put_form(request, data, row);
    r = r ? r : li_op_put_joined(request, data, row);
    if (wrong) {
        li_page_text(request, data, "join_wrong", li_page_word(request, wrong));
    }
    return r ? r : li_page_render(request, wrong ? 422 : 200, "holder", data);
}

/* ---- opening --------------------------------------------------------------------------- */

static int gather(struct li_request *request, const struct li_playbook *playbook,
                  const struct li_row *row, struct li_node **ret)
{
    struct li_node *fields = li_node_new_map(&request->ctx);
    int own = own_field(playbook, row->reg);
    char id[LI_ID_TEXT + 1];
    int r = fields ? 0 : -LI_E_NOMEM;

    li_id_format(row->id, id);
    r = r ? r
          : li_node_put(&request->ctx, fields, playbook->fields[own].name,
                        li_node_new_text(&request->ctx, li_str_dup(&request->ctx, li_str(id))));
    for (size_t i = 0; r == 0 && i < playbook->open_field_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->open_fields[i]];
        struct li_str given = li_page_given(request, field->name);
        int64_t number;
        if (!is_asked(playbook, i, own) || !given.ptr) {
            continue;
        }
        if (field->type != LI_FIELD_INTEGER) {
            r = li_node_put(&request->ctx, fields, field->name,
                            li_node_new_text(&request->ctx, given));
        } else if (li_str_to_i64(li_str_trim(given), &number)) {
            r = li_node_put(&request->ctx, fields, field->name,
                            li_node_new_int(&request->ctx, number));
        }
    }
    *ret = fields;
    return r;
}

int li_op_holder_opens(struct li_request *request, const struct li_row *row)
{
    const struct li_viewer system = {.kind = LI_VIEWER_SYSTEM, .tenant = request->tenant->id};
    struct li_str key = li_node_text(request->body, "key");
    struct li_case_open_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_node *fields = NULL;
    const struct li_playbook *playbook;
    int r = args ? playbook_of(request, row->reg, &playbook) : -LI_E_NOMEM;

    r = r ? r : gather(request, playbook, row, &fields);
    if (r) {
        return r;
    }
    *args = (struct li_case_open_args){
        .playbook = playbook, .area = row->area, .via = LI_S("web"), .fields = fields};
    r = li_op_make_token(request, key, "open", args->token);
    /* the code stands for the holder; the playbook says that nobody else opens it by the web */
    r = r ? r : li_case_open_check(&request->ctx, &system, args);
    if (r) {
        return r;
    }
    request->state = args;
    li_request_job(request, &li_case_open, args, key);
    return LI_LATER;
}

int li_op_submit_check_done(struct li_request *request)
{
    struct li_node *data = li_page_new(request);
    const struct li_state *state;
    struct li_case row;
    int r;

    if (request->job.command != &li_case_open) {
        return li_op_show_joined(request);
    }
    r = li_case_find(&request->ctx, record_of(request), request->conn, request->tenant->id,
                     request->job.entity, &row);
    if (r) {
        return r;
    }
    state = &row.playbook->machines[0].states[row.state];
    li_page_text(request, data, "number", row.number);
    li_page_texts(request, data, "title", row.playbook->title);
    li_page_texts(request, data, "state", state->label);
    if (row.playbook->code.told >> row.state & 1) {
        li_page_text(request, data, "code",
                     li_strf(&request->ctx, "%.4s %.4s", row.code.ptr, row.code.ptr + 4));
        li_page_texts(request, data, "code_label", row.playbook->code.label);
        li_page_due(request, data, "due", row.clock.due_at);
    }
    return li_page_render(request, 200, "held", data);
}
