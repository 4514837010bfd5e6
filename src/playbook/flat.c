/*
 * Merging a file with its base and libraries; see flat.h.
 *
 * Maps are merged name by name; a text, number or list takes the other's place; `~` takes a
 * name away, and one that is not there is a fault, because it is a slip of the pen.  An action is
 * replaced whole: half of one action's words under another's say something nobody wrote.
 */
#include "playbook/flat.h"

#include <string.h>

#include "base/sys.h"
#include "playbook/rule.h"
#include "playbook/word.h"

#define FILE_BYTES ((size_t)1 << 20)

struct flattening {
    struct li_ctx *ctx;
    struct li_flat *flat;
    const char *beside;
    unsigned faults;
};

/* How two maps become one. */
struct way {
    bool under_leads; /* whose order of names comes first */
    bool joins;       /* lists of `see` are joined: a library adds to what is hidden */
};

static void tell(struct flattening *f, enum li_rule rule, const struct li_node *at,
                 struct li_str name)
{
    struct li_str where =
        li_strf(f->ctx, "%s:%d:%d", f->flat->files[at->file].name, at->line, at->column);

    f->faults++;
    if (f->faults < LI_ERRORS_MAX)
        li_rule_fail(f->ctx, LI_E_INVALID, rule, where, name);
}

static void stamp(struct li_node *node, int file)
{
    node->file = file;
    for (size_t i = 0; node->kind == LI_LIST && i < node->list.count; i++)
        stamp(node->list.items[i], file);
    for (size_t i = 0; node->kind == LI_MAP && i < node->map.count; i++)
        stamp(node->map.items[i].value, file);
}

static int add_file(struct flattening *f, const char *name, struct li_str yaml,
                    struct li_node **ret)
{
    struct li_flat *flat = f->flat;
    struct li_node *tree;
    int r;

    li_assert(flat->file_count < LI_FLAT_FILES);
    r = li_yaml_read(f->ctx, name, yaml, &tree);
    if (r < 0)
        return r;
    flat->files[flat->file_count] = (struct li_flat_file){.name = name, .yaml = yaml};
    stamp(tree, (int)flat->file_count++);
    *ret = tree;
    return 0;
}

/* ---- finding --------------------------------------------------------------------- */

static int from_folder(struct flattening *f, const char *inside, struct li_str name,
                       const char **ret_path, struct li_str *ret)
{
    const char *slash = strrchr(f->beside, '/');
    int folder = slash ? (int)(slash + 1 - f->beside) : 0;
    struct li_str path = li_strf(f->ctx, "%.*s%s%.*s.yaml", folder, f->beside, inside, LI_P(name));
    struct li_str bytes;
    int r = path.ptr ? li_file_read(f->ctx, path.ptr, FILE_BYTES, &bytes) : -LI_E_NOMEM;

    if (r == 0) {
        *ret_path = path.ptr;
        *ret = bytes;
    } else if (r == -LI_E_NOT_FOUND) {
        li_ctx_clear(f->ctx);
    }
    return r;
}

static int from_program(struct flattening *f, const char *inside, struct li_str name,
                        const char **ret_path, struct li_str *ret)
{
    struct li_str path = li_strf(f->ctx, "playbooks/%s%.*s.yaml", inside, LI_P(name));
    const struct li_asset *asset = path.ptr ? li_asset_find(path) : NULL;

    if (!path.ptr)
        return -LI_E_NOMEM;
    if (!asset)
        return -LI_E_NOT_FOUND;
    *ret_path = path.ptr;
    *ret = asset->bytes;
    return 0;
}

int li_playbook_other(struct li_ctx *ctx, const char *beside, struct li_str name,
                      const char **ret_path, struct li_str *ret)
{
    struct flattening f = {.ctx = ctx, .beside = beside};
    int r = from_folder(&f, "", name, ret_path, ret);

    return r == -LI_E_NOT_FOUND ? from_program(&f, "", name, ret_path, ret) : r;
}

/* A base stands beside the file or in library/, a library there only. */
static int find(struct flattening *f, const struct li_node *word, bool base, struct li_node **ret)
{
    static const char *const insides[] = {"", "library/"};
    const char *path = NULL;
    struct li_str yaml;
    int r = -LI_E_NOT_FOUND;

    if (f->beside && word->kind == LI_TEXT && li_word_is_name(word->text, '-'))
        for (size_t i = base ? 0 : 1; r == -LI_E_NOT_FOUND && i < 2; i++) {
            r = from_folder(f, insides[i], word->text, &path, &yaml);
            if (r == -LI_E_NOT_FOUND)
                r = from_program(f, insides[i], word->text, &path, &yaml);
        }
    if (r == 0)
        return add_file(f, path, yaml, ret);
    if (r == -LI_E_NOT_FOUND) {
        tell(f, base ? LI_RULE_NO_BASE : LI_RULE_NO_LIBRARY, word,
             word->kind == LI_TEXT ? word->text : LI_S("uses"));
        r = 0;
    }
    return r;
}

