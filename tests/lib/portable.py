"""The portable subset of SQL as rules: what SQLite, PostgreSQL and Citus all run, and run alike.

docs/inside/store.md says it in words.  Each rule carries texts that it must find; tests/repo/sql.py
plays them, so that a rule which no longer sees anything fails.  What stands in single quotes is not
looked at, but for JSON paths.
"""
import collections
import re

# where: "all" SQL, "statement"s only or the "schema" only.  find: a pattern, or a function of the text
# that yields what is wrong.  bad: texts it must find.
Rule = collections.namedtuple("Rule", "find instead where bad")


def plain(text):
    return re.sub(r"'(?:[^']|'')*'", "''", text)


def inside(text, at):
    """What stands between the bracket at `at` and its end."""
    depth = 0
    for i in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0:
            return text[at + 1:i]
    return text[at + 1:]


def pieces(text, separator=","):
    """Cut at separators that stand in no bracket."""
    found, depth, begin = [], 0, 0
    for i, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == separator and depth == 0:
            found.append(text[begin:i])
            begin = i + 1
    return found + [text[begin:]]


def scopes(text):
    """Every bracket's text and the whole, each with its own inner brackets emptied where a query is in them."""
    def emptied(part):
        out, at = "", 0
        for match in re.finditer(r"\(\s*(?=select\b|with\b|values\b)", part, re.I):
            if match.start() < at:
                continue
            out += part[at:match.start()] + "()"
            at = match.start() + len(inside(part, match.start())) + 2
        return out + part[at:]

    yield emptied(text)
    for match in re.finditer(r"\(\s*(?=select\b|with\b)", text, re.I):
        yield emptied(inside(text, match.start()))


# ---- rules that need more than a pattern ---------------------------------------


def scalar_extremes(text):
    for match in re.finditer(r"\b(min|max)\s*(?=\()", text, re.I):
        if len(pieces(inside(text, match.end()))) > 1:
            yield match[0] + "(a, b)"


def bare_json(text):
    for match in re.finditer(r"->>", text):
        before = text[:match.start()]
        opened = [m.end() for m in re.finditer(r"\bcast\s*\(", before, re.I)]
        if not any(re.search(r"\bas\s+(text|bigint)\s*$", inside(text, at - 1), re.I)
                   and at + len(inside(text, at - 1)) > match.start() for at in opened):
            yield "->>"


def written_in_with(text):
    for match in re.finditer(r"\bas\s*(?:not\s+materialized\s*|materialized\s*)?(?=\(\s*(insert|update|delete|merge)\b)", text, re.I):
        yield f"with … as ({match[1]} …)"


def unguarded_upsert(text):
    """`insert … select … on conflict`: SQLite takes `on` for a join's."""
    for part in re.findall(r"\binsert\s+into\b.*?\bselect\b(.*?)\bon\s+conflict\b", text, re.I | re.S):
        if not re.search(r"\bwhere\b|\bgroup\s+by\b|\border\s+by\b|\blimit\b", part, re.I):
            yield "insert … select … on conflict"


def loose_division(text):
    for match in re.finditer(r"[/%]\s*(\$\d+|[a-z_(][\w.]*)", text, re.I):
        yield match[0]


def upsert_query(text):
    for match in re.finditer(r"\bdo\s+update\s+set\b", text, re.I):
        if re.search(r"\(\s*select\b", text[match.end():], re.I):
            yield "do update set x = (select …)"


def tenant_moved(text):
    for match in re.finditer(r"\bset\b(.*?)(?:\bwhere\b|\bfrom\b|\breturning\b|$)", text, re.I | re.S):
        for piece in pieces(match[1]):
            if re.match(r"\s*\(?[^=]*\btenant\b[^=]*=", piece, re.I):
                yield "set " + piece.strip()


