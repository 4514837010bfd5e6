-- Playbook versions, cases, their parts and parties.

create table playbook (
    tenant I64 not null,
    name text not null,
    version I64 not null,
    hash BLOB not null,
    source BLOB not null,
    adopted_at I64 not null,
    primary key (tenant, name, version)
) OPTS;

create table cases (
    tenant I64 not null,
    id I64 not null,
    playbook text not null,
    version I64 not null,
    number text not null,
    rev I64 not null,
    state text not null,
    scope I64 not null,
    via text not null,
    area text not null,
    area_path text not null,
    fields BLOB not null,
    owner_post text,
    owner_area text,
    owner_org I64,
    since I64 not null,
    due_at I64,
    due_edition I64 not null,
    overdue I64 not null,
    rework I64 not null,
    opened_at I64 not null,
    closed_at I64,
    primary key (tenant, id)
) OPTS;
create index cases_waiting on cases (tenant, owner_post, owner_area, due_at) where closed_at is null;

create table part (
    tenant I64 not null,
    case_id I64 not null,
    no I64 not null,
    kind text not null,
    state text not null,
    organization I64,
    owner_post text,
    owner_area text,
    since I64 not null,
    due_at I64,
    due_edition I64 not null,
    overdue I64 not null,
    handled_by text,
    ended_at I64,
    primary key (tenant, case_id, no)
) OPTS;
create index part_waiting on part (tenant, organization, owner_post, due_at) where ended_at is null;

create table party (
    tenant I64 not null,
    case_id I64 not null,
    no I64 not null,
    role text not null,
    person I64,
    token BLOB not null,
    since I64 not null,
    primary key (tenant, case_id, no)
) CLUSTERED;
create unique index party_token on party (tenant, token);
