/*
 * A picture's parent with children that behave badly.  The child is this program
 * itself, called with the word `picture`: the first byte it is sent says what it
 * shall do.
 */
#include "work/picture.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "unit/base.h"
#include "work/pool.h"

/* ---- the child ------------------------------------------------------------- */

static void say(uint32_t full, uint32_t thumb, uint32_t width)
{
    const struct li_picture_answer answer = {.magic = LI_PICTURE_MAGIC,
                                             .width = width,
                                             .height = 3,
                                             .full_len = full,
                                             .thumb_len = thumb,
                                             .guarded = 1};

    if (write(1, &answer, sizeof(answer)) < 0 || write(1,
                                                       "\xff\xd8\xff"
                                                       "1234\xff\xd8\xff"
                                                       "56",
                                                       12) < 0) {
        abort();
    }
}

static int child(void)
{
    struct li_picture_order order;
    char first;

    if (read(0, &order, sizeof(order)) != sizeof(order) || read(0, &first, 1) != 1) {
        return 3;
    }
    switch (first) {
    case 'g':
        say(7, 5, 4);
        return 0;
    case 'x': /* well said, and then it fails */
        say(7, 5, 4);
        return 1;
    case 'l': /* lengths that do not fit */
        say(7, 500, 4);
        return 0;
    case 'w': /* wider than was asked */
        say(7, 5, 5000);
        return 0;
    case 'n': /* no JPEG */
        say(6, 6, 4);
        return 0;
    case 'c':
        signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
        return 0;
    case 'm': /* without end */
        for (;;) {
            say(7, 5, 4);
        }
    case 'h': /* for ever */
        for (;;) {
            pause();
        }
    default: /* nothing */
        return 0;
    }
}

/* ---- the parent ------------------------------------------------------------ */

static struct li_pictures *open_pictures(struct li_ctx *ctx, const char *program)
{
    struct li_pictures *pictures;

    assert_int_equal(li_pictures_new(ctx, program, &pictures), 0);
    return pictures;
}

static int ask(struct li_ctx *ctx, struct li_pictures *pictures, const char *bytes,
               struct li_picture *ret)
{
    return li_picture_make(ctx, pictures, LI_S("/photo"), li_str(bytes), ret);
}

static void a_good_answer_is_taken(void **state)
{
    struct li_pictures *pictures = open_pictures(*state, NULL);
    struct li_picture picture;

    assert_int_equal(ask(*state, pictures, "g", &picture), 0);
    assert_true(li_str_eq(picture.full, li_str_n("\xff\xd8\xff"
                                                 "1234",
                                                 7)));
    assert_true(li_str_eq(picture.thumb, li_str_n("\xff\xd8\xff"
                                                  "56",
                                                  5)));
    assert_int_equal(picture.width, 4);
    li_pictures_free(pictures);
}

static void a_bad_one_costs_one_picture(void **state)
{
    static const char *const manners[] = {"x", "l", "w", "n", "c", "m", "0"};
    struct li_ctx *ctx = *state;
    struct li_pictures *pictures = open_pictures(ctx, NULL);
    struct li_picture picture;

    for (size_t i = 0; i < COUNT(manners); i++) {
        assert_int_equal(ask(ctx, pictures, manners[i], &picture), -LI_E_INVALID);
        assert_string_equal(li_ctx_error(ctx)->reason, "broken-photo");
        assert_str(li_ctx_error(ctx)->where, "/photo");
        li_ctx_clear(ctx);
    }
    assert_int_equal(ask(ctx, pictures, "g", &picture), 0);
    li_pictures_free(pictures);
}

