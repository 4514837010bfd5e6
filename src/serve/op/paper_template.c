/*
 * Templates of papers as an administrator keeps them: which there are, a look at one filled with
 * an example, and every mistake of one named before it is taken.
 */
#include "case/library.h"
#include "contract/fault.h"
#include "serve/op/op.h"
#include "serve/op/paper.h"
#include "view/json.h"

/* What every paper of a case can name (paper_values.c), and what an example says there. */
static const struct {
    const char *name;
    struct li_texts example;
} known[] = {
    {"office", {LI_S_INIT("桃源街道办事处"), LI_S_INIT("Taoyuan Street Office")}},
    {"number", {LI_S_INIT("例〔2026〕12号"), LI_S_INIT("例〔2026〕12号")}},
    {"today", {LI_S_INIT("2026年11月22日"), LI_S_INIT("2026-11-22")}},
    {"case_number", {LI_S_INIT("26-18"), LI_S_INIT("26-18")}},
    {"case_title", {LI_S_INIT("诉求办理"), LI_S_INIT("Service request")}},
    {"area", {LI_S_INIT("桃源社区"), LI_S_INIT("Taoyuan community")}},
    {"opened", {LI_S_INIT("2026年11月20日 9:30"), LI_S_INIT("2026-11-20 9:30")}},
    {"state", {LI_S_INIT("办理中"), LI_S_INIT("In hand")}},
    {"due", {LI_S_INIT("2026年11月25日 18:00"), LI_S_INIT("2026-11-25 18:00")}},
    {"unit", {LI_S_INIT("市政养护中心"), LI_S_INIT("Municipal works")}},
    {"kind", {LI_S_INIT("部门任务"), LI_S_INIT("Task")}},
    {"no", {LI_S_INIT("1"), LI_S_INIT("1")}},
    {"text", {LI_S_INIT("更换灯泡"), LI_S_INIT("The bulb is replaced")}},
    {"check_code", {LI_S_INIT("1234 5678"), LI_S_INIT("1234 5678")}},
    {"check_url", {LI_S_INIT("https://…/check"), LI_S_INIT("https://…/check")}},
    {"qr", {LI_S_INIT("https://example.org/"), LI_S_INIT("https://example.org/")}},
};

/* Rows of a table that are repeated, by their list. */
static const struct {
    const char *list, *name;
    struct li_texts example;
} rows[] = {
    {"field", "label", {LI_S_INIT("诉求描述"), LI_S_INIT("What it is")}},
    {"field", "text", {LI_S_INIT("路灯不亮"), LI_S_INIT("The lamp is dark")}},
    {"each", "no", {LI_S_INIT("1"), LI_S_INIT("1")}},
    {"each", "kind", {LI_S_INIT("部门任务"), LI_S_INIT("Task")}},
    {"each", "unit", {LI_S_INIT("市政养护中心"), LI_S_INIT("Municipal works")}},
    {"each", "state", {LI_S_INIT("办理中"), LI_S_INIT("In hand")}},
    {"each", "due", {LI_S_INIT("2026年11月25日"), LI_S_INIT("2026-11-25")}},
    {"each", "text", {LI_S_INIT("更换灯泡"), LI_S_INIT("Replace the bulb")}},
    {"seat", "no", {LI_S_INIT("1"), LI_S_INIT("1")}},
    {"seat", "unit", {LI_S_INIT("市政养护中心"), LI_S_INIT("Municipal works")}},
    {"step", "at", {LI_S_INIT("2026年11月20日 9:30"), LI_S_INIT("2026-11-20 9:30")}},
    {"step", "what", {LI_S_INIT("上报"), LI_S_INIT("Reported")}},
    {"step", "by", {LI_S_INIT("受理台"), LI_S_INIT("The desk")}},
    {"step", "text", {LI_S_INIT("描述：路灯不亮"), LI_S_INIT("What: the lamp is dark")}},
    {"came", "number", {LI_S_INIT("26-19"), LI_S_INIT("26-19")}},
    {"came", "title", {LI_S_INIT("诉求办理"), LI_S_INIT("Service request")}},
    {"came", "opened", {LI_S_INIT("2026年11月20日 10:00"), LI_S_INIT("2026-11-20 10:00")}},
    {"came", "state", {LI_S_INIT("已办结"), LI_S_INIT("Closed")}},
    {"held", "no", {LI_S_INIT("1"), LI_S_INIT("1")}},
    {"held", "title", {LI_S_INIT("现场照片"), LI_S_INIT("Photos")}},
    {"held", "file", {LI_S_INIT("照片3张"), LI_S_INIT("3 photos")}},
    {"held", "day", {LI_S_INIT("2026年11月20日"), LI_S_INIT("2026-11-20")}},
    {"held", "by", {LI_S_INIT("受理台"), LI_S_INIT("The desk")}},
    {"held", "pages", {LI_S_INIT("3"), LI_S_INIT("3")}},
};
#define KNOWN (sizeof(known) / sizeof(known[0]))
#define ROWS  (sizeof(rows) / sizeof(rows[0]))

