/* Operations of the contract and what does them, in the contract's order. */
#include "serve/op/op.h"

const struct li_op li_ops[] = {
    {"healthz", li_op_healthz, NULL, false},
    {"readyz", li_op_readyz, NULL, false},
    {"listTenants", li_op_list_tenants, NULL, false},
    {"listAreas", li_op_list_areas, NULL, false},
    {"getPlaybook", li_op_get_playbook, NULL, false},
    {"listOrganizations", li_op_list_organizations, NULL, false},
    {"signIn", li_op_sign_in, NULL, false},
    {"signOut", li_op_sign_out, NULL, false},
    {"getMe", li_op_get_me, NULL, false},
    {"openCase", li_op_open_case, li_op_open_case_done, false},
    {"listCases", li_op_list_cases, NULL, false},
    {"getCase", li_op_get_case, NULL, false},
    {"actOnCase", li_op_act_on_case, li_op_act_on_case_done, false},
    {"getProgress", li_op_get_progress, NULL, false},
    {"listPublicCases", li_op_list_public_cases, NULL, false},
    {"getTally", li_op_get_tally, NULL, false},
    {"pageHome", li_op_page_home, NULL, true},
    {"pageTenant", li_op_page_tenant, NULL, true},
    {"pageReport", li_op_page_report, NULL, true},
    {"submitReport", li_op_submit_report, li_op_submit_report_done, true},
    {"pageProgress", li_op_page_progress, NULL, true},
    {"pageDesk", li_op_page_desk, NULL, true},
    {"getAsset", li_op_get_asset, NULL, false},
    {NULL, NULL, NULL, false},
};
