/* Telling systemd how the service is (sd_notify(3), by hand: one datagram). */
#ifndef LI_CLI_NOTIFY_H
#define LI_CLI_NOTIFY_H

/* "READY=1", "STOPPING=1", "RELOADING=1"; nothing where nobody asked for it. */
void li_notify(const char *state);

#endif
