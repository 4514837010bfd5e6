/*
 * linli picture: makes one picture, for the server that started it.
 *
 * Bytes come on stdin, the answer goes to stdout (work/picture.h says how), and
 * nothing else is left to this process once it looks at them: no file can be
 * opened, no socket, no program; ten seconds of CPU, a bounded address space.  It
 * ends without tidying up.
 */
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/filetype.h"
#include "cli/cli.h"
#include "cli/picture.h"

#define CPU_SECONDS 10
#define ADDRESSES   ((rlim_t)1536 << 20)

/* ---- bytes ----------------------------------------------------------------- */

static bool read_all(void *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        ssize_t got = read(0, (char *)bytes + at, len - at);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return false;
        }
        at += got > 0 ? (size_t)got : 0;
    }
    return true;
}

static bool write_all(const void *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        ssize_t done = write(1, (const char *)bytes + at, len - at);
        if (done < 0 && errno != EINTR) {
            return false;
        }
        at += done > 0 ? (size_t)done : 0;
    }
    return true;
}

/* ---- having nothing -------------------------------------------------------- */

static void limit(int what, rlim_t most)
{
    const struct rlimit both = {.rlim_cur = most, .rlim_max = most};

    setrlimit(what, &both);
}

/* What decoding needs: memory, threads of this process, the two pipes, the clock. */
static const int calls[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(lseek),
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(tgkill),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(getrandom),
};

/* mmap and mprotect without PROT_EXEC, clone for threads only. */
static int allow_some(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, 0x4, 0);
    const struct scmp_arg_cmp thread = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);
    int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_code);

    r = r ? r : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code);
    r = r ? r : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, thread);
    /* its arguments lie in memory; without it libc takes clone */
    r = r ? r : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    return r;
}

/* Everything else is refused, not killed: libraries that only try go on. */
static bool filter_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int r = filter ? 0 : -ENOMEM;

    for (size_t i = 0; r == 0 && i < sizeof(calls) / sizeof(calls[0]); i++) {
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    }
    r = r ? r : allow_some(filter);
    r = r ? r : seccomp_load(filter);
    if (filter) {
        seccomp_release(filter);
    }
    return r == 0;
}

/* false: the kernel has no filters; the other limits hold. */
static bool give_up_everything(void)
{
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NOFILE, 0);
    limit(RLIMIT_CPU, CPU_SECONDS);
#ifndef LI_ARENA_MALLOC /* a sanitizer's shadow is terabytes of addresses */
    limit(RLIMIT_AS, ADDRESSES);
#endif
    return filter_calls();
}

/* ---- one picture ----------------------------------------------------------- */

static bool tell(enum li_picture_verdict verdict, bool guarded, const struct li_picture_made *made)
{
    const struct li_picture_answer answer = {
        .magic = LI_PICTURE_MAGIC,
        .verdict = verdict,
        .width = (uint32_t)made->width,
        .height = (uint32_t)made->height,
        .full_len = (uint32_t)made->full_len,
        .thumb_len = (uint32_t)made->thumb_len,
        .placed = made->placed,
        .lon = made->lon,
        .lat = made->lat,
        .guarded = guarded,
        .taken_at = made->taken_at,
    };

    return write_all(&answer, sizeof(answer)) && write_all(made->full, made->full_len) &&
           write_all(made->thumb, made->thumb_len);
}

static bool make(struct li_str bytes)
{
    struct li_picture_made made = {.placed = false};
    enum li_picture_kind kind = li_filetype_picture(bytes);
    struct li_vips *vips;
    bool guarded;

    if (kind == LI_PICTURE_NONE) {
        return tell(LI_PICTURE_FOREIGN, true, &made);
    }
    vips = li_vips_load(kind == LI_PICTURE_HEIF);
    guarded = give_up_everything();
    return tell(vips ? li_vips_make(vips, bytes, &made) : LI_PICTURE_UNABLE, guarded, &made);
}

int li_cli_picture(struct li_cli *cli)
{
    struct li_picture_order order;
    char *bytes;

    if (isatty(0) || !read_all(&order, sizeof(order)) || order.magic != LI_PICTURE_MAGIC ||
        order.len > LI_PICTURE_BYTES) {
        return LI_FAIL(cli->ctx, LI_E_USAGE, "only `linli serve` calls this");
    }
    bytes = malloc((size_t)order.len + 1);
    if (!bytes || !read_all(bytes, order.len)) {
        return LI_FAIL(cli->ctx, LI_E_IO, "the picture did not come whole");
    }
    _exit(make(li_str_n(bytes, order.len)) ? 0 : 1);
}
