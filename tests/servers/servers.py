#!/usr/bin/env python3
"""Several servers on one PostgreSQL: no server holds what another needs.

Three `linli serve` over one database and one folder of keys and files, with a
PostgreSQL of the test's own, so that it may be ended.  Clocks are held: what is due
becomes due when the test says so, on all of them at once.

Commands carry keys and are sent again, to whichever server, until they are
acknowledged; in the end every key must lead to what was acknowledged, the cases
listed be those the keys led to, the tally a recount, and the history verify.
"""
import collections
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))
import postgres  # noqa: E402
import served  # noqa: E402

BUILD = os.environ.get("LINLI_BUILD", os.path.join(ROOT, "build"))
LINLI = os.path.abspath(os.environ.get("LINLI", os.path.join(BUILD, "linli")))
NIGHT = os.environ.get("LINLI_NIGHT") == "1"
LIMIT = 60
TENANTS = ("nanshan", "xifeng", "baoan")
BEGIN = "2026-03-02T09:00:00+08:00"  # a Monday
LATER = "2026-04-30T09:00:00+08:00"  # every deadline has passed
LAMP = {"topic": "lamp", "description": "路灯不亮"}


class Held(served.Server):
    """One of the servers, its clock held by the test."""

    def start(self):
        self.log = tempfile.TemporaryFile()
        self.ours, theirs = socket.socketpair()
        self.ours.settimeout(LIMIT)
        with theirs:
            self.process = subprocess.Popen(
                [self.program, "serve", *self.where, "--port", "0", "--hold-clock", str(theirs.fileno())],
                text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log,
                pass_fds=(theirs.fileno(),))
        line = self.process.stdout.readline()
        if not line.startswith("listening on http://127.0.0.1:"):
            raise served.Failed(f"linli serve does not start\n{self.said()[-2000:]}")
        self.port = int(line.rsplit(":", 1)[1])
        return self

    def tell(self, line):
        """What the clock's line is answered; None when the server has gone."""
        try:
            self.ours.sendall(line.encode() + b"\n")
            answer = self.ours.recv(100).decode().strip()
        except OSError:
            return None
        return answer or None

    def forget(self):
        self.ours.close()
        super().forget()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        status = self.killed()
        assert status == -signal.SIGKILL, status


class Anyone:
    """Asks any of the servers until one of them has an answer."""

    def __init__(self, servers, first):
        self.servers, self.turn, self.clients = servers, first, {}
        self.refused = self.broken = 0

    def client(self, server):
        known = self.clients.get(server)
        if not known or known.port != server.port:
            known = served.Client(server.port)
            known.port = server.port
            self.clients[server] = known
        return known

    def ask(self, method, path, body=None, cookie=None, key=None):
        while True:
            self.turn += 1
            server = self.servers[self.turn % len(self.servers)]
            try:
                status, value, headers = self.client(server).ask(method, path, body, cookie, key)
            except (OSError, http.client.HTTPException):
                self.clients.pop(server, None)
                self.broken += 1
                threading.Event().wait(0.02)
                continue
            if status == 503:
                assert int(headers["Retry-After"]) >= 1, headers
                self.refused += 1
                threading.Event().wait(0.02)
                continue
            return status, value

    def must(self, *args, **named):
        status, value = self.ask(*args, **named)
        assert status < 300, (args, status, value)
        return value


Command = collections.namedtuple("Command", "tenant path body cookie key")


