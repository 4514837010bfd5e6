"""What `make bench` measures of many: listeners, districts of many cases, days that were lived, PostgreSQL beside pgbench.

run.py calls these and is handed to them as `bench`; docs/inside/measure.md says how each figure is taken.
"""
import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))
import served  # noqa: E402

LIVED_DAYS = int(os.environ.get("LINLI_BENCH_DAYS", "30"))
LISTENERS = int(os.environ.get("LINLI_BENCH_LISTENERS", "10000"))
EVENTS = 20
PAGES = 2000  # requests of a shape
PER_PAGE = 50
TENANT = "nanshan"


# ---- listeners -----------------------------------------------------------------


def socket_bytes():
    """Memory of all TCP sockets' buffers, as the kernel counts it."""
    with open("/proc/net/sockstat", encoding="ascii") as file:
        return int(re.search(r"^TCP:.* mem (\d+)", file.read(), re.M)[1]) * os.sysconf("SC_PAGE_SIZE")


def slab_bytes():
    """What the kernel keeps for sockets, files and epoll besides; None when we may not look."""
    names = ("TCP", "sock_inode_cache", "filp", "dentry", "eventpoll_epi", "eventpoll_pwq", "request_sock_TCP", "tw_sock_TCP")
    try:
        with open("/proc/slabinfo", encoding="ascii") as file:
            rows = [line.split() for line in file if line.split()[0] in names]
    except OSError:
        return None
    return sum(int(row[1]) * int(row[3]) for row in rows)


