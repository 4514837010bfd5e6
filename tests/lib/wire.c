/*
 * Many HTTP/1.1 connections from one thread (wire.h).
 */
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/sys.h"

/* ---- opening --------------------------------------------------------------- */

static int connect_to(uint16_t port)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

    if (fd < 0)
        return -1;
    if (connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) < 0 ||
        fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static int watch(struct wires *wires, int fd, uint32_t events, void *what, int how)
{
    struct epoll_event event = {.events = events, .data = {.ptr = what}};

    return epoll_ctl(wires->epoll, how, fd, &event);
}

int wires_open(struct wires *wires, size_t count, uint16_t port)
{
    wires->timer = -1;
    wires->epoll = epoll_create1(EPOLL_CLOEXEC);
    wires->items = calloc(count, sizeof(*wires->items));
    if (wires->epoll < 0 || !wires->items)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct wire *wire = &wires->items[i];
        wire->fd = connect_to(port);
        wire->in = malloc(WIRE_IN + 1);
        if (wire->fd < 0 || !wire->in || watch(wires, wire->fd, EPOLLIN, wire, EPOLL_CTL_ADD) < 0)
            return -1;
        wires->count = wires->open = i + 1;
    }
    return 0;
}

void wires_close(struct wires *wires)
{
    for (size_t i = 0; i < wires->count; i++) {
        if (wires->items[i].fd >= 0)
            close(wires->items[i].fd);
        free(wires->items[i].in);
    }
    if (wires->timer >= 0)
        close(wires->timer);
    close(wires->epoll);
    free(wires->items);
}

static void break_wire(struct wires *wires, struct wire *wire)
{
    close(wire->fd);
    wire->fd = -1;
    wires->open--;
    wires->on_break(wires, wire);
}

/* ---- sending --------------------------------------------------------------- */

static bool push(struct wires *wires, struct wire *wire)
{
    while (wire->out_at < wire->out_len) {
        ssize_t sent =
            send(wire->fd, wire->out + wire->out_at, wire->out_len - wire->out_at, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno == EAGAIN)
            return watch(wires, wire->fd, EPOLLIN | EPOLLOUT, wire, EPOLL_CTL_MOD) == 0;
        if (sent < 0) {
            break_wire(wires, wire);
            return false;
        }
        wire->out_at += (size_t)sent;
    }
    return true;
}

bool wire_send(struct wires *wires, struct wire *wire, size_t len)
{
    wire->waiting = true;
    wire->sent_at = li_steady_us();
    wire->out_len = len;
    wire->out_at = 0;
    return push(wires, wire);
}

/* ---- receiving ------------------------------------------------------------- */

/* 1 and a reply, 0: not whole yet, -1: nothing HTTP says. */
static int read_reply(struct wire *wire, struct wire_reply *ret)
{
    char *end, *length;
    size_t head, body;

    wire->in[wire->in_len] = 0;
    end = strstr(wire->in, "\r\n\r\n");
    if (!end)
        return 0;
    head = (size_t)(end - wire->in) + 4;
    length = strcasestr(wire->in, "\r\ncontent-length:");
    if (strncmp(wire->in, "HTTP/1.1 ", 9) != 0 || !length || length > end)
        return -1;
    body = strtoul(length + 17, NULL, 10);
    if (wire->in_len < head + body)
        return head + body > WIRE_IN ? -1 : 0;
    if (wire->in_len > head + body)
        return -1; /* more than was asked for */
    ret->status = (int)strtol(wire->in + 9, NULL, 10);
    ret->body = li_str_n(wire->in + head, body);
    return 1;
}

static void receive(struct wires *wires, struct wire *wire)
{
    struct wire_reply reply;
    ssize_t got;
    int whole;

    got = recv(wire->fd, wire->in + wire->in_len, WIRE_IN - wire->in_len, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        break_wire(wires, wire);
        return;
    }
    wire->in_len += (size_t)got;
    whole = read_reply(wire, &reply);
    if (whole < 0 || (whole && !wire->waiting)) {
        break_wire(wires, wire);
        return;
    }
    if (whole) {
        reply.us = li_steady_us() - wire->sent_at;
        wire->in_len = 0;
        wire->waiting = false;
        wires->on_reply(wires, wire, &reply);
    }
}

/* ---- the loop -------------------------------------------------------------- */

int wires_after(struct wires *wires, int64_t us)
{
    struct itimerspec when = {
        .it_value = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 + 1}};

    wires->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    if (wires->timer < 0 || timerfd_settime(wires->timer, 0, &when, NULL) < 0)
        return -1;
    return watch(wires, wires->timer, EPOLLIN, wires, EPOLL_CTL_ADD);
}

static void ring(struct wires *wires)
{
    epoll_ctl(wires->epoll, EPOLL_CTL_DEL, wires->timer, NULL);
    close(wires->timer);
    wires->timer = -1;
    wires->on_timer(wires);
}

static void turn(struct wires *wires, struct wire *wire, uint32_t events)
{
    if (wire->fd < 0)
        return;
    if ((events & EPOLLOUT) && wire->out_at < wire->out_len) {
        watch(wires, wire->fd, EPOLLIN, wire, EPOLL_CTL_MOD);
        if (!push(wires, wire))
            return;
    }
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        receive(wires, wire);
}

int wires_run(struct wires *wires)
{
    struct epoll_event events[64];

    while (!wires->stop && (wires->open > 0 || wires->timer >= 0)) {
        int count = epoll_wait(wires->epoll, events, 64, -1);
        if (count < 0 && errno != EINTR)
            return -1;
        for (int i = 0; i < count && !wires->stop; i++) {
            if (events[i].data.ptr == wires)
                ring(wires);
            else
                turn(wires, events[i].data.ptr, events[i].events);
        }
    }
    return 0;
}
