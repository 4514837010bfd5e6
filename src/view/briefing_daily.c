/*
 * The daily bulletin 每日通报: what is required, how it stands, what was done, whom to thank.
 *
 * It is pasted into work groups, so it lists public matters alone, by number, place and
 * kind; no unit and no person is named beside a figure, and nothing is put in order of
 * who did how much.
 */
#include "base/canonical.h"
#include "base/time.h"
#include "case/case.h"
#include "view/briefing.h"
#include "view/inside.h"

#define OF_CASE "area_path >= $4 and area_path < $5 and scope = 0 "

LI_SQL(daily_came, "select number, area, playbook, version, state, fields, id from cases "
                   "where tenant = $1 and id >= $2 and id < $3 and " OF_CASE
                   "and opened_at >= $6 and opened_at < $7 order by id desc limit 20");
LI_SQL(daily_done, "select distinct c.number, c.area, c.playbook, c.version, c.state, c.fields, "
                   "c.id from history as h "
                   "join cases as c on c.tenant = h.tenant and c.id = h.entity "
                   "where h.tenant = $1 and h.seq >= $2 and h.seq < $3 and " OF_CASE
                   "and c.closed_at >= $6 and c.closed_at < $7 order by c.id desc limit 20");

#define MATTERS 20
#define COUNTED 50

static const struct li_option *option_of(const struct li_playbook *playbook,
                                         const struct li_node *fields)
{
    int place = li_case_choice_field(playbook, "topic");
    const struct li_node *chosen;
    const struct li_field *field;

    place = place < 0 ? li_case_choice_field(playbook, "kind") : place;
    if (place < 0) {
        return NULL;
    }
    field = &playbook->fields[place];
    chosen = li_node_get_str(fields, field->name);
    for (size_t i = 0; chosen && chosen->kind == LI_TEXT && i < field->option_count; i++) {
        if (li_str_eq(field->options[i].name, chosen->text)) {
            return &field->options[i];
        }
    }
    return NULL;
}

/* ---- matters --------------------------------------------------------------------- */

struct raw {
    struct li_str number, area, playbook, state, fields;
    int version;
};

static int read_raw(struct li_ctx *ctx, const struct li_briefing_span *span,
                    const struct li_sql *sql, int64_t from, int64_t to,
                    const struct li_briefing *made, struct raw *ret, size_t *ret_count)
{
    struct li_str end = li_strf(ctx, "%.*s~", LI_P(made->area.path));
    struct li_rows *rows;
    size_t count = 0;
    int r = end.ptr ? li_query(ctx, span->view->conn, sql,
                               LI_ARGS(li_v(span->view->tenant), li_v(from), li_v(to),
                                       li_v_text(made->area.path), li_v_text(end),
                                       li_v(made->since), li_v(span->end)),
                               &rows)
                    : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    while (count < MATTERS && (r = li_rows_next(ctx, rows)) > 0) {
        struct raw *one = &ret[count];
        *one = (struct raw){.number = li_col_dup(ctx, rows, 0),
                            .area = li_col_dup(ctx, rows, 1),
                            .playbook = li_col_dup(ctx, rows, 2),
                            .version = (int)li_col_i64(rows, 3),
                            .state = li_col_dup(ctx, rows, 4),
                            .fields = li_col_dup(ctx, rows, 5)};
        if (!one->number.ptr || !one->area.ptr || !one->playbook.ptr || !one->state.ptr ||
            !one->fields.ptr) {
            r = -LI_E_NOMEM;
            break;
        }
        count++;
    }
    li_rows_done(rows);
    *ret_count = count;
    return r < 0 ? r : 0;
}

static int read_matter(struct li_ctx *ctx, const struct li_view *view, const struct raw *raw,
                       struct li_briefing_matter *ret)
{
    const struct li_playbook *playbook;
    struct li_node *fields;
    struct li_area area;
    int state;
    int r = li_library_find(ctx, li_bound(view->record)->library, view->conn, view->tenant,
                            raw->playbook, raw->version, &playbook);

    r = r ? r : li_canonical_read(ctx, raw->fields, &fields);
    r = r ? r : li_view_area(ctx, view, li_case_community(raw->area), &area);
    if (r) {
        return r;
    }
    state = li_machine_state(&playbook->machines[0], raw->state);
    if (state < 0) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a case is in no state of its playbook");
    }
    *ret = (struct li_briefing_matter){.number = raw->number,
                                       .place = area.name,
                                       .about = option_of(playbook, fields),
                                       .playbook = playbook,
                                       .state = &playbook->machines[0].states[state]};
    return 0;
}

static int read_matters(struct li_ctx *ctx, const struct li_briefing_span *span,
                        const struct li_sql *sql, int64_t from, int64_t to,
                        const struct li_briefing *made, struct li_briefing_matter **ret,
                        size_t *ret_count)
{
    struct li_briefing_matter *matters = li_alloc_array(ctx, MATTERS, sizeof(*matters));
    struct raw *raw = li_alloc_array(ctx, MATTERS, sizeof(*raw));
    size_t count = 0;
    int r = matters && raw ? read_raw(ctx, span, sql, from, to, made, raw, &count) : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < count; i++) {
        r = read_matter(ctx, span->view, &raw[i], &matters[i]);
    }
    *ret = matters;
    *ret_count = r ? 0 : count;
    return r;
}

