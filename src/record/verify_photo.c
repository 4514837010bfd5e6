/*
 * Whether a case's photos are what history says they are; part of verify.
 *
 * The entry names both blobs and the size in pixels, its time is when the case got
 * the photo, and the file tells how long it is: so no column of a row can be
 * changed unseen.  Not for who may see a photo, and not for pictures that wait for
 * a case: history knows nothing of those.
 */
#include "base/canonical.h"
#include "base/id.h"
#include "record/photo.h"

#define ENTRIES ((size_t)1 << 20) /* about one case, more than any has */

LI_SQL(photo_number, "select cast(count(*) as bigint) from photo where tenant = $1");
LI_SQL(photo_next_case, "select case_id from photo where tenant = $1 and case_id > $2 "
                        "order by case_id limit 1");

static bool read_document(const struct li_node *refer, int64_t no, struct li_photo *ret)
{
    *ret = (struct li_photo){.no = no};
    if (!li_filetype_parse(li_node_text(refer, "kind"), &ret->kind) ||
        ret->kind == LI_FILETYPE_PHOTO ||
        !li_base32_parse(li_node_text(refer, "blob"), ret->full.name, LI_BLOB_NAME)) {
        return false;
    }
    ret->thumb = ret->full;
    return true;
}

/* The reverse of li_photo_refer. */
static bool read_refer(const struct li_node *refer, struct li_photo *ret)
{
    const struct li_node *no = li_node_get(refer, "no"), *width = li_node_get(refer, "width"),
                         *height = li_node_get(refer, "height");

    if (li_node_get(refer, "kind")) {
        return no && no->kind == LI_INT && read_document(refer, no->number, ret);
    }
    if (!no || no->kind != LI_INT || !width || width->kind != LI_INT || !height ||
        height->kind != LI_INT) {
        return false;
    }
    *ret = (struct li_photo){.no = no->number, .width = width->number, .height = height->number};
    return li_base32_parse(li_node_text(refer, "blob"), ret->full.name, LI_BLOB_NAME) &&
           li_base32_parse(li_node_text(refer, "thumb"), ret->thumb.name, LI_BLOB_NAME);
}

static bool is_same(const struct li_photo *a, const struct li_photo *b)
{
    return memcmp(&a->full, &b->full, sizeof(a->full)) == 0 &&
           memcmp(&a->thumb, &b->thumb, sizeof(a->thumb)) == 0 && a->width == b->width &&
           a->height == b->height && a->at == b->at && a->kind == b->kind;
}

static int check_files(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant,
                       const struct li_photo *photo, enum li_photo_state *ret)
{
    int64_t full = 0, thumb = 0;
    int r = li_blob_check(ctx, blobs, tenant, &photo->full, &full);

    r = r ? r : li_blob_check(ctx, blobs, tenant, &photo->thumb, &thumb);
    switch (r) {
    case 0:
        *ret = full == photo->bytes ? LI_PHOTO_HOLDS : LI_PHOTO_ALTERED;
        return 0;
    case -LI_E_NOT_FOUND:
        *ret = LI_PHOTO_FILE_MISSING;
        return 0;
    case -LI_E_CORRUPT:
        *ret = LI_PHOTO_FILE_ALTERED;
        return 0;
    default:
        return r;
    }
}

int li_photo_verify(struct li_ctx *ctx, struct li_blobs *blobs, struct li_conn *conn,
                    const struct li_entry *entry, const struct li_node *refer,
                    enum li_photo_state *ret)
{
    struct li_photo named, photo;
    int r;

    if (!read_refer(refer, &named)) {
        *ret = LI_PHOTO_MISSHAPEN;
        return 0;
    }
    named.at = entry->at;
    r = li_photo_find(ctx, conn, entry->tenant, entry->entity, named.no, &photo);
    if (r == -LI_E_NOT_FOUND) {
        *ret = LI_PHOTO_MISSING;
        return 0;
    }
    if (r == -LI_E_CORRUPT || (r == 0 && !is_same(&photo, &named))) {
        li_ctx_clear(ctx);
        *ret = LI_PHOTO_ALTERED;
        return 0;
    }
    if (r == 0 && blobs) {
        return check_files(ctx, blobs, entry->tenant, &photo, ret);
    }
    if (r == 0) {
        *ret = LI_PHOTO_HOLDS;
    }
    return r;
}

int li_photo_count(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t *ret)
{
    return li_query_i64(ctx, conn, &photo_number, LI_ARGS(li_v(tenant)), ret);
}

/* ---- photos that no entry names --------------------------------------------- */

static bool names_photo(const struct li_node *node, int64_t no)
{
    bool named = false;
    struct li_photo photo;

    if (node->kind == LI_MAP && li_node_get(node, "blob")) {
        return read_refer(node, &photo) && photo.no == no;
    }
    for (size_t i = 0; !named && node->kind == LI_MAP && i < node->map.count; i++) {
        named = names_photo(node->map.items[i].value, no);
    }
    for (size_t i = 0; !named && node->kind == LI_LIST && i < node->list.count; i++) {
        named = names_photo(node->list.items[i], no);
    }
    return named;
}

static int count_unnamed(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                         size_t *ret)
{
    size_t photo_count, entry_count, unnamed = 0;
    const struct li_node **payloads;
    struct li_photo *photos;
    struct li_entry *entries;
    int r = li_photo_list(ctx, conn, tenant, case_id, &photos, &photo_count);

    r = r ? r : li_history_of(ctx, conn, tenant, case_id, ENTRIES, &entries, &entry_count);
    if (r) {
        return r;
    }
    payloads = li_alloc_array(ctx, entry_count + 1, sizeof(*payloads));
    if (!payloads) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < entry_count; i++) {
        struct li_node *payload = NULL;
        if (li_canonical_read(ctx, entries[i].payload, &payload)) {
            li_ctx_clear(ctx); /* the walk met that entry */
        }
        payloads[i] = payload;
    }
    for (size_t i = 0; i < photo_count; i++) {
        bool named = false;
        for (size_t k = 0; !named && k < entry_count; k++) {
            named = payloads[k] && names_photo(payloads[k], photos[i].no);
        }
        unnamed += !named;
    }
    *ret = unnamed;
    return 0;
}

int li_photo_unnamed(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t after,
                     int64_t *ret_case)
{
    size_t unnamed = 0;
    int r = 0;

    while (r == 0 && unnamed == 0) {
        struct li_rows *rows;
        li_arena_reset(ctx->arena);
        li_ctx_clear(ctx);
        r = li_query_one(ctx, conn, &photo_next_case, LI_ARGS(li_v(tenant), li_v(after)), &rows);
        if (r == 0) {
            after = li_col_i64(rows, 0);
            li_rows_done(rows);
            r = count_unnamed(ctx, conn, tenant, after, &unnamed);
        }
    }
    if (r == 0) {
        *ret_case = after;
    }
    return r;
}
