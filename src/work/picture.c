/*
 * The parent's side of a picture: starting the child, feeding it, reading what it
 * answers, killing it when its time is over.  What the child says is not believed
 * further than its lengths were checked.
 */
#include "work/picture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/time.h"
#include "contract/fault.h"

#define ANSWER_MAX   (sizeof(struct li_picture_answer) + ((size_t)14 << 20))
#define STOP_SECONDS 2

struct li_pictures {
    char *program;
    int stop; /* eventfd: readable once we are stopping */
    _Atomic bool told_unguarded;
};

int li_pictures_new(struct li_ctx *ctx, const char *program, struct li_pictures **ret)
{
    struct li_pictures *pictures = calloc(1, sizeof(*pictures));

    if (!pictures) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for pictures");
    }
    pictures->program = strdup(program ? program : "/proc/self/exe");
    pictures->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!pictures->program || pictures->stop < 0) {
        li_pictures_free(pictures);
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for pictures");
    }
    *ret = pictures;
    return 0;
}

void li_pictures_stop(struct li_pictures *pictures)
{
    const uint64_t one = 1;

    li_assert(write(pictures->stop, &one, sizeof(one)) == sizeof(one));
}

void li_pictures_free(struct li_pictures *pictures)
{
    if (!pictures) {
        return;
    }
    if (pictures->stop >= 0) {
        close(pictures->stop);
    }
    free(pictures->program);
    free(pictures);
}

/* ---- the child ------------------------------------------------------------- */

struct child {
    pid_t pid;
    int in, out; /* our ends; -1: closed */
};

