/*
 * Files of elections (pabulib.h).
 */
#include "ballot/pabulib.h"

#include "base/csv.h"
#include "base/grow.h"

#define FEN 100 /* of a unit of the currency: amounts have two places */

enum table { NOWHERE, META, PROJECTS, VOTES };

struct reading {
    struct li_ctx *ctx;
    struct li_str where;
    struct li_csv csv;
    struct li_pabulib *pabulib;
    enum table table;
    bool heads; /* the row is the heads of a table */
    int first;  /* the line of the row */
    /* where the columns are; -1: there is none */
    int id, cost, name, selected, voter, vote, points;
    int64_t *costs;
    size_t costs_cap, options_cap;
    uint32_t *starts;
    uint16_t *named;
    int32_t *marks;
    size_t named_count;
    size_t starts_cap, voters_cap, named_cap, marks_cap;
    /* options by their id */
    uint16_t *slots;
    size_t slot_count;
};

static int fault(struct reading *reading, const char *what)
{
    return LI_FAIL(reading->ctx, LI_E_SYNTAX, "%.*s:%d: %s", LI_P(reading->where), reading->first,
                   what);
}

static struct li_str field(const struct reading *reading, int column)
{
    bool is_there = column >= 0 && (size_t)column < reading->csv.field_count;

    return is_there ? reading->csv.fields[column] : LI_S("");
}

/* ---- amounts ------------------------------------------------------------------------------------
 */

/* "757327.73", "12 000,5": fen, with nothing below. */
static bool read_amount(struct li_str text, int64_t *ret)
{
    int64_t value = 0, places = -1;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if ((c == '.' || c == ',') && places < 0) {
            places = 0;
        } else if (c >= '0' && c <= '9' && value < INT64_MAX / 1000) {
            value = places < 2 ? value * 10 + (c - '0') : value;
            places += places >= 0 && places < 2;
        } else if (c != ' ') {
            return false;
        }
    }
    for (places = places < 0 ? 0 : places; places < 2; places++) {
        value *= 10;
    }
    *ret = value;
    return text.len > 0;
}

static void write_amount(struct li_buf *buf, int64_t fen)
{
    li_buf_i64(buf, fen / FEN);
    if (fen % FEN) {
        li_buf_fmt(buf, ".%02d", (int)(fen % FEN));
    }
}

/* ---- META
 * ---------------------------------------------------------------------------------------- */

struct li_str li_pabulib_meta(const struct li_pabulib *pabulib, const char *key)
{
    for (size_t i = 0; i < pabulib->meta_count; i++) {
        if (li_str_is(pabulib->meta[i].key, key)) {
            return pabulib->meta[i].value;
        }
    }
    return (struct li_str){0};
}

static int read_meta(struct reading *reading)
{
    struct li_pabulib *pabulib = reading->pabulib;
    struct li_str key = field(reading, 0), value = field(reading, 1);

    if (pabulib->meta_count == LI_PABULIB_META) {
        return fault(reading, "more keys than any election has");
    }
    pabulib->meta[pabulib->meta_count].key = key;
    pabulib->meta[pabulib->meta_count++].value = value;
    if (li_str_is(key, "budget") && !read_amount(value, &pabulib->election.budget)) {
        return fault(reading, "a budget that is no amount");
    }
    if (li_str_is(key, "vote_type")) {
        static const char *const types[] = {"approval", "ordinal", "cumulative", "scoring"};
        int found = -1;
        for (int i = 0; i < 4; i++) {
            found = li_str_is(value, types[i]) ? i : found;
        }
        if (found < 0) {
            return fault(reading, "a kind of vote that is not known");
        }
        pabulib->vote = (enum li_pabulib_vote)found;
    }
    return 0;
}

/* ---- PROJECTS
 * -------------------------------------------------------------------------------------- */

