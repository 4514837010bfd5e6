/*
 * What load's files share: the playbook being made and how faults are told.
 *
 * For load*.c and check*.c only.  Broken rules are counted and reading goes on,
 * so that a clerk sees all of them at once; what is returned is only a hard
 * failure (memory).
 */
#ifndef LI_PLAYBOOK_LOAD_H
#define LI_PLAYBOOK_LOAD_H

#include "playbook/flat.h"
#include "playbook/playbook.h"
#include "playbook/rule.h"
#include "playbook/word.h"

/* What conditions have asked about since it was last cleared. */
struct li_load_seen {
    bool above, beside;
};

struct li_load {
    struct li_ctx *ctx;
    const struct li_flat *flat;
    const struct li_node *plain;
    struct li_playbook *playbook;
    int self; /* the machine whose action is being read: what `self` and `its` mean; 0: the case */
    struct li_load_seen *seen;
    bool branching;    /* where an action leads is being read: drawn('NAME') may stand there */
    bool leading;      /* the same, or where a case begins: office.open may stand there */
    unsigned opinions; /* bit per ballot of opinion whose outcome something asks for */
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
/* Whether a pattern of numbers has {seq} once, and no other words than it may. */
bool li_load_number_fits(struct li_str number);
/* A map whose keys are names, at most `max`; NULL (told when needed) if not. */
const struct li_node *li_load_named(struct li_load *load, const struct li_node *map,
                                    const char *key, size_t max, bool needed);

/* A map of names, at most `max`, each with its texts; *ret stays where there is none.  0 or
 * -LI_E_NOMEM. */
int li_load_labelled(struct li_load *load, const struct li_node *map, const char *key, size_t max,
                     const struct li_option **ret, size_t *ret_count);

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
/* `under` of opening (load_under.c), before anything that may read the case above; and, when
 * everything is known, what cannot be beneath another. */
int li_load_under(struct li_load *load);
void li_load_under_check(struct li_load *load);
/* What must hold as it begins. */
int li_load_open_checks(struct li_load *load, const struct li_node *open);
int li_load_open(struct li_load *load);
int li_load_actions(struct li_load *load);
/* What an action does to parts, where it leads, and what must hold (load_part.c): its
 * machine and what it asks are known. */
int li_load_part_words(struct li_load *load, const struct li_node *map, struct li_action *action);
int li_load_kind(struct li_load *load, const struct li_node *map, const char *key);
/* States of a machine by name, as bits. */
uint64_t li_load_states(struct li_load *load, const struct li_node *map, const char *key,
                        int machine);
/* Fields that are reckoned, when every machine is known. */
int li_load_reckoned(struct li_load *load);
/* A number reckoned from facts, of a key that must be there. */
int li_load_amount(struct li_load *load, const struct li_node *map, const char *key,
                   const struct li_expression **ret);
int li_load_split(struct li_load *load, const struct li_node *map, struct li_action *action);
/* Cases that an action opens (load_spawn.c). */
int li_load_spawns(struct li_load *load, const struct li_node *map, struct li_action *action);
/* The ledger's books, what an action enters there, and, when all are known, what it takes back
 * (load_entry.c). */
int li_load_books(struct li_load *load);
/* The time a case takes of a row, and the number it is checked by (load_occupy.c). */
void li_load_occupies(struct li_load *load);
void li_load_code(struct li_load *load);
/* Accounts that conditions ask about, when the books are known. */
int li_load_balances(struct li_load *load);
int li_load_entries(struct li_load *load, const struct li_node *map, struct li_action *action);
int li_load_reverses(struct li_load *load, const struct li_node *named);
/* Ballots that actions open (load_ballot.c), when the machines are known; and, when all is, what
 * they must be. */
/* "08:30" as minutes, of a key that must be there; told under `name` (load_rhythm.c). */
int li_load_minutes(struct li_load *load, const struct li_node *map, const char *key,
                    struct li_str name);
int li_load_ballots(struct li_load *load);
void li_load_ballots_used(struct li_load *load);
/* A ballot's fact: "vote.passed"; and of a part, by the ballot's name: whether it was chosen. */
bool li_load_ballot_fact(struct li_load *load, struct li_str name, enum li_type *ret);
bool li_load_chosen_fact(struct li_load *load, int machine, struct li_str name);
/* Sums over other cases, and numbers of the tenant's tables, when fields and machines are known
 * (load_similar.c). */
int li_load_similars(struct li_load *load);
/* `carries`, behind the actions it names (load_carry.c). */
void li_load_carries(struct li_load *load);
int li_load_numbers(struct li_load *load);
/* A part's own fields and roles. */
int li_load_own(struct li_load *load, const struct li_node *map, struct li_machine *machine);
int li_load_see(struct li_load *load);
/* How cases of earlier versions go on; everything else is known. */
int li_load_migrate(struct li_load *load);
/* Cases that open of themselves; what opening asks is known. */
int li_load_rhythms(struct li_load *load);
/* What chance decides, when the machines are known; what a branch asks of it, a bit each;
 * and whether each of it is asked, when the actions are known. */
int li_load_samples(struct li_load *load);
unsigned li_load_drawn(const struct li_load *load, const struct li_expression *when);
void li_load_samples_used(struct li_load *load);
/* The page on the public square; every state is known.  Its rules (load_page.c). */
int li_load_page(struct li_load *load);
void li_check_page(struct li_load *load);
int li_load_behalf(struct li_load *load);
int li_load_recuse(struct li_load *load);
int li_load_posts_asked(struct li_load *load);

/* Clock and what it sets off, of a state whose machine is known. */
int li_load_clocks(struct li_load *load, const struct li_member *member, int machine,
                   struct li_state *state);

/* The clocks beside the states' own, of a machine whose states are known. */
int li_load_named_clocks(struct li_load *load, const struct li_node *map, int index,
                         struct li_machine *machine);
/* Waits and extensions of an action whose fields are known. */
void li_load_times(struct li_load *load, const struct li_node *map, struct li_action *action);

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
