/*
 * What copy, backup and restore share: rows, files, and looking over what arrived.
 */
#ifndef LI_CLI_MOVE_H
#define LI_CLI_MOVE_H

#include "cli/bar.h"
#include "cli/cli.h"
#include "record/copy.h"
#include "record/keeper.h"

struct li_cli_move {
    struct li_cli *cli;
    bool english;
    struct li_cli_bar bar;
    struct li_copy copy;
    const char *slug; /* of the tenant under way, for the bar */
    struct li_copied *copied;
    size_t count;
};

void li_cli_move_begin(struct li_cli *cli, bool english, struct li_cli_move *ret);

/* Opens a store for reading all of it as it is now: move->copy.from stands in a snapshot.
 * -LI_E_STATE: its schema is not this program's. */
int li_cli_move_from(struct li_cli_move *move, struct li_store *store) LI_MUST_CHECK;
/* The rows of these tenants into `to`, each in a commit of its own; what arrived is in
 * move->copied, closed. */
int li_cli_move_rows(struct li_cli_move *move, struct li_store *to,
                     const struct li_copy_tenant *tenants, size_t count) LI_MUST_CHECK;
/* Their files from one keeper into another; `told` (may be NULL) hears of each. */
typedef int li_cli_move_told(void *arg, const char *key, struct li_str bytes);
int li_cli_move_files(struct li_cli_move *move, struct li_keeper *from, struct li_keeper *to,
                      li_cli_move_told *told, void *arg) LI_MUST_CHECK;
/* Opens the house they arrived in, lets the consumers derive what they do, verifies
 * every text, photo, hash and seal, recounts the gauges, and opens the tenants if
 * `open`.  -LI_E_CORRUPT names the first finding; what does not verify stays closed. */
int li_cli_move_arrive(struct li_cli_move *move, const struct li_cli_where *where,
                       bool open) LI_MUST_CHECK;
/* Ends the snapshot. */
void li_cli_move_end(struct li_cli_move *move);

#endif
