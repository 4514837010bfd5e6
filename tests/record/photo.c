/*
 * Blobs and the rows that name them: kept once, sealed, bound to their tenant,
 * swept when nobody names them, refused whole on a full disk.
 */
#include <dirent.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/id.h"
#include "base/time.h"
#include "lib/records.h"
#include "record/photo.h"

#define CASE INT64_C(77)

LI_SQL(tamper_full, "update photo set blob = $3 where tenant = $1 and no = $2");
LI_SQL(tamper_thumb, "update photo set thumb = $3 where tenant = $1 and no = $2");
LI_SQL(tamper_width, "update photo set width = $3 where tenant = $1 and no = $2");
LI_SQL(tamper_height, "update photo set height = $3 where tenant = $1 and no = $2");
LI_SQL(tamper_bytes, "update photo set bytes = $3 where tenant = $1 and no = $2");
LI_SQL(tamper_kind, "update photo set kind = $3 where tenant = $1 and no = $2");
LI_SQL(tamper_at, "update photo set at = $3 where tenant = $1 and no = $2");
LI_SQL(tamper_no, "update photo set no = $3 where tenant = $1 and no = $2");
LI_SQL(tamper_case, "update photo set case_id = $3 where tenant = $1 and no = $2");
LI_SQL(tamper_delete, "delete from photo where tenant = $1 and no = $2");
LI_SQL(tamper_add, "insert into photo (tenant, case_id, no, blob, thumb, width, height, bytes, at) "
                   "select tenant, $3, no, blob, thumb, width, height, bytes, at from photo "
                   "where tenant = $1 and no = $2 and case_id <> $3");
LI_SQL(photo_uploads, "select cast(count(*) as bigint) from upload where tenant = $1");

struct shelf {
    struct test_store *t;
    struct test_record *r;
    struct li_blobs *blobs;
    char folder[64];
};

/* "photo.take": a case takes the upload of a token, as case.open will. */
struct take {
    struct li_str token;
    int64_t no;
};
struct taken {
    struct li_upload upload;
    int64_t no;
};

static int take_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct take *take = args;
    struct taken *plan = li_alloc(ctx, sizeof(*plan));
    int r =
        plan ? li_upload_find(ctx, tx->conn, tx->tenant, take->token, &plan->upload) : -LI_E_NOMEM;

    if (r == 0) {
        plan->no = take->no;
        *ret_plan = plan;
    }
    return r;
}

static int take_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    const struct taken *taken = plan;
    struct li_buf *buf = li_buf_new(ctx, 1024);
    struct li_json json;

    if (!buf) {
        return -LI_E_NOMEM;
    }
    li_json_init(&json, buf, true);
    li_photo_refer(&json, taken->no, &taken->upload);
    ret->entity = CASE;
    ret->payload = li_buf_view(buf);
    return li_photo_put(ctx, tx, CASE, taken->no, &taken->upload);
}

static const struct li_command photo_take = {
    .name = "photo.take", .decide = take_decide, .write = take_write};

static const struct li_command *const commands[] = {&li_upload_put, &li_upload_sweep, &photo_take,
                                                    NULL};

static struct shelf open_shelf(struct test_store *t)
{
    struct shelf s = {.t = t, .r = records_open(t, commands, NULL)};

