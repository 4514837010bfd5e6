/* The operations' handlers, one file a group; table.c lists them. */
#ifndef LI_SERVE_OP_OP_H
#define LI_SERVE_OP_OP_H

#include "record/photo.h"
#include "serve/page/field.h"
#include "serve/request.h"

/* health.c */
int li_op_healthz(struct li_request *request);
int li_op_readyz(struct li_request *request);
/* area.c */
int li_op_get_area(struct li_request *request);
int li_op_locate(struct li_request *request);
int li_op_area_map(struct li_request *request);
/* area_put.c */
int li_op_put_area(struct li_request *request);
int li_op_put_area_done(struct li_request *request);
/* calendar.c */
int li_op_get_calendar(struct li_request *request);
/* explain.c */
int li_op_explain_playbook(struct li_request *request);
/* saved.c */
int li_op_list_views(struct li_request *request);
int li_op_keep_view(struct li_request *request);
int li_op_drop_view(struct li_request *request);
int li_op_views_done(struct li_request *request);
/* ground.c */
int li_op_list_tenants(struct li_request *request);
int li_op_list_areas(struct li_request *request);
int li_op_list_playbooks(struct li_request *request);
int li_op_get_playbook(struct li_request *request);
int li_op_list_organizations(struct li_request *request);
/* tracking.c */
int li_op_page_find(struct li_request *request);
int li_op_submit_find(struct li_request *request);
/* check.c */
int li_op_page_check(struct li_request *request);
int li_op_submit_check(struct li_request *request);
/* holder.c: the second half of that page, of rows; and what their holder opens */
struct li_row;
struct li_node;
/* `wrong`: the text of what was wrong with what they asked; NULL. */
int li_op_show_holder(struct li_request *request, const struct li_row *row,
                      const char *wrong) LI_MUST_CHECK;
/* 125 of one decimal is "12.5"; with a sign where it says something. */
struct li_str li_op_amount(struct li_request *request, int64_t number, int places, bool sign);
int li_op_holder_opens(struct li_request *request, const struct li_row *row) LI_MUST_CHECK;
int li_op_submit_check_done(struct li_request *request);
/* Digits alone: people put blanks between them. */
struct li_str li_op_digits(struct li_request *request, struct li_str text);
/* A row in use of a register with statements by its code, of any tenant of this server;
 * -LI_E_NOT_FOUND quietly. */
int li_op_row_of_number(struct li_request *request, int64_t tenant, struct li_str code,
                        struct li_row *ret) LI_MUST_CHECK;
/* joined.c: what else a holder asks: to join a row with one elsewhere, and a certificate over both;
 * "joining" of their page; after the commit; a certificate by its number and code
 * (-LI_E_NOT_FOUND: it is none); sums for staff */
int li_op_holder_asks(struct li_request *request, const struct li_row *row) LI_MUST_CHECK;
int li_op_put_joined(struct li_request *request, struct li_node *data,
                     const struct li_row *row) LI_MUST_CHECK;
int li_op_show_joined(struct li_request *request) LI_MUST_CHECK;
int li_op_check_both(struct li_request *request, struct li_str number,
                     struct li_str told) LI_MUST_CHECK;
int li_op_sum_joined(struct li_request *request);
/* A holder's row by its code and the number told with it; -LI_E_NOT_FOUND quietly. */
int li_op_row_held(struct li_request *request, struct li_str code, struct li_str told,
                   struct li_row *ret) LI_MUST_CHECK;

/* draw.c */
int li_op_get_draws(struct li_request *request);
int li_op_list_deliveries(struct li_request *request);
int li_op_retry_delivery(struct li_request *request);
int li_op_retry_delivery_done(struct li_request *request);

