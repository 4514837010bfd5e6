/*
 * What can be wrong with a row of a table of areas.
 *
 * X(constant, name, kind of li_fault, limit, field, zh, en)
 */
#ifndef LI_AREA_FAULT_H
#define LI_AREA_FAULT_H

#include "area/area.h"
#include "contract/fault.h"

#define LI_AREA_FAULTS(X)                                                                          \
    X(COLUMNS, "columns", TYPE, "array", "", "列数与表头不一致",                                   \
      "the number of columns is not the heading's")                                                \
    X(QUOTE, "quote", PATTERN, "", "", "引号位置不对", "a quote is out of place")                  \
    X(FEATURE, "feature", TYPE, "object", "", "不是有效的 GeoJSON 要素",                           \
      "this is no GeoJSON feature")                                                                \
    X(KIND, "kind", CHOICE, "", "kind", "没有这种类别", "no such kind")                            \
    X(CODE, "code", PATTERN, "", "code", "编码的位数或写法与类别不符",                             \
      "the code has not the form of its kind")                                                     \
    X(TWICE, "twice", TWICE, "", "code", "编码在表中出现了两次",                                   \
      "the code stands in the table twice")                                                        \
    X(PREFIX, "prefix", PATTERN, "", "code", "编码不是以所在街道、社区或网格的编码开头",           \
      "the code does not begin with that of the street, community or grid it lies in")             \
    X(PARENT, "parent", PATTERN, "", "parent", "上级编码的写法不对", "the parent is no code")      \
    X(NO_PARENT, "no-parent", REQUIRED, "", "parent", "没有写上级；只有省级可以没有上级",          \
      "only a province has no parent")                                                             \
    X(NOWHERE, "nowhere", NOWHERE, "", "parent", "找不到上级",                                     \
      "the parent is neither in the table nor in the store")                                       \
    X(ABOVE, "above", CHOICE, "", "parent", "这个类别不能直接放在该上级之下",                      \
      "an area of this kind does not lie in one of the parent's kind")                             \
    X(PARENT_RETIRED, "parent-retired", NOWHERE, "", "parent", "上级已经停用",                     \
      "the parent is retired")                                                                     \
    X(NO_NAME, "no-name", REQUIRED, "", "name", "没有名称", "the name is missing")                 \
    X(LONG_NAME, "long-name", LONG, "50", "name", "名称超过50个字", "the name is too long")        \
    X(BAD_NAME, "bad-name", TYPE, "string", "name", "名称不是有效的文字", "the name is not UTF-8") \
    X(ALIASES, "aliases", LONG, "50", "aliases", "别名太多或太长，最多16个，每个最多50个字",       \
      "at most 16 aliases of at most 50 characters")                                               \
    X(SINCE, "since", FORMAT, "date", "since", "启用日期应写成 2026-11-21 的样子",                 \
      "a date is written 2026-11-21")                                                              \
    X(UNTIL, "until", FORMAT, "date", "until", "停用日期应写成 2026-11-21 的样子",                 \
      "a date is written 2026-11-21")                                                              \
    X(ORDER, "order", SMALL, "since", "until", "停用日期应晚于启用日期",                           \
      "until must be later than since")                                                            \
    X(PLACE, "place", TYPE, "number", "lon", "经纬度不对，应为度，小数",                           \
      "longitude and latitude are degrees, and come together")                                     \
    X(GEOMETRY, "geometry", CHOICE, "", "shape", "图形只能是面、多面或点",                         \
      "a geometry is a Polygon, a MultiPolygon or a Point")                                        \
    X(RING, "ring", PATTERN, "", "shape", "边界没有闭合，或坐标不对",                              \
      "a boundary is not closed, or its coordinates are wrong")                                    \
    X(SHAPE, "shape", PATTERN, "", "shape", "图形无效（如边界自相交）", "the shape is not valid")  \
    X(OTHER_KIND, "other-kind", TWICE, "", "kind", "这个编码已登记为另一种类别",                   \
      "the code is stored with another kind")                                                      \
    X(OTHER_PARENT, "other-parent", TWICE, "", "parent", "这个编码已登记在另一个上级之下",         \
      "the code is stored under another parent")                                                   \
    X(OTHER_SINCE, "other-since", TWICE, "", "since", "启用日期与已登记的不同",                    \
      "the code is stored with another first day")                                                 \
    X(RETIRED, "retired", TWICE, "", "code", "这个编码已经停用，停用的编码不能再用",               \
      "the code is of a retired area and is not used again")

enum li_area_fault_kind {
#define LI_AREA_FAULT_ENUM(constant, name, kind, limit, field, zh, en) LI_AREA_FAULT_##constant,
    LI_AREA_FAULTS(LI_AREA_FAULT_ENUM)
#undef LI_AREA_FAULT_ENUM
        LI_AREA_FAULT_COUNT
};

const struct li_area_fault *li_area_fault(enum li_area_fault_kind kind);
/* Tells it on the context, as a fault of the content at `where`. */
int li_area_fault_tell(struct li_ctx *ctx, enum li_area_fault_kind kind, struct li_str where);

#endif
