#!/usr/bin/env python3
"""Measures linli and writes build/bench.json; `make bench`.

For 10,000 and 1,000,000 cases in the file: what a lifecycle (open, dispatch,
done, pass; 64 connections) costs the server in rows, bytes and CPU, and how many
a second there are, beside bench-yardstick; what a GET costs beside nginx serving
a file of the same size.  docs/inside/measure.md says how each figure is taken.

    LINLI_BENCH_CASES=10000        other sizes, separated by commas
    LINLI_BENCH_LIFECYCLES=4000    how many lifecycles are measured
    LINLI_BENCH_LISTENERS=10000    how many listen to the stream
    LINLI_BENCH_ROWS=10000,100000  rows of a register
    LINLI_BENCH_PG_LIFECYCLES=2000 how many are measured on PostgreSQL
    LINLI_BENCH_STRICT=1           a missed aim is a failure

Filled databases stay in build/bench-data for the next time.
"""
import contextlib
import glob
import hashlib
import json
import os
import platform
import re
import select
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), "lib"), HERE]
import ballots  # noqa: E402
import desk  # noqa: E402
import rows  # noqa: E402
import scale  # noqa: E402
import served  # noqa: E402
import weight  # noqa: E402

BUILD = os.environ.get("LINLI_BUILD", os.path.join(ROOT, "build"))
LINLI = os.environ.get("LINLI", os.path.join(BUILD, "linli"))
KEPT = os.path.join(BUILD, "bench-data")
SIZES = [int(size) for size in os.environ.get("LINLI_BENCH_CASES", "10000,1000000").split(",")]
LIFECYCLES = int(os.environ.get("LINLI_BENCH_LIFECYCLES", "4000"))
WARM = 1000  # lifecycles before any is measured
WARMTH = 500  # or one for so many cases: a server that has run for a while has its indexes in memory
CONNECTIONS = 64
YARD_LIFECYCLES = 8000
GETS, GET_CONNECTIONS = 20000, 16
RUNS = 3  # of everything that is timed; the median counts
RATES = ((10_000_000, 1200), (1_000_000, 2000))  # lifecycles a second that are aimed at, from so many cases on
YARD_MOST = 1_000_000  # among more the yardstick stays as it is: it is the same work, and its file the same size again
COPIED = 100000  # up to here a filled folder is copied, so that it stays as it is


def program(name):
    return os.path.join(BUILD, name)


def say(text):
    print(text, flush=True)


# ---- rows of the table -------------------------------------------------------


class Table:
    def __init__(self):
        self.rows = []

    def add(self, name, value, unit, yardstick=None, at_most=None, at_least=None, of_ratio=False):
        """`of_ratio`: the aim is about value / yardstick."""
        ratio = value / yardstick if yardstick else None
        judged = ratio if of_ratio else value
        aim = met = None
        if at_most is not None:
            aim, met = f"<= {at_most:g}", judged <= at_most
        elif at_least is not None:
            aim, met = f">= {at_least:g}", judged >= at_least
        if aim and of_ratio:
            aim += " x"
        self.rows.append({"name": name, "value": round(value, 3), "unit": unit,
                          "yardstick": None if yardstick is None else round(yardstick, 3),
                          "ratio": None if ratio is None else round(ratio, 3), "aim": aim, "met": met})

    def print(self):
        say(f"\n{'':46} {'value':>10} {'unit':10} {'yardstick':>10} {'ratio':>6}  aim")
        for row in self.rows:
            def shown(value, width):
                return f"{'' if value is None else format(value, ',.2f' if value < 100 else ',.0f'):>{width}}"
            verdict = "" if row["met"] is None else f"{row['aim']}  {'met' if row['met'] else 'MISSED'}"
            say(f"{row['name']:46} {shown(row['value'], 10)} {row['unit']:10} "
                f"{shown(row['yardstick'], 10)} {shown(row['ratio'], 6)}  {verdict}")


# ---- what the kernel counts --------------------------------------------------


def cpu_us(pid):
    """CPU of all threads of a process, in microseconds."""
    total = 0
    for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
        with open(path, encoding="ascii") as file:
            total += int(file.read().split()[0])
    return total / 1000


def io_of(pid):
    with open(f"/proc/{pid}/io", encoding="ascii") as file:
        return {name: int(value) for name, value in (line.split(": ") for line in file)}


def rss_mib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(r"^VmRSS:\s+(\d+) kB", file.read(), re.M)[1]) / 1024


# ---- filled databases --------------------------------------------------------


