/*
 * Class codes: what kind of thing a case is about, in a tenant's own lists.
 *
 * A code is known by its scheme and number ("event", "0102"), written
 * "event:0102".  Components (part) and events (event) of GB/T 30428 are two
 * schemes, because their numbers overlap; a tenant may have schemes of its own.
 * What a code is called in Chinese never changes, so that old cases stay what
 * they were; a new edition with other meanings is another scheme.
 */
#ifndef LI_RECORD_CODE_H
#define LI_RECORD_CODE_H

#include "record/command.h"

struct li_code {
    struct li_str scheme;        /* "part", "event", "own"; 1–16 of a-z 0-9 _ - */
    struct li_str code;          /* "0102"; 1–16 of A-Z 0-9 . - */
    struct li_str group;         /* 市容环境 */
    struct li_str group_en;      /* City appearance */
    struct li_str name, name_en; /* 暴露垃圾, Exposed rubbish; at most 50 characters */
    struct li_str edition;       /* of the list */
    struct li_str evidence;      /* where name and number come from */
    int64_t since;               /* 0 in a table that is to be imported */
    int64_t until;               /* 0: current */
    int line;                    /* of the file it was read from; else 0 */
};

/* One code, also one that is no longer used; -LI_E_NOT_FOUND quietly. */
int li_code_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str scheme,
                 struct li_str code, struct li_code *ret) LI_MUST_CHECK;
/* The same by its whole text, "event:0102". */
int li_code_at(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str text,
               struct li_code *ret) LI_MUST_CHECK;
/* Current codes of a scheme (empty: of all), whose number begins with `words` or
 * whose names or group hold it (empty: all; Latin letters in either case), in
 * order of scheme and number. */
int li_code_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str scheme,
                 struct li_str words, struct li_code **ret, size_t *ret_count) LI_MUST_CHECK;

/*
 * Command "code.import": a table of codes, all or nothing.  Codes that are there
 * get what is new of group, English name, edition and evidence; another Chinese
 * name is -LI_E_UNIQUE.  Faults point at "/rows/N/…".  The plan is a struct
 * li_code_imported.  Raises the tenant's rev when anything changed.
 */
#define LI_CODE_ROWS 5000
struct li_code_import {
    const struct li_code *rows;
    size_t count;
    struct li_str source; /* the name of the file */
};
struct li_code_imported {
    size_t added, changed;
};
extern const struct li_command li_code_import;

/* Reads "scheme code group group_en name name_en edition evidence", separated by
 * tabs, with this heading, UTF-8; texts point into `bytes`.  Every bad row is
 * told as name:line.  0 or -LI_E_INVALID, -LI_E_SYNTAX, -LI_E_LIMIT. */
int li_code_read(struct li_ctx *ctx, const char *name, struct li_str bytes, struct li_code **ret,
                 size_t *ret_count) LI_MUST_CHECK;

#endif
