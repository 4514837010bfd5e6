/*
 * Taking playbooks into use, by a command or by a server that runs.
 */
#ifndef LI_CLI_ADOPT_H
#define LI_CLI_ADOPT_H

#include "bind/bind.h"

#define LI_PLAYBOOK_MAX ((size_t)1 << 20)

/* What of a file is taken into use: its text, flat when it extends or uses others that
 * stand beside `path` or in the program.  Broken rules are told with the place in the
 * file they stand in. */
int li_adopt_source(struct li_ctx *ctx, const char *path, struct li_str bytes,
                    struct li_str *ret) LI_MUST_CHECK;

/* Takes a file into use in every tenant; one that has it already is left alone.
 * `name` is for messages.  *ret_new: in how many it is new.  -LI_E_INVALID and others
 * with the place of the fault, -LI_E_STATE: this version is in use with another
 * structure; nothing has changed then. */
int li_adopt_everywhere(struct li_ctx *ctx, struct li_record *record, struct li_str name,
                        struct li_str source, int *ret_new) LI_MUST_CHECK;

/* Takes every NAME.yaml of a folder into use, in order of name, and logs what came of
 * each.  One that cannot work is refused, the others are not. */
void li_adopt_folder(struct li_house *house, const char *folder);

#endif