def fingerprint(*patterns):
    """Of the files that decide what a filled database looks like."""
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(glob.glob(pattern, root_dir=ROOT, recursive=True)):
            if os.path.isdir(os.path.join(ROOT, path)):
                continue
            with open(os.path.join(ROOT, path), "rb") as file:
                digest.update(path.encode() + b"\0" + file.read())
    return digest.hexdigest()[:12]


def count_cases(folder):
    with contextlib.closing(sqlite3.connect(f"{folder}/linli.db")) as database:
        return database.execute("select count(*) from cases").fetchone()[0]


def filled(size, scratch):
    """A data folder that holds `size` cases (up to a tenth more)."""
    name = fingerprint("schema/*.sql", "data/demo/**", "playbooks/service-request.yaml")
    kept = os.path.join(KEPT, f"linli-{name}-{size}")
    if os.path.isdir(kept) and not size <= count_cases(kept) <= size * 1.1:
        shutil.rmtree(kept)
    if not os.path.isdir(kept):
        half = kept + ".half"
        for end in ("", ".half"):
            for old in glob.glob(os.path.join(KEPT, f"linli-*-{size}{end}")):
                if old != half or os.path.exists(f"{half}/filling"):
                    shutil.rmtree(old)
        if not os.path.isdir(half):
            os.makedirs(half)
            served.run([LINLI, "seed", "--data", half])
        left = size - count_cases(half)  # one that was told to stop is gone on with
        say(f"filling {size:,} cases, {left:,} are left …")
        if left > 0:
            subprocess.run([program("bench-fill"), half, str(left)], check=True)
        os.rename(half, kept)
    if size > COPIED:
        return kept
    return shutil.copytree(kept, os.path.join(scratch, f"linli-{size}"))


class Yardstick:
    """bench-yardstick among `size` lifecycles."""

    def __init__(self, size, scratch):
        name = fingerprint("tests/bench/yardstick.c")
        self.size, self.kept = size, os.path.join(KEPT, f"yardstick-{name}-{size}.db")
        if size <= COPIED:
            self.kept = os.path.join(scratch, f"yardstick-{size}.db")
        for old in glob.glob(os.path.join(KEPT, f"yardstick-*-{size}.db*")):
            if not old.startswith(self.kept):
                os.remove(old)
        os.makedirs(KEPT, exist_ok=True)
        say(f"the yardstick among {size:,} lifecycles …")
        if self.run(1)["filled"] > size * 1.1 and size > COPIED:
            os.remove(self.kept)
            self.run(1)

    def run(self, count=YARD_LIFECYCLES):
        return json.loads(served.run([program("bench-yardstick"), self.kept, str(self.size), str(count)]))


# ---- lifecycles --------------------------------------------------------------


def load(port, ground, count):
    return json.loads(served.run([program("bench-load"), "lifecycle", "--port", str(port), "--ground", ground,
                                  "--connections", str(CONNECTIONS), "--count", str(count)]))