/* setting.c */
int li_op_get_settings(struct li_request *request);
int li_op_put_settings(struct li_request *request);
int li_op_put_settings_done(struct li_request *request);
int li_op_base_map(struct li_request *request);
int li_op_map_tiles(struct li_request *request);
/* The page may show tiles from where the tenant has them (no tenant: any of the house). */
int li_op_allow_tiles(struct li_request *request) LI_MUST_CHECK;
/* migrate.c */
int li_op_list_versions(struct li_request *request);
int li_op_migrate_playbook(struct li_request *request);
/* rhythm.c */
int li_op_list_rhythms(struct li_request *request);
int li_op_use_playbook(struct li_request *request);
int li_op_use_playbook_done(struct li_request *request);
int li_op_set_rhythm(struct li_request *request);
int li_op_set_rhythm_done(struct li_request *request);
/* deadline.c */
int li_op_get_deadlines(struct li_request *request);
int li_op_put_deadlines(struct li_request *request);
int li_op_put_deadlines_done(struct li_request *request);
/* qr.c */
int li_op_list_codes(struct li_request *request);
int li_op_make_codes(struct li_request *request);
int li_op_make_codes_done(struct li_request *request);
int li_op_retire_code(struct li_request *request);
int li_op_retire_code_done(struct li_request *request);
int li_op_page_scan(struct li_request *request);
int li_op_page_sheet(struct li_request *request);
int li_op_page_card(struct li_request *request);
/* class.c */
int li_op_list_classes(struct li_request *request);
/* register.c */
int li_op_list_registers(struct li_request *request);
int li_op_get_register(struct li_request *request);
int li_op_list_rows(struct li_request *request);
int li_op_tally_rows(struct li_request *request);
int li_op_get_row(struct li_request *request);
int li_op_add_row(struct li_request *request);
int li_op_add_row_done(struct li_request *request);
int li_op_change_row(struct li_request *request);
int li_op_end_row(struct li_request *request);
int li_op_row_done(struct li_request *request);
int li_op_reveal_row(struct li_request *request);
int li_op_reveal_row_done(struct li_request *request);
/* register_table.c */
int li_op_import_rows(struct li_request *request);
int li_op_import_rows_done(struct li_request *request);
int li_op_export_csv(struct li_request *request);
int li_op_export_xlsx(struct li_request *request);
int li_op_export_done(struct li_request *request);
/* register_page.c */
int li_op_list_public_rows(struct li_request *request);
int li_op_page_register(struct li_request *request);
int li_op_page_row(struct li_request *request);
int li_op_page_row_sheet(struct li_request *request);
int li_op_page_register_print(struct li_request *request);
/* square.c */
int li_op_list_pages(struct li_request *request);
int li_op_sum_pages(struct li_request *request);
int li_op_map_pages(struct li_request *request);
int li_op_get_page(struct li_request *request);
int li_op_get_page_photo(struct li_request *request);
int li_op_get_page_document(struct li_request *request);
/* square_page.c */
int li_op_page_square(struct li_request *request);
int li_op_page_page(struct li_request *request);
int li_op_submit_page(struct li_request *request);
int li_op_submit_page_done(struct li_request *request);
int li_op_page_page_sheet(struct li_request *request);
int li_op_feed_square(struct li_request *request);
/* ballot.c */
int li_op_list_ballots(struct li_request *request);
int li_op_draft_ballot(struct li_request *request);
int li_op_draft_ballot_done(struct li_request *request);
int li_op_get_ballot(struct li_request *request);
int li_op_change_ballot(struct li_request *request);
int li_op_ballot_done(struct li_request *request);
int li_op_check_ballot(struct li_request *request);
int li_op_cancel_ballot(struct li_request *request);
/* ballot_roll.c */
int li_op_list_electors(struct li_request *request);
int li_op_admit_elector(struct li_request *request);
int li_op_admit_elector_done(struct li_request *request);
int li_op_issue_codes(struct li_request *request);
int li_op_issue_codes_done(struct li_request *request);
int li_op_hand_paper(struct li_request *request);
int li_op_hand_paper_done(struct li_request *request);
int li_op_list_sheets(struct li_request *request);
int li_op_enter_sheet(struct li_request *request);
int li_op_enter_sheet_done(struct li_request *request);
int li_op_count_ballot(struct li_request *request);
/* ballot_vote.c */
int li_op_cast_vote(struct li_request *request);
int li_op_cast_vote_done(struct li_request *request);
int li_op_get_voices(struct li_request *request);
int li_op_get_receipts(struct li_request *request);
int li_op_check_receipt(struct li_request *request);
int li_op_list_objections(struct li_request *request);
int li_op_object_to_ballot(struct li_request *request);
int li_op_object_to_ballot_done(struct li_request *request);
int li_op_answer_objection(struct li_request *request);
/* ballot_page.c */
int li_op_page_ballots(struct li_request *request);
int li_op_page_ballot(struct li_request *request);
int li_op_submit_objection(struct li_request *request);
int li_op_submit_objection_done(struct li_request *request);
int li_op_page_vote(struct li_request *request);
int li_op_submit_vote(struct li_request *request);
int li_op_submit_vote_done(struct li_request *request);
/* overview.c */
int li_op_get_overview(struct li_request *request);
int li_op_see_screen(struct li_request *request);
int li_op_list_screens(struct li_request *request);
int li_op_make_screen(struct li_request *request);
int li_op_make_screen_done(struct li_request *request);
int li_op_end_screen(struct li_request *request);
int li_op_end_screen_done(struct li_request *request);
/* burden.c */
int li_op_get_burden(struct li_request *request);
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
int li_op_list_colleagues(struct li_request *request);
int li_op_list_absences(struct li_request *request);
int li_op_note_absence(struct li_request *request);
int li_op_note_absence_done(struct li_request *request);
int li_op_end_absence(struct li_request *request);
int li_op_end_absence_done(struct li_request *request);
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
int li_op_get_held(struct li_request *request);
int li_op_get_ahead(struct li_request *request);
int li_op_list_case_entries(struct li_request *request);
int li_op_list_books(struct li_request *request);
int li_op_list_accounts(struct li_request *request);
int li_op_get_account(struct li_request *request);
int li_op_undo_action(struct li_request *request);
int li_op_act_on_case(struct li_request *request);
int li_op_act_on_case_done(struct li_request *request);
int li_op_reveal_value(struct li_request *request);
int li_op_reveal_value_done(struct li_request *request);
/* link.c */
int li_op_list_links(struct li_request *request);
int li_op_list_beneath(struct li_request *request);
int li_op_link_case(struct li_request *request);
int li_op_unlink_case(struct li_request *request);
int li_op_link_done(struct li_request *request);
int li_op_merge_case(struct li_request *request);
int li_op_unmerge_case(struct li_request *request);
int li_op_merge_cases(struct li_request *request);
int li_op_job_done(struct li_request *request);
int li_op_get_job(struct li_request *request);
int li_op_stop_job(struct li_request *request);
int li_op_stop_job_done(struct li_request *request);
/* order.c, order_export.c */
int li_op_list_order_sources(struct li_request *request);
int li_op_put_order_source(struct li_request *request);
int li_op_put_order_source_done(struct li_request *request);
int li_op_take_order(struct li_request *request);
int li_op_take_order_done(struct li_request *request);
int li_op_list_orders(struct li_request *request);
int li_op_get_order(struct li_request *request);
int li_op_reply_to_order(struct li_request *request);
int li_op_export_orders(struct li_request *request);
/* proposal.c */
int li_op_propose(struct li_request *request);
/* similar.c */
int li_op_list_similar(struct li_request *request);
int li_op_find_similar(struct li_request *request);
/* caller.c */
int li_op_find_caller(struct li_request *request);
/* photo.c */
int li_op_upload_photo(struct li_request *request);
int li_op_upload_photo_done(struct li_request *request);
int li_op_upload_document(struct li_request *request);
int li_op_upload_document_done(struct li_request *request);
int li_op_get_case_photo(struct li_request *request);
int li_op_get_case_document(struct li_request *request);
int li_op_get_progress_photo(struct li_request *request);
int li_op_get_progress_document(struct li_request *request);
int li_op_get_photo_done(struct li_request *request);
/* list.c */
int li_op_list_cases(struct li_request *request);
int li_op_list_public_cases(struct li_request *request);
/* duty.c */
int li_op_get_roster(struct li_request *request);
int li_op_put_roster(struct li_request *request);
int li_op_put_roster_done(struct li_request *request);
int li_op_ask_swap(struct li_request *request);
int li_op_ask_swap_done(struct li_request *request);
int li_op_answer_swap(struct li_request *request);
int li_op_answer_swap_done(struct li_request *request);
/* emergency.c */
int li_op_list_emergencies(struct li_request *request);
int li_op_declare_emergency(struct li_request *request);
int li_op_declare_emergency_done(struct li_request *request);
int li_op_end_emergency(struct li_request *request);
int li_op_tell_emergency(struct li_request *request);
int li_op_emergency_done(struct li_request *request);
int li_op_get_briefing(struct li_request *request);
int li_op_list_reports(struct li_request *request);
int li_op_save_report(struct li_request *request);
int li_op_save_report_done(struct li_request *request);
int li_op_get_report_paper(struct li_request *request);
int li_op_sign_report(struct li_request *request);
int li_op_sign_report_done(struct li_request *request);
/* dispatch.c */
int li_op_list_duties(struct li_request *request);
int li_op_put_duties(struct li_request *request);
int li_op_put_duties_done(struct li_request *request);
int li_op_get_proposal(struct li_request *request);
/* inbox.c */
int li_op_get_inbox(struct li_request *request);
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
int li_op_page_field(struct li_request *request);
int li_op_get_field_file(struct li_request *request);
int li_op_page_screen(struct li_request *request);
int li_op_get_asset(struct li_request *request);
/* board.c */
int li_op_page_public(struct li_request *request);
int li_op_page_disputes(struct li_request *request);
/* track.c */
int li_op_page_progress(struct li_request *request);
int li_op_page_letters(struct li_request *request);
int li_op_mark_seen(struct li_request *request);
int li_op_mark_seen_done(struct li_request *request);
int li_op_submit_seen(struct li_request *request);
int li_op_submit_seen_done(struct li_request *request);
int li_op_submit_progress(struct li_request *request);
int li_op_submit_progress_done(struct li_request *request);
/* paper.c */
int li_op_list_papers(struct li_request *request);
int li_op_make_paper(struct li_request *request);
int li_op_make_paper_done(struct li_request *request);
int li_op_get_paper(struct li_request *request);
int li_op_give_paper(struct li_request *request);
int li_op_give_paper_done(struct li_request *request);
int li_op_page_paper(struct li_request *request);
int li_op_list_templates(struct li_request *request);
int li_op_get_template(struct li_request *request);
int li_op_try_template(struct li_request *request);
int li_op_put_template(struct li_request *request);
int li_op_put_template_done(struct li_request *request);
int li_op_delete_template(struct li_request *request);
/* pass.c */
int li_op_make_pass(struct li_request *request);
int li_op_make_pass_done(struct li_request *request);
int li_op_get_pass(struct li_request *request);
int li_op_end_pass(struct li_request *request);
int li_op_end_pass_done(struct li_request *request);
/* pass_use.c */
int li_op_see_pass(struct li_request *request);
int li_op_get_pass_photo(struct li_request *request);
int li_op_get_pass_document(struct li_request *request);
int li_op_act_on_pass(struct li_request *request);
int li_op_act_on_pass_done(struct li_request *request);
int li_op_reveal_on_pass(struct li_request *request);
int li_op_page_pass(struct li_request *request);
int li_op_submit_pass(struct li_request *request);
int li_op_submit_pass_done(struct li_request *request);
/* report.c */
int li_op_page_report(struct li_request *request);
int li_op_submit_report(struct li_request *request);
int li_op_submit_report_done(struct li_request *request);

