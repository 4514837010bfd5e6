/*
 * The router: a trie over the segments of the paths.
 *
 * A segment is a literal or has one hole, "{name}" with literal text before or
 * behind it ("{id}.json", "requests.{format}").  Literals win, then holes with
 * more literal text; when the rest of the path does not fit, the next candidate
 * is tried.  A hole is never empty.  Paths are compared as they came: escapes
 * are decoded in values only, so "%2F" is no separator.  Routing writes nothing
 * but the match.
 */
#include "contract/inside.h"

#define SEGMENTS_MAX 16

struct segment {
    struct li_str before; /* the whole literal, or what stands before the hole */
    struct li_str hole;   /* its name; ptr NULL: a literal */
    struct li_str behind;
};

struct leaf {
    const struct li_operation *by_method[LI_METHODS];
    unsigned allowed;
};

struct trie {
    struct trie *next; /* the next of the same parent: literals first */
    struct segment segment;
    struct trie *children;
    struct leaf *leaf; /* a path ends here */
};

struct li_routes {
    struct trie root;
};

enum li_method li_method_of(const char *name)
{
    static const char *const names[LI_METHODS] = {
        [LI_GET] = "GET",     [LI_HEAD] = "HEAD",     [LI_POST] = "POST",      [LI_PUT] = "PUT",
        [LI_PATCH] = "PATCH", [LI_DELETE] = "DELETE", [LI_OPTIONS] = "OPTIONS"};

    for (int i = 0; i < LI_METHODS; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum li_method)i;
    return LI_METHODS;
}

int li_routes_new(struct li_ctx *ctx, struct li_routes **ret)
{
    struct li_routes *routes = li_alloc(ctx, sizeof *routes);

    if (!routes)
        return -LI_E_NOMEM;
    *ret = routes;
    return 0;
}

static bool is_name(struct li_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != '_' && c != '-')
            return false;
    }
    return text.len > 0;
}

/* NULL, or what is wrong with the form of a segment. */
static const char *segment_read(struct li_str text, struct segment *ret)
{
    ptrdiff_t open = li_str_find(text, '{');
    ptrdiff_t close = li_str_find(text, '}');

    *ret = (struct segment){.before = text};
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] >= 0x7f || strchr("?#%\\", text.ptr[i]))
            return "a path holds plain signs only";
    if (open < 0 && close < 0)
        return NULL;
    if (open < 0 || close < open)
        return "braces do not match";
    ret->before = li_str_n(text.ptr, (size_t)open);
    ret->hole = li_str_n(text.ptr + open + 1, (size_t)(close - open - 1));
    ret->behind = li_str_n(text.ptr + close + 1, text.len - (size_t)close - 1);
    if (!is_name(ret->hole))
        return "a name in braces has letters, digits, _ and - only";
    if (li_str_find(ret->behind, '{') >= 0 || li_str_find(ret->behind, '}') >= 0)
        return "one pair of braces in a segment at most";
    return NULL;
}

static const char *template_read(struct li_str path, struct segment segments[SEGMENTS_MAX],
                                 size_t *ret_count)
{
    struct li_str rest;
    size_t count = 0, holes = 0;

    if (path.len == 0 || path.ptr[0] != '/')
        return "a path begins with /";
    rest = li_str_n(path.ptr + 1, path.len - 1);
    while (rest.ptr) {
        const char *wrong;

        if (count == SEGMENTS_MAX)
            return "a path has 16 segments at most";
        wrong = segment_read(li_str_cut(&rest, '/'), &segments[count]);
        if (wrong)
            return wrong;
        for (size_t i = 0; segments[count].hole.ptr && i < count; i++)
            if (segments[i].hole.ptr && li_str_eq(segments[i].hole, segments[count].hole))
                return "the same name in braces twice";
        holes += segments[count++].hole.ptr != NULL;
    }
    if (holes > LI_PATH_PARAMETERS)
        return "four names in braces at most";
    *ret_count = count;
    return NULL;
}

int li_template_names(struct li_ctx *ctx, struct li_str path, struct li_str where,
                      struct li_str names[LI_PATH_PARAMETERS], size_t *ret_count)
{
    struct segment segments[SEGMENTS_MAX];
    size_t count = 0, holes = 0;
    const char *wrong = template_read(path, segments, &count);

    if (wrong)
        return LI_FAIL_AT(ctx, LI_E_INVALID, where, "path %.*s: %s", LI_P(path), wrong);
    for (size_t i = 0; i < count; i++)
        if (segments[i].hole.ptr)
            names[holes++] = segments[i].hole;
    *ret_count = holes;
    return 0;
}

