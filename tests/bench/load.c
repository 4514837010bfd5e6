/*
 * Load: whole lifecycles over HTTP, or one address again and again.
 *
 *     bench-load lifecycle --port P --ground FILE --connections 64 --count 4000
 *     bench-load get       --port P --path /x --cookie C --connections 16 --count 20000
 *     bench-load crash     --port P --ground FILE --connections 24
 *                          --journal FILE --pid PID --after 300 --delay 1500
 *
 * A lifecycle is a resident's report, the desk's dispatch, the handler's answer
 * and the checker's pass, each with a key of its own; every connection carries
 * one lifecycle at a time.  Status and state of every reply are checked.  Ends
 * with one line of JSON; exit 1 when anything was not as expected.
 *
 * `crash` writes every command to the journal before it is sent and every
 * acknowledgement before anything else, kills PID after so many of them and a
 * delay in microseconds, and ends with exit 0 when all connections are broken.
 *
 * The ground is one line a community, made by tests/lib/served.py: tenant, area,
 * organization of the handler, cookies of desk, handler and checker.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/lifecycle.h"
#include "lib/wire.h"

#define PLACES      1024
#define TENANTS     16
#define FAULTS      5
#define CURSOR_TEXT 77 /* characters of a cursor */

enum mode { LIFECYCLE, GET, CRASH };

struct place {
    char tenant[33], area[16], unit[16], desk[96], handler[96], checker[96];
};

/* What one connection carries. */
struct life {
    int step;
    const struct place *place;
    char case_id[16];
    char key[LIFECYCLE_KEY];
};

struct options {
    enum mode mode;
    const char *ground, *path, *cookie, *journal;
    long port, connections, count, pid, after, delay;
};

struct load {
    struct options options;
    struct li_random *random;
    struct li_clock clock;
    struct place places[PLACES];
    size_t place_count;
    int journal;
    long begun, done, acknowledged, broken, faults;
    uint32_t *times[LIFECYCLE_STEPS]; /* µs of each request */
    long time_count[LIFECYCLE_STEPS];
    struct {
        char tenant[33], cursor[CURSOR_TEXT + 1]; /* acknowledged last */
    } heads[TENANTS];
    size_t body_bytes;
    bool killed;
};

/* ---- what is sent ---------------------------------------------------------- */

static void write_body(struct load *load, const struct life *life, char *ret, size_t size)
{
    char fields[LIFECYCLE_FIELDS];

    lifecycle_fields(load->random, life->step, life->place->unit, fields);
    if (life->step == 0)
        snprintf(ret, size, "{\"playbook\":\"service-request\",\"area\":\"%s\",\"fields\":%s}",
                 life->place->area, fields);
    else
        snprintf(ret, size, "{%s\"fields\":%s}", life->step == 2 ? "\"part\":1," : "", fields);
}

static const char *cookie_of(const struct life *life)
{
    const char *const cookies[LIFECYCLE_STEPS] = {"", life->place->desk, life->place->handler,
                                                  life->place->checker};

    return cookies[life->step];
}

/* ---- the journal ----------------------------------------------------------- */

static void journal(struct load *load, const char *line, size_t len)
{
    if (load->journal >= 0 && write(load->journal, line, len) != (ssize_t)len) {
        perror("bench-load: journal");
        exit(2);
    }
}

static void journal_sent(struct load *load, const struct life *life, const char *path,
                         const char *body)
{
    char line[4096];
    int len = snprintf(line, sizeof(line), "S\t%s\t%s\t%s\t%s\t%s\n", life->key,
                       lifecycle_steps[life->step], path, cookie_of(life), body);

    journal(load, line, (size_t)len);
}

static void journal_acknowledged(struct load *load, const struct life *life, const char *cursor)
{
    char line[256];
    int len = snprintf(line, sizeof(line), "A\t%s\t%s\t%.*s\n", life->key, life->case_id,
                       CURSOR_TEXT, cursor);

    journal(load, line, (size_t)len);
}

