-- Pictures sent and not yet taken by a case; photos of cases.

create table upload (
    tenant I64 not null,
    token BLOB not null,
    blob BLOB not null,
    thumb BLOB not null,
    width I64 not null,
    height I64 not null,
    bytes I64 not null,
    lon I64,
    lat I64,
    taken_at I64,
    expires_at I64 not null,
    primary key (tenant, token)
) OPTS;
create index upload_expires on upload (tenant, expires_at);
create index upload_blob on upload (tenant, blob);
create index upload_thumb on upload (tenant, thumb);

create table photo (
    tenant I64 not null,
    case_id I64 not null,
    no I64 not null,
    blob BLOB not null,
    thumb BLOB not null,
    width I64 not null,
    height I64 not null,
    bytes I64 not null,
    at I64 not null,
    primary key (tenant, case_id, no)
) OPTS;
create index photo_blob on photo (tenant, blob);
create index photo_thumb on photo (tenant, thumb);
