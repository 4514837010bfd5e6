-- Rows of two tenants that are one person's, kept where the person joined them: `other` is the slug
-- of the other tenant, `made` when the code was that joined them.
create table row_joined (
    tenant I64 not null,
    row_id I64 not null,
    other text not null,
    other_row I64 not null,
    made I64 not null,
    at I64 not null,
    gone I64 not null,
    primary key (tenant, row_id, other)
) OPTS;
create index row_joined_other on row_joined (tenant, other, other_row);