def loose_keys(text):
    """Columns of a primary key that may be null (SQLite lets them be)."""
    for table in re.finditer(r"create\s+table\s+(\w+)\s*(?=\()", text, re.I):
        body = inside(text, table.end())
        key = re.search(r"\bprimary\s+key\s*\(([^)]*)\)", body, re.I)
        for name in re.findall(r"\w+", key[1]) if key else ():
            if not any(re.match(rf"\s*{name}\b.*\bnot\s+null\b", piece, re.I | re.S) for piece in pieces(body)):
                yield f"{table[1]}.{name}"


PATTERNS = (
    # -- 1. what SQLite and PostgreSQL do not both have, or do differently
    (r"::", "cast(… as …)", "all", ["select a::text from t"]),
    (r"\?", "$1, $2, …", "all", ["select a from t where a = ?"]),
    (r'"', "no quoted names; texts are in single quotes", "all", ['select "a" from t']),
    (r"\b(now|current_timestamp|current_date|current_time|localtime|localtimestamp)\b", "times come from the program", "all",
     ["select a from t where at > now()", "update t set at = current_timestamp",
      "insert into t (tenant, id) values ($1, $2) on conflict (tenant, id) do update set at = now()"]),
    (r"\b(datetime|strftime|julianday|unixepoch|date_trunc|date_part|extract|to_char|to_timestamp|age)\s*\(|"
     r"\b(interval|timestamptz?)\b", "times are microseconds", "all",
     ["select date_trunc('day', at) from t", "select strftime('%Y', at) from t", "select at + interval '1 day' from t"]),
    (r"\bjsonb?_?\w*\s*\(|\brow_to_json\s*\(", "no JSON functions", "all",
     ["select json_extract(a, '$.b') from t", "select jsonb_build_object('a', b) from t"]),
    (r"@>|<@|#>|\?\||\?&", "no JSON containment or paths", "all", ["select a from t where b @> c", "select a #> b from t"]),
    (r"\b(serial|bigserial|smallserial|autoincrement|identity|nextval|currval|lastval|last_insert_rowid|rowid|ctid|oid)\b",
     "ids come from the program", "all", ["select nextval('s')", "create table t (id bigserial)", "select rowid from t"]),
    (r"\b(trigger|procedure|function|temp|temporary|pragma|vacuum|analyze|reindex|savepoint|begin|commit|rollback|release)\b",
     "not in the subset", "all", ["savepoint a", "begin immediate", "create trigger a after insert on t"]),
    (r"\bcreate\s+(or\s+replace\s+)?(materialized\s+)?(view|type|domain|sequence|policy|extension|schema|statistics|rule)\b|"
     r"\bcomment\s+on\b|\bpartition\s+(of|by\s+(range|list|hash))\b|\binherits\b|\bexclude\s+using\b|\bcollate\b",
     "not in the subset", "all", ["create view a as select 1", "comment on table t is 'x'", "create type a as enum ('b')",
                                  "create table t (a I64, exclude using gist (a with =))", "select a from t order by a collate nocase"]),
    (r"\b(random|gen_random_uuid|randomblob|uuid_generate_v4)\s*\(", "chance comes from the program", "all",
     ["update t set a = random() where tenant = $1"]),
    (r"\bselect\s+(distinct\s+)?\*|,\s*\*|\b\w+\.\*", "columns are named", "statement", ["select * from t", "select a, t.* from t"]),
    (r"\b(ilike|glob|regexp|similar)\b|~", "not in the subset", "statement", ["select a from t where b ilike $1", "select a from t where b ~ $1"]),
    (r"\bfor\s+(update|share|no\s+key|key\s+share)\b|\bskip\s+locked\b|\block\s+table\b", "a tenant has one writer", "statement",
     ["select a from t for update", "select a from t where tenant = $1 for update skip locked"]),
    (r"\binsert\s+or\b|\breplace\s+into\b|\bon\s+duplicate\b|\bupdate\s+or\b", "on conflict", "statement",
     ["insert or ignore into t (a) values ($1)", "replace into t (a) values ($1)"]),
    (r"\bdistinct\s+on\b|\blateral\b|\bany\s*\(|\ball\s*\(|\btablesample\b|\bfetch\s+first\b|\bindexed\s+by\b", "not in the subset", "statement",
     ["select distinct on (a) a from t", "select a from t where a = any($1)", "select a from t, lateral (select 1) x"]),
    (r"\bdelete\s+from\s+\w+(\s+as)?(\s+\w+)?\s+using\b", "where exists (…)", "statement", ["delete from t using u where t.a = u.a"]),
    (r"\b(instr|strpos|position|concat|concat_ws|string_agg|group_concat|array_agg|greatest|least|ifnull|nvl|iif|left|right|printf|format|"
     r"total|quote|typeof|hex|zeroblob|char|chr|initcap|lpad|rpad|repeat|reverse|split_part|regexp_\w+)\s*\(", "not in the subset", "statement",
     ["select instr(a, 'b') from t", "select group_concat(a) from t", "select greatest(a, b) from t", "select left(a, 2) from t"]),
    (r"\b(avg|round|floor|ceil|ceiling|trunc|power|sqrt|ln|log|exp|mod)\s*\(", "engines differ; compute it in the program", "statement",
     ["select avg(a) from t", "select round(a) from t"]),
    (r"(?<!cast\()\bsum\s*\(", "cast(sum(…) as bigint)", "statement", ["select sum(a) from t"]),
    (r"(?<!as )\$\d+\s+is\s+(not\s+)?null", "cast($n as bigint) is null", "statement", ["select a from t where $1 is null or a = $1"]),
    (r"\blike\s+(?!\S+\s+escape\b)", "like … escape", "statement", ["select a from t where a like $1"]),
    (r";", "one statement", "statement", ["select 1; select 2"]),
    (r"\b\d+\s*\*\s*\d+\b", "write the product out (PostgreSQL counts in 32 bits)", "all", ["select a from t where at > 60 * 1000000"]),
    (r"\bmatch\b|@@|\bto_tsvector\b|\bto_tsquery\b|\bplainto_tsquery\b|\btsvector\b|\bfts5\b|\bbm25\b", "full text is said for each engine", "all",
     ["select a from t where t match $1", "select a from t where b @@ to_tsquery($1)"]),
    (r"\bcast\s*\((?:[^()]|\([^()]*\))*\bas\s+(?!text\b|bigint\b|double\s+precision\b)\w+", "cast to text, bigint or double precision", "statement",
     ["select cast(a as integer) from t", "select cast(a as jsonb) from t"]),
    (r"\b(true|false)\b", "truth is 0 or 1", "all", ["select a from t where b = true", "alter table t add column a I64 default false"]),
    (r"\bis\s+(not\s+)?(true|false|unknown)\b|\bis\s+not\s+(?!null\b|distinct\b)\S|\bis\s+(?!not\b|null\b|distinct\b)\S", "is null, is distinct from",
     "statement", ["select a from t where b is $1", "select a from t where b is not 1"]),
    # -- 2. what Citus refuses or does otherwise
    (r"\bmerge\s+into\b", "on conflict", "statement", ["merge into t using u on t.a = u.a when matched then do nothing"]),
    (r"\b(grouping\s+sets|rollup|cube)\b", "several statements", "statement", ["select a, count(1) from t group by rollup (a)"]),
    (r"\bon\s+(delete|update)\s+(set\s+(null|default))|\bon\s+update\s+cascade\b", "the key holds the tenant", "schema",
     ["alter table t add foreign key (tenant, a) references u (tenant, a) on delete set null"]),
    (r"\bprepare\s+transaction\b|\bset\s+(local|session)\b|\b(listen|notify|unlisten)\s+\w|\bpg_notify\b|\bpg_\w*advisory\w*", "src/store does that", "statement",
     ["prepare transaction 'a'", "select pg_notify('a', b) from t where tenant = $1", "select pg_advisory_xact_lock(1)"]),
)
RULES = [Rule(*row) for row in PATTERNS] + [
    Rule(scalar_extremes, "max and min are aggregates only", "statement", ["select max(a, b) from t", "select max(coalesce(a, 0), b) from t"]),
    Rule(bare_json, "cast(… ->> … as text)", "all", ["select a ->> 'b' from t"]),
    Rule(r"->\s*'\$|'\$\.", "keys, no paths", "quoted", ["select a -> '$.b' from t", "select cast(a ->> '$.b' as text) from t"]),
    Rule(written_in_with, "two statements", "statement", ["with x as (delete from t where a = $1 returning a) select a from x"]),
    Rule(unguarded_upsert, "insert … select … where true on conflict …", "statement",
         ["insert into t (tenant, a) select tenant, a from u on conflict (tenant, a) do nothing"]),
    Rule(r"\)\s*(?:as\s+)?(?!as\b|on\b|using\b|in\b|over\b|filter\b|values\b|select\b|and\b|or\b)[a-z]\w*\s*\(\s*[a-z]\w*(?:\s*,\s*[a-z]\w*)*\s*\)(?!\s*(?:as\b|=|<|>|values\b|select\b))",
         "with v(a, b) as (…)", "statement", ["select a from (select b from t) as v(a)", "select a from (values (1, 2)) v (a, b)"]),
    Rule(loose_division, "divide by a constant only (by 0: SQLite gives null, PostgreSQL an error)", "statement",
         ["select a / b from t", "select a / $1 from t", "select a % (b + 1) from t"]),
    Rule(upsert_query, "read first (Citus: no subqueries within INSERT)", "statement",
         ["insert into t (tenant, a) values ($1, $2) on conflict (tenant) do update set a = (select b from u where u.tenant = $1)"]),
    Rule(tenant_moved, "the tenant of a row never changes", "statement",
         ["update t set tenant = $2 where tenant = $1 and id = $3", "update t set (a, tenant) = (1, 2) where id = $1",
          "insert into t (tenant, a) values ($1, $2) on conflict (a) do update set tenant = excluded.tenant"]),
    Rule(loose_keys, "columns of a key are not null", "schema", ["create table t (tenant I64 not null, id I64, primary key (tenant, id)) OPTS;"]),
]


