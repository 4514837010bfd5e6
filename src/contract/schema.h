/*
 * One validator for API bodies and playbook fields.
 *
 * A schema is compiled once from the part of JSON Schema that linli speaks
 * (docs/inside/contract.md): type (one, or with null), properties, required,
 * additionalProperties (default false; true; or a schema), items, enum, const, minimum/maximum,
 * minLength/maxLength in code points, minItems/maxItems/uniqueItems on scalars,
 * pattern (PCRE2, anchored, ASCII classes, match limit), format from our list,
 * $ref to components only, oneOf with a const discriminator, or of one
 * schema and null.  Anything else is refused when it is loaded.
 */
#ifndef LI_CONTRACT_SCHEMA_H
#define LI_CONTRACT_SCHEMA_H

#include "base/node.h"

struct li_schema;

/* Named schemas that $ref can reach: "#/components/schemas/NAME". */
struct li_schemas;

/* Compiles every member of `components` (may be NULL).  Lives in ctx's arena
 * (a start-up arena; patterns are deferred on it).  -LI_E_INVALID names the
 * place of what it does not know. */
int li_schemas_compile(struct li_ctx *ctx, const struct li_node *components,
                       struct li_schemas **ret);
/* `schemas` may be NULL when nothing is referred to. */
int li_schema_compile(struct li_ctx *ctx, const struct li_schemas *schemas,
                      const struct li_node *source, struct li_schema **ret);
const struct li_schema *li_schemas_find(const struct li_schemas *schemas, struct li_str name);

/*
 * 0, or -LI_E_INVALID with up to LI_ERRORS_MAX faults on the context, each with
 * a JSON pointer below `at` (e.g. "/fields") and a reason of contract/fault.h.
 * Thread-safe: a compiled schema is read-only.
 */
int li_schema_check(struct li_ctx *ctx, const struct li_schema *schema, struct li_str at,
                    const struct li_node *value) LI_MUST_CHECK;

/* Texts of a form or a query, made into the scalars and lists that the schema
 * wants ("12" -> 12, "true" -> true, "a,b" -> list); what does not fit stays
 * text and fails the check.  New nodes in the arena. */
int li_schema_coerce(struct li_ctx *ctx, const struct li_schema *schema,
                     const struct li_node *value, struct li_node **ret);

#endif
