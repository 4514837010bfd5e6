/* Files in a zip, by libzip and in memory; see inside.h. */
#include <zip.h>

#include "paper/inside.h"

/* 1 January 1980: what a zip can say first. */
#define OLDEST ((time_t)315619200)

int li_archive_find(const struct li_archive_file *files, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (li_str_is(files[i].name, name)) {
            return (int)i;
        }
    }
    return -1;
}

static int read_one(struct li_ctx *ctx, zip_t *zip, zip_uint64_t index, size_t *room,
                    struct li_archive_file *ret)
{
    zip_stat_t stat;
    zip_file_t *file;
    char *bytes;
    bool whole;

    if (zip_stat_index(zip, index, 0, &stat) || !(stat.valid & ZIP_STAT_SIZE) ||
        !(stat.valid & ZIP_STAT_NAME) || stat.size > *room) {
        return -LI_E_INVALID;
    }
    bytes = li_alloc(ctx, (size_t)stat.size + 1);
    ret->name = li_str_dup(ctx, li_str(stat.name));
    if (!bytes || !ret->name.ptr) {
        return -LI_E_NOMEM;
    }
    file = zip_fopen_index(zip, index, 0);
    if (!file) {
        return -LI_E_INVALID;
    }
    whole = zip_fread(file, bytes, stat.size) == (zip_int64_t)stat.size;
    zip_fclose(file);
    *room -= (size_t)stat.size;
    ret->bytes = li_str_n(bytes, (size_t)stat.size);
    return whole ? 0 : -LI_E_INVALID;
}

int li_archive_read(struct li_ctx *ctx, struct li_str bytes, struct li_archive_file **ret,
                    size_t *ret_count)
{
    zip_source_t *source = zip_source_buffer_create(bytes.ptr, bytes.len, 0, NULL);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, NULL) : NULL;
    zip_int64_t count = zip ? zip_get_num_entries(zip, 0) : -1;
    struct li_archive_file *files = NULL;
    size_t room = LI_ARCHIVE_BYTES;
    int r = count < 1 || count > LI_ARCHIVE_FILES ? -LI_E_INVALID : 0;

    if (!zip) {
        zip_source_free(source);
        return -LI_E_INVALID;
    }
    if (r == 0) {
        files = li_alloc_array(ctx, (size_t)count, sizeof(*files));
        r = files ? 0 : -LI_E_NOMEM;
    }
    for (zip_int64_t i = 0; r == 0 && i < count; i++) {
        r = read_one(ctx, zip, (zip_uint64_t)i, &room, &files[i]);
    }
    zip_discard(zip);
    if (r == 0) {
        *ret = files;
        *ret_count = (size_t)count;
    }
    return r;
}

static bool add_all(zip_t *zip, const struct li_archive_file *files, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        zip_source_t *source = zip_source_buffer(zip, files[i].bytes.ptr, files[i].bytes.len, 0);
        zip_int64_t index =
            source ? zip_file_add(zip, files[i].name.ptr, source, ZIP_FL_ENC_UTF_8) : -1;
        if (index < 0) {
            zip_source_free(source);
            return false;
        }
        zip_file_set_mtime(zip, (zip_uint64_t)index, OLDEST, 0);
    }
    return true;
}

/* What was packed, out of the source it was packed into. */
static int take(struct li_ctx *ctx, zip_source_t *source, struct li_str *ret)
{
    zip_stat_t stat;
    char *bytes;
    bool whole;

    if (zip_source_stat(source, &stat) || zip_source_open(source)) {
        return -LI_E_NOMEM;
    }
    bytes = li_alloc(ctx, (size_t)stat.size + 1);
    whole = bytes && zip_source_read(source, bytes, stat.size) == (zip_int64_t)stat.size;
    zip_source_close(source);
    if (!whole) {
        return -LI_E_NOMEM;
    }
    *ret = li_str_n(bytes, (size_t)stat.size);
    return 0;
}

int li_archive_write(struct li_ctx *ctx, const struct li_archive_file *files, size_t count,
                     struct li_str *ret)
{
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *zip;
    int r = -LI_E_NOMEM;

    if (!source) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a paper");
    }
    zip_source_keep(source); /* it is read when the zip is closed */
    zip = zip_open_from_source(source, ZIP_TRUNCATE, NULL);
    if (zip && add_all(zip, files, count)) {
        r = zip_close(zip) == 0 ? take(ctx, source, ret) : -LI_E_NOMEM;
    } else if (zip) {
        zip_discard(zip);
    }
    zip_source_free(source);
    return r ? LI_FAIL(ctx, LI_E_NOMEM, "a paper could not be packed") : 0;
}