class House:
    """Three servers, and what was acknowledged by any of them."""

    def __init__(self, folder, url):
        data = os.path.join(folder, "data")
        self.url = url
        self.servers = [Held(LINLI, data, url) for _ in range(3)]
        self.lock = threading.Lock()
        self.cookies = {}
        self.acknowledged = []  # (Command, case, cursor)
        self.states = {}  # (tenant, case): its state
        self.counts = collections.Counter()

    def command(self, verb, *more):
        return served.run([LINLI, verb, *self.servers[0].where, *more], timeout=LIMIT)

    def begin(self):
        """The first server makes the schema and the key; another process founds the tenants beside them."""
        for server in self.servers:
            server.start()
            assert server.tell(f"set {BEGIN}").startswith("ok ")
        self.command("seed", "--at", BEGIN)

    def sign_in(self):
        for tenant in TENANTS:
            self.cookies[tenant] = served.Client(self.servers[0].port).sign_in(tenant, "desk")

    def everywhere(self, line, others=()):
        """A line to all clocks at once."""
        answers = {}
        threads = [threading.Thread(target=lambda one=one: answers.update({one: one.tell(line)}))
                   for one in self.servers]
        for thread in threads:
            thread.start()
        for other in others:
            other()
        for thread in threads:
            thread.join()
        return [answers[one] for one in self.servers]

    # ---- the load ----------------------------------------------------------

    def send(self, anyone, command):
        reply = anyone.must("POST", command.path, command.body, command.cookie, command.key)
        with self.lock:
            self.acknowledged.append((command, reply["case"], reply["cursor"]))
            self.counts["replayed"] += reply["replayed"]
        return reply["case"]

    def life(self, anyone, chance, areas):
        """A case is opened, and most are declined by the desk."""
        tenant = chance.choice(TENANTS)
        base = f"/api/v1/{tenant}/cases"
        body = {"playbook": "service-request", "area": chance.choice(areas[tenant]), "fields": LAMP}
        case = self.send(anyone, Command(tenant, base, body, None, str(uuid.uuid4())))
        with self.lock:
            self.states[tenant, case] = "received"
        if chance.random() < 0.7:
            self.send(anyone, Command(tenant, f"{base}/{case}/actions/decline", {"fields": {"reason": "重复反映"}},
                                      self.cookies[tenant], str(uuid.uuid4())))
            with self.lock:
                self.states[tenant, case] = "declined"

    def areas(self):
        client = served.Client(self.servers[0].port)
        covered = {}
        for tenant in TENANTS:
            post = client.get(f"/api/v1/{tenant}/me", self.cookies[tenant])["posts"][0]
            items = client.get(f"/api/v1/{tenant}/areas?kind=community")["items"]
            covered[tenant] = [area["code"] for area in items if area["code"].startswith(post["area"]["code"])]
        return covered

    def load(self, workers, events):
        """Runs workers until every event's number of acknowledgements came, and the event itself is over."""
        stop, faults, areas = threading.Event(), [], self.areas()
        anyones = [Anyone(self.servers, i) for i in range(workers)]

        def work(i):
            chance = random.Random(i)
            try:
                while not stop.is_set():
                    self.life(anyones[i], chance, areas)
            except Exception:  # told by the main thread
                faults.append(traceback.format_exc())

        threads = [threading.Thread(target=work, args=(i,)) for i in range(workers)]
        for thread in threads:
            thread.start()
        try:
            for count, event in events:
                target = len(self.acknowledged) + count
                while len(self.acknowledged) < target and not faults:
                    threading.Event().wait(0.01)
                if event and not faults:
                    event()
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert not faults, faults[0]
        self.counts["refused"] += sum(one.refused for one in anyones)
        self.counts["broken"] += sum(one.broken for one in anyones)

    # ---- looking -----------------------------------------------------------

    def check_keys(self):
        """Every key leads, at another server, to what was acknowledged; no place in history is used twice."""
        places = set()
        anyone = Anyone(self.servers, 1)
        for command, case, cursor in self.acknowledged:
            places.add((command.tenant, cursor))
            status, reply = anyone.ask("POST", command.path, command.body, command.cookie, command.key)
            assert status in (200, 201) and reply["replayed"], (command, status, reply)
            assert (reply["case"], reply["cursor"]) == (case, cursor), (command, reply, case, cursor)
        assert len(places) == len(self.acknowledged)

    def check_lists(self):
        """On each server: the cases are those acknowledged, the tally is the list counted."""
        ends = {command.tenant: cursor for command, _, cursor in self.acknowledged}
        for server in self.servers:
            client = served.Client(server.port)
            served.catch_up(client, ends)
            for tenant in TENANTS:
                rows, before = [], ""
                while before is not None:
                    page = client.get(f"/api/v1/{tenant}/cases?view=all&limit=100{before}", self.cookies[tenant])
                    rows += page["items"]
                    before = page["next"] and "&before=" + page["next"]
                found = {(tenant, row["case"]): row["state"]["name"] for row in rows}
                made = {key: state for key, state in self.states.items() if key[0] == tenant}
                assert found == made and len(found) == len(rows), sorted(set(found.items()) ^ set(made.items()))[:4]
                recount = collections.Counter((row["area"]["code"], row["state"]["name"]) for row in rows)
                tally = {(item["area"], item["state"]): item["count"]
                         for item in client.get(f"/api/v1/{tenant}/tally")["items"] if item["count"]}
                assert tally == dict(recount), sorted(set(tally.items()) ^ set(recount.items()))[:4]
            client.close()

    def query(self, sql):
        out = served.run([postgres.program("psql"), "-At", "-F", " ", "-d", self.url, "-c", sql])
        return [line.split(" ") for line in out.splitlines()]


