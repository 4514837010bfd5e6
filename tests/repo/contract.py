"""Each operation of the contract has a handler and is called by a test."""
import os
import re
import sys

import yaml

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402

VERBS = ("get", "post", "put", "patch", "delete", "head", "options")


def operations():
    contract = yaml.safe_load(house.read("api/openapi.yaml"))
    for path, item in contract["paths"].items():
        for verb, operation in item.items():
            if verb in VERBS:
                yield verb, path, operation


def named():
    """every operation has its own operationId and says who may call it (x-allow)"""
    seen = set()
    for verb, path, operation in operations():
        name = operation.get("operationId")
        if not name or name in seen:
            yield f"{verb} {path}: operationId {name}"
        if "x-allow" not in operation:
            yield f"{verb} {path}: no x-allow"
        seen.add(name)
    if not seen:
        yield "no operation at all"


def handled():
    """every operationId is named in src/serve"""
    code = "".join(house.bare(path, strings=True) for path in house.files(r"^src/serve/.*\.[ch]$"))
    for _, _, operation in operations():
        if not re.search(rf'["(,\s]{operation["operationId"]}["),\s]', code):
            yield operation["operationId"]


def tested():
    """every operationId is called by the API or browser tests"""
    code = "".join(house.read(path) for path in house.files(r"^(tests/(api|browser)|web/tests?)/.*\.(ts|mjs|js|py|c)$"))
    for _, _, operation in operations():
        if not re.search(rf'\b{operation["operationId"]}\b', code):
            yield operation["operationId"]


house.run(named, handled, tested)
