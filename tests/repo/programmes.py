"""Programmes: every playbook and register that is shipped has scenarios, a guide page in both languages and a walk in a real browser."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402

TABLE = "docs/programmes.txt"
FILES = {os.path.basename(path)[:-5]: path for path in house.files(r"^playbooks/(optional/)?[^/]+\.yaml$")
         if not path.endswith(".scenarios.yaml")}
REGISTERS = {f"registers/{os.path.basename(path)[:-5]}": path for path in house.files(r"^playbooks/registers/[^/]+\.yaml$")}


def lines():
    """NAME -> (programme, guide, walk, reason)"""
    for line in house.read(TABLE).splitlines() if house.files(rf"^{TABLE}$") else []:
        words = line.split("#")[0].split(None, 4)
        if words:
            yield words[1], (words[0], words[2], words[3], words[4] if len(words) > 4 else "")


LISTED = dict(lines())


def title(path, lang):
    found = re.search(rf'^title: .*?\b{lang}: ("[^"]*"|[^,}}]*)', house.read(path), re.M)
    return found[1].strip('"').strip() if found else "?"


def names(text, name, path):
    """Whether a walk works with it: by its name, its address or its title."""
    short = name.split("/")[-1]
    return any(one in text for one in (f"'{short}'", f"={short}", f"/{short}", title(path, "zh")))


def complete():
    """docs/programmes.txt has a line for every playbook and register, and for no other"""
    for name in sorted((set(FILES) | set(REGISTERS)) ^ set(LISTED)):
        yield f"{TABLE}: {name}"
    for name, (programme, *_) in LISTED.items():
        if not re.fullmatch(r"[A-G]\d\d?", programme):
            yield f"{TABLE}: {name}: {programme} is no programme"
    if not FILES or not REGISTERS:
        yield "no playbook at all"


def scenarios():
    """every playbook has scenarios"""
    for name, path in FILES.items():
        there = path[:-5] + ".scenarios.yaml"
        if not house.files(rf"^{re.escape(there)}$") or "\n  - name:" not in house.read(there):
            yield there


def guides():
    """the guide page of each names it by its title, in both languages"""
    for name, (_, guide, *_) in LISTED.items():
        path = {**FILES, **REGISTERS}.get(name)
        for lang, file in (("zh", f"docs/guide/{guide}.zh-CN.md"), ("en", f"docs/guide/{guide}.md")):
            if path and (not house.files(rf"^{re.escape(file)}$") or title(path, lang).lower() not in house.read(file).lower()):
                yield f"{file} does not say {title(path, lang)} ({name})"


def walks():
    """each is met in a walk that is run, or says why not"""
    run = house.read("tests/browser/browser.test.ts")
    for name, (_, _, walk, reason) in LISTED.items():
        path = {**FILES, **REGISTERS}.get(name)
        file = f"tests/browser/{walk}.ts"
        if walk == "-":
            if not reason:
                yield f"{TABLE}: {name} has no walk and no reason"
        elif path and (f"import('./{walk}')" not in run or not names(house.read(file), name, path)):
            yield f"{file} does not walk {name}"


def blunted():
    """a title that no page says and a name that no walk says would be told"""
    if names("await openAtDesk(page, 'nothing')", "wish", FILES["wish"]) or title(FILES["wish"], "en") == "?":
        yield "names() finds what is not there"


house.run(complete, scenarios, guides, walks, blunted)
