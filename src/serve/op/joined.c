/*
 * One person's rows in two places, read together by that person alone: where somebody serves where
 * they live and where they work, in two tenants of this server.
 *
 * There the holder has eight digits made, for one row here and for ten minutes; here they type
 * them. They are made of the other tenant's key, so that nobody else has them; nothing is sent from
 * one tenant to the other, and what the other row says is read there when the holder looks.  The
 * certificate over both is no row either: its number says of which row and which second it is, and
 * ledgers know every past balance.  Staff of neither read any of it, but sums of five people and
 * more.  Why: docs/decisions/0060.
 */
#include "base/id.h"
#include "base/time.h"
#include "ledger/ledger.h"
#include "record/tenant.h"
#include "record/vault.h"
#include "serve/inside.h"
#include "serve/op/op.h"
#include "serve/op/register.h"
#include "serve/page/matrix.h"
#include "view/json.h"

#define WINDOW (10 * LI_MINUTE) /* a code holds for the rest of its own and the next */
#define LEAST  5                /* people of whom a sum is told; told in steps of so many */
#define STEP   10               /* whole units sums are told in */
#define SUMMED 2000             /* joined rows at one place */
#define STAMP  12               /* yymmddhhmmss */
#define NOW    INT64_MAX        /* after all that was entered */

static struct li_record *record_of(struct li_request *request)
{
    return li_request_house(request)->record;
}

static struct li_str given(struct li_request *request, const char *name)
{
    struct li_str text = li_str_trim(li_node_text(request->body, name));

    return text.ptr ? text : LI_S("");
}

/* The tenant somebody chose that is not this one; NULL. */
static const struct li_tenant *other_place(struct li_request *request)
{
    const struct li_tenant *found = li_tenant_find(record_of(request), given(request, "place"));

    return found && found->id != request->tenant->id ? found : NULL;
}

/* The digits the holder of `row` at `from` is told for the row of that number at `to`. */
static int digits_for(struct li_request *request, const struct li_tenant *from, int64_t row,
                      const struct li_tenant *to, struct li_str number, int64_t window,
                      struct li_str *ret)
{
    struct li_str kind = li_strf(&request->ctx, "join %.*s %.*s %lld", LI_P(to->slug), LI_P(number),
                                 (long long)window);

    return kind.ptr ? li_code_of(&request->ctx, record_of(request), from->id, kind.ptr, row, ret)
                    : -LI_E_NOMEM;
}

/* ---- a part: what a row of some tenant has, at an instant ------------------------------ */

struct part {
    const struct li_tenant *tenant;
    struct li_row row;
    int64_t amount;
    int places;
};

