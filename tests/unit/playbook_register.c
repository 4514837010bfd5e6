/*
 * Registers: every rule of theirs refuses with its place, the packed ones load, and
 * the page about one says who asks how much.
 */
#include "base.h"
#include "base/asset.h"
#include "playbook/register.h"
#include "playbook/rule.h"

static const char sample[] =
    "register: benches\n"
    "version: 1\n"
    "title: {zh: 长椅, en: Benches}\n"
    "why: {zh: 为什么, en: Why}\n"
    "issuer: {zh: 街道, en: Street}\n"
    "basis: {zh: 规定, en: Rules}\n"
    "fields:\n"
    "  name: {type: text, label: {zh: 名称, en: Name}}\n"
    "  place: {type: area, label: {zh: 地点, en: Place}}\n"
    "  kind: {type: choice, label: {zh: 种类, en: Kind}, options: {a: {zh: 甲, en: A}}}\n"
    "  phone: {type: phone, label: {zh: 电话, en: Telephone}}\n"
    "  agreed: {type: bool, label: {zh: 同意公开, en: May be shown}}\n"
    "  until: {type: date, label: {zh: 到期, en: Until}}\n"
    "  beside: {type: subject, register: benches, label: {zh: 旁边, en: Beside}}\n"
    "name: name\n"
    "number: \"B-{seq}\"\n"
    "place: place\n"
    "valid: {until: until}\n"
    "required: [place]\n"
    "owner: desk\n"
    "by: [desk]\n"
    "find: [kind]\n"
    "columns: [{heading: 名称, field: name}, {heading: 备注}]\n"
    "see: {public: [name, {field: phone, agreed: agreed}], list: [kind], print: [name]}\n"
    "cases: [bench-repair]\n"
    "repeats: {cases: 3, within: 30d, say: {zh: 该换了, en: Time for another}}\n"
    "keep: 2y\n";

struct broken {
    const char *rule, *from, *to, *limit;
};

static const struct broken broken[] = {
    {"register-name", "name: name\n", "name: phone\n", "phone"},
    {"register-name", "number: \"B-{seq}\"", "code: kind", "kind"},
    {"register-number", "number: \"B-{seq}\"\n", "", "benches"},
    {"register-number", "number: \"B-{seq}\"\n", "number: \"B-{seq}\"\ncode: name\n", "benches"},
    {"number-form", "B-{seq}", "B-{no}", "B-{no}"},
    {"register-place", "place: place\n", "place: kind\n", "kind"},
    {"until-date", "valid: {until: until}", "valid: {until: kind}", "kind"},
    {"no-such-field", "required: [place]", "required: [plaice]", "plaice"},
    {"no-such-post", "owner: desk", "owner: cook", "cook"},
    {"no-such-post", "by: [desk]", "by: [cook]", "cook"},
    {"register-find", "find: [kind]", "find: [name]", "name"},
    {"register-once", "find: [kind]", "find: [kind]\nonce: [kind]", "kind"},
    {"no-such-field", "field: name}, {", "field: nam}, {", "nam"},
    {"twice", "{heading: 备注}", "{heading: 名称}", "名称"},
    {"word-missing", "columns: [{heading: 名称, field: name}, {heading: 备注}]\n", "", "columns"},
    {"register-agreed", "agreed: agreed}", "agreed: kind}", "kind"},
    {"register-public", "{field: phone, agreed: agreed}", "phone", "phone"},
    {"register-repeats", "cases: [bench-repair]\n", "", "repeats"},
    {"register-asks", "see: {public: [name, {field: phone, agreed: agreed}], ",
     "asks: {playbook: bench-repair}\nsee: {", "bench-repair"},
    {"register-photos", "type: bool", "type: photos", "agreed"},
    {"register-photos", "type: bool", "type: document", "agreed"},
    {"field-register", "type: subject, register: benches", "type: subject", "beside"},
    {"field-register", "type: bool", "type: bool, register: benches", "agreed"},
    {"name-form", "register: benches,", "register: Benches,", "Benches"},
    {"word-missing", "issuer: {zh: 街道, en: Street}\n", "", "issuer"},
    {"word-missing", "keep: 2y\n", "", "keep"},
    {"word-unknown", "keep: 2y", "kep: 2y", NULL},
};

static struct li_str changed(struct li_ctx *ctx, const struct broken *how)
{
    const char *at = strstr(sample, how->from);

