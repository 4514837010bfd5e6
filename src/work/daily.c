/* What is done once a day for every tenant: sweeping and sealing. */
#include "base/log.h"
#include "base/time.h"
#include "people/account.h"
#include "record/photo.h"
#include "record/request.h"
#include "record/seal.h"
#include "record/tenant.h"
#include "work/inside.h"

static int run(struct li_ctx *ctx, struct li_work *work, const struct li_tenant *tenant,
               const struct li_command *command, struct li_job *ret)
{
    static const struct li_viewer viewer = {.kind = LI_VIEWER_SYSTEM};

    *ret = (struct li_job){.ctx = ctx, .tenant = tenant->id, .command = command, .viewer = &viewer};
    return li_run(work->house->record, ret);
}

static void tell(struct li_ctx *ctx, int r, const char *event)
{
    if (r && r != -LI_E_STATE) {
        li_log_error(ctx, event);
    }
    li_ctx_clear(ctx);
}

/* In portions: between two of them the lane serves others. */
static void sweep_keys(struct li_ctx *ctx, struct li_work *work, const struct li_tenant *tenant)
{
    const struct li_request_swept *swept;
    struct li_job job;
    int r;

    do {
        r = run(ctx, work, tenant, &li_request_sweep, &job);
        swept = job.plan;
    } while (r == 0 && swept->deleted > 0);
    tell(ctx, r, "work.sweep");
}

/* Pictures that no case took, then the files nobody names. */
static void sweep_pictures(struct li_ctx *ctx, struct li_work *work, const struct li_tenant *tenant)
{
    struct li_house *house = work->house;
    const struct li_upload_swept *swept;
    struct li_job job;
    int64_t deleted;
    int r;

    do {
        r = run(ctx, work, tenant, &li_upload_sweep, &job);
        swept = job.plan;
    } while (r == 0 && swept->deleted > 0);
    if (r == 0 && house->blobs) {
        r = li_photo_sweep(ctx, house->blobs, house->store, tenant->id, li_now(work->clock),
                           &deleted);
    }
    tell(ctx, r, "work.pictures");
}

/* The seal is given away in the log until there is a bulletin to print it on. */
static void seal(struct li_ctx *ctx, struct li_work *work, const struct li_tenant *tenant)
{
    struct li_record *record = work->house->record;
    struct li_seal made;
    struct li_str anchor;
    int r = li_seal_new(ctx, record, tenant->id, &made);

    if (r == 0) {
        r = li_anchor_format(ctx, record, tenant->id, &made, &anchor);
    }
    if (r == 0) {
        li_log(LI_LOG_INFO, "work.seal", "anchor=\"%.*s\"", LI_P(anchor));
    }
    tell(ctx, r, "work.seal");
}

void li_work_daily(struct li_ctx *ctx, struct li_work *work)
{
    int32_t today = li_day_at(li_now(work->clock));
    const struct li_tenant **tenants;
    size_t count;

    if (today == work->kept_day) {
        return;
    }
    work->kept_day = today;
    if (li_tenant_all(ctx, work->house->record, &tenants, &count)) {
        tell(ctx, -LI_E_NOMEM, "work.daily");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct li_job job;
        sweep_keys(ctx, work, tenants[i]);
        tell(ctx, run(ctx, work, tenants[i], &li_session_sweep, &job), "work.sweep");
        sweep_pictures(ctx, work, tenants[i]);
        seal(ctx, work, tenants[i]);
    }
}
