"""Reads the LI_SQL statements and the tables of the schema, for repository tests."""
import collections
import functools
import re

import house

Statement = collections.namedtuple("Statement", "path line name text span engine", defaults=("",))
Statement.place = property(lambda self: f"{self.path}:{self.line}")
Table = collections.namedtuple("Table", "path name columns")

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
    """The tables that schema/*.sql makes, by name."""
    found = {}
    for path in house.files(r"^schema/.*\.sql$"):
        text = without_comments(house.read(path))
        for match in TABLE.finditer(text):
            columns = re.findall(r"(?:^|,)\s*(\w+)\s+(?:I64|F64|text|JSON|BLOB)\b", match[2])
            found[match[1]] = Table(path, match[1], columns)
    return found
