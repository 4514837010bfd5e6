/* Threads that take tasks from a bounded queue; see pool.h. */
#include "work/pool.h"

#include <pthread.h>
#include <stdlib.h>

#define THREADS 8

struct li_pool {
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    pthread_t threads[THREADS];
    int started;
    int idle, waiting, queue;
    struct li_task *first, *last;
    bool stop;
};

/* The next task, or NULL: the end. */
static struct li_task *take(struct li_pool *pool)
{
    struct li_task *task;

    pthread_mutex_lock(&pool->mutex);
    pool->idle++;
    while (!pool->first && !pool->stop) {
        pthread_cond_wait(&pool->wake, &pool->mutex);
    }
    pool->idle--;
    task = pool->first;
    if (task) {
        pool->first = task->next;
        pool->waiting--;
    }
    pthread_mutex_unlock(&pool->mutex);
    return task;
}

static void *work(void *arg)
{
    struct li_task *task;

    while ((task = take(arg))) {
        task->run(task);
    }
    return NULL;
}

int li_pool_start(struct li_ctx *ctx, int threads, int queue, struct li_pool **ret)
{
    struct li_pool *pool = calloc(1, sizeof(*pool));

    li_assert(threads > 0 && threads <= THREADS);
    if (!pool) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a pool");
    }
    pool->queue = queue;
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->wake, NULL);
    while (pool->started < threads) {
        if (pthread_create(&pool->threads[pool->started], NULL, work, pool) != 0) {
            li_pool_stop(pool);
            return LI_FAIL(ctx, LI_E_NOMEM, "no thread for a pool");
        }
        pool->started++;
    }
    *ret = pool;
    return 0;
}

bool li_pool_submit(struct li_pool *pool, struct li_task *task)
{
    bool taken;

    pthread_mutex_lock(&pool->mutex);
    taken = !pool->stop && pool->waiting < pool->idle + pool->queue;
    if (taken) {
        task->next = NULL;
        if (pool->first) {
            pool->last->next = task;
        } else {
            pool->first = task;
        }
        pool->last = task;
        pool->waiting++;
        pthread_cond_signal(&pool->wake);
    }
    pthread_mutex_unlock(&pool->mutex);
    return taken;
}

void li_pool_figures(struct li_pool *pool, struct li_pool_figures *ret)
{
    pthread_mutex_lock(&pool->mutex);
    *ret = (struct li_pool_figures){
        .threads = pool->started, .busy = pool->started - pool->idle, .waiting = pool->waiting};
    pthread_mutex_unlock(&pool->mutex);
}

void li_pool_stop(struct li_pool *pool)
{
    if (!pool) {
        return;
    }
    pthread_mutex_lock(&pool->mutex);
    pool->stop = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
    for (int i = 0; i < pool->started; i++) {
        pthread_join(pool->threads[i], NULL);
    }
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->mutex);
    free(pool);
}
