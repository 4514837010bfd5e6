/*
 * A ballot's own words: what was drafted, as one canonical object that is hashed, checked by
 * another and never changed again.
 */
#include "base/canonical.h"
#include "base/time.h"
#include "vote/inside.h"

static const char *const methods[] = {"yes_no", "single", "approval", "score",
                                      "ranked", "greedy", "shares"};
static const char *const passes[] = {"half_voices", "half_electors", "thirds_voices",
                                     "thirds_electors"};
static const char *const origins[] = {"names", "rows", "post", "desk"};

static const struct {
    const char *id, *zh, *en;
} plain[] = {{"yes", "同意", "For"}, {"no", "不同意", "Against"}, {"abstain", "弃权", "Abstain"}};

const char *li_ballot_method_name(enum li_ballot_method method)
{
    return methods[method];
}

static int place_of(struct li_str name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (li_str_is(name, names[i])) {
            return (int)i;
        }
    }
    return -1;
}

/* ---- reading ------------------------------------------------------------------------------- */

static struct li_texts texts(const struct li_node *map, const char *key)
{
    const struct li_node *node = li_node_get(map, key);
    struct li_texts both = {.zh = li_node_text(node, "zh"), .en = li_node_text(node, "en")};

    both.zh = both.zh.ptr ? both.zh : LI_S("");
    both.en = both.en.len ? both.en : both.zh;
    return both;
}

static int64_t number(const struct li_node *map, const char *key, int64_t otherwise)
{
    const struct li_node *node = li_node_get(map, key);

    return node && node->kind == LI_INT ? node->number : otherwise;
}

static void read_plain(struct li_ballot_spec *spec)
{
    spec->option_count = sizeof(plain) / sizeof(plain[0]);
    for (size_t i = 0; i < spec->option_count; i++) {
        spec->options[i] = (struct li_ballot_option){
            .id = li_str(plain[i].id),
            .title = {.zh = li_str(plain[i].zh), .en = li_str(plain[i].en)}};
    }
}

static int read_options(struct li_ctx *ctx, const struct li_node *node, struct li_ballot_spec *spec)
{
    const struct li_node *list = li_node_get(node, "options");

    if (spec->method == LI_BALLOT_YES_NO) {
        read_plain(spec);
        return 0;
    }
    for (size_t i = 0; list && list->kind == LI_LIST && i < list->list.count; i++) {
        struct li_ballot_option *option = &spec->options[spec->option_count];
        if (spec->option_count == LI_BALLOT_OPTIONS) {
            return li_fault(ctx, LI_FAULT_MANY, LI_S("/options"),
                            li_strf(ctx, "%d", LI_BALLOT_OPTIONS));
        }
        option->id = li_strf(ctx, "%zu", i + 1);
        option->title = texts(list->list.items[i], "title");
        option->cost = number(list->list.items[i], "cost", 0);
        if (!option->id.ptr) {
            return -LI_E_NOMEM;
        }
        spec->option_count++;
    }
    return 0;
}

static int read_time(struct li_ctx *ctx, const struct li_node *node, const char *key, int64_t *ret)
{
    return li_time_parse(ctx, li_node_text(node, key), ret);
}

static int read_spec(struct li_ctx *ctx, const struct li_node *node, struct li_ballot_spec *ret)
{
    const struct li_node *who = li_node_get(node, "electorate"),
                         *quorum = li_node_get(node, "quorum"), *live;
    int method = place_of(li_node_text(node, "method"), methods, 7);
    int pass = place_of(li_node_text(node, "pass"), passes, 4);
    int by = place_of(li_node_text(who, "by"), origins, 4);
    struct li_ballot_spec *spec = li_alloc(ctx, sizeof(*spec));
    int r;

    if (!spec) {
        return -LI_E_NOMEM;
    }
    if (method < 0 || by < 0) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a ballot without a method or electors");
    }
    live = li_node_get(node, "turnout_live");
    *spec = (struct li_ballot_spec){
        .title = texts(node, "title"),
        .about = texts(node, "about"),
        .area = li_node_text(node, "area"),
        .decision = li_str_is(li_node_text(node, "use"), "decision"),
        .method = (enum li_ballot_method)method,
        .most = number(node, "most", 0),
        .seats = number(node, "seats", 1),
        .budget = number(node, "budget", 0),
        .pass = pass < 0 ? LI_PASS_HALF_VOICES : (enum li_ballot_pass)pass,
        .by = (enum li_ballot_by)by,
        .reg = li_node_text(who, "register"),
        .find = li_node_text(who, "find"),
        .post = li_node_text(who, "post"),
        .quorum_num = number(quorum, "of", 0),
        .quorum_den = number(quorum, "in", 1),
        .publicity_days = number(node, "publicity_days", 0),
        .turnout_live = live && live->kind == LI_BOOL && live->flag,
    };
    r = read_options(ctx, node, spec);
    r = r ? r : read_time(ctx, node, "opens_at", &spec->opens_at);
    r = r ? r : read_time(ctx, node, "closes_at", &spec->closes_at);
    if (r == 0) {
        *ret = *spec;
    }
    return r;
}

