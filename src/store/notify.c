/*
 * What processes on one database tell each other, and what only one of them does.
 *
 * An engine that several processes share has its own ways (postgres/listen.c).
 * For one that a single process has, this file is the way: a telling waits in
 * its connection until the commit and is then handed to who listens.
 */
#include <stdlib.h>

#include "store/driver.h"

int li_conn_claim(struct li_ctx *ctx, struct li_conn *conn, struct li_str name, bool *ret)
{
    li_assert(!conn->begun && conn->rows_open == 0);
    if (conn->driver->claim)
        return conn->driver->claim(ctx, conn, name, ret);
    *ret = true;
    return 0;
}

void li_conn_unclaim(struct li_conn *conn, struct li_str name)
{
    li_assert(!conn->begun && conn->rows_open == 0);
    if (conn->driver->unclaim)
        conn->driver->unclaim(conn, name);
}

/* ---- telling --------------------------------------------------------------- */

static void hand_out(struct li_store *store, const char *channel, struct li_str payload)
{
    pthread_mutex_lock(&store->ears);
    for (struct li_listening *one = store->listenings; one; one = one->next) {
        if (strcmp(one->channel, channel) == 0)
            one->heard(one->arg, payload);
    }
    pthread_mutex_unlock(&store->ears);
}

static int keep(struct li_ctx *ctx, struct li_conn *conn, const char *channel,
                struct li_str payload)
{
    struct li_telling *telling = calloc(1, sizeof(*telling) + payload.len);
    struct li_telling **end = &conn->tellings;

    if (!telling)
        return LI_FAIL(ctx, LI_E_NOMEM, "something to tell");
    memcpy(telling->channel, channel, strlen(channel));
    memcpy(telling->payload, payload.ptr, payload.len);
    telling->len = payload.len;
    while (*end)
        end = &(*end)->next;
    *end = telling;
    return 0;
}

void li_tellings_end(struct li_conn *conn, bool committed)
{
    while (conn->tellings) {
        struct li_telling *telling = conn->tellings;

        conn->tellings = telling->next;
        if (committed)
            hand_out(conn->store, telling->channel, li_str_n(telling->payload, telling->len));
        free(telling);
    }
}

int li_store_notify(struct li_ctx *ctx, struct li_conn *conn, const char *channel,
                    struct li_str payload)
{
    li_assert(strlen(channel) <= LI_CHANNEL_MAX && payload.len <= LI_PAYLOAD_MAX && payload.ptr);
    if (conn->driver->notify)
        return conn->driver->notify(ctx, conn, channel, payload);
    if (conn->begun)
        return keep(ctx, conn, channel, payload);
    hand_out(conn->store, channel, payload);
    return 0;
}

/* ---- listening ------------------------------------------------------------- */

int li_store_listen(struct li_ctx *ctx, struct li_store *store, const char *channel,
                    void (*heard)(void *arg, struct li_str payload), void *arg,
                    struct li_listening **ret)
{
    struct li_listening what = {.store = store, .heard = heard, .arg = arg};
    struct li_listening *one;

    li_assert(strlen(channel) <= LI_CHANNEL_MAX);
    memcpy(what.channel, channel, strlen(channel));
    if (store->driver->listen)
        return store->driver->listen(ctx, &what, ret);
    one = malloc(sizeof(*one));
    if (!one)
        return LI_FAIL(ctx, LI_E_NOMEM, "somebody who listens");
    *one = what;
    pthread_mutex_lock(&store->ears);
    one->next = store->listenings;
    store->listenings = one;
    one->heard(one->arg, (struct li_str){0});
    pthread_mutex_unlock(&store->ears);
    *ret = one;
    return 0;
}

void li_store_unlisten(struct li_listening *listening)
{
    struct li_listening **at;

    if (!listening)
        return;
    if (listening->store->driver->unlisten) {
        listening->store->driver->unlisten(listening);
        return;
    }
    pthread_mutex_lock(&listening->store->ears);
    for (at = &listening->store->listenings; *at != listening; at = &(*at)->next)
        li_assert(*at);
    *at = listening->next;
    pthread_mutex_unlock(&listening->store->ears);
    free(listening);
}