/* ---- merging --------------------------------------------------------------------- */

static int merge(struct flattening *f, const struct way *way, struct li_str path, int depth,
                 const struct li_node *under, const struct li_node *over, struct li_node **ret);

static int put(struct flattening *f, struct li_node *map, const struct li_member *member,
               struct li_node *value)
{
    int r = li_node_put(f->ctx, map, member->key, value);

    if (r == 0) {
        struct li_member *last = &map->map.items[map->map.count - 1];

        last->line = member->line;
        last->column = member->column;
    }
    return r;
}

static int join(struct flattening *f, const struct li_node *first, const struct li_node *second,
                struct li_node **ret)
{
    struct li_node *list = li_node_new_list(f->ctx);
    int r = list ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < first->list.count; i++)
        r = li_node_push(f->ctx, list, first->list.items[i]);
    for (size_t i = 0; r == 0 && i < second->list.count; i++)
        r = li_node_push(f->ctx, list, second->list.items[i]);
    if (r == 0) {
        list->line = first->line;
        list->column = first->column;
        list->file = first->file;
        *ret = list;
    }
    return r;
}

/* What stands under a name that both have; NULL: taken away. */
static int both(struct flattening *f, const struct way *way, struct li_str path, int depth,
                const struct li_member *under, const struct li_member *over, struct li_node **ret)
{
    bool whole = depth == 1 && li_str_is(path, "actions");
    struct li_node *a = under->value, *b = over->value;

    *ret = b;
    if (b->kind == LI_NULL)
        *ret = NULL;
    else if (a->kind == LI_MAP && b->kind == LI_MAP && !whole)
        return merge(f, way, depth ? path : over->key, depth + 1, a, b, ret);
    else if (a->kind == LI_LIST && b->kind == LI_LIST && way->joins && li_str_is(path, "see"))
        return join(f, b, a, ret);
    return 0;
}

static const struct li_member *member(const struct li_node *map, struct li_str key)
{
    for (size_t i = 0; i < map->map.count; i++)
        if (li_str_eq(map->map.items[i].key, key))
            return &map->map.items[i];
    return NULL;
}

static int add_one(struct flattening *f, const struct way *way, struct li_str path, int depth,
                   const struct li_member *under, const struct li_member *over,
                   struct li_node *into)
{
    const struct li_member *at = over ? over : under;
    struct li_node *value = at->value;
    int r = 0;

    if (under && over)
        r = both(f, way, path, depth, under, over, &value);
    else if (over && over->value->kind == LI_NULL) {
        tell(f, LI_RULE_DROPS_NOTHING, over->value, over->key);
        value = NULL;
    }
    return r == 0 && value ? put(f, into, at, value) : r;
}

/* `path` is the first word on the way down, empty at the top. */
static int merge(struct flattening *f, const struct way *way, struct li_str path, int depth,
                 const struct li_node *under, const struct li_node *over, struct li_node **ret)
{
    const struct li_node *leads = way->under_leads ? under : over;
    const struct li_node *follows = way->under_leads ? over : under;
    struct li_node *map = li_node_new_map(f->ctx);
    int r = map ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < leads->map.count; i++) {
        const struct li_member *one = &leads->map.items[i], *other = member(follows, one->key);

        r = way->under_leads ? add_one(f, way, path, depth, one, other, map)
                             : add_one(f, way, path, depth, other, one, map);
    }
    for (size_t i = 0; r == 0 && i < follows->map.count; i++) {
        const struct li_member *one = &follows->map.items[i];

        if (!member(leads, one->key))
            r = way->under_leads ? add_one(f, way, path, depth, NULL, one, map)
                                 : add_one(f, way, path, depth, one, NULL, map);
    }
    if (r == 0) {
        map->line = over->line;
        map->column = over->column;
        map->file = over->file;
        *ret = map;
    }
    return r;
}

static void drop(struct li_node *map, const char *key)
{
    size_t kept = 0;

    for (size_t i = 0; i < map->map.count; i++)
        if (!li_str_is(map->map.items[i].key, key))
            map->map.items[kept++] = map->map.items[i];
    map->map.count = kept;
}

/* ---- the words ------------------------------------------------------------------- */

