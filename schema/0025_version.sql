-- Which version of its playbook a case had until an entry; only of those that were migrated.

create table case_version (
    tenant I64 not null,
    case_id I64 not null,
    seq I64 not null,
    version I64 not null,
    primary key (tenant, case_id, seq)
) CLUSTERED;
