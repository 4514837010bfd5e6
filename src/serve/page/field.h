/*
 * Questions of a playbook as a page asks them (web/pages/field.html): on the
 * report form and in what a reporter may do later.
 */
#ifndef LI_SERVE_PAGE_FIELD_H
#define LI_SERVE_PAGE_FIELD_H

#include "serve/page/page.h"

struct li_page_asked {
    const struct li_field *field;
    bool required;
    bool tiles;           /* a choice as large tiles with icons */
    struct li_str form;   /* what makes its id the only one on the page; may be empty */
    struct li_str value;  /* as it was typed; may be empty */
    struct li_str chosen; /* of a choice, when nothing was */
    struct li_str error;  /* may be empty */
};

/* True for the types a page can ask; others are not residents' to fill in. */
bool li_page_can_ask(const struct li_field *field);
/* Appends one question to `list`. */
void li_page_ask(struct li_request *request, struct li_node *list,
                 const struct li_page_asked *asked);
/* What the body's flat form gave for a name; ptr NULL when nothing. */
struct li_str li_page_given(const struct li_request *request, struct li_str name);
/* Puts what the body's flat form gave for a field, trimmed, among `fields`: an amount
 * becomes the whole number that is kept, items of a checklist a list.  Nothing given, or a
 * type no page asks: nothing is put.  0 or -LI_E_NOMEM. */
int li_page_take(struct li_request *request, const struct li_field *field,
                 struct li_node *fields) LI_MUST_CHECK;
/* The fields of a form that its two controls for files fill, "photos" and "documents":
 * the first of each type; NULL: there is none. */
struct li_page_files {
    const struct li_field *photos, *documents;
};
/* Of an action's form, and of the opening one. */
struct li_page_files li_page_files_of(const struct li_playbook *playbook,
                                      const struct li_action *action);
struct li_page_files li_page_files_asked(const struct li_playbook *playbook);
/* Puts one empty token among `fields` for each file that came, so that what must be there
 * is, and what is too many is refused, before any file is looked at; op/form.c puts the
 * tokens in their place. */
int li_page_await(struct li_request *request, struct li_page_files files,
                  struct li_node *fields) LI_MUST_CHECK;
/* The sentence of the fault told for a field of the form, in the page's
 * language; ptr NULL when there is none. */
struct li_str li_page_fault(struct li_request *request, struct li_str name);
/* The icon of web/pages/icons.html for an option; "other" when it has none. */
struct li_str li_page_icon(struct li_str option);
/* A key for a hidden field: sending the form twice does it once. */
struct li_str li_page_key(struct li_request *request);

#endif