    if (!at)
        fail_msg("the sample has no '%s'", how->from);
    return li_strf(ctx, "%.*s%s%s", (int)(at - sample), sample, how->to, at + strlen(how->from));
}

static bool is_told(const struct li_ctx *ctx, const struct broken *how)
{
    for (unsigned i = 0; i < ctx->error_count; i++) {
        if (ctx->errors[i].reason && strcmp(ctx->errors[i].reason, how->rule) == 0 &&
            (!how->limit || li_str_is(ctx->errors[i].limit, how->limit)))
            return true;
    }
    return false;
}

static void the_sample_loads(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_register *reg;

    assert_int_equal(li_register_load(ctx, "benches.yaml", li_str(sample), &reg), 0);
    assert_int_equal(reg->form.field_count, 7);
    assert_int_equal(reg->until, 5);
    assert_int_equal(reg->columns[1].field, -1);
    assert_int_equal(reg->shown[1].agreed, 4);
    assert_int_equal(reg->form.keep_days, 732);
    assert_true(reg->required[0] && reg->required[1] && !reg->required[2]);
}

static void every_rule_refuses(void **state)
{
    struct li_ctx *ctx = *state;

    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        struct li_register *reg = NULL;
        li_ctx_clear(ctx);
        assert_int_equal(li_register_load(ctx, "benches.yaml", changed(ctx, &broken[i]), &reg),
                         -LI_E_INVALID);
        if (!is_told(ctx, &broken[i]))
            fail_msg("%s is not told of '%s': %.*s", broken[i].rule, broken[i].to,
                     LI_P(li_ctx_explain(ctx)));
    }
}

/* A register's own fields are a playbook's, so one is read by itself. */
static void what_is_read_is_there(void **state)
{
    static const struct {
        const char *reads;
        bool fits;
    } cases[] = {
        {"reads: {kind: {type: text, label: {zh: 甲, en: A}}, agreed: {type: bool, label: {zh: 乙, "
         "en: B}}}",
         true},
        {"reads: {kind: {type: number, label: {zh: 甲, en: A}}}", false},
        {"reads: {phone: {type: text, label: {zh: 甲, en: A}}}", false},
        {"reads: {colour: {type: text, label: {zh: 甲, en: A}}}", false},
    };
    struct li_ctx *ctx = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct li_str to = li_strf(ctx, "register: benches, %s,", cases[i].reads);
        const struct broken how = {"field-reads-none", "register: benches,", to.ptr, NULL};
        struct li_register *reg;

        li_ctx_clear(ctx);
        assert_int_equal(li_register_load(ctx, "benches.yaml", changed(ctx, &how), &reg), 0);
        assert_int_equal(li_playbook_reads_fit(ctx, &reg->form, reg) == 0, cases[i].fits);
        assert_int_equal(is_told(ctx, &how), !cases[i].fits);
    }
}

static void the_page_says_who_asks_how_much(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_register *reg;
    struct li_buf *buf = li_buf_new(ctx, 0);

    assert_int_equal(li_register_load(ctx, "benches.yaml", li_str(sample), &reg), 0);
    assert_int_equal(li_register_explain(ctx, reg, buf), 0);
    li_buf_char(buf, '\0');
    assert_non_null(strstr(buf->ptr, "**制发** 街道"));
    assert_non_null(strstr(buf->ptr, "**每条要填几项** 7"));
    assert_non_null(strstr(buf->ptr, "本人同意才公开"));
    li_buf_reset(buf);
    ctx->lang = LI_EN;
    assert_int_equal(li_register_explain(ctx, reg, buf), 0);
    li_buf_char(buf, '\0');
    assert_non_null(strstr(buf->ptr, "**Fields asked of a row** 7"));
    assert_non_null(strstr(buf->ptr, "| Name | 名称 | required public name |"));
}

static void the_packed_ones_load(void **state)
{
    struct li_ctx *ctx = *state;
    const struct li_asset *asset = NULL;
    int count = 0;

    for (; (asset = li_asset_next(LI_S("playbooks/registers/"), asset)); count++) {
        struct li_register *reg;
        if (li_register_load(ctx, asset->path.ptr, asset->bytes, &reg) != 0)
            fail_msg("%s: %.*s", asset->path.ptr, LI_P(li_ctx_explain(ctx)));
    }
    assert_true(count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_sample_loads),      TEST(every_rule_refuses),
        TEST(what_is_read_is_there), TEST(the_page_says_who_asks_how_much),
        TEST(the_packed_ones_load),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
