-- The index of words (record/search).  A row is a case; its words are linli's own tokens, each beginning
-- with scope and tenant.  SQLite keeps no text, only where a word is found; rowid is the case.

SQLITE create virtual table search using fts5 (
    tokens, content = '', detail = 'none', columnsize = 0, tokenize = 'ascii'
);

POSTGRES create table search (
    tenant I64 not null,
    entity I64 not null,
    tokens tsvector not null,
    primary key (tenant, entity)
) OPTS;
POSTGRES create index search_tokens on search using gin (tokens);

-- Open cases by age: what is asked of them does not walk over the closed ones.
create index cases_open on cases (tenant, id) where closed_at is null;
