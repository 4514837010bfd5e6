/* Counting requests, and gathering what all floors count; see metrics.h. */
#include "serve/metrics.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/time.h"
#include "record/figures.h"
#include "serve/exposition.h"
#include "serve/inside.h"
#include "serve/process.h"
#include "serve/ready.h"
#include "serve/stream.h"
#include "work/work.h"

static const char *const class_names[LI_STATUS_CLASSES] = {"1xx", "2xx", "3xx", "4xx", "5xx"};
static const char *const limit_names[LI_LIMITS] = {
    [LI_LIMIT_ADDRESS] = "address", [LI_LIMIT_BODIES] = "bodies",
    [LI_LIMIT_POOL] = "pool",       [LI_LIMIT_LANE] = "lane",
    [LI_LIMIT_STREAMS] = "streams", [LI_LIMIT_CONNECTIONS] = "connections",
};
static const char *const fate_names[LI_FATES] = {
    [LI_FATE_DONE] = "done",
    [LI_FATE_REPLAYED] = "replayed",
    [LI_FATE_REFUSED] = "refused",
    [LI_FATE_FAILED] = "failed",
};

struct li_metrics *li_metrics_new(const struct li_contract *contract, int64_t now)
{
    struct li_metrics *metrics = calloc(1, sizeof(*metrics));

    if (!metrics) {
        return NULL;
    }
    metrics->contract = contract;
    metrics->started = now / LI_SECOND;
    metrics->count = li_contract_count(contract) + 1;
    metrics->requests = calloc(metrics->count, sizeof(*metrics->requests));
    if (!metrics->requests) {
        free(metrics);
        return NULL;
    }
    return metrics;
}

void li_metrics_free(struct li_metrics *metrics)
{
    if (metrics) {
        free(metrics->requests);
        free(metrics);
    }
}

void li_metrics_request(struct li_metrics *metrics, const struct li_operation *operation,
                        int status, int64_t us)
{
    size_t place = operation ? (size_t)operation->index : metrics->count - 1;
    struct li_request_count *one = &metrics->requests[place];
    int class = status / 100 - 1;

    li_assert(class >= 0 && class < LI_STATUS_CLASSES);
    li_count(&one->classes[class], 1);
    li_meter_add(&one->time, &li_bounds_time, us);
}

/* ---- telling ----------------------------------------------------------------- */

static struct li_str operation_name(const struct li_metrics *metrics, size_t place)
{
    return place + 1 < metrics->count ? li_contract_operation(metrics->contract, place)->id
                                      : LI_S("none");
}

/* An operation that nobody has called yet has no samples. */
static bool was_called(const struct li_request_count *one)
{
    int64_t calls = 0;

    for (int i = 0; i < LI_STATUS_CLASSES; i++) {
        calls += li_counted(&one->classes[i]);
    }
    return calls > 0;
}

static void put_requests(const struct li_metrics *metrics, struct li_buf *buf)
{
    static const char *const name = "linli_http_requests_total";

    li_expose_family(buf, name, "counter", "Answers by operation of the contract and class.");
    for (size_t i = 0; i < metrics->count; i++) {
        for (int class = 0; was_called(&metrics->requests[i]) && class < LI_STATUS_CLASSES;
             class ++) {
            const struct li_label labels[] = {{"operation", operation_name(metrics, i)},
                                              {"class", li_str(class_names[class])}};
            li_expose_int(buf, name, labels, 2, li_counted(&metrics->requests[i].classes[class]));
        }
    }
}

static void put_times(const struct li_metrics *metrics, struct li_buf *buf)
{
    static const char *const name = "linli_http_request_duration_seconds";

    li_expose_family(buf, name, "histogram",
                     "From the last byte of a request until its answer was ready.");
    for (size_t i = 0; i < metrics->count; i++) {
        const struct li_label label = {"operation", operation_name(metrics, i)};
        if (was_called(&metrics->requests[i])) {
            li_expose_meter(buf, name, &label, 1, &metrics->requests[i].time, &li_bounds_time,
                            (double)LI_SECOND);
        }
    }
}

