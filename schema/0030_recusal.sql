-- Open cases that name somebody who is recused: few, so that counts can leave them out.
create table recusal (
    tenant I64 not null,
    case_id I64 not null,
    primary key (tenant, case_id)
) OPTS;
