-- Cases that open of themselves: which rhythms run, what was drawn for a window, and what became of it.

create table rhythm (
    tenant I64 not null,
    id I64 not null,
    playbook text not null,
    name text not null,
    runs I64 not null,
    area_path text not null,
    next_at I64,
    day I64,
    primary key (tenant, id)
) CLUSTERED;
create unique index rhythm_name on rhythm (tenant, playbook, name);

create table rhythm_day (
    tenant I64 not null,
    rhythm I64 not null,
    day I64 not null,
    planned I64 not null,
    opened I64 not null,
    missed I64 not null,
    primary key (tenant, rhythm, day)
) CLUSTERED;

create table rhythm_time (
    tenant I64 not null,
    rhythm I64 not null,
    day I64 not null,
    place I64 not null,
    area text not null,
    at I64 not null,
    case_id I64,
    primary key (tenant, rhythm, day, place)
) CLUSTERED;
