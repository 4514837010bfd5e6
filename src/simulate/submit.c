/* The one door to the lanes, and who knocks. */
#include "base/grow.h"
#include "base/hash.h"
#include "simulate/inside.h"

int li_sim_reader(struct li_sim *sim, struct li_conn **ret)
{
    return li_store_reader(&sim->ctx, sim->house->store, ret);
}

void li_sim_reader_back(struct li_sim *sim, struct li_conn *conn)
{
    li_store_reader_back(sim->house->store, conn);
}

int li_sim_viewer(struct li_sim *sim, struct li_conn *conn, int64_t tenant,
                  const struct li_sim_officer *officer, struct li_viewer *ret)
{
    struct li_viewer viewer = {.kind = LI_VIEWER_STAFF,
                               .tenant = tenant,
                               .account = officer->account,
                               .person = officer->person};
    struct li_post *posts;
    int64_t until;
    int r = li_post_list(&sim->ctx, conn, tenant, officer->person, li_now(sim->config.clock),
                         &posts, &viewer.post_count, &until);

    if (r == 0) {
        viewer.posts = posts;
        *ret = viewer;
    }
    return r;
}

/* What a command may answer without anything being wrong with the house. */
static bool is_answer(int status)
{
    switch (-status) {
    case 0:
    case LI_E_STATE:
    case LI_E_CHECK: /* as often as it may */
    case LI_E_FORBIDDEN:
    case LI_E_RELATED:
    case LI_E_STALE:
    case LI_E_NOT_FOUND:
    case LI_E_UNDO:
        return true;
    default:
        return false;
    }
}

/* Whether this was answered before: of an event that happens anew, what was done is. */
static bool is_kept(const struct li_sim *sim, const struct li_job *job)
{
    for (size_t i = sim->ack_count; i-- > 0;) {
        const struct li_ack *ack = &sim->acks[i];

        if (ack->tenant == job->tenant && ack->seq <= job->seq) {
            return ack->seq == job->seq && ack->entity == job->entity &&
                   strcmp(ack->command, job->command->name) == 0;
        }
    }
    return false;
}

static int keep_ack(struct li_sim *sim, const struct li_job *job)
{
    struct li_ack *acks;

    if (job->seq == 0 || is_kept(sim, job)) {
        return 0;
    }
    acks = li_grow(&sim->own, sim->acks, sim->ack_count, &sim->ack_cap, sizeof(*acks));
    if (!acks) {
        return -LI_E_NOMEM;
    }
    sim->acks = acks;
    acks[sim->ack_count++] = (struct li_ack){.tenant = job->tenant,
                                             .seq = job->seq,
                                             .entity = job->entity,
                                             .command = job->command->name};
    return 0;
}

/* Somebody presses twice, or another request comes under the same key. */
static int repeat(struct li_sim *sim, const struct li_job *job, uint64_t key)
{
    struct li_dice dice = li_dice_of(key, "again", 0);
    struct li_job again = *job;
    bool other = li_dice_percent(&dice, 30);
    int status;

    if (!sim->config.site || job->seq == 0 || job->replayed || !li_dice_percent(&dice, 8)) {
        return 0;
    }
    if (other) {
        again.key.fingerprint = LI_S("another request of the same key");
    }
    status = li_trouble_ask_again(sim, &again, li_run(sim->house->record, &again));
    sim->figures.repeated++;
    if (li_trouble_is_why(sim, status)) {
        return status;
    }
    li_ctx_clear(&sim->ctx);
    if (other ? status != -LI_E_KEY_REUSED
              : status || !again.replayed || again.seq != job->seq || again.entity != job->entity) {
        return LI_FAIL(&sim->ctx, LI_E_CORRUPT, "%s was sent again and answered %s, entry %lld",
                       job->command->name, status ? li_error_info(status)->name : "done",
                       (long long)again.seq);
    }
    return 0;
}

int li_sim_submit(struct li_sim *sim, struct li_job *job, uint64_t key, int *ret_status)
{
    struct li_str text = li_strf(&sim->ctx, "sim:%016llx", (unsigned long long)key);
    struct li_hash fingerprint = li_hash_of(text);
    int status;

    if (!text.ptr) {
        return -LI_E_NOMEM;
    }
    job->ctx = &sim->ctx;
    job->key = (struct li_request_key){.key = text, .fingerprint = li_hash_view(&fingerprint)};
    status = li_trouble_ask_again(sim, job, li_run(sim->house->record, job));
    sim->figures.commands++;
    if (!is_answer(status)) {
        return LI_FAIL(&sim->ctx, -status, "%s", job->command->name);
    }
    if (status) {
        sim->figures.refused++;
        li_ctx_clear(&sim->ctx);
    }
    *ret_status = status;
    status = status ? 0 : keep_ack(sim, job);
    return status ? status : repeat(sim, job, key);
}