/* -LI_E_NOT_FOUND: there is no such row any more, or nothing of it is read together. */
static int read_part(struct li_request *request, const struct li_tenant *tenant, int64_t row,
                     int64_t at, struct part *ret)
{
    const struct li_ledger_who who = {.kind = LI_S("row"), .ref = row, .name = LI_S("")};
    struct li_ledger_account account;
    struct li_ledger_book book;
    int r =
        li_row_find(&request->ctx, record_of(request), request->conn, tenant->id, row, &ret->row);

    if (r || ret->row.gone || ret->row.reg->joins.len == 0) {
        return r ? r : -LI_E_NOT_FOUND;
    }
    ret->tenant = tenant;
    ret->amount = 0;
    ret->places = 0;
    r = li_ledger_book_find(&request->ctx, request->conn, tenant->id, ret->row.reg->joins, &book);
    if (r == 0) {
        ret->places = book.places;
        r = li_ledger_account_of(&request->ctx, request->conn, tenant->id, book.name, &who,
                                 &account);
    }
    if (r == 0) {
        r = li_ledger_balance_at(&request->ctx, request->conn, tenant->id, account.id, at,
                                 &ret->amount);
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

/* In so many decimals. */
static int64_t in_places(const struct part *part, int places)
{
    int64_t amount = part->amount;

    for (int i = part->places; i < places; i++) {
        amount *= 10;
    }
    for (int i = places; i < part->places; i++) {
        amount /= 10;
    }
    return amount;
}

static void put_part(struct li_request *request, struct li_node *list, const struct part *part)
{
    struct li_node *item = li_page_item(request, list);

    li_page_text(request, item, "place", part->tenant->name);
    li_page_text(request, item, "slug", part->tenant->slug);
    li_page_text(request, item, "passbook", part->row.code);
    li_page_text(request, item, "amount", li_op_amount(request, part->amount, part->places, false));
}

/* "parts" and "total" of a row and of what it is joined with at an instant; how many others. */
static int put_parts(struct li_request *request, struct li_node *data, int64_t row, int64_t at,
                     size_t *ret_others)
{
    struct li_node *list = li_page_list(request, data, "parts");
    struct li_row_joined *joined;
    struct part own, other;
    size_t count, others = 0;
    int64_t total;
    int r = read_part(request, request->tenant, row, at, &own);

    r = r ? r
          : li_row_joined_of(&request->ctx, request->conn, request->tenant->id, row, &joined,
                             &count);
    if (r) {
        return r;
    }
    put_part(request, list, &own);
    total = own.amount;
    for (size_t i = 0; i < count; i++) {
        const struct li_tenant *tenant = li_tenant_find(record_of(request), joined[i].other);
        r = tenant && joined[i].at <= at
                ? read_part(request, tenant, joined[i].other_row, at, &other)
                : -LI_E_NOT_FOUND;
        if (r == 0) {
            put_part(request, list, &other);
            total += in_places(&other, own.places);
            others++;
        } else if (r != -LI_E_NOT_FOUND) {
            return r;
        }
    }
    li_page_text(request, data, "total", li_op_amount(request, total, own.places, false));
    *ret_others = others;
    return 0;
}

/* ---- on the holder's page ---------------------------------------------------------------- */

int li_op_put_joined(struct li_request *request, struct li_node *data, const struct li_row *row)
{
    struct li_node *map, *list;
    const struct li_tenant **all;
    size_t count, others = 0;
    int r = row->reg->joins.len == 0
                ? 0
                : li_tenant_all(&request->ctx, record_of(request), &all, &count);

    if (r || row->reg->joins.len == 0 || count < 2) {
        return r;
    }
    map = li_page_map(request, data, "joining");
    li_page_text(request, map, "key", li_page_key(request));
    if (!request->job.command) { /* what was asked is not asked again once it is done */
        li_page_text(request, map, "other_number", given(request, "other_number"));
        li_page_text(request, map, "join_code", given(request, "join_code"));
    }
    list = li_page_list(request, map, "places");
    for (size_t i = 0; i < count; i++) {
        struct li_node *item;
        if (all[i]->id == request->tenant->id) {
            continue;
        }
        item = li_page_item(request, list);
        li_page_text(request, item, "slug", all[i]->slug);
        li_page_text(request, item, "name", all[i]->name);
        li_page_bool(request, item, "selected",
                     !request->job.command && li_str_eq(all[i]->slug, given(request, "place")));
    }
    r = put_parts(request, map, row->id, NOW, &others);
    li_page_bool(request, map, "has_others", others > 0);
    return r;
}

/* Letters, digits and hyphens: nothing that would have to be escaped in an address. */
static bool is_number(struct li_str text)
{
    bool plain = text.len > 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        plain = plain && ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                          (c >= 'a' && c <= 'z') || c == '-');
    }
    return plain;
}

static int show_code(struct li_request *request, const struct li_row *row)
{
    struct li_str number = given(request, "other_number"), code, path, to;
    const struct li_tenant *place = other_place(request);
    int64_t window = li_now(request->ctx.clock) / WINDOW;
    struct li_node *data;
    int size = 0, r;

    if (!place || !is_number(number)) {
        return li_op_show_holder(request, row, "join_wrong_place");
    }
    r = digits_for(request, request->tenant, row->id, place, number, window, &code);
    to = r ? number
           : li_strf(&request->ctx,
                     "%.*s/%.*s/check?number=%.*s&place=%.*s&other_number=%.*s&join_code=%.*s",
                     LI_P(li_request_public_url(request)), LI_P(place->slug), LI_P(number),
                     LI_P(request->tenant->slug), LI_P(row->code), LI_P(code));
    r = r ? r : li_matrix_path(&request->ctx, to, &path, &size);
    if (r) {
        return r;
    }
    data = li_page_new(request);
    li_page_text(request, data, "name", request->tenant->name);
    li_page_text(request, data, "number", row->code);
    li_page_text(request, data, "place", place->name);
    li_page_text(request, data, "other_number", number);
    li_page_text(request, data, "code",
                 li_strf(&request->ctx, "%.4s %.4s", code.ptr, code.ptr + 4));
    li_page_time(request, data, "until", (window + 2) * WINDOW);
    li_page_text(request, data, "to", to);
    li_page_text(request, data, "path", path);
    li_page_text(request, data, "size", li_strf(&request->ctx, "%d", size));
    return li_page_render(request, 200, "join_code", data);
}

/* When the digits were made that somebody typed; -LI_E_NOT_FOUND: they are none, or too old. */
static int made_at(struct li_request *request, const struct li_tenant *from, int64_t other,
                   const struct li_row *row, int64_t *ret)
{
    struct li_str typed = li_op_digits(request, given(request, "join_code")), code;
    int64_t window = li_now(request->ctx.clock) / WINDOW;

    for (int64_t back = 0; back < 2; back++) {
        int r = digits_for(request, from, other, request->tenant, row->code, window - back, &code);
        if (r) {
            return r;
        }
        if (li_str_eq(code, typed)) {
            *ret = (window - back) * WINDOW;
            return 0;
        }
    }
    return -LI_E_NOT_FOUND;
}