static void put_refusals(const struct li_metrics *metrics, struct li_buf *buf)
{
    li_expose_family(buf, "linli_refused_total", "counter", "Refused for want of room, by limit.");
    for (int i = 0; i < LI_LIMITS; i++) {
        const struct li_label label = {"limit", li_str(limit_names[i])};
        li_expose_int(buf, "linli_refused_total", &label, 1, li_counted(&metrics->refused[i]));
    }
}

static void put_commands(const struct li_record_meters *meters, struct li_buf *buf)
{
    static const char *const name = "linli_commands_total";

    li_expose_family(buf, name, "counter", "Commands the lanes answered, by name and result.");
    for (size_t i = 0; i < meters->command_count; i++) {
        const struct li_command_count *one = &meters->commands[i];
        for (int fate = 0; fate < LI_FATES; fate++) {
            const struct li_label labels[] = {{"command", li_str(one->name)},
                                              {"result", li_str(fate_names[fate])}};
            if (li_counted(&one->fates[fate])) {
                li_expose_int(buf, name, labels, 2, li_counted(&one->fates[fate]));
            }
        }
    }
}

static void put_lanes(struct li_record *record, struct li_buf *buf)
{
    const struct li_record_meters *meters = li_record_meters(record);
    struct li_lane_figures lanes;

    put_commands(meters, buf);
    li_record_lanes(record, &lanes);
    li_expose_gauge(buf, "linli_lanes", "Lanes of this process.", lanes.lanes);
    li_expose_gauge(buf, "linli_lane_queued", "Commands that wait, over all lanes.",
                    (double)lanes.queued);
    li_expose_gauge(buf, "linli_lane_queued_longest", "Commands that wait in the fullest lane.",
                    (double)lanes.longest);
    li_expose_family(buf, "linli_batch_commands", "histogram", "Commands a lane took at a time.");
    li_expose_meter(buf, "linli_batch_commands", NULL, 0, &meters->batch, &li_bounds_batch, 1);
    li_expose_family(buf, "linli_commit_duration_seconds", "histogram",
                     "How long the store took for a commit.");
    li_expose_meter(buf, "linli_commit_duration_seconds", NULL, 0, &meters->commit, &li_bounds_time,
                    (double)LI_SECOND);
}

static void put_consumers(const struct li_record *record, struct li_buf *buf)
{
    struct li_consumer_figures figures[LI_CONSUMERS_MAX];
    size_t count;

    li_record_consumers(record, figures, &count);
    li_expose_family(buf, "linli_consumer_behind", "gauge",
                     "Entries of history a consumer has not seen, where it is furthest behind.");
    for (size_t i = 0; i < count; i++) {
        const struct li_label label = {"consumer", li_str(figures[i].name)};
        li_expose_int(buf, "linli_consumer_behind", &label, 1, figures[i].behind);
    }
    li_expose_family(buf, "linli_consumer_parked", "gauge",
                     "In how many tenants a consumer failed three times and rests.");
    for (size_t i = 0; i < count; i++) {
        const struct li_label label = {"consumer", li_str(figures[i].name)};
        li_expose_int(buf, "linli_consumer_parked", &label, 1, figures[i].parked);
    }
}

static void put_store(struct li_ctx *ctx, struct li_house *house, struct li_buf *buf)
{
    struct li_store_stats stats;
    struct li_due_figures due;
    struct li_conn *conn = NULL;
    int r = li_store_reader(ctx, house->store, &conn);

    r = r ? r : li_record_due(ctx, house->record, conn, &due);
    li_store_reader_back(house->store, conn);
    li_expose_gauge(buf, "linli_store_up", "Whether the store answered just now.", r == 0);
    if (r == 0) {
        li_expose_gauge(buf, "linli_due_waiting", "Due rows whose time has come.",
                        (double)due.waiting);
        li_expose_gauge(buf, "linli_due_late_seconds", "How long the first of them has waited.",
                        (double)due.late_us / LI_SECOND);
        li_expose_gauge(buf, "linli_due_parked", "Due rows that failed three times and rest.",
                        (double)due.parked);
    }
    li_ctx_clear(ctx);
    li_store_stats(house->store, &stats);
    li_expose_counter(buf, "linli_store_commits_total", "Commits of the store.", stats.commits);
    li_expose_counter(buf, "linli_store_rows_written_total", "Rows written.", stats.rows_written);
    li_expose_counter(buf, "linli_store_reconnects_total",
                      "Connections to the store that were lost and made anew.", stats.reconnects);
    li_expose_gauge(buf, "linli_store_log_pages",
                    "Pages in SQLite's log since the last checkpoint.",
                    (double)li_store_log_pages(house->store));
}

