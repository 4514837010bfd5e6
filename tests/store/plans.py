"""No statement walks over a table that grows with the cases: plans of both engines, for every statement.

SQLite's plan hardly depends on rows.  PostgreSQL is planned for any parameters (generic plan) with
sequential scans made dear, so that one appears only where no index would do.  A statement that has to
walk is in docs/sql.txt as `walk`, with the reason; to read page by page in an index's order is no walk.
"""
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402
import postgres  # noqa: E402
import statements  # noqa: E402

LINLI = os.environ.get("LINLI", os.path.join(house.ROOT, "build", "linli"))
URL = os.environ.get("LINLI_TEST_PG", "")
SCHEMA = f"linli_plans_{os.getpid()}"
GROWING = {"history", "due", "vault", "request_key", "photo", "search", "cases", "part", "party"}
ROWS = 20000
WALKS = {tuple(line.split()[1:3]) for line in house.read("docs/sql.txt").splitlines() if line.startswith("walk ")}


def parameters(text):
    return len(set(re.findall(r"\$(\d+)", text)))


def pages(text):
    return re.search(r"\blimit\b", text, re.I)


# ---- SQLite ------------------------------------------------------------------


def aliases(text):
    """alias -> table, for the growing tables of a statement"""
    found = {}
    for table, alias in re.findall(r"\b(?:from|join|update|into|,)\s+(\w+)(?:\s+(?:as\s+)?(\w+))?", text, re.I):
        if table in GROWING:
            found[table] = found[alias or table] = table
    return found


def sqlite_walks(database, text):
    """What a statement walks over, as SQLite says it."""
    values = {str(i + 1): None for i in range(parameters(text))}
    plan = [row[3] for row in database.execute("explain query plan " + text, values)]
    sorts = any("TEMP B-TREE FOR ORDER BY" in line for line in plan)
    names = aliases(text)
    for line in plan:
        match = re.match(r"(SCAN|SEARCH) (\w+)(.*)", line)
        if not match or match[2] not in names or "VIRTUAL TABLE" in line:
            continue
        whole = match[1] == "SCAN" or re.search(r"\(tenant=\?\)$", line)
        if whole and (sorts or not pages(text) or match[1] == "SCAN" and "INDEX" not in line):
            yield line


def sqlite():
    """on SQLite every growing table is entered by an index, or read in pages by one"""
    with tempfile.TemporaryDirectory(prefix="linli-test-") as folder:
        path = os.path.join(folder, "linli.db")
        subprocess.run([LINLI, "migrate", "--store", path], check=True, stdout=subprocess.DEVNULL)
        database = sqlite3.connect(path)
        for one in statements.every():
            if one.engine == "postgres":
                continue
            for line in sqlite_walks(database, one.text):
                note((one.path, one.name), line)
        database.close()
    yield from unexcused("sqlite")


# ---- PostgreSQL --------------------------------------------------------------


def nodes(node):
    yield node
    for inner in node.get("Plans", ()):
        yield from nodes(inner)


def postgres_walks(plan, text):
    """What a statement walks over, as PostgreSQL says it."""
    every = list(nodes(plan))
    sorts = any(node["Node Type"] in ("Sort", "Incremental Sort") for node in every)
    entered = {node.get("Index Name"): node.get("Index Cond", "") for node in every if node["Node Type"] == "Bitmap Index Scan"}
    for node in every:
        if node.get("Relation Name") not in GROWING or node["Node Type"] in ("ModifyTable", "Bitmap Index Scan"):
            continue
        how = node.get("Index Cond", "") or " ".join(entered.values()) if "Index" in node["Node Type"] or "Bitmap" in node["Node Type"] else ""
        columns = set(re.findall(r"\(?\(?(?:\w+\.)?(\w+)(?:\)::\w+)? (?:=|<|>|<=|>=|@@|= ANY)", how)) | \
            set(re.findall(r"ROW\((\w+)", how))
        if columns - {"tenant"}:
            continue
        if sorts or not pages(text) or "Index" not in node["Node Type"]:
            yield f"{node['Node Type']} on {node['Relation Name']} {how}"


