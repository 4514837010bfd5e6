/*
 * Photos and documents: what was uploaded and waits for a case, and what cases hold.
 *
 * An upload is known by a token that whoever sent it holds; it is forgotten after
 * a day when no case takes it.  A photo belongs to a case and has a number there,
 * from 1.  Both name two blobs: the whole picture (longest side 2,048 pixels at
 * most) and a small one (400), JPEG without metadata.  Where and when a picture
 * was taken is told to its sender only and never kept with the photo.
 *
 * A document is a photo of another kind: it shares the numbers, its one blob is the file
 * as it came, named twice, and it has no size in pixels.  What its sender called it is
 * not kept: a file's name is somebody's words, and may be somebody's name.
 */
#ifndef LI_RECORD_PHOTO_H
#define LI_RECORD_PHOTO_H

#include "base/filetype.h"
#include "base/json.h"
#include "record/blob.h"
#include "record/history.h"

#define LI_UPLOAD_HOURS 24
#define LI_UPLOAD_TOKEN 26 /* characters */

struct li_upload {
    uint8_t token[16];
    enum li_filetype kind;
    struct li_blob full, thumb;   /* of a document: twice the same */
    int64_t width, height, bytes; /* of the whole picture; of a document 0, 0 and its bytes */
    bool placed;                  /* its EXIF says where it was taken: */
    int64_t lon, lat;             /* 1e-7 degrees, WGS-84 */
    int64_t taken_at;             /* microseconds UTC; 0: not said */
};

/* Command "upload.put" (working): args is a struct li_upload. */
extern const struct li_command li_upload_put;
/* Command "upload.sweep" (working), args NULL: forgets what has run out, 500 at
 * a time; the plan is a struct li_upload_swept. */
struct li_upload_swept {
    int64_t before, deleted;
};
extern const struct li_command li_upload_sweep;

/* In decide: the upload of a token (26 characters, either case) that has not run
 * out.  -LI_E_NOT_FOUND quietly, also for what is no token. */
int li_upload_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str token,
                   struct li_upload *ret) LI_MUST_CHECK;

struct li_photo {
    int64_t no;
    enum li_filetype kind;
    struct li_blob full, thumb;
    int64_t width, height, bytes;
    int64_t at; /* when the case got it */
};

/* In write: the case takes an upload as its photo `no`; the token is used up. */
int li_photo_put(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id, int64_t no,
                 const struct li_upload *upload) LI_MUST_CHECK;
/* Writes {"blob", "height", "no", "thumb", "width"}, the way a history payload names a
 * photo, or {"blob", "kind", "no"} of a document: a blob's name is a keyed hash of what is in it,
 * so that neither picture can be exchanged unseen. */
void li_photo_refer(struct li_json *json, int64_t no, const struct li_upload *upload);

/* -LI_E_NOT_FOUND quietly. */
int li_photo_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                  int64_t no, struct li_photo *ret) LI_MUST_CHECK;
/* All of a case in order of their numbers; the last one's number + 1 is free. */
int li_photo_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                  struct li_photo **ret, size_t *ret_count) LI_MUST_CHECK;

/* What verify asks of a photo that an entry names; `refer` is what li_photo_refer
 * wrote there.  `blobs` NULL: the files are not looked at.  -LI_E_STORE, -LI_E_IO. */
enum li_photo_state {
    LI_PHOTO_HOLDS,
    LI_PHOTO_ALTERED,
    LI_PHOTO_MISSING,
    LI_PHOTO_FILE_ALTERED,
    LI_PHOTO_FILE_MISSING,
    LI_PHOTO_MISSHAPEN, /* the entry does not say which */
};
int li_photo_verify(struct li_ctx *ctx, struct li_blobs *blobs, struct li_conn *conn,
                    const struct li_entry *entry, const struct li_node *refer,
                    enum li_photo_state *ret) LI_MUST_CHECK;
/* How many photos all cases of a tenant have. */
int li_photo_count(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                   int64_t *ret) LI_MUST_CHECK;
/* The next case behind `after` that has a photo no entry of it names.  Resets the
 * context's arena.  -LI_E_NOT_FOUND quietly. */
int li_photo_unnamed(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t after,
                     int64_t *ret_case) LI_MUST_CHECK;

/* Deletes a tenant's blobs that neither a photo nor an upload has named for two
 * days.  *ret_deleted: files. */
int li_photo_sweep(struct li_ctx *ctx, struct li_blobs *blobs, struct li_store *store,
                   int64_t tenant, int64_t now, int64_t *ret_deleted) LI_MUST_CHECK;

#endif
