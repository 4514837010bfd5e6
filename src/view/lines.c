/* Lines of lists; see lines.h.  One place a line, the newer takes it. */
#include "view/lines.h"

#include <pthread.h>
#include <stdlib.h>

#define PLACES  4096
#define LONGEST 4096 /* bytes; a longer line is not kept */

struct key {
    int64_t tenant, tenant_rev;
    int64_t id, rev;
    int64_t due_at;
    struct li_field_set hidden;
    int part;
    bool overdue;
};

struct line {
    struct key key;
    char *text;
    size_t len, cap;
};

struct li_view_lines {
    pthread_rwlock_t lock;
    struct line places[PLACES];
};

struct li_view_lines *li_view_lines_new(void)
{
    struct li_view_lines *lines = calloc(1, sizeof(*lines));

    if (lines) {
        pthread_rwlock_init(&lines->lock, NULL);
    }
    return lines;
}

void li_view_lines_free(struct li_view_lines *lines)
{
    if (!lines) {
        return;
    }
    for (size_t i = 0; i < PLACES; i++) {
        free(lines->places[i].text);
    }
    pthread_rwlock_destroy(&lines->lock);
    free(lines);
}

static struct key key_of(const struct li_view *view, const struct li_view_row *row)
{
    return (struct key){.tenant = view->tenant,
                        .tenant_rev = view->rev,
                        .id = row->id,
                        .rev = row->rev,
                        .due_at = row->due_at,
                        .hidden = row->hidden,
                        .part = row->part,
                        .overdue = row->overdue};
}

static bool same(const struct key *a, const struct key *b)
{
    return a->tenant == b->tenant && a->tenant_rev == b->tenant_rev && a->id == b->id &&
           a->rev == b->rev && a->due_at == b->due_at &&
           memcmp(&a->hidden, &b->hidden, sizeof(a->hidden)) == 0 && a->part == b->part &&
           a->overdue == b->overdue;
}

static struct line *place_of(struct li_view_lines *lines, const struct key *key)
{
    uint64_t hash = ((uint64_t)key->id + (uint64_t)key->part) * UINT64_C(0x9e3779b97f4a7c15);

    return &lines->places[hash >> 52];
}

struct li_str li_view_line_look(struct li_ctx *ctx, const struct li_view *view,
                                const struct li_view_row *row)
{
    const struct key key = key_of(view, row);
    struct li_str found = {.ptr = NULL};
    const struct line *line;

    if (!view->lines || !view->rev) {
        return found;
    }
    line = place_of(view->lines, &key);
    pthread_rwlock_rdlock(&view->lines->lock);
    if (line->text && same(&line->key, &key)) {
        found = li_str_dup(ctx, li_str_n(line->text, line->len));
    }
    pthread_rwlock_unlock(&view->lines->lock);
    return found;
}

void li_view_line_keep(const struct li_view *view, const struct li_view_row *row,
                       struct li_str text)
{
    const struct key key = key_of(view, row);
    struct line *line;

    if (!view->lines || !view->rev || text.len == 0 || text.len > LONGEST) {
        return;
    }
    line = place_of(view->lines, &key);
    pthread_rwlock_wrlock(&view->lines->lock);
    if (line->cap < text.len) {
        free(line->text);
        line->text = malloc(text.len);
        line->cap = line->text ? text.len : 0;
    }
    if (line->text) {
        memcpy(line->text, text.ptr, text.len);
        line->len = text.len;
        line->key = key;
    }
    pthread_rwlock_unlock(&view->lines->lock);
}
