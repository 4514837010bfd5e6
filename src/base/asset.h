/*
 * Files packed into the binary: the contract, the schema, playbooks, data,
 * page templates and the built web pages.
 *
 * tools/embed.py makes the table; a path is the one in the repository, with
 * `/`: "api/openapi.yaml", "schema/0001_….sql", "web/dist/index.html".
 * web/dist is empty when the binary was built without Node.
 */
#ifndef LI_BASE_ASSET_H
#define LI_BASE_ASSET_H

#include "base/str.h"

struct li_asset {
    struct li_str path;
    struct li_str bytes; /* a NUL follows that is not counted; aligned to 16 */
};

/* Exactly this path, or NULL.  Lives as long as the program. */
const struct li_asset *li_asset_find(struct li_str path);

/*
 * Walks everything whose path begins with `prefix`, in byte order of paths:
 *
 *     const struct li_asset *asset = NULL;
 *     while ((asset = li_asset_next(LI_S("schema/"), asset)))
 *
 * `after` NULL gives the first; NULL is the end.
 */
const struct li_asset *li_asset_next(struct li_str prefix, const struct li_asset *after);

#endif