def middle(runs):
    """The run of median CPU."""
    return sorted(runs, key=lambda run: run["cpu_us"])[len(runs) // 2]


def warm_up(size):
    return max(WARM, size // WARMTH)


def measure_lifecycles(size, server, client, ground, yard):
    """What LIFECYCLES lifecycles cost, and the yardstick's, in turn so that both
    meet the same machine."""
    served.catch_up(client, load(server.port, ground, warm_up(size))["heads"])
    os.sync()
    runs, bare = [], []
    for _ in range(RUNS):
        runs.append(measure_run(server.process.pid, server.port, client, ground))
        bare.append(yard.run())
    return middle(runs), middle(bare)


def measure_run(pid, port, client, ground):
    cpu, io = cpu_us(pid), io_of(pid)
    result = load(port, ground, LIFECYCLES)
    result["behind"], ended = client.get("/readyz")["behind"], time.monotonic()
    served.catch_up(client, result["heads"])
    result["caught_up_ms"] = (time.monotonic() - ended) * 1000
    result["cpu_us"] = (cpu_us(pid) - cpu) / LIFECYCLES
    after = io_of(pid)
    result["kb"] = (after["wchar"] - io["wchar"]) / 1024 / LIFECYCLES
    result["kb_storage"] = (after["write_bytes"] - io["write_bytes"]) / 1024 / LIFECYCLES
    return result


def add_lifecycles(table, size, result, stop, yard):
    written, commits = map(int, re.search(r"serve\.stop rows=(\d+) commits=(\d+)", stop).groups())
    played = warm_up(size) + RUNS * LIFECYCLES
    name = f"lifecycle at {size:,} cases: "
    table.add(name + "rows", written / played, "rows", yard["rows"], at_most=30)
    table.add(name + "written", result["kb"], "KB", yard["kb"], at_most=100)
    table.add(name + "CPU", result["cpu_us"], "us", yard["cpu_us"], at_most=450)
    least = next((rate for cases, rate in RATES if size >= cases), None)
    result["rate"] = result["finished"] / result["seconds"]
    table.add(name + "rate", result["rate"], "1/s", yard["per_second"], at_least=least)
    table.add(name + "commits", commits / played, "commits")
    table.add(name + "reached the disk", result["kb_storage"], "KB")
    for step in ("open", "file_and_dispatch", "done", "pass"):
        table.add(f"{name}{step} p50", result[step]["p50_us"] / 1000, "ms")
        table.add(f"{name}{step} p99", result[step]["p99_us"] / 1000, "ms")
        table.add(f"{name}{step} max", result[step]["max_us"] / 1000, "ms")
    table.add(name + "consumers behind", result["behind"], "entries")
    table.add(name + "consumers caught up in", result["caught_up_ms"], "ms", at_most=1000)


# ---- one GET -----------------------------------------------------------------


class Nginx:
    """One worker, serving one file from a folder of its own."""

    CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; {user}
events {{ worker_connections 256; }}
http {{
    access_log off; sendfile on; keepalive_requests 1000000000; default_type application/json;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""

    def __init__(self, folder, size):
        self.folder = folder
        os.makedirs(os.path.join(folder, "files"))
        with open(os.path.join(folder, "files", "reply"), "wb") as file:
            file.write(b"x" * size)
        self.port = free_port()
        with open(os.path.join(folder, "conf"), "w", encoding="ascii") as file:
            file.write(self.CONFIGURATION.format(folder=folder, port=self.port,
                                                 user="user root;" if os.geteuid() == 0 else ""))
        self.process = subprocess.Popen([nginx_program(), "-p", folder, "-c", os.path.join(folder, "conf")],
                                        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def worker(self):
        """Its process id, once the worker answers."""
        client = served.Client(self.port)
        for _ in range(200):
            try:
                client.connection.request("GET", "/reply")
                client.connection.getresponse().read()
                break
            except ConnectionRefusedError:
                client.connection.close()
                select.select([], [], [], 0.02)
        else:
            raise served.Failed("nginx does not answer")
        client.close()
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as file:
            return int(file.read().split()[0])

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def nginx_program():
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get_often(pid, port, path, cookie=None):
    """One run: CPU of the server in microseconds a request, and p99 in milliseconds."""
    command = [program("bench-load"), "get", "--port", str(port), "--path", path,
               "--connections", str(GET_CONNECTIONS), "--count", str(GETS)]
    before = cpu_us(pid)
    result = json.loads(served.run(command + (["--cookie", cookie] if cookie else [])))
    return (cpu_us(pid) - before) / GETS, result["get"]["p99_us"] / 1000


def addresses(client, tenant, cookie):
    """A closed case and a page of 50 as staff see them, a report's progress: each with what it may cost
    beside a file of its size."""
    items = client.get(f"/api/v1/{tenant}/cases?view=all&limit=100", cookie)["items"]
    closed = next(item for item in items if item["state"]["name"] == "closed")
    opened = client.must("POST", f"/api/v1/{tenant}/cases",
                         {"playbook": "service-request", "area": closed["area"]["code"],
                          "fields": {"topic": "lamp", "description": "路灯已经三天不亮了，老人看不清台阶。"}})
    return (("case", f"/api/v1/{tenant}/cases/{closed['case']}", cookie, 3),
            ("page of 50 cases", f"/api/v1/{tenant}/cases?view=all&limit=50", cookie, 8),
            ("progress", f"/api/v1/{tenant}/progress/{opened['tracking']}", None, 3),
            ("healthz", "/healthz", None, None))


def measure_gets(table, size, server, client, cookie, scratch):
    for name, path, own_cookie, at_most in addresses(client, "nanshan", cookie):
        body = int(client.ask("GET", path, cookie=own_cookie)[2]["Content-Length"])
        nginx = Nginx(tempfile.mkdtemp(dir=scratch, prefix="nginx-"), body)
        own, bare = [], []
        try:
            worker = nginx.worker()
            for _ in range(1 + RUNS):  # in turn, so that both meet the same machine
                own.append(get_often(server.process.pid, server.port, path, own_cookie))
                bare.append(get_often(worker, nginx.port, "/reply"))
        finally:
            nginx.stop()
        cpu, p99 = (statistics.median(run[i] for run in own[1:]) for i in (0, 1))
        table.add(f"GET {name} at {size:,} cases: CPU", cpu, "us",
                  statistics.median(run[0] for run in bare[1:]), of_ratio=True, at_most=at_most)
        table.add(f"GET {name} at {size:,} cases: reply", body, "bytes")
        table.add(f"GET {name} at {size:,} cases: p99", p99, "ms")


# ---- a country's tree --------------------------------------------------------

# kind, how many the country had in 2023, digits a code has more than its parent's
COUNTRY = (("province", 31, 2), ("city", 342, 2), ("county", 2978, 2), ("street", 41352, 3), ("community", 620573, 3))


def country():
    """(code, kind, name, parent, path) of a made-up tree with that many areas of each kind,
    spread evenly; parents before children."""
    above, areas = [("", "")], []
    for kind, count, digits in COUNTRY:
        level = []
        for i, (parent, path) in enumerate(above):
            share = count // len(above) + (i < count % len(above))
            for number in range(1, share + 1):
                code = f"{parent}{number:0{digits}d}"
                level.append((code, f"{path}{code}/"))
                areas.append((code, kind, f"第{number}社区", parent or None, f"{path}{code}/"))
        above = level
    return sorted(areas, key=lambda area: area[4])


def insert_bare(areas, path):
    """The same rows with the same keys into a bare SQLite, one durable transaction: seconds."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(
            "pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -65536;"
            "create table area (tenant integer not null, code text not null, kind text not null, name text not null,"
            " parent text, path text not null, primary key (tenant, code)) strict;"
            "create unique index area_path on area (tenant, path);"
            "create index area_kind on area (tenant, kind, path);")
        begun = time.monotonic()
        database.execute("begin immediate")
        database.executemany("insert into area values (1, ?, ?, ?, ?, ?)", areas)
        database.execute("commit")
        return time.monotonic() - begun


def measure_import(table, scratch):
    areas, own, bare = country(), [], []
    source = os.path.join(scratch, "country.csv")
    say(f"a country of {len(areas):,} areas …")
    with open(source, "w", encoding="utf-8") as file:
        file.write("code,parent,kind,name\n")
        file.writelines(f"{code},{parent or ''},{kind},{name}\n" for code, kind, name, parent, _ in areas)
    for number in range(RUNS):  # in turn, so that both meet the same machine
        data = os.path.join(scratch, f"country-{number}")
        served.run([LINLI, "seed", "--data", data])
        begun = time.monotonic()
        subprocess.run([LINLI, "import", "areas", source, "--tenant", "yakeshi", "--data", data], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        own.append(time.monotonic() - begun)
        bare.append(insert_bare(areas, os.path.join(scratch, f"country-{number}.db")))
        shutil.rmtree(data)
    table.add(f"import of a country's tree ({len(areas):,} areas, synthetic)", statistics.median(own), "s",
              statistics.median(bare), at_most=3, of_ratio=True)


# ---- the report page ---------------------------------------------------------


def measure_page(table, scratch):
    """What a telephone loads: without the web pages built there is nothing to weigh."""
    if not os.path.exists(os.path.join(ROOT, "web", "dist", "manifest.json")):
        return
    server = served.Server(LINLI, os.path.join(scratch, "page"))
    try:
        server.command("seed")
        page = weight.weigh(server.start().port)
        server.stop()
    finally:
        server.end()
    for part, name in (("form", "report page until the form works"), ("map", "report page with its map")):
        table.add(name, page[part] / 1024, "KB", at_most=page["most"][part] / 1024)


def measure_desk(table, scratch):
    """What the desk's pages wait for on the demo (desk.py)."""
    slowest = desk.run(LINLI, scratch)
    for ms, page, path in slowest[:5]:
        say(f"  desk, {page}: {path} {ms:.1f} ms")
    table.add("the desk's slowest request on the demo", slowest[0][0], "ms", at_most=100)


def measure_telephone(table, scratch):
    """Lighthouse and a poor telephone; without its packages (make bench installs them) there is nothing to ask."""
    folder = os.path.join(HERE, "lighthouse")
    if not os.path.exists(os.path.join(folder, "node_modules", "lighthouse")) or not os.path.exists(
            os.path.join(ROOT, "web", "dist", "manifest.json")):
        return
    node = subprocess.run([os.path.join(ROOT, "tools", "node.sh")], capture_output=True, text=True, check=True).stdout.strip()
    server = served.Server(LINLI, os.path.join(scratch, "telephone"))
    try:
        server.command("seed")
        port = server.start().port
        say("a telephone …")
        told = subprocess.run([os.path.join(node, "node"), os.path.join(folder, "run.mjs"), f"http://127.0.0.1:{port}"],
                              capture_output=True, text=True, check=False, timeout=900)
        server.stop()
    finally:
        server.end()
    if told.returncode:
        raise served.Failed(f"lighthouse/run.mjs: {told.stderr[-2000:]}")
    found = json.loads(told.stdout.splitlines()[-1])
    table.add("report form works, 4 times slower CPU, 400 kbit/s, 400 ms", found["form_ms"], "ms", at_most=2000)
    for page, score in found["pages"].items():
        table.add(f"{page}: Lighthouse's performance", score["performance"], "", at_least=95)
        table.add(f"{page}: Lighthouse's accessibility", score["accessibility"], "", at_least=100)
        if score["faults"]:
            say(f"{page}: {', '.join(score['faults'])}")


# ---- all of it ---------------------------------------------------------------


def measure(table, size, scratch, small):
    data = filled(size, scratch)
    yard = Yardstick(min(size, YARD_MOST), scratch)
    say(f"linli among {size:,} cases …")
    server = served.Server(LINLI, data)
    try:
        begun = time.monotonic()
        server.start()
        table.add(f"start at {size:,} cases", (time.monotonic() - begun) * 1000, "ms")
        client = served.Client(server.port)
        client.get("/readyz")
        table.add(f"memory at rest at {size:,} cases", rss_mib(server.process.pid), "MiB", at_most=64)
        ground = os.path.join(scratch, "ground")
        cookies = served.ground(server.port, ground)
        result, bare = measure_lifecycles(size, server, client, ground, yard)
        table.add(f"memory after load at {size:,} cases", rss_mib(server.process.pid), "MiB")
        measure_gets(table, size, server, client, cookies["nanshan"], scratch)
        result["answers"] = scale.measure_cases(table, sys.modules[__name__], size, server, client, cookies["nanshan"], small)
        client.close()
        add_lifecycles(table, size, result, server.stop(), bare)
    finally:
        server.end()
    return result


def main():
    if not nginx_program():
        sys.exit("run.py: nginx is not installed (packages.txt, group bench)")
    begun, table, results, load_before = time.monotonic(), Table(), {}, os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="linli-bench-", dir=BUILD) as scratch:
        for size in sorted(SIZES):
            small = results[min(results)]["answers"] if results else None
            results[size] = measure(table, size, scratch, small)
        os.sync()  # so that nobody else's pages are written meanwhile
        scale.measure_listeners(table, sys.modules[__name__], filled(min(SIZES), tempfile.mkdtemp(dir=scratch)))
        scale.measure_lived(table, sys.modules[__name__], scratch)
        os.sync()
        scale.measure_postgres(table, sys.modules[__name__], scratch)
        measure_import(table, scratch)
        rows.measure(table, sys.modules[__name__], scratch)
        ballots.measure(table, sys.modules[__name__], scratch)
        measure_page(table, scratch)
        measure_desk(table, scratch)
        measure_telephone(table, scratch)
    small, large = min(SIZES), max(SIZES)
    if large > small:
        table.add(f"growth of CPU from {small:,} to {large:,} cases", results[large]["cpu_us"], "us",
                  results[small]["cpu_us"], at_most=1.3, of_ratio=True)
        table.add(f"rate at {small:,} cases to that at {large:,}", results[small]["rate"], "1/s",
                  results[large]["rate"], at_most=1.6, of_ratio=True)
    table.print()
    out = os.path.join(BUILD, "bench.json")
    with open(out, "w", encoding="utf-8") as file:
        json.dump({"at": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "machine": platform.platform(),
                   "cores": os.cpu_count(), "load_before": load_before, "lifecycles": LIFECYCLES, "connections": CONNECTIONS,
                   "rows": table.rows}, file, ensure_ascii=False, indent=1)
    missed = [row["name"] for row in table.rows if row["met"] is False]
    say(f"\n{out}: {len(table.rows)} figures, {len(missed)} aims missed, {time.monotonic() - begun:.0f} s")
    sys.exit(1 if missed and os.environ.get("LINLI_BENCH_STRICT") == "1" else 0)


if __name__ == "__main__":
    try:
        main()
    except (served.Failed, subprocess.CalledProcessError) as error:
        sys.exit(f"run.py: {error}")
