/*
 * What a loss of power leaves of a disk (fault.h).
 *
 * The real files always hold the newest state, so reading needs nothing from
 * here.  Kept apart is what every unsynced operation replaced: pages of 4,096
 * bytes, sizes, names.  A sync forgets what was kept of its file; a loss of power
 * undoes some of the rest, from the last backwards.  What of a page is undone is
 * chosen by sector: each has a moment of its own, and what came after it is not
 * on the disk.  Not modelled: a sector that is half old and half new, and bytes
 * beside what was written being harmed.
 */
#include "simulate/fault_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SMALL_SECTOR 512

/* ---- files and names ----------------------------------------------------------- */

static struct fault_disk *find(struct li_fault *fault, const char *path)
{
    for (struct fault_disk *disk = fault->disks; disk; disk = disk->next)
        if (!disk->gone && strcmp(disk->path, path) == 0)
            return disk;
    return NULL;
}

/* A number of a file's own name: the same whatever folder a test put it in. */
static uint64_t number_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    uint64_t x = UINT64_C(0xcbf29ce484222325);

    for (const char *text = slash ? slash : path; *text; text++)
        x = (x ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return x;
}

static struct fault_disk *find_or_add(struct li_fault *fault, const char *path)
{
    struct fault_disk *disk = find(fault, path);

    if (disk)
        return disk;
    disk = calloc(1, sizeof(*disk));
    if (disk)
        disk->path = strdup(path);
    if (!disk || !disk->path) {
        free(disk);
        return NULL;
    }
    disk->kind = number_of(path);
    disk->next = fault->disks;
    fault->disks = disk;
    return disk;
}

static struct fault_undo *keep(struct li_fault *fault, struct fault_disk *disk, enum fault_was was,
                               size_t bytes)
{
    struct fault_undo *undo = calloc(1, sizeof(*undo) + bytes);

    if (!undo)
        return NULL;
    undo->disk = disk;
    undo->was = was;
    undo->number = fault->number;
    undo->earlier = fault->last;
    fault->last = undo;
    return undo;
}

struct fault_disk *fault_disk_open(struct li_fault *fault, const char *path, bool is_new,
                                   bool syncs_folder)
{
    struct fault_disk *disk = find_or_add(fault, path);

    if (!disk)
        return NULL;
    if (is_new && fault->plan.watched && !keep(fault, disk, FAULT_WAS_ABSENT, 0))
        return NULL;
    disk->new_name = is_new ? syncs_folder : disk->new_name;
    disk->opened++;
    return disk;
}

/* ---- keeping ------------------------------------------------------------------- */

/* The page as it is; what lies beyond the file's end is zeros. */
static int keep_page(struct fault_file *file, int64_t at)
{
    struct fault_undo *undo = keep(file->fault, file->disk, FAULT_WAS_BYTES, FAULT_PAGE);
    int rc;

    if (!undo)
        return SQLITE_NOMEM;
    undo->at = at;
    rc = file->real->pMethods->xRead(file->real, undo->bytes, FAULT_PAGE, at);
    return rc == SQLITE_IOERR_SHORT_READ ? SQLITE_OK : rc;
}

static int keep_size(struct fault_file *file, int64_t size)
{
    struct fault_undo *undo = keep(file->fault, file->disk, FAULT_WAS_SIZE, 0);

    if (!undo)
        return SQLITE_NOMEM;
    undo->at = size;
    return SQLITE_OK;
}

static int keep_pages(struct fault_file *file, int64_t from, int64_t to)
{
    int rc = SQLITE_OK;

    for (int64_t at = from - from % FAULT_PAGE; rc == SQLITE_OK && at < to; at += FAULT_PAGE)
        rc = keep_page(file, at);
    return rc;
}

int fault_keep_write(struct fault_file *file, int64_t at, int64_t len)
{
    sqlite3_int64 size;
    int rc = file->real->pMethods->xFileSize(file->real, &size);

    if (rc == SQLITE_OK)
        rc = keep_pages(file, at, at + len);
    return rc == SQLITE_OK && at + len > size ? keep_size(file, size) : rc;
}

int fault_keep_truncate(struct fault_file *file, int64_t new_size)
{
    sqlite3_int64 size;
    int rc = file->real->pMethods->xFileSize(file->real, &size);

    if (rc == SQLITE_OK)
        rc = keep_pages(file, new_size, size);
    return rc == SQLITE_OK ? keep_size(file, size) : rc;
}

