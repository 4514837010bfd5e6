#!/usr/bin/env python3
"""New playbook versions in a running server: by signal, by `linli adopt` beside it, on both engines; a broken
one is refused and the old one goes on; systemd is told."""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib"))
import postgres  # noqa: E402
from server import LIMIT, LINLI, ROOT, Server, Wire, report, run  # noqa: E402

PLAYBOOK = os.path.join(ROOT, "playbooks", "service-request.yaml")


def playbook(version, change=lambda text: text):
    with open(PLAYBOOK, encoding="utf-8") as file:
        text = change(file.read())
    return re.sub(r"(?m)^version: \d+$", f"version: {version}", text)


class Reloaded(Server):
    """Tells us as it would tell systemd."""

    def __init__(self, store=None):
        super().__init__()
        self.store = ["--store", store] if store else []
        self.playbooks = os.path.join(self.folder, "playbooks")
        os.mkdir(self.playbooks)
        self.heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.heard.bind(os.path.join(self.folder, "notify"))
        self.heard.settimeout(LIMIT)
        self.log_path = os.path.join(self.folder, "log")

    def __enter__(self):
        subprocess.run([LINLI, "seed", "--data", self.data, *self.store], check=True, timeout=LIMIT)
        self.start()
        return self

    def __exit__(self, *more):
        super().__exit__(*more)
        self.heard.close()

    def start(self, *options, pass_fds=()):
        with open(self.log_path, "a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [LINLI, "serve", "--data", self.data, *self.store, "--port", "0", "--playbooks", self.playbooks],
                stdout=subprocess.PIPE, stderr=log, text=True,
                env=dict(os.environ, NOTIFY_SOCKET=os.path.join(self.folder, "notify")))
        self.port = int(re.search(r":(\d+)$", self.process.stdout.readline())[1])
        self.hear("READY=1")

    def hear(self, *states):
        for state in states:
            assert self.heard.recv(200).decode() == state

    def reload(self):
        self.process.send_signal(signal.SIGHUP)
        self.hear("RELOADING=1", "READY=1")

    def write(self, name, text):
        path = os.path.join(self.playbooks, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def adopt(self, path):
        done = subprocess.run([LINLI, "adopt", "--data", self.data, *self.store, path], capture_output=True, text=True,
                              timeout=LIMIT)
        return done.returncode, done.stderr

    def said(self):
        with open(self.log_path, encoding="utf-8") as file:
            return file.read()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.hear("STOPPING=1")
        self.process.communicate(timeout=LIMIT)
        status, self.process = self.process.returncode, None
        assert status == 0, self.said()


def offered(server):
    with Wire(server) as wire:
        return wire.ask("GET", "/api/v1/nanshan/playbooks/service-request").json()


def opened(server):
    with Wire(server) as wire:
        wire.send(report())
        answer = wire.answer()
        assert answer.status == 201, answer.body
        return answer.json()


def by_signal():
    """SIGHUP reads the folder again: a new version is used at once, a broken one is refused by line"""
    with Reloaded() as server:
        before = offered(server)
        server.write("service-request.yaml", playbook(before["version"] + 1, lambda text: text.replace("路灯照明", "路灯不亮")))
        server.write("service-request.scenarios.yaml", "not a playbook\n")
        server.reload()
        after = offered(server)
        assert after["version"] == before["version"] + 1, after
        assert "路灯不亮" in str(after) and "路灯不亮" not in str(before)
        opened(server)
        server.write("service-request.yaml", playbook(before["version"] + 2) + "\nnonsense: true\n")
        server.write("another.yaml", "playbook: [\n")
        server.reload()
        assert offered(server)["version"] == before["version"] + 1
        opened(server)
        said = server.said()
        assert re.search(r" error serve\.playbook file=service-request\.yaml refused=true code=\S+ .*where=\"\S*service-request\.yaml:\d+:\d+\"", said), said
        assert re.search(r" error serve\.playbook file=another\.yaml refused=true ", said), said
        assert re.search(r" info serve\.playbook file=service-request\.yaml new_in=5", said), said
        shutil.rmtree(server.playbooks)
        server.reload()
        assert offered(server)["version"] == before["version"] + 1
        server.end()


def at_the_start():
    """what stands in the folder is in use after a start"""
    with Reloaded() as server:
        version = offered(server)["version"]
        server.end()
        server.write("service-request.yaml", playbook(version + 1))
        server.start()
        assert offered(server)["version"] == version + 1
        server.end()


def adopt_beside(store=None):
    with Reloaded(store) as server:
        before = offered(server)["version"]
        path = server.write("new.yaml", playbook(before + 1))
        assert server.adopt(path) == (0, "")
        assert offered(server)["version"] == before + 1
        assert server.adopt(path) == (0, ""), "a version that is in use is left alone"
        status, told = server.adopt(server.write("other.yaml", playbook(before + 1, lambda text: re.sub(
            r"within: \d+", "within: 77", text))))
        assert status == 1 and "give it a new number" in told, told
        status, told = server.adopt(server.write("broken.yaml", playbook(before + 2) + "\nnonsense: true\n"))
        assert status == 1 and re.search(r"broken\.yaml:\d+:\d+: ", told) and len(told.splitlines()) == 1, told
        assert offered(server)["version"] == before + 1
        opened(server)
        server.end()
        status, told = server.adopt(os.path.join(server.playbooks, "nowhere.yaml"))
        assert status == 1 and len(told.splitlines()) == 1, told


def adopt_beside_sqlite():
    """`linli adopt` beside a server on SQLite hands the file to it, and hears what it says"""
    adopt_beside()


def adopt_beside_postgres():
    """`linli adopt` beside a server on PostgreSQL: the server notices"""
    url = os.environ["LINLI_TEST_PG"]
    name = f"reload_{uuid.uuid4().hex[:12]}"
    psql = [postgres.program("psql"), "-q", "-d", url, "-c"]
    subprocess.run([*psql, f"create database {name} template template0 encoding 'UTF8' locale 'C'"], check=True)
    try:
        adopt_beside(re.sub(r"/[^/?]*(\?|$)", rf"/{name}\1", url))
    finally:
        subprocess.run([*psql, f"drop database {name} with (force)"], check=True)


def nobody_elses():
    """the control socket is its owner's alone, and gone after the end"""
    with Reloaded() as server:
        control = os.path.join(server.data, "control")
        assert os.stat(control).st_mode & 0o777 == 0o600
        with socket.socket(socket.AF_UNIX) as rude:
            rude.connect(control)
            rude.sendall(b"obey\n")
            rude.shutdown(socket.SHUT_WR)
            rude.settimeout(LIMIT)
            assert rude.recv(100).startswith(b"error ")
        server.end()
        assert not os.path.exists(control)


if __name__ == "__main__":
    on_postgres = os.environ.get("LINLI_TEST_PG", "skip") != "skip"
    run(by_signal, at_the_start, adopt_beside_sqlite, nobody_elses, *([adopt_beside_postgres] if on_postgres else []))
