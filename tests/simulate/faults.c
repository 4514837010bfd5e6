/*
 * Lives in trouble: the power goes, writes fail, the disk is full; on PostgreSQL commits or
 * their answers get lost, connections end or are slow; clocks are set back, requests come twice.
 *
 * After each trouble whoever got no answer asks again under the same key, and every
 * check must hold: nothing that was answered is lost, nothing was done twice.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "lib/sites.h"

#define SEEDS    60
#define DAYS     6
#define LINES    8 /* of them on PostgreSQL */
#define TOGETHER 2

static bool live_one(const char *image, int seed, bool postgres, struct site_life *ret)
{
    char url[512];
    bool lived;

    if (postgres) {
        sites_postgres_new(url);
    }
    *ret = (struct site_life){.seed = (uint64_t)seed,
                              .days = DAYS,
                              .image = image,
                              .store = postgres ? url : NULL,
                              .faults = true};
    lived = sites_live(ret) == 0;
    if (postgres) {
        sites_postgres_drop(false);
    }
    return lived;
}

/* What went wrong first, for behind the line that says so. */
static char told[1024];

static int live_seeds(const char *image, int first, int last, bool postgres)
{
    int64_t troubles = 0, repeated = 0, lost = 0;
    int failed = 0;

    for (int seed = first; seed <= last && failed < 5; seed += postgres ? 1 : TOGETHER) {
        struct site_life life;
        if (!live_one(image, seed, postgres, &life)) {
            printf("# seed %d: %s\n", seed, life.told);
            fflush(stdout); /* a later one may end the process */
            if (!told[0]) {
                snprintf(told, sizeof(told), "# seed %d: %.1000s\n", seed, life.told);
            }
            failed++;
        }
        troubles += life.figures.troubles;
        repeated += life.figures.repeated;
        lost += life.figures.lost;
    }
    printf("# %lld troubles, %lld requests sent twice, %lld commits lost on the way\n",
           (long long)troubles, (long long)repeated, (long long)lost);
    /* fewer than these would be a test of nothing */
    if (!failed && (troubles < last / TOGETHER || repeated < last / TOGETHER ||
                    (postgres && lost < last / TOGETHER))) {
        printf("# that is less than %d of a kind\n", last / TOGETHER);
        failed++;
    }
    fflush(stdout);
    return failed;
}

/* How many seeds failed; a process that did not end by itself says nothing more, so it is said
 * here. */
static int outcome(int status, int child)
{
    if (WIFEXITED(status)) {
        return WEXITSTATUS(status);
    }
    printf("# the process of the seeds from %d on ended by signal %d\n", child + 1,
           WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    return 1;
}

/* Alone, because a test program has one database at a time. */
static int on_postgres(const char *image, int seeds)
{
    int failed;

    if (!sites_postgres_image(1)) {
        puts("ok 2 # skip LINLI_TEST_PG=skip");
        return 0;
    }
    failed = live_seeds(image, 1, seeds, true);
    sites_postgres_drop(true);
    printf("%sok 2 - %d seeds in trouble on PostgreSQL\n%s", failed ? "not " : "", seeds, told);
    return failed;
}

int main(void)
{
    const char *night = getenv("LINLI_NIGHT");
    int more = night && *night ? 60 : 1, seeds = more * SEEDS, failed = 0, status;
    pid_t children[TOGETHER];
    char image[256];

    if (li_crypto_init() != 0) {
        return 1;
    }
    li_log_level(LI_LOG_ERROR);
    puts("1..2");
    fflush(stdout);
    sites_image(1, image);
    for (int i = 0; i < TOGETHER; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            _exit(live_seeds(image, i + 1, seeds, false));
        }
    }
    for (int i = 0; i < TOGETHER; i++) {
        waitpid(children[i], &status, 0);
        failed += outcome(status, i);
    }
    printf("%sok 1 - %d seeds in trouble\n", failed ? "not " : "", seeds);
    failed += on_postgres(image, more * LINES);
    sites_image_done(image);
    return failed != 0;
}
