-- Of a telephone number a keyed hash, so that the same caller is found without it; gone with the value.
alter table vault add column blind BLOB;
create index vault_blind on vault (tenant, blind, entity) where blind is not null;
