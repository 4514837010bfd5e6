-- The street's lists of duties.

-- kind: 0 the street's own, 1 together with departments, 2 taken back by them.
create table duty_list (
    tenant I64 not null,
    no I64 not null,
    kind I64 not null,
    item text not null,
    class text not null,
    topic text not null,
    organization I64,
    department text not null,
    basis text not null,
    primary key (tenant, no)
) OPTS;
