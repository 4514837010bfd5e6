/*
 * LISTEN and NOTIFY.
 *
 * Who listens has a thread and a connection of its own, which is made anew
 * whenever it goes, with growing pauses.  What was told meanwhile is gone, so a
 * new connection is reported as "something may have been missed", and only once
 * it listens: nothing falls between.
 *
 * Channels belong to a database; the schema is part of their names, so that two
 * houses in one database do not hear each other.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/hash.h"
#include "store/postgres/internal.h"

#define PAUSE_MIN_MS 50
#define PAUSE_MAX_MS 1000

struct postgres_listening {
    struct li_listening base; /* first */
    pthread_t thread;
    int stop; /* an eventfd */
    PGconn *pg;
    char name[PG_NAME_MAX];
};

static void name_of(const struct li_store *store, const char *channel, char ret[PG_NAME_MAX])
{
    uint64_t schema = li_fnv(li_str(((const struct postgres_store *)store)->schema));

    snprintf(ret, PG_NAME_MAX, "linli_%s_%016llx", channel, (unsigned long long)schema);
}

int li_postgres_notify(struct li_ctx *ctx, struct li_conn *base, const char *channel,
                       struct li_str payload)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    char name[PG_NAME_MAX];
    const char *values[] = {name, payload.ptr};
    const Oid types[] = {PG_TEXT, PG_TEXT};
    const int formats[] = {1, 1};
    int rc;

    name_of(base->store, channel, name);
    const int lengths[] = {(int)strlen(name), (int)payload.len};
    rc = li_postgres_wake(ctx, conn);
    if (rc == 0)
        rc = li_postgres_put(ctx, conn,
                             PQsendQueryParams(conn->pg, "select pg_notify($1, $2)", 2, types,
                                               values, lengths, formats, 1),
                             (struct postgres_sent){.name = "notify", .mute = !base->begun});
    if (rc == 0 && !base->begun)
        li_postgres_post(conn, false);
    return rc;
}

/* ---- the thread ------------------------------------------------------------ */

/* Waits for the socket (-1: for none), for the end or for time: true: the end. */
static bool wait_for(struct postgres_listening *one, int socket, int ms)
{
    struct pollfd fds[2] = {{.fd = one->stop, .events = POLLIN}, {.fd = socket, .events = POLLIN}};

    while (poll(fds, 2, ms) < 0)
        li_assert(errno == EINTR);
    return fds[0].revents != 0;
}

static bool begin(struct postgres_listening *one)
{
    char text[PG_NAME_MAX + 16];
    PGresult *result;
    bool listens = false;

    one->pg = li_postgres_connect((const struct postgres_store *)one->base.store);
    if (PQstatus(one->pg) == CONNECTION_OK) {
        snprintf(text, sizeof(text), "listen %s", one->name);
        result = PQexec(one->pg, text);
        listens = PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
    }
    return listens;
}

/* Hands out what came, until the connection goes (false) or the end (true). */
static bool hear(struct postgres_listening *one)
{
    for (;;) {
        PGnotify *note;

        if (wait_for(one, PQsocket(one->pg), -1))
            return true;
        if (!PQconsumeInput(one->pg))
            return false;
        while ((note = PQnotifies(one->pg))) {
            one->base.heard(one->base.arg, li_str(note->extra));
            PQfreemem(note);
        }
    }
}

static void *listen_main(void *arg)
{
    struct postgres_listening *one = arg;
    int pause = PAUSE_MIN_MS;
    bool end = false;

    while (!end) {
        if (begin(one)) {
            pause = PAUSE_MIN_MS;
            one->base.heard(one->base.arg, (struct li_str){0});
            end = hear(one);
        }
        PQfinish(one->pg);
        if (!end)
            end = wait_for(one, -1, pause);
        pause = 2 * pause < PAUSE_MAX_MS ? 2 * pause : PAUSE_MAX_MS;
    }
    return NULL;
}

int li_postgres_listen(struct li_ctx *ctx, const struct li_listening *what,
                       struct li_listening **ret)
{
    struct postgres_listening *one = calloc(1, sizeof(*one));

    if (!one)
        return LI_FAIL(ctx, LI_E_NOMEM, "somebody who listens");
    one->base = *what;
    name_of(what->store, what->channel, one->name);
    one->stop = eventfd(0, EFD_CLOEXEC);
    if (one->stop < 0 || pthread_create(&one->thread, NULL, listen_main, one) != 0) {
        if (one->stop >= 0)
            close(one->stop);
        free(one);
        return LI_FAIL(ctx, LI_E_NOMEM, "no thread to listen");
    }
    *ret = &one->base;
    return 0;
}

void li_postgres_unlisten(struct li_listening *listening)
{
    struct postgres_listening *one = (struct postgres_listening *)listening;
    int rc = eventfd_write(one->stop, 1);

    li_assert(rc == 0);
    pthread_join(one->thread, NULL);
    close(one->stop);
    free(one);
}