static int join(struct li_request *request, const struct li_row *row)
{
    struct li_row_join_args *args = li_alloc(&request->ctx, sizeof(*args));
    const struct li_tenant *from = other_place(request);
    struct li_row other;
    int64_t made = 0;
    int r = !args  ? -LI_E_NOMEM
            : from ? li_op_row_of_number(request, from->id, given(request, "other_number"), &other)
                   : -LI_E_NOT_FOUND;

    r = r                      ? r
        : other.reg->joins.len ? made_at(request, from, other.id, row, &made)
                               : -LI_E_NOT_FOUND;
    if (r == -LI_E_NOT_FOUND) {
        li_limit_guess(request);
        return li_op_show_holder(request, row, "join_wrong");
    }
    if (r) {
        return r;
    }
    *args = (struct li_row_join_args){
        .row = row->id, .other = from->slug, .other_row = other.id, .made = made};
    r = li_row_join_check(&request->ctx, request->conn, request->tenant->id, args);
    if (r == -LI_E_STATE) {
        li_ctx_clear(&request->ctx);
        return li_op_show_holder(request, row, "join_used");
    }
    li_request_job(request, &li_row_join, args, li_node_text(request->body, "key"));
    return r ? r : LI_LATER;
}

static int leave(struct li_request *request, const struct li_row *row)
{
    struct li_row_join_args *args = li_alloc(&request->ctx, sizeof(*args));

    if (!args) {
        return -LI_E_NOMEM;
    }
    *args = (struct li_row_join_args){.row = row->id, .other = given(request, "place")};
    li_request_job(request, &li_row_part, args, li_node_text(request->body, "key"));
    return LI_LATER;
}

int li_op_show_joined(struct li_request *request)
{
    struct li_row row;
    int r = li_row_find(&request->ctx, record_of(request), request->conn, request->tenant->id,
                        request->job.entity, &row);

    return r ? r : li_op_show_holder(request, &row, NULL);
}

/* ---- the certificate over both ------------------------------------------------------------- */

static int certificate_code(struct li_request *request, const struct li_row *row, int64_t second,
                            struct li_str *ret)
{
    struct li_str kind = li_strf(&request->ctx, "both %lld", (long long)(second / LI_SECOND));

    return kind.ptr ? li_code_of(&request->ctx, record_of(request), request->tenant->id, kind.ptr,
                                 row->id, ret)
                    : -LI_E_NOMEM;
}

/* With its year: a certificate lasts. */
static struct li_str moment(struct li_request *request, int64_t second)
{
    const struct li_civil at = li_civil_at(second);

    return request->ctx.lang == LI_EN
               ? li_strf(&request->ctx, "%04d-%02d-%02d %02d:%02d:%02d", at.year, at.month, at.day,
                         at.hour, at.minute, at.second)
               : li_strf(&request->ctx, "%d年%d月%d日 %02d:%02d:%02d", at.year, at.month, at.day,
                         at.hour, at.minute, at.second);
}

/* Of the last instant of a second.  `code`: for the holder, who gives it away. */
static int show_both(struct li_request *request, const struct li_row *row, struct li_str number,
                     int64_t second, struct li_str code)
{
    struct li_node *data = li_page_new(request), *own;
    struct li_str path, to;
    size_t others = 0;
    int size = 0, r = put_parts(request, data, row->id, second + LI_SECOND - 1, &others);

    if (r || others == 0) {
        return r ? r : -LI_E_NOT_FOUND;
    }
    li_page_text(request, data, "name", request->tenant->name);
    li_page_text(request, data, "number", number);
    li_page_text(request, data, "as_of", moment(request, second));
    if (code.ptr) {
        to = li_strf(&request->ctx, "%.*s/%.*s/check?number=%.*s",
                     LI_P(li_request_public_url(request)), LI_P(request->tenant->slug),
                     LI_P(number));
        r = li_matrix_path(&request->ctx, to, &path, &size);
        own = li_page_map(request, data, "own");
        li_page_text(request, own, "holder", row->name);
        li_page_text(request, own, "code",
                     li_strf(&request->ctx, "%.4s %.4s", code.ptr, code.ptr + 4));
        li_page_text(request, own, "to", to);
        li_page_text(request, own, "path", r ? LI_S("") : path);
        li_page_text(request, own, "size", li_strf(&request->ctx, "%d", size));
    }
    return r ? r : li_page_render(request, 200, "both", data);
}

