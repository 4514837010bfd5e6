/*
 * A bar on a terminal that shows how far something is; without a terminal one line
 * when it is done.
 */
#ifndef LI_CLI_BAR_H
#define LI_CLI_BAR_H

#include <stdbool.h>
#include <stdint.h>

struct li_cli_bar {
    bool terminal;
    bool shown;  /* one stands in the last line */
    int percent; /* that it shows */
};

struct li_cli_bar li_cli_bar(void);
void li_cli_bar_tell(struct li_cli_bar *bar, const char *name, int64_t done, int64_t total);
/* Takes it away before something else is written. */
void li_cli_bar_wipe(struct li_cli_bar *bar);

#endif
