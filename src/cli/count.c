/*
 * linli count: counts the voices of a published election anew, so that anybody can.
 *
 * The file is one of the open library of participatory budgets; linli publishes its own in the
 * same form.  Where it says what was selected, the two are compared, and a difference is a failure.
 */
#include <stdio.h>

#include "ballot/pabulib.h"
#include "cli/cli.h"

#define LARGEST ((size_t)512 * 1024 * 1024) /* bytes of a file */

struct options {
    const char *file, *rule, *seats, *step;
    bool english, rewrite;
};

static const struct {
    const char *name;
    enum li_count_rule rule;
} rules[] = {{"points", LI_COUNT_POINTS},
             {"ranked", LI_COUNT_RANKED},
             {"greedy", LI_COUNT_GREEDY},
             {"shares", LI_COUNT_SHARES}};

static int read_options(struct li_cli *cli, struct options *ret)
{
    const struct li_cli_option known[] = {{"--rule", &ret->rule, NULL},
                                          {"--seats", &ret->seats, NULL},
                                          {"--step", &ret->step, NULL},
                                          {"--en", NULL, &ret->english},
                                          {"--write", NULL, &ret->rewrite}};
    size_t count;
    int r = li_cli_options(cli, known, sizeof(known) / sizeof(known[0]), &ret->file, 1, &count);

    return r == 0 && count != 1 ? LI_FAIL(cli->ctx, LI_E_USAGE, "which file? count FILE") : r;
}

static int number(struct li_cli *cli, const char *option, const char *text, int64_t least,
                  int64_t *ret)
{
    if (text && (!li_str_to_i64(li_str(text), ret) || *ret < least)) {
        return LI_FAIL(cli->ctx, LI_E_USAGE, "%s %s is no number from %lld", option, text,
                       (long long)least);
    }
    return 0;
}

/* The file's own rule, or the one that was asked for. */
static int how_of(struct li_cli *cli, const struct options *options,
                  const struct li_pabulib *pabulib, struct li_count_how *ret)
{
    struct li_count_how how = {.seats = 1};
    int64_t seats = 1;
    int r = number(cli, "--seats", options->seats, 1, &seats);
    bool known = false;

    r = r ? r : number(cli, "--step", options->step, 0, &how.step);
    if (r || !options->rule) {
        return r ? r : li_pabulib_how(cli->ctx, pabulib, ret);
    }
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (strcmp(rules[i].name, options->rule) == 0) {
            how.rule = rules[i].rule;
            known = true;
        }
    }
    if (!known) {
        return LI_FAIL(cli->ctx, LI_E_USAGE, "--rule is points, ranked, greedy or shares, not %s",
                       options->rule);
    }
    how.seats = (size_t)seats;
    *ret = how;
    return 0;
}

static bool is_chosen(const struct li_count *count, size_t option)
{
    for (size_t i = 0; i < count->chosen_count; i++) {
        if (count->chosen[i] == option) {
            return true;
        }
    }
    return false;
}

static void print(const struct options *options, const struct li_pabulib *pabulib,
                  const struct li_count *count)
{
    const struct li_election *election = &pabulib->election;

    for (size_t i = 0; i < count->chosen_count; i++) {
        const struct li_pabulib_option *option = &pabulib->options[count->chosen[i]];
        printf("%3zu  %.*s  %lld  %lld.%02lld  %.*s\n", i + 1, LI_P(option->id),
               (long long)count->points[count->chosen[i]],
               (long long)(election->costs[count->chosen[i]] / 100),
               (long long)(election->costs[count->chosen[i]] % 100), LI_P(option->name));
    }
    printf(options->english
               ? "%zu of %zu chosen, %lld.%02lld of %lld.%02lld, %zu voices, %zu of them blank\n"
               : "%2$zu 项中选出 %1$zu 项，金额 %3$lld.%4$02lld（共 %5$lld.%6$02lld），%7$zu "
                 "票，其中空白 %8$zu 票\n",
           count->chosen_count, election->option_count, (long long)(count->spent / 100),
           (long long)(count->spent % 100), (long long)(election->budget / 100),
           (long long)(election->budget % 100), election->voice_count, count->blank);
    if (count->by_list) {
        puts(options->english ? "somewhere only the order of the list decided"
                              : "有并列之处，按公布的顺序取舍");
    }
}

/* What was selected and what is counted here; what was selected for another reason than the rule
 * is not compared. */
static int compare(struct li_cli *cli, const struct options *options,
                   const struct li_pabulib *pabulib, const struct li_count *count)
{
    size_t differ = 0;

    for (size_t i = 0; i < pabulib->election.option_count; i++) {
        const struct li_pabulib_option *option = &pabulib->options[i];
        if (option->selected < 2 && option->selected != is_chosen(count, i)) {
            printf("%s %.*s\n",
                   option->selected
                       ? options->english ? "published, not counted:" : "已公布而未计出："
                   : options->english ? "counted, not published:"
                                      : "已计出而未公布：",
                   LI_P(option->id));
            differ++;
        }
    }
    if (differ) {
        return LI_FAIL(cli->ctx, LI_E_CORRUPT,
                       options->english ? "%zu options differ from what was published"
                                        : "有 %zu 项与公布的不一致",
                       differ);
    }
    puts(options->english ? "as it was published" : "与公布的一致");
    return 0;
}

static int rewrite(struct li_cli *cli, const struct li_pabulib *pabulib)
{
    struct li_buf *buf = li_buf_new(cli->ctx, LARGEST);
    int r;

    if (!buf) {
        return -LI_E_NOMEM;
    }
    li_pabulib_write(buf, pabulib);
    r = li_buf_check(cli->ctx, buf);
    if (r == 0 && fwrite(buf->ptr, 1, buf->len, stdout) != buf->len) {
        r = LI_FAIL(cli->ctx, LI_E_IO, "the file could not be written");
    }
    return r;
}

int li_cli_count(struct li_cli *cli)
{
    struct options options = {0};
    struct li_pabulib pabulib;
    struct li_count_how how;
    struct li_count count;
    struct li_str bytes;
    int r = read_options(cli, &options);

    r = r ? r : li_file_read(cli->ctx, options.file, LARGEST, &bytes);
    r = r ? r : li_pabulib_read(cli->ctx, li_cli_file_name(options.file), bytes, &pabulib);
    if (r || options.rewrite) {
        return r ? r : rewrite(cli, &pabulib);
    }
    r = how_of(cli, &options, &pabulib, &how);
    r = r ? r : li_count(cli->ctx, &pabulib.election, &how, &count);
    if (r) {
        return r;
    }
    print(&options, &pabulib, &count);
    return pabulib.has_selected && !options.rule ? compare(cli, &options, &pabulib, &count) : 0;
}