int li_ballot_spec_read(struct li_ctx *ctx, struct li_str bytes, struct li_ballot_spec *ret)
{
    struct li_node *node;
    int r = li_canonical_read(ctx, bytes, &node);

    return r ? r : read_spec(ctx, node, ret);
}

/* ---- what a draft must be ----------------------------------------------------------------------
 */

static bool has_budget(const struct li_ballot_spec *spec)
{
    return spec->method == LI_BALLOT_GREEDY || spec->method == LI_BALLOT_SHARES;
}

static int check_options(struct li_ctx *ctx, const struct li_ballot_spec *spec)
{
    if (spec->option_count < 2) {
        return li_fault(ctx, LI_FAULT_FEW, LI_S("/options"), LI_S("2"));
    }
    for (size_t i = 0; i < spec->option_count; i++) {
        const struct li_ballot_option *option = &spec->options[i];
        if (has_budget(spec) && option->cost < 1) {
            return li_fault(ctx, LI_FAULT_SMALL, li_strf(ctx, "/options/%zu/cost", i), LI_S("1"));
        }
        for (size_t k = 0; k < i; k++) {
            if (li_str_eq(option->title.zh, spec->options[k].title.zh)) {
                return li_fault(ctx, LI_FAULT_TWICE, li_strf(ctx, "/options/%zu/title", i),
                                LI_S(""));
            }
        }
    }
    return 0;
}

static int check_numbers(struct li_ctx *ctx, const struct li_ballot_spec *spec)
{
    if (has_budget(spec) && spec->budget < 1) {
        return li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/budget"), LI_S(""));
    }
    if (spec->method == LI_BALLOT_SCORE_OF && (spec->most < 1 || spec->most > LI_BALLOT_SCORE)) {
        return li_fault(ctx, spec->most < 1 ? LI_FAULT_SMALL : LI_FAULT_GREAT, LI_S("/most"),
                        li_strf(ctx, "%d", spec->most < 1 ? 1 : LI_BALLOT_SCORE));
    }
    if (spec->seats < 1 || spec->seats > (int64_t)spec->option_count) {
        return li_fault(ctx, spec->seats < 1 ? LI_FAULT_SMALL : LI_FAULT_GREAT, LI_S("/seats"),
                        li_strf(ctx, "%zu", spec->seats < 1 ? (size_t)1 : spec->option_count));
    }
    if (spec->quorum_num > spec->quorum_den) {
        return li_fault(ctx, LI_FAULT_GREAT, LI_S("/quorum/of"),
                        li_strf(ctx, "%lld", (long long)spec->quorum_den));
    }
    if (spec->closes_at <= spec->opens_at) {
        return li_fault(ctx, LI_FAULT_LATER, LI_S("/closes_at"), LI_S(""));
    }
    return 0;
}

static int check_electors(struct li_ctx *ctx, const struct li_ballot_spec *spec)
{
    if (spec->by == LI_BY_ROWS && !spec->reg.len) {
        return li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/electorate/register"), LI_S(""));
    }
    if (spec->by == LI_BY_POST && !spec->post.len) {
        return li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/electorate/post"), LI_S(""));
    }
    return 0;
}

/* A map without one of its keys. */
static int without(struct li_ctx *ctx, const struct li_node *map, const char *key,
                   struct li_node **ret)
{
    struct li_node *copy = li_node_new_map(ctx);
    int r = copy ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && map && i < map->map.count; i++) {
        if (!li_str_is(map->map.items[i].key, key)) {
            r = li_node_put(ctx, copy, map->map.items[i].key, map->map.items[i].value);
        }
    }
    *ret = copy;
    return r;
}

int li_ballot_spec_make(struct li_ctx *ctx, const struct li_node *body, struct li_str *ret_bytes)
{
    struct li_ballot_spec *spec = li_alloc(ctx, sizeof(*spec));
    struct li_node *copy, *who;
    struct li_str bytes;
    int r = spec ? without(ctx, body, "rev", &copy) : -LI_E_NOMEM;

    r = r ? r : without(ctx, li_node_get(body, "electorate"), "names", &who);
    r = r ? r : li_node_put(ctx, copy, LI_S("electorate"), who);
    r = r ? r : li_canonical(ctx, copy, &bytes);
    r = r ? r : li_ballot_spec_read(ctx, bytes, spec);
    r = r ? r : check_options(ctx, spec);
    r = r ? r : check_numbers(ctx, spec);
    r = r ? r : check_electors(ctx, spec);
    if (r == 0) {
        *ret_bytes = bytes;
    }
    return r;
}
