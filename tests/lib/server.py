"""A `linli serve` of one's own and raw sockets to it: for tests of what goes over the wire.

Standard library only.  Tests are functions; run() prints them as TAP.  Nothing here waits
by the clock: a socket that stays silent for LIMIT seconds fails the test.
"""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
import uuid

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LINLI = os.path.abspath(os.environ.get("LINLI", os.path.join(ROOT, "build", "linli")))
LIMIT = 30
CASES = "/api/v1/nanshan/cases"


class Server:
    """Demonstration data in a folder of its own, served on a free port."""

    def __init__(self, folder=None):
        self.folder = folder or tempfile.mkdtemp(prefix="linli-serve-")
        self.data = os.path.join(self.folder, "data")
        self.process = None
        self.port = 0

    def __enter__(self):
        subprocess.run([LINLI, "seed", "--data", self.data], check=True, timeout=LIMIT)
        self.start()
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.kill()
            self.process.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, *options, pass_fds=()):
        self.process = subprocess.Popen([LINLI, "serve", "--data", self.data, "--port", "0", *options],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, pass_fds=pass_fds)
        line = self.process.stdout.readline()
        found = re.fullmatch(r"listening on http://127\.0\.0\.1:(\d+)\n", line)
        assert found, f"it says {line!r}, {self.process.stderr.read() if not line else ''}"
        self.port = int(found[1])

    def stop(self, how=signal.SIGTERM):
        """(status, stderr) of a server that was told to end."""
        self.process.send_signal(how)
        _, err = self.process.communicate(timeout=LIMIT)
        status, self.process = self.process.returncode, None
        return status, err

    def verify(self):
        done = subprocess.run([LINLI, "verify", "--data", self.data], capture_output=True, text=True, timeout=LIMIT)
        return done.returncode, done.stdout + done.stderr


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body.decode("utf-8"))


class Wire:
    """One connection; bytes out, answers in."""

    def __init__(self, server):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=LIMIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def _more(self):
        got = self.socket.recv(65536)
        if not got:
            raise EOFError("the connection was closed")
        self.rest += got

    def answer(self, head=False):
        """The next answer; interim ones (1xx) are answers too."""
        while b"\r\n\r\n" not in self.rest:
            self._more()
        block, self.rest = self.rest.split(b"\r\n\r\n", 1)
        lines = block.decode("latin-1").split("\r\n")
        status = int(re.fullmatch(r"HTTP/1\.[01] (\d{3}) .*", lines[0])[1])
        headers = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        assert "transfer-encoding" not in headers
        length = 0 if head or status < 200 or status == 204 else int(headers["content-length"])
        while len(self.rest) < length:
            self._more()
        body, self.rest = self.rest[:length], self.rest[length:]
        return Answer(status, headers, body)

    def ask(self, *args, **named):
        self.send(request(*args, **named))
        return self.answer(head=args[0] == "HEAD")

    def is_closed(self):
        """Waits until the other end has closed; whatever still came is kept."""
        try:
            while True:
                self._more()
        except (EOFError, ConnectionError):
            return True


def request(method, path, body=None, headers=None, host=True):
    """The bytes of a request; a body that is no bytes is sent as JSON."""
    lines = [f"{method} {path} HTTP/1.1"]
    given = dict(headers or {})
    if host:
        given.setdefault("Host", "localhost")
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body, ensure_ascii=False).encode()
        given.setdefault("Content-Type", "application/json")
    if body is not None and "Transfer-Encoding" not in given:
        given.setdefault("Content-Length", str(len(body)))
    lines += [f"{name}: {value}" for name, value in given.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (body or b"")


def lamp(words="路灯不亮"):
    return {"playbook": "service-request", "area": "440305001003", "fields": {"topic": "lamp", "description": words}}


def report(words="路灯不亮", key=None):
    """The bytes that open a case; with a key it is opened once."""
    return request("POST", CASES, lamp(words), {"Idempotency-Key": key} if key else None)


def new_key():
    return str(uuid.uuid4())


class Skip(Exception):
    """A test that cannot be run here, and why."""


def run(*tests):
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, (test, *args) in enumerate((one if isinstance(one, tuple) else (one,)) for one in tests):
        name = test.__doc__ or test.__name__
        try:
            test(*args)
        except Skip as reason:
            print(f"ok {number + 1} - {name} # skip {reason}", flush=True)
        except Exception:  # a test that breaks is a test that fails
            failed += 1
            print(f"not ok {number + 1} - {name}")
            print("#   " + traceback.format_exc().strip().replace("\n", "\n#   "), flush=True)
        else:
            print(f"ok {number + 1} - {name}", flush=True)
    sys.exit(failed > 0)
