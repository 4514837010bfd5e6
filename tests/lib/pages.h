/*
 * A table of rows that have a size, for tests of the store that fill its log or
 * its disk: page(tenant, id, body), tenant 1.
 */
#ifndef LI_TESTS_PAGES_H
#define LI_TESTS_PAGES_H

#include "lib/stores.h"

#define PAGES_MIB ((size_t)1 << 20)

/* The table. */
void pages_make(struct test_store *t);
/* A row of `size` bytes, at most 1 MiB, by the writer; what li_exec answers. */
int pages_add(struct test_store *t, int64_t id, size_t size);
/* A batch of `count` rows; 0 or the first -LI_E_…, rolled back. */
int pages_batch(struct test_store *t, int64_t from, int64_t count, size_t size);
int64_t pages_count(struct test_store *t);

#endif
