/* Both ends of the control socket; see control.h. */
#include "cli/control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/time.h"
#include "cli/adopt.h"

#define SAID_MAX   (LI_PLAYBOOK_MAX + 4096)
#define ANSWER_MAX 4096
#define WAIT_HERE  2  /* seconds the server waits for who has come */
#define WAIT_THERE 60 /* and they for its answer */

/* A socket's address is short; the folder's may be long.  By its descriptor it is
 * short, too. */
static int address_of(const char *data, struct sockaddr_un *ret)
{
    int folder = open(data, O_PATH | O_DIRECTORY | O_CLOEXEC);

    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(ret->sun_path, sizeof(ret->sun_path), "/proc/self/fd/%d/control", folder);
    return folder;
}

static void limit_waiting(int fd, int seconds)
{
    const struct timeval wait = {.tv_sec = seconds};

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
}

/* Everything until the other end has said all; false: too much, or too slow. */
static bool read_all(int fd, struct li_buf *buf, int seconds)
{
    int64_t until = li_steady_us() + seconds * LI_SECOND;
    char piece[16384];
    ssize_t got;

    do {
        got = read(fd, piece, sizeof(piece));
        if (got > 0) {
            li_buf_add(buf, piece, (size_t)got);
        }
    } while ((got > 0 || (got < 0 && errno == EINTR)) && !buf->error && li_steady_us() < until);
    return got == 0 && !buf->error;
}

static bool send_all(int fd, struct li_str bytes)
{
    while (bytes.len) {
        ssize_t sent = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent <= 0) {
            return false;
        }
        bytes = li_str_n(bytes.ptr + sent, bytes.len - (size_t)sent);
    }
    return true;
}

/* ---- the server's end ---------------------------------------------------------- */

int li_control_open(struct li_ctx *ctx, const char *data, int *ret)
{
    struct sockaddr_un at;
    int folder = address_of(data, &at), failed = 0;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (folder >= 0) {
        unlinkat(folder, "control", 0);
    }
    if (fd < 0 || folder < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
        fchmodat(folder, "control", 0600, 0) || listen(fd, 4)) {
        failed = errno;
    }
    if (folder >= 0) {
        close(folder);
    }
    if (!failed) {
        *ret = fd;
        return 0;
    }
    if (fd >= 0) {
        close(fd);
    }
    return LI_FAIL(ctx, LI_E_IO, "no control socket in %s: %s", data, strerror(failed));
}

void li_control_close(const char *data, int fd)
{
    int folder;

    if (fd < 0) {
        return;
    }
    close(fd);
    folder = open(data, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        unlinkat(folder, "control", 0);
        close(folder);
    }
}

static int obey(struct li_ctx *ctx, struct li_house *house, struct li_str said)
{
    struct li_str word, name = li_str_cut(&said, '\n');
    int new = 0, r;

    word = li_str_cut(&name, ' ');
    if (!li_str_is(word, "adopt") || !name.ptr || !said.ptr) {
        return LI_FAIL(ctx, LI_E_USAGE, "not understood");
    }
    r = li_adopt_everywhere(ctx, house->record, name, said, &new);
    if (r) {
        li_log_fault(ctx, "serve.playbook", "by=control refused=true");
    } else {
        li_log(LI_LOG_INFO, "serve.playbook", "by=control new_in=%d", new);
    }
    return r;
}

/* "error 4 FILE:LINE:COLUMN TEXT", "error 4 - TEXT" */
static struct li_str verdict(struct li_ctx *ctx, int r)
{
    const struct li_error *error = li_ctx_error(ctx);

    if (r == 0) {
        return LI_S("ok\n");
    }
    return li_strf(ctx, "error %d %.*s\t%.*s\n", -r, error ? (int)error->where.len : 0,
                   error ? error->where.ptr : "", LI_P(li_ctx_explain(ctx)));
}

void li_control_answer(struct li_house *house, int fd)
{
    struct li_arena *arena = li_arena_new(0);
    int one = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
    struct li_buf said;
    struct li_ctx ctx;

    if (one >= 0 && arena) {
        li_ctx_init(&ctx, arena, li_record_clock(house->record), li_record_random(house->record));
        li_buf_init(&said, SAID_MAX);
        limit_waiting(one, WAIT_HERE);
        if (read_all(one, &said, WAIT_HERE)) {
            int r = obey(&ctx, house, li_buf_view(&said));
            (void)send_all(one, verdict(&ctx, r)); /* who has left is told by the log */
        }
        li_buf_done(&said);
    }
    if (one >= 0) {
        close(one);
    }
    if (arena) {
        li_arena_free(arena);
    }
}

/* ---- the other end --------------------------------------------------------------- */

static int reach(const char *data)
{
    struct sockaddr_un at;
    int folder = address_of(data, &at), fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool there = fd >= 0 && folder >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0;

    if (folder >= 0) {
        close(folder);
    }
    if (there) {
        return fd;
    }
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

bool li_control_is_there(const char *data)
{
    int fd = reach(data);

    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0;
}

static int read_verdict(struct li_ctx *ctx, struct li_str said)
{
    struct li_str line = li_str_cut(&said, '\n'), where;
    int64_t code;

    if (li_str_is(line, "ok")) {
        return 0;
    }
    if (!li_str_is(li_str_cut(&line, ' '), "error") ||
        !li_str_to_i64(li_str_cut(&line, ' '), &code) || code <= 0) {
        return LI_FAIL(ctx, LI_E_IO, "the running server did not answer");
    }
    where = li_str_dup(ctx, li_str_cut(&line, '\t'));
    return LI_FAIL_AT(ctx, li_error_info((int)code)->code, where, "%.*s", LI_P(line));
}

int li_control_adopt(struct li_ctx *ctx, const char *data, const char *name, struct li_str source)
{
    struct li_str head = li_strf(ctx, "adopt %s\n", name);
    struct li_buf said;
    int fd, r;

    if (!head.ptr || strchr(name, '\n')) {
        return head.ptr ? LI_FAIL(ctx, LI_E_USAGE, "a name of two lines") : -LI_E_NOMEM;
    }
    fd = reach(data);
    if (fd < 0) {
        return LI_FAIL(ctx, LI_E_IO, "the running server does not listen in %s", data);
    }
    limit_waiting(fd, WAIT_THERE);
    li_buf_init(&said, ANSWER_MAX);
    if (send_all(fd, head) && send_all(fd, source) && shutdown(fd, SHUT_WR) == 0) {
        (void)read_all(fd, &said, WAIT_THERE);
    }
    r = read_verdict(ctx, li_buf_view(&said));
    li_buf_done(&said);
    close(fd);
    return r;
}
