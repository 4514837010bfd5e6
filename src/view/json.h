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
void li_put_organization(struct li_json *json, const struct li_organization *organization);
void li_put_post_label(struct li_json *json, const char *key, const struct li_post_info *post);
/* A time, or null when it is 0. */
void li_put_time(struct li_json *json, const char *key, int64_t instant);

void li_put_case(struct li_json *json, const struct li_view_case *seen);
void li_put_progress(struct li_json *json, const struct li_view_case *seen);
void li_put_list(struct li_json *json, const struct li_view_list *list);
void li_put_public_list(struct li_json *json, const struct li_view_list *list);
void li_put_nearby(struct li_json *json, const struct li_view_near *rows, size_t count);
void li_put_playbook(struct li_json *json, const struct li_playbook *playbook);

#endif
