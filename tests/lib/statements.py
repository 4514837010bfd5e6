"""Reads the LI_SQL statements and the tables of the schema, for repository tests."""
import collections
import functools
import re

import house

Statement = collections.namedtuple("Statement", "path line name text span engine", defaults=("",))
Statement.place = property(lambda self: f"{self.path}:{self.line}")
Table = collections.namedtuple("Table", "path name columns keys links")

STRING = re.compile(r'"((?:\\.|[^"\\])*)"')
TABLE = re.compile(r"create\s+table\s+(?:if\s+not\s+exists\s+)?(\w+)\s*\(\s*(.*?)\)\s*(?:OPTS|CLUSTERED)\s*;",
                   re.S | re.I)
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\w+')


def macros(text):
    """#define NAME "…" "…" of a file: name -> text."""
    joined = text.replace("\\\n", "  ")
    return {match[1]: match[2] for match in
            re.finditer(r'^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(["\w].*)$', joined, re.M)}


def value_of(tokens, defined, depth=0):
    """The text of string literals and of macros made of them."""
    out = ""
    for token in TOKEN.findall(tokens):
        if token[0] == '"':
            out += token[1:-1].replace('\\"', '"').replace("\\n", "\n")
        elif token in defined and depth < 8:
            out += value_of(defined[token], defined, depth + 1)
    return out


@functools.cache
def of(path):
    text, found = house.bare(path, strings=True), []
    defined = {}
    for header in house.files(r"^src/.*\.h$"):
        defined.update(macros(house.bare(header, strings=True)))
    defined.update(macros(text))
    for match in re.finditer(r"^LI_SQL(_SQLITE|_POSTGRES)?\(\s*(\w+)\s*,((?:[^\";]|\"(?:\\.|[^\"\\])*\")*)\)\s*;",
                             text, re.M):
        found.append(Statement(path, house.line_of(text, match.start()), match[2],
                               value_of(match[3], defined), match.span(), (match[1] or "_")[1:].lower()))
    # a macro that only feeds a statement is part of it
    for match in re.finditer(r"^#[ \t]*define[ \t]+(\w+)(?:[^\n]*\\\n)*[^\n]*", text, re.M):
        if re.search(rf"^LI_SQL\w*\([^;]*\b{match[1]}\b", text, re.M | re.S):
            found.append(Statement(path, 0, "", "", match.span()))
    return found


def every():
    """All statements of src/; `engine` is "" or the only one it is for."""
    return [one for path in house.files(r"^src/.*\.c$") for one in of(path) if one.name]


def without_comments(sql):
    return re.sub(r"--[^\n]*", "", sql)


@functools.cache
def tables():
    """The tables that schema/*.sql makes, by name: columns, unique keys (the primary one first) and foreign
    keys as (own columns, table, its columns, what else is said)."""
    found = {}
    for path in house.files(r"^schema/.*\.sql$"):
        text = without_comments(house.read(path))
        for match in TABLE.finditer(text):
            columns = re.findall(r"(?:^|,)\s*(\w+)\s+(?:I64|F64|text|JSON|BLOB)\b", match[2])
            found[match[1]] = Table(path, match[1], columns, *keys(match[2]))
    for path in house.files(r"^schema/.*\.sql$"):
        for match in re.finditer(r"create\s+unique\s+index\s+\w+\s+on\s+(\w+)\s*\(([^;]*?)\)\s*(?:where|;)",
                                 without_comments(house.read(path)), re.I):
            if match[1] in found:
                found[match[1]].keys.append(names(match[2]))
    return found


def names(text):
    return [word.strip() for word in text.split(",")]


def keys(body):
    """Unique keys and foreign keys of what stands in a table's brackets."""
    primary = [names(text) for text in re.findall(r"primary\s+key\s*\(([^)]*)\)", body, re.I)]
    primary += [[name] for name in re.findall(r"(\w+)\s[^,]*\bprimary\s+key\b(?!\s*\()", body, re.I)]
    unique = [names(text) for text in re.findall(r"\bunique\s*\(([^)]*)\)", body, re.I)]
    unique += [[name] for name in re.findall(r"(\w+)\s[^,()]*\bunique\b(?!\s*\()", body, re.I)]
    foreign = [(names(own), table, names(other), rest.strip()) for own, table, other, rest in
               re.findall(r"foreign\s+key\s*\(([^)]*)\)\s*references\s+(\w+)\s*\(([^)]*)\)([^,]*)", body, re.I)]
    foreign += [([own], table, names(other), rest.strip()) for own, table, other, rest in
                re.findall(r"(?:^|,)\s*(\w+)\s+(?:I64|text|BLOB)\b[^,]*?\breferences\s+(\w+)\s*\(([^)]*)\)([^,]*)",
                           body, re.I)]
    return primary + unique, foreign


@functools.cache
def nullable():
    """Columns that may be null, by table."""
    found = {name: set() for name in tables()}
    for path in house.files(r"^schema/.*\.sql$"):
        text = without_comments(house.read(path))
        added = [(match[1], match[2]) for match in TABLE.finditer(text)]
        added += re.findall(r"alter\s+table\s+(\w+)\s+add\s+column\s+([^;]+)", text, re.I)
        for table, body in added:
            for name, rest in re.findall(r"(?:^|,)\s*(\w+)\s+(?:I64|F64|text|JSON|BLOB)\b([^,]*)", body):
                if not re.search(r"\bnot\s+null\b|\bprimary\s+key\b", rest, re.I):
                    found.setdefault(table, set()).add(name)
    return found


@functools.cache
def shared():
    """Tables that are copied to every node of a cluster (docs/tables.txt)."""
    lines = [line.split("#")[0].split() for line in house.read("docs/tables.txt").splitlines()]
    return {words[0] for words in lines if words and words[-1] in ("platform", "shared")}
