"""The C is formatted by clang-format-14 as .clang-format says (make fmt)."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402


def formatted():
    """clang-format would change nothing"""
    paths = house.files(r"^(src|tests)/.*\.[ch]$")
    done = subprocess.run(["clang-format-14", "--dry-run", "-Werror", *paths], cwd=house.ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    found = sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", done.stdout, re.M)))
    yield from found
    if done.returncode and not found:
        yield done.stdout


def white_space():
    """texts end in one newline and no line in white space; no tab but in Makefile"""
    for path in house.files(r"\.(c|h|py|sh|sql|ya?ml|ts|vue|js|mjs|css|html|json|txt)$"):
        if path.startswith("data/"):
            continue
        text = house.read(path)
        if text and not text.endswith("\n") or text.endswith("\n\n"):
            yield f"{path}: its end"
        for match in re.finditer(r"[ \t]+$|\t", text, re.M):
            yield f"{path}:{house.line_of(text, match.start())}: white space"
            break


house.run(formatted, white_space)
