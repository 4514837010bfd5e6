/* Small steps through WordprocessingML, for fill.c and show.c. */
#ifndef LI_PAPER_XML_H
#define LI_PAPER_XML_H

#include "paper/inside.h"

/* libxml2's document and node; whoever looks into them includes its headers. */
struct _xmlDoc;
struct _xmlNode;

#define LI_WORD_NS "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

/* Parses bytes that strangers may have written: no network, no document type, hence
 * no entities.  Freed with the arena.  -LI_E_INVALID quietly. */
int li_word_parse(struct li_ctx *ctx, struct li_str bytes, struct _xmlDoc **ret) LI_MUST_CHECK;
/* Whether a node is the element `name` of word processing. */
bool li_word_is(const struct _xmlNode *node, const char *name);
/* The node behind `node` in document order inside `top`; with `skip` not into it. */
struct _xmlNode *li_word_next(struct _xmlNode *node, const struct _xmlNode *top, bool skip);
/* The first element `name` inside `top`; NULL. */
struct _xmlNode *li_word_first(struct _xmlNode *top, const char *name);
/* The attribute `w:name`; empty when absent.  In the arena. */
struct li_str li_word_attribute(struct li_ctx *ctx, struct _xmlNode *node, const char *name);
/* All the text of `top`, in the arena; ptr NULL without memory. */
struct li_str li_word_text(struct li_ctx *ctx, struct _xmlNode *top);

#endif
