/*
 * Views as JSON, in the shapes of api/openapi.yaml.
 */
#ifndef LI_VIEW_JSON_H
#define LI_VIEW_JSON_H

#include "base/json.h"
#include "view/view.h"

void li_put_texts(struct li_json *json, const char *key, struct li_texts texts);
/* {"name": …, "label": …} */
void li_put_named(struct li_json *json, const char *key, struct li_str name, struct li_texts label);
/* An Area; `tenant`: its schema leaves parent out when there is none. */
void li_put_area(struct li_json *json, const struct li_area *area);
void li_put_area_as(struct li_json *json, const char *key, const struct li_area *area);
/* An option by name and label, where a list goes on: or null. */
void li_put_option(struct li_json *json, const char *key, const struct li_option *option);
void li_put_cursor(struct li_json *json, const char *key, struct li_str cursor);
void li_put_organization(struct li_json *json, const struct li_organization *organization);
void li_put_post_label(struct li_json *json, const char *key, const struct li_post_info *post);
/* A time, or null when it is 0. */
void li_put_time(struct li_json *json, const char *key, int64_t instant);

void li_put_case(struct li_json *json, const struct li_view_case *seen);
/* "owner": an Owner, or null. */
void li_put_owner(struct li_json *json, const struct li_view_owner *owner);
void li_put_progress(struct li_json *json, const struct li_view_case *seen);
void li_put_pass(struct li_json *json, const struct li_view_case *seen); /* of li_view_pass */
/* A CaseRow. */
void li_put_row(struct li_json *json, const struct li_view_row *row);
/* What a line about a case begins with, without an opening brace: its id to when it was closed. */
void li_put_brief(struct li_json *json, const struct li_case *row, const struct li_area *area,
                  struct li_str summary);
/* The lists: what is written of a staff list is kept for the next time. */
void li_put_list(struct li_json *json, const struct li_view *view, const struct li_view_list *list);
void li_put_public_list(struct li_json *json, const struct li_view_list *list);
void li_put_nearby(struct li_json *json, const struct li_view_near *rows, size_t count);
void li_put_times(struct li_json *json, const struct li_view_case *seen);
/* "ballots" of a case that opened some (view/ballot.c). */
void li_put_case_ballots(struct li_json *json, const struct li_case *row);
void li_put_held(struct li_json *json, const struct li_view_held *held);
void li_put_ahead(struct li_json *json, const struct li_view_ahead *ahead);
void li_put_playbook(struct li_json *json, const struct li_playbook *playbook);

/* A Field; a member with a list of Values. */
void li_put_field(struct li_json *json, const struct li_field *field);
void li_put_values(struct li_json *json, const char *key, const struct li_view_value *values,
                   size_t count);

#endif
