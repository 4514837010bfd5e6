/*
 * Many HTTP/1.1 connections from one thread: for load, not for use.
 *
 * Each wire sends one request at a time and is told its reply; replies need a
 * Content-Length.  A wire that breaks is told and stays closed.  Not a general
 * client: no TLS, no chunks, no redirects, 127.0.0.1 only.
 */
#ifndef TESTS_LIB_WIRE_H
#define TESTS_LIB_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define WIRE_OUT 8192
#define WIRE_IN  262144

struct wires;

struct wire {
    int fd;          /* -1: closed */
    bool waiting;    /* a request is under way */
    int64_t sent_at; /* li_steady_us */
    size_t out_len, out_at;
    size_t in_len;
    void *own; /* the caller's */
    char out[WIRE_OUT];
    char *in;
};

struct wire_reply {
    int status;
    struct li_str body; /* borrowed during on_reply; followed by a NUL */
    int64_t us;         /* from sending to the last byte */
};

struct wires {
    int epoll;
    size_t count;
    size_t open;
    struct wire *items;
    bool stop; /* wires_run returns */
    int timer; /* see wires_after; -1: none */
    void *own;
    void (*on_reply)(struct wires *wires, struct wire *wire, const struct wire_reply *reply);
    void (*on_break)(struct wires *wires, struct wire *wire);
    void (*on_timer)(struct wires *wires);
};

/* Connects `count` wires; own and the callbacks are set by the caller before.
 * 0 or -1 with errno. */
int wires_open(struct wires *wires, size_t count, uint16_t port);
void wires_close(struct wires *wires);
/* Sends what lies in wire->out[0…len).  false: the wire broke (on_break was called). */
bool wire_send(struct wires *wires, struct wire *wire, size_t len);
/* Until stop is set or no wire is open.  0 or -1 with errno. */
int wires_run(struct wires *wires);
/* Calls on_timer once, `us` microseconds from now.  0 or -1 with errno. */
int wires_after(struct wires *wires, int64_t us);

#endif
