#!/usr/bin/env python3
"""Crash: kill -9 under load, and nothing acknowledged is lost or done twice.

One data folder goes through all rounds.  A round starts the server, settles
what the round before left, loads it over HTTP until it is killed at a random
moment (so many acknowledged commands and some microseconds), and walks the whole
history of the crashed folder with `linli verify`.  To settle is:

  * every command that was sent but not acknowledged is sent again with its key;
  * every acknowledged one too: it must be answered as replayed, with the same
    case and cursor;
  * the consumers catch up; the cases listed are exactly those the keys led to,
    each in the state its last command led to; the tally equals the list.

20 rounds on SQLite (200 with LINLI_NIGHT=1), 5 (20) on PostgreSQL when
LINLI_TEST_PG names one.  CRASH_SEED repeats a run's choices (not its timing);
LINLI_CRASH_ROUNDS says how many.
"""
import collections
import json
import os
import random
import subprocess
import sys
import tempfile
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))
import postgres  # noqa: E402
import served  # noqa: E402

BUILD = os.environ.get("LINLI_BUILD", os.path.join(ROOT, "build"))
LINLI = os.environ.get("LINLI", os.path.join(BUILD, "linli"))
LOAD = os.path.join(BUILD, "bench-load")
NIGHT = os.environ.get("LINLI_NIGHT") == "1"
TENANTS = ("nanshan", "xifeng", "baoan")
STATES = {"open": "received", "file_and_dispatch": "handling", "done": "checking", "pass": "closed"}

Sent = collections.namedtuple("Sent", "key step path cookie body")


class Journal:
    """What the load wrote: commands in the order sent, and their acknowledgements."""

    def __init__(self, path):
        self.path, self.offset = path, 0

    def read(self):
        """What came since the last call: ([Sent], {key: (case, cursor)})."""
        sent, acknowledged = [], {}
        with open(self.path, encoding="utf-8") as file:
            file.seek(self.offset)
            for line in file:
                part = line.rstrip("\n").split("\t")
                if part[0] == "S":
                    sent.append(Sent(*part[1:]))
                else:
                    acknowledged[part[1]] = (part[2], part[3])
            self.offset = file.tell()
        return sent, acknowledged


class Trial:
    """All rounds over one store."""

    def __init__(self, folder, store=None):
        self.server = served.Server(LINLI, os.path.join(folder, "data"), store)
        self.journal = Journal(os.path.join(folder, "journal"))
        self.ground = os.path.join(folder, "ground")
        self.cookies = None
        self.cases = {}  # (tenant, case): state it must be in
        self.cursors = collections.defaultdict(set)  # tenant: places in history seen
        self.sent, self.acknowledged = [], {}
        self.done_unasked = 0  # commands that were done but not acknowledged

    # ---- settling ----------------------------------------------------------

    def send_again(self, client, command):
        """The key's case and cursor; Failed when it is not what was acknowledged."""
        status, reply, _ = client.ask("POST", command.path, command.body, command.cookie or None, command.key)
        if status not in (200, 201):
            raise served.Failed(f"{command.step} {command.key} sent again: {status} {json.dumps(reply, ensure_ascii=False)}")
        known = self.acknowledged.get(command.key)
        if known and (known != (reply["case"], reply["cursor"]) or not reply["replayed"]):
            raise served.Failed(f"{command.step} {command.key} was acknowledged as {known}, is now {reply}")
        self.done_unasked += not known and reply["replayed"]
        return reply["case"], reply["cursor"]

    def settle(self, client):
        heads = {}
        for command in self.sent:
            tenant = command.path.split("/")[3]
            case, cursor = self.send_again(client, command)
            if cursor in self.cursors[tenant]:
                raise served.Failed(f"{tenant}: two commands have one place in history, {cursor}")
            self.cursors[tenant].add(cursor)
            if command.step == "open" and (tenant, case) in self.cases:
                raise served.Failed(f"two keys led to case {case}")
            self.cases[tenant, case] = STATES[command.step]
            heads[tenant] = cursor
        self.sent, self.acknowledged = [], {}
        served.catch_up(client, heads)

    def list_cases(self, client, tenant):
        before = ""
        while before is not None:
            page = client.get(f"/api/v1/{tenant}/cases?view=all&limit=100{before}", self.cookies[tenant])
            yield from page["items"]
            before = page["next"] and "&before=" + page["next"]

    def compare(self, client):
        """The list is what the keys led to, and the tally is the list counted."""
        for tenant in TENANTS:
            listed = list(self.list_cases(client, tenant))
            found = {(tenant, row["case"]): row["state"]["name"] for row in listed}
            expected = {key: state for key, state in self.cases.items() if key[0] == tenant}
            if len(found) != len(listed) or found != expected:
                wrong = set(found.items()) ^ set(expected.items())
                raise served.Failed(f"{tenant}: {len(listed)} cases listed, {len(expected)} made; {sorted(wrong)[:4]}")
            recount = collections.Counter((row["area"]["code"], row["state"]["name"]) for row in listed)
            tally = {(item["area"], item["state"]): item["count"]
                     for item in client.get(f"/api/v1/{tenant}/tally")["items"] if item["count"]}
            if tally != dict(recount):
                raise served.Failed(f"{tenant}: the tally differs from a recount: "
                                    f"{sorted(set(tally.items()) ^ set(recount.items()))[:4]}")
        ready = client.get("/readyz")
        if ready["parked"] or ready["behind"]:
            raise served.Failed(f"not ready: {ready}")

    def check(self):
        client = served.Client(self.server.port)
        self.settle(client)
        self.compare(client)
        client.close()

    # ---- rounds ------------------------------------------------------------

    def load(self, chance):
        """Loads until the load program kills the server; how many were acknowledged."""
        command = [LOAD, "crash", "--port", self.server.port, "--ground", self.ground,
                   "--connections", chance.randint(16, 32), "--journal", self.journal.path,
                   "--pid", self.server.process.pid, "--after", chance.randint(1, 400),
                   "--delay", chance.randint(0, 4000)]
        done = subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=120)
        if done.returncode:
            raise served.Failed(f"bench-load: status {done.returncode}\n{done.stdout[-1500:]}{self.server.said()[-1500:]}")
        status = self.server.killed()
        if status != -9:
            raise served.Failed(f"the server ended by itself with {status}")
        self.sent, self.acknowledged = self.journal.read()
        return len(self.acknowledged)

    def begin(self):
        self.server.command("seed")
        self.server.start()
        self.cookies = served.ground(self.server.port, self.ground, TENANTS)

    def round(self, chance):
        if not self.server.process:
            self.server.start()
            self.check()
        acknowledged = self.load(chance)
        self.server.command("verify")
        return f"{acknowledged} acknowledged of {len(self.sent)} sent, {len(self.cases)} cases before"

    def finish(self):
        """After the last crash: settled, stopped cleanly, verified, derived anew."""
        self.server.start()
        self.check()
        self.server.stop()
        self.server.command("verify")
        self.server.command("rebuild", "tally")
        self.server.command("rebuild", "search")
        self.server.start()
        client = served.Client(self.server.port)
        self.compare(client)
        client.close()
        self.server.stop()
        return f"{len(self.cases)} cases, {self.done_unasked} commands had been done but not acknowledged"


