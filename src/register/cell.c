/*
 * What stands in an office's table as a value of a field.
 *
 * People write labels, names and dates; what they wrote is looked up, never guessed: a
 * name that two places have is told and not chosen among.
 */
#include <stdlib.h>

#include "base/id.h"
#include "base/time.h"
#include "register/inside.h"

static int by_name(const void *a, const void *b)
{
    const struct li_area *x = a, *y = b;

    return li_str_cmp(x->name, y->name);
}

int li_row_names(struct li_ctx *ctx, const struct li_tx *tx, struct li_row_names *ret)
{
    int r =
        li_area_list(ctx, tx->conn, tx->tenant, LI_S(""), LI_S(""), &ret->areas, &ret->area_count);

    r = r ? r
          : li_organization_list(ctx, tx->conn, tx->tenant, &ret->organizations,
                                 &ret->organization_count);
    if (r == 0 && ret->area_count)
        qsort(ret->areas, ret->area_count, sizeof(ret->areas[0]), by_name);
    return r;
}

static struct li_texts say(const char *zh, const char *en)
{
    return (struct li_texts){li_str(zh), li_str(en)};
}

static struct li_node *area_of(struct li_ctx *ctx, const struct li_row_names *names,
                               struct li_str text, struct li_texts *why)
{
    const struct li_area key = {.name = text};
    const struct li_area *found =
        names->area_count ? bsearch(&key, names->areas, names->area_count, sizeof(key), by_name)
                          : NULL;

    if (found) {
        size_t at = (size_t)(found - names->areas);
        if ((at > 0 && li_str_eq(found[-1].name, text)) ||
            (at + 1 < names->area_count && li_str_eq(found[1].name, text))) {
            *why = say("有几个同名的地点，请写编码。",
                       "Several places have this name; please write the code.");
            return NULL;
        }
        return li_node_new_text(ctx, found->code);
    }
    for (size_t i = 0; i < names->area_count; i++) {
        if (li_str_eq(names->areas[i].code, text))
            return li_node_new_text(ctx, text);
    }
    *why = say("没有这个地点，请写地点的名称或编码。",
               "There is no such place; please write its name or code.");
    return NULL;
}

static struct li_node *organization_of(struct li_ctx *ctx, const struct li_row_names *names,
                                       struct li_str text, struct li_texts *why)
{
    char id[LI_ID_TEXT + 1];

    for (size_t i = 0; i < names->organization_count; i++) {
        if (!li_str_eq(names->organizations[i].name, text))
            continue;
        li_id_format(names->organizations[i].id, id);
        return li_node_new_text(ctx, li_str_dup(ctx, li_str(id)));
    }
    *why = say("没有这个单位，请先在“人员与单位”里添加。",
               "There is no such organization; please add it under people first.");
    return NULL;
}

/* "甲、乙": several, one after the other. */
static struct li_node *organizations_of(struct li_ctx *ctx, const struct li_row_names *names,
                                        struct li_str text, struct li_texts *why)
{
    struct li_node *list = li_node_new_list(ctx), *one;

    while (list && text.len) {
        const char *mark = memmem(text.ptr, text.len, "、", 3);
        size_t len = mark ? (size_t)(mark - text.ptr) : text.len;
        one = organization_of(ctx, names, li_str_trim(li_str_n(text.ptr, len)), why);
        if (!one || li_node_push(ctx, list, one) != 0)
            return NULL;
        text = mark ? li_str_n(mark + 3, text.len - len - 3) : LI_S("");
    }
    return list;
}

static struct li_node *option_of(struct li_ctx *ctx, const struct li_field *field,
                                 struct li_str text, struct li_texts *why)
{
    struct li_str all = LI_S("");

    for (size_t i = 0; i < field->option_count; i++) {
        const struct li_option *option = &field->options[i];
        if (li_str_eq(option->label.zh, text) || li_str_eq(option->label.en, text) ||
            li_str_eq(option->name, text))
            return li_node_new_text(ctx, option->name);
        all = li_strf(ctx, "%.*s%s%.*s", LI_P(all), i ? "、" : "", LI_P(option->label.zh));
    }
    why->zh = li_strf(ctx, "只能写：%.*s。", LI_P(all));
    why->en = li_strf(ctx, "Please write one of: %.*s.", LI_P(all));
    return NULL;
}

static struct li_node *bool_of(struct li_ctx *ctx, struct li_str text, struct li_texts *why)
{
    static const char *const yes[] = {"是", "有", "√", "1", "yes", "Yes", "true", "同意", NULL};
    static const char *const no[] = {"否", "无", "×", "0", "no", "No", "false", "不同意", NULL};

    for (int i = 0; yes[i]; i++) {
        if (li_str_is(text, yes[i]))
            return li_node_new_bool(ctx, true);
        if (li_str_is(text, no[i]))
            return li_node_new_bool(ctx, false);
    }
    *why = say("请写“是”或“否”。", "Please write yes or no.");
    return NULL;
}

/* A date whose cell lost its format is the number tables count days by: 46348, 46348.5.  0: it
 * is none. */
static int32_t day_of_serial(struct li_str text)
{
    struct li_str days = li_str_cut(&text, '.');
    int64_t number;

    return days.len == 5 && li_str_to_i64(days, &number) && number >= 30000 && number <= 80000
               ? li_day_of(1899, 12, 30) + (int32_t)number
               : 0;
}