/* The bytes go aside; the deletion may still be undone. */
int fault_keep_delete(struct li_fault *fault, const char *path)
{
    struct fault_disk *disk = find_or_add(fault, path);
    struct fault_undo *undo;
    char *aside;

    if (!disk || asprintf(&aside, "%s.gone-%lld", path, (long long)fault->number) < 0)
        return SQLITE_NOMEM;
    if (rename(path, aside) != 0) {
        free(aside);
        return errno == ENOENT ? SQLITE_IOERR_DELETE_NOENT : SQLITE_IOERR_DELETE;
    }
    undo = keep(fault, disk, FAULT_WAS_THERE, 0);
    if (!undo) {
        free(aside);
        return SQLITE_NOMEM;
    }
    undo->path = disk->path;
    disk->path = aside;
    disk->gone = true;
    return SQLITE_OK;
}

/* ---- settling ------------------------------------------------------------------ */

static void undo_free(struct fault_undo *undo)
{
    free(undo->path);
    free(undo);
}

static bool is_of_name(const struct fault_undo *undo)
{
    return undo->was == FAULT_WAS_ABSENT || undo->was == FAULT_WAS_THERE;
}

/* Whether the same page (or the size) was written again after `undo`, by what the
 * next sync can save. */
static bool is_written_again(const struct li_fault *fault, const struct fault_undo *undo)
{
    for (const struct fault_undo *later = fault->last; later != undo; later = later->earlier)
        if (later->disk == undo->disk && later->was == undo->was && !later->lost &&
            (undo->was == FAULT_WAS_SIZE || later->at == undo->at))
            return true;
    return false;
}

void fault_settle(struct li_fault *fault, struct fault_disk *disk)
{
    struct fault_undo *undo, **link;

    /* what a failed sync was to save first: it is judged by what came later */
    for (undo = fault->last; undo; undo = undo->earlier)
        if (undo->disk == disk && undo->lost && is_written_again(fault, undo))
            undo->lost = false;
    for (link = &fault->last; (undo = *link);) {
        if (undo->disk != disk || undo->lost || is_of_name(undo)) {
            link = &undo->earlier;
            continue;
        }
        *link = undo->earlier;
        undo_free(undo);
    }
    if (disk->new_name) {
        disk->new_name = false;
        fault_settle_folder(fault, disk->path);
    }
}

static bool same_folder(const char *a, const char *b)
{
    const char *slash = strrchr(a, '/');
    size_t len = slash ? (size_t)(slash - a) + 1 : 0;

    return strncmp(a, b, len) == 0 && !strchr(b + len, '/');
}

void fault_settle_folder(struct li_fault *fault, const char *path)
{
    struct fault_undo *undo, **link;

    for (link = &fault->last; (undo = *link);) {
        if (!is_of_name(undo) || !same_folder(path, undo->disk->path)) {
            link = &undo->earlier;
            continue;
        }
        if (undo->was == FAULT_WAS_THERE)
            unlink(undo->disk->path);
        *link = undo->earlier;
        undo_free(undo);
    }
}

void fault_sync_failed(struct li_fault *fault, const struct fault_disk *disk)
{
    for (struct fault_undo *undo = fault->last; undo; undo = undo->earlier)
        if (undo->disk == disk && !is_of_name(undo))
            undo->lost = true;
}

void fault_forget(struct li_fault *fault)
{
    struct fault_disk *disk, **link;

    while (fault->last) {
        struct fault_undo *undo = fault->last;

        fault->last = undo->earlier;
        if (undo->was == FAULT_WAS_THERE && undo->disk->gone)
            unlink(undo->disk->path);
        undo_free(undo);
    }
    for (link = &fault->disks; (disk = *link);) {
        if (disk->opened > 0) {
            link = &disk->next;
            continue;
        }
        *link = disk->next;
        free(disk->path);
        free(disk);
    }
}

/* ---- fate ---------------------------------------------------------------------- */

/* How the disk lost power: nothing unsynced is there, all of it, what was written
 * before one moment, or every sector has a moment of its own. */
enum manner { NOTHING, EVERYTHING, MOMENT, BY_SECTOR, MANNERS };

struct fate {
    enum manner manner;
    int64_t sector; /* 512 or 4,096 */
    int64_t first;  /* the unsynced operations: first to last */
    int64_t last;
    int64_t moment;
    uint64_t salt;
};

static struct fate draw_fate(struct li_fault *fault)
{
    struct fate fate = {.last = fault->number};
    const struct fault_undo *undo = fault->last;