static int read_project(struct reading *reading)
{
    struct li_election *election = &reading->pabulib->election;
    struct li_str id = field(reading, reading->id), name = field(reading, reading->name);
    struct li_str selected = field(reading, reading->selected);
    void *options = li_grow(reading->ctx, reading->pabulib->options, election->option_count,
                            &reading->options_cap, sizeof(struct li_pabulib_option));
    void *costs = li_grow(reading->ctx, reading->costs, election->option_count, &reading->costs_cap,
                          sizeof(int64_t));

    if (!options || !costs) {
        return -LI_E_NOMEM;
    }
    reading->pabulib->options = options;
    reading->costs = costs;
    if (election->option_count == LI_ELECTION_OPTIONS) {
        return fault(reading, "more projects than can be counted");
    }
    if (id.len == 0 ||
        !read_amount(field(reading, reading->cost), &reading->costs[election->option_count])) {
        return fault(reading, "a project without a number or a cost");
    }
    reading->pabulib->options[election->option_count++] = (struct li_pabulib_option){
        .id = id, .name = name, .selected = selected.len > 0 && !li_str_is(selected, "0")};
    return 0;
}

/* Open addressing, half empty. */
static size_t slot_of(const struct reading *reading, struct li_str id)
{
    uint64_t hash = 14695981039346656037u;

    for (size_t i = 0; i < id.len; i++) {
        hash = (hash ^ (unsigned char)id.ptr[i]) * 1099511628211u;
    }
    for (size_t at = hash % reading->slot_count;; at = (at + 1) % reading->slot_count) {
        if (!reading->slots[at] ||
            li_str_eq(reading->pabulib->options[reading->slots[at] - 1].id, id)) {
            return at;
        }
    }
}

static int index_projects(struct reading *reading)
{
    size_t count = reading->pabulib->election.option_count;

    reading->slot_count = 2 * count + 1;
    reading->slots = li_alloc_array(reading->ctx, reading->slot_count, sizeof(*reading->slots));
    if (!reading->slots) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        size_t at = slot_of(reading, reading->pabulib->options[i].id);
        if (reading->slots[at]) {
            return fault(reading, "two projects of one number");
        }
        reading->slots[at] = (uint16_t)(i + 1);
    }
    return 0;
}

/* ---- VOTES
 * ------------------------------------------------------------------------------------------- */

static int add_name(struct reading *reading, struct li_str id, int64_t mark)
{
    size_t at = reading->named_count;
    uint16_t *named =
        li_grow(reading->ctx, reading->named, at, &reading->named_cap, sizeof(*named));
    int32_t *marks = li_grow(reading->ctx, reading->marks, at, &reading->marks_cap, sizeof(*marks));
    uint16_t option;

    if (!named || !marks) {
        return -LI_E_NOMEM;
    }
    reading->named = named;
    reading->marks = marks;
    option = reading->slots[slot_of(reading, li_str_trim(id))];
    if (!option) {
        return fault(reading, "a vote for a project that there is not");
    }
    if (mark < 0 || mark > INT32_MAX) {
        return fault(reading, "points that are no points");
    }
    named[at] = (uint16_t)(option - 1);
    marks[at] = (int32_t)mark;
    reading->named_count++;
    return 0;
}

/* What the next project of a vote gets; `place` from 0. */
static int mark_of(struct reading *reading, struct li_str *points, size_t place, int64_t *ret)
{
    struct li_str longest;
    int64_t most = (int64_t)reading->pabulib->election.option_count;

    *ret = 1;
    switch (reading->pabulib->vote) {
    case LI_VOTE_APPROVAL:
        return 0;
    case LI_VOTE_ORDINAL:
        longest = li_pabulib_meta(reading->pabulib, "max_length");
        if (longest.ptr && !li_str_to_i64(longest, &most)) {
            return fault(reading, "a length that is no number");
        }
        *ret = most - (int64_t)place;
        return 0;
    case LI_VOTE_CUMULATIVE:
    case LI_VOTE_SCORING:
        return points->ptr && li_str_to_i64(li_str_trim(li_str_cut(points, ',')), ret)
                   ? 0
                   : fault(reading, "not as many points as projects");
    }
    li_assert(!"a vote of no kind");
}