class Listener:
    """The live stream of one server, read on the caller's thread."""

    def __init__(self, server, tenant, cookie):
        self.http = http.client.HTTPConnection("127.0.0.1", server.port, timeout=LIMIT)
        self.http.request("GET", f"/api/v1/{tenant}/stream", headers={"Cookie": cookie})
        self.reply = self.http.getresponse()
        assert self.reply.status == 200, self.reply.read()
        assert self.next()["event"] == "ready"

    def next(self):
        event = {}
        for line in iter(self.reply.readline, b""):
            text = line.decode().rstrip("\n")
            if not text and "event" in event:
                return event
            if ": " in text:
                name, value = text.split(": ", 1)
                event[name] = value
        raise EOFError("the stream ended")

    def hears(self, case):
        event = self.next()
        assert event["event"] == "case" and json.loads(event["data"])["case"] == case, (event, case)


# ---- the tests ---------------------------------------------------------------


def founded_beside(house):
    """tenants that another process founds are known to every server"""
    for server in house.servers:
        anyone = Anyone([server], 0)
        for tenant in TENANTS:
            while anyone.ask("GET", f"/api/v1/{tenant}/areas?kind=community")[0] == 404:
                threading.Event().wait(0.01)  # the telling is on its way
    house.sign_in()


def heard_elsewhere(house):
    """who listens at one server hears what is done at the others, by playbooks that another process adopted"""
    a, b, c = house.servers
    listener = Listener(a, "nanshan", house.cookies["nanshan"])
    area = house.areas()["nanshan"][0]
    for other in (b, c, a, b):
        body = {"playbook": "service-request", "area": area, "fields": LAMP}
        case = house.send(Anyone([other], 0), Command("nanshan", "/api/v1/nanshan/cases", body, None,
                                                      str(uuid.uuid4())))
        house.states["nanshan", case] = "received"
        listener.hears(case)


def seen_at_once(house):
    """settings, sessions, accounts and posts changed at one server are so at the others, with the next question"""
    a, b, c = (Anyone([one], 0) for one in house.servers)
    base = "/api/v1/xifeng"
    admin = served.Client(house.servers[0].port).sign_in("xifeng", "admin")
    hours = b.must("GET", base + "/settings", cookie=admin)["office_hours"]
    for n in range(5):
        hours["mon"] = [{"from": "08:00", "to": f"1{n}:30"}]
        a.must("PUT", base + "/settings", {"office_hours": hours}, admin)
        for other in (b, c):
            assert other.must("GET", base + "/settings", cookie=admin)["office_hours"] == hours
    login = "on." + uuid.uuid4().hex[:8]
    person = a.must("POST", base + "/persons", {"name": "测试", "login": login, "password": "linli-demo"}, admin)
    cookie = served.Client(house.servers[1].port).sign_in("xifeng", login)
    for one in (b, c):
        assert one.must("GET", base + "/me", cookie=cookie)["posts"] == []
    area = a.must("GET", base + "/me", cookie=admin)["posts"][0]["area"]["code"]
    a.must("POST", base + "/appointments", {"person": person["person"], "post": "auditor", "area": area}, admin)
    for one in (b, c):
        assert [post["post"] for post in one.must("GET", base + "/me", cookie=cookie)["posts"]] == ["auditor"]
    c.must("DELETE", base + "/sessions/current", cookie=cookie)
    for one in (a, b, c):
        assert one.ask("GET", base + "/me", cookie=cookie)[0] == 401


