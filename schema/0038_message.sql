-- What a case tells who reported it: by the action of its playbook, or "@STATE.PERCENT" where
-- a clock's step told it; the words are the playbook's.  Unread until `seen_at`.
create table message (
    tenant I64 not null,
    case_id I64 not null,
    no I64 not null,
    what text not null,
    told_at I64 not null,
    seen_at I64,
    primary key (tenant, case_id, no)
) CLUSTERED;