/* ---- one step of a lifecycle ----------------------------------------------- */

static void send_step(struct wires *wires, struct wire *wire)
{
    struct load *load = wires->own;
    struct life *life = wire->own;
    const char *cookie = cookie_of(life);
    char path[160], body[1024];
    int len;

    lifecycle_key(load->random, &load->clock, life->key);
    if (life->step == 0)
        snprintf(path, sizeof(path), "/api/v1/%s/cases", life->place->tenant);
    else
        snprintf(path, sizeof(path), "/api/v1/%s/cases/%s/actions/%s", life->place->tenant,
                 life->case_id, lifecycle_steps[life->step]);
    write_body(load, life, body, sizeof(body));
    len = snprintf(wire->out, WIRE_OUT,
                   "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                   "Idempotency-Key: %s\r\n%s%s%sContent-Length: %zu\r\n\r\n%s",
                   path, life->key, *cookie ? "Cookie: " : "", cookie, *cookie ? "\r\n" : "",
                   strlen(body), body);
    if (load->options.mode == CRASH)
        journal_sent(load, life, path, body);
    wire_send(wires, wire, (size_t)len);
}

static void send_get(struct wires *wires, struct wire *wire)
{
    struct load *load = wires->own;
    const char *cookie = load->options.cookie;
    int len = snprintf(wire->out, WIRE_OUT, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s%s%s\r\n",
                       load->options.path, cookie ? "Cookie: " : "", cookie ? cookie : "",
                       cookie ? "\r\n" : "");

    load->begun++;
    wire_send(wires, wire, (size_t)len);
}

static void begin_life(struct wires *wires, struct wire *wire)
{
    struct load *load = wires->own;
    struct life *life = wire->own;
    uint8_t dice[2];

    li_random_bytes(load->random, dice, sizeof(dice));
    load->begun++;
    life->step = 0;
    life->place = &load->places[(dice[0] * 256u + dice[1]) % load->place_count];
    send_step(wires, wire);
}

static void begin(struct wires *wires, struct wire *wire)
{
    struct load *load = wires->own;

    if (load->options.mode != CRASH && load->begun >= load->options.count)
        return;
    if (load->options.mode == GET)
        send_get(wires, wire);
    else
        begin_life(wires, wire);
}

/* ---- replies --------------------------------------------------------------- */

static void fault(struct load *load, const char *what, const struct wire_reply *reply)
{
    if (load->faults++ < FAULTS)
        fprintf(stderr, "bench-load: %s: status %d: %.*s\n", what, reply->status,
                LI_P(reply->body));
}

static void note_head(struct load *load, const char *tenant, const char *cursor)
{
    for (size_t i = 0; i < TENANTS; i++) {
        if (!load->heads[i].tenant[0])
            snprintf(load->heads[i].tenant, sizeof(load->heads[i].tenant), "%s", tenant);
        if (strcmp(load->heads[i].tenant, tenant) == 0) {
            snprintf(load->heads[i].cursor, sizeof(load->heads[i].cursor), "%.*s", CURSOR_TEXT,
                     cursor);
            return;
        }
    }
}

/* The reply's case, number and state are what this step must lead to. */
static bool read_step_reply(struct load *load, struct life *life, const struct wire_reply *reply)
{
    const char *id = strstr(reply->body.ptr, "\"case\":\"");
    const char *cursor = strstr(reply->body.ptr, "\"cursor\":\"");
    const char *state = strstr(reply->body.ptr, "\"state\":{\"name\":\"");
    const char *expected = lifecycle_states[life->step];
    size_t len = strlen(expected);

    if (reply->status != (life->step == 0 ? 201 : 200) || !id || !cursor || !state ||
        strncmp(state + 17, expected, len) != 0 || state[17 + len] != '"' ||
        !strstr(reply->body.ptr, "\"replayed\":false")) {
        fault(load, lifecycle_steps[life->step], reply);
        return false;
    }
    if (life->step == 0)
        snprintf(life->case_id, sizeof(life->case_id), "%.13s", id + 8);
    note_head(load, life->place->tenant, cursor + 10);
    if (load->options.mode == CRASH)
        journal_acknowledged(load, life, cursor + 10);
    load->acknowledged++;
    return true;
}

