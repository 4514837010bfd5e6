"""The floors: who may include whom (docs/floors.txt)."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402

LEVEL = {name: level for level, line in enumerate(house.FLOORS) for name in line}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.M)


def faults_of(path):
    """Includes of one file of src/ that the floors forbid."""
    text = house.bare(path, strings=True)
    mine = path.split("/")[1]
    for match in INCLUDE.finditer(text):
        where = f"{path}:{house.line_of(text, match.start())}: includes {match[1]}"
        other = match[1].split("/")[0]
        if not os.path.isfile(os.path.join(house.ROOT, "src", match[1])):
            yield f"{where}, which is not a path from src/"
        elif other != mine and LEVEL[other] >= LEVEL[mine]:
            yield f"{where}, which is not below {mine}"
        elif other != mine and match[1].count("/") > 1:
            yield f"{where}, which is private to {other}"


def layers():
    """every include goes to the same or a lower floor"""
    for path in house.files(r"^src/.*\.[ch]$"):
        if path.split("/")[1] in LEVEL:
            yield from faults_of(path)


def listed():
    """every folder of src/ is a floor, and every floor has a folder with code"""
    found = {path.split("/")[1] for path in house.files(r"^src/.*\.[ch]$")}
    for name in sorted(found - set(LEVEL)):
        yield f"src/{name} is not in docs/floors.txt"
    for name in sorted(set(LEVEL) - found):
        yield f"docs/floors.txt: {name} has no code"


def pages():
    """every floor has its page in docs/inside/"""
    for name in LEVEL:
        path = f"docs/inside/{name}.md"
        if path not in house.files(r"^docs/") or len(house.read(path)) < 400:
            yield f"{path} is missing or says nothing"


def catches():
    """the check itself sees an upward include"""
    name = f"src/{house.FLOORS[0][0]}/upward.c"
    top = house.files(rf"^src/{house.FLOORS[-1][0]}/.*\.[ch]$")
    if not top:
        yield "the top floor has no file to try with"
        return
    bare, house.bare = house.bare, lambda path, strings: f'#include "{top[0][4:]}"\n'
    if not list(faults_of(name)):
        yield "an include from the lowest to the highest floor passed"
    house.bare = bare


house.run(layers, listed, pages, catches)
