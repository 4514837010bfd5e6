/*
 * What is kept outside the database is on the disk before anybody is told so.
 *
 * This program stands between linli and the kernel's write, fsync, rename and
 * mkdir, and knows of every file and name below one folder what a loss of power
 * would take.  A name is given only to bytes that are safe, and when a blob is put
 * nothing of it is unsafe any more: not its bytes, not its name, not its folders'.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/records.h"
#include "record/blob.h"

enum unsafe { BYTES, NAME };

static struct {
    char root[256]; /* empty: nothing is watched */
    struct {
        enum unsafe what;
        char path[512];
    } all[256];
    size_t count;
    int early;        /* names that were given to unsafe bytes */
    int fail_folders; /* so many syncs of folders fail */
} disk;

/* ---- what is unsafe -------------------------------------------------------------- */

static bool is_watched(const char *path)
{
    size_t len = strlen(disk.root);

    return len > 0 && strncmp(path, disk.root, len) == 0;
}

static void add(enum unsafe what, const char *path)
{
    if (!is_watched(path))
        return;
    assert_true(disk.count < sizeof(disk.all) / sizeof(disk.all[0]));
    disk.all[disk.count].what = what;
    snprintf(disk.all[disk.count++].path, sizeof(disk.all[0].path), "%s", path);
}

static bool is_in(const char *path, const char *folder)
{
    size_t len = strlen(folder);

    return strncmp(path, folder, len) == 0 && path[len] == '/' && !strchr(path + len + 1, '/');
}

static bool is_unsafe(const char *path)
{
    for (size_t i = 0; i < disk.count; i++)
        if (disk.all[i].what == BYTES && strcmp(disk.all[i].path, path) == 0)
            return true;
    return false;
}

static void settle(enum unsafe what, const char *path)
{
    for (size_t i = disk.count; i-- > 0;)
        if (disk.all[i].what == what &&
            (what == BYTES ? strcmp(disk.all[i].path, path) == 0 : is_in(disk.all[i].path, path)))
            disk.all[i] = disk.all[--disk.count];
}

static void path_of(int fd, char *ret, size_t size)
{
    char link[64];
    ssize_t len;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    len = readlink(link, ret, size - 1);
    ret[len < 0 ? 0 : len] = '\0';
}

/* ---- the kernel's calls ------------------------------------------------------------ */

ssize_t write(int fd, const void *bytes, size_t len)
{
    char path[512];

    if (disk.root[0]) {
        path_of(fd, path, sizeof(path));
        add(BYTES, path);
    }
    return syscall(SYS_write, fd, bytes, len);
}

int fsync(int fd)
{
    struct stat info;
    char path[512];

    path_of(fd, path, sizeof(path));
    if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        if (disk.fail_folders > 0 && is_watched(path)) {
            disk.fail_folders--;
            errno = EIO;
            return -1;
        }
        settle(NAME, path);
    } else {
        settle(BYTES, path);
    }
    return 0;
}

int rename(const char *from, const char *to)
{
    disk.early += is_unsafe(from);
    if (renameat(AT_FDCWD, from, AT_FDCWD, to) != 0)
        return -1;
    add(NAME, to);
    return 0;
}

int mkdir(const char *path, mode_t mode)
{
    if (mkdirat(AT_FDCWD, path, mode) != 0)
        return -1;
    add(NAME, path);
    return 0;
}

/* ---- tests --------------------------------------------------------------------------- */

struct shelf {
    struct test_record *r;
    struct li_blobs *blobs;
};

static struct shelf begin(struct test_store *t)
{
    struct shelf shelf = {.r = records_open(t, NULL, NULL)};

    snprintf(disk.root, sizeof(disk.root), "%s/files", t->folder);
    disk.count = 0;
    disk.early = disk.fail_folders = 0;
    const struct li_keeper_config files = {.where = disk.root};
    assert_ok(t, li_blobs_open(t->ctx, shelf.r->record, &files, &shelf.blobs));
    return shelf;
}

static void end(struct shelf *shelf)
{
    assert_int_equal(disk.early, 0);
    disk.root[0] = '\0';
    li_blobs_close(shelf->blobs);
}

static int put(struct shelf *shelf, const char *text)
{
    struct li_blob blob;

    return li_blob_put(shelf->r->ctx, shelf->blobs, 1, li_str(text), &blob);
}

static void assert_safe(void)
{
    for (size_t i = 0; i < disk.count; i++)
        print_error("unsafe %s: %s\n", disk.all[i].what == BYTES ? "bytes" : "name",
                    disk.all[i].path);
    assert_int_equal(disk.count, 0);
}

static void what_is_put_is_safe(struct test_store *t)
{
    struct shelf shelf = begin(t);

    for (int i = 0; i < 20; i++) {
        assert_ok(t, put(&shelf, li_strf(t->ctx, "photo %d", i).ptr));
        assert_safe();
    }
    end(&shelf);
}

/* Somebody put the same bytes before and was not told that they are there. */
static void what_was_there_is_safe_too(struct test_store *t)
{
    struct shelf shelf = begin(t);

    for (int fails = 1; fails < 6; fails++) {
        const char *text = li_strf(t->ctx, "photo %d", fails).ptr;

        disk.fail_folders = fails;
        while (put(&shelf, text) != 0)
            li_ctx_clear(t->ctx);
        assert_int_equal(disk.fail_folders, 0);
        assert_safe();
    }
    end(&shelf);
}

static void the_model_sees_what_is_unsafe(struct test_store *t)
{
    struct shelf shelf = begin(t);
    const char *path = li_strf(t->ctx, "%s/a", disk.root).ptr;
    int fd;

    assert_int_equal(mkdir(disk.root, 0700), 0);
    fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, "a", 1), 1);
    assert_int_equal(rename(path, li_strf(t->ctx, "%s/b", disk.root).ptr), 0);
    assert_int_equal(disk.early, 1);
    assert_int_equal(disk.count, 3);
    close(fd);
    disk.early = 0;
    end(&shelf);
}

int main(void)
{
    static const struct store_test tests[] = {
        SQLITE_TEST(what_is_put_is_safe),
        SQLITE_TEST(what_was_there_is_safe_too),
        SQLITE_TEST(the_model_sees_what_is_unsafe),
    };

    return STORE_TESTS_RUN("record: files on the disk", tests);
}