static bool same_segment(const struct segment *a, const struct segment *b)
{
    return (a->hole.ptr != NULL) == (b->hole.ptr != NULL) && li_str_eq(a->before, b->before) &&
           li_str_eq(a->behind, b->behind);
}

/* Whether a is to be tried before b. */
static bool comes_before(const struct segment *a, const struct segment *b)
{
    if (!a->hole.ptr || !b->hole.ptr)
        return !a->hole.ptr && b->hole.ptr;
    return a->before.len + a->behind.len > b->before.len + b->behind.len;
}

static struct trie *child_of(struct li_ctx *ctx, struct trie *parent, const struct segment *segment)
{
    struct trie **link = &parent->children;
    struct trie *child;

    for (child = parent->children; child; child = child->next)
        if (same_segment(&child->segment, segment))
            return child;
    child = li_alloc(ctx, sizeof *child);
    if (!child)
        return NULL;
    child->segment = *segment;
    while (*link && !comes_before(segment, &(*link)->segment))
        link = &(*link)->next;
    child->next = *link;
    *link = child;
    return child;
}

int li_routes_add(struct li_ctx *ctx, struct li_routes *routes,
                  const struct li_operation *operation, struct li_str where)
{
    struct segment segments[SEGMENTS_MAX];
    struct trie *at = &routes->root;
    size_t count = 0;
    const char *wrong = template_read(operation->path, segments, &count);

    if (wrong)
        return LI_FAIL_AT(ctx, LI_E_INVALID, where, "path %.*s: %s", LI_P(operation->path), wrong);
    for (size_t i = 0; i < count; i++) {
        at = child_of(ctx, at, &segments[i]);
        if (!at)
            return -LI_E_NOMEM;
    }
    if (!at->leaf)
        at->leaf = li_alloc(ctx, sizeof *at->leaf);
    if (!at->leaf)
        return -LI_E_NOMEM;
    if (at->leaf->by_method[operation->method])
        return LI_FAIL_AT(ctx, LI_E_INVALID, where, "path %.*s: taken by %.*s",
                          LI_P(operation->path), LI_P(at->leaf->by_method[operation->method]->id));
    at->leaf->by_method[operation->method] = operation;
    at->leaf->allowed |= 1u << operation->method | 1u << LI_OPTIONS;
    if (operation->method == LI_GET) {
        at->leaf->by_method[LI_HEAD] = operation;
        at->leaf->allowed |= 1u << LI_HEAD;
    }
    return 0;
}

static bool segment_fits(const struct segment *segment, struct li_str text,
                         struct li_str *ret_value)
{
    size_t around = segment->before.len + segment->behind.len;

    if (!segment->hole.ptr)
        return li_str_eq(segment->before, text);
    if (text.len <= around || !li_str_starts(text, segment->before) ||
        !li_str_ends(text, segment->behind))
        return false;
    *ret_value = li_str_n(text.ptr + segment->before.len, text.len - around);
    return true;
}

/* The leaf of the rest of a path; each node of the trie is entered once at most. */
static const struct leaf *find_leaf(const struct trie *parent, struct li_str rest, size_t holes,
                                    struct li_match *match)
{
    struct li_str text;

    if (!rest.ptr)
        return parent->leaf;
    text = li_str_cut(&rest, '/');
    for (const struct trie *child = parent->children; child; child = child->next) {
        const struct leaf *leaf;
        bool hole = child->segment.hole.ptr != NULL;
        struct li_str value = {0};

        if (!segment_fits(&child->segment, text, &value))
            continue;
        if (hole)
            match->values[holes] = value;
        leaf = find_leaf(child, rest, holes + hole, match);
        if (leaf)
            return leaf;
    }
    return NULL;
}

int li_routes_find(const struct li_routes *routes, enum li_method method, struct li_str path,
                   struct li_match *ret)
{
    struct li_match match = {0};
    const struct leaf *leaf;

    if (path.len == 0 || path.ptr[0] != '/')
        return -LI_E_NOT_FOUND;
    leaf = find_leaf(&routes->root, li_str_n(path.ptr + 1, path.len - 1), 0, &match);
    if (!leaf)
        return -LI_E_NOT_FOUND;
    match.allowed = leaf->allowed;
    if (method < LI_METHODS)
        match.operation = leaf->by_method[method];
    *ret = match;
    return match.operation ? 0 : -LI_E_METHOD;
}
