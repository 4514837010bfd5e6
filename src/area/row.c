/*
 * One row of a table of areas, taken alone: kinds, the form of codes, names.
 *
 * Codes are the statistical division codes: 2 digits for a province, 4 for a
 * city, 6 for a county, 9 for a street, 12 for a community.
 */
#include "area/inside.h"

static const struct {
    const char *name;
    size_t digits;
} kinds[] = {
    {"province", 2}, {"city", 4}, {"county", 6}, {"street", 9}, {"community", 12},
};

int li_area_rank(struct li_str kind)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (li_str_is(kind, kinds[i].name)) {
            return (int)i + 1;
        }
    }
    return 0;
}

static bool digits_only(struct li_str code)
{
    for (size_t i = 0; i < code.len; i++) {
        if (code.ptr[i] < '0' || code.ptr[i] > '9') {
            return false;
        }
    }
    return code.len > 0;
}

const struct li_area_fault *li_area_row_fault(const struct li_area *row)
{
    static const struct li_area_fault bad_kind = {LI_FAULT_CHOICE, "kind", "no such kind"},
                                      bad_code = {LI_FAULT_PATTERN, "code",
                                                  "the code has not the digits of its kind"},
                                      bad_parent = {LI_FAULT_PATTERN, "parent",
                                                    "the parent is no code"},
                                      no_parent = {LI_FAULT_REQUIRED, "parent",
                                                   "only a province has no parent"},
                                      no_name = {LI_FAULT_REQUIRED, "name", "the name is missing"},
                                      long_name = {LI_FAULT_LONG, "name", "the name is too long"},
                                      bad_name = {LI_FAULT_TYPE, "name", "the name is not UTF-8"};
    int rank = li_area_rank(row->kind);

    if (rank == 0) {
        return &bad_kind;
    }
    if (!digits_only(row->code) || row->code.len != kinds[rank - 1].digits) {
        return &bad_code;
    }
    if (row->parent.len == 0 && rank > 1) {
        return &no_parent;
    }
    if (row->parent.len > 0 && !digits_only(row->parent)) {
        return &bad_parent;
    }
    if (row->name.len == 0) {
        return &no_name;
    }
    if (!li_utf8_valid(row->name)) {
        return &bad_name;
    }
    return li_utf8_length(row->name) > LI_AREA_NAME ? &long_name : NULL;
}
