/* Papers: made with a number, given out, read as .docx or as a page to print; templates. */
#include "serve/op/paper.h"
#include "base/id.h"
#include "serve/op/op.h"
#include "serve/page/matrix.h"
#include "serve/page/page.h"
#include "view/json.h"

#define STEPS 1000 /* of a case, on its file: more than any has */

static const char docx_type[] =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

static void put_paper(struct li_json *json, const struct li_paper *paper)
{
    li_json_open_map(json);
    li_json_put_int(json, "no", paper->no);
    li_put_named(json, "paper", li_str(paper->kind->name), paper->kind->label);
    if (paper->part) {
        li_json_put_int(json, "part", paper->part);
    }
    li_json_put_text(json, "number", paper->number);
    li_json_put_time(json, "made_at", paper->made_at);
    li_put_time(json, "given_at", paper->given_at);
    li_json_close_map(json);
}

static int see(struct li_request *request, struct li_view_case *ret)
{
    struct li_view view = li_request_view(request);
    int64_t id;
    int r = li_id_parse(&request->ctx, li_request_text(request, "case"), &id);

    view.steps = STEPS;
    return r ? r : li_view_case(&request->ctx, &view, id, ret);
}

/* The parts a paper of a part can be made for. */
static void put_parts(struct li_json *json, const struct li_paper_kind *kind,
                      const struct li_view_case *seen)
{
    li_json_key(json, "parts");
    li_json_open_list(json);
    for (size_t i = 0; i < seen->part_count; i++) {
        const struct li_view_part *part = &seen->parts[i];
        int machine = (int)(part->kind - seen->row.playbook->machines);
        if (li_paper_fits_part(kind, &seen->row, machine)) {
            li_json_int(json, part->no);
        }
    }
    li_json_close_list(json);
}

int li_op_list_papers(struct li_request *request)
{
    struct li_view_case seen;
    struct li_paper *papers;
    struct li_json json;
    size_t count, kind_count;
    const struct li_paper_kind *kinds = li_paper_all(&kind_count);
    int r = see(request, &seen);

    r = r ? r
          : li_paper_list(&request->ctx, request->conn, request->tenant->id, seen.row.id, &papers,
                          &count);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_key(&json, "kinds");
    li_json_open_list(&json);
    for (size_t i = 0; i < kind_count; i++) {
        if (!li_paper_fits(&kinds[i], &seen.row)) {
            continue;
        }
        li_json_open_map(&json);
        li_put_named(&json, "paper", li_str(kinds[i].name), kinds[i].label);
        li_json_put_bool(&json, "of_part", kinds[i].of_part);
        put_parts(&json, &kinds[i], &seen);
        li_json_close_map(&json);
    }
    li_json_close_list(&json);
    li_json_key(&json, "items");
    li_json_open_list(&json);
    for (size_t i = 0; i < count; i++) {
        put_paper(&json, &papers[i]);
    }
    return li_reply_items_end(request, &json, 0);
}

int li_op_make_paper(struct li_request *request)
{
    struct li_paper_make_args *args = li_alloc(&request->ctx, sizeof(*args));
    const struct li_node *part = li_node_get(request->body, "part");
    int r = args ? li_id_parse(&request->ctx, li_request_text(request, "case"), &args->case_id)
                 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->kind = li_paper_find(li_node_text(request->body, "paper"));
    args->part = part ? (int)part->number : 0;
    li_assert(args->kind); /* the contract lists them */
    request->state = args;
    li_request_job(request, &li_paper_make, args, li_request_text(request, "Idempotency-Key"));
    return LI_LATER;
}

/* What a key led to before is the last one of its kind. */
int li_op_make_paper_done(struct li_request *request)
{
    const struct li_paper_make_args *args = request->state;
    const struct li_paper *made = request->job.plan;
    struct li_paper *papers;
    struct li_json json;
    size_t count = 0;
    int r = made ? 0
                 : li_paper_list(&request->ctx, request->conn, request->tenant->id, args->case_id,
                                 &papers, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        made = papers[i].kind == args->kind && papers[i].part == args->part ? &papers[i] : made;
    }
    if (r || !made) {
        return r ? r : LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such paper");
    }
    json = li_reply_json(request, 201);
    put_paper(&json, made);
    return li_reply_end(request);
}

/* A paper as it is read: as it was given out, or filled now. */
struct reading {
    struct li_view_case seen;
    struct li_paper paper;
    struct li_str docx;
    struct li_str link; /* of its code; ptr NULL */
};

/* What was given with a field that this reader may not see is not for them. */
static int check_shown(struct li_request *request, const struct reading *reading)
{
    struct li_str names = reading->paper.shows;

    while (names.len) {
        struct li_str name = li_str_cut(&names, ',');
        int field = li_playbook_field(reading->seen.row.playbook, name);
        if (field >= 0 && li_case_is_hidden(reading->seen.hidden, field)) {
            return LI_FAIL(&request->ctx, LI_E_FORBIDDEN, "the paper shows what you may not see");
        }
    }
    return 0;
}

static int fill_now(struct li_request *request, struct reading *reading)
{
    struct li_node *values;
    struct li_str template;
    bool own;
    int r = li_op_paper_values(request, &reading->seen, &reading->paper, &values);

    r = r ? r
          : li_paper_template(&request->ctx, request->conn, request->tenant->id,
                              reading->paper.kind, request->ctx.lang, &template, &own);
    r = r ? r : li_paper_fill(&request->ctx, template, values, &reading->docx);
    if (r == 0) {
        reading->link = li_node_text(values, "qr");
    }
    return r == -LI_E_INVALID ? LI_FAIL(&request->ctx, LI_E_CORRUPT, "a template is none") : r;
}

