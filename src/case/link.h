/*
 * Links: which matters belong together, and matters answered through another one.
 *
 * A link goes from one case to another and has a kind: `child` (from came of to, and
 * to may wait for it), `follows` (from comes after to, which was closed), `related`,
 * and `merged` (from is answered through to).  It is made and ended by commands whose
 * entries belong to the case it goes from; the other one's timeline shows the same
 * entries.  Both ends are seen by who links them, else they are told there is no such
 * case.
 *
 * A merged case rests: nobody is asked to do anything to it, its clock stands still, it
 * is counted with the one it is answered through, and whoever reported it is told that
 * one's progress and outcome, and may say there what a party may say.  What it holds is
 * untouched, so that a merge can be undone; then its deadline is what it was.
 *
 * Not here: what is like what (similar.h), who answers an upper order (order.h).
 */
#ifndef LI_CASE_LINK_H
#define LI_CASE_LINK_H

#include "case/case.h"

enum li_link_kind { LI_LINK_CHILD, LI_LINK_FOLLOWS, LI_LINK_RELATED, LI_LINK_MERGED };
#define LI_LINK_KINDS 4

struct li_link_info {
    const char *name; /* "child" */
    /* What it says of the case it goes from, and of the one it goes to. */
    struct li_texts from, to;
    /* The steps of a timeline: made and ended, of the from case, then of the to case. */
    struct li_texts made, ended, made_to, ended_to;
};
const struct li_link_info *li_link_info(enum li_link_kind kind);
bool li_link_kind_of(struct li_str name, enum li_link_kind *ret);

/* The number a merged case's reporter has among the parties of the case it is answered
 * through: above those who follow it. */
#define LI_LINK_PARTY 1001

struct li_link {
    int64_t from, to;
    int64_t no; /* counted by `from` */
    enum li_link_kind kind;
    int64_t part;         /* of `to`, which waits for it; 0: none */
    int64_t party;        /* MERGED: what `from`'s reporter is in `to` */
    int64_t since, until; /* until 0: it holds */
    int64_t seq, end_seq; /* their entries */
};

/* Links of a case, both ways, newest first; those ended too.  At most `limit`, behind
 * `before`, a seq (0: from the newest). */
int li_link_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                 int64_t before, size_t limit, struct li_link **ret,
                 size_t *ret_count) LI_MUST_CHECK;
/* How many cases are answered through one now. */
int li_link_merged(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                   int64_t *ret) LI_MUST_CHECK;
/* The link that makes `from` be answered through another; -LI_E_NOT_FOUND quietly. */
int li_link_of_merged(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t from,
                      struct li_link *ret) LI_MUST_CHECK;

/* Who the holder of a merged case's token is in the case it is answered through. */
int li_link_viewer(struct li_ctx *ctx, struct li_conn *conn, const struct li_viewer *viewer,
                   const struct li_case *merged, struct li_viewer *ret) LI_MUST_CHECK;

/* Whether a viewer may merge cases there: the desk's and the dispatchers' business. */
bool li_link_may_merge(const struct li_viewer *viewer, struct li_str area_path);

/* "case.link" and "case.unlink"; not for MERGED. */
struct li_case_link_args {
    int64_t from, to;
    enum li_link_kind kind;
    int64_t part;
};
extern const struct li_command li_case_link, li_case_unlink;

/* "case.merge": `id` is answered through `into` from now on; also the items of a job
 * (li_case_merge_item), which are done as the account that began it. */
struct li_case_merge_args {
    int64_t id, into;
    int64_t account; /* who asked, when a due row comes; else 0 */
    int64_t job;     /* 0: none */
};
extern const struct li_command li_case_merge;
/* The arguments of a job's item. */
int li_case_merge_item(struct li_ctx *ctx, const struct li_case_merge_args *args,
                       struct li_str *ret) LI_MUST_CHECK;

/* "case.unmerge": it goes on by itself. */
struct li_case_unmerge_args {
    int64_t id;
};
extern const struct li_command li_case_unmerge;

#endif
