/* Templates, texts and page data; see page.h. */
#include "serve/page/page.h"

#include "base/asset.h"
#include "base/log.h"
#include "base/time.h"
#include "contract/fault.h"
#include "serve/inside.h"
#include "serve/page/template.h"

#define PAGE_MAX    ((size_t)1 << 20)
#define SIZE_COOKIE "linli-size"
#define SIZE_KEPT   31536000 /* seconds; a year */

/* The pages there are; partials are found by name. */
static const char *const names[] = {
    "home",        "tenant",      "disputes",     "public",      "report",         "progress",
    "problem",     "gone",        "sheet",        "card",        "find",           "pass",
    "pass_gone",   "register",    "register_row", "board_sheet", "register_print", "paper",
    "ballots",     "ballot",      "vote_code",    "vote",        "voted",          "square",
    "square_page", "square_gone", "square_sheet", "letters",     "square_feed",    "check",
    "checked",     "holder",      "join_code",    "both",        "held",           NULL};

struct li_pages {
    const struct li_template *templates[sizeof(names) / sizeof(names[0])];
    struct li_node *texts[2]; /* by enum li_lang */
    struct li_node *assets;   /* {css, js, icon}: addresses; absent when not built */
};

/* ---- loading --------------------------------------------------------------- */

static struct li_str find_source(void *arg, struct li_str name)
{
    struct li_str path = li_strf(arg, "web/pages/%.*s.html", LI_P(name));
    const struct li_asset *asset = path.ptr ? li_asset_find(path) : NULL;

    return asset ? asset->bytes : (struct li_str){.ptr = NULL};
}

static int load_templates(struct li_ctx *ctx, struct li_pages *pages)
{
    const struct li_template_partials partials = {.find = find_source, .arg = ctx};

    for (size_t i = 0; names[i]; i++) {
        struct li_str source = find_source(ctx, li_str(names[i]));
        if (!source.ptr) {
            return LI_FAIL(ctx, LI_E_NOT_FOUND, "no page web/pages/%s.html", names[i]);
        }
        int r = li_template_compile(ctx, li_str(names[i]), source, &partials, &pages->templates[i]);
        if (r) {
            return r;
        }
    }
    return 0;
}

static int load_texts(struct li_ctx *ctx, const char *path, struct li_node **ret)
{
    const struct li_asset *asset = li_asset_find(li_str(path));

    return asset ? li_json_read(ctx, asset->bytes, ret)
                 : LI_FAIL(ctx, LI_E_NOT_FOUND, "no texts %s", path);
}

static int put_address(struct li_ctx *ctx, struct li_node *map, const char *key, struct li_str file)
{
    struct li_str address = li_strf(ctx, "/%.*s", LI_P(file));
    struct li_node *node = address.ptr ? li_node_new_text(ctx, address) : NULL;

    return node ? li_node_put(ctx, map, li_str(key), node) : -LI_E_NOMEM;
}

/* Built names carry a hash: the builder's manifest knows them. */
static int load_assets(struct li_ctx *ctx, struct li_pages *pages)
{
    const struct li_asset *asset = li_asset_find(LI_S("web/dist/manifest.json"));
    struct li_node *manifest, *entry, *css, *icon, *sheet;
    int r;

    pages->assets = li_node_new_map(ctx);
    if (!asset) {
        return pages->assets ? 0 : -LI_E_NOMEM;
    }
    r = li_json_read(ctx, asset->bytes, &manifest);
    if (r) {
        return r;
    }
    entry = li_node_get(manifest, "src/resident/main.ts");
    css = li_node_get(entry, "css");
    icon = li_node_get(manifest, "src/kit/icon.svg");
    if (entry) {
        r = put_address(ctx, pages->assets, "js", li_node_text(entry, "file"));
    }
    if (r == 0 && css && css->kind == LI_LIST && css->list.count) {
        r = put_address(ctx, pages->assets, "css", css->list.items[0]->text);
    }
    if (r == 0 && icon) {
        r = put_address(ctx, pages->assets, "icon", li_node_text(icon, "file"));
    }
    sheet = li_node_get(manifest, "src/sheet/sheet.css");
    if (r == 0 && sheet) {
        r = put_address(ctx, pages->assets, "sheet", li_node_text(sheet, "file"));
    }
    return r;
}

int li_pages_load(struct li_ctx *ctx, struct li_pages **ret)
{
    struct li_pages *pages = li_alloc(ctx, sizeof(*pages));
    int r = pages ? load_templates(ctx, pages) : -LI_E_NOMEM;

    r = r ? r : load_texts(ctx, "web/texts/zh.json", &pages->texts[LI_ZH]);
    r = r ? r : load_texts(ctx, "web/texts/en.json", &pages->texts[LI_EN]);
    r = r ? r : load_assets(ctx, pages);
    if (r == 0) {
        *ret = pages;
    }
    return r;
}

/* ---- data ------------------------------------------------------------------ */

static void put(struct li_request *request, struct li_node *map, const char *key,
                struct li_node *value)
{
    if (map && value && li_node_put(&request->ctx, map, li_str(key), value)) {
        return; /* no memory: told, and met again when the page is rendered */
    }
}

