/* Names kept under the tenant's rev; see names.h. */
#include "view/names.h"

#include <pthread.h>
#include <stdlib.h>

#include "record/code.h"
#include "view/inside.h"

LI_SQL(names_person, "select person.name from account join person "
                     "on person.tenant = account.tenant and person.id = account.person "
                     "where account.tenant = $1 and account.id = $2");

#define SHELVES 64
#define BUCKETS 256
#define MOST    4096 /* names of a tenant; beyond them one is read anew */

enum kind { AREA_CODE, AREA_PATH, ORGANIZATION, PERSON, CLASS };

struct key {
    enum kind kind;
    int64_t number;     /* ORGANIZATION, PERSON (account) */
    struct li_str text; /* AREA_…, CLASS */
};

struct entry {
    struct entry *next;
    struct key key;
    struct li_area area;
    struct li_organization organization;
    struct li_str name;
    struct li_texts label;
};

/* A tenant's names of one rev. */
struct shelf {
    int64_t tenant, rev;
    struct li_arena *arena;
    size_t count;
    struct entry *buckets[BUCKETS];
};

struct li_view_names {
    pthread_rwlock_t lock;
    struct shelf shelves[SHELVES];
};

struct li_view_names *li_view_names_new(void)
{
    struct li_view_names *names = calloc(1, sizeof(*names));

    if (names) {
        pthread_rwlock_init(&names->lock, NULL);
    }
    return names;
}

void li_view_names_free(struct li_view_names *names)
{
    if (!names) {
        return;
    }
    for (size_t i = 0; i < SHELVES; i++) {
        li_arena_free(names->shelves[i].arena);
    }
    pthread_rwlock_destroy(&names->lock);
    free(names);
}

static struct shelf *shelf_of(struct li_view_names *names, int64_t tenant)
{
    return &names->shelves[(uint64_t)tenant % SHELVES];
}

static size_t bucket_of(const struct key *key)
{
    uint64_t hash = key->text.ptr ? li_fnv(key->text)
                                  : (uint64_t)key->number * UINT64_C(0x9e3779b97f4a7c15) >> 32;

    return (hash + key->kind) % BUCKETS;
}

static bool same(const struct key *a, const struct key *b)
{
    return a->kind == b->kind && a->number == b->number && li_str_eq(a->text, b->text);
}

/* A copy whose texts lie in `arena`; false without memory. */
static bool copy_text(struct li_arena *arena, struct li_str *text)
{
    char *bytes;

    if (!text->ptr) {
        return true;
    }
    bytes = li_arena_alloc(arena, text->len + 1);
    if (!bytes) {
        return false;
    }
    memcpy(bytes, text->ptr, text->len);
    text->ptr = bytes;
    return true;
}

static bool copy_texts(struct li_arena *arena, struct entry *entry)
{
    return copy_text(arena, &entry->key.text) && copy_text(arena, &entry->area.code) &&
           copy_text(arena, &entry->area.kind) && copy_text(arena, &entry->area.name) &&
           copy_text(arena, &entry->area.parent) && copy_text(arena, &entry->area.path) &&
           copy_text(arena, &entry->organization.name) &&
           copy_text(arena, &entry->organization.area_path) && copy_text(arena, &entry->name) &&
           copy_text(arena, &entry->label.zh) && copy_text(arena, &entry->label.en);
}

static bool look(struct li_ctx *ctx, const struct li_view *view, const struct key *key,
                 struct entry *ret)
{
    const struct shelf *shelf;
    bool found = false;

    if (!view->names || !view->rev) {
        return false;
    }
    pthread_rwlock_rdlock(&view->names->lock);
    shelf = shelf_of(view->names, view->tenant);
    if (shelf->tenant == view->tenant && shelf->rev == view->rev) {
        for (const struct entry *entry = shelf->buckets[bucket_of(key)]; entry;
             entry = entry->next) {
            if (same(&entry->key, key)) {
                *ret = *entry;
                found = copy_texts(ctx->arena, ret);
                break;
            }
        }
    }
    pthread_rwlock_unlock(&view->names->lock);
    return found;
}

/* The shelf for a view's rev, emptied if it held another; NULL when it holds a
 * newer one already, or there is no memory. */
static struct shelf *open_shelf(const struct li_view *view)
{
    struct shelf *shelf = shelf_of(view->names, view->tenant);

    if (shelf->tenant == view->tenant && shelf->rev > view->rev) {
        return NULL;
    }
    if (shelf->tenant != view->tenant || shelf->rev != view->rev) {
        struct li_arena *arena = li_arena_new(0);
        if (!arena) {
            return NULL;
        }
        li_arena_free(shelf->arena);
        *shelf = (struct shelf){.tenant = view->tenant, .rev = view->rev, .arena = arena};
    }
    return shelf->count < MOST ? shelf : NULL;
}

