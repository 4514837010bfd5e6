-- Areas below the community, from when to when they hold, and where they lie.

alter table area add column aliases text;
alter table area add column since I64;
alter table area add column until I64;
alter table area add column lon I64;
alter table area add column lat I64;
create index area_kind on area (tenant, kind, path);

-- shape: WKB, little-endian, one MultiPolygon in degrees of CGCS2000.  given: what
-- it was made from, in the system crs, where that is another one.
create table area_shape (
    tenant I64 not null,
    code text not null,
    crs text not null,
    given BLOB,
    shape BLOB,
    primary key (tenant, code),
    foreign key (tenant, code) references area (tenant, code)
) OPTS;
