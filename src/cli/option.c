/* Options, and opening the house they name. */
#include <sodium.h>
#include <string.h>

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

int li_cli_house(struct li_cli *cli, const char *data, const char *store, bool make,
                 struct li_house *ret)
{
    struct li_str file = li_strf(cli->ctx, "%s/linli.db", data);
    struct li_str keys = li_strf(cli->ctx, "%s/keys", data);
    struct li_str blobs = li_strf(cli->ctx, "%s/blobs", data);
    uint8_t master[32];
    int r = file.ptr && keys.ptr && blobs.ptr ? 0 : -LI_E_NOMEM;

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
        .where = store ? store : file.ptr,
        .keys = keys.ptr,
        .blobs = blobs.ptr,
        .make = make,
        .clock = cli->ctx->clock,
        .random = cli->ctx->random,
    };
    return li_house_open(cli->ctx, &config, ret);
}
