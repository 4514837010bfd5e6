-- What the office decides for itself: settings, class codes, codes on walls; the edition of a password.

create table setting (
    tenant I64 not null,
    name text not null,
    value BLOB not null,
    since I64 not null,
    primary key (tenant, name)
) CLUSTERED;

create table code (
    tenant I64 not null,
    scheme text not null,
    code text not null,
    grp text not null,
    grp_en text not null,
    name text not null,
    name_en text not null,
    edition text not null,
    evidence text not null,
    since I64 not null,
    until I64,
    primary key (tenant, scheme, code)
) CLUSTERED;

create table qr (
    tenant I64 not null,
    number I64 not null,
    area text not null,
    made_at I64 not null,
    retired_at I64,
    primary key (tenant, number)
) OPTS;
create index qr_area on qr (tenant, area);

create index account_person on account (tenant, person);
alter table account add column edition I64 not null default 1;
alter table session add column edition I64 not null default 1;
