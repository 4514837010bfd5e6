"""What the repository tests share: the files, C without comments, and TAP.

A check is a function that yields faults as texts ("path:line: what is wrong");
one that yields none has passed.
"""
import functools
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools"))
sys.path.insert(0, os.path.join(ROOT, "tests"))
import sources  # noqa: E402,F401

FLOORS = sources.floors()
LEXEME = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


@functools.cache
def files(pattern=""):
    """Paths that are in git or about to be, matching a regular expression."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT,
                            stdout=subprocess.PIPE, check=True).stdout.decode().split("\0")
    return sorted({path for path in listed if path and re.search(pattern, path)
                   and os.path.isfile(os.path.join(ROOT, path))})


@functools.cache
def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as file:
        return file.read()


@functools.cache
def bare(path, strings=False):
    """C text with comments, and unless asked for strings, blanked; lines stay."""
    def blank(match):
        text = match[0]
        if text[0] == "/":
            return re.sub(r"[^\n]", " ", text)
        return text if strings else text[0] + " " * (len(text) - 2) + text[-1]
    return LEXEME.sub(blank, read(path))


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def run(*checks):
    """Runs the checks of a file as its TAP tests; the program ends."""
    print(f"1..{len(checks)}")
    failed = 0
    for number, check in enumerate(checks, 1):
        faults = list(check())
        failed += bool(faults)
        print(f"{'not ' if faults else ''}ok {number} - {(check.__doc__ or check.__name__).splitlines()[0]}")
        for fault in faults[:60]:
            print("#   " + str(fault).replace("\n", "\n#   "))
        if len(faults) > 60:
            print(f"#   … and {len(faults) - 60} more")
    sys.exit(failed > 0)