class Listeners:
    """bench-listeners at a server."""

    def __init__(self, program, port, cookie, count):
        self.process = subprocess.Popen([program, "--port", str(port), "--path", f"/api/v1/{TENANT}/stream", "--cookie", cookie,
                                         "--count", str(count)], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.opened = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise served.Failed(f"bench-listeners ended with {self.process.wait(30)}")
        return json.loads(line)

    def hear(self, events):
        self.process.stdin.write(f"{events}\n")
        self.process.stdin.flush()
        return self.answer()

    def stop(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()


def report(client):
    area = next(item for item in client.get(f"/api/v1/{TENANT}/areas?kind=community")["items"])["code"]
    client.must("POST", f"/api/v1/{TENANT}/cases", {"playbook": "service-request", "area": area,
                                                   "fields": {"topic": "lamp", "description": "路灯已经三天不亮了，老人看不清台阶。"}})


def events_cost(server, client, cpu_us, heard):
    """CPU of the server for a report and its event, by what `heard` waits for; the median."""
    costs = []
    for _ in range(EVENTS):
        before = cpu_us(server.process.pid)
        report(client)
        heard()
        costs.append(cpu_us(server.process.pid) - before)
    return statistics.median(costs)


def measure_listeners(table, bench, data):
    bench.say(f"{LISTENERS:,} listeners …")
    server = served.Server(bench.LINLI, data)
    crowd = None
    try:
        server.start("--listeners", str(LISTENERS + 100))
        client = served.Client(server.port)
        cookie = client.sign_in(TENANT, "desk")
        one = Listeners(bench.program("bench-listeners"), server.port, cookie, 1)
        alone = events_cost(server, client, bench.cpu_us, lambda: one.hear(1))
        rss, buffers, slab = bench.rss_mib(server.process.pid), socket_bytes(), slab_bytes()
        crowd = Listeners(bench.program("bench-listeners"), server.port, cookie, LISTENERS)
        grown = (bench.rss_mib(server.process.pid) - rss) * 1024 / LISTENERS
        kernel = (socket_bytes() - buffers) / 1024 / LISTENERS
        told = events_cost(server, client, bench.cpu_us, lambda: crowd.hear(1))
        after = (bench.rss_mib(server.process.pid) - rss) * 1024 / LISTENERS
        name = f"{LISTENERS:,} listeners: "
        table.add(name + "memory of the server each", grown, "KiB", at_most=10)
        table.add(name + "the same after events", after, "KiB", at_most=10)
        table.add(name + "socket buffers each, both ends", kernel, "KiB")
        if slab is not None:
            table.add(name + "kernel objects each, both ends", (slab_bytes() - slab) / 1024 / LISTENERS, "KiB")
        table.add(name + "CPU of an event for each", (told - alone) / LISTENERS, "us", at_most=10)
        table.add(name + "opened in", crowd.opened["us"] / 1e6, "s")
        one.stop()
        client.close()
    finally:
        if crowd:
            crowd.stop()
        server.end()


# ---- many cases -----------------------------------------------------------------


def page_shapes(client, cookie):
    """Pages of 50 as staff ask for them: name and address."""
    items = client.get(f"/api/v1/{TENANT}/cases?view=all&limit=100", cookie)["items"]
    area = items[0]["area"]["code"]
    base = f"/api/v1/{TENANT}/cases?limit={PER_PAGE}&view="
    every = base + "all"
    return [("mine", base + "mine"), ("all", every), ("open", every + "&state=open"), ("ended", every + "&state=ended"),
            ("an area", f"{every}&area={area}"), ("an area, open", f"{every}&area={area}&state=open"),
            ("a topic", every + "&topic=lamp"), ("a word", every + "&q=" + urllib.parse.quote("路灯"))]


def measure_cases(table, bench, size, server, client, cookie, small):
    """Pages of 50 and the figures of a district, among `size` cases.  `small`: the answers of the smallest size, or None;
    returns this size's own."""
    ours = {}
    for name, path in page_shapes(client, cookie):
        result = get(bench, server, path, cookie, PAGES)
        ours[name] = result
        at = f"page of {PER_PAGE} ({name}) at {size:,} cases: "
        table.add(at + "p50", result["p50_us"] / 1000, "ms")
        table.add(at + "p99", result["p99_us"] / 1000, "ms", small[name]["p50_us"] / 1000 if small else None,
                  of_ratio=bool(small), at_most=10 if small else None)
    for name, path in (("states", f"/api/v1/{TENANT}/tally"),):
        before = bench.cpu_us(server.process.pid)
        result = get(bench, server, path, cookie, PAGES)
        result["cpu_us"] = (bench.cpu_us(server.process.pid) - before) / PAGES
        ours["tally " + name] = result
        table.add(f"figures of a district at {size:,} cases: CPU", result["cpu_us"], "us",
                  small["tally " + name]["cpu_us"] if small else None, of_ratio=bool(small), at_most=2 if small else None)
    return ours


def get(bench, server, path, cookie, count):
    result = json.loads(served.run([bench.program("bench-load"), "get", "--port", str(server.port), "--path", path, "--connections",
                                    "1", "--count", str(count), "--cookie", cookie]))
    return result["get"]


def measure_lived(table, bench, folder):
    """Days of the simulator instead of lifecycles that are all alike."""
    bench.say(f"{LIVED_DAYS} days of streets …")
    data = os.path.join(folder, "lived")
    begun = time.monotonic()
    served.run([bench.LINLI, "seed", "--data", os.path.join(folder, "founded")])
    founded = time.monotonic()
    served.run([bench.LINLI, "seed", "--data", data, "--live", str(LIVED_DAYS)])
    took, size = time.monotonic() - founded - (founded - begun), bench.count_cases(data)
    table.add(f"{LIVED_DAYS} days lived by the simulator: a case", took / size * 1000, "ms")
    server = served.Server(bench.LINLI, data)
    try:
        server.start()
        client = served.Client(server.port)
        measure_cases(table, bench, size, server, client, client.sign_in(TENANT, "desk"), None)
        client.close()
    finally:
        server.end()


# ---- PostgreSQL beside pgbench -----------------------------------------------------

LANES = 4  # linli's on PostgreSQL; pgbench has as many clients
WARM_PG, LIFECYCLES_PG = 200, int(os.environ.get("LINLI_BENCH_PG_LIFECYCLES", "2000"))

# One lifecycle's rows in linli's own tables: what the four commands and the consumers write, nothing read
# or decided.  :t is the tenant, n() the next number of its sequence, n the last.
ROWS = """
insert into cases (tenant, id, playbook, version, number, rev, state, scope, via, area, area_path, fields, owner_post, owner_area, since, due_at,
 due_edition, overdue, opened_at) values (:t, {next}, 'service-request', 1, 'S2026-000001', 1, 'received', 0, 'web', '440305001003',
 '44/4403/440305/440305001/440305001003/', decode(repeat('00', 60), 'hex'), 'desk', '44/4403/440305/440305001/', 1, 1, 1, 0, 1);
insert into party (tenant, case_id, no, role, token, since) values (:t, {last}, 1, 'reporter', decode(md5(random()::text), 'hex'), 1);
insert into vault (tenant, entity, slot, field, sealed, salt, value) values (:t, {last}, 1, 'description', 0, decode(repeat('00', 16), 'hex'), decode(repeat('00', 300), 'hex'));
insert into number_series (tenant, series, period, last) values (:t, 'case', '2026', 1) on conflict (tenant, series, period) do update set last = number_series.last + 1;
{command}insert into due (tenant, entity, slot, at, command, args, attempts, parked) values (:t, {last}, 1, 1, 'case.clock', decode(repeat('00', 45), 'hex'), 0, 0);
update cases set state = 'handling', rev = 2, owner_post = null, due_at = null where tenant = :t and id = {last};
insert into part (tenant, case_id, no, kind, state, organization, owner_post, owner_area, since, due_at, due_edition, overdue) values (:t, {last}, 1, 'work', 'sent', 1, 'handler', '44/', 1, 1, 1, 0);
delete from due where tenant = :t and entity = {last} and slot = 1;
insert into due (tenant, entity, slot, at, command, args, attempts, parked) values (:t, {last}, 2, 1, 'case.clock', decode(repeat('00', 45), 'hex'), 0, 0);
{command}update part set state = 'done', ended_at = 1 where tenant = :t and case_id = {last} and no = 1;
update cases set state = 'checking', rev = 3, owner_post = 'checker' where tenant = :t and id = {last};
insert into vault (tenant, entity, slot, field, sealed, salt, value) values (:t, {last}, 2, 'answer', 0, decode(repeat('00', 16), 'hex'), decode(repeat('00', 93), 'hex'));
delete from due where tenant = :t and entity = {last} and slot = 2;
insert into due (tenant, entity, slot, at, command, args, attempts, parked) values (:t, {last}, 1, 1, 'case.clock', decode(repeat('00', 45), 'hex'), 0, 0);
{command}update cases set state = 'closed', rev = 4, owner_post = null, closed_at = 1 where tenant = :t and id = {last};
delete from due where tenant = :t and entity = {last} and slot = 1;
{command}insert into search (tenant, entity, tokens) values (:t, {last}, array_to_tsvector(array(select 'w' || (random() * 5000)::int from generate_series(1, 80))));
"""
COMMAND = """insert into history (tenant, seq, at, entity, command, actor, payload, hash) values (:t, {next}, 1, 1, 'case.act', 'account:0123456789ABC', decode(repeat('00', 330), 'hex'), decode(repeat('00', 32), 'hex'));
insert into request_key (tenant, key, actor, fingerprint, entity, seq, at) values (:t, '0199d1f0-0000-7000-8000-' || lpad({last}::text, 12, '0'), 'account:0123456789ABC', decode(repeat('00', 16), 'hex'), 1, {last}, 1);
"""
COMMIT = "update head set seq = seq + 1 where tenant = :t;\n"


def pgbench_script(per_commit):
    """`per_commit` lifecycles to a transaction.  History has numbers of its own, so that a case's stays the last one."""
    command = COMMAND.format(next="nextval('bench_seq')", last="currval('bench_seq')")
    life = ROWS.format(next="nextval('bench_id')", last="currval('bench_id')", command=command)
    return "\\set t :client_id + 1\nbegin;\n" + life * per_commit + COMMIT + "end;\n"


def pgbench(bench, postgres, url, folder, per_commit):
    """Lifecycles a second of pgbench on an empty schema of linli's."""
    script = os.path.join(folder, "lifecycle.sql")
    with open(script, "w", encoding="ascii") as file:
        file.write(pgbench_script(per_commit))
    psql = [postgres.program("psql"), "-Xq", "-v", "ON_ERROR_STOP=1", "-d", url, "-c"]
    served.run([bench.LINLI, "migrate", "--store", url])
    served.run(psql + ["create sequence bench_id; create sequence bench_seq;"
                       f" insert into head select i, 0, '', 0, 0 from generate_series(1, {LANES}) i"])
    count = max(1, LIFECYCLES_PG // LANES // per_commit)
    said = served.run([postgres.program("pgbench"), "-n", "-M", "prepared", "-c", str(LANES), "-j", "2", "-t", str(count), "-f", script, url])
    rows = sum(int(value) for value in served.run(psql[:-1] + ["-At", "-c",
               "select n_tup_ins + n_tup_upd + n_tup_del from pg_stat_user_tables where schemaname = current_schema()"]).split())
    return float(re.search(r"tps = ([\d.]+)", said)[1]) * per_commit, rows / (count * LANES * per_commit)


def measure_postgres(table, bench, folder):
    """linli's lifecycles a second on PostgreSQL beside pgbench writing the same rows on the same server."""
    import postgres  # only here: it is not needed without PostgreSQL
    bench.say("linli on PostgreSQL, beside pgbench …")
    database = postgres.Server("on")
    server = None
    try:
        database.start()
        url = database.url()
        served.run([postgres.program("psql"), "-Xq", "-d", url, "-c", "create schema linli", "-c", "create schema bare"])
        store, bare = (f"{url}?options=-csearch_path%3D{schema}" for schema in ("linli", "bare"))
        data = os.path.join(folder, "postgres")
        served.run([bench.LINLI, "seed", "--data", data, "--store", store])
        server = served.Server(bench.LINLI, data, store).start()
        client, ground = served.Client(server.port), os.path.join(folder, "ground-postgres")
        served.ground(server.port, ground)
        served.catch_up(client, bench.load(server.port, ground, WARM_PG)["heads"])
        result = bench.load(server.port, ground, LIFECYCLES_PG)
        served.catch_up(client, result["heads"])
        client.close()
        rows, commits = map(int, re.search(r"serve\.stop rows=(\d+) commits=(\d+)", server.stop()).groups())
        played = WARM_PG + LIFECYCLES_PG
        per_commit = max(1, round(played / commits))
        tps, bare_rows = pgbench(bench, postgres, bare, folder, per_commit)
        table.add("PostgreSQL: rows a lifecycle", rows / played, "rows", bare_rows)
        table.add("PostgreSQL: commits a lifecycle", commits / played, "commits", 1 / per_commit)
        table.add("PostgreSQL: rate beside pgbench", result["finished"] / result["seconds"], "1/s", tps, at_least=0.6, of_ratio=True)
    finally:
        if server:
            server.end()
        database.stop()