static int certify(struct li_request *request, const struct li_row *row)
{
    int64_t second = li_second(li_now(request->ctx.clock));
    const struct li_civil at = li_civil_at(second);
    struct li_str number = li_strf(&request->ctx, "%.*s-%02d%02d%02d%02d%02d%02d", LI_P(row->code),
                                   at.year % 100, at.month, at.day, at.hour, at.minute, at.second);
    struct li_str code;
    int r = certificate_code(request, row, second, &code);

    r = r ? r : show_both(request, row, number, second, code);
    return r == -LI_E_NOT_FOUND ? li_op_show_holder(request, row, "join_none") : r;
}

/* CZ-9-260907093000: of CZ-9 at that second. */
static bool read_number(struct li_str number, struct li_str *ret_code, int64_t *ret_second)
{
    int64_t two[STAMP / 2];

    if (number.len < STAMP + 2 || number.ptr[number.len - STAMP - 1] != '-') {
        return false;
    }
    for (size_t i = 0; i < STAMP / 2; i++) {
        const char *at = number.ptr + number.len - STAMP + 2 * i;
        if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9') {
            return false;
        }
        two[i] = (at[0] - '0') * 10 + (at[1] - '0');
    }
    *ret_code = li_str_n(number.ptr, number.len - STAMP - 1);
    *ret_second = li_day_start(li_day_of(2000 + (int)two[0], (int)two[1], (int)two[2])) +
                  two[3] * LI_HOUR + two[4] * LI_MINUTE + two[5] * LI_SECOND;
    return two[1] >= 1 && two[1] <= 12 && two[2] >= 1 && two[2] <= 31;
}

int li_op_check_both(struct li_request *request, struct li_str number, struct li_str told)
{
    struct li_str code, own;
    struct li_row row;
    int64_t second;
    int r = read_number(number, &code, &second)
                ? li_op_row_of_number(request, request->tenant->id, code, &row)
                : -LI_E_NOT_FOUND;

    r = r ? r : certificate_code(request, &row, second, &own);
    if (r || !li_str_eq(own, told)) {
        return r ? r : -LI_E_NOT_FOUND;
    }
    return show_both(request, &row, number, second, (struct li_str){.ptr = NULL});
}

int li_op_holder_asks(struct li_request *request, const struct li_row *row)
{
    struct li_str action = li_node_text(request->body, "action");

    if (row->reg->joins.len == 0) {
        return li_op_show_holder(request, row, NULL);
    }
    return li_str_is(action, "code")   ? show_code(request, row)
           : li_str_is(action, "join") ? join(request, row)
           : li_str_is(action, "part") ? leave(request, row)
           : li_str_is(action, "both") ? certify(request, row)
                                       : li_op_show_holder(request, row, NULL);
}

/* ---- sums, for staff -------------------------------------------------------------------- */

struct sums {
    int64_t people, here, there;
};

static int64_t whole(const struct part *part)
{
    return in_places(part, 0);
}

static int add(struct li_request *request, const struct li_row_joined *joined, bool again,
               struct sums *sums)
{
    const struct li_tenant *tenant = li_tenant_find(record_of(request), joined->other);
    struct part own, other;
    int r = tenant ? read_part(request, request->tenant, joined->row, NOW, &own) : -LI_E_NOT_FOUND;

    r = r ? r : read_part(request, tenant, joined->other_row, NOW, &other);
    if (r) {
        return r == -LI_E_NOT_FOUND ? 0 : r;
    }
    sums->people += !again;
    sums->here += again ? 0 : whole(&own);
    sums->there += whole(&other);
    return 0;
}

static void put_sum(struct li_json *json, const char *name, int64_t value, int64_t step, bool told)
{
    li_json_key(json, name);
    if (told) {
        li_json_int(json, value - value % step);
    } else {
        li_json_null(json);
    }
}

int li_op_sum_joined(struct li_request *request)
{
    struct li_str places[LI_ROW_PLACES];
    const struct li_register *reg;
    struct sums sums = {.people = 0};
    struct li_row_joined *joined;
    size_t place_count = 0, count;
    struct li_json json;
    int r = li_op_register(request, &reg);

    if (r == 0 && reg->joins.len == 0) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "the register joins nothing");
    }
    r = r ? r : li_op_row_within(request, places, &place_count);
    for (size_t i = 0; r == 0 && i < place_count; i++) {
        r = li_row_joined_within(&request->ctx, request->conn, request->tenant->id, reg, places[i],
                                 SUMMED, &joined, &count);
        for (size_t k = 0; r == 0 && k < count; k++) {
            r = add(request, &joined[k], k && joined[k - 1].row == joined[k].row, &sums);
        }
    }
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_put_int(&json, "least", LEAST);
    put_sum(&json, "people", sums.people, LEAST, sums.people >= LEAST);
    put_sum(&json, "here", sums.here, STEP, sums.people >= LEAST);
    put_sum(&json, "there", sums.there, STEP, sums.people >= LEAST);
    li_json_close_map(&json);
    return li_reply_end(request);
}
