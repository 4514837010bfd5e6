"""What somebody thinks feeds no figure: neither a field nor a ballot of `use: opinion` goes anywhere but to who reads it."""
import os
import re
import sys

import yaml

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402

# who may read what a ballot came to: itself, and the pages and operations that publish it
READERS = r"^src/(vote/[a-z]+|serve/op/ballot[a-z_]*)\.c$"
# where a playbook reckons: fields that are reckoned, entries of the ledger, what is shared out, figures of a page
SUMS = {"is", "amount", "value"}


def opinions(tree):
    """The names of what is only thought: fields and ballots."""
    def of(words):
        return {name for name, one in (tree.get(words) or {}).items()
                if isinstance(one, dict) and one.get("use") == "opinion"}
    return of("fields"), of("ballots")


def sums(node, key=""):
    """Every expression that becomes a number."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from sums(value, str(name))
    elif isinstance(node, list):
        for value in node:
            yield from sums(value, key)
    elif isinstance(node, str) and key in SUMS:
        yield node


def texts(node):
    """Every text of a tree."""
    if isinstance(node, dict):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)
    elif isinstance(node, str):
        yield node


def broken(tree):
    """What a playbook does with opinions that it may not."""
    fields, ballots = opinions(tree)
    for name in fields:
        for text in sums(tree):
            if re.search(rf"\b(field|its)\.{name}\b", text):
                yield f"{name} is reckoned: {text}"
    for name in ballots:
        for text in texts(tree):
            if re.search(rf"\bballot\.{name}\.(?!state\b)|\bchosen\.{name}\b", text):
                yield f"the ballot {name} decides: {text}"


def playbooks():
    """no playbook reckons with an opinion or lets one decide"""
    for path in sorted(house.files(r"^(playbooks|tests/lib)/.*\.yaml$")):
        tree = yaml.safe_load(house.read(path))
        if isinstance(tree, dict) and isinstance(tree.get("fields"), dict):
            yield from (f"{path}: {fault}" for fault in broken(tree))


def readers():
    """what a ballot came to is read by the ballot and its own pages alone"""
    for path in sorted(house.files(r"^src/.*\.c$")):
        if not re.match(READERS, path) and re.search(r"\bli_ballot_(result|decided)\(|\bballot_result\b",
                                                     house.bare(path, strings=True)):
            yield path


def door():
    """the one way out refuses an opinion, and a case is told by it alone"""
    decided = re.search(r"\nint li_ballot_decided\(.*?\n}", house.read("src/vote/count.c"), re.S)
    if not decided or "!found->spec.decision" not in decided[0] or "LI_E_FORBIDDEN" not in decided[0]:
        yield "li_ballot_decided lets an opinion out"
    call = house.bare("src/vote/call.c")
    if "li_ballot_decided(" not in call or "li_ballot_result(" in call or "ballot->spec.decision" not in call:
        yield "src/vote/call.c tells a case something else than what was decided"
    loader = house.bare("src/playbook/load_amount.c")
    if "LI_RULE_OPINION_FIGURE" not in loader or "LI_RULE_BALLOT_OPINION" not in house.bare("src/playbook/load_ballot.c"):
        yield "the loader refuses no opinion"


def catches():
    """the check finds both when they are there"""
    tree = yaml.safe_load("fields: {stars: {use: opinion}, all: {is: 'sum(task, its.stars)'}}\n"
                          "ballots: {feel: {use: opinion}}\nactions: {a: {when: 'ballot.feel.passed'}, b: {when: \"ballot.feel.state = 'final'\"}}")
    found = list(broken(tree))
    if len(found) != 2:
        yield str(found)


house.run(playbooks, readers, door, catches)
