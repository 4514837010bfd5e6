/* What duty tells and keeps, as a word-processing file: the weekly text, a hand-over. */
#include "base/id.h"
#include "base/time.h"
#include "people/report.h"
#include "serve/op/op.h"
#include "serve/op/paper.h"

static int put(struct li_request *request, struct li_node *values, struct li_str name,
               struct li_str text)
{
    struct li_node *node = text.ptr ? li_node_new_text(&request->ctx, text)
                                    : li_node_new_text(&request->ctx, LI_S(""));

    return node ? li_node_put(&request->ctx, values, name, node) : -LI_E_NOMEM;
}

static struct li_str day(struct li_request *request, int64_t instant)
{
    struct li_civil at = li_civil_at(instant);

    return li_strf(&request->ctx, request->ctx.lang == LI_EN ? "%d-%02d-%02d" : "%d年%d月%d日",
                   at.year, at.month, at.day);
}

/* The street office it is told for, else the area's own name. */
static struct li_str office(struct li_request *request, const struct li_area *area)
{
    return request->ctx.lang == LI_ZH && li_str_is(area->kind, "street")
               ? li_strf(&request->ctx, "%.*s办事处", LI_P(area->name))
               : area->name;
}

static int values_of(struct li_request *request, const struct li_report *report,
                     const struct li_area *area, struct li_node **ret)
{
    struct li_node *values = li_node_new_map(&request->ctx);
    int r = values ? put(request, values, LI_S("office"), office(request, area)) : -LI_E_NOMEM;

    r = r ? r : put(request, values, LI_S("area"), area->name);
    r = r ? r : put(request, values, LI_S("since"), day(request, report->since));
    /* the end of a week is the midnight after its last day */
    r = r ? r : put(request, values, LI_S("until"), day(request, report->until - 1));
    r = r ? r : put(request, values, LI_S("text"), report->text);
    r = r ? r : put(request, values, LI_S("maker"), report->maker);
    r = r ? r : put(request, values, LI_S("signer"), report->signer);
    r = r ? r : put(request, values, LI_S("today"), day(request, report->made_at));
    if (r == 0) {
        *ret = values;
    }
    return r;
}

/* Who holds a post over the place may read it, as in the list. */
static int find(struct li_request *request, struct li_report *ret, struct li_area *ret_area)
{
    struct li_ctx *ctx = &request->ctx;
    int64_t id;
    int r = li_id_parse(ctx, li_request_text(request, "report"), &id);

    r = r ? r
          : li_report_find(ctx, li_request_house(request)->record, request->conn,
                           request->tenant->id, id, ret);
    r = r ? r : li_area_at(ctx, request->conn, request->tenant->id, ret->area_path, ret_area);
    if (r == 0 && li_str_eq(ret->kind, LI_REPORT_DAILY)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "a bulletin is pasted, not filed");
    }
    for (size_t i = 0; r == 0 && i < request->viewer.post_count; i++) {
        if (li_str_starts(ret->area_path, request->viewer.posts[i].area_path)) {
            return 0;
        }
    }
    return r && r != -LI_E_NOT_FOUND ? r : LI_FAIL(ctx, LI_E_NOT_FOUND, "no such report");
}

int li_op_get_report_paper(struct li_request *request)
{
    struct li_str template, bytes;
    struct li_report report;
    struct li_area area;
    struct li_node *values;
    bool own;
    int r;

    li_op_lang(request);
    r = find(request, &report, &area);
    r = r ? r : values_of(request, &report, &area, &values);
    r = r ? r
          : li_paper_template(&request->ctx, request->conn, request->tenant->id,
                              li_paper_find(report.kind), request->ctx.lang, &template, &own);
    r = r ? r : li_paper_fill(&request->ctx, template, values, &bytes);
    if (r) {
        return r == -LI_E_INVALID ? LI_FAIL(&request->ctx, LI_E_CORRUPT, "a template is none") : r;
    }
    request->answer.status = 200;
    request->answer.type =
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    request->answer.fixed = bytes;
    return 0;
}
