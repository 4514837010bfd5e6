/*
 * The library: playbooks adopted by tenants, compiled once and kept, and the
 * working calendar they count by.
 *
 * A case lives by the version it was opened under, so a compiled version is
 * never thrown away while the process lives.  Thread-safe.
 */
#ifndef LI_CASE_LIBRARY_H
#define LI_CASE_LIBRARY_H

#include "base/draw.h"
#include "playbook/playbook.h"
#include "record/record.h"

struct li_library;

/* Reads the working calendars among the program's assets (data/calendar). */
int li_library_new(struct li_ctx *ctx, struct li_library **ret) LI_MUST_CHECK;
void li_library_free(struct li_library *library);
/* The working calendar of a tenant: the nation's holidays, the office's hours.
 * Lives as long as the library. */
int li_library_calendar(struct li_ctx *ctx, struct li_library *library, struct li_conn *conn,
                        int64_t tenant, const struct li_calendar **ret) LI_MUST_CHECK;

/* The tables of deadlines of a tenant; live as long as the library. */
struct li_deadlines;
int li_library_deadlines(struct li_ctx *ctx, struct li_library *library, struct li_conn *conn,
                         int64_t tenant, const struct li_deadlines **ret) LI_MUST_CHECK;

/* How a tenant draws; lives as long as the library, the caller frees nothing. */
struct li_sampling {
    int scale;                         /* per cent of the playbooks' shares; 0: nothing is drawn */
    const struct li_draw_chain *chain; /* NULL: none was begun */
};
/* `rev` is the tenant's, read by the caller. */
int li_library_sampling(struct li_ctx *ctx, struct li_library *library, struct li_record *record,
                        struct li_conn *conn, int64_t tenant, int64_t rev,
                        const struct li_sampling **ret) LI_MUST_CHECK;

/* A version of a playbook (0: the current one).  Lives as long as the library.
 * -LI_E_NOT_FOUND: the tenant has not adopted it. */
int li_library_find(struct li_ctx *ctx, struct li_library *library, struct li_conn *conn,
                    int64_t tenant, struct li_str name, int version,
                    const struct li_playbook **ret) LI_MUST_CHECK;

/* The names of what a tenant has adopted, in their order. */
int li_library_names(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str **ret,
                     size_t *ret_count) LI_MUST_CHECK;

/* Command "playbook.adopt": takes a file into use as the tenant's current
 * version.  The same content again is refused quietly with -LI_E_UNIQUE; a
 * version number once used cannot be given other content. */
struct li_adopt_args {
    struct li_str name; /* of the file, for messages */
    struct li_str source;
};
extern const struct li_command li_playbook_adopt;

#endif
