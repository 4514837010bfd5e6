-- What times say beyond a state's own deadline: clocks with a name, pauses, extensions (name ''), and the
-- tenant's tables of deadlines.  Only cases whose playbook uses such words have rows here.

create table clock (
    tenant I64 not null,
    case_id I64 not null,
    part I64 not null,
    name text not null,
    since I64 not null,
    due_at I64,
    edition I64 not null,
    struck I64 not null,
    overdue I64 not null,
    extended_at I64,
    basis text,
    pauses text,
    primary key (tenant, case_id, part, name)
) OPTS;

create table deadline (
    tenant I64 not null,
    name text not null,
    edition text not null,
    stage text not null,
    class text not null,
    level text not null,
    length text not null,
    since I64 not null,
    until I64,
    primary key (tenant, name, edition, stage, class, level)
) CLUSTERED;