/* 2026-11-22, 2026/11/2, 2026.11.2, 2026年11月2日, 46348; a time behind it is cut. */
static struct li_node *date_of(struct li_ctx *ctx, struct li_str text, struct li_texts *why)
{
    int parts[3] = {0}, at = -1;
    bool digit = false;
    int32_t serial = day_of_serial(text);
    struct li_civil civil;

    if (serial) {
        civil = li_civil_at(li_day_start(serial));
        return li_node_new_text(ctx,
                                li_strf(ctx, "%04d-%02d-%02d", civil.year, civil.month, civil.day));
    }
    for (size_t i = 0; i < text.len; i++) {
        bool is = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        if (is && !digit)
            at++;
        if (at > 2)
            break;
        if (is && parts[at] < 100000)
            parts[at] = parts[at] * 10 + (text.ptr[i] - '0');
        digit = is;
    }
    if (at >= 2 && parts[0] >= 1900 && parts[0] < 2200 && parts[1] >= 1 && parts[1] <= 12 &&
        parts[2] >= 1 && parts[2] <= 31) {
        civil = li_civil_at(li_day_start(li_day_of(parts[0], parts[1], parts[2])));
        if (civil.day == parts[2])
            return li_node_new_text(
                ctx, li_strf(ctx, "%04d-%02d-%02d", civil.year, civil.month, civil.day));
    }
    *why = say("日期请写成 2026-11-22 的样子。", "Please write the date as 2026-11-22.");
    return NULL;
}

static struct li_node *integer_of(struct li_ctx *ctx, struct li_str text, struct li_texts *why)
{
    int64_t number;

    if (li_str_to_i64(text, &number))
        return li_node_new_int(ctx, number);
    *why = say("请写整数。", "Please write a whole number.");
    return NULL;
}

/* "1,200.5" in whole 10^-places: money and quantities as people write them. */
static struct li_node *decimal_of(struct li_ctx *ctx, struct li_str text, int places,
                                  struct li_texts *why)
{
    int64_t number = 0;
    int left = -1; /* decimals that may still come; -1: before the point */
    bool good = text.len > 0 && text.len <= 16;

    for (size_t i = 0; good && i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '.' && left < 0) {
            left = places;
        } else if (c != ',' || left >= 0) {
            good = c >= '0' && c <= '9' && left != 0;
            number = good ? number * 10 + (c - '0') : 0;
            left -= left > 0;
        }
    }
    for (int i = left < 0 ? places : left; i > 0; i--)
        number *= 10;
    if (good)
        return li_node_new_int(ctx, number);
    *why = say("请写成 1200 或 1200.5 的样子。", "Please write it as 1200 or 1200.5.");
    return NULL;
}

static int subject_of(struct li_ctx *ctx, const struct li_tx *tx, const struct li_field *field,
                      struct li_str text, struct li_node **ret, struct li_texts *why)
{
    const struct li_register *reg;
    struct li_row row;
    char id[LI_ID_TEXT + 1];
    int r = li_register_find(ctx, tx->record, tx->conn, tx->tenant, field->reg, &reg);

    r = r ? r : li_row_by_code(ctx, tx->record, tx->conn, tx->tenant, reg, text, &row);
    if (r == -LI_E_NOT_FOUND) {
        li_ctx_clear(ctx);
        *why = say("没有这个编号的条目。", "There is no entry with this code.");
        return 0;
    }
    if (r == 0) {
        li_id_format(row.id, id);
        *ret = li_node_new_text(ctx, li_str_dup(ctx, li_str(id)));
    }
    return r;
}

int li_row_cell(struct li_ctx *ctx, const struct li_tx *tx, const struct li_row_names *names,
                const struct li_field *field, struct li_str text, struct li_node **ret,
                struct li_texts *ret_why)
{
    *ret = NULL;
    *ret_why = say("这一列的内容不能导入。", "This column cannot be imported.");
    switch (field->type) {
    case LI_FIELD_TEXT:
    case LI_FIELD_PHONE:
    case LI_FIELD_CODE:
    case LI_FIELD_EXTERNAL:
        *ret = li_node_new_text(ctx, text);
        return 0;
    case LI_FIELD_CHOICE:
        *ret = option_of(ctx, field, text, ret_why);
        return 0;
    case LI_FIELD_AREA:
        *ret = area_of(ctx, names, text, ret_why);
        return 0;
    case LI_FIELD_ORG:
        *ret = field->many ? organizations_of(ctx, names, text, ret_why)
                           : organization_of(ctx, names, text, ret_why);
        return 0;
    case LI_FIELD_INTEGER:
    case LI_FIELD_SCALE:
        *ret = integer_of(ctx, text, ret_why);
        return 0;
    case LI_FIELD_MONEY:
        *ret = decimal_of(ctx, text, 2, ret_why);
        return 0;
    case LI_FIELD_QUANTITY:
        *ret = decimal_of(ctx, text, field->scale, ret_why);
        return 0;
    case LI_FIELD_BOOL:
        *ret = bool_of(ctx, text, ret_why);
        return 0;
    case LI_FIELD_DATE:
        *ret = date_of(ctx, text, ret_why);
        return 0;
    case LI_FIELD_SUBJECT:
        return subject_of(ctx, tx, field, text, ret, ret_why);
    default:
        return 0;
    }
}
