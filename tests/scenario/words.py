"""Every word of the playbooks' language is checked and explained.

Words and playbooks are found, none is listed: each word is written as nonsense, which must be refused with the place,
and left out, which must be refused, too, or change what `linli playbook explain` says.  That scenarios try each is
tests/repo/words.py's.
"""
import copy
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

import yaml

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402

LINLI = os.environ.get("LINLI", os.path.join(house.ROOT, "build", "linli"))
LIST = re.compile(r"static const char \*const words\[\]\s*=\s*\{(.*?)\}", re.S)
# maps whose keys are names that somebody chose
NAMED = {"fields", "states", "actions", "parts", "options", "items", "clocks", "samples", "figures", "books", "names",
         "balances", "similar", "tables", "ballots", "every", "roles", "facts", "reads", "map"}
# what a page for the wall leaves to other places, and which
SILENT = {
    "hint": "stands beside the field in its form",
    "many": "the form takes several",
    "max": "the form takes so much",
    "places": "how a number is written",
    "scale": "how a number is written",
}
# where what is written is what is meant without it, too: another value in its place
OTHERWISE = {"link": "related", "need": "any"}
TRIES = 8  # places of a word


def the_words():
    """Every word the loader takes, and the sugar over it."""
    found = set()
    for path in house.files(r"^src/playbook/(load|sugar|desugar).*\.c$"):
        if path != "src/playbook/load_register.c":
            for listed in LIST.findall(house.read(path)):
                found |= set(re.findall(r'"([a-z_]+)"', listed))
    return found - {"library", "zh", "en"}


def places(node, path, named):
    """Where words stand: paths into a tree."""
    if isinstance(node, dict):
        for key, value in node.items():
            if not named:
                yield path + [key], key
            yield from places(value, path + [key], not named and key in NAMED and isinstance(value, dict)
                              and not (key == "options" and "ballots" in path))
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from places(value, path + [i], False)


def changed(tree, path, *value):
    """The tree with another value there, or none."""
    tree = copy.deepcopy(tree)
    node = tree
    for key in path[:-1]:
        node = node[key]
    if value:
        node[path[-1]] = value[0]
    else:
        del node[path[-1]]
    return tree


class Loader(yaml.SafeLoader):
    """As linli reads it: only true and false are yes or no, and a day is a text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, mark) for tag, mark in some
            if tag.endswith((":int", ":null")) or (tag.endswith(":bool") and first in "tf")]
    for first, some in yaml.SafeLoader.yaml_implicit_resolvers.items()}


class Files:
    """Folders where playbooks lie as they do here, one of them altered; a set of folders for each thread."""

    def __init__(self):
        self.root = tempfile.mkdtemp(prefix="linli-words-")
        self.own = threading.local()
        self.explained = {}
        self.trees = {}
        for path in house.files(r"\.scenarios\.yaml$"):
            path = path.replace(".scenarios.yaml", ".yaml")
            self.trees[path] = yaml.load(house.read(path), Loader)

    def folder(self, beside):
        folders = self.own.__dict__.setdefault("folders", {})
        if beside not in folders:
            folders[beside] = tempfile.mkdtemp(dir=self.root)
            for name in os.listdir(beside):
                os.symlink(os.path.join(beside, name), os.path.join(folders[beside], name))
        return folders[beside]

    def say(self, verb, path, tree):
        """What linli says of a playbook: whether it takes it, and the words."""
        real = os.path.join(house.ROOT, path)
        where = os.path.join(self.folder(os.path.dirname(real)), os.path.basename(path))
        os.unlink(where)
        with open(where, "w", encoding="utf-8") as file:
            json.dump(tree, file, ensure_ascii=False, indent=1)
        done = subprocess.run([LINLI, "playbook", verb, where], capture_output=True, text=True, check=False)
        os.unlink(where)
        os.symlink(real, where)
        return done.returncode == 0, (done.stdout + done.stderr).replace(where, "FILE")

    def explain(self, path):
        """What is said of a playbook as it is."""
        if path not in self.explained:
            self.explained[path] = self.say("explain", path, self.trees[path])
        return self.explained[path]


FILES = Files()


def occurrences():
    """word -> some places where it stands, each in another file as far as there are."""
    found = {}
    for path, tree in sorted(FILES.trees.items()):
        for at, word in places(tree, [], False):
            found.setdefault(word, {}).setdefault(path, []).append(at)
    for word, by_path in found.items():
        rounds = [(path, ats[i]) for i in range(TRIES) for path, ats in by_path.items() if i < len(ats)]
        found[word] = rounds[:TRIES]
    return found


OCCURRENCES = {word: places for word, places in occurrences().items() if word in the_words()}


def nonsense_of(word):
    """What is wrong with how nonsense in a word's place is taken; None: nothing."""
    path, at = OCCURRENCES[word][0]
    taken, said = FILES.say("check", path, changed(FILES.trees[path], at, {"no-such-word": ["no such thing"]}))
    if taken:
        return f"{word} takes nonsense ({path} {at})"
    return None if re.search(r"^FILE:\d+:\d+: \S", said, re.M) else f"{word} is refused without its place: {said[:200]}"


def silence_of(word):
    """Whether leaving a word out changes nothing that is said."""
    for path, at in OCCURRENCES[word]:
        whole, before = FILES.explain(path)
        other = changed(FILES.trees[path], at, *([OTHERWISE[word]] if word in OTHERWISE else []))
        taken, after = FILES.say("explain", path, other)
        if not whole or (word in OTHERWISE and not taken):
            return f"{path}: {(after if whole else before)[:200]}"
        if not taken or before != after:
            return None
    return f"{word} is not explained ({path} {at})"


def each(fn, some):
    with ThreadPoolExecutor(2) as pool:
        yield from filter(None, pool.map(fn, sorted(some)))


def checked():
    """nonsense in the place of any word is refused, with file, line and column"""
    yield from each(nonsense_of, OCCURRENCES)


def explained():
    """every word changes what is explained, or cannot be left out"""
    yield from each(silence_of, set(OCCURRENCES) - set(SILENT))


def found():
    """the words are found, and nothing is excused that is explained"""
    if len(OCCURRENCES) < 150:
        yield f"only {len(OCCURRENCES)} words"
    missing = the_words() - set(OCCURRENCES)
    if missing:
        yield f"no place of {sorted(missing)}"
    for word in SILENT:
        if silence_of(word) is None:
            yield f"{word} is explained"


try:
    house.run(checked, explained, found)
finally:
    shutil.rmtree(FILES.root, ignore_errors=True)
