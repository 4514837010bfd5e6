/*
 * What every test of playbook begins with: a context, a small playbook that
 * uses most of the language, and loading it with one thing changed.
 */
#ifndef LI_TESTS_UNIT_PLAYBOOK_H
#define LI_TESTS_UNIT_PLAYBOOK_H

#include "base.h"
#include "base/asset.h"
#include "base/buf.h"
#include "playbook/playbook.h"
#include "playbook/rule.h"

/* One word a line where tests look at lines. */
static const char sample[] =
    "playbook: bench-repair\n"
    "version: 2\n"
    "title: {zh: 长椅维修, en: Bench repair}\n"
    "why: {zh: 坏了有人修, en: What is broken is mended}\n"
    "number: \"{yy}-{seq}{check}\"\n"
    "fields:\n"
    "  kind:\n"
    "    type: choice\n"
    "    label: {zh: 类型, en: Kind}\n"
    "    options: {leg: {zh: 腿, en: Leg}, back: {zh: 靠背, en: Back}}\n"
    "  note: {type: text, max: 20, label: {zh: 说明, en: Note}}\n"
    "  phone: {type: phone, keep: 30d, label: {zh: 电话, en: Phone}}\n"
    "  place: {type: area, label: {zh: 社区, en: Community}}\n"
    "  units: {type: organization, many: true, label: {zh: 单位, en: Units}}\n"
    "  cost: {type: integer, max: 500, label: {zh: 费用, en: Cost}}\n"
    "  safe: {type: bool, label: {zh: 安全, en: Safe}}\n"
    "open:\n"
    "  by: anyone\n"
    "  via: [web, qr]\n"
    "  fields: [kind, note, phone, place, safe]\n"
    "  required: [kind, note]\n"
    "states:\n"
    "  fresh:\n"
    "    label: {zh: 新, en: Fresh}\n"
    "    owner: desk\n"
    "    clock: 4h of work\n"
    "    overdue: {at: 80%, tell: owner, mark: late}\n"
    "  working:\n"
    "    label: {zh: 修, en: Working}\n"
    "    owner: parts\n"
    "    clock: none\n"
    "    why: {zh: 在任务上, en: On the jobs}\n"
    "  looking:\n"
    "    label: {zh: 看, en: Looking}\n"
    "    owner: checker\n"
    "    clock: 2d\n"
    "    not: related\n"
    "  shut: {label: {zh: 完, en: Shut}, end: true}\n"
    "  gone: {label: {zh: 撤, en: Gone}, end: true}\n"
    "parts:\n"
    "  job:\n"
    "    label: {zh: 活, en: Job}\n"
    "    states:\n"
    "      sent: {label: {zh: 派, en: Sent}, owner: {org: handler}, clock: 3d of work}\n"
    "      done: {label: {zh: 好, en: Done}, end: true}\n"
    "      dropped: {label: {zh: 收, en: Dropped}, end: true}\n"
    "actions:\n"
    "  dispatch:\n"
    "    label: {zh: 派单, en: Dispatch}\n"
    "    from: fresh\n"
    "    to: working\n"
    "    by: desk\n"
    "    needs: units\n"
    "    sends: job\n"
    "    progress: true\n"
    "  withdraw:\n"
    "    label: {zh: 撤回诉求, en: Withdraw}\n"
    "    from: any\n"
    "    to: gone\n"
    "    by: [reporter, desk]\n"
    "  done:\n"
    "    label: {zh: 修好, en: Mended}\n"
    "    part: job\n"
    "    from: sent\n"
    "    to: done\n"
    "    by: owner\n"
    "    needs: note\n"
    "    asks: cost\n"
    "  drop:\n"
    "    label: {zh: 收回, en: Drop}\n"
    "    part: job\n"
    "    from: sent\n"
    "    to: dropped\n"
    "    by: [desk]\n"
    "  finish:\n"
    "    label: {zh: 都好, en: All done}\n"
    "    from: working\n"
    "    to: looking\n"
    "    by: system\n"
    "    when: \"all(job, state != 'sent') and any(job, state = 'done')\"\n"
    "  back:\n"
    "    label: {zh: 退回, en: Back}\n"
    "    from: working\n"
    "    to: fresh\n"
    "    by: system\n"
    "    when: \"all(job, state = 'dropped')\"\n"
    "  pass:\n"
    "    label: {zh: 合格, en: Pass}\n"
    "    from: looking\n"
    "    to: shut\n"
    "    by: owner\n"
    "    tell: reporter\n"
    "  fail:\n"
    "    label: {zh: 返工, en: Fail}\n"
    "    from: looking\n"
    "    to: working\n"
    "    by: owner\n"
    "    reopens: job\n"
    "    count: rework\n"
    "  comment:\n"
    "    label: {zh: 备注, en: Comment}\n"
    "    from: any\n"
    "    by: staff\n"
    "    needs: note\n"
    "see: {public: kind}\n"
    "keep: 2y\n";

/* The text with the first `from` replaced; `from` must be there. */
static inline struct li_str changed_in(struct li_ctx *ctx, struct li_str text, const char *from,
                                       const char *to)
{
    const char *whole = li_str_c(ctx, text), *at = strstr(whole, from);
    struct li_str ret;

    if (!at)
        fail_msg("the sample does not hold '%s'", from);
    ret = li_strf(ctx, "%.*s%s%s", (int)(at - whole), whole, to, at + strlen(from));
    assert_non_null(ret.ptr);
    return ret;
}

static inline struct li_str changed(struct li_ctx *ctx, const char *from, const char *to)
{
    return changed_in(ctx, li_str(sample), from, to);
}

static inline struct li_playbook *loaded(struct li_ctx *ctx, struct li_str yaml)
{
    struct li_playbook *playbook = NULL;

    if (li_playbook_load(ctx, "bench-repair.yaml", yaml, &playbook) != 0) {
        struct li_str why = li_ctx_explain(ctx);

        fail_msg("it does not load: %.*s", LI_P(why));
    }
    assert_int_equal(ctx->error_count, 0);
    return playbook;
}

/* The street's own, with the library it uses. */
static inline struct li_playbook *loaded_street(struct li_ctx *ctx)
{
    const struct li_asset *asset = li_asset_find(LI_S("playbooks/service-request.yaml"));
    struct li_playbook *playbook = NULL;

    assert_non_null(asset);
    assert_int_equal(
        li_playbook_load_beside(ctx, asset->path.ptr, asset->bytes, asset->path.ptr, &playbook), 0);
    return playbook;
}

static inline struct li_playbook *loaded_sample(struct li_ctx *ctx)
{
    return loaded(ctx, li_str(sample));
}

#endif
