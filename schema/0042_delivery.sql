-- Messages on their way out of the house, each until the gateway has taken it; `state`: waiting, or
-- dead when it was tried in vain.  `answer`: the gateway's last status, 0 when it gave none.
create table delivery (
    tenant I64 not null,
    id I64 not null,
    case_id I64 not null,
    no I64 not null,
    state text not null,
    since I64 not null,
    at I64 not null,
    tries I64 not null,
    answer I64 not null,
    primary key (tenant, id)
) OPTS;
create unique index delivery_message on delivery (tenant, case_id, no);
create index delivery_waiting on delivery (at) where state = 'waiting';
create index delivery_dead on delivery (tenant, id) where state = 'dead';
