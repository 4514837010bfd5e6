-- The public square: cases that have a page, as the history says it.  `stands` is 1 live, 2 kept
-- as archive, 3 taken down.  Derived: may be dropped and rebuilt.
create table page (
    tenant I64 not null,
    case_id I64 not null,
    number text not null,
    playbook text not null,
    kind text not null,
    community text not null,
    stands I64 not null,
    since I64 not null,
    until I64,
    changed I64 not null,
    primary key (tenant, case_id)
) OPTS;
create unique index page_number on page (tenant, number);
create index page_square on page (tenant, stands, since, case_id);
create table page_figure (
    tenant I64 not null,
    case_id I64 not null,
    name text not null,
    value I64 not null,
    primary key (tenant, case_id, name)
) OPTS;
-- No playbook before this step has a page: there is nothing to read again.
insert into consumer_cursor select tenant, 'pages', seq, 0, 0 from head;
