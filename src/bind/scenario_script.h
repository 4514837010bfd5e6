/*
 * A scenario file while it is read: what its readers share.
 */
#ifndef LI_BIND_SCENARIO_SCRIPT_H
#define LI_BIND_SCENARIO_SCRIPT_H

#include "bind/scenario_inside.h"

struct li_script {
    struct li_ctx *ctx;
    const char *path;
    const struct li_playbook *playbook;
    const struct li_node *people;       /* of every town */
    const struct li_node *extra_people; /* of the scenario being read */
    unsigned faults;
};

enum li_script_shape {
    LI_SCRIPT_TEXT,
    LI_SCRIPT_WHOLE,
    LI_SCRIPT_FLAG,
    LI_SCRIPT_LIST,
    LI_SCRIPT_MAP,
    LI_SCRIPT_TEXT_OR_MAP
};

/* A word a map may have; a list of them ends with {0}. */
struct li_script_word {
    const char *name;
    enum li_script_shape shape;
    bool needed;
};

/* "file:line:column" */
struct li_str li_script_place(const struct li_script *script, const struct li_node *at);
/* Tells a fault at a node and goes on: one of the playbook's rules, or a sentence
 * and the name it is about. */
void li_script_tell_rule(struct li_script *script, enum li_rule rule, const struct li_node *at,
                         struct li_str name);
void li_script_tell(struct li_script *script, const struct li_node *at, const char *what,
                    struct li_str name);

/* Whether it is a map; each of its words must be known and of its shape. */
bool li_script_check_map(struct li_script *script, const struct li_node *node, const char *what,
                         const struct li_script_word *words);
/* Whether it is a list of texts; anything else is told. */
bool li_script_check_texts(struct li_script *script, const struct li_node *list, const char *what);
/* The instant of a text; *ret stays when it is none. */
void li_script_instant(struct li_script *script, const struct li_node *node, int64_t *ret);
void li_script_check_who(struct li_script *script, const struct li_node *at, struct li_str name);
/* The word `area` of a map. */
void li_script_check_area(struct li_script *script, const struct li_node *map);
/* An action's place in the playbook; -1 (told, unless the name's ptr is NULL). */
int li_script_action(struct li_script *script, const struct li_node *at, struct li_str name);
void li_script_check_actions(struct li_script *script, const struct li_node *list,
                             const char *what);
/* Keys of a map that name fields of the playbook. */
void li_script_check_fields(struct li_script *script, const struct li_node *map);

/* scenario_ballot.c; NULL is fine. */
void li_script_check_ballots(struct li_script *script, const struct li_node *ballots);
void li_script_read_vote(struct li_script *script, const struct li_node *node,
                         struct li_scenario_step *step);
/* scenario_row.c, scenario_table.c, scenario_book.c; NULL is fine. */
void li_script_check_rows(struct li_script *script, const struct li_node *rows);
void li_script_check_tables(struct li_script *script, const struct li_node *tables);
void li_script_check_books(struct li_script *script, const struct li_node *books);

/* scenario_check.c; NULL is fine. */
void li_script_check_people(struct li_script *script, const struct li_node *people);
void li_script_check_then(struct li_script *script, const struct li_node *then);

#endif
