-- A STAND-IN for Citus, for tests on a plain PostgreSQL.  It distributes nothing: the functions that
-- `linli migrate --distribute` calls write down their calls and refuse, with Citus's SQLSTATE, what its
-- documentation says it refuses about tables, keys and foreign keys.  That a real cluster takes the
-- statements is shown by LINLI_TEST_CLUSTER only.
--
-- Runs in the schema that is first in search_path.

create table pg_dist_partition (
    logicalrelid regclass primary key,
    partmethod "char" not null, -- h: by a column, n: not
    partkey text,               -- Citus keeps an expression here; column_to_column_name reads both
    colocationid int not null,
    repmodel "char" not null    -- t: a copy on every node
);
create table stand_in_call (no bigserial primary key, call text not null);

create function column_to_column_name(table_name regclass, partkey text) returns text
language sql as 'select partkey' set search_path from current;

-- Functions have a search_path of their own: names are looked up, not printed.
create function stand_in_name(t regclass) returns text language sql as 'select relname::text from pg_class where oid = t';

-- What is said of both kinds: not distributed yet, no triggers.
create function stand_in_fresh(t regclass) returns void language plpgsql set search_path from current as $$
begin
    if exists (select from pg_dist_partition p where p.logicalrelid = t) then
        raise exception 'table % is already distributed', t using errcode = '42P16';
    end if;
    if exists (select from pg_trigger g where g.tgrelid = t and not g.tgisinternal) then
        raise exception 'triggers are not supported on distributed tables (%)', t using errcode = 'XX000';
    end if;
end $$;

-- Where a table is: by a column (h), everywhere (n) or local (null).
create function stand_in_kind(t regclass) returns "char" language sql set search_path from current as
$$ select p.partmethod from pg_dist_partition p where p.logicalrelid = t $$;

-- Whether the tables that foreign keys tie to t, however far, have one that lies everywhere.
create function stand_in_tied_to_reference(t regclass) returns boolean language sql set search_path from current as $$
    with recursive tied(r) as (
        select t::oid
        union
        select case when f.conrelid = tied.r then f.confrelid else f.conrelid end
        from tied join pg_constraint f on f.contype = 'f' and tied.r in (f.conrelid, f.confrelid)
    ) select exists (select from tied where stand_in_kind(r::regclass) = 'n')
$$;

create function create_distributed_table(
    table_name regclass, distribution_column text, distribution_type text default 'hash',
    colocate_with text default 'default', shard_count int default null
) returns void language plpgsql set search_path from current as $$
declare
    own smallint := (select attnum from pg_attribute where attrelid = table_name and attname = distribution_column);
    together int;
    bad text;
begin
    perform stand_in_fresh(table_name);
    if own is null then
        raise exception 'column % of % does not exist', distribution_column, table_name using errcode = '42703';
    end if;
    select i.indexrelid::regclass into bad from pg_index i
        where i.indrelid = table_name and (i.indisunique or i.indisexclusion)
        and own <> all ((i.indkey::int2[])[0:i.indnkeyatts - 1]);
    if bad is not null then
        raise exception 'unique key % does not include the partition column', bad using errcode = '0A000';
    end if;
    if colocate_with in ('none', 'default') then
        together := 1 + coalesce((select max(colocationid) from pg_dist_partition), 0);
    else
        select p.colocationid into together from pg_dist_partition p
            join pg_attribute a on a.attrelid = p.logicalrelid and a.attname = p.partkey
            join pg_attribute b on b.attrelid = table_name and b.attnum = own and a.atttypid = b.atttypid
            where p.logicalrelid = colocate_with::regclass and p.partmethod = 'h';
        if together is null then
            raise exception 'cannot colocate % with %', table_name, colocate_with using errcode = '42809';
        end if;
    end if;
    select f.conname into bad from pg_constraint f left join pg_dist_partition p on p.logicalrelid = f.confrelid
        where f.contype = 'f' and f.conrelid = table_name and f.confrelid <> table_name
        and (p.partmethod is null or p.partmethod = 'h' and (p.colocationid <> together or not exists (
            select from generate_subscripts(f.conkey, 1) k
            join pg_attribute b on b.attrelid = f.confrelid and b.attnum = f.confkey[k]
            where f.conkey[k] = own and b.attname = p.partkey)));
    if bad is not null then
        raise exception 'foreign key % is neither in a colocated table nor to a reference table', bad using errcode = '0A000';
    end if;
    select f.conname into bad from pg_constraint f
        where f.contype = 'f' and f.conrelid = table_name and own = any (f.conkey)
        and (f.confdeltype in ('n', 'd') or f.confupdtype in ('n', 'd', 'c'));
    if bad is not null then
        raise exception 'SET NULL, SET DEFAULT or CASCADE of the distribution key (%)', bad using errcode = '0A000';
    end if;
    select f.conname into bad from pg_constraint f
        where f.contype = 'f' and f.confrelid = table_name and f.conrelid <> table_name
        and (stand_in_kind(f.conrelid) = 'n'
             or stand_in_kind(f.conrelid) is null and stand_in_tied_to_reference(table_name));
    if bad is not null then
        raise exception 'foreign keys from reference tables and local tables to distributed tables are not supported (%)', bad
            using errcode = '0A000';
    end if;
    insert into pg_dist_partition values (table_name, 'h', distribution_column, together, 's');
    insert into stand_in_call (call) values (format('distributed %s by %s with %s', stand_in_name(table_name), distribution_column,
               split_part(colocate_with, '.', -1)));
end $$;

create function create_reference_table(table_name regclass) returns void language plpgsql set search_path from current as $$
declare
    bad text;
begin
    perform stand_in_fresh(table_name);
    select f.conname into bad from pg_constraint f
        where f.contype = 'f' and f.conrelid = table_name and f.confrelid <> table_name
        and stand_in_kind(f.confrelid) is distinct from 'n';
    if bad is not null then
        raise exception 'foreign keys from reference tables to local or distributed tables are not supported (%)', bad
            using errcode = '0A000';
    end if;
    insert into pg_dist_partition values (table_name, 'n', null, 0, 't');
    insert into stand_in_call (call) values (format('reference %s', stand_in_name(table_name)));
end $$;

-- Here the rows never left, so nothing is thrown away.
create function truncate_local_data_after_distributing_table(function_name regclass) returns void
language plpgsql set search_path from current as $$
begin
    if stand_in_kind(function_name) is null then
        raise exception '% is not a distributed table', function_name using errcode = '42809';
    end if;
    if exists (select from pg_constraint f where f.contype = 'f' and f.confrelid = function_name
               and stand_in_kind(f.conrelid) is null) then
        raise exception 'cannot truncate a table referenced in a foreign key constraint by a local table' using errcode = '0A000';
    end if;
    insert into stand_in_call (call) values (format('leftover %s', stand_in_name(function_name)));
end $$;
