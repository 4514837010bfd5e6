-- Programmes the tenant switched off: no new case opens by them.  A row while one is off.
create table playbook_off (
    tenant I64 not null,
    name text not null,
    since I64 not null,
    primary key (tenant, name)
) OPTS;
