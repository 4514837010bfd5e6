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

#endif
