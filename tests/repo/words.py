"""Every word of the playbooks' language stands in a playbook that is tried by scenarios."""
import os
import re
import sys

import yaml

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402

# registers are tables, and no scenario plays one; a library is no playbook of its own
OTHERS = {"src/playbook/load_register.c"}
NONE = {"library"}
LIST = re.compile(r"static const char \*const words\[\]\s*=\s*\{(.*?)\}", re.S)


def words_of(text):
    """The words a loader takes, by their lists."""
    return {word for found in LIST.findall(text) for word in re.findall(r'"([a-z_]+)"', found)}


def the_words():
    """Every word of the language, with the files that take it."""
    found = {}
    for path in house.files(r"^src/playbook/.*\.c$"):
        if path not in OTHERS:
            for word in words_of(house.read(path)) - NONE:
                found.setdefault(word, []).append(path)
    return found


def the_types():
    """The types of fields."""
    return set(re.findall(r'"([a-z_]+)"', re.search(r"li_type_words\[.*?\]\s*=\s*\{(.*?)\}",
                                                    house.read("src/playbook/word.c"), re.S)[1]))


def walk(node, keys, types):
    """What stands in a tree: the names of its maps, and the types its fields have."""
    if isinstance(node, dict):
        for key, value in node.items():
            keys.add(str(key))
            if key == "type" and isinstance(value, str):
                types.add(value)
            walk(value, keys, types)
    elif isinstance(node, list):
        for value in node:
            walk(value, keys, types)


def the_played():
    """What stands in playbooks that have scenarios, and in what they are made of."""
    all_files = set(house.files(r"\.yaml$"))
    paths = {path.replace(".scenarios.yaml", ".yaml") for path in all_files if path.endswith(".scenarios.yaml")}
    keys, types = set(), set()
    for path in sorted(paths):
        tree = yaml.safe_load(house.read(path))
        parts = tree.get("uses", [])
        for part in [tree.get("extends")] + (parts if isinstance(parts, list) else [parts]):
            paths |= {f"playbooks/{part}.yaml", f"playbooks/library/{part}.yaml"} & all_files
    for path in paths:
        walk(yaml.safe_load(house.read(path)), keys, types)
    return keys, types


def words():
    """every word of the language is tried by a scenario"""
    keys, _ = the_played()
    for word, paths in sorted(the_words().items()):
        if word not in keys:
            yield f"{word} ({', '.join(paths)})"


def types():
    """every type of field is tried by a scenario"""
    yield from sorted(the_types() - the_played()[1])


def catches():
    """the check finds words and types, and one that no scenario tries"""
    if words_of('static const char *const words[] = {"within", "of", NULL};') != {"within", "of"}:
        yield "lists"
    if len(the_words()) < 80 or len(the_types()) < 15 or "sky" in the_played()[0]:
        yield "words"


house.run(words, types, catches)
