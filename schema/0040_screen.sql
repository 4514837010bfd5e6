-- Computers on walls that show how an area stands.
create table screen (
    tenant I64 not null,
    id I64 not null,
    name text not null,
    area_path text not null,
    since I64 not null,
    until I64,
    primary key (tenant, id)
) OPTS;
