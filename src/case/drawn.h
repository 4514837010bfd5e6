/*
 * Whether chance decided as the playbooks say: every draw of every case, held against the
 * playbook the case lived by, the setting as it stood, and the case's number.
 *
 * That a draw is what its seed says is asked of history alone (record/verify.h); here it is
 * asked whether the right thing was drawn at all: by the case's own number, with the share its
 * fields and counters then came to, wherever an action asks for a draw and nowhere else, by the
 * playbook that was adopted.  Who changes a share afterwards, or leaves a draw out, is found.
 */
#ifndef LI_CASE_DRAWN_H
#define LI_CASE_DRAWN_H

#include "record/record.h"

#define LI_DRAWN_FINDINGS 20
struct li_drawn_report {
    int64_t draws; /* that are as the playbooks say */
    struct li_str findings[LI_DRAWN_FINDINGS];
    size_t finding_count; /* also those that are not kept */
};

/* Of a tenant whose playbooks draw nothing, nothing is read but which ones they are.  0 when the
 * walk was done, whatever it found. */
int li_drawn_verify(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, struct li_drawn_report *ret) LI_MUST_CHECK;

#endif
