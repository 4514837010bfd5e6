/*
 * The yardstick: what bare SQLite does with one lifecycle's worth of rows.
 *
 *     bench-yardstick FILE FILLED COUNT
 *
 * Fills FILE with FILLED lifecycles unless it has as many, then measures COUNT
 * more: 30 rows of fixed sizes each (`steps` below), 64 lifecycles to a commit, WAL, synchronous
 * FULL, 64 MiB of cache, a checkpoint at 16,000 pages.  Prints one line of JSON.
 *
 * Schema and sizes are FIXED: they were taken from linli's own rows once and do
 * not follow them, or waste there would look like speed.  No request, no
 * decision, no hash is made here, so a ratio to this never reaches one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <sqlite3.h>

#include "base/sys.h"

#define PER_COMMIT  64
#define FILL_COMMIT 4096
#define TENANTS     5
#define ROWS        30

static const char schema[] =
    "create table if not exists history (tenant integer not null, seq integer not null,"
    " at integer not null, entity integer not null, command text not null, actor text not null,"
    " payload blob not null, hash blob not null, primary key (tenant, seq)) strict;"
    "create index if not exists history_entity on history (tenant, entity, seq);"
    "create table if not exists request (tenant integer not null, key text not null,"
    " actor text not null, fingerprint blob not null, entity integer not null, seq integer not "
    "null,"
    " at integer not null, primary key (tenant, key, actor)) strict, without rowid;"
    "create table if not exists matter (tenant integer not null, id integer not null,"
    " state text not null, rest blob not null, owner text, due integer, closed integer,"
    " primary key (tenant, id)) strict;"
    "create index if not exists matter_waiting on matter (tenant, owner, due)"
    " where closed is null;"
    "create table if not exists task (tenant integer not null, matter integer not null,"
    " no integer not null, state text not null, rest blob not null, owner text, due integer,"
    " ended integer, primary key (tenant, matter, no)) strict;"
    "create index if not exists task_waiting on task (tenant, owner, due) where ended is null;"
    "create table if not exists party (tenant integer not null, matter integer not null,"
    " no integer not null, token blob not null, primary key (tenant, matter, no))"
    " strict, without rowid;"
    "create unique index if not exists party_token on party (tenant, token);"
    "create table if not exists words (tenant integer not null, entity integer not null,"
    " slot integer not null, salt blob not null, value blob not null,"
    " primary key (tenant, entity, slot)) strict;"
    "create table if not exists due (tenant integer not null, entity integer not null,"
    " slot integer not null, at integer not null, command text not null, args blob not null,"
    " primary key (tenant, entity, slot)) strict, without rowid;"
    "create index if not exists due_next on due (at, tenant, entity, slot);"
    "create table if not exists gauge (tenant integer not null, area integer not null,"
    " state text not null, n integer not null, primary key (tenant, area, state))"
    " strict, without rowid;"
    "create table if not exists number (tenant integer not null primary key,"
    " last integer not null) strict;"
    "insert or ignore into number values (1, 0), (2, 0), (3, 0), (4, 0), (5, 0);";

enum statement {
    HISTORY,
    REQUEST,
    MATTER,
    MATTER_MOVE,
    TASK,
    TASK_END,
    PARTY,
    WORDS,
    DUE,
    DUE_DONE,
    GAUGE,
    NUMBER,
    STATEMENTS
};

static const char *const texts[STATEMENTS] = {
    [HISTORY] = "insert into history values (?1, ?2, ?3, ?4, 'matter.act', ?5, zeroblob(?6),"
                " randomblob(32))",
    [REQUEST] = "insert into request values (?1, ?5, 'account:0123456789ABC', randomblob(16), ?4,"
                " ?2, ?3)",
    [MATTER] = "insert into matter values (?1, ?4, 'received', zeroblob(190), ?5, ?3, null)",
    [MATTER_MOVE] = "update matter set state = ?5, owner = ?5, due = ?3, closed = ?6"
                    " where tenant = ?1 and id = ?4",
    [TASK] = "insert into task values (?1, ?4, 1, 'sent', zeroblob(60), ?5, ?3, null)",
    [TASK_END] = "update task set state = 'done', ended = ?3"
                 " where tenant = ?1 and matter = ?4 and no = 1",
    [PARTY] = "insert into party values (?1, ?4, 1, randomblob(16))",
    [WORDS] = "insert into words values (?1, ?4, ?2, randomblob(16), zeroblob(?6))",
    [DUE] = "insert into due values (?1, ?4, ?2, ?3, 'matter.clock', zeroblob(45))",
    [DUE_DONE] = "delete from due where tenant = ?1 and entity = ?4 and slot = ?2",
    [GAUGE] = "insert into gauge values (?1, ?4 % 60, ?5, 1)"
              " on conflict (tenant, area, state) do update set n = n + 1",
    [NUMBER] = "update number set last = last + 1 where tenant = ?1",
};

/* One lifecycle, row by row.  `text` and `size` are ?5 and ?6; slot is ?2 where
 * that is no history number. */
