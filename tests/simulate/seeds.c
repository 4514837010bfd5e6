/*
 * A thousand short lives on SQLite, fifty on both engines, and one that is longer.
 *
 * Each seed is a street's day, lived and checked; all begin as copies of one founded
 * house.  Two processes share them, each with its own files in memory.  The night
 * (LINLI_NIGHT=1) has many more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "lib/sites.h"

#define SEEDS     1000
#define TOGETHER  2
#define TEST_LINE 256

static bool is_night(void)
{
    const char *night = getenv("LINLI_NIGHT");

    return night && *night && strcmp(night, "0") != 0;
}

/* Seeds first, first + step, …: how many failed. */
static int live_seeds(const char *image, int first, int step, int last)
{
    int failed = 0;

    for (int seed = first; seed <= last && failed < 5; seed += step) {
        struct site_life life = {.seed = (uint64_t)seed, .days = 1, .image = image};
        if (sites_live(&life)) {
            printf("# %s\n", life.told);
            failed++;
        }
    }
    fflush(stdout);
    return failed;
}

static int live_together(const char *image, int count)
{
    pid_t children[TOGETHER];
    int failed = 0, status;

    fflush(stdout);
    for (int i = 0; i < TOGETHER; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            _exit(live_seeds(image, i + 1, TOGETHER, count));
        }
    }
    for (int i = 0; i < TOGETHER; i++) {
        waitpid(children[i], &status, 0);
        failed += WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    }
    return failed;
}

int main(void)
{
    int count = is_night() ? 40 * SEEDS : SEEDS;
    char image[256];
    int failed;

    if (li_crypto_init() != 0) {
        return 1;
    }
    li_log_level(LI_LOG_WARN);
    printf("1..1\n");
    sites_image(1, image);
    failed = live_together(image, count);
    sites_image_done(image);
    printf("%sok 1 - %d seeds of a street's day\n", failed ? "not " : "", count);
    return failed != 0;
}