static int read_paper(struct li_request *request, struct reading *ret)
{
    int64_t no = li_request_int(request, "no", 0);
    struct li_paper *papers;
    size_t count;
    int r = see(request, &ret->seen);

    r = r ? r
          : li_paper_list(&request->ctx, request->conn, request->tenant->id, ret->seen.row.id,
                          &papers, &count);
    if (r == 0 && (no < 1 || (size_t)no > count)) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such paper");
    }
    if (r) {
        return r;
    }
    ret->paper = papers[no - 1];
    if (!ret->paper.given_at) {
        return fill_now(request, ret);
    }
    r = check_shown(request, ret);
    return r ? r
             : li_paper_given(&request->ctx, li_request_house(request)->record, request->conn,
                              request->tenant->id, &ret->paper, &ret->docx, &ret->link);
}

static int reply_docx(struct li_request *request, struct li_str bytes)
{
    request->answer.status = 200;
    request->answer.type = docx_type;
    request->answer.fixed = bytes;
    return 0;
}

int li_op_get_paper(struct li_request *request)
{
    struct reading reading = {.docx = {0}};
    int r;

    li_op_lang(request);
    r = read_paper(request, &reading);
    return r ? r : reply_docx(request, reading.docx);
}

/* ---- given out ------------------------------------------------------------- */

static void add_shown(const struct li_playbook *playbook, const struct li_view_value *values,
                      size_t count, struct li_field_set *set)
{
    for (size_t i = 0; i < count; i++) {
        li_field_set_add(set, (int)(values[i].field - playbook->fields));
    }
}

/* The fields of the case and of its parts: what its steps say is among them. */
static int names_of(struct li_request *request, const struct li_view_case *seen, struct li_str *ret)
{
    const struct li_playbook *playbook = seen->row.playbook;
    struct li_buf *buf = li_buf_new(&request->ctx, 0);
    struct li_field_set set = {{0}};
    bool some = false;

    add_shown(playbook, seen->values, seen->value_count, &set);
    for (size_t i = 0; i < seen->part_count; i++) {
        add_shown(playbook, seen->parts[i].values, seen->parts[i].value_count, &set);
    }
    for (size_t i = 0; buf && i < playbook->field_count; i++) {
        if (li_field_set_has(&set, (int)i)) {
            li_buf_fmt(buf, "%s%.*s", some ? "," : "", LI_P(playbook->fields[i].name));
            some = true;
        }
    }
    *ret = buf ? li_buf_view(buf) : (struct li_str){0};
    return buf ? li_buf_check(&request->ctx, buf) : -LI_E_NOMEM;
}

/* What it says is made here, beside the lane. */
int li_op_give_paper(struct li_request *request)
{
    struct li_paper_give_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct reading reading = {.docx = {0}};
    int r = args ? 0 : -LI_E_NOMEM;

    li_op_lang(request);
    r = r ? r : read_paper(request, &reading);
    r = r ? r : names_of(request, &reading.seen, &args->shows);
    if (r) {
        return r;
    }
    args->case_id = reading.seen.row.id;
    args->no = reading.paper.no;
    args->docx = reading.docx;
    args->link = reading.link;
    li_request_job(request, &li_paper_give, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_give_paper_done(struct li_request *request)
{
    struct li_json json = li_reply_json(request, 200);

    put_paper(&json, request->job.plan);
    return li_reply_end(request);
}

int li_op_page_paper(struct li_request *request)
{
    struct reading reading = {.docx = {0}};
    struct li_node *blocks, *data;
    struct li_str path;
    int size, r;

    li_op_lang(request);
    r = read_paper(request, &reading);
    r = r ? r : li_paper_blocks(&request->ctx, reading.docx, &blocks);
    if (r) {
        return r;
    }
    data = li_page_new(request);
    if (reading.link.ptr) {
        r = li_matrix_path(&request->ctx, reading.link, &path, &size);
        if (r) {
            return r;
        }
        li_page_text(request, data, "path", path);
        li_page_int(request, data, "size", size);
    }
    li_page_texts(request, data, "title", reading.paper.kind->label);
    li_page_text(request, data, "docx",
                 li_strf(&request->ctx, "/api/v1/%.*s/cases/%.*s/papers/%lld.docx?lang=%s",
                         LI_P(request->tenant->slug), LI_P(li_request_text(request, "case")),
                         (long long)reading.paper.no, request->ctx.lang == LI_EN ? "en" : "zh"));
    r = li_node_put(&request->ctx, data, LI_S("blocks"), blocks);
    return r ? r : li_page_render(request, 200, "paper", data);
}

/* ---- templates ------------------------------------------------------------- */

int li_op_get_template(struct li_request *request)
{
    const struct li_paper_kind *kind = li_paper_find(li_request_text(request, "paper"));
    struct li_str bytes;
    bool own;
    int r;

    li_op_lang(request);
    li_assert(kind);
    r = li_paper_template(&request->ctx, request->conn, request->tenant->id, kind,
                          request->ctx.lang, &bytes, &own);
    return r ? r : reply_docx(request, bytes);
}