def fill():
    """Made-up rows in the growing tables, enough that an index is worth its while."""
    values = {"bigint": "i", "text": "'t' || i", "bytea": "decode(lpad(to_hex(i), 8, '0'), 'hex')",
              "tsvector": "to_tsvector('simple', 'w' || i)", "double precision": "i"}
    for table in sorted(GROWING):
        columns = [line.split("|") for line in psql(
            "select column_name, data_type, is_nullable from information_schema.columns"
            f" where table_schema = '{SCHEMA}' and table_name = '{table}' order by ordinal_position").splitlines()]
        made = ["1 + i % 5" if name == "tenant" else
                f"case when i % 20 > 0 then {values[kind]} end" if nullable == "YES" else values[kind]
                for name, kind, nullable in columns]
        psql(f"insert into {SCHEMA}.{table} select {', '.join(made)} from generate_series(1, {ROWS}) i; analyze {SCHEMA}.{table}")


def psql(text):
    done = subprocess.run([postgres.program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", URL, "-f", "-"], text=True,
                          input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise RuntimeError(done.stderr[-1000:])
    return done.stdout


def on_postgres():
    """on PostgreSQL every growing table is entered by an index, or read in pages by one"""
    where = f"{URL}{'&' if '?' in URL else '?'}options=-csearch_path%3D{SCHEMA}"
    psql(f"create schema {SCHEMA}")
    try:
        subprocess.run([LINLI, "migrate", "--store", where], check=True, stdout=subprocess.DEVNULL)
        fill()
        asked = [one for one in statements.every() if one.engine != "sqlite"]
        script = [f"set search_path to {SCHEMA}; set plan_cache_mode to force_generic_plan; set enable_seqscan to off;"]
        for number, one in enumerate(asked):
            nulls = ", ".join(["null"] * parameters(one.text))
            script.append(f"prepare s{number} as {one.text};\n\\echo -- {number}\n"
                          f"explain (format json) execute s{number}{f'({nulls})' if nulls else ''};")
        for part in re.split(r"^-- (?=\d+$)", psql("\n".join(script)), flags=re.M)[1:]:
            number, plan = part.split("\n", 1)
            one = asked[int(number)]
            for line in postgres_walks(json.loads(plan)[0]["Plan"], one.text):
                note((one.path, one.name), line)
    finally:
        psql(f"set client_min_messages to error; drop schema {SCHEMA} cascade")
    yield from unexcused("postgres")


# ---- both --------------------------------------------------------------------

FOUND = {}


def note(key, line):
    FOUND.setdefault(key, []).append(line)


def unexcused(engine):
    for key, lines in sorted(FOUND.items()):
        if key not in WALKS:
            yield f"{engine}: {' '.join(key)}: {'; '.join(lines)}"
    SEEN.update(FOUND)
    FOUND.clear()


SEEN = set()


def excuses():
    """what docs/sql.txt calls a walk is one"""
    for key in sorted(WALKS - SEEN):
        yield f"docs/sql.txt: {' '.join(key)}"


def catches():
    """a walk is seen as one"""
    database = sqlite3.connect(":memory:")
    database.execute("create table cases (tenant integer, id integer, state text, primary key (tenant, id)) without rowid")
    for text, walks in (("select id from cases where state = $1", True), ("select id from cases where tenant = $1 and state = $2", True),
                        ("select id from cases where tenant = $1 order by state limit 5", True),
                        ("select id from cases where tenant = $1 and id > $2 order by id limit 5", False),
                        ("select id from cases where tenant = $1 order by id limit 5", False)):
        if bool(list(sqlite_walks(database, text))) != walks:
            yield text
    database.close()


checks = [sqlite, catches]
if URL not in ("", "skip") and not os.environ.get("LINLI_TEST_SPREAD"):
    checks[1:1] = [on_postgres, excuses]
house.run(*checks)
