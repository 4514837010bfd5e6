/*
 * Pages: templates, texts in two languages, and the data that fills them.
 *
 * A handler makes a tree of what the page says (page_new, put…) and renders it.
 * Template names are the files of web/pages; what each is given is written down
 * in docs/inside/web.md.
 */
#ifndef LI_SERVE_PAGE_PAGE_H
#define LI_SERVE_PAGE_PAGE_H

#include "base/node.h"
#include "playbook/playbook.h"

struct li_pages;
struct li_request;

/* Compiles every page and the texts; finds the built scripts and styles. */
int li_pages_load(struct li_ctx *ctx, struct li_pages **ret) LI_MUST_CHECK;

/* The data of a page with what every page has: lang, t, self, assets. */
struct li_node *li_page_new(struct li_request *request); /* NULL without memory */
/* Puts into a page's tree; failures show when it is rendered. */
void li_page_text(struct li_request *request, struct li_node *map, const char *key,
                  struct li_str text);
void li_page_texts(struct li_request *request, struct li_node *map, const char *key,
                   struct li_texts texts); /* in the page's language */
void li_page_bool(struct li_request *request, struct li_node *map, const char *key, bool flag);
void li_page_time(struct li_request *request, struct li_node *map, const char *key,
                  int64_t instant); /* "今天 19:32", "11月21日 19:32"; nothing when 0 */
void li_page_due(struct li_request *request, struct li_node *map, const char *key,
                 int64_t instant); /* "明天 18:00 前"; nothing when 0 */
void li_page_int(struct li_request *request, struct li_node *map, const char *key, int64_t number);
struct li_node *li_page_map(struct li_request *request, struct li_node *map, const char *key);
struct li_node *li_page_list(struct li_request *request, struct li_node *map, const char *key);
struct li_node *li_page_item(struct li_request *request, struct li_node *list); /* a map */
/* A text of web/texts in the page's language. */
struct li_str li_page_word(struct li_request *request, const char *key);
/* That of "FAMILY_NAME"; ptr NULL when there is none. */
struct li_str li_page_word_of(struct li_request *request, const char *family, struct li_str name);
/* That of `key` with its {slot} filled. */
struct li_str li_page_filled(struct li_request *request, const char *key, const char *slot,
                             struct li_str value);

/* Renders `name` as the request's answer. */
int li_page_render(struct li_request *request, int status, const char *name,
                   const struct li_node *data) LI_MUST_CHECK;
/* The page that says what is wrong. */
void li_page_problem(struct li_request *request, const struct li_error_info *info);

#endif
