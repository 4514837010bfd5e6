#!/usr/bin/env python3
"""What whoever runs it sees: readiness, figures, the log, and a stop or restart that refuses nobody."""
import json
import os
import re
import resource
import select
import signal
import socket
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib"))
from server import CASES, LIMIT, LINLI, ROOT, Server, Skip, Wire, lamp, new_key, report, request, run  # noqa: E402

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"')
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (\S+)")


class Operated(Server):
    """With an operations port; its log goes to a file, so that nothing waits for a reader."""

    def start(self, *options, pass_fds=(), **more):
        self.log = open(os.path.join(self.folder, "log"), "a+", encoding="utf-8")
        self.process = subprocess.Popen(
            [LINLI, "serve", "--data", self.data, "--port", "0", "--ops-port", "0", *options],
            stdout=subprocess.PIPE, stderr=self.log, text=True, pass_fds=pass_fds, **more)
        self.port, self.ops = (int(re.search(r":(\d+)$", self.process.stdout.readline())[1]) for _ in range(2))

    def ask(self, path, method="GET", port=None):
        with socket.create_connection(("127.0.0.1", port or self.ops), timeout=LIMIT) as one:
            wire = Wire.__new__(Wire)
            wire.socket, wire.rest = one, b""
            return wire.ask(method, path)

    def figures(self):
        answer = self.ask("/metrics")
        assert answer.status == 200
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        return read_metrics(answer.body.decode())

    def said(self):
        self.log.flush()
        with open(self.log.name, encoding="utf-8") as file:
            return file.read().splitlines()

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.communicate(timeout=LIMIT)
        status, self.process = self.process.returncode, None
        return status


# ---- format 0.0.4, read strictly ----------------------------------------------

def read_labels(text):
    labels, at = {}, 0
    while at < len(text):
        one = LABEL.match(text, at)
        assert one and one[1] not in labels, f"labels {text!r} at {at}"
        labels[one[1]] = one[2]
        at = one.end()
        assert at == len(text) or text[at] == ",", f"labels {text!r} at {at}"
        at += at < len(text)
    return labels


def read_metrics(text):
    """{(name, ((label, value), …)): number}; asserts whatever the format asks."""
    assert text.endswith("\n")
    values, types, family = {}, {}, None
    for line in text[:-1].split("\n"):
        head = re.fullmatch(rf"# (HELP|TYPE) ({NAME}) (.*)", line)
        if head and head[1] == "HELP":
            assert head[2] not in types and re.fullmatch(r"(?:[^\\]|\\\\|\\n)+", head[3]), line
            family = head[2]
        elif head:
            assert head[2] == family and family not in types, line
            assert head[3] in ("counter", "gauge", "histogram"), line
            types[family] = head[3]
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample, line
            labels = read_labels(sample[2] or "")
            suffixes = ("_bucket", "_sum", "_count") if types[family] == "histogram" else ("",)
            assert sample[1] in [family + suffix for suffix in suffixes], f"{line} stands in {family}"
            assert types[family] != "counter" or sample[1].endswith("_total"), line
            key = (sample[1], tuple(sorted(labels.items())))
            assert key not in values, f"twice: {line}"
            values[key] = float(sample[3])
            assert types[family] == "gauge" or values[key] >= 0, line
    check_histograms(values, types)
    return values


def check_histograms(values, types):
    for name in (name for name, kind in types.items() if kind == "histogram"):
        series = {}
        for (sample, labels), value in values.items():
            if sample == name + "_bucket":
                rest = tuple(one for one in labels if one[0] != "le")
                series.setdefault(rest, []).append((float(dict(labels)["le"]), value))
        for rest, buckets in series.items():
            assert buckets == sorted(buckets) and buckets[-1][0] == float("inf"), (name, rest)
            counts = [count for _, count in buckets]
            assert counts == sorted(counts), f"{name}{rest} is not cumulative"
            assert counts[-1] == values[name + "_count", rest], (name, rest)
            assert (name + "_sum", rest) in values, (name, rest)


