"""What a resident's report page weighs on the wire: bodies as they came, gzipped, counted once.

`form`: the page with its styles and scripts, until the form works; `map`: with the part that draws
the map and what that asks for, as the builder says.  tests/bench/run.py and tests/api/pages.ts (by
`weight.py PORT`, which prints JSON) both ask here.
"""
import http.client
import json
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FORM, WITH_MAP = 40 * 1024, 100 * 1024  # bytes at most


def parts_of_map():
    """The files the map's part asks for."""
    with open(os.path.join(ROOT, "web", "dist", "manifest.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    files, rest = set(), ["src/resident/map.ts"]
    while rest:
        part = manifest[rest.pop()]
        files.update([part["file"], *part.get("css", [])])
        rest += part.get("imports", [])
    return {"/" + file for file in files}


def weigh(port):
    """{"form": bytes, "map": bytes, "most": {…}} of a server with demonstration data."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def size(path):
        client.request("GET", path, headers={"Accept-Encoding": "gzip"})
        reply = client.getresponse()
        body = reply.read()
        if reply.status != 200 or (path.startswith("/assets/") and (reply.headers["Content-Encoding"], reply.headers["Vary"])
                                   != ("gzip", "Accept-Encoding")):
            raise ValueError(f"{path}: {reply.status} {reply.headers}")
        return len(body)

    client.request("GET", "/nanshan/report")
    page = client.getresponse().read().decode()
    files = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', page))
    form = size("/nanshan/report") + sum(map(size, files))
    more = parts_of_map() - files
    if len(files) < 2 or len(more) < 2:
        raise ValueError(f"the page asks for {files}, its map for {more}")
    total = form + sum(map(size, more))
    client.close()
    return {"form": form, "map": total, "most": {"form": FORM, "map": WITH_MAP}}


if __name__ == "__main__":
    print(json.dumps(weigh(int(sys.argv[1]))))
