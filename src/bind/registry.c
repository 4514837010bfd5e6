/* What there is: commands, consumers, effects. */
#include "area/area.h"
#include "area/qr.h"
#include "bind/bind.h"
#include "case/ballot.h"
#include "case/deadline.h"
#include "case/delivery.h"
#include "case/link.h"
#include "case/message.h"
#include "case/migrate.h"
#include "case/order.h"
#include "case/page.h"
#include "case/pass.h"
#include "case/rhythm.h"
#include "case/undo.h"
#include "case/use.h"
#include "ledger/ledger.h"
#include "paper/paper.h"
#include "people/account.h"
#include "people/api_key.h"
#include "people/duty.h"
#include "people/emergency.h"
#include "people/report.h"
#include "people/saved.h"
#include "people/screen.h"
#include "people/shift.h"
#include "people/staffing.h"
#include "record/code.h"
#include "record/due.h"
#include "record/job.h"
#include "record/photo.h"
#include "record/request.h"
#include "record/seal.h"
#include "record/setting.h"
#include "record/tenant.h"
#include "record/vault.h"
#include "register/register.h"
#include "vote/vote.h"

const struct li_command *const li_commands[] = {
    &li_tenant_found,
    &li_vault_erase,
    &li_setting_put,
    &li_code_import,
    &li_area_import,
    &li_qr_make,
    &li_qr_retire,
    &li_organization_add,
    &li_person_add,
    &li_account_password,
    &li_appointment_make,
    &li_appointment_end,
    &li_absence_note,
    &li_absence_end,
    &li_saved_keep,
    &li_saved_drop,
    &li_api_key_make,
    &li_api_key_end,
    &li_screen_make,
    &li_screen_end,
    &li_duty_list_put,
    &li_shift_plan,
    &li_staffing_import,
    &li_shift_ask,
    &li_shift_answer,
    &li_emergency_declare,
    &li_emergency_end,
    &li_emergency_tell,
    &li_report_save,
    &li_report_sign,
    &li_playbook_adopt,
    &li_playbook_use,
    &li_register_adopt,
    &li_row_put,
    &li_row_end,
    &li_row_reveal,
    &li_row_join,
    &li_row_part,
    &li_row_import,
    &li_ledger_book_open,
    &li_ledger_account_open,
    &li_ledger_post,
    &li_ledger_reverse,
    &li_ledger_hold,
    &li_ledger_release,
    &li_ledger_lapse,
    &li_ledger_expire,
    &li_ballot_draft,
    &li_ballot_check,
    &li_ballot_call,
    &li_ballot_cancel,
    &li_ballot_issue,
    &li_ballot_admit,
    &li_ballot_paper,
    &li_ballot_cast,
    &li_ballot_close,
    &li_ballot_unseal,
    &li_ballot_sheet,
    &li_ballot_count,
    &li_ballot_object,
    &li_ballot_answer,
    &li_ballot_settle,
    &li_ballot_forget,
    &li_case_open,
    &li_case_act,
    &li_case_undo,
    &li_case_follow,
    &li_message_seen,
    &li_case_reveal,
    &li_case_clock_step,
    &li_case_settle,
    &li_case_ballot,
    &li_deadline_put,
    &li_rhythm_set,
    &li_rhythm_begin,
    &li_rhythm_end,
    &li_case_link,
    &li_case_unlink,
    &li_case_merge,
    &li_case_unmerge,
    &li_case_migrate,
    &li_order_reply,
    &li_order_source_put,
    &li_job_begin,
    &li_job_spread,
    &li_job_stop,
    &li_pass_make,
    &li_paper_make,
    &li_paper_give,
    &li_paper_template_put,
    &li_pass_end,
    /* working */
    &li_due_attempt,
    &li_message_notice,
    &li_message_delivered,
    &li_message_again,
    &li_request_sweep,
    &li_seal_make,
    &li_session_begin,
    &li_session_end,
    &li_login_failed,
    &li_session_sweep,
    &li_upload_put,
    &li_upload_sweep,
    NULL,
};

const struct li_consumer *const li_consumers[] = {&li_case_tally, &li_case_search, &li_case_pages,
                                                  NULL};
