/*
 * Registers 台账 a tenant keeps, and their rows.
 *
 * What a register is stands in its file (playbook/register.h), adopted per tenant in
 * versions.  A row is never lost: it is changed by commands, each of which leaves a
 * step of what it changed, and it ends instead of being deleted.  Texts and personal
 * values lie in the vault; a row itself keeps what is structured, its name and its
 * code, and up to four values it is found by.  Not here: who may (serve/op), what a
 * row looks like to somebody (view/register), files of rows (register/table).
 */
#ifndef LI_REGISTER_REGISTER_H
#define LI_REGISTER_REGISTER_H

#include "area/area.h"
#include "playbook/register.h"
#include "record/record.h"
#include "record/tenant.h"
#include "record/vault.h"

/* ---- what is kept of the files ---------------------------------------------- */

/* Registers in use, compiled once.  Thread-safe. */
struct li_registers;
struct li_registers *li_registers_new(void);            /* NULL without memory */
void li_registers_free(struct li_registers *registers); /* NULL is fine */

/* What `bind` gives to the record begins with this. */
struct li_register_bound {
    struct li_registers *registers;
};

/* A register as the tenant uses it now.  -LI_E_NOT_FOUND (told).  Lives as long as the
 * process. */
int li_register_find(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                     int64_t tenant, struct li_str name,
                     const struct li_register **ret) LI_MUST_CHECK;
/* All of them, by name. */
#define LI_REGISTERS 64
int li_register_all(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, const struct li_register **ret,
                    size_t *ret_count) LI_MUST_CHECK;

/* Whether a file is a register's and not a playbook's, by its first word. */
bool li_register_is(struct li_str source);

/* Command "register.adopt": as playbook.adopt. */
struct li_register_adopt_args {
    struct li_str name; /* of the file, for messages */
    struct li_str source;
};
extern const struct li_command li_register_adopt;

/* ---- rows ------------------------------------------------------------------- */

struct li_row {
    int64_t id;
    const struct li_register *reg; /* as it is now */
    int64_t rev;
    struct li_str code, name;
    struct li_str area, area_path;
    int64_t since, until; /* days; 0: not said */
    struct li_str find[LI_REGISTER_FIND];
    struct li_str once;     /* what no other row in use may have; ptr NULL: nothing */
    struct li_node *fields; /* structured values */
    struct li_node *texts;  /* field → slot of its present text in the vault */
    int64_t made_at, changed_at;
    bool gone; /* it has ended */
};

/* One row; -LI_E_NOT_FOUND quietly. */
int li_row_find(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn, int64_t tenant,
                int64_t id, struct li_row *ret) LI_MUST_CHECK;
/* A row in use by its code; -LI_E_NOT_FOUND quietly. */
int li_row_by_code(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, const struct li_register *reg, struct li_str code,
                   struct li_row *ret) LI_MUST_CHECK;
/* All values of a row by field, its present texts among them; what was erased is left
 * out.  `open`: personal values too, else they are masked. */
int li_row_values(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                  int64_t tenant, const struct li_row *row, bool open,
                  struct li_node **ret) LI_MUST_CHECK;

/* Rows inside `path`, by place and code (by `until` when that is asked), behind
 * `after`. */
struct li_row_query {
    const struct li_register *reg;
    struct li_str path;
    bool gone;
    struct li_str find[LI_REGISTER_FIND]; /* ptr NULL: any */
    int64_t until_before;                 /* those whose last day is before it; 0: any */
    struct li_str words;                  /* two Chinese characters or a word at least */
    struct li_str after_path, after_code; /* of the last row before; empty: from the first */
    int64_t after_until, after_id;
    int64_t limit;
};
int li_row_list(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn, int64_t tenant,
                const struct li_row_query *query, struct li_row **ret,
                size_t *ret_count) LI_MUST_CHECK;

/* How many rows in use inside `path` there are of each value of find field `place`. */
struct li_row_tally {
    struct li_str value; /* empty: not said */
    int64_t count;
};
int li_row_tally(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                 const struct li_register *reg, struct li_str path, int place,
                 struct li_row_tally **ret, size_t *ret_count) LI_MUST_CHECK;

/* Rows that point at a row, with the field they do it by; at most LI_ROW_LINKS. */
#define LI_ROW_LINKS 200
struct li_row_link {
    int64_t source;
    struct li_str field;
};
int li_row_links(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t target,
                 struct li_row_link **ret, size_t *ret_count) LI_MUST_CHECK;

