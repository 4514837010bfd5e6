-- Papers: what was made for a case, with its number; the tenant's own templates.

create table paper (
    tenant I64 not null,
    case_id I64 not null,
    no I64 not null,
    name text not null,
    part I64 not null,
    number text not null,
    made_at I64 not null,
    primary key (tenant, case_id, no)
) CLUSTERED;

create table template (
    tenant I64 not null,
    name text not null,
    source BLOB not null,
    since I64 not null,
    primary key (tenant, name)
) OPTS;
