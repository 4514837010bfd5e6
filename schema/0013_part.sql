-- A part of any kind: the post it was made for, what it was made as, the part it is
-- about, and what it keeps of its own (canonical JSON; null: nothing).

alter table part add column post text;
alter table part add column role text;
alter table part add column about I64;
alter table part add column fields BLOB;
