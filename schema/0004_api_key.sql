-- Keys of other programs that report for people (Open311).

create table api_key (
    tenant I64 not null,
    id I64 not null,
    hash BLOB not null,
    name text not null,
    since I64 not null,
    until I64,
    primary key (tenant, id)
) OPTS;
create unique index api_key_hash on api_key (tenant, hash);
