"""An object store on loopback: s3rver, and before it an attendant.

s3rver does not look at signatures of version 4, so the attendant does, from the
standard's own words (AWS Signature Version 4; canonical request, string to sign,
signing key), and it knows how to fail: it plays the next of the planned faults on a
request that has `only` in its path, `503`, `drop` (no answer) or `hang` (no answer until the test ends).
"""
import hashlib
import hmac
import http.client
import http.server
import os
import re
import socketserver
import subprocess
import threading
import urllib.parse

import moving

KEY, SECRET = "S3RVER", "a secret of the tests"
BUCKET = "linli"


def digest(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signature(method, target, headers, told):
    """What the signature of a request has to be; `told` is its Authorization."""
    path, _, query = target.partition("?")
    if query != "&".join(sorted(query.split("&"))):
        return "the query is not sorted"
    names = told["SignedHeaders"].split(";")
    day, region, service, end = told["Credential"].split("/")[1:]
    canonical = "\n".join([method, path, query, *(f"{name}:{' '.join(headers[name].split())}" for name in names), "",
                           ";".join(names), headers["x-amz-content-sha256"]])
    text = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], f"{day}/{region}/{service}/{end}",
                      hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + SECRET).encode()
    for part in (day, region, service, end):
        key = digest(key, part)
    return digest(key, text).hex()


class Attendant(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name.lower() == "content-length" for name, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refused(self, body):
        """Why the request is not let through, or None."""
        told = dict(re.findall(r"(\w+)=([^, ]+)", self.headers.get("Authorization", "")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not told or headers.get("x-amz-content-sha256") != hashlib.sha256(body).hexdigest():
            return "XAmzContentSHA256Mismatch"
        if "host" not in told["SignedHeaders"].split(";") or "x-amz-date" not in told["SignedHeaders"].split(";"):
            return "AuthorizationHeaderMalformed"
        if told["Signature"] != signature(self.command, self.path, headers, told):
            return "SignatureDoesNotMatch"
        return None

    def serve(self):
        store, body = self.server.store, self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = store.faults.pop(0) if store.faults and store.only in self.path else None
        if fault == "503":
            return self.answer(503, b"<Error><Code>SlowDown</Code></Error>")
        if fault == "drop" or fault == "hang" and store.ended.wait(60):
            self.close_connection = True
            return None
        why = self.refused(body)
        if why:
            return self.answer(403, f"<Error><Code>{why}</Code></Error>".encode())
        beyond = http.client.HTTPConnection("127.0.0.1", store.port, timeout=30)
        page = "&max-keys=4" if "list-type=2" in self.path else ""  # short, so that there are several
        beyond.request(self.command, self.path + page, body, dict(self.headers.items()))
        reply = beyond.getresponse()
        kept = [(name, value) for name, value in reply.getheaders()
                if name.lower() not in ("connection", "transfer-encoding", "keep-alive")]
        self.answer(reply.status, reply.read(), kept)
        return beyond.close()

    do_GET = do_PUT = do_HEAD = do_DELETE = serve


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


class Store:
    """The store as a context; `where` is its address for linli, `environment` has the keys."""

    def __init__(self, folder):
        self.folder, self.faults, self.only = folder, [], ""
        self.ended = threading.Event()
        self.environment = dict(os.environ, AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET)

    def __enter__(self):
        program = os.path.join(moving.ROOT, "web", "node_modules", "s3rver", "bin", "s3rver.js")
        moving.must(os.path.exists(program), "s3rver is missing: npm ci in web/")
        node = subprocess.run(["tools/node.sh"], cwd=moving.ROOT, text=True, stdout=subprocess.PIPE).stdout.strip()
        self.process = subprocess.Popen(
            [os.path.join(node, "node") if node else "node",
             "--openssl-legacy-provider",  # it makes its continuation tokens with DES
             program, "-d", self.folder, "-a", "127.0.0.1", "-p", "0",
             "--service-endpoint", "localhost", "--configure-bucket", BUCKET],
            text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for line in self.process.stdout:
            if "listening on" in line:
                self.port = int(line.rsplit(":", 1)[1])
                break
        else:
            raise moving.Failed("s3rver does not start")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self.front = Server(("127.0.0.1", 0), Attendant)
        self.front.store = self
        threading.Thread(target=self.front.serve_forever, daemon=True).start()
        return self

    def where(self, prefix="files", bucket=BUCKET, more="", host="127.0.0.1"):
        return f"s3://{bucket}/{prefix}?endpoint=http://{host}:{self.front.server_address[1]}{more}"

    def keys(self, prefix="files"):
        """Keys below a prefix, as the store's own folder says."""
        top = os.path.join(self.folder, BUCKET, prefix)
        return sorted(os.path.relpath(os.path.join(at, name), top)[:-len("._S3rver_object")]
                      for at, _, names in os.walk(top) for name in names if name.endswith("._S3rver_object"))

    def __exit__(self, *_):
        self.ended.set()
        self.front.shutdown()
        self.front.server_close()
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
