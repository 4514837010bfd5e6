/*
 * What a paper is filled with: a case as its reader sees it, so that what is masked on
 * the screen is masked on paper.
 */
#include "base/time.h"
#include "case/pass.h"
#include "serve/op/op.h"
#include "serve/op/paper.h"
#include "view/link.h"

#define SEATS 20  /* empty lines of a list to sign */
#define CAME  200 /* cases that came of one */

static int put(struct li_request *request, struct li_node *map, struct li_str key,
               struct li_str text)
{
    struct li_node *node = text.ptr ? li_node_new_text(&request->ctx, text) : NULL;

    return node ? li_node_put(&request->ctx, map, key, node) : -LI_E_NOMEM;
}

static struct li_str in_language(const struct li_request *request, struct li_texts texts)
{
    struct li_str text = request->ctx.lang == LI_EN ? texts.en : texts.zh;

    return text.ptr ? text : LI_S("");
}

/* "2026年11月22日", with the hour when it matters. */
static struct li_str day(struct li_request *request, int64_t instant, bool hour)
{
    struct li_civil at = li_civil_at(instant);
    bool en = request->ctx.lang == LI_EN;
    struct li_str text =
        li_strf(&request->ctx, en ? "%d-%02d-%02d" : "%d年%d月%d日", at.year, at.month, at.day);

    return !instant ? LI_S("")
           : hour   ? li_strf(&request->ctx, "%.*s %d:%02d", LI_P(text), at.hour, at.minute)
                    : text;
}

static struct li_node *item(struct li_request *request, struct li_node *list)
{
    struct li_node *map = list ? li_node_new_map(&request->ctx) : NULL;

    return map && li_node_push(&request->ctx, list, map) == 0 ? map : NULL;
}

static struct li_node *list_of(struct li_request *request, struct li_node *values, const char *key)
{
    struct li_node *list = li_node_new_list(&request->ctx);

    return list && li_node_put(&request->ctx, values, li_str(key), list) == 0 ? list : NULL;
}

/* What was reported, each as a line, and each by its field's name. */
static int put_fields(struct li_request *request, struct li_node *values,
                      const struct li_view_case *seen)
{
    struct li_node *list = list_of(request, values, "field");
    int r = list ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < seen->value_count; i++) {
        const struct li_view_value *value = &seen->values[i];
        struct li_str text = in_language(request, value->text);
        struct li_node *line;
        r = put(request, values, value->field->name, text);
        if (r || value->place) {
            continue;
        }
        line = item(request, list);
        r = line ? put(request, line, LI_S("label"), in_language(request, value->field->label))
                 : -LI_E_NOMEM;
        r = r ? r : put(request, line, LI_S("text"), text);
    }
    return r;
}

/* What was given, in one line: "Amount: 120.00; Invoice: F-1". */
static struct li_str in_a_line(struct li_request *request, const struct li_view_value *values,
                               size_t count)
{
    bool en = request->ctx.lang == LI_EN;
    struct li_str text = LI_S("");

    for (size_t i = 0; text.ptr && i < count; i++) {
        struct li_str said = in_language(request, values[i].text);
        if (said.len) {
            text = li_strf(&request->ctx, en ? "%.*s%s%.*s: %.*s" : "%.*s%s%.*s：%.*s", LI_P(text),
                           !text.len ? ""
                           : en      ? "; "
                                     : "；",
                           LI_P(in_language(request, values[i].field->label)), LI_P(said));
        }
    }
    return text;
}

static struct li_str unit_of(const struct li_view_part *part)
{
    return part->owner.has_organization ? part->owner.organization.name : LI_S("");
}

static int put_part(struct li_request *request, struct li_node *map,
                    const struct li_view_part *part)
{
    int r = put(request, map, LI_S("no"), li_strf(&request->ctx, "%d", part->no));

    r = r ? r : put(request, map, LI_S("kind"), in_language(request, part->kind->label));
    r = r ? r : put(request, map, LI_S("unit"), unit_of(part));
    r = r ? r
          : put(request, map, LI_S("text"), in_a_line(request, part->values, part->value_count));
    r = r ? r : put(request, map, LI_S("state"), in_language(request, part->state->label));
    return r ? r : put(request, map, LI_S("due"), day(request, part->clock.due_at, true));
}

