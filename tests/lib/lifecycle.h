/*
 * A lifecycle as load and fill play it: what is said at each step.
 *
 * open (a resident's report), file_and_dispatch (the desk), done (the handler's answer),
 * pass (the checker).  Words are invented and hardly ever the same twice.
 */
#ifndef TESTS_LIB_LIFECYCLE_H
#define TESTS_LIB_LIFECYCLE_H

#include "base/sys.h"

#define LIFECYCLE_STEPS  4
#define LIFECYCLE_KEY    37
#define LIFECYCLE_FIELDS 768

extern const char *const lifecycle_steps[LIFECYCLE_STEPS];
/* The state each step must lead to. */
extern const char *const lifecycle_states[LIFECYCLE_STEPS];

/* A request key: a UUID of version 7 (RFC 9562) and a NUL. */
void lifecycle_key(struct li_random *random, const struct li_clock *clock, char ret[LIFECYCLE_KEY]);
/* The fields of a step as JSON; `unit`: the organization dispatched to. */
void lifecycle_fields(struct li_random *random, int step, const char *unit,
                      char ret[LIFECYCLE_FIELDS]);

#endif