static void keep(const struct li_view *view, const struct entry *entry)
{
    struct shelf *shelf;

    if (!view->names || !view->rev) {
        return;
    }
    pthread_rwlock_wrlock(&view->names->lock);
    shelf = open_shelf(view);
    struct entry *copy = shelf ? LI_NEW(shelf->arena, struct entry) : NULL;
    if (copy) {
        *copy = *entry;
        if (copy_texts(shelf->arena, copy)) {
            size_t bucket = bucket_of(&copy->key);
            copy->next = shelf->buckets[bucket];
            shelf->buckets[bucket] = copy;
            shelf->count++;
        }
    }
    pthread_rwlock_unlock(&view->names->lock);
}

/* ---- what views ask -------------------------------------------------------- */

static int find_area(struct li_ctx *ctx, const struct li_view *view, const struct key *key,
                     struct li_area *ret)
{
    struct entry entry = {.key = *key};
    int r;

    if (look(ctx, view, key, &entry)) {
        *ret = entry.area;
        return 0;
    }
    r = key->kind == AREA_CODE ? li_area_find(ctx, view->conn, view->tenant, key->text, &entry.area)
                               : li_area_at(ctx, view->conn, view->tenant, key->text, &entry.area);
    if (r == -LI_E_NOT_FOUND) {
        *ret = (struct li_area){
            .code = key->text, .kind = LI_S("gone"), .name = key->text, .path = key->text};
        return 0;
    }
    if (r == 0) {
        keep(view, &entry);
        *ret = entry.area;
    }
    return r;
}

int li_view_area(struct li_ctx *ctx, const struct li_view *view, struct li_str code,
                 struct li_area *ret)
{
    return find_area(ctx, view, &(struct key){.kind = AREA_CODE, .text = code}, ret);
}

int li_view_area_at(struct li_ctx *ctx, const struct li_view *view, struct li_str path,
                    struct li_area *ret)
{
    return find_area(ctx, view, &(struct key){.kind = AREA_PATH, .text = path}, ret);
}

int li_view_organization(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                         struct li_organization *ret)
{
    struct entry entry = {.key = {.kind = ORGANIZATION, .number = id}};
    int r = 0;

    if (!look(ctx, view, &entry.key, &entry)) {
        r = li_organization_find(ctx, view->conn, view->tenant, id, &entry.organization);
        if (r == 0) {
            keep(view, &entry);
        }
    }
    if (r == 0) {
        *ret = entry.organization;
    }
    return r;
}

static int read_person(struct li_ctx *ctx, const struct li_view *view, int64_t account,
                       struct li_str *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, view->conn, &names_person, LI_ARGS(li_v(view->tenant), li_v(account)),
                         &rows);

    if (r == 0) {
        *ret = li_col_dup(ctx, rows, 0);
        li_rows_done(rows);
        r = ret->ptr ? 0 : -LI_E_NOMEM;
    }
    return r;
}

int li_view_person(struct li_ctx *ctx, const struct li_view *view, int64_t account,
                   struct li_str *ret)
{
    struct entry entry = {.key = {.kind = PERSON, .number = account}};
    int r = 0;

    if (!look(ctx, view, &entry.key, &entry)) {
        r = read_person(ctx, view, account, &entry.name);
        if (r == 0) {
            keep(view, &entry);
        }
    }
    if (r == 0) {
        *ret = entry.name;
    }
    return r;
}

static int read_class(struct li_ctx *ctx, const struct li_view *view, struct li_str code,
                      struct li_texts *ret)
{
    struct li_code found;
    int r = li_code_at(ctx, view->conn, view->tenant, code, &found);

    if (r == -LI_E_NOT_FOUND) {
        *ret = (struct li_texts){.zh = code, .en = code};
        return 0;
    }
    if (r == 0) {
        *ret = (struct li_texts){.zh = found.name,
                                 .en = found.name_en.len ? found.name_en : found.name};
    }
    return r;
}

int li_view_class(struct li_ctx *ctx, const struct li_view *view, struct li_str code,
                  struct li_texts *ret)
{
    struct entry entry = {.key = {.kind = CLASS, .text = code}};
    int r = 0;

    if (!look(ctx, view, &entry.key, &entry)) {
        r = read_class(ctx, view, code, &entry.label);
        if (r == 0) {
            keep(view, &entry);
        }
    }
    if (r == 0) {
        *ret = entry.label;
    }
    return r;
}
