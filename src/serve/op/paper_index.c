/*
 * The index of a case's file: what it holds in the order it came, photos of one step
 * together, papers by their numbers; pages where they are known.  Only what its reader is
 * shown; what lies on paper alone is written into the empty lines.
 */
#include "base/time.h"
#include "serve/op/op.h"
#include "serve/op/paper.h"

#define EMPTY 6 /* lines for what is on paper alone */

/* A thing in the file. */
struct held {
    int64_t at;
    const struct li_field *field; /* of photos and documents; of a paper NULL */
    struct li_texts title, by;
    struct li_str file;
    int64_t pages; /* 0: not known */
    bool photos;
};

static const struct li_view_value *value_with(const struct li_view_value *values, size_t count,
                                              int64_t no)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < values[i].photo_count; k++) {
            if (values[i].photos[k].no == no) {
                return &values[i];
            }
        }
    }
    return NULL;
}

/* Where a photo or document came from: a step, else the opening, else a part. */
static bool origin_of(const struct li_view_case *seen, int64_t no, struct held *ret)
{
    const struct li_view_value *value = NULL;

    *ret = (struct held){.at = seen->row.opened_at};
    if (seen->entry_count && !seen->earlier.ptr) {
        ret->by = seen->entries[0].by;
    }
    for (size_t i = 0; !value && i < seen->entry_count; i++) {
        const struct li_view_entry *entry = &seen->entries[i];
        value = value_with(entry->values, entry->value_count, no);
        if (value) {
            ret->at = entry->at;
            ret->by = entry->by;
        }
    }
    value = value ? value : value_with(seen->values, seen->value_count, no);
    for (size_t i = 0; !value && i < seen->part_count; i++) {
        value = value_with(seen->parts[i].values, seen->parts[i].value_count, no);
    }
    if (!value) {
        return false;
    }
    ret->field = value->field;
    ret->title = value->field->label;
    return true;
}

/* Photos and documents by their numbers, which is the order they came in. */
static size_t put_files(struct li_request *request, const struct li_view_case *seen,
                        struct held *rows)
{
    size_t count = 0;

    for (size_t i = 0; i < seen->photo_count; i++) {
        const struct li_view_photo *photo = &seen->photos[i];
        bool is_photo = photo->kind == LI_FILETYPE_PHOTO;
        struct held one, *last = count ? &rows[count - 1] : NULL;
        if (!li_view_shows_photo(seen, photo->no) || !origin_of(seen, photo->no, &one)) {
            continue;
        }
        if (is_photo && last && last->photos && last->field == one.field && last->at == one.at) {
            last->pages++;
            continue;
        }
        one.photos = is_photo;
        one.pages = is_photo ? 1 : 0;
        one.file =
            is_photo ? LI_S("") : li_op_file_name(&request->ctx, seen, photo->no, photo->kind);
        rows[count++] = one;
    }
    return count;
}

static struct held of_paper(const struct li_paper *paper)
{
    return (struct held){.at = paper->made_at, .title = paper->kind->label, .file = paper->number};
}

/* Two lists that are in order into one; the index itself stands in none. */
static size_t merge(const struct held *files, size_t file_count, const struct li_paper *papers,
                    size_t paper_count, struct held *ret)
{
    size_t count = 0, file = 0;

    for (size_t i = 0; i < paper_count; i++) {
        struct held paper = of_paper(&papers[i]);
        if (strcmp(papers[i].kind->name, LI_PAPER_INDEX) == 0) {
            continue;
        }
        while (file < file_count && files[file].at <= paper.at) {
            ret[count++] = files[file++];
        }
        ret[count++] = paper;
    }
    while (file < file_count) {
        ret[count++] = files[file++];
    }
    return count;
}

static int put(struct li_ctx *ctx, struct li_node *map, const char *key, struct li_str text)
{
    struct li_node *node = li_node_new_text(ctx, text.ptr ? text : LI_S(""));

    return node ? li_node_put(ctx, map, li_str(key), node) : -LI_E_NOMEM;
}

static struct li_str said(const struct li_ctx *ctx, struct li_texts texts)
{
    return ctx->lang == LI_EN ? texts.en : texts.zh;
}

static struct li_str day_of(struct li_ctx *ctx, int64_t instant)
{
    struct li_civil at = li_civil_at(instant);

    return li_strf(ctx, "%d-%02d-%02d", at.year, at.month, at.day);
}

static int put_line(struct li_ctx *ctx, struct li_node *list, size_t no, const struct held *one)
{
    struct li_node *line = li_node_new_map(ctx);
    int r = line ? li_node_push(ctx, list, line) : -LI_E_NOMEM;

    r = r ? r : put(ctx, line, "no", li_strf(ctx, "%zu", no));
    r = r ? r : put(ctx, line, "title", one ? said(ctx, one->title) : LI_S(""));
    r = r ? r : put(ctx, line, "file", one ? one->file : LI_S(""));
    r = r ? r : put(ctx, line, "day", one ? day_of(ctx, one->at) : LI_S(""));
    r = r ? r : put(ctx, line, "by", one ? said(ctx, one->by) : LI_S(""));
    return r ? r
             : put(ctx, line, "pages",
                   one && one->pages ? li_strf(ctx, "%lld", (long long)one->pages) : LI_S(""));
}

int li_op_paper_index(struct li_request *request, const struct li_view_case *seen,
                      struct li_node *values)
{
    struct li_ctx *ctx = &request->ctx;
    struct li_node *list = li_node_new_list(ctx);
    struct held *files = li_alloc_array(ctx, seen->photo_count, sizeof(*files)), *rows;
    struct li_paper *papers;
    size_t paper_count, count = 0;
    int r = list && files ? li_paper_list(ctx, request->conn, request->tenant->id, seen->row.id,
                                          &papers, &paper_count)
                          : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    rows = li_alloc_array(ctx, seen->photo_count + paper_count, sizeof(*rows));
    if (!rows) {
        return -LI_E_NOMEM;
    }
    count = merge(files, put_files(request, seen, files), papers, paper_count, rows);
    for (size_t i = 0; r == 0 && i < count + EMPTY; i++) {
        r = put_line(ctx, list, i + 1, i < count ? &rows[i] : NULL);
    }
    r = r ? r : li_node_put(ctx, values, LI_S("held"), list);
    return r ? r : put(ctx, values, "held_count", li_strf(ctx, "%zu", count));
}
