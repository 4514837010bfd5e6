-- Where a tenant's draws come from: the root of its chain of seeds, and the month it begins
-- with.  A row only where a playbook draws.
create table sample (
    tenant I64 not null,
    begun I64 not null,
    root BLOB not null,
    since I64 not null,
    primary key (tenant)
) OPTS;
