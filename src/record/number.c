/* Number series; see number.h. */
#include "record/number.h"

#include "base/buf.h"
#include "base/time.h"

/* Read, then written: the lane is alone with the tenant, and `returning` would
 * cost more than both. */
LI_SQL(number_last,
       "select last from number_series where tenant = $1 and series = $2 and period = $3");
LI_SQL(number_set, "insert into number_series (tenant, series, period, last) "
                   "values ($1, $2, $3, $4) on conflict (tenant, series, period) "
                   "do update set last = excluded.last");

int li_number_next(struct li_ctx *ctx, const struct li_tx *tx, struct li_str series,
                   struct li_str period, int64_t *ret)
{
    struct li_rows *rows;
    int64_t next = 1;
    int r = li_query_one(ctx, tx->conn, &number_last,
                         LI_ARGS(li_v(tx->tenant), li_v_text(series), li_v_text(period)), &rows);

    if (r == 0) {
        next = li_col_i64(rows, 0) + 1;
        li_rows_done(rows);
    } else if (r != -LI_E_NOT_FOUND) {
        return r;
    }
    r = li_exec(ctx, tx->conn, &number_set,
                LI_ARGS(li_v(tx->tenant), li_v_text(series), li_v_text(period), li_v(next)), NULL);
    if (r == 0) {
        *ret = next;
    }
    return r;
}

/* Luhn's check digit over the decimal digits in `text`. */
static int check_digit(struct li_str text)
{
    int sum = 0, place = 0;

    for (size_t i = text.len; i > 0; i--) {
        char c = text.ptr[i - 1];
        if (c < '0' || c > '9') {
            continue;
        }
        int digit = c - '0';
        if (place++ % 2 == 0) {
            digit *= 2;
        }
        sum += digit > 9 ? digit - 9 : digit;
    }
    return (10 - sum % 10) % 10;
}

static int put_word(struct li_ctx *ctx, struct li_buf *buf, struct li_str word, int64_t at,
                    int64_t seq)
{
    struct li_civil civil = li_civil_at(at);
    int64_t width;

    if (li_str_is(word, "yy")) {
        li_buf_fmt(buf, "%02d", civil.year % 100);
    } else if (li_str_is(word, "yyyy")) {
        li_buf_fmt(buf, "%04d", civil.year);
    } else if (li_str_is(word, "seq")) {
        li_buf_i64(buf, seq);
    } else if (li_str_starts(word, LI_S("seq:")) &&
               li_str_to_i64(li_str_n(word.ptr + 4, word.len - 4), &width) && width > 0 &&
               width <= 12) {
        li_buf_fmt(buf, "%0*lld", (int)width, (long long)seq);
    } else if (li_str_is(word, "check")) {
        li_buf_i64(buf, check_digit(li_buf_view(buf)));
    } else {
        return LI_FAIL(ctx, LI_E_INVALID, "no such word in a number: {%.*s}", LI_P(word));
    }
    return 0;
}

int li_number_format(struct li_ctx *ctx, struct li_str pattern, int64_t at, int64_t seq,
                     struct li_str *ret)
{
    struct li_buf buf;
    int r = 0;

    li_buf_init(&buf, 64);
    for (size_t i = 0; r == 0 && i < pattern.len; i++) {
        if (pattern.ptr[i] != '{') {
            li_buf_char(&buf, pattern.ptr[i]);
            continue;
        }
        struct li_str rest = li_str_n(pattern.ptr + i + 1, pattern.len - i - 1);
        ptrdiff_t end = li_str_find(rest, '}');
        if (end < 0) {
            r = LI_FAIL(ctx, LI_E_INVALID, "a number's pattern has an open brace");
            break;
        }
        r = put_word(ctx, &buf, li_str_n(rest.ptr, (size_t)end), at, seq);
        i += (size_t)end + 1;
    }
    if (r == 0) {
        r = li_buf_check(ctx, &buf);
    }
    if (r == 0) {
        struct li_str text = li_str_dup(ctx, li_buf_view(&buf));
        if (text.ptr) {
            *ret = text;
        } else {
            r = -LI_E_NOMEM;
        }
    }
    li_buf_done(&buf);
    return r;
}
