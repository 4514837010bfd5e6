/*
 * The control socket of a running server: DATA/control, for its owner only.
 *
 * What another process cannot do because the server has the record, it asks the
 * server for here.  One request a connection, "adopt NAME\n" and the file's bytes; one
 * line back, "ok" or "error CODE WHERE TEXT".  Not for whoever comes by network.
 */
#ifndef LI_CLI_CONTROL_H
#define LI_CLI_CONTROL_H

#include "bind/bind.h"

/* Listens in the folder; a socket that a killed server left is replaced.  *ret: for
 * poll; -LI_E_IO. */
int li_control_open(struct li_ctx *ctx, const char *data, int *ret) LI_MUST_CHECK;
/* Answers one who has come.  At most a second or two are waited for them. */
void li_control_answer(struct li_house *house, int fd);
void li_control_close(const char *data, int fd); /* -1 is fine */

/* From another process: whether a server listens there. */
bool li_control_is_there(const char *data);
/* Hands a playbook over.  The server's failure, told with its place; -LI_E_IO. */
int li_control_adopt(struct li_ctx *ctx, const char *data, const char *name,
                     struct li_str source) LI_MUST_CHECK;

#endif
