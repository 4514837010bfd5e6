-- What `record` owns: tenants, the chained history, due rows, request keys, cursors, seals.

create table tenant (
    tenant I64 not null primary key,
    slug text not null unique,
    code text not null,
    name text not null,
    rev I64 not null,
    wrapped_key BLOB not null
) OPTS;

create table head (
    tenant I64 not null primary key,
    seq I64 not null,
    hash BLOB not null,
    recorded_at I64 not null,
    turn I64 not null
) OPTS;

create table history (
    tenant I64 not null,
    seq I64 not null,
    at I64 not null,
    entity I64 not null,
    command text not null,
    actor text not null,
    payload BLOB not null,
    hash BLOB not null,
    primary key (tenant, seq)
) OPTS;
create index history_entity on history (tenant, entity, seq);

create table request_key (
    tenant I64 not null,
    key text not null,
    actor text not null,
    fingerprint BLOB not null,
    entity I64 not null,
    seq I64 not null,
    at I64 not null,
    primary key (tenant, key, actor)
) CLUSTERED;
create index request_key_at on request_key (tenant, at);

create table due (
    tenant I64 not null,
    entity I64 not null,
    slot I64 not null,
    at I64 not null,
    command text not null,
    args BLOB not null,
    attempts I64 not null,
    parked I64 not null,
    primary key (tenant, entity, slot)
) CLUSTERED;
create index due_next on due (at, tenant, entity, slot) where parked = 0;
create index due_parked on due (tenant, at) where parked = 1;

create table consumer_cursor (
    tenant I64 not null,
    consumer text not null,
    seq I64 not null,
    attempts I64 not null,
    parked I64 not null,
    primary key (tenant, consumer)
) CLUSTERED;

create table number_series (
    tenant I64 not null,
    series text not null,
    period text not null,
    last I64 not null,
    primary key (tenant, series, period)
) CLUSTERED;

create table vault (
    tenant I64 not null,
    entity I64 not null,
    slot I64 not null,
    field text not null,
    sealed I64 not null,
    salt BLOB,
    value BLOB,
    erased_rule text,
    erased_at I64,
    primary key (tenant, entity, slot)
) OPTS;

create table seal (
    tenant I64 not null,
    seq I64 not null,
    root BLOB not null,
    frontier BLOB not null,
    at I64 not null,
    signature BLOB not null,
    primary key (tenant, seq)
) OPTS;

create table tally (
    tenant I64 not null,
    scope I64 not null,
    area text not null,
    playbook text not null,
    state text not null,
    n I64 not null,
    primary key (tenant, scope, area, playbook, state)
) CLUSTERED;
