/*
 * A backup is a folder: `linli.db`, one SQLite file with the rows of every tenant,
 * whichever engine they came from; `blobs/` with the sealed files; `manifest.json`;
 * and `SHA256SUMS` over all of it, which sha256sum -c reads too.  Tenants' keys are in
 * it as they lie in the store, wrapped; the master key is not.
 */
#ifndef LI_CLI_BACKUP_H
#define LI_CLI_BACKUP_H

#include <stdio.h>

#include "cli/cli.h"

#define LI_BACKUP_ROWS     "linli.db"
#define LI_BACKUP_FILES    "blobs"
#define LI_BACKUP_MANIFEST "manifest.json"
#define LI_BACKUP_SUMS     "SHA256SUMS"

#define LI_SHA256_TEXT 64
/* SHA-256 in hexadecimal, with a NUL. */
void li_cli_sha256(struct li_str bytes, char ret[LI_SHA256_TEXT + 1]);
/* The same of a file, however long.  -LI_E_NOT_FOUND, -LI_E_IO. */
int li_cli_sha256_file(struct li_ctx *ctx, const char *path,
                       char ret[LI_SHA256_TEXT + 1]) LI_MUST_CHECK;
/* Deletes a folder with all that is in it, as far as it can. */
void li_cli_remove_folder(const char *path);

/* `restore --try`, also called `verify --from`: restores a backup into a folder that is
 * thrown away. */
int li_cli_try_backup(struct li_cli *cli) LI_MUST_CHECK;

#endif
