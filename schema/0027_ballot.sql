-- Ballots: their words, who may vote (roll), sealed voices (urn), papers entered twice, what was
-- opened until it is counted, what was published, objections.  Instants; 0 or null: not yet.
-- way: how an elector voted, 1 by code or signed in, 2 on paper.  kind of an opened row: 0 a
-- choice, 1 a receipt; neither says whose.

create table ballot (
    tenant I64 not null,
    id I64 not null,
    rev I64 not null,
    state I64 not null,
    area_path text not null,
    spec BLOB not null,
    drafted_by I64 not null,
    checked_by I64 not null,
    opens_at I64 not null,
    closes_at I64 not null,
    closed_at I64 not null,
    counted_at I64 not null,
    publicity_until I64 not null,
    final_at I64 not null,
    lot text not null,
    electors I64 not null,
    papers I64 not null,
    damaged I64 not null,
    primary key (tenant, id)
) OPTS;
create index ballot_public on ballot (tenant, id) where state > 0;

create table ballot_elector (
    tenant I64 not null,
    ballot I64 not null,
    no I64 not null,
    kind text not null,
    ref I64 not null,
    label BLOB,
    edition I64 not null,
    code BLOB,
    way I64 not null,
    blind BLOB,
    primary key (tenant, ballot, no)
) OPTS;
create unique index ballot_elector_code on ballot_elector (tenant, code) where code is not null;
create unique index ballot_elector_blind on ballot_elector (tenant, ballot, blind)
    where blind is not null;
create index ballot_elector_ref on ballot_elector (tenant, ballot, kind, ref) where ref <> 0;

create table ballot_urn (
    tenant I64 not null,
    ballot I64 not null,
    open_key BLOB not null,
    shut_key BLOB not null,
    primary key (tenant, ballot)
) CLUSTERED;

create table ballot_voice (
    tenant I64 not null,
    ballot I64 not null,
    slot BLOB not null,
    sealed BLOB not null,
    mark BLOB not null,
    primary key (tenant, ballot, slot)
) CLUSTERED;

create table ballot_sheet (
    tenant I64 not null,
    ballot I64 not null,
    sheet I64 not null,
    first_by I64 not null,
    first BLOB not null,
    second_by I64 not null,
    second BLOB,
    primary key (tenant, ballot, sheet)
) CLUSTERED;

create table ballot_opened (
    tenant I64 not null,
    ballot I64 not null,
    kind I64 not null,
    place BLOB not null,
    bytes BLOB not null,
    primary key (tenant, ballot, kind, place)
) CLUSTERED;

create table ballot_result (
    tenant I64 not null,
    ballot I64 not null,
    at I64 not null,
    result BLOB not null,
    file BLOB not null,
    receipts BLOB not null,
    primary key (tenant, ballot)
) CLUSTERED;

create table ballot_objection (
    tenant I64 not null,
    ballot I64 not null,
    no I64 not null,
    at I64 not null,
    text_slot I64 not null,
    answered_at I64 not null,
    answer_slot I64 not null,
    primary key (tenant, ballot, no)
) CLUSTERED;
