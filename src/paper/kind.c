/* The kinds of papers; their bodies stand in data/papers/papers.yaml. */
#include "paper/paper.h"

static const struct li_paper_kind kinds[] = {
    {"transfer", {LI_S_INIT("转办单"), LI_S_INIT("Transfer sheet")}, "转", true, LI_PAPER_UNIT},
    {"supervision",
     {LI_S_INIT("督办单"), LI_S_INIT("Supervision notice")},
     "督",
     true,
     LI_PAPER_UNIT},
    {"extension",
     {LI_S_INIT("延期申请"), LI_S_INIT("Request for an extension")},
     "延",
     true,
     LI_PAPER_UNIT},
    {"minutes", {LI_S_INIT("会议纪要"), LI_S_INIT("Minutes")}, "纪", false, LI_PAPER_MEETS},
    {"sign_in", {LI_S_INIT("签到表"), LI_S_INIT("Sign-in list")}, NULL, false, LI_PAPER_MEETS},
    {"thanks", {LI_S_INIT("感谢信"), LI_S_INIT("Letter of thanks")}, NULL, true, LI_PAPER_UNIT},
    {"reply", {LI_S_INIT("书面答复"), LI_S_INIT("Written reply")}, "复", false, LI_PAPER_ANSWERS},
    {"slip", {LI_S_INIT("回执"), LI_S_INIT("Slip")}, NULL, false, LI_PAPER_ANSWERS},
    {"certificate",
     {LI_S_INIT("志愿服务证明"), LI_S_INIT("Certificate of service")},
     "证",
     false,
     LI_PAPER_CHECK},
    {"case_file",
     {LI_S_INIT("项目档案"), LI_S_INIT("File of the case")},
     "档",
     false,
     LI_PAPER_ANY},
    {LI_PAPER_INDEX,
     {LI_S_INIT("卷宗目录"), LI_S_INIT("Index of the file")},
     NULL,
     false,
     LI_PAPER_ANY},
    {"weekly", {LI_S_INIT("周报"), LI_S_INIT("Weekly report")}, NULL, false, LI_PAPER_REPORT},
    {"handover", {LI_S_INIT("交接班记录"), LI_S_INIT("Hand-over")}, NULL, false, LI_PAPER_REPORT},
};

const struct li_paper_kind *li_paper_find(struct li_str name)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (li_str_is(name, kinds[i].name)) {
            return &kinds[i];
        }
    }
    return NULL;
}

const struct li_paper_kind *li_paper_all(size_t *ret_count)
{
    *ret_count = sizeof(kinds) / sizeof(kinds[0]);
    return kinds;
}

/* ---- what a playbook can use --------------------------------------------------- */

static bool is_of_units(const struct li_machine *machine)
{
    for (size_t i = 0; i < machine->state_count; i++) {
        if (machine->states[i].owner.kind == LI_OWNER_ORG) {
            return true;
        }
    }
    return false;
}

/* Somebody brought it who is answered: anybody may, or a clerk enters what they say or write. */
static bool has_reporter(const struct li_playbook *playbook)
{
    static const char *const ways[] = {"web", "qr", "hotline", "visit", "card", "letter", "group"};

    for (size_t i = 0; i < playbook->open_via_count; i++) {
        for (size_t k = 0; k < sizeof(ways) / sizeof(ways[0]); k++) {
            if (li_str_is(playbook->open_via[i], ways[k])) {
                return true;
            }
        }
    }
    return false;
}

static bool has_units(const struct li_playbook *playbook)
{
    for (size_t i = 1; i < playbook->machine_count; i++) {
        if (is_of_units(&playbook->machines[i])) {
            return true;
        }
    }
    return false;
}

/* People meet: several units, electors, those who come to an activity. */
static bool has_meetings(const struct li_playbook *playbook)
{
    return has_units(playbook) || playbook->ballot_count ||
           (playbook->publication && li_str_is(playbook->publication->kind, "activity"));
}

bool li_paper_fits_part(const struct li_paper_kind *kind, const struct li_case *of, int machine)
{
    return kind->of_part && is_of_units(&of->playbook->machines[machine]);
}

bool li_paper_fits(const struct li_paper_kind *kind, const struct li_case *of)
{
    const struct li_playbook *playbook = of->playbook;

    for (size_t i = 1; kind->of_part && i < playbook->machine_count; i++) {
        if (li_paper_fits_part(kind, of, (int)i)) {
            return true;
        }
    }
    switch (kind->use) {
    case LI_PAPER_REPORT:
        return false;
    case LI_PAPER_CHECK:
        return playbook->code.checks >> of->state & 1;
    case LI_PAPER_MEETS:
        return has_meetings(playbook);
    case LI_PAPER_ANSWERS:
        return has_reporter(playbook);
    default:
        return !kind->of_part;
    }
}
