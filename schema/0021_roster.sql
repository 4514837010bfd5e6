-- Who is on duty when, what they hand over, and who stands in for whom.

-- A turn of duty is an appointment to one of the posts of duty, from since to until; the row
-- says which appointment.  ended: it was taken off the roster.
create table shift (
    tenant I64 not null,
    id I64 not null,
    area_path text not null,
    post text not null,
    person I64 not null,
    since I64 not null,
    until I64 not null,
    appointment I64 not null,
    ended I64 not null default 0,
    primary key (tenant, id)
) OPTS;
create index shift_time on shift (tenant, area_path, since) where ended = 0;

-- One asks another to take a shift, perhaps for one of theirs.  agreed: null while it waits.
create table swap (
    tenant I64 not null,
    id I64 not null,
    shift I64 not null,
    other I64,
    person I64 not null,
    asked_by I64 not null,
    asked_at I64 not null,
    agreed I64,
    answered_at I64,
    primary key (tenant, id)
) OPTS;
create index swap_open on swap (tenant, person) where agreed is null;

-- A hand-over or a weekly text; its words lie in the vault.
create table report (
    tenant I64 not null,
    id I64 not null,
    kind text not null,
    area_path text not null,
    since I64 not null,
    until I64 not null,
    made_by I64 not null,
    made_at I64 not null,
    signed_by I64,
    signed_at I64,
    primary key (tenant, id)
) OPTS;
create index report_time on report (tenant, kind, area_path, until);

-- Whom an appointment stands in for, and the post somebody lent out goes back to.
alter table appointment add column stands_in_for I64;
alter table appointment add column lent_from I64;
