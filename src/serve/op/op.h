/* The operations' handlers, one file a group; table.c lists them. */
#ifndef LI_SERVE_OP_OP_H
#define LI_SERVE_OP_OP_H

#include "record/photo.h"
#include "serve/request.h"

/* health.c */
int li_op_healthz(struct li_request *request);
int li_op_readyz(struct li_request *request);
/* area.c */
int li_op_get_area(struct li_request *request);
int li_op_locate(struct li_request *request);
int li_op_area_map(struct li_request *request);
/* ground.c */
int li_op_list_tenants(struct li_request *request);
int li_op_list_areas(struct li_request *request);
int li_op_get_playbook(struct li_request *request);
int li_op_list_organizations(struct li_request *request);
/* setting.c */
int li_op_get_settings(struct li_request *request);
int li_op_put_settings(struct li_request *request);
int li_op_put_settings_done(struct li_request *request);
/* qr.c */
int li_op_list_codes(struct li_request *request);
int li_op_make_codes(struct li_request *request);
int li_op_make_codes_done(struct li_request *request);
int li_op_retire_code(struct li_request *request);
int li_op_retire_code_done(struct li_request *request);
int li_op_page_scan(struct li_request *request);
int li_op_page_sheet(struct li_request *request);
/* class.c */
int li_op_list_classes(struct li_request *request);
/* people.c */
int li_op_list_persons(struct li_request *request);
int li_op_add_person(struct li_request *request);
int li_op_add_person_done(struct li_request *request);
int li_op_add_organization(struct li_request *request);
int li_op_add_organization_done(struct li_request *request);
int li_op_list_appointments(struct li_request *request);
int li_op_make_appointment(struct li_request *request);
int li_op_make_appointment_done(struct li_request *request);
int li_op_end_appointment(struct li_request *request);
int li_op_end_appointment_done(struct li_request *request);
int li_op_list_gaps(struct li_request *request);
/* password.c */
int li_op_reset_password(struct li_request *request);
int li_op_reset_password_done(struct li_request *request);
int li_op_change_password(struct li_request *request);
int li_op_change_password_done(struct li_request *request);
/* session.c */
int li_op_sign_in(struct li_request *request);
int li_op_sign_in_done(struct li_request *request);
int li_op_sign_out(struct li_request *request);
int li_op_get_me(struct li_request *request);
/* case.c */
int li_op_open_case(struct li_request *request);
int li_op_open_case_done(struct li_request *request);
int li_op_get_case(struct li_request *request);
int li_op_act_on_case(struct li_request *request);
int li_op_act_on_case_done(struct li_request *request);
int li_op_reveal_value(struct li_request *request);
int li_op_reveal_value_done(struct li_request *request);
/* photo.c */
int li_op_upload_photo(struct li_request *request);
int li_op_upload_photo_done(struct li_request *request);
int li_op_get_case_photo(struct li_request *request);
int li_op_get_progress_photo(struct li_request *request);
/* list.c */
int li_op_list_cases(struct li_request *request);
int li_op_list_public_cases(struct li_request *request);
/* public.c */
int li_op_get_progress(struct li_request *request);
int li_op_get_tally(struct li_request *request);
/* progress.c */
int li_op_act_on_progress(struct li_request *request);
int li_op_act_on_progress_done(struct li_request *request);
int li_op_list_nearby(struct li_request *request);
int li_op_follow_case(struct li_request *request);
int li_op_follow_case_done(struct li_request *request);
/* stream.c */
int li_op_stream(struct li_request *request);
/* page.c */
int li_op_page_home(struct li_request *request);
int li_op_page_tenant(struct li_request *request);
int li_op_page_desk(struct li_request *request);
int li_op_get_asset(struct li_request *request);
/* board.c */
int li_op_page_public(struct li_request *request);
/* track.c */
int li_op_page_progress(struct li_request *request);
int li_op_submit_progress(struct li_request *request);
int li_op_submit_progress_done(struct li_request *request);
/* report.c */
int li_op_page_report(struct li_request *request);
int li_op_submit_report(struct li_request *request);
int li_op_submit_report_done(struct li_request *request);

/* The playbook residents report under. */
#define LI_REPORT_PLAYBOOK LI_S("service-request")

/* Makes a photo of bytes, keeps it, and keeps an upload for it: in aside only.  The
 * faults of -LI_E_INVALID are told at `where`. */
