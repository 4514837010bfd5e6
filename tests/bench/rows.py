"""What `make bench` measures of registers: taking in a table, and the list, the search and the public view among many rows.

run.py calls this and is handed to it as `bench`; docs/inside/measure.md says how each figure is taken.
"""
import json
import os
import sys
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), "lib"), HERE]
import scale  # noqa: E402
import served  # noqa: E402

SIZES = [int(size) for size in os.environ.get("LINLI_BENCH_ROWS", "10000,100000").split(",")]
SHEET = 5000  # rows of one table that is taken in
ASKED = 1000  # requests of a shape
REGISTER = f"/api/v1/{scale.TENANT}/registers/shops"
HEADING = ("门店名称", "社区", "地址", "业态", "责任内容", "负责人", "联系电话")
TRADES, DUTIES = ("餐饮", "零售", "维修", "服务", "其他"), ("三包（卫生、绿化、秩序）", "四包（三包加设施）", "五包（四包加文明劝导）")
BOUNDARY = "linli-bench-table"


def sheet(first, count, areas):
    """A table of `count` shops as an office would have it, numbered from `first`."""
    lines = [",".join(HEADING)]
    for i in range(first, first + count):
        lines.append(f"第{i}家{('面馆', '五金店', '理发店', '便利店')[i % 4]},{areas[i % len(areas)]},前进路{i % 997 + 1}号-{i},"
                     f"{TRADES[i % 5]},{DUTIES[i % 3]},张{i % 89},139{i:08d}")
    return "\r\n".join(lines) + "\r\n"


def take_in(client, cookie, text):
    fields = {name: {"门店名称": "shop", "社区": "place", "地址": "address", "业态": "trade", "责任内容": "duties",
                     "负责人": "keeper", "联系电话": "phone"}[name] for name in HEADING}
    body = (f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"columns\"\r\n\r\n{json.dumps(fields, ensure_ascii=False)}\r\n"
            f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"shops.csv\"\r\nContent-Type: text/csv\r\n\r\n{text}\r\n"
            f"--{BOUNDARY}--\r\n").encode()
    client.connection.request("POST", f"{REGISTER}/import", body,
                              {"Cookie": cookie, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})
    reply = client.connection.getresponse()
    said = json.loads(reply.read())
    if reply.status != 200 or not said["written"]:
        raise served.Failed(f"the table is not taken in: {reply.status} {json.dumps(said, ensure_ascii=False)[:600]}")


def shapes(client, cookie):
    """What is asked of a register: name and address."""
    area = client.get(f"{REGISTER}/rows?limit=1", cookie)["items"][0]["area"]["code"]
    word = urllib.parse.quote("第77家")
    return (("page of 50", f"{REGISTER}/rows?limit=50"), ("page of a place", f"{REGISTER}/rows?limit=50&area={area}"),
            ("page of a kind", f"{REGISTER}/rows?limit=50&f1=repair"), ("page by a word", f"{REGISTER}/rows?limit=50&q={word}"),
            ("public page", f"{REGISTER}/public?limit=50"), ("figures", f"{REGISTER}/tally"))


def measure(table, bench, scratch):
    """Tables of SHEET rows until each of SIZES is there; the last size beside the first."""
    data, small, there = os.path.join(scratch, "rows"), None, 0
    served.run([bench.LINLI, "seed", "--data", data])
    server = served.Server(bench.LINLI, data)
    try:
        server.start()
        client = served.Client(server.port)
        cookie = client.sign_in(scale.TENANT, "desk")
        areas = [item["name"] for item in client.get(f"/api/v1/{scale.TENANT}/areas?kind=community")["items"]]
        for size in sorted(SIZES):
            bench.say(f"a register of {size:,} rows …")
            begun, before = time.monotonic(), there
            while there < size:
                take_in(client, cookie, sheet(there, min(SHEET, size - there), areas))
                there += SHEET
            table.add(f"register of {size:,} rows: taken in", (size - before) / (time.monotonic() - begun), "1/s")
            ours = {}
            for name, path in shapes(client, cookie):
                ours[name] = scale.get(bench, server, path, cookie, ASKED)
                at = f"register of {size:,} rows, {name}: "
                table.add(at + "p50", ours[name]["p50_us"] / 1000, "ms")
                table.add(at + "p99", ours[name]["p99_us"] / 1000, "ms", small[name]["p50_us"] / 1000 if small else None,
                          of_ratio=bool(small), at_most=10 if small else None)
            small = small or ours
        client.close()
        server.stop()
    finally:
        server.end()