void li_page_text(struct li_request *request, struct li_node *map, const char *key,
                  struct li_str text)
{
    put(request, map, key, li_node_new_text(&request->ctx, text.ptr ? text : LI_S("")));
}

void li_page_texts(struct li_request *request, struct li_node *map, const char *key,
                   struct li_texts texts)
{
    li_page_text(request, map, key, request->ctx.lang == LI_EN ? texts.en : texts.zh);
}

void li_page_bool(struct li_request *request, struct li_node *map, const char *key, bool flag)
{
    put(request, map, key, li_node_new_bool(&request->ctx, flag));
}

void li_page_int(struct li_request *request, struct li_node *map, const char *key, int64_t number)
{
    put(request, map, key, li_node_new_int(&request->ctx, number));
}

/* The day as people name it; the year only when it is another one. */
static struct li_str time_text(struct li_request *request, int64_t instant)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct li_ctx *ctx = &request->ctx;
    int64_t now = li_now(ctx->clock);
    struct li_civil at = li_civil_at(instant);
    int32_t days = li_day_at(instant) - li_day_at(now);
    struct li_str hour = li_strf(ctx, "%02d:%02d", at.hour, at.minute);
    bool en = ctx->lang == LI_EN, same = at.year == li_civil_at(now).year;

    if (days >= -1 && days <= 1) {
        const char *word = days < 0 ? "yesterday" : days ? "tomorrow" : "today";
        return li_page_filled(request, word, "{time}", hour);
    }
    if (en) {
        struct li_str year = same ? LI_S("") : li_strf(ctx, " %d", at.year);
        return li_strf(ctx, "%d %s%.*s %.*s", at.day, months[at.month - 1], LI_P(year), LI_P(hour));
    }
    struct li_str year = same ? LI_S("") : li_strf(ctx, "%d年", at.year);
    return li_strf(ctx, "%.*s%d月%d日 %.*s", LI_P(year), at.month, at.day, LI_P(hour));
}

void li_page_time(struct li_request *request, struct li_node *map, const char *key, int64_t instant)
{
    if (instant) {
        li_page_text(request, map, key, time_text(request, instant));
    }
}

void li_page_due(struct li_request *request, struct li_node *map, const char *key, int64_t instant)
{
    if (instant) {
        struct li_str text = time_text(request, instant);
        li_page_text(request, map, key, li_page_filled(request, "before", "{time}", text));
    }
}

struct li_node *li_page_map(struct li_request *request, struct li_node *map, const char *key)
{
    struct li_node *child = li_node_new_map(&request->ctx);

    put(request, map, key, child);
    return child;
}

struct li_node *li_page_list(struct li_request *request, struct li_node *map, const char *key)
{
    struct li_node *child = li_node_new_list(&request->ctx);

    put(request, map, key, child);
    return child;
}

struct li_node *li_page_item(struct li_request *request, struct li_node *list)
{
    struct li_node *item = li_node_new_map(&request->ctx);

    if (!list || !item || li_node_push(&request->ctx, list, item)) {
        return NULL;
    }
    return item;
}

struct li_str li_page_word(struct li_request *request, const char *key)
{
    return li_node_text(request->server->pages->texts[request->ctx.lang], key);
}

struct li_str li_page_word_of(struct li_request *request, const char *family, struct li_str name)
{
    struct li_str key = li_strf(&request->ctx, "%s_%.*s", family, LI_P(name));
    const struct li_node *node =
        li_node_get_str(request->server->pages->texts[request->ctx.lang], key);

    return node && node->kind == LI_TEXT ? node->text : (struct li_str){.ptr = NULL};
}

struct li_str li_page_filled(struct li_request *request, const char *key, const char *slot,
                             struct li_str value)
{
    struct li_str text = li_page_word(request, key);
    const char *at = text.ptr ? memmem(text.ptr, text.len, slot, strlen(slot)) : NULL;
    size_t before = at ? (size_t)(at - text.ptr) : text.len;
    struct li_str after =
        at ? li_str_n(at + strlen(slot), text.len - before - strlen(slot)) : LI_S("");

    return li_strf(&request->ctx, "%.*s%.*s%.*s", (int)before, text.ptr ? text.ptr : "",
                   LI_P(value), LI_P(after));
}

/* This address with `name`=`value` put last, whatever it was. */
static struct li_str self_with(struct li_request *request, const char *name, const char *value)
{
    struct li_str rest = request->query.len ? request->query : (struct li_str){.ptr = NULL};
    struct li_buf *buf = li_buf_new(&request->ctx, 8192);
    bool first = true;

    if (!buf) {
        return LI_S("");
    }
    /* a form that was refused is shown at the address it was posted to */
    li_buf_str(buf, request->path);
    while (rest.ptr) {
        struct li_str pair = li_str_cut(&rest, '&'), tail = pair;
        if (pair.len && !li_str_is(li_str_cut(&tail, '='), name)) {
            li_buf_char(buf, first ? '?' : '&');
            li_buf_str(buf, pair);
            first = false;
        }
    }
    li_buf_char(buf, first ? '?' : '&');
    li_buf_text(buf, name);
    li_buf_char(buf, '=');
    li_buf_text(buf, value);
    return buf->error ? LI_S("") : li_buf_view(buf);
}

