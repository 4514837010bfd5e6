/*
 * Open311 GeoReport v2: the same cases for programs that know nothing of linli.
 *
 * A service is what a resident chooses in the opening form (its first required
 * choice), an attribute is another field of it, a request is a public case, a
 * jurisdiction a tenant.  `jurisdiction_id` may be left out: then the place
 * decides where a request goes, and lists hold every tenant's.  What the public
 * may not know is not here either: no words, photos or persons of a report.
 *
 * Not here: what a case is and who may open one (case, playbook).
 */
#ifndef LI_SERVE_OPEN311_OPEN311_H
#define LI_SERVE_OPEN311_OPEN311_H

#include "serve/op/op.h"

/* Operations, two addresses each where a name stands before the format. */
int li_311_discovery(struct li_request *request);
int li_311_services(struct li_request *request);
int li_311_service(struct li_request *request);
int li_311_requests(struct li_request *request);
int li_311_request(struct li_request *request);
int li_311_token(struct li_request *request);
int li_311_report(struct li_request *request);
int li_311_report_done(struct li_request *request);

/* The standard's error body: a list of {code, description}.  A value that does
 * not fit is 400 here. */
void li_open311_problem(struct li_request *request, const struct li_error_info *info);

/* ---- shared by the files of this folder -------------------------------------- */

/* Renders a tree as the format of the address says.  In XML a list's items are
 * named by the list without its last letter; `root` names the outermost element,
 * `item` its items when the tree is a list. */
int li_311_render(struct li_request *request, int status, const struct li_node *tree,
                  const char *root, const char *item) LI_MUST_CHECK;

/* The tenants a jurisdiction_id asks for, in the arena: the one it names, or all of
 * them where it is empty.  -LI_E_NOT_FOUND (told). */
struct li_311_asked {
    const struct li_tenant **tenants;
    size_t count;
};
int li_311_asked(struct li_request *request, struct li_str jurisdiction,
                 struct li_311_asked *ret) LI_MUST_CHECK;

/* The playbook residents report under, in a tenant. */
int li_311_playbook(struct li_request *request, const struct li_tenant *tenant,
                    const struct li_playbook **ret) LI_MUST_CHECK;
/* Whether a field of the opening form is an attribute, and not one of what the
 * standard itself asks: service, place, description, telephone, picture. */
bool li_311_is_attribute(const struct li_playbook *playbook, const struct li_field *field);

#endif
