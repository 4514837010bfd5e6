/*
 * One row of a table of areas, taken alone: kinds, the form of codes, names,
 * dates.
 *
 * Down to the community codes are the statistical division codes; a grid has the
 * community's and three digits (GB/T 30428.1).  What lies below has the code of
 * the community or grid it was numbered in, a letter for its kind, and a number.
 */
#include "area/inside.h"

#include "area/shape.h"

#define ABOVE(rank)   ((1u << (rank)) - 1u) /* all smaller ranks */
#define BIT(rank)     (1u << (rank))
#define PROVINCE      1
#define CITY          2
#define COUNTY        3
#define STREET        4
#define COMMUNITY     5
#define GRID          6
#define ROAD          7
#define LANE          8
#define COMPOUND      9
#define BUILDING      10
#define POINT         11
#define NUMBER_DIGITS 6

static const struct {
    const char *name;
    const char *zh;
    char letter;   /* behind the base, or NUL */
    unsigned base; /* digits of a code without letter, one bit for each length */
    unsigned lies; /* ranks it may lie in, one bit for each */
} kinds[LI_AREA_RANKS] = {
    {"", "", 0, 0, 0},
    {"province", "省", 0, BIT(2), 0},
    {"city", "市", 0, BIT(4), ABOVE(CITY)},
    {"county", "区县", 0, BIT(6), ABOVE(COUNTY)},
    {"street", "街道", 0, BIT(9), ABOVE(STREET)},
    {"community", "社区", 0, BIT(12), ABOVE(COMMUNITY)},
    {"grid", "网格", 0, BIT(15), BIT(COMMUNITY)},
    {"road", "道路", 'R', BIT(9) | BIT(12) | BIT(15), BIT(STREET) | BIT(COMMUNITY) | BIT(GRID)},
    {"lane", "巷", 'L', BIT(12) | BIT(15), BIT(COMMUNITY) | BIT(GRID)},
    {"compound", "小区", 'C', BIT(12) | BIT(15), BIT(COMMUNITY) | BIT(GRID)},
    {"building", "楼栋", 'B', BIT(12) | BIT(15),
     BIT(COMMUNITY) | BIT(GRID) | BIT(LANE) | BIT(COMPOUND)},
    {"point", "点位", 'P', BIT(9) | BIT(12) | BIT(15),
     BIT(STREET) | BIT(COMMUNITY) | BIT(GRID) | BIT(ROAD) | BIT(LANE) | BIT(COMPOUND) |
         BIT(BUILDING)},
};

int li_area_rank(struct li_str kind)
{
    for (int i = PROVINCE; i <= POINT; i++) {
        if (li_str_is(kind, kinds[i].name)) {
            return i;
        }
    }
    return LI_AREA_KIND_NONE;
}

struct li_str li_area_kind_of(struct li_str word)
{
    for (int i = PROVINCE; i <= POINT; i++) {
        if (li_str_is(word, kinds[i].zh)) {
            return li_str(kinds[i].name);
        }
    }
    return word;
}

bool li_area_may_lie(int rank, int parent)
{
    return (kinds[rank].lies >> parent & 1u) != 0;
}

struct li_str li_area_code_base(struct li_str code)
{
    size_t len = 0;

    while (len < code.len && code.ptr[len] >= '0' && code.ptr[len] <= '9') {
        len++;
    }
    return li_str_n(code.ptr, len);
}

static bool digits_only(struct li_str code)
{
    return code.len > 0 && li_area_code_base(code).len == code.len;
}

static bool code_fits(struct li_str code, int rank)
{
    struct li_str base = li_area_code_base(code), rest;

    if (base.len > 15 || !(kinds[rank].base >> base.len & 1u)) {
        return false;
    }
    rest = li_str_n(code.ptr + base.len, code.len - base.len);
    if (!kinds[rank].letter) {
        return rest.len == 0;
    }
    return rest.len >= 2 && rest.len <= 1 + NUMBER_DIGITS && rest.ptr[0] == kinds[rank].letter &&
           digits_only(li_str_n(rest.ptr + 1, rest.len - 1));
}

