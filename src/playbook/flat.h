/*
 * One tree from a playbook's file, the base it extends and the libraries it uses.
 *
 * Everything behind this (sugar, checks, hash, explain) sees the flat tree only, and what is
 * adopted is the flat file: a street never runs a playbook half of which lies somewhere else.
 * A base is not flattened from another base (one level), so that who reads two files has read
 * all.  The rules of merging are in docs/inside/playbook.md.
 */
#ifndef LI_PLAYBOOK_FLAT_H
#define LI_PLAYBOOK_FLAT_H

#include "base/asset.h"
#include "base/buf.h"
#include "base/node.h"

/* The file, its base and the libraries of both. */
#define LI_FLAT_FILES 12

struct li_flat_file {
    const char *name; /* for what is told */
    struct li_str yaml;
};

struct li_flat {
    struct li_node *tree;                     /* each node says in `file` where it stands */
    struct li_flat_file files[LI_FLAT_FILES]; /* [0]: the file itself */
    size_t file_count;
    bool merged; /* it extends or uses something */
};

/*
 * Reads and merges.  `beside` is the path of the file, whose folder (and its library/) is looked
 * in first, then what is packed into the program; NULL: nothing is looked for, and a file that
 * extends or uses is refused.  -LI_E_SYNTAX (the YAML of one of them), -LI_E_INVALID (told as
 * rules, with the place in the file it stands in), -LI_E_NOMEM.
 */
int li_flatten(struct li_ctx *ctx, const char *name, struct li_str yaml, const char *beside,
               struct li_flat **ret) LI_MUST_CHECK;

/* The source of another playbook: NAME.yaml in the folder of `beside`, else the program's.
 * -LI_E_NOT_FOUND quietly.  *ret_path: for what is told. */
int li_playbook_other(struct li_ctx *ctx, const char *beside, struct li_str name,
                      const char **ret_path, struct li_str *ret) LI_MUST_CHECK;

/* A tree as YAML that reads back to the same tree. */
void li_flat_write(struct li_buf *buf, const struct li_node *tree);

/* The packed playbooks in byte order of their names; no scenarios, no libraries. */
const struct li_asset *li_playbook_asset_next(const struct li_asset *after);

#endif
