/*
 * What the tests of contract/ share: schemas and values written as text, and
 * faults read back as one line.
 */
#ifndef LI_TESTS_CONTRACTS_H
#define LI_TESTS_CONTRACTS_H

#include "base/buf.h"
#include "contract/contract.h"
#include "contract/fault.h"

struct contracts {
    struct li_ctx ctx;
    struct li_clock clock;
};

/* cmocka's set-up and tear-down of a `struct contracts`. */
int contracts_set_up(void **state);
int contracts_tear_down(void **state);

/* The compiled schema, or NULL with the failure on the context. */
struct li_schema *contracts_schema(struct li_ctx *ctx, const char *yaml);
/* A map of components and, of these, the one called `name`. */
const struct li_schema *contracts_component(struct li_ctx *ctx, const char *yaml, const char *name);
/* The failure as "where: text"; forgets it. */
const char *contracts_error(struct li_ctx *ctx);
/* All faults as "reason@pointer[=limit]" with spaces between; "" when there are
 * none.  Forgets them. */
const char *contracts_faults(struct li_ctx *ctx);
/* The faults of a JSON text against a schema. */
const char *contracts_check(struct li_ctx *ctx, const struct li_schema *schema, const char *json);
/* A node as JSON. */
const char *contracts_json(struct li_ctx *ctx, const struct li_node *node);

#endif
