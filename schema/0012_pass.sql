-- One-time links: who holds one works on one part of a case without an account.

create table pass (
    tenant I64 not null,
    case_id I64 not null,
    part I64 not null,
    edition I64 not null,
    token BLOB not null,
    made_at I64 not null,
    until I64 not null,
    ended_at I64,
    primary key (tenant, case_id, part)
) CLUSTERED;
create unique index pass_token on pass (tenant, token) where ended_at is null;