def figure(values, name, **labels):
    return values.get((name, tuple(sorted(labels.items()))), 0)


# ---- readiness and figures --------------------------------------------------------

def ready():
    """/healthz and /readyz answer at both ports, /metrics only at the operations port"""
    with Operated() as server:
        for port in (server.port, server.ops):
            assert server.ask("/healthz", port=port).json()["status"] == "ok"
            answer = server.ask("/readyz", port=port)
            assert answer.status == 200 and answer.json()["status"] == "ready", answer.body
            assert answer.headers["content-type"] == "application/json"
        assert server.ask("/metrics", port=server.port).status == 404
        assert server.ask("/nowhere").status == 404
        assert server.ask("/metrics", method="POST").status == 405
        assert server.ask("/metrics", method="DELETE").status == 405
        assert server.end() == 0


def counted():
    """what was asked, opened and refused stands in the figures, which a strict reader takes"""
    with Operated() as server:
        before = server.figures()
        with Wire(server) as wire:
            key = new_key()
            for _ in range(3):
                wire.send(report("计数", key))
                assert wire.answer().status in (200, 201)
            assert wire.ask("GET", "/nowhere/at/all").status == 404
            assert wire.ask("POST", CASES, {"playbook": "no-such"}).status in (404, 422)
            after = server.figures()
        requests = "linli_http_requests_total"
        assert figure(after, requests, operation="openCase", **{"class": "2xx"}) == 3, after
        assert figure(after, requests, operation="openCase", **{"class": "4xx"}) == 1
        assert figure(after, requests, operation="none", **{"class": "4xx"}) == 1
        assert figure(after, "linli_http_request_duration_seconds_count", operation="openCase") == 4
        assert figure(after, "linli_commands_total", command="case.open", result="done") == 1
        assert figure(after, "linli_commands_total", command="case.open", result="replayed") == 2
        assert figure(after, "linli_commit_duration_seconds_count") > figure(before, "linli_commit_duration_seconds_count")
        assert figure(after, "linli_http_connections") == 1
        assert figure(after, "linli_ready") == figure(after, "linli_store_up") == 1
        assert figure(after, "process_resident_memory_bytes") > 1e6 and figure(after, "process_open_fds") > 5
        for (name, labels), value in before.items():
            if name.endswith(("_total", "_count", "_bucket")):
                assert after[name, labels] >= value, f"{name}{labels} fell"
        names = {label for _, labels in after for label, _ in labels}
        assert names <= {"operation", "class", "le", "limit", "pool", "command", "result", "consumer", "level",
                         "version", "store"}, names
        told = " ".join(value for _, labels in after for _, value in labels)
        assert not re.search("nanshan|xifeng|44030", told), "a tenant stands in the figures"
        assert server.end() == 0


def told_names_exist():
    """every figure that the alerts and the guides name is there"""
    with Operated() as server:
        with Wire(server) as wire:
            wire.send(report())
            assert wire.answer().status == 201
        there = {name for name, _ in server.figures()}
        assert server.end() == 0
    for path in ("packaging/prometheus/linli.rules.yml", "docs/guide/operate.md", "docs/guide/operate.zh-CN.md"):
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            named = set(re.findall(r"\b(?:linli_[a-z_]+|process_[a-z_]+)\b", file.read()))
        missing = {name for name in named if name not in there and name + "_count" not in there}
        assert len(named) > 8 and not missing, (path, missing)


def refused_are_counted():
    """who writes too often is refused, and counted by the limit"""
    with Operated() as server:
        with Wire(server) as wire:
            for _ in range(70):
                wire.send(request("POST", CASES, lamp(), {"X-Forwarded-For": "203.0.113.9"}))
            statuses = [wire.answer().status for _ in range(70)]
        assert statuses.count(429) > 0, statuses
        assert figure(server.figures(), "linli_refused_total", limit="address") == statuses.count(429)
        assert server.end() == 0


