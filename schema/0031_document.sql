-- Documents beside photos: what kind of file it is (base/filetype.h); 0 is a picture.
alter table upload add column kind I64 not null default 0;
alter table photo add column kind I64 not null default 0;