struct trying {
    struct li_request *request;
    const struct li_paper_kind *kind;
    struct li_node *values; /* an example of all that may be named */
};

static int put(struct li_request *request, struct li_node *map, struct li_str key,
               struct li_texts text)
{
    struct li_node *node =
        li_node_new_text(&request->ctx, request->ctx.lang == LI_EN ? text.en : text.zh);

    return node ? li_node_put(&request->ctx, map, key, node) : -LI_E_NOMEM;
}

/* Fields of every programme in use: a paper may name what any case was reported with. */
static int put_fields(const struct trying *trying)
{
    struct li_request *request = trying->request;
    struct li_str *names;
    size_t count;
    int r = li_library_names(&request->ctx, request->conn, request->tenant->id, &names, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_playbook *playbook;
        r = li_op_playbook(request, names[i], &playbook);
        for (size_t k = 0; r == 0 && k < playbook->field_count; k++) {
            const struct li_field *field = &playbook->fields[k];
            if (!li_node_get_str(trying->values, field->name)) {
                r = put(request, trying->values, field->name, field->label);
            }
        }
    }
    return r;
}

/* One row of each list. */
static int put_rows(const struct trying *trying)
{
    struct li_ctx *ctx = &trying->request->ctx;
    int r = 0;

    for (size_t i = 0; r == 0 && i < ROWS; i++) {
        struct li_node *list = li_node_get(trying->values, rows[i].list), *row;
        if (!list) {
            list = li_node_new_list(ctx);
            row = li_node_new_map(ctx);
            r = list && row ? li_node_push(ctx, list, row) : -LI_E_NOMEM;
            r = r ? r : li_node_put(ctx, trying->values, li_str(rows[i].list), list);
        }
        r = r ? r
              : put(trying->request, list->list.items[0], li_str(rows[i].name), rows[i].example);
    }
    return r;
}

/* What the house's own paper of that kind names, too: a report's words are no case's. */
static int put_house(const struct trying *trying)
{
    struct li_ctx *ctx = &trying->request->ctx;
    struct li_paper_mark *marks = NULL;
    struct li_str bytes;
    size_t count = 0;
    int r = li_paper_house(ctx, trying->kind, ctx->lang, &bytes);

    r = r ? r : li_paper_marks(ctx, bytes, &marks, &count);
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (!memchr(marks[i].name.ptr, '.', marks[i].name.len) &&
            !li_node_get_str(trying->values, marks[i].name)) {
            r = put(trying->request, trying->values, marks[i].name,
                    (struct li_texts){marks[i].name, marks[i].name});
        }
    }
    return r;
}

static int begin(struct li_request *request, struct trying *ret)
{
    int r;

    li_op_lang(request);
    *ret = (struct trying){.request = request,
                           .kind = li_paper_find(li_request_text(request, "paper")),
                           .values = li_node_new_map(&request->ctx)};
    li_assert(ret->kind);
    r = ret->values ? 0 : -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < KNOWN; i++) {
        r = put(request, ret->values, li_str(known[i].name), known[i].example);
    }
    r = r ? r : put_rows(ret);
    r = r ? r : put_house(ret);
    return r ? r : put_fields(ret);
}

/* ---- mistakes --------------------------------------------------------------------- */

static bool is_row(const struct trying *trying, struct li_str name)
{
    struct li_str rest = name, list = li_str_cut(&rest, '.');
    const struct li_node *node = rest.ptr ? li_node_get_str(trying->values, list) : NULL;

    return node && node->kind == LI_LIST && li_node_get_str(node->list.items[0], rest);
}

static bool is_known(const struct trying *trying, struct li_str name)
{
    const struct li_node *node = li_node_get_str(trying->values, name);

    return (node && node->kind == LI_TEXT) || is_row(trying, name);
}

