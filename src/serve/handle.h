/*
 * What libmicrohttpd calls for every request (handle.c); `arg` is the server.
 */
#ifndef LI_SERVE_HANDLE_H
#define LI_SERVE_HANDLE_H

#include <microhttpd.h>

struct li_server;

/* The first word of a request, its address: what is kept of it, NULL without memory. */
void *li_serve_first_word(void *arg, const char *uri, struct MHD_Connection *connection);
/* Once for its header fields, for each piece of its body, and when it is whole. */
enum MHD_Result li_serve_handle(void *arg, struct MHD_Connection *connection, const char *url,
                                const char *method, const char *version, const char *upload,
                                size_t *upload_size, void **own);
/* It is over, however it ended. */
void li_serve_completed(void *arg, struct MHD_Connection *connection, void **own,
                        enum MHD_RequestTerminationCode code);
/* A request that is in no use; all connections are gone. */
void li_serve_requests_free(struct li_server *server);

#endif
