/*
 * The server: HTTP in front of the house.
 *
 * One request's way: route (contract) → gate (session, origin, x-allow) →
 * parameters and body (contract) → operation.  An operation either reads and
 * replies, or prepares a command: then the connection sleeps, the lane commits,
 * and the operation's second half renders the answer.  TLS and HTTP/2 belong to
 * the reverse proxy in front.
 */
#ifndef LI_SERVE_SERVE_H
#define LI_SERVE_SERVE_H

#include "bind/bind.h"

struct li_server;
struct li_work;

struct li_server_config {
    struct li_house *house;
    const char *address;    /* "127.0.0.1" */
    uint16_t port;          /* 0: any free one */
    bool https;             /* behind a proxy with TLS: cookies are Secure */
    const char *public_url; /* "https://linli.example", printed in codes; NULL: the Host header */
    const char *maps;       /* folder of PMTiles files; NULL: none */
    const char *trusted;    /* proxies whose X-Forwarded-For is believed, "10.0.0.1,10.0.0.2";
                               NULL: this machine's */
    int given;              /* a listening socket to take over (li_door_given); -1: none */
    int ops_port;           /* of /metrics on 127.0.0.1; 0: any free one; -1: none */
    struct li_work *work;   /* whose figures /metrics tells; may be NULL */
    int listeners;          /* how many may hear the stream at a time; 0: LI_STREAM_LISTENERS */
    bool demo;              /* says so: pages offer the guided tour */
    bool check_replies;     /* tests: a reply that breaks the contract becomes a 500 */
};

/* Loads the contract and the pages, compares operations with handlers, listens.
 * -LI_E_INVALID (contract and handlers differ), -LI_E_IO (the port is taken). */
int li_server_start(struct li_ctx *ctx, const struct li_server_config *config,
                    struct li_server **ret) LI_MUST_CHECK;
uint16_t li_server_port(const struct li_server *server);
/* Of the operations port; there must be one. */
uint16_t li_server_ops_port(const struct li_server *server);
/* /readyz says no from here on; all else goes on until li_server_stop. */
void li_server_leave(struct li_server *server);
/* Lets nobody in any more, answers who is, closes.  NULL is fine. */
void li_server_stop(struct li_server *server);

#endif