def lint(text, kind):
    """Faults of a "statement" or of "schema" text."""
    bare = plain(text)
    for rule in RULES:
        if rule.where not in (kind, "all", "quoted"):
            continue
        looked = text if rule.where == "quoted" else bare
        if callable(rule.find):
            yield from (f"`{fault}` ({rule.instead})" for fault in rule.find(looked))
        else:
            match = re.search(rule.find, looked, re.I)
            if match:
                yield f"`{match[0]}` ({rule.instead})"


# ---- order of what may be null ---------------------------------------------------


def unordered_nulls(text, nullable):
    """Columns ordered by that may be null, where it is not said on which side nulls stand; `nullable`: table -> columns."""
    bare = plain(text)
    tables = set(re.findall(r"\b(?:from|join|update|into)\s+(\w+)", bare, re.I))
    loose = set().union(*(nullable.get(table, set()) for table in tables)) if tables else set()
    for match in re.finditer(r"\border\s+by\b", bare, re.I):
        rest = bare[match.end():]
        end = re.search(r"\b(limit|offset|rows|range|groups|union|except|intersect)\b", rest, re.I)
        rest = rest[:end.start()] if end else rest
        depth = 0
        for i, letter in enumerate(rest):
            depth += {"(": 1, ")": -1}.get(letter, 0)
            if depth < 0:
                rest = rest[:i]
                break
        for item in pieces(rest):
            name = re.fullmatch(r"\s*(?:\w+\.)?(\w+)(?:\s+(?:asc|desc))?\s*", item, re.I)
            if name and name[1] in loose:
                yield item.strip()


