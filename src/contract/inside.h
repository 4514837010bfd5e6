/*
 * What the files of contract/ share among themselves; nobody else includes it.
 *
 * A compiled schema is a read-only tree: the kinds a value may have are a bit
 * set over enum li_node_kind, properties are sorted for look-up and numbered
 * in the order written, so that "required" is a bit set too.
 */
#ifndef LI_CONTRACT_INSIDE_H
#define LI_CONTRACT_INSIDE_H

#include "contract/contract.h"
#include "contract/fault.h"

/* Kinds of values as bits. */
#define LI_KIND(kind)  (1u << (kind))
#define LI_KIND_NUMBER (LI_KIND(LI_INT) | LI_KIND(LI_REAL))
#define LI_KIND_SCALAR (LI_KIND(LI_NULL) | LI_KIND(LI_BOOL) | LI_KIND_NUMBER | LI_KIND(LI_TEXT))

#define LI_PROPERTY_MAX   256
#define LI_PROPERTY_WORDS (LI_PROPERTY_MAX / 64)

struct li_pattern;

struct li_format {
    const char *name;
    bool (*fits)(struct li_ctx *ctx, struct li_str text);
};

struct li_property {
    struct li_str name;
    unsigned index; /* place in the order written */
    const struct li_schema *schema;
};

/* One alternative of oneOf, chosen by the discriminator's value. */
struct li_branch {
    struct li_str value;
    const struct li_schema *schema;
};

struct li_schema {
    bool anything;  /* the empty schema: every value fits */
    unsigned kinds; /* bit per enum li_node_kind */

    const struct li_node **choices; /* enum and const; sorted when all are texts */
    size_t choice_count;
    bool choices_sorted;

    const struct li_node *minimum, *maximum; /* LI_INT or LI_REAL, or NULL */

    size_t min_length, max_length; /* code points */
    const struct li_pattern *pattern;
    const struct li_format *format;

    const struct li_schema *items;
    size_t min_items, max_items;
    bool unique;

    const struct li_property *properties; /* by length, then bytes */
    const struct li_str *names;           /* in the order written */
    size_t property_count;
    uint64_t required[LI_PROPERTY_WORDS];
    const struct li_schema *rest; /* additionalProperties, or NULL: none */

    struct li_str discriminator; /* empty with branches: one of X and null */
    const struct li_branch *branches;
    size_t branch_count;
};

struct li_component {
    struct li_str name;
    const struct li_node *source;
    struct li_schema *schema; /* NULL until compiled */
    bool open;                /* being compiled: a $ref to it goes round in a circle */
};

struct li_schemas {
    const char *name; /* the file, for messages; may be NULL */
    struct li_component *items;
    size_t count;
};

/* Where one stands in a value; a chain on the stack, made into a text only
 * when something is wrong. */
struct li_step {
    const struct li_step *parent;
    struct li_str key; /* ptr NULL: an index */
    size_t index;
};

/* `at` and the chain below it as a JSON pointer, in the arena. */
struct li_str li_step_pointer(struct li_ctx *ctx, struct li_str at, const struct li_step *place);
/* "name:line:column" of a node, or what is known of it. */
struct li_str li_source_at(struct li_ctx *ctx, const char *name, const struct li_node *node);
/* The position of a key. */
struct li_str li_source_key(struct li_ctx *ctx, const char *name, const struct li_member *member);

/* The name of a kind as a contract writes it ("string", "integer"). */
struct li_str li_kinds_name(unsigned kinds);

/* A schema with the file's name for messages. */
int li_schemas_compile_named(struct li_ctx *ctx, const char *name, const struct li_node *components,
                             struct li_schemas **ret);
/* NAME of a reference "#/…/NAME" that begins with `prefix`; ptr NULL otherwise. */
struct li_str li_ref_name(struct li_str ref, struct li_str prefix);
/* What compiling a schema and those within it needs. */
struct li_compiler {
    struct li_ctx *ctx;
    const char *name;               /* file, may be NULL */
    const struct li_schemas *known; /* finished components, may be NULL */
    struct li_schemas *building;    /* components in the making, or NULL */
    unsigned depth;                 /* schemas one is within, references counted */
};

/* Compiles a schema or gives the component that it refers to; -LI_E_INVALID. */
int li_compile(struct li_compiler *compiler, const struct li_node *source, struct li_schema **ret);
/* The two manners of a schema that is no reference. */
int li_compile_keywords(struct li_compiler *compiler, const struct li_node *source,
                        struct li_schema *schema);
int li_compile_one_of(struct li_compiler *compiler, const struct li_node *source,
                      struct li_schema *schema);

/* Whether a key only describes: title, example, x-… */
bool li_describes(struct li_str key);

const struct li_property *li_property_find(const struct li_schema *schema, struct li_str name);
/* Order of the sorted properties. */
int li_property_order(struct li_str a, struct li_str b);
/* The branch that a map chooses by its discriminator, or NULL. */
const struct li_branch *li_branch_find(const struct li_schema *schema, const struct li_node *value);
/* <0, 0, >0 of two numbers, exact between integers. */
int li_number_cmp(const struct li_node *a, const struct li_node *b);
bool li_scalar_eq(const struct li_node *a, const struct li_node *b);

const struct li_format *li_format_find(struct li_str name);
/* `format: binary`: the bytes of a file. */
bool li_is_binary(const struct li_schema *schema);

/* Compiles a pattern written "^…$"; `where` for the message. */
int li_pattern_compile(struct li_ctx *ctx, struct li_str where, struct li_str text,
                       const struct li_pattern **ret);
/* Thread-safe; a match that costs too much does not match. */
bool li_pattern_fits(const struct li_pattern *pattern, struct li_str text);

/* The trie of the paths. */
struct li_routes;
int li_routes_new(struct li_ctx *ctx, struct li_routes **ret);
/* Adds an operation by its path and method.  Hole names are told in order:
 * names[LI_PATH_PARAMETERS].  -LI_E_INVALID (form of the template, taken twice),
 * at `where`. */
int li_routes_add(struct li_ctx *ctx, struct li_routes *routes,
                  const struct li_operation *operation, struct li_str where);
/* The names of a template's holes in order; their count, or -LI_E_INVALID. */
int li_template_names(struct li_ctx *ctx, struct li_str path, struct li_str where,
                      struct li_str names[LI_PATH_PARAMETERS], size_t *ret_count);
int li_routes_find(const struct li_routes *routes, enum li_method method, struct li_str path,
                   struct li_match *ret);

/* What reading one operation of the file needs. */
struct li_definition {
    struct li_ctx *ctx;
    const char *name;             /* file */
    const struct li_node *root;   /* of the file */
    const struct li_node *path;   /* the path item */
    const struct li_node *source; /* the operation */
    const struct li_schemas *schemas;
};
/* Fills everything but id, index, method and path, which must be there. */
int li_definition_read(const struct li_definition *definition, struct li_operation *operation);

/* Refuses keys outside a NULL-terminated list (x-… is always allowed). */
int li_only_keys(struct li_ctx *ctx, const char *name, const struct li_node *map,
                 const char *const *keys);

/* A place in the file: LI_REFUSE(ctx, name, node, "…", …) */
#define LI_REFUSE(ctx, name, node, ...)                                                            \
    LI_FAIL_AT((ctx), LI_E_INVALID, li_source_at((ctx), (name), (node)), __VA_ARGS__)

#endif