def under_load(house):
    """a load over three servers: one is killed and started again, PostgreSQL too; nothing is lost or done twice"""
    count = 400 if NIGHT else 60
    a, b, c = house.servers

    def kill(server):
        server.kill()
        server.start()
        assert server.tell(f"set {BEGIN}").startswith("ok ")

    house.load(6, [
        (count, lambda: kill(b)),
        (count, lambda: house.postgres.restart(signal.SIGINT)),
        (count, lambda: kill(c)),
        (count, lambda: house.postgres.restart(signal.SIGQUIT)),
        (count, None)])
    house.check_keys()
    house.check_lists()
    nodes = house.query("select distinct (entity >> 15) & 63 from history where command = 'case.open'")
    assert len(nodes) >= 3, f"identifiers were made under {nodes}"
    return (f"{len(house.acknowledged)} acknowledged, {house.counts['replayed']} of them found done, "
            f"{house.counts['refused']} times asked to come again, {house.counts['broken']} connections broken")


def due_once(house):
    """what is due fires once, though three servers look and one is killed over it"""
    before = house.query("select count(*) from history where command = 'case.clock'")[0][0]
    waiting = house.query("select count(*) from due where at <= 1777510800000000")[0][0]
    assert before == "0" and int(waiting) > 30, (before, waiting)
    answers = house.everywhere(f"set {LATER}", [house.servers[1].kill])
    assert answers[0].startswith("ok ") and answers[2].startswith("ok "), answers
    house.servers[1].start()
    assert house.servers[1].tell(f"set {LATER}").startswith("ok ")
    assert all(answer.startswith("ok ") for answer in house.everywhere("sync"))
    fired = house.query("select tenant, entity, payload, count(*) from history where command = 'case.clock' "
                        "group by tenant, entity, payload")
    assert len(fired) >= int(waiting) and all(row[-1] == "1" for row in fired), [row for row in fired if row[-1] != "1"]
    left = house.query("select count(*) from due where at <= 1777510800000000 or parked <> 0")[0][0]
    assert left == "0", left
    return f"{len(fired)} rows"


def holds(house):
    """the servers end in order, and the history verifies"""
    for server in house.servers:
        server.stop()
    house.command("verify")


def run(house, *tests):
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        try:
            told = test(house)
        except Exception:  # a test that breaks is a test that fails
            failed += 1
            print(f"not ok {number} - {test.__doc__}")
            print("#   " + traceback.format_exc().strip().replace("\n", "\n#   "), flush=True)
            for server in house.servers:
                if server.process:
                    print("#   | " + server.said()[-1500:].strip().replace("\n", "\n#   | "), flush=True)
        else:
            print(f"ok {number} - {test.__doc__}{': ' + told if told else ''}", flush=True)
    return 1 if failed else 0


def main():
    if os.environ.get("LINLI_TEST_PG") == "skip":
        print("1..0 # skip several servers need PostgreSQL (LINLI_TEST_PG=skip)")
        return 0
    server = postgres.Server("off")
    with tempfile.TemporaryDirectory(prefix="linli-servers-") as folder:
        house = None
        try:
            server.start()
            house = House(folder, server.url())
            house.postgres = server
            house.begin()
            return run(house, founded_beside, heard_elsewhere, seen_at_once, under_load, due_once, holds)
        finally:
            for one in house.servers if house else ():
                one.end()
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
