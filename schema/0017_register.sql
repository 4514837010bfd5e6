-- since, until: days, 0 where nothing is said.  f1 … f4: the values of the register's find fields.
-- Registers: their files, their rows, what became of each, and the words rows are found by.

create table register_def (
    tenant I64 not null,
    name text not null,
    version I64 not null,
    hash BLOB not null,
    source BLOB not null,
    adopted_at I64 not null,
    primary key (tenant, name, version)
) OPTS;

create table register_row (
    tenant I64 not null,
    id I64 not null,
    register text not null,
    version I64 not null,
    rev I64 not null,
    code text not null,
    name text not null,
    area text not null,
    area_path text not null,
    since I64 not null,
    until I64 not null,
    f1 text not null,
    f2 text not null,
    f3 text not null,
    f4 text not null,
    fields BLOB not null,
    texts BLOB not null,
    made_at I64 not null,
    changed_at I64 not null,
    gone I64 not null,
    primary key (tenant, id)
) OPTS;
create unique index register_row_code on register_row (tenant, register, code) where gone = 0;
create index register_row_name on register_row (tenant, register, name) where gone = 0;
create index register_row_area on register_row (tenant, register, gone, area_path, code);
create index register_row_until on register_row (tenant, register, gone, until, id) where until > 0;
create index register_row_f1 on register_row (tenant, register, gone, f1, area_path, code);
create index register_row_f2 on register_row (tenant, register, gone, f2, area_path, code);
create index register_row_f3 on register_row (tenant, register, gone, f3, area_path, code);
create index register_row_f4 on register_row (tenant, register, gone, f4, area_path, code);

create table register_step (
    tenant I64 not null,
    row_id I64 not null,
    rev I64 not null,
    seq I64 not null,
    at I64 not null,
    account I64,
    what text not null,
    fields BLOB not null,
    primary key (tenant, row_id, rev)
) CLUSTERED;

create table register_word (
    tenant I64 not null,
    register text not null,
    word text not null,
    row_id I64 not null,
    primary key (tenant, register, word, row_id)
) CLUSTERED;

create table register_link (
    tenant I64 not null,
    target I64 not null,
    field text not null,
    source I64 not null,
    primary key (tenant, target, field, source)
) CLUSTERED;

create table register_columns (
    tenant I64 not null,
    register text not null,
    columns BLOB not null,
    primary key (tenant, register)
) CLUSTERED;

create table case_subject (
    tenant I64 not null,
    row_id I64 not null,
    case_id I64 not null,
    at I64 not null,
    primary key (tenant, row_id, case_id)
) CLUSTERED;
