/*
 * What a compiled expression looks like; for expression*.c and explain_when.c
 * only.
 */
#ifndef LI_PLAYBOOK_EXPRESSION_TREE_H
#define LI_PLAYBOOK_EXPRESSION_TREE_H

#include "playbook/expression.h"

enum li_op {
    LI_OP_LITERAL,
    LI_OP_FACT,      /* name, of the case */
    LI_OP_PART_FACT, /* name, of the part walked over */
    LI_OP_NEGATE,    /* left */
    LI_OP_NOT,
    LI_OP_ADD, /* left, right */
    LI_OP_SUBTRACT,
    LI_OP_MULTIPLY,
    LI_OP_DIVIDE, /* the whole quotient, the rest dropped; by zero 0 */
    LI_OP_EQ,
    LI_OP_NE,
    LI_OP_LT,
    LI_OP_LE,
    LI_OP_GT,
    LI_OP_GE,
    LI_OP_AND,
    LI_OP_OR,
    LI_OP_COUNT, /* name: the kind of part; left: for each, NULL for count alone */
    LI_OP_ALL,
    LI_OP_ANY,
    LI_OP_SUM,
    LI_OP_MIN,
    LI_OP_MAX
};

struct li_expression {
    enum li_op op;
    enum li_type type;
    const struct li_expression *left, *right;
    struct li_str name;
    struct li_value value; /* LITERAL */
};

#endif