class Tap:
    def __init__(self, planned):
        print(f"1..{planned}", flush=True)
        self.planned, self.number, self.failed = planned, 0, 0

    def test(self, name, what, *arguments):
        """Runs one; what went wrong ends its trial (False)."""
        self.number += 1
        try:
            told = what(*arguments)
        except (served.Failed, OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
            self.failed += 1
            print(f"not ok {self.number} - {name}")
            print("# " + str(error).replace("\n", "\n# "), flush=True)
            return False
        print(f"ok {self.number} - {name}{': ' + told if told else ''}", flush=True)
        return True

    def leave_out(self, count, name):
        for _ in range(count):
            self.number += 1
            self.failed += 1
            print(f"not ok {self.number} - {name}: not reached", flush=True)


def run_trial(tap, name, rounds, chance, store=None):
    with tempfile.TemporaryDirectory(prefix="linli-crash-") as folder:
        trial, ended = Trial(folder, store), tap.number + rounds + 1
        try:
            trial.begin()
            for number in range(1, rounds + 1):
                if not tap.test(f"{name}, crash {number}", trial.round, chance):
                    break
            else:
                tap.test(f"{name}, after the last crash", trial.finish)
        finally:
            trial.server.end()
        tap.leave_out(ended - tap.number, name)


def make_database(url):
    """A database of its own on the test's PostgreSQL: its URL."""
    name = f"linli_crash_{os.getpid()}"
    served.run([postgres.program("psql"), "-q", "-d", url, "-c", f"create database {name}"])
    return urllib.parse.urlsplit(url)._replace(path="/" + name).geturl(), name


def main():
    seed = int(os.environ.get("CRASH_SEED") or random.SystemRandom().randrange(1 << 32))
    rounds = int(os.environ.get("LINLI_CRASH_ROUNDS") or (200 if NIGHT else 20))
    url = os.environ.get("LINLI_TEST_PG")
    on_postgres = 0 if url in (None, "", "skip") else max(1, rounds // 4 if rounds <= 20 else rounds // 10)
    print(f"# CRASH_SEED={seed}")
    tap = Tap(rounds + 1 + (on_postgres + 1 if on_postgres else 0))
    run_trial(tap, "sqlite", rounds, random.Random(seed))
    if on_postgres:
        store, name = make_database(url)
        run_trial(tap, "postgres", on_postgres, random.Random(seed + 1), store)
        served.run([postgres.program("psql"), "-q", "-d", url, "-c", f"drop database {name} with (force)"])
    sys.exit(1 if tap.failed else 0)


if __name__ == "__main__":
    main()
