/*
 * The door to the outside: the clocks, random bytes, whole files.
 *
 * Not for sockets and databases (serve, store).  Everything here that asks the
 * kernel can be held or seeded, so that a test repeats.
 */
#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/ctx.h"

#define DEFAULT_FILE_MAX ((size_t)64 * 1024 * 1024)

struct li_random {
    bool seeded;
    pthread_mutex_t lock;
    uint64_t calls;
    unsigned char key[crypto_stream_chacha20_KEYBYTES];
};

static int64_t clock_us(clockid_t id)
{
    struct timespec now;

    li_assert(clock_gettime(id, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t li_now(const struct li_clock *clock)
{
    const int64_t held =
        clock != NULL ? atomic_load_explicit(&clock->held, memory_order_relaxed) : 0;

    return held != 0 ? held : clock_us(CLOCK_REALTIME);
}

int64_t li_steady_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

/* Never written: the kernel's source has no state of ours. */
static const struct li_random system_random = {.seeded = false};

struct li_random *li_random_system(void)
{
    return (struct li_random *)&system_random;
}

struct li_random *li_random_seeded(uint64_t seed)
{
    struct li_random *random = calloc(1, sizeof(*random));

    if (random == NULL)
        return NULL;
    random->seeded = true;
    pthread_mutex_init(&random->lock, NULL);
    for (size_t i = 0; i < sizeof(seed); i++)
        random->key[i] = (unsigned char)(seed >> (8 * i));
    return random;
}

void li_random_free(struct li_random *random)
{
    if (random == NULL || !random->seeded)
        return;
    pthread_mutex_destroy(&random->lock);
    free(random);
}

/* Every call is a key stream of its own, numbered by the count of calls. */
void li_random_bytes(struct li_random *random, void *ret, size_t len)
{
    unsigned char nonce[crypto_stream_chacha20_NONCEBYTES] = {0};
    uint64_t call;

    if (!random->seeded) {
        randombytes_buf(ret, len);
        return;
    }
    pthread_mutex_lock(&random->lock);
    call = random->calls++;
    pthread_mutex_unlock(&random->lock);
    for (size_t i = 0; i < sizeof(call) && i < sizeof(nonce); i++)
        nonce[i] = (unsigned char)(call >> (8 * i));
    crypto_stream_chacha20(ret, len, nonce, random->key);
}

static int file_failed(struct li_ctx *ctx, const char *verb, const char *path)
{
    const int number = errno;

    if (number == ENOSPC || number == EDQUOT || number == EFBIG)
        return LI_FAIL(ctx, LI_E_FULL, "cannot %s %s: errno %d", verb, path, number);
    if (number == ENOENT || number == ENOTDIR)
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "cannot %s %s: it is not there", verb, path);
    return LI_FAIL(ctx, LI_E_IO, "cannot %s %s: errno %d", verb, path, number);
}

/* Up to `size` bytes; a file that shrinks meanwhile gives what is left. */
static int read_all(int fd, char *bytes, size_t size, size_t *ret_len)
{
    size_t len = 0;

    while (len < size) {
        const ssize_t got = read(fd, bytes + len, size - len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        len += (size_t)got;
    }
    *ret_len = len;
    return 0;
}

int li_file_read(struct li_ctx *ctx, const char *path, size_t max, struct li_str *ret)
{
    const size_t most = max != 0 ? max : DEFAULT_FILE_MAX;
    struct stat info;
    char *bytes;
    size_t len = 0;
    int result;
    int fd;

    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return file_failed(ctx, "open", path);
    if (fstat(fd, &info) != 0) {
        result = file_failed(ctx, "look at", path);
        goto out;
    }
    if (!S_ISREG(info.st_mode)) {
        result = LI_FAIL(ctx, LI_E_IO, "%s is not a file", path);
        goto out;
    }
    if ((uint64_t)info.st_size > most) {
        result = LI_FAIL(ctx, LI_E_LIMIT, "%s has more than %zu bytes", path, most);
        goto out;
    }
    bytes = li_alloc(ctx, (size_t)info.st_size + 1);
    if (bytes == NULL) {
        result = -LI_E_NOMEM;
        goto out;
    }
    if (read_all(fd, bytes, (size_t)info.st_size, &len) != 0) {
        result = file_failed(ctx, "read", path);
        goto out;
    }
    *ret = li_str_n(bytes, len);
    result = 0;
out:
    close(fd);
    return result;
}

static int write_all(int fd, struct li_str bytes)
{
    while (bytes.len != 0) {
        const ssize_t done = write(fd, bytes.ptr, bytes.len);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return -1;
        bytes.ptr += done;
        bytes.len -= (size_t)done;
    }
    return 0;
}

int li_name_sync(struct li_ctx *ctx, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct li_str folder = LI_S(".");
    const char *name;
    int result;
    int fd;

    if (slash != NULL)
        folder = li_str_n(path, slash == path ? 1 : (size_t)(slash - path));
    name = li_str_c(ctx, folder);
    if (name == NULL)
        return -LI_E_NOMEM;
    fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return file_failed(ctx, "open", name);
    result = fsync(fd) != 0 ? file_failed(ctx, "sync", name) : 0;
    close(fd);
    return result;
}

int li_file_write(struct li_ctx *ctx, const char *path, struct li_str bytes, unsigned mode)
{
    const struct li_str text = li_strf(ctx, "%s.XXXXXX", path);
    char *temporary = (char *)text.ptr; /* our own copy */
    int result;
    int fd;

    if (temporary == NULL)
        return -LI_E_NOMEM;
    fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return file_failed(ctx, "make", temporary);
    if (fchmod(fd, (mode_t)mode) != 0 || write_all(fd, bytes) != 0 || fsync(fd) != 0) {
        result = file_failed(ctx, "write", path);
        close(fd);
        goto out;
    }
    if (close(fd) != 0 || rename(temporary, path) != 0) {
        result = file_failed(ctx, "write", path);
        goto out;
    }
    return li_name_sync(ctx, path);
out:
    unlink(temporary);
    return result;
}

static int make_one(struct li_ctx *ctx, const char *path)
{
    struct stat info;

    if (mkdir(path, 0700) == 0)
        return li_name_sync(ctx, path);
    if (errno != EEXIST)
        return file_failed(ctx, "make folder", path);
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode))
        return LI_FAIL(ctx, LI_E_IO, "%s is there and is no folder", path);
    return 0;
}

int li_dir_make(struct li_ctx *ctx, const char *path)
{
    char *part = (char *)li_str_dup(ctx, li_str(path)).ptr; /* our own copy */
    int result;

    if (part == NULL)
        return -LI_E_NOMEM;
    if (part[0] == '\0')
        return LI_FAIL(ctx, LI_E_IO, "a folder without a name");
    for (char *at = part + 1; *at != '\0'; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        result = make_one(ctx, part);
        *at = '/';
        if (result != 0)
            return result;
    }
    return make_one(ctx, part);
}