/* A library says its name and holds words only; what makes it a programme is not its own. */
static int read_library(struct flattening *f, const struct li_node *word, struct li_node **ret)
{
    static const char *const words[] = {"library", "fields", "states", "parts",
                                        "actions", "see",    "clocks", NULL};
    struct li_node *tree = NULL;
    int r = find(f, word, false, &tree);

    if (r < 0 || !tree)
        return r;
    if (tree->kind != LI_MAP || !li_str_eq(li_node_text(tree, "library"), word->text)) {
        tell(f, LI_RULE_LIBRARY_NAME, tree, word->text);
        return 0;
    }
    for (size_t i = 0; i < tree->map.count; i++) {
        size_t k = 0;

        while (words[k] && !li_str_is(tree->map.items[i].key, words[k]))
            k++;
        if (!words[k])
            tell(f, LI_RULE_LIBRARY_WORD, tree->map.items[i].value, tree->map.items[i].key);
    }
    drop(tree, "library");
    *ret = tree;
    return 0;
}

/* The libraries a tree uses, under it; *under NULL: none so far. */
static int add_libraries(struct flattening *f, const struct li_node *uses, struct li_node **under)
{
    const struct way way = {.joins = true};
    struct li_node *const *items = uses->kind == LI_LIST ? uses->list.items : NULL;
    size_t count = uses->kind == LI_LIST ? uses->list.count : 1;
    int r = 0;

    if (f->flat->file_count + count > LI_FLAT_FILES) {
        tell(f, LI_RULE_TOO_MANY, uses, LI_S("uses"));
        return 0;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_node *library = NULL;

        r = read_library(f, items ? items[i] : uses, &library);
        if (r == 0 && library)
            r = *under ? merge(f, &way, LI_S(""), 0, library, *under, under)
                       : (*under = library, 0);
    }
    return r;
}

static int add_base(struct flattening *f, const struct li_node *word, struct li_node **under)
{
    static const char *const own[] = {"playbook", "version", "library", "migrate", "uses"};
    const struct way way = {.joins = true};
    struct li_node *base = NULL, *libraries = NULL;
    const struct li_node *uses;
    int r = find(f, word, true, &base);

    if (r < 0 || !base)
        return r;
    if (base->kind != LI_MAP) {
        tell(f, LI_RULE_SHAPE_MAP, base, word->text);
        return 0;
    }
    if (li_node_get(base, "extends"))
        tell(f, LI_RULE_BASE_DEEP, li_node_get(base, "extends"), word->text);
    uses = li_node_get(base, "uses");
    if (uses)
        r = add_libraries(f, uses, &libraries);
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        drop(base, own[i]);
    drop(base, "extends");
    *under = base;
    return r == 0 && libraries ? merge(f, &way, LI_S(""), 0, libraries, base, under) : r;
}

static int flatten(struct flattening *f, struct li_node *own)
{
    const struct li_node *extends = li_node_get(own, "extends"), *uses = li_node_get(own, "uses");
    const struct way way = {.under_leads = extends != NULL, .joins = extends == NULL};
    struct li_node *under = NULL;
    int r = 0;

    f->flat->tree = own;
    if (!extends && !uses)
        return 0;
    f->flat->merged = true;
    if (extends)
        r = add_base(f, extends, &under);
    if (r == 0 && uses)
        r = add_libraries(f, uses, &under);
    drop(own, "extends");
    drop(own, "uses");
    return r == 0 && under ? merge(f, &way, LI_S(""), 0, under, own, &f->flat->tree) : r;
}

int li_flatten(struct li_ctx *ctx, const char *name, struct li_str yaml, const char *beside,
               struct li_flat **ret)
{
    struct flattening f = {
        .ctx = ctx, .beside = beside, .flat = li_alloc(ctx, sizeof(struct li_flat))};
    struct li_node *own;
    int r = f.flat ? add_file(&f, name, yaml, &own) : -LI_E_NOMEM;

    if (r == 0)
        r = flatten(&f, own);
    if (r == 0 && f.faults)
        r = -LI_E_INVALID;
    if (r == 0)
        *ret = f.flat;
    return r;
}

const struct li_asset *li_playbook_asset_next(const struct li_asset *after)
{
    const struct li_str folder = LI_S("playbooks/");
    const struct li_asset *asset = li_asset_next(folder, after);

    for (; asset; asset = li_asset_next(folder, asset)) {
        struct li_str name = li_str_n(asset->path.ptr + folder.len, asset->path.len - folder.len);

        if (!memchr(name.ptr, '/', name.len) && li_str_ends(name, LI_S(".yaml")) &&
            !li_str_ends(name, LI_S(".scenarios.yaml")))
            return asset;
    }
    return NULL;
}