static int read_vote(struct reading *reading)
{
    struct li_election *election = &reading->pabulib->election;
    struct li_str vote = field(reading, reading->vote), points = field(reading, reading->points);
    struct li_str *voters = li_grow(reading->ctx, reading->pabulib->voters, election->voice_count,
                                    &reading->voters_cap, sizeof(*voters));
    uint32_t *starts = li_grow(reading->ctx, reading->starts, election->voice_count + 1,
                               &reading->starts_cap, sizeof(*starts));
    int r = 0;

    if (!voters || !starts) {
        return -LI_E_NOMEM;
    }
    reading->pabulib->voters = voters;
    reading->starts = starts;
    voters[election->voice_count] = field(reading, reading->voter);
    if (!vote.len) {
        vote.ptr = NULL;
    }
    for (size_t place = 0; r == 0 && vote.ptr; place++) {
        int64_t mark;
        struct li_str id = li_str_cut(&vote, ',');
        r = mark_of(reading, &points, place, &mark);
        r = r ? r : add_name(reading, id, mark);
    }
    election->voice_count++;
    starts[election->voice_count] = (uint32_t)reading->named_count;
    return r;
}

/* ---- the file
 * -------------------------------------------------------------------------------------------- */

static int column(const struct reading *reading, const char *name)
{
    for (size_t i = 0; i < reading->csv.field_count && i < LI_CSV_FIELDS; i++) {
        if (li_str_is(reading->csv.fields[i], name)) {
            return (int)i;
        }
    }
    return -1;
}

static int read_heads(struct reading *reading)
{
    if (reading->table == PROJECTS) {
        reading->id = column(reading, "project_id");
        reading->cost = column(reading, "cost");
        reading->name = column(reading, "name");
        reading->selected = column(reading, "selected");
        reading->pabulib->has_selected = reading->selected >= 0;
        return reading->id < 0 || reading->cost < 0
                   ? fault(reading, "projects have project_id and cost")
                   : 0;
    }
    if (reading->table == VOTES) {
        reading->voter = column(reading, "voter_id");
        reading->vote = column(reading, "vote");
        reading->points = column(reading, "points");
        return reading->vote < 0 ? fault(reading, "votes have vote") : index_projects(reading);
    }
    return 0;
}

static enum table table_of(const struct reading *reading)
{
    struct li_str only = reading->csv.field_count == 1 ? reading->csv.fields[0] : LI_S("");

    return li_str_is(only, "META")       ? META
           : li_str_is(only, "PROJECTS") ? PROJECTS
           : li_str_is(only, "VOTES")    ? VOTES
                                         : NOWHERE;
}

static int read_row(struct reading *reading)
{
    enum table begins = table_of(reading);

    if (reading->csv.torn || reading->csv.field_count > LI_CSV_FIELDS) {
        return fault(reading, "a row that is none");
    }
    if (begins != NOWHERE && !reading->heads) {
        if (begins != reading->table + 1) {
            return fault(reading, "META, PROJECTS and VOTES come in this order, once");
        }
        reading->table = begins;
        reading->heads = true;
        return 0;
    }
    if (reading->heads) {
        reading->heads = false;
        return read_heads(reading);
    }
    switch (reading->table) {
    case META:
        return read_meta(reading);
    case PROJECTS:
        return read_project(reading);
    case VOTES:
        return read_vote(reading);
    case NOWHERE:
        break;
    }
    return fault(reading, "this is no file of an election: it begins with META");
}

int li_pabulib_read(struct li_ctx *ctx, struct li_str where, struct li_str bytes,
                    struct li_pabulib *ret)
{
    struct reading reading = {
        .ctx = ctx, .where = where, .csv = {.line = 1, .mark = ';'}, .pabulib = ret, .id = -1};
    int r = li_csv_decode(ctx, where, bytes, &reading.csv.rest);

    *ret = (struct li_pabulib){.vote = LI_VOTE_APPROVAL};
    reading.starts = li_grow(ctx, NULL, 0, &reading.starts_cap, sizeof(*reading.starts));
    if (r == 0 && !reading.starts) {
        r = -LI_E_NOMEM;
    }
    while (r == 0 && reading.csv.rest.len > 0) {
        reading.first = reading.csv.line;
        r = li_csv_row(ctx, &reading.csv);
        if (r == 0 && !li_csv_is_blank(&reading.csv)) {
            r = read_row(&reading);
        }
    }
    if (r == 0 && (reading.table != VOTES || reading.heads)) {
        r = fault(&reading, "the file ends before its votes");
    }
    ret->election.costs = reading.costs;
    ret->election.starts = reading.starts;
    ret->election.named = reading.named;
    ret->election.marks = ret->vote == LI_VOTE_APPROVAL ? NULL : reading.marks;
    return r;
}

