-- Filters somebody named: their own, or everybody's of their unit.  `holder` is a person ("p12"),
-- an organization ("o7") or, where a post has none, the area it is held at ("a440305/440305001/").
create table saved_view (
    tenant I64 not null,
    id I64 not null,
    holder text not null,
    person I64 not null,
    name text not null,
    query text not null,
    since I64 not null,
    primary key (tenant, id)
) OPTS;
create index saved_view_holder on saved_view (tenant, holder, id);
