"""SQL: declared by LI_SQL only, and in the subset that every engine shares.

That each statement is prepared on both engines is tests/store's part; this reads
the texts.  The subset is described in docs/inside/store.md.
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402
import portable  # noqa: E402
import statements  # noqa: E402

GOOD = (
    "select cast(sum(a) as bigint) from t where b = 'now() ?' and c like $1 escape '!'",
    "select max(a), min(coalesce(b, 0)) from t where tenant = $1 group by c having max(a) > 1",
    "select cast(a ->> 'b' as text), cast(a -> 'b' ->> 'c' as bigint) from t where cast($2 as bigint) is null or a = $2",
    "with v(a, b) as (values (1, 2)), w as (select a from v) select a / 2, b % 10 from v where a is not null",
    "insert into t (tenant, a) select tenant, a from u where tenant = $1 on conflict (tenant, a) do update set b = excluded.b",
    "update t set (a, b) = (select c, d from u where u.tenant = t.tenant) where tenant = $1 and a is distinct from $2",
    "select a, row_number() over (partition by b order by c) from t where (a, b) > ($1, $2) and c in ($3, $4)",
    "with recursive u(n) as (select $1 union all select n + 1 from u where n < 9) select n from u",
)


SQL_TEXT = re.compile(r'"\s*(select\s+\S|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|'
                      r'(create|alter|drop)\s+(table|index)\s|with\s+(recursive\s+)?\w+\s*(\([^)]*\)\s*)?as\s)', re.I)


def entries():
    """docs/sql.txt: (KIND, FILE, NAME, reason)."""
    found = []
    for line in house.read("docs/sql.txt").splitlines():
        words = line.split("#")[0].split(None, 3)
        if words:
            found.append(tuple(words))
    return found


ENTRIES = entries()


def listed():
    """docs/sql.txt says each once, with a reason"""
    for entry in ENTRIES:
        if len(entry) != 4 or entry[0] not in ("across", "engine", "walk") or ENTRIES.count(entry) > 1:
            yield " ".join(entry)


def only_declared():
    """outside src/store every SQL text is in an LI_SQL"""
    for path in house.files(r"^src/(?!store/).*\.[ch]$"):
        text, spans = house.bare(path, strings=True), [s.span for s in statements.of(path)]
        for match in SQL_TEXT.finditer(text):
            if not any(low <= match.start() < high for low, high in spans):
                yield f"{path}:{house.line_of(text, match.start())}: {match[0]}…"


def subset():
    """every statement that is for both engines is in the portable subset"""
    for one in statements.every():
        if one.engine:
            continue
        for fault in portable.lint(one.text, "statement"):
            yield f"{one.place}: {one.name}: {fault}"


def parameters():
    """parameters are $1 … $n without a gap"""
    for one in statements.every():
        used = {int(number) for number in re.findall(r"\$(\d+)", one.text)}
        if used != set(range(1, len(used) + 1)):
            yield f"{one.place}: {one.name}: {sorted(used)}"


def names():
    """no statement name is used twice in a folder"""
    seen = {}
    for one in statements.every():
        key = (os.path.dirname(one.path), one.name)
        if key in seen:
            yield f"{one.place}: {one.name} is also at {seen[key]}"
        seen[key] = one.place


def pairs():
    """what is said in one engine's words is said in the other's too: NAME_sqlite and NAME_postgres"""
    said = {}
    for one in statements.every():
        if not one.engine:
            continue
        if not one.name.endswith("_" + one.engine):
            yield f"{one.place}: {one.name} is for {one.engine}"
        said.setdefault((one.path, one.name.rsplit("_", 1)[0]), []).append(one)
    for (path, name), both in said.items():
        if sorted(one.engine for one in both) != ["postgres", "sqlite"]:
            yield f"{path}: {name} is said for {', '.join(one.engine for one in both)} only"


def schema():
    """the schema is in the portable subset"""
    for path in house.files(r"^schema/.*\.sql$"):
        text = statements.without_comments(house.read(path))
        text = re.sub(r"(?ms)^(SQLITE|POSTGRES) .*?;", "", text)
        for fault in portable.lint(text, "schema"):
            yield f"{path}: {fault}"
        for match in re.finditer(r"\b(integer|int|bigint|smallint|boolean|bool|real|double|float|numeric|varchar|char|"
                                 r"timestamp|date|bytea|jsonb)\b", text, re.I):
            if not re.search(r"cast\s*\([^()]*$", text[:match.start()], re.I):
                yield f"{path}: type `{match[0]}` (say I64, F64, text, JSON or BLOB)"


def nulls():
    """what is ordered by and may be null says on which side nulls stand"""
    for one in statements.every():
        for column in portable.unordered_nulls(one.text, statements.nullable()) if not one.engine else ():
            yield f"{one.place}: {one.name}: order by {column} (nulls first or last)"


def distributed():
    """The tables that a cluster distributes by tenant: all but the shared ones."""
    return set(statements.tables()) - statements.shared()


def across():
    """every statement names one tenant; those that look over several are in docs/sql.txt, with the reason"""
    said, seen = {entry[1:3]: entry for entry in ENTRIES if entry[0] == "across"}, set()
    for one in statements.every():
        key = (one.path, one.name)
        tables = set(portable.untied(one.text, distributed())) if one.engine != "sqlite" else set()
        if tables:
            seen.add(key)
        if tables and key not in said:
            yield f"{one.place}: {one.name}: {', '.join(sorted(tables))} not by tenant"
        if tables and re.search(r"\bwith\s+recursive\b", one.text, re.I):
            yield f"{one.place}: {one.name}: a recursive query over several tenants"
    for key in sorted(set(said) - seen):
        yield f"docs/sql.txt: {' '.join(key)} names its tenant, or is not there"


def engines():
    """statements for one engine only are in docs/sql.txt, with the reason"""
    said = {entry[1:3] for entry in ENTRIES if entry[0] == "engine"}
    there = {(one.path, one.name.rsplit("_", 1)[0]) for one in statements.every() if one.engine}
    for key in sorted(there ^ said):
        yield f"{' '.join(key)}: {'not in docs/sql.txt' if key in there else 'docs/sql.txt only'}"


def catches():
    """each rule finds what it is for, and lets pass what is in the subset"""
    for rule in portable.RULES:
        kind = "schema" if rule.where == "schema" else "statement"
        for bad in rule.bad:
            if not any(f"({rule.instead})" in fault for fault in portable.lint(bad, kind)):
                yield f"{rule.instead}: {bad}"
        if not rule.bad:
            yield f"{rule.instead}: no example"
    for good in GOOD:
        yield from (f"{good}: {fault}" for fault in portable.lint(good, "statement"))
    for good in portable.TIED:
        yield from (f"{good}: {table}" for table in portable.untied(good, {"cases", "part"}))
    for bad in portable.UNTIED:
        if not list(portable.untied(bad, {"cases", "part"})):
            yield bad
    nullable = {"cases": {"due_at"}}
    if list(portable.unordered_nulls("select a from cases order by due_at desc nulls last, id limit 1", nullable)) or \
            not list(portable.unordered_nulls("select a from cases c order by id, c.due_at", nullable)) or \
            not list(portable.unordered_nulls("select a, row_number() over (order by due_at) from cases", nullable)):
        yield "order by"


house.run(listed, only_declared, subset, parameters, names, pairs, schema, nulls, across, engines, catches)
