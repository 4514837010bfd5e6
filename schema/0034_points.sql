-- From when until when a row of a register is taken by a case: a volunteer by a service, a room by
-- a booking.  No two of one row overlap.
create table occupied (
    tenant I64 not null,
    case_id I64 not null,
    row_id I64 not null,
    since I64 not null,
    until I64 not null,
    primary key (tenant, case_id)
) OPTS;
-- Cases that can be checked by number and code.
create table told_number (
    tenant I64 not null,
    number text not null,
    case_id I64 not null,
    primary key (tenant, number, case_id)
) OPTS;
create index occupied_time on occupied (tenant, row_id, until);
