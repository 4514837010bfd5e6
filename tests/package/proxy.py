#!/usr/bin/env python3
"""The samples for proxies: nginx for real, with a page, an upload and the live stream through TLS; Caddy's by its
own check."""
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib"))
import picture  # noqa: E402
from server import LIMIT, ROOT, Server, Skip, Wire, report, request, run  # noqa: E402

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
SAMPLE = os.path.join(ROOT, "packaging", "nginx", "linli.conf")
MAIN = """pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
daemon off;
events {{ worker_connections 256; }}
http {{
    {temps}
    include {folder}/linli.conf;
}}
"""
TEMPS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


class Proxy:
    """nginx with the sample, in a folder of its own; `port` speaks TLS."""

    def __init__(self, server):
        if not os.path.exists(NGINX):
            raise Skip("nginx is not installed")
        self.folder = tempfile.mkdtemp(prefix="linli-nginx-")
        self.port, plain, self.process = free_port(), free_port(), None
        with open(SAMPLE, encoding="utf-8") as file:
            text = file.read()
        for old, new in (("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port} ssl http2;"),
                         ("listen 80;", f"listen 127.0.0.1:{plain};"),
                         ("127.0.0.1:8080", f"127.0.0.1:{server.port}"),
                         ("/etc/ssl/linli/fullchain.pem", f"{self.folder}/cert.pem"),
                         ("/etc/ssl/linli/key.pem", f"{self.folder}/key.pem"),
                         ("/var/log/nginx/linli.log", f"{self.folder}/access.log"),
                         ("linli.example", "localhost")):
            assert old in text, f"the sample has no {old}"
            text = text.replace(old, new)
        self.write("linli.conf", text)
        temps = " ".join(f"{name}_temp_path {self.folder}/{name};" for name in TEMPS)
        self.write("nginx.conf", MAIN.format(folder=self.folder, temps=temps))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                        f"{self.folder}/key.pem", "-out", f"{self.folder}/cert.pem"],
                       check=True, capture_output=True, timeout=LIMIT)
        os.chmod(self.folder, 0o755)  # nginx's worker is nobody

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def check(self):
        done = subprocess.run([NGINX, "-t", "-c", f"{self.folder}/nginx.conf"], capture_output=True, text=True, timeout=LIMIT)
        assert done.returncode == 0 and "warn" not in done.stderr, done.stderr

    def __enter__(self):
        self.check()
        self.process = subprocess.Popen([NGINX, "-c", f"{self.folder}/nginx.conf"], stderr=subprocess.PIPE)
        while True:  # until it listens
            assert self.process.poll() is None, self.process.stderr.read()
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", self.port)).close()
                return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=LIMIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def connect(self, protocols=("http/1.1",)):
        context = ssl.create_default_context(cafile=os.path.join(self.folder, "cert.pem"))
        context.set_alpn_protocols(list(protocols))
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT)
        wire = Wire.__new__(Wire)
        wire.socket, wire.rest = context.wrap_socket(plain, server_hostname="localhost"), b""
        return wire

    def log(self):
        with open(f"{self.folder}/access.log", encoding="utf-8") as file:
            return file.read()


def through_nginx():
    """nginx passes a page, a report, an upload and the live stream, each as it comes; figures stay inside"""
    with Server() as server, Proxy(server) as proxy:
        with proxy.connect() as wire:
            page = wire.ask("GET", "/nanshan/", headers={"Accept-Encoding": "identity"})
            assert page.status == 200 and page.headers["strict-transport-security"], page.headers
            assert re.fullmatch(r"[0-9a-f]{32}", page.headers["x-request-id"]), page.headers
            assert wire.ask("GET", "/metrics").status == 404
            assert wire.ask("GET", "/readyz").status == 200
            wire.send(picture.upload(picture.png(600, 400)))
            answer = wire.answer()
            assert answer.status == 201 and answer.json()["height"] == 400, answer.body
            # the browser's own origin is ours, another is not
            port = proxy.port
            for origin, status in ((f"https://localhost:{port}", 201), ("https://elsewhere.example", 403)):
                wire.send(request("POST", "/api/v1/nanshan/cases", json.loads(report().split(b"\r\n\r\n", 1)[1]),
                                  {"Host": f"localhost:{port}", "Origin": origin}))
                assert wire.answer().status == status, origin
        with proxy.connect() as listener, proxy.connect() as wire:
            listener.send(request("GET", "/api/v1/nanshan/stream"))
            while b"event: ready" not in listener.rest:
                listener._more()
            wire.send(report("穿过代理"))
            tracking = wire.answer().json()["tracking"]
            while b"event: case" not in listener.rest:
                listener._more()
            assert wire.ask("GET", f"/api/v1/nanshan/progress/{tracking}").status == 200
        with proxy.connect(("h2", "http/1.1")) as wire:
            assert wire.socket.selected_alpn_protocol() == "h2"
        assert "GET 200" in proxy.log() and tracking not in proxy.log() and "/nanshan" not in proxy.log()
        assert server.stop()[0] == 0


def told_apart():
    """whoever writes too often is known by their own address, also through the proxy, and not by one they invent"""
    with Server() as server, Proxy(server) as proxy:
        with proxy.connect() as wire:
            for number in range(75):
                wire.send(request("POST", "/api/v1/nanshan/cases", {}, {"X-Forwarded-For": f"203.0.113.{number}"}))
            statuses = [wire.answer().status for _ in range(75)]
        assert 429 in statuses and statuses.count(422) >= 30, statuses
        assert server.stop()[0] == 0


def caddy():
    """Caddy's file passes its own check"""
    if not shutil.which("caddy"):
        raise Skip("caddy is not installed")
    with tempfile.TemporaryDirectory(prefix="linli-caddy-") as home:
        done = subprocess.run(["caddy", "validate", "--adapter", "caddyfile", "--config",
                               os.path.join(ROOT, "packaging", "caddy", "Caddyfile")], capture_output=True, text=True,
                              timeout=LIMIT, env=dict(os.environ, HOME=home, XDG_DATA_HOME=home, XDG_CONFIG_HOME=home))
        assert done.returncode == 0 and "Valid configuration" in done.stdout + done.stderr, done.stdout + done.stderr


if __name__ == "__main__":
    run(through_nginx, told_apart, caddy)
