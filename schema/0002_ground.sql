-- Areas and people: the ground the domain stands on.

create table area (
    tenant I64 not null,
    code text not null,
    kind text not null,
    name text not null,
    parent text,
    path text not null,
    primary key (tenant, code)
) OPTS;
create unique index area_path on area (tenant, path);

create table organization (
    tenant I64 not null,
    id I64 not null,
    name text not null,
    area_path text not null,
    primary key (tenant, id)
) OPTS;
create unique index organization_name on organization (tenant, name);

create table person (
    tenant I64 not null,
    id I64 not null,
    name text not null,
    primary key (tenant, id)
) OPTS;

create table account (
    tenant I64 not null,
    id I64 not null,
    login text not null,
    person I64 not null,
    password text not null,
    primary key (tenant, id),
    foreign key (tenant, person) references person (tenant, id)
) OPTS;
create unique index account_login on account (tenant, login);

create table appointment (
    tenant I64 not null,
    id I64 not null,
    person I64 not null,
    post text not null,
    area_path text not null,
    organization I64,
    since I64 not null,
    until I64,
    primary key (tenant, id),
    foreign key (tenant, person) references person (tenant, id)
) OPTS;
create index appointment_person on appointment (tenant, person);
create index appointment_post on appointment (tenant, post, area_path);

create table login_failure (
    tenant I64 not null,
    login text not null,
    failures I64 not null,
    forget_at I64 not null,
    primary key (tenant, login)
) CLUSTERED;

create table session (
    tenant I64 not null,
    token BLOB not null,
    account I64 not null,
    expires_at I64 not null,
    primary key (tenant, token)
) CLUSTERED;
