-- A tenant that has moved to another store, or is on its way: closed = 1 and no command runs here.
alter table head add column closed I64 not null default 0;
