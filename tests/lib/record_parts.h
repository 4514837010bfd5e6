/*
 * Between records.c and record_parts.c: the commands and consumers every test
 * record knows, and the tables they write.
 */
#ifndef LI_TESTS_RECORD_PARTS_H
#define LI_TESTS_RECORD_PARTS_H

#include "lib/records.h"

extern const char record_parts_schema[];
extern const struct li_command *const record_parts_commands[];
extern const struct li_consumer *const record_parts_consumers[];

/* Open: nobody waits at the gate any more.  Closed: who comes waits. */
void record_parts_open_gate(bool open);

#endif
