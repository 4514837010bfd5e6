/* The bar of long commands; see bar.h. */
#include "cli/bar.h"

#include <stdio.h>
#include <unistd.h>

#define WIDTH 40

struct li_cli_bar li_cli_bar(void)
{
    return (struct li_cli_bar){.terminal = isatty(STDERR_FILENO) == 1};
}

void li_cli_bar_wipe(struct li_cli_bar *bar)
{
    if (bar->shown) {
        fputs("\r\033[K", stderr);
        bar->shown = false;
    }
}

void li_cli_bar_tell(struct li_cli_bar *bar, const char *name, int64_t done, int64_t total)
{
    int percent = total > 0 ? (int)(done * 100 / total) : 100;
    int full = percent * WIDTH / 100;

    if (!bar->terminal) {
        if (done >= total) {
            fprintf(stderr, "%s 100%%\n", name);
        }
        return;
    }
    if (bar->shown && bar->percent == percent) {
        return;
    }
    fprintf(stderr, "\r\033[K%s [%.*s%*s] %3d%%", name, full,
            "########################################", WIDTH - full, "", percent);
    bar->shown = true;
    bar->percent = percent;
}
