-- Ballots that a case has opened.  case_ballot: what the case knows of the one of a name, told
-- by commands; ballot 0: asked for, not yet there.  ballot_case: which case a ballot tells; parts:
-- what its options stand for there, in their order, by commas.

create table case_ballot (
    tenant I64 not null,
    case_id I64 not null,
    name text not null,
    ballot I64 not null,
    state text not null,
    passed I64 not null,
    first text not null,
    chosen text not null,
    primary key (tenant, case_id, name)
) CLUSTERED;

create table ballot_case (
    tenant I64 not null,
    ballot I64 not null,
    case_id I64 not null,
    name text not null,
    parts text not null,
    primary key (tenant, ballot)
) CLUSTERED;
