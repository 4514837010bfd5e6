/* What the system knows of this process, under the names every client library uses. */
#ifndef LI_SERVE_PROCESS_H
#define LI_SERVE_PROCESS_H

#include "base/buf.h"

/* `started`: seconds since 1970.  What /proc does not tell is left out. */
void li_process_write(struct li_buf *buf, int64_t started);

#endif
