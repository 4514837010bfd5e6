/*
 * Tenants: the bodies that deploy linli and answer for it.
 *
 * A tenant is a district or county, or a street that stands alone.  What is in
 * memory here is small, changes by command, and is refreshed when the stored
 * `rev` moved; accounts, areas and playbooks are cached above under that rev.
 */
#ifndef LI_RECORD_TENANT_H
#define LI_RECORD_TENANT_H

#include "record/command.h"

struct li_tenant {
    int64_t id;         /* 1… */
    struct li_str slug; /* "nanshan": first word of every address */
    struct li_str code; /* division code of the deploying body, "440305" */
    struct li_str name;
};

/* By slug, or NULL.  The answer lives as long as the record. */
const struct li_tenant *li_tenant_find(struct li_record *record, struct li_str slug);
const struct li_tenant *li_tenant_by_id(struct li_record *record, int64_t id);
/* All, in order of id, as an array of pointers in the arena. */
int li_tenant_all(struct li_ctx *ctx, struct li_record *record, const struct li_tenant ***ret,
                  size_t *ret_count) LI_MUST_CHECK;

/* The tenant's revision: one point read; raised by li_tenant_touch. */
int li_tenant_rev(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                  int64_t *ret) LI_MUST_CHECK;
/* Inside a command that changes people, areas, playbooks or settings. */
int li_tenant_touch(struct li_ctx *ctx, const struct li_tx *tx) LI_MUST_CHECK;

/* Founds a tenant; args is a struct li_tenant_args, job.tenant the new id. */
struct li_tenant_args {
    struct li_str slug, code, name;
};
extern const struct li_command li_tenant_found;
/* After founding: makes it known to this process. */
int li_tenant_load(struct li_ctx *ctx, struct li_record *record) LI_MUST_CHECK;

#endif