    snprintf(s.folder, sizeof(s.folder), "%s/linli-blobs-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    assert_non_null(mkdtemp(s.folder));
    const struct li_keeper_config files = {.where = s.folder};
    assert_ok(t, li_blobs_open(t->ctx, s.r->record, &files, &s.blobs));
    return s;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

static void close_shelf(struct shelf *s)
{
    li_blobs_close(s->blobs);
    assert_int_equal(nftw(s->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* Files below a folder. */
static int files_in(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int count = 0;

    while (dir && (entry = readdir(dir))) {
        char path[4096];
        if (entry->d_name[0] == '.') {
            continue;
        }
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        count += entry->d_type == DT_DIR ? files_in(path) : 1;
    }
    if (dir) {
        closedir(dir);
    }
    return count;
}

static struct li_blob put(struct shelf *s, int64_t tenant, struct li_str bytes)
{
    struct li_blob blob;

    assert_ok(s->t, li_blob_put(s->t->ctx, s->blobs, tenant, bytes, &blob));
    return blob;
}

/* Where tenant 1's blob lies. */
static char *path_of(struct shelf *s, const struct li_blob *blob)
{
    char hex[2 * LI_BLOB_NAME + 1] = "";

    for (int i = 0; i < LI_BLOB_NAME; i++) {
        snprintf(hex + 2 * i, 3, "%02x", blob->name[i]);
    }
    return (char *)li_strf(s->t->ctx, "%s/1/%.2s/%s", s->folder, hex, hex + 2).ptr;
}

static struct li_upload upload_of(struct shelf *s, const char *full, const char *thumb)
{
    struct li_upload upload = {.full = put(s, 1, li_str(full)),
                               .thumb = put(s, 1, li_str(thumb)),
                               .width = 2048,
                               .height = 1536,
                               .bytes = (int64_t)strlen(full),
                               .placed = true,
                               .lon = 1139000000,
                               .lat = 225000000,
                               .taken_at = RECORDS_NOW};

    li_random_bytes(s->r->random, upload.token, sizeof(upload.token));
    assert_ok(s->t, records_run(s->r, &li_upload_put, &upload));
    return upload;
}

static struct li_str token_of(struct shelf *s, const struct li_upload *upload)
{
    char text[LI_BASE32_SIZE(16)];

    li_base32(upload->token, 16, text);
    return li_str_dup(s->t->ctx, li_str(text));
}

static void kept_once_and_sealed(struct test_store *t)
{
    struct shelf s = open_shelf(t);
    struct li_str bytes = LI_S("a lamp that does not shine");
    struct li_blob one = put(&s, 1, bytes), two = put(&s, 1, bytes), other;
    struct li_str read, raw;
    char *path;

    assert_memory_equal(&one, &two, sizeof(one));
    assert_int_equal(files_in(s.folder), 1);
    assert_ok(t, li_blob_read(t->ctx, s.blobs, 1, &one, &read));
    assert_true(li_str_eq(read, bytes));

    records_found(s.r, 2);
    other = put(&s, 2, bytes);
    assert_memory_not_equal(&one, &other, sizeof(one));
    assert_int_equal(li_blob_read(t->ctx, s.blobs, 2, &one, &read), -LI_E_NOT_FOUND);

    path = path_of(&s, &one);
    assert_ok(t, li_file_read(t->ctx, path, 0, &raw));
    assert_null(memmem(raw.ptr, raw.len, "lamp", 4));
    ((char *)raw.ptr)[raw.len - 1] ^= 1;
    assert_ok(t, li_file_write(t->ctx, path, raw, 0600));
    assert_int_equal(li_blob_read(t->ctx, s.blobs, 1, &one, &read), -LI_E_CORRUPT);

    assert_true(li_blob_exists(t->ctx, s.blobs, 1, &one));
    assert_ok(t, li_blob_delete(t->ctx, s.blobs, 1, &one));
    assert_ok(t, li_blob_delete(t->ctx, s.blobs, 1, &one));
    assert_false(li_blob_exists(t->ctx, s.blobs, 1, &one));
    close_shelf(&s);
}

static void a_full_disk_leaves_nothing(struct test_store *t)
{
    struct shelf s = open_shelf(t);
    static char large[200000];
    const struct rlimit small = {.rlim_cur = 100000, .rlim_max = RLIM_INFINITY};
    struct rlimit usual;
    struct li_blob blob;
    int r;

    signal(SIGXFSZ, SIG_IGN);
    put(&s, 1, LI_S("small"));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    r = li_blob_put(t->ctx, s.blobs, 1, li_str_n(large, sizeof(large)), &blob);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);
    assert_int_equal(r, -LI_E_FULL);
    assert_int_equal(files_in(s.folder), 1);
    put(&s, 1, li_str_n(large, sizeof(large)));
    assert_int_equal(files_in(s.folder), 2);
    close_shelf(&s);
}

static void a_case_takes_an_upload_once(struct test_store *t)
{
    struct shelf s = open_shelf(t);
    struct li_upload upload = upload_of(&s, "full", "thumb"), found;
    const struct take take = {.token = token_of(&s, &upload), .no = 1}, again = {take.token, 2};
    struct li_photo photo, *photos;
    size_t count;

    assert_ok(t, li_upload_find(t->ctx, t->writer, 1, take.token, &found));
    assert_int_equal(found.lon, upload.lon);
    assert_int_equal(found.taken_at, RECORDS_NOW);
    assert_int_equal(li_upload_find(t->ctx, t->writer, 2, take.token, &found), -LI_E_NOT_FOUND);
    assert_int_equal(li_upload_find(t->ctx, t->writer, 1, LI_S("no token"), &found),
                     -LI_E_NOT_FOUND);
    assert_ok(t, records_run(s.r, &photo_take, &take));
    assert_int_equal(records_run(s.r, &photo_take, &again), -LI_E_NOT_FOUND);
    assert_int_equal(records_number(s.r, &photo_uploads, LI_ARGS(li_v(1))), 0);

    assert_ok(t, li_photo_find(t->ctx, t->writer, 1, CASE, 1, &photo));
    assert_memory_equal(&photo.full, &upload.full, sizeof(photo.full));
    assert_memory_equal(&photo.thumb, &upload.thumb, sizeof(photo.thumb));
    assert_int_equal(photo.width, 2048);
    assert_int_equal(li_photo_find(t->ctx, t->writer, 1, CASE, 2, &photo), -LI_E_NOT_FOUND);
    assert_int_equal(li_photo_find(t->ctx, t->writer, 2, CASE, 1, &photo), -LI_E_NOT_FOUND);
    assert_ok(t, li_photo_list(t->ctx, t->writer, 1, CASE, &photos, &count));
    assert_int_equal(count, 1);
    assert_verifies(s.r, 1);
    close_shelf(&s);
}

/* After a day the token is worth nothing, after two the files are gone; what a
 * case holds and what came again stays. */
static void swept_when_nobody_names_it(struct test_store *t)
{
    struct shelf s = open_shelf(t);
    struct li_upload held = upload_of(&s, "held", "held thumb"),
                     lost = upload_of(&s, "lost", "lost thumb"), found;
    const struct take take = {.token = token_of(&s, &held), .no = 1};
    int64_t deleted;

    assert_ok(t, records_run(s.r, &photo_take, &take));
    put(&s, 1, LI_S("begun and never told"));
    records_later(s.r, LI_UPLOAD_HOURS * LI_HOUR - 1);
    assert_ok(t, li_upload_find(t->ctx, t->writer, 1, token_of(&s, &lost), &found));
    records_later(s.r, 2);
    assert_int_equal(li_upload_find(t->ctx, t->writer, 1, token_of(&s, &lost), &found),
                     -LI_E_NOT_FOUND);
    assert_ok(t, records_run(s.r, &li_upload_sweep, NULL));
    assert_int_equal(records_number(s.r, &photo_uploads, LI_ARGS(li_v(1))), 0);
    assert_ok(t, li_photo_sweep(t->ctx, s.blobs, t->store, 1, li_now(t->clock), &deleted));
    assert_int_equal(deleted, 0);
    assert_int_equal(files_in(s.folder), 5);

    put(&s, 1, LI_S("lost"));
    records_later(s.r, LI_UPLOAD_HOURS * LI_HOUR);
    assert_ok(t, li_photo_sweep(t->ctx, s.blobs, t->store, 1, li_now(t->clock), &deleted));
    assert_int_equal(deleted, 2);
    assert_true(li_blob_exists(t->ctx, s.blobs, 1, &held.full));
    assert_true(li_blob_exists(t->ctx, s.blobs, 1, &held.thumb));
    assert_true(li_blob_exists(t->ctx, s.blobs, 1, &lost.full));
    assert_false(li_blob_exists(t->ctx, s.blobs, 1, &lost.thumb));
    close_shelf(&s);
}

/* ---- verify ------------------------------------------------------------------ */

static struct li_verify_report verify(struct shelf *s)
{
    const struct li_verify_given given = {.blobs = s->blobs};
    struct li_verify_report report = {0};

    assert_ok(s->t, li_verify(s->t->ctx, s->r->record, 1, &given, &report));
    return report;
}

static void assert_only(struct shelf *s, int64_t seq, const char *what)
{
    struct li_verify_report report = verify(s);

    assert_int_equal(report.finding_count, 1);
    assert_int_equal(report.findings[0].seq, seq);
    if (!li_str_is(report.findings[0].what, what)) {
        print_error("it says: %.*s\n", LI_P(report.findings[0].what));
    }
    assert_true(li_str_is(report.findings[0].what, what));
}

static void take(struct shelf *s, const struct li_upload *upload, int64_t no)
{
    const struct take args = {.token = token_of(s, upload), .no = no};

    assert_ok(s->t, records_run(s->r, &photo_take, &args));
}

/* One column changed, found at the photo's entry (2: the first after founding),
 * changed back, found no more. */
static void assert_column(struct shelf *s, const struct li_sql *sql, struct li_val altered,
                          struct li_val usual)
{
    records_tamper(s->r, sql, LI_ARGS(li_v(1), li_v(1), altered));
    assert_only(s, 2, "a photo was altered");
    records_tamper(s->r, sql, LI_ARGS(li_v(1), li_v(1), usual));
    assert_int_equal(verify(s).finding_count, 0);
}

static void an_altered_row_is_found(struct test_store *t)
{
    struct shelf s = open_shelf(t);
    struct li_upload one = upload_of(&s, "full 1", "thumb 1"),
                     two = upload_of(&s, "full 2", "thumb 2");
    struct li_photo photo;

    take(&s, &one, 1);
    take(&s, &two, 2);
    assert_int_equal(verify(&s).photos, 2);
    assert_ok(t, li_photo_find(t->ctx, t->writer, 1, CASE, 1, &photo));
    assert_column(&s, &tamper_full, li_v_blob(li_blob_view(&two.full)),
                  li_v_blob(li_blob_view(&one.full)));
    assert_column(&s, &tamper_full, li_v_blob(LI_S("short")), li_v_blob(li_blob_view(&one.full)));
    assert_column(&s, &tamper_thumb, li_v_blob(li_blob_view(&two.thumb)),
                  li_v_blob(li_blob_view(&one.thumb)));
    assert_column(&s, &tamper_width, li_v(2047), li_v(photo.width));
    assert_column(&s, &tamper_height, li_v(1), li_v(photo.height));
    assert_column(&s, &tamper_bytes, li_v(7), li_v(photo.bytes));
    assert_column(&s, &tamper_at, li_v(photo.at - 1), li_v(photo.at));
    close_shelf(&s);
}

static void a_document_is_held_like_a_photo(struct test_store *t)
{
    struct shelf s = open_shelf(t);
    struct li_upload one = upload_of(&s, "full 1", "thumb 1");
    struct li_upload two = {.kind = LI_FILETYPE_PDF, .bytes = 10, .token = {2}};
    struct li_photo photo;

    two.full = two.thumb = put(&s, 1, LI_S("%PDF-1.4 ."));
    assert_ok(t, records_run(s.r, &li_upload_put, &two));
    take(&s, &two, 1);
    take(&s, &one, 2);
    assert_ok(t, li_photo_find(t->ctx, t->writer, 1, CASE, 1, &photo));
    assert_int_equal(photo.kind, LI_FILETYPE_PDF);
    assert_int_equal(verify(&s).photos, 2);
    assert_int_equal(verify(&s).finding_count, 0);
    assert_column(&s, &tamper_kind, li_v(LI_FILETYPE_DOCX), li_v(LI_FILETYPE_PDF));
    assert_column(&s, &tamper_kind, li_v(0), li_v(LI_FILETYPE_PDF));
    assert_column(&s, &tamper_kind, li_v(99), li_v(LI_FILETYPE_PDF));
    assert_column(&s, &tamper_width, li_v(3), li_v(0));
    assert_column(&s, &tamper_thumb, li_v_blob(li_blob_view(&one.thumb)),
                  li_v_blob(li_blob_view(&two.full)));
    assert_int_equal(unlink(path_of(&s, &two.full)), 0);
    assert_only(&s, 2, "the file of a photo is missing");
    close_shelf(&s);
}

static void a_lost_or_added_row_is_found(struct test_store *t)
{
    struct shelf s = open_shelf(t);
    struct li_upload one = upload_of(&s, "full 1", "thumb 1"),
                     two = upload_of(&s, "full 2", "thumb 2");
    struct li_verify_report report;

    take(&s, &one, 1);
    take(&s, &two, 2);
    records_tamper(s.r, &tamper_no, LI_ARGS(li_v(1), li_v(2), li_v(3)));
    report = verify(&s);
    assert_int_equal(report.finding_count, 2);
    assert_int_equal(report.photos, 1);
    assert_int_equal(report.findings[0].seq, 3);
    assert_true(li_str_is(report.findings[0].what, "a photo is missing"));
    assert_int_equal(report.findings[1].seq, 0);
    assert_int_equal(report.findings[1].case_id, CASE);
    assert_true(li_str_is(report.findings[1].what, "it has a photo that no entry names"));

    records_tamper(s.r, &tamper_no, LI_ARGS(li_v(1), li_v(3), li_v(2)));
    assert_int_equal(verify(&s).finding_count, 0);
    records_tamper(s.r, &tamper_add, LI_ARGS(li_v(1), li_v(1), li_v(CASE + 1)));
    assert_only(&s, 0, "it has a photo that no entry names");
    assert_int_equal(verify(&s).findings[0].case_id, CASE + 1);
    records_tamper(s.r, &tamper_case, LI_ARGS(li_v(1), li_v(2), li_v(CASE + 2)));
    report = verify(&s);
    assert_int_equal(report.finding_count, 3);
    assert_int_equal(report.findings[0].seq, 3);
    assert_int_equal(report.findings[1].case_id, CASE + 1);
    assert_int_equal(report.findings[2].case_id, CASE + 2);
    records_tamper(s.r, &tamper_delete, LI_ARGS(li_v(1), li_v(2)));
    records_tamper(s.r, &tamper_delete, LI_ARGS(li_v(1), li_v(1)));
    report = verify(&s);
    assert_int_equal(report.finding_count, 2);
    assert_int_equal(report.findings[0].seq, 2);
    assert_true(li_str_is(report.findings[0].what, "a photo is missing"));
    close_shelf(&s);
}

/* The same bytes under another blob's name: sealed well, but for another name. */
static void exchange(struct shelf *s, const struct li_blob *from, const struct li_blob *to)
{
    struct li_str bytes;

    assert_ok(s->t, li_file_read(s->t->ctx, path_of(s, from), 0, &bytes));
    assert_ok(s->t, li_file_write(s->t->ctx, path_of(s, to), bytes, 0600));
}

static void an_altered_or_lost_file_is_found(struct test_store *t)
{
    struct shelf s = open_shelf(t);
    struct li_upload one = upload_of(&s, "full 1", "thumb 1"),
                     two = upload_of(&s, "full 2", "thumb 2");
    struct li_str bytes;
    char *path;

    take(&s, &one, 1);
    take(&s, &two, 2);
    path = path_of(&s, &two.thumb);
    assert_ok(t, li_file_read(t->ctx, path, 0, &bytes));
    ((char *)bytes.ptr)[bytes.len - 1] ^= 1;
    assert_ok(t, li_file_write(t->ctx, path, bytes, 0600));
    assert_only(&s, 3, "the file of a photo was altered");
    assert_ok(t, li_file_write(t->ctx, path, LI_S(""), 0600));
    assert_only(&s, 3, "the file of a photo was altered");
    assert_int_equal(unlink(path), 0);
    assert_only(&s, 3, "the file of a photo is missing");
    /* who has no folder of pictures still verifies the rows */
    assert_verifies(s.r, 1);
    put(&s, 1, LI_S("thumb 2"));
    assert_int_equal(verify(&s).finding_count, 0);
    exchange(&s, &two.full, &one.full);
    assert_only(&s, 2, "the file of a photo was altered");
    assert_int_equal(unlink(path_of(&s, &one.full)), 0);
    assert_only(&s, 2, "the file of a photo is missing");
    close_shelf(&s);
}

int main(void)
{
    static const struct store_test tests[] = {
        SQLITE_TEST(kept_once_and_sealed),        SQLITE_TEST(a_full_disk_leaves_nothing),
        STORE_TEST(a_case_takes_an_upload_once),  STORE_TEST(swept_when_nobody_names_it),
        STORE_TEST(an_altered_row_is_found),      STORE_TEST(a_document_is_held_like_a_photo),
        STORE_TEST(a_lost_or_added_row_is_found), STORE_TEST(an_altered_or_lost_file_is_found),
    };

    return STORE_TESTS_RUN("record photos", tests);
}
