/* linli migrate: the schema's steps that a database has not had yet; --distribute spreads
 * it over a Citus cluster. */
#include <stdio.h>

#include "bind/steps.h"
#include "cli/cli.h"

static void tell(const struct li_steps *schema, bool english)
{
    int newest = schema->before, ran = 0;

    for (size_t i = 0; i < schema->count; i++) {
        if (schema->steps[i].number > schema->before) {
            newest = schema->steps[i].number;
            ran++;
            printf("%04d %s\n", newest, schema->steps[i].name);
        }
    }
    if (ran == 0) {
        printf(english ? "the schema is at step %d, nothing to do\n"
                       : "数据库结构已是第 %d 步，无需升级\n",
               newest);
    } else {
        printf(english ? "%d steps run, the schema is at step %d\n"
                       : "执行了 %d 步，数据库结构现为第 %d 步\n",
               ran, newest);
    }
}

struct spread_count {
    bool english;
    int by_tenant, everywhere, made;
};

static void tell_spread(void *arg, const struct li_spread *spread)
{
    struct spread_count *count = arg;

    count->by_tenant += !spread->everywhere;
    count->everywhere += spread->everywhere;
    count->made += spread->made;
    if (!spread->made) {
        return;
    }
    if (count->english) {
        printf("%.*s: %s\n", LI_P(spread->table),
               spread->everywhere ? "a copy on every node" : "by tenant");
    } else {
        printf("%.*s：%s\n", LI_P(spread->table),
               spread->everywhere ? "每个节点各存一份" : "按租户分布");
    }
    fflush(stdout);
}

static int distribute(struct li_ctx *ctx, struct li_store *store, bool english)
{
    struct spread_count count = {.english = english};
    const struct li_spread_told told = {.fn = tell_spread, .arg = &count};
    int r = li_store_distribute(ctx, store, &told);

    if (r == 0) {
        printf(english
                   ? "%d tables distributed by tenant, %d copied to every node, %d of them now\n"
                   : "%d 张表按租户分布，%d 张表每个节点各存一份，其中本次新处理 %d 张\n",
               count.by_tenant, count.everywhere, count.made);
    }
    return r;
}

int li_cli_migrate(struct li_cli *cli)
{
    struct li_cli_where where = {0};
    bool english = false;
    bool spread = false;
    const struct li_cli_option known[] = {
        LI_CLI_WHERE(&where), {"--en", NULL, &english}, {"--distribute", NULL, &spread}};
    struct li_steps schema;
    struct li_store *store = NULL;
    const char *at = NULL;
    int r = li_cli_options(cli, known, sizeof(known) / sizeof(known[0]), NULL, 0, NULL);

    r = r ? r : li_cli_store(cli->ctx, &where, &at);
    r = r || where.store ? r : li_dir_make(cli->ctx, li_cli_data(&where));
    r = r ? r : li_store_open(cli->ctx, at, &store);
    r = r ? r : li_steps_migrate(cli->ctx, store, &schema);
    if (r == 0) {
        tell(&schema, english);
    }
    if (r == 0 && spread) {
        r = distribute(cli->ctx, store, english);
    }
    li_store_close(store);
    return r;
}
