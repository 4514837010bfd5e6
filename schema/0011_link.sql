-- Which matters belong together; one answered through another; jobs of many small commands.

-- no: counted by from_case, over all links that touch it.  party: of a case answered through
-- to_case the number its reporter has there.  seq, end_seq: the entries that made and ended it.
create table link (
    tenant I64 not null,
    from_case I64 not null,
    no I64 not null,
    kind text not null,
    to_case I64 not null,
    part I64 not null,
    party I64 not null,
    since I64 not null,
    until I64,
    seq I64 not null,
    end_seq I64,
    primary key (tenant, from_case, no)
) OPTS;
create index link_to on link (tenant, to_case, seq);

alter table cases add column merged_into I64;
alter table cases add column links I64 not null default 0;

create table job (
    tenant I64 not null,
    id I64 not null,
    command text not null,
    about I64 not null,
    account I64 not null,
    items BLOB not null,
    total I64 not null,
    placed I64 not null,
    done I64 not null,
    at I64 not null,
    stopped_at I64,
    primary key (tenant, id)
) OPTS;
