#!/usr/bin/env python3
"""Messages that leave the house, and a server that dies while it sends one; what is no gateway."""
import base64
import hashlib
import hmac
import http.server
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib"))
import served  # noqa: E402
from server import LIMIT, LINLI, Server, run  # noqa: E402

SECRET = bytes(range(32))
BEGIN = "2026-09-07T09:30:00+08:00"
PHONE = "13800138000"


class Gateway(http.server.ThreadingHTTPServer):
    """Keeps what it is sent; answers when the test says so, perhaps never."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.came, self.says = queue.Queue(), queue.Queue()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.says.put(202)
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + body
        mac = base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
        assert self.headers["webhook-signature"] == f"v1,{mac}", self.headers
        self.server.came.put((self.headers["webhook-id"], json.loads(body)))
        try:
            self.send_response(self.server.says.get(timeout=LIMIT))
            self.end_headers()
        except OSError:
            pass  # whoever asked is gone

    def log_message(self, *_):
        pass


def secret(server):
    path = os.path.join(server.folder, "secret")
    with open(path, "w", encoding="ascii") as file:
        file.write("whsec_" + base64.b64encode(SECRET).decode() + "\n")
    return path


class House(Server):
    """Founded as of BEGIN, not served yet."""

    def __enter__(self):
        subprocess.run([LINLI, "seed", "--data", self.data, "--at", BEGIN], check=True, timeout=LIMIT)
        return self


class Held:
    """The house served, its clock held."""

    def __init__(self, server, gateway):
        self.ours, theirs = socket.socketpair()
        self.ours.settimeout(LIMIT)
        with theirs:
            server.start("--hold-clock", str(theirs.fileno()), "--messages", f"http://127.0.0.1:{gateway.server_port}/",
                         "--messages-secret", secret(server), pass_fds=(theirs.fileno(),))

    def begin(self, line):
        self.ours.sendall(f"set {line}\n".encode())

    def end(self):
        answer = self.ours.recv(100).decode()
        assert answer.startswith("ok "), answer

    def set(self, line):
        self.begin(line)
        self.end()


def told(server):
    """A posting put up, whose reporter chose text messages."""
    client = served.Client(server.port)
    base = "/api/v1/nanshan"
    admin, desk = (client.sign_in("nanshan", login) for login in ("admin", "desk"))
    client.must("PUT", f"{base}/settings", {"messages": {"on": True, "quiet": {"from": "21:00", "to": "08:00"}}}, cookie=admin)
    made = client.must("POST", f"{base}/cases", {"playbook": "posting", "area": "440305001007", "fields": {
        "sort": "lost", "heading": "寻猫", "details": "橘猫", "contact": PHONE, "answer_by": "message"}})
    seen = client.get(f"{base}/cases/{made['case']}", cookie=desk)
    client.must("POST", f"{base}/cases/{made['case']}/actions/put_up", {"rev": seen["rev"], "fields": {"until": "2026-10-07"}},
                cookie=desk)
    client.close()
    return made["number"]


def killed_while_sending():
    """a server that dies between sending and noting sends again under the same id, and then no more"""
    with House() as server, Gateway() as gateway:
        clock = Held(server, gateway)
        clock.set(BEGIN)
        number = told(server)
        clock.begin("2026-09-07T09:45:00+08:00")
        first, body = gateway.came.get(timeout=LIMIT)
        assert (body["number"], body["to"]) == (number, PHONE), body
        _, err = server.stop(signal.SIGKILL)
        assert PHONE not in err, err
        gateway.says.put(202)  # nobody hears it
        clock = Held(server, gateway)
        gateway.says.put(202)
        clock.set("2026-09-07T09:46:00+08:00")
        again, body = gateway.came.get(timeout=LIMIT)
        assert (again, body["number"]) == (first, number), (again, first)
        clock.set("2026-09-08T12:00:00+08:00")
        status, err = server.stop()
        assert status == 0 and gateway.came.empty(), (status, err)
        assert f"delivery={first} status=202" in err and PHONE not in err, err
        Held(server, gateway).set("2026-09-09T12:00:00+08:00")
        assert server.stop()[0] == 0 and gateway.came.empty()
        status, said = server.verify()
        assert status == 0, said


def tried_across_a_stop():
    """what waited or was refused while a server stopped is sent by the next"""
    with House() as server, Gateway() as gateway:
        clock = Held(server, gateway)
        clock.set(BEGIN)
        told(server)
        clock.set("2026-09-07T09:40:00+08:00")
        assert gateway.came.empty()
        assert server.stop()[0] == 0
        clock = Held(server, gateway)
        gateway.says.put(500)
        clock.set("2026-09-07T09:41:00+08:00")
        first, _ = gateway.came.get(timeout=LIMIT)
        gateway.says.put(202)
        clock.set("2026-09-07T09:43:00+08:00")
        assert gateway.came.get(timeout=LIMIT)[0] == first
        assert server.stop()[0] == 0 and gateway.came.empty()


def what_is_no_gateway():
    """other schemes, plain HTTP to elsewhere, names in an address, short secrets: refused at the start"""
    with House() as server:
        good, bad = secret(server), os.path.join(server.folder, "bad")
        with open(bad, "w", encoding="ascii") as file:
            file.write("whsec_c2hvcnQ=\n")
        for url, file in (("file:///etc/passwd", good), ("ftp://127.0.0.1/", good), ("gopher://127.0.0.1/", good),
                          ("http://sms.example/send", good), ("http://127.0.0.1.example/", good),
                          ("http://127.0.0.1@sms.example/", good), ("https://user:word@sms.example/", good), ("https://", good),
                          ("https://sms.example/send", bad), ("https://sms.example/send", os.path.join(server.folder, "none"))):
            done = subprocess.run([LINLI, "serve", "--data", server.data, "--port", "0", "--messages", url, "--messages-secret", file],
                                  capture_output=True, text=True, timeout=LIMIT)
            assert done.returncode and "messages" in done.stderr or "none" in done.stderr, (url, done)
        done = subprocess.run([LINLI, "serve", "--data", server.data, "--port", "0", "--messages", "https://sms.example/"],
                              capture_output=True, text=True, timeout=LIMIT)
        assert done.returncode and "go together" in done.stderr, done


run(killed_while_sending, tried_across_a_stop, what_is_no_gateway)
