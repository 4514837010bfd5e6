/*
 * Conditions and sums are data: a small typed total language in strings.
 *
 *   all(task, state = 'done' or state = 'withdrawn') and count(task, state = 'done') >= 1
 *   field.level = 'urgent' and not actor.is_reporter
 *   held('compound_team') and count.reopened < 2
 *
 * Literals (integers, 'texts', true, false), facts, + - * /, comparison, and/or/
 * not, count/all/any/sum/min/max over the parts of a kind.  Exact 64-bit
 * integers (overflow is an error), no loops, no strings built, no clock.
 * Compiled and typed at load; the cost is bounded by its size times the number
 * of parts, because no count/all/any/… stands inside another.
 *
 *   sum(share, its.amount, state = 'paid')   the third says which parts count; of sum, min, max
 *
 *   or · and · not · = != < <= > >= (once, not chained) · + - · * / · -x · ( )
 *
 * What divides is a positive number that is written down; the rest is dropped.
 * Texts are compared for equality only.  Over no parts: count and sum are 0,
 * all is true, any is false, min and max are 0.  Inside count(kind, …) a name
 * is first a fact of the part, else one of the case.  held('POST') is the fact
 * of the case "held.POST", drawn('spot_check') the fact "drawn.spot_check".
 */
#ifndef LI_PLAYBOOK_EXPRESSION_H
#define LI_PLAYBOOK_EXPRESSION_H

#include "base/node.h"

enum li_type { LI_TYPE_BOOL, LI_TYPE_INT, LI_TYPE_TEXT };

struct li_expression;

/* What a name means while compiling: facts come from the noun that owns them. */
struct li_fact {
    const char *name; /* "field.kind", "case.state", "actor.is_reporter" */
    enum li_type type;
};

struct li_value {
    enum li_type type;
    bool flag;
    int64_t number;
    struct li_str text;
};

struct li_names {
    /* Type of a case-level fact; false when unknown. */
    bool (*fact)(const void *arg, struct li_str name, enum li_type *ret);
    /* Whether `kind` is a kind of part, and the type of a fact of such a part
     * ("state", "org", "role"). */
    bool (*part_fact)(const void *arg, struct li_str kind, struct li_str name, enum li_type *ret);
    /* Whether a fact (kind empty: of the case) can ever have this text; NULL:
     * not asked.  A misspelt state is found here and not on a holiday. */
    bool (*value)(const void *arg, struct li_str kind, struct li_str name, struct li_str text);
    const void *arg;
    /* Where the text begins, for what is told: "file:line:column".  file NULL:
     * the offset in bytes alone. */
    const char *file;
    int line, column;
};

#define LI_EXPRESSION_SIZE  1000 /* most bytes of a text */
#define LI_EXPRESSION_DEPTH 32   /* most levels of brackets and signs */

/* Compiles and types; -LI_E_SYNTAX or -LI_E_INVALID (rule.h) with the place. */
int li_expression_compile(struct li_ctx *ctx, struct li_str text, enum li_type wanted,
                          const struct li_names *names, struct li_expression **ret) LI_MUST_CHECK;

struct li_facts {
    struct li_value (*fact)(const void *arg, struct li_str name);
    size_t (*part_count)(const void *arg, struct li_str kind);
    struct li_value (*part_fact)(const void *arg, struct li_str kind, size_t index,
                                 struct li_str name);
    const void *arg;
};

/* -LI_E_INVALID on overflow only. */
int li_expression_eval(struct li_ctx *ctx, const struct li_expression *expression,
                       const struct li_facts *facts, struct li_value *ret) LI_MUST_CHECK;

/* Whether it reads a fact of the case whose name begins with `prefix`. */
bool li_expression_reads(const struct li_expression *expression, struct li_str prefix);
/* Calls `fn` for every fact of the case it reads, as often as it stands there. */
void li_expression_facts(const struct li_expression *expression,
                         void (*fn)(void *arg, struct li_str name), void *arg);
/* The same, for those of parts too. */
void li_expression_names(const struct li_expression *expression,
                         void (*fn)(void *arg, struct li_str name), void *arg);

#endif
