/*
 * The live stream: who listens hears at once that a case they may see changed.
 *
 * An event says only which case and which revision; the listener fetches it by
 * the normal read.  One thread reads history behind the lanes' commits, asks
 * sight once per group of listeners that hold the same posts, and wakes those
 * whom it concerns; who hears only of public cases is woken once a second at
 * most.  An event's id is a sealed cursor: it resumes a stream, and tells nobody
 * how much else happened.  Who is too far behind is told to begin anew.
 *
 * Nothing here is kept: a listener that is lost has history.
 */
#ifndef LI_SERVE_STREAM_H
#define LI_SERVE_STREAM_H

#include "serve/request.h"

struct li_stream;
struct li_listener;

#define LI_STREAM_LISTENERS 1000 /* of a process unless it is told another number */
#define LI_STREAM_BEHIND    1000 /* entries that are read again for who comes back */
#define LI_STREAM_HEARTBEAT                                                                        \
    15 /* seconds; also how soon a gone listener or an ended session shows */

/* Starts the thread.  The house and the sessions stay the caller's.  Above `limit`
 * listeners further ones are told that it is busy. */
int li_stream_start(struct li_ctx *ctx, struct li_house *house, struct li_sessions *sessions,
                    size_t limit, struct li_stream **ret) LI_MUST_CHECK;
/* How many listen. */
size_t li_stream_listeners(struct li_stream *stream);
/* Ends every stream; nobody can listen from here on. */
void li_stream_close(struct li_stream *stream);
/* After the last connection is gone.  NULL is fine. */
void li_stream_free(struct li_stream *stream);

/* Makes the request's answer a stream for its viewer, from `after` on (a sealed
 * cursor, empty: from now).  -LI_E_BUSY; -LI_E_INVALID: no such cursor. */
int li_stream_answer(struct li_request *request, struct li_stream *stream,
                     struct li_str after) LI_MUST_CHECK;
/* The request is over.  NULL is fine. */
void li_stream_leave(struct li_listener *listener);

struct MHD_Response;
struct MHD_Response *li_stream_response(struct li_listener *listener);

#endif
