-- How many rows in use there are of each value they are found by, place by place.
create table register_count (
    tenant I64 not null,
    register text not null,
    place I64 not null,
    value text not null,
    area_path text not null,
    held I64 not null,
    primary key (tenant, register, place, value, area_path)
) CLUSTERED;
insert into register_count select tenant, register, 0, f1, area_path, count(*) from register_row where gone = 0 group by tenant, register, f1, area_path;
insert into register_count select tenant, register, 1, f2, area_path, count(*) from register_row where gone = 0 group by tenant, register, f2, area_path;
insert into register_count select tenant, register, 2, f3, area_path, count(*) from register_row where gone = 0 group by tenant, register, f3, area_path;
insert into register_count select tenant, register, 3, f4, area_path, count(*) from register_row where gone = 0 group by tenant, register, f4, area_path;
