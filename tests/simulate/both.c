/*
 * Fifty seeds on both engines: the same history, byte for byte.
 *
 * Both begin as copies of a house that was founded on each; the hash is over the
 * heads of all chains.  What a check finds on one engine alone is found here too.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "lib/sites.h"

#define SEEDS 50
#define DAYS  2

static bool live_on(const char *image, int seed, const char *store, struct site_life *ret)
{
    *ret = (struct site_life){
        .seed = (uint64_t)seed, .days = DAYS, .pace = 8, .image = image, .store = store};
    if (sites_live(ret)) {
        printf("# %s: %s\n", store ? "PostgreSQL" : "SQLite", ret->told);
        return false;
    }
    return true;
}

static bool compare(const char *image, int seed)
{
    char url[512], hex[2][2 * LI_HASH_SIZE + 1];
    struct site_life lives[2];
    bool same;

    sites_postgres_new(url);
    same = live_on(image, seed, NULL, &lives[0]) && live_on(image, seed, url, &lives[1]);
    sites_postgres_drop(false);
    if (same && !li_hash_eq(&lives[0].hash, &lives[1].hash)) {
        li_hash_hex(&lives[0].hash, hex[0]);
        li_hash_hex(&lives[1].hash, hex[1]);
        printf("# seed %d: SQLite %s, PostgreSQL %s\n", seed, hex[0], hex[1]);
        same = false;
    }
    return same;
}

int main(void)
{
    const char *night = getenv("LINLI_NIGHT");
    int seeds = night && *night ? 10 * SEEDS : SEEDS, failed = 0;
    char image[256];

    if (li_crypto_init() != 0) {
        return 1;
    }
    li_log_level(LI_LOG_WARN);
    sites_image(1, image);
    if (!sites_postgres_image(1)) {
        sites_image_done(image);
        puts("1..0 # skip LINLI_TEST_PG=skip");
        return 0;
    }
    puts("1..1");
    for (int seed = 1; seed <= seeds && failed < 3; seed++) {
        failed += !compare(image, seed);
    }
    sites_postgres_drop(true);
    sites_image_done(image);
    printf("%sok 1 - %d seeds are the same history on SQLite and on PostgreSQL\n",
           failed ? "not " : "", seeds);
    return failed != 0;
}
