#!/usr/bin/env python3
"""Lists what is to be built, so that meson.build names no file.

    tools/sources.py [FLOOR]                          one "KIND NAME PATH" a line
    tools/sources.py --check LIST STAMP DEP [FLOOR]   has the list changed since LIST?

With FLOOR only that floor and those below it, and the tests that need no more.
KIND is `floor` (NAME: the floor), `main` (src/cli/main.c, kept out of the
library so that tests can link it whole), `lib` (shared by tests), `test` (a cmocka
program), `fuzz` (a fuzz target) or `helper` (a program of tests/bench or
tests/crash).  --check runs inside the build whenever a folder changes (DEP
names them): a changed list makes meson configure again at the next call.
"""
import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KINDS = {"lib": "lib", "fuzz": "fuzz", "bench": "helper", "crash": "helper"}


def floors():
    """The lines of docs/floors.txt: a list of lists of folders."""
    with open(os.path.join(ROOT, "docs/floors.txt"), encoding="utf-8") as file:
        lines = [line.split("#")[0].split() for line in file]
    return [line for line in lines if line]


def above(top):
    """The floors above `top` (none when it is empty)."""
    names = [name for line in floors() for name in line]
    return set(names[names.index(top) + 1:]) if top else set()


def includes(path):
    """The floors that a file includes."""
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return set(re.findall(r'^#include "(\w+)/', file.read(), re.M))


def listing(top=""):
    out, absent = [], above(top)
    for floor in [name for line in floors() for name in line if name not in absent]:
        for path in glob.glob(f"src/{floor}/**/*.c", root_dir=ROOT, recursive=True):
            kind = "main" if path == "src/cli/main.c" else "floor"
            out.append(f"{kind} {floor} {path}")
    for path in glob.glob("tests/*/*.c", root_dir=ROOT):
        group, name = path[:-2].split("/")[1:]
        kind = KINDS.get(group, "test")
        if path != "tests/fuzz/replay.c" and not includes(path) & absent:
            out.append(f"{kind} {group}-{name.replace('_', '-')} {path}")
    return sorted(out)


def check(known, stamp, depfile, top=""):
    with open(known, encoding="utf-8") as file:
        if file.read().split() != " ".join(listing(top)).split():
            os.utime(os.path.join(ROOT, "meson.build"))
            sys.exit("the list of sources changed: build once more")
    watched = [os.path.join(ROOT, "docs/floors.txt")]
    watched += [folder for part in ("src", "tests")
                for folder, _, _ in os.walk(os.path.join(ROOT, part)) if "corpus" not in folder]
    with open(depfile, "w", encoding="utf-8") as file:
        file.write(f"{stamp}: {' '.join(watched)}\n")
    with open(stamp, "w", encoding="utf-8"):
        pass


if __name__ == "__main__":
    if sys.argv[1:2] == ["--check"]:
        check(*sys.argv[2:])
    else:
        print("\n".join(listing(*sys.argv[1:])))