/* The playbook residents report under. */
#define LI_REPORT_PLAYBOOK LI_S("service-request")
/* Whether anybody may bring a matter to it on the web. */
bool li_op_is_for_residents(const struct li_playbook *playbook);

/* Whether If-None-Match names what would be sent (op/photo.c). */
bool li_op_is_known(struct li_str header, struct li_str etag);

/* Makes a photo of bytes, or takes them as a document where `documents` says that it may
 * be one, keeps it, and keeps an upload for it: in aside only.  The faults of
 * -LI_E_INVALID are told at `where`. */
int li_op_keep_file(struct li_request *request, struct li_str where, struct li_str bytes,
                    bool documents, struct li_upload *ret) LI_MUST_CHECK;
/* The same for the files of a form's field (a list of `format: binary`; NULL and
 * empty are fine), into a list of tokens, as a field of photos or documents wants it. */
int li_op_keep_files(struct li_request *request, struct li_str where, const struct li_node *files,
                     bool documents, struct li_node **ret_tokens) LI_MUST_CHECK;

/* The current version of a playbook of the request's tenant. */
/* One that new cases may open by; -LI_E_NOT_FOUND quietly where it is switched off. */
int li_op_offered(struct li_request *request, struct li_str name,
                  const struct li_playbook **ret) LI_MUST_CHECK;
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
/* Parts of a case's page (track.c): values, photos and documents, steps, what it is about, and that
 * what was sent needs a second look. */