/* Any code: of some kind. */
static bool is_code(struct li_str code)
{
    for (int i = PROVINCE; i <= POINT; i++) {
        if (code_fits(code, i)) {
            return true;
        }
    }
    return false;
}

/* ---- aliases ----------------------------------------------------------------- */

bool li_area_has_alias(struct li_str aliases, struct li_str name)
{
    while (aliases.len > 0) {
        if (li_str_eq(li_str_cut(&aliases, '\n'), name)) {
            return true;
        }
    }
    return false;
}

size_t li_area_alias_count(struct li_str aliases)
{
    size_t count = 0;

    for (size_t i = 0; i < aliases.len; i++) {
        count += aliases.ptr[i] == '\n';
    }
    return count;
}

static bool aliases_fit(struct li_str aliases)
{
    if (!li_utf8_valid(aliases) || li_area_alias_count(aliases) > LI_AREA_ALIASES) {
        return false;
    }
    while (aliases.len > 0) {
        if (li_utf8_length(li_str_cut(&aliases, '\n')) > LI_AREA_NAME) {
            return false;
        }
    }
    return true;
}

/* ---- the whole row ----------------------------------------------------------- */

static enum li_area_fault_kind words_fault(const struct li_area_row *row)
{
    if (row->area.name.len == 0) {
        return LI_AREA_FAULT_NO_NAME;
    }
    if (!li_utf8_valid(row->area.name) || li_str_find(row->area.name, '\n') >= 0) {
        return LI_AREA_FAULT_BAD_NAME;
    }
    if (li_utf8_length(row->area.name) > LI_AREA_NAME) {
        return LI_AREA_FAULT_LONG_NAME;
    }
    return aliases_fit(row->aliases) ? LI_AREA_FAULT_COUNT : LI_AREA_FAULT_ALIASES;
}

enum li_area_fault_kind li_area_row_fault(const struct li_area_row *row)
{
    const struct li_area *area = &row->area;
    int rank = li_area_rank(area->kind);

    if (rank == LI_AREA_KIND_NONE) {
        return LI_AREA_FAULT_KIND;
    }
    if (!code_fits(area->code, rank)) {
        return LI_AREA_FAULT_CODE;
    }
    if (area->parent.len == 0 && rank > PROVINCE) {
        return LI_AREA_FAULT_NO_PARENT;
    }
    if (area->parent.len > 0 && !is_code(area->parent)) {
        return LI_AREA_FAULT_PARENT;
    }
    if (area->since && area->until && area->until <= area->since) {
        return LI_AREA_FAULT_ORDER;
    }
    if (row->shape.ptr && !li_shape_is(row->shape)) {
        return LI_AREA_FAULT_SHAPE;
    }
    return words_fault(row);
}

/* ---- faults ------------------------------------------------------------------ */

static const struct li_area_fault faults[LI_AREA_FAULT_COUNT] = {
#define ROW(constant, name, kind, limit, field, zh, en) {name, field, zh, en},
    LI_AREA_FAULTS(ROW)
#undef ROW
};

static const struct {
    enum li_fault_kind kind;
    struct li_str limit;
} told[LI_AREA_FAULT_COUNT] = {
#define ROW(constant, name, kind, limit, field, zh, en) {LI_FAULT_##kind, LI_S_INIT(limit)},
    LI_AREA_FAULTS(ROW)
#undef ROW
};

const struct li_area_fault *li_area_fault(enum li_area_fault_kind kind)
{
    return &faults[kind];
}

int li_area_fault_tell(struct li_ctx *ctx, enum li_area_fault_kind kind, struct li_str where)
{
    return li_fault(ctx, told[kind].kind, where, told[kind].limit);
}
