/*
 * A file system for SQLite that hurries: the log lies in memory and nothing is
 * flushed.  For filling a database that may be thrown away when that is broken
 * off; one process at a time, one log.
 */
#ifndef TESTS_LIB_BULKVFS_H
#define TESTS_LIB_BULKVFS_H

#include <stdbool.h>

/* Makes it known as "bulk" (`path?vfs=bulk`).  0, or -1: SQLite or memory refuses. */
int bulkvfs_register(void);
/* Whether a log that another process left lies beside `path`: it would not be read. */
bool bulkvfs_has_log(const char *path);

#endif