static const struct step {
    enum statement statement;
    const char *text;
    int size, slot;
} steps[ROWS] = {
    {HISTORY, "party:1", 440, 0},
    {REQUEST, NULL, 0, 0},
    {NUMBER, NULL, 0, 0},
    {MATTER, "desk", 0, 0},
    {PARTY, NULL, 0, 0},
    {WORDS, NULL, 300, 1},
    {WORDS, NULL, 18, 2},
    {DUE, NULL, 0, 0},
    {HISTORY, "account:0123456789ABC", 330, 0},
    {REQUEST, NULL, 0, 0},
    {MATTER_MOVE, "handling", 0, 0},
    {TASK, "handler", 0, 0},
    {DUE_DONE, NULL, 0, 0},
    {DUE, NULL, 0, 1},
    {HISTORY, "account:0123456789ABC", 330, 0},
    {REQUEST, NULL, 0, 0},
    {TASK_END, NULL, 0, 0},
    {MATTER_MOVE, "checking", 0, 0},
    {WORDS, NULL, 93, 3},
    {DUE_DONE, NULL, 0, 1},
    {DUE, NULL, 0, 0},
    {HISTORY, "account:0123456789ABC", 330, 0},
    {REQUEST, NULL, 0, 0},
    {MATTER_MOVE, "closed", 1, 0},
    {DUE_DONE, NULL, 0, 0},
    {GAUGE, "received", 0, 0},
    {GAUGE, "handling", 0, 0},
    {GAUGE, "checking", 0, 0},
    {GAUGE, "closed", 0, 0},
    {GAUGE, "total", 0, 0},
};

struct yard {
    sqlite3 *db;
    sqlite3_stmt *kept[STATEMENTS];
    struct li_random *random;
    int64_t next; /* lifecycles made */
};

static void check(struct yard *yard, bool right, const char *what)
{
    if (!right) {
        fprintf(stderr, "bench-yardstick: %s: %s\n", what, sqlite3_errmsg(yard->db));
        exit(1);
    }
}

static void execute(struct yard *yard, const char *sql)
{
    check(yard, sqlite3_exec(yard->db, sql, NULL, NULL, NULL) == SQLITE_OK, sql);
}

