/* Asking every part, and saying which is missing; see ready.h. */
#include "serve/ready.h"

#include "record/figures.h"
#include "serve/inside.h"

static const struct {
    const char *name, *zh, *en;
} parts[LI_READY_PARTS] = {
    [LI_READY_STOPPING] = {"stopping", "服务正在停止。", "The server is stopping."},
    [LI_READY_STORE] = {"store", "数据库没有应答。", "The database does not answer."},
    [LI_READY_SCHEMA] = {"schema", "数据库结构比程序旧，请先运行 linli migrate。",
                         "The database's schema is older than the program; run linli migrate."},
    [LI_READY_LANES] = {"lanes", "写入队列已满或已关闭。",
                        "A queue of commands is full or closed."},
    [LI_READY_CONSUMERS] = {"consumers", "统计或检索连续失败，已暂停。",
                            "Figures or search failed repeatedly and rest."},
    [LI_READY_BEHIND_BY] = {"behind", "统计或检索落后太多。", "Figures or search are far behind."},
};

void li_ready_look(struct li_ctx *ctx, struct li_server *server, struct li_readiness *ret)
{
    struct li_readiness ready = {0};
    struct li_lane_figures lanes;

    li_record_lanes(server->house->record, &lanes);
    ready.missing |= (unsigned)(lanes.closed > 0) << LI_READY_LANES;
    ready.missing |= (unsigned)atomic_load(&server->leaving) << LI_READY_STOPPING;
    if (li_record_health(ctx, server->house->record, &ready.health)) {
        li_ctx_clear(ctx);
        ready.missing |= 1U << LI_READY_STORE;
        *ret = ready;
        return;
    }
    ready.missing |= (unsigned)(ready.health.schema < server->house->schema) << LI_READY_SCHEMA;
    ready.missing |= (unsigned)(ready.health.consumers_parked > 0) << LI_READY_CONSUMERS;
    ready.missing |= (unsigned)(ready.health.behind > LI_READY_BEHIND) << LI_READY_BEHIND_BY;
    *ret = ready;
}

int li_ready_status(const struct li_readiness *ready)
{
    return ready->missing ? li_error_info(LI_E_UNREADY)->http : 200;
}

const char *li_ready_type(const struct li_readiness *ready)
{
    return ready->missing ? "application/problem+json" : "application/json";
}

static void put_parts(unsigned missing, struct li_json *json)
{
    li_json_key(json, "parts");
    li_json_open_list(json);
    for (int i = 0; i < LI_READY_PARTS; i++) {
        if (!(missing >> i & 1)) {
            continue;
        }
        li_json_open_map(json);
        li_json_put_text(json, "part", li_str(parts[i].name));
        li_json_put_text(json, "zh", li_str(parts[i].zh));
        li_json_put_text(json, "en", li_str(parts[i].en));
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

void li_ready_write(const struct li_server *server, enum li_lang lang,
                    const struct li_readiness *ready, struct li_json *json)
{
    bool sqlite = li_store_kind(server->house->store) == LI_STORE_SQLITE;

    li_json_open_map(json);
    if (ready->missing) {
        li_problem_put(json, li_error_info(LI_E_UNREADY), lang);
        put_parts(ready->missing, json);
    } else {
        li_json_put_text(json, "status", LI_S("ready"));
        li_json_put_text(json, "store", sqlite ? LI_S("sqlite") : LI_S("postgres"));
        li_json_put_int(json, "parked", ready->health.due_parked);
        li_json_put_int(json, "behind", ready->health.behind);
    }
    li_json_close_map(json);
}

void li_alive_write(struct li_json *json)
{
    li_json_open_map(json);
    li_json_put_text(json, "status", LI_S("ok"));
    li_json_put_text(json, "version", li_str(LI_VERSION));
    li_json_close_map(json);
}
