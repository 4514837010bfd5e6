-- What a case counts with among those of its playbook that are alike: `alike` names the playbook,
-- the sum and all that must be the same.  Only where the playbook asks for such sums.
create table case_sum (
    tenant I64 not null,
    case_id I64 not null,
    alike text not null,
    amount I64 not null,
    primary key (tenant, case_id, alike)
) OPTS;
create index case_sum_alike on case_sum (tenant, alike);
