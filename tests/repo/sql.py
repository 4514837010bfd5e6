"""SQL: declared by LI_SQL only, and in the subset that every engine shares.

That each statement is prepared on both engines is tests/store's part; this reads
the texts.  The subset is described in docs/inside/store.md.
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402
import statements  # noqa: E402

# in statements and schema
NEVER = (
    (r"::", "cast(… as …)"),
    (r"\?", "$1, $2, …"),
    (r'"', "no quoted names; texts are in single quotes"),
    (r"\b(now|current_timestamp|current_date|current_time|localtimestamp)\b", "times come from the program"),
    (r"\b(datetime|strftime|julianday|unixepoch|date_trunc|date_part|extract|to_char|to_timestamp)\s*\(",
     "times are microseconds"),
    (r"\bjsonb?_?\w*\s*\(", "no JSON functions"),
    (r"@>|#>|->\s*'\$", "no JSON containment or paths"),
    (r"\b(serial|bigserial|autoincrement|identity|nextval|currval|rowid)\b", "ids come from the program"),
    (r"\b(trigger|procedure|function|view|temp|temporary|pragma|vacuum|savepoint|begin|commit|rollback)\b",
     "not in the subset"),
    (r"\b(random|gen_random_uuid|randomblob)\s*\(", "chance comes from the program"),
)
# in statements only
STATEMENT = (
    (r"\bselect\s+\*|\b\w+\.\*", "columns are named"),
    (r"\b(ilike|glob|regexp|similar)\b|~", "not in the subset"),
    (r"\bfor\s+(update|share|no key)\b", "a tenant has one writer"),
    (r"\binsert\s+or\b|\breplace\s+into\b|\bon\s+duplicate\b", "on conflict"),
    (r"\bdistinct\s+on\b|\blateral\b|\bdelete\s+from\s+\w+\s+using\b|\bany\s*\(", "not in the subset"),
    (r"\b(instr|strpos|concat|concat_ws|string_agg|group_concat|greatest|least|ifnull|nvl|iif)\s*\(",
     "not in the subset"),
    (r"\b(avg|round|floor|ceil)\s*\(", "engines differ; compute it in the program"),
    (r"\b(min|max)\s*\([^()]*,", "max and min are aggregates only"),
    (r"(?<!cast\()\bsum\s*\(", "cast(sum(…) as bigint)"),
    (r"(?<!as )\$\d+\s+is\s+(not\s+)?null", "cast($n as bigint) is null"),
    (r"\blike\s+(?!\S+\s+escape\b)", "like … escape"),
    (r";", "one statement"),
)
SQL_TEXT = re.compile(r'"\s*(select\s+\S|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|'
                      r'(create|alter|drop)\s+(table|index)\s|with\s+(recursive\s+)?\w+\s*(\([^)]*\)\s*)?as\s)', re.I)


def lint(text, rules):
    """Faults of one text; what stands in single quotes is not looked at."""
    plain = re.sub(r"'(?:[^']|'')*'", "''", text)
    for pattern, instead in rules:
        match = re.search(pattern, plain, re.I)
        if match:
            yield f"`{match[0]}` ({instead})"


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
        for fault in lint(one.text, NEVER + STATEMENT):
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
        for fault in lint(text, NEVER):
            yield f"{path}: {fault}"
        for match in re.finditer(r"\b(integer|int|bigint|smallint|boolean|bool|real|double|float|numeric|varchar|char|"
                                 r"timestamp|date|bytea|jsonb)\b", text, re.I):
            if not re.search(r"cast\s*\([^()]*$", text[:match.start()], re.I):
                yield f"{path}: type `{match[0]}` (say I64, F64, text, JSON or BLOB)"


def catches():
    """the check itself sees what is not portable"""
    for bad in ("select a from t where at > now()", "select a::text from t", "select * from t",
                "select sum(a) from t", "select a from t where a = ?", "select a from t where $1 is null",
                "select a from t where a like $1", "select a from t for update"):
        if not list(lint(bad, NEVER + STATEMENT)):
            yield bad
    good = "select cast(sum(a) as bigint) from t where b = 'now() ?' and c like $1 escape '!'"
    yield from lint(good, NEVER + STATEMENT)


house.run(only_declared, subset, parameters, names, pairs, schema, catches)