# ---- which tenants a statement touches -------------------------------------------

WORDS = ("where on set join left inner cross full right order group limit values select using union as returning having default natural "
         "except intersect window not indexed from").split()
REFERENCE = re.compile(r"(\b(?:from|join|update|into)\s+|,\s*)(\w+)(?:\s+(?:as\s+)?(?!(?:%s)\b)(\w+))?" % "|".join(WORDS), re.I)

CLAUSE = re.compile(r"\bfrom\b(?:(?!\b(?:where|group|order|having|limit|on|set|returning)\b)[^()])*$", re.I)
ANCHOR = re.compile(r"\btenant\s*=\s*(?:cast\(\s*)?\$\d|\$\d+\s*=\s*(?:\w+\.)?tenant\b|\(\s*(?:\w+\.)?tenant\s*,[^()]*\)\s*=\s*\(\s*\$\d", re.I)


def untied(text, tables):
    """Tables of `tables` (those that are distributed) that a statement reads or changes without saying which tenant's rows,
    or joins otherwise than by tenant."""
    bare = plain(text)
    parts = [part for scope in scopes(bare) for part in re.split(r"\b(?:union\s+all|union|except|intersect)\b", scope, flags=re.I)]
    for scope in parts:
        found = []
        for match in REFERENCE.finditer(scope):
            if match[1].strip() == "," and not CLAUSE.search(scope[:match.start()]):
                continue
            if match[2] in tables:
                found.append((match[2], match[3] or match[2], match[1].strip().lower()))
        written = [one for one in found if one[2] == "into"]
        for table, alias, how in found:
            if how == "into":
                columns = re.search(rf"\binto\s+{table}(?:\s+as\s+\w+)?\s*\(([^)]*)\)", scope, re.I)
                if not columns or "tenant" not in columns[1]:
                    yield table
                continue
            if not ANCHOR.search(bare):
                yield table
            alone = len(found) - len(written) == 1
            name = rf"(?:{alias}\.tenant|(?<![.\w])tenant)" if alone else rf"{alias}\.tenant"
            value = r"(?:\$\d+|cast\(\$\d+|\w+\.tenant|excluded\.tenant)"
            ties = (rf"(?<![.\w]){name}\s*=\s*{value}", rf"(?:\$\d+|\w+\.tenant)\s*=\s*{name}\b",
                    rf"\(\s*{name}\s*,[^()]*\)\s*=", rf"=\s*\(\s*{name}\s*,", r"\busing\s*\(\s*tenant\b")
            if not any(re.search(tie, scope, re.I) for tie in ties):
                yield table


TIED = (
    "select a from cases where tenant = $1",
    "select c.a from cases c join part p on p.tenant = c.tenant and p.case_id = c.id where c.tenant = $1",
    "select a from cases where tenant = $1 and exists (select 1 from part where part.tenant = cases.tenant)",
    "insert into cases (tenant, id) select $1, id from part where tenant = $1",
    "update cases set a = 1 where tenant = $1",
    "with recursive u(n) as (select $2 union all select n + 1 from u) select a from cases where tenant = $1",
    "select a from tenant",
    "select a from cases where tenant = $1 union all select a from part where tenant = $1",
)
UNTIED = (
    "select a from cases",
    "select a from cases where id = $1",
    "select c.a from cases c join part p on p.case_id = c.id where c.tenant = $1",
    "select a from cases where tenant = $1 and exists (select 1 from part where case_id = cases.id)",
    "delete from part where at < $1",
    "insert into cases (id) values ($1)",
    "select a from cases, part where cases.tenant = $1",
    "select c.a from cases c join part p on p.tenant = c.tenant and p.case_id = c.id",
    "select tenant, id from cases where at <= $1 order by tenant, id",
    "select a from cases where tenant = $1 union all select a from part where id = $1",
)