void li_op_put_values(struct li_request *request, struct li_node *map, const char *key,
                      const struct li_view_value *values, size_t count);
void li_op_put_files(struct li_request *request, struct li_node *map, const char *list,
                     const char *has, const struct li_view_value *values, size_t count);
void li_op_put_steps(struct li_request *request, struct li_node *data,
                     const struct li_view_case *seen);
void li_op_put_subject(struct li_request *request, struct li_node *data,
                       const struct li_view_case *seen);
void li_op_put_problem(struct li_request *request, struct li_node *data);
struct li_pass;
/* Where a link leads, for whoever gives it out. */
int li_op_pass_url(struct li_request *request, const struct li_pass *pass,
                   struct li_str *ret) LI_MUST_CHECK;
/* "FL26-000017-3.pdf": the case's number, and the document's in it; ptr NULL: no memory. */
struct li_str li_op_file_name(struct li_ctx *ctx, const struct li_view_case *seen, int64_t no,
                              enum li_filetype kind);
/* Answers a photo, or a document, that `seen` shows (photo.c). */
int li_op_reply_file(struct li_request *request, const struct li_view_case *seen,
                     bool document) LI_MUST_CHECK;
/* Makes the holder of the path's tracking code the request's viewer. */
int li_op_party(struct li_request *request) LI_MUST_CHECK;
/* What the holder of the path's tracking code may see. */
int li_op_see_progress(struct li_request *request, const struct li_view *view,
                       struct li_view_case *ret) LI_MUST_CHECK;