static void shut(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

/* Nothing of ours goes along: no descriptor, no environment, no blocked signal. */
static int spawn(const char *program, int in, int out, pid_t *ret)
{
    char *const argv[] = {"linli", "picture", NULL}, *const envp[] = {NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none;
    int failed;

    sigemptyset(&none);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in, 0);
    posix_spawn_file_actions_adddup2(&files, out, 1);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
    failed = posix_spawn(ret, program, &files, &attr, argv, envp);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return failed;
}

static int begin(struct li_ctx *ctx, const struct li_pictures *pictures, struct child *ret)
{
    int in[2], out[2], failed;

    if (pipe2(in, O_CLOEXEC) != 0) {
        return LI_FAIL(ctx, LI_E_INTERNAL, "no pipe: errno %d", errno);
    }
    if (pipe2(out, O_CLOEXEC) != 0) {
        failed = errno;
        close(in[0]);
        close(in[1]);
        return LI_FAIL(ctx, LI_E_INTERNAL, "no pipe: errno %d", failed);
    }
    failed = spawn(pictures->program, in[0], out[1], &ret->pid);
    close(in[0]);
    close(out[1]);
    ret->in = in[1];
    ret->out = out[0];
    if (failed) {
        shut(&ret->in);
        shut(&ret->out);
        return LI_FAIL(ctx, LI_E_INTERNAL, "%s does not start: errno %d", pictures->program,
                       failed);
    }
    fcntl(ret->in, F_SETFL, O_NONBLOCK);
    fcntl(ret->out, F_SETFL, O_NONBLOCK);
    return 0;
}

/* Reaps it; true: it ended well by itself. */
static bool end(struct child *child, bool is_over)
{
    int status = 0;

    shut(&child->in);
    shut(&child->out);
    if (!is_over) {
        kill(child->pid, SIGKILL);
    }
    while (waitpid(child->pid, &status, 0) < 0) {
        li_assert(errno == EINTR);
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- talking --------------------------------------------------------------- */

struct talk {
    struct li_picture_order order;
    struct li_str parts[2]; /* what is still to be written */
    struct li_buf *answer;
    int64_t until;
    bool is_over; /* it has said all */
};

/* false: it reads no more; then it has made up its mind already. */
static bool feed(struct talk *talk, int fd)
{
    for (int i = 0; i < 2; i++) {
        while (talk->parts[i].len) {
            ssize_t done = write(fd, talk->parts[i].ptr, talk->parts[i].len);
            if (done < 0) {
                return errno == EAGAIN || errno == EINTR;
            }
            talk->parts[i] = li_str_n(talk->parts[i].ptr + done, talk->parts[i].len - (size_t)done);
        }
    }
    return false;
}

/* false: the end, or more than it may say. */
static bool hear(struct talk *talk, int fd)
{
    char piece[65536];
    ssize_t got = read(fd, piece, sizeof(piece));

    if (got < 0) {
        return errno == EAGAIN || errno == EINTR;
    }
    talk->is_over = got == 0;
    li_buf_add(talk->answer, piece, (size_t)got);
    return got > 0 && talk->answer->error == 0;
}

static void converse(struct li_pictures *pictures, struct child *child, struct talk *talk)
{
    int stop = pictures->stop;

    while (child->out >= 0) {
        struct pollfd fds[3] = {{.fd = child->in, .events = POLLOUT},
                                {.fd = child->out, .events = POLLIN},
                                {.fd = stop, .events = POLLIN}};
        int64_t left = talk->until - li_steady_us();
        if (left <= 0 || (poll(fds, 3, (int)(left / 1000) + 1) < 0 && errno != EINTR)) {
            return;
        }
        if (fds[2].revents) {
            int64_t soon = li_steady_us() + STOP_SECONDS * LI_SECOND;
            talk->until = soon < talk->until ? soon : talk->until;
            stop = -1;
        }
        if (fds[0].revents && !feed(talk, child->in)) {
            shut(&child->in);
        }
        if (fds[1].revents && !hear(talk, child->out)) {
            shut(&child->out);
        }
    }
}

/* ---- what it said ---------------------------------------------------------- */

static int refuse(struct li_ctx *ctx, struct li_str where, uint32_t verdict)
{
    switch (verdict) {
    case LI_PICTURE_FOREIGN:
        return li_fault(ctx, LI_FAULT_NO_PHOTO, where, LI_S(""));
    case LI_PICTURE_GREAT:
        return li_fault(ctx, LI_FAULT_PIXELS, where, LI_S(""));
    case LI_PICTURE_UNABLE:
        return LI_FAIL(ctx, LI_E_INTERNAL, "libvips is not there: no pictures");
    default:
        return li_fault(ctx, LI_FAULT_BROKEN_PHOTO, where, LI_S(""));
    }
}

static bool is_jpeg(struct li_str bytes)
{
    return bytes.len > 4 && memcmp(bytes.ptr, "\xff\xd8\xff", 3) == 0;
}

static int read_answer(struct li_ctx *ctx, struct li_pictures *pictures, struct li_str where,
                       struct li_str said, struct li_picture *ret)
{
    struct li_picture_answer answer;
    struct li_picture picture;

    if (said.len < sizeof(answer)) {
        return refuse(ctx, where, LI_PICTURE_BROKEN);
    }
    memcpy(&answer, said.ptr, sizeof(answer));
    if (answer.magic != LI_PICTURE_MAGIC || answer.verdict != LI_PICTURE_GOOD) {
        return refuse(ctx, where,
                      answer.magic == LI_PICTURE_MAGIC ? answer.verdict : LI_PICTURE_BROKEN);
    }
    picture = (struct li_picture){
        .full = li_str_n(said.ptr + sizeof(answer), answer.full_len),
        .width = answer.width,
        .height = answer.height,
        .placed = answer.placed,
        .lon = answer.lon,
        .lat = answer.lat,
        .taken_at = answer.taken_at,
    };
    picture.thumb = li_str_n(picture.full.ptr + answer.full_len, answer.thumb_len);
    if ((uint64_t)answer.full_len + answer.thumb_len != said.len - sizeof(answer) ||
        !is_jpeg(picture.full) || !is_jpeg(picture.thumb) || picture.width < 1 ||
        picture.height < 1 || picture.width > LI_PICTURE_SIDE || picture.height > LI_PICTURE_SIDE) {
        return refuse(ctx, where, LI_PICTURE_BROKEN);
    }
    if (!answer.guarded && !atomic_exchange(&pictures->told_unguarded, true)) {
        li_log(LI_LOG_WARN, "picture.unguarded", "reason=\"no filter of system calls here\"");
    }
    *ret = picture;
    return 0;
}

static bool is_stopping(const struct li_pictures *pictures)
{
    struct pollfd fd = {.fd = pictures->stop, .events = POLLIN};

    return poll(&fd, 1, 0) > 0;
}

int li_picture_make(struct li_ctx *ctx, struct li_pictures *pictures, struct li_str where,
                    struct li_str bytes, struct li_picture *ret)
{
    struct talk talk = {.order = {LI_PICTURE_MAGIC, (uint32_t)bytes.len}};
    struct child child;
    bool well;
    int r;

    if (bytes.len > LI_PICTURE_BYTES) {
        return LI_FAIL_AT(ctx, LI_E_LIMIT, where, "a photo has at most %zu bytes",
                          LI_PICTURE_BYTES);
    }
    if (is_stopping(pictures)) {
        return LI_FAIL(ctx, LI_E_BUSY, "the server is stopping");
    }
    talk.answer = li_buf_new(ctx, ANSWER_MAX);
    r = talk.answer ? begin(ctx, pictures, &child) : -LI_E_NOMEM;
    if (r) {
        return r;
    }
    talk.parts[0] = li_str_n(&talk.order, sizeof(talk.order));
    talk.parts[1] = bytes;
    talk.until = li_steady_us() + LI_PICTURE_SECONDS * LI_SECOND;
    converse(pictures, &child, &talk);
    well = end(&child, talk.is_over) && talk.is_over;
    if (!well && is_stopping(pictures)) {
        return LI_FAIL(ctx, LI_E_BUSY, "the server is stopping");
    }
    if (!well) {
        li_log(LI_LOG_WARN, "picture.died", "bytes=%zu said=%zu", bytes.len, talk.answer->len);
        return refuse(ctx, where, LI_PICTURE_BROKEN);
    }
    return read_answer(ctx, pictures, where, li_buf_view(talk.answer), ret);
}
