/*
 * web/pages as shipped: every page compiles, and renders with its fixture in
 * both languages, whole and without a leftover tag.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/asset.h"
#include "serve/page/template.h"

struct page {
    const char *template;
    const char *fixture;
    const char *says; /* something only a well-filled page holds */
};

static const struct page pages[] = {
    {"home", "home", "href=\"/nanshan/?lang="},
    {"tenant", "tenant", "/nanshan/report?area=440305001007&amp;via=web"},
    {"report", "report", "<input type=\"hidden\" name=\"area\" value=\"440305001007\">"},
    {"report", "report-refused", "<option value=\"440305001007\">"},
    {"report", "report", "href=\"#i-lamp\""},
    {"public", "public", "<option value=\"open\" selected>"},
    {"progress", "progress", "class=\"rail-now\" aria-current=\"step\""},
    {"progress", "progress-closed", "value=\"not_solved\" required"},
    {"progress", "progress-closed", "name=\"satisfied\" value=\"4\" checked"},
    {"progress", "progress", "<strong class=\"told\">4827 1935 0462 7718</strong>"},
    {"find", "find", "id=\"find-wrong\" role=\"alert\""},
    {"tenant", "tenant", "action=\"/nanshan/find\""},
    {"problem", "problem", "href=\"/nanshan/\""},
};

static struct li_str page_source(void *arg, struct li_str name)
{
    struct li_ctx *ctx = arg;
    struct li_str path = li_strf(ctx, "web/pages/%.*s.html", LI_P(name));
    const struct li_asset *asset = li_asset_find(path);

    return asset != NULL ? asset->bytes : (struct li_str){0};
}

static struct li_node *read_json(struct li_ctx *ctx, struct li_str path)
{
    struct li_node *node = NULL;
    struct li_str bytes;

    assert_int_equal(li_file_read(ctx, li_str_c(ctx, path), 0, &bytes), 0);
    assert_int_equal(li_json_read(ctx, bytes, &node), 0);
    return node;
}

static bool holds(struct li_str text, const char *part)
{
    return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

/* The fixture with the texts of a language. */
static struct li_node *data_of(struct li_ctx *ctx, const struct page *page, const char *lang)
{
    struct li_node *data = read_json(ctx, li_strf(ctx, "web/fixtures/%s.json", page->fixture));
    struct li_node *texts = read_json(ctx, li_strf(ctx, "web/texts/%s.json", lang));

    assert_int_equal(li_node_put(ctx, data, LI_S("t"), texts), 0);
    *li_node_get(data, "lang") = *li_node_new_text(ctx, li_str(lang));
    *li_node_get(data, "is_en") = *li_node_new_bool(ctx, strcmp(lang, "en") == 0);
    return data;
}

static void check_page(const struct page *page, const char *lang)
{
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx ctx;
    const struct li_template *template = NULL;
    struct li_buf *out;
    struct li_str html;

    li_ctx_init(&ctx, arena, NULL, NULL);
    const struct li_template_partials partials = {.find = page_source, .arg = &ctx};
    struct li_str source = page_source(&ctx, li_str(page->template));

    out = li_buf_new(&ctx, 0);
    assert_non_null(source.ptr);
    assert_int_equal(
        li_template_compile(&ctx, li_str(page->template), source, &partials, &template), 0);
    assert_int_equal(li_template_render(&ctx, template, data_of(&ctx, page, lang), out), 0);
    html = li_buf_view(out);
    assert_true(li_str_starts(html, LI_S("<!doctype html>\n<html lang=")));
    assert_true(li_str_ends(html, LI_S("</html>\n")));
    assert_true(holds(html, strcmp(lang, "en") == 0 ? "lang=\"en\"" : "lang=\"zh-CN\""));
    assert_true(holds(html, page->says));
    assert_false(holds(html, "{{"));
    li_arena_free(arena);
}

static void pages_fit_their_fixtures(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        check_page(&pages[i], "zh");
        check_page(&pages[i], "en");
    }
}

/* A page that lost its partial, or a file nobody can compile, shows here. */
static void every_template_compiles(void **state)
{
    const struct li_asset *asset = NULL;
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx ctx;
    int count = 0;

    (void)state;
    li_ctx_init(&ctx, arena, NULL, NULL);
    const struct li_template_partials partials = {.find = page_source, .arg = &ctx};

    while ((asset = li_asset_next(LI_S("web/pages/"), asset)) != NULL) {
        const struct li_template *template = NULL;

        assert_int_equal(li_template_compile(&ctx, asset->path, asset->bytes, &partials, &template),
                         0);
        count++;
    }
    assert_true(count >= 5);
    li_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_fit_their_fixtures),
        cmocka_unit_test(every_template_compiles),
    };

    return cmocka_run_group_tests_name("unit/page_files", tests, NULL, NULL);
}