int li_op_keep_photo(struct li_request *request, struct li_str where, struct li_str bytes,
                     struct li_upload *ret) LI_MUST_CHECK;
/* The same for the files of a form's field (a list of `format: binary`; NULL and
 * empty are fine), into a list of tokens, as a field of type photos wants it. */
int li_op_keep_photos(struct li_request *request, struct li_str where, const struct li_node *files,
                      struct li_node **ret_tokens) LI_MUST_CHECK;

/* The current version of a playbook of the request's tenant. */
int li_op_playbook(struct li_request *request, struct li_str name,
                   const struct li_playbook **ret) LI_MUST_CHECK;
/* Prepares "case.open"; *ret_args is kept for the answer. */
int li_op_prepare_open(struct li_request *request, struct li_str playbook, struct li_str area,
                       struct li_str via, const struct li_node *fields, struct li_str key,
                       struct li_case_open_args **ret_args) LI_MUST_CHECK;
/* A party's token.  With a key it is made from it and from `what` it is for, so that
 * who sends the same again (a lost answer, a double tap) is given the same code. */
int li_op_make_token(struct li_request *request, struct li_str key, const char *what,
                     uint8_t ret[16]) LI_MUST_CHECK;
/* Makes the holder of the path's tracking code the request's viewer. */
int li_op_party(struct li_request *request) LI_MUST_CHECK;
/* The arguments of an act from path and body. */
void li_op_read_act(struct li_request *request, int64_t id, struct li_case_act_args *ret);
/* What an act led to; what a key led to before is told again only as the viewer may
 * see it now. */
int li_op_read_acted(struct li_request *request, enum li_sight least,
                     struct li_case_acted *ret) LI_MUST_CHECK;
void li_op_put_acted(struct li_request *request, struct li_json *json,
                     const struct li_case_acted *acted, bool with_rev);
/* Narrows a list to an area (ptr NULL: does nothing); -LI_E_NOT_FOUND. */
int li_op_filter_area(struct li_request *request, struct li_str code,
                      struct li_view_filter *filter) LI_MUST_CHECK;
/* Waits up to a second until the consumers have seen `seq` (0: does not wait);
 * *ret_seq: how far they are. */
int li_op_wait(struct li_request *request, int64_t seq, int64_t *ret_seq) LI_MUST_CHECK;
/* The tracking code of a token, 26 characters, in the arena. */
struct li_str li_op_tracking(struct li_request *request, const uint8_t token[16]);
/* Whether the viewer holds `post` over an area (a path), or over the whole tenant:
 * 0 or -LI_E_FORBIDDEN. */
int li_op_over(struct li_request *request, const char *post, struct li_str path) LI_MUST_CHECK;
int li_op_over_tenant(struct li_request *request, const char *post) LI_MUST_CHECK;
/* The same over an area by code; one that is not there is the command's to refuse. */
int li_op_over_area(struct li_request *request, const char *post, struct li_str code) LI_MUST_CHECK;
/* Sets the session's cookie, or ends it (empty token, 0 seconds). */
int li_op_set_cookie(struct li_request *request, struct li_str token,
                     int64_t seconds) LI_MUST_CHECK;
/* A page's form on its way: after the job, or when a photo was refused. */
struct li_op_form {
    void *args;             /* of the job */
    struct li_node *fields; /* that the job is given */
    struct li_str photos;   /* the name of the field of photos */
    bool refused;           /* the faults are on the context; nothing was done */
};
/* From run, the job being filled in: takes the photos of the form's field (NULL: it
 * has none) into `fields` and sends the job.  The request's state is the form. */
int li_op_send_form(struct li_request *request, const struct li_field *photos,
                    struct li_node *fields, void *args) LI_MUST_CHECK;
/* Puts "streets" with their "communities" into a page, `chosen` (a code, may be
 * empty) marked as selected. */
int li_op_put_communities(struct li_request *request, struct li_node *data,
                          struct li_str chosen) LI_MUST_CHECK;
/* Puts "cases" (and has_cases) into a page: public ones, the newest first, behind
 * `before` (ptr NULL: from the newest); *ret_next: where the next page begins. */
int li_op_put_public(struct li_request *request, struct li_node *data,
                     const struct li_view_filter *filter, struct li_str before, size_t limit,
                     struct li_str *ret_next) LI_MUST_CHECK;
/* Chooses the page's language by ?lang= where it is given. */
void li_op_lang(struct li_request *request);

#endif
