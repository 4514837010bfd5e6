/*
 * One tree for what came as JSON, YAML or a form.
 *
 * The readers of libraries (jansson, libfyaml) are used inside json_read.c
 * and yaml.c only; everybody else walks this tree.  It lies in the context's arena
 * and is read-only once made.  Numbers are int64 when they were written without
 * fraction and exponent, else double.
 */
#ifndef LI_BASE_NODE_H
#define LI_BASE_NODE_H

#include "base/ctx.h"

enum li_node_kind { LI_NULL, LI_BOOL, LI_INT, LI_REAL, LI_TEXT, LI_LIST, LI_MAP };

struct li_node {
    enum li_node_kind kind;
    int line, column; /* 1-based position in a YAML file; 0 otherwise */
    int file;         /* which of several files one tree was made from; 0 the first */
    union {
        bool flag;
        int64_t number;
        double real;
        struct li_str text;
        struct {
            struct li_node **items;
            size_t count;
            size_t cap; /* of items when li_node_push made them, else 0 */
        } list;
        struct {
            struct li_member *items; /* in the order written */
            size_t count;
            size_t cap; /* of items when li_node_put made them, else 0 */
        } map;
    };
};

struct li_member {
    struct li_str key;
    struct li_node *value;
    int line, column;
};

/* The value of a key, or NULL (also when map is NULL or no map). */
struct li_node *li_node_get(const struct li_node *map, const char *key);
struct li_node *li_node_get_str(const struct li_node *map, struct li_str key);
/* The text of a key, or an empty slice with ptr NULL. */
struct li_str li_node_text(const struct li_node *map, const char *key);
/* "map", "list", "text", … for messages. */
const char *li_node_kind_name(enum li_node_kind kind);

/* Building (for forms and desugaring); NULL without memory. */
struct li_node *li_node_new_text(struct li_ctx *ctx, struct li_str text);
struct li_node *li_node_new_int(struct li_ctx *ctx, int64_t number);
struct li_node *li_node_new_bool(struct li_ctx *ctx, bool flag);
struct li_node *li_node_new_list(struct li_ctx *ctx);
struct li_node *li_node_new_map(struct li_ctx *ctx);
/* 0 or -LI_E_NOMEM.  Key bytes are not copied; a key that is there already gets
 * the new value and keeps its place. */
int li_node_put(struct li_ctx *ctx, struct li_node *map, struct li_str key, struct li_node *value);
int li_node_push(struct li_ctx *ctx, struct li_node *list, struct li_node *value);

/* Limits of every reader: 32 levels, 100,000 nodes; keys unique; valid UTF-8
 * without NUL; no lone surrogates. */
#define LI_NODE_DEPTH 32
#define LI_NODE_COUNT 100000

/* RFC 8259, strict.  0 or -LI_E_SYNTAX, -LI_E_LIMIT, -LI_E_NOMEM. */
int li_json_read(struct li_ctx *ctx, struct li_str bytes, struct li_node **ret);
/* YAML 1.2 core schema, one document, no anchors, aliases, tags, merge keys or
 * duplicate keys.  Keys are texts as written (`200:` is "200").  A plain number
 * with a leading zero and .inf, .nan are refused: codes want quotes.  `name` is for messages
 * ("playbooks/x.yaml").  Errors carry name:line:column as `where`. */
int li_yaml_read(struct li_ctx *ctx, const char *name, struct li_str bytes, struct li_node **ret);
/* application/x-www-form-urlencoded as a map of texts; a key given twice
 * becomes a list of texts.  At most 1,000 fields (-LI_E_LIMIT). */
#define LI_FORM_FIELDS 1000
int li_form_read(struct li_ctx *ctx, struct li_str bytes, struct li_node **ret);
/* Adds a field as above: the first value of a name stays a text, the second makes
 * it a list.  Bytes are not copied.  0 or -LI_E_NOMEM. */
int li_form_add(struct li_ctx *ctx, struct li_node *map, struct li_str name, struct li_str value);
/* Percent-decoding into the arena (plus: '+' is a space).  0 or -LI_E_SYNTAX (bad escape,
 * NUL, invalid UTF-8). */
int li_percent_decode(struct li_ctx *ctx, struct li_str text, bool plus, struct li_str *ret);

#endif
