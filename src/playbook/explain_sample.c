/*
 * The page for the wall, what it says of chance: what is drawn, how many of which cases, and
 * how that can be checked.
 */
#include "playbook/explain_inside.h"

static void put_share(struct li_page *page, const struct li_share *share, bool only)
{
    if (!page->zh) {
        li_buf_fmt(page->buf, "%d%%", share->percent);
        li_page_put(page, share->when ? " when " : only ? "" : " of the rest");
    }
    if (share->when) {
        li_page_put_when(page, share->when);
    }
    if (page->zh) {
        li_page_put(page, share->when ? "的，" : only ? "" : "其余，");
        li_buf_fmt(page->buf, "%d%%", share->percent);
    }
}

void li_page_put_samples(struct li_page *page)
{
    const struct li_playbook *playbook = page->playbook;

    if (!playbook->sample_count)
        return;
    li_page_put(page, li_page_say(page, "## 随机抽取\n\n", "## Drawn by chance\n\n"));
    for (size_t i = 0; i < playbook->sample_count; i++) {
        const struct li_sample *sample = &playbook->samples[i];

        li_page_put(page, "- ");
        li_page_put_texts(page, sample->label);
        li_page_put(page, li_page_say(page, "：", ": "));
        for (size_t k = 0; k < sample->share_count; k++) {
            li_page_put(page, k ? li_page_say(page, "；", "; ") : "");
            put_share(page, &sample->shares[k], sample->share_count == 1);
        }
        li_page_put(page, "\n");
    }
    li_page_put(page, li_page_say(page,
                                  "\n抽不抽由系统按当月种子和案件编号算出，事先谁也不知道；"
                                  "月底种子公开，谁都可以核对。\n\n",
                                  "\nWhether a case is drawn is reckoned from the month's seed and "
                                  "the case's number; nobody knows it before. The seed is shown "
                                  "when the month is over, and anybody can check.\n\n"));
}
