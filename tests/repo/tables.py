"""Tables: listed in docs/tables.txt, tenant first, written by their own floor."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402
import statements  # noqa: E402

WRITES = re.compile(r"\b(?:insert\s+into|update|delete\s+from)\s+(\w+)", re.I)
READS = re.compile(r"\b(?:insert\s+into|update|from|join)\s+(\w+)", re.I)


def listed():
    """docs/tables.txt: name -> (kind, floor, mark or "")."""
    out = {}
    if not house.files(r"^docs/tables\.txt$"):
        return out
    for line in house.read("docs/tables.txt").splitlines():
        words = line.split("#")[0].split()
        if words:
            marks = [word for word in words[3:] if word != "moves" or words[1] != "working"]
            out[words[0]] = (words[1], words[2], " ".join(marks))
    return out


LISTED, TABLES = listed(), statements.tables()


def kinds():
    """every table is listed as recorded or working, with its floor; none is listed that is not there"""
    made = {match for path in house.files(r"^schema/.*\.sql$") for match in
            re.findall(r"create\s+table\s+(?:if\s+not\s+exists\s+)?(\w+)",
                       statements.without_comments(house.read(path)), re.I)}
    for name in sorted(made - set(TABLES)):
        yield f"schema: table {name} could not be read: create table NAME (…) OPTS|CLUSTERED;"
    for name in sorted(set(TABLES) - set(LISTED)):
        yield f"docs/tables.txt lacks {name} ({TABLES[name].path})"
    for name in sorted(set(LISTED) - set(TABLES) - {"schema_step"}):
        yield f"docs/tables.txt: no table {name}"
    floors = {floor for line in house.FLOORS for floor in line}
    for name, (kind, floor, mark) in LISTED.items():
        if kind not in ("recorded", "working") or floor not in floors or mark not in ("", "platform", "shared", "across"):
            yield f"docs/tables.txt: {name}: {kind} {floor} {mark}"
    if not TABLES:
        yield "no table at all"


def order():
    """a table is listed below those it refers to: rows are copied in this order"""
    places = {name: place for place, name in enumerate(LISTED)}
    for path in house.files(r"^schema/.*\.sql$"):
        text = statements.without_comments(house.read(path))
        for name, body in re.findall(r"create\s+table\s+(\w+)\s*\((.*?)\)\s*(?:OPTS|CLUSTERED)", text, re.I | re.S):
            for other in re.findall(r"\breferences\s+(\w+)", body, re.I):
                if places.get(other, -1) >= places.get(name, -1):
                    yield f"docs/tables.txt: {name} refers to {other} and stands above it"


def tenant_first():
    """the first column of every table is tenant, but for the platform's"""
    for name, table in TABLES.items():
        if LISTED.get(name, ("", "", ""))[2] != "platform" and table.columns[:1] != ["tenant"]:
            yield f"{table.path}: {name} begins with {table.columns[:1]}"


def everywhere(name):
    """Whether a table is a copy on every node of a cluster: it is unique across tenants."""
    return LISTED.get(name, ("", "", ""))[2] in ("platform", "shared")


def keys_hold_tenant(tables):
    """Faults of keys and foreign keys that a table distributed by tenant cannot have."""
    for name, table in tables.items():
        place = f"{table.path}: {name}"
        if not table.keys:
            yield f"{place} has no primary key"
        loose = [key for key in table.keys if "tenant" not in key]
        if everywhere(name) != bool(loose):
            yield f"{place}: keys {loose} without tenant" if loose else f"{place} could be distributed by tenant"
        if not everywhere(name) and table.keys and table.keys[0][0] != "tenant":
            yield f"{place}: the primary key begins with {table.keys[0][0]}"
        for own, other, theirs, rest in table.links:
            pairs = list(zip(own, theirs))
            if re.search(r"set\s+(null|default)|on\s+update\s+cascade", rest, re.I):
                yield f"{place} references {other} {rest}: it would change the tenant"
            if not everywhere(other) and (everywhere(name) or pairs[:1] != [("tenant", "tenant")]):
                yield f"{place} ({', '.join(own)}) references {other}: not by tenant"


def keys():
    """every unique key and foreign key holds the tenant, but for the tables that docs/tables.txt calls shared"""
    yield from keys_hold_tenant(TABLES)


def keys_caught():
    """the check of keys sees what a cluster would refuse"""
    def one(body, name="cases"):
        return {name: statements.Table("x.sql", name, [], *statements.keys(body))}
    for bad in ("tenant I64 not null, id I64 not null primary key",
                "tenant I64 not null, id I64 not null",
                "tenant I64 not null, id I64 not null, slug text not null unique, primary key (tenant, id)",
                "tenant I64 not null, id I64 not null, primary key (id, tenant)",
                "tenant I64 not null, p I64, primary key (tenant), foreign key (p) references person (id)",
                "tenant I64 not null, p I64, primary key (tenant), foreign key (tenant, p) references person (tenant, id)"
                " on delete set null",
                "tenant I64 not null, p I64 references person (id), primary key (tenant, p)"):
        if not list(keys_hold_tenant(one(bad))):
            yield bad
    for name, bad in (("tenant", "tenant I64 not null primary key"),
                      ("tenant", "tenant I64 not null primary key, slug text not null unique, p I64 not null,"
                                 " foreign key (tenant, p) references person (tenant, id)")):
        if not list(keys_hold_tenant(one(bad, name))):
            yield f"{name}: {bad}"
    yield from keys_hold_tenant(one("tenant I64 not null, p I64, t I64, primary key (tenant, p),"
                                    " foreign key (tenant, p) references person (tenant, id) on delete cascade,"
                                    " foreign key (t) references tenant (tenant)"))


def tenant_asked():
    """every statement on a tenant's table names the tenant, but for those read across tenants"""
    for one in statements.every():
        if one.engine == "sqlite":
            continue  # its full text has the tenant in the words; its pair for the other engine names it
        for name in READS.findall(one.text):
            if LISTED.get(name, ("", "", "platform"))[2] == "" and "tenant" not in one.text:
                yield f"{one.place}: {one.name} on {name}"


def known():
    """statements speak only of tables that are there"""
    for one in statements.every():
        local = set(re.findall(r"(?:\bwith|,)\s*(?:recursive\s+)?(\w+)\s*(?:\([^)]*\)\s*)?as\s*"
                               r"(?:materialized\s*)?\(", one.text, re.I))
        for name in set(READS.findall(one.text)) - local - {"set"}:
            if name not in LISTED:
                yield f"{one.place}: {one.name}: {name}"


def own():
    """a floor writes only its own tables"""
    for one in statements.every():
        for name in WRITES.findall(one.text):
            if name in LISTED and LISTED[name][1] != one.path.split("/")[1]:
                yield f"{one.place}: {one.name} writes {name}, which is {LISTED[name][1]}'s"


def view_reads():
    """view writes nothing"""
    for one in statements.every():
        if one.path.startswith("src/view/") and WRITES.search(one.text):
            yield f"{one.place}: {one.name}"


def migrations():
    """schema steps are NNNN_name.sql, numbered from 1 without a gap"""
    paths = house.files(r"^schema/")
    numbers = []
    for path in paths:
        match = re.fullmatch(r"schema/(\d{4})_[a-z0-9_]+\.sql", path)
        if match:
            numbers.append(int(match[1]))
        else:
            yield f"{path}: not a step's name"
    if not numbers or numbers != list(range(1, len(numbers) + 1)):
        yield f"numbers: {numbers}"


house.run(kinds, order, tenant_first, keys, keys_caught, tenant_asked, known, own, view_reads, migrations)