    for (fate.first = fate.last; undo; undo = undo->earlier)
        fate.first = undo->number < fate.first ? undo->number : fate.first;
    fate.manner = (enum manner)fault_draw(fault, MANNERS);
    fate.sector = fault_draw(fault, 2) ? SMALL_SECTOR : FAULT_PAGE;
    fate.salt = fault_draw(fault, UINT64_MAX);
    /* an operation is on the disk if its number is not above the moment */
    fate.moment =
        fate.first - 1 + (int64_t)fault_draw(fault, (uint64_t)(fate.last - fate.first) + 2);
    return fate;
}

static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* The same for every operation on the same sector, and else a third each: old,
 * new, in between. */
static int64_t moment_of(const struct fate *fate, const struct fault_disk *disk, int64_t at)
{
    uint64_t chance;

    switch (fate->manner) {
    case NOTHING:
        return fate->first - 1;
    case EVERYTHING:
        return fate->last;
    case MOMENT:
        return fate->moment;
    default:
        break;
    }
    chance = mix(fate->salt ^ disk->kind ^ mix((uint64_t)(at / fate->sector)));
    if (chance % 3 == 0)
        return fate->first - 1;
    if (chance % 3 == 1)
        return fate->last;
    return fate->first + (int64_t)(chance / 3 % (uint64_t)(fate->last - fate->first + 1));
}

static bool is_undone(const struct fate *fate, const struct fault_undo *undo, int64_t at)
{
    return undo->lost || undo->number > moment_of(fate, undo->disk, at);
}

/* 1: something was undone, 0: nothing, -1: the file cannot be written. */
static int undo_page(int fd, const struct fate *fate, const struct fault_undo *undo)
{
    int undone = 0;

    for (int64_t off = 0; off < FAULT_PAGE; off += SMALL_SECTOR) {
        if (!is_undone(fate, undo, undo->at + off))
            continue;
        if (pwrite(fd, undo->bytes + off, SMALL_SECTOR, undo->at + off) != SMALL_SECTOR)
            return -1;
        undone = 1;
    }
    return undone;
}

/* All of one file's pages, then its size: what was put back beyond it goes. */
static int undo_file(struct li_fault *fault, const struct fate *fate, const struct fault_disk *disk)
{
    int fd = open(disk->path, O_RDWR | O_CLOEXEC);
    int64_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
    int r = fd < 0 && errno == ENOENT ? 0 : size < 0 ? -1 : 1;

    for (const struct fault_undo *undo = fault->last; r == 1 && undo; undo = undo->earlier) {
        int undone = 0;

        if (undo->disk != disk)
            continue;
        if (undo->was == FAULT_WAS_BYTES)
            undone = undo_page(fd, fate, undo);
        else if (undo->was == FAULT_WAS_SIZE && is_undone(fate, undo, -FAULT_PAGE))
            size = undo->at;
        fault->lost += undone > 0;
        r = undone < 0 ? -1 : 1;
    }
    if (r == 1 && ftruncate(fd, size) != 0)
        r = -1;
    if (fd >= 0)
        close(fd);
    return r < 0 ? -1 : 0;
}

/* Names are undone in their order: a file system's journal keeps it. */
static int undo_names(struct li_fault *fault, const struct fate *fate)
{
    for (struct fault_undo *undo = fault->last; undo; undo = undo->earlier) {
        if (!is_of_name(undo) ||
            undo->number <= (fate->manner == BY_SECTOR ? fate->moment : moment_of(fate, NULL, 0)))
            continue;
        if (undo->was == FAULT_WAS_ABSENT) {
            unlink(undo->disk->path);
        } else {
            if (rename(undo->disk->path, undo->path) != 0)
                return -1;
            free(undo->disk->path);
            undo->disk->path = undo->path;
            undo->disk->gone = false;
            undo->path = NULL;
        }
    }
    return 0;
}

int fault_meet_fate(struct li_ctx *ctx, struct li_fault *fault)
{
    const struct fate fate = draw_fate(fault);
    int rc = undo_names(fault, &fate);

    for (const struct fault_disk *disk = fault->disks; rc == 0 && disk; disk = disk->next) {
        li_assert(disk->opened == 0);
        rc = undo_file(fault, &fate, disk);
    }
    return rc ? LI_FAIL(ctx, LI_E_IO, "a disk that lost power cannot be written: errno %d", errno)
              : 0;
}
