/* Pages that only show: home, a district; the desk and built files. */
#include "serve/page/page.h"
#include "base/asset.h"
#include "case/use.h"
#include "playbook/machine.h"
#include "record/tally.h"
#include "serve/op/op.h"

#define NEWEST 6

void li_op_lang(struct li_request *request)
{
    struct li_str lang = li_request_text(request, "lang");

    if (lang.ptr) {
        request->ctx.lang = li_str_is(lang, "en") ? LI_EN : LI_ZH;
    }
}

static int put_streets(struct li_request *request, struct li_node *map,
                       const struct li_tenant *tenant)
{
    struct li_node *list = li_page_list(request, map, "streets");
    struct li_area *areas;
    size_t count;
    int r = li_area_list(&request->ctx, request->conn, tenant->id, (struct li_str){.ptr = NULL},
                         LI_S("street"), &areas, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_node *item = li_page_item(request, list);
        li_page_text(request, item, "code", areas[i].code);
        li_page_text(request, item, "name", areas[i].name);
    }
    return r;
}

int li_op_page_home(struct li_request *request)
{
    const struct li_tenant **tenants;
    struct li_node *data, *list;
    size_t count;
    int r = li_tenant_all(&request->ctx, li_request_house(request)->record, &tenants, &count);

    if (r) {
        return r;
    }
    li_op_lang(request);
    data = li_page_new(request);
    list = li_page_list(request, data, "tenants");
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_node *item = li_page_item(request, list);
        li_page_text(request, item, "tenant", tenants[i]->slug);
        li_page_text(request, item, "name", tenants[i]->name);
        r = put_streets(request, item, tenants[i]);
    }
    return r ? r : li_page_render(request, 200, "home", data);
}

int li_op_put_communities(struct li_request *request, struct li_node *data, struct li_str chosen)
{
    struct li_node *streets = li_page_list(request, data, "streets"), *communities = NULL;
    struct li_area *areas;
    size_t count;
    int r =
        li_area_list(&request->ctx, request->conn, request->tenant->id,
                     (struct li_str){.ptr = NULL}, (struct li_str){.ptr = NULL}, &areas, &count);

    /* in order of path: a street stands before its communities */
    for (size_t i = 0; r == 0 && i < count; i++) {
        bool is_street = li_str_is(areas[i].kind, "street");
        struct li_node *item;
        if (!is_street && !(li_str_is(areas[i].kind, "community") && communities)) {
            continue;
        }
        item = li_page_item(request, is_street ? streets : communities);
        if (is_street) {
            communities = li_page_list(request, item, "communities");
        }
        li_page_bool(request, item, "selected", li_str_eq(areas[i].code, chosen));
        li_page_text(request, item, "code", areas[i].code);
        li_page_text(request, item, "name", areas[i].name);
    }
    return r;
}

/* What was declined or withdrawn is neither under way nor done. */
static bool was_dropped(struct li_str state)
{
    return li_str_is(state, "declined") || li_str_is(state, "void");
}

/* How much is under way and how much was closed, of what anybody may know. */
static int put_counts(struct li_request *request, struct li_node *data)
{
    struct li_tally_delta *items;
    int64_t open = 0, closed = 0;
    size_t count;
    int r = li_tally_read(&request->ctx, request->conn, request->tenant->id, LI_SCOPE_PUBLIC,
                          &items, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_playbook *playbook;
        int state = -1;
        r = li_op_playbook(request, items[i].playbook, &playbook);
        if (r == 0) {
            state = li_machine_state(&playbook->machines[0], items[i].state);
        }
        if (r == 0 && state >= 0 && !was_dropped(items[i].state)) {
            *(playbook->machines[0].states[state].end ? &closed : &open) += items[i].n;
        }
        r = r == -LI_E_NOT_FOUND ? 0 : r;
    }
    li_page_bool(request, data, "has_counts", open + closed > 0);
    li_page_int(request, data, "open_count", open);
    li_page_int(request, data, "closed_count", closed);
    return r;
}

/* What else residents may bring here, beside what most people mean. */
static int put_programmes(struct li_request *request, struct li_node *data)
{
    struct li_node *list = li_page_list(request, data, "programmes");
    struct li_off_list off;
    struct li_str *names;
    size_t count, shown = 0;
    int r = li_library_names(&request->ctx, request->conn, request->tenant->id, &names, &count);

    r = r ? r : li_playbooks_off(&request->ctx, request->conn, request->tenant->id, &off);
    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_playbook *playbook;
        r = li_op_playbook(request, names[i], &playbook);
        if (r == 0 && !li_is_off(&off, names[i]) && li_op_is_for_residents(playbook) &&
            !playbook->under.len && !li_str_eq(playbook->name, LI_REPORT_PLAYBOOK)) {
            struct li_node *item = li_page_item(request, list);
            bool english = request->ctx.lang == LI_EN;
            li_page_text(request, item, "playbook", playbook->name);
            li_page_text(request, item, "title", english ? playbook->title.en : playbook->title.zh);
            li_page_text(request, item, "why", english ? playbook->why.en : playbook->why.zh);
            shown++;
        }
    }
    li_page_bool(request, data, "has_programmes", shown > 0);
    return r;
}

