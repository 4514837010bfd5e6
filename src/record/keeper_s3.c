/*
 * A keeper that is a bucket of an object store (S3's REST API, path or host style).
 *
 * Its times are the store's own clock; an object that was put longer than a day ago
 * is put anew when it is touched, because its time cannot be set otherwise.
 */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "record/keeper_inside.h"
#include "record/s3.h"

#define PAGE_MAX ((size_t)4 << 20) /* a page of 1,000 keys is well below */

struct bucket {
    struct li_keeper base;
    struct li_s3 *s3;
};

static struct li_s3 *s3_of(struct li_keeper *keeper)
{
    return ((struct bucket *)keeper)->s3;
}

static void close_bucket(struct li_keeper *keeper)
{
    li_s3_close(s3_of(keeper));
    free(keeper);
}

static int put(struct li_ctx *ctx, struct li_keeper *keeper, const char *key, struct li_str bytes)
{
    const struct li_s3_request request = {
        .method = "PUT", .key = key, .body = bytes, .max = 64 * 1024};
    struct li_s3_answer answer;
    int r = li_s3_ask(ctx, s3_of(keeper), &request, &answer);

    return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_IO, "the object store has no such bucket") : r;
}

static int get(struct li_ctx *ctx, struct li_keeper *keeper, const char *key, size_t max,
               struct li_str *ret)
{
    const struct li_s3_request request = {.method = "GET", .key = key, .max = max};
    struct li_s3_answer answer;
    int r = li_s3_ask(ctx, s3_of(keeper), &request, &answer);

    if (r == 0) {
        *ret = li_buf_view(answer.body);
    }
    return r;
}

static int head(struct li_ctx *ctx, struct li_keeper *keeper, const char *key, struct li_kept *ret)
{
    const struct li_s3_request request = {.method = "HEAD", .key = key};
    struct li_s3_answer answer;
    int r = li_s3_ask(ctx, s3_of(keeper), &request, &answer);

    if (r == 0) {
        *ret = (struct li_kept){.size = answer.length, .at = answer.modified_at};
    }
    return r;
}

static bool touch(struct li_ctx *ctx, struct li_keeper *keeper, const char *key)
{
    struct li_kept kept;
    int r = head(ctx, keeper, key, &kept);

    if (r && r != -LI_E_NOT_FOUND) {
        li_ctx_clear(ctx); /* putting it meets the same trouble and tells it */
    }
    return r == 0 && kept.at > li_now(ctx->clock) - LI_DAY;
}

static int delete_object(struct li_ctx *ctx, struct li_keeper *keeper, const char *key)
{
    const struct li_s3_request request = {.method = "DELETE", .key = key, .max = 64 * 1024};
    struct li_s3_answer answer;
    int r = li_s3_ask(ctx, s3_of(keeper), &request, &answer);

    return r == -LI_E_NOT_FOUND ? 0 : r;
}

/* ---- listing --------------------------------------------------------------- */

/* The text of the first child of that name; empty when there is none. */
static struct li_str child(const xmlNode *node, const char *name)
{
    for (node = node->children; node; node = node->next) {
        if (node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0) {
            return node->children && node->children->content
                       ? li_str((const char *)node->children->content)
                       : LI_S("");
        }
    }
    return LI_S("");
}

struct page {
    struct li_keeper *keeper;
    li_keeper_each *each;
    void *arg;
    struct li_str next; /* the token of the page behind; empty: none */
};

static int tell_object(struct li_ctx *ctx, const struct page *page, const xmlNode *node)
{
    const char *prefix = li_s3_prefix(s3_of(page->keeper)), *key;
    struct li_str name = child(node, "Key");
    struct li_kept kept;
    int r;

    if (!li_str_starts(name, li_str(prefix))) {
        return 0;
    }
    key = li_str_c(ctx, li_str_n(name.ptr + strlen(prefix), name.len - strlen(prefix)));
    if (!key) {
        return -LI_E_NOMEM;
    }
    if (!li_str_to_i64(child(node, "Size"), &kept.size)) {
        return LI_FAIL(ctx, LI_E_IO, "the object store lists %s without a size", key);
    }
    r = li_time_parse(ctx, child(node, "LastModified"), &kept.at);
    return r ? r : page->each(ctx, page->arg, key, &kept);
}

static int read_page(struct li_ctx *ctx, struct page *page, struct li_str text)
{
    xmlDoc *doc = xmlReadMemory(text.ptr ? text.ptr : "", (int)text.len, "", NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    int r = 0;

    page->next = LI_S("");
    if (!root || strcmp((const char *)root->name, "ListBucketResult") != 0) {
        r = LI_FAIL(ctx, LI_E_IO, "the object store's list cannot be read");
    }
    for (const xmlNode *node = r ? NULL : root->children; r == 0 && node; node = node->next) {
        if (node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, "Contents") == 0) {
            r = tell_object(ctx, page, node);
        }
    }
    if (r == 0 && li_str_is(child(root, "IsTruncated"), "true")) {
        page->next = li_str_dup(ctx, child(root, "NextContinuationToken"));
        r = page->next.len ? 0 : LI_FAIL(ctx, LI_E_IO, "the object store's list breaks off");
    }
    xmlFreeDoc(doc);
    return r;
}

static int list(struct li_ctx *ctx, struct li_keeper *keeper, const char *prefix,
                li_keeper_each *each, void *arg)
{
    struct li_s3 *s3 = s3_of(keeper);
    struct page page = {.keeper = keeper, .each = each, .arg = arg};
    struct li_str below = li_strf(ctx, "%s%s", li_s3_prefix(s3), prefix);
    const char *word = below.ptr ? li_s3_encode(ctx, below) : NULL;
    int r = word ? 0 : -LI_E_NOMEM;

    do {
        const char *next = page.next.len ? li_s3_encode(ctx, page.next) : "";
        struct li_str query;
        struct li_s3_answer answer;

        if (r || !next) {
            return r ? r : -LI_E_NOMEM;
        }
        query = li_strf(ctx, "%s%s%slist-type=2&prefix=%s", next[0] ? "continuation-token=" : "",
                        next, next[0] ? "&" : "", word);
        const struct li_s3_request request = {.method = "GET", .query = query.ptr, .max = PAGE_MAX};
        r = query.ptr ? li_s3_ask(ctx, s3, &request, &answer) : -LI_E_NOMEM;
        if (r == 0) {
            r = read_page(ctx, &page, li_buf_view(answer.body));
            li_buf_done(answer.body); /* there may be thousands of pages */
        }
    } while (r == 0 && page.next.len);
    return r;
}

static const struct li_keeper_kind s3_kind = {
    .remote = true,
    .close = close_bucket,
    .put = put,
    .get = get,
    .head = head,
    .touch = touch,
    .remove = delete_object,
    .list = list,
};

int li_keeper_s3(struct li_ctx *ctx, const struct li_keeper_config *config, struct li_keeper **ret)
{
    struct bucket *bucket = calloc(1, sizeof(*bucket));
    int r = bucket ? li_s3_open(ctx, config, &bucket->s3)
                   : LI_FAIL(ctx, LI_E_NOMEM, "no memory for files");

    if (r) {
        free(bucket);
        return r;
    }
    bucket->base.kind = &s3_kind;
    *ret = &bucket->base;
    return 0;
}