static void keep_time(struct load *load, int step, int64_t us)
{
    if (load->times[step] && load->time_count[step] < load->options.count)
        load->times[step][load->time_count[step]++] = (uint32_t)us;
}

static void kill_server(struct wires *wires)
{
    struct load *load = wires->own;

    if (kill((pid_t)load->options.pid, SIGKILL) < 0) {
        perror("bench-load: kill");
        exit(2);
    }
}

static void finish(struct wires *wires, struct wire *wire)
{
    struct load *load = wires->own;

    if (++load->done == load->options.count && load->options.mode != CRASH)
        wires->stop = true;
    else
        begin(wires, wire);
}

static void on_step_reply(struct wires *wires, struct wire *wire, const struct wire_reply *reply)
{
    struct load *load = wires->own;
    struct life *life = wire->own;
    bool right = read_step_reply(load, life, reply);

    keep_time(load, life->step, reply->us);
    if (load->options.mode == CRASH && !load->killed && load->acknowledged >= load->options.after) {
        load->killed = true;
        if (wires_after(wires, load->options.delay) < 0)
            kill_server(wires);
    }
    if (!right || ++life->step == LIFECYCLE_STEPS)
        finish(wires, wire);
    else
        send_step(wires, wire);
}

static void on_get_reply(struct wires *wires, struct wire *wire, const struct wire_reply *reply)
{
    struct load *load = wires->own;

    if (reply->status != 200)
        fault(load, load->options.path, reply);
    load->body_bytes = reply->body.len;
    keep_time(load, 0, reply->us);
    finish(wires, wire);
}

static void on_break(struct wires *wires, struct wire *wire)
{
    struct load *load = wires->own;

    (void)wire;
    load->broken++;
}

/* ---- the end --------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return left < right ? -1 : left > right;
}

static void print_times(const char *name, uint32_t *times, long count)
{
    qsort(times, (size_t)count, sizeof(*times), by_time);
    printf(",\"%s\":{\"count\":%ld,\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u}", name, count,
           count ? times[count / 2] : 0, count ? times[count * 99 / 100] : 0,
           count ? times[count - 1] : 0);
}

static void print_result(struct load *load, int64_t us)
{
    bool first = true;
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    printf("{\"finished\":%ld,\"acknowledged\":%ld,\"seconds\":%.6f,\"faults\":%ld,\"broken\":%ld,"
           "\"client_cpu_us\":%ld,\"body_bytes\":%zu",
           load->done, load->acknowledged, (double)us / 1e6, load->faults, load->broken,
           (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 + used.ru_utime.tv_usec +
               used.ru_stime.tv_usec,
           load->body_bytes);
    for (int step = 0; step < LIFECYCLE_STEPS && load->times[step]; step++)
        print_times(load->options.mode == GET ? "get" : lifecycle_steps[step], load->times[step],
                    load->time_count[step]);
    printf(",\"heads\":{");
    for (size_t i = 0; i < TENANTS && load->heads[i].tenant[0]; i++, first = false)
        printf("%s\"%s\":\"%s\"", first ? "" : ",", load->heads[i].tenant, load->heads[i].cursor);
    printf("}}\n");
}

/* ---- starting -------------------------------------------------------------- */

static int read_ground(struct load *load)
{
    FILE *file = fopen(load->options.ground, "re");
    struct place *place = load->places;

    if (!file) {
        perror(load->options.ground);
        return -1;
    }
    while (load->place_count < PLACES &&
           fscanf(file, "%32s %15s %15s %95s %95s %95s", place->tenant, place->area, place->unit,
                  place->desk, place->handler, place->checker) == 6) {
        load->place_count++;
        place++;
    }
    fclose(file);
    if (load->place_count == 0)
        fprintf(stderr, "bench-load: %s names no place\n", load->options.ground);
    return load->place_count ? 0 : -1;
}

