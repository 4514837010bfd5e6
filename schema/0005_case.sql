-- Places, classes and levels of cases; counters of any name; when a part was
-- sent; who follows a case.

alter table cases add column place_lon I64;
alter table cases add column place_lat I64;
alter table cases add column place_cell I64;
alter table cases add column class text;
alter table cases add column level I64 not null default 0;
alter table cases add column counts text not null default '{}';
alter table cases add column handled_by text;
alter table cases add column photos I64 not null default 0;
alter table cases add column followers I64 not null default 0;
update cases set counts = '{"rework":' || cast(rework as text) || '}' where rework > 0;
alter table cases drop column rework;
create index cases_near on cases (tenant, place_cell, id) where closed_at is null and scope = 0;

alter table part add column begun_at I64 not null default 0;
update part set begun_at = since;