static int64_t ask(struct yard *yard, const char *sql)
{
    sqlite3_stmt *stmt;
    int64_t value;

    check(yard, sqlite3_prepare_v2(yard->db, sql, -1, &stmt, NULL) == SQLITE_OK, sql);
    check(yard, sqlite3_step(stmt) == SQLITE_ROW, sql);
    value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

/* Keys rise with time, as UUIDs of version 7 do. */
static void make_key(struct yard *yard, int64_t row, char ret[40])
{
    uint32_t chance[3];

    li_random_bytes(yard->random, chance, sizeof(chance));
    snprintf(ret, 40, "%08x-%04x-7%03x-8%03x-%04x%08x", (unsigned)(row >> 16),
             (unsigned)(row & 0xffff), chance[0] & 0xfff, chance[0] >> 20, chance[1] & 0xffff,
             chance[2]);
}

static void run_step(struct yard *yard, const struct step *step, int64_t number, int64_t seq)
{
    sqlite3_stmt *stmt = yard->kept[step->statement];
    bool numbered = step->statement == HISTORY || step->statement == REQUEST;
    int count = sqlite3_bind_parameter_count(stmt);
    char key[40];

    sqlite3_bind_int64(stmt, 1, number % TENANTS + 1);
    if (count >= 2)
        sqlite3_bind_int64(stmt, 2, numbered ? seq : step->slot);
    if (count >= 3)
        sqlite3_bind_int64(stmt, 3, 1795300000000000 + seq * 1000);
    if (count >= 4)
        sqlite3_bind_int64(stmt, 4, (INT64_C(1) << 56) + number * 32);
    if (step->statement == REQUEST) {
        make_key(yard, seq, key);
        sqlite3_bind_text(stmt, 5, key, 36, SQLITE_STATIC);
    } else if (count >= 5) {
        sqlite3_bind_text(stmt, 5, step->text, -1, SQLITE_STATIC);
    }
    if (count >= 6 && !(step->statement == MATTER_MOVE && step->size == 0))
        sqlite3_bind_int(stmt, 6, step->size);
    check(yard, sqlite3_step(stmt) == SQLITE_DONE && sqlite3_changes(yard->db) == 1,
          texts[step->statement]);
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
}

static void run_lifecycles(struct yard *yard, int64_t count, int64_t per_commit)
{
    for (int64_t done = 0; done < count; done++) {
        int64_t number = yard->next++, seq = number * 4;
        if (done % per_commit == 0)
            execute(yard, "begin immediate");
        for (int i = 0; i < ROWS; i++) {
            seq += steps[i].statement == HISTORY;
            run_step(yard, &steps[i], number, seq);
        }
        if ((done + 1) % per_commit == 0 || done + 1 == count)
            execute(yard, "commit");
    }
}

static void open_file(struct yard *yard, const char *path)
{
    check(yard, sqlite3_open(path, &yard->db) == SQLITE_OK, path);
    execute(yard, "pragma journal_mode = wal; pragma cache_size = -65536;"
                  "pragma synchronous = full; pragma wal_autocheckpoint = 16000;");
    execute(yard, schema);
    for (int i = 0; i < STATEMENTS; i++)
        check(yard,
              sqlite3_prepare_v3(yard->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &yard->kept[i],
                                 NULL) == SQLITE_OK,
              texts[i]);
    yard->next = ask(yard, "select sum(last) from number");
}

static void fill(struct yard *yard, int64_t filled)
{
    if (yard->next >= filled)
        return;
    execute(yard, "pragma synchronous = off;");
    run_lifecycles(yard, filled - yard->next, FILL_COMMIT);
    execute(yard, "pragma wal_checkpoint(truncate); pragma synchronous = full;");
}

/* ---- measuring ------------------------------------------------------------- */

struct figures {
    int64_t wall_us, cpu_us, written;
};

static int64_t bytes_written(void)
{
    FILE *file = fopen("/proc/self/io", "re");
    char line[128];
    long long bytes = 0;

    while (file && fgets(line, sizeof(line), file)) {
        if (strncmp(line, "wchar: ", 7) == 0)
            bytes = strtoll(line + 7, NULL, 10);
    }
    if (file)
        fclose(file);
    return bytes;
}

static struct figures figures_now(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (struct figures){
        .wall_us = li_steady_us(),
        .cpu_us = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 + used.ru_utime.tv_usec +
                  used.ru_stime.tv_usec,
        .written = bytes_written(),
    };
}

int main(int argc, char **argv)
{
    struct yard yard = {.random = li_random_system()};
    struct figures before, after;
    int64_t count, filled;

    if (argc != 4 || (count = strtoll(argv[3], NULL, 10)) < 1) {
        fputs("usage: bench-yardstick FILE FILLED COUNT\n", stderr);
        return 2;
    }
    open_file(&yard, argv[1]);
    fill(&yard, strtoll(argv[2], NULL, 10));
    filled = yard.next;
    run_lifecycles(&yard, PER_COMMIT * 16, PER_COMMIT); /* warm */
    before = figures_now();
    run_lifecycles(&yard, count, PER_COMMIT);
    after = figures_now();
    printf("{\"filled\":%lld,\"count\":%lld,\"rows\":%d,\"per_second\":%.1f,\"cpu_us\":%.2f,"
           "\"kb\":%.2f}\n",
           (long long)filled, (long long)count, ROWS,
           (double)count * 1e6 / (double)(after.wall_us - before.wall_us),
           (double)(after.cpu_us - before.cpu_us) / (double)count,
           (double)(after.written - before.written) / 1024 / (double)count);
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(yard.kept[i]);
    sqlite3_close(yard.db);
    li_random_free(yard.random);
    return 0;
}
