"""No test is forgotten: each file is one that the build or tests/run.py runs."""
import contextlib
import io
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402

sys.path.insert(0, os.path.join(house.ROOT, "tests"))
import run as runner  # noqa: E402

GROUPS = json.loads(house.read("tests/groups.json"))
HELPERS = {"lib", "bench", "fuzz"}


def web_scripts():
    if not house.files(r"^web/package\.json$"):
        return {}
    return json.loads(house.read("web/package.json")).get("scripts", {})


def folders():
    """every folder of tests/ is a group of tests/groups.json"""
    found = {path.split("/")[1] for path in house.files(r"^tests/[^/]+/.*\.(c|py|ts|mjs|js)$")}
    for name in sorted(found - set(GROUPS) - HELPERS):
        yield f"tests/{name}"


def programs():
    """every test is where the runner looks for it"""
    built = {line.split(" ")[2] for line in house.sources.listing()} | {"tests/fuzz/replay.c"}
    for path in house.files(r"^tests/.*\.(c|py)$"):
        deep = path.count("/") > 2
        if path.endswith(".c") and path not in built or path.endswith(".py") and deep and "/lib/" not in path:
            yield path
    for path in house.files(r"^(tests|web)/.*\.(test|spec)\.(ts|mjs|js)$"):
        script = f"test:{path.split('/')[1]}" if path.startswith("tests/") else "test"
        if script not in web_scripts():
            yield f"{path}: web/package.json has no script {script}"


def corpora():
    """every fuzz target has kept inputs, and every corpus its target"""
    targets = {os.path.basename(path)[:-2] for path in house.files(r"^tests/fuzz/[^/]+\.c$")} - {"replay"}
    kept = {path.split("/")[3] for path in house.files(r"^tests/fuzz/corpus/[^/]+/")}
    for name in sorted(targets ^ kept):
        yield name
    if not targets:
        yield "no fuzz target at all"


def verbs():
    """the Makefile has its verbs and .ci/run calls make test"""
    makefile = house.read("Makefile")
    for verb in ("all", "run", "test", "san", "fuzz", "bench", "fmt", "test-night", "clean"):
        if not re.search(rf"^{verb}:", makefile, re.M):
            yield f"make {verb}"
    if not re.search(r"^exec make test\b", house.read(".ci/run"), re.M):
        yield ".ci/run"


def packages():
    """packages.txt lists each package once, in a known group, and is all that is installed"""
    lines = [line.split() for line in house.read("packages.txt").splitlines() if line and line[0] != "#"]
    names = [line[-1] for line in lines]
    for line in lines:
        if len(line) != 2 or line[0] not in ("build", "web", "test", "deb", "night") or names.count(line[1]) > 1:
            yield " ".join(line)
    for path in house.files(r"^(Makefile|tools/|tests/|\.ci/)"):
        # what the second one installs is in a system of its own, thrown away after
        if path not in ("tools/install.sh", "tests/package/deb.py") and re.search(r"apt(-get)? +install|pip3? +install", house.read(path)):
            yield path


def second_tries():
    """a second try counts each test once, forgives only who passes, and is had by walks alone"""
    def tried(first, second):
        counts = []
        for result in (first, second):
            count = runner.Count()
            for name, passed in result.items():
                count.passed += passed
                if not passed:
                    count.fail(name)
                    count.failing.append(name)
            counts.append(count)
        with contextlib.redirect_stdout(io.StringIO()) as said:
            count = runner.Runner.second_try("browser", counts[0], lambda *_: counts[1])
        return count.passed, count.failed, said.getvalue().count("only at the second try: ")

    for first, second, wanted in (({"a": True, "b (c)": False}, {"b (c)": True}, (2, 0, 1)),
                                  ({"a": True, "b": False, "c": False}, {"b": False, "c": True}, (2, 1, 1)),
                                  ({"a": True, "b": False}, {}, (1, 1, 0))):
        if tried(first, second) != wanted:
            yield f"{first}, then {second}: {tried(first, second)}"
    for group, settings in GROUPS.items():
        if settings.get("again") and group != "browser":
            yield f"{group} has a second try"


house.run(folders, programs, corpora, verbs, packages, second_tries)