int li_briefing_daily(struct li_ctx *ctx, const struct li_briefing_span *span,
                      struct li_briefing *made)
{
    const struct li_view_filter asked = {.area_path = made->area.path, .asked = LI_S("any")};
    const struct li_view_filter praise = {.area_path = made->area.path,
                                          .field = LI_S("kind"),
                                          .value = LI_S("praise"),
                                          .opened_from = made->since,
                                          .opened_to = span->end};
    struct li_view_list list;
    int r = read_matters(ctx, span, &daily_came, span->first_id, span->last_id, made, &made->came,
                         &made->came_count);

    r = r ? r
          : read_matters(ctx, span, &daily_done, span->first_entry, span->last_entry, made,
                         &made->done, &made->done_count);
    r = r ? r : li_view_all(ctx, span->view, &asked, COUNTED, (struct li_str){0}, &list);
    made->asked = r ? 0 : (int64_t)list.count;
    r = r ? r : li_view_all(ctx, span->view, &praise, COUNTED, (struct li_str){0}, &list);
    made->praise = r ? 0 : (int64_t)list.count;
    return r;
}

/* ---- sentences --------------------------------------------------------------------- */

struct page {
    struct li_buf *buf;
    bool zh;
};

/* A format: both are literals, so that the compiler sees them. */
#define SAY(chinese, english) (page->zh ? chinese : english)

static struct li_str of(const struct page *page, struct li_texts texts)
{
    return page->zh ? texts.zh : texts.en;
}

static void put_matters(struct page *page, const struct li_briefing_matter *matters, size_t count,
                        int64_t all, bool state)
{
    for (size_t i = 0; i < count; i++) {
        const struct li_briefing_matter *one = &matters[i];
        struct li_texts about = one->about ? one->about->label : one->playbook->title;
        li_buf_fmt(page->buf, "  %.*s %.*s %.*s", LI_P(one->number), LI_P(one->place),
                   LI_P(of(page, about)));
        if (state) {
            li_buf_fmt(page->buf, SAY("（%.*s）", " (%.*s)"), LI_P(of(page, one->state->label)));
        }
        li_buf_char(page->buf, '\n');
    }
    if (all > (int64_t)count && count) {
        li_buf_fmt(page->buf, SAY("  另有 %lld 件。\n", "  And %lld more.\n"),
                   (long long)(all - (int64_t)count));
    }
}

static void put_required(struct page *page, const struct li_briefing *briefing)
{
    li_buf_text(page->buf, SAY("\n一、要求\n", "\nWhat is required\n"));
    li_buf_fmt(page->buf,
               SAY("  今天到期 %lld 件，超时 %lld 件，请承办单位抓紧办理、及时答复。\n",
                   "  %lld due today, %lld overdue: whoever has them, please answer in time.\n"),
               (long long)briefing->today.today, (long long)briefing->overdue.overdue);
    if (briefing->asked) {
        li_buf_fmt(page->buf,
                   SAY("  批示、督办待落实 %lld 件。\n",
                       "  %lld with an instruction or a supervision to be answered.\n"),
                   (long long)briefing->asked);
    }
}

static void put_situation(struct page *page, const struct li_briefing *briefing)
{
    li_buf_fmt(page->buf, SAY("\n二、情况\n  新收 %lld 件。\n", "\nHow it stands\n  %lld new.\n"),
               (long long)briefing->opened);
    put_matters(page, briefing->came, briefing->came_count, briefing->opened, true);
    for (size_t i = 0; i < briefing->repeat_count; i++) {
        const struct li_briefing_repeat *repeat = &briefing->repeats[i];
        li_buf_fmt(page->buf,
                   SAY("  七天内重复反映：%.*s %.*s %lld 件\n",
                       "  Again within a week: %.*s, %.*s: %lld\n"),
                   LI_P(repeat->place), LI_P(of(page, repeat->about->label)),
                   (long long)repeat->times);
    }
}

int li_briefing_write_daily(struct li_ctx *ctx, const struct li_briefing *briefing, bool zh,
                            struct li_str *ret)
{
    struct page made = {.buf = li_buf_new(ctx, 0), .zh = zh}, *page = &made;
    struct li_civil day = li_civil_at(briefing->since);

    if (!page->buf) {
        return -LI_E_NOMEM;
    }
    li_buf_fmt(page->buf, SAY("%.*s每日通报（%d月%d日）\n", "%.*s, daily bulletin (%02d-%02d)\n"),
               LI_P(briefing->area.name), day.month, day.day);
    put_required(page, briefing);
    put_situation(page, briefing);
    li_buf_fmt(page->buf,
               SAY("\n三、成效\n  办结 %lld 件。\n", "\nWhat was done\n  %lld closed.\n"),
               (long long)briefing->closed);
    put_matters(page, briefing->done, briefing->done_count, briefing->closed, false);
    li_buf_text(page->buf, SAY("\n四、感谢\n", "\nThanks\n"));
    if (briefing->praise) {
        li_buf_fmt(page->buf,
                   SAY("  收到居民表扬 %lld 件。\n", "  Residents praised %lld times.\n"),
                   (long long)briefing->praise);
    }
    li_buf_text(page->buf, SAY("  感谢一线同事、志愿者和热心居民。\n",
                               "  To colleagues out there, volunteers and residents who care.\n"));
    *ret = li_buf_view(page->buf);
    return li_buf_check(ctx, page->buf);
}