def too_many_wait_outside():
    """more connections than may be open wait outside, and come in when others leave"""
    with Operated() as server:
        most = int(figure(server.figures(), "linli_http_connections_max"))
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < most + 200:
            raise Skip(f"{hard} descriptors are too few")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most + 200), hard))
        idle = [socket.create_connection(("127.0.0.1", server.port), timeout=LIMIT) for _ in range(most + 20)]
        with Wire(server) as wire:
            wire.send(request("GET", "/healthz"))
            while figure(server.figures(), "linli_http_connections") < most:
                pass
            outside = select.poll()
            outside.register(wire.socket, select.POLLIN)
            assert not outside.poll(0), "it was let in"
            for one in idle:
                one.close()
            assert wire.answer().status == 200
        assert figure(server.figures(), "linli_refused_total", limit="connections") == 0
        assert server.end() == 0


# ---- the log ---------------------------------------------------------------------

def json_log():
    """--log-format json: every line an object; requests by id and operation, nothing of residents"""
    with Operated() as server:
        server.end()
        server.start("--log-format", "json", "--log-level", "debug")
        with Wire(server) as wire:
            wire.send(request("POST", CASES, lamp("不可入日志"), {"X-Request-Id": "proxy.7-a"}))
            answer = wire.answer()
            assert answer.headers["x-request-id"] == "proxy.7-a"
            tracking = answer.json()["tracking"]
            wire.send(request("GET", f"/api/v1/nanshan/progress/{tracking}?secret=query", headers={"X-Request-Id": "bad id\t"}))
            own = wire.answer().headers["x-request-id"]
            assert re.fullmatch(r"[0-9A-Z]{16}", own), own
        assert server.end() == 0
        with open(server.log.name, encoding="utf-8") as file:
            text = file.read()
        lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        assert len(lines) > 3 and all({"time", "level", "event"} <= set(line) for line in lines)
        asked = {line["request"]: line for line in lines if line["event"] == "serve.request"}
        assert asked["proxy.7-a"]["op"] == "openCase" and asked["proxy.7-a"]["status"] == 201
        assert asked["proxy.7-a"]["tenant"] == "nanshan" and isinstance(asked["proxy.7-a"]["us"], int)
        assert asked[own]["op"] == "getProgress"
        assert tracking not in text and "secret" not in text and "不可入日志" not in text
        assert any(line["event"] == "serve.stop" for line in lines)


def bad_log_options():
    """a level or a format nobody knows is refused before anything is begun"""
    for option in (["--log-level", "loud"], ["--log-format", "xml"], ["--drain", "-1"], ["--ops-port", "x"]):
        done = subprocess.run([LINLI, "serve", "--data", "/nonexistent/linli", *option], capture_output=True, text=True,
                              timeout=LIMIT)
        assert done.returncode == 2 and len(done.stderr.splitlines()) == 1, (option, done)


# ---- stopping ---------------------------------------------------------------------

def says_so_first():
    """after the signal /readyz says no while all else goes on; a second signal makes it short"""
    with Operated() as server:
        server.end()
        server.start("--drain", "600", "--check-replies")
        server.process.send_signal(signal.SIGTERM)
        while server.ask("/readyz").status == 200:
            pass
        for port in (server.port, server.ops):
            answer = server.ask("/readyz", port=port)
            assert answer.status == 503 and answer.headers["content-type"] == "application/problem+json"
            problem = answer.json()
            assert problem["code"] == "not-ready" and [one["part"] for one in problem["parts"]] == ["stopping"], problem
            assert problem["zh"] and problem["en"] and problem["parts"][0]["zh"]
        with Wire(server) as wire:
            wire.send(report("还在受理"))
            assert wire.answer().status == 201
        assert figure(server.figures(), "linli_ready") == 0
        assert server.end() == 0


CLIENTS = 24


