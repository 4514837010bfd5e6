/*
 * Tracking codes, and the numbers they can be told by.
 *
 * A code is 16 bytes that stand in a link: the number, and behind it a part of a keyed hash over
 * it (decision 37).  So the code gives the number and, with the tenant's key, the number the code;
 * nothing is stored but the code's hash, as ever.  A number is fifteen drawn digits and one that
 * finds what was mistyped.  It is weaker than the code, so guessing is limited (limit.c).
 *
 * Here is also the page where a number is typed.
 */
#include "base/id.h"
#include "case/case.h"
#include "serve/inside.h"
#include "serve/op/op.h"

#define DIGITS 16
#define LIMIT  UINT64_C(1000000000000000) /* of the digits that are drawn */

/* ---- numbers --------------------------------------------------------------- */

/* Luhn (ISO/IEC 7812-1 annex B): of the number with its last digit it is 0. */
static unsigned check_of(uint64_t number)
{
    unsigned sum = 0;

    for (int i = 0; i < DIGITS; i++, number /= 10) {
        unsigned digit = (unsigned)(number % 10) << (i & 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10;
}

static uint64_t with_check(uint64_t drawn)
{
    uint64_t number = drawn * 10;

    return number + (10 - check_of(number)) % 10;
}

static uint64_t read_eight(const uint8_t *bytes)
{
    uint64_t number = 0;

    for (int i = 0; i < 8; i++) {
        number = number << 8 | bytes[i];
    }
    return number;
}

/* The code of a number. */
static int code_of(struct li_request *request, uint64_t number, uint8_t ret[16])
{
    struct li_str text = li_strf(&request->ctx, "number %016llu", (unsigned long long)number);
    uint8_t hash[16];
    int r = text.ptr ? li_key_derive(&request->ctx, li_request_house(request)->record,
                                     request->tenant->id, text, hash)
                     : -LI_E_NOMEM;

    for (int i = 0; r == 0 && i < 8; i++) {
        ret[i] = (uint8_t)(number >> (56 - 8 * i));
        ret[8 + i] = hash[i];
    }
    return r;
}

int li_op_make_token(struct li_request *request, struct li_str key, const char *what,
                     uint8_t ret[16])
{
    uint8_t drawn[16];
    int r = 0;

    if (key.len == 0) {
        li_random_bytes(request->ctx.random, drawn, sizeof(drawn));
    } else {
        struct li_str text = li_strf(&request->ctx, "%s%lld %.*s", what,
                                     (long long)request->viewer.account, LI_P(key));
        r = text.ptr ? li_key_derive(&request->ctx, li_request_house(request)->record,
                                     request->tenant->id, text, drawn)
                     : -LI_E_NOMEM;
    }
    return r ? r : code_of(request, with_check(read_eight(drawn) % LIMIT), ret);
}

/* Whether a code is that of a number; codes made before have none. */
static bool number_in(struct li_request *request, const uint8_t token[16], uint64_t *ret)
{
    uint64_t number = read_eight(token);
    uint8_t own[16];

    if (number >= LIMIT * 10 || check_of(number) || code_of(request, number, own) ||
        memcmp(own, token, sizeof(own)) != 0) {
        return false;
    }
    *ret = number;
    return true;
}

struct li_str li_op_tracking(struct li_request *request, const uint8_t token[16])
{
    char text[LI_BASE32_SIZE(16)];

    li_base32(token, 16, text);
    return li_str_dup(&request->ctx, li_str(text));
}

struct li_str li_op_tracking_number(struct li_request *request, const uint8_t token[16])
{
    uint64_t number;

    if (!number_in(request, token, &number)) {
        return (struct li_str){.ptr = NULL};
    }
    return li_strf(&request->ctx, "%04u %04u %04u %04u", (unsigned)(number / 1000000000000),
                   (unsigned)(number / 100000000 % 10000), (unsigned)(number / 10000 % 10000),
                   (unsigned)(number % 10000));
}

void li_op_put_tracking_number(struct li_request *request, struct li_json *json,
                               const uint8_t token[16])
{
    /* it was made here a moment ago */
    struct li_str text = li_strf(&request->ctx, "%016llu", (unsigned long long)read_eight(token));

    li_json_put_text(json, "tracking_number", text);
}

/* ---- the page -------------------------------------------------------------- */

/* Digits, with blanks and hyphens between them; false: mistyped. */
static bool read_number(struct li_str text, uint64_t *ret)
{
    uint64_t number = 0;
    int digits = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ' ' || text.ptr[i] == '-') {
            continue;
        }
        if (text.ptr[i] < '0' || text.ptr[i] > '9' || ++digits > DIGITS) {
            return false;
        }
        number = 10 * number + (uint64_t)(text.ptr[i] - '0');
    }
    *ret = number;
    return digits == DIGITS && !check_of(number);
}

static int show(struct li_request *request, int status, const char *wrong)
{
    struct li_node *data = li_page_new(request);

    if (wrong) {
        li_page_text(request, data, "wrong", li_page_word(request, wrong));
        li_page_text(request, data, "number", li_node_text(request->body, "number"));
    }
    return li_page_render(request, status, "find", data);
}

int li_op_page_find(struct li_request *request)
{
    li_op_lang(request);
    return show(request, 200, NULL);
}

int li_op_submit_find(struct li_request *request)
{
    int64_t case_id, party;
    uint8_t token[16];
    uint64_t number;
    int r;

    request->ctx.lang = li_str_is(li_node_text(request->body, "lang"), "en") ? LI_EN : LI_ZH;
    if (!read_number(li_node_text(request->body, "number"), &number)) {
        return show(request, 422, "find_mistyped");
    }
    /* who is signed in guesses no faster than anybody (whom the gate has counted) */
    r = request->viewer.kind == LI_VIEWER_ANYONE ? 0 : li_limit(request);
    r = r ? r : code_of(request, number, token);
    r = r ? r
          : li_case_by_token(&request->ctx, request->conn, request->tenant->id, token, &case_id,
                             &party);
    if (r == -LI_E_NOT_FOUND) {
        li_limit_guess(request);
        return show(request, 422, "find_nothing");
    }
    return r ? r
             : li_reply_see(request, li_strf(&request->ctx, "/%.*s/progress/%.*s?lang=%s",
                                             LI_P(request->tenant->slug),
                                             LI_P(li_op_tracking(request, token)),
                                             request->ctx.lang == LI_EN ? "en" : "zh"));
}
