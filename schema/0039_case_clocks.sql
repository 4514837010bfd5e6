-- Whether a case has rows in `clock`: 0, none was ever written and none is looked for.

alter table cases add column clocks I64 not null default 0;
update cases set clocks = 1 where exists (select 1 from clock where clock.tenant = cases.tenant and clock.case_id = cases.id);
