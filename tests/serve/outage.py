#!/usr/bin/env python3
"""A PostgreSQL that goes away and comes back, and one whose schema is older: what /readyz and the figures say."""
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.parse
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib"))
import postgres  # noqa: E402
from server import LIMIT, LINLI, Skip, Wire, report, run  # noqa: E402

URL = os.environ.get("LINLI_TEST_PG", "skip")
PSQL = [postgres.program("psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d"] if URL != "skip" else []


class Cable:
    """Between linli and its database; can be cut."""

    def __init__(self, goal):
        self.goal, self.open, self.lock = goal, [], threading.Lock()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.mend(self.socket)

    def mend(self, listener=None):
        self.socket = listener or socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, args=(self.socket,), daemon=True).start()

    def accept(self, listener):
        while True:
            try:
                near, _ = listener.accept()
                far = socket.create_connection(self.goal)
            except OSError:
                return
            with self.lock:
                self.open += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(one, other), daemon=True).start()

    @staticmethod
    def pump(one, other):
        try:
            while data := one.recv(65536):
                other.sendall(data)
        except OSError:
            pass
        for end in (one, other):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        with self.lock:
            for end in self.open:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
            self.open = []


class House:
    """A database of its own, linli at the other end of a cable."""

    def __init__(self):
        if URL == "skip":
            raise Skip("needs a PostgreSQL in LINLI_TEST_PG")
        self.name = f"outage_{uuid.uuid4().hex[:12]}"
        self.folder = tempfile.mkdtemp(prefix="linli-outage-")
        self.sql(f"create database {self.name} template template0 encoding 'UTF8' locale 'C'", URL)
        parts = urllib.parse.urlsplit(URL)
        self.direct = parts._replace(path="/" + self.name).geturl()
        self.cable = Cable((parts.hostname, parts.port))
        place = parts.netloc.rsplit("@", 1)[0] + "@" if "@" in parts.netloc else ""
        self.url = parts._replace(netloc=f"{place}127.0.0.1:{self.cable.port}", path="/" + self.name).geturl()

    def sql(self, text, url=None):
        subprocess.run([*PSQL, url or self.direct, "-c", text], check=True, timeout=LIMIT)

    def __enter__(self):
        subprocess.run([LINLI, "seed", "--data", self.folder, "--store", self.direct], check=True, timeout=LIMIT)
        with open(os.path.join(self.folder, "log"), "w", encoding="utf-8") as log:
            self.process = subprocess.Popen([LINLI, "serve", "--data", self.folder, "--store", self.url, "--port", "0",
                                             "--ops-port", "0", "--check-replies"], stdout=subprocess.PIPE, stderr=log, text=True)
        self.port, self.ops = (int(re.search(r":(\d+)$", self.process.stdout.readline())[1]) for _ in range(2))
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()
        self.cable.cut()
        self.sql(f"drop database {self.name} with (force)", URL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, path, port=None):
        wire = Wire.__new__(Wire)
        wire.socket, wire.rest = socket.create_connection(("127.0.0.1", port or self.ops), timeout=LIMIT), b""
        with wire:
            return wire.ask("GET", path)

    def parts(self, port=None):
        """The parts that are missing; none: ready."""
        answer = self.ask("/readyz", port)
        return [one["part"] for one in answer.json()["parts"]] if answer.status == 503 else []

    def figure(self, name):
        found = re.search(rf"(?m)^{name} (\S+)$", self.ask("/metrics").body.decode())
        return float(found[1]) if found else None

    def open_case(self):
        with Wire(self) as wire:
            wire.send(report())
            return wire.answer().status


def away_and_back():
    """a database that is away is told by /readyz, while /healthz and the figures go on; then all is well again"""
    with House() as house:
        assert house.parts() == house.parts(house.port) == []
        assert house.open_case() == 201 and house.figure("linli_store_up") == 1
        house.cable.cut()
        assert house.parts() == house.parts(house.port) == ["store"]
        assert house.ask("/healthz").status == house.ask("/healthz", house.port).status == 200
        assert house.figure("linli_store_up") == house.figure("linli_ready") == 0
        assert house.figure("linli_due_parked") is None and house.figure("linli_lanes") > 0
        assert house.open_case() == 503
        house.cable.mend()
        while house.parts():
            pass
        while house.open_case() != 201:
            pass
        assert house.figure("linli_store_reconnects_total") > 0
        while house.figure("linli_store_up") == 0:
            pass


def older_schema():
    """a database whose last step is missing is told as schema"""
    with House() as house:
        house.sql("create table kept as select * from schema_step order by number desc limit 1")
        house.sql("delete from schema_step where number = (select number from kept)")
        assert house.parts() == ["schema"]
        house.sql("insert into schema_step select * from kept")
        assert house.parts() == []


if __name__ == "__main__":
    run(away_and_back, older_schema)
