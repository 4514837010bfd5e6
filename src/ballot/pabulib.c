/*
 * Files of elections (pabulib.h).
 */
#include "ballot/pabulib.h"

#include <strings.h>

#include "base/csv.h"
#include "base/grow.h"

#define FEN    100        /* of a unit of the currency: amounts have two places */
#define NARROW "\xc2\xa0" /* the space that does not break, between thousands */

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

static bool is_word(struct li_str text, const char *word)
{
    return text.len == strlen(word) && strncasecmp(text.ptr, word, text.len) == 0;
}

static enum table table_of(struct li_str name)
{
    return is_word(name, "META")       ? META
           : is_word(name, "PROJECTS") ? PROJECTS
           : is_word(name, "VOTES")    ? VOTES
                                       : NOWHERE;
}

static int fault(struct reading *reading, const char *what)
{
    return LI_FAIL(reading->ctx, LI_E_SYNTAX, "%.*s:%d: %s", LI_P(reading->where), reading->first,
                   what);
}

static struct li_str field(const struct reading *reading, int column)
{
    bool is_there =
        column >= 0 && column < LI_CSV_FIELDS && (size_t)column < reading->csv.field_count;

    return is_there ? reading->csv.fields[column] : LI_S("");
}

/* Marks between fields, and nothing else. */
static bool is_empty(const struct reading *reading)
{
    size_t len = 0;

    for (size_t i = 0; i < reading->csv.field_count; i++) {
        len += field(reading, (int)i).len;
    }
    return len == 0;
}

/* ---- amounts ------------------------------------------------------------------------------------
 */

/* "3", and "3.0" as tables of numbers write it. */
static bool read_whole(struct li_str text, int64_t *ret)
{
    struct li_str whole = li_str_cut(&text, '.');

    while (text.len && text.ptr[text.len - 1] == '0') {
        text.len--;
    }
    return text.len == 0 && li_str_to_i64(whole, ret);
}

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
        } else if (c != ' ' && c != '\'' && c != NARROW[0] && c != NARROW[1]) {
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
        if (is_word(pabulib->meta[i].key, key)) {
            return pabulib->meta[i].value;
        }
    }
    return (struct li_str){0};
}

/* One choice is an approval of one. */
static int read_type(struct reading *reading, struct li_str value)
{
    static const struct {
        const char *name;
        enum li_pabulib_vote vote;
    } types[] = {{"", LI_VOTE_APPROVAL},
                 {"approval", LI_VOTE_APPROVAL},
                 {"choose-1", LI_VOTE_APPROVAL},
                 {"ordinal", LI_VOTE_ORDINAL},
                 {"cumulative", LI_VOTE_CUMULATIVE},
                 {"scoring", LI_VOTE_SCORING}};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (is_word(value, types[i].name)) {
            reading->pabulib->vote = types[i].vote;
            return 0;
        }
    }
    return fault(reading, "a kind of vote that is not known");
}

static int read_meta(struct reading *reading)
{
    struct li_pabulib *pabulib = reading->pabulib;
    struct li_str key = field(reading, 0), value = field(reading, 1);

    if (!key.len || table_of(key) != NOWHERE) {
        return key.len || value.len ? fault(reading, "a value without a key") : 0;
    }
    if (pabulib->meta_count == LI_PABULIB_META) {
        return fault(reading, "more keys than any election has");
    }
    pabulib->meta[pabulib->meta_count].key = key;
    pabulib->meta[pabulib->meta_count++].value = value;
    if (is_word(key, "budget") && !read_amount(value, &pabulib->election.budget)) {
        return fault(reading, "a budget that is no amount");
    }
    return is_word(key, "vote_type") ? read_type(reading, value) : 0;
}

/* ---- PROJECTS
 * -------------------------------------------------------------------------------------- */