/* Large type and fewer things, as asked for now or once before: the browser keeps it. */
static bool is_large(struct li_request *request)
{
    struct li_str asked = li_request_text(request, "size");
    struct li_str cookie;

    if (!asked.ptr) {
        return li_str_is(li_request_cookie(request, SIZE_COOKIE), "large");
    }
    cookie = li_strf(&request->ctx, SIZE_COOKIE "=%.*s; Path=/; SameSite=Lax; Max-Age=%d",
                     LI_P(asked), SIZE_KEPT);
    request->answer.cookie = cookie.ptr;
    return li_str_is(asked, "large");
}

static void put_choices(struct li_request *request, struct li_node *data)
{
    bool en = request->ctx.lang == LI_EN, large = is_large(request);

    li_page_text(request, data, "lang", en ? LI_S("en") : LI_S("zh"));
    li_page_bool(request, data, "is_en", en);
    li_page_bool(request, data, "large", large);
    li_page_text(request, data, "other_lang_href", self_with(request, "lang", en ? "zh" : "en"));
    li_page_text(request, data, "other_size_href",
                 self_with(request, "size", large ? "usual" : "large"));
}

struct li_node *li_page_new(struct li_request *request)
{
    const struct li_pages *pages = request->server->pages;
    struct li_node *data = li_node_new_map(&request->ctx);

    if (!data) {
        return NULL;
    }
    put_choices(request, data);
    put(request, data, "t", pages->texts[request->ctx.lang]);
    put(request, data, "assets", pages->assets);
    li_page_text(request, data, "self", request->path);
    if (request->tenant) {
        li_page_text(request, data, "tenant", request->tenant->slug);
        li_page_text(request, data, "name", request->tenant->name);
    }
    return data;
}

/* ---- rendering ------------------------------------------------------------- */

static const struct li_template *template_of(const struct li_pages *pages, const char *name)
{
    for (size_t i = 0; names[i]; i++) {
        if (strcmp(names[i], name) == 0) {
            return pages->templates[i];
        }
    }
    li_assert(!"a page that is not there");
}

int li_page_render(struct li_request *request, int status, const char *name,
                   const struct li_node *data)
{
    struct li_answer *answer = &request->answer;
    int r;

    if (!data) {
        return -LI_E_NOMEM;
    }
    li_buf_done(&answer->body);
    li_buf_init(&answer->body, PAGE_MAX);
    r = li_template_render(&request->ctx, template_of(request->server->pages, name), data,
                           &answer->body);
    r = r ? r : li_buf_check(&request->ctx, &answer->body);
    if (r == 0) {
        answer->status = status;
        answer->media = LI_MEDIA_HTML;
    }
    return r;
}

/* What the playbook says of why not; ptr NULL: nothing. */
static struct li_str checks_of(struct li_request *request)
{
    struct li_ctx *ctx = &request->ctx;
    struct li_str all = {.ptr = NULL};

    for (unsigned i = 0; i < ctx->error_count; i++) {
        struct li_str one = ctx->errors[i].reason
                                ? li_fault_sentence(ctx, &ctx->errors[i], ctx->lang)
                                : (struct li_str){.ptr = NULL};
        if (one.len) {
            all = all.len ? li_strf(ctx, "%.*s %.*s", LI_P(all), LI_P(one)) : one;
        }
    }
    return all;
}

/* What to do now, for people; what went wrong is the title's. */
static struct li_str hint_of(struct li_request *request, const struct li_error_info *info)
{
    struct li_str checks =
        info->code == LI_E_CHECK ? checks_of(request) : (struct li_str){.ptr = NULL};
    const char *key = info->http >= 500              ? "problem_later"
                      : info->code == LI_E_NOT_FOUND ? "problem_not_found"
                                                     : "problem_other";

    return checks.ptr ? checks : li_page_word(request, key);
}

void li_page_problem(struct li_request *request, const struct li_error_info *info)
{
    bool en = request->ctx.lang == LI_EN;
    struct li_node *data = li_page_new(request);
    struct li_str back = LI_S("/");

    if (request->method == LI_POST) {
        back = request->path; /* a form's page stands where it is sent to */
    } else if (request->tenant) {
        back = li_strf(&request->ctx, "/%.*s/", LI_P(request->tenant->slug));
    }
    if (data) {
        li_page_int(request, data, "status", info->http);
        li_page_text(request, data, "title", li_str(en ? info->en : info->zh));
        li_page_text(request, data, "hint", hint_of(request, info));
        li_page_text(request, data, "back", back);
    }
    if (!data || li_page_render(request, info->http, "problem", data)) {
        li_log_error(&request->ctx, "serve.page");
        request->answer.status = info->http;
        request->answer.media = LI_MEDIA_TEXT;
        request->answer.fixed = li_str(en ? info->en : info->zh);
    }
}
