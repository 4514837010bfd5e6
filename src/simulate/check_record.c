/*
 * Checks of the record: the chain holds, and history holds no words.
 */
#include "case/drawn.h"
#include "record/history.h"
#include "record/verify.h"
#include "simulate/check_inside.h"

/* Numbers, hashes, commitments, photos, seals, draws: what `linli verify` looks at. */
int li_sim_looks_chain(struct li_checking *checking)
{
    const struct li_verify_given given = {.blobs = checking->house->blobs};
    struct li_drawn_report drawn = {0};
    struct li_verify_report report;
    int r = li_verify(checking->ctx, checking->house->record, checking->tenant, &given, &report);

    for (size_t i = 0; r == 0 && i < report.finding_count; i++) {
        li_checking_tell(checking, report.findings[i].case_id, "entry %lld: %.*s",
                         (long long)report.findings[i].seq, LI_P(report.findings[i].what));
    }
    r = r ? r
          : li_drawn_verify(checking->ctx, checking->house->record, checking->conn,
                            checking->tenant, &drawn);
    for (size_t i = 0; r == 0 && i < drawn.finding_count && i < LI_DRAWN_FINDINGS; i++) {
        li_checking_tell(checking, 0, "%.*s", LI_P(drawn.findings[i]));
    }
    return r;
}

/* Whether an entry is one that somebody asked for from here: what clocks, seals and
 * the founding did has no answer to wait for. */
static bool is_asked(const struct li_entry *entry, int64_t from)
{
    return entry->at >= from && !li_str_is(entry->actor, "system");
}

/* What was answered is in history as it was answered, and nothing was done that
 * nobody was told of: not lost, not twice. */
int li_sim_looks_told(struct li_checking *checking)
{
    const struct li_sim *sim = checking->sim;
    size_t at = 0;

    for (size_t i = 0; i < sim->ack_count; i++) {
        const struct li_ack *ack = &sim->acks[i];
        if (ack->tenant != checking->tenant) {
            continue;
        }
        for (; at < checking->entry_count && checking->entries[at].seq < ack->seq; at++) {
            if (is_asked(&checking->entries[at], sim->from)) {
                li_checking_tell(checking, checking->entries[at].entity,
                                 "entry %lld was done and nobody was told",
                                 (long long)checking->entries[at].seq);
            }
        }
        if (at == checking->entry_count || checking->entries[at].seq != ack->seq ||
            checking->entries[at].entity != ack->entity ||
            !li_str_is(checking->entries[at].command, ack->command)) {
            li_checking_tell(checking, ack->entity,
                             "%s was answered as entry %lld and is not there", ack->command,
                             (long long)ack->seq);
            return 0;
        }
        at++;
    }
    for (; at < checking->entry_count; at++) {
        if (is_asked(&checking->entries[at], sim->from)) {
            li_checking_tell(checking, checking->entries[at].entity,
                             "entry %lld was done and nobody was told",
                             (long long)checking->entries[at].seq);
        }
    }
    return 0;
}

static bool holds(struct li_str text, struct li_str part)
{
    return part.len > 0 && memmem(text.ptr, text.len, part.ptr, part.len);
}

/* What residents said and their numbers lie in the vault and nowhere in history. */
int li_sim_looks_words(struct li_checking *checking)
{
    for (size_t i = 0; i < checking->entry_count; i++) {
        const struct li_entry *entry = &checking->entries[i];
        const struct li_matter *matter =
            li_matter_find(checking->sim, checking->tenant, entry->entity);
        if (matter &&
            (holds(entry->payload, matter->description) || holds(entry->payload, matter->contact) ||
             holds(entry->payload, matter->spot))) {
            li_checking_tell(checking, entry->entity, "entry %lld holds what was said",
                             (long long)entry->seq);
        }
    }
    return 0;
}
