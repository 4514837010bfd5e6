/*
 * The closed lists of words a playbook may use.
 *
 * Posts, ways in, field types, effects: a playbook picks from them, and they
 * grow only by a change here.
 */
#ifndef LI_PLAYBOOK_WORD_H
#define LI_PLAYBOOK_WORD_H

#include "people/people.h"
#include "playbook/playbook.h"

#define LI_POST_WORD_ONE(name, zh, en) +1
#define LI_POST_WORD_COUNT             (0 LI_POSTS(LI_POST_WORD_ONE))
#define LI_WAY_WORD_COUNT              12
#define LI_EFFECT_WORD_COUNT           2
#define LI_TYPE_WORD_COUNT             21
#define LI_PAGE_KIND_COUNT             9

extern const char *const li_post_words[LI_POST_WORD_COUNT];
extern const char *const li_way_words[LI_WAY_WORD_COUNT];
extern const char *const li_effect_words[LI_EFFECT_WORD_COUNT];
extern const char *const li_page_kinds[LI_PAGE_KIND_COUNT];
/* In the order of enum li_field_type. */
extern const char *const li_type_words[LI_TYPE_WORD_COUNT];

/* Place of a word in a list, or -1. */
int li_word_find(const char *const *words, size_t count, struct li_str word);
bool li_word_is_post(struct li_str word);
bool li_word_is_duty(struct li_str word); /* a post of the roster */
/* A post as people say it. */
struct li_texts li_post_texts(struct li_str post);

/* ^[a-z][a-z0-9_]*$, at most 40; `dash` for '-' in place of '_'. */
bool li_word_is_name(struct li_str word, char dash);

/* How an effect may be addressed: tell reporter, owner or a post; mark a name. */
bool li_effect_fits(struct li_str name, struct li_str arg);

#endif
