"""A served linli for scripts: started on a free port, asked over HTTP, ended.

Not a test by itself.  tests/bench/run.py and tests/crash/crash.py share it.
"""
import http.client
import json
import os
import signal
import subprocess
import tempfile

TENANTS = ("nanshan", "xifeng", "yakeshi", "longgang", "baoan")
PASSWORD = "linli-demo"


class Failed(Exception):
    """Something that ends the run, said in one sentence."""


def run(command, **more):
    """Runs a program to its end; its output, or Failed with its last words."""
    done = subprocess.run(command, text=True, errors="replace", stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
    if done.returncode:
        raise Failed(f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
    return done.stdout


class Client:
    """One connection that is kept; JSON in and out."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self, method, path, body=None, cookie=None, key=None):
        """(status, value, headers)"""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if cookie:
            headers["Cookie"] = cookie
        if key:
            headers["Idempotency-Key"] = key
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        self.connection.request(method, path, text.encode() if text is not None else None, headers)
        reply = self.connection.getresponse()
        value = reply.read()
        return reply.status, json.loads(value) if value else None, reply.headers

    def must(self, method, path, *more, **named):
        status, value, _ = self.ask(method, path, *more, **named)
        if status >= 300:
            raise Failed(f"{method} {path}: {status} {json.dumps(value, ensure_ascii=False)}")
        return value

    def get(self, path, cookie=None):
        return self.must("GET", path, cookie=cookie)

    def sign_in(self, tenant, login):
        """The cookie."""
        status, value, headers = self.ask("POST", f"/api/v1/{tenant}/sessions",
                                          {"login": login, "password": PASSWORD})
        if status != 201:
            raise Failed(f"{login} of {tenant} cannot sign in: {status} {value}")
        return headers["Set-Cookie"].split(";")[0]

    def close(self):
        self.connection.close()


class Server:
    """`linli serve` over a data folder (or a store's URL)."""

    def __init__(self, program, data, store=None):
        self.program, self.data = program, data
        self.where = ["--data", data] + (["--store", store] if store else [])
        self.process = self.port = self.log = None

    def command(self, verb, *more):
        return run([self.program, verb, *self.where, *more])

    def start(self, *more):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([self.program, "serve", *self.where, "--port", "0", *more], text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log)
        line = self.process.stdout.readline()
        if not line.startswith("listening on http://127.0.0.1:"):
            self.process.kill()
            self.process.wait()
            raise Failed(f"linli serve does not start\n{self.said()[-2000:]}")
        self.port = int(line.rsplit(":", 1)[1])
        return self

    def said(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def stop(self):
        """Stops it cleanly; what it logged."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(60)
        said = self.said()
        self.forget()
        if status:
            raise Failed(f"linli serve ended with {status}\n{said[-2000:]}")
        return said

    def killed(self):
        """Waits for one that somebody killed: its status."""
        status = self.process.wait(60)
        self.forget()
        return status

    def forget(self):
        self.process.stdout.close()
        self.log.close()
        self.process = None

    def end(self):
        """However it stands."""
        if self.process:
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()
            self.forget()


def ground(port, path, tenants=TENANTS):
    """Signs the demo people in and writes the lines bench-load reads:
    tenant, area, organization, cookies of desk, handler and checker, for every
    community the desk answers for.  Returns {tenant: cookie of the checker}."""
    client, cookies, lines = Client(port), {}, []
    for tenant in tenants:
        own = {login: client.sign_in(tenant, login) for login in ("desk", "handler", "checker")}
        posts = {login: client.get(f"/api/v1/{tenant}/me", cookie)["posts"][0] for login, cookie in own.items()}
        covered = posts["desk"]["area"]["code"]
        for area in client.get(f"/api/v1/{tenant}/areas?kind=community")["items"]:
            if area["kind"] == "community" and area["code"].startswith(covered):
                lines.append(" ".join((tenant, area["code"], posts["handler"]["organization"]["id"],
                                       own["desk"], own["handler"], own["checker"])))
        cookies[tenant] = own["checker"]
    client.close()
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    os.chmod(path, 0o600)
    return cookies


def catch_up(client, heads):
    """Waits until the consumers have seen what these cursors of tenants stand for, and then
    whatever else there is."""
    for tenant, cursor in heads.items():
        for _ in range(120):
            if client.get(f"/api/v1/{tenant}/tally?after={cursor}")["reached"]:
                break
        else:
            raise Failed(f"the tally of {tenant} does not reach {cursor}")
    for _ in range(20000):
        if client.get("/readyz")["behind"] == 0:
            return
    raise Failed("the consumers stay behind")