/* The arguments of an act from path and body. */
void li_op_read_act(struct li_request *request, int64_t id, struct li_case_act_args *ret);
/* What an act led to; what a key led to before is told again only as the viewer may
 * see it now. */
int li_op_read_acted(struct li_request *request, enum li_sight least,
                     struct li_case_acted *ret) LI_MUST_CHECK;
/* Answers what an act led to. */
int li_op_reply_acted(struct li_request *request, enum li_sight least, bool with_rev) LI_MUST_CHECK;
/* Where in history the job's entry stands, sealed (record/cursor.h): no answer gives
 * the number, which rises with what its reader may not know of. */
int li_op_cursor(struct li_request *request, struct li_str *ret) LI_MUST_CHECK;
/* Narrows a list to an area (ptr NULL: does nothing); -LI_E_NOT_FOUND. */
int li_op_filter_area(struct li_request *request, struct li_str code,
                      struct li_view_filter *filter) LI_MUST_CHECK;
/* A view of a case's steps below the parameter `before`, a cursor; absent: the last. */
int li_op_view_before(struct li_request *request, struct li_view *ret) LI_MUST_CHECK;
/* Waits up to a second until the consumers have seen what the parameter `after`, a
 * cursor, stands for (absent: does not wait); *ret_seq: how far they are, *ret_reached:
 * whether that is far enough. */
