/* Options, and opening the house they name. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "cli/cli.h"
#include "record/vault.h"

static const struct li_cli_option *find(const struct li_cli_option *options, size_t count,
                                        const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(options[i].name, name) == 0) {
            return &options[i];
        }
    }
    return NULL;
}

int li_cli_options(struct li_cli *cli, const struct li_cli_option *options, size_t count,
                   const char **rest, size_t max, size_t *ret_rest)
{
    size_t found = 0;

    for (int i = 0; i < cli->argc; i++) {
        const char *word = cli->argv[i];
        if (word[0] != '-') {
            if (found == max) {
                return LI_FAIL(cli->ctx, LI_E_USAGE, "one word too many: %s", word);
            }
            rest[found++] = word;
            continue;
        }
        const struct li_cli_option *option = find(options, count, word);
        if (!option) {
            return LI_FAIL(cli->ctx, LI_E_USAGE, "no such option: %s", word);
        }
        if (option->flag) {
            *option->flag = true;
        } else if (i + 1 < cli->argc) {
            *option->value = cli->argv[++i];
        } else {
            return LI_FAIL(cli->ctx, LI_E_USAGE, "%s wants a value", word);
        }
    }
    if (ret_rest) {
        *ret_rest = found;
    }
    return 0;
}

const char *li_cli_data(const struct li_cli_where *where)
{
    return where->data ? where->data : ".linli";
}

int li_cli_store(struct li_ctx *ctx, const struct li_cli_where *where, const char **ret)
{
    const char *said = where->store ? where->store : getenv("LINLI_STORE");
    struct li_str file;

    if (said && said[0]) {
        *ret = said;
        return 0;
    }
    file = li_strf(ctx, "%s/linli.db", li_cli_data(where));
    if (!file.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = file.ptr;
    return 0;
}

/* "aws_access_key_id = …", the way other programs keep it. */
static int read_credentials(struct li_ctx *ctx, const char *path, struct li_keeper_config *config)
{
    struct li_str bytes;
    int r = li_file_read(ctx, path, 4096, &bytes);

    while (r == 0 && bytes.ptr && bytes.len) {
        struct li_str value = li_str_cut(&bytes, '\n');
        struct li_str name = li_str_trim(li_str_cut(&value, '='));
        const char *text = value.ptr ? li_str_c(ctx, li_str_trim(value)) : NULL;

        if (li_str_is(name, "aws_access_key_id")) {
            config->access_key = text;
        } else if (li_str_is(name, "aws_secret_access_key")) {
            config->secret_key = text;
        } else if (li_str_is(name, "aws_session_token")) {
            config->token = text;
        }
    }
    return r;
}

int li_cli_files(struct li_ctx *ctx, const struct li_cli_where *where, const char *said,
                 struct li_keeper_config *ret)
{
    struct li_keeper_config config = {.where = said ? said : getenv("LINLI_FILES")};

    if (!config.where || !config.where[0]) {
        config.where = li_strf(ctx, "%s/blobs", li_cli_data(where)).ptr;
        if (!config.where) {
            return -LI_E_NOMEM;
        }
    }
    config.access_key = getenv("AWS_ACCESS_KEY_ID");
    config.secret_key = getenv("AWS_SECRET_ACCESS_KEY");
    config.token = getenv("AWS_SESSION_TOKEN");
    *ret = config;
    return where->credentials ? read_credentials(ctx, where->credentials, ret) : 0;
}

struct li_str li_cli_keys(struct li_ctx *ctx, const struct li_cli_where *where)
{
    const char *said = where->keys ? where->keys : getenv("LINLI_KEYS");

    return said && said[0] ? li_str(said) : li_strf(ctx, "%s/keys", li_cli_data(where));
}

int li_cli_house(struct li_cli *cli, const struct li_cli_where *where, bool make,
                 struct li_house *ret)
{
    const char *data = li_cli_data(where), *store = NULL;
    struct li_str keys = li_cli_keys(cli->ctx, where);
    struct li_keeper_config files;
    uint8_t master[32];
    int r = keys.ptr ? li_cli_store(cli->ctx, where, &store) : -LI_E_NOMEM;

    r = r ? r : li_cli_files(cli->ctx, where, where->files, &files);

    if (r == 0 && !make) {
        /* where there is no key, nothing is begun by looking */
        r = li_key_master(cli->ctx, keys.ptr, false, master);
        sodium_memzero(master, sizeof(master));
    } else if (r == 0) {
        r = li_dir_make(cli->ctx, data);
    }
    if (r) {
        return r;
    }
    const struct li_house_config config = {
        .where = store,
        .keys = keys.ptr,
        .files = &files,
        .make = make,
        .no_migrate = where->no_migrate,
        .fill = where->fill,
        .lanes = where->lanes,
        .clock = cli->ctx->clock,
        .random = cli->ctx->random,
    };
    return li_house_open(cli->ctx, &config, ret);
}

int li_cli_hold_clock(struct li_cli *cli, const char *at)
{
    struct li_clock *clock = li_alloc(cli->ctx, sizeof(*clock));
    int64_t instant = 0;
    int r = clock ? li_time_parse(cli->ctx, li_str(at), &instant) : -LI_E_NOMEM;

    if (r == 0) {
        atomic_store(&clock->held, instant);
        cli->ctx->clock = clock;
    }
    return r;
}