static void put_pools(struct li_server *server, struct li_buf *buf)
{
    static const char *const names[LI_POOLS] = {[LI_POOL_PASSWORDS] = "passwords",
                                                [LI_POOL_PICTURES] = "pictures",
                                                [LI_POOL_FILES] = "files"};
    static const char *const families[] = {"linli_pool_threads", "linli_pool_busy",
                                           "linli_pool_waiting"};
    static const char *const helps[] = {"Threads for what is slow.", "Of those, busy now.",
                                        "Tasks that wait for one."};
    struct li_pool_figures figures[LI_POOLS];

    for (int i = 0; i < LI_POOLS; i++) {
        li_pool_figures(server->pools[i], &figures[i]);
    }
    for (int k = 0; k < 3; k++) {
        li_expose_family(buf, families[k], "gauge", helps[k]);
        for (int i = 0; i < LI_POOLS; i++) {
            const struct li_label label = {"pool", li_str(names[i])};
            const int values[] = {figures[i].threads, figures[i].busy, figures[i].waiting};
            li_expose_int(buf, families[k], &label, 1, values[k]);
        }
    }
}

static void put_build(const struct li_server *server, struct li_buf *buf)
{
    bool sqlite = li_store_kind(server->house->store) == LI_STORE_SQLITE;
    const struct li_label labels[] = {{"version", li_str(LI_VERSION)},
                                      {"store", sqlite ? LI_S("sqlite") : LI_S("postgres")}};

    li_expose_family(buf, "linli_build_info", "gauge", "Which linli this is; always 1.");
    li_expose_int(buf, "linli_build_info", labels, 2, 1);
}

static void put_log(struct li_buf *buf)
{
    li_expose_family(buf, "linli_log_lines_total", "counter",
                     "Events for the log, by level, shown or not.");
    for (int i = LI_LOG_ERROR; i <= LI_LOG_INFO; i++) {
        const struct li_label label = {"level", li_str(li_log_level_name((enum li_level)i))};
        li_expose_int(buf, "linli_log_lines_total", &label, 1, li_log_count((enum li_level)i));
    }
}

void li_metrics_write(struct li_ctx *ctx, struct li_server *server, struct li_buf *buf)
{
    const struct li_metrics *metrics = server->metrics;
    struct li_readiness ready;

    put_build(server, buf);
    li_ready_look(ctx, server, &ready);
    li_expose_gauge(buf, "linli_ready", "Whether /readyz says so.", ready.missing == 0);
    put_requests(metrics, buf);
    put_times(metrics, buf);
    put_refusals(metrics, buf);
    li_expose_gauge(buf, "linli_http_connections", "Connections that are open.",
                    (double)li_counted(&metrics->connections));
    li_expose_gauge(buf, "linli_http_connections_max",
                    "As many may be open; who comes then waits outside.",
                    (double)metrics->connections_max);
    li_expose_gauge(buf, "linli_streams", "Listeners of the live stream.",
                    (double)li_stream_listeners(server->stream));
    put_pools(server, buf);
    put_lanes(server->house->record, buf);
    put_consumers(server->house->record, buf);
    put_store(ctx, server->house, buf);
    if (server->work) {
        li_expose_family(buf, "linli_checkpoint_duration_seconds", "histogram",
                         "How long copying SQLite's log into its file took.");
        li_expose_meter(buf, "linli_checkpoint_duration_seconds", NULL, 0,
                        li_work_checkpoints(server->work), &li_bounds_time, (double)LI_SECOND);
    }
    put_log(buf);
    li_process_write(buf, metrics->started);
}
