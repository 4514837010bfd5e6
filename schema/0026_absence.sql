-- When somebody is away: who stands in for them answers meanwhile.  Never why.
create table absence (
    tenant I64 not null,
    id I64 not null,
    person I64 not null,
    since I64 not null,
    until I64 not null,
    primary key (tenant, id)
) OPTS;
create index absence_person on absence (tenant, person, until);
create index absence_time on absence (tenant, until);
