"""Nothing in the repository speaks of one machine or one network."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402

TEXT = (r"\.(c|h|py|sh|sql|ya?ml|ts|vue|js|mjs|css|html|json|txt|md|build|npmrc|in|conf|service)$"
        r"|^(Makefile|LICENSE)|^\.ci/")
# an absolute path into somebody's own folders
OWN_FOLDER = re.compile(r"(?<![\w./$)}*-])/(?:home|root|work|Users|mnt|media)/\w")
# a package registry or mirror by name
REGISTRY = re.compile(r"(?:https?:)?//[\w.-]*(?:registry|mirror|npmjs|pythonhosted|pypi|artifact|nexus)[\w.-]*", re.I)
SESSION = re.compile(r"/tmp/[\w.-]+")


def machine_paths():
    """no path of one machine"""
    for path in house.files(TEXT):
        text = house.read(path)
        for pattern in (OWN_FOLDER, SESSION):
            for match in pattern.finditer(text):
                yield f"{path}:{house.line_of(text, match.start())}: {match[0]}"


def registries():
    """no host of a package registry"""
    for path in house.files(TEXT):
        for match in REGISTRY.finditer(house.read(path)):
            yield f"{path}:{house.line_of(house.read(path), match.start())}: {match[0]}"


def lock_files():
    """lock files name versions and sums, not addresses"""
    for path in house.files(r"package-lock\.json$"):
        if '"resolved"' in house.read(path):
            yield path


def large():
    """no file is larger than 2 MiB, and none is built output"""
    for path in house.files():
        if os.path.getsize(os.path.join(house.ROOT, path)) > 2 << 20:
            yield path
        if re.search(r"\.(o|a|so|pyc|db|sqlite)$|(^|/)(node_modules|dist)/", path):
            yield path


def catches():
    """the check itself sees a path and a host"""
    if not OWN_FOLDER.search("cd /ho" "me/li/x") or OWN_FOLDER.search("src/wo" "rk/loop.c"):
        yield "paths"
    if not REGISTRY.search("https://reg" "istry.example.org/x"):
        yield "hosts"


house.run(machine_paths, registries, lock_files, large, catches)
