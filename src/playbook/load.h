/*
 * What load's files share: the playbook being made and how faults are told.
 *
 * For load*.c and check*.c only.  Broken rules are counted and reading goes on,
 * so that a clerk sees all of them at once; what is returned is only a hard
 * failure (memory).
 */
#ifndef LI_PLAYBOOK_LOAD_H
#define LI_PLAYBOOK_LOAD_H

#include "playbook/playbook.h"
#include "playbook/rule.h"
#include "playbook/word.h"

struct li_load {
    struct li_ctx *ctx;
    const char *file;
    struct li_str yaml;
    const struct li_node *plain;
    struct li_playbook *playbook;
    unsigned faults;
};

/* Tells a broken rule at a node's place (NULL: the file's beginning). */
void li_load_tell(struct li_load *load, enum li_rule rule, const struct li_node *at,
                  struct li_str name);
/* The same at a key. */
void li_load_tell_key(struct li_load *load, enum li_rule rule, const struct li_member *at,
                      struct li_str name);

/* The member of a map, or NULL. */
const struct li_member *li_load_member(const struct li_node *map, struct li_str key);

/* read.c: values of a map by key.  A fault is told and a harmless value given.
 * "need" also tells when the key is missing. */

/* Whether it is a map; every unknown key is told with those known.  `words`
 * ends with NULL; "~mark" is sugar: listed, but gone from a plain tree. */
bool li_load_map(struct li_load *load, const struct li_node *node, struct li_str name,
                 const char *const *words);
struct li_str li_load_text(struct li_load *load, const struct li_node *map, const char *key);
struct li_str li_load_need_text(struct li_load *load, const struct li_node *map, const char *key);
bool li_load_bool(struct li_load *load, const struct li_node *map, const char *key);
int64_t li_load_int(struct li_load *load, const struct li_node *map, const char *key);
struct li_texts li_load_texts(struct li_load *load, const struct li_node *map, const char *key,
                              bool needed);
/* "180d" as days. */
int64_t li_load_days(struct li_load *load, const struct li_node *map, const char *key);
/* The items of a list of different texts, telling what is not; an empty list
 * when the key is missing. */
const struct li_node *li_load_words(struct li_load *load, const struct li_node *map,
                                    const char *key, bool needed);
/* A map whose keys are names, at most `max`; NULL (told when needed) if not. */
const struct li_node *li_load_named(struct li_load *load, const struct li_node *map,
                                    const char *key, size_t max, bool needed);

/* Places of named fields.  0 or -LI_E_NOMEM. */
int li_load_field_list(struct li_load *load, const struct li_node *map, const char *key,
                       const int **ret, size_t *ret_count);
/* Who may do something; *ret_system: `system` is among them. */
int li_load_who(struct li_load *load, const struct li_node *map, const char *key,
                const struct li_who **ret, size_t *ret_count, bool *ret_system);
/* A condition; *ret stays where there is none.  Where nobody acts it may not read
 * the actor.  0 or -LI_E_NOMEM. */
enum li_load_asker { LI_LOAD_NOBODY, LI_LOAD_SOMEBODY };
int li_load_when(struct li_load *load, const struct li_node *map, const char *key,
                 enum li_load_asker asker, const struct li_expression **ret);
/* "15d" of a key that must be there. */
void li_load_length(struct li_load *load, const struct li_node *map, const char *key,
                    enum li_clock_kind kind, struct li_length *ret);
/* A list of one-word maps.  0 or -LI_E_NOMEM. */
int li_load_effects(struct li_load *load, const struct li_node *map, const struct li_effect **ret,
                    size_t *ret_count);

/* The parts of the file, in the order they are read. */
int li_load_fields(struct li_load *load);
void li_load_level(struct li_load *load);
int li_load_machines(struct li_load *load);
int li_load_open(struct li_load *load);
int li_load_actions(struct li_load *load);
int li_load_see(struct li_load *load);
int li_load_posts_asked(struct li_load *load);

/* Clock and what it sets off, of a state whose machine is known. */
int li_load_clocks(struct li_load *load, const struct li_member *member, int machine,
                   struct li_state *state);

/* Compiles the schema of a group of fields; required has a flag for each. */
int li_load_schema(struct li_load *load, const int *fields, const bool *required, size_t count,
                   const struct li_schema **ret);

/* Names that a `when` may use. */
void li_load_names(struct li_load *load, const struct li_node *at, struct li_names *ret);

/* Where a state or an action stands in the file. */
const struct li_member *li_load_state_place(const struct li_load *load, int machine, int state);
const struct li_member *li_load_action_place(const struct li_load *load, int action);

/* The rules over the whole (check.c, check_clock.c, check_join.c). */
void li_check(struct li_load *load);
void li_check_clocks(struct li_load *load);
int li_check_joins(struct li_load *load);

#endif
