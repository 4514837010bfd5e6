"""Sizes: files of 800 lines, functions of 100 at most; and it says how they are."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402

FILE, FUNCTION = 800, 100
CODE = r"^(src|tests|tools|web)/.*\.(c|h|py|ts|vue|mjs|js|css|sh)$"


def functions(path):
    """(line, length) of each function body: `{` to `}` in the first column."""
    start = None
    for number, line in enumerate(house.bare(path).splitlines(), 1):
        if line == "{":
            start = number
        elif line.startswith("}") and start:
            yield start, number - start + 1
            start = None


def file_sizes():
    """no file is longer than 800 lines"""
    for path in house.files(CODE):
        length = house.read(path).count("\n")
        if length > FILE:
            yield f"{path}: {length} lines"


def function_sizes():
    """no function is longer than 100 lines"""
    for path in house.files(r"^(src|tests)/.*\.c$"):
        for line, length in functions(path):
            if length > FUNCTION:
                yield f"{path}:{line}: a function of {length} lines"


def opening():
    """every file of src/ begins with a comment that says what it is for"""
    for path in house.files(r"^src/.*\.[ch]$"):
        if not re.match(r"/\*\n? \*? ?\S.{10}|/\*\n \* \S", house.read(path)):
            yield f"{path}: no opening comment"


def report():
    lengths = sorted(length for path in house.files(r"^src/.*\.c$") for _, length in functions(path))
    whole = sorted(house.read(path).count("\n") for path in house.files(r"^src/.*\.c$"))
    if lengths:
        print(f"# {len(lengths)} functions: median {lengths[len(lengths) // 2]}, "
              f"p99 {lengths[len(lengths) * 99 // 100]}, longest {lengths[-1]}; "
              f"{len(whole)} files: median {whole[len(whole) // 2]}, longest {whole[-1]}")


report()
house.run(file_sizes, function_sizes, opening)
