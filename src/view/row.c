/* A line of a list, made from a row of view/filter. */
#include "base/canonical.h"
#include "view/inside.h"

#define SUMMARY 60 /* characters */

struct reading {
    struct li_ctx *ctx;
    const struct li_view *view;
    const struct li_rows *rows;
    bool is_public;
    struct li_node *fields;
    struct li_view_row row;
};

static bool is_shown(const struct reading *reading, int field)
{
    const struct li_playbook *playbook = reading->row.playbook;

    if (li_case_is_hidden(reading->row.hidden, field)) {
        return false;
    }
    for (size_t i = 0; reading->is_public && i < playbook->see_public_count; i++) {
        if (playbook->see_public[i] == field) {
            return true;
        }
    }
    return !reading->is_public;
}

static struct li_str given(const struct reading *reading, const struct li_field *field)
{
    const struct li_node *node = li_node_get_str(reading->fields, field->name);

    return node && node->kind == LI_TEXT ? node->text : (struct li_str){0};
}

/* What a choice field holds, when the list may show it. */
static const struct li_option *chosen(const struct reading *reading, int place)
{
    const struct li_field *field = place < 0 ? NULL : &reading->row.playbook->fields[place];

    return field && field->type == LI_FIELD_CHOICE && is_shown(reading, place)
               ? li_view_option(field, given(reading, field))
               : NULL;
}

/* The first choice of the opening form; -1. */
static int kind_field(const struct li_playbook *playbook)
{
    for (size_t i = 0; i < playbook->open_field_count; i++) {
        if (playbook->fields[playbook->open_fields[i]].type == LI_FIELD_CHOICE) {
            return playbook->open_fields[i];
        }
    }
    return -1;
}

static const struct li_option *level_of(const struct reading *reading)
{
    const struct li_playbook *playbook = reading->row.playbook;
    int64_t level = li_col_i64(reading->rows, 8);
    const struct li_field *field = playbook->level < 0 ? NULL : &playbook->fields[playbook->level];

    return field && level >= 0 && (size_t)level < field->option_count ? &field->options[level]
                                                                      : NULL;
}

/* The state of the case, or of the part that waits. */
static int read_state(struct reading *reading)
{
    const struct li_playbook *playbook = reading->row.playbook;
    struct li_str kind = li_col_str(reading->rows, 18);
    size_t machine = 0;

    if (reading->row.part) {
        for (machine = 1; machine < playbook->machine_count; machine++) {
            if (li_str_eq(playbook->machines[machine].name, kind)) {
                break;
            }
        }
    }
    int state = machine < playbook->machine_count
                    ? li_machine_state(&playbook->machines[machine], li_col_str(reading->rows, 14))
                    : -1;
    if (state < 0) {
        return LI_FAIL(reading->ctx, LI_E_CORRUPT, "a case is in no state of its playbook");
    }
    reading->row.state = &playbook->machines[machine].states[state];
    return 0;
}

/* What of it the viewer may not see, as far as the row itself tells: where more
 * would be needed to show a field, it stays hidden. */
static int read_hidden(struct reading *reading)
{
    const struct li_playbook *playbook = reading->row.playbook;
    const struct li_case row = {
        .id = reading->row.id,
        .playbook = playbook,
        .state = li_machine_state(&playbook->machines[0], li_col_str(reading->rows, 13)),
        .scope = (enum li_scope)li_col_i64(reading->rows, 7),
        .area_path = reading->row.area_path,
        .fields = reading->fields,
        .level = li_col_i64(reading->rows, 8),
        .opened_at = reading->row.opened_at,
    };

    if (playbook->hide_count == 0) {
        return 0;
    }
    if (row.state < 0) {
        return LI_FAIL(reading->ctx, LI_E_CORRUPT, "a case is in no state of its playbook");
    }
    return li_case_hidden(reading->ctx, &row, NULL, 0, reading->view->viewer, &reading->row.hidden);
}

/* Whether the viewer is left with a post that sees it, when somebody is recused. */
static int is_seen(struct reading *reading, bool *ret)
{
    const struct li_view *view = reading->view;
    struct li_case row = {.playbook = reading->row.playbook, .fields = reading->fields};
    struct li_viewer left;
    int r;

    *ret = true;
    if (row.playbook->recuse_count == 0 || reading->is_public) {
        return 0;
    }
    r = li_case_recuse(reading->ctx, view->conn, view->tenant, li_now(reading->ctx->clock), &row);
    r = r ? r : li_case_unrecused(reading->ctx, &row, view->viewer, &left);
    for (size_t i = 0; r == 0 && row.recused && i <= left.post_count; i++) {
        *ret =
            i < left.post_count && li_str_starts(reading->row.area_path, left.posts[i].area_path);
        if (*ret) {
            break;
        }
    }
    return r;
}

