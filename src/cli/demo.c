/*
 * What `make run` shows: the pages to open and accounts to try, in both
 * languages.  The accounts are those of data/demo/tenants.yaml.
 */
#include <stdio.h>

#include "cli/cli.h"

static const struct {
    const char *logins, *zh, *en;
} accounts[] = {
    {"desk", "社区、街道受理员", "desk"},
    {"dispatcher", "派遣员", "dispatcher"},
    {"handler … handler5", "路灯、环卫、市政、城管、住建",
     "lamps, cleaning, roads, wardens, housing"},
    {"checker", "核查员", "checker"},
    {"team, lane, chief", "小区团队、巷长、街长", "compound team, lane chief, street chief"},
    {"building, grid", "楼院长、网格员", "building chief, grid officer"},
    {"admin, auditor", "管理员、审计员", "administrator, auditor"},
};

void li_cli_print_demo(const char *base)
{
    printf("\n  居民  residents   %s/nanshan/\n", base);
    printf("        all streets %s/\n", base);
    printf("  工作台 desk       %s/desk/\n", base);
    printf("  接口  Open311     %s/open311/v2/services.json\n\n", base);
    printf("  演示账号（密码均为 linli-demo）  demo accounts, password linli-demo\n");
    for (size_t i = 0; i < sizeof(accounts) / sizeof(accounts[0]); i++) {
        printf("    %-20s %s · %s\n", accounts[i].logins, accounts[i].zh, accounts[i].en);
    }
    printf("\n  Ctrl+C 停止  stops\n\n");
    fflush(stdout);
}
