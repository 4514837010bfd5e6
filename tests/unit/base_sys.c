/*
 * base/sys: held clocks, seeded randomness, whole files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base.h"
#include "base/hash.h"

static void holds_the_clock(void **state)
{
    struct li_clock clock = {.held = 1234567};
    const int64_t before = li_steady_us();

    (void)state;
    assert_int_equal(li_now(&clock), 1234567);
    clock.held += 1;
    assert_int_equal(li_now(&clock), 1234568);
    clock.held = 0;
    /* Between 2020 and 2100. */
    assert_in_range(li_now(&clock), INT64_C(1577836800000000), INT64_C(4102444800000000));
    assert_true(li_now(NULL) >= li_now(&clock) - 60000000);
    assert_true(li_steady_us() >= before);
}

static void repeats_from_a_seed(void **state)
{
    struct li_random *one = li_random_seeded(7);
    struct li_random *two = li_random_seeded(7);
    struct li_random *other = li_random_seeded(8);
    unsigned char a[64], b[64], c[64], again[64];

    (void)state;
    for (int i = 0; i < 20; i++) {
        memcpy(again, a, sizeof(a));
        li_random_bytes(one, a, sizeof(a));
        li_random_bytes(two, b, sizeof(b));
        li_random_bytes(other, c, sizeof(c));
        assert_memory_equal(a, b, sizeof(a));
        assert_memory_not_equal(a, c, sizeof(a));
        if (i > 0)
            assert_memory_not_equal(a, again, sizeof(a));
    }
    li_random_bytes(one, a, 0);
    li_random_free(one);
    li_random_free(two);
    li_random_free(other);
    li_random_free(NULL);
}

/* A simulation is compared by it: ChaCha20 with the seed as key, nonce 0 first
 * (the published first block of the key 1, 0, 0, …). */
static void the_stream_stays(void **state)
{
    static const unsigned char expected[16] = {0xc5, 0xd3, 0x0a, 0x7c, 0xe1, 0xec, 0x11, 0x93,
                                               0x78, 0xc8, 0x4f, 0x48, 0x7d, 0x77, 0x5a, 0x85};
    struct li_random *random = li_random_seeded(1);
    unsigned char bytes[16];

    (void)state;
    li_random_bytes(random, bytes, sizeof(bytes));
    assert_memory_equal(bytes, expected, sizeof(bytes));
    li_random_free(random);
}

static void the_kernels_bytes_differ(void **state)
{
    unsigned char a[32], b[32];

    (void)state;
    li_random_bytes(li_random_system(), a, sizeof(a));
    li_random_bytes(li_random_system(), b, sizeof(b));
    assert_memory_not_equal(a, b, sizeof(a));
    li_random_free(li_random_system());
}

static void remove_folder(void *arg)
{
    const char *path = arg;
    char name[512];

    snprintf(name, sizeof(name), "%s/a/b/file", path);
    unlink(name);
    snprintf(name, sizeof(name), "%s/a/b", path);
    rmdir(name);
    snprintf(name, sizeof(name), "%s/a", path);
    rmdir(name);
    rmdir(path);
}

static char *new_folder(struct li_ctx *ctx)
{
    const char *base = getenv("TMPDIR");
    char *path = (char *)li_strf(ctx, "%s/linli-sys-XXXXXX", base != NULL ? base : "/tmp").ptr;

    assert_non_null(mkdtemp(path));
    assert_int_equal(li_arena_defer(ctx->arena, remove_folder, path), 0);
    return path;
}

static void writes_and_reads_files(void **state)
{
    struct li_ctx *ctx = *state;
    const char *root = new_folder(ctx);
    const char *folder = li_strf(ctx, "%s/a/b", root).ptr;
    const char *file = li_strf(ctx, "%s/file", folder).ptr;
    struct li_str bytes = {0};
    struct stat info;

    assert_int_equal(li_file_write(ctx, file, LI_S("x"), 0600), -LI_E_NOT_FOUND);
    assert_int_equal(li_dir_make(ctx, folder), 0);
    assert_int_equal(li_dir_make(ctx, folder), 0);
    assert_int_equal(stat(folder, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_int_equal(li_file_write(ctx, file, LI_S("first"), 0644), 0);
    assert_int_equal(li_file_write(ctx, file, LI_S("a\0b"), 0600), 0);
    assert_int_equal(stat(file, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(li_file_read(ctx, file, 0, &bytes), 0);
    assert_int_equal(bytes.len, 3);
    assert_memory_equal(bytes.ptr, "a\0b", 4);
    assert_int_equal(li_file_read(ctx, file, 3, &bytes), 0);
    assert_int_equal(li_file_read(ctx, file, 2, &bytes), -LI_E_LIMIT);
    assert_int_equal(li_dir_make(ctx, file), -LI_E_IO);
    assert_int_equal(li_file_write(ctx, file, LI_S(""), 0600), 0);
    assert_int_equal(li_file_read(ctx, file, 0, &bytes), 0);
    assert_int_equal(bytes.len, 0);
}

static void refuses_what_is_no_file(void **state)
{
    struct li_ctx *ctx = *state;
    const char *root = new_folder(ctx);
    struct li_str bytes = LI_S("untouched");

    assert_int_equal(li_file_read(ctx, root, 0, &bytes), -LI_E_IO);
    assert_int_equal(li_file_read(ctx, li_strf(ctx, "%s/none", root).ptr, 0, &bytes),
                     -LI_E_NOT_FOUND);
    assert_int_equal(li_dir_make(ctx, ""), -LI_E_IO);
    assert_str(bytes, "untouched");
}

/* A write that fails leaves the old content and nothing beside it. */
static void a_failed_write_changes_nothing(void **state)
{
    struct li_ctx *ctx = *state;
    const char *root = new_folder(ctx);
    const char *folder = li_strf(ctx, "%s/a", root).ptr;
    struct stat info;

    assert_int_equal(li_dir_make(ctx, folder), 0);
    assert_int_not_equal(li_file_write(ctx, folder, LI_S("x"), 0600), 0);
    assert_int_equal(stat(folder, &info), 0);
    assert_true(S_ISDIR(info.st_mode));
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(rmdir(root), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(holds_the_clock),
        TEST(repeats_from_a_seed),
        TEST(the_stream_stays),
        TEST(the_kernels_bytes_differ),
        TEST(writes_and_reads_files),
        TEST(refuses_what_is_no_file),
        TEST(a_failed_write_changes_nothing),
    };

    if (li_crypto_init() != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
