"""Everything a user sees is there in Chinese and in English."""
import json
import os
import re
import sys

import yaml

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402

CHINESE = re.compile(r"[\u3400-\u9fff]")


def maps(node, where=""):
    """Every mapping in a YAML tree with the place it stands at."""
    if isinstance(node, dict):
        yield where, node
        for key, value in node.items():
            yield from maps(value, f"{where}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from maps(value, f"{where}/{number}")


def playbooks():
    """each text of a playbook has zh and en, each in its language"""
    for path in house.files(r"^playbooks/.*\.ya?ml$"):
        for where, node in maps(yaml.safe_load(house.read(path))):
            if ("zh" in node) != ("en" in node):
                yield f"{path}:{where}: one language only"
            elif "zh" in node and not CHINESE.search(str(node["zh"])) and re.search("[A-Za-z]{3}", str(node["zh"])):
                yield f"{path}:{where}: the Chinese text is not Chinese"
            elif "en" in node and CHINESE.search(str(node["en"])):
                yield f"{path}:{where}: the English text is not English"


def web():
    """web/texts has the same keys in zh.json and en.json, none empty"""
    paths = house.files(r"^web/(.*/)?texts/(zh|en)\.json$")
    for folder in sorted({os.path.dirname(path) for path in paths}):
        both = [f"{folder}/{language}.json" for language in ("zh", "en")]
        if any(path not in paths for path in both):
            yield f"{folder}: one language only"
            continue
        zh, en = (json.loads(house.read(path)) for path in both)
        for key in sorted(set(zh) ^ set(en)):
            yield f"{folder}: {key} is in one language only"
        for key in sorted(set(zh) & set(en)):
            if not zh[key] or not en[key] or CHINESE.search(str(en[key])):
                yield f"{folder}: {key}"


def errors():
    """each registered error speaks both languages"""
    text = house.read("src/base/err.h")
    rows = re.findall(r'X\((\w+),\s*\d+,\s*"[a-z-]+",\s*\d+,[\s\\]*"([^"]*)",[\s\\]*"([^"]*)"\)', text)
    if len(rows) < 20:
        yield f"only {len(rows)} rows could be read"
    for name, zh, en in rows:
        if not CHINESE.search(zh) or not en or CHINESE.search(en):
            yield f"src/base/err.h: {name}"


def guides():
    """README, CONTRIBUTING and each guide page exist in both languages: X.md and X.zh-CN.md"""
    pages = house.files(r"^(README|CONTRIBUTING)(\.zh-CN)?\.md$|^docs/guide/[^/]*\.md$")
    for path in sorted({*pages, "README.md", "CONTRIBUTING.md"}):
        other = re.sub(r"(\.zh-CN)?\.md$", lambda match: ".md" if match[1] else ".zh-CN.md", path)
        if other not in pages:
            yield f"{path}: no {other}"
        if path.endswith(".zh-CN.md") and len(CHINESE.findall(house.read(path))) < 200:
            yield f"{path}: the Chinese page is not Chinese"


house.run(playbooks, web, errors, guides)
