/*
 * Names of areas, organizations, people and classes, kept under the tenant's rev.
 *
 * Every page names the same few again and again.  What is kept here is true for
 * one rev of a tenant: whatever changes an area, an organization, a person or a class
 * raises it (li_tenant_touch), and the first view of the new rev begins anew.
 * Thread-safe; what is handed out is copied.
 */
#ifndef LI_VIEW_NAMES_H
#define LI_VIEW_NAMES_H

struct li_view_names;

struct li_view_names *li_view_names_new(void); /* NULL without memory */
void li_view_names_free(struct li_view_names *names);

#endif
