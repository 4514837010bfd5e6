/*
 * What lies under maps: addresses of tiles, or a file of them that an administrator laid into
 * the server's folder of maps (PMTiles).  That file is sent in ranges as it is; which tile lies
 * where is read from it by who asks.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/setting.h"
#include "serve/inside.h"
#include "serve/op/op.h"

int li_op_base_map(struct li_request *request)
{
    struct li_base_map base;
    struct li_json json;
    int r = li_setting_map(&request->ctx, request->conn, request->tenant->id, &base);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_key(&json, "layers");
    li_json_open_list(&json);
    for (size_t i = 0; i < base.layer_count; i++) {
        li_json_text(&json, base.layers[i]);
    }
    li_json_close_list(&json);
    if (base.file.ptr) {
        li_json_put_text(
            &json, "archive",
            li_strf(&request->ctx, "/api/v1/%.*s/map/tiles", LI_P(request->tenant->slug)));
    }
    li_json_put_text(&json, "crs", li_str(li_crs_name(base.crs)));
    li_json_put_int(&json, "min_zoom", base.min_zoom);
    li_json_put_int(&json, "max_zoom", base.max_zoom);
    li_json_put_text(&json, "attribution", base.attribution);
    li_json_put_text(&json, "approval", base.approval);
    li_json_close_map(&json);
    return li_reply_end(request);
}

#define ORIGINS_MAX 1024 /* bytes of a policy */

static int add_origin(struct li_request *request, int64_t tenant)
{
    struct li_base_map base;
    struct li_str so_far = li_str(request->answer.images ? request->answer.images : "");
    int r = li_setting_map(&request->ctx, request->conn, tenant, &base);

    if (r || !base.origin.len || so_far.len + base.origin.len + 1 > ORIGINS_MAX) {
        return r;
    }
    request->answer.images =
        li_strf(&request->ctx, "%.*s %.*s", LI_P(so_far), LI_P(base.origin)).ptr;
    return request->answer.images ? 0 : -LI_E_NOMEM;
}

int li_op_allow_tiles(struct li_request *request)
{
    const struct li_tenant **tenants;
    size_t count;
    int r;

    if (request->tenant) {
        return add_origin(request, request->tenant->id);
    }
    r = li_tenant_all(&request->ctx, li_request_house(request)->record, &tenants, &count);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = add_origin(request, tenants[i]->id);
    }
    return r;
}

/* ---- mapTiles ---------------------------------------------------------------------- */

/* "bytes=5-9", "bytes=5-" or "bytes=-5" of `size` bytes: 206 with the slice, 416, or 200 for
 * anything else, which is all of it (RFC 9110, 14.2). */
static int range_of(struct li_str header, uint64_t size, struct li_slice *slice)
{
    struct li_str rest = header, from;
    int64_t first = 0, last = (int64_t)size - 1;

    if (!li_str_starts(header, LI_S("bytes="))) {
        return 200;
    }
    rest = li_str_n(header.ptr + 6, header.len - 6);
    from = li_str_cut(&rest, '-');
    if (!rest.ptr || (!from.len && !rest.len) || (from.len && !li_str_to_i64(from, &first)) ||
        (rest.len && !li_str_to_i64(rest, &last)) || first < 0 || last < 0) {
        return 200;
    }
    if (!from.len) {
        first = (uint64_t)last < size ? (int64_t)size - last : 0;
        last = rest.len && last == 0 ? -1 : (int64_t)size - 1;
    } else if (rest.len && last < first) {
        return 200;
    }
    if ((uint64_t)first >= size || last < first) {
        return 416;
    }
    slice->from = (uint64_t)first;
    slice->length = (uint64_t)((last < (int64_t)size ? last : (int64_t)size - 1) - first + 1);
    return 206;
}

/* A regular file in the folder itself: no link is followed out of it. */
static int open_map(struct li_request *request, struct li_str name, int *ret_fd,
                    struct stat *ret_stat)
{
    const char *folder = request->server->maps;
    const char *file = li_str_c(&request->ctx, name);
    int dir = folder && file ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    int fd = dir < 0 ? -1 : openat(dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (dir >= 0) {
        close(dir);
    }
    if (fd >= 0 && (fstat(fd, ret_stat) || !S_ISREG(ret_stat->st_mode) || !ret_stat->st_size)) {
        close(fd);
        fd = -1;
    }
    if (fd < 0) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "the file of the map is not there");
    }
    *ret_fd = fd;
    return 0;
}

/* What is asked for again under the same mark is the same file. */
static struct li_str mark_of(struct li_ctx *ctx, const struct stat *file)
{
    return li_strf(ctx, "\"%llx-%llx-%llx\"", (unsigned long long)file->st_size,
                   (unsigned long long)file->st_mtim.tv_sec,
                   (unsigned long long)file->st_mtim.tv_nsec);
}

/* The descriptor goes with the answer. */
static void answer_with(struct li_request *request, struct li_slice *slice, struct li_str etag)
{
    struct li_answer *answer = &request->answer;
    struct li_str part = li_request_header(request, "If-Range");
    bool whole = part.ptr && !li_str_eq(part, etag);

    answer->etag = etag.ptr;
    if (li_op_is_known(li_request_header(request, "If-None-Match"), etag)) {
        close(slice->fd);
        answer->status = 304;
        answer->media = LI_MEDIA_NONE;
        return;
    }
    answer->status =
        whole ? 200 : range_of(li_request_header(request, "Range"), slice->size, slice);
    answer->slice = slice;
    if (answer->status == 416) {
        close(slice->fd);
        answer->media = LI_MEDIA_NONE;
    } else {
        answer->type = "application/vnd.pmtiles";
    }
}

int li_op_map_tiles(struct li_request *request)
{
    struct li_slice *slice = li_alloc(&request->ctx, sizeof(*slice));
    struct li_base_map base;
    struct li_str etag;
    struct stat file;
    int fd = -1, r = slice ? 0 : -LI_E_NOMEM;

    r = r ? r : li_setting_map(&request->ctx, request->conn, request->tenant->id, &base);
    if (r == 0 && !base.file.ptr) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no file lies under the maps");
    }
    r = r ? r : open_map(request, base.file, &fd, &file);
    if (r) {
        return r;
    }
    etag = mark_of(&request->ctx, &file);
    if (!etag.ptr) {
        close(fd);
        return -LI_E_NOMEM;
    }
    *slice = (struct li_slice){
        .fd = fd, .length = (uint64_t)file.st_size, .size = (uint64_t)file.st_size};
    answer_with(request, slice, etag);
    return 0;
}