static int tell(struct li_ctx *ctx, struct li_str name, const char *zh, const char *en)
{
    struct li_str both = li_strf(ctx, "“%.*s”%s\n“%.*s” %s", LI_P(name), zh, LI_P(name), en);

    return both.ptr ? li_fault(ctx, LI_FAULT_CHECK, LI_S("/template"), both) : -LI_E_NOMEM;
}

static int check_mark(const struct trying *trying, const struct li_paper_mark *mark)
{
    struct li_ctx *ctx = &trying->request->ctx;
    struct li_str shown = li_strf(ctx, "{{%.*s}}", LI_P(mark->name));

    if (!shown.ptr) {
        return -LI_E_NOMEM;
    }
    if (mark->open) {
        return tell(ctx, mark->name, "没有写完，缺“}}”。", "is not closed: }} is missing.");
    }
    if (!is_known(trying, mark->name)) {
        return tell(ctx, shown, "系统不认识，请对照说明改正或删去。",
                    "means nothing here; mend it by the list or take it out.");
    }
    if (is_row(trying, mark->name) && !mark->in_row) {
        return tell(ctx, shown, "要放在表格的一行里，才能逐条重复。",
                    "must stand in a row of a table, which is then repeated.");
    }
    return 0;
}

/* Every mistake; 0, or -LI_E_INVALID with all of them told. */
static int check(const struct trying *trying, struct li_str bytes)
{
    struct li_ctx *ctx = &trying->request->ctx;
    struct li_paper_mark *marks = NULL;
    size_t count = 0;
    int told = 0, r = li_paper_marks(ctx, bytes, &marks, &count);

    if (r == -LI_E_INVALID) {
        return li_fault(ctx, LI_FAULT_NO_PAPER, LI_S("/template"), LI_S(""));
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        int one = check_mark(trying, &marks[i]);
        r = one == -LI_E_NOMEM ? one : 0;
        told = one ? one : told;
    }
    return r ? r : told;
}

/* ---- operations --------------------------------------------------------------------- */

int li_op_list_templates(struct li_request *request)
{
    size_t count;
    const struct li_paper_kind *kinds = li_paper_all(&count);
    struct li_json json = li_reply_items(request);
    int r = 0;

    for (size_t i = 0; r == 0 && i < count; i++) {
        bool own = false;
        r = li_paper_is_own(&request->ctx, request->conn, request->tenant->id, &kinds[i], &own);
        li_json_open_map(&json);
        li_put_named(&json, "paper", li_str(kinds[i].name), kinds[i].label);
        li_json_put_text(&json, "series", li_str(kinds[i].mark ? kinds[i].mark : ""));
        li_json_put_bool(&json, "own", own);
        li_json_close_map(&json);
    }
    return li_reply_items_end(request, &json, r);
}

int li_op_try_template(struct li_request *request)
{
    struct li_str bytes = li_node_text(request->body, "template"), filled;
    struct li_node *blocks = NULL;
    struct trying trying;
    struct li_json json;
    bool own;
    int r = begin(request, &trying);

    if (r == 0 && !bytes.len) {
        r = li_paper_template(&request->ctx, request->conn, request->tenant->id, trying.kind,
                              request->ctx.lang, &bytes, &own);
    } else if (r == 0) {
        r = check(&trying, bytes);
    }
    r = r ? r : li_paper_fill(&request->ctx, bytes, trying.values, &filled);
    r = r ? r : li_paper_blocks(&request->ctx, filled, &blocks);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_key(&json, "blocks");
    li_json_node(&json, blocks);
    li_json_close_map(&json);
    return li_reply_end(request);
}

static int put_template(struct li_request *request, struct li_str bytes)
{
    struct li_paper_template_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? li_op_over_tenant(request, "administrator") : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    *args = (struct li_paper_template_args){
        .kind = li_paper_find(li_request_text(request, "paper")), .bytes = bytes};
    li_assert(args->kind);
    li_request_job(request, &li_paper_template_put, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_put_template(struct li_request *request)
{
    struct li_str bytes = li_node_text(request->body, "template");
    struct trying trying;
    int r = begin(request, &trying);

    bytes = bytes.len ? bytes : LI_S("-"); /* nothing is no template */
    r = r ? r : check(&trying, bytes);
    return r ? r : put_template(request, bytes);
}

int li_op_delete_template(struct li_request *request)
{
    return put_template(request, LI_S(""));
}

int li_op_put_template_done(struct li_request *request)
{
    return li_reply_empty(request, 204);
}