static int read_project(struct reading *reading)
{
    struct li_election *election = &reading->pabulib->election;
    struct li_str id = field(reading, reading->id), name = field(reading, reading->name);
    struct li_str selected = field(reading, reading->selected);
    int64_t taken = 0;
    void *options = li_grow(reading->ctx, reading->pabulib->options, election->option_count,
                            &reading->options_cap, sizeof(struct li_pabulib_option));
    void *costs = li_grow(reading->ctx, reading->costs, election->option_count, &reading->costs_cap,
                          sizeof(int64_t));

    if (!options || !costs) {
        return -LI_E_NOMEM;
    }
    reading->pabulib->options = options;
    reading->costs = costs;
    if (is_empty(reading)) {
        return 0;
    }
    if (election->option_count == LI_ELECTION_OPTIONS) {
        return fault(reading, "more projects than can be counted");
    }
    if (id.len == 0 || table_of(id) != NOWHERE || memchr(id.ptr, ',', id.len) ||
        !read_amount(field(reading, reading->cost), &reading->costs[election->option_count])) {
        return fault(reading, "a project without a number or a cost");
    }
    if (selected.len && (!read_whole(selected, &taken) || taken < 0 || taken > 9)) {
        return fault(reading, "neither selected nor not");
    }
    reading->pabulib->options[election->option_count++] =
        (struct li_pabulib_option){.id = id, .name = name, .selected = (int)taken};
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

static int add_option(struct reading *reading, uint16_t option, int64_t mark)
{
    size_t at = reading->named_count;
    uint16_t *named =
        li_grow(reading->ctx, reading->named, at, &reading->named_cap, sizeof(*named));
    int32_t *marks = li_grow(reading->ctx, reading->marks, at, &reading->marks_cap, sizeof(*marks));

    if (!named || !marks) {
        return -LI_E_NOMEM;
    }
    reading->named = named;
    reading->marks = marks;
    named[at] = option;
    marks[at] = (int32_t)mark;
    reading->named_count++;
    return 0;
}

static int add_name(struct reading *reading, struct li_str id, int64_t mark)
{
    uint16_t option = reading->slots[slot_of(reading, id)];

    if (!option) {
        return fault(reading, "a vote for a project that there is not");
    }
    if (mark > INT32_MAX || mark < (reading->pabulib->vote == LI_VOTE_SCORING ? INT32_MIN : 0)) {
        return fault(reading, "points that are no points");
    }
    return add_option(reading, (uint16_t)(option - 1), mark);
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
        if (longest.len && !read_whole(longest, &most)) {
            return fault(reading, "a length that is no number");
        }
        *ret = most - (int64_t)place;
        return 0;
    case LI_VOTE_CUMULATIVE:
    case LI_VOTE_SCORING:
        return points->ptr && read_whole(li_str_trim(li_str_cut(points, ',')), ret)
                   ? 0
                   : fault(reading, "not as many points as projects");
    }
    li_assert(!"a vote of no kind");
}

/* The score of what a voter left out, where the file has one. */
static int add_unnamed(struct reading *reading, uint32_t from)
{
    struct li_str text = li_pabulib_meta(reading->pabulib, "default_score");
    size_t count = reading->pabulib->election.option_count, to = reading->named_count;
    int64_t score = 0;
    bool *named;
    int r = 0;

    if (reading->pabulib->vote != LI_VOTE_SCORING || !text.len) {
        return 0;
    }
    if (!read_whole(text, &score) || score < INT32_MIN || score > INT32_MAX) {
        return fault(reading, "a default score that is no number");
    }
    named = score ? li_alloc_array(reading->ctx, count, sizeof(*named)) : NULL;
    if (!named) {
        return score ? -LI_E_NOMEM : 0;
    }
    for (size_t i = from; i < to; i++) {
        named[reading->named[i]] = true;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = named[i] ? 0 : add_option(reading, (uint16_t)i, score);
    }
    return r;
}

static int read_vote(struct reading *reading)
{
    struct li_election *election = &reading->pabulib->election;
    struct li_str vote = field(reading, reading->vote), points = field(reading, reading->points);
    struct li_str voter = field(reading, reading->voter);
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
    if (table_of(voter) != NOWHERE) {
        return fault(reading, "a voter with the name of a table");
    }
    voters[election->voice_count] = voter;
    for (size_t place = 0; r == 0 && vote.len;) {
        struct li_str id = li_str_trim(li_str_cut(&vote, ','));
        int64_t mark;
        if (id.len) {
            r = mark_of(reading, &points, place++, &mark);
            r = r ? r : add_name(reading, id, mark);
        }
    }
    if (r || (!voter.len && reading->named_count == starts[election->voice_count])) {
        return r; /* a row of nothing is no blank voice */
    }
    r = add_unnamed(reading, starts[election->voice_count]);
    election->voice_count++;
    starts[election->voice_count] = (uint32_t)reading->named_count;
    return r;
}

/* ---- the file
 * -------------------------------------------------------------------------------------------- */

