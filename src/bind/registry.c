/* What there is: commands, consumers, effects. */
#include "area/area.h"
#include "area/qr.h"
#include "bind/bind.h"
#include "people/account.h"
#include "people/api_key.h"
#include "record/code.h"
#include "record/due.h"
#include "record/photo.h"
#include "record/request.h"
#include "record/seal.h"
#include "record/setting.h"
#include "record/tenant.h"
#include "record/vault.h"

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
    &li_api_key_make,
    &li_api_key_end,
    &li_playbook_adopt,
    &li_case_open,
    &li_case_act,
    &li_case_follow,
    &li_case_reveal,
    &li_case_clock_step,
    /* working */
    &li_due_attempt,
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

const struct li_consumer *const li_consumers[] = {&li_case_tally, &li_case_search, NULL};
