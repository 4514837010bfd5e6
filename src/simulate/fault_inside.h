/*
 * Between fault.c, which is the file system, and fault_power.c, which knows what
 * of it is not safely on the disk yet.  Nobody else includes it.
 */
#ifndef LI_SIMULATE_FAULT_INSIDE_H
#define LI_SIMULATE_FAULT_INSIDE_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "simulate/fault.h"

#define FAULT_OPS  4    /* kinds of operations */
#define FAULT_PAGE 4096 /* what a system's cache holds and writes back as one */

/* A file as the disk knows it, whatever its name is now. */
struct fault_disk {
    struct fault_disk *next;
    char *path;
    uint64_t kind;   /* a number of its name */
    bool gone;       /* deleted; its bytes wait at `path` for the deletion to be safe */
    bool new_name;   /* its first sync makes its folder safe, too (as SQLite does it) */
    unsigned opened; /* by how many handles */
};

/* What an unsynced operation replaced.  They are undone from the last backwards. */
enum fault_was { FAULT_WAS_BYTES, FAULT_WAS_SIZE, FAULT_WAS_ABSENT, FAULT_WAS_THERE };

struct fault_undo {
    struct fault_undo *earlier;
    struct fault_disk *disk;
    enum fault_was was;
    int64_t number; /* of the operation */
    bool lost;      /* a sync of it failed: the system believes it is clean */
    int64_t at;     /* bytes: the page's place; size: the size before */
    char *path;     /* of a deleted file: its name before */
    unsigned char bytes[];
};

struct fault_plan {
    unsigned fail_ops, often_ops;
    int64_t fail_after, fail_count;
    uint32_t one_in;
    int64_t slow_us;
    bool lies;
    unsigned cut_ops;
    int64_t cut_after; /* 0: no cut is planned */
    bool watched;      /* li_fault_cut was called: undo is kept */
};

struct li_fault {
    sqlite3_vfs vfs; /* first: SQLite hands it back */
    sqlite3_vfs *real;
    struct li_random *random;
    pthread_mutex_t mutex; /* of everything below but what is atomic */
    pthread_cond_t never;  /* what a slow disk waits for */
    struct fault_plan plan;
    int64_t number; /* of the last operation */
    struct fault_disk *disks;
    struct fault_undo *last;
    int64_t lost;
    _Atomic int64_t room; /* negative: without end */
    _Atomic int64_t written;
    _Atomic int64_t counts[FAULT_OPS];
    _Atomic bool cut;
};

struct fault_file {
    sqlite3_file head; /* first: SQLite hands it back */
    struct li_fault *fault;
    sqlite3_file *real;
    struct fault_disk *disk; /* NULL: a file without a name */
};

/* A whole number below `below` (at least 1). */
uint64_t fault_draw(struct li_fault *fault, uint64_t below);

/* ---- fault_power.c; all with the mutex held ------------------------------------ */

/* The file of a name that is opened.  NULL without memory. */
struct fault_disk *fault_disk_open(struct li_fault *fault, const char *path, bool is_new,
                                   bool syncs_folder);
/* Before a write or truncation is done: keeps what it replaces.  An SQLite code. */
int fault_keep_write(struct fault_file *file, int64_t at, int64_t len);
int fault_keep_truncate(struct fault_file *file, int64_t size);
/* Instead of a deletion. */
int fault_keep_delete(struct li_fault *fault, const char *path);
/* A file, a folder (of this file's path) was synced, or should have been. */
void fault_settle(struct li_fault *fault, struct fault_disk *disk);
void fault_settle_folder(struct li_fault *fault, const char *path);
void fault_sync_failed(struct li_fault *fault, const struct fault_disk *disk);
/* Everything unsynced meets its fate. */
int fault_meet_fate(struct li_ctx *ctx, struct li_fault *fault);
void fault_forget(struct li_fault *fault);

#endif
