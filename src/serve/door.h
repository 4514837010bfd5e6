/*
 * The door: where connections come in.
 *
 * Accepting is done here and not by libmicrohttpd, so that it can end without losing
 * anybody: who was let in by the system is handed over before a socket of our own is
 * closed, and a socket that was given to us (systemd's activation) is left as it is,
 * with everybody who waits in it, for the one who comes after us.
 */
#ifndef LI_SERVE_DOOR_H
#define LI_SERVE_DOOR_H

#include <sys/socket.h>

#include "base/ctx.h"

struct li_door;

/* On the door's thread: takes a connection over, its descriptor too. */
typedef void li_door_take(void *arg, int fd, const struct sockaddr *address, socklen_t size);
/* Whether there is room for one more; else those who come wait outside. */
typedef bool li_door_room(void *arg);

struct li_door_config {
    const char *address; /* IPv4 */
    uint16_t port;       /* 0: any free one */
    int given;           /* a listening socket that is not ours to close; -1: none */
    li_door_take *take;
    li_door_room *room;
    void *arg;
};

/* Listens and starts the thread.  -LI_E_USAGE (no address, no such socket), -LI_E_IO. */
int li_door_open(struct li_ctx *ctx, const struct li_door_config *config,
                 struct li_door **ret) LI_MUST_CHECK;
uint16_t li_door_port(const struct li_door *door);
/* Lets nobody in from here on; whoever was connected to a socket of ours has been
 * taken over.  The door stays until it is freed. */
void li_door_close(struct li_door *door);
void li_door_free(struct li_door *door); /* NULL is fine */

/* The first socket systemd gave to this process (sd_listen_fds(3)); -1: none. */
int li_door_given(void);

#endif