/* The parts, a line each; and who may sign, with empty lines behind. */
static int put_parts(struct li_request *request, struct li_node *values,
                     const struct li_view_case *seen)
{
    struct li_node *each = list_of(request, values, "each"),
                   *seats = list_of(request, values, "seat");
    int r = each && seats ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < seen->part_count; i++) {
        struct li_node *line = item(request, each);
        r = line ? put_part(request, line, &seen->parts[i]) : -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < SEATS; i++) {
        struct li_node *line = item(request, seats);
        r = line ? put(request, line, LI_S("no"), li_strf(&request->ctx, "%zu", i + 1))
                 : -LI_E_NOMEM;
        r = r ? r
              : put(request, line, LI_S("unit"),
                    i < seen->part_count ? unit_of(&seen->parts[i]) : LI_S(""));
    }
    return r;
}

/* What was done, a line each, the oldest first. */
static int put_steps(struct li_request *request, struct li_node *values,
                     const struct li_view_case *seen)
{
    struct li_node *list = list_of(request, values, "step");
    int r = list ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < seen->entry_count; i++) {
        const struct li_view_entry *entry = &seen->entries[i];
        struct li_node *line = entry->undone ? NULL : item(request, list);
        if (entry->undone) {
            continue;
        }
        r = line ? put(request, line, LI_S("at"),
                       day(request, entry->occurred ? entry->occurred : entry->at, true))
                 : -LI_E_NOMEM;
        r = r ? r : put(request, line, LI_S("what"), in_language(request, entry->label));
        r = r ? r : put(request, line, LI_S("by"), in_language(request, entry->by));
        r = r ? r
              : put(request, line, LI_S("text"),
                    in_a_line(request, entry->values, entry->value_count));
    }
    return r;
}

/* What came of it, a line each, the oldest first: with its number, and nothing of what is told to
 * some of the staff alone, since what was given out is read by others than who gave it. */
static int put_came(struct li_request *request, struct li_node *values,
                    const struct li_view_case *seen)
{
    struct li_view view = li_request_view(request);
    struct li_node *list = list_of(request, values, "came");
    struct li_view_link *links;
    size_t count = 0;
    int64_t next;
    int r = list ? li_view_links(&request->ctx, &view, seen->row.id, CAME, 0, &links, &count, &next)
                 : -LI_E_NOMEM;

    if (r == -LI_E_NOT_FOUND) { /* who reads it is no staff of this case */
        return 0;
    }
    for (size_t i = count; r == 0 && i > 0; i--) {
        const struct li_case *other = &links[i - 1].other;
        struct li_node *line;
        if (links[i - 1].link.kind != LI_LINK_CHILD || links[i - 1].goes_out ||
            links[i - 1].link.until || other->scope > LI_SCOPE_STAFF) {
            continue;
        }
        line = item(request, list);
        r = line ? put(request, line, LI_S("number"), other->number) : -LI_E_NOMEM;
        r = r ? r : put(request, line, LI_S("title"), in_language(request, other->playbook->title));
        r = r ? r : put(request, line, LI_S("opened"), day(request, other->opened_at, false));
        r = r ? r
              : put(request, line, LI_S("state"),
                    in_language(request, other->playbook->machines[0].states[other->state].label));
    }
    return r;
}

/* The street office a case lies with: what stands at the head, and beside the seal. */
static int put_office(struct li_request *request, struct li_node *values,
                      const struct li_view_case *seen)
{
    struct li_str path = seen->row.area_path, name = request->tenant->name;
    struct li_area above = seen->area;
    int r = 0;

    while (r == 0 && !li_str_is(above.kind, "street") && li_area_path_up(&path)) {
        r = li_area_at(&request->ctx, request->conn, request->tenant->id, path, &above);
    }
    r = r == -LI_E_NOT_FOUND ? 0 : r;
    if (r == 0 && li_str_is(above.kind, "street")) {
        name = request->ctx.lang == LI_EN ? above.name
                                          : li_strf(&request->ctx, "%.*s办事处", LI_P(above.name));
    }
    return r ? r : put(request, values, LI_S("office"), name);
}