/* More than a pipe holds, to a child that reads one byte. */
static void a_child_that_does_not_read(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_pictures *pictures = open_pictures(ctx, NULL);
    size_t len = (size_t)4 << 20;
    char *bytes = li_alloc(ctx, len);
    struct li_picture picture;

    memset(bytes, 'g', len);
    assert_int_equal(li_picture_make(ctx, pictures, LI_S(""), li_str_n(bytes, len), &picture), 0);
    assert_int_equal(
        li_picture_make(ctx, pictures, LI_S(""), li_str_n(bytes, LI_PICTURE_BYTES + 1), &picture),
        -LI_E_LIMIT);
    li_pictures_free(pictures);
}

static void no_child(void **state)
{
    struct li_pictures *pictures = open_pictures(*state, "/nonexistent/linli");
    struct li_picture picture;

    assert_int_equal(ask(*state, pictures, "g", &picture), -LI_E_INTERNAL);
    li_pictures_free(pictures);
}

struct hanging {
    struct li_task task;
    struct li_pictures *pictures;
    struct li_ctx *ctx;
    int status;
};

static void hang(struct li_task *task)
{
    struct hanging *hanging = task->arg;
    struct li_picture picture;

    hanging->status = ask(hanging->ctx, hanging->pictures, "h", &picture);
}

/* Stopping does not wait the whole time out that a child has. */
static void stopping_ends_it(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx own;
    struct hanging hanging = {.pictures = open_pictures(ctx, NULL), .ctx = &own};
    struct li_picture picture;
    struct li_pool *pool;
    int64_t begun = li_steady_us();

    li_ctx_init(&own, arena, NULL, li_random_system());
    hanging.task = (struct li_task){.run = hang, .arg = &hanging};
    assert_int_equal(li_pool_start(ctx, 1, 1, &pool), 0);
    assert_true(li_pool_submit(pool, &hanging.task));
    li_pictures_stop(hanging.pictures);
    li_pool_stop(pool);
    assert_int_equal(hanging.status, -LI_E_BUSY);
    assert_true(li_steady_us() - begun < 10 * INT64_C(1000000));
    assert_int_equal(ask(ctx, hanging.pictures, "g", &picture), -LI_E_BUSY);
    li_pictures_free(hanging.pictures);
    li_arena_free(arena);
}

/* ---- the pool -------------------------------------------------------------- */

struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    int entered, done;
    bool open;
};

static void pass(struct li_task *task)
{
    struct gate *gate = task->arg;

    pthread_mutex_lock(&gate->mutex);
    gate->entered++;
    pthread_cond_broadcast(&gate->moved);
    while (!gate->open) {
        pthread_cond_wait(&gate->moved, &gate->mutex);
    }
    gate->done++;
    pthread_mutex_unlock(&gate->mutex);
}

static void a_full_pool_refuses_and_finishes(void **state)
{
    struct gate gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, false};
    struct li_task tasks[6];
    struct li_pool *pool;

    assert_int_equal(li_pool_start(*state, 2, 3, &pool), 0);
    for (int i = 0; i < 6; i++) {
        tasks[i] = (struct li_task){.run = pass, .arg = &gate};
        if (i == 2) { /* both threads are busy: from here on tasks wait */
            pthread_mutex_lock(&gate.mutex);
            while (gate.entered < 2) {
                pthread_cond_wait(&gate.moved, &gate.mutex);
            }
            pthread_mutex_unlock(&gate.mutex);
        }
        assert_int_equal(li_pool_submit(pool, &tasks[i]), i < 5);
    }
    pthread_mutex_lock(&gate.mutex);
    gate.open = true;
    pthread_cond_broadcast(&gate.moved);
    pthread_mutex_unlock(&gate.mutex);
    li_pool_stop(pool);
    assert_int_equal(gate.done, 5);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_good_answer_is_taken),     TEST(a_bad_one_costs_one_picture),
        TEST(a_child_that_does_not_read), TEST(no_child),
        TEST(stopping_ends_it),           TEST(a_full_pool_refuses_and_finishes),
    };

    signal(SIGPIPE, SIG_IGN);
    if (argc > 1 && strcmp(argv[1], "picture") == 0) {
        return child();
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
