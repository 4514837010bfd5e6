/* Reading /proc/self and the limits; see process.h. */
#include "serve/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "serve/exposition.h"

static double seconds_of(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static void put_cpu(struct li_buf *buf)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) == 0) {
        li_expose_family(buf, "process_cpu_seconds_total", "counter",
                         "Total user and system CPU time spent in seconds.");
        li_expose_real(buf, "process_cpu_seconds_total", NULL, 0,
                       seconds_of(&usage.ru_utime) + seconds_of(&usage.ru_stime));
    }
}

static void put_memory(struct li_buf *buf)
{
    char text[128] = "";
    long long whole, resident, page = sysconf(_SC_PAGESIZE);
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        return;
    }
    if (read(fd, text, sizeof(text) - 1) > 0 && sscanf(text, "%lld %lld", &whole, &resident) == 2) {
        li_expose_gauge(buf, "process_virtual_memory_bytes", "Virtual memory size in bytes.",
                        (double)(whole * page));
        li_expose_gauge(buf, "process_resident_memory_bytes", "Resident memory size in bytes.",
                        (double)(resident * page));
    }
    close(fd);
}

static void put_files(struct li_buf *buf)
{
    DIR *folder = opendir("/proc/self/fd");
    struct rlimit limit;
    int open = -1; /* the folder's own is counted too */

    while (folder && readdir(folder)) {
        open++;
    }
    if (folder) {
        closedir(folder);
        li_expose_gauge(buf, "process_open_fds", "Number of open file descriptors.", open - 2);
    }
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        li_expose_gauge(buf, "process_max_fds", "Maximum number of open file descriptors.",
                        (double)limit.rlim_cur);
    }
}

void li_process_write(struct li_buf *buf, int64_t started)
{
    put_cpu(buf);
    put_memory(buf);
    put_files(buf);
    li_expose_gauge(buf, "process_start_time_seconds",
                    "Start time of the process since unix epoch in seconds.", (double)started);
}