static struct li_view_row plain_row(struct li_ctx *ctx, const struct li_rows *rows)
{
    return (struct li_view_row){
        .id = li_col_i64(rows, 0),
        .number = li_col_dup(ctx, rows, 1),
        .area_path = li_col_dup(ctx, rows, 5),
        .opened_at = li_col_i64(rows, 9),
        .place = {.some = !li_col_is_null(rows, 10),
                  .lon = li_col_i64(rows, 10),
                  .lat = li_col_i64(rows, 11)},
        .followers = li_col_i64(rows, 12),
        .overdue = li_col_i64(rows, 15) != 0,
        .due_at = li_col_i64(rows, 16),
        .part = (int)li_col_i64(rows, 17),
        .rev = li_col_i64(rows, 19),
    };
}

/* Whether it has the topic and the choice that were asked for. */
static bool fits(const struct reading *reading, const struct li_view_filter *filter)
{
    const struct li_view_row *row = &reading->row;
    const struct li_option *option;

    if (!filter) {
        return true;
    }
    if (filter->topic.len && (!row->topic || !li_str_eq(row->topic->name, filter->topic))) {
        return false;
    }
    if (filter->field.len == 0) {
        return true;
    }
    option = chosen(reading, li_playbook_field(row->playbook, filter->field));
    return option && li_str_eq(option->name, filter->value);
}

int li_view_row_read(struct li_ctx *ctx, const struct li_view *view, const struct li_rows *rows,
                     bool is_public, const struct li_view_filter *filter, struct li_view_row *ret)
{
    struct reading reading = {.ctx = ctx,
                              .view = view,
                              .rows = rows,
                              .is_public = is_public,
                              .row = plain_row(ctx, rows)};
    struct li_view_row *row = &reading.row;
    struct li_str code;
    bool seen;
    int r = row->number.ptr && row->area_path.ptr ? 0 : -LI_E_NOMEM;

    r = r ? r
          : li_library_find(ctx, li_bound(view->record)->library, view->conn, view->tenant,
                            li_col_str(rows, 2), (int)li_col_i64(rows, 3), &row->playbook);
    r = r ? r : li_canonical_read(ctx, li_col_dup(ctx, rows, 6), &reading.fields);
    r = r ? r : read_state(&reading);
    r = r ? r : read_hidden(&reading);
    if (r) {
        return r;
    }
    r = is_seen(&reading, &seen);
    if (r || !seen) {
        return r;
    }
    row->kind = chosen(&reading, kind_field(row->playbook));
    row->topic = chosen(&reading, li_playbook_field(row->playbook, LI_S("topic")));
    if (!fits(&reading, filter)) {
        return 0;
    }
    row->level = is_public ? NULL : level_of(&reading);
    row->urgent = li_col_i64(rows, 8) > 0;
    code = li_col_dup(ctx, rows, 4);
    if (is_public) { /* everybody is told the community, not the building */
        r = li_view_area(ctx, view, li_case_community(code), &row->area);
    } else {
        row->area.code = code; /* the rest only if the line must be written */
        r = code.ptr ? 0 : -LI_E_NOMEM;
    }
    if (r == 0) {
        *ret = *row;
    }
    return r ? r : 1;
}

/* The first text the opening form requires, cut to a line; never a personal one. */
static int read_summary(struct li_ctx *ctx, const struct li_view *view, struct li_view_row *row)
{
    const struct li_playbook *playbook = row->playbook;
    struct li_str text = {0};
    size_t at = 0;
    int r = 0;

    for (size_t i = 0; r == 0 && i < playbook->open_field_count; i++) {
        int place = playbook->open_fields[i];
        const struct li_field *field = &playbook->fields[place];
        if (field->type == LI_FIELD_TEXT && !field->personal && playbook->open_required[i]) {
            if (!li_case_is_hidden(row->hidden, place)) {
                r = li_vault_first(ctx, view->record, view->conn, view->tenant, row->id,
                                   field->name, &text);
            }
            break;
        }
    }
    for (int chars = 0; chars < SUMMARY && at < text.len; chars++) {
        if (li_utf8_next(text, &at) < 0) {
            break;
        }
    }
    row->summary = li_str_n(text.ptr ? text.ptr : "", at);
    return r;
}

int li_view_row_rest(struct li_ctx *ctx, const struct li_view *view, struct li_view_row *row)
{
    int r = li_view_area(ctx, view, row->area.code, &row->area);

    return r ? r : read_summary(ctx, view, row);
}