/* What became of a row, oldest first. */
struct li_row_step {
    int64_t rev, seq, at;
    int64_t account;        /* 0: the system */
    struct li_str what;     /* "add", "change", "import", "end", "reveal" */
    struct li_node *fields; /* structured values it set; null: it took one away */
};
int li_row_steps(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                 struct li_row_step **ret, size_t *ret_count) LI_MUST_CHECK;

/* Command "row.put": adds a row, or changes the given fields of one (null takes a value
 * away).  Faults at "/fields/…".  The plan is a struct li_row_done.  -LI_E_NOT_FOUND,
 * -LI_E_STALE, -LI_E_STATE (it has ended). */
struct li_row_put_args {
    struct li_str reg;
    int64_t id;  /* 0: a new one */
    int64_t rev; /* that was looked at */
    const struct li_node *fields;
};
struct li_row_done {
    int64_t id, rev;
    struct li_str code;
};
extern const struct li_command li_row_put;

/* Command "row.end": a row is in use no more. */
struct li_row_end_args {
    struct li_str reg;
    int64_t id, rev;
};
extern const struct li_command li_row_end;

/* Command "row.reveal": somebody looked at a personal value; that they did is a step. */
struct li_row_reveal_args {
    struct li_str reg;
    int64_t id;
    struct li_str field;
};
extern const struct li_command li_row_reveal;

/* ---- rows of two tenants that are one person's ---------------------------------- */

struct li_row_joined {
    int64_t row;         /* here */
    struct li_str other; /* slug of the other tenant */
    int64_t other_row;
    int64_t made; /* when the code was made that joined them */
    int64_t at;
    bool gone;
};
/* What a row is joined with, and the joined rows in use of a register inside `path`. */
int li_row_joined_of(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t row,
                     struct li_row_joined **ret, size_t *ret_count) LI_MUST_CHECK;
int li_row_joined_within(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                         const struct li_register *reg, struct li_str path, size_t limit,
                         struct li_row_joined **ret, size_t *ret_count) LI_MUST_CHECK;

/* Command "row.join": whoever holds both rows has shown it.  -LI_E_STATE: a code as old as this or
 * newer was used already, or the other row is joined with another one here.  "row.part" ends it,
 * with `row` and `other` alone. */
struct li_row_join_args {
    int64_t row;
    struct li_str other;
    int64_t other_row, made;
};
extern const struct li_command li_row_join;
extern const struct li_command li_row_part;
/* Whether it would be refused, for whoever asks before the lane. */
int li_row_join_check(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                      const struct li_row_join_args *args) LI_MUST_CHECK;

/* Whether a viewer may write a row that lies at a path: a post of `by` or the owner's
 * over it. */
bool li_row_may_write(const struct li_viewer *viewer, const struct li_register *reg,
                      struct li_str area_path);
/* Whether a viewer may read it: any post over it. */
bool li_row_may_read(const struct li_viewer *viewer, struct li_str area_path);

/* ---- tables of rows ---------------------------------------------------------- */

#define LI_ROW_IMPORT 5000
#define LI_ROW_FAULTS 500 /* told of one table */

/* A cell that cannot be taken, for people: which line of the file, under which heading,
 * and why. */
struct li_row_fault {
    int line;
    struct li_str heading;
    struct li_texts why;
};

/*
 * A table with a heading (CSV; UTF-8, or GB18030 when it is not), all of it or nothing.
 * A row whose code is there already changes it, another is new; where the register
 * numbers by itself a row is known by name and place.  Values are read as people write
 * them: labels of options, names of places and organizations, 2026年11月22日.
 */
struct li_row_import_args {
    struct li_str reg;
    struct li_str bytes;
    const struct li_node *columns; /* heading → field, "" for none; NULL: as the last import or
                                      the register says */
};
struct li_row_imported {
    int64_t added, changed, same;
    const struct li_row_fault *faults;
    size_t fault_count;
    const struct li_register_column *columns; /* as they were read */
    size_t column_count;
};
/* What importing would do, and every fault; in a reader's snapshot.  0 also with
 * faults; -LI_E_SYNTAX (no table), -LI_E_LIMIT (too many rows). */
int li_row_import_check(struct li_ctx *ctx, const struct li_tx *tx,
                        const struct li_row_import_args *args,
                        struct li_row_imported *ret) LI_MUST_CHECK;
/* Command "row.import": does it.  The columns are kept, and export writes them again.
 * The plan is a struct li_row_imported.  -LI_E_INVALID when there is a fault. */
extern const struct li_command li_row_import;

/* The office's columns: of the last import, else of the register's file. */
int li_row_columns(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                   const struct li_register *reg, const struct li_register_column **ret,
                   size_t *ret_count) LI_MUST_CHECK;

#endif
