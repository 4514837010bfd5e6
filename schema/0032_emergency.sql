-- An emergency somebody entitled declared: between its times, and for the turns of duty of its
-- area alone, who has come and gone may be told.  Basis, reason and what is told lie in the
-- vault; what was told is erased at erase_at.
create table emergency (
    tenant I64 not null,
    id I64 not null,
    area_path text not null,
    declared_by I64 not null,
    since I64 not null,
    until I64 not null,
    erase_at I64 not null,
    primary key (tenant, id)
) OPTS;
create index emergency_time on emergency (tenant, erase_at);