int li_op_page_tenant(struct li_request *request)
{
    const struct li_view_filter any = {.level = 0};
    struct li_str next;
    struct li_node *data;
    int r;

    li_op_lang(request);
    data = li_page_new(request);
    r = li_op_put_communities(request, data, (struct li_str){.ptr = NULL});
    r = r ? r : put_counts(request, data);
    r = r ? r : put_programmes(request, data);
    r = r ? r : li_op_put_square(request, data);
    r = r ? r : li_op_put_ballots(request, data);
    r = r ? r : li_op_put_public(request, data, &any, (struct li_str){.ptr = NULL}, NEWEST, &next);
    return r ? r : li_page_render(request, 200, "tenant", data);
}

/* Which dispute goes where: words alone, and the door itself where a street has it. */
int li_op_page_disputes(struct li_request *request)
{
    const struct li_playbook *playbook;
    struct li_node *data;
    int r;

    li_op_lang(request);
    data = li_page_new(request);
    r = li_op_offered(request, LI_S("dispute"), &playbook);
    if (r && r != -LI_E_NOT_FOUND) {
        return r;
    }
    li_page_bool(request, data, "can_tell", r == 0 && li_op_is_for_residents(playbook));
    li_ctx_clear(&request->ctx);
    return li_page_render(request, 200, "disputes", data);
}

static const char *type_of(struct li_str path)
{
    static const struct {
        struct li_str end;
        const char *type;
    } types[] = {
        {LI_S_INIT(".js"), "text/javascript; charset=utf-8"},
        {LI_S_INIT(".css"), "text/css; charset=utf-8"},
        {LI_S_INIT(".svg"), "image/svg+xml"},
        {LI_S_INIT(".png"), "image/png"},
        {LI_S_INIT(".woff2"), "font/woff2"},
        {LI_S_INIT(".json"), "application/json"},
        {LI_S_INIT(".webmanifest"), "application/manifest+json"},
    };

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (li_str_ends(path, types[i].end)) {
            return types[i].type;
        }
    }
    return "application/octet-stream";
}

/* The page of an application in the browser, as it was built. */
static int reply_app(struct li_request *request, struct li_str path)
{
    const struct li_asset *asset = li_asset_find(path);

    if (!asset) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "%.*s was not built into this program",
                       LI_P(path));
    }
    request->answer.status = 200;
    request->answer.media = LI_MEDIA_HTML;
    request->answer.fixed = asset->bytes;
    return li_op_allow_tiles(request);
}

int li_op_page_desk(struct li_request *request)
{
    return reply_app(request, LI_S("web/dist/desk.html"));
}

int li_op_page_field(struct li_request *request)
{
    return reply_app(request, LI_S("web/dist/field.html"));
}

/* What keeps the field face on the phone.  Its name carries no hash: a browser asks for it
 * anew to learn that there is another version. */
int li_op_get_field_file(struct li_request *request)
{
    struct li_str path =
        li_strf(&request->ctx, "web/dist/field/%.*s", LI_P(li_request_text(request, "file")));
    const struct li_asset *asset = path.ptr ? li_asset_find(path) : NULL;

    if (!asset) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such file");
    }
    request->answer.status = 200;
    request->answer.type = type_of(path);
    request->answer.fixed = asset->bytes;
    return 0;
}

int li_op_page_screen(struct li_request *request)
{
    return reply_app(request, LI_S("web/dist/screen.html"));
}

/* Whether the browser takes an encoding: "gzip, br;q=0.5", never "br;q=0". */
static bool accepts(struct li_str header, const char *encoding)
{
    struct li_str rest = header;

    while (rest.ptr) {
        struct li_str item = li_str_cut(&rest, ','), quality = item;
        struct li_str name = li_str_trim(li_str_cut(&quality, ';'));
        if (li_str_is(name, encoding)) {
            return !quality.ptr || !li_str_is(li_str_trim(quality), "q=0");
        }
    }
    return false;
}

/* The smallest form of a built file the browser takes; the builder made them. */
static const struct li_asset *packed(struct li_request *request, struct li_str path,
                                     const char **ret_encoding)
{
    static const struct {
        const char *encoding, *ending;
    } forms[] = {{"br", "br"}, {"gzip", "gz"}};
    struct li_str header = li_request_header(request, "Accept-Encoding");

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (accepts(header, forms[i].encoding)) {
            struct li_str name = li_strf(&request->ctx, "%.*s.%s", LI_P(path), forms[i].ending);
            const struct li_asset *asset = name.ptr ? li_asset_find(name) : NULL;
            if (asset) {
                *ret_encoding = forms[i].encoding;
                return asset;
            }
        }
    }
    return NULL;
}

int li_op_get_asset(struct li_request *request)
{
    struct li_str path =
        li_strf(&request->ctx, "web/dist/assets/%.*s", LI_P(li_request_text(request, "file")));
    const struct li_asset *asset = path.ptr ? li_asset_find(path) : NULL;
    const char *encoding = NULL;
    const struct li_asset *smaller = asset ? packed(request, path, &encoding) : NULL;

    if (!asset) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such file");
    }
    request->answer.status = 200;
    request->answer.type = type_of(path);
    request->answer.encoding = encoding;
    request->answer.fixed = smaller ? smaller->bytes : asset->bytes;
    request->answer.forever = true;
    return 0;
}