/* ---- the other way
 * ----------------------------------------------------------------------------------------- */

static void write_field(struct li_buf *buf, struct li_str text)
{
    bool plain = !memchr(text.ptr ? text.ptr : "", ';', text.len) &&
                 !memchr(text.ptr ? text.ptr : "", '"', text.len) &&
                 !memchr(text.ptr ? text.ptr : "", '\n', text.len);

    if (plain) {
        li_buf_str(buf, text);
        return;
    }
    li_buf_char(buf, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') {
            li_buf_char(buf, '"');
        }
        li_buf_char(buf, text.ptr[i]);
    }
    li_buf_char(buf, '"');
}

static void write_votes(struct li_buf *buf, const struct li_pabulib *pabulib)
{
    const struct li_election *election = &pabulib->election;
    bool points = pabulib->vote == LI_VOTE_CUMULATIVE || pabulib->vote == LI_VOTE_SCORING;

    li_buf_text(buf, points ? "VOTES\nvoter_id;vote;points\n" : "VOTES\nvoter_id;vote\n");
    for (size_t i = 0; i < election->voice_count; i++) {
        uint32_t from = election->starts[i], to = election->starts[i + 1];
        write_field(buf, pabulib->voters[i]);
        li_buf_char(buf, ';');
        for (uint32_t j = from; j < to; j++) {
            li_buf_text(buf, j > from ? "," : "");
            li_buf_str(buf, pabulib->options[election->named[j]].id);
        }
        for (uint32_t j = from; points && j < to; j++) {
            li_buf_text(buf, j > from ? "," : ";");
            li_buf_i64(buf, election->marks[j]);
        }
        li_buf_char(buf, '\n');
    }
}

void li_pabulib_write(struct li_buf *buf, const struct li_pabulib *pabulib)
{
    const struct li_election *election = &pabulib->election;

    li_buf_text(buf, "META\nkey;value\n");
    for (size_t i = 0; i < pabulib->meta_count; i++) {
        write_field(buf, pabulib->meta[i].key);
        li_buf_char(buf, ';');
        write_field(buf, pabulib->meta[i].value);
        li_buf_char(buf, '\n');
    }
    li_buf_text(buf, pabulib->has_selected ? "PROJECTS\nproject_id;cost;name;selected\n"
                                           : "PROJECTS\nproject_id;cost;name\n");
    for (size_t i = 0; i < election->option_count; i++) {
        write_field(buf, pabulib->options[i].id);
        li_buf_char(buf, ';');
        write_amount(buf, election->costs[i]);
        li_buf_char(buf, ';');
        write_field(buf, pabulib->options[i].name);
        if (pabulib->has_selected) {
            li_buf_text(buf, pabulib->options[i].selected ? ";1" : ";0");
        }
        li_buf_char(buf, '\n');
    }
    write_votes(buf, pabulib);
}

/* ---- the rule
 * ------------------------------------------------------------------------------------------------
 */

int li_pabulib_how(struct li_ctx *ctx, const struct li_pabulib *pabulib, struct li_count_how *ret)
{
    struct li_str rule = li_pabulib_meta(pabulib, "rule");

    if (li_str_is(rule, "points")) {
        struct li_str seats = li_pabulib_meta(pabulib, "seats");
        int64_t count = 1;
        if (seats.len && (!li_str_to_i64(seats, &count) || count < 1)) {
            return LI_FAIL(ctx, LI_E_INVALID, "seats that are no number");
        }
        *ret = (struct li_count_how){.rule = LI_COUNT_POINTS, .seats = (size_t)count};
    } else if (li_str_is(rule, "ranked")) {
        *ret = (struct li_count_how){.rule = LI_COUNT_RANKED};
    } else if (!rule.len || li_str_is(rule, "greedy")) {
        *ret = (struct li_count_how){.rule = LI_COUNT_GREEDY};
    } else if (li_str_is(rule, "equalshares")) {
        *ret = (struct li_count_how){.rule = LI_COUNT_SHARES};
    } else if (li_str_is(rule, "equalshares/add1")) {
        *ret = (struct li_count_how){.rule = LI_COUNT_SHARES, .step = FEN};
    } else {
        return LI_FAIL(ctx, LI_E_INVALID, "the rule %.*s is not known here", LI_P(rule));
    }
    return 0;
}
