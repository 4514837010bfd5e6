-- A paper that was given out is kept as it was: its file lies in the vault under copy_id.
alter table paper add column copy_id I64;
alter table paper add column given_at I64;
alter table paper add column shows text;