/* The link of the part, when it has one that holds. */
static int put_link(struct li_request *request, struct li_node *values,
                    const struct li_view_case *seen, int part)
{
    struct li_pass pass;
    struct li_str url;
    int r =
        li_pass_of(&request->ctx, request->conn, request->tenant->id, seen->row.id, part, &pass);

    if (r == -LI_E_NOT_FOUND ||
        (r == 0 && (pass.ended_at || pass.until <= li_now(request->ctx.clock)))) {
        return 0;
    }
    r = r ? r : li_op_pass_url(request, &pass, &url);
    return r ? r : put(request, values, LI_S("qr"), url);
}

static int put_own_part(struct li_request *request, struct li_node *values,
                        const struct li_view_case *seen, const struct li_paper *paper)
{
    const struct li_state *state = &seen->row.playbook->machines[0].states[seen->row.state];
    int r = put(request, values, LI_S("state"), in_language(request, state->label));

    r = r ? r : put(request, values, LI_S("due"), day(request, seen->row.clock.due_at, true));
    for (size_t i = 0; r == 0 && i < seen->part_count; i++) {
        if (seen->parts[i].no == paper->part) {
            r = put_part(request, values, &seen->parts[i]);
            r = r ? r : put_link(request, values, seen, paper->part);
        }
    }
    return r;
}

/* Where it can be checked: the page with its number, as words and as a code. */
static int put_check(struct li_request *request, struct li_node *values,
                     const struct li_view_case *seen)
{
    struct li_str url = li_strf(&request->ctx, "%.*s/%.*s/check",
                                LI_P(li_request_public_url(request)), LI_P(request->tenant->slug));
    struct li_str qr =
        li_strf(&request->ctx, "%.*s?number=%.*s", LI_P(url), LI_P(seen->row.number));
    struct li_str code =
        li_strf(&request->ctx, "%.4s %.4s", seen->row.code.ptr, seen->row.code.ptr + 4);
    int r = url.ptr && qr.ptr && code.ptr ? put(request, values, LI_S("check_code"), code)
                                          : -LI_E_NOMEM;

    r = r ? r : put(request, values, LI_S("check_url"), url);
    return r ? r : put(request, values, LI_S("qr"), qr);
}

int li_op_paper_values(struct li_request *request, const struct li_view_case *seen,
                       const struct li_paper *paper, struct li_node **ret)
{
    struct li_node *values = li_node_new_map(&request->ctx);
    int r = values ? put_office(request, values, seen) : -LI_E_NOMEM;

    r = r ? r : put_fields(request, values, seen);
    r = r ? r : put_parts(request, values, seen);
    r = r ? r : put_steps(request, values, seen);
    r = r || paper->kind->use != LI_PAPER_ANY ? r : put_came(request, values, seen);
    r = r ? r : put_own_part(request, values, seen, paper);
    r = r ? r : put(request, values, LI_S("number"), paper->number);
    r = r ? r : put(request, values, LI_S("case_number"), seen->row.number);
    r = r ? r
          : put(request, values, LI_S("case_title"),
                in_language(request, seen->row.playbook->title));
    r = r ? r : put(request, values, LI_S("area"), seen->area.name);
    if (r == 0 && seen->row.code.ptr && seen->row.playbook->code.checks) {
        r = put_check(request, values, seen);
    }
    r = r ? r : put(request, values, LI_S("opened"), day(request, seen->row.opened_at, true));
    r = r ? r : put(request, values, LI_S("today"), day(request, paper->made_at, false));
    if (r == 0 && strcmp(paper->kind->name, LI_PAPER_INDEX) == 0) {
        r = li_op_paper_index(request, seen, values);
    }
    if (r == 0) {
        *ret = values;
    }
    return r;
}
