/*
 * Pages from templates without logic.
 *
 *     {{name}} {{a.b}}       a value, always escaped for HTML text and attributes
 *     {{.}}                  the innermost scope itself, e.g. an item that is a text
 *     {{#name}}…{{/name}}    a list: once for each item; else once if it is true
 *     {{^name}}…{{/name}}    once if it is absent, false, zero, empty
 *     {{>name}}              another template in this place
 *     {{! … }}               a comment
 *
 * There is no unescaped form, no expression and no filter: what a page needs is
 * computed by its handler and given as data.  A map, text or number opened by a
 * section becomes the innermost scope; a name is looked for from the innermost
 * scope outwards by its first word, its further words strictly inside what was
 * found.  Absent values, maps and lists print nothing.  A section, partial or
 * comment tag alone on its line takes the line with it.
 *
 * Compiled once (partials too, so that a cycle or a missing file stops the
 * start), rendered by any number of threads.
 */
#ifndef LI_SERVE_PAGE_TEMPLATE_H
#define LI_SERVE_PAGE_TEMPLATE_H

#include "base/buf.h"
#include "base/node.h"

#define LI_TEMPLATE_DEPTH 24                   /* sections and partials inside one another */
#define LI_TEMPLATE_SIZE  ((size_t)256 * 1024) /* bytes of one source */
#define LI_TEMPLATE_PARTS 10000                /* compiled parts, partials included */
#define LI_TEMPLATE_STEPS 1000000              /* parts rendered for one page */

struct li_template;

/* Where partials come from.  `find` gives the source of a name, or a slice with
 * ptr NULL when there is none. */
struct li_template_partials {
    struct li_str (*find)(void *arg, struct li_str name);
    void *arg;
};

/*
 * Compiles `source` into ctx's arena.  The source bytes (and those of partials)
 * are not copied and must live as long.  `partials` may be NULL when there are
 * none.  0 or -LI_E_SYNTAX with `where` name:line, -LI_E_NOT_FOUND (a partial),
 * -LI_E_LIMIT, -LI_E_NOMEM.
 */
int li_template_compile(struct li_ctx *ctx, struct li_str name, struct li_str source,
                        const struct li_template_partials *partials,
                        const struct li_template **ret) LI_MUST_CHECK;

/* Appends the page to `out`.  0 or -LI_E_LIMIT, -LI_E_NOMEM. */
int li_template_render(struct li_ctx *ctx, const struct li_template *template,
                       const struct li_node *data, struct li_buf *out) LI_MUST_CHECK;

#endif