int li_op_wait(struct li_request *request, int64_t *ret_seq, bool *ret_reached) LI_MUST_CHECK;
/* The tracking code of a token, 26 characters, in the arena. */
struct li_str li_op_tracking(struct li_request *request, const uint8_t token[16]);
/* The number a token can be told by: 16 digits in groups of four; ptr NULL: it has none. */
struct li_str li_op_tracking_number(struct li_request *request, const uint8_t token[16]);
/* The same as "tracking_number", without the blanks. */
void li_op_put_tracking_number(struct li_request *request, struct li_json *json,
                               const uint8_t token[16]);
/* Whether the viewer holds `post` over an area (a path), or over the whole tenant:
 * 0 or -LI_E_FORBIDDEN. */
int li_op_over(struct li_request *request, const char *post, struct li_str path) LI_MUST_CHECK;
int li_op_over_tenant(struct li_request *request, const char *post) LI_MUST_CHECK;
/* The same over an area by code; one that is not there is the command's to refuse. */
int li_op_over_area(struct li_request *request, const char *post, struct li_str code) LI_MUST_CHECK;
/* They must administer every place where the person holds or will hold a post. */
int li_op_over_person(struct li_request *request, int64_t person) LI_MUST_CHECK;
/* Sets the session's cookie, or ends it (empty token, 0 seconds). */
int li_op_set_cookie(struct li_request *request, struct li_str token,
                     int64_t seconds) LI_MUST_CHECK;
/* A page's form on its way: after the job, or when a file was refused. */
struct li_op_form {
    void *args;             /* of the job */
    struct li_node *fields; /* that the job is given */
    struct li_page_files files;
    bool refused; /* the faults are on the context; nothing was done */
};
/* From run, the job being filled in: takes the files of the form's fields into `fields`
 * and sends the job.  The request's state is the form. */
int li_op_send_form(struct li_request *request, struct li_page_files files, struct li_node *fields,
                    void *args) LI_MUST_CHECK;
/* "南头街道 · 马家龙社区": what lies around a place, from its street down; empty for a street. */
int li_op_around(struct li_request *request, const struct li_area *area,
                 struct li_str *ret) LI_MUST_CHECK;
/* Puts "streets" with their "communities" into a page, `chosen` (a code, may be
 * empty) marked as selected. */
int li_op_put_communities(struct li_request *request, struct li_node *data,
                          struct li_str chosen) LI_MUST_CHECK;
/* Puts "cases" (and has_cases) into a page: public ones, the newest first, behind
 * `before` (ptr NULL: from the newest); *ret_next: where the next page begins. */
int li_op_put_public(struct li_request *request, struct li_node *data,
                     const struct li_view_filter *filter, struct li_str before, size_t limit,
                     struct li_str *ret_next) LI_MUST_CHECK;
/* Puts "pages" (and has_pages) into a district's page: the newest of the public square. */
int li_op_put_square(struct li_request *request, struct li_node *data) LI_MUST_CHECK;
/* Puts "ballots" (and has_ballots) into a district's page: those that are not over. */
int li_op_put_ballots(struct li_request *request, struct li_node *data) LI_MUST_CHECK;
/* Those of a case, as page data "case_ballots". */
int li_op_put_case_ballots(struct li_request *request, struct li_node *data,
                           const struct li_case *row) LI_MUST_CHECK;
/* Chooses the page's language by ?lang= where it is given. */
void li_op_lang(struct li_request *request);

#endif
