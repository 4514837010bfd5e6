-- Upper orders: known by the number of the platform they come from; and how its sheets are read.

create table order_source (
    tenant I64 not null,
    name text not null,
    spec BLOB not null,
    since I64 not null,
    primary key (tenant, name)
) CLUSTERED;

create table upper_order (
    tenant I64 not null,
    source text not null,
    number text not null,
    case_id I64 not null,
    due_at I64 not null,
    since I64 not null,
    replied_at I64 not null default 0,
    reply_slot I64,
    primary key (tenant, source, number)
) CLUSTERED;
create index upper_order_case on upper_order (tenant, case_id);
create index upper_order_waiting on upper_order (tenant, due_at, case_id) where replied_at = 0;
create index upper_order_replied on upper_order (tenant, replied_at, case_id) where replied_at > 0;