class Loader(threading.Thread):
    """Reports on a connection each time a new one, or on one that is kept, until it is refused."""

    def __init__(self, port, keeps, enough, over=None):
        super().__init__()
        self.port, self.keeps, self.enough, self.over = port, keeps, enough, over
        self.taken, self.busy, self.fault = [], 0, None

    def connect(self):
        wire = Wire.__new__(Wire)
        wire.socket, wire.rest = socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT), b""
        return wire

    def run(self):
        wire = None
        try:
            while not (self.over and self.over.is_set()):
                try:
                    wire = wire or self.connect()
                except ConnectionRefusedError:
                    assert self.over is None, "refused"
                    return
                key = new_key()
                wire.send(report("停机", key))
                answer = wire.answer()
                if answer.status == 201:
                    self.taken.append((key, answer.json()["case"]))
                    self.enough.release()
                else:
                    assert answer.status == 503 and not self.over, (answer.status, answer.body)
                    self.busy += 1
                if not self.keeps or answer.headers.get("connection") == "close":
                    wire.close()
                    wire = None
        except Exception as fault:  # told by the test, on its own thread
            self.fault = fault
            self.enough.release()
        finally:
            if wire:
                wire.close()


def load(port, over=None):
    enough = threading.Semaphore(0)
    clients = [Loader(port, i % 2 == 0, enough, over) for i in range(CLIENTS)]
    for client in clients:
        client.start()
    return clients, enough


def take(enough, count):
    for _ in range(count):
        assert enough.acquire(timeout=LIMIT)


def all_there(server, clients):
    for client in clients:
        client.join()
    faults = [repr(client.fault) for client in clients if client.fault]
    assert not faults, faults
    taken = [one for client in clients for one in client.taken]
    server.start()
    with Wire(server) as wire:
        for key, case in taken:
            wire.send(report("停机", key))
            again = wire.answer().json()
            assert again["replayed"] and again["case"] == case, again
    return len(taken)


def no_request_lost():
    """a stop under load: every request has an answer or its connection is refused, and what was answered is there"""
    with Operated() as server:
        clients, enough = load(server.port)
        take(enough, 5 * CLIENTS)
        assert server.end() == 0
        assert all_there(server, clients) >= 5 * CLIENTS
        assert server.end() == 0
        assert server.verify()[0] == 0


def activated(server, listener):
    """Starts it the way systemd does: the socket is descriptor 3, and says for whom it is."""
    def give():
        os.dup2(listener.fileno(), 3, inheritable=True)
    script = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"'
    server.log = open(os.path.join(server.folder, "log"), "a+", encoding="utf-8")
    server.process = subprocess.Popen(["sh", "-c", script, "sh", LINLI, "serve", "--data", server.data, "--ops-port", "0"],
                                      stdout=subprocess.PIPE, stderr=server.log, text=True, preexec_fn=give, pass_fds=(3,))
    server.port, server.ops = (int(re.search(r":(\d+)$", server.process.stdout.readline())[1]) for _ in range(2))
    assert server.port == listener.getsockname()[1]


def restart_refuses_nobody():
    """with a socket that outlives it, three restarts under load refuse and lose nobody"""
    with Operated() as server, socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        server.end()
        activated(server, listener)
        over = threading.Event()
        clients, enough = load(server.port, over)
        for _ in range(3):
            take(enough, 2 * CLIENTS)
            assert server.end() == 0
            activated(server, listener)
        take(enough, 2 * CLIENTS)
        over.set()
        for client in clients:
            client.join()
        assert server.end() == 0
        assert all_there(server, clients) >= 8 * CLIENTS
        assert server.end() == 0
        assert server.verify()[0] == 0


def streams_end_with_a_hint():
    """listeners of the live stream hear when to come again before it ends"""
    with Operated() as server:
        with Wire(server) as wire:
            wire.send(request("GET", "/api/v1/nanshan/stream"))
            while b"ready" not in wire.rest:
                wire._more()
            assert server.end() == 0
            assert wire.is_closed()
            assert len(re.findall(rb"retry: \d+\n", wire.rest)) == 2, wire.rest


if __name__ == "__main__":
    run(ready, counted, told_names_exist, refused_are_counted, too_many_wait_outside, json_log, bad_log_options, says_so_first,
        no_request_lost, restart_refuses_nobody, streams_end_with_a_hint)