static int read_options(int argc, char **argv, struct options *ret)
{
    const struct {
        const char *name;
        const char **text;
        long *number;
    } known[] = {
        {"--ground", &ret->ground, NULL}, {"--path", &ret->path, NULL},
        {"--cookie", &ret->cookie, NULL}, {"--journal", &ret->journal, NULL},
        {"--port", NULL, &ret->port},     {"--connections", NULL, &ret->connections},
        {"--count", NULL, &ret->count},   {"--pid", NULL, &ret->pid},
        {"--after", NULL, &ret->after},   {"--delay", NULL, &ret->delay},
    };
    const size_t options = sizeof(known) / sizeof(known[0]);

    for (int i = 2; i + 1 < argc; i += 2) {
        size_t k = 0;
        while (k < options && strcmp(argv[i], known[k].name) != 0)
            k++;
        if (k == options)
            return -1;
        if (known[k].text)
            *known[k].text = argv[i + 1];
        else
            *known[k].number = strtol(argv[i + 1], NULL, 10);
    }
    ret->mode = argc < 2                        ? LIFECYCLE
                : strcmp(argv[1], "get") == 0   ? GET
                : strcmp(argv[1], "crash") == 0 ? CRASH
                                                : LIFECYCLE;
    return argc % 2 == 0 && ret->port > 0 && ret->connections > 0 &&
                   (ret->mode == GET ? ret->path != NULL : ret->ground != NULL) &&
                   (ret->mode != CRASH || (ret->journal && ret->pid > 0))
               ? 0
               : -1;
}

static int prepare(struct load *load)
{
    const struct options *options = &load->options;

    load->journal = -1;
    load->random = li_random_system();
    if (options->mode != GET && read_ground(load) < 0)
        return -1;
    for (int step = 0; step < (options->mode == GET ? 1 : LIFECYCLE_STEPS) && options->count > 0;
         step++)
        load->times[step] = calloc((size_t)options->count, sizeof(uint32_t));
    if (options->mode == CRASH) {
        load->journal = open(options->journal, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (load->journal < 0)
            perror(options->journal);
        return load->journal < 0 ? -1 : 0;
    }
    return 0;
}

static bool went_well(const struct load *load)
{
    if (load->options.mode == CRASH)
        return load->killed && load->faults == 0;
    return load->faults == 0 && load->broken == 0 && load->done == load->options.count;
}

static int run(struct load *load, struct life *lives)
{
    const struct options *options = &load->options;
    struct wires wires = {.own = load,
                          .on_reply = options->mode == GET ? on_get_reply : on_step_reply,
                          .on_break = on_break,
                          .on_timer = kill_server};
    int64_t start;

    if (wires_open(&wires, (size_t)options->connections, (uint16_t)options->port) < 0) {
        perror("bench-load: connecting");
        return 2;
    }
    start = li_steady_us();
    for (size_t i = 0; i < wires.count; i++) {
        wires.items[i].own = &lives[i];
        begin(&wires, &wires.items[i]);
    }
    if (wires_run(&wires) < 0) {
        perror("bench-load");
        return 2;
    }
    print_result(load, li_steady_us() - start);
    wires_close(&wires);
    return went_well(load) ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct load *load = calloc(1, sizeof(*load));
    struct life *lives;
    int status;

    if (!load || read_options(argc, argv, &load->options) < 0) {
        fputs("usage: bench-load lifecycle|get|crash --port P --connections N …\n", stderr);
        return 2;
    }
    lives = calloc((size_t)load->options.connections, sizeof(*lives));
    if (!lives || prepare(load) < 0)
        return 2;
    status = run(load, lives);
    for (int step = 0; step < LIFECYCLE_STEPS; step++)
        free(load->times[step]);
    li_random_free(load->random);
    free(lives);
    free(load);
    return status;
}
