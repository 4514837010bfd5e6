-- The ledger: books, their accounts, entries and their lines, holds, lots.  Amounts are whole
-- numbers of a book's smallest unit; ref: whose an account is; until: an instant, 0 never.

create table ledger_book (
    tenant I64 not null,
    name text not null,
    unit text not null,
    places I64 not null,
    title_zh text not null,
    title_en text not null,
    lots I64 not null,
    opened_at I64 not null,
    primary key (tenant, name)
) CLUSTERED;

create table ledger_account (
    tenant I64 not null,
    id I64 not null,
    book text not null,
    kind text not null,
    ref I64 not null,
    name text not null,
    least I64,
    most I64,
    balance I64 not null,
    held I64 not null,
    line_count I64 not null,
    lot_count I64 not null,
    opened_at I64 not null,
    primary key (tenant, id)
) OPTS;
create unique index ledger_account_of on ledger_account (tenant, book, kind, ref, name);

create table ledger_entry (
    tenant I64 not null,
    id I64 not null,
    seq I64 not null,
    at I64 not null,
    book text not null,
    rule text not null,
    version I64 not null,
    case_id I64,
    part I64 not null,
    evidence text not null,
    made_by I64,
    approver I64,
    reverses I64,
    reversed_by I64,
    primary key (tenant, id)
) OPTS;
create index ledger_entry_case on ledger_entry (tenant, case_id, id) where case_id is not null;

create table ledger_line (
    tenant I64 not null,
    account I64 not null,
    no I64 not null,
    entry I64 not null,
    at I64 not null,
    amount I64 not null,
    balance I64 not null,
    until I64 not null,
    primary key (tenant, account, no)
) OPTS;
create index ledger_line_entry on ledger_line (tenant, entry, account, no);
create index ledger_line_at on ledger_line (tenant, account, at, no);

create table ledger_lot (
    tenant I64 not null,
    account I64 not null,
    no I64 not null,
    entry I64 not null,
    remains I64 not null,
    until I64 not null,
    primary key (tenant, account, no)
) OPTS;
create index ledger_lot_open on ledger_lot (tenant, account, no) where remains > 0;

create table ledger_hold (
    tenant I64 not null,
    id I64 not null,
    account I64 not null,
    amount I64 not null,
    until I64 not null,
    state text not null,
    case_id I64,
    made_at I64 not null,
    ended_at I64,
    primary key (tenant, id)
) OPTS;
create index ledger_hold_open on ledger_hold (tenant, account, id) where state = 'open';
