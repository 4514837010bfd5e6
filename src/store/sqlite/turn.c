/*
 * Writers and the keeper take turns.
 *
 * For the log to begin anew the keeper needs a moment in which nobody writes.
 * A busy writer leaves gaps of microseconds, and SQLite's own way of waiting
 * for a lock is to try now and then, so it would never find one.  Only this
 * process has the file, so a writing transaction passes here first: once the
 * keeper wants its turn, the transaction under way ends and the next waits.
 */
#include <time.h>

#include "store/sqlite/internal.h"

/* A transaction that lasts longer (a schema step) is not waited for. */
#define PATIENCE_US INT64_C(100000)

void li_sqlite_turns_init(struct sqlite_turns *turns)
{
    pthread_mutex_init(&turns->lock, NULL);
    pthread_cond_init(&turns->changed, NULL);
}

void li_sqlite_turns_done(struct sqlite_turns *turns)
{
    pthread_mutex_destroy(&turns->lock);
    pthread_cond_destroy(&turns->changed);
}

static struct sqlite_turns *turns_of(const struct sqlite_conn *conn)
{
    return &((struct sqlite_store *)conn->base.store)->turns;
}

void li_sqlite_turn_begin(struct sqlite_conn *conn)
{
    struct sqlite_turns *turns = turns_of(conn);

    if (conn->base.mode == LI_CONN_READ)
        return;
    pthread_mutex_lock(&turns->lock);
    while (turns->wanted)
        pthread_cond_wait(&turns->changed, &turns->lock);
    turns->writing++;
    pthread_mutex_unlock(&turns->lock);
    conn->has_turn = true;
}

void li_sqlite_turn_end(struct sqlite_conn *conn)
{
    struct sqlite_turns *turns = turns_of(conn);

    if (!conn->has_turn)
        return;
    conn->has_turn = false;
    pthread_mutex_lock(&turns->lock);
    turns->writing--;
    pthread_cond_broadcast(&turns->changed);
    pthread_mutex_unlock(&turns->lock);
}

bool li_sqlite_keeper_begin(struct sqlite_turns *turns)
{
    int64_t until = li_steady_us() + PATIENCE_US;
    struct timespec at = {.tv_sec = until / 1000000, .tv_nsec = until % 1000000 * 1000};
    int rc = 0;

    pthread_mutex_lock(&turns->lock);
    turns->wanted = true;
    while (turns->writing > 0 && rc == 0)
        rc = pthread_cond_clockwait(&turns->changed, &turns->lock, CLOCK_MONOTONIC, &at);
    pthread_mutex_unlock(&turns->lock);
    if (rc == 0)
        return true;
    li_sqlite_keeper_end(turns);
    return false;
}

void li_sqlite_keeper_end(struct sqlite_turns *turns)
{
    pthread_mutex_lock(&turns->lock);
    turns->wanted = false;
    pthread_cond_broadcast(&turns->changed);
    pthread_mutex_unlock(&turns->lock);
}
