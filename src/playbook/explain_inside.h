/*
 * What the files of the page for the wall share; for explain*.c only.
 */
#ifndef LI_PLAYBOOK_EXPLAIN_INSIDE_H
#define LI_PLAYBOOK_EXPLAIN_INSIDE_H

#include "playbook/word.h"

struct li_page {
    struct li_buf *buf;
    const struct li_playbook *playbook;
    bool zh;
};

static inline const char *li_page_say(const struct li_page *page, const char *zh, const char *en)
{
    return page->zh ? zh : en;
}

void li_page_put(struct li_page *page, const char *text);
/* Texts that keep to their line and their column. */
void li_page_put_texts(struct li_page *page, struct li_texts texts);

/* A condition as a clerk would say it (explain_when.c). */
void li_page_put_when(struct li_page *page, const struct li_expression *when);

/* Times (explain_clock.c): a length; a state's clock and what it sets off; the clocks
 * beside the states', a list after their table; what an action waits for; and which
 * clock it moves. */
void li_page_put_length(struct li_page *page, const struct li_length *length);
void li_page_put_clock(struct li_page *page, const struct li_state *state);
void li_page_put_clocks(struct li_page *page, const struct li_machine *machine);
void li_page_put_waits(struct li_page *page, const struct li_action *action);
void li_page_put_extension(struct li_page *page, const struct li_action *action);

/* The ledger (explain_entry.c): what an action enters and takes back; the books. */
void li_page_put_entries(struct li_page *page, const struct li_action *action);
void li_page_put_books(struct li_page *page);

/* The page on the public square (explain_page.c). */
void li_page_put_page(struct li_page *page);

/* Ballots (explain_ballot.c): what an action opens; how each is held; a state, or an item of its
 * checklist, as people say it (NULL: none). */
void li_page_put_ballot(struct li_page *page, const struct li_action *action);
void li_page_put_ballots(struct li_page *page);
const struct li_texts *li_page_ballot_value(const struct li_page *page, struct li_str fact,
                                            struct li_str text);

/* Cases that open of themselves (explain_rhythm.c). */
int li_page_put_rhythms(struct li_ctx *ctx, struct li_page *page) LI_MUST_CHECK;

/* How open cases of earlier versions go on (explain_migrate.c). */
void li_page_put_migrates(struct li_page *page);

/* What chance decides (explain_sample.c). */
void li_page_put_samples(struct li_page *page);
/* Others alike, and numbers of the tenant (explain_similar.c). */
void li_page_put_alike(struct li_page *page);

#endif
