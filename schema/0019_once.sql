-- What no two rows in use of a register may have in common: a room, a day and a time.
alter table register_row add column once text;
create unique index register_row_once on register_row (tenant, register, once) where gone = 0 and once is not null;