static int column(const struct reading *reading, const char *name)
{
    for (size_t i = 0; i < reading->csv.field_count && i < LI_CSV_FIELDS; i++) {
        if (is_word(reading->csv.fields[i], name)) {
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
    return is_word(field(reading, 0), "key") ? 0 : read_meta(reading);
}

/* A row that names a table has nothing else in it, but perhaps the marks of a spreadsheet. */
static enum table begins_of(const struct reading *reading)
{
    for (size_t i = 1; i < reading->csv.field_count; i++) {
        if (field(reading, (int)i).len) {
            return NOWHERE;
        }
    }
    return table_of(reading->csv.fields[0]);
}

static int read_row(struct reading *reading)
{
    enum table begins = begins_of(reading);

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
        .ctx = ctx, .where = where, .csv = {.line = 1, .mark = ';', .loose = true}, .pabulib = ret};
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

static bool is_plain(struct li_str text)
{
    const char *letters = text.len ? text.ptr : "";

    return !memchr(letters, ';', text.len) && !memchr(letters, '"', text.len) &&
           !memchr(letters, '\n', text.len);
}

static void write_quoted(struct li_buf *buf, struct li_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') {
            li_buf_char(buf, '"');
        }
        li_buf_char(buf, text.ptr[i]);
    }
}

static void write_field(struct li_buf *buf, struct li_str text)
{
    if (is_plain(text)) {
        li_buf_str(buf, text);
        return;
    }
    li_buf_char(buf, '"');
    write_quoted(buf, text);
    li_buf_char(buf, '"');
}

/* Projects of a voice, with commas between. */
static void write_vote(struct li_buf *buf, const struct li_pabulib *pabulib, uint32_t from,
                       uint32_t to)
{
    const uint16_t *named = pabulib->election.named;
    bool plain = true;

    for (uint32_t i = from; i < to; i++) {
        plain &= is_plain(pabulib->options[named[i]].id);
    }
    li_buf_text(buf, plain ? "" : "\"");
    for (uint32_t i = from; i < to; i++) {
        li_buf_text(buf, i > from ? "," : "");
        write_quoted(buf, pabulib->options[named[i]].id);
    }
    li_buf_text(buf, plain ? "" : "\"");
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
        write_vote(buf, pabulib, from, to);
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
            li_buf_char(buf, ';');
            li_buf_i64(buf, pabulib->options[i].selected);
        }
        li_buf_char(buf, '\n');
    }
    write_votes(buf, pabulib);
}

/* ---- the rule
 * ------------------------------------------------------------------------------------------------
 */

/* The library's rules by name. */
static const struct {
    const char *name;
    struct li_count_how how;
} rules[] = {
    {"", {.rule = LI_COUNT_GREEDY}},
    {"greedy", {.rule = LI_COUNT_GREEDY}},
    {"greedy-threshold", {.rule = LI_COUNT_GREEDY}},
    {"greedy-no-skip", {.rule = LI_COUNT_GREEDY, .stops = true}},
    {"equalshares", {.rule = LI_COUNT_SHARES}},
    {"equalshares/add1", {.rule = LI_COUNT_SHARES, .step = FEN}},
    {"equalshares-comparison", {.rule = LI_COUNT_SHARES, .compared = true}},
    {"equalshares/add1-comparison", {.rule = LI_COUNT_SHARES, .step = FEN, .compared = true}},
    {"ranked", {.rule = LI_COUNT_RANKED}},
    {"points", {.rule = LI_COUNT_POINTS, .seats = 1}},
};

/* A number META has, or `ret` as it is. */
static int number_of(struct li_ctx *ctx, const struct li_pabulib *pabulib, const char *key,
                     int64_t *ret)
{
    struct li_str text = li_pabulib_meta(pabulib, key);

    return !text.len || (read_whole(text, ret) && *ret >= 0)
               ? 0
               : LI_FAIL(ctx, LI_E_INVALID, "%s is no number", key);
}

int li_pabulib_how(struct li_ctx *ctx, const struct li_pabulib *pabulib, struct li_count_how *ret)
{
    struct li_str rule = li_pabulib_meta(pabulib, "rule");
    int64_t seats = 1, least = 0;
    int r = number_of(ctx, pabulib, "seats", &seats);

    r = r ? r : number_of(ctx, pabulib, "min_project_score_threshold", &least);
    if (r || seats < 1) {
        return r ? r : LI_FAIL(ctx, LI_E_INVALID, "seats that are no number");
    }
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (is_word(rule, rules[i].name)) {
            *ret = rules[i].how;
            ret->seats = (size_t)seats;
            ret->least = least;
            ret->list_breaks = !is_word(li_pabulib_meta(pabulib, "tie_breaking"), "cost");
            return 0;
        }
    }
    return LI_FAIL(ctx, LI_E_INVALID, "the rule %.*s is not known here", LI_P(rule));
}
